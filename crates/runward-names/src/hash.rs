//! A quick hash for the tables in memory. What a hash finds is compared before it counts.

/// FNV-1a with a final mix, so that the upper bits can be used alone.
#[derive(Clone, Copy)]
pub(crate) struct Hasher(u64);

impl Hasher {
    pub(crate) fn new(tag: Tag) -> Self {
        Self(0xcbf2_9ce4_8422_2325 ^ ((tag as u64) << 56))
    }

    pub(crate) fn push(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    pub(crate) fn extend(mut self, bytes: &[u8]) -> Self {
        for &byte in bytes {
            self.push(byte);
        }
        self
    }

    pub(crate) fn finish(self) -> u64 {
        let mut hash = self.0;
        hash ^= hash >> 33;
        hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash ^= hash >> 33;
        hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        hash ^ (hash >> 33)
    }
}

/// Which form of a name is hashed; forms of different kinds never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    Exact = 1,
    /// The name, or the name less one byte.
    Deletion = 2,
    /// As it looks, without separators.
    Skeleton = 3,
    /// Its words in order.
    Words = 4,
    /// The part after a scope.
    Unscoped = 5,
}
