//! A detector as data.

use crate::Confidence;

pub(crate) struct Rule {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// One of these, in any case, must occur for the expression to be tried.
    pub(crate) keywords: &'static [&'static str],
    /// Matched from the keyword on (or from up to `back` bytes before it). The credential is the
    /// group `secret`, or all of it.
    pub(crate) regex: &'static str,
    pub(crate) confidence: Confidence,
    pub(crate) check: Check,
    /// The least bits per character that the credential must have.
    pub(crate) entropy: f64,
    /// How many bytes from the keyword on are looked at. It keeps the whole search linear.
    pub(crate) reach: usize,
    /// How many bytes before the keyword may belong to the match.
    pub(crate) back: usize,
    /// Whether it may start in the middle of a word.
    pub(crate) inside_words: bool,
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
