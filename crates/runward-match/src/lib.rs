//! Patterns and formulas against trees.
//!
//! A [`Compiler`] reads the formulas of all rules; [`find`] evaluates one of them on one file.

mod anchor;
mod bindings;
mod budget;
mod compile;
mod conditions;
mod entropy;
mod equal;
mod evaluate;
mod index;
mod pattern;
mod places;
mod redos;
mod requirement;
mod search;
mod solve;
mod target;

pub use bindings::{Binding, Bindings, Value, What};
pub use budget::{Budget, OutOfBudget};
pub use compile::{CompileError, CompiledFormula, Compiler};
pub use evaluate::find;
pub use index::Index;
pub use requirement::Requirement;
pub use target::{Match, Target};
