//! The bytes of a file, mapped, or a buffer.

use std::{fs::File, io, ops::Deref, path::Path};

use memmap2::Mmap;

/// Read-only bytes.
#[derive(Debug)]
pub(crate) enum Bytes {
    Mapped(Mmap),
    Owned(Vec<u8>),
}

impl Bytes {
    /// Maps a file; an empty one, which cannot be mapped, is an empty buffer.
    #[expect(
        unsafe_code,
        reason = "a map is undefined where another process shortens the file meanwhile; \
                  generations of the database are never written to after the switch to them, only \
                  removed, which leaves a map whole"
    )]
    pub(crate) fn map(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        if file.metadata()?.len() == 0 {
            return Ok(Self::Owned(Vec::new()));
        }
        // SAFETY: see the reason above; the map is read-only.
        unsafe { Mmap::map(&file) }.map(Self::Mapped)
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(buffer) => buffer,
        }
    }
}
