//! Parses a script, or the part of a file that is one.

use runward_syntax::{Builder, Flags, Kind, Op, Symbol, SyntaxError};
use tree_sitter::{Node, ParseOptions, Parser, Tree as TsTree};

use super::{guard, lines};
use crate::metavar::span;

/// The names of what the shell does, which no script can write. They are those of the reference.
pub(super) const COMMAND: &str = "!sh_cmd!";
pub(super) const EXPAND: &str = "!sh_expand!";
pub(super) const CONCAT: &str = "!sh_concat!";
pub(super) const QUOTED: &str = "!sh_quoted_concat!";
pub(super) const SUBSTITUTION: &str = "!sh_cmd_subst!";
pub(super) const PROCESS: &str = "!sh_proc_subst!";
pub(super) const SUBSHELL: &str = "!sh_subshell!";

/// Calls of the parser's progress report; it makes one for each few hundred operations.
const MAX_PROGRESS: u64 = 2_000_000;
const MAX_ERRORS: usize = 100;
/// Levels of lines that are read again, and how many of them may have errors in one script.
const MAX_AGAIN: u8 = 3;
const MAX_FAILED: usize = 20;

/// A script within a file.
pub(crate) struct Part<'s> {
    /// The script; comments of the file around it may be blanked.
    pub(crate) text: &'s str,
    /// Where it begins in the file.
    pub(crate) base: usize,
    pub(crate) is_pattern: bool,
    /// Levels of nesting that are left.
    pub(crate) depth: usize,
}

/// A script that was not lowered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TooHard {
    #[error("commands are nested too deeply")]
    Deep,
    #[error("its commands take the parser too many steps")]
    Steps,
}

/// Adds the statements of a script to the open node.
pub(crate) fn lower(part: &Part<'_>, build: &mut Builder) -> Result<(), TooHard> {
    guard::check(part.text, part.depth)?;
    let tree = parse(part.text)?;
    let mut lowering = Lowering {
        text: part.text,
        base: part.base,
        is_pattern: part.is_pattern,
        depth: part.depth,
        build,
        too_deep: false,
        again: MAX_AGAIN,
        failed: 0,
    };
    lowering.statements(&children(tree.root_node()));
    if lowering.too_deep {
        Err(TooHard::Deep)
    } else {
        Ok(())
    }
}

fn parse(text: &str) -> Result<TsTree, TooHard> {
    let mut parser = Parser::new();
    if parser
        .set_language(&tree_sitter_bash::LANGUAGE.into())
        .is_err()
    {
        return Err(TooHard::Steps);
    }
    let bytes = text.as_bytes();
    let (mut steps, mut error_steps) = (0_u64, 0_u64);
    let mut progress = |state: &tree_sitter::ParseState| {
        steps += 1;
        error_steps += u64::from(state.has_error());
        steps > MAX_PROGRESS || error_steps > guard::MAX_ERROR_STEPS
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let mut read = |at: usize, _| bytes.get(at..).unwrap_or_default();
    parser
        .parse_with_options(&mut read, None, Some(options))
        .ok_or(TooHard::Steps)
}

pub(super) struct Lowering<'s, 'b> {
    pub(super) text: &'s str,
    base: usize,
    pub(super) is_pattern: bool,
    depth: usize,
    pub(super) build: &'b mut Builder,
    too_deep: bool,
    /// How often lines may be read again, and how often that failed.
    again: u8,
    failed: usize,
}

/// All children without comments, the nameless ones (operators, keywords) included.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.children(&mut cursor)
        .filter(|child| child.kind() != "comment")
        .collect()
}

pub(super) fn named(node: Node<'_>) -> Vec<Node<'_>> {
    children(node).into_iter().filter(Node::is_named).collect()
}

impl<'s> Lowering<'s, '_> {
    pub(super) fn text_of(&self, node: Node<'_>) -> &'s str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    pub(super) fn base(&self) -> usize {
        self.base
    }

    pub(super) fn place(&self, node: Node<'_>) -> runward_syntax::Span {
        let end = node.start_byte() + self.text_of(node).trim_end_matches(['\n', '\r']).len();
        span(
            self.base + node.start_byte(),
            self.base + end.max(node.start_byte()),
        )
    }

    pub(super) fn between(&self, first: Node<'_>, last: Node<'_>) -> runward_syntax::Span {
        runward_syntax::Span::new(self.place(first).start, self.place(last).end)
    }

    /// Reads the lines of a statement that swallowed several one by one; false, with nothing added,
    /// where there are none, or where they are no commands by themselves.
    pub(super) fn lines_again(&mut self, node: Node<'_>, end: usize) -> bool {
        if self.again == 0 || self.failed > MAX_FAILED {
            return false;
        }
        let breaks = lines::breaks(node, self.text);
        if breaks.is_empty() {
            return false;
        }
        let mut pieces = Vec::new();
        let mut from = node.start_byte();
        for to in breaks.into_iter().chain([end]) {
            let text = self.text.get(from..to).unwrap_or_default();
            match parse(text) {
                Ok(tree) if !tree.root_node().has_error() => pieces.push((from, text, tree)),
                _ => {
                    self.failed += 1;
                    return false;
                }
            }
            from = to;
        }
        for (from, text, tree) in pieces {
            let mut inner = Lowering {
                text,
                base: self.base + from,
                is_pattern: self.is_pattern,
                depth: self.depth,
                build: &mut *self.build,
                too_deep: self.too_deep,
                again: self.again - 1,
                failed: self.failed,
            };
            inner.statements(&children(tree.root_node()));
            (self.too_deep, self.failed) = (inner.too_deep, inner.failed);
        }
        true
    }

    /// Runs one level deeper, or notes that this is too deep.
    pub(super) fn deeper(&mut self, work: impl FnOnce(&mut Self)) {
        if self.depth == 0 {
            self.too_deep = true;
            return;
        }
        if self.too_deep || self.build.is_full() {
            return;
        }
        self.depth -= 1;
        work(self);
        self.depth += 1;
    }

    pub(super) fn error(&mut self, node: Node<'_>, message: &str) {
        if self.build.errors.len() < MAX_ERRORS {
            let span = self.place(node);
            self.build.errors.push(SyntaxError {
                span,
                message: message.to_owned(),
            });
        }
    }

    pub(super) fn leaf(&mut self, kind: Kind, text: &str, node: Node<'_>) {
        let place = self.place(node);
        self.build.leaf(kind, text, place);
    }

    /// A call of one of the names above.
    pub(super) fn call(
        &mut self,
        name: &str,
        place: runward_syntax::Span,
        arguments: impl FnOnce(&mut Self),
    ) {
        self.build.open(Kind::Call, place);
        let start = runward_syntax::Span::new(place.start, place.start);
        self.build.leaf(Kind::Name, name, start);
        self.build.open(Kind::Args, place);
        arguments(self);
        self.build.close();
        self.build.close();
    }

    pub(super) fn open_op(&mut self, kind: Kind, op: Op, place: runward_syntax::Span) {
        self.build
            .open_with(kind, op, Flags::NONE, Symbol::EMPTY, place);
    }
}
