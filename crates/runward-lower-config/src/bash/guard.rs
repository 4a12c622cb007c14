//! Refuses the scripts that the parser would take quadratic time for.
//!
//! Its cost for one more element of an open array, pipeline, row of here-documents or stretch of
//! errors grows with the number of those already there. What people write stays far below.

use std::collections::HashMap;

use super::lower::TooHard;

/// Bytes: to tell some words apart the parser looks ahead to the end of the line.
const MAX_LINE: usize = 32 << 10;
const MAX_PIPES: usize = 4_000;
const MAX_HEREDOCS: usize = 500;
/// Bytes behind here-documents that no line ends, added up: each is looked for up to the end of the
/// script.
const MAX_UNENDED: usize = 4 << 20;
/// Steps (of some hundred operations) that the parser may take after the first error.
pub(super) const MAX_ERROR_STEPS: u64 = 200;

/// Bytes from a `[[` or `${` to its end: without one, all that follows is one stretch of errors.
const MAX_OPEN: usize = 8 << 10;
const TEST: &str = "[[";

pub(super) fn check(text: &str, depth: usize) -> Result<(), TooHard> {
    if unended(text) > MAX_UNENDED {
        return Err(TooHard::Steps);
    }
    if stays_open(text, TEST, "]]") || stays_open(text, "${", "}") {
        return Err(TooHard::Steps);
    }
    let mut open = 0_usize;
    let mut pipes = 0;
    for line in text.split('\n') {
        for byte in line.bytes() {
            match byte {
                b'(' | b'{' | b'[' => open += 1,
                b')' | b'}' | b']' => open = open.saturating_sub(1),
                b'|' => pipes += 1,
                _ => {}
            }
            if open > depth {
                return Err(TooHard::Deep);
            }
        }
        if line.len() > MAX_LINE || pipes > MAX_PIPES || line.matches("<<").count() > MAX_HEREDOCS {
            return Err(TooHard::Steps);
        }
        // The next line begins another command unless this one goes on.
        if !line.trim_end().ends_with(['|', '\\']) {
            pipes = 0;
        }
    }
    Ok(())
}

/// Whether it is too far from some opening mark to the next closing one, or to the end.
fn stays_open(text: &str, opening: &str, closing: &str) -> bool {
    let mut open: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let is_comment = line.trim_start().starts_with('#');
        let mut rest = line;
        while let Some((before, after)) = rest
            .split_once(open.map_or(opening, |_| closing))
            .filter(|_| !is_comment)
        {
            open = match open {
                Some(bytes) if bytes + before.len() > MAX_OPEN => return true,
                Some(_) => None,
                None => (opening != TEST || begins_test(before, after)).then_some(0),
            };
            rest = after;
        }
        open = open.map(|bytes| bytes + rest.len());
        if open.is_some_and(|bytes| bytes > MAX_OPEN) {
            return true;
        }
    }
    false
}

/// Whether a `[[` stands where a command does, and is not the beginning of `[[:alpha:]]`.
fn begins_test(before: &str, after: &str) -> bool {
    let before = before.trim_end();
    let word = before.rsplit([' ', '\t', ';']).next().unwrap_or(before);
    !after.starts_with([':', '.', '=', ']'])
        && (before.is_empty()
            || before.ends_with([';', '&', '|', '(', '!', '{', '`'])
            || matches!(
                word,
                "if" | "elif" | "else" | "then" | "while" | "until" | "do" | "time"
            ))
}

/// The bytes between the marks of here-documents that have no end, and the end of the script.
fn unended(text: &str) -> usize {
    if !text.contains("<<") {
        return 0;
    }
    let mut last = HashMap::new();
    let mut at = 0;
    for line in text.split('\n') {
        last.insert(line.trim(), at);
        at += line.len() + 1;
    }
    let mut found = 0_usize;
    let mut at = 0;
    for line in text.split('\n') {
        for name in line.split("<<").skip(1).filter_map(name) {
            if last.get(name).is_none_or(|end| *end <= at) {
                found = found.saturating_add(text.len() - at);
            }
        }
        at += line.len() + 1;
    }
    found
}

/// The word that ends a here-document, from what follows `<<`.
fn name(text: &str) -> Option<&str> {
    let text = text.strip_prefix('-').unwrap_or(text).trim_start();
    let text = text.strip_prefix('\\').unwrap_or(text);
    let text = text.strip_prefix(['"', '\'']).unwrap_or(text);
    let is_end = |char: char| {
        char.is_whitespace() || matches!(char, '"' | '\'' | ';' | '|' | '&' | '>' | '<' | ')')
    };
    let end = text.find(is_end).unwrap_or(text.len());
    text.get(..end)
        .filter(|name| !name.is_empty() && !name.starts_with('<'))
}
