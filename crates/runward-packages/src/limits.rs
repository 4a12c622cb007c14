//! Limits on what registries may send.

/// How much of a registry's answer is taken in. What goes beyond is told in
/// [`crate::Metadata::gaps`]. Parsers keep to [`Limits::DEFAULT`]; sizes of answers and threads can
/// be set for a [`crate::Registry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of one PyPI answer; the largest real ones have some 30 MB.
    pub max_pypi_bytes: u64,
    /// Of one npm packument; the largest real ones have some 50 MB.
    pub max_npm_bytes: u64,
    /// Of one crate's index file or API answer.
    pub max_crates_bytes: u64,
    /// Of an answer that is one number.
    pub max_figure_bytes: u64,
    /// Releases of one package, and entries of any other map.
    pub max_releases: usize,
    /// Items of a list (files, requirements, people).
    pub max_items: usize,
    /// Bytes of one text (URL, requirement, script, reason); longer ones are cut.
    pub max_text_bytes: usize,
    /// Bytes of a manifest from an archive.
    pub max_manifest_bytes: usize,
    /// Names that are asked about at the same time.
    pub max_threads: usize,
}

impl Limits {
    pub const DEFAULT: Self = Self {
        max_pypi_bytes: 64 << 20,
        max_npm_bytes: 96 << 20,
        max_crates_bytes: 32 << 20,
        max_figure_bytes: 64 << 10,
        max_releases: 20_000,
        max_items: 4_096,
        max_text_bytes: 4_096,
        max_manifest_bytes: 4 << 20,
        max_threads: 8,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
