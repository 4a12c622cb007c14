//! The value that follows a name: in quotes, in an element, or up to where something else begins.

use std::ops::Range;

/// The longest value in quotes.
pub(crate) const LONGEST_VALUE: usize = 4096;
/// How much of a value is looked at to tell what it is.
const JUDGED: usize = 256;
const LONGEST_TEMPLATE: usize = 128;
const LONGEST_PLACEHOLDER: usize = 64;
/// Punctuation of the sentence that a value stands in.
const LONGEST_TRAIL: usize = 64;

/// How a name and its value are joined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
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

pub(crate) struct Value {
    pub(crate) range: Range<usize>,
    pub(crate) quoted: bool,
}

impl Value {
    /// Up to where it is looked at to tell what it is.
    pub(crate) fn judged(&self) -> usize {
        let most = if self.quoted { LONGEST_VALUE } else { JUDGED };
        self.range.end.min(self.range.start.saturating_add(most))
    }
}

/// Reads values. Where one without quotes ends does not depend on where it starts, so it is
/// remembered: names may follow one another without a blank for a mebibyte.
pub(crate) struct Reader<'a> {
    text: &'a str,
    /// Here no value ends, so far as it was read.
    clear: Range<usize>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, clear: 0..0 }
    }

    /// The value at a place.
    pub(crate) fn read(&mut self, at: usize, join: Join) -> Value {
        let end = floor(self.text, at.saturating_add(LONGEST_VALUE));
        let window = self.text.as_bytes().get(at..end).unwrap_or_default();
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
        let length = template(window).unwrap_or_else(|| self.bare(at));
        Value {
            range: at..floor(self.text, at + length),
            quoted: false,
        }
    }

    /// The length of a value without quotes.
    fn bare(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        // A value may start with what would end it later.
        let starts = match bytes.get(at) {
            None => return 0,
            Some(b'<' | b'>' | b'&' | b';' | b',' | b'|') => at + 1,
            Some(_) => at,
        };
        if !(self.clear.start..=self.clear.end).contains(&starts) {
            self.clear = starts..starts;
        }
        let rest = bytes.get(self.clear.end..).unwrap_or_default();
        let more = (0..rest.len()).find(|index| ends(rest.get(*index..).unwrap_or_default()));
        self.clear.end += more.unwrap_or(rest.len());
        let kept = bytes.get(at..self.clear.end).unwrap_or_default();
        // `${VAR}` and `call()` keep their brackets: they are what says that this is no value.
        let brackets = kept.len() > JUDGED || kept.iter().any(|byte| b"{([".contains(byte));
        let trailing = |byte: &&u8| {
            b".,;:!?".contains(*byte) || !brackets && matches!(**byte, b')' | b']' | b'}')
        };
        let cut = kept.iter().rev().take(LONGEST_TRAIL).take_while(trailing);
        kept.len() - cut.count()
    }
}

/// Whether a value ends here. A comma or an ampersand ends it only where something else visibly
/// follows: a password may contain them, and too much redacted is better than too little.
fn ends(bytes: &[u8]) -> bool {
    match bytes {
        [byte, ..] if byte.is_ascii_whitespace() => true,
        [b'<' | b'>' | b'"' | b'\'' | b'`', ..] => true,
        [b'\\', next, ..] => matches!(next, b'n' | b'r' | b't' | b'"' | b'\''),
        [b'&' | b';' | b',' | b'|', rest @ ..] => names_next(rest),
        _ => false,
    }
}

/// The length of `<name>`, `{{ name }}`, `${{ name }}`, which may have blanks.
fn template(bytes: &[u8]) -> Option<usize> {
    if bytes.first() == Some(&b'<') {
        let mut near = bytes.iter().take(LONGEST_PLACEHOLDER);
        return near.position(|byte| *byte == b'>').map(|end| end + 1);
    }
    if bytes.starts_with(b"{{") || bytes.starts_with(b"${{") {
        let near = bytes
            .get(..bytes.len().min(LONGEST_TEMPLATE))
            .unwrap_or_default();
        let end = near.windows(2).position(|pair| pair == b"}}");
        return end.map(|end| end + 2);
    }
    None
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

/// Whether `name=` or `name:` follows.
fn names_next(rest: &[u8]) -> bool {
    let name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-.\"' ".contains(*byte);
    let length = rest.iter().take(40).take_while(name).count();
    length > 0 && matches!(rest.get(length), Some(b'=' | b':'))
}

/// The last boundary of a character up to there.
pub(crate) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
