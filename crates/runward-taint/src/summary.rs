//! What a call of a function does, for its callers.

use runward_syntax::Symbol;

use crate::check::Value;
use crate::il::{Key, Variable};
use crate::taints::Taints;

/// The place among the parameters of what is `this` in a method.
pub(crate) const THIS: u32 = u32::MAX;

/// A field of `this` that gets tainted.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: Symbol,
    /// Where it is known, in a function of the same file.
    pub(crate) variable: Option<Variable>,
    pub(crate) taints: Taints,
}

/// Taints of parameters stand for what is passed for them.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    /// The names of the parameters, in order; `None` for what takes no argument by itself.
    pub(crate) parameters: Vec<Option<Symbol>>,
    pub(crate) returns: Value,
    /// Sinks that are reached.
    pub(crate) sinks: Vec<(u32, Taints)>,
    /// Parts of parameters that get tainted.
    pub(crate) writes: Vec<(u32, Vec<Key>, Taints)>,
    pub(crate) fields: Vec<Field>,
    pub(crate) control: Taints,
}
