//! Neutralises scanned text before it reaches a terminal, a page or a table.
//!
//! Names, titles and paths come from files that anybody may have written. A control character can
//! move the cursor over an earlier line, a bidirectional override can make `gpj.exe` read as
//! `exe.jpg`, an invisible one can make two names look the same. Such characters are shown as
//! `\u{1b}`; line breaks and tabs become a space.

use std::{borrow::Cow, fmt::Write as _};

/// Longest text of one field that is shown to people, in characters. Machine formats keep all.
pub(crate) const MAX_SHOWN: usize = 400;

/// Whether a character may do something else than show itself.
pub(crate) fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// One line of harmless text.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => cleaned.push(' '),
            other if is_unsafe(other) => escape(&mut cleaned, other),
            other => cleaned.push(other),
        }
    }
    Cow::Owned(cleaned)
}

/// Harmless text that keeps its line breaks (as `\n`): nothing in it acts on a terminal.
pub fn clean_lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

/// One line of harmless text, cut at [`MAX_SHOWN`] characters with an ellipsis.
pub(crate) fn shown(text: &str) -> String {
    clip(&clean(text), MAX_SHOWN)
}

/// At most `max` characters, the last one an ellipsis where something was cut.
pub(crate) fn clip(text: &str, max: usize) -> String {
    if text.chars().nth(max).is_none() {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(max.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Adds one character to a line, as itself where that is harmless.
pub(crate) fn push(out: &mut String, character: char) {
    if is_unsafe(character) {
        escape(out, character);
    } else {
        out.push(character);
    }
}

fn escape(out: &mut String, character: char) {
    // Writing to a string cannot fail.
    let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_and_overrides_become_visible() {
        assert_eq!(clean("a\u{1b}[2Jb\r\nc"), "a\\u{1b}[2Jb  c");
        assert_eq!(clean("exe.\u{202e}gpj"), "exe.\\u{202e}gpj");
        assert_eq!(clean("a\u{9b}31m"), "a\\u{9b}31m");
        assert_eq!(clean("naïve 日本語"), "naïve 日本語");
        assert_eq!(clean_lines("a\u{7}\nb"), "a\\u{7}\nb");
    }

    #[test]
    fn long_text_is_cut_visibly() {
        assert_eq!(clip("abcdef", 4), "abc…");
        assert_eq!(clip("abcd", 4), "abcd");
        assert_eq!(shown(&"x".repeat(1_000_000)).chars().count(), MAX_SHOWN);
    }

    proptest! {
        #[test]
        fn nothing_unsafe_is_left(text in any::<String>()) {
            prop_assert!(!clean(&text).contains(is_unsafe));
            prop_assert!(!clean_lines(&text).contains(|c| c != '\n' && is_unsafe(c)));
        }
    }
}
