//! What each form of bill says, and how it is understood.

// Helpers of tests may panic, as tests may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use runward_model::{Dependency, Ecosystem, Manifest, ManifestRole, Origin, Scope};
use runward_sbom::{Format, Limits, read};

fn read_text(format: Format, text: &str) -> Manifest {
    read(format, "sbom/bom", text.as_bytes(), &Limits::default())
}

/// `name version scope direct line <- parents`, or `name ? reason`.
fn lines(manifest: &Manifest) -> Vec<String> {
    let name = |dependency: &Dependency| dependency.package.name.clone();
    manifest
        .dependencies
        .iter()
        .map(|dependency| {
            let parents: Vec<String> = dependency
                .parents
                .iter()
                .map(|edge| name(&manifest.dependencies[edge.parent]))
                .collect();
            let version = dependency.package.version.as_deref().unwrap_or("?");
            let direct = if dependency.direct {
                "direct"
            } else {
                "transitive"
            };
            format!(
                "{} {version} {} {direct} :{} <- [{}]",
                name(dependency),
                dependency.scope,
                dependency.source.line,
                parents.join(", ")
            )
        })
        .collect()
}

const CYCLONEDX_JSON: &str = r#"{
  "bomFormat": "CycloneDX",
  "specVersion": "1.5",
  "metadata": {
    "tools": {"components": [{"type": "application", "name": "a-tool", "version": "1"}]},
    "component": {"type": "application", "bom-ref": "app", "name": "app", "version": "1.0",
      "components": [
        {"type": "library", "bom-ref": "module", "purl": "pkg:maven/org.example/module@1.0"}
      ]}
  },
  "components": [
    {"type": "application", "bom-ref": "app", "name": "app", "version": "1.0"},
    {
      "type": "library",
      "bom-ref": "flask", "name": "Flask", "version": "1.0",
      "purl": "pkg:pypi/Flask@1.0?extension=whl",
      "hashes": [{"alg": "SHA-256", "content": "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"}],
      "pedigree": {"ancestors": [{"type": "library", "name": "no", "purl": "pkg:pypi/ancestor@1"}]},
      "components": [
        {"type": "library", "bom-ref": "vendored", "purl": "pkg:pypi/vendored@3"}
      ]
    },
    {"type": "library", "bom-ref": "jinja", "purl": "pkg:pypi/jinja2@2.10", "version": "2.10"},
    {"type": "library", "bom-ref": "pkg:npm/%40types/node@20.0.0", "group": "@types", "name": "node", "version": "20.0.0", "scope": "optional"},
    {"type": "library", "bom-ref": "mocha", "purl": "pkg:npm/mocha@10", "scope": "excluded"},
    {"type": "library", "bom-ref": "x", "group": "@scope", "name": "x", "version": "2.0"},
    {"type": "library", "bom-ref": "y", "group": "org.example", "name": "y", "version": "2.0"},
    {"type": "library", "bom-ref": "z", "name": "z", "purl": "not a purl"},
    {"type": "library", "bom-ref": "toml", "name": "github.com/BurntSushi/toml", "purl": "pkg:golang/github.com/burntsushi/toml@v0.3.1"},
    {"type": "library", "bom-ref": "two", "purl": "pkg:pypi/two@1.0", "version": "2.0"},
    {"type": "library", "bom-ref": "range", "purl": "pkg:pypi/range", "version": ">= 1.0, < 2"},
    {"type": "library", "bom-ref": "ext", "purl": "pkg:pypi/ext", "isExternal": true, "versionRange": "vers:pypi/>=9"},
    {"type": "library", "bom-ref": "none", "purl": "pkg:pypi/none"},
    {"type": "application", "bom-ref": "lock", "name": "package-lock.json"},
    {"type": "library", "bom-ref": "via", "purl": "pkg:npm/via-lock@1"},
    {"type": "operating-system", "bom-ref": "os", "name": "debian", "version": "12"},
    {"type": "file", "bom-ref": "f", "name": "/etc/passwd", "version": "sha256"}
  ],
  "services": [{"bom-ref": "service", "name": "s"}],
  "dependencies": [
    {"ref": "app", "dependsOn": ["flask", "mocha", "lock", "service"]},
    {"ref": "flask", "dependsOn": ["jinja", "flask", "jinja"]},
    {"ref": "lock", "dependsOn": ["via"]},
    {"ref": "jinja", "dependsOn": ["pkg:pypi/markupsafe@1.1", "mystery"]}
  ]
}"#;

#[test]
fn cyclonedx_json_is_understood() {
    let manifest = read_text(Format::Json, CYCLONEDX_JSON);
    assert_eq!(manifest.not_covered, []);
    assert_eq!(manifest.format, "CycloneDX JSON");
    assert_eq!(manifest.role, ManifestRole::Sbom);
    assert_eq!(manifest.ecosystem, Ecosystem::Other("generic".to_owned()));
    assert_eq!(
        lines(&manifest),
        [
            "org.example:module 1.0 runtime direct :8 <- []",
            "flask 1.0 runtime direct :13 <- []",
            "vendored 3 runtime transitive :20 <- [flask]",
            "jinja2 2.10 runtime transitive :23 <- [flask]",
            "@types/node 20.0.0 optional direct :24 <- []",
            "mocha 10 development direct :25 <- []",
            "@scope/x 2.0 runtime direct :26 <- []",
            "org.example/y ? runtime direct :27 <- []",
            "z ? runtime direct :28 <- []",
            "github.com/BurntSushi/toml v0.3.1 runtime direct :29 <- []",
            "two ? runtime direct :30 <- []",
            "range ? runtime direct :31 <- []",
            "ext ? runtime direct :32 <- []",
            "none ? runtime direct :33 <- []",
            "via-lock 1 runtime direct :35 <- []",
            "debian ? runtime direct :36 <- []",
            "markupsafe 1.1 runtime transitive :44 <- [jinja2]",
            "mystery ? runtime transitive :44 <- [jinja2]",
        ]
    );
    let reason = |name: &str| {
        manifest
            .dependencies
            .iter()
            .find(|dependency| dependency.package.name == name)
            .and_then(|dependency| dependency.undetermined.clone())
            .unwrap()
    };
    assert!(
        reason("org.example/y").contains("no package URL")
            && reason("org.example/y").contains("`2.0`")
    );
    assert!(reason("z").contains("`not a purl` is no package URL"));
    assert!(reason("two").contains("`1.0` and the bill says `2.0`"));
    assert!(reason("range").contains("`>= 1.0, < 2` allows many versions"));
    assert!(reason("ext").contains("`vers:pypi/>=9` allows many versions"));
    assert!(reason("none").contains("states no version"));
    assert!(reason("debian").contains("no package URL"));
    assert!(
        reason("mystery").contains("does not list it"),
        "{}",
        reason("mystery")
    );
    let flask = &manifest.dependencies[1];
    assert_eq!(
        flask.hashes,
        ["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]
    );
    let excluded: Vec<&str> = manifest
        .excluded
        .iter()
        .map(|entry| entry.name.as_str())
        .collect();
    assert_eq!(
        excluded,
        [
            "1 × components of type `application` without a package URL",
            "1 × components of type `file` without a package URL"
        ]
    );
}

#[test]
fn an_incomplete_bill_says_so() {
    let text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.4",
        "compositions": [
            {"aggregate": "complete"},
            {"aggregate": "incomplete_first_party_only"}]}"#;
    let manifest = read_text(Format::CycloneDxJson, text);
    assert_eq!(manifest.not_covered.len(), 1);
    assert_eq!(manifest.not_covered[0].line, Some(4));
}

const CYCLONEDX_XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<c:bom xmlns:c="http://cyclonedx.org/schema/bom/1.4" version="1">
  <c:metadata>
    <c:tools><c:tool><c:name>t</c:name></c:tool></c:tools>
    <c:component type="application" bom-ref="app"><c:name>app</c:name></c:component>
  </c:metadata>
  <c:components>
    <c:component type="library"
        bom-ref="a&amp;b">
      <c:group>org.example</c:group>
      <c:name>a&lt;b</c:name>
      <c:version><![CDATA[1.0]]>&#46;1</c:version>
      <c:scope>optional</c:scope>
      <c:hashes><c:hash alg="MD5">00000000000000000000000000000000</c:hash></c:hashes>
      <c:licenses><c:license><c:name>not the name</c:name></c:license></c:licenses>
      <c:purl>pkg:maven/org.example/a@1.0.1?type=jar</c:purl>
      <c:pedigree><c:ancestors><c:component><c:name>no</c:name></c:component></c:ancestors></c:pedigree>
      <c:components>
        <c:component type="library" bom-ref="nested"><c:name>n</c:name><c:purl>pkg:maven/org.example/n@2</c:purl></c:component>
      </c:components>
      <c:properties><c:property name="runward:scope">build</c:property></c:properties>
    </c:component>
    <c:component type="library" bom-ref="c"><c:name>c</c:name><c:purl>pkg:maven/org.example/c@3</c:purl></c:component>
  </c:components>
  <c:dependencies>
    <c:dependency ref="app"><c:dependency ref="a&amp;b"/></c:dependency>
    <c:dependency ref="a&amp;b"><c:dependency ref="c"/></c:dependency>
  </c:dependencies>
  <c:compositions><c:composition><c:aggregate>incomplete</c:aggregate></c:composition></c:compositions>
</c:bom>
"#;

#[test]
fn cyclonedx_xml_is_understood() {
    let manifest = read_text(Format::CycloneDxXml, CYCLONEDX_XML);
    assert_eq!(
        lines(&manifest),
        [
            "org.example:a 1.0.1 build direct :8 <- []",
            "org.example:n 2 runtime transitive :19 <- [org.example:a]",
            "org.example:c 3 runtime transitive :23 <- [org.example:a]",
        ]
    );
    assert_eq!(manifest.ecosystem, Ecosystem::Maven);
    assert_eq!(
        manifest.dependencies[0].hashes,
        ["md5:00000000000000000000000000000000"]
    );
    assert_eq!(manifest.not_covered.len(), 1);
    assert_eq!(manifest.not_covered[0].line, Some(29));
}

#[test]
fn the_first_cyclonedx_is_read() {
    let text = "<?xml version=\"1.0\"?><bom xmlns=\"http://cyclonedx.org/schema/bom/1.0\"><components>\
                <component type=\"library\"><name>a</name><version>1</version>\
                <purl>pkg:gem/a@1</purl><modified>false</modified></component></components></bom>";
    assert_eq!(
        lines(&read_text(Format::CycloneDxXml, text)),
        ["a 1 runtime direct :1 <- []"]
    );
}

const SPDX_JSON: &str = r#"{
  "spdxVersion": "SPDX-2.3",
  "SPDXID": "SPDXRef-DOCUMENT",
  "packages": [
    {"SPDXID": "SPDXRef-root", "name": "com.github.example/app",
     "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:github/example/app@main"}]},
    {"SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1.0",
     "checksums": [{"algorithm": "SHA1", "checksumValue": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}],
     "externalRefs": [
       {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:a:a:1.0:*:*:*:*:*:*:*"},
       {"referenceCategory": "PACKAGE_MANAGER", "referenceType": "http://spdx.org/rdf/references/purl", "referenceLocator": "pkg:pypi/a@1.0?vcs_url=git%2Bhttps://example.org/a.git%40v1"}]},
    {"SPDXID": "SPDXRef-b", "name": "b", "versionInfo": "^2.0",
     "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:npm/b"}]},
    {"SPDXID": "SPDXRef-c", "name": "c", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:npm/c@3"}]},
    {"SPDXID": "SPDXRef-d", "name": "d", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:npm/d@4"}]},
    {"SPDXID": "SPDXRef-e", "name": "e", "versionInfo": "= 5.0", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:npm/e"}]},
    {"SPDXID": "SPDXRef-f", "name": "f", "versionInfo": "6"},
    {"SPDXID": "SPDXRef-g", "name": "dir", "primaryPackagePurpose": "FILE"},
    {"SPDXID": "SPDXRef-h", "name": "h", "externalRefs": [
       {"referenceType": "purl", "referenceLocator": "pkg:npm/h@8"},
       {"referenceType": "purl", "referenceLocator": "pkg:npm/other@8"}]}
  ],
  "files": [{"SPDXID": "SPDXRef-file", "fileName": "./x"}],
  "relationships": [
    {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-root"},
    {"spdxElementId": "SPDXRef-root", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-a"},
    {"spdxElementId": "SPDXRef-b", "relationshipType": "DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-a"},
    {"spdxElementId": "SPDXRef-c", "relationshipType": "DEV_DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-root"},
    {"spdxElementId": "SPDXRef-c", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-d"},
    {"spdxElementId": "SPDXRef-root", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-d"},
    {"spdxElementId": "SPDXRef-e", "relationshipType": "OPTIONAL_DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-a"},
    {"spdxElementId": "SPDXRef-e", "relationshipType": "BUILD_DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-a"},
    {"spdxElementId": "SPDXRef-a", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-file"},
    {"spdxElementId": "SPDXRef-a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "NOASSERTION"},
    {"spdxElementId": "SPDXRef-a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "DocumentRef-x:SPDXRef-y"},
    {"spdxElementId": "SPDXRef-a", "relationshipType": "OTHER", "relatedSpdxElement": "SPDXRef-c"}
  ]
}"#;

#[test]
fn spdx_json_is_understood() {
    let manifest = read_text(Format::SpdxJson, SPDX_JSON);
    assert_eq!(
        lines(&manifest),
        [
            "a 1.0 runtime direct :7 <- []",
            "b ? runtime transitive :12 <- [a]",
            "c 3 development direct :14 <- []",
            "d 4 development transitive :15 <- [c]",
            "e 5.0 optional transitive :16 <- [a]",
            "f ? runtime direct :17 <- []",
            "h 8 runtime direct :19 <- []",
        ]
    );
    let a = &manifest.dependencies[0];
    assert_eq!(a.hashes, ["sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709"]);
    assert_eq!(
        a.origin,
        Origin::Git {
            url: "https://example.org/a.git".to_owned(),
            rev: Some("v1".to_owned())
        }
    );
    assert_eq!(
        manifest.dependencies[1].requirement.as_deref(),
        Some("^2.0")
    );
    let said: Vec<(Option<u32>, &str)> = manifest
        .not_covered
        .iter()
        .map(|entry| (entry.line, entry.reason.as_str()))
        .collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].0 == Some(19) && said[0].1.contains("`pkg:npm/other@8` is not judged"));
    assert!(
        said[1].0 == Some(35) && said[1].1.contains("`DocumentRef-x:SPDXRef-y` is needed"),
        "{said:?}"
    );
    let excluded: Vec<&str> = manifest
        .excluded
        .iter()
        .map(|entry| entry.name.as_str())
        .collect();
    assert_eq!(
        excluded,
        [
            "pkg:github/example/app@main",
            "1 × components of type `file` without a package URL"
        ]
    );
}

/// Some tools describe every package; none of them may vanish as "the product".
#[test]
fn a_described_package_that_can_be_judged_is_no_root_among_several() {
    let text = r#"{"spdxVersion": "SPDX-2.2", "SPDXID": "SPDXRef-DOCUMENT",
        "documentDescribes": ["SPDXRef-p", "SPDXRef-a", "SPDXRef-b"],
        "packages": [
          {"SPDXID": "SPDXRef-p", "name": "product"},
          {"SPDXID": "SPDXRef-a", "name": "a", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:npm/a@1"}]},
          {"SPDXID": "SPDXRef-b", "name": "b", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:npm/b@1"}]}],
        "relationships": [{"spdxElementId": "SPDXRef-a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-b"}]}"#;
    assert_eq!(
        lines(&read_text(Format::SpdxJson, text)),
        [
            "a 1 runtime direct :5 <- []",
            "b 1 runtime transitive :6 <- [a]"
        ]
    );
}

const TAG_VALUE: &str = "SPDXVersion: SPDX-2.2
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentComment: <text>several
PackageName: not a package
lines</text>
# a comment

PackageName: app
SPDXID: SPDXRef-app
PackageVersion: 1.0

PackageName: libfoo
SPDXID: SPDXRef-foo
PackageVersion: <text>2.0</text>
PackageChecksum: SHA1: da39a3ee5e6b4b0d3255bfef95601890afd80709
ExternalRef: SECURITY cpe23Type cpe:2.3:a:foo:foo:2.0:*:*:*:*:*:*:*
ExternalRef: PACKAGE-MANAGER purl pkg:cargo/foo@2.0
PackageLicenseComments: <text>
SPDXID: SPDXRef-no
</text>

PackageName: bar
SPDXID: SPDXRef-bar
ExternalRef: PACKAGE-MANAGER purl pkg:cargo/bar@3.0

FileName: ./x.c
SPDXID: SPDXRef-file
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-app
Relationship: SPDXRef-app CONTAINS SPDXRef-foo
Relationship: SPDXRef-app CONTAINS SPDXRef-file
Relationship: SPDXRef-bar TEST_DEPENDENCY_OF SPDXRef-foo
";

#[test]
fn spdx_tag_value_is_understood() {
    for text in [TAG_VALUE.to_owned(), TAG_VALUE.replace('\n', "\r\n")] {
        let manifest = read_text(Format::SpdxTagValue, &text);
        assert_eq!(manifest.not_covered, []);
        assert_eq!(
            lines(&manifest),
            [
                "foo 2.0 runtime direct :13 <- []",
                "bar 3.0 development transitive :23 <- [foo]",
            ]
        );
        assert_eq!(manifest.dependencies[0].hashes.len(), 1);
        assert_eq!(manifest.ecosystem, Ecosystem::CratesIo);
    }
}

/// A licence file beside a package describes the package itself (SPDX 2.3, §11.1: with one package
/// the relationship is implied).
#[test]
fn the_only_package_is_the_product() {
    let text = "SPDXVersion: SPDX-2.1\nPackageName: tauri\nDataFormat: SPDXRef-1\n";
    let manifest = read_text(Format::SpdxTagValue, text);
    assert_eq!(manifest.dependencies, []);
    assert_eq!(manifest.not_covered, []);
}

#[test]
fn annotations_of_our_own_survive_a_conversion_to_tag_value() {
    let text = "SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n\
                PackageName: app\nSPDXID: SPDXRef-app\n\
                PackageName: a\nSPDXID: SPDXRef-a\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a\n\
                Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-app\n\
                Annotator: Tool: runward-1\nAnnotationType: OTHER\nSPDXREF: SPDXRef-a\n\
                AnnotationComment: <text>runward:scope=build\nrunward:not-judged=because</text>\n";
    let manifest = read_text(Format::SpdxTagValue, text);
    assert_eq!(manifest.dependencies[0].scope, Scope::Build);
    assert_eq!(
        manifest.dependencies[0].undetermined.as_deref(),
        Some("because")
    );
}

/// Scanners before SPDX 2.3 group packages under one without purpose, version or package URL.
#[test]
fn a_scanners_grouping_is_no_package() {
    let text = "SPDXVersion: SPDX-2.2\nSPDXID: SPDXRef-DOCUMENT\n\
                PackageName: image\nSPDXID: SPDXRef-image\n\
                PackageName: node-pkg\nSPDXID: SPDXRef-group\n\
                PackageName: a\nSPDXID: SPDXRef-a\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\n\
                Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-image\n\
                Relationship: SPDXRef-image CONTAINS SPDXRef-group\n\
                Relationship: SPDXRef-group CONTAINS SPDXRef-a\n";
    let manifest = read_text(Format::SpdxTagValue, text);
    assert_eq!(lines(&manifest), ["a 1 runtime direct :7 <- []"]);
    assert_eq!(manifest.excluded.len(), 1);
}
