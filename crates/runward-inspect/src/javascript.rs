//! Which lines of a JavaScript file run when it is loaded.
//!
//! By braces: code runs when the file is loaded unless it is in the body of a function that is given a name
//! or assigned. A function that is called on the spot or handed over counts as running. Where a file calls a
//! function that it declares, its body runs too.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

static REQUIRED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:require\(|from|import\(?)\s*['"]([./][^'"]{1,200})['"]"#).ok()
});
static CALLED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?m)^(?:await\s+|void\s+|try\s*\{\s*)?([A-Za-z_$][\w$]*)\(").ok()
});

/// Largest file that is read by its braces, in bytes; bundles are libraries.
const MOST: usize = 128 << 10;
/// Calls that are followed one after the other in a file.
const MOST_ROUNDS: usize = 4;

/// Paths of the files that a file loads.
pub(crate) fn required(text: &str) -> Vec<String> {
    let Some(pattern) = REQUIRED.as_ref() else {
        return Vec::new();
    };
    pattern
        .captures_iter(text)
        .filter_map(|found| found.get(1))
        .map(|path| path.as_str().to_owned())
        .collect()
}

/// The directories in these paths.
pub(crate) fn required_words(text: &str) -> BTreeSet<String> {
    required(text)
        .iter()
        .flat_map(|path| path.split('/'))
        .map(str::to_owned)
        .collect()
}

/// For each line, whether something in it runs when the file is loaded.
pub(crate) fn import_lines(text: &str) -> Vec<bool> {
    if text.len() > MOST {
        return Vec::new();
    }
    let mut called: BTreeSet<&str> = CALLED
        .as_ref()
        .map(|pattern| {
            pattern
                .captures_iter(text)
                .filter_map(|found| found.get(1))
                .map(|name| name.as_str())
                .collect()
        })
        .unwrap_or_default();
    let mut lines = Vec::new();
    // What runs calls more, which runs too.
    for _ in 0..MOST_ROUNDS {
        let (these, more) = Scanner::new(text, &called).run();
        lines = these;
        let before = called.len();
        called.extend(more);
        if called.len() == before {
            break;
        }
    }
    lines
}

#[derive(Clone, Copy)]
struct Paren {
    /// Where it stands in the tokens.
    at: usize,
}

struct Scanner<'t, 'c> {
    bytes: &'t [u8],
    text: &'t str,
    called: &'c BTreeSet<&'t str>,
    /// Words and single characters, with where they begin; white space, comments and literals left out.
    tokens: Vec<(usize, usize)>,
    parens: Vec<Paren>,
    /// Where the last closed parenthesis was opened, as a token.
    closed: Option<usize>,
    /// For each open brace: whether it is a body that does not run.
    braces: Vec<bool>,
}

impl<'t, 'c> Scanner<'t, 'c> {
    fn new(text: &'t str, called: &'c BTreeSet<&'t str>) -> Self {
        Self {
            bytes: text.as_bytes(),
            text,
            called,
            tokens: Vec::new(),
            parens: Vec::new(),
            closed: None,
            braces: Vec::new(),
        }
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn token(&self, back: usize) -> &'t str {
        self.token_at(self.tokens.len().checked_sub(back))
    }

    fn token_at(&self, at: Option<usize>) -> &'t str {
        at.and_then(|at| self.tokens.get(at))
            .and_then(|(start, end)| self.text.get(*start..*end))
            .unwrap_or("")
    }

    /// The lines that run, and the names that they call or hand over.
    fn run(mut self) -> (Vec<bool>, BTreeSet<&'t str>) {
        let mut lines = vec![false; self.text.split('\n').count()];
        let mut names = BTreeSet::new();
        let (mut at, mut line, mut asleep) = (0, 0, 0_usize);
        while at < self.bytes.len() {
            let byte = self.byte(at);
            let start = at;
            match byte {
                b'\n' => {
                    line += 1;
                    at += 1;
                    continue;
                }
                b'/' if self.byte(at + 1) == b'/' => {
                    while at < self.bytes.len() && self.byte(at) != b'\n' {
                        at += 1;
                    }
                    continue;
                }
                b'/' if self.byte(at + 1) == b'*' => {
                    at += 2;
                    while at < self.bytes.len()
                        && !(self.byte(at) == b'*' && self.byte(at + 1) == b'/')
                    {
                        line += usize::from(self.byte(at) == b'\n');
                        at += 1;
                    }
                    at += 2;
                    continue;
                }
                b'"' | b'\'' | b'`' => {
                    at = self.literal(at, byte, &mut line);
                    self.tokens.push((start, start + 1));
                    if asleep == 0 {
                        mark(&mut lines, line);
                    }
                    continue;
                }
                _ if byte.is_ascii_whitespace() => {
                    at += 1;
                    continue;
                }
                _ if byte.is_ascii_alphanumeric()
                    || byte == b'_'
                    || byte == b'$'
                    || byte >= 0x80 =>
                {
                    while matches!(self.byte(at), b'_' | b'$' | 0x80..)
                        || self.byte(at).is_ascii_alphanumeric()
                    {
                        at += 1;
                    }
                }
                b'=' if self.byte(at + 1) == b'>' => at += 2,
                b'{' => {
                    let sleeps = self.is_sleeping_body();
                    self.braces.push(sleeps);
                    asleep += usize::from(sleeps);
                    at += 1;
                }
                b'}' => {
                    asleep -= usize::from(self.braces.pop() == Some(true)).min(asleep);
                    at += 1;
                }
                b'(' => {
                    self.parens.push(Paren {
                        at: self.tokens.len(),
                    });
                    at += 1;
                }
                b')' => {
                    self.closed = self.parens.pop().map(|paren| paren.at);
                    at += 1;
                }
                _ => at += 1,
            }
            self.tokens.push((start, at));
            if asleep == 0 {
                mark(&mut lines, line);
                names.extend(self.called_or_handed());
            }
        }
        (lines, names)
    }

    /// The name before the token that came last, where it is called, `f(`, or handed over, `(f)` and `, f)`.
    fn called_or_handed(&self) -> Option<&'t str> {
        let (before, name, after) = (self.token(3), self.token(2), self.token(1));
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$'));
        let called = after == "(" && !matches!(before, "function" | "." | "*");
        let handed = matches!(after, ")" | ",") && matches!(before, "(" | ",");
        (is_name && (called || handed)).then_some(name)
    }

    /// The end of a string or a template.
    fn literal(&self, start: usize, quote: u8, line: &mut usize) -> usize {
        let mut at = start + 1;
        while at < self.bytes.len() {
            match self.byte(at) {
                b'\\' => at += 1,
                // A quote in a regular expression: go on with the next line.
                b'\n' if quote != b'`' => return at,
                b'\n' => *line += 1,
                byte if byte == quote => return at + 1,
                _ => {}
            }
            at += 1;
        }
        at
    }

    /// Whether the brace that comes now opens a function's body that is not run here.
    fn is_sleeping_body(&self) -> bool {
        let introducer = match self.token(1) {
            "=>" => {
                // `(a, b) => {` or `a => {`.
                let first = if self.token(2) == ")" {
                    self.closed
                } else {
                    self.tokens.len().checked_sub(2)
                };
                let Some(mut first) = first else { return false };
                if self.token_at(first.checked_sub(1)) == "async" {
                    first -= 1;
                }
                first
            }
            ")" => {
                let Some(open) = self.closed else {
                    return false;
                };
                let before = self.token_at(open.checked_sub(1));
                if matches!(
                    before,
                    "if" | "for" | "while" | "switch" | "catch" | "with" | ""
                ) {
                    return false;
                }
                if before == "function" || before == "*" {
                    open - usize::from(before == "*") - 1
                } else if self.token_at(open.checked_sub(2)) == "function" {
                    if self.called.contains(before) {
                        return false;
                    }
                    open - 2
                } else {
                    // A method.
                    return true;
                }
            }
            _ => return false,
        };
        let mut before = introducer.checked_sub(1);
        if self.token_at(before) == "async" {
            before = before.and_then(|at| at.checked_sub(1));
        }
        // Called on the spot, or handed to a function that is.
        !matches!(
            self.token_at(before),
            "(" | "," | "!" | "+" | "-" | "~" | "void" | "await" | "new"
        )
    }
}

fn mark(lines: &mut [bool], line: usize) {
    if let Some(line) = lines.get_mut(line) {
        *line = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_compile() {
        assert!(REQUIRED.is_some() && CALLED.is_some());
    }

    #[test]
    fn what_is_assigned_or_named_does_not_run() {
        let lines = import_lines(
            "a();\nfunction f() {\n  b();\n}\nexports.g = () => {\n  c();\n};\nd();\n",
        );
        assert_eq!(
            lines,
            [true, true, false, true, true, false, true, true, false]
        );
        let class = import_lines("class A {\n  run() {\n    x();\n  }\n}\n");
        assert!(!class[2]);
    }

    #[test]
    fn what_is_called_on_the_spot_runs() {
        for text in [
            "(function () {\n  x();\n})();",
            "(async () => {\n  x();\n})();",
            "!function(){\n  x();\n}();",
            "function f() {\n  x();\n}\nf();",
            "function f() {\n  x();\n}\nif (a) f();",
            "function f() {\n  x();\n}\nsetTimeout(f, 1);",
            "function f() {\n  x();\n}\nfunction g() { f(); }\ng();",
            "h.get(u, (r) => {\n  x();\n});",
            "h.get(u, function (r) {\n  x();\n});",
            "if (a) {\n  x();\n}",
            "try {\n  x();\n} catch {}",
        ] {
            assert!(import_lines(text)[1], "{text}");
        }
    }

    #[test]
    fn files_that_are_loaded_are_told() {
        let text = "require('./a'); import b from \"../b.js\"; import('./c'); require('fs');";
        assert_eq!(required(text), ["./a", "../b.js", "./c"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text in "(?s)[\\PC\n(){}=>'\"`/*]{0,300}") {
            let lines = import_lines(&text);
            proptest::prop_assert_eq!(lines.len(), text.split('\n').count());
        }
    }
}
