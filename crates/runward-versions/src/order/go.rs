//! Go: module versions are SemVer with a `v` that advisories leave out; pseudo-versions
//! (`v0.0.0-20200101000000-abcdef123456`) order as the pre-releases they are written as, and
//! `+incompatible` is build metadata.
//!
//! The standard library has versions of its own shape (`go1.20rc1`), which advisories write as
//! SemVer (`1.20.0-rc.1`); both are read as the latter. `go1.21` counts as `1.21.0`: it is a
//! language version in `go.mod` and no toolchain of that name was released, so that the first
//! release is the one that is meant. A vendor's suffix (`go1.21.3-bigcorp`, `go1.20.1 X:boring`)
//! does not change the order, as in Go's own `gover`.

use crate::{order::semver::SemVer, scan::Scan};

pub(crate) fn parse(text: &str) -> Option<SemVer> {
    let text = text.trim();
    let mut scan = Scan::new(text);
    if scan.word("go") {
        let end = scan.rest.find(['-', ' ', '+']).unwrap_or(scan.rest.len());
        return toolchain(scan.rest.get(..end)?);
    }
    scan.word("v");
    // `1.20rc1` without the prefix is a toolchain too; no module version has letters there.
    let after_core = scan
        .rest
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if after_core.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return toolchain(scan.rest);
    }
    SemVer::parse_from(scan)
}

/// `1.20`, `1.20rc1`, `1.21.0`, `1.9beta2`.
fn toolchain(text: &str) -> Option<SemVer> {
    let mut scan = Scan::new(text);
    let core = scan.take_while(|byte| byte.is_ascii_digit() || byte == b'.');
    let mut version = SemVer::parse_from(Scan::new(core))?;
    if !version.pre.is_empty() {
        return None;
    }
    if scan.is_done() {
        return Some(version);
    }
    let word = scan.take_while(|byte| byte.is_ascii_lowercase());
    let number = scan.digits();
    if word.is_empty() || !scan.is_done() {
        return None;
    }
    version.pre = if number.is_empty() {
        word.into()
    } else {
        format!("{word}.{number}").into()
    };
    Some(version)
}
