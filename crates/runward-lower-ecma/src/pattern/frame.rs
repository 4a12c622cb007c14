//! What is put around a pattern that is no program by itself.

use runward_syntax::{Builder, Kind, NodeId};

use super::stand_in::{DOTS, FRAME};

/// A pattern in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framed {
    /// As it is.
    Plain,
    /// `({…})` is an object rather than a block.
    Expression,
    /// A member of an object: `key: value`, a method.
    Member,
    /// A member of a class.
    ClassMember,
    /// A lone decorator.
    Decorator,
    /// A lone `case`.
    Case,
    /// A lone `catch` or `finally`.
    Handler,
    /// A `try` without anything after it.
    Try,
    /// Something whose body is left out.
    Body,
    /// A `switch` whose body is left out.
    Cases,
    /// Something with `yield` or `await` in it.
    Generator,
}

/// The frames to try, in order.
pub(super) fn frames(text: &str) -> Vec<Framed> {
    use Framed::{
        Body, Case, Cases, ClassMember, Decorator, Expression, Generator, Handler, Member, Plain,
        Try,
    };
    let text = text.trim_start();
    let word: String = text
        .chars()
        .take_while(|char| char.is_alphanumeric() || *char == '_')
        .collect();
    let mut frames = match word.as_str() {
        "case" | "default" => vec![Case],
        "catch" | "finally" => vec![Handler],
        "try" => vec![Plain, Try],
        "if" | "while" | "for" | "with" | "class" => vec![Plain, Body],
        "switch" => vec![Plain, Cases],
        _ if has_word(text, "yield") => vec![Generator],
        _ if text.starts_with('{') || comment_then_brace(text) => vec![Expression],
        _ if is_field(text) => vec![Member],
        _ => Vec::new(),
    };
    if !frames.contains(&Plain) {
        frames.push(Plain);
    }
    // A class takes `export` for a wrong modifier.
    if !matches!(word.as_str(), "export" | "import") {
        frames.extend([Expression, ClassMember, Member, Decorator, Body, Cases]);
    }
    frames.push(Generator);
    frames
}

/// Whether comments stand before an opening brace.
fn comment_then_brace(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let after = if rest.starts_with("//") {
            rest.split_once('\n')
        } else if rest.starts_with("/*") {
            rest.split_once("*/")
        } else {
            return rest.starts_with('{');
        };
        match after {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
}

/// `key: …`, where a statement would be a label.
pub(super) fn is_field(text: &str) -> bool {
    let rest = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text
            .get(1..)
            .and_then(|rest| rest.split_once(quote))
            .map(|(_, rest)| rest),
        Some(first) if first.is_alphabetic() || matches!(first, '_' | '$') => {
            let end = text
                .char_indices()
                .find(|(_, char)| !(char.is_alphanumeric() || matches!(char, '_' | '$')))
                .map_or(text.len(), |(at, _)| at);
            text.get(end..)
        }
        _ => None,
    };
    rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|char: char| !(char.is_alphanumeric() || matches!(char, '_' | '$')))
        .any(|part| part == word)
}

impl Framed {
    pub(super) fn is_plain(self) -> bool {
        self == Self::Plain
    }

    fn parts(self) -> (String, String) {
        let (before, after) = match self {
            Self::Plain => ("", String::new()),
            Self::Expression => ("(", "\n)".to_owned()),
            Self::Member => ("({", "\n})".to_owned()),
            Self::ClassMember => return (format!("class {FRAME} {{"), "\n}".to_owned()),
            Self::Decorator => ("", format!("\nclass {FRAME} {{}}")),
            Self::Case => return (format!("switch ({FRAME}) {{"), "\n}".to_owned()),
            Self::Handler => ("try {} ", String::new()),
            Self::Try => ("", "\nfinally {}".to_owned()),
            Self::Body => ("", format!("\n{{{DOTS};}}")),
            Self::Cases => ("", format!("\n{{case {DOTS}:}}")),
            Self::Generator => {
                return (format!("async function* {FRAME}() {{"), "\n}".to_owned());
            }
        };
        (before.to_owned(), after)
    }

    pub(super) fn text(self, pattern: &str) -> String {
        let (before, after) = self.parts();
        format!("{before}{pattern}{after}")
    }

    /// Bytes before the pattern.
    pub(super) fn before(self) -> usize {
        self.parts().0.len()
    }

    /// The root of the pattern in the tree of the frame; `None` where the frame does not fit.
    pub(super) fn root(self, build: &mut Builder, semicolon: bool) -> Option<NodeId> {
        let program = NodeId::ROOT;
        match self {
            Self::Plain | Self::Body | Self::Cases => statements(build, program, semicolon),
            Self::Expression => only(build, only(build, program)?),
            Self::Member => {
                let object = only(build, only(build, program)?)?;
                Some(only(build, object).unwrap_or(object))
            }
            Self::ClassMember => {
                let class = only(build, program)?;
                let body = children(build, class).pop()?;
                match children(build, body).as_slice() {
                    [] => None,
                    [one] => Some(*one),
                    _ => Some(body),
                }
            }
            Self::Decorator => {
                let class = only(build, program)?;
                let decorators = children(build, class).into_iter().next()?;
                only(build, decorators)
            }
            Self::Case => {
                let switch = only(build, program)?;
                let cases = children(build, switch).pop()?;
                Some(only(build, cases).unwrap_or(cases))
            }
            Self::Handler => {
                let statement = only(build, program)?;
                let parts = children(build, statement);
                let handlers = parts.get(1).copied()?;
                if let Some(catch) = only(build, handlers)
                    && parts
                        .last()
                        .is_some_and(|last| kind(build, *last) == Kind::Absent)
                {
                    return Some(catch);
                }
                make_absent(build, parts.first().copied()?);
                Some(statement)
            }
            Self::Try => {
                let statement = only(build, program)?;
                make_absent(build, children(build, statement).pop()?);
                Some(statement)
            }
            Self::Generator => {
                let function = only(build, program)?;
                let body = children(build, function).pop()?;
                statements(build, body, semicolon)
            }
        }
    }
}

/// One statement, or the expression that it is, or all of them as a block.
fn statements(build: &mut Builder, parent: NodeId, semicolon: bool) -> Option<NodeId> {
    match children(build, parent).as_slice() {
        [] => None,
        [one] if !semicolon && kind(build, *one) == Kind::ExprStmt => {
            Some(only(build, *one).unwrap_or(*one))
        }
        [one] => Some(*one),
        _ => {
            if let Some(node) = build.node_mut(parent) {
                node.kind = Kind::Block;
            }
            Some(parent)
        }
    }
}

fn make_absent(build: &mut Builder, id: NodeId) {
    if let Some(node) = build.node_mut(id)
        && node.last == id
    {
        node.kind = Kind::Absent;
    }
}

fn kind(build: &Builder, id: NodeId) -> Kind {
    build
        .nodes()
        .get(id.index())
        .map_or(Kind::Absent, |node| node.kind)
}

fn only(build: &Builder, parent: NodeId) -> Option<NodeId> {
    match children(build, parent).as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

fn children(build: &Builder, parent: NodeId) -> Vec<NodeId> {
    let nodes = build.nodes();
    let Some(last) = nodes.get(parent.index()).map(|node| node.last) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut next = parent.index() + 1;
    while next <= last.index() {
        let id = NodeId::at(next);
        found.push(id);
        let Some(node) = nodes.get(next) else {
            break;
        };
        next = node.last.index() + 1;
    }
    found
}
