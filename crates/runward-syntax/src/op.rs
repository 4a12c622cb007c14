//! Operators.

/// The operator of a node, or what a comprehension makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Op {
    None,
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    MatMul,
    LeftShift,
    RightShift,
    UnsignedRightShift,
    BitAnd,
    BitOr,
    BitXor,
    And,
    Or,
    /// `??`.
    Coalesce,
    Eq,
    NotEq,
    /// `===`.
    StrictEq,
    /// `!==`.
    StrictNotEq,
    Less,
    LessEq,
    Greater,
    GreaterEq,
    In,
    NotIn,
    Is,
    IsNot,
    InstanceOf,
    /// A match against a regular expression.
    Matches,
    // Unary
    Plus,
    Minus,
    /// `~`.
    Invert,
    Not,
    TypeOf,
    Void,
    Delete,
    PreIncrement,
    PreDecrement,
    PostIncrement,
    PostDecrement,
    // Comprehensions
    List,
    Set,
    Dict,
    Generator,
    // Shells
    Pipe,
    /// A command in the background, or another control operator without a kind of its own.
    Control,
}
