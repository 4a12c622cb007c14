//! Operators.

use oxc_ast::ast::{
    AssignmentOperator, BinaryOperator, LogicalOperator, UnaryOperator, UpdateOperator,
};
use runward_syntax::Op;

pub(super) fn binary(operator: BinaryOperator) -> Op {
    match operator {
        BinaryOperator::Equality => Op::Eq,
        BinaryOperator::Inequality => Op::NotEq,
        BinaryOperator::StrictEquality => Op::StrictEq,
        BinaryOperator::StrictInequality => Op::StrictNotEq,
        BinaryOperator::LessThan => Op::Less,
        BinaryOperator::LessEqualThan => Op::LessEq,
        BinaryOperator::GreaterThan => Op::Greater,
        BinaryOperator::GreaterEqualThan => Op::GreaterEq,
        BinaryOperator::Addition => Op::Add,
        BinaryOperator::Subtraction => Op::Sub,
        BinaryOperator::Multiplication => Op::Mul,
        BinaryOperator::Division => Op::Div,
        BinaryOperator::Remainder => Op::Mod,
        BinaryOperator::Exponential => Op::Pow,
        BinaryOperator::ShiftLeft => Op::LeftShift,
        BinaryOperator::ShiftRight => Op::RightShift,
        BinaryOperator::ShiftRightZeroFill => Op::UnsignedRightShift,
        BinaryOperator::BitwiseOR => Op::BitOr,
        BinaryOperator::BitwiseXOR => Op::BitXor,
        BinaryOperator::BitwiseAnd => Op::BitAnd,
        BinaryOperator::In => Op::In,
        BinaryOperator::Instanceof => Op::InstanceOf,
    }
}

pub(super) fn logical(operator: LogicalOperator) -> Op {
    match operator {
        LogicalOperator::Or => Op::Or,
        LogicalOperator::And => Op::And,
        LogicalOperator::Coalesce => Op::Coalesce,
    }
}

pub(super) fn unary(operator: UnaryOperator) -> Op {
    match operator {
        UnaryOperator::UnaryPlus => Op::Plus,
        UnaryOperator::UnaryNegation => Op::Minus,
        UnaryOperator::LogicalNot => Op::Not,
        UnaryOperator::BitwiseNot => Op::Invert,
        UnaryOperator::Typeof => Op::TypeOf,
        UnaryOperator::Void => Op::Void,
        UnaryOperator::Delete => Op::Delete,
    }
}

pub(super) fn update(operator: UpdateOperator, prefix: bool) -> Op {
    match (operator, prefix) {
        (UpdateOperator::Increment, true) => Op::PreIncrement,
        (UpdateOperator::Increment, false) => Op::PostIncrement,
        (UpdateOperator::Decrement, true) => Op::PreDecrement,
        (UpdateOperator::Decrement, false) => Op::PostDecrement,
    }
}

/// `None` for the plain `=`.
pub(super) fn assignment(operator: AssignmentOperator) -> Option<Op> {
    Some(match operator {
        AssignmentOperator::Assign => return None,
        AssignmentOperator::Addition => Op::Add,
        AssignmentOperator::Subtraction => Op::Sub,
        AssignmentOperator::Multiplication => Op::Mul,
        AssignmentOperator::Division => Op::Div,
        AssignmentOperator::Remainder => Op::Mod,
        AssignmentOperator::Exponential => Op::Pow,
        AssignmentOperator::ShiftLeft => Op::LeftShift,
        AssignmentOperator::ShiftRight => Op::RightShift,
        AssignmentOperator::ShiftRightZeroFill => Op::UnsignedRightShift,
        AssignmentOperator::BitwiseOR => Op::BitOr,
        AssignmentOperator::BitwiseXOR => Op::BitXor,
        AssignmentOperator::BitwiseAnd => Op::BitAnd,
        AssignmentOperator::LogicalOr => Op::Or,
        AssignmentOperator::LogicalAnd => Op::And,
        AssignmentOperator::LogicalNullish => Op::Coalesce,
    })
}
