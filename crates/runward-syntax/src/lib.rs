//! One small tree for all languages.
//!
//! A language is lowered once, from the output of its parser into a [`Tree`]; names, constants,
//! matching and taint are then written once, on the tree. [`Kind`] says which children a node has.

mod builder;
mod dump;
mod frontend;
mod kind;
mod language;
mod limits;
mod op;
mod source;
mod symbol;
mod tree;

pub use builder::{Builder, Full};
pub use frontend::{Frontend, PatternError, PatternTree, Refused};
pub use kind::Kind;
pub use language::Language;
pub use limits::Limits;
pub use op::Op;
pub use source::{Lines, Position, Span};
pub use symbol::{Symbol, Symbols, Vocabulary};
pub use tree::{Children, Flags, Node, NodeId, SyntaxError, Tree};
