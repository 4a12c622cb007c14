//! A detector as data.

use crate::{Confidence, Severity, verify::Verify};

#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a key of a detector's file"
)]
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// One of these, in any case, must occur for the expression to be tried.
    pub(crate) keywords: &'static [&'static str],
    /// Matched from the keyword on (or from up to `back` bytes before it). The credential is the
    /// group `secret`, or all of it.
    pub(crate) regex: &'static str,
    pub(crate) confidence: Confidence,
    pub(crate) severity: Severity,
    pub(crate) check: Check,
    /// The least bits per character that the credential must have.
    pub(crate) entropy: f64,
    /// How many bytes from the keyword on are looked at. It keeps the whole search linear.
    pub(crate) reach: usize,
    /// How many bytes before the keyword may belong to the match.
    pub(crate) back: usize,
    /// Whether it may start in the middle of a word.
    pub(crate) inside_words: bool,
    /// The keyword stands in a name, and the expression is about the value that it is given.
    pub(crate) named: bool,
    /// Words of which the name must have one, with bars between; empty: the usual ones.
    pub(crate) need: &'static str,
    /// It tells a place where credentials stand, not a format: the value must look like one.
    pub(crate) generic: bool,
    /// Where several see the same place, the highest names it.
    pub(crate) rank: u8,
    /// Whether files are searched for it; texts of the record always are.
    pub(crate) scan: bool,
    pub(crate) description: &'static str,
    /// Where to revoke it.
    pub(crate) rotate: &'static str,
    pub(crate) verify: Option<Verify>,
}

/// What a match must stand beyond its expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    dead_code,
    reason = "which variants occur is for the files of detectors/ to say"
)]
pub(crate) enum Check {
    None,
    /// The last six characters are the CRC-32 of the rest, in base 62 (GitHub, npm).
    Checksum,
    /// The header is JSON that names an algorithm.
    Jwt,
    /// Base64 of `user:password`.
    Basic,
    /// Letters and digits both occur.
    Mixed,
    /// A whole macaroon of version 2, with identifier and signature (`PyPI`).
    Macaroon,
    /// An account number of twelve digits is in it.
    Aws,
    /// Between the marks is base64 of some length.
    Pem,
    /// Base64 of a private key in PEM.
    Pem64,
    /// Base64 of 32 bytes or more, which are not text.
    Base64,
    /// Base64 of a JSON object behind the prefix.
    Json64,
    /// The last eight digits are the CRC-32 of what is before the underscore.
    Grafana,
    /// Base64 of `reftkn:…` (`JFrog`).
    Reftkn,
}

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

#[cfg(test)]
pub(crate) struct Examples {
    pub(crate) id: &'static str,
    pub(crate) positives: &'static [&'static str],
    pub(crate) negatives: &'static [&'static str],
    /// Found, but with low confidence only.
    pub(crate) doubtful: &'static [&'static str],
}

#[cfg(test)]
include!(concat!(env!("OUT_DIR"), "/examples.rs"));
