//! Where a string ends.
//!
//! An f-string may hold expressions that hold strings with the same quotes (PEP 701), so that
//! finding its end takes a stack; the stack is explicit and limited.

/// Where a string ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The offset behind it.
    At(usize),
    Missing,
    TooDeep,
}

#[derive(Debug, Clone, Copy)]
enum Frame {
    Text {
        quote: u8,
        triple: bool,
        format: bool,
    },
    /// An expression in an f-string, with the brackets that are open in it.
    Expression { brackets: usize },
    /// What stands behind `:` in an expression: text again.
    Specification,
}

/// Skips the string whose opening quote stands at `start`.
pub(super) fn skip(bytes: &[u8], start: usize, max_nesting: usize) -> End {
    let mut at = start;
    let mut frames: Vec<Frame> = Vec::new();
    match open(bytes, at) {
        Some((frame, after)) => {
            // By far most strings hold no string.
            if let Frame::Text {
                quote,
                triple,
                format: false,
            } = frame
            {
                return plain(bytes, after, quote, triple);
            }
            frames.push(frame);
            at = after;
        }
        None => return End::At(start + 1),
    }
    while let Some(frame) = frames.last_mut() {
        let Some(&byte) = bytes.get(at) else {
            return End::Missing;
        };
        match frame {
            Frame::Text {
                quote,
                triple,
                format,
            } => {
                let (quote, triple, format) = (*quote, *triple, *format);
                match byte {
                    b'\\' => at += 2,
                    b'\n' if !triple => {
                        frames.pop();
                    }
                    _ if byte == quote && closes(bytes, at, quote, triple) => {
                        at += if triple { 3 } else { 1 };
                        frames.pop();
                    }
                    b'{' if format => {
                        if bytes.get(at + 1) == Some(&b'{') {
                            at += 2;
                        } else {
                            at += 1;
                            frames.push(Frame::Expression { brackets: 0 });
                        }
                    }
                    _ => at += 1,
                }
            }
            Frame::Expression { brackets } => match byte {
                b'}' if *brackets == 0 => {
                    at += 1;
                    frames.pop();
                }
                b':' if *brackets == 0 => {
                    at += 1;
                    *frame = Frame::Specification;
                }
                b'(' | b'[' | b'{' => {
                    *brackets += 1;
                    at += 1;
                }
                b')' | b']' | b'}' => {
                    *brackets = brackets.saturating_sub(1);
                    at += 1;
                }
                b'#' => at = super::scanner::end_of_line(bytes, at),
                b'\'' | b'"' => {
                    // Before Python 3.12 the quote that ends the string cannot stand here; in a
                    // broken file it does, and the line after it is no part of the string.
                    let Some((inner, after)) = open(bytes, at) else {
                        return End::Missing;
                    };
                    at = after;
                    frames.push(inner);
                }
                _ => at += 1,
            },
            Frame::Specification => match byte {
                b'{' => {
                    at += 1;
                    frames.push(Frame::Expression { brackets: 0 });
                }
                b'}' => {
                    at += 1;
                    frames.pop();
                }
                _ => at += 1,
            },
        }
        if frames.len() > max_nesting {
            return End::TooDeep;
        }
    }
    End::At(at)
}

/// The string that opens at a quote, and the offset behind the quote.
fn open(bytes: &[u8], at: usize) -> Option<(Frame, usize)> {
    let quote = *bytes.get(at)?;
    let triple = closes(bytes, at, quote, true);
    let frame = Frame::Text {
        quote,
        triple,
        format: is_format(bytes, at),
    };
    Some((frame, at + if triple { 3 } else { 1 }))
}

/// Whether the prefix of the string at `at` makes it an f-string (or a t-string).
fn is_format(bytes: &[u8], at: usize) -> bool {
    let before = |distance: usize| {
        at.checked_sub(distance)
            .and_then(|at| bytes.get(at))
            .copied()
    };
    let is_prefix = |byte: u8| b"rRbBuUfFtT".contains(&byte);
    let is_format = |byte: u8| b"fFtT".contains(&byte);
    let in_word = |byte: Option<u8>| byte.is_some_and(super::statement::is_identifier_byte);
    match (before(1), before(2)) {
        (Some(last), first) if is_prefix(last) && !in_word(first) => is_format(last),
        (Some(last), Some(first)) if is_prefix(last) && is_prefix(first) && !in_word(before(3)) => {
            is_format(last) || is_format(first)
        }
        _ => false,
    }
}

fn closes(bytes: &[u8], at: usize, quote: u8, triple: bool) -> bool {
    let needed = if triple { 3 } else { 1 };
    bytes
        .get(at..at + needed)
        .is_some_and(|quotes| quotes.iter().all(|byte| *byte == quote))
}

fn plain(bytes: &[u8], mut at: usize, quote: u8, triple: bool) -> End {
    loop {
        let Some(skip) = bytes.get(at..).and_then(|rest| {
            rest.iter()
                .position(|byte| *byte == quote || *byte == b'\\' || (*byte == b'\n' && !triple))
        }) else {
            // A line without its closing quote ends the string; so does the end of the file.
            return if triple {
                End::Missing
            } else {
                End::At(bytes.len())
            };
        };
        at += skip;
        match bytes.get(at) {
            Some(b'\\') => at += 2,
            Some(b'\n') => return End::At(at),
            _ if closes(bytes, at, quote, triple) => {
                return End::At(at + if triple { 3 } else { 1 });
            }
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(text: &str) -> End {
        let quote = text.find(['\'', '"']).unwrap();
        skip(text.as_bytes(), quote, 10)
    }

    #[test]
    fn strings_end_where_python_ends_them() {
        for whole in [
            "''",
            "\"\"",
            "'a\\'b'",
            "r'\\'b'",
            "'''a'b''c'''",
            "\"\"\"\"x\"\"\"",
            "''''''",
            "f'{x}'",
            "f'{{'",
            "f\"{x[\"a\"]}\"",
            "f'{x:>{width}}'",
            "f\"{x:'>10}\"",
            "rf'{x}'",
            "F'''{ {1: '}'}['''x'''] }'''",
            "f'{f\"{f'{1}'}\"}'",
            "f'{x # y'\n}'",
            "f'{a!r:#x}'",
        ] {
            assert_eq!(end(&format!("{whole} '")), End::At(whole.len()), "{whole}");
        }
    }

    #[test]
    fn lines_end_broken_strings() {
        assert_eq!(end("'abc\nimport x"), End::At(4));
        assert_eq!(end("'abc"), End::At(4));
        assert_eq!(end("'abc\\\ndef'"), End::At(10));
        assert_eq!(end("'''abc"), End::Missing);
        assert_eq!(end("f'{x"), End::Missing);
        assert_eq!(end(&"f'{".repeat(50)), End::TooDeep);
    }
}
