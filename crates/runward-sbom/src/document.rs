//! What the writers are given, and the identifiers that they derive from it.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use runward_model::{Dependency, Ecosystem, Finding, Fingerprint, NotCovered, Package};

use crate::purl::Purl;

/// A project's dependencies, to be written as a bill of materials.
#[derive(Debug, Clone, Copy, Default)]
pub struct Document<'a> {
    /// The project.
    pub name: &'a str,
    pub version: Option<&'a str>,
    /// The time that the document bears; the same input with the same time gives the same bytes.
    pub created: Timestamp,
    /// What makes the document unique: its serial number is a hash of this.
    pub serial_seed: &'a str,
    pub tool_version: &'a str,
    /// Parents index into this list.
    pub dependencies: &'a [Dependency],
    /// Written as vulnerabilities where the format has a place for them; may be empty.
    pub findings: &'a [Finding],
    /// Findings that a decision hides; written beside the others, with that decision.
    pub suppressed: &'a [Finding],
    /// Whether advisories were consulted, so that the number of findings says something.
    pub scanned: bool,
    /// Findings that were there before and are not in `findings`.
    pub known: usize,
    /// What could not be read or judged.
    pub not_covered: &'a [NotCovered],
    /// What a reader must know before relying on the findings: a stale database and the like.
    pub warnings: &'a [String],
}

impl<'a> Document<'a> {
    /// Every finding, those that a decision hides last.
    pub(crate) fn all_findings(&self) -> impl Iterator<Item = &'a Finding> + use<'a> {
        self.findings.iter().chain(self.suppressed)
    }

    /// A UUID of version 8 (RFC 9562: a hash of the maker's choice), one for each `kind` of
    /// document from the same seed.
    pub(crate) fn uuid(&self, kind: &str) -> String {
        let digest = Fingerprint::of(&["runward-sbom", kind, self.serial_seed]);
        let mut uuid = String::with_capacity(36);
        for (place, digit) in digest.as_str().chars().enumerate() {
            if matches!(place, 8 | 12 | 16 | 20) {
                uuid.push('-');
            }
            uuid.push(match place {
                12 => '8',
                // The variant of RFC 9562: the two high bits are 10.
                16 => match digit {
                    '0' | '4' | '8' | 'c' => '8',
                    '1' | '5' | '9' | 'd' => '9',
                    '2' | '6' | 'a' | 'e' => 'a',
                    _ => 'b',
                },
                _ => digit,
            });
        }
        uuid
    }

    /// The time to the second, as SPDX demands.
    pub(crate) fn created_to_the_second(&self) -> String {
        self.created.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// For each dependency, its parents: in range, sorted, each once, never itself.
    pub(crate) fn parents(&self) -> Vec<Vec<usize>> {
        self.dependencies
            .iter()
            .enumerate()
            .map(|(index, dependency)| {
                let mut parents: Vec<usize> = dependency
                    .parents
                    .iter()
                    .map(|edge| edge.parent)
                    .filter(|parent| *parent != index && *parent < self.dependencies.len())
                    .collect();
                parents.sort_unstable();
                parents.dedup();
                parents
            })
            .collect()
    }

    /// For each dependency, what it depends on: the inverse of [`Self::parents`].
    pub(crate) fn children(&self) -> Vec<Vec<usize>> {
        let mut children = vec![Vec::new(); self.dependencies.len()];
        for (child, parents) in self.parents().into_iter().enumerate() {
            for parent in parents {
                if let Some(list) = children.get_mut(parent) {
                    list.push(child);
                }
            }
        }
        children
    }

    /// For each dependency, whether the file that states it records edges at all. Where it does,
    /// a package without children has none; where it does not, nothing is known of them.
    pub(crate) fn in_graph(&self) -> Vec<bool> {
        let with_edges: HashSet<&str> = self
            .dependencies
            .iter()
            .filter(|dependency| !dependency.parents.is_empty())
            .map(|dependency| dependency.source.path.as_str())
            .collect();
        self.dependencies
            .iter()
            .map(|dependency| with_edges.contains(dependency.source.path.as_str()))
            .collect()
    }
}

/// The package URL, where it names this package and no other. A name that its ecosystem's
/// package URLs cannot carry has none.
pub(crate) fn exact_purl(package: &Package) -> Option<String> {
    let purl = package.purl();
    let read = Purl::parse(&purl).ok()?;
    (read.package == *package).then_some(purl)
}

/// Namespace and name, as the package URL divides them.
pub(crate) fn group_and_name(package: &Package) -> (Option<&str>, &str) {
    let separator = match package.ecosystem {
        Ecosystem::Maven => ':',
        Ecosystem::Npm | Ecosystem::Packagist | Ecosystem::Other(_) => '/',
        _ => return (None, &package.name),
    };
    match package.name.rsplit_once(separator) {
        Some((group, name)) if !group.is_empty() && !name.is_empty() => (Some(group), name),
        _ => (None, &package.name),
    }
}

/// Makes identifiers unique: the first to ask for one gets it as it is, later ones with a number.
#[derive(Debug, Default)]
pub(crate) struct Unique {
    taken: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Unique {
    pub(crate) fn claim(&mut self, wanted: &str, separator: char) -> String {
        if self.taken.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        let next = self.next.entry(wanted.to_owned()).or_insert(2);
        loop {
            let candidate = format!("{wanted}{separator}{next}");
            *next += 1;
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_uuids_of_version_8() {
        for seed in ["", "a", "b", "some/project"] {
            let document = Document {
                name: "x",
                serial_seed: seed,
                tool_version: "0",
                ..Document::default()
            };
            let uuid = document.uuid("cyclonedx");
            assert_eq!(uuid.len(), 36);
            assert_eq!(uuid.chars().nth(14), Some('8'));
            assert!(
                matches!(uuid.chars().nth(19), Some('8' | '9' | 'a' | 'b')),
                "{uuid}"
            );
            assert_eq!(uuid, document.uuid("cyclonedx"));
            assert_ne!(uuid, document.uuid("spdx"));
        }
    }

    #[test]
    fn identifiers_do_not_collide_with_numbered_ones() {
        let mut unique = Unique::default();
        let claimed: Vec<String> = ["a", "a-2", "a", "a", "a-2"]
            .iter()
            .map(|wanted| unique.claim(wanted, '-'))
            .collect();
        assert_eq!(claimed, ["a", "a-2", "a-3", "a-4", "a-2-2"]);
    }
}
