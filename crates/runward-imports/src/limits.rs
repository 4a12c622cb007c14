//! How much of a hostile project is looked at.

/// Limits of one call; what is past them is reported as not covered.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest source file that is scanned, in bytes.
    pub max_file_bytes: usize,
    /// Most bytes that are scanned altogether.
    pub max_total_bytes: usize,
    /// Most different names that are kept.
    pub max_names: usize,
    /// Longest name that is kept, in bytes.
    pub max_name_bytes: usize,
    /// Deepest nesting of strings within strings (f-strings, template literals).
    pub max_nesting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_file_bytes: 16 * 1024 * 1024,
            max_total_bytes: 1024 * 1024 * 1024,
            max_names: 200_000,
            max_name_bytes: 256,
            max_nesting: 100,
        }
    }
}
