//! Ids, repositories, display names and email addresses, checked where they come in.
//!
//! Ids and repositories are ASCII: what cannot hold two letters that look alike needs no list of
//! those that do. Display names are any text that is what it looks like.

use unicode_normalization::UnicodeNormalization as _;

use crate::{Limits, NameError};

/// The longest id of a principal, in bytes.
const ID_BYTES: usize = 64;

/// What follows an id's first character besides letters and digits.
const ID_SIGNS: &[u8] = b"._@+-";

/// Checks a principal's id: `[a-z0-9][a-z0-9._@+-]{0,63}`.
pub fn principal_id(text: &str) -> Result<&str, NameError> {
    let problem = |problem: &str| name_error(text, "a principal's id", problem);
    if text.is_empty() || text.len() > ID_BYTES {
        return Err(problem("it has 1 to 64 characters"));
    }
    if !text.is_ascii() {
        return Err(problem("only ASCII letters, digits and `._@+-` are taken"));
    }
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let mut bytes = text.bytes();
    if !bytes.next().is_some_and(plain) {
        return Err(problem("it starts with a lower-case letter or a digit"));
    }
    if !bytes.all(|byte| plain(byte) || ID_SIGNS.contains(&byte)) {
        return Err(problem("lower-case letters, digits and `._@+-` are taken"));
    }
    Ok(text)
}

/// Checks a repository's name: parts such as `billing` or `team/billing`, none of which starts with
/// a dot or a hyphen.
pub fn repository<'a>(text: &'a str, limits: &Limits) -> Result<&'a str, NameError> {
    let problem = |problem: &str| name_error(text, "a repository's name", problem);
    if text.is_empty() || text.len() > limits.repository_bytes {
        return Err(problem("it is empty or too long"));
    }
    for part in text.split('/') {
        let mut bytes = part.bytes();
        if !bytes
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
            || !bytes.all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        {
            return Err(problem(
                "its parts between `/` are ASCII letters, digits and `._-`, starting with a letter \
                 or a digit",
            ));
        }
        if part.contains("..") {
            return Err(problem("it has no `..`"));
        }
    }
    Ok(text)
}

/// Cleans a display name: normal form C, no space around it, nothing invisible inside.
pub fn display_name(text: &str, limits: &Limits) -> Result<String, NameError> {
    let problem = |problem: &str| name_error(text, "a name", problem);
    // Before normalising, which can make a text longer.
    if text.len() > limits.name_chars.saturating_mul(8) {
        return Err(problem("it is too long"));
    }
    let name: String = text.trim().nfc().collect();
    let chars = name.chars().count();
    if chars == 0 || chars > limits.name_chars {
        return Err(problem("it is empty or too long"));
    }
    if let Some(bad) = name.chars().find(|&it| is_invisible(it)) {
        return Err(problem(&format!(
            "it has the invisible character U+{:04X}; leave that out",
            u32::from(bad)
        )));
    }
    Ok(name)
}

/// Checks an email address as far as that makes sense: one `@` with something on both sides, visible
/// ASCII. Whether it is anybody's, only a message to it shows.
pub fn email(text: &str, limits: &Limits) -> Result<String, NameError> {
    let text = text.trim();
    let problem = |problem: &str| name_error(text, "an email address", problem);
    if text.len() > limits.email_bytes {
        return Err(problem("it is too long"));
    }
    let visible = |byte: u8| byte.is_ascii_graphic() && !b"<>()[],;:\\\"`".contains(&byte);
    match text.split_once('@') {
        Some((local, host))
            if !local.is_empty()
                && !host.is_empty()
                && !host.contains('@')
                && text.bytes().all(visible) =>
        {
            Ok(text.to_owned())
        }
        _ => Err(problem("it looks like `name@example.org`")),
    }
}

/// Controls, and what changes the order or the look of text without being seen: zero-width and
/// bidirectional signs, variation selectors, tags, fillers, noncharacters.
fn is_invisible(it: char) -> bool {
    it.is_control()
        || matches!(u32::from(it),
            0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5
            | 0x180B..=0x180F | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F
            | 0x3164 | 0xFDD0..=0xFDEF | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
            | 0xE0000..=0xE0FFF)
        || u32::from(it) & 0xFFFE == 0xFFFE
}

/// User input for a message: at most 80 characters, escaped.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 80;
    let mut shown: String = text
        .chars()
        .take(MOST)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

fn name_error(text: &str, what: &'static str, problem: &str) -> NameError {
    NameError {
        shown: shown(text),
        what,
        problem: problem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_are_plain_ascii() {
        for good in ["a", "0", "alice", "alice.b+c@example.org", &"a".repeat(64)] {
            assert_eq!(principal_id(good), Ok(good));
        }
        for bad in [
            "",
            "-a",
            ".a",
            "@a",
            "A",
            "alice b",
            "аlice",
            "a\n",
            "a\0",
            "a/b",
            "ａ",
            &"a".repeat(65),
        ] {
            assert!(principal_id(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn repositories_are_paths_that_stay_where_they_are() {
        let limits = Limits::default();
        for good in ["billing", "team/billing", "A.b-c_d/e.f"] {
            assert_eq!(repository(good, &limits), Ok(good));
        }
        for bad in [
            "", "/", "a/", "/a", "a//b", "..", "a/../b", "a..b", "-a", ".git", "a b", "ä",
        ] {
            assert!(repository(bad, &limits).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn names_are_what_they_look_like() {
        let limits = Limits::default();
        assert_eq!(
            display_name("  Zoe\u{308} O’Neill ", &limits).unwrap(),
            "Zoë O’Neill"
        );
        assert_eq!(display_name("山田 太郎", &limits).unwrap(), "山田 太郎");
        for bad in [
            "",
            "  ",
            "a\u{202E}b",
            "a\u{200B}b",
            "a\0b",
            "a\nb",
            "\u{E0041}",
            "\u{FFFF}",
        ] {
            assert!(display_name(bad, &limits).is_err(), "{bad:?}");
        }
        assert!(display_name(&"x".repeat(101), &limits).is_err());
    }

    #[test]
    fn addresses_have_two_sides() {
        let limits = Limits::default();
        assert_eq!(email(" a@example.org ", &limits).unwrap(), "a@example.org");
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            "<a@b>",
            "ä@b",
            "a@b\r\nBcc: c",
        ] {
            assert!(email(bad, &limits).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in "\\PC*|[\\x00-\\x7f]*") {
            let limits = Limits::default();
            let _ = (principal_id(&text), repository(&text, &limits), email(&text, &limits));
            if let Ok(name) = display_name(&text, &limits) {
                prop_assert_eq!(display_name(&name, &limits).unwrap(), name);
            }
        }
    }
}
