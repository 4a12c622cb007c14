//! Makes a pattern YAML: a line `...` becomes an entry of the mapping or the sequence around it.

use std::borrow::Cow;

/// The word that stands for an ellipsis which YAML would not read as a value.
pub(super) const ELLIPSIS: &str = "__runward_ellipsis__";

/// What may follow a backslash in double quotes.
const ESCAPED: &str = "0abt\tnvfre \"/\\N_LPxuU\n\r";

pub(super) fn prepare(text: &str) -> String {
    let text = known_escapes(text);
    let lines: Vec<&str> = text.split('\n').collect();
    let mut out = String::with_capacity(text.len() + 64);
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let (prefix, rest) = prefix(line);
        if rest.trim_end() != "..." {
            out.push_str(line);
            continue;
        }
        out.push_str(prefix);
        // Behind a hyphen it is the first entry of an element, or of a sequence in it.
        let before = lines
            .iter()
            .take(index)
            .rev()
            .filter(|_| !prefix.contains('-'));
        let after = lines.iter().skip(index + 1);
        let around = sibling(before, prefix.len()).or_else(|| sibling(after, prefix.len()));
        match around {
            Some(Sibling::Element) => out.push_str("- "),
            None if !prefix.contains('-') => {}
            Some(Sibling::Entry) | None => {
                out.push_str(ELLIPSIS);
                out.push_str(": ");
            }
        }
        out.push_str(ELLIPSIS);
    }
    out
}

/// The text with each backslash doubled that begins no escape of YAML, as people write `"\s+"` in
/// double quotes for an expression.
fn known_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    // What a scalar in quotes may follow, and the quote of the one that is open.
    let (mut at_start, mut quote) = (true, None);
    while let Some(char) = chars.next() {
        out.push(char);
        match quote {
            Some('"') if char == '\\' => {
                let next = chars.peek().copied();
                if !next.is_some_and(|next| ESCAPED.contains(next)) {
                    out.push('\\');
                } else if let Some(next) = chars.next() {
                    out.push(next);
                }
            }
            Some(open) if char == open => quote = None,
            None if at_start && matches!(char, '"' | '\'') => quote = Some(char),
            Some(_) | None => {}
        }
        let is_mark = matches!(char, '\n' | ':' | '-' | '[' | '{' | ',' | '?');
        at_start = is_mark || at_start && matches!(char, ' ' | '\t');
    }
    Cow::Owned(out)
}

#[derive(Clone, Copy)]
enum Sibling {
    /// Of a sequence.
    Element,
    /// Of a mapping.
    Entry,
}

/// The leading blanks and hyphens, and the rest.
fn prefix(line: &str) -> (&str, &str) {
    let mut end = 0;
    for (at, char) in line.char_indices() {
        let next = line.get(at + 1..).and_then(|rest| rest.chars().next());
        let is_hyphen = char == '-' && matches!(next, None | Some(' '));
        if char != ' ' && char != '\t' && !is_hyphen {
            break;
        }
        end = at + char.len_utf8();
    }
    (
        line.get(..end).unwrap_or_default(),
        line.get(end..).unwrap_or_default(),
    )
}

/// What stands in a column in the nearest line that reaches it.
fn sibling<'l>(lines: impl Iterator<Item = &'l &'l str>, column: usize) -> Option<Sibling> {
    for line in lines {
        let (prefix, rest) = prefix(line);
        if rest.trim().is_empty() && !prefix.contains('-') || rest.trim_end() == "..." {
            continue;
        }
        let first = prefix.find('-').unwrap_or(prefix.len());
        if first > column {
            continue;
        }
        if first < column && !prefix.contains('-') {
            return None;
        }
        if prefix.as_bytes().get(column) == Some(&b'-') {
            return Some(Sibling::Element);
        }
        return (prefix.len() == column).then_some(Sibling::Entry);
    }
    None
}
