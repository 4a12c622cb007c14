//! What patterns write in the place of code.

use runward_syntax::{Kind, Span};

/// `$X`, `$_`, `$X1`.
pub(crate) fn is_metavar(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(is_metavar_name)
}

/// `$...X`.
pub(crate) fn is_rest(text: &str) -> bool {
    text.strip_prefix("$...").is_some_and(is_metavar_name)
}

pub(crate) fn is_metavar_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_uppercase() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The kind that a text has in a pattern where it is no code.
pub(crate) fn special(text: &str) -> Option<Kind> {
    if text == "..." {
        Some(Kind::Dots)
    } else if is_metavar(text) {
        Some(Kind::Metavar)
    } else if is_rest(text) {
        Some(Kind::MetavarRest)
    } else {
        None
    }
}

pub(crate) fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

pub(crate) fn span(start: usize, end: usize) -> Span {
    Span::new(small(start), small(end))
}
