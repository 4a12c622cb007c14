//! How much of a hostile file is read.

/// Limits on one file of results. The sizes of the whole refuse it; those of an entry leave the
/// entry out and say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest file, in bytes.
    pub max_bytes: u64,
    /// Deepest nesting of arrays and objects.
    pub max_depth: usize,
    /// Largest single result, in bytes.
    pub max_entry_bytes: usize,
    /// Most results.
    pub max_entries: u64,
    /// Most rules whose description is kept.
    pub max_rules: usize,
    /// Most names of scanned files that are kept.
    pub max_files: usize,
    /// Most entries in `not_covered`; the last one counts the rest.
    pub max_problems: usize,
    /// Longest path, in bytes.
    pub max_path: usize,
    /// Most occurrences of one package in the project that one advisory is applied to.
    pub max_places: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 4 * 1024 * 1024 * 1024,
            max_depth: 256,
            max_entry_bytes: 8 * 1024 * 1024,
            max_entries: 2_000_000,
            max_rules: 50_000,
            max_files: 500_000,
            max_problems: 1_000,
            max_path: 4_096,
            max_places: 1_000,
        }
    }
}
