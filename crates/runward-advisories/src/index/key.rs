//! Hashes under which the index finds packages and identifiers.
//!
//! BLAKE3, cut to 64 bits: stable across machines, and records cannot be made to collide in
//! numbers. A hit is always compared with the text that it stands for.

use runward_model::Ecosystem;

fn short(hasher: &blake3::Hasher) -> u64 {
    hasher
        .finalize()
        .as_bytes()
        .first_chunk::<8>()
        .map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// The hash of a package; `name` in its normal form.
pub(crate) fn package(ecosystem: &str, name: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(ecosystem.as_bytes());
    hasher.update(&[0]);
    hasher.update(name.as_bytes());
    short(&hasher)
}

/// The hash of an advisory's id or alias.
pub(crate) fn identifier(id: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(id.as_bytes());
    short(&hasher)
}

/// The part of an ecosystem's name that OSV has an archive for: `Debian` of `Debian:12`.
pub(crate) fn base(ecosystem: &Ecosystem) -> &str {
    let name = ecosystem.osv_name();
    name.split(':').next().unwrap_or(name)
}
