//! How much is taken at once.

/// Bounds on what one call reads, holds or answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Events published in one step: what one database transaction and one write to the log hold.
    pub batch: u32,
    /// Entries that the index takes in one transaction when it catches up.
    pub catch_up: u64,
    /// Records on one page of a search.
    pub page: u32,
    /// Records of one timeline.
    pub timeline: usize,
    /// Different values that one statistic counts; the rest is counted together.
    pub distinct: usize,
    /// Findings that one compliance report follows.
    pub findings: usize,
    /// Words of one search.
    pub words: usize,
    /// Bytes at the end of a feed that are looked through for its last whole line.
    pub feed_tail: u64,
}

impl Limits {
    pub const DEFAULT: Self = Self {
        batch: 5_000,
        catch_up: 5_000,
        page: 1_000,
        timeline: 10_000,
        distinct: 100_000,
        findings: 200_000,
        words: 16,
        feed_tail: 4 << 20,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
