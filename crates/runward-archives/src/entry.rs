//! What an archive says of its entries, and what is odd about them.

/// How an archive is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Zip,
    Tar,
    TarGz,
    TarBz2,
    TarXz,
    /// One compressed file.
    Gz,
    Bz2,
    Xz,
}

impl Format {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Tar => "tar",
            Self::TarGz => "tar.gz",
            Self::TarBz2 => "tar.bz2",
            Self::TarXz => "tar.xz",
            Self::Gz => "gz",
            Self::Bz2 => "bz2",
            Self::Xz => "xz",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryType {
    File,
    Directory,
    Symlink,
    Hardlink,
    /// A device or a pipe.
    Device,
    Other,
}

/// One entry, in the order of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands in the tree.
    pub path: String,
    pub entry_type: EntryType,
    /// Permission bits, where the archive has them.
    pub mode: Option<u32>,
    /// What a link points at, as written.
    pub link: Option<String>,
    /// Seconds since 1970 (UTC), where the archive has them.
    pub modified: Option<i64>,
    /// The size that the archive states.
    pub declared_size: u64,
    /// How many archives it is inside of.
    pub nesting: usize,
}

/// What is odd about an archive: no honest packer makes it, or unpackers disagree about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    pub kind: OddityKind,
    /// The entry's place in the tree; the archive's own for what is about the whole.
    pub path: String,
    /// One line.
    pub detail: String,
    /// How many archives it is inside of.
    pub nesting: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OddityKind {
    /// `/etc/passwd`, `C:\x`.
    AbsolutePath,
    /// `..` leads out of the archive.
    ParentPath,
    /// `\` between segments.
    Backslash,
    /// A NUL, a control or a direction character in a name.
    ControlInName,
    NameNotUtf8,
    NameTooLong,
    TooDeep,
    /// Two entries with one path.
    Duplicate,
    /// Two paths that differ in case only.
    CaseCollision,
    /// A link that leads out of the archive.
    LinkOutside,
    /// An entry below what another entry makes a link.
    ThroughLink,
    /// A device, a pipe.
    Device,
    Sparse,
    /// A type of entry that is not known.
    UnknownType,
    Encrypted,
    /// Zip entries that share bytes.
    Overlap,
    /// A zip's directory says other than what stands before the file.
    HeaderMismatch,
    /// Bytes before, between or behind the entries.
    HiddenData,
    /// Unpacks to far more than its size.
    Bomb,
    /// The name says another format than the content.
    WrongName,
}

impl OddityKind {
    pub const ALL: [Self; 20] = [
        Self::AbsolutePath,
        Self::ParentPath,
        Self::Backslash,
        Self::ControlInName,
        Self::NameNotUtf8,
        Self::NameTooLong,
        Self::TooDeep,
        Self::Duplicate,
        Self::CaseCollision,
        Self::LinkOutside,
        Self::ThroughLink,
        Self::Device,
        Self::Sparse,
        Self::UnknownType,
        Self::Encrypted,
        Self::Overlap,
        Self::HeaderMismatch,
        Self::HiddenData,
        Self::Bomb,
        Self::WrongName,
    ];

    /// One sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::AbsolutePath => "A path begins at the root, as `/etc/passwd`.",
            Self::ParentPath => "A path leads out of the archive (`..`).",
            Self::Backslash => "A path is written with `\\`.",
            Self::ControlInName => "A name has control or direction characters.",
            Self::NameNotUtf8 => "A name is not UTF-8.",
            Self::NameTooLong => "A name is longer than file systems take.",
            Self::TooDeep => "A path is deeper than anybody needs.",
            Self::Duplicate => "Two entries have one path.",
            Self::CaseCollision => "Two paths differ in case alone.",
            Self::LinkOutside => "A link leads out of the archive.",
            Self::ThroughLink => "An entry lies below what another one makes a link.",
            Self::Device => "It holds a device or a pipe.",
            Self::Sparse => "It holds a sparse file.",
            Self::UnknownType => "It holds an entry of an unknown type.",
            Self::Encrypted => "An entry is encrypted.",
            Self::Overlap => "Entries share bytes.",
            Self::HeaderMismatch => "Its directory says other than what stands before a file.",
            Self::HiddenData => "Bytes stand before, between or behind the entries.",
            Self::Bomb => "It unpacks to far more than its size.",
            Self::WrongName => "Its name says another format than its content.",
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::AbsolutePath => "absolute-path",
            Self::ParentPath => "parent-path",
            Self::Backslash => "backslash",
            Self::ControlInName => "control-in-name",
            Self::NameNotUtf8 => "name-not-utf8",
            Self::NameTooLong => "name-too-long",
            Self::TooDeep => "too-deep",
            Self::Duplicate => "duplicate",
            Self::CaseCollision => "case-collision",
            Self::LinkOutside => "link-outside",
            Self::ThroughLink => "through-link",
            Self::Device => "device",
            Self::Sparse => "sparse",
            Self::UnknownType => "unknown-type",
            Self::Encrypted => "encrypted",
            Self::Overlap => "overlap",
            Self::HeaderMismatch => "header-mismatch",
            Self::HiddenData => "hidden-data",
            Self::Bomb => "bomb",
            Self::WrongName => "wrong-name",
        }
    }
}
