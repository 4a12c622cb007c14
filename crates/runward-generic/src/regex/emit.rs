//! Writes an expression in the syntax of an engine.

use std::fmt::Write as _;

use super::syntax::{Assert, Mode, Node, Test};

/// For whom an expression is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// For `regex-automata`; only for what [`Node::needs_backtracking`] has nothing of. The end of
    /// the last line is the end of the text.
    Plain,
    /// For `fancy-regex`, on a text of ASCII.
    Fancy,
    /// For `fancy-regex`, with word boundaries that know ASCII letters only.
    FancyExact,
    /// For `regex-automata`: matches wherever the expression does, and more.
    Relaxed,
}

impl Dialect {
    fn is_fancy(self) -> bool {
        matches!(self, Self::Fancy | Self::FancyExact)
    }
}

pub(super) fn emit(node: &Node, dialect: Dialect) -> String {
    let mut out = String::new();
    Emitter {
        dialect,
        out: &mut out,
    }
    .node(node);
    out
}

struct Emitter<'o> {
    dialect: Dialect,
    out: &'o mut String,
}

impl Emitter<'_> {
    fn wrapped(&mut self, open: &str, node: &Node) {
        self.out.push_str(open);
        self.node(node);
        self.out.push(')');
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Empty => {}
            Node::Char { char, caseless } => self.run(*caseless, |out| escape(*char, out)),
            Node::Class { text, caseless } => self.run(*caseless, |out| out.push_str(text)),
            Node::Dot { all: true } => self.out.push_str("(?s:.)"),
            Node::Dot { all: false } => self.out.push('.'),
            Node::Assert(assert) => self.assert(*assert),
            Node::Group(node) => self.wrapped("(?:", node),
            Node::Capture { name, node } => match name {
                Some(name) if self.dialect != Dialect::Relaxed => {
                    let open = format!("(?P<{name}>");
                    self.wrapped(&open, node);
                }
                _ if self.dialect == Dialect::Relaxed => self.wrapped("(?:", node),
                _ => self.wrapped("(", node),
            },
            Node::Atomic(node) => {
                let open = if self.dialect.is_fancy() {
                    "(?>"
                } else {
                    "(?:"
                };
                self.wrapped(open, node);
            }
            Node::Look {
                behind,
                negative,
                node,
            } => {
                // The relaxed form does not look.
                if self.dialect.is_fancy() {
                    let open = match (behind, negative) {
                        (false, false) => "(?=",
                        (false, true) => "(?!",
                        (true, false) => "(?<=",
                        (true, true) => "(?<!",
                    };
                    self.wrapped(open, node);
                }
            }
            Node::Concat(nodes) => self.concat(nodes),
            Node::Alt(nodes) => {
                self.out.push_str("(?:");
                for (index, node) in nodes.iter().enumerate() {
                    if index > 0 {
                        self.out.push('|');
                    }
                    self.node(node);
                }
                self.out.push(')');
            }
            Node::Repeat {
                node,
                min,
                max,
                mode,
            } => self.repeat(node, *min, *max, *mode),
            Node::Backref { group, caseless } => {
                if self.dialect.is_fancy() {
                    let open = if *caseless { "(?i:" } else { "(?:" };
                    let _ = if group.bytes().all(|byte| byte.is_ascii_digit()) {
                        write!(self.out, "{open}\\{group})")
                    } else {
                        write!(self.out, "{open}(?P={group}))")
                    };
                } else {
                    self.anything();
                }
            }
            Node::Call(group) => {
                if self.dialect.is_fancy() {
                    let _ = write!(self.out, "\\g<{group}>");
                } else {
                    self.anything();
                }
            }
            Node::Condition { test, yes, no } => self.condition(test, yes, no),
            Node::Keep => {
                if self.dialect.is_fancy() {
                    self.out.push_str("\\K");
                }
            }
            Node::Verb(name) => {
                if self.dialect.is_fancy() {
                    let _ = write!(self.out, "(*{name})");
                }
            }
        }
    }

    fn anything(&mut self) {
        self.out.push_str("(?s:.*)");
    }

    fn run(&mut self, caseless: bool, write: impl FnOnce(&mut String)) {
        if caseless {
            self.out.push_str("(?i:");
            write(self.out);
            self.out.push(')');
        } else {
            write(self.out);
        }
    }

    /// A sequence, neighbours of one case under one flag so that their text stays one literal.
    fn concat(&mut self, nodes: &[Node]) {
        let is_caseless = |node: &Node| match node {
            Node::Char { caseless, .. } => *caseless,
            _ => false,
        };
        for run in nodes.chunk_by(|a, b| is_caseless(a) && is_caseless(b)) {
            if run.len() > 1 {
                self.out.push_str("(?i:");
                for node in run {
                    if let Node::Char { char, .. } = node {
                        escape(*char, self.out);
                    }
                }
                self.out.push(')');
            } else {
                for node in run {
                    self.node(node);
                }
            }
        }
    }

    fn repeat(&mut self, node: &Node, min: u32, max: Option<u32>, mode: Mode) {
        if self.dialect.is_fancy() && mode == Mode::Possessive {
            self.out.push_str("(?>");
        }
        self.wrapped("(?:", node);
        let _ = match (min, max) {
            (0, None) => write!(self.out, "*"),
            (1, None) => write!(self.out, "+"),
            (0, Some(1)) => write!(self.out, "?"),
            (min, None) => write!(self.out, "{{{min},}}"),
            (min, Some(max)) if min == max => write!(self.out, "{{{min}}}"),
            (min, Some(max)) => write!(self.out, "{{{min},{max}}}"),
        };
        match mode {
            Mode::Lazy => self.out.push('?'),
            Mode::Possessive if self.dialect.is_fancy() => self.out.push(')'),
            Mode::Greedy | Mode::Possessive => {}
        }
    }

    fn condition(&mut self, test: &Test, yes: &Node, no: &Node) {
        if !self.dialect.is_fancy() {
            if *test == Test::Define {
                return;
            }
            self.out.push_str("(?:");
            self.node(yes);
            self.out.push('|');
            self.node(no);
            self.out.push(')');
            return;
        }
        self.out.push_str("(?");
        match test {
            Test::Define => self.out.push_str("(DEFINE)"),
            Test::Group(group) if group.bytes().all(|byte| byte.is_ascii_digit()) => {
                let _ = write!(self.out, "({group})");
            }
            Test::Group(group) => {
                let _ = write!(self.out, "(<{group}>)");
            }
            Test::Look(node) => self.node(node),
        }
        self.node(yes);
        if *test != Test::Define {
            self.out.push('|');
            self.node(no);
        }
        self.out.push(')');
    }

    fn assert(&mut self, assert: Assert) {
        let fancy = self.dialect.is_fancy();
        let text = match assert {
            Assert::LineStart => "(?m:^)",
            Assert::LineEnd => "(?m:$)",
            Assert::TextStart => r"\A",
            Assert::TextEnd => r"\z",
            Assert::LastLineEnd if fancy => r"(?=\n?\z)",
            Assert::LastLineEnd if self.dialect == Dialect::Plain => r"\z",
            Assert::Word if self.dialect == Dialect::Fancy => r"\b",
            Assert::NotWord if self.dialect == Dialect::Fancy => r"\B",
            Assert::Word if fancy => {
                "(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))"
            }
            Assert::NotWord if fancy => {
                "(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))"
            }
            Assert::Word => r"(?-u:\b)",
            // `(?-u:\B)` could stand inside a character; letters beyond ASCII differ here.
            Assert::NotWord if self.dialect == Dialect::Plain => r"\B",
            Assert::Continue if fancy => r"\G",
            Assert::LastLineEnd | Assert::NotWord | Assert::Continue => "",
        };
        self.out.push_str(text);
    }
}

/// A literal character.
fn escape(char: char, out: &mut String) {
    if char.is_ascii_control() {
        let _ = write!(out, "\\x{:02X}", u32::from(char));
    } else {
        if regex_syntax::is_meta_character(char) && !"&~-#".contains(char) {
            out.push('\\');
        }
        out.push(char);
    }
}
