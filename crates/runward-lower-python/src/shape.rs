//! What has to be known of a text before and beside its parse.

use runward_syntax::{Limits, Refused, Span};

use crate::scan::{Kind, Scanner};

/// Brackets that only group, found by where their content begins.
///
/// The parser drops them, but a parenthesised expression is reported with its parentheses.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// Sorted by content.
    all: Vec<(Span, Span)>,
    /// One bit for each byte at which the content of a group begins.
    begins: Vec<u64>,
}

impl Groups {
    /// The span of an expression with the parentheses around it.
    #[inline]
    pub(crate) fn around(&self, span: Span) -> Span {
        let word = self.begins.get(span.start as usize / 64).copied();
        if word.unwrap_or(0) >> (span.start % 64) & 1 == 0 {
            return span;
        }
        self.search(span)
    }

    fn search(&self, mut span: Span) -> Span {
        while let Ok(index) = self
            .all
            .binary_search_by_key(&span, |(content, _)| *content)
            && let Some((_, outer)) = self.all.get(index)
        {
            span = *outer;
        }
        span
    }
}

#[derive(Debug)]
struct Level {
    open: u32,
    groups: bool,
    content: Option<u32>,
    chain: usize,
}

/// Refuses a text that nests deeper than the limits, and finds its grouping parentheses.
///
/// The measure is from above: in one statement, what may nest is brackets, and between two commas
/// of the same bracket operators, attributes, calls and adjacent words (`not not x`). The parser and
/// the drop of its tree recurse that deep at most.
pub(crate) fn shape(source: &str, limits: &Limits) -> Result<Groups, Refused> {
    if source.len() > limits.bytes {
        return Err(Refused {
            reason: format!("larger than the limit of {} bytes", limits.bytes),
            span: None,
        });
    }
    let mut levels: Vec<Level> = Vec::new();
    let mut indents: Vec<usize> = Vec::new();
    let mut groups: Vec<(Span, Span)> = Vec::new();
    let (mut chain, mut depth) = (0_usize, 0_usize);
    let (mut line, mut fresh) = (0_usize, true);
    let mut previous: Option<(Kind, usize, usize)> = None;
    for token in Scanner::new(source) {
        if token.kind == Kind::Newline {
            line = token.end;
            if levels.is_empty() {
                depth -= std::mem::take(&mut chain);
                fresh = true;
                previous = None;
            }
            continue;
        }
        let top = levels
            .last_mut()
            .map_or(&mut chain, |level| &mut level.chain);
        match token.kind {
            Kind::Comment | Kind::FText => continue,
            Kind::Semicolon | Kind::Comma => {
                depth -= std::mem::take(top);
            }
            Kind::Word if previous.is_none_or(|(kind, ..)| kind != Kind::Word) => {}
            Kind::Word | Kind::Colon | Kind::Dot | Kind::Dots | Kind::Operator => {
                // A run of signs is one token, and as many levels as it has signs.
                let signs = match token.kind {
                    Kind::Operator => token.end - token.start,
                    _ => 1,
                };
                *top += signs;
                depth += signs;
            }
            _ => {}
        }
        if fresh {
            fresh = false;
            let indent = token.start.saturating_sub(line);
            while indents.last().is_some_and(|last| *last > indent) {
                indents.pop();
            }
            if indent > indents.last().copied().unwrap_or(0) {
                indents.push(indent);
            }
        }
        if token.kind == Kind::Open {
            let operand = previous.is_some_and(|(kind, start, end)| match kind {
                Kind::Word => !is_keyword(source.get(start..end).unwrap_or_default()),
                Kind::Close | Kind::Str | Kind::Number | Kind::FEnd => true,
                _ => false,
            });
            if operand {
                *top += 1;
                depth += 1;
            }
            begin_content(&mut levels, token.start);
            levels.push(Level {
                open: offset(token.start),
                groups: !operand && source.as_bytes().get(token.start) == Some(&b'('),
                content: None,
                chain: 0,
            });
            depth += 1;
        } else if token.kind == Kind::Close {
            if let Some(level) = levels.pop() {
                depth -= level.chain + 1;
                if level.groups
                    && let (Some(content), Some((.., end))) = (level.content, previous)
                {
                    groups.push((
                        Span::new(content, offset(end)),
                        Span::new(level.open, offset(token.end)),
                    ));
                }
            }
        } else {
            begin_content(&mut levels, token.start);
        }
        previous = Some((token.kind, token.start, token.end));
        if depth + indents.len() > limits.depth {
            return Err(Refused {
                reason: format!("nested deeper than the limit of {} levels", limits.depth),
                span: Some(Span::new(offset(token.start), offset(token.end))),
            });
        }
    }
    Ok(index(source.len(), groups))
}

fn begin_content(levels: &mut [Level], at: usize) {
    if let Some(level) = levels.last_mut() {
        level.content.get_or_insert(offset(at));
    }
}

fn index(length: usize, mut all: Vec<(Span, Span)>) -> Groups {
    if all.is_empty() {
        return Groups::default();
    }
    all.sort_unstable();
    let mut begins = vec![0_u64; length / 64 + 1];
    for (content, _) in &all {
        if let Some(word) = begins.get_mut(content.start as usize / 64) {
            *word |= 1 << (content.start % 64);
        }
    }
    Groups { all, begins }
}

pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A word after which a parenthesis is not a call.
pub(crate) fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "as"
            | "assert"
            | "await"
            | "del"
            | "elif"
            | "else"
            | "except"
            | "for"
            | "from"
            | "if"
            | "import"
            | "in"
            | "is"
            | "lambda"
            | "not"
            | "or"
            | "raise"
            | "return"
            | "while"
            | "with"
            | "yield"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deepest(source: &str) -> usize {
        (0..200)
            .find(|depth| {
                let limits = Limits {
                    depth: *depth,
                    ..Limits::default()
                };
                shape(source, &limits).is_ok()
            })
            .unwrap()
    }

    #[test]
    fn a_group_is_the_brackets_around_an_expression_and_no_call() {
        let groups = shape("x = ((a)) + f(b)", &Limits::default()).unwrap();
        assert_eq!(groups.around(Span::new(6, 7)), Span::new(4, 9));
        assert_eq!(groups.around(Span::new(14, 15)), Span::new(14, 15));
    }

    #[test]
    fn depth_counts_what_nests_and_not_what_stands_side_by_side() {
        assert_eq!(deepest("[1, 2, 3, [4], [5]]"), 2);
        assert_eq!(deepest("a + b + c\nd + e"), 2);
        assert_eq!(deepest("f()()()"), 4);
        assert_eq!(deepest("not not not x"), 3);
        assert_eq!(deepest("if x:\n if y:\n  z\n"), 3);
        assert_eq!(deepest("x = '((((((' # (((("), 1);
        assert_eq!(deepest("f'{f\"{a}\"}'"), 2);
    }
}
