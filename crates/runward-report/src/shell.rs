//! Words of a command that a person will paste into a shell.
//!
//! Package names and versions come from scanned files. `x; curl … | sh` must never become part of
//! a command that the report tells somebody to run: a word is either made of characters known to
//! be harmless, or there is no command.

/// A word as it can stand in a command, quoted where it needs to be; `None` where it could do
/// something else than be a word.
pub(crate) fn word(text: &str) -> Option<String> {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '@' | '+' | ':');
    // Inert inside single quotes.
    let quotable = |c: char| {
        plain(c)
            || matches!(
                c,
                '=' | '<' | '>' | '~' | '^' | '!' | ',' | '[' | ']' | '*' | ' '
            )
    };
    if text.is_empty() || text.len() > 300 || text.starts_with(['-', ' ']) {
        return None;
    }
    if text.chars().all(plain) {
        Some(text.to_owned())
    } else if text.chars().all(quotable) {
        Some(format!("'{text}'"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_quoted_or_refused() {
        assert_eq!(word("@babel/core").as_deref(), Some("@babel/core"));
        assert_eq!(word("django>=4.2").as_deref(), Some("'django>=4.2'"));
        for hostile in [
            "", "-rf", "a;b", "$(id)", "`id`", "a'b", "a\nb", "a|b", "a&b", "a\\b", "é",
        ] {
            assert_eq!(word(hostile), None, "{hostile:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_a_shell_acts_on_stands_outside_quotes(text in any::<String>()) {
            if let Some(word) = word(&text) {
                let bare = word.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
                let inner = bare.unwrap_or(&word);
                let active = ['\'', '"', '`', '$', ';', '|', '&', '\\', '\n', '(', '{'];
                prop_assert!(!inner.contains(active));
                if bare.is_none() {
                    prop_assert!(!inner.contains([' ', '<', '>', '*', '~', '!', '[', '^']));
                }
            }
        }
    }
}
