//! How much of a hostile bill is read.

/// Limits on one bill of materials. What goes over them is reported as not covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest bill, in bytes.
    pub max_bytes: usize,
    /// Deepest nesting of JSON values or XML elements.
    pub max_depth: usize,
    /// Most JSON values that are kept in memory.
    pub max_values: usize,
    /// Most components or packages.
    pub max_components: usize,
    /// Most edges of the dependency graph, and most steps in resolving it.
    pub max_edges: usize,
    /// Most entries in `not_covered`; the last one counts the rest.
    pub max_problems: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 64 * 1024 * 1024,
            max_depth: 96,
            max_values: 4_000_000,
            max_components: 200_000,
            max_edges: 2_000_000,
            max_problems: 200,
        }
    }
}
