//! Lines of source around a match.

use runward_model::Frame;
use runward_syntax::{Lines, Span};

/// Lines that a frame shows at most; the middle of a longer match is left out of it.
const MOST_LINES: u32 = 12;
/// Characters of one line that are shown; a minified file has one line.
const MOST_CHARACTERS: usize = 240;

/// The lines of a span.
#[must_use]
pub(crate) fn frame(source: &str, lines: &Lines, span: Span) -> Frame {
    let first = lines.line(span.start);
    let last = lines.line(span.end.max(span.start + 1) - 1).max(first);
    let shown = (last - first + 1).min(MOST_LINES);
    Frame {
        first,
        lines: (first..first + shown)
            .map(|number| line(source, lines, number))
            .collect(),
        omitted: last - first + 1 - shown,
    }
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
}
