//! What the parser complained about.

use ruff_python_parser::{LexicalErrorType, ParseError, ParseErrorType};
use runward_syntax::{Span, SyntaxError};

use crate::lower::span;

/// Garbage has an error at nearly every token; nobody reads more than the first few.
const MOST: usize = 100;

/// Whether a text is no Python but was understood in full all the same: a rule that the language
/// checks after its grammar, which patterns (`f(k=1, ...)`) and Python 2 break.
pub(crate) fn is_harmless(error: &ParseErrorType) -> bool {
    use ParseErrorType as E;
    match error {
        E::PositionalAfterKeywordArgument
        | E::PositionalAfterKeywordUnpacking
        | E::InvalidArgumentUnpackingOrder
        | E::IterableUnpackingInComprehension
        | E::NonDefaultParamAfterDefaultParam
        | E::ParamAfterVarKeywordParam
        | E::ExpectedKeywordParam
        | E::UnparenthesizedNamedExpression
        | E::UnparenthesizedTupleExpression
        | E::UnparenthesizedGeneratorExpression
        | E::InvalidLambdaExpressionUsage
        | E::InvalidYieldExpressionUsage
        | E::InvalidStarredExpressionUsage
        | E::InvalidStarPatternUsage
        | E::InvalidMatchPatternTarget
        | E::InvalidAssignmentTarget
        | E::InvalidNamedAssignmentTarget
        | E::InvalidAnnotatedAssignmentTarget
        | E::InvalidAugmentedAssignmentTarget
        | E::InvalidDeleteTarget
        | E::Lexical(LexicalErrorType::UnicodeError | LexicalErrorType::InvalidByteLiteral) => true,
        E::OtherError(message) => {
            message.ends_with("expression cannot be used here")
                || message == "Trailing comma not allowed"
                || message == "Positional patterns cannot follow keyword patterns"
        }
        _ => false,
    }
}

/// The errors that left something out.
pub(crate) fn harmful(errors: &[ParseError]) -> impl Iterator<Item = &ParseError> {
    errors.iter().filter(|error| !is_harmless(&error.error))
}

pub(crate) fn notes(errors: &[ParseError]) -> Vec<SyntaxError> {
    harmful(errors)
        .take(MOST)
        .map(|error| SyntaxError {
            span: place(error),
            message: message(&error.error),
        })
        .collect()
}

pub(crate) fn place(error: &ParseError) -> Span {
    span(error.location)
}

/// Lower case, as all our messages.
pub(crate) fn message(error: &ParseErrorType) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => text,
    }
}
