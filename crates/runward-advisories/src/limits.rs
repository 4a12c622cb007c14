//! Limits on what is read from the outside.

/// Everything that bounds an update. Real sources stay far below each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest archive or feed that is downloaded or read.
    pub max_archive_bytes: u64,
    /// Most entries of one archive.
    pub max_entries: usize,
    /// Largest record, unpacked.
    pub max_entry_bytes: u64,
    /// All entries of one archive, unpacked.
    pub max_total_bytes: u64,
    /// Largest unpacked size as a multiple of the packed one, for entries above 1 MiB.
    pub max_ratio: u64,
    /// Longest id, alias or package name.
    pub max_name_bytes: usize,
    /// Longest version.
    pub max_version_bytes: usize,
    /// Most aliases of one record; further ones are dropped and reported.
    pub max_aliases: usize,
    /// Most affected packages of one record.
    pub max_affected: usize,
    /// Most references that are kept of one record.
    pub max_references: usize,
    /// Longest details that are kept of one record.
    pub max_details_bytes: usize,
    /// Most records that aliases may join into one vulnerability. A larger group is bogus data:
    /// its records stand alone, and it is reported.
    pub max_group: usize,
    /// Problems that are kept in words; further ones are only counted.
    pub max_problems: usize,
    /// Unreadable records, in percent, above which an archive is refused.
    pub max_unreadable_percent: usize,
    /// Largest feed (EPSS, KEV), unpacked.
    pub max_feed_bytes: u64,
    /// Most entries of one feed.
    pub max_feed_entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_archive_bytes: 2 << 30,
            max_entries: 1_000_000,
            max_entry_bytes: 16 << 20,
            max_total_bytes: 16 << 30,
            max_ratio: 250,
            max_name_bytes: 512,
            max_version_bytes: 512,
            max_aliases: 500,
            max_affected: 20_000,
            max_references: 100,
            max_details_bytes: 256 << 10,
            max_group: 500,
            max_problems: 1_000,
            max_unreadable_percent: 5,
            max_feed_bytes: 512 << 20,
            max_feed_entries: 3_000_000,
        }
    }
}
