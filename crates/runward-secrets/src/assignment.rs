//! `password = …` in its many spellings: configuration, JSON, YAML, XML, queries, command lines and
//! sentences. The name decides (see [`Names`]), then the value must look like one.

use std::ops::Range;

use crate::{
    Confidence, NameClass, Names,
    check::{distinct, entropy, mixed},
    placeholder,
    value::{Join, LONGEST_VALUE, Reader, floor},
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
const LONGEST_GAP: usize = 8;

/// A value that a secret name is given, and how sure that is.
pub(crate) struct Assigned {
    pub(crate) range: Range<usize>,
    pub(crate) confidence: Confidence,
    pub(crate) quoted: bool,
    /// In a sentence, not in something that a program reads.
    pub(crate) told: bool,
    pub(crate) holds: Holds,
}

/// What a name says that its value is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// People make them up.
    Password,
    /// Programs do.
    Key,
    /// The name is an ordinary word too (`session`, `signature`).
    Something,
}

/// Looks at names, each once, and remembers what it has read: in hostile text names stand close
/// together, and each would have the same long rest for its value.
pub(crate) struct Assignments<'a> {
    names: &'a Names,
    text: &'a str,
    values: Reader<'a>,
    /// Up to where names were read.
    read: usize,
    /// The last value without quotes that was surely found.
    covered: Range<usize>,
    /// What the last name says: many are the same.
    last: Option<(&'a str, Option<Term>)>,
}

type Term = (NameClass, String);

impl<'a> Assignments<'a> {
    pub(crate) fn new(names: &'a Names, text: &'a str) -> Self {
        Self {
            names,
            text,
            values: Reader::new(text),
            read: 0,
            covered: 0..0,
            last: None,
        }
    }

    /// Looks at the name around a keyword, unless that was done.
    pub(crate) fn look(&mut self, keyword: Range<usize>) -> Option<Assigned> {
        if keyword.start < self.read {
            return None;
        }
        let name = surround(self.text, keyword);
        self.read = name.end;
        if self.adds_nothing(&name) {
            return None;
        }
        self.assigned(&name)
    }

    /// As if nothing had been read, but for the names.
    #[cfg(test)]
    pub(crate) fn forget(&mut self) {
        *self = Self {
            read: self.read,
            ..Self::new(self.names, self.text)
        };
    }

    /// A name inside of a value that was found: its own value ends where that one does.
    fn adds_nothing(&self, name: &Range<usize>) -> bool {
        // There are no blanks and quotes in there, but a string may start at the very end.
        let inside = name.start >= self.covered.start
            && name.end.saturating_add(LONGEST_GAP) < self.covered.end;
        let Some(follows) = self.text.as_bytes().get(name.end..).filter(|_| inside) else {
            return false;
        };
        let passphrase = || {
            let name = self.text.as_bytes().get(name.clone()).unwrap_or_default();
            let mut letters = name.windows(6);
            letters.any(|letters| letters.eq_ignore_ascii_case(b"phrase"))
        };
        match follows {
            [_, b'\\', ..] | [_, _, b'\\', ..] => false,
            [b'=', ..] => true,
            // A passphrase goes on behind blanks.
            [b':', ..] => !passphrase(),
            _ => false,
        }
    }

    fn assigned(&mut self, name: &Range<usize>) -> Option<Assigned> {
        let text = self.text;
        let (join, at) = joined(text.as_bytes(), name)?;
        let (class, term) = self.judge(name)?;
        let mut value = self.values.read(at, join);
        // What a value is shows in its beginning; each name is read but once, its value by every
        // name before it.
        let mut inner = text.get(value.range.start..floor(text, value.judged()))?;
        let random = random(inner);
        if class == NameClass::Doubtful && !random
            || placeholder::shape(inner)
            || placeholder::remark(inner)
        {
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
            value.range.end = value.range.end.max(value.range.start + line.len());
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
                inner.len() >= 4
                    && mixed(inner)
                    && !placeholder::goes_on(inner)
                    && !identifier(inner)
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
        if !value.quoted && confidence == Confidence::Medium {
            self.covered = value.range.clone();
        }
        Some(Assigned {
            range: value.range,
            confidence,
            quoted: value.quoted,
            told: join == Join::Sentence,
            holds: match class {
                NameClass::Doubtful => Holds::Something,
                _ if holds_numbers(&term) => Holds::Password,
                _ => Holds::Key,
            },
        })
    }

    /// What the name says; where it says nothing, what it says together with the word before it
    /// (`api key`), if they are on one line.
    fn judge(&mut self, name: &Range<usize>) -> Option<Term> {
        let text = self.text;
        self.judge_one(text.get(name.clone())?).or_else(|| {
            let before = text.get(..name.start)?.strip_suffix(' ')?.as_bytes();
            let word = before
                .iter()
                .rev()
                .take(LONGEST_NAME)
                .take_while(|byte| byte.is_ascii_alphanumeric())
                .count();
            self.judge_one(text.get(before.len() - word..name.end)?)
        })
    }

    fn judge_one(&mut self, name: &'a str) -> Option<Term> {
        if let Some((last, judged)) = &self.last
            && *last == name
        {
            return judged.clone();
        }
        let judged = match self.names.judge(name) {
            (class @ (NameClass::Secret | NameClass::Doubtful), Some(term)) => Some((class, term)),
            _ => None,
        };
        self.last = Some((name, judged.clone()));
        judged
    }
}

/// Whether a value can hardly be a word, a number or the name of a thing.
pub(crate) fn random(value: &str) -> bool {
    value.len() >= 20
        && value.bytes().filter(u8::is_ascii_digit).count() >= 2
        && distinct(value, 12)
        && mixed(value)
        && entropy(value) >= 3.5
        && !identifier(value)
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
pub(crate) fn identifier(value: &str) -> bool {
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
