//! Decisions written in the code: `# nosec`, `# nosemgrep`, `# runward: ignore[rule] reason`.

use runward_model::NotCovered;

/// A marker in a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marker {
    pub(crate) tool: Tool,
    /// The line that it is on, from 1.
    pub(crate) line: u32,
    /// It is alone on its line, so that it is about the next one too.
    pub(crate) alone: bool,
    /// What it names; empty: everything.
    pub(crate) rules: Vec<String>,
    /// What follows, of `runward: ignore`.
    pub(crate) reason: String,
}

/// Whose marker it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Tool {
    /// Bandit's `nosec`: about rules that carry a Bandit id.
    Nosec,
    Nosemgrep,
    Runward,
}

impl Tool {
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Nosec => "nosec",
            Self::Nosemgrep => "nosemgrep",
            Self::Runward => "runward: ignore",
        }
    }
}

/// What a marker is compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) rule: &'a str,
    /// `B602` and the like, without the tool's name.
    pub(crate) bandit: &'a [String],
    /// The first and the last line of the match.
    pub(crate) lines: (u32, u32),
}

impl Marker {
    /// Whether this marker silences a finding.
    #[must_use]
    pub(crate) fn covers(&self, seen: &Seen<'_>) -> bool {
        self.is_near(seen.lines) && self.names(seen)
    }

    fn is_near(&self, (first, last): (u32, u32)) -> bool {
        match self.tool {
            // Bandit looks at every line of the statement.
            Tool::Nosec => (first..=last).contains(&self.line),
            Tool::Nosemgrep | Tool::Runward => {
                self.line == first || (self.alone && self.line.saturating_add(1) == first)
            }
        }
    }

    fn names(&self, seen: &Seen<'_>) -> bool {
        match self.tool {
            Tool::Nosec => {
                !seen.bandit.is_empty()
                    && (self.rules.is_empty()
                        || self.rules.iter().any(|named| is_any(named, seen.bandit)))
            }
            Tool::Nosemgrep => {
                self.rules.is_empty() || self.rules.iter().any(|named| is_rule(named, seen.rule))
            }
            Tool::Runward => {
                self.rules.is_empty()
                    || self.rules.iter().any(|named| {
                        named == "*" || is_rule(named, seen.rule) || is_any(named, seen.bandit)
                    })
            }
        }
    }
}

fn is_any(named: &str, ids: &[String]) -> bool {
    ids.iter().any(|id| id.eq_ignore_ascii_case(named))
}

/// Semgrep lets a marker name a rule by its id with or without the path of its file in front.
fn is_rule(named: &str, rule: &str) -> bool {
    let ends = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|front| front.is_empty() || front.ends_with('.'))
    };
    ends(rule, named) || ends(named, rule)
}

/// Every marker of a source text. What looks like one and cannot be read is said.
#[must_use]
pub(crate) fn markers(path: &str, source: &str) -> (Vec<Marker>, Vec<NotCovered>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    if !may_have_one(source) {
        return (found, problems);
    }
    for (index, line) in source.lines().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        for (at, tool) in words(line) {
            let Some((before, after)) = in_comment(line, at, tool) else {
                continue;
            };
            let alone = before.trim().is_empty();
            let (rules, reason) = match tool {
                Tool::Nosec => (
                    ids(after, |c: char| c.is_whitespace() || c == ','),
                    String::new(),
                ),
                Tool::Nosemgrep => (ids(after, |c: char| c == ','), String::new()),
                Tool::Runward => match bracketed(after) {
                    Ok(read) => read,
                    Err(reason) => {
                        problems.push(NotCovered::at(path, number, reason));
                        continue;
                    }
                },
            };
            found.push(Marker {
                tool,
                line: number,
                alone,
                rules,
                reason,
            });
        }
    }
    (found, problems)
}

/// Whether there is anything that looks like a marker.
#[must_use]
pub(crate) fn may_have_one(source: &str) -> bool {
    let has = |word: &str| memchr::memmem::find(source.as_bytes(), word.as_bytes()).is_some();
    has("nose") || has("runward:")
}

/// Where a marker's word stands in a line.
fn words(line: &str) -> impl Iterator<Item = (usize, Tool)> + '_ {
    let each = |word: &'static str, tool: Tool| {
        line.match_indices(word)
            .map(move |(at, _)| (at, tool))
            .take(1)
    };
    each("nosec", Tool::Nosec)
        .chain(each("nosem", Tool::Nosemgrep))
        .chain(each("runward:", Tool::Runward))
}

/// The text before the comment and the text after the marker's word, if the word opens a comment
/// or stands in one.
fn in_comment(line: &str, at: usize, tool: Tool) -> Option<(&str, &str)> {
    let (before, rest) = line.split_at_checked(at)?;
    let open = ["#", "//", "/*", "<!--", "--", "{#", ";"]
        .iter()
        .filter_map(|mark| before.rfind(mark))
        .min()?;
    let between = before.get(open..)?;
    let opens = between
        .trim_start_matches(['#', '/', '*', '<', '!', '-', '{', ';'])
        .trim()
        .is_empty();
    let after = match tool {
        Tool::Nosec => rest.strip_prefix("nosec")?,
        Tool::Nosemgrep => rest
            .strip_prefix("nosemgrep")
            .or_else(|| rest.strip_prefix("nosem"))?,
        Tool::Runward => rest
            .strip_prefix("runward:")?
            .trim_start()
            .strip_prefix("ignore")?,
    };
    let ends_word = after
        .chars()
        .next()
        .is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '-');
    // A second marker may follow the first in one comment: `# noqa # nosec`, `# nosec, nosemgrep`.
    let follows =
        opens || between.contains("nosec") || between.contains("nosem") || between.contains("noqa");
    (follows && ends_word).then(|| (before.get(..open).unwrap_or_default(), after))
}

/// `: a, b` or nothing.
fn ids(after: &str, separator: impl Fn(char) -> bool) -> Vec<String> {
    let end = after
        .find("*/")
        .or_else(|| after.find("-->"))
        .or_else(|| after.find('#'));
    let text = after
        .get(..end.unwrap_or(after.len()))
        .unwrap_or(after)
        .trim();
    let text = text.strip_prefix(':').unwrap_or(text);
    text.split(separator)
        .filter_map(|id| id.split_whitespace().next())
        .filter(|id| {
            id.chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'))
        })
        .map(str::to_owned)
        .collect()
}

/// `[rule, rule] reason` or ` reason`.
fn bracketed(after: &str) -> Result<(Vec<String>, String), String> {
    let clean = |text: &str| {
        text.trim()
            .trim_end_matches("*/")
            .trim_end_matches("-->")
            .trim()
            .trim_start_matches([':', '-', '–'])
            .trim()
            .to_owned()
    };
    let Some(rest) = after.trim_start().strip_prefix('[') else {
        return Ok((Vec::new(), clean(after)));
    };
    let Some((inside, reason)) = rest.split_once(']') else {
        return Err(
            "the comment `runward: ignore[` has no `]`, so it silences nothing; write \
             `runward: ignore[rule] reason`"
                .to_owned(),
        );
    };
    let rules = inside
        .split(',')
        .map(|rule| rule.trim().to_owned())
        .filter(|rule| !rule.is_empty())
        .collect();
    Ok((rules, clean(reason)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(line: &str) -> Marker {
        let (found, problems) = markers("a.py", line);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        found.into_iter().next().unwrap()
    }

    fn seen<'a>(rule: &'a str, bandit: &'a [String], line: u32) -> Seen<'a> {
        Seen {
            rule,
            bandit,
            lines: (line, line),
        }
    }

    #[test]
    fn nosec_is_about_rules_with_a_bandit_id() {
        let ids = ["B602".to_owned()];
        let all = one("run(x)  # nosec");
        assert!(all.covers(&seen("shell", &ids, 1)));
        assert!(!all.covers(&seen("shell", &[], 1)));
        let named = one("run(x)  # nosec B101, B602");
        assert!(named.covers(&seen("shell", &ids, 1)));
        assert!(!one("run(x) # nosec: B101").covers(&seen("shell", &ids, 1)));
        let far = Seen {
            rule: "r",
            bandit: &ids,
            lines: (1, 3),
        };
        let (found, _) = markers("a.py", "a(\n b, # nosec\n)");
        assert!(found[0].covers(&far));
    }

    #[test]
    fn nosemgrep_names_rules_by_the_end_of_their_id() {
        let named = one("x = eval(y) # nosemgrep: rules.python.eval-use, other");
        assert!(named.covers(&seen("eval-use", &[], 1)));
        assert!(named.covers(&seen("python.other", &[], 1)));
        assert!(!named.covers(&seen("use", &[], 1)));
        assert!(one("eval(y) // nosem").covers(&seen("any", &[], 1)));
        let alone = one("  # nosemgrep: a");
        assert!(alone.covers(&seen("a", &[], 2)) && alone.covers(&seen("a", &[], 1)));
        assert!(!one("x # nosemgrep: a").covers(&seen("a", &[], 2)));
    }

    #[test]
    fn our_own_marker_has_rules_and_a_reason() {
        let marker = one("x # runward: ignore[sql-injection, B608] the table name is a constant");
        assert_eq!(marker.rules, ["sql-injection", "B608"]);
        assert_eq!(marker.reason, "the table name is a constant");
        assert_eq!(one("/* runward: ignore[a]: tested */").reason, "tested");
        assert!(one("# runward: ignore").rules.is_empty());
        let (found, problems) = markers("a.py", "x # runward: ignore[oops");
        assert!(found.is_empty());
        assert_eq!(problems[0].line, Some(1));
    }

    #[test]
    fn words_outside_comments_are_no_markers() {
        for line in [
            "nosec = 1",
            "print('nosemgrep')",
            "# see nosecure",
            "insert('runward: ignore')",
        ] {
            assert!(markers("a.py", line).0.is_empty(), "{line}");
        }
        assert_eq!(markers("a.py", "x # noqa: S101 # nosec").0.len(), 1);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(?s).{0,200}") {
            let _ = markers("a", &text);
        }

        #[test]
        fn any_marker_like_text_is_read(text in "[#/* ]{0,4}(nosec|nosemgrep|nosem|runward: ignore)[\\[\\]:, a-z*/-]{0,20}") {
            let _ = markers("a", &text);
        }
    }
}
