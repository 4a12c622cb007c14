//! Bounds on what comes from outside.

/// Bounds on input, on what is stored and on answers. Lengths of text are in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one JSON input.
    pub input_bytes: usize,
    /// Fields of one JSON input, before any is looked at.
    pub fields: usize,
    pub title: usize,
    pub description: usize,
    pub comment: usize,
    pub reason: usize,
    pub repository: usize,
    pub project: usize,
    pub person: usize,
    pub tags: usize,
    pub tag: usize,
    /// Bytes of the metadata as compact JSON.
    pub metadata_bytes: usize,
    pub metadata_depth: usize,
    pub metadata_key: usize,
    pub gates: usize,
    pub gate_name: usize,
    /// Tasks that one task waits for.
    pub dependencies: usize,
    /// Findings named in one input; tasks made from findings have no such limit.
    pub findings: usize,
    pub query: usize,
    /// Words and phrases of one search.
    pub query_terms: usize,
    /// Repositories, statuses, … in one filter.
    pub filter_values: usize,
    /// Words of one task in the search index.
    pub indexed_words: usize,
    /// Tasks on one page.
    pub page: i64,
    /// Problems told of one input.
    pub problems: usize,
    /// Attack patterns told of one input.
    pub pattern_hits: usize,
    /// Attack patterns altogether.
    pub patterns: usize,
    /// Bytes of one compiled attack pattern.
    pub pattern_bytes: usize,
    /// Combining marks on one base character; Unicode's stream-safe format (UAX #15) allows 30.
    pub marks: usize,
    /// Advisories named in the metadata of a task made from findings.
    pub planned_advisories: usize,
}

/// The limits in force.
pub const LIMITS: Limits = Limits {
    input_bytes: 128 * 1024,
    fields: 64,
    title: 200,
    description: 5_000,
    comment: 5_000,
    reason: 1_000,
    repository: 200,
    project: 200,
    person: 64,
    tags: 20,
    tag: 50,
    metadata_bytes: 16 * 1024,
    metadata_depth: 8,
    metadata_key: 100,
    gates: 20,
    gate_name: 40,
    dependencies: 100,
    findings: 1_000,
    query: 500,
    query_terms: 32,
    filter_values: 1_000,
    indexed_words: 12_000,
    page: 500,
    problems: 50,
    pattern_hits: 50,
    patterns: 1_000,
    pattern_bytes: 4 * 1024 * 1024,
    marks: 30,
    planned_advisories: 50,
};
