//! What patterns write in the place of code, and the way from a tree to a pattern.

use std::sync::Arc;

use runward_syntax::{
    Builder, Kind, Limits, NodeId, PatternError, PatternTree, Refused, Span, Symbols, Tree,
    Vocabulary,
};

/// `$X`, `$_`, `$X1`.
pub(crate) fn is_metavar(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(is_metavar_name)
}

/// `$...X`.
pub(crate) fn is_rest(text: &str) -> bool {
    text.strip_prefix("$...").is_some_and(is_metavar_name)
}

pub(crate) fn is_metavar_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_uppercase() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The kind that a text has in a pattern where it is no code.
pub(crate) fn special(text: &str) -> Option<Kind> {
    if text == "..." {
        Some(Kind::Dots)
    } else if is_metavar(text) {
        Some(Kind::Metavar)
    } else if is_rest(text) {
        Some(Kind::MetavarRest)
    } else {
        None
    }
}

pub(crate) fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

pub(crate) fn span(start: usize, end: usize) -> Span {
    Span::new(small(start), small(end))
}

pub(crate) fn check_size(source: &str, limits: &Limits) -> Result<(), Refused> {
    if source.len() > limits.bytes {
        return Err(Refused {
            reason: format!("it is larger than the limit of {} bytes", limits.bytes),
            span: None,
        });
    }
    Ok(())
}

pub(crate) fn finish(build: Builder) -> Result<Tree, Refused> {
    build.finish().map_err(|full| Refused {
        reason: full.to_string(),
        span: None,
    })
}

/// A builder for a pattern; a pattern is as small as the person who wrote it is patient.
pub(crate) fn pattern_builder() -> Builder {
    let limits = Limits {
        bytes: 1 << 20,
        depth: 250,
        nodes: 200_000,
    };
    Builder::new(Symbols::new(Arc::new(Vocabulary::new())), limits)
}

/// The pattern of a tree that was built for it. A statement that stands alone is the pattern, and
/// so is the expression in it.
pub(crate) fn pattern(
    build: Builder,
    text: &str,
    vocabulary: &mut Vocabulary,
    root: impl FnOnce(&Tree) -> NodeId,
) -> Result<PatternTree, PatternError> {
    let whole = span(0, text.len());
    if let Some(error) = build.errors.first() {
        return Err(PatternError {
            message: error.message.clone(),
            span: error.span,
        });
    }
    let tree = build.finish().map_err(|full| PatternError {
        message: full.to_string(),
        span: whole,
    })?;
    let root = root(&tree);
    Ok(PatternTree::new(tree, root, vocabulary))
}
