//! What a call of a function does, for its callers in the same file.

use runward_syntax::Symbol;

use crate::il::{Key, Variable};
use crate::taints::Taints;

/// Taints of parameters stand for what is passed for them.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    /// The names of the parameters, in order; `None` for what takes no argument by itself.
    pub(crate) parameters: Vec<Option<Symbol>>,
    pub(crate) returns: Taints,
    /// Sinks that are reached.
    pub(crate) sinks: Vec<(u32, Taints)>,
    /// Parts of parameters that get tainted.
    pub(crate) writes: Vec<(u32, Vec<Key>, Taints)>,
    /// Fields of `this` that get tainted.
    pub(crate) fields: Vec<(Variable, Taints)>,
    pub(crate) control: Taints,
}
