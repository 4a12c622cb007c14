//! What was found out about one tree.

use runward_syntax::{NodeId, Symbol};

/// A variable of one file: two names with the same variable are the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Variable(pub u32);

/// How a variable came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// Of the whole file.
    Global,
    Local,
    Parameter,
    /// Of a class, where its language lets methods name its members.
    Member,
    Import,
}

/// A value known without running anything.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Constant {
    /// The text between the quotes, as in [`runward_syntax::Kind::Str`].
    Str(Symbol),
    /// Some string, its text unknown (one branch of several, a concatenation with a parameter).
    AnyStr,
    Int(i128),
    Float(f64),
    Bool(bool),
    /// Some number.
    AnyNumber,
    /// Another literal (`None`, a regular expression, an imaginary number): its node.
    Literal(NodeId),
}

/// Set in the entry of a name that is bound there rather than used.
pub(crate) const BOUND: u32 = 1 << 31;
/// Set in the entry of a name that is no variable of the file; the rest is a number for its text.
pub(crate) const FREE: u32 = 1 << 30;
pub(crate) const UNNAMED: u32 = u32::MAX;
/// Set in an entry of `known` that is an expression; one that is a constant has its place plus one.
pub(crate) const EXPRESSION: u32 = 1 << 31;

/// What is known of one variable.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VariableInfo {
    pub(crate) binding: Binding,
    /// The node of its type; the root where there is none.
    pub(crate) ty: NodeId,
    pub(crate) path: (u32, u32),
    /// How often it is assigned.
    pub(crate) assigned: u32,
}

/// The facts about one tree.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// By node: its slot, with the bits above.
    pub(crate) slots: Vec<u32>,
    pub(crate) variables: Vec<VariableInfo>,
    pub(crate) parts: Vec<Symbol>,
    pub(crate) constants: Vec<Constant>,
    /// By node: 0, a constant or an expression.
    pub(crate) known: Vec<u32>,
}

impl Facts {
    fn entry(&self, name: NodeId) -> Option<u32> {
        let entry = *self.slots.get(name.index())?;
        (entry != UNNAMED).then_some(entry & !BOUND)
    }

    fn info(&self, name: NodeId) -> Option<&VariableInfo> {
        self.variables.get(self.entry(name)? as usize)
    }

    /// Which variable a `Name` is; `None` for a global that the file does not define.
    #[must_use]
    pub fn variable(&self, name: NodeId) -> Option<Variable> {
        let entry = self.entry(name)?;
        (entry & FREE == 0).then_some(Variable(entry))
    }

    /// A number that two `Name`s share if they are the same variable, or if neither is one of the
    /// file and their texts are the same. `None` for what is no reference (a keyword, a field).
    #[must_use]
    pub fn slot(&self, name: NodeId) -> Option<u32> {
        self.entry(name)
    }

    /// How the variable of a `Name` came to be.
    #[must_use]
    pub fn binding(&self, name: NodeId) -> Option<Binding> {
        self.info(name).map(|info| info.binding)
    }

    /// Whether the variable of a `Name` is assigned in one place of the file only.
    #[must_use]
    pub fn is_assigned_once(&self, name: NodeId) -> bool {
        self.info(name).is_some_and(|info| info.assigned == 1)
    }

    /// What an imported `Name` stands for, part by part: after `from a.b import c as d`, the name
    /// `d` is `[a, b, c]`; after `import numpy as np`, `np` is `[numpy]`.
    #[must_use]
    pub fn path(&self, name: NodeId) -> Option<&[Symbol]> {
        let (start, end) = self.info(name)?.path;
        self.parts
            .get(start as usize..end as usize)
            .filter(|parts| !parts.is_empty())
    }

    /// The constant value of an expression that is no literal itself.
    #[must_use]
    pub fn constant(&self, expression: NodeId) -> Option<&Constant> {
        let entry = *self.known.get(expression.index())?;
        if entry & EXPRESSION != 0 {
            return None;
        }
        self.constants.get((entry as usize).checked_sub(1)?)
    }

    /// The expression that a `Name` was certainly assigned (for `symbolic_propagation`).
    #[must_use]
    pub fn value(&self, name: NodeId) -> Option<NodeId> {
        let entry = *self.known.get(name.index())?;
        (entry & EXPRESSION != 0).then(|| NodeId::at((entry & !EXPRESSION) as usize))
    }

    /// The node of the type that a `Name` was declared with, or the class that `new` made it of.
    /// A literal stands for its own type: after `x = 3`, the type of `x` is the node `3`.
    #[must_use]
    pub fn declared_type(&self, name: NodeId) -> Option<NodeId> {
        self.info(name)
            .map(|info| info.ty)
            .filter(|ty| *ty != NodeId::ROOT)
    }
}
