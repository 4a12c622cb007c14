//! The index on disk: one file for each ecosystem, mapped, of which a scan touches only what it
//! asks for.

pub(crate) mod builder;
pub(crate) mod bytes;
pub(crate) mod card;
pub(crate) mod container;
pub(crate) mod groups;
pub(crate) mod key;
pub(crate) mod package_block;
pub(crate) mod package_build;
pub(crate) mod ranges;
pub(crate) mod shard;
pub(crate) mod wire;

/// Section ids of a file of [`container::Kind::Advisories`].
pub(crate) mod section {
    /// Cards, one after the other.
    pub(crate) const CARDS: u32 = 1;
    /// A row for each record: offset u64, length u32, group u32.
    pub(crate) const RECORDS: u32 = 2;
    /// A u32 for each group and one more: where its records begin in `GROUP_RECORDS`.
    pub(crate) const GROUPS: u32 = 3;
    /// Record numbers, u32.
    pub(crate) const GROUP_RECORDS: u32 = 4;
    /// A row for each id and alias, sorted: hash u64, record u32.
    pub(crate) const IDS: u32 = 5;
    /// Package blocks, one after the other.
    pub(crate) const PACKAGES: u32 = 6;
    /// A row for each package, sorted: hash u64, offset u64, length u32.
    pub(crate) const KEYS: u32 = 7;
    /// Texts.
    pub(crate) const PROBLEMS: u32 = 8;
}
