//! A function as simple instructions.
//!
//! Calls, assignments and the like become instructions on temporaries, in the order of execution;
//! conditions and loops become a graph. Each expression and instruction keeps the place in the
//! source that it is the translation of: sources, sinks and sanitizers are looked up by place. What
//! is (and is not) given a place follows Semgrep, since that decides what is found.

mod assign;
mod build;
mod calls;
mod expression;
mod fields;
mod functions;
mod graph;
mod loops;
mod names;
mod statement;
mod things;

use runward_syntax::{NodeId, Span, Symbol};

use build::Builder;
pub use functions::Program;
pub(crate) use functions::{Function, Role};
pub(crate) use graph::{ENTRY, EXIT, NodeIndex, Step};
pub(crate) use things::{Aim, Callee, Receiver};

/// A variable: a slot of [`runward_resolve::Facts`], or one of the builder's.
pub(crate) type Variable = u32;

/// Set in a variable that is a temporary.
pub(crate) const TEMPORARY: u32 = 1 << 31;
/// Set in a variable that is a field of `this` or `self`, the rest being a number for its name.
pub(crate) const FIELD: u32 = 1 << 29;

/// The place of an expression in [`Function::expressions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exp(pub(crate) u32);

#[derive(Debug, Clone)]
pub(crate) struct Expression {
    pub(crate) kind: ExpressionKind,
    /// What it translates; `None` for what the translation made up.
    pub(crate) place: Option<Span>,
    pub(crate) node: Option<NodeId>,
}

#[derive(Debug, Clone)]
pub(crate) enum ExpressionKind {
    Read(Place),
    Literal,
    /// An operator on its operands.
    Operator {
        is_comparison: bool,
        operands: Box<[Exp]>,
    },
    /// A tuple or a list: what its places hold is kept apart.
    Sequence(Box<[Exp]>),
    /// An object or a dictionary; a part without a key is one that is spread into it.
    Record(Box<[(Option<Key>, Exp)]>),
    /// Anything else that holds all of its parts.
    Bag(Box<[Exp]>),
    Cast(Exp),
    /// What Semgrep's translation gives up on: harmless, and not looked into, unless more than it
    /// finds is wanted.
    Beyond(Exp),
    /// Not translated, but this is what it is made of.
    Opaque(Option<Exp>),
}

/// What can be read and assigned.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) base: Base,
    /// Innermost first.
    pub(crate) offsets: Vec<Offset>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Base {
    Variable {
        variable: Variable,
        at: Option<Span>,
    },
    /// `this`, `self`, `super`.
    This { at: Span },
}

#[derive(Debug, Clone)]
pub(crate) struct Offset {
    pub(crate) key: Key,
    /// The expression of an index.
    pub(crate) index: Option<Exp>,
    /// The whole expression up to here.
    pub(crate) place: Option<Span>,
    /// The variable that the field of `this` is, for the first part of one.
    pub(crate) variable: Option<Variable>,
}

/// Which part of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    Field(Symbol),
    Text(Symbol),
    Number(i64),
    /// Any of them.
    Any,
}

impl Place {
    pub(crate) fn variable(variable: Variable, at: Option<Span>) -> Self {
        Self {
            base: Base::Variable { variable, at },
            offsets: Vec::new(),
        }
    }

    /// The place in the source up to the first `length` offsets.
    pub(crate) fn span(&self, length: usize) -> Option<Span> {
        match length.checked_sub(1) {
            Some(last) => self.offsets.get(last)?.place,
            None => match self.base {
                Base::Variable { at, .. } => at,
                Base::This { at } => Some(at),
            },
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Instruction {
    pub(crate) kind: InstructionKind,
    pub(crate) target: Option<Place>,
    pub(crate) place: Option<Span>,
    /// The assignment around it, where its result is assigned at once.
    pub(crate) assignment: Option<Span>,
}

#[derive(Debug, Clone)]
pub(crate) enum InstructionKind {
    Assign(Exp),
    /// A function or a class as a value.
    Anonymous,
    Call(Call),
    /// `new`.
    New(Call),
    /// An operation with arguments: `await`, `yield`, putting strings together.
    Special(Box<[Exp]>),
}

#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The `Call` or `New`.
    pub(crate) node: Option<NodeId>,
    /// What is called; a literal for `new`.
    pub(crate) callee: Exp,
    pub(crate) arguments: Box<[Argument]>,
    /// Whether it calls the functions among its arguments with parts of the other ones.
    pub(crate) is_higher: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Argument {
    pub(crate) value: Exp,
    /// Of `name=value`.
    pub(crate) name: Option<Symbol>,
    /// `*a`, `...a`, `**a`: its place among the parameters is not known.
    pub(crate) is_spread: bool,
}

/// A parameter of a function.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub(crate) name: Option<Symbol>,
    /// The variables that it binds, with their places: one, or those of a pattern.
    pub(crate) variables: Vec<(Variable, Span)>,
    /// Whether it is a plain one; a pattern or `*args` takes no argument by its place alone.
    pub(crate) is_plain: bool,
    pub(crate) default: Option<NodeId>,
}
