//! The operators and how tightly they bind.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unary {
    Not,
    Minus,
    Plus,
    BitNot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    Or,
    And,
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    In,
    NotIn,
    BitOr,
    BitXor,
    BitAnd,
    ShiftLeft,
    ShiftRight,
    Plus,
    Minus,
    Times,
    Divide,
    FloorDivide,
    Modulo,
    Power,
}

/// How tightly comparisons bind; `not` binds a little less.
pub(crate) const COMPARISON: u8 = 3;

impl Binary {
    /// The operator of a token, `in` and `not in` aside.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        Some(match text {
            "or" => Self::Or,
            "and" => Self::And,
            "==" => Self::Eq,
            "!=" => Self::NotEq,
            "<" => Self::Lt,
            "<=" => Self::LtE,
            ">" => Self::Gt,
            ">=" => Self::GtE,
            "|" => Self::BitOr,
            "^" => Self::BitXor,
            "&" => Self::BitAnd,
            "<<" => Self::ShiftLeft,
            ">>" => Self::ShiftRight,
            "+" => Self::Plus,
            "-" => Self::Minus,
            "*" => Self::Times,
            "/" => Self::Divide,
            "//" => Self::FloorDivide,
            "%" => Self::Modulo,
            "**" => Self::Power,
            _ => return None,
        })
    }

    /// The higher, the tighter; as in Python.
    pub(crate) fn strength(self) -> u8 {
        match self {
            Self::Or => 0,
            Self::And => 1,
            Self::Eq
            | Self::NotEq
            | Self::Lt
            | Self::LtE
            | Self::Gt
            | Self::GtE
            | Self::In
            | Self::NotIn => COMPARISON,
            Self::BitOr => 4,
            Self::BitXor => 5,
            Self::BitAnd => 6,
            Self::ShiftLeft | Self::ShiftRight => 7,
            Self::Plus | Self::Minus => 8,
            Self::Times | Self::Divide | Self::FloorDivide | Self::Modulo => 9,
            Self::Power => 11,
        }
    }

    pub(crate) fn is_comparison(self) -> bool {
        self.strength() == COMPARISON
    }
}
