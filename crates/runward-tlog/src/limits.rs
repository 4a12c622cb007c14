//! Every bound of this crate in one place.

/// Bounds on what is accepted, from callers and from files.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one entry. C2SP tlog-tiles bundles prefix an entry with 16 bits of length.
    pub entry_bytes: usize,
    /// Bytes of all entries of one `append` call.
    pub batch_bytes: usize,
    /// Entries of one `append` call.
    pub batch_entries: usize,
    /// Bytes of a signed note, signatures included.
    pub note_bytes: usize,
    /// Signatures of a signed note (the specification wants at least 16).
    pub note_signatures: usize,
    /// Bytes of a key or origin name.
    pub name_bytes: usize,
    /// Bytes of a proof in text form.
    pub proof_bytes: usize,
    /// Hashes of a proof; a tree of 2⁶³ leaves needs no more.
    pub proof_hashes: usize,
}

/// The bounds in force.
pub const LIMITS: Limits = Limits {
    entry_bytes: 65_535,
    batch_bytes: 512 << 20,
    batch_entries: 1 << 20,
    note_bytes: 64 << 10,
    note_signatures: 64,
    name_bytes: 512,
    proof_bytes: 256 << 10,
    proof_hashes: 63,
};
