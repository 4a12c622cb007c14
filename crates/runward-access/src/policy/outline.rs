//! Where the policies of a text begin and end, and whether they are of a size to be read at all.
//!
//! The policy library reads by recursion, and a text made to be deep would end the program. So its
//! depth is bounded before: brackets by their nesting, and what nests without brackets (`if … else
//! if …`, `a.b.c`) by the number of tokens.

use std::ops::Range;

use crate::Limits;

/// Why a text is not read, at a byte offset.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) offset: usize,
    pub(super) problem: String,
}

/// The byte ranges of the policies, as far as `;` outside brackets separates them. The grammar
/// itself is the policy library's affair.
pub(super) fn outline(text: &str, limits: &Limits) -> Result<Vec<Range<usize>>, Refused> {
    let refuse = |offset: usize, problem: String| Err(Refused { offset, problem });
    let mut found = Vec::new();
    let mut start = None;
    let (mut depth, mut tokens) = (0_usize, 0_usize);
    let mut rest = text.char_indices().peekable();
    while let Some((at, it)) = rest.next() {
        if it.is_whitespace() {
            continue;
        }
        if it == '/' && rest.next_if(|&(_, next)| next == '/').is_some() {
            while rest.next_if(|&(_, next)| next != '\n').is_some() {}
            continue;
        }
        start.get_or_insert(at);
        tokens += 1;
        match it {
            '"' => {
                let mut escaped = false;
                let closed = rest.by_ref().any(|(_, next)| {
                    let end = next == '"' && !escaped;
                    escaped = next == '\\' && !escaped;
                    end
                });
                if !closed {
                    return refuse(at, "this string has no end".to_owned());
                }
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => {
                found.push(start.take().unwrap_or(at)..at + 1);
                tokens = 0;
            }
            _ if is_word(it) => while rest.next_if(|&(_, next)| is_word(next)).is_some() {},
            _ => {}
        }
        if depth > limits.nesting {
            return refuse(
                at,
                format!("more than {} brackets are nested here", limits.nesting),
            );
        }
        if tokens > limits.policy_tokens {
            return refuse(
                at,
                format!(
                    "this policy has more than {} words and signs",
                    limits.policy_tokens
                ),
            );
        }
        if found.len() > limits.policies {
            return refuse(
                at,
                format!("there are more than {} policies", limits.policies),
            );
        }
    }
    if let Some(start) = start {
        found.push(start..text.len());
    }
    Ok(found)
}

fn is_word(it: char) -> bool {
    it.is_alphanumeric() || it == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        outline(text, &Limits::default())
            .unwrap()
            .into_iter()
            .map(|range| text.get(range).unwrap())
            .collect()
    }

    #[test]
    fn policies_end_at_a_semicolon_that_is_code() {
        let text =
            "// a;\n@why(\"b;\\\"c;\")\npermit (principal, action, resource); // d;\nforbid {;};x";
        assert_eq!(
            pieces(text),
            [
                "@why(\"b;\\\"c;\")\npermit (principal, action, resource);",
                "forbid {;};",
                "x"
            ]
        );
        assert!(pieces(" // nothing").is_empty());
    }

    #[test]
    fn what_is_too_deep_or_too_long_is_refused() {
        let limits = Limits::default();
        assert!(outline(&"(".repeat(33), &limits).is_err());
        assert!(outline(&"x.".repeat(2_000), &limits).is_err());
        assert!(outline(&"x;".repeat(2_000), &limits).is_err());
        assert!(outline("\"", &limits).is_err());
    }
}
