//! The manifest in an archive against what the registry tells of the release.
//!
//! Registries take a release's metadata from the upload, not from the archive, so the two can be
//! made to differ. What the archive does beyond the registry's word counts more than the reverse.

mod crates_io;
mod npm;
mod pypi;

use std::collections::BTreeMap;

pub use crates_io::crates_io;
pub use npm::npm;
pub use pypi::{Kind, pypi};

use crate::{limits::Limits, rules::Evidence, signals as ids};

const MORE: f64 = 6.0;
const LESS: f64 = 2.0;

/// Findings of one comparison; told in two signals at most, so that a long list of differences
/// does not count as many.
#[derive(Default)]
struct Differences {
    more: Vec<String>,
    less: Vec<String>,
}

impl Differences {
    /// Compares two maps: keys by what they say, values after `same`.
    fn maps<K: Ord + std::fmt::Display>(
        &mut self,
        what: &str,
        archive: &BTreeMap<K, String>,
        registry: &BTreeMap<K, String>,
    ) {
        for (key, value) in archive {
            match registry.get(key) {
                None => self
                    .more
                    .push(format!("{what} `{key}` ({value}) is in the archive only")),
                Some(told) if told != value => self.more.push(format!(
                    "{what} `{key}` is {value} in the archive and {told} in the registry"
                )),
                Some(_) => {}
            }
        }
        for key in registry.keys().filter(|key| !archive.contains_key(*key)) {
            self.less
                .push(format!("{what} `{key}` is in the registry only"));
        }
    }

    fn equal(&mut self, what: &str, archive: &str, registry: &str, same: bool) {
        if !same {
            self.more.push(format!(
                "the {what} is `{archive}` in the archive and `{registry}` in the registry"
            ));
        }
    }

    fn evidence(self) -> Evidence {
        const SHOWN: usize = 3;
        let mut evidence = Evidence::default();
        for (weight, found) in [(MORE, self.more), (LESS, self.less)] {
            if found.is_empty() {
                continue;
            }
            let more = found.len().saturating_sub(SHOWN);
            let told = found.into_iter().take(SHOWN).map(|one| shown(&one));
            let more = (more > 0).then(|| format!("and {more} more"));
            let parts: Vec<String> = told.chain(more).collect();
            evidence.add_weighted(ids::MISMATCH, weight, parts.join("; "));
        }
        evidence
    }
}

fn shown(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect()
}

/// A comparison that could not be made.
fn not_compared(reason: impl Into<String>) -> Evidence {
    let mut evidence = Evidence::default();
    evidence.skip(ids::MISMATCH, reason);
    evidence
}

fn too_large(bytes: &[u8]) -> Option<Evidence> {
    let limit = Limits::DEFAULT.max_manifest_bytes;
    (bytes.len() > limit).then(|| {
        not_compared(format!(
            "the archive's manifest is larger than the limit of {limit} bytes"
        ))
    })
}
