//! What is wrong with a rule, and where.

use std::fmt::{self, Write};
use std::sync::Arc;

use runward_syntax::{Position, Span};

use crate::{RuleId, Source};

/// What is wrong with a rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    /// A stable short name, such as `unknown-key`.
    pub code: &'static str,
    /// The rule, where the problem is within one that has an id.
    pub rule: Option<RuleId>,
    /// Lower case, no full stop.
    pub message: String,
    pub source: Arc<Source>,
    pub span: Span,
    /// What to do next; may have several lines.
    pub help: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The rule is run, but perhaps not as meant.
    Warning,
    /// The rule is sound, but not run here.
    Refused,
    /// The rule is wrong, and not run.
    Error,
}

impl ProblemKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Refused => "refused",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.head(self.position(), f)
    }
}

/// Characters shown of a line, so that a file of one line stays readable.
const WIDTH: usize = 120;

impl Problem {
    /// Where it begins.
    #[must_use]
    pub fn position(&self) -> Position {
        let text = &self.source.text;
        let before = text.get(..self.span.start as usize).unwrap_or(text);
        let last = before.rsplit('\n').next().unwrap_or_default();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
        Position {
            line: number(newlines(before)),
            column: number(last.chars().count()),
        }
    }

    /// The first line of what is told.
    fn head(&self, position: Position, out: &mut impl Write) -> fmt::Result {
        let Position { line, column } = position;
        let (path, kind) = (clean(&self.source.path), self.kind);
        write!(out, "{path}:{line}:{column}: {kind}: ")?;
        out.write_str(&clean(&self.message))
    }

    /// The whole line that it begins on.
    fn line(&self) -> &str {
        let text = &self.source.text;
        let (before, after) = text
            .split_at_checked(self.span.start as usize)
            .unwrap_or((text, ""));
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = after.find('\n').map_or(text.len(), |at| before.len() + at);
        text.get(start..end)
            .unwrap_or_default()
            .trim_end_matches('\r')
    }

    /// `file:line:column: kind: message`, the line with a caret, and the help. No line break at the
    /// end, no colours, no control characters of the file.
    #[must_use]
    pub fn render(&self) -> String {
        let position = self.position();
        let mut out = String::new();
        let _ = self.head(position, &mut out);
        if let Some(rule) = &self.rule {
            let _ = write!(out, " (rule `{}`)", clean(rule));
        }
        let Position { line, column } = position;
        let text = self.line();
        let before = (column as usize).saturating_sub(1);
        // A window on a long line, with the caret in it.
        let skipped = if before < WIDTH {
            0
        } else {
            before - WIDTH / 2
        };
        let shown: String = text
            .chars()
            .skip(skipped)
            .take(WIDTH)
            .map(visible)
            .collect();
        let shown = shown.trim_end();
        let length = self
            .span
            .text(&self.source.text)
            .lines()
            .next()
            .unwrap_or("")
            .chars()
            .count();
        let room = shown.chars().count().saturating_sub(before - skipped);
        let carets = "^".repeat(length.min(room).max(1));
        let (number, pad) = (line.to_string(), " ".repeat(before - skipped));
        let gutter = " ".repeat(number.len());
        let _ = write!(
            out,
            "\n{gutter} |\n{number} | {shown}\n{gutter} | {pad}{carets}"
        );
        if let Some(help) = &self.help {
            for (index, line) in help.lines().enumerate() {
                let lead = if index == 0 { "help: " } else { "      " };
                let _ = write!(out, "\n{lead}{}", clean(line));
            }
        }
        out
    }
}

/// Counted byte by byte, which runs many at a time: a file of megabytes may have a thousand
/// problems, and a search for the next line end in each would take seconds.
fn newlines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

fn visible(character: char) -> char {
    match character {
        '\t' => ' ',
        other if other.is_control() || is_direction(other) => '\u{fffd}',
        other => other,
    }
}

/// Characters that reorder what a terminal shows.
fn is_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// On one line and without control characters.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(visible).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str, span: Span) -> Problem {
        Problem {
            kind: ProblemKind::Error,
            code: "unknown-key",
            rule: Some("r".into()),
            message: "`b` is no key here".to_owned(),
            source: Arc::new(Source {
                path: "a.yml".to_owned(),
                text: text.to_owned(),
            }),
            span,
            help: Some("did you mean `c`?".to_owned()),
        }
    }

    #[test]
    fn it_shows_file_line_caret_and_help() {
        let shown = problem("é: 1\n  bb: 2\n", Span::new(8, 10)).render();
        assert_eq!(
            shown,
            "a.yml:2:3: error: `b` is no key here (rule `r`)\n  |\n2 |   bb: 2\n  |   ^^\nhelp: did you mean `c`?"
        );
    }

    #[test]
    fn a_long_line_is_cut_and_control_characters_are_not_shown() {
        let text = format!("{}\u{1b}[31mhere", "x".repeat(5_000));
        let shown = problem(&text, Span::new(5_001, 5_005)).render();
        assert!(!shown.contains('\u{1b}'));
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[2].len() < 200, "{}", lines[2]);
        assert_eq!(
            lines[3].find('^'),
            lines[2].replace('\u{fffd}', "?").find("[31m")
        );
    }

    #[test]
    fn lines_and_characters_are_counted_from_one() {
        let at = |start| problem("a\n\u{e9}\u{e9}b\n\nc", Span::new(start, start)).position();
        let places = [
            (0, (1, 1)),
            (2, (2, 1)),
            (6, (2, 3)),
            (8, (3, 1)),
            (9, (4, 1)),
            (10, (4, 2)),
        ];
        for (start, (line, column)) in places {
            assert_eq!(at(start), Position { line, column }, "{start}");
        }
    }

    #[test]
    fn a_place_beyond_the_text_is_no_panic() {
        assert!(!problem("", Span::new(7, 9)).render().is_empty());
        assert!(!problem("a: é", Span::new(4, 5)).render().is_empty());
    }
}
