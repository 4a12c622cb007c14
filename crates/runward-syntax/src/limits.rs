//! What one file may cost.

/// Limits for one source file; a file beyond them is refused, and reported as not covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file.
    pub bytes: usize,
    /// Levels of nested brackets, blocks and operators.
    pub depth: usize,
    /// Nodes of a tree.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 << 20,
            depth: 2_000,
            nodes: 8_000_000,
        }
    }
}
