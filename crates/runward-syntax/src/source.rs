//! Places in a source text.

/// Bytes `start..end` of a source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    #[must_use]
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The bytes as a range, for slicing.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The text here; empty where the span is not within the source or cuts a character.
    #[must_use]
    pub fn text(self, source: &str) -> &str {
        source.get(self.range()).unwrap_or_default()
    }
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// Where the lines of a text begin.
#[derive(Debug, Clone)]
pub struct Lines {
    starts: Vec<u32>,
    /// Characters before every so many bytes, where not each byte is one: a position in a line of
    /// megabytes must not count that line.
    characters: Vec<u32>,
}

/// Bytes between two entries of [`Lines::characters`].
const STRIDE: usize = 1 << 10;

/// Characters that begin in some bytes.
fn begun(bytes: &[u8]) -> u32 {
    let count = bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl Lines {
    #[must_use]
    pub fn new(source: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(
            source
                .bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b'\n')
                .map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)),
        );
        let mut characters = Vec::new();
        if !source.is_ascii() {
            let mut before = 0_u32;
            for block in source.as_bytes().chunks(STRIDE) {
                characters.push(before);
                before = before.saturating_add(begun(block));
            }
        }
        Self { starts, characters }
    }

    /// The line (from 1) of a byte.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        let count = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The position of a byte of the text that these lines were made from.
    #[must_use]
    pub fn position(&self, source: &str, offset: u32) -> Position {
        let line = self.line(offset);
        let before = |offset| self.characters_before(source, offset);
        let column = before(offset).saturating_sub(before(self.start(line)));
        Position {
            line,
            column: column.saturating_add(1),
        }
    }

    fn characters_before(&self, source: &str, offset: u32) -> u32 {
        let at = (offset as usize).min(source.len());
        let Some(known) = self.characters.get(at / STRIDE) else {
            // Only ASCII, or right at the end of a last whole block.
            return self.characters.last().map_or(offset, |last| {
                let from = (self.characters.len() - 1) * STRIDE;
                last + begun(source.as_bytes().get(from..at).unwrap_or_default())
            });
        };
        let from = at / STRIDE * STRIDE;
        known + begun(source.as_bytes().get(from..at).unwrap_or_default())
    }

    /// The byte at which a line (from 1) begins.
    #[must_use]
    pub fn start(&self, line: u32) -> u32 {
        let index = (line as usize).saturating_sub(1);
        self.starts.get(index).copied().unwrap_or_default()
    }

    /// How many lines there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let text = "a\néb\n";
        let lines = Lines::new(text);
        assert_eq!(lines.position(text, 0), Position { line: 1, column: 1 });
        assert_eq!(lines.position(text, 4), Position { line: 2, column: 2 });
        assert_eq!(lines.position(text, 6), Position { line: 3, column: 1 });
    }

    proptest::proptest! {
        #[test]
        fn positions_are_those_of_counting(
            text in "[a-zé\u{4e00}\n]{0,3000}", at in 0_usize..4000,
        ) {
            let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            let before = text.get(..at).unwrap();
            let column = before.chars().rev().take_while(|letter| *letter != '\n').count() + 1;
            let wanted = (before.matches('\n').count() + 1, column);
            let found = Lines::new(&text).position(&text, u32::try_from(at).unwrap());
            proptest::prop_assert_eq!((found.line as usize, found.column as usize), wanted);
        }
    }
}
