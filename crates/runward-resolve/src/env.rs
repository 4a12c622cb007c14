//! What variables hold at one point of a function.

use crate::values::{Value, Values};

/// More variables than this are not followed at once.
const MOST: usize = 512;

/// Values by slot. What is not here is not known.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Env {
    /// Whether this point can be reached.
    pub(crate) live: bool,
    /// Ordered by slot.
    held: Vec<(u32, Value)>,
}

impl Env {
    /// A point at which nothing is known.
    pub(crate) fn unknown() -> Self {
        Self {
            live: true,
            held: Vec::new(),
        }
    }

    /// A point that is not reached.
    pub(crate) fn dead() -> Self {
        Self::default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    fn place(&self, slot: u32) -> Result<usize, usize> {
        self.held.binary_search_by_key(&slot, |(slot, _)| *slot)
    }

    pub(crate) fn get(&self, slot: u32) -> Option<Value> {
        let at = self.place(slot).ok()?;
        self.held.get(at).map(|(_, value)| *value)
    }

    pub(crate) fn set(&mut self, slot: u32, value: Option<Value>) {
        match (self.place(slot), value) {
            (Ok(at), Some(value)) => {
                if let Some(place) = self.held.get_mut(at) {
                    place.1 = value;
                }
            }
            (Ok(at), None) => {
                self.held.remove(at);
            }
            (Err(at), Some(value)) if self.held.len() < MOST => {
                self.held.insert(at, (slot, value));
            }
            (Err(_), _) => {}
        }
    }

    /// Two paths meet: only what both know stays known.
    pub(crate) fn join(&mut self, other: &Self, values: &Values<'_>) {
        if !other.live {
            return;
        }
        if !self.live {
            self.clone_from(other);
            return;
        }
        self.held.retain_mut(|(slot, value)| {
            let Some(met) = other
                .get(*slot)
                .and_then(|other| values.either(*value, other))
            else {
                return false;
            };
            *value = met;
            true
        });
    }
}
