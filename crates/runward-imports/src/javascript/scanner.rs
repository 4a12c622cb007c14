//! Tells code from strings, comments, templates and regular expressions, and stops at the three
//! words that import.

use super::specifier::package;
use crate::{Limits, imports::Found, lines::Lines};

pub(super) fn scan(text: &str, line: u32, limits: &Limits, found: &mut dyn FnMut(Found<'_>)) {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
        lines: Lines::new(text.as_bytes(), line),
        first_line: line,
        before: Before::Operator,
        templates: Vec::new(),
        defines: false,
        braces: 0,
        regexes_end: 0,
        unclosed_comment: None,
    };
    scanner.run(limits, found);
}

/// What stands before, which decides whether `/` divides or begins a regular expression.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Operator,
    /// `a.b`: a word behind a dot is a property.
    Dot,
    Value,
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    lines: Lines<'a>,
    first_line: u32,
    before: Before,
    /// For each template literal whose `${` is open, the braces open around it, and its offset.
    templates: Vec<(usize, usize)>,
    /// The word before was `function`: what follows is a name.
    defines: bool,
    braces: usize,
    /// No `/` before this offset closes a regular expression on its line; spares a line of many
    /// slashes from being searched again and again.
    regexes_end: usize,
    unclosed_comment: Option<usize>,
}

/// Words after which a value begins.
const OPERATOR_WORDS: [&str; 14] = [
    "return",
    "typeof",
    "case",
    "in",
    "of",
    "delete",
    "void",
    "throw",
    "new",
    "else",
    "do",
    "instanceof",
    "yield",
    "await",
];

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

impl<'a> Scanner<'a> {
    fn byte(&self, offset: usize) -> Option<u8> {
        self.bytes.get(self.at + offset).copied()
    }

    fn run(&mut self, limits: &Limits, found: &mut dyn FnMut(Found<'_>)) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'\'' | b'"' => {
                    self.skip_string(byte);
                    self.before = Before::Value;
                }
                b'`' => {
                    let start = self.at;
                    self.at += 1;
                    self.template(start);
                }
                b'/' => self.slash(),
                b'{' => {
                    self.braces += 1;
                    self.at += 1;
                    self.before = Before::Operator;
                }
                b'}' => {
                    self.at += 1;
                    match self.templates.last().copied() {
                        Some((braces, start)) if braces == self.braces => {
                            self.templates.pop();
                            self.template(start);
                        }
                        _ => {
                            self.braces = self.braces.saturating_sub(1);
                            self.before = Before::Operator;
                        }
                    }
                }
                b')' | b']' => {
                    self.at += 1;
                    self.before = Before::Value;
                }
                b'.' => {
                    // `...x` spreads a value.
                    let spread = self.byte(1) == Some(b'.');
                    self.at += if spread { 3 } else { 1 };
                    self.before = if spread {
                        Before::Operator
                    } else {
                        Before::Dot
                    };
                }
                _ if is_word_byte(byte) => self.word(found),
                _ => {
                    self.at += 1;
                    self.before = Before::Operator;
                }
            }
            if self.templates.len() > limits.max_nesting {
                let start = self.templates.first().map_or(0, |(_, start)| *start);
                let reason = "imports below were not looked at: template literals are nested too \
                              deep; correct the file";
                self.lose(start, reason, found);
                return;
            }
        }
        if let Some(start) = self.unclosed_comment {
            let reason =
                "imports below were not looked at: a comment is not closed; correct the file";
            self.lose(start, reason, found);
        }
        if let Some((_, start)) = self.templates.first().copied() {
            let reason =
                "imports below may be missing: a template literal is not closed; correct the file";
            self.lose(start, reason, found);
        }
    }

    fn lose(&mut self, start: usize, reason: &'static str, found: &mut dyn FnMut(Found<'_>)) {
        // Lines are counted upwards only, and this one lies behind.
        let line = Lines::new(self.bytes, self.first_line).at(start);
        found(Found::Lost { line, reason });
    }

    /// A quoted string ends with its line at the latest.
    fn skip_string(&mut self, quote: u8) {
        self.at += 1;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(skip) = rest
                .iter()
                .position(|byte| *byte == quote || matches!(byte, b'\\' | b'\n'))
            else {
                self.at = self.bytes.len();
                return;
            };
            self.at += skip;
            match self.byte(0) {
                Some(b'\\') => self.at += 2,
                Some(b'\n') => return,
                _ => {
                    self.at += 1;
                    return;
                }
            }
        }
    }

    /// The text of a template literal, up to its end or to the next `${`.
    fn template(&mut self, start: usize) {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(skip) = rest
                .iter()
                .position(|byte| matches!(byte, b'`' | b'\\' | b'$'))
            else {
                self.at = self.bytes.len();
                self.templates.push((self.braces, start));
                return;
            };
            self.at += skip;
            match (self.byte(0), self.byte(1)) {
                (Some(b'`'), _) => {
                    self.at += 1;
                    self.before = Before::Value;
                    return;
                }
                (Some(b'\\'), _) => self.at += 2,
                (Some(b'$'), Some(b'{')) => {
                    self.at += 2;
                    self.templates.push((self.braces, start));
                    self.before = Before::Operator;
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    fn slash(&mut self) {
        match self.byte(1) {
            Some(b'/') => self.skip_line(),
            Some(b'*') => self.skip_block_comment(),
            _ if self.before == Before::Operator => self.regex(),
            _ => {
                self.at += 1;
                self.before = Before::Operator;
            }
        }
    }

    fn skip_line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == b'\n');
        self.at += length.unwrap_or(rest.len());
    }

    fn skip_block_comment(&mut self) {
        let rest = self.text.as_bytes().get(self.at + 2..).unwrap_or_default();
        if let Some(length) = rest.windows(2).position(|pair| pair == b"*/") {
            self.at += length + 4;
        } else {
            self.unclosed_comment.get_or_insert(self.at);
            self.at = self.bytes.len();
        }
    }

    /// A regular expression, which ends on its line; what does not is no regular expression (JSX
    /// has slashes where values begin).
    fn regex(&mut self) {
        let mut at = self.at + 1;
        let mut in_class = false;
        while at >= self.regexes_end {
            match self.bytes.get(at) {
                None | Some(b'\n' | b'\r') => {
                    self.regexes_end = at;
                    break;
                }
                Some(b'\\') => at += 1,
                Some(b'[') => in_class = true,
                Some(b']') => in_class = false,
                Some(b'/') if !in_class => {
                    self.at = at + 1;
                    self.before = Before::Value;
                    return;
                }
                Some(_) => {}
            }
            at += 1;
        }
        self.at += 1;
        self.before = Before::Operator;
    }

    fn take_word(&mut self) -> &'a str {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|byte| !is_word_byte(*byte))
            .unwrap_or(rest.len());
        let word = self.text.get(self.at..self.at + length).unwrap_or("");
        self.at += length;
        word
    }

    fn word(&mut self, found: &mut dyn FnMut(Found<'_>)) {
        let start = self.at;
        let no_keyword = self.before == Before::Dot || self.defines;
        let word = self.take_word();
        self.before = Before::Value;
        self.defines = word == "function";
        if no_keyword {
            return;
        }
        match word {
            "import" => self.import(start, found),
            "export" => self.export(start, found),
            "require" => self.require(start, found),
            word if OPERATOR_WORDS.contains(&word) => self.before = Before::Operator,
            _ => {}
        }
    }

    fn skip_space(&mut self) {
        loop {
            match (self.byte(0), self.byte(1)) {
                (Some(b' ' | b'\t' | b'\n' | b'\r'), _) => self.at += 1,
                (Some(b'/'), Some(b'/')) => self.skip_line(),
                (Some(b'/'), Some(b'*')) => self.skip_block_comment(),
                _ => return,
            }
        }
    }

    fn take(&mut self, wanted: u8) -> bool {
        self.skip_space();
        let taken = self.byte(0) == Some(wanted);
        self.at += usize::from(taken);
        taken
    }

    /// A string or a template without expressions and escapes, on one line.
    fn literal(&mut self) -> Option<&'a str> {
        self.skip_space();
        let quote = self.byte(0).filter(|byte| b"'\"`".contains(byte))?;
        let start = self.at + 1;
        let rest = self.bytes.get(start..)?;
        let length = rest
            .iter()
            .position(|byte| *byte == quote || matches!(byte, b'\\' | b'\n' | b'$'))?;
        if rest.get(length) != Some(&quote) {
            return None;
        }
        self.at = start + length + 1;
        self.text.get(start..start + length)
    }

    fn report(&mut self, start: usize, specifier: &str, found: &mut dyn FnMut(Found<'_>)) {
        // webpack writes loaders before the module, each a module itself.
        for part in specifier.split('!') {
            if let Some(module) = package(part) {
                let line = self.lines.at(start);
                found(Found::Name {
                    module,
                    dotted: part.to_owned(),
                    line,
                });
            }
        }
    }

    fn import(&mut self, start: usize, found: &mut dyn FnMut(Found<'_>)) {
        let resume = self.at;
        if self.take(b'(') {
            self.call(start, found);
            return;
        }
        if let Some(specifier) = self.literal() {
            self.report(start, specifier, found);
            return;
        }
        match self.import_clause() {
            Some(specifier) => self.report(start, specifier, found),
            None => self.at = resume,
        }
    }

    fn export(&mut self, start: usize, found: &mut dyn FnMut(Found<'_>)) {
        let resume = self.at;
        self.skip_space();
        // Declarations (`export const x`) have no `from`.
        let listed = matches!(self.byte(0), Some(b'*' | b'{')) || self.type_only();
        if let Some(specifier) = listed.then(|| self.import_clause()).flatten() {
            self.report(start, specifier, found);
        } else {
            self.at = resume;
            self.before = Before::Operator;
        }
    }

    /// `type {` and `type *`, but not `type X = …`.
    fn type_only(&mut self) -> bool {
        if self.byte(0) != Some(b't') || self.take_word() != "type" {
            return false;
        }
        self.skip_space();
        matches!(self.byte(0), Some(b'*' | b'{'))
    }

    /// `a, { b as c, "d" as e }, * as f from "x"`: everything up to the specifier.
    fn import_clause(&mut self) -> Option<&'a str> {
        let mut in_braces = false;
        loop {
            self.skip_space();
            match self.byte(0)? {
                b'{' if !in_braces => {
                    in_braces = true;
                    self.at += 1;
                }
                b'}' if in_braces => {
                    in_braces = false;
                    self.at += 1;
                }
                b',' | b'*' => self.at += 1,
                b'\'' | b'"' if in_braces => {
                    self.literal()?;
                }
                byte if is_word_byte(byte) => {
                    let word = self.take_word();
                    // `import from from "x"` is allowed, and `import { from } from "x"`.
                    if word == "from" && !in_braces {
                        let resume = self.at;
                        if let Some(specifier) = self.literal() {
                            return Some(specifier);
                        }
                        self.at = resume;
                    }
                    if matches!(word, "import" | "export") && !in_braces {
                        return None;
                    }
                }
                _ => return None,
            }
        }
    }

    fn require(&mut self, start: usize, found: &mut dyn FnMut(Found<'_>)) {
        let resume = self.at;
        if self.take(b'.') && self.take_word() != "resolve" {
            self.at = resume;
            return;
        }
        if self.take(b'(') {
            self.call(start, found);
        } else {
            self.at = resume;
        }
    }

    /// The first argument of a call that imports; the scan goes on behind its parenthesis.
    fn call(&mut self, start: usize, found: &mut dyn FnMut(Found<'_>)) {
        let resume = self.at;
        self.before = Before::Operator;
        if self.take(b')') {
            self.before = Before::Value;
            return;
        }
        let specifier = self.literal();
        self.skip_space();
        match specifier {
            Some(specifier) if matches!(self.byte(0), Some(b')' | b',')) => {
                self.report(start, specifier, found);
            }
            _ => {
                let line = self.lines.at(start);
                found(Found::Computed { line });
                self.at = resume;
            }
        }
    }
}
