//! Line numbers of ascending offsets, each byte counted once.

#[derive(Debug)]
pub(crate) struct Lines<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    /// `line` is that of the first byte.
    pub(crate) fn new(bytes: &'a [u8], line: u32) -> Self {
        Self {
            bytes,
            offset: 0,
            line,
        }
    }

    /// The line at an offset; an offset before the last one asked for has that one's line.
    pub(crate) fn at(&mut self, offset: usize) -> u32 {
        let passed = self.bytes.get(self.offset..offset).unwrap_or_default();
        let newlines: u32 = passed.iter().map(|byte| u32::from(*byte == b'\n')).sum();
        self.line = self.line.saturating_add(newlines);
        self.offset = self.offset.max(offset);
        self.line
    }
}
