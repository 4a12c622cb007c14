//! What can go wrong.

use runward_syntax::Span;

/// A regular expression that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RegexError {
    /// Lower case, no full stop.
    pub message: String,
    /// In the text of the expression.
    pub span: Span,
}

/// A search that was given up; what it would have found is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    #[error("the search took more steps than the limit; make the pattern more specific")]
    Steps,
    #[error("no engine takes the expression; it is too large when compiled")]
    Expression,
    #[error("the text is larger than the limit of 4 GiB")]
    Size,
}
