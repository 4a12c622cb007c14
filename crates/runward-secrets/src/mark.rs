//! Comments that silence: `runward: ignore[secret] reason`, and those of other scanners.

use serde::Serialize;

/// Words that a mark has, in any case; found by the search for keywords.
pub(crate) const WORDS: &[&str] = &[
    "runward:",
    "gitleaks:allow",
    "pragma: allowlist secret",
    "pragma: allowlist nextline secret",
    "pragma: whitelist secret",
    "trufflehog:ignore",
    "ggignore",
    "noqa: secret",
    "nosecret",
];

const OURS: usize = 0;
const NEXT_LINE: usize = 3;

/// The most characters of a reason that are kept.
const LONGEST_REASON: usize = 300;

/// Whose a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    Runward,
    Gitleaks,
    DetectSecrets,
    Trufflehog,
    GitGuardian,
    /// `noqa: secret`, `nosecret`.
    Noqa,
}

/// A comment that silences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mark {
    pub kind: MarkKind,
    /// The line that it stands on, from 1.
    pub line: u32,
    /// In a notebook: the number of the cell, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<usize>,
    /// The detectors that it names; empty: all.
    pub detectors: Vec<String>,
    /// What it says of why; of our own only.
    pub reason: String,
    /// The first and last line that it is about.
    #[serde(skip)]
    pub(crate) about: (u32, u32),
}

impl Mark {
    /// Whether it silences what this detector found on these lines.
    pub(crate) fn covers(&self, detector: &str, first: u32, last: u32) -> bool {
        let near = |line: u32| (self.about.0..=self.about.1).contains(&line);
        (near(first) || near(last))
            && (self.detectors.is_empty() || self.detectors.iter().any(|named| named == detector))
    }
}

/// The mark at a place of a line, if it stands in a comment and is about secrets. `known` says
/// whether something is a detector's id; marks about other findings are for others to read.
pub(crate) fn read(
    word: usize,
    line: &str,
    at: usize,
    number: u32,
    known: impl Fn(&str) -> bool,
) -> Option<Mark> {
    let (before, rest) = line.split_at_checked(at)?;
    let open = ["#", "//", "/*", "<!--", "--", "{#", ";", "%"]
        .iter()
        .filter_map(|mark| before.rfind(mark))
        .max()?;
    let alone = before
        .get(..open)?
        .trim_matches([' ', '\t', '<', '!', '#', '/', '*', '-', ';', '{', '%', '+'])
        .is_empty();
    let (mut detectors, mut reason) = (Vec::new(), String::new());
    if word == OURS {
        let rest = rest.get("runward:".len()..)?.trim_start();
        let rest = rest.strip_prefix("ignore")?.trim_start();
        let (named, after) = rest.strip_prefix('[')?.split_once(']')?;
        let mut all = false;
        let mut ours = false;
        for name in named.split(',').map(str::trim) {
            match name {
                "secret" | "secrets" => all = true,
                _ if known(name) => detectors.push(name.to_owned()),
                _ => continue,
            }
            ours = true;
        }
        if !ours {
            return None;
        }
        if all {
            detectors.clear();
        }
        let after = after.trim_start_matches([':', ' ', '\t']);
        let end = after.find("*/").or_else(|| after.find("-->"));
        let text = after.get(..end.unwrap_or(after.len()))?.trim();
        reason = text.chars().take(LONGEST_REASON).collect();
    }
    let kind = match word {
        OURS => MarkKind::Runward,
        1 => MarkKind::Gitleaks,
        2..=4 => MarkKind::DetectSecrets,
        5 => MarkKind::Trufflehog,
        6 => MarkKind::GitGuardian,
        _ => MarkKind::Noqa,
    };
    let about = match (word, alone) {
        (NEXT_LINE, _) => (number.saturating_add(1), number.saturating_add(1)),
        (_, true) => (number, number.saturating_add(1)),
        (_, false) => (number, number),
    };
    Some(Mark {
        kind,
        line: number,
        cell: None,
        detectors,
        reason,
        about,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> Option<Mark> {
        let (word, at) = WORDS
            .iter()
            .enumerate()
            .find_map(|(index, word)| line.find(word).map(|at| (index, at)))?;
        read(word, line, at, 7, |name| name == "jwt")
    }

    #[test]
    fn a_mark_says_what_and_why() {
        let mark = one("x = 1  # runward: ignore[secret] a test key, see #12").unwrap();
        assert_eq!(
            (mark.kind, mark.line, mark.about),
            (MarkKind::Runward, 7, (7, 7))
        );
        assert_eq!(
            (mark.detectors.len(), mark.reason.as_str()),
            (0, "a test key, see #12")
        );
        assert!(mark.covers("jwt", 7, 7) && !mark.covers("jwt", 8, 8));
        let mark = one("<!-- runward: ignore[jwt, sql-injection]: expired -->").unwrap();
        assert_eq!(
            (mark.detectors.as_slice(), mark.reason.as_str()),
            (&["jwt".to_owned()][..], "expired")
        );
        assert!(mark.covers("jwt", 8, 9) && !mark.covers("npm-token", 8, 9));
    }

    #[test]
    fn others_marks_are_honoured() {
        for (line, kind, about) in [
            ("k = 1 // gitleaks:allow", MarkKind::Gitleaks, (7, 7)),
            (
                "k: 1 # pragma: allowlist secret",
                MarkKind::DetectSecrets,
                (7, 7),
            ),
            (
                "# pragma: allowlist nextline secret",
                MarkKind::DetectSecrets,
                (8, 8),
            ),
            ("k: 1 # trufflehog:ignore", MarkKind::Trufflehog, (7, 7)),
            ("/* ggignore */", MarkKind::GitGuardian, (7, 8)),
            ("k = 1 # noqa: secret", MarkKind::Noqa, (7, 7)),
        ] {
            let mark = one(line).unwrap();
            assert_eq!((mark.kind, mark.about), (kind, about), "{line}");
        }
    }

    #[test]
    fn what_is_no_mark_about_secrets_is_left() {
        for line in [
            "text = 'gitleaks:allow'",
            "x # runward: ignore[sql-injection] constant",
            "x # runward: ignore[",
            "x # runward: ignore",
            "runward: ignore[secret]",
        ] {
            assert_eq!(one(line), None, "{line}");
        }
    }
}
