//! Byte offsets to lines and columns.

/// The line starts of one text.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self { text, starts }
    }

    /// The 1-based line of a byte offset; past the end counts as the end.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        saturate(self.starts.partition_point(|start| *start <= offset).max(1))
    }

    /// The 1-based column of a byte offset, in characters. Linear in the line's length.
    pub(crate) fn column(&self, offset: usize) -> u32 {
        let after = self.starts.partition_point(|start| *start <= offset);
        let start = after
            .checked_sub(1)
            .and_then(|line| self.starts.get(line).copied())
            .unwrap_or(0);
        let before = self.text.get(start..offset.min(self.text.len()));
        saturate(before.map_or(0, |before| before.chars().count()) + 1)
    }
}

fn saturate(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_and_columns_start_at_one() {
        let lines = Lines::new("a\nbé = 1\n");
        assert_eq!((lines.line(0), lines.column(0)), (1, 1));
        assert_eq!((lines.line(2), lines.column(2)), (2, 1));
        assert_eq!((lines.line(6), lines.column(6)), (2, 4));
        assert_eq!(lines.line(1000), 3);
    }

    proptest! {
        #[test]
        fn agrees_with_counting(text in "[a\né]{0,40}", offset in 0usize..60) {
            let lines = Lines::new(&text);
            if let Some(before) = text.get(..offset) {
                prop_assert_eq!(lines.line(offset) as usize, before.matches('\n').count() + 1);
                let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
                prop_assert_eq!(lines.column(offset) as usize, column);
            }
            let _ = lines.column(offset);
        }
    }
}
