//! Following values through the steps of one function.

mod calls;
mod expression;
mod fixpoint;
mod instruction;
mod place;
mod types;

use runward_rules::SideEffect;
use runward_syntax::Span;

use crate::best::Best;
use crate::cell::Shape;
use crate::env::{Env, Normal};
use crate::il::{Exp, Expression, ExpressionKind, Function};
use crate::marks::{Mark, is_exact};
use crate::run::Runner;
use crate::taints::{Taints, TraceKind};

pub(crate) use fixpoint::{Outcome, follow};

/// What a value may come from, as a whole and in its parts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Value {
    pub(crate) taints: Taints,
    pub(crate) shape: Shape,
}

impl Value {
    fn tainted(taints: Taints) -> Self {
        Self {
            taints,
            shape: Shape::default(),
        }
    }

    /// Parts that are too many are not told apart.
    fn bounded(self) -> Self {
        if self.shape.is_large() {
            Self::tainted(self.all())
        } else {
            self
        }
    }

    /// All of its taints, those of its parts too.
    fn all(&self) -> Taints {
        let mut all = self.taints.clone();
        self.shape.gather(&mut all);
        all
    }

    fn join(&mut self, other: &Self) {
        self.taints.join(&other.taints);
        self.shape.join(&other.shape);
    }

    fn is_relevant(&self) -> bool {
        !self.taints.is_empty() || !self.shape.is_empty()
    }
}

/// Follows one function for one rule.
pub(crate) struct Checker<'r, 'a> {
    pub(crate) runner: &'r mut Runner<'a>,
    pub(crate) function: &'r Function,
    pub(crate) best: Best,
    pub(crate) env: Env,
    pub(crate) outcome: Outcome,
    /// Whether values are looked at out of order, so that no sink is reached.
    pub(crate) is_asking: bool,
}

impl Checker<'_, '_> {
    fn expression(&self, exp: Exp) -> Option<&Expression> {
        self.function.expressions.get(exp.0 as usize)
    }

    /// The sources that a place lies in and that count there.
    fn sources_at(&self, place: Option<Span>, is_place: bool) -> Vec<u32> {
        let Some(place) = place else {
            return Vec::new();
        };
        let rule = self.runner.rule;
        self.runner
            .found
            .sources
            .around(place)
            .filter(|(_, mark)| {
                let Some(source) = rule.sources.get(mark.part) else {
                    return false;
                };
                match source.part.effect {
                    SideEffect::Only => is_place && is_exact(place, mark.span),
                    SideEffect::Yes | SideEffect::No => {
                        !source.part.exact || self.best.is_best_source(mark.part, place)
                    }
                }
            })
            .map(|(at, _)| at)
            .collect()
    }

    /// Whether a place is sanitized, and if so whether its variable is from there on.
    fn sanitized_at(&self, place: Option<Span>) -> Option<bool> {
        let place = place?;
        let rule = self.runner.rule;
        let mut is_sanitized = false;
        let mut by_side_effect = false;
        for (_, mark) in self.runner.found.sanitizers.around(place) {
            let Some(sanitizer) = rule.sanitizers.get(mark.part) else {
                continue;
            };
            if sanitizer.part.exact && !self.best.is_best_sanitizer(mark.part, place) {
                continue;
            }
            is_sanitized = true;
            by_side_effect |= sanitizer.part.effect != SideEffect::No && is_exact(place, mark.span);
        }
        is_sanitized.then_some(by_side_effect)
    }

    /// The sinks that a place lies in and for which `keep` holds.
    fn sinks_at(&self, place: Option<Span>, keep: impl Fn(&Mark) -> bool) -> Vec<u32> {
        let Some(place) = place else {
            return Vec::new();
        };
        self.runner
            .found
            .sinks
            .around(place)
            .filter(|(_, mark)| keep(mark))
            .map(|(at, _)| at)
            .collect()
    }

    fn is_best_sink(&self, mark: &Mark, place: Option<Span>) -> bool {
        let (Some(sink), Some(place)) = (self.runner.rule.sinks.get(mark.part), place) else {
            return false;
        };
        !sink.part.exact || self.best.is_best_sink(mark.part, place)
    }

    fn best_sinks_at(&self, place: Option<Span>) -> Vec<u32> {
        self.sinks_at(place, |mark| self.is_best_sink(mark, place))
    }

    /// The taints that matches of sources make, given those that are there already. Sources that
    /// require labels may depend on each other. Control sources go into the environment.
    fn taints_of(&mut self, sources: &[u32], incoming: &Taints) -> Taints {
        let (data, control): (Vec<u32>, Vec<u32>) =
            sources.iter().partition(|at| !self.runner.is_control(**at));
        let made = self.runner.taints_of(&data, incoming);
        if !control.is_empty() {
            let incoming = self.env.control.clone();
            let made = self.runner.taints_of(&control, &incoming);
            self.env.control.join(&made);
        }
        made
    }

    /// Taints that reach sinks.
    fn reach(&mut self, taints: &Taints, sinks: &[u32]) {
        if sinks.is_empty() || self.is_asking {
            return;
        }
        let all = taints.clone().joined(&self.env.control);
        if all.is_empty() {
            return;
        }
        for sink in sinks {
            if self.hold_what_they_must(*sink) {
                self.runner.reach(*sink, &all, &mut self.outcome);
            }
        }
    }

    /// Whether the metavariables of a sink hold what the rule requires of each.
    fn hold_what_they_must(&mut self, sink: u32) -> bool {
        let rule = self.runner.rule;
        // Of a sink in another file or function the values are not at hand.
        let Some(mark) = self.runner.found.sinks.get(sink) else {
            return true;
        };
        let needed = match rule.sinks.get(mark.part) {
            Some(sink) if !sink.per_metavar.is_empty() => &sink.per_metavar,
            _ => return true,
        };
        let bindings = mark.bindings.clone();
        let function = self.function;
        // To look at a value reaches the sinks that it is in.
        self.is_asking = true;
        let mut holds = true;
        for (metavar, requires) in needed {
            let Some(value) = bindings.get(metavar) else {
                continue;
            };
            let held = function
                .expressions
                .iter()
                .position(|expression| expression.place == Some(value.span))
                .and_then(|at| u32::try_from(at).ok());
            let Some(held) = held else { continue };
            let taints = self.value(Exp(held)).all();
            let is_passed = taints.iter().any(|(taint, _)| {
                let origin = self.runner.table.origin(taint);
                origin.is_some_and(|origin| origin.label().is_none())
            });
            holds &= is_passed || self.runner.satisfies(requires, &taints);
        }
        self.is_asking = false;
        holds
    }

    /// Propagators that begin or end at a place. Gives what arrives there.
    fn propagate(
        &mut self,
        span: Option<Span>,
        normal: Option<&Normal>,
        taints: &Taints,
        shape: &Shape,
    ) -> Taints {
        let mut arrived = Taints::default();
        let Some(span) = span else {
            return arrived;
        };
        let rule = self.runner.rule;
        let Some(ends) = self.runner.found.ends.get(&span).cloned() else {
            return arrived;
        };
        let mut all = taints.clone();
        shape.gather(&mut all);
        for end in ends.iter().filter(|end| end.is_from) {
            let Some(propagator) = rule.propagators.get(end.part) else {
                continue;
            };
            let may = match &propagator.part.requires {
                Some(requires) => self.runner.satisfies(requires, &all),
                None => true,
            };
            if !may {
                continue;
            }
            let carried = match propagator.label {
                Some(label) => self
                    .runner
                    .relabelled(&all, label, propagator.replace.as_deref()),
                None => all.clone(),
            };
            let carried = carried.stepped(&mut self.runner.table, TraceKind::Propagator, span);
            self.env.replace_carried(end.id, &carried);
        }
        for end in ends.iter().filter(|end| !end.is_from) {
            let Some(taints) = self.env.take_carried(end.id) else {
                continue;
            };
            let by_side_effect = rule
                .propagators
                .get(end.part)
                .is_some_and(|propagator| propagator.part.effect != SideEffect::No);
            if by_side_effect && let Some(normal) = normal {
                self.env.add(
                    normal,
                    &taints,
                    &Shape::default(),
                    &mut self.runner.table,
                    Some(span),
                );
            }
            arrived.join(&taints);
        }
        arrived
    }

    fn normal(&self, place: &crate::il::Place, length: usize) -> Option<Normal> {
        crate::env::normal(place, length, self.runner.indices())
    }

    /// Whether values only flow through assignments.
    fn only_assignments(&self) -> bool {
        self.runner
            .rule
            .options
            .taint_only_propagate_through_assignments
    }

    fn through_functions(&self) -> bool {
        !self.runner.rule.options.taint_assume_safe_functions && !self.only_assignments()
    }

    fn through_indexes(&self) -> bool {
        !self.runner.rule.options.taint_assume_safe_indexes && !self.only_assignments()
    }
}

/// The place that an expression reads.
fn place_of(function: &Function, exp: Exp) -> Option<&crate::il::Place> {
    match &function.expressions.get(exp.0 as usize)?.kind {
        ExpressionKind::Read(place) => Some(place),
        _ => None,
    }
}
