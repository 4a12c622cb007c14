//! How far a question may be followed that leads from name to name.

use std::cell::Cell;

/// Names that stand for names, classes with bases: followed this deep.
const DEEPEST: usize = 16;
/// Steps of one question in all, since classes can have many bases and modules many others.
const STEPS: usize = 512;

/// The steps of one question.
pub(crate) struct Steps(Cell<usize>);

impl Steps {
    pub(crate) fn new() -> Self {
        Self(Cell::new(STEPS))
    }

    pub(crate) fn all(&self) -> Left<'_> {
        Left {
            depth: DEEPEST,
            steps: &self.0,
        }
    }
}

/// What is left of them.
#[derive(Clone, Copy)]
pub(crate) struct Left<'s> {
    depth: usize,
    steps: &'s Cell<usize>,
}

impl Left<'_> {
    /// One level further down; `None` where it was too many.
    pub(crate) fn down(self) -> Option<Self> {
        self.steps.set(self.steps.get().checked_sub(1)?);
        Some(Self {
            depth: self.depth.checked_sub(1)?,
            steps: self.steps,
        })
    }
}
