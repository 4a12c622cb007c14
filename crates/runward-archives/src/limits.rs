//! How much an archive may ask for.

/// Limits on one archive with all that is in it.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest archive that is opened, in bytes.
    pub max_compressed_bytes: u64,
    /// Most bytes that come out, archives inside the archive and links to files included.
    pub max_unpacked_bytes: u64,
    /// Largest file that is kept, in bytes.
    pub max_file_bytes: u64,
    /// Most entries, those of archives inside the archive included.
    pub max_entries: usize,
    /// Most bytes that come out for each byte that goes in; counts from `ratio_floor_bytes` on.
    pub max_ratio: u64,
    /// What may come out whatever the ratio, in bytes: small files of zeros are no bombs.
    pub ratio_floor_bytes: u64,
    /// Longest path, in bytes.
    pub max_path_bytes: usize,
    /// Most directories above a file.
    pub max_depth: usize,
    /// Archives inside archives: 1 opens those in the archive, 2 those in these.
    pub max_nesting: usize,
    /// Most oddities that are listed one by one.
    pub max_oddities: usize,
    /// Most memory for the dictionary of xz, in KiB.
    pub max_dictionary_kib: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_compressed_bytes: 512 << 20,
            max_unpacked_bytes: 1 << 30,
            max_file_bytes: 256 << 20,
            max_entries: 100_000,
            max_ratio: 250,
            ratio_floor_bytes: 8 << 20,
            max_path_bytes: 1024,
            max_depth: 64,
            max_nesting: 2,
            max_oddities: 1_000,
            max_dictionary_kib: 128 << 10,
        }
    }
}

/// What is left of the limits.
#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) bytes: u64,
    pub(crate) entries: usize,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            bytes: limits.max_unpacked_bytes,
            entries: limits.max_entries,
        }
    }

    /// Takes bytes; `false`, and nothing is taken, where they are not left.
    pub(crate) fn take_bytes(&mut self, bytes: u64) -> bool {
        match self.bytes.checked_sub(bytes) {
            Some(left) => {
                self.bytes = left;
                true
            }
            None => false,
        }
    }

    pub(crate) fn take_entry(&mut self) -> bool {
        match self.entries.checked_sub(1) {
            Some(left) => {
                self.entries = left;
                true
            }
            None => false,
        }
    }
}
