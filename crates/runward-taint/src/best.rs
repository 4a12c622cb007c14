//! The places of a function that fit a part of a rule best.
//!
//! A place lies in a match if it is any part of it, so that `x` lies in the sink `f(x, y)` as `f(x, y)`
//! itself does. Where a rule wants exact matches, only the largest places count; those are not always
//! the match itself, since not everything that can be matched is an expression.

use runward_syntax::Span;

use crate::il::Function;
use crate::il::Step;
use crate::marks::{Found, Marks};
use crate::spec::CompiledTaint;

/// The largest places of each part, ordered and apart from each other.
#[derive(Debug, Default)]
struct Largest(Vec<Vec<Span>>);

impl Largest {
    fn new(count: usize) -> Self {
        Self(vec![Vec::new(); count])
    }

    fn add(&mut self, part: usize, span: Span) {
        if let Some(all) = self.0.get_mut(part) {
            all.push(span);
        }
    }

    fn settle(&mut self) {
        for all in &mut self.0 {
            all.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
            let mut end: Option<u32> = None;
            all.retain(|span| {
                let is_larger = end.is_none_or(|end| span.end > end);
                if is_larger {
                    end = Some(span.end);
                }
                is_larger
            });
        }
    }

    fn is_best(&self, part: usize, span: Span) -> bool {
        let Some(all) = self.0.get(part) else {
            return true;
        };
        let after = all.partition_point(|one| one.start <= span.start);
        // Ends grow with starts, so only the neighbours can lie around or within.
        let before = after.checked_sub(1).and_then(|at| all.get(at));
        if let Some(one) = before
            && (one.contains(span) || span.contains(*one))
        {
            return *one == span;
        }
        !all.get(after).is_some_and(|one| span.contains(*one))
    }
}

#[derive(Debug)]
pub(crate) struct Best {
    sources: Largest,
    sinks: Largest,
    sanitizers: Largest,
}

impl Best {
    pub(crate) fn new(rule: &CompiledTaint, found: &Found, function: &Function) -> Self {
        let mut best = Self {
            sources: Largest::new(rule.sources.len()),
            sinks: Largest::new(rule.sinks.len()),
            sanitizers: Largest::new(rule.sanitizers.len()),
        };
        let instructions = function
            .graph
            .nodes
            .iter()
            .filter_map(|node| match &node.step {
                Step::Instruction(instruction) => Some([instruction.place, instruction.assignment]),
                _ => None,
            })
            .flatten()
            .flatten();
        let expressions = function
            .expressions
            .iter()
            .filter_map(|expression| expression.place);
        for place in instructions.chain(expressions) {
            let add = |marks: &Marks, into: &mut Largest| {
                for (_, mark) in marks.around(place) {
                    into.add(mark.part, place);
                }
            };
            add(&found.sources, &mut best.sources);
            add(&found.sinks, &mut best.sinks);
            add(&found.sanitizers, &mut best.sanitizers);
        }
        for all in [&mut best.sources, &mut best.sinks, &mut best.sanitizers] {
            all.settle();
        }
        best
    }

    pub(crate) fn is_best_source(&self, part: usize, span: Span) -> bool {
        self.sources.is_best(part, span)
    }

    pub(crate) fn is_best_sink(&self, part: usize, span: Span) -> bool {
        self.sinks.is_best(part, span)
    }

    pub(crate) fn is_best_sanitizer(&self, part: usize, span: Span) -> bool {
        self.sanitizers.is_best(part, span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_largest_of_nested_places_is_best() {
        let mut all = Largest::new(1);
        for (start, end) in [(0, 10), (1, 3), (4, 9), (20, 25), (20, 22)] {
            all.add(0, Span::new(start, end));
        }
        all.settle();
        assert!(all.is_best(0, Span::new(0, 10)));
        assert!(!all.is_best(0, Span::new(1, 3)));
        assert!(all.is_best(0, Span::new(20, 25)));
        assert!(!all.is_best(0, Span::new(20, 22)));
        assert!(all.is_best(0, Span::new(40, 41)), "nothing else is there");
        assert!(!all.is_best(0, Span::new(19, 26)), "a smaller one is known");
    }
}
