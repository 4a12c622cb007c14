//! Makes a pattern a script: what patterns write beyond the shell becomes words.

use crate::metavar::is_metavar_name;

const METAVAR: &str = "__rwmv_";
const REST: &str = "__rwrest_";
pub(super) const DEEP: &str = "__rwdeep";

/// The text with words in the place of `$...X`, of `$X` where the shell has a name and no value,
/// and of `<... ...>`.
pub(crate) fn prepare(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let mut length = char.len_utf8();
        if let Some(after) = rest.strip_prefix("$...") {
            let name = leading_name(after);
            if name.is_empty() {
                out.push('$');
            } else {
                out.push_str(REST);
                out.push_str(name);
                length = 4 + name.len();
            }
        } else if let Some(after) = rest.strip_prefix("<...") {
            out.push_str("$(");
            out.push_str(DEEP);
            length = 4;
            if !after.starts_with([' ', '\t', '\n']) {
                out.push(' ');
            }
        } else if rest.starts_with("...>") && out.contains(DEEP) {
            out.push(')');
            length = 4;
        } else if let Some(after) = rest.strip_prefix("...") {
            out.push_str("...");
            length = 3;
            // `{ ... }` is a group, which the shell wants to end with a semicolon.
            if after.trim_start_matches(' ').starts_with('}')
                && !out.trim_end_matches("...").ends_with('$')
            {
                out.push_str(" ;");
            }
        } else if let Some(after) = rest.strip_prefix('$') {
            let name = leading_name(after);
            let behind = after.get(name.len()..).unwrap_or_default();
            if !name.is_empty() && is_name_place(&out, behind) {
                out.push_str(METAVAR);
                out.push_str(name);
                length = 1 + name.len();
            } else {
                out.push('$');
            }
        } else {
            out.push(char);
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

fn leading_name(text: &str) -> &str {
    let end = text
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
        .count();
    let name = text.get(..end).unwrap_or_default();
    if is_metavar_name(name) { name } else { "" }
}

/// Whether the shell has a name here: on the left of an assignment, of a function, in a loop's
/// head, in braces after a dollar sign.
fn is_name_place(before: &str, behind: &str) -> bool {
    let at_word_start =
        before.is_empty() || before.ends_with([' ', '\t', '\n', ';', '&', '|', '(', '{']);
    let assigns = behind.starts_with("+=")
        || (behind.starts_with('=') && !behind.starts_with("==") && !behind.starts_with("=~"));
    let last_word = before
        .trim_end()
        .rsplit([' ', '\t', '\n', ';'])
        .next()
        .unwrap_or_default();
    let in_head =
        before.ends_with([' ', '\t']) && matches!(last_word, "for" | "select" | "function");
    let defines = behind
        .trim_start()
        .strip_prefix('(')
        .is_some_and(|b| b.trim_start().starts_with(')'));
    before.ends_with("${") || (at_word_start && (assigns || in_head || defines))
}

/// What a word stands for in a pattern: the metavariable as it was written.
pub(super) fn decode(word: &str) -> Option<String> {
    if let Some(name) = word.strip_prefix(METAVAR) {
        return Some(format!("${name}"));
    }
    word.strip_prefix(REST).map(|name| format!("$...{name}"))
}

/// The place and the length of the next such word in a text.
pub(super) fn next_rest(text: &str) -> Option<(usize, usize)> {
    let at = text.find(REST)?;
    let name = leading_name(text.get(at + REST.len()..).unwrap_or_default());
    Some((at, REST.len() + name.len()))
}
