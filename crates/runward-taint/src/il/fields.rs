//! The fields of `this`, as variables.

use runward_syntax::Symbol;
use rustc_hash::FxHashMap;

use super::{FIELD, Variable};

/// Numbers for the fields of `this`, shared by the functions of a file. Classes of JavaScript give
/// their members variables of their own, so that one name can be several.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    numbers: FxHashMap<Symbol, u32>,
    variables: FxHashMap<Symbol, Vec<Variable>>,
    names: FxHashMap<Variable, Symbol>,
}

impl Fields {
    pub(crate) fn variable(&mut self, name: Symbol) -> Variable {
        let next = u32::try_from(self.numbers.len()).unwrap_or_default();
        FIELD | *self.numbers.entry(name).or_insert(next)
    }

    /// Notes that a field of `this` is a variable.
    pub(crate) fn note(&mut self, name: Symbol, variable: Variable) {
        if self.names.insert(variable, name).is_none() {
            self.variables.entry(name).or_default().push(variable);
        }
    }

    /// The name of the field that a variable is.
    pub(crate) fn name(&self, variable: Variable) -> Option<Symbol> {
        self.names.get(&variable).copied()
    }

    /// The variables that a field may be, as far as the functions translated so far name it.
    pub(crate) fn variables(&self, name: Symbol) -> Vec<Variable> {
        self.variables.get(&name).cloned().unwrap_or_default()
    }
}
