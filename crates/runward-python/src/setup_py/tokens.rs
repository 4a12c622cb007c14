//! As much of Python's lexical grammar as literals need.

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Name(String),
    /// A string literal; `None` where its value is not known (an f-string, bytes).
    Text(Option<String>),
    /// An operator or bracket, or a part of one.
    Mark(char),
    /// Anything else: a number.
    Other,
    /// The end of a statement.
    End,
}

/// Tokens with their 1-based lines.
pub(super) fn tokens(text: &str) -> Vec<(Token, u32)> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut line: u32 = 1;
    let mut depth = 0_usize;
    while let Some(c) = rest.chars().next() {
        let start = line;
        let (token, length) = match c {
            '\n' => {
                line = line.saturating_add(1);
                ((depth == 0).then_some(Token::End), 1)
            }
            ';' if depth == 0 => (Some(Token::End), 1),
            '#' => (None, rest.find('\n').unwrap_or(rest.len())),
            '\\' => {
                let continued = rest.starts_with("\\\n") || rest.starts_with("\\\r\n");
                if continued {
                    line = line.saturating_add(1);
                    (None, rest.find('\n').map_or(1, |at| at + 1))
                } else {
                    (None, 1)
                }
            }
            '"' | '\'' => string(rest, "", &mut line),
            c if c.is_alphabetic() || c == '_' => {
                let end = rest
                    .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .unwrap_or(rest.len());
                let (name, after) = rest.split_at(end);
                let is_prefix = end <= 2
                    && name
                        .chars()
                        .all(|c| matches!(c.to_ascii_lowercase(), 'r' | 'b' | 'u' | 'f'));
                if is_prefix && after.starts_with(['"', '\'']) {
                    let (token, length) = string(after, name, &mut line);
                    (token, end + length)
                } else {
                    (Some(Token::Name(name.to_owned())), end)
                }
            }
            c if c.is_ascii_digit() => {
                let end = rest
                    .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
                    .unwrap_or(rest.len());
                (Some(Token::Other), end)
            }
            c if c.is_whitespace() => (None, c.len_utf8()),
            c => {
                match c {
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                (Some(Token::Mark(c)), c.len_utf8())
            }
        };
        tokens.extend(token.map(|token| (token, start)));
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens.push((Token::End, line));
    tokens
}

/// A string literal at the start of `text`, and its length. One that is not closed goes to the
/// end of its line, or of the text.
fn string(text: &str, prefix: &str, line: &mut u32) -> (Option<Token>, usize) {
    let quote = if text.starts_with('"') { '"' } else { '\'' };
    let triple = [quote; 3].iter().collect::<String>();
    let is_triple = text.starts_with(&triple);
    let closing = if is_triple { triple } else { quote.to_string() };
    let opening = closing.len();
    let lower = prefix.to_ascii_lowercase();
    let raw = lower.contains('r');
    let mut known = !lower.contains(['b', 'f']);
    let mut value = String::new();
    let mut rest = text.get(opening..).unwrap_or_default();
    loop {
        if rest.starts_with(&closing) {
            rest = rest.get(opening..).unwrap_or_default();
            break;
        }
        let mut characters = rest.chars();
        let Some(c) = characters.next() else {
            known = false;
            break;
        };
        match c {
            '\n' if !is_triple => {
                known = false;
                break;
            }
            '\\' => {
                let next = characters.next();
                if next == Some('\n') {
                    *line = line.saturating_add(1);
                }
                match next {
                    _ if raw => {
                        value.push('\\');
                        value.extend(next);
                    }
                    Some(escaped @ ('\\' | '\'' | '"')) => value.push(escaped),
                    Some('n') => value.push('\n'),
                    Some('t') => value.push('\t'),
                    Some('\n') => {}
                    // Others do not occur in requirements; the value is taken as unknown.
                    _ => known = false,
                }
            }
            c => {
                if c == '\n' {
                    *line = line.saturating_add(1);
                }
                value.push(c);
            }
        }
        rest = characters.as_str();
    }
    let length = text.len() - rest.len();
    (Some(Token::Text(known.then_some(value))), length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strings_and_lines_are_told() {
        let found = tokens("a = [ # x\n r'b\\c', \"\"\"d\ne\"\"\", f'x', 'q\\'s' ]\nz");
        let texts: Vec<_> = found
            .iter()
            .filter_map(|(token, line)| match token {
                Token::Text(text) => Some((text.as_deref(), *line)),
                _ => None,
            })
            .collect();
        assert_eq!(
            texts,
            [
                (Some("b\\c"), 2),
                (Some("d\ne"), 2),
                (None, 3),
                (Some("q's"), 3)
            ]
        );
        assert_eq!(
            found.iter().rev().nth(1),
            Some(&(Token::Name("z".to_owned()), 4))
        );
    }

    proptest! {
        #[test]
        fn any_text_has_tokens(text in "(\\PC|\n|'|\"|\\\\){0,80}") {
            prop_assert!(!tokens(&text).is_empty());
        }
    }
}
