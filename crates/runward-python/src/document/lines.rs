//! From byte offsets to line numbers.

/// Line numbers of a text, found without looking at more than one block of it per question.
#[derive(Debug)]
pub(crate) struct LineIndex<'a> {
    bytes: &'a [u8],
    /// Newlines before each block.
    before: Vec<usize>,
}

const BLOCK: usize = 2048;

/// Counts in bytes, which the compiler can do for many at once.
fn newlines(bytes: &[u8]) -> usize {
    bytes
        .chunks(255)
        .map(|part| {
            let count = part.iter().fold(0_u8, |count, byte| {
                count.wrapping_add(u8::from(*byte == b'\n'))
            });
            usize::from(count)
        })
        .sum()
}

impl<'a> LineIndex<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut total = 0;
        let before = bytes
            .chunks(BLOCK)
            .map(|block| {
                let here = total;
                total += newlines(block);
                here
            })
            .collect();
        Self { bytes, before }
    }

    /// The 1-based line of a byte offset; an offset past the end is on the last line.
    pub(crate) fn line(&self, at: usize) -> u32 {
        let at = at.min(self.bytes.len());
        let block = at / BLOCK;
        let start = block * BLOCK;
        let count = match self.before.get(block) {
            Some(before) => before + self.bytes.get(start..at).map_or(0, newlines),
            None => match self.before.last() {
                Some(last) => {
                    last + self
                        .bytes
                        .get((self.before.len() - 1) * BLOCK..)
                        .map_or(0, newlines)
                }
                None => 0,
            },
        };
        u32::try_from(count + 1).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_equal_a_plain_count(text in "(a|\n|é|.{0,300}){0,40}", at in 0usize..9000) {
            let index = LineIndex::new(&text);
            let bytes = text.as_bytes();
            let expected = String::from_utf8_lossy(&bytes[..at.min(bytes.len())]).matches('\n').count() + 1;
            prop_assert_eq!(index.line(at) as usize, expected);
        }
    }
}
