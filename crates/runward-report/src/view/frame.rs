//! Source lines of a match, cut to a width, with the part that matched told apart.

use runward_model::{CodeMatch, Location, Within};
use unicode_width::UnicodeWidthChar;

use crate::{clean, paint::width as width_of};

/// Cells from one stop of a tab to the next.
const TAB: usize = 4;
/// Cells of the text before a match that are kept where a line is too long.
const CONTEXT: usize = 24;

/// One line: its text is the three parts in a row, each harmless to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) number: u32,
    pub(crate) before: String,
    pub(crate) matched: String,
    pub(crate) after: String,
}

/// The lines of a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) lines: Vec<Line>,
    /// Lines of the match that are not shown.
    pub(crate) omitted: u32,
}

impl Frame {
    /// `12 | text`, and under a match in one line the carets.
    pub(crate) fn numbered(&self) -> Vec<String> {
        let digits = self
            .lines
            .last()
            .map_or(1, |line| line.number.to_string().len());
        let mut rows = Vec::new();
        for line in &self.lines {
            let text = [line.before.as_str(), &line.matched, &line.after].concat();
            rows.push(format!("{:>digits$} | {text}", line.number));
        }
        if let ([line], 0) = (self.lines.as_slice(), self.omitted) {
            rows.push(format!("{:>digits$} | {}", "", line.carets()));
        }
        if self.omitted > 0 {
            rows.push(format!("{:>digits$} … {} more lines", "", self.omitted));
        }
        rows
    }
}

impl Line {
    /// What stands under the match.
    pub(crate) fn carets(&self) -> String {
        let from = " ".repeat(width_of(&self.before));
        format!("{from}{}", "^".repeat(width_of(&self.matched).max(1)))
    }
}

/// The frame with lines of at most so many cells, and so many lines.
pub(crate) fn frame(code: &CodeMatch, place: &Location, cells: usize, most: usize) -> Frame {
    let lines: Vec<Line> = code
        .frame
        .lines
        .iter()
        .take(most)
        .zip(0_u32..)
        .map(|(text, down)| {
            line(
                text,
                code.frame.first.saturating_add(down),
                code.frame.within,
                place,
                cells,
            )
        })
        .collect();
    let left = code.frame.lines.len() - lines.len();
    Frame {
        lines,
        omitted: u32::try_from(left)
            .unwrap_or(u32::MAX)
            .saturating_add(code.frame.omitted),
    }
}

fn line(text: &str, number: u32, within: Option<Within>, place: &Location, cells: usize) -> Line {
    let text = text.trim_end();
    let indent = text.chars().take_while(|c| c.is_whitespace()).count();
    let (start, end) = (place.start, place.end);
    // Characters before the match, and before what comes after it.
    let from = match number.cmp(&start.line) {
        std::cmp::Ordering::Less => usize::MAX,
        std::cmp::Ordering::Equal => index(start.column),
        std::cmp::Ordering::Greater => indent,
    };
    let to = match number.cmp(&end.line) {
        std::cmp::Ordering::Less => usize::MAX,
        std::cmp::Ordering::Equal => index(end.column),
        std::cmp::Ordering::Greater => 0,
    };
    let (from, to) = match within {
        Some(within) => (index(within.start), index(within.end)),
        None => (from, to),
    };
    let mut parts = [const { Vec::new() }; 3];
    let mut column = 0;
    for (at, character) in text.chars().enumerate() {
        let shown = Shown::of(character, column);
        column += shown.cells;
        let [before, matched, after] = &mut parts;
        if at < from {
            before.push(shown);
        } else if at < to {
            matched.push(shown);
        } else {
            after.push(shown);
        }
    }
    cut(number, &parts, cells)
}

fn index(column: u32) -> usize {
    usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX)
}

/// A character as it is shown.
struct Shown {
    text: String,
    cells: usize,
}

impl Shown {
    fn of(character: char, column: usize) -> Self {
        if character == '\t' {
            let cells = TAB - column % TAB;
            return Self {
                text: " ".repeat(cells),
                cells,
            };
        }
        let mut text = String::new();
        clean::push(&mut text, character);
        let cells = match text.chars().count() {
            1 => UnicodeWidthChar::width(character).unwrap_or(0),
            // An escape, which is ASCII.
            several => several,
        };
        Self { text, cells }
    }
}

fn width(part: &[Shown]) -> usize {
    part.iter().map(|shown| shown.cells).sum()
}

/// Keeps the beginning of the match in sight: first what stands far before it is left out, then
/// what stands after the end of the line's room.
fn cut(number: u32, [before, matched, after]: &[Vec<Shown>; 3], cells: usize) -> Line {
    let cells = cells.max(CONTEXT * 2);
    let total = width(before) + width(matched) + width(after);
    let mut room = cells;
    let mut head = String::new();
    let mut kept = before.as_slice();
    if total > cells && width(before) + width(matched) > cells {
        let mut first = before.len();
        let mut used = 1;
        for shown in before.iter().rev() {
            used += shown.cells;
            if used > CONTEXT {
                break;
            }
            first -= 1;
        }
        kept = before.get(first..).unwrap_or_default();
        if first > 0 {
            head.push('…');
            room -= 1;
        }
    }
    let mut line = Line {
        number,
        before: head,
        matched: String::new(),
        after: String::new(),
    };
    let rest = width(kept) + width(matched) + width(after);
    // A cell for the ellipsis.
    let room = if rest > room { room - 1 } else { room };
    let mut used = 0;
    for (part, out) in [
        (kept, &mut line.before),
        (matched.as_slice(), &mut line.matched),
        (after.as_slice(), &mut line.after),
    ] {
        for shown in part {
            if used > room {
                break;
            }
            used += shown.cells;
            out.push_str(if used > room { "…" } else { &shown.text });
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use runward_model::Position;

    use super::*;
    use crate::clean::is_unsafe;

    fn place(start: (u32, u32), end: (u32, u32)) -> Location {
        let at = |(line, column)| Position { line, column };
        Location {
            path: "a.py".to_owned(),
            start: at(start),
            end: at(end),
        }
    }

    fn parts(line: &Line) -> [&str; 3] {
        [&line.before, &line.matched, &line.after]
    }

    #[test]
    fn the_match_is_told_from_the_rest() {
        let one = place((3, 5), (3, 8));
        assert_eq!(
            parts(&line("x = f(1)  ", 3, None, &one, 80)),
            ["x = ", "f(1", ")"]
        );
        // Tabs and escapes have the width that is shown.
        assert_eq!(
            parts(&line("\ta\u{202e}f(1)", 3, None, &one, 80)),
            ["    a\\u{202e}f", "(1)", ""]
        );
        let several = place((3, 5), (5, 2));
        assert_eq!(
            parts(&line("x = f(", 3, None, &several, 80)),
            ["x = ", "f(", ""]
        );
        assert_eq!(
            parts(&line("  1,", 4, None, &several, 80)),
            ["  ", "1,", ""]
        );
        assert_eq!(
            parts(&line("); y", 5, None, &several, 80)),
            ["", ")", "; y"]
        );
        // The frame of a long line may end before the match begins.
        assert_eq!(parts(&line("ab…", 3, None, &one, 80)), ["ab…", "", ""]);
    }

    #[test]
    fn a_long_line_is_cut_around_the_match() {
        let text = format!("{}MATCH{}", "a".repeat(300), "b".repeat(300));
        let made = line(&text, 1, None, &place((1, 301), (1, 306)), 60);
        assert!(made.before.starts_with('…') && made.before.len() < 40);
        assert_eq!(made.matched, "MATCH");
        assert!(made.after.ends_with('…'));
        let made = line(&text, 1, None, &place((1, 1), (1, 606)), 60);
        assert!(made.matched.ends_with('…') && made.after.is_empty());
    }

    proptest! {
        #[test]
        fn any_line_is_harmless_and_short(
            text in any::<String>(),
            start in 0_u32..40,
            end in 0_u32..60,
            cells in 0_usize..90,
        ) {
            let made = line(&text, 1, None, &place((1, start), (1, end)), cells);
            let whole = parts(&made).concat();
            prop_assert!(!whole.contains(is_unsafe));
            let used: usize = whole.chars().filter_map(UnicodeWidthChar::width).sum();
            prop_assert!(used <= cells.max(CONTEXT * 2) + 1, "{}", used);
        }
    }
}
