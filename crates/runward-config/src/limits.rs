//! Limits on what is read. Configuration files come from scanned projects, so they are hostile.

/// Every limit of this crate. Nesting needs none of its own: the TOML parser stops at depth 80, and
/// values are only followed as deep as the known keys go.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest configuration file, in bytes.
    pub max_file_bytes: usize,
    /// Errors reported for one file; the rest is counted.
    pub max_errors: usize,
    /// Longest text value, in bytes.
    pub max_text_bytes: usize,
    /// Most entries of one list.
    pub max_list_items: usize,
    /// Longest glob, in bytes.
    pub max_glob_bytes: usize,
    /// Deepest nesting of `{…}` in a glob.
    pub max_glob_depth: usize,
    /// Longest value of a variable or flag, in bytes.
    pub max_value_bytes: usize,
    /// Most `[environments.<name>]` sections of one file.
    pub max_environments: usize,
}

/// What `load` works with.
pub const LIMITS: Limits = Limits {
    max_file_bytes: 512 * 1024,
    max_errors: 50,
    max_text_bytes: 4096,
    max_list_items: 10_000,
    max_glob_bytes: 512,
    max_glob_depth: 8,
    max_value_bytes: 64 * 1024,
    max_environments: 100,
};
