//! Finds where statements begin, and calls that import by name.

use super::{
    statement::{self, is_identifier_byte},
    strings::{self, End},
};
use crate::{Limits, imports::Found, lines::Lines};

/// Bytes at which the scanner has to stop and think.
const STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let mut at = 0;
    let bytes = b"\n\r#'\"()[]{};:\\";
    while at < bytes.len() {
        #[allow(clippy::indexing_slicing, reason = "evaluated at compile time")]
        {
            stops[bytes[at] as usize] = true;
        }
        at += 1;
    }
    stops
};

fn stops(byte: u8) -> bool {
    STOPS.get(usize::from(byte)).copied().unwrap_or_default()
}

pub(super) fn scan(text: &str, limits: &Limits, found: &mut dyn FnMut(Found<'_>)) {
    let bytes = text.as_bytes();
    let mut lines = Lines::new(bytes, 1);
    let mut at = 0;
    let mut depth = 0_usize;
    let mut opened_at = 0;
    let mut line_start = true;
    let mut statement_start = true;
    loop {
        if statement_start || line_start {
            at = skip_blanks(bytes, at);
            // Inside brackets no line can begin like this: a bracket before it was never closed,
            // and what follows it is not given up.
            if let Some(end) = statement::read(text, at, limits.max_name_bytes, &mut lines, found) {
                at = end;
                depth = 0;
            }
            statement_start = false;
            line_start = false;
        }
        let Some(rest) = bytes.get(at..) else { break };
        let Some(skip) = rest.iter().position(|byte| stops(*byte)) else {
            break;
        };
        at += skip;
        let Some(&byte) = bytes.get(at) else { break };
        match byte {
            b'\n' | b'\r' => {
                at += 1;
                line_start = true;
                statement_start = depth == 0;
            }
            // A continued line begins no statement.
            b'\\' => {
                at += match bytes.get(at + 1..) {
                    Some([b'\r', b'\n', ..]) => 3,
                    _ => 2,
                };
            }
            b'#' => at = end_of_line(bytes, at),
            b'\'' | b'"' => {
                let start = at;
                match strings::skip(bytes, at, limits.max_nesting) {
                    End::At(end) => at = end,
                    End::Missing => {
                        found(Found::Lost {
                            line: lines.at(start),
                            reason: "imports below were not looked at: a string is not closed; \
                                     correct the file",
                        });
                        return;
                    }
                    End::TooDeep => {
                        found(Found::Lost {
                            line: lines.at(start),
                            reason: "imports below were not looked at: strings are nested too \
                                     deep; correct the file",
                        });
                        return;
                    }
                }
            }
            b'(' => {
                if let Some(call) = statement::importing_call(text, at) {
                    call.report(&mut lines, at, found);
                }
                if depth == 0 {
                    opened_at = at;
                }
                depth += 1;
                at += 1;
            }
            b'[' | b'{' => {
                if depth == 0 {
                    opened_at = at;
                }
                depth += 1;
                at += 1;
            }
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            // `;` ends a statement, `:` may begin a suite on the same line.
            _ => {
                at += 1;
                statement_start = depth == 0;
            }
        }
    }
    if depth > 0 {
        found(Found::Lost {
            line: Lines::new(bytes, 1).at(opened_at),
            reason: "imports below may be missing: a bracket is not closed; correct the file",
        });
    }
}

fn skip_blanks(bytes: &[u8], at: usize) -> usize {
    let blanks = bytes
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c'))
        .count();
    at + blanks
}

pub(super) fn end_of_line(bytes: &[u8], at: usize) -> usize {
    let length = bytes
        .get(at..)
        .unwrap_or_default()
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'));
    length.map_or(bytes.len(), |length| at + length)
}

/// Whether a word stands at an offset, with nothing of an identifier around it.
pub(super) fn word_at(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    let Some(rest) = bytes.get(at..) else {
        return false;
    };
    rest.strip_prefix(word)
        .is_some_and(|after| !after.first().is_some_and(|byte| is_identifier_byte(*byte)))
        && !at
            .checked_sub(1)
            .and_then(|before| bytes.get(before))
            .is_some_and(|byte| is_identifier_byte(*byte))
}
