//! Patterns.
//!
//! A pattern is rewritten to text that the parser takes, put into a frame where it is only a part
//! of something (`catch ($E) {...}`, a lone method), parsed and lowered like code; the root of the
//! pattern is then looked up inside the frame.

mod context;
mod frame;
mod offsets;
mod rewrite;
pub(crate) mod stand_in;

use std::sync::Arc;

use oxc_allocator::Allocator;
use oxc_span::SourceType;
use runward_syntax::{
    Builder, Kind, Limits, NodeId, PatternError, PatternTree, Span, Symbols, Vocabulary,
};

use crate::depth;
use crate::lower::Lower;
use crate::parse::{parse as parse_text, tsx, typescript};
use frame::{Framed, frames};
use rewrite::{Rewritten, rewrite};

/// What a pattern may cost; patterns are short.
const LIMITS: Limits = Limits {
    bytes: 256 << 10,
    depth: 100,
    nodes: 1 << 20,
};

pub(crate) fn parse(
    pattern: &str,
    vocabulary: &mut Vocabulary,
) -> Result<PatternTree, PatternError> {
    if pattern.len() > LIMITS.bytes {
        return Err(error("the pattern is too long", Span::default()));
    }
    if let Err(deep) = depth::check(pattern, &LIMITS) {
        let at = u32::try_from(deep.at).unwrap_or(u32::MAX);
        return Err(error("the pattern is nested too deep", Span::new(at, at)));
    }
    if pattern.trim().is_empty() {
        return Err(error("the pattern is empty", Span::default()));
    }
    let mut first = None;
    let readings: [(bool, fn() -> SourceType); 2] = [(true, tsx), (false, typescript)];
    for (jsx, grammar) in readings {
        let rewritten = rewrite(pattern, jsx);
        for framed in frames(&rewritten.text) {
            match read(&rewritten, framed, grammar(), pattern.len()) {
                Ok((build, root)) => return finish(build, root, vocabulary),
                Err(found) => {
                    // Of all readings the plain one says best what is wrong.
                    if framed.is_plain() && first.is_none() {
                        first = Some(found);
                    }
                }
            }
        }
    }
    Err(first.unwrap_or_else(|| error("the pattern is no JavaScript", Span::default())))
}

fn read(
    rewritten: &Rewritten,
    framed: Framed,
    grammar: SourceType,
    length: usize,
) -> Result<(Builder, NodeId), PatternError> {
    let text = framed.text(&rewritten.text);
    let allocator = Allocator::default();
    let parsed = parse_text(&allocator, &text, grammar);
    let place = |span| rewritten.offsets.span(span, framed.before(), length);
    if parsed.panicked {
        let found = parsed.diagnostics.first();
        let label = found.and_then(|found| found.labels.first());
        let at = label.map_or(0, oxc_span::LabeledSpan::offset);
        let message = found.map_or_else(String::new, |found| found.message.to_string());
        return Err(error(
            &format!(
                "it does not parse: {}",
                message.trim_end_matches('.').to_lowercase()
            ),
            place(Span::new(at, at)),
        ));
    }
    let symbols = Symbols::new(Arc::new(Vocabulary::new()));
    let limits = Limits {
        depth: 2_000,
        ..LIMITS
    };
    let mut build = Lower::new(Builder::new(symbols, limits), &text, true).program(&parsed.program);
    let root = framed
        .root(&mut build, rewritten.text.trim_end().ends_with(';'))
        .ok_or_else(|| error("it is no pattern", Span::default()))?;
    for index in 0..build.nodes().len() {
        if let Some(node) = build.node_mut(NodeId::at(index)) {
            node.span = place(node.span);
        }
    }
    Ok((build, root))
}

fn finish(
    build: Builder,
    root: NodeId,
    vocabulary: &mut Vocabulary,
) -> Result<PatternTree, PatternError> {
    let tree = build
        .finish()
        .map_err(|full| error(&full.to_string(), Span::default()))?;
    if tree.kind(root) == Kind::Program {
        return Err(error("the pattern is empty", Span::default()));
    }
    Ok(PatternTree::new(tree, root, vocabulary))
}

fn error(message: &str, span: Span) -> PatternError {
    PatternError {
        message: message.to_owned(),
        span,
    }
}
