//! From text to a tree, by the grammars that the text may be in.

use std::borrow::Cow;
use std::sync::Arc;

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_span::SourceType;
use runward_syntax::{Builder, Limits, Refused, Span, Symbols, SyntaxError, Tree, Vocabulary};

use crate::depth::{self, TooDeep};
use crate::lower::Lower;

/// The grammars to try, in order.
pub(crate) type Grammars = &'static [fn() -> SourceType];

const JAVASCRIPT: Grammars = &[javascript, tsx, typescript];
pub(crate) const TYPESCRIPT: Grammars = &[typescript, tsx, javascript];
const JAVASCRIPT_WITH_TYPES: Grammars = &[tsx, javascript, typescript];

/// Stack that the caller's thread is taken to have left for parsing; where more could be needed, a
/// thread is made for the file.
const STACK_AT_HAND: usize = 32 << 20;
/// Stack that one bracket, and one operator without brackets, costs at most (as measured).
const STACK_PER_BRACKET: usize = if cfg!(debug_assertions) {
    24 << 10
} else {
    4 << 10
};
const STACK_PER_OPERATOR: usize = STACK_PER_BRACKET / 5;
/// Stack that a file may come to need without a closer look at how deep it nests.
const STACK_UNCHECKED: usize = 128 << 20;
/// The largest stack that is asked for; memory is used only as far as the text does nest.
const STACK_LIMIT: usize = 1 << 30;
/// Bytes that the types of a call are looked for in.
const TYPE_LENGTH: usize = 80;
/// Statements with errors that are left out of one file before it is given up.
const LEFT_OUT: usize = 8;

fn javascript() -> SourceType {
    SourceType::unambiguous().with_jsx(true)
}

pub(crate) fn tsx() -> SourceType {
    SourceType::tsx().with_unambiguous(true)
}

pub(crate) fn typescript() -> SourceType {
    SourceType::ts().with_unambiguous(true)
}

/// The grammars for a file that is said to be JavaScript.
pub(crate) fn javascript_for(source: &str) -> Grammars {
    if passes_types(source) {
        JAVASCRIPT_WITH_TYPES
    } else {
        JAVASCRIPT
    }
}

/// Reads a file.
pub(crate) fn program(
    source: &str,
    grammars: Grammars,
    vocabulary: &Arc<Vocabulary>,
    limits: &Limits,
) -> Result<Tree, Refused> {
    if source.len() > limits.bytes.min(u32::MAX as usize) {
        return Err(refused("the file is larger than the limit", None));
    }
    let bound = depth::bound(source);
    let needed = bound
        .brackets
        .saturating_mul(STACK_PER_BRACKET)
        .saturating_add(bound.operators.saturating_mul(STACK_PER_OPERATOR));
    if needed > STACK_UNCHECKED || bound.types > limits.depth {
        depth::check(source, limits).map_err(|TooDeep { at }| {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let reason = "its code is nested deeper than the limit";
            refused(reason, Some(Span::new(at, at)))
        })?;
    }
    if needed <= STACK_AT_HAND {
        return read(source, grammars, vocabulary, limits);
    }
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("runward-parse".to_owned())
            .stack_size(needed.min(STACK_LIMIT))
            .spawn_scoped(scope, || read(source, grammars, vocabulary, limits))
            .map_err(|error| refused(&format!("no thread to parse it: {error}"), None))?
            .join()
            .unwrap_or_else(|_| Err(refused("its parser failed", None)))
    })
}

/// Whether a call passes types, as `useState<boolean>(false)`. JavaScript would compare there, twice
/// and without spaces, which nobody writes; in files of Flow and in those misnamed it is a call.
fn passes_types(source: &str) -> bool {
    let bytes = source.as_bytes();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    source.match_indices(">(").any(|(close, _)| {
        let from = close.saturating_sub(TYPE_LENGTH);
        let window = bytes.get(from..close).unwrap_or_default();
        let is_type =
            |byte: &u8| is_name(*byte) || matches!(*byte, b' ' | b'|' | b'[' | b']' | b'.' | b',');
        let length = window.iter().rev().take_while(|byte| is_type(byte)).count();
        let Some((before, argument)) = window.split_at_checked(window.len() - length) else {
            return false;
        };
        let Some((b'<', called)) = before.split_last() else {
            return false;
        };
        let name = called.iter().rev().take_while(|byte| is_name(**byte));
        argument.iter().any(|byte| is_name(*byte))
            && name.last().is_some_and(|first| !first.is_ascii_digit())
    })
}

fn read(
    source: &str,
    grammars: Grammars,
    vocabulary: &Arc<Vocabulary>,
    limits: &Limits,
) -> Result<Tree, Refused> {
    let mut allocator = Allocator::default();
    let mut text = Cow::Borrowed(source);
    let mut errors = Vec::new();
    // The parser takes a zero byte for the end of the file and would pass over the rest in silence.
    if let Some(at) = source.find('\0').and_then(|at| u32::try_from(at).ok()) {
        text = Cow::Owned(source.replace('\0', " "));
        errors.push(SyntaxError {
            span: Span::new(at, at.saturating_add(1)),
            message: "a zero byte stands in the text".to_owned(),
        });
    }
    loop {
        let mut first_error = None;
        for grammar in grammars {
            let parsed = parse(&allocator, &text, grammar());
            if parsed.panicked {
                first_error = first_error.or_else(|| error_of(&parsed));
                continue;
            }
            let symbols = Symbols::new(Arc::clone(vocabulary));
            let mut build =
                Lower::new(Builder::new(symbols, *limits), source, false).program(&parsed.program);
            build.errors = errors;
            build.errors.extend(cut_off(&parsed));
            return build
                .finish()
                .map_err(|full| refused(&full.to_string(), None));
        }
        // A `package.json` under another name.
        if errors.is_empty()
            && let Ok(object) = Parser::new(&allocator, source, javascript())
                .with_options(options())
                .parse_expression()
        {
            let symbols = Symbols::new(Arc::clone(vocabulary));
            let build = Lower::new(Builder::new(symbols, *limits), source, false)
                .expression_program(&object);
            return build
                .finish()
                .map_err(|full| refused(&full.to_string(), None));
        }
        let error = first_error.unwrap_or(SyntaxError {
            span: Span::default(),
            message: "the text is no program".to_owned(),
        });
        let without = (errors.len() < LEFT_OUT)
            .then(|| leave_out(&text, &error))
            .flatten();
        let Some(without) = without else {
            return Err(Refused {
                reason: error.message,
                span: Some(error.span),
            });
        };
        errors.push(error);
        allocator.reset();
        text = Cow::Owned(without);
    }
}

pub(crate) fn parse<'a>(
    allocator: &'a Allocator,
    source: &'a str,
    grammar: SourceType,
) -> ParserReturn<'a> {
    Parser::new(allocator, source, grammar)
        .with_options(options())
        .parse()
}

pub(crate) fn options() -> ParseOptions {
    ParseOptions {
        allow_return_outside_function: true,
        // What a match of an expression covers includes the parentheses around it.
        preserve_parens: true,
        enable_ident_hashes: false,
        ..ParseOptions::default()
    }
}

fn refused(reason: &str, span: Option<Span>) -> Refused {
    Refused {
        reason: reason.to_owned(),
        span,
    }
}

fn error_of(parsed: &ParserReturn<'_>) -> Option<SyntaxError> {
    let error = parsed.diagnostics.first()?;
    let label = error.labels.first();
    let at = label.map_or(0, oxc_span::LabeledSpan::offset);
    let length = label.map_or(0, oxc_span::LabeledSpan::len);
    Some(SyntaxError {
        span: Span::new(at, at.saturating_add(length)),
        message: sentence(&error.message),
    })
}

/// A comment that goes on to the end of the file, which the parser takes nevertheless.
fn cut_off(parsed: &ParserReturn<'_>) -> Option<SyntaxError> {
    error_of(parsed).filter(|error| error.message.starts_with("unterminated"))
}

/// A message of the parser in the form of ours.
fn sentence(message: &str) -> String {
    let mut chars = message.trim_end_matches('.').chars();
    chars
        .next()
        .map(|first| first.to_lowercase().chain(chars).collect())
        .unwrap_or_default()
}

/// The text with the statement around an error made blank, so that all other places stay.
///
/// A statement at the top of a file begins at the start of a line; where none can be made out
/// there is nothing to leave out.
fn leave_out(text: &str, error: &SyntaxError) -> Option<String> {
    let at = (error.span.start as usize).min(text.len());
    let (mut from, mut to) = (0, text.len());
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if begins_statement(line) {
            if start <= at {
                from = start;
            } else {
                to = start;
                break;
            }
        }
        start += line.len();
    }
    let region = text.get(from..to)?;
    if region.trim().is_empty() || region.len() == text.len() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    out.push_str(text.get(..from)?);
    out.extend(
        region
            .bytes()
            .map(|byte| if byte == b'\n' { '\n' } else { ' ' }),
    );
    out.push_str(text.get(to..)?);
    Some(out)
}

fn begins_statement(line: &str) -> bool {
    line.starts_with(|first: char| {
        !first.is_whitespace() && !matches!(first, '}' | ')' | ']' | ',' | '.' | ';' | '*')
    })
}
