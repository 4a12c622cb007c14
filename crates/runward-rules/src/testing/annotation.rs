//! `# ruleid: a, b` and its like.

/// What an annotation says about the next line of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Expected {
    /// `ruleid`: a finding.
    Match,
    /// `ok`: none.
    NoMatch,
    /// `todoruleid`: a finding is missing; either is fine.
    TodoMatch,
    /// `todook`: a finding is wrong; either is fine.
    TodoNoMatch,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    pub expected: Expected,
    pub rule: String,
    /// The line of the annotation, from 1.
    pub line: u32,
    /// The line that it is about: the next one that is not an annotation itself.
    pub about: u32,
}

const OPENINGS: [&str; 5] = ["#", "//", "<!--", "(*", "/*"];

/// `deep` and `pro` are for findings that need calls between functions or files to be followed,
/// which an engine may or may not do.
const WORDS: [(&str, Expected); 10] = [
    ("ruleid", Expected::Match),
    ("ok", Expected::NoMatch),
    ("todoruleid", Expected::TodoMatch),
    ("todook", Expected::TodoNoMatch),
    ("deepruleid", Expected::TodoMatch),
    ("deepok", Expected::TodoNoMatch),
    ("proruleid", Expected::TodoMatch),
    ("prook", Expected::TodoNoMatch),
    ("tododeepruleid", Expected::TodoMatch),
    ("todoproruleid", Expected::TodoMatch),
];

/// The annotations of a text, in order.
#[must_use]
pub fn annotations(text: &str) -> Vec<Annotation> {
    let lines: Vec<Vec<(Expected, Vec<&str>)>> = text.lines().map(in_line).collect();
    let alone: Vec<bool> = text
        .lines()
        .zip(&lines)
        .map(|(line, found)| {
            let line = line.trim_start();
            !found.is_empty() && OPENINGS.iter().any(|opening| line.starts_with(opening))
        })
        .collect();
    // From the last line up: where the code below each line is.
    let mut about = vec![0_usize; lines.len()];
    let mut next = lines.len();
    for (index, place) in about.iter_mut().enumerate().rev() {
        *place = next;
        if !alone.get(index).copied().unwrap_or_default() {
            next = index;
        }
    }
    let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
    let mut all = Vec::new();
    for (index, (found, about)) in lines.into_iter().zip(about).enumerate() {
        for (expected, rules) in found {
            all.extend(rules.into_iter().map(|rule| Annotation {
                expected,
                rule: rule.to_owned(),
                line: number(index),
                about: number(about),
            }));
        }
    }
    all
}

fn in_line(line: &str) -> Vec<(Expected, Vec<&str>)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((at, opening)) = first_opening(rest) {
        rest = rest.get(at + opening.len()..).unwrap_or_default();
        let comment = rest.strip_prefix(' ').unwrap_or(rest);
        let word_length = comment
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(comment.len());
        let (word, after) = comment.split_at_checked(word_length).unwrap_or_default();
        let Some((_, expected)) = WORDS.iter().find(|(known, _)| *known == word) else {
            continue;
        };
        let Some(ids) = after.trim_start().strip_prefix(':') else {
            continue;
        };
        // `ruleid: deepok: x`: what follows is for another engine, the first word for this one.
        let ids = match ids.split_once(':') {
            Some((word, ids)) if WORDS.iter().any(|(known, _)| *known == word.trim()) => ids,
            _ => ids,
        };
        found.push((*expected, rules(ids)));
        break;
    }
    found.retain(|(_, rules)| !rules.is_empty());
    found
}

/// The next beginning of a comment; one look at each byte, whatever the line is made of.
fn first_opening(text: &str) -> Option<(usize, &'static str)> {
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find(['#', '/', '<', '(']) {
        let at = from + found;
        let rest = text.get(at..)?;
        if let Some(opening) = OPENINGS
            .into_iter()
            .find(|opening| rest.starts_with(opening))
        {
            return Some((at, opening));
        }
        from = at + 1;
    }
    None
}

/// Ids between commas; what follows an id up to the comma is a remark or the end of the comment.
fn rules(text: &str) -> Vec<&str> {
    text.split(',')
        .map(|part| {
            let part = part.trim_start();
            let end =
                part.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')));
            // `-->` right after an id ends the comment.
            part.get(..end.unwrap_or(part.len()))
                .unwrap_or_default()
                .trim_end_matches('-')
        })
        .filter(|id| !id.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<(Expected, String, u32)> {
        annotations(text)
            .into_iter()
            .map(|found| (found.expected, found.rule, found.about))
            .collect()
    }

    fn one(expected: Expected, rule: &str, about: u32) -> (Expected, String, u32) {
        (expected, rule.to_owned(), about)
    }

    #[test]
    fn every_comment_style() {
        for line in [
            "# ruleid: a.b-c",
            "#ruleid:a.b-c",
            "  // ruleid: a.b-c",
            "<!-- ruleid: a.b-c -->",
            "<!--ruleid: a.b-c-->",
            "(* ruleid: a.b-c *)",
            "/* ruleid: a.b-c */",
            "x = 1 # ruleid: a.b-c",
            "## ruleid: a.b-c",
            "{/* ruleid: a.b-c */}",
            "# ruleid: a.b-c because of this",
        ] {
            assert_eq!(
                read(&format!("{line}\nfoo\n")),
                [one(Expected::Match, "a.b-c", 2)],
                "{line}"
            );
        }
    }

    #[test]
    fn a_long_line_is_read_once() {
        assert_eq!(read(&"#".repeat(2 << 20)), []);
        assert_eq!(read(&"(/<".repeat(1 << 20)), []);
        assert_eq!(read(&"# ruleid".repeat(1 << 18)), []);
    }

    #[test]
    fn what_is_none() {
        for line in [
            "ruleid: a",
            "# Ruleid: a",
            "# the ruleid: a",
            "# ruleid a",
            "http://ok/:a",
            "# ok",
            "# ruleid:",
            "# notruleid: a",
        ] {
            assert_eq!(read(line), [], "{line}");
        }
    }

    #[test]
    fn several_rules_and_several_lines() {
        let text = "# ruleid: a, b\n# ok: c\n# todoruleid:d,e\nfoo\n  # todook: a\nbar\n";
        assert_eq!(
            read(text),
            [
                one(Expected::Match, "a", 4),
                one(Expected::Match, "b", 4),
                one(Expected::NoMatch, "c", 4),
                one(Expected::TodoMatch, "d", 4),
                one(Expected::TodoMatch, "e", 4),
                one(Expected::TodoNoMatch, "a", 6),
            ]
        );
    }

    #[test]
    fn other_comments_are_lines() {
        assert_eq!(
            read("# ruleid: a\n# foo\nbar\n"),
            [one(Expected::Match, "a", 2)]
        );
        assert_eq!(read("# ruleid: a\n\nbar\n"), [one(Expected::Match, "a", 2)]);
        assert_eq!(
            read("foo() # ruleid: a\nbar() # ruleid: a\n"),
            [one(Expected::Match, "a", 2), one(Expected::Match, "a", 3)]
        );
        assert_eq!(read("# ruleid: a"), [one(Expected::Match, "a", 2)]);
    }

    #[test]
    fn annotations_for_deeper_engines() {
        assert_eq!(
            read("# deepruleid: a\nx"),
            [one(Expected::TodoMatch, "a", 2)]
        );
        assert_eq!(
            read("# ruleid: deepok: a\nx"),
            [one(Expected::Match, "a", 2)]
        );
        assert_eq!(
            read("# ok:proruleid:a\nx"),
            [one(Expected::NoMatch, "a", 2)]
        );
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[#/(*<!-a-z:, \né]{0,80}") {
            for found in annotations(&text) {
                prop_assert!(found.line < found.about);
            }
        }
    }
}
