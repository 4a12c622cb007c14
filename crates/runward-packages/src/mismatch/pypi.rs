//! `METADATA` or `PKG-INFO` against PyPI's JSON API.

use std::collections::BTreeSet;

use runward_model::Ecosystem;

use super::{Differences, not_compared, too_large};
use crate::{metadata::Release, rules::Evidence};

/// Which archive the metadata comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Wheel,
    /// Before metadata 2.2 its dependencies are no promise; they are compared only where they are
    /// given and not declared as dynamic.
    Sdist,
}

/// Compares the metadata of an archive with what PyPI tells of the release
/// ([`crate::Registry::pypi_release`], or `lookup` for the newest).
///
/// PyPI takes its word from the first file that was uploaded. Files of one release that differ
/// among each other are told as well.
pub fn pypi(name: &str, told: &Release, kind: Kind, metadata: &[u8]) -> Evidence {
    if let Some(skipped) = too_large(metadata) {
        return skipped;
    }
    let text = String::from_utf8_lossy(metadata);
    let found = read(&text);
    let (Some(own_name), Some(version)) = (&found.name, &found.version) else {
        return not_compared("the archive's metadata has no name or no version");
    };
    let mut differences = Differences::default();
    let normal = |name: &str| Ecosystem::PyPI.normalize_name(name);
    differences.equal("name", own_name, name, normal(own_name) == normal(name));
    let same = runward_versions::same(&Ecosystem::PyPI, version, &told.version);
    differences.equal("version", version, &told.version, same);
    let promised = match kind {
        Kind::Wheel => true,
        Kind::Sdist => !found.requires.is_empty() && !found.dynamic_requires,
    };
    match &told.dependencies {
        // PyPI says `null` both of no requirement and of a first upload that told none, such as
        // an sdist before metadata 2.2.
        Some(dependencies) if promised && dependencies.is_empty() => {
            if !found.requires.is_empty() {
                differences.less.push(format!(
                    "PyPI tells no requirement, and the archive has {}, such as `{}`",
                    found.requires.len(),
                    found.requires.first().copied().unwrap_or_default()
                ));
            }
            differences.evidence()
        }
        Some(dependencies) if promised => {
            let own = found.requires.iter().map(|text| canonical(text)).collect();
            let theirs = dependencies
                .iter()
                .map(|dependency| canonical(&dependency.requirement))
                .collect();
            requirements(&own, &theirs, &mut differences);
            differences.evidence()
        }
        Some(_) => differences.evidence(),
        None => {
            let mut evidence = differences.evidence();
            evidence.extend(not_compared(
                "PyPI tells no dependencies of this release, so they were not compared",
            ));
            evidence
        }
    }
}

/// A package that the registry does not tell of weighs; other versions of one that it does, or one that only
/// an extra asks for, is what builds of different days differ in.
fn requirements(own: &BTreeSet<String>, theirs: &BTreeSet<String>, differences: &mut Differences) {
    let names = |all: &BTreeSet<String>| -> BTreeSet<String> {
        all.iter().map(|one| named(one).to_owned()).collect()
    };
    let (own_names, told_names) = (names(own), names(theirs));
    for requirement in own.difference(theirs) {
        let is_address = requirement.contains('@');
        let is_told = told_names.contains(named(requirement));
        let is_extra = requirement.contains("extra==");
        if !is_address && (is_told || is_extra) {
            differences.less.push(format!(
                "the requirement `{requirement}` is another one in the registry"
            ));
        } else {
            differences.more.push(format!(
                "the requirement `{requirement}` is in the archive only"
            ));
        }
    }
    for requirement in theirs.difference(own) {
        if !own_names.contains(named(requirement)) {
            differences.less.push(format!(
                "the requirement `{requirement}` is in the registry only"
            ));
        }
    }
}

/// The name in a requirement's one form.
fn named(requirement: &str) -> &str {
    let end = requirement.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    requirement
        .get(..end.unwrap_or(requirement.len()))
        .unwrap_or_default()
}

#[derive(Default)]
struct Found<'a> {
    name: Option<String>,
    version: Option<String>,
    requires: Vec<&'a str>,
    dynamic_requires: bool,
}

/// The header fields; the description after the first empty line is not looked at.
fn read(text: &str) -> Found<'_> {
    let mut found = Found::default();
    for line in text.trim_start_matches('\u{feff}').lines() {
        if line.is_empty() {
            break;
        }
        // A continuation belongs to a field that is not compared.
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((field, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        match field.trim().to_ascii_lowercase().as_str() {
            "name" => found.name = Some(value.to_owned()),
            "version" => found.version = Some(value.to_owned()),
            "requires-dist" => found.requires.push(value),
            "dynamic" => {
                found.dynamic_requires |= value.eq_ignore_ascii_case("requires-dist");
            }
            _ => {}
        }
    }
    found
}

/// One form for the ways to write the same PEP 508 requirement: name, extras and clauses in order,
/// no brackets around clauses, no space, one kind of quotes.
fn canonical(requirement: &str) -> String {
    let (head, marker) = requirement.split_once(';').unwrap_or((requirement, ""));
    let head: String = head.chars().filter(|c| !c.is_whitespace()).collect();
    let end = head
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .unwrap_or(head.len());
    let (name, rest) = head.split_at_checked(end).unwrap_or((&head, ""));
    let (extras, clauses) = match rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
        Some((extras, clauses)) => (sorted(extras), clauses),
        None => (String::new(), rest),
    };
    // An address has commas and brackets of its own.
    let clauses = if clauses.starts_with('@') {
        clauses.to_owned()
    } else {
        sorted(clauses.trim_start_matches('(').trim_end_matches(')'))
    };
    let marker: String = marker
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')'))
        .map(|c| if c == '\'' { '"' } else { c })
        .collect();
    let name = Ecosystem::PyPI.normalize_name(name);
    let extras = if extras.is_empty() {
        extras
    } else {
        format!("[{}]", extras.to_ascii_lowercase())
    };
    let marker = if marker.is_empty() {
        marker
    } else {
        format!(";{marker}")
    };
    format!("{name}{extras}{clauses}{marker}")
}

fn sorted(list: &str) -> String {
    let mut parts: Vec<&str> = list.split(',').filter(|part| !part.is_empty()).collect();
    parts.sort_unstable();
    parts.join(",")
}

#[cfg(test)]
// Weights and rounded scores are the numbers that are written.
#[allow(clippy::float_cmp)]
mod tests {
    use super::*;
    use crate::metadata::{Dependency, DependencyKind};

    fn told(requirements: &[&str]) -> Release {
        Release {
            version: "1.0".to_owned(),
            dependencies: Some(
                requirements
                    .iter()
                    .map(|text| Dependency {
                        name: String::new(),
                        requirement: (*text).to_owned(),
                        kind: DependencyKind::Normal,
                        target: None,
                    })
                    .collect(),
            ),
            ..Release::default()
        }
    }

    const METADATA: &str = "Metadata-Version: 2.1\nName: My_Demo\nVersion: 1.0.0\n\
        Requires-Dist: charset_normalizer (>=2,<4)\nRequires-Dist: PySocks[b,a] >=1.5 ; extra == 'socks'\n\
        \nRequires-Dist: not-a-header\n";

    #[test]
    fn the_same_in_other_words_is_no_mismatch() {
        let told = told(&[
            "charset-normalizer<4,>=2",
            "pysocks[a,b]>=1.5; extra == \"socks\"",
        ]);
        let evidence = pypi("my-demo", &told, Kind::Wheel, METADATA.as_bytes());
        assert_eq!(evidence, Evidence::default());
    }

    #[test]
    fn what_the_archive_hides_is_found() {
        let told = told(&["charset-normalizer<4,>=2"]);
        let text = METADATA.replace(" ; extra == 'socks'", "");
        let evidence = pypi("my-demo", &told, Kind::Wheel, text.as_bytes());
        assert_eq!(evidence.signals[0].weight, 6.0);
        assert!(evidence.signals[0].evidence.contains("pysocks[a,b]>=1.5"));
        let text = "Name: my-demo\nVersion: 1.0\nRequires-Dist: charset-normalizer @ https://x.example/a\n";
        let evidence = pypi("my-demo", &told, Kind::Wheel, text.as_bytes());
        assert_eq!(
            evidence.signals[0].weight, 6.0,
            "an address is not what was told"
        );
        let evidence = pypi("other", &told, Kind::Wheel, METADATA.as_bytes());
        assert!(
            evidence.signals[0]
                .evidence
                .contains("the name is `My_Demo`")
        );
    }

    #[test]
    fn other_versions_and_extras_weigh_little() {
        let told = told(&["charset-normalizer<3"]);
        let evidence = pypi("my-demo", &told, Kind::Wheel, METADATA.as_bytes());
        assert_eq!(evidence.signals.len(), 1);
        assert_eq!(evidence.signals[0].weight, 2.0);
    }

    #[test]
    fn an_sdist_promises_only_what_it_says() {
        let told = told(&["requests"]);
        let bare = b"Name: my-demo\nVersion: 1.0\n";
        assert_eq!(
            pypi("my-demo", &told, Kind::Sdist, bare),
            Evidence::default()
        );
        assert_eq!(
            pypi("my-demo", &told, Kind::Wheel, bare).signals[0].weight,
            2.0
        );
        let dynamic = b"Name: my-demo\nVersion: 1.0\nDynamic: Requires-Dist\nRequires-Dist: x\n";
        assert_eq!(
            pypi("my-demo", &told, Kind::Sdist, dynamic),
            Evidence::default()
        );
        let static_ = b"Name: my-demo\nVersion: 1.0\nRequires-Dist: x\n";
        assert_eq!(
            pypi("my-demo", &told, Kind::Sdist, static_).signals.len(),
            2
        );
    }

    #[test]
    fn a_registry_that_tells_nothing_hides_nothing() {
        let evidence = pypi("my-demo", &told(&[]), Kind::Wheel, METADATA.as_bytes());
        assert_eq!(evidence.signals.len(), 1);
        assert_eq!(evidence.signals[0].weight, 2.0);
        let bare = b"Name: my-demo\nVersion: 1.0\n";
        assert_eq!(
            pypi("my-demo", &told(&[]), Kind::Wheel, bare),
            Evidence::default()
        );
    }

    #[test]
    fn what_cannot_be_compared_is_told() {
        let evidence = pypi("x", &told(&[]), Kind::Wheel, b"no metadata");
        assert_eq!(evidence.unevaluated.len(), 1);
        let untold = Release {
            version: "1.0".to_owned(),
            ..Release::default()
        };
        let evidence = pypi("x", &untold, Kind::Wheel, b"Name: x\nVersion: 1.0\n");
        assert_eq!(evidence.unevaluated.len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn any_metadata_is_survived(text in ".*", requirement in ".*") {
            let _ = pypi("x", &told(&[&requirement]), Kind::Wheel, text.as_bytes());
            let once = canonical(&requirement);
            let _ = canonical(&once);
        }
    }
}
