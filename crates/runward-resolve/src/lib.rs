//! What names mean and what constants are.
//!
//! [`resolve`] runs three passes: `names` walks the tree once and gives each name its variable,
//! `once` gives values to variables that are assigned in one place only, `flow` follows values
//! through each function in the order of execution.

mod env;
mod facts;
mod flow;
mod names;
mod numbers;
mod once;
mod policy;
mod scopes;
mod settings;
mod values;

use std::sync::Arc;

use runward_syntax::{Language, Symbols, Tree};

pub use facts::{Binding, Constant, Facts, Variable};

use policy::Policy;
use values::Values;

/// Finds out the facts about a tree. Texts of strings that are put together go into the tree's
/// symbols.
#[must_use]
pub fn resolve(tree: &mut Tree, language: Language) -> Facts {
    if language == Language::Terraform {
        return settings::resolve(tree);
    }
    let Some(policy) = Policy::of(language) else {
        return Facts::default();
    };
    let empty = Symbols::new(Arc::clone(tree.symbols.vocabulary()));
    // The tree is only read from here on, while the symbols still grow.
    let mut symbols = std::mem::replace(&mut tree.symbols, empty);
    let names = names::name(tree, &mut symbols, policy);
    let mut values = Values::new(tree, symbols, policy, &names);
    once::propagate(&mut values, &names);
    flow::propagate(&mut values, &names);
    values.evaluate_all();
    let (symbols, constants, known) = values.finish();
    tree.symbols = symbols;
    names.into_facts(constants, known)
}

#[cfg(test)]
mod tests;
