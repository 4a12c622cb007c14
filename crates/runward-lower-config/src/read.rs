//! The way from a text to a tree, and to a pattern, that all languages here share.

use std::sync::Arc;

use runward_syntax::{
    Builder, Kind, Limits, NodeId, PatternError, PatternTree, Refused, Symbols, Tree, Vocabulary,
};

use crate::metavar::span;

/// Levels of nesting that patterns may have.
pub(crate) const PATTERN_DEPTH: usize = 200;

/// A pattern is as small as the person who wrote it is patient.
const PATTERN_LIMITS: Limits = Limits {
    bytes: 1 << 20,
    depth: PATTERN_DEPTH + 50,
    nodes: 200_000,
};

/// Reads a file; `lower` adds its nodes or says why it cannot.
pub(crate) fn file(
    source: &str,
    vocabulary: &Arc<Vocabulary>,
    limits: &Limits,
    lower: impl FnOnce(&mut Builder) -> Result<(), String>,
) -> Result<Tree, Refused> {
    let refused = |reason| Refused { reason, span: None };
    if source.len() > limits.bytes {
        let reason = format!("it is larger than the limit of {} bytes", limits.bytes);
        return Err(refused(reason));
    }
    let mut build = Builder::new(Symbols::new(Arc::clone(vocabulary)), *limits);
    lower(&mut build).map_err(refused)?;
    build.finish().map_err(|full| refused(full.to_string()))
}

/// Reads a pattern; `root` says which node of its tree stands for it.
pub(crate) fn pattern(
    text: &str,
    vocabulary: &mut Vocabulary,
    lower: impl FnOnce(&mut Builder) -> Result<(), String>,
    root: impl FnOnce(&Tree) -> NodeId,
) -> Result<PatternTree, PatternError> {
    let wrong = |message| PatternError {
        message,
        span: span(0, text.len()),
    };
    let symbols = Symbols::new(Arc::new(Vocabulary::new()));
    let mut build = Builder::new(symbols, PATTERN_LIMITS);
    lower(&mut build).map_err(wrong)?;
    if let Some(error) = build.errors.first() {
        return Err(PatternError {
            message: error.message.clone(),
            span: error.span,
        });
    }
    let tree = build.finish().map_err(|full| wrong(full.to_string()))?;
    let root = root(&tree);
    Ok(PatternTree::new(tree, root, vocabulary))
}

/// A program of what `inside` adds.
pub(crate) fn program<R>(
    build: &mut Builder,
    length: usize,
    inside: impl FnOnce(&mut Builder) -> R,
) -> R {
    build.open(Kind::Program, span(0, length));
    let result = inside(build);
    build.close();
    result
}
