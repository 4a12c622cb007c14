//! Lines of source around a match.

use runward_model::{Frame, Within};
use runward_syntax::{Lines, Span};

/// Lines that a frame shows at most; the middle of a longer match is left out of it.
const MOST_LINES: u32 = 12;
/// Characters of one line that are shown; a minified file has one line.
const MOST_CHARACTERS: usize = 240;

/// Characters that are shown before a match far into such a line.
const MOST_BEFORE: usize = 60;

/// The lines of a span.
#[must_use]
pub(crate) fn frame(source: &str, lines: &Lines, span: Span) -> Frame {
    let first = lines.line(span.start);
    let last = lines.line(span.end.max(span.start + 1) - 1).max(first);
    if first == last
        && let Some((line, within)) = far_into(source, lines.start(first), span)
    {
        return Frame {
            first,
            lines: vec![line],
            omitted: 0,
            within: Some(within),
        };
    }
    let shown = (last - first + 1).min(MOST_LINES);
    Frame {
        first,
        lines: (first..first + shown)
            .map(|number| line(source, lines, number))
            .collect(),
        omitted: last - first + 1 - shown,
        within: None,
    }
}

/// The part of a very long line that has the match, which the beginning of the line would not have.
/// It looks at no more of the line than it shows: there may be a match every few bytes.
fn far_into(source: &str, start: u32, span: Span) -> Option<(String, Within)> {
    let begins = |from: usize| {
        let rest = source.get(from..).unwrap_or_default();
        let shown = rest.char_indices().take_while(|(_, c)| *c != '\n');
        shown.map(move |(at, c)| (from + at, c))
    };
    let (start, end) = (start as usize, span.end as usize);
    let shown = begins(start).take(MOST_CHARACTERS).last();
    if shown.is_none_or(|(at, last)| end <= at + last.len_utf8()) {
        return None;
    }
    let before = source.get(start..span.start as usize)?;
    let from = before.char_indices().rev().take(MOST_BEFORE).last();
    let from = start + from.map_or(0, |(at, _)| at);
    if from == start {
        return None;
    }
    let (mut line, mut within) = (String::from("…"), Within { start: 2, end: 2 });
    for (count, (at, character)) in begins(from).enumerate() {
        if count == MOST_CHARACTERS {
            line.push('…');
            break;
        }
        line.push(character);
        within.start += u32::from(at < span.start as usize);
        within.end += u32::from(at < end);
    }
    if line.ends_with('\r') {
        line.pop();
    }
    Some((line, within))
}

/// One line without its end, cut where it is very long.
#[must_use]
pub(crate) fn line(source: &str, lines: &Lines, number: u32) -> String {
    let start = lines.start(number) as usize;
    let rest = source.get(start..).unwrap_or_default();
    let (mut text, mut long) = (String::new(), false);
    for (count, character) in rest.chars().take_while(|c| *c != '\n').enumerate() {
        if count == MOST_CHARACTERS {
            long = true;
            break;
        }
        text.push(character);
    }
    if long {
        text.push('…');
    } else if text.ends_with('\r') {
        text.pop();
    }
    text
}

/// A text on one line, at most so many characters long.
#[must_use]
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        let space = (!line.is_empty()).then_some(' ');
        for character in space.into_iter().chain(word.chars()) {
            if count == most {
                line.push('…');
                return line;
            }
            line.push(character);
            count += 1;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_has_the_lines_of_its_span() {
        let source = "one\r\ntwo\nthree\n";
        let lines = Lines::new(source);
        let made = frame(source, &lines, Span::new(1, 7));
        assert_eq!(
            (made.first, made.lines, made.omitted),
            (1, vec!["one".into(), "two".into()], 0)
        );
        // A span that ends with its line end does not show the next line.
        assert_eq!(frame(source, &lines, Span::new(5, 9)).lines, ["two"]);
        let long = "x\n".repeat(40);
        let made = frame(&long, &Lines::new(&long), Span::new(0, 80));
        assert_eq!((made.lines.len(), made.omitted), (12, 28));
        assert_eq!(one_line("a\n   b", 10), "a b");
        assert_eq!(one_line("abcdef", 3), "abc…");
    }
    #[test]
    fn a_match_far_into_a_line_is_shown_with_what_is_around_it() {
        let source = format!("{}eval(é){}\nx\n", "a;".repeat(500), ";b".repeat(500));
        let lines = Lines::new(&source);
        let made = frame(&source, &lines, Span::new(1000, 1008));
        let (line, within) = (&made.lines[0], made.within.unwrap());
        let shown: String = line
            .chars()
            .skip(within.start as usize - 1)
            .take((within.end - within.start) as usize)
            .collect();
        assert_eq!(shown, "eval(é)");
        assert!(line.starts_with("…a;") && line.ends_with('…'));
        assert_eq!(line.chars().count(), MOST_CHARACTERS + 2);
        // One that is seen in the beginning of its line, and one that is all of it.
        for span in [Span::new(0, 3), Span::new(0, 1500)] {
            let made = frame(&source, &lines, span);
            assert!(made.within.is_none() && made.lines[0].starts_with("a;a;"));
        }
        // The end of a line is not passed.
        let short = format!("{}eval(x)\r\ny\n", "a".repeat(300));
        let made = frame(&short, &Lines::new(&short), Span::new(300, 307));
        assert!(made.lines[0].ends_with("eval(x)"));
    }
}
