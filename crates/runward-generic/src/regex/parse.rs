//! Reads the syntax of PCRE2, as far as its manual page `pcre2pattern` goes.

use runward_syntax::Span;

use super::class;
use super::syntax::{Assert, Mode, Node, Test};
use crate::RegexError;

/// As PCRE2's own `PARENS_NEST_LIMIT`.
const MAX_NESTING: usize = 250;
const MAX_REPEAT: u32 = 65_535;

/// What is on at a place: `(?imsxn)`.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the syntax"
)]
struct Flags {
    caseless: bool,
    multiline: bool,
    dot_all: bool,
    extended: bool,
    no_capture: bool,
}

pub(super) struct Parser<'t> {
    text: &'t str,
    at: usize,
    flags: Flags,
    depth: usize,
    /// Groups that were opened so far, for relative references.
    groups: u32,
}

type Parsed<T> = Result<T, RegexError>;

/// Reads an expression. `multiline` is the flag `m` at its beginning.
pub(super) fn parse(text: &str, multiline: bool) -> Parsed<Node> {
    let mut parser = Parser {
        text,
        at: 0,
        flags: Flags {
            multiline,
            ..Flags::default()
        },
        depth: 0,
        groups: 0,
    };
    parser.start_options()?;
    let node = parser.alternatives()?;
    if parser.at < text.len() {
        return Err(parser.error_at(parser.at, "this `)` closes no group; escape it as `\\)`"));
    }
    Ok(node)
}

impl<'t> Parser<'t> {
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += char.len_utf8();
        Some(char)
    }

    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// An error about the text from a place up to here.
    pub(super) fn error_at(&self, start: usize, message: &str) -> RegexError {
        let end = self.at.max(start + 1).min(self.text.len()).max(start);
        RegexError {
            message: message.to_owned(),
            span: Span::new(
                u32::try_from(start).unwrap_or(u32::MAX),
                u32::try_from(end).unwrap_or(u32::MAX),
            ),
        }
    }

    /// `(*UTF)` and the like at the very beginning.
    fn start_options(&mut self) -> Parsed<()> {
        const KNOWN: [&str; 8] = [
            "(*UTF8)",
            "(*UTF)",
            "(*LF)",
            "(*NO_JIT)",
            "(*NO_START_OPT)",
            "(*NO_AUTO_POSSESS)",
            "(*NOTEMPTY)",
            "(*BSR_UNICODE)",
        ];
        while KNOWN.iter().any(|known| self.take(known)) {}
        if self.rest().starts_with("(*UCP)") {
            return Err(self.error_at(self.at, "`(*UCP)` is not supported; remove it"));
        }
        Ok(())
    }

    /// Up to the end or the `)` of the group. Flags set inside end there.
    fn alternatives(&mut self) -> Parsed<Node> {
        let outer = self.flags;
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(self.error_at(self.at, "groups are nested too deeply"));
        }
        let mut branches = vec![self.branch()?];
        while self.take("|") {
            branches.push(self.branch()?);
        }
        self.depth -= 1;
        self.flags = outer;
        Ok(match branches.len() {
            1 => branches.pop().unwrap_or(Node::Empty),
            _ => Node::Alt(branches),
        })
    }

    fn branch(&mut self) -> Parsed<Node> {
        let mut nodes = Vec::new();
        loop {
            self.skip_extended();
            let start = self.at;
            match self.peek() {
                None | Some('|' | ')') => break,
                Some('*' | '+' | '?') => {
                    return Err(self.error_at(start, "nothing stands before this repetition"));
                }
                Some('(') => {
                    if let Some(node) = self.group()? {
                        nodes.push(self.repeated(node)?);
                    }
                }
                Some('\\') if self.take("\\Q") => {
                    let (quoted, end) = match self.rest().find("\\E") {
                        Some(end) => (self.rest().get(..end).unwrap_or_default(), end + 2),
                        None => (self.rest(), self.rest().len()),
                    };
                    let caseless = self.flags.caseless;
                    nodes.extend(quoted.chars().map(|char| Node::Char { char, caseless }));
                    self.at += end;
                    if let Some(last) = nodes.pop() {
                        nodes.push(self.repeated(last)?);
                    }
                }
                Some('\\') if self.take("\\E") => {}
                Some(_) => {
                    let node = self.atom()?;
                    nodes.push(self.repeated(node)?);
                }
            }
        }
        Ok(match nodes.len() {
            0 => Node::Empty,
            1 => nodes.pop().unwrap_or(Node::Empty),
            _ => Node::Concat(nodes),
        })
    }

    /// White space and comments, where the flag `x` is on, and `(?#…)` anywhere.
    fn skip_extended(&mut self) {
        loop {
            if self.rest().starts_with("(?#") {
                let length = self
                    .rest()
                    .find(')')
                    .map_or(self.rest().len(), |end| end + 1);
                self.at += length;
            } else if self.flags.extended && self.peek().is_some_and(|c| c.is_ascii_whitespace()) {
                self.next();
            } else if self.flags.extended && self.peek() == Some('#') {
                let length = self
                    .rest()
                    .find('\n')
                    .map_or(self.rest().len(), |end| end + 1);
                self.at += length;
            } else {
                return;
            }
        }
    }

    /// The repetitions behind a node, if any.
    fn repeated(&mut self, node: Node) -> Parsed<Node> {
        let mut node = node;
        let mut wraps = 0;
        loop {
            self.skip_extended();
            let start = self.at;
            let (min, max) = match self.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                Some('{') => {
                    let Some((min, max, length)) = braces(self.rest()) else {
                        return Ok(node);
                    };
                    self.at += length - 1;
                    if min > MAX_REPEAT || max.is_some_and(|max| max > MAX_REPEAT) {
                        return Err(self.error_at(start, "more than 65535 repetitions"));
                    }
                    if max.is_some_and(|max| max < min) {
                        return Err(self.error_at(start, "the numbers are in the wrong order"));
                    }
                    (min, max)
                }
                _ => return Ok(node),
            };
            self.next();
            wraps += 1;
            if wraps > MAX_NESTING {
                return Err(self.error_at(start, "repetitions are nested too deeply"));
            }
            let mode = if self.take("?") {
                Mode::Lazy
            } else if self.take("+") {
                Mode::Possessive
            } else {
                Mode::Greedy
            };
            node = match node {
                // An assertion holds once or not at all.
                Node::Look { .. } | Node::Assert(_) if min == 0 => Node::Empty,
                Node::Look { .. } | Node::Assert(_) | Node::Empty => node,
                node => Node::Repeat {
                    node: Box::new(node),
                    min,
                    max,
                    mode,
                },
            };
        }
    }

    fn atom(&mut self) -> Parsed<Node> {
        let start = self.at;
        let caseless = self.flags.caseless;
        Ok(match self.next() {
            Some('.') => Node::Dot {
                all: self.flags.dot_all,
            },
            Some('^') if self.flags.multiline => Node::Assert(Assert::LineStart),
            Some('^') => Node::Assert(Assert::TextStart),
            Some('$') if self.flags.multiline => Node::Assert(Assert::LineEnd),
            Some('$') => Node::Assert(Assert::LastLineEnd),
            Some('[') => Node::Class {
                text: class::bracketed(self, start)?,
                caseless,
            },
            Some('\\') => self.escape(start)?,
            Some(char) => Node::Char { char, caseless },
            None => Node::Empty,
        })
    }

    /// What follows a backslash outside of brackets.
    fn escape(&mut self, start: usize) -> Parsed<Node> {
        let caseless = self.flags.caseless;
        let Some(char) = self.peek() else {
            return Err(self.error_at(start, "nothing stands after this backslash"));
        };
        if let Some(text) = class::shorthand(self, start)? {
            return Ok(Node::Class {
                text,
                caseless: false,
            });
        }
        let assert = match char {
            'A' => Some(Assert::TextStart),
            'z' => Some(Assert::TextEnd),
            'Z' => Some(Assert::LastLineEnd),
            'b' => Some(Assert::Word),
            'B' => Some(Assert::NotWord),
            'G' => Some(Assert::Continue),
            _ => None,
        };
        if let Some(assert) = assert {
            self.next();
            return Ok(Node::Assert(assert));
        }
        match char {
            'K' => {
                self.next();
                Ok(Node::Keep)
            }
            'N' => {
                self.next();
                Ok(Node::Dot { all: false })
            }
            'R' => {
                self.next();
                // `\r\n` is one line end and is not taken apart again.
                parse(r"(?>\r\n|[\n\x0b\f\r\x85\x{2028}\x{2029}])", true)
            }
            'X' | 'C' => Err(self.error_at(start, "`\\X` and `\\C` are not supported")),
            'g' | 'k' => self.reference(start),
            '1'..='9' => {
                let digits = digits(self.rest());
                // One digit is always a group; more are one where so many groups exist, else octal.
                let number: u32 = digits.parse().unwrap_or(u32::MAX);
                if digits.len() == 1 || number <= self.groups {
                    self.at += digits.len();
                    return Ok(Node::Backref {
                        group: number.to_string(),
                        caseless,
                    });
                }
                let char = class::character(self, start)?;
                Ok(Node::Char { char, caseless })
            }
            _ => {
                let char = class::character(self, start)?;
                Ok(Node::Char { char, caseless })
            }
        }
    }

    /// `\g…` and `\k…`, the backslash being read.
    fn reference(&mut self, start: usize) -> Parsed<Node> {
        let caseless = self.flags.caseless;
        let letter = self.next();
        let (close, is_call) = match (letter, self.peek()) {
            (Some('g'), Some('<')) => ('>', true),
            (Some('g'), Some('\'')) => ('\'', true),
            (_, Some('<')) => ('>', false),
            (_, Some('\'')) => ('\'', false),
            (_, Some('{')) => ('}', false),
            (Some('g'), Some('0'..='9' | '-' | '+')) => {
                let sign = self.take("-");
                self.take("+");
                let digits = digits(self.rest());
                self.at += digits.len();
                let group = self.numbered(if sign { "-" } else { "" }, digits, start)?;
                return Ok(Node::Backref { group, caseless });
            }
            _ => return Err(self.error_at(start, "a group is missing here")),
        };
        self.next();
        let name = self.until(close, start)?;
        let group = match name.strip_prefix('-') {
            Some(digits) => self.numbered("-", digits, start)?,
            None => name.to_owned(),
        };
        Ok(if is_call {
            Node::Call(group)
        } else {
            Node::Backref { group, caseless }
        })
    }

    /// An absolute group from one that may be counted backwards.
    fn numbered(&self, sign: &str, digits: &str, start: usize) -> Parsed<String> {
        let number: Option<u32> = digits.parse().ok();
        let number = match (sign, number) {
            ("-", Some(back)) if back > 0 => (self.groups + 1).checked_sub(back),
            ("+", Some(ahead)) => self.groups.checked_add(ahead),
            ("", number) => number,
            _ => None,
        };
        match number {
            Some(number) if number > 0 || sign.is_empty() => Ok(number.to_string()),
            _ => Err(self.error_at(start, "there is no such group")),
        }
    }

    /// The text up to a closing character, which is read as well.
    pub(super) fn until(&mut self, close: char, start: usize) -> Parsed<&'t str> {
        let Some(end) = self.rest().find(close) else {
            return Err(self.error_at(start, &format!("the closing `{close}` is missing")));
        };
        let name = self.rest().get(..end).unwrap_or_default();
        self.at += end + close.len_utf8();
        if name.is_empty() || name.len() > 128 {
            return Err(self.error_at(start, "a name of 1 to 128 characters belongs here"));
        }
        Ok(name)
    }

    /// A group. `None` where it only sets flags.
    fn group(&mut self) -> Parsed<Option<Node>> {
        let start = self.at;
        self.next();
        if self.take("*") {
            return self.verb(start).map(Some);
        }
        if !self.take("?") {
            if self.flags.no_capture {
                return self
                    .closed(start, |node| Node::Group(Box::new(node)))
                    .map(Some);
            }
            return self.capture(None, start).map(Some);
        }
        let look = |behind, negative| {
            move |node| Node::Look {
                behind,
                negative,
                node: Box::new(node),
            }
        };
        let node = if self.take(":") {
            self.closed(start, |node| Node::Group(Box::new(node)))?
        } else if self.take(">") {
            self.closed(start, |node| Node::Atomic(Box::new(node)))?
        } else if self.take("=") {
            self.closed(start, look(false, false))?
        } else if self.take("!") {
            self.closed(start, look(false, true))?
        } else if self.take("<=") {
            self.closed(start, look(true, false))?
        } else if self.take("<!") {
            self.closed(start, look(true, true))?
        } else if self.take("P<") || self.take("<") {
            self.named('>', start)?
        } else if self.take("'") {
            self.named('\'', start)?
        } else if self.take("P=") {
            let group = self.until(')', start)?.to_owned();
            Node::Backref {
                group,
                caseless: self.flags.caseless,
            }
        } else if self.take("P>") || self.take("&") {
            Node::Call(self.until(')', start)?.to_owned())
        } else if self.take("R)") {
            Node::Call("0".to_owned())
        } else if self.take("(") {
            self.condition(start)?
        } else if self.take("|") {
            return Err(self.error_at(start, "groups `(?|…)` are not supported"));
        } else if let Some(call) = self.numbered_call(start)? {
            call
        } else {
            return self.set_flags(start);
        };
        Ok(Some(node))
    }

    fn named(&mut self, close: char, start: usize) -> Parsed<Node> {
        let name = self.until(close, start)?;
        let starts_well = name.starts_with(|c: char| c == '_' || c.is_alphabetic());
        if !starts_well || !name.chars().all(|c| c == '_' || c.is_alphanumeric()) {
            return Err(self.error_at(start, "a group's name has letters, digits and `_` only"));
        }
        self.capture(Some(name.to_owned()), start)
    }

    fn capture(&mut self, name: Option<String>, start: usize) -> Parsed<Node> {
        self.groups += 1;
        self.closed(start, |node| Node::Capture {
            name,
            node: Box::new(node),
        })
    }

    /// The inside of a group and its `)`.
    fn closed(&mut self, start: usize, wrap: impl FnOnce(Node) -> Node) -> Parsed<Node> {
        let node = self.alternatives()?;
        if !self.take(")") {
            return Err(RegexError {
                span: Span::new(
                    u32::try_from(start).unwrap_or(u32::MAX),
                    u32::try_from(start + 1).unwrap_or(u32::MAX),
                ),
                message: "this group is not closed; escape a literal parenthesis as `\\(`"
                    .to_owned(),
            });
        }
        Ok(wrap(node))
    }

    /// `(?1)`, `(?+1)`, `(?-1)`.
    fn numbered_call(&mut self, start: usize) -> Parsed<Option<Node>> {
        let rest = self.rest();
        let sign = rest
            .get(..1)
            .filter(|sign| ["-", "+"].contains(sign))
            .unwrap_or_default();
        let digits = digits(rest.get(sign.len()..).unwrap_or_default());
        let after = rest.get(sign.len() + digits.len()..).unwrap_or_default();
        if digits.is_empty() || !after.starts_with(')') {
            return Ok(None);
        }
        self.at += sign.len() + digits.len() + 1;
        Ok(Some(Node::Call(self.numbered(sign, digits, start)?)))
    }

    /// `(?(…)yes|no)`, read up to the inner parenthesis.
    fn condition(&mut self, start: usize) -> Parsed<Node> {
        let test = if self.take("DEFINE)") {
            Test::Define
        } else if self.rest().starts_with('?') {
            self.at -= 1;
            match self.group()? {
                Some(node @ Node::Look { .. }) => Test::Look(Box::new(node)),
                _ => return Err(self.error_at(start, "an assertion belongs here")),
            }
        } else {
            let name = self.until(')', start)?;
            Test::Group(name.trim_matches(['<', '>', '\'']).to_owned())
        };
        self.closed(start, |node| match node {
            Node::Alt(mut branches) if branches.len() == 2 => {
                let no = branches.pop().unwrap_or(Node::Empty);
                let yes = branches.pop().unwrap_or(Node::Empty);
                Node::Condition {
                    test,
                    yes: Box::new(yes),
                    no: Box::new(no),
                }
            }
            node => Node::Condition {
                test,
                yes: Box::new(node),
                no: Box::new(Node::Empty),
            },
        })
    }

    /// `(?i)`, `(?i-m:…)`, `(?^)`.
    fn set_flags(&mut self, start: usize) -> Parsed<Option<Node>> {
        let outer = self.flags;
        let mut on = true;
        if self.take("^") {
            self.flags = Flags {
                no_capture: outer.no_capture,
                ..Flags::default()
            };
        }
        loop {
            match self.next() {
                Some('-') => on = false,
                Some('i') => self.flags.caseless = on,
                Some('m') => self.flags.multiline = on,
                Some('s') => self.flags.dot_all = on,
                Some('x') => self.flags.extended = on,
                Some('n') => self.flags.no_capture = on,
                // Duplicate names and greediness by default are not worth their rarity.
                Some(')') => return Ok(None),
                Some(':') => {
                    let node = self.closed(start, |node| Node::Group(Box::new(node)))?;
                    self.flags = outer;
                    return Ok(Some(node));
                }
                _ => return Err(self.error_at(start, "this kind of group is not known")),
            }
        }
    }

    /// `(*FAIL)` and the like.
    fn verb(&mut self, start: usize) -> Parsed<Node> {
        let name = self.until(')', start)?;
        Ok(Node::Verb(match name {
            "FAIL" | "F" => "FAIL",
            "COMMIT" => "COMMIT",
            "SKIP" => "SKIP",
            "PRUNE" => "PRUNE",
            _ => return Err(self.error_at(start, "this control verb is not supported")),
        }))
    }
}

/// The decimal digits at the beginning.
fn digits(text: &str) -> &str {
    let end = text.bytes().take_while(u8::is_ascii_digit).count().min(9);
    text.get(..end).unwrap_or_default()
}

/// `{n}`, `{n,}` or `{n,m}` with its length; any other brace is a literal.
fn braces(text: &str) -> Option<(u32, Option<u32>, usize)> {
    let inside = text.strip_prefix('{')?;
    let inside = inside.get(..inside.find('}')?)?;
    let length = inside.len() + 2;
    let number = |text: &str| {
        let digits = digits(text);
        (digits.len() == text.len() && !text.is_empty()).then(|| digits.parse().ok())?
    };
    match inside.split_once(',') {
        None => number(inside).map(|n| (n, Some(n), length)),
        Some((min, "")) => number(min).map(|min| (min, None, length)),
        Some((min, max)) => Some((number(min)?, Some(number(max)?), length)),
    }
}
