//! Which finding of one file is which, so that the next file's are recognised.

use std::collections::{HashMap, HashSet};

use runward_model::Fingerprint;

/// Counts what would otherwise be one: the third equal line of a file is `#2`. Remembers hashes
/// only, so that a file of a million results takes some tens of megabytes.
#[derive(Debug, Default)]
pub(crate) struct Identity {
    seen: HashMap<u128, u32>,
    places: HashSet<(u128, u64)>,
}

impl Identity {
    /// The fingerprint of these parts at this place (any number that tells places apart); none
    /// where the same was said of the same place before.
    pub(crate) fn of(&mut self, parts: &[&str], place: u64) -> Option<Fingerprint> {
        let base = Fingerprint::of(parts);
        let key = u128::from_str_radix(base.as_str(), 16).unwrap_or_default();
        if !self.places.insert((key, place)) {
            return None;
        }
        let count = self.seen.entry(key).or_insert(0);
        let occurrence = *count;
        *count = count.saturating_add(1);
        if occurrence == 0 {
            return Some(base);
        }
        let mut parts = parts.to_vec();
        let occurrence = format!("#{occurrence}");
        parts.push(&occurrence);
        Some(Fingerprint::of(&parts))
    }

    /// As Runward's own detection does: the version is not part of it, except where a file holds
    /// several affected versions of a package; then all but the first carry theirs.
    pub(crate) fn package(&mut self, parts: &[&str], version: &str) -> Option<Fingerprint> {
        let base = Fingerprint::of(parts);
        let key =
            |print: &Fingerprint| u128::from_str_radix(print.as_str(), 16).unwrap_or_default();
        let mut parts = parts.to_vec();
        parts.push(version);
        let versioned = Fingerprint::of(&parts);
        if !self.places.insert((key(&versioned), u64::MAX - 1)) {
            return None;
        }
        let first = self.seen.insert(key(&base), 1).is_none();
        Some(if first { base } else { versioned })
    }

    /// A fingerprint that is taken as it is; `false` where it was seen before.
    pub(crate) fn stated(&mut self, fingerprint: &Fingerprint) -> bool {
        let key = u128::from_str_radix(fingerprint.as_str(), 16).unwrap_or_default();
        self.places.insert((key, u64::MAX))
    }
}

/// Whether a text is one of our own fingerprints.
pub(crate) fn is_own(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a tool's fingerprint can be one: Semgrep writes `requires login` for every result of a
/// user without an account, and others write names or dates beside their hashes.
pub(crate) fn is_telling(text: &str) -> bool {
    (6..=1024).contains(&text.len())
        && text.bytes().any(|b| b.is_ascii_digit())
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// Code as it is compared: indentation and line breaks do not count.
pub(crate) fn normalised(code: &str) -> String {
    code.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A message as it is compared: numbers in it move with the code.
pub(crate) fn without_numbers(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    let mut number = false;
    for c in message.chars() {
        if c.is_ascii_digit() {
            number = true;
            continue;
        }
        if number {
            text.push('#');
            number = false;
        }
        text.push(c);
    }
    if number {
        text.push('#');
    }
    normalised(&text)
}
