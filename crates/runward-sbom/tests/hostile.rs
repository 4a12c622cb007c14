//! Hostile bills end in an answer, within limits.

// Helpers of tests may panic, as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fmt::Write as _;

use proptest::prelude::*;
use runward_model::Manifest;
use runward_sbom::{Format, Limits, read, recognize, sniff};

const ALL: [Format; 6] = [
    Format::CycloneDxJson,
    Format::CycloneDxXml,
    Format::SpdxJson,
    Format::SpdxTagValue,
    Format::Json,
    Format::SpdxOther,
];

fn read_text(format: Format, text: &str) -> Manifest {
    read(format, "bom", text.as_bytes(), &Limits::default())
}

fn reasons(manifest: &Manifest) -> String {
    let entries = manifest.not_covered.iter();
    let lines: Vec<String> = entries
        .map(|entry| format!("{:?}: {}", entry.line, entry.reason))
        .collect();
    lines.join("\n")
}

proptest! {
    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        sniff(&bytes);
        for format in ALL {
            read(format, "bom", &bytes, &Limits::default());
        }
    }

    #[test]
    fn any_name_never_panics(name in ".*") {
        recognize(&name);
    }

    /// Words of the formats in any order reach deeper than bytes do.
    #[test]
    fn any_words_never_panic(words in prop::collection::vec(prop::sample::select(vec![
        "{", "}", "[", "]", ":", ",", "\"bomFormat\"", "\"CycloneDX\"", "\"specVersion\"", "\"1.6\"",
        "\"components\"", "\"purl\"", "\"pkg:npm/a@1\"", "\"name\"", "\"x\"", "\"dependencies\"",
        "\"ref\"", "\"dependsOn\"", "\"spdxVersion\"", "\"SPDX-2.3\"", "\"packages\"",
        "<bom xmlns='http://cyclonedx.org/schema/bom/1.4'>", "</bom>", "<components>",
        "</components>", "<component bom-ref='a'>", "</component>", "<name>", "</name>", "&amp;",
        "<dependency ref='a'>", "</dependency>", "<!DOCTYPE a>", "<![CDATA[", "]]>",
        "SPDXVersion: SPDX-2.3\n", "PackageName: a\n", "SPDXID: SPDXRef-a\n", "<text>", "</text>",
        "Relationship: SPDXRef-a DEPENDS_ON SPDXRef-a\n", "ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\n",
    ]), 0..60)) {
        let text = words.concat();
        for format in ALL {
            read(format, "bom", text.as_bytes(), &Limits::default());
        }
    }
}

const SEEDS: [&str; 4] = [
    include_str!("../../../fuzz/seeds/sbom_cyclonedx_json/graph.json"),
    include_str!("../../../fuzz/seeds/sbom_cyclonedx_xml/graph.xml"),
    include_str!("../../../fuzz/seeds/sbom_spdx_json/graph.json"),
    include_str!("../../../fuzz/seeds/sbom_spdx_tag_value/graph.spdx"),
];

proptest! {
    /// A real bill with a stretch of it replaced, repeated or cut out.
    #[test]
    fn damaged_bills_never_panic(
        which in 0..SEEDS.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..40_usize, prop::collection::vec(any::<u8>(), 0..6), 1..4_usize), 1..5),
    ) {
        let mut bytes = SEEDS[which].as_bytes().to_vec();
        for (at, length, inserted, times) in edits {
            let start = at.index(bytes.len() + 1);
            let end = (start + length).min(bytes.len());
            let cut: Vec<u8> = bytes[start..end].iter().chain(&inserted).copied().collect();
            bytes.splice(start..end, cut.repeat(times - 1).into_iter().chain(inserted));
        }
        for format in ALL {
            let manifest = read(format, "bom", &bytes, &Limits::default());
            for dependency in &manifest.dependencies {
                prop_assert_eq!(dependency.package.version.is_none(), dependency.undetermined.is_some());
                prop_assert!(dependency.parents.iter().all(|edge| edge.parent < manifest.dependencies.len()));
            }
        }
    }
}

#[test]
fn deep_nesting_is_an_error() {
    let json = "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[".to_owned()
        + &"{\"name\":\"a\",\"components\":[".repeat(5_000);
    assert!(reasons(&read_text(Format::Json, &json)).contains("nested"));
    let skipped = "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"x\":".to_owned()
        + &"[".repeat(5_000);
    assert!(reasons(&read_text(Format::Json, &skipped)).contains("nested"));
    let xml = "<bom xmlns='http://cyclonedx.org/schema/bom/1.4'><components>".to_owned()
        + &"<component><components>".repeat(5_000);
    assert!(reasons(&read_text(Format::CycloneDxXml, &xml)).contains("nested"));
}

#[test]
fn entities_are_not_expanded() {
    let laughs = "<?xml version='1.0'?>\n<!DOCTYPE bom [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>\n\
                  <bom xmlns='http://cyclonedx.org/schema/bom/1.4'><components>\
                  <component><name>&b;</name></component></components></bom>";
    let manifest = read_text(Format::CycloneDxXml, laughs);
    assert!(
        reasons(&manifest).contains("Some(2): the bill has a document type declaration"),
        "{}",
        reasons(&manifest)
    );
    assert_eq!(manifest.dependencies, []);
    let undeclared = "<bom xmlns='http://cyclonedx.org/schema/bom/1.4'><components>\n\
                      <component><name>&b;</name></component></components></bom>";
    assert!(
        reasons(&read_text(Format::CycloneDxXml, undeclared)).contains("Some(2): the entity `&b;`")
    );
}

#[test]
fn every_limit_is_said() {
    let mut components = String::new();
    for number in 0..20 {
        let comma = if number == 0 { "" } else { "," };
        write!(
            components,
            "{comma}{{\"bom-ref\":\"{number}\",\"purl\":\"pkg:npm/a{number}@1\"}}"
        )
        .unwrap();
    }
    let edges: Vec<String> = (0..20).map(|number| format!("\"{number}\"")).collect();
    let text = format!(
        "{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[{components}],\
         \"dependencies\":[{{\"ref\":\"0\",\"dependsOn\":[{}]}},{{\"ref\":\"1\",\"dependsOn\":[\"missing\",\"gone\"]}}]}}",
        edges.join(",")
    );
    let with = |limits: Limits| reasons(&read(Format::Json, "bom", text.as_bytes(), &limits));
    let limits = Limits::default();
    // Two dependencies that are not listed are packages that are not judged.
    let whole = read(Format::Json, "bom", text.as_bytes(), &limits);
    assert_eq!(whole.not_covered, []);
    assert_eq!(whole.dependencies.len(), 22);
    assert!(
        with(Limits {
            max_bytes: 10,
            ..limits
        })
        .contains("over the limit of 10")
    );
    assert!(
        with(Limits {
            max_components: 5,
            ..limits
        })
        .contains("more than 5 components")
    );
    assert!(
        with(Limits {
            max_values: 20,
            ..limits
        })
        .contains("more than 20 values")
    );
    assert!(
        with(Limits {
            max_edges: 5,
            ..limits
        })
        .contains("more than 5 edges")
    );
    assert!(
        with(Limits {
            max_depth: 1,
            ..limits
        })
        .contains("nested more than 1")
    );
    let few = with(Limits {
        max_problems: 1,
        max_components: 20,
        ..limits
    });
    assert!(few.contains("1 further problems"), "{few}");
}

#[test]
fn groupings_do_not_blow_up() {
    // 1,000 groupings in a chain, each holding a package: half a million steps without a limit.
    let mut text = "SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n".to_owned();
    for number in 0..1_000 {
        write!(
            text,
            "PackageName: g{number}\nSPDXID: SPDXRef-g{number}\nPrimaryPackagePurpose: APPLICATION\n\
             PackageName: p{number}\nSPDXID: SPDXRef-p{number}\nExternalRef: PACKAGE-MANAGER purl pkg:npm/p{number}@1\n\
             Relationship: SPDXRef-g{number} CONTAINS SPDXRef-p{number}\n\
             Relationship: SPDXRef-g{number} DEPENDS_ON SPDXRef-g{}\n",
            number + 1
        )
        .unwrap();
    }
    let limits = Limits {
        max_edges: 10_000,
        ..Limits::default()
    };
    let manifest = read(Format::SpdxTagValue, "bom", text.as_bytes(), &limits);
    assert_eq!(manifest.dependencies.len(), 1_000);
    assert!(reasons(&manifest).contains("steps to resolve"));
}

#[test]
fn broken_bills_say_where_and_what_next() {
    for (format, text, expected) in [
        (Format::Json, "", "None|Some(1): not valid JSON"),
        (Format::Json, "[]", "no JSON object"),
        (Format::Json, "{}", "neither `bomFormat`"),
        (
            Format::Json,
            "{\n\"bomFormat\": \"Other\", \"specVersion\": \"1\"}",
            "Some(2): `bomFormat` is `Other`",
        ),
        (
            Format::Json,
            "{\"bomFormat\": \"CycloneDX\"}",
            "states no version",
        ),
        (
            Format::Json,
            "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"2.0\"}",
            "`2.0` is not read",
        ),
        (
            Format::Json,
            "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.9\"}",
            "newer than what is known",
        ),
        (
            Format::Json,
            "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": {}}",
            "`components` is no list",
        ),
        (
            Format::Json,
            "{\"spdxVersion\": \"SPDX-2.3\", \"packages\": 1}",
            "`packages` is no list",
        ),
        (
            Format::Json,
            "{\"spdxVersion\": \"SPDX-3.0\"}",
            "SPDX 3 is not read",
        ),
        (
            Format::SpdxJson,
            "{\"@context\": \"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\", \"@graph\": []}",
            "SPDX 3 (JSON-LD) is not read; export SPDX 2.3 or CycloneDX",
        ),
        (Format::CycloneDxXml, "", "no `bom` element"),
        (Format::CycloneDxXml, "<html/>", "`html` is no `bom`"),
        (
            Format::CycloneDxXml,
            "<bom xmlns='http://cyclonedx.org/schema/bom/1.4'>\n<components>",
            "elements open",
        ),
        (
            Format::CycloneDxXml,
            "<bom xmlns='http://cyclonedx.org/schema/bom/1.4'>\n<a></b></bom>",
            "Some(2): not well-formed",
        ),
        (
            Format::SpdxTagValue,
            "nothing here",
            "SPDX version `` is not read",
        ),
        (
            Format::SpdxTagValue,
            "SPDXVersion: SPDX-2.3\nDocumentComment: <text>never closed\n",
            "Some(2): `<text>` is not closed",
        ),
        (
            Format::SpdxTagValue,
            "SPDXVersion: SPDX-2.3\nodd line\n",
            "Some(2): 1 lines are no `Tag: value`",
        ),
        (Format::SpdxOther, "x", "is not read; export SPDX 2.3"),
    ] {
        let said = reasons(&read_text(format, text));
        let expected = expected.trim_start_matches("None|");
        assert!(said.contains(expected), "{text}\n{said}");
    }
    let lossy = read(
        Format::SpdxTagValue,
        "bom",
        b"SPDXVersion: SPDX-2.3\n# \xFF\n",
        &Limits::default(),
    );
    assert!(reasons(&lossy).contains("UTF-8"));
}
