//! `password = …` in its many spellings: configuration, JSON, YAML, XML, queries, command lines and
//! sentences. The name decides (see [`Names`]), then the value must look like one.

use std::ops::Range;

use crate::{
    Confidence, NameClass, Names,
    check::{entropy, mixed},
    placeholder,
};

/// Words that are looked for; what surrounds them decides.
pub(crate) const KEYWORDS: &[&str] = &[
    "passw",
    "passphrase",
    "passcode",
    "pwd",
    "_pass",
    "secret",
    "token",
    "credential",
    "creds",
    "key",
    "cookie",
    "dsn",
    "auth",
    "session",
    "signature",
    "sig",
    "connectionstring",
    "connection_string",
    "connection string",
    "bearer",
    "jwt",
    "otp",
    "kennwort",
    "contrase",
    "motdepasse",
    "senha",
    "csrf",
    "xsrf",
];

const LONGEST_NAME: usize = 64;
const LONGEST_VALUE: usize = 4096;
const LONGEST_GAP: usize = 8;

/// A value that a secret name is given, and how sure that is.
pub(crate) struct Assigned {
    pub(crate) range: Range<usize>,
    pub(crate) confidence: Confidence,
}

/// How a name and its value are joined.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Join {
    /// `name=value`, and quoted values however they are joined.
    Tight,
    /// `name: value`, `name = value`.
    Loose,
    /// `--name value`.
    Option,
    /// `name is value`.
    Sentence,
    /// `<name>value</name>`.
    Element,
}

/// Looks at the name around a keyword. Returns where the name ends, so that it is looked at once.
pub(crate) fn look(names: &Names, text: &str, keyword: Range<usize>) -> (usize, Option<Assigned>) {
    let name = surround(text, keyword);
    let end = name.end;
    let found = assigned(names, text, name);
    (end, found)
}

fn assigned(names: &Names, text: &str, name: Range<usize>) -> Option<Assigned> {
    let bytes = text.as_bytes();
    let (class, term) = judge(names, text, &name)?;
    let (join, at) = joined(bytes, &name)?;
    // An ordinary word occurs often: so as not to read the same long rest again and again, only
    // the beginning is judged.
    let look = if class == NameClass::Doubtful {
        256
    } else {
        LONGEST_VALUE
    };
    let mut value = value_at(text, at, join, look);
    let mut inner = text.get(value.range.clone())?;
    if placeholder::shape(inner) || placeholder::remark(inner) {
        return None;
    }
    let number = inner
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b".,_".contains(&byte));
    if number && !holds_numbers(&term) {
        return None;
    }
    if !value.quoted && placeholder::expression(inner) {
        return None;
    }
    if matches!(term.as_str(), "passphrase" | "passphrases")
        && join == Join::Loose
        && !value.quoted
        && !placeholder::goes_on(inner)
    {
        // The one secret that has blanks: it goes on to the end of the line.
        let most = floor(text, value.range.start.saturating_add(LONGEST_VALUE));
        let rest = text.get(value.range.start..most)?;
        let line = rest.split(['\n', '\r']).next()?.trim_end();
        value.range.end = value.range.start + line.len();
        value.quoted = true;
        inner = line;
    }
    // `PWD=/home/alice` is where a shell is.
    if term == "pwd" && inner.starts_with('/') {
        return None;
    }
    let plain_word = inner.bytes().all(|byte| byte.is_ascii_lowercase());
    // Only near by: a look to the end of the line for each value would be quadratic.
    let follows = text.as_bytes().get(value.range.end..).unwrap_or_default();
    let blank = |byte: &&u8| matches!(**byte, b' ' | b'\t' | b'.' | b';' | b',');
    let blanks = follows.iter().take(LONGEST_GAP).take_while(blank).count();
    let last = matches!(follows.get(blanks), None | Some(b'\n' | b'\r'));
    let random = inner.len() >= 20
        && inner.bytes().filter(u8::is_ascii_digit).count() >= 2
        && mixed(inner)
        && entropy(inner) >= 3.5
        && !identifier(inner);
    let holds = match (class, join) {
        (NameClass::Doubtful, _) => random,
        (_, Join::Tight | Join::Element) => true,
        (_, Join::Loose) => {
            value.quoted
                || !placeholder::goes_on(inner)
                    && (last || !plain_word)
                    && !capitalised(inner, last)
        }
        (_, Join::Option) => value.quoted || !placeholder::goes_on(inner),
        (_, Join::Sentence) => {
            inner.len() >= 4 && mixed(inner) && !placeholder::goes_on(inner) && !identifier(inner)
        }
    };
    if !holds {
        return None;
    }
    let confidence = match join {
        _ if random => Confidence::Medium,
        Join::Tight | Join::Option | Join::Element => Confidence::Medium,
        Join::Loose if value.quoted => Confidence::Medium,
        Join::Loose | Join::Sentence => Confidence::Low,
    };
    if class == NameClass::Doubtful {
        value = value_at(text, at, join, LONGEST_VALUE);
    }
    Some(Assigned {
        range: value.range,
        confidence,
    })
}

/// `Token: Bucket algorithm`: a word of a sentence, unless it ends the line.
fn capitalised(value: &str, last: bool) -> bool {
    let mut bytes = value.bytes();
    !last
        && bytes.next().is_some_and(|first| first.is_ascii_uppercase())
        && bytes.all(|byte| byte.is_ascii_lowercase())
}

/// Numbers are passwords, never tokens.
fn holds_numbers(term: &str) -> bool {
    term.starts_with("pass")
        || matches!(term, "pwd" | "otp" | "totp" | "kennwort" | "senha")
        || term.ends_with(" pass")
        || term.contains("code")
}

/// UUIDs, digests, versions, dates: names of things.
fn identifier(value: &str) -> bool {
    let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let dashed = value
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let digest = value
        .split_once([':', '-', '='])
        .is_some_and(|(name, rest)| name.len() <= 12 && name.starts_with("sha") && hex(rest));
    let dated = value
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"-:.TZ+".contains(&byte));
    value.len() == 36 && dashed || digest || dated
}

/// The name around a keyword: letters, digits, and what joins them.
fn surround(text: &str, keyword: Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let joins = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    let before = bytes.get(..keyword.start).unwrap_or_default();
    let left = before
        .iter()
        .rev()
        .take(LONGEST_NAME)
        .take_while(|byte| joins(byte) || **byte == b'.')
        .count();
    let after = bytes.get(keyword.end..).unwrap_or_default();
    let right = after
        .iter()
        .take(LONGEST_NAME)
        .take_while(|byte| joins(byte))
        .count();
    keyword.start - left..keyword.end + right
}

/// What the name says; where it says nothing, what it says together with the word before it
/// (`api key`), if they are on one line.
fn judge(names: &Names, text: &str, name: &Range<usize>) -> Option<(NameClass, String)> {
    let secret = |judged: (NameClass, Option<String>)| match judged {
        (class @ (NameClass::Secret | NameClass::Doubtful), Some(term)) => Some((class, term)),
        _ => None,
    };
    secret(names.judge(text.get(name.clone())?)).or_else(|| {
        let before = text.get(..name.start)?.strip_suffix(' ')?.as_bytes();
        let word = before
            .iter()
            .rev()
            .take(LONGEST_NAME)
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        secret(names.judge(text.get(before.len() - word..name.end)?))
    })
}

/// How the name is joined to what follows, and where that starts.
fn joined(bytes: &[u8], name: &Range<usize>) -> Option<(Join, usize)> {
    let byte = |at: usize| bytes.get(at).copied();
    let gap = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        let blanks = |byte: &&u8| matches!(**byte, b' ' | b'\t');
        from + rest.iter().take(LONGEST_GAP).take_while(blanks).count()
    };
    let before = name.start.checked_sub(1).and_then(byte);
    if before == Some(b'<') && byte(name.end) == Some(b'>') {
        return Some((Join::Element, name.end + 1));
    }
    // The quote or bracket that the name stands in: `"name"`, `\"name\"`, `['name']`.
    let mut at = name.end;
    while byte(at) == Some(b'\\') && at < name.end + LONGEST_GAP {
        at += 1;
    }
    let quoted = matches!(byte(at), Some(b'"' | b'\'' | b'`'));
    at = if quoted { at + 1 } else { name.end };
    if byte(at) == Some(b']') {
        at += 1;
    }
    let close = at;
    at = gap(at);
    let follows = bytes.get(at..).unwrap_or_default();
    let mark = match (byte(at), byte(at + 1)) {
        // An equals sign as URLs and JSON escape it.
        (Some(b'%'), _) if follows.starts_with(b"%3D") || follows.starts_with(b"%3d") => {
            return Some((Join::Tight, at + 3));
        }
        (Some(b'\\'), _) if follows.starts_with(b"\\u003d") => return Some((Join::Tight, at + 6)),
        // A comparison gives no value.
        (Some(b'='), Some(b'=' | b'~')) | (Some(b':'), Some(b':' | b'/')) => None,
        (Some(b'='), Some(b'>')) | (Some(b':'), Some(b'=')) => Some(2),
        (Some(b'=' | b':'), _) => Some(1),
        _ => None,
    };
    if let Some(mark) = mark {
        let start = gap(at + mark);
        let tight = at == close && start == at + mark && byte(at) == Some(b'=');
        return Some((if tight { Join::Tight } else { Join::Loose }, start));
    }
    let option = byte(name.start) == Some(b'-');
    if option && at > close && byte(at) != Some(b'-') {
        return Some((Join::Option, at));
    }
    if quoted || at == close {
        return None;
    }
    sentence(bytes, at).map(|start| (Join::Sentence, start))
}

/// `… is X`, `… was changed to X`, `… X`: where X starts.
fn sentence(bytes: &[u8], mut at: usize) -> Option<usize> {
    const LINKS: &[&[u8]] = &[
        b"is", b"was", b"set", b"changed", b"reset", b"to", b"now", b"equals", b"be", b"still",
        b"will",
    ];
    for _ in 0..4 {
        let rest = bytes.get(at..)?;
        let word = rest
            .iter()
            .take(12)
            .take_while(|byte| byte.is_ascii_lowercase())
            .count();
        if rest.get(word) != Some(&b' ') || !LINKS.contains(&rest.get(..word)?) {
            break;
        }
        at += word + 1;
    }
    Some(at)
}

struct Value {
    range: Range<usize>,
    quoted: bool,
}

/// The value at a place: what is in quotes, or up to where something else begins.
fn value_at(text: &str, at: usize, join: Join, most: usize) -> Value {
    let bytes = text.as_bytes();
    let end = floor(text, at.saturating_add(most));
    let window = bytes.get(at..end).unwrap_or_default();
    if join == Join::Element {
        let length = window
            .iter()
            .position(|byte| *byte == b'<')
            .unwrap_or(window.len());
        return Value {
            range: at..at + length,
            quoted: true,
        };
    }
    let slashes = window.iter().take_while(|byte| **byte == b'\\').count();
    // `b"…"`, `r'…'`, `f"…"`: strings of Python and Rust.
    let prefix = match window.get(slashes..slashes + 2) {
        Some([b'b' | b'r' | b'f' | b'B' | b'R' | b'F', b'"' | b'\'']) => slashes + 1,
        _ => slashes,
    };
    if let Some(quote @ (b'"' | b'\'' | b'`')) = window.get(prefix).copied() {
        let start = prefix + 1;
        let length = quoted(window.get(start..).unwrap_or_default(), quote, slashes);
        return Value {
            range: at + start..at + start + length,
            quoted: true,
        };
    }
    let length = bare(window);
    Value {
        range: at..floor(text, at + length),
        quoted: false,
    }
}

/// The length of a string up to its quote, which has as many backslashes before it as the first.
fn quoted(bytes: &[u8], quote: u8, slashes: usize) -> usize {
    let mut run = 0;
    for (index, byte) in bytes.iter().enumerate() {
        match *byte {
            b'\\' => run += 1,
            it if it == quote && run <= slashes => return index - run,
            // An open quote ends with the line.
            b'\n' | b'\r' => return index,
            _ => run = 0,
        }
    }
    bytes.len()
}

/// The length of a value without quotes. A comma or an ampersand ends it only where something
/// else visibly follows: a password may contain them, and too much redacted is better than too
/// little.
fn bare(bytes: &[u8]) -> usize {
    if bytes.first() == Some(&b'<')
        && let Some(end) = bytes
            .iter()
            .take(LONGEST_NAME)
            .position(|byte| *byte == b'>')
    {
        return end + 1;
    }
    // `{{ name }}`, `${{ name }}`: templates, which may have blanks.
    if bytes.starts_with(b"{{") || bytes.starts_with(b"${{") {
        let near = bytes
            .get(..bytes.len().min(2 * LONGEST_NAME))
            .unwrap_or_default();
        if let Some(end) = near.windows(2).position(|pair| pair == b"}}") {
            return end + 2;
        }
    }
    let mut length = bytes.len();
    for (index, byte) in bytes.iter().enumerate() {
        let ends = match byte {
            byte if byte.is_ascii_whitespace() => true,
            b'<' | b'>' | b'"' | b'\'' | b'`' => index > 0,
            b'\\' => matches!(
                bytes.get(index + 1),
                Some(b'n' | b'r' | b't' | b'"' | b'\'')
            ),
            b'&' | b';' | b',' | b'|' => index > 0 && names_next(bytes.get(index + 1..)),
            _ => false,
        };
        if ends {
            length = index;
            break;
        }
    }
    let kept = bytes.get(..length).unwrap_or_default();
    let trailing = |byte: &&u8| b".,;:!?)]}".contains(*byte);
    let cut = kept.iter().rev().take_while(trailing).count();
    // `${VAR}` and `call()` keep their brackets: they are what says that this is no value.
    if kept.iter().any(|byte| b"{([".contains(byte)) {
        return length
            - kept
                .iter()
                .rev()
                .take_while(|byte| b".,;:!?".contains(*byte))
                .count();
    }
    length - cut
}

/// Whether `name=` or `name:` follows.
fn names_next(bytes: Option<&[u8]>) -> bool {
    let rest = bytes.unwrap_or_default();
    let name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-.\"' ".contains(*byte);
    let length = rest.iter().take(40).take_while(name).count();
    length > 0 && matches!(rest.get(length), Some(b'=' | b':'))
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
