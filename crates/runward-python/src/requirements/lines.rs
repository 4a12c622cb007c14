//! Logical lines, as pip joins and strips them.

/// A line after joining continuations and splitting off the comment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Logical {
    /// The 1-based line on which it starts.
    pub(crate) number: u32,
    /// Trimmed, without the comment.
    pub(crate) text: String,
    /// Without `#`, as written otherwise.
    pub(crate) comment: Option<String>,
    /// The line was longer than allowed and was cut.
    pub(crate) too_long: bool,
}

/// pip splits lines as Python's `str.splitlines` does: at more places than an editor shows.
fn line_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = 0;
    loop {
        let found = bytes.get(from..)?.iter().position(|byte| {
            matches!(byte, b'\n' | b'\r' | 0xb | 0xc | 0x1c..=0x1e | 0xc2 | 0xe2)
        })?;
        let at = from + found;
        // U+0085, U+2028 and U+2029 need a closer look.
        let character = text.get(at..).and_then(|rest| rest.chars().next())?;
        if character.is_ascii() || matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}') {
            return Some(at);
        }
        from = at + character.len_utf8();
    }
}

/// The physical lines of a text with the line numbers that an editor shows.
fn physical(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut rest = Some(text).filter(|text| !text.is_empty());
    let mut number: u32 = 1;
    std::iter::from_fn(move || {
        let current = rest?;
        let here = number;
        let Some(end) = line_end(current) else {
            rest = None;
            return Some((here, current));
        };
        let (line, after) = current.split_at(end);
        let after = if let Some(after) = after.strip_prefix("\r\n") {
            number = number.saturating_add(1);
            after
        } else {
            let mut characters = after.chars();
            if matches!(characters.next(), Some('\n' | '\r')) {
                number = number.saturating_add(1);
            }
            characters.as_str()
        };
        rest = Some(after).filter(|after| !after.is_empty());
        Some((here, line))
    })
}

/// Where a comment starts: at a `#` that begins the line or follows white space.
fn comment_start(line: &str) -> Option<usize> {
    line.match_indices('#').map(|(at, _)| at).find(|at| {
        line.get(..*at)
            .and_then(|before| before.chars().next_back())
            .is_none_or(char::is_whitespace)
    })
}

/// The logical lines of a requirements file; empty ones are left out, comments alone are kept
/// because pip-compile says in them what brings a package in.
pub(crate) fn logical(text: &str, max_bytes: usize) -> Vec<Logical> {
    let mut lines = Vec::new();
    let mut pending: Option<(u32, String)> = None;
    for (number, line) in physical(text) {
        let is_comment = line.trim_start().starts_with('#');
        let continues = line.ends_with('\\') && !is_comment;
        if continues {
            let (_, joined) = pending.get_or_insert_with(|| (number, String::new()));
            joined.push_str(line.trim_matches('\\'));
            continue;
        }
        let (number, joined) = match pending.take() {
            Some((first, mut joined)) => {
                if is_comment {
                    joined.push(' ');
                }
                joined.push_str(line);
                (first, joined)
            }
            None => (number, line.to_owned()),
        };
        finish(&mut lines, number, &joined, max_bytes);
    }
    if let Some((number, joined)) = pending {
        finish(&mut lines, number, &joined, max_bytes);
    }
    lines
}

fn finish(lines: &mut Vec<Logical>, number: u32, joined: &str, max_bytes: usize) {
    let too_long = joined.len() > max_bytes;
    let (text, comment) = match comment_start(joined) {
        _ if too_long => ("", None),
        Some(at) => {
            let (text, comment) = joined.split_at(at);
            (text, comment.strip_prefix('#'))
        }
        None => (joined, None),
    };
    let text = text.trim();
    if too_long || !text.is_empty() || comment.is_some() {
        lines.push(Logical {
            number,
            text: text.to_owned(),
            comment: comment.map(str::to_owned),
            too_long,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(text: &str) -> Vec<(u32, String)> {
        logical(text, 1000)
            .into_iter()
            .map(|line| (line.number, line.text))
            .collect()
    }

    #[test]
    fn lines_are_joined_as_pip_does() {
        let expected = |lines: &[(u32, &str)]| -> Vec<(u32, String)> {
            lines.iter().map(|(n, t)| (*n, (*t).to_owned())).collect()
        };
        assert_eq!(
            texts("a==1 \\\r\n  --hash=x \\\n  --hash=y\n\nb # c\nd#e\n"),
            expected(&[(1, "a==1   --hash=x   --hash=y"), (5, "b"), (6, "d#e")])
        );
        // A comment ends a continuation, and a backslash in a comment continues nothing.
        assert_eq!(texts("a \\\n# x \\\nb\n"), expected(&[(1, "a"), (3, "b")]));
        assert_eq!(texts("a==1 \\"), expected(&[(1, "a==1")]));
        assert_eq!(
            texts("a\u{b}b\r\rc"),
            expected(&[(1, "a"), (1, "b"), (3, "c")])
        );
    }

    #[test]
    fn a_long_line_is_said_to_be_long() {
        let lines = logical(&format!("a\n{}\nb", "x".repeat(2000)), 1000);
        assert_eq!(lines.len(), 3);
        assert!(lines[1].too_long && lines[1].text.is_empty());
    }

    proptest! {
        #[test]
        fn every_name_survives(names in proptest::collection::vec("[a-z]{1,5}", 0..20)) {
            let text = names.join("\n");
            let found: Vec<String> = logical(&text, 1000).into_iter().map(|l| l.text).collect();
            prop_assert_eq!(found, names);
        }

        #[test]
        fn line_numbers_rise(text in "[a#\\\\ \n\r\u{b}]{0,60}") {
            let lines = logical(&text, 1000);
            prop_assert!(lines.windows(2).all(|w| w[0].number <= w[1].number));
        }
    }
}
