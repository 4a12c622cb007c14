//! What this crate refuses to exceed.

/// Limits on one call. Everything read is untrusted; a limit that is reached is reported.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most files that one requirements file may pull in with `-r` and `-c`.
    pub max_include_files: usize,
    /// Longest chain of `-r` and `-c`.
    pub max_include_depth: usize,
    /// Longest line of a requirements file, continuations joined, in bytes.
    pub max_line_bytes: usize,
    /// Largest document (TOML, JSON, YAML, INI, Python), in bytes.
    pub max_document_bytes: usize,
    /// Most tokens of one TOML document.
    pub max_tokens: usize,
    /// Most YAML events that aliases (`*name`) may repeat in one document.
    pub max_alias_events: usize,
    /// Most packages that one call returns.
    pub max_packages: usize,
    /// Most dependency edges in one lock.
    pub max_edges: usize,
    /// Most work spent on finding out what brings a package in, counted in edges.
    pub max_graph_steps: usize,
    /// Most groups of a lock that are followed one by one, and inclusions between the groups of a
    /// `pyproject.toml`.
    pub max_groups: usize,
    /// Longest environment marker, in bytes.
    pub max_marker_bytes: usize,
    /// Deepest nesting of parentheses in a marker.
    pub max_marker_depth: usize,
    /// Most problems that are listed one by one.
    pub max_not_covered: usize,
    /// Deepest nesting of brackets in a `setup.py`, and of YAML collections.
    pub max_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_include_files: 1_000,
            max_include_depth: 32,
            max_line_bytes: 1024 * 1024,
            max_document_bytes: 64 * 1024 * 1024,
            max_tokens: 20_000_000,
            max_alias_events: 10_000,
            max_packages: 100_000,
            max_edges: 2_000_000,
            max_graph_steps: 5_000_000,
            max_groups: 1_000,
            max_marker_bytes: 16 * 1024,
            max_marker_depth: 32,
            max_not_covered: 10_000,
            max_depth: 64,
        }
    }
}
