//! What is found.

use std::sync::Arc;

use runward_match::{Binding, Bindings, Value, What};
use runward_syntax::{NodeId, Position, Span};
use rustc_hash::FxHashSet;

use crate::abroad::FileId;

/// A sink that a source reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaintMatch {
    /// The file that it is in, if it is another one than that which was looked at.
    pub file: Option<FileId>,
    /// Of the sink; of the source where the rule says `taint_match_on: source`.
    pub span: Span,
    pub node: Option<NodeId>,
    /// The sink's metavariables, and the source's where the sink has none of that name.
    pub bindings: Bindings,
    /// From the source to the sink.
    pub trace: Vec<Step>,
}

/// A step on the way of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub kind: StepKind,
    pub span: Span,
    /// The source text there, cut short where it is long.
    pub text: String,
    /// Where it is, if it is in another file.
    pub away: Option<Away>,
}

/// A place in another file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    pub path: Arc<str>,
    pub start: Position,
    pub end: Position,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepKind {
    Source,
    /// The variable that is assigned.
    Assign,
    /// The call that passes the value on.
    Call,
    /// The call that gives it.
    Return,
    Propagator,
    Sink,
}

/// Characters of source text that a step shows.
const LONGEST: usize = 160;

impl Step {
    pub(crate) fn new(kind: StepKind, span: Span, source: &str) -> Self {
        Self {
            kind,
            span,
            text: span.text(source).chars().take(LONGEST).collect(),
            away: None,
        }
    }
}

/// What a rule finds in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    pub matches: Vec<TaintMatch>,
    /// Functions that were not looked at, or not to the end, and why.
    pub not_covered: Vec<(Span, &'static str)>,
}

/// The metavariables of sources and of the sink. Where sources disagree, a name is left out; where
/// they disagree with the sink, the sink's value counts, or nothing is found if they must agree.
pub(crate) fn merge(
    sources: &[&Bindings],
    sink: &Bindings,
    must_agree: bool,
    source: &str,
) -> Option<Bindings> {
    let mut kept: Vec<Binding> = Vec::new();
    let mut lost: Vec<&str> = Vec::new();
    for binding in sources.iter().flat_map(|bindings| bindings.iter()) {
        if lost.contains(&&*binding.name) {
            continue;
        }
        let known = kept.iter().position(|known| known.name == binding.name);
        match known {
            None => kept.push(binding.clone()),
            Some(at) => {
                let is_same = kept
                    .get(at)
                    .is_some_and(|known| is_same(known, binding, source));
                if !is_same {
                    kept.swap_remove(at);
                    lost.push(&binding.name);
                }
            }
        }
    }
    if must_agree {
        let agrees = kept.iter().all(|binding| {
            sink.iter()
                .filter(|own| own.name == binding.name)
                .all(|own| is_same(own, binding, source))
        });
        if !agrees {
            return None;
        }
    }
    let from_sources: Bindings = kept.into_iter().collect();
    Some(sink.extended(&from_sources))
}

/// Whether two values are the same code, white space aside.
fn is_same(one: &Binding, other: &Binding, source: &str) -> bool {
    one.value == other.value
        || one
            .value
            .text(source)
            .split_whitespace()
            .eq(other.value.text(source).split_whitespace())
}

/// Bindings for a match in another file, as texts: they stand where that match does.
pub(crate) fn moved(bindings: &Bindings, source: &str, span: Span) -> Bindings {
    bindings
        .iter()
        .map(|binding| Binding {
            name: Arc::clone(&binding.name),
            value: Value {
                span,
                node: None,
                what: What::Text,
                text: Some(binding.value.text(source).into()),
            },
        })
        .collect()
}

/// Bindings that show the same text wherever they are looked at.
pub(crate) fn with_texts(bindings: &Bindings, source: &str) -> Bindings {
    bindings
        .iter()
        .map(|binding| Binding {
            name: Arc::clone(&binding.name),
            value: Value {
                text: Some(binding.value.text(source).into()),
                ..binding.value.clone()
            },
        })
        .collect()
}

/// Metavariables and where they are.
type Bound = Vec<(String, Span)>;

/// Leaves out what is found twice, and what lies within something else that is found.
pub(crate) fn settle(findings: &mut Findings) {
    let mut seen: FxHashSet<(Option<FileId>, Span, Bound)> = FxHashSet::default();
    findings.matches.retain(|found| {
        let bound = found
            .bindings
            .iter()
            .map(|binding| (binding.name.to_string(), binding.value.span))
            .collect();
        seen.insert((found.file, found.span, bound))
    });
    findings.matches.sort_by_key(|found| {
        (
            found.file,
            found.span.start,
            std::cmp::Reverse(found.span.end),
        )
    });
    let mut outer: Option<(Option<FileId>, Span)> = None;
    findings.matches.retain(|found| match outer {
        Some((file, span))
            if file == found.file && span != found.span && span.contains(found.span) =>
        {
            false
        }
        _ => {
            outer = Some((found.file, found.span));
            true
        }
    });
    findings.not_covered.sort_unstable();
    findings.not_covered.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(start: u32, end: u32) -> TaintMatch {
        TaintMatch {
            file: None,
            span: Span::new(start, end),
            node: None,
            bindings: Bindings::default(),
            trace: Vec::new(),
        }
    }

    #[test]
    fn what_lies_within_another_match_is_left_out() {
        let mut findings = Findings {
            matches: vec![found(4, 6), found(2, 9), found(2, 9), found(10, 12)],
            not_covered: Vec::new(),
        };
        settle(&mut findings);
        let spans: Vec<_> = findings.matches.iter().map(|one| one.span.start).collect();
        assert_eq!(spans, [2, 10]);
    }
}
