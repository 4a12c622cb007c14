//! Where a line ends a command and the grammar goes on nevertheless.
//!
//! The grammar has two readings of a pipeline for as long as a redirection may follow, and in one
//! of them a line's end is white space. Where that one wins, all lines up to the next redirection
//! are the words of one command; they are read again, one by one.

use tree_sitter::Node;

/// A token of a chain of commands: where it stands, and what it is.
struct Token {
    start: usize,
    end: usize,
    kind: &'static str,
}

/// Nodes whose parts belong to the chain itself; a newline within any other is its own matter.
fn is_open(kind: &str) -> bool {
    matches!(
        kind,
        "command"
            | "command_name"
            | "declaration_command"
            | "file_redirect"
            | "heredoc_redirect"
            | "herestring_redirect"
            | "list"
            | "negated_command"
            | "pipeline"
            | "redirected_statement"
    )
}

/// After these a command goes on in the next line.
fn goes_on_after(kind: &str) -> bool {
    matches!(kind, "|" | "|&" | "&&" | "||" | "!")
}

/// The line ends within a statement that should have ended it, from left to right.
pub(super) fn breaks(node: Node<'_>, text: &str) -> Vec<usize> {
    let inside = text.get(node.byte_range()).unwrap_or_default();
    if !is_open(node.kind()) || !inside.trim_end().contains('\n') {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut before: Option<Token> = None;
    for token in tokens(node) {
        if let Some(before) = &before
            && !goes_on_after(before.kind)
            && !matches!(token.kind, "heredoc_body" | "heredoc_end")
            && let Some(gap) = text.get(before.end..token.start)
            && let Some(at) = line_end(gap)
        {
            found.push(before.end + at);
        }
        before = Some(token);
    }
    found
}

fn tokens(node: Node<'_>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut stack = vec![node];
    while let Some(node) = stack.pop() {
        if is_open(node.kind()) {
            let mut cursor = node.walk();
            let parts: Vec<_> = node.children(&mut cursor).collect();
            stack.extend(parts.into_iter().rev());
        } else if node.kind() != "comment" {
            tokens.push(Token {
                start: node.start_byte(),
                end: node.end_byte(),
                kind: node.kind(),
            });
        }
    }
    tokens
}

/// The first line end between two tokens that no backslash takes back.
fn line_end(gap: &str) -> Option<usize> {
    let mut bytes = gap.bytes().enumerate();
    let mut in_comment = false;
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\n' => return Some(at),
            b'#' => in_comment = true,
            b'\\' if !in_comment => {
                let after = gap.get(at + 1..).unwrap_or_default();
                bytes.next();
                if after.starts_with("\r\n") {
                    bytes.next();
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backslash_takes_a_line_end_back() {
        assert_eq!(line_end(" \\\n "), None);
        assert_eq!(line_end(" \\\r\n "), None);
        assert_eq!(line_end(" \\\n\n"), Some(3));
        assert_eq!(line_end(" # a \\\n"), Some(6));
        assert_eq!(line_end("  "), None);
    }
}
