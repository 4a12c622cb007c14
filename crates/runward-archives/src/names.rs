//! The names of entries, made safe.

use crate::{Limits, OddityKind};

/// Where what leads outside is kept.
const OUTSIDE: &str = "!outside";
/// Characters of a name that is shown in a message.
const SHOWN: usize = 120;

/// A name as a path of the tree, and what was odd about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) path: String,
    pub(crate) oddities: Vec<(OddityKind, String)>,
    /// Over a limit on names: the entry is not kept.
    pub(crate) refused: bool,
}

/// Makes a path of the bytes that an archive calls an entry.
pub(crate) fn name(raw: &[u8], limits: &Limits) -> Named {
    let mut oddities = Vec::new();
    let text = String::from_utf8_lossy(raw);
    let said = format!("the archive calls it `{}`", shown(&text));
    let mut odd = |kind| oddities.push((kind, said.clone()));
    if matches!(text, std::borrow::Cow::Owned(_)) {
        odd(OddityKind::NameNotUtf8);
    }
    if raw.len() > limits.max_path_bytes {
        odd(OddityKind::NameTooLong);
        return Named {
            path: shown(&text),
            oddities,
            refused: true,
        };
    }
    if text.chars().any(hidden) {
        odd(OddityKind::ControlInName);
    }
    let text: String = text
        .chars()
        .map(|c| if hidden(c) { '\u{FFFD}' } else { c })
        .collect();
    if text.contains('\\') {
        odd(OddityKind::Backslash);
    }
    let text = text.replace('\\', "/");
    let drive = matches!(text.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    let mut outside = false;
    if text.starts_with('/') || drive {
        odd(OddityKind::AbsolutePath);
        outside = true;
    }
    let mut segments: Vec<&str> = Vec::new();
    let mut above = false;
    for segment in text.split('/') {
        match segment {
            "" | "." => {}
            ".." => above |= segments.pop().is_none(),
            other => segments.push(other),
        }
    }
    if above {
        odd(OddityKind::ParentPath);
        outside = true;
    }
    let deep = segments.len() > limits.max_depth;
    if deep {
        odd(OddityKind::TooDeep);
    }
    let mut path = segments
        .join("/")
        .replace(':', if drive { "_" } else { ":" });
    if outside {
        path = format!("{OUTSIDE}/{path}");
    }
    Named {
        path: if deep { shown(&path) } else { path },
        oddities,
        refused: deep,
    }
}

/// Characters that make a name look like another one.
fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Text that is fit for a message.
pub(crate) fn shown(text: &str) -> String {
    text.chars()
        .take(SHOWN)
        .map(|c| if hidden(c) { '\u{FFFD}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(raw: &[u8]) -> (String, Vec<OddityKind>) {
        let named = name(raw, &Limits::default());
        let kinds = named.oddities.into_iter().map(|(kind, _)| kind).collect();
        (named.path, kinds)
    }

    #[test]
    fn honest_names_stay() {
        assert_eq!(kinds(b"a/b.py"), ("a/b.py".to_owned(), vec![]));
        assert_eq!(kinds(b"./a//b/../c.py"), ("a/c.py".to_owned(), vec![]));
        assert_eq!(kinds("ä/é".as_bytes()), ("ä/é".to_owned(), vec![]));
    }

    #[test]
    fn names_that_lead_outside_are_kept_aside() {
        use OddityKind::{AbsolutePath, Backslash, ParentPath};
        for (raw, path, expected) in [
            (
                &b"/etc/cron.d/x"[..],
                "!outside/etc/cron.d/x",
                vec![AbsolutePath],
            ),
            (b"../../x", "!outside/x", vec![ParentPath]),
            (b"a/../../x", "!outside/x", vec![ParentPath]),
            (b"C:\\x", "!outside/C_/x", vec![Backslash, AbsolutePath]),
            (b"..\\x", "!outside/x", vec![Backslash, ParentPath]),
            (b"a\\b", "a/b", vec![Backslash]),
        ] {
            assert_eq!(kinds(raw), (path.to_owned(), expected));
        }
    }

    #[test]
    fn hidden_characters_and_foreign_encodings_are_told() {
        assert_eq!(kinds(b"a\0.py").1, [OddityKind::ControlInName]);
        assert_eq!(
            kinds("a\u{202E}yp.exe".as_bytes()).1,
            [OddityKind::ControlInName]
        );
        assert_eq!(kinds(b"caf\xe9").1, [OddityKind::NameNotUtf8]);
        assert!(!kinds(b"a\nb").0.contains('\n'));
    }

    #[test]
    fn long_and_deep_names_are_refused() {
        let limits = Limits::default();
        assert!(name(&[b'a'; 2000], &limits).refused);
        let deep = name("a/".repeat(100).as_bytes(), &limits);
        assert!(deep.refused && deep.path.len() <= 200);
    }

    proptest::proptest! {
        #[test]
        fn no_name_leads_outside(raw: Vec<u8>) {
            let named = name(&raw, &Limits::default());
            proptest::prop_assert!(runward_tree::path::join("", &named.path).is_ok());
            proptest::prop_assert!(!named.path.split('/').any(|segment| segment == ".."));
        }
    }
}
