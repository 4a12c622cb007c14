//! What is written and read again has the same packages, versions, scopes and edges.

// Helpers of tests may panic, as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use proptest::prelude::*;
use runward_model::{Dependency, Ecosystem, Manifest, Package, ParentEdge, Scope, SourceRef};
use runward_sbom::{Format, Limits, read, sniff, write_cyclonedx, write_spdx};

type Essence = (Package, Scope, bool, Vec<usize>, Option<String>);

fn essence(dependencies: &[Dependency]) -> Vec<Essence> {
    dependencies
        .iter()
        .enumerate()
        .map(|(place, dependency)| {
            let mut parents: Vec<usize> = dependency
                .parents
                .iter()
                .map(|edge| edge.parent)
                .filter(|parent| *parent != place && *parent < dependencies.len())
                .collect();
            parents.sort_unstable();
            parents.dedup();
            (
                dependency.package.clone(),
                dependency.scope,
                dependency.direct,
                parents,
                dependency.undetermined.clone(),
            )
        })
        .collect()
}

fn through(format: Format, dependencies: &[Dependency]) -> Manifest {
    let document = common::document(dependencies, &[]);
    let mut bytes = Vec::new();
    match format {
        Format::CycloneDxJson => write_cyclonedx(&document, &mut bytes).unwrap(),
        _ => write_spdx(&document, &mut bytes).unwrap(),
    }
    assert_eq!(sniff(&bytes), Some(format));
    read(format, "bom.json", &bytes, &Limits::default())
}

const BOTH: [Format; 2] = [Format::CycloneDxJson, Format::SpdxJson];

#[test]
fn the_rich_document_comes_back() {
    let dependencies = common::dependencies();
    for format in BOTH {
        let manifest = through(format, &dependencies);
        assert_eq!(manifest.not_covered, [], "{format:?}");
        assert_eq!(
            essence(&manifest.dependencies),
            essence(&dependencies),
            "{format:?}"
        );
        for (read, written) in manifest.dependencies.iter().zip(&dependencies) {
            assert_eq!(read.requirement, written.requirement);
            assert_eq!(read.groups, written.groups);
            assert_eq!(read.imported, written.imported);
            assert_eq!(read.hashes.len(), written.hashes.len());
        }
    }
}

#[test]
fn output_is_deterministic_and_carries_no_credentials() {
    let dependencies = common::dependencies();
    let findings = common::findings(&dependencies);
    let document = common::document(&dependencies, &findings);
    let write = || {
        let mut bytes = Vec::new();
        write_cyclonedx(&document, &mut bytes).unwrap();
        write_spdx(&document, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(write(), write());
    assert!(!write().contains("TOKEN"));
}

fn ecosystem() -> impl Strategy<Value = Ecosystem> {
    prop_oneof![
        prop::sample::select(Ecosystem::MATCHED.to_vec()),
        Just(Ecosystem::Conda),
        Just(Ecosystem::Other("deb".to_owned())),
        Just(Ecosystem::Other("Alpine:v3.18".to_owned())),
    ]
}

fn package() -> impl Strategy<Value = Package> {
    let name = prop_oneof![
        "[a-zA-Z0-9@/:._ %+#?-]{1,16}",
        "@[a-z]{1,5}/[a-zA-Z]{1,5}",
        "\\PC{1,8}",
    ];
    let version = prop::option::weighted(
        0.8,
        prop_oneof!["[0-9]\\.[0-9]{1,2}(\\+[a-z]{1,3})?", "[a-z0-9.!~:_-]{1,10}"],
    );
    (ecosystem(), name, version).prop_filter_map(
        "a name and a version",
        |(ecosystem, name, version)| {
            let package = Package::new(ecosystem, &name, version.as_deref());
            let reserved = [
                "none",
                "unknown",
                "latest",
                "unspecified",
                "null",
                "undefined",
                "noassertion",
            ];
            let odd = package.version.as_deref().is_some_and(|version| {
                version.is_empty()
                    || version.starts_with(['~', '!'])
                    || version.starts_with("vers:")
                    || reserved.contains(&version)
            });
            // Names are what an ecosystem's normalization gives, and it leaves the stable ones alone.
            let stable = Package::new(
                package.ecosystem.clone(),
                &package.name,
                package.version.as_deref(),
            ) == package;
            (!odd && stable && !package.name.trim().is_empty()).then_some(package)
        },
    )
}

fn graph() -> impl Strategy<Value = Vec<Dependency>> {
    let scope = prop::sample::select(vec![
        Scope::Runtime,
        Scope::Optional,
        Scope::Build,
        Scope::Development,
    ]);
    let one = (
        package(),
        scope,
        any::<bool>(),
        prop::collection::vec(0..12_usize, 0..4),
        1..100_u32,
    );
    prop::collection::vec(one, 0..12).prop_map(|entries| {
        entries
            .into_iter()
            .map(|(package, scope, direct, parents, line)| Dependency {
                scope,
                direct,
                parents: parents
                    .into_iter()
                    .map(|parent| ParentEdge {
                        parent,
                        requirement: None,
                    })
                    .collect(),
                ..Dependency::new(package, SourceRef::new("poetry.lock", line))
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn any_graph_comes_back(dependencies in graph()) {
        for format in BOTH {
            let manifest = through(format, &dependencies);
            prop_assert_eq!(&manifest.not_covered, &[]);
            prop_assert_eq!(essence(&manifest.dependencies), essence(&dependencies));
        }
    }
}
