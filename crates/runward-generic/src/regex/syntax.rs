//! Regular expressions of PCRE as a tree.

/// A part of an expression. What flags say (`i`, `m`, `s`) is already in the parts.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Empty,
    Char {
        char: char,
        caseless: bool,
    },
    /// `.`, with or without line feeds.
    Dot {
        all: bool,
    },
    /// A class in brackets in the syntax that both engines share, brackets included.
    Class {
        text: String,
        caseless: bool,
    },
    Assert(Assert),
    Group(Box<Node>),
    Capture {
        name: Option<String>,
        node: Box<Node>,
    },
    Atomic(Box<Node>),
    Look {
        behind: bool,
        negative: bool,
        node: Box<Node>,
    },
    Concat(Vec<Node>),
    Alt(Vec<Node>),
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
        mode: Mode,
    },
    /// A group by number or name.
    Backref {
        group: String,
        caseless: bool,
    },
    /// A group used as a subroutine; `0` is the whole expression.
    Call(String),
    Condition {
        test: Test,
        yes: Box<Node>,
        no: Box<Node>,
    },
    /// `\K`.
    Keep,
    /// `(*FAIL)` and the like, by name.
    Verb(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Greedy,
    Lazy,
    Possessive,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assert {
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,
    /// `\Z`, and `$` without the flag `m`: at the end, or before a line feed there.
    LastLineEnd,
    Word,
    NotWord,
    /// `\G`.
    Continue,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    Group(String),
    Look(Box<Node>),
    Define,
}

impl Node {
    /// Whether the node or one below it has a property.
    pub(super) fn any(&self, test: &mut dyn FnMut(&Node) -> bool) -> bool {
        if test(self) {
            return true;
        }
        match self {
            Self::Group(node)
            | Self::Atomic(node)
            | Self::Capture { node, .. }
            | Self::Look { node, .. }
            | Self::Repeat { node, .. } => node.any(test),
            Self::Concat(nodes) | Self::Alt(nodes) => nodes.iter().any(|node| node.any(test)),
            Self::Condition {
                test: condition,
                yes,
                no,
            } => {
                let looks = match condition {
                    Test::Look(node) => node.any(test),
                    Test::Group(_) | Test::Define => false,
                };
                looks || yes.any(test) || no.any(test)
            }
            _ => false,
        }
    }

    /// Whether no ordinary automaton can run it.
    pub(super) fn needs_backtracking(&self) -> bool {
        self.any(&mut |node| {
            matches!(
                node,
                Self::Atomic(_)
                    | Self::Look { .. }
                    | Self::Repeat {
                        mode: Mode::Possessive,
                        ..
                    }
                    | Self::Backref { .. }
                    | Self::Call(_)
                    | Self::Condition { .. }
                    | Self::Keep
                    | Self::Verb(_)
                    | Self::Assert(Assert::Continue)
            )
        })
    }

    pub(super) fn has_assertion(&self, wanted: &[Assert]) -> bool {
        self.any(&mut |node| matches!(node, Self::Assert(assert) if wanted.contains(assert)))
    }
}
