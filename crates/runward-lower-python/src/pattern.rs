//! Reading patterns.

use std::borrow::Cow;
use std::sync::Arc;

use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use runward_syntax::{
    Builder, Kind, Limits, NodeId, PatternError, PatternTree, Span, Symbols, Tree, Vocabulary,
};

use crate::lower::Lower;
use crate::shape::{Groups, offset, shape};
use crate::sigil::Sigils;
use crate::{error, legacy, rewrite};

/// A pattern is written by a person; one past these limits is a mistake or an attack.
const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    depth: 500,
    nodes: 200_000,
};

/// What a decorator that stands alone decorates.
const DECORATED: &str = "\ndef _(): pass";

/// What an indented pattern is put into.
const INDENTING: &str = "if _:\n";

pub(crate) fn parse(
    pattern: &str,
    vocabulary: &mut Vocabulary,
) -> Result<PatternTree, PatternError> {
    let (text, sigils) = rewrite::rewrite(pattern);
    let first = match attempt(pattern, &text, &sigils) {
        Ok(tree) => return finish(tree, Part::Whole, vocabulary),
        Err(error) => error,
    };
    // A lone decorator.
    if pattern.trim_start().starts_with('@') {
        let text = [text.trim_end(), DECORATED].concat();
        if let Ok(tree) = attempt(pattern, &text, &sigils) {
            return finish(tree, Part::Decorator, vocabulary);
        }
    }
    // A header without its body: any body.
    if pattern.trim_end().ends_with(':') {
        let trimmed = pattern.trim_end();
        let open = [trimmed, " ..."].concat();
        let (text, sigils) = rewrite::rewrite(&open);
        if let Ok(tree) = attempt(&open, &text, &sigils) {
            return finish(tree, Part::Whole, vocabulary);
        }
    }
    // The statements of Python 2.
    if let Some((text, more)) = legacy::rewrite(&text) {
        let sigils = sigils.and(more);
        if let Ok(tree) = attempt(pattern, &text, &sigils) {
            return finish(tree, Part::Whole, vocabulary);
        }
    }
    // A pattern that was cut out with its indentation.
    if pattern.starts_with([' ', '\t']) {
        let inner = [INDENTING, pattern].concat();
        let (text, sigils) = rewrite::rewrite(&inner);
        if let Ok(tree) = attempt(&inner, &text, &sigils) {
            return finish(tree, Part::Indented, vocabulary);
        }
    }
    Err(first)
}

/// Which part of what was parsed is the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Decorator,
    Indented,
}

fn attempt(pattern: &str, text: &str, sigils: &Sigils) -> Result<Tree, PatternError> {
    shape(text, &LIMITS).map_err(|refused| PatternError {
        message: format!("the pattern is {}; make it smaller", refused.reason),
        span: refused.span.unwrap_or_default(),
    })?;
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let end = offset(pattern.len());
    if let Some(error) = error::harmful(parsed.errors()).next() {
        let at = error::place(error);
        return Err(PatternError {
            message: format!("not a pattern of Python: {}", error::message(&error.error)),
            span: Span::new(at.start.min(end), at.end.min(end)),
        });
    }
    let Some(module) = parsed.try_into_module() else {
        return Err(empty());
    };
    let symbols = Symbols::new(Arc::new(Vocabulary::new()));
    let groups = Groups::default();
    // A pattern is the parser's text where nothing was put in behind it.
    let source: Cow<'_, str> = match text.get(pattern.len()..) {
        Some(tail) if !tail.is_empty() => Cow::Owned([pattern, tail].concat()),
        _ => Cow::Borrowed(pattern),
    };
    let mut lower = Lower::new(&source, &groups, sigils, Builder::new(symbols, LIMITS));
    let whole = Span::new(0, end);
    lower.build.open(Kind::Program, whole);
    lower.build.open(Kind::Block, whole);
    lower.statements(module.suite());
    lower.build.finish().map_err(|_| PatternError {
        message: String::from("the pattern is too large or too deep; make it smaller"),
        span: whole,
    })
}

fn empty() -> PatternError {
    PatternError {
        message: String::from("the pattern is empty; write an expression or a statement"),
        span: Span::new(0, 0),
    }
}

fn finish(
    tree: Tree,
    part: Part,
    vocabulary: &mut Vocabulary,
) -> Result<PatternTree, PatternError> {
    let root = root(&tree, part).ok_or_else(empty)?;
    Ok(PatternTree::new(tree, root, vocabulary))
}

fn root(tree: &Tree, part: Part) -> Option<NodeId> {
    let mut block = tree.child(NodeId::ROOT, 0)?;
    match part {
        Part::Whole => {}
        Part::Decorator => {
            let decorators = tree.child(tree.child(block, 0)?, 0)?;
            let several = tree.children(decorators).count() > 1;
            return if several {
                Some(decorators)
            } else {
                tree.child(decorators, 0)
            };
        }
        Part::Indented => block = tree.child(tree.child(block, 0)?, 1)?,
    }
    let mut statements = tree.children(block);
    let first = statements.next()?;
    if statements.next().is_some() {
        return Some(block);
    }
    if tree.kind(first) == Kind::ExprStmt {
        return tree.child(first, 0);
    }
    Some(first)
}
