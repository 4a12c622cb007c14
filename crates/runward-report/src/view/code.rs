//! What a finding in code shows: its lines, what stands for what, the way of a value, the fix.

use runward_model::{CodeMatch, Edit, Finding, Location};

use super::{
    frame::{Frame, frame},
    item::is_web_link,
};
use crate::clean::{clean, clean_lines, clip, shown};

const MAX_MESSAGE: usize = 2_000;
const MAX_LINES: usize = 24;
const MAX_VALUES: usize = 40;
const MAX_STEPS: usize = 60;
const MAX_REFERENCES: usize = 8;
/// Characters of a value, a step's code and a weakness.
const MAX_VALUE: usize = 80;
const MAX_WEAKNESS: usize = 120;

/// A finding in code as a report shows it.
pub(crate) struct Code {
    pub(crate) message: String,
    /// The message without the title, which is often its first sentence.
    pub(crate) more: String,
    /// `app.py:12:5`.
    pub(crate) place: String,
    pub(crate) symbol: Option<String>,
    pub(crate) frame: Frame,
    /// `$X` and what it stands for.
    pub(crate) values: Vec<(String, String)>,
    pub(crate) trace: Vec<Step>,
    /// Steps that are left out of a very long way.
    pub(crate) more_steps: usize,
    pub(crate) fix: Option<Diff>,
    /// `CWE-89: …`, `A03:2021 - Injection`, `bandit:B608`.
    pub(crate) weaknesses: Vec<String>,
    /// Web links only.
    pub(crate) references: Vec<String>,
}

/// A station of a value.
pub(crate) struct Step {
    pub(crate) kind: &'static str,
    /// `app.py:12`.
    pub(crate) place: String,
    pub(crate) code: String,
}

/// What a fix changes, in whole lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Diff {
    /// Empty where the lines are not known in full.
    pub(crate) removed: Vec<String>,
    /// Empty where the fix takes lines away.
    pub(crate) added: Vec<String>,
}

impl Diff {
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        let nothing = self.removed.is_empty() && self.added.is_empty();
        let removed = self.removed.iter().map(|line| format!("- {line}"));
        let unknown = nothing.then(|| "- …".to_owned());
        removed
            .chain(unknown)
            .chain(self.added.iter().map(|line| format!("+ {line}")))
    }
}

impl Code {
    /// Lines of code are cut to so many cells.
    pub(crate) fn of(finding: &Finding, cells: usize) -> Option<Self> {
        let code = finding.code.as_ref()?;
        let message = clip(clean_lines(&code.message).trim(), MAX_MESSAGE);
        Some(Self {
            more: after_title(&message, &shown(&finding.title)),
            message,
            place: place(&finding.location),
            symbol: code.symbol.as_deref().map(shown),
            frame: frame(code, &finding.location, cells, MAX_LINES),
            values: code
                .metavars
                .iter()
                .take(MAX_VALUES)
                .map(|(name, bound)| (short(name), short(&bound.value)))
                .collect(),
            trace: code
                .trace
                .iter()
                .take(MAX_STEPS)
                .map(|step| Step {
                    kind: step.kind.as_str(),
                    place: format!(
                        "{}:{}",
                        shown(&step.location.path),
                        step.location.start.line
                    ),
                    code: short(&step.code),
                })
                .collect(),
            more_steps: code.trace.len().saturating_sub(MAX_STEPS),
            fix: code
                .fix
                .as_ref()
                .map(|fix| diff(code, &finding.location, fix, cells)),
            weaknesses: code
                .cwe
                .iter()
                .chain(&code.owasp)
                .chain(&code.aliases)
                .map(|weakness| clip(&clean(weakness), MAX_WEAKNESS))
                .collect(),
            references: code
                .references
                .iter()
                .filter(|link| is_web_link(link))
                .take(MAX_REFERENCES)
                .cloned()
                .collect(),
        })
    }
}

/// What a message says besides the title.
fn after_title(message: &str, title: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let (title, cut) = match title.strip_suffix('…') {
        Some(start) => (start, true),
        None => (title, false),
    };
    match line.strip_prefix(title.trim_end()) {
        Some(rest) if cut => format!("… {}", rest.trim_start()),
        Some(rest) => rest.trim_start_matches(['.', ' ']).to_owned(),
        None => message.to_owned(),
    }
}

/// `app.py:12:5`.
pub(crate) fn place(location: &Location) -> String {
    format!(
        "{}:{}:{}",
        shown(&location.path),
        location.start.line,
        location.start.column
    )
}

fn short(text: &str) -> String {
    clip(&clean(text), MAX_VALUE)
}

/// Whether the edit replaces just what matched; `None` where the frame does not hold all of it.
///
/// An edit counts bytes and a location lines and columns; without the file, the length of the
/// matched text is what they have in common.
pub(crate) fn replaces_match(code: &CodeMatch, place: &Location, edit: &Edit) -> Option<bool> {
    let (_, matched, _) = matched(code, place)?;
    let bytes = usize::try_from(edit.end.checked_sub(edit.start)?).ok()?;
    let breaks = matched.matches('\n').count();
    // Line ends are not in the frame: they may be one byte or two.
    Some(bytes == matched.len() || bytes == matched.len() + breaks)
}

/// What stands before the match in its first line, the match, and what stands after it in its
/// last; `None` where the frame does not hold them in full.
pub(crate) fn matched<'a>(
    code: &'a CodeMatch,
    place: &Location,
) -> Option<(&'a str, String, &'a str)> {
    let frame = &code.frame;
    let down = |line: u32| usize::try_from(line.checked_sub(frame.first)?).ok();
    let (first, last) = (down(place.start.line)?, down(place.end.line)?);
    let lines = frame.lines.get(first..=last)?;
    let (start, end) = (
        byte(lines.first()?, place.start.column)?,
        byte(lines.last()?, place.end.column)?,
    );
    let before = lines.first()?.get(..start)?;
    let after = lines.last()?.get(end..)?;
    let whole = lines.join("\n");
    let matched = whole.get(start..whole.len().checked_sub(after.len())?)?;
    Some((before, matched.to_owned(), after))
}

/// Where a column begins.
fn byte(line: &str, column: u32) -> Option<usize> {
    let at = usize::try_from(column.checked_sub(1)?).ok()?;
    line.char_indices()
        .map(|(byte, _)| byte)
        .chain([line.len()])
        .nth(at)
}

fn diff(code: &CodeMatch, place: &Location, edit: &Edit, cells: usize) -> Diff {
    let parts = matched(code, place);
    let known = parts.filter(|_| replaces_match(code, place, edit) == Some(true));
    let Some((before, matched, after)) = known else {
        return Diff {
            removed: Vec::new(),
            added: lines(&edit.text, cells),
        };
    };
    Diff {
        removed: lines(&format!("{before}{matched}{after}"), cells),
        added: lines(&format!("{before}{}{after}", edit.text), cells),
    }
}

/// Harmless lines, without those at the end that are empty.
fn lines(text: &str, cells: usize) -> Vec<String> {
    let text = text.trim_end();
    let mut lines: Vec<String> = text
        .lines()
        .take(MAX_LINES)
        .map(|line| {
            let line = line.replace('\t', "    ");
            clip(&clean(&line), cells)
        })
        .collect();
    if text.lines().nth(MAX_LINES).is_some() {
        lines.push("…".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use runward_model::Position;

    use super::*;

    fn code(lines: &[&str]) -> CodeMatch {
        CodeMatch {
            message: String::new(),
            symbol: None,
            frame: runward_model::Frame {
                first: 7,
                lines: lines.iter().map(ToString::to_string).collect(),
                omitted: 0,
                within: None,
            },
            metavars: BTreeMap::new(),
            trace: Vec::new(),
            fix: None,
            cwe: Vec::new(),
            owasp: Vec::new(),
            references: Vec::new(),
            aliases: Vec::new(),
        }
    }

    fn at(start: (u32, u32), end: (u32, u32)) -> Location {
        let position = |(line, column)| Position { line, column };
        Location {
            path: "a.py".to_owned(),
            start: position(start),
            end: position(end),
        }
    }

    fn edit(bytes: u32, text: &str) -> Edit {
        Edit {
            start: 100,
            end: 100 + bytes,
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_message_does_not_say_the_title_again() {
        assert_eq!(
            after_title("Runs `eval`. Do\nnot.", "Runs `eval`"),
            "Do not."
        );
        assert_eq!(after_title("Only one.", "Only one"), "");
        assert_eq!(
            after_title("A long one goes on", "A long…"),
            "… one goes on"
        );
        assert_eq!(after_title("Runs it", "another"), "Runs it");
    }

    #[test]
    fn a_fix_is_shown_in_whole_lines() {
        let one = code(&["é = f(1)"]);
        let made = diff(&one, &at((7, 5), (7, 9)), &edit(4, "g(1)"), 80);
        assert_eq!(made.removed, ["é = f(1)"]);
        assert_eq!(made.added, ["é = g(1)"]);
        let two = code(&["  f(", "    1) # x"]);
        for bytes in [9, 10] {
            let made = diff(&two, &at((7, 3), (8, 7)), &edit(bytes, "g()"), 80);
            assert_eq!(made.removed, ["  f(", "    1) # x"]);
            assert_eq!(made.added, ["  g() # x"]);
        }
    }

    #[test]
    fn lines_that_are_not_known_are_not_guessed() {
        let one = code(&["x = f(1)"]);
        // Another length, a line beyond the frame, a column beyond the line.
        for (place, bytes) in [
            (at((7, 5), (7, 9)), 5),
            (at((7, 5), (8, 2)), 4),
            (at((7, 5), (7, 99)), 4),
            (at((1, 5), (7, 9)), 4),
            (at((7, 9), (7, 5)), 4),
            (at((7, 0), (7, 5)), 4),
        ] {
            let made = diff(&one, &place, &edit(bytes, "g(1)"), 80);
            assert!(made.removed.is_empty(), "{place:?}");
            assert_eq!(made.added, ["g(1)"]);
        }
    }
}
