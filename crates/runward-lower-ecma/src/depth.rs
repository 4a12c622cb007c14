//! How deep a text nests, before a parser that recurses sees it.
//!
//! The parser has no limit of its own and its stack is finite. [`bound`] says at memory speed how
//! much could nest at all, whatever is code and whatever is not; for most files that is little.
//! [`check`] looks closer: it knows strings, comments, templates and (by what stands before the
//! slash) regular expressions, which is enough to count brackets, and the operators and keywords
//! that nest without brackets (`!!!!x`, `a=>b=>c`, `else if`).

use runward_syntax::Limits;

/// Operators that may nest without brackets, for each level of nesting that the limits allow.
const RUN_PER_LEVEL: usize = 5;

/// Everything that could nest, wherever it stands: what is in strings and comments counts too, so
/// that no misreading of them makes it too small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Nesting {
    pub brackets: usize,
    /// Operators, and words after space, which may be keywords that nest.
    pub operators: usize,
    /// `f<`, which may begin the arguments of a type.
    pub types: usize,
}

/// Where the text becomes deeper than the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooDeep {
    pub at: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Level {
    /// Operators since the last separator.
    run: usize,
    /// `else`s; a semicolon does not end their chain.
    elses: usize,
    /// Whether it is `${…}`, after which the text of a template goes on.
    hole: bool,
}

struct Scan<'s> {
    bytes: &'s [u8],
    at: usize,
    open: Vec<Level>,
    level: Level,
    /// The operators of all open levels.
    runs: usize,
    /// Whether what came last ends an operand, so that a slash divides.
    operand: bool,
    /// Up to here a quote or a slash is known to have no partner on its line.
    lone_until: usize,
}

/// What a byte is, as a table: the scans are most of what reading costs beside the parser.
const CLASS: [Class; 256] = {
    let mut table = [Class::OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(
            clippy::indexing_slicing,
            reason = "within the table; and at compile time"
        )]
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        {
            table[byte] = Class::of(byte as u8);
        }
        byte += 1;
    }
    table
};

#[derive(Debug, Clone, Copy)]
struct Class {
    word: bool,
    space: bool,
    /// A bracket in the upper half, an operator in the lower one, to be added up.
    nests: u64,
}

const BRACKET: u64 = 1 << 32;

impl Class {
    const OTHER: Self = Self {
        word: false,
        space: false,
        nests: 0,
    };

    const fn of(byte: u8) -> Self {
        Self {
            word: byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..),
            // Any other character may be a space too.
            space: byte <= b' ' || byte >= 0x80,
            nests: match byte {
                b'(' | b'[' | b'{' | b'`' | b'<' => BRACKET,
                b'!' | b'~' | b'+' | b'-' | b'?' | b':' | b'=' | b'*' | b'/' | b'>' | b'&'
                | b'|' | b'^' | b'%' | b'@' => 1,
                _ => 0,
            },
        }
    }
}

fn class(byte: u8) -> Class {
    CLASS
        .get(usize::from(byte))
        .copied()
        .unwrap_or(Class::OTHER)
}

fn is_word(byte: u8) -> bool {
    class(byte).word
}

/// The most that can nest.
pub(crate) fn bound(source: &str) -> Nesting {
    let mut nests = 0;
    let mut types = 0;
    let (mut after_space, mut after_word) = (true, false);
    for byte in source.bytes() {
        let class = class(byte);
        nests += class.nests + u64::from(after_space & byte.is_ascii_lowercase());
        types += usize::from(after_word && byte == b'<');
        after_space = class.space;
        after_word = class.word;
    }
    let half = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    Nesting {
        brackets: half(nests / BRACKET),
        operators: half(nests % BRACKET),
        types,
    }
}

pub(crate) fn check(source: &str, limits: &Limits) -> Result<(), TooDeep> {
    let mut scan = Scan {
        bytes: source.as_bytes(),
        at: 0,
        open: Vec::new(),
        level: Level::default(),
        runs: 0,
        operand: false,
        lone_until: 0,
    };
    while let Some(byte) = scan.peek(0) {
        if byte <= b' ' {
            scan.at += 1;
            continue;
        }
        let from = scan.at;
        if is_word(byte) {
            scan.word();
        } else {
            scan.step(byte);
        }
        if scan.open.len() > limits.depth || scan.runs > limits.depth.saturating_mul(RUN_PER_LEVEL)
        {
            return Err(TooDeep { at: from });
        }
    }
    Ok(())
}

impl Scan<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn step(&mut self, byte: u8) {
        match byte {
            b'(' | b'[' | b'{' => {
                self.push(false);
                self.at += 1;
            }
            b')' | b']' | b'}' => {
                self.at += 1;
                if self.pop() {
                    self.template();
                }
            }
            b'"' | b'\'' => self.string(byte),
            b'`' => {
                self.at += 1;
                self.template();
            }
            b'/' => self.slash(),
            b';' | b',' => {
                self.runs = self.runs.saturating_sub(self.level.run);
                self.level.run = 0;
                self.operand = false;
                self.at += 1;
            }
            b'!' | b'~' | b'+' | b'-' | b'?' | b':' | b'=' | b'*' | b'<' | b'>' | b'&' | b'|'
            | b'^' | b'%' | b'@' => self.operator(),
            b'\\' => self.at += 2,
            b'.' => {
                self.operand = false;
                self.at += 1;
            }
            _ => self.at += 1,
        }
    }

    fn push(&mut self, hole: bool) {
        self.open.push(self.level);
        self.level = Level {
            hole,
            ..Level::default()
        };
        self.operand = false;
    }

    /// Whether the text of a template goes on now.
    fn pop(&mut self) -> bool {
        let hole = self.level.hole;
        self.runs = self.runs.saturating_sub(self.level.run + self.level.elses);
        self.level = self.open.pop().unwrap_or_default();
        self.operand = true;
        hole
    }

    fn operator(&mut self) {
        // `f<` may begin the arguments of a type, which the parser tries first: nested, each try holds the
        // rest of the text once more.
        let may_be_type = self.operand && self.peek(0) == Some(b'<');
        let weight = if may_be_type { RUN_PER_LEVEL } else { 1 };
        self.level.run += weight;
        self.runs += weight;
        self.operand = false;
        self.at += 1;
    }

    fn word(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|byte| !is_word(*byte))
            .unwrap_or(rest.len())
            .max(1);
        self.at += length;
        self.operand = true;
        // The keywords below have two to ten letters.
        if !(2..=10).contains(&length) {
            return;
        }
        match rest.get(..length).unwrap_or_default() {
            b"else" => {
                self.level.elses += 1;
                self.runs += 1;
                self.operand = false;
            }
            b"new" | b"typeof" | b"void" | b"delete" | b"await" | b"yield" | b"if" | b"for"
            | b"while" | b"do" | b"with" | b"extends" | b"infer" | b"keyof" => {
                self.level.run += 1;
                self.runs += 1;
                self.operand = false;
            }
            b"return" | b"case" | b"in" | b"of" | b"throw" | b"instanceof" => self.operand = false,
            _ => {}
        }
    }

    fn string(&mut self, quote: u8) {
        self.operand = true;
        self.at += 1;
        if self.at <= self.lone_until {
            return;
        }
        let mut end = self.at;
        loop {
            match self.bytes.get(end) {
                None | Some(b'\n') => {
                    // An apostrophe in the text of JSX.
                    self.lone_until = end;
                    return;
                }
                Some(b'\\') => end += 2,
                Some(byte) if *byte == quote => break,
                Some(_) => end += 1,
            }
        }
        self.skip_to(end + 1);
    }

    /// The text of a template up to its end or to a hole in it.
    fn template(&mut self) {
        loop {
            match self.peek(0) {
                None => return,
                Some(b'\\') => self.at += 2,
                Some(b'`') => {
                    self.at += 1;
                    self.operand = true;
                    return;
                }
                Some(b'$') if self.peek(1) == Some(b'{') => {
                    self.at += 2;
                    self.push(true);
                    return;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn slash(&mut self) {
        match self.peek(1) {
            Some(b'/') => {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let line = rest.iter().position(|byte| *byte == b'\n');
                self.skip_to(line.map_or(self.bytes.len(), |length| self.at + length));
            }
            Some(b'*') => {
                let rest = self.bytes.get(self.at + 2..).unwrap_or_default();
                let close = rest.windows(2).position(|pair| pair == b"*/");
                self.skip_to(close.map_or(self.bytes.len(), |length| self.at + length + 4));
            }
            _ if self.operand || self.at < self.lone_until => self.operator(),
            _ => self.regex(),
        }
    }

    fn regex(&mut self) {
        let mut end = self.at + 1;
        let mut class = false;
        loop {
            match self.bytes.get(end) {
                None | Some(b'\n') => {
                    self.lone_until = end;
                    return self.operator();
                }
                Some(b'\\') => end += 1,
                Some(b'[') => class = true,
                Some(b']') => class = false,
                Some(b'/') if !class => break,
                Some(_) => {}
            }
            end += 1;
        }
        self.skip_to(end + 1);
        self.operand = true;
    }

    /// Passes over text that is believed not to be code.
    fn skip_to(&mut self, end: usize) {
        self.at = end.min(self.bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deep(source: &str) -> bool {
        check(
            source,
            &Limits {
                depth: 100,
                ..Limits::default()
            },
        )
        .is_err()
    }

    #[test]
    fn brackets_operators_and_keywords_nest() {
        for part in ["(", "[", "{", "`${", "f(", "{a:[", "x=>{"] {
            assert!(deep(&part.repeat(200)), "{part}");
        }
        for part in [
            "!",
            "a=>",
            "a?b:",
            "-",
            "typeof ",
            "if(a);else ",
            "if(a)",
            "a=",
            "<a>",
        ] {
            assert!(deep(&part.repeat(600)), "{part}");
        }
        // Each try to read a type holds the rest once more.
        assert!(deep(&"f<".repeat(120)));
        assert!(!deep(&"a<b;".repeat(600)));
    }

    #[test]
    fn the_bound_counts_what_could_nest() {
        let found = bound("f(a, '[') + new x // {\n");
        assert_eq!((found.brackets, found.operators), (3, 6));
        assert_eq!(bound("f<a, b<c>> < g<h").types, 3);
    }

    #[test]
    fn what_is_no_code_does_not_nest() {
        let lines = [
            "f('((((', \"[[[\", `{{{{`, /[(]((\\//);\n",
            "// ((((\n/* (((( */;\n",
            "a / (b) / c;\n",
            "<p>don't</p>;\n",
            "if (a) { b(); }\n",
        ];
        for line in lines {
            assert!(!deep(&line.repeat(90)), "{line}");
        }
        let separate = "x = !a + b;\n".repeat(5_000);
        assert!(!deep(&separate));
    }

    #[test]
    fn a_long_line_of_lone_quotes_takes_linear_time() {
        for part in ["=/[", "\\'", "'\\'", "/", "\""] {
            let _ = check(&part.repeat(500_000), &Limits::default());
        }
    }
}
