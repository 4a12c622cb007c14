//! Taints: what a value may come from.

use std::sync::Arc;

use runward_syntax::Span;

use crate::il::Key;
use crate::{Step, StepKind};

/// The place of a taint in [`Table::origins`].
pub(crate) type TaintId = u32;

/// The place of a step in [`Table::steps`]; 0 is none.
pub(crate) type TraceId = u32;

/// Where a taint comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// A source: the place of its match, and its label.
    Source { found: u32, label: u32 },
    /// A source in another file, by its place among those that are known.
    Away { at: u32, label: u32 },
    /// What a parameter of the function holds where it is called.
    Parameter { index: u32, path: Vec<Key> },
}

impl Origin {
    /// The label of a source.
    pub(crate) fn label(&self) -> Option<u32> {
        match self {
            Self::Source { label, .. } | Self::Away { label, .. } => Some(*label),
            Self::Parameter { .. } => None,
        }
    }

    /// The same source under another label.
    pub(crate) fn labelled(&self, label: u32) -> Self {
        match self {
            Self::Source { found, .. } => Self::Source {
                found: *found,
                label,
            },
            Self::Away { at, .. } => Self::Away { at: *at, label },
            Self::Parameter { .. } => self.clone(),
        }
    }
}

/// A step on the way of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TraceStep {
    pub(crate) before: TraceId,
    pub(crate) kind: TraceKind,
    pub(crate) span: Span,
    /// The place in [`Table::away`] plus one of a step in another file; else 0.
    away: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TraceKind {
    Assign,
    Call,
    Return,
    Propagator,
}

/// Taints and the ways they took; numbers stand for them elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Table {
    origins: Vec<Origin>,
    known: rustc_hash::FxHashMap<Origin, TaintId>,
    steps: Vec<TraceStep>,
    away: Vec<Arc<Step>>,
}

/// Steps of traces that are kept for one rule and file.
const MOST_STEPS: usize = 1 << 20;

impl Table {
    pub(crate) fn taint(&mut self, origin: Origin) -> TaintId {
        if let Some(id) = self.known.get(&origin) {
            return *id;
        }
        let id = u32::try_from(self.origins.len()).unwrap_or_default();
        self.origins.push(origin.clone());
        self.known.insert(origin, id);
        id
    }

    pub(crate) fn origin(&self, id: TaintId) -> Option<&Origin> {
        self.origins.get(id as usize)
    }

    pub(crate) fn step(&mut self, before: TraceId, kind: TraceKind, span: Span) -> TraceId {
        self.push(TraceStep {
            before,
            kind,
            span,
            away: 0,
        })
    }

    fn push(&mut self, step: TraceStep) -> TraceId {
        let is_again = step
            .before
            .checked_sub(1)
            .and_then(|at| self.steps.get(at as usize))
            .is_some_and(|last| {
                (last.span, last.kind, last.away) == (step.span, step.kind, step.away)
            });
        if is_again || self.steps.len() >= MOST_STEPS {
            return step.before;
        }
        self.steps.push(step);
        u32::try_from(self.steps.len()).unwrap_or_default()
    }

    /// A step that another one is like, after others.
    pub(crate) fn step_like(&mut self, before: TraceId, step: TraceStep) -> TraceId {
        self.push(TraceStep { before, ..step })
    }

    /// A step in another file.
    pub(crate) fn step_away(&mut self, before: TraceId, step: &Arc<Step>) -> TraceId {
        let kind = match step.kind {
            StepKind::Call => TraceKind::Call,
            StepKind::Return => TraceKind::Return,
            StepKind::Propagator => TraceKind::Propagator,
            StepKind::Assign | StepKind::Source | StepKind::Sink => TraceKind::Assign,
        };
        let known = self.away.last().is_some_and(|last| Arc::ptr_eq(last, step));
        if !known {
            self.away.push(Arc::clone(step));
        }
        let away = u32::try_from(self.away.len()).unwrap_or_default();
        self.push(TraceStep {
            before,
            kind,
            span: step.span,
            away,
        })
    }

    /// A step in another file as it is there; `None` for one of this file.
    pub(crate) fn away(&self, step: TraceStep) -> Option<&Arc<Step>> {
        self.away.get(step.away.checked_sub(1)? as usize)
    }

    /// The steps that lead to one, first to last.
    pub(crate) fn trace(&self, mut at: TraceId) -> Vec<TraceStep> {
        let mut all = Vec::new();
        while let Some(step) = at
            .checked_sub(1)
            .and_then(|index| self.steps.get(index as usize))
        {
            all.push(*step);
            at = step.before;
        }
        all.reverse();
        all
    }
}

/// A set of taints, each with the way on which it was first met.
#[derive(Debug, Clone, Default)]
pub(crate) struct Taints(Vec<(TaintId, TraceId)>);

/// More sources than this are not told apart at one place.
const MOST_TAINTS: usize = 64;

impl PartialEq for Taints {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(a, b)| a.0 == b.0)
    }
}

impl Taints {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn add(&mut self, taint: TaintId, trace: TraceId) {
        if let Err(at) = self.0.binary_search_by_key(&taint, |(id, _)| *id)
            && self.0.len() < MOST_TAINTS
        {
            self.0.insert(at, (taint, trace));
        }
    }

    pub(crate) fn join(&mut self, other: &Self) {
        if self.0.is_empty() {
            self.0.clone_from(&other.0);
            return;
        }
        for (taint, trace) in &other.0 {
            self.add(*taint, *trace);
        }
    }

    pub(crate) fn joined(mut self, other: &Self) -> Self {
        self.join(other);
        self
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (TaintId, TraceId)> + '_ {
        self.0.iter().copied()
    }

    /// Each with one more step.
    pub(crate) fn stepped(&self, table: &mut Table, kind: TraceKind, span: Span) -> Self {
        Self(
            self.0
                .iter()
                .map(|(taint, trace)| (*taint, table.step(*trace, kind, span)))
                .collect(),
        )
    }

    /// Each with one more step, which another one is like.
    pub(crate) fn stepped_like(&self, table: &mut Table, step: TraceStep) -> Self {
        Self(
            self.0
                .iter()
                .map(|(taint, trace)| (*taint, table.step_like(*trace, step)))
                .collect(),
        )
    }

    /// Those taints that another set does not have.
    pub(crate) fn without(&self, other: &Self) -> Self {
        Self(
            self.0
                .iter()
                .filter(|(taint, _)| other.0.binary_search_by_key(taint, |(id, _)| *id).is_err())
                .copied()
                .collect(),
        )
    }
}

impl FromIterator<(TaintId, TraceId)> for Taints {
    fn from_iter<I: IntoIterator<Item = (TaintId, TraceId)>>(all: I) -> Self {
        let mut set = Self::default();
        for (taint, trace) in all {
            set.add(taint, trace);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_keeps_the_first_way_of_each_taint() {
        let mut table = Table::default();
        let one = table.taint(Origin::Source { found: 0, label: 0 });
        let two = table.taint(Origin::Source { found: 1, label: 0 });
        assert_eq!(table.taint(Origin::Source { found: 0, label: 0 }), one);
        let step = table.step(0, TraceKind::Assign, Span::new(1, 2));
        let mut set = Taints::default();
        set.add(two, 0);
        set.add(one, step);
        set.add(one, 0);
        assert_eq!(set.iter().collect::<Vec<_>>(), [(one, step), (two, 0)]);
        assert_eq!(table.step(step, TraceKind::Assign, Span::new(1, 2)), step);
        assert_eq!(table.trace(step).len(), 1);
        let only: Taints = [(two, 0)].into_iter().collect();
        assert_eq!(set.without(&only).iter().count(), 1);
    }
}
