//! Where the parts of a rule match in one file.

use runward_match::{Bindings, Budget, Match, OutOfBudget, Target, find};
use runward_syntax::{NodeId, Span};
use rustc_hash::FxHashMap;

use crate::spec::{CompiledTaint, Part};

/// One match of one of several parts.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    /// Which part.
    pub(crate) part: usize,
    pub(crate) span: Span,
    pub(crate) node: Option<NodeId>,
    pub(crate) bindings: Bindings,
}

/// Matches that can be asked for what surrounds a place.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// Ordered by start.
    all: Vec<Mark>,
    /// The last end among the marks up to each one.
    ends: Vec<u32>,
}

impl Marks {
    fn new(mut all: Vec<Mark>) -> Self {
        all.sort_by_key(|mark| (mark.span.start, mark.span.end, mark.part));
        let mut last = 0;
        let ends = all
            .iter()
            .map(|mark| {
                last = last.max(mark.span.end);
                last
            })
            .collect();
        Self { all, ends }
    }

    pub(crate) fn get(&self, index: u32) -> Option<&Mark> {
        self.all.get(index as usize)
    }

    /// The marks that a place lies in.
    pub(crate) fn around(&self, place: Span) -> impl Iterator<Item = (u32, &Mark)> {
        let first = self
            .all
            .partition_point(|mark| mark.span.start <= place.start);
        (0..first)
            .rev()
            .map_while(move |at| {
                let end = *self.ends.get(at)?;
                (end >= place.end).then(|| self.all.get(at).map(|mark| (at, mark)))?
            })
            .filter(move |(_, mark)| mark.span.end >= place.end)
            .map(|(at, mark)| (u32::try_from(at).unwrap_or(u32::MAX), mark))
    }

    /// Whether any mark has a part in common with a place.
    pub(crate) fn touch(&self, place: Span) -> bool {
        let first = self.all.partition_point(|mark| mark.span.start < place.end);
        first
            .checked_sub(1)
            .and_then(|last| self.ends.get(last))
            .is_some_and(|end| *end > place.start)
    }

    fn has(&self, span: Span) -> bool {
        self.around(span).any(|(_, mark)| mark.span == span)
    }
}

/// Whether a place is all of a mark; a difference of a hundredth does not count.
pub(crate) fn is_exact(place: Span, mark: Span) -> bool {
    let length = |span: Span| u64::from(span.end.saturating_sub(span.start));
    length(place) * 100 > length(mark) * 99
}

/// One of the two ends of a propagator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    pub(crate) is_from: bool,
    /// Which propagator of the rule.
    pub(crate) part: usize,
    /// Which match of it.
    pub(crate) id: u32,
}

/// All matches of a rule in a file.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) sources: Marks,
    pub(crate) sinks: Marks,
    pub(crate) sanitizers: Marks,
    /// By place.
    pub(crate) ends: FxHashMap<Span, Vec<End>>,
}

fn search<'p>(
    parts: impl Iterator<Item = &'p Part>,
    target: &Target<'_>,
    budget: &mut Budget,
) -> Result<Vec<Mark>, OutOfBudget> {
    let mut all = Vec::new();
    for (part, one) in parts.enumerate() {
        for Match {
            span,
            node,
            bindings,
            ..
        } in find(&one.formula, target, budget)?
        {
            all.push(Mark {
                part,
                span,
                node,
                bindings,
            });
        }
    }
    Ok(all)
}

impl Found {
    /// `None` if there is no source or no sink and both are needed, so that nothing can be found.
    pub(crate) fn new(
        rule: &CompiledTaint,
        target: &Target<'_>,
        budget: &mut Budget,
        needs_both: bool,
    ) -> Result<Option<Self>, OutOfBudget> {
        let sinks = search(rule.sinks.iter().map(|sink| &sink.part), target, budget)?;
        if needs_both && sinks.is_empty() {
            return Ok(None);
        }
        let sources = search(
            rule.sources.iter().map(|source| &source.part),
            target,
            budget,
        )?;
        if needs_both && sources.is_empty() {
            return Ok(None);
        }
        let (sinks, sources) = (Marks::new(sinks), Marks::new(sources));
        let sanitizers = search(
            rule.sanitizers.iter().map(|sanitizer| &sanitizer.part),
            target,
            budget,
        )?
        .into_iter()
        .filter(|mark| {
            let yields = rule
                .sanitizers
                .get(mark.part)
                .is_some_and(|sanitizer| sanitizer.not_conflicting);
            !(yields && (sinks.has(mark.span) || sources.has(mark.span)))
        })
        .collect();
        let mut ends: FxHashMap<Span, Vec<End>> = FxHashMap::default();
        let matches = search(
            rule.propagators.iter().map(|propagator| &propagator.part),
            target,
            budget,
        )?;
        for (id, mark) in matches.into_iter().enumerate() {
            let Some(propagator) = rule.propagators.get(mark.part) else {
                continue;
            };
            let (Some(from), Some(to)) = (
                mark.bindings.get(&propagator.from),
                mark.bindings.get(&propagator.to),
            ) else {
                continue;
            };
            let id = u32::try_from(id).unwrap_or(u32::MAX);
            for (is_from, span) in [(false, to.span), (true, from.span)] {
                ends.entry(span).or_default().push(End {
                    is_from,
                    part: mark.part,
                    id,
                });
            }
        }
        Ok(Some(Self {
            sources,
            sinks,
            sanitizers: Marks::new(sanitizers),
            ends,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(start: u32, end: u32) -> Mark {
        Mark {
            part: 0,
            span: Span::new(start, end),
            node: None,
            bindings: Bindings::default(),
        }
    }

    #[test]
    fn marks_around_a_place_are_found_whatever_lies_between() {
        let marks = Marks::new(vec![
            mark(0, 100),
            mark(5, 8),
            mark(10, 20),
            mark(12, 15),
            mark(90, 95),
        ]);
        let around = |start, end| {
            let mut all: Vec<_> = marks
                .around(Span::new(start, end))
                .map(|(_, mark)| (mark.span.start, mark.span.end))
                .collect();
            all.sort_unstable();
            all
        };
        assert_eq!(around(12, 14), [(0, 100), (10, 20), (12, 15)]);
        assert_eq!(around(30, 40), [(0, 100)]);
        assert_eq!(around(99, 101), []);
        assert!(marks.touch(Span::new(99, 200)));
        assert!(!Marks::new(vec![mark(5, 8)]).touch(Span::new(8, 9)));
        assert!(is_exact(Span::new(0, 100), Span::new(0, 101)));
        assert!(!is_exact(Span::new(0, 10), Span::new(0, 11)));
    }
}
