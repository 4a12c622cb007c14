//! Character classes and escaped characters.

use std::fmt::Write as _;

use super::parse::Parser;
use crate::RegexError;

const WORD: &str = "0-9A-Za-z_";
const DIGIT: &str = "0-9";
const SPACE: &str = r"\t\n\x0B\x0C\r ";
const HORIZONTAL: &str = r"\t \xA0\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}";
const VERTICAL: &str = r"\n\x0B\x0C\r\x{85}\x{2028}\x{2029}";

/// The classes of POSIX, ASCII only, as PCRE has them without its Unicode properties.
const POSIX: &[(&str, &str)] = &[
    ("alnum", "0-9A-Za-z"),
    ("alpha", "A-Za-z"),
    ("ascii", r"\x00-\x7F"),
    ("blank", r"\t "),
    ("cntrl", r"\x00-\x1F\x7F"),
    ("digit", DIGIT),
    ("graph", "!-~"),
    ("lower", "a-z"),
    ("print", " -~"),
    ("punct", r"!-/:-@\[-`\{-~"),
    ("space", SPACE),
    ("upper", "A-Z"),
    ("word", WORD),
    ("xdigit", "0-9A-Fa-f"),
];

/// `\d`, `\W`, `\pL` and the like, the backslash being read: a class with its brackets. `None`, and
/// nothing read, where another escape stands here.
pub(super) fn shorthand(
    parser: &mut Parser<'_>,
    start: usize,
) -> Result<Option<String>, RegexError> {
    let Some(char) = parser.peek() else {
        return Ok(None);
    };
    let items = match char {
        'd' | 'D' => DIGIT,
        'w' | 'W' => WORD,
        's' | 'S' => SPACE,
        'h' | 'H' => HORIZONTAL,
        'v' | 'V' => VERTICAL,
        'p' | 'P' => {
            parser.next();
            return property(parser, char == 'P', start).map(Some);
        }
        _ => return Ok(None),
    };
    parser.next();
    let negation = if char.is_ascii_uppercase() { "^" } else { "" };
    Ok(Some(format!("[{negation}{items}]")))
}

/// `\p{Lu}`, `\p{^Lu}`, `\pL`, the letter being read.
fn property(parser: &mut Parser<'_>, negative: bool, start: usize) -> Result<String, RegexError> {
    let (name, negative) = if parser.take("{") {
        let name = parser.until('}', start)?;
        match name.strip_prefix('^') {
            Some(name) => (name.to_owned(), !negative),
            None => (name.to_owned(), negative),
        }
    } else {
        let letter = parser
            .next()
            .ok_or_else(|| parser.error_at(start, "the name of a property is missing"))?;
        (letter.to_string(), negative)
    };
    // PCRE's names of its own.
    let name = match name.as_str() {
        "L&" => "LC",
        "Any" => "any",
        other => other,
    };
    if !name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "_ -=".contains(c))
    {
        return Err(parser.error_at(start, "there is no such property"));
    }
    let letter = if negative { 'P' } else { 'p' };
    Ok(format!("[\\{letter}{{{name}}}]"))
}

/// A class, its `[` being read, in the syntax that both engines share.
pub(super) fn bracketed(parser: &mut Parser<'_>, start: usize) -> Result<String, RegexError> {
    let mut out = String::from("[");
    if parser.take("^") {
        out.push('^');
    }
    let empty = out.len();
    let mut first = true;
    let mut quoted = false;
    loop {
        if quoted && parser.take("\\E") {
            quoted = false;
            continue;
        }
        if !quoted && parser.take("\\Q") {
            quoted = true;
            continue;
        }
        let at = parser.position();
        let Some(char) = parser.peek() else {
            return Err(parser.error_at(start, "this class is not closed; escape a literal `[`"));
        };
        if char == ']' && !first && !quoted {
            parser.next();
            break;
        }
        first = false;
        let low = match item(parser, quoted, at)? {
            Item::Char(low) => low,
            Item::Set(set) => {
                out.push_str(&set);
                continue;
            }
        };
        // A range, unless the hyphen is the last character or a class follows it.
        let is_range = !quoted
            && parser.rest().starts_with('-')
            && !parser.rest().starts_with("-]")
            && parser.rest().len() > 1;
        if !is_range {
            push(&mut out, low);
            continue;
        }
        parser.next();
        match item(parser, false, at)? {
            Item::Char(high) if high < low => {
                return Err(parser.error_at(at, "the ends of this range are in the wrong order"));
            }
            Item::Char(high) => {
                push(&mut out, low);
                out.push('-');
                push(&mut out, high);
            }
            Item::Set(set) => {
                push(&mut out, low);
                out.push_str(r"\-");
                out.push_str(&set);
            }
        }
    }
    if out.len() == empty {
        // Only `\Q\E` stood inside; nothing is in it.
        out.push_str(r"[a&&b]");
    }
    out.push(']');
    Ok(out)
}

enum Item {
    Char(char),
    /// A nested class, with brackets.
    Set(String),
}

fn item(parser: &mut Parser<'_>, quoted: bool, start: usize) -> Result<Item, RegexError> {
    if !quoted
        && parser.rest().starts_with("[:")
        && let Some(set) = posix(parser)
    {
        return Ok(Item::Set(set));
    }
    let Some(char) = parser.next() else {
        return Err(parser.error_at(start, "this class is not closed; escape a literal `[`"));
    };
    if char != '\\' || quoted {
        return Ok(Item::Char(char));
    }
    if let Some(set) = shorthand(parser, start)? {
        return Ok(Item::Set(set));
    }
    if parser.take("b") {
        return Ok(Item::Char('\u{8}'));
    }
    character(parser, start).map(Item::Char)
}

/// `[:alpha:]`, `[:^alpha:]`; nothing is read where the name is not one of POSIX.
fn posix(parser: &mut Parser<'_>) -> Option<String> {
    let inside = parser.rest().strip_prefix("[:")?;
    let name = inside.get(..inside.find(":]")?)?;
    let (negation, bare) = name
        .strip_prefix('^')
        .map_or(("", name), |bare| ("^", bare));
    let (_, items) = POSIX.iter().find(|(known, _)| *known == bare)?;
    for _ in 0..name.len() + 4 {
        parser.next();
    }
    Some(format!("[{negation}{items}]"))
}

/// One escaped character, the backslash being read.
pub(super) fn character(parser: &mut Parser<'_>, start: usize) -> Result<char, RegexError> {
    let Some(char) = parser.next() else {
        return Err(parser.error_at(start, "nothing stands after this backslash"));
    };
    Ok(match char {
        'a' => '\u{7}',
        'e' => '\u{1b}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'c' => match parser.next() {
            Some(char) if char.is_ascii() => {
                char::from(u8::try_from(char.to_ascii_uppercase()).unwrap_or_default() ^ 0x40)
            }
            _ => return Err(parser.error_at(start, "an ASCII character belongs after `\\c`")),
        },
        'x' => {
            if parser.take("{") {
                let digits = parser.until('}', start)?;
                code(parser, digits, 16, start)?
            } else {
                let digits = leading(parser, 2, |c| c.is_ascii_hexdigit());
                code(parser, &digits, 16, start)?
            }
        }
        'o' if parser.take("{") => {
            let digits = parser.until('}', start)?;
            code(parser, digits, 8, start)?
        }
        '0'..='7' => {
            let mut digits = char.to_string();
            digits.push_str(&leading(parser, 2, |c| ('0'..='7').contains(&c)));
            code(parser, &digits, 8, start)?
        }
        char if char.is_ascii_alphanumeric() => {
            return Err(parser.error_at(start, &format!("`\\{char}` is no escape")));
        }
        char => char,
    })
}

fn leading(parser: &mut Parser<'_>, most: usize, wanted: impl Fn(char) -> bool) -> String {
    let mut digits = String::new();
    while digits.len() < most
        && let Some(char) = parser.peek().filter(|char| wanted(*char))
    {
        digits.push(char);
        parser.next();
    }
    digits
}

fn code(parser: &Parser<'_>, digits: &str, base: u32, start: usize) -> Result<char, RegexError> {
    let number = if digits.is_empty() {
        Ok(0)
    } else {
        u32::from_str_radix(digits, base)
    };
    number
        .ok()
        .and_then(char::from_u32)
        .ok_or_else(|| parser.error_at(start, "this is no character's number"))
}

/// A character inside brackets, escaped where it could mean something there.
fn push(out: &mut String, char: char) {
    if char.is_ascii_control() {
        let _ = write!(out, "\\x{:02X}", u32::from(char));
    } else {
        if "\\[]^-&~".contains(char) {
            out.push('\\');
        }
        out.push(char);
    }
}
