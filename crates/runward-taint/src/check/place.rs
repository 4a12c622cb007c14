//! Places that are read or assigned.

use runward_rules::SideEffect;

use super::{Checker, Value};
use crate::cell::{Mark, Shape};
use crate::il::{Base, Key, Place};
use crate::marks::is_exact;
use crate::taints::Taints;

/// What is known at a place, before sinks are looked at.
#[derive(Debug, Default)]
struct Part {
    /// Taints that arise here, rather than being held by a variable.
    new: Taints,
    mark: Mark,
    is_sanitized: bool,
    shape: Shape,
}

/// The value of a place, and that of the object that it is a part of.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) value: Value,
    pub(super) object: Value,
}

impl Checker<'_, '_> {
    pub(super) fn read(&mut self, place: &Place) -> Value {
        self.reading(place, false).value
    }

    /// `is_method`: the last part is a method that is called, which is not tainted by its object
    /// here.
    pub(super) fn reading(&mut self, place: &Place, is_method: bool) -> Reading {
        let mut object = Value::default();
        let mut part = Part::default();
        let last = place.offsets.len();
        for length in 0..=last {
            let before = std::mem::take(&mut part);
            part = self.part(place, length, &before, is_method && length == last);
            object = Value {
                taints: before.mark.taints(),
                shape: before.shape,
            };
            if before.is_sanitized {
                object = Value::default();
            }
        }
        let mut taints = part.new;
        if !part.is_sanitized {
            taints.join(&part.mark.taints());
        }
        let taints = self.without_safe_places(taints, place);
        let span = place.span(last);
        let sinks = self.best_sinks_at(span);
        self.reach(&taints, &sinks);
        Reading {
            value: Value {
                taints,
                shape: part.shape,
            },
            object,
        }
    }

    /// One part after the other: `x`, `x.a`, `x.a.b`. Each may be a source or a sink of its own.
    fn part(&mut self, place: &Place, length: usize, before: &Part, is_method: bool) -> Part {
        let span = place.span(length);
        let normal = self.normal(place, length);
        if let Some(by_side_effect) = self.sanitized_at(span) {
            if by_side_effect && let Some(normal) = &normal {
                self.env.clean(normal);
            }
            return Part {
                is_sanitized: true,
                ..Part::default()
            };
        }
        let only_assignments = self.only_assignments();
        let (before_new, before_mark) = if only_assignments {
            (Taints::default(), Mark::None)
        } else {
            (before.new.clone(), before.mark.clone())
        };
        let (mark, shape) = if before.is_sanitized {
            (Mark::Clean, Shape::default())
        } else {
            match normal.as_ref().and_then(|normal| self.env.find(normal)) {
                Some(cell) if cell.mark != Mark::None => (cell.mark, cell.shape),
                found => {
                    let shape = found.map(|cell| cell.shape).unwrap_or_default();
                    let mark = if length == 0 || is_method {
                        Mark::None
                    } else if length == 1
                        && self.runner.is_precise()
                        && matches!(place.base, Base::This { .. })
                    {
                        self.of_this(place)
                    } else {
                        self.of_part(before_mark, place, length)
                    };
                    (mark, shape)
                }
            }
        };
        let held = mark.taints();
        let mut incoming = before_new;
        let current = incoming.clone().joined(&held);
        let sources = self.sources_at(span, true);
        let from_sources = self.sources_of_place(&sources, &current, place, length);
        let from_index = self.index(place, length);
        if only_assignments {
            incoming = from_sources;
        } else {
            incoming.join(&from_sources);
            incoming.join(&from_index);
        }
        let both = incoming.clone().joined(&held);
        let arrived = self.propagate(span, normal.as_ref(), &both, &shape);
        let new = incoming.joined(&arrived);
        let sinks = self.sinks_at(span, |mark| {
            span.is_some_and(|span| is_exact(span, mark.span))
        });
        let all = held.joined(&new);
        self.reach(&all, &sinks);
        Part {
            new,
            mark,
            is_sanitized: before.is_sanitized,
            shape,
        }
    }

    /// A part of an object of which nothing else is known is as the object is; what a parameter
    /// holds is told apart by part.
    fn of_part(&mut self, object: Mark, place: &Place, length: usize) -> Mark {
        let Mark::Tainted(taints) = object else {
            return object;
        };
        let key = length
            .checked_sub(1)
            .and_then(|last| place.offsets.get(last))
            .map(|offset| offset.key);
        Mark::Tainted(match key {
            Some(key) => self.runner.parts_of(&taints, key),
            None => taints,
        })
    }

    /// A field of `this` that nothing was assigned yet is as it is where the method is called.
    fn of_this(&mut self, place: &Place) -> Mark {
        match place.offsets.first().map(|offset| offset.key) {
            Some(key @ Key::Field(_)) => Mark::Tainted(self.runner.field_of_this(key)),
            _ => Mark::None,
        }
    }

    /// The taints that sources make at a place; those that act by side effect stay with it.
    fn sources_of_place(
        &mut self,
        sources: &[u32],
        incoming: &Taints,
        place: &Place,
        length: usize,
    ) -> Taints {
        if sources.is_empty() {
            return Taints::default();
        }
        let span = place.span(length);
        let effect = |checker: &Self, at: u32| {
            let mark = checker.runner.found.sources.get(at)?;
            let source = checker.runner.rule.sources.get(mark.part)?;
            let is_exact = span.is_some_and(|span| is_exact(span, mark.span));
            Some((source.part.effect, is_exact))
        };
        let (mut only, mut yes, mut no) = (Vec::new(), Vec::new(), Vec::new());
        for at in sources {
            match effect(self, *at) {
                Some((SideEffect::Only, true)) => only.push(*at),
                Some((SideEffect::Yes, true)) => yes.push(*at),
                Some((SideEffect::Only, false)) | None => {}
                Some(_) => no.push(*at),
            }
        }
        let mut kept = self.taints_of(&only, incoming);
        let both = self.taints_of(&yes, incoming);
        let returned = self.taints_of(&no, incoming);
        kept.join(&both);
        if !kept.is_empty()
            && let Some(normal) = self.normal(place, length)
        {
            self.env.add(
                &normal,
                &kept,
                &Shape::default(),
                &mut self.runner.table,
                span,
            );
        }
        returned.joined(&both)
    }

    fn index(&mut self, place: &Place, length: usize) -> Taints {
        let Some(index) = length
            .checked_sub(1)
            .and_then(|last| place.offsets.get(last))
            .and_then(|offset| offset.index)
        else {
            return Taints::default();
        };
        let value = self.value(index);
        if self.through_indexes() {
            value.taints
        } else {
            Taints::default()
        }
    }

    /// The variable that is assigned: sources and sinks may be there too.
    pub(super) fn assigned(&mut self, place: &Place) -> Value {
        self.read(place)
    }
}
