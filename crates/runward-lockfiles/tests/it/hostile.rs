//! Nothing that a file contains may stop the program, and nothing is dropped in silence.

use proptest::prelude::*;
use runward_lockfiles::{Context, Format, Limits, read};
use runward_model::Manifest;
use runward_tree::MemoryTree;

fn path_of(format: Format) -> String {
    match format {
        Format::NugetProject => "d/App.csproj".to_owned(),
        other => format!("d/{}", other.name()),
    }
}

fn read_bytes(format: Format, bytes: &[u8]) -> Manifest {
    let path = path_of(format);
    let tree = MemoryTree::new([(path.clone(), bytes.to_vec())]);
    let limits = Limits::default();
    let cx = Context {
        tree: &tree,
        limits: &limits,
    };
    let manifest = read(format, &path, &cx);
    for dependency in &manifest.dependencies {
        assert_eq!(
            dependency.package.version.is_none(),
            dependency.undetermined.is_some()
        );
        assert!(!dependency.package.name.is_empty());
        for edge in &dependency.parents {
            assert!(edge.parent < manifest.dependencies.len());
        }
    }
    manifest
}

#[test]
fn a_missing_file_is_told() {
    let tree = MemoryTree::default();
    let limits = Limits::default();
    let cx = Context {
        tree: &tree,
        limits: &limits,
    };
    for format in Format::ALL {
        let manifest = read(format, "x", &cx);
        assert_eq!(manifest.not_covered.len(), 1, "{format:?}");
    }
}

#[test]
fn what_is_no_text_is_told() {
    for format in Format::ALL {
        for (bytes, part) in [
            (&b"\0\0"[..], "NUL"),
            (b"a\xFF\xFE\x01", "not valid UTF-8"),
            (b"x\n<<<<<<< HEAD\ny\n=======\n", "merge conflict"),
        ] {
            let manifest = read_bytes(format, bytes);
            assert!(
                manifest
                    .not_covered
                    .iter()
                    .any(|note| note.reason.contains(part)),
                "{format:?} {part}: {:?}",
                manifest.not_covered
            );
        }
    }
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = |open: &str, close: &str| open.repeat(5_000) + &close.repeat(5_000);
    for (format, text) in [
        (Format::PackageLock, deep("{\"dependencies\":", "}")),
        (Format::PackageJson, deep("[", "]")),
        (Format::BunLock, deep("{\"packages\":[", "]}")),
        (Format::ComposerLock, deep("[", "]")),
        (Format::NugetLock, deep("[", "]")),
        (
            Format::PnpmLock,
            format!("lockfileVersion: '9.0'\npackages: {}", deep("[", "]")),
        ),
        (
            Format::PnpmLock,
            format!("lockfileVersion: '9.0'\npackages: {}", deep("{a: ", "}")),
        ),
        (
            Format::YarnLock,
            format!("__metadata:\n  a: {}", deep("[", "]")),
        ),
        (Format::PubspecLock, "- ".repeat(5_000)),
        (
            Format::PubspecLock,
            (0..5_000).map(|n| " ".repeat(n) + "a:\n").collect(),
        ),
        (Format::CargoLock, format!("a = {}", deep("[", "]"))),
        (Format::CargoToml, format!("a = {}", deep("{a=", "}"))),
        (
            Format::GradleVersionCatalog,
            format!("{}a = 1", "a.".repeat(5_000)),
        ),
        (Format::PomXml, deep("<a>", "</a>")),
        (Format::NugetProject, deep("<a>", "</a>")),
        (Format::NugetPackagesConfig, deep("<a>", "</a>")),
        (Format::MixLock, deep("[", "]")),
        (Format::MixLock, "%{a: ".repeat(5_000)),
    ] {
        let manifest = read_bytes(format, text.as_bytes());
        assert_eq!(
            manifest.not_covered.len(),
            1,
            "{format:?}: {:?}",
            manifest.not_covered
        );
        assert!(
            manifest.not_covered[0].reason.starts_with("not readable"),
            "{format:?}"
        );
    }
}

#[test]
fn long_lines_end() {
    for format in Format::ALL {
        for unit in [
            "a", "a ", "\"a", "{:a", "a:", "a@", "a/", "(", "[", "<a ", "&a;", "${a", "a,", "'",
            "-",
        ] {
            let text = unit.repeat(1_000_000 / unit.len());
            let manifest = read_bytes(format, text.as_bytes());
            for note in &manifest.not_covered {
                assert!(
                    note.reason.len() < 3_000,
                    "{format:?}: a reason as long as the line"
                );
            }
        }
    }
}

#[test]
fn one_name_many_times_costs_no_square() {
    // 20,000 equal names, each asking for that name.
    let cargo: String = (0..20_000)
        .map(|n| format!("[[package]]\nname = \"a\"\nversion = \"1.0.{n}\"\nsource = \"registry+x\"\ndependencies = [\"a\"]\n"))
        .collect();
    assert_eq!(
        read_bytes(Format::CargoLock, cargo.as_bytes())
            .dependencies
            .len(),
        20_000
    );
    let gems: String = (0..20_000)
        .map(|n| format!("    a (1.{n})\n      a (>= 1)\n"))
        .collect();
    let gems = format!("GEM\n  remote: x\n  specs:\n{gems}\nDEPENDENCIES\n  a\n");
    assert_eq!(
        read_bytes(Format::GemfileLock, gems.as_bytes())
            .dependencies
            .len(),
        20_000
    );
    let npm: String = (0..20_000)
        .map(|n| format!(",\"{}node_modules/a\": {{\"version\": \"1.0.{n}\", \"dependencies\": {{\"zzz\": \"1\"}}}}", "node_modules/a/".repeat(n % 100)))
        .collect();
    let npm = format!("{{\"lockfileVersion\": 3, \"packages\": {{\"\": {{}}{npm}}}}}");
    assert!(
        !read_bytes(Format::PackageLock, npm.as_bytes())
            .dependencies
            .is_empty()
    );
}

#[test]
fn references_cost_no_square() {
    let dependencies: String = (0..5_000)
        .map(|n| {
            format!(
                "<dependency><groupId>${{p{n}}}</groupId><artifactId>a{n}</artifactId></dependency>"
            )
        })
        .collect();
    let profiles: String = (0..5_000)
        .map(|n| format!("<profile><activation><activeByDefault>true</activeByDefault></activation><properties><p{n}>g</p{n}></properties></profile>"))
        .collect();
    let modules: String = (0..5_000)
        .map(|n| format!("<module>m{n}</module>"))
        .collect();
    let pom = format!(
        "<project><modules>{modules}</modules><dependencies>{dependencies}</dependencies><profiles>{profiles}</profiles></project>"
    );
    let manifest = read_bytes(Format::PomXml, pom.as_bytes());
    assert_eq!(manifest.dependencies.len(), 5_000);

    let runtimes: String = (0..5_000)
        .map(|n| format!(",\"f/{n}\": {{\"A{n}\": {{\"resolved\": \"1\", \"dependencies\": {{\"B{n}\": \"1\"}}}}}}"))
        .collect();
    let base: String = (0..5_000)
        .map(|n| {
            format!(
                "{}\"B{n}\": {{\"resolved\": \"1\"}}",
                if n == 0 { "" } else { "," }
            )
        })
        .collect();
    let lock = format!("{{\"version\": 1, \"dependencies\": {{\"f\": {{{base}}}{runtimes}}}}}");
    assert_eq!(
        read_bytes(Format::NugetLock, lock.as_bytes())
            .dependencies
            .len(),
        10_000
    );

    let features: String = (0..5_000)
        .map(|n| format!("f{n} = [\"f{}\"]\n", n + 1))
        .collect();
    let wants: String = (0..5_000)
        .map(|n| format!("d{n} = {{ workspace = true, optional = true }}\n"))
        .collect();
    let shared: String = (0..5_000)
        .map(|n| format!("d{n} = \"=1.0.{n}\"\n"))
        .collect();
    let toml = format!(
        "[features]\ndefault = [\"f0\"]\n{features}[dependencies]\n{wants}[workspace.dependencies]\n{shared}"
    );
    assert_eq!(
        read_bytes(Format::CargoToml, toml.as_bytes())
            .dependencies
            .len(),
        5_000
    );
}

#[test]
fn limits_are_kept_and_told() {
    let tree = MemoryTree::new([("go.sum", "a v1 h1:x\nb v1 h1:x\nc v1 h1:x\nd\ne\nf\n")]);
    let limits = Limits {
        max_packages: 2,
        max_notes: 2,
        ..Limits::default()
    };
    let cx = Context {
        tree: &tree,
        limits: &limits,
    };
    let manifest = read(Format::GoSum, "go.sum", &cx);
    assert_eq!(manifest.dependencies.len(), 2);
    let reasons: Vec<&str> = manifest
        .not_covered
        .iter()
        .map(|note| note.reason.as_str())
        .collect();
    assert_eq!(
        reasons,
        [
            "more than 2 packages; the rest is not read",
            "this line is not `module version hash`; run `go mod tidy`",
            "2 more problems of this file are not listed",
        ]
    );
}

/// Text that has the look of the format, so that more than its first line is reached.
fn pieces(format: Format) -> Vec<&'static str> {
    match format {
        Format::PackageLock | Format::NpmShrinkwrap => vec![
            "{\"lockfileVersion\": 3, \"packages\": {",
            "{\"lockfileVersion\": 1, \"dependencies\": {",
            "\"\": {",
            "\"node_modules/a\": {",
            "\"a\": {",
            "\"version\": \"1.0.0\"",
            "\"link\": true",
            "\"resolved\": \"a\"",
            "\"dependencies\": {",
            "\"requires\": {",
            "\"a\": \"^1\"",
            ",",
            "}",
            "}}",
        ],
        Format::PackageJson | Format::ComposerJson => vec![
            "{\"dependencies\": {",
            "{\"require\": {",
            "\"a\": \"1.0.0\"",
            "\"a/b\": \"npm:x@1\"",
            ",",
            "}",
            "}}",
            "[",
            "]",
        ],
        Format::YarnLock => vec![
            "__metadata:\n",
            "\"a@npm:1\":\n",
            "a@^1:\n",
            "  version \"1\"\n",
            "  version: 1\n",
            "  resolution: \"a@npm:1\"\n",
            "  dependencies:\n",
            "    b \"1\"\n",
            "    b: \"npm:1\"\n",
            "\"",
            "\n",
        ],
        Format::PnpmLock => vec![
            "lockfileVersion: 5.4\n",
            "lockfileVersion: '9.0'\n",
            "packages:\n",
            "snapshots:\n",
            "importers:\n",
            "  .:\n",
            "  /a/1.0.0:\n",
            "  a@1.0.0(b@2):\n",
            "    dependencies:\n",
            "      a: 1.0.0\n",
            "      a: {specifier: ^1, version: 1.0.0}\n",
            "    resolution: {integrity: x}\n",
            "---\n",
        ],
        Format::BunLock => vec![
            "{\"lockfileVersion\": 1,",
            "\"workspaces\": {",
            "\"packages\": {",
            "\"a\": [\"a@1.0.0\", \"\", {",
            "\"dependencies\": {\"a\": \"1\"}",
            "}],",
            "}",
            "\"@s/a/b\": [\"b@github:u/r#1\"],",
            "//\n",
        ],
        Format::CargoLock | Format::CargoToml | Format::GradleVersionCatalog => vec![
            "version = 4\n",
            "[[package]]\n",
            "name = \"a\"\n",
            "version = \"1.0.0\"\n",
            "source = \"git+x?y#z\"\n",
            "dependencies = [\"a\", \"a 1.0.0 (x)\"]\n",
            "[dependencies]\n",
            "a = \"1\"\n",
            "a.workspace = true\n",
            "[workspace]\nmembers = [\"**\"]\n",
            "[libraries]\n",
            "[versions]\n",
            "x = { module = \"a:b\", version.ref = \"v\" }\n",
        ],
        Format::GoMod | Format::GoSum => vec![
            "module m\n",
            "go 1.21.0\n",
            "require (\n",
            ")\n",
            "a v1.0.0 h1:x=\n",
            "a v1.0.0 // indirect\n",
            "replace a => ./b\n",
            "require a v1\n",
            "\"",
            "`",
            "=>",
            " ",
        ],
        Format::GemfileLock => vec![
            "GEM\n",
            "PATH\n",
            "GIT\n",
            "  remote: .\n",
            "  specs:\n",
            "    a (1.0-x)\n",
            "      a (~> 1)\n",
            "DEPENDENCIES\n",
            "  a!\n",
            "CHECKSUMS\n",
            "  a (1.0-x) sha256=y\n",
        ],
        Format::ComposerLock => vec![
            "{\"packages\": [",
            "{\"name\": \"a/b\"",
            "\"version\": \"v1\"",
            "\"require\": {\"a/b\": \"*\"}",
            ",",
            "}",
            "]",
            "}",
            "\"packages-dev\": [",
        ],
        Format::PomXml | Format::NugetPackagesConfig | Format::NugetProject => vec![
            "<project>",
            "<dependencies><dependency>",
            "<groupId>${a}</groupId>",
            "<artifactId>b</artifactId>",
            "<version>[1,2)</version>",
            "</dependency></dependencies>",
            "<parent>",
            "</parent>",
            "</project>",
            "<packages>",
            "<package id=\"a\" version=\"1\"/>",
            "</packages>",
            "<Project><ItemGroup>",
            "<PackageReference Include=\"a;b\" Version=\"$(V)\"/>",
            "</ItemGroup></Project>",
            "<properties><a>${a}</a></properties>",
        ],
        Format::GradleLockfile | Format::GradleBuildscriptLockfile => {
            vec![
                "a:b:1=runtimeClasspath,x\n",
                "empty=\n",
                "a:b\n",
                "#\n",
                ":::=\n",
                "=",
            ]
        }
        Format::NugetLock => vec![
            "{\"version\": 1, \"dependencies\": {",
            "\"net6.0\": {",
            "\"net6.0/x\": {",
            "\"A\": {\"type\": \"Direct\", \"resolved\": \"1\"",
            ", \"dependencies\": {\"A\": \"1\"}",
            "}",
            ",",
        ],
        Format::MixLock => vec![
            "%{",
            "\"a\": ",
            "{:hex, :a, \"1\", \"h\", [:mix], [",
            "{:b, \"1\", [hex: :b]}",
            "]}",
            "}",
            ",",
            "{:git, \"u\", \"c\", []}",
        ],
        Format::PubspecLock => vec![
            "packages:\n",
            "  a:\n",
            "    version: \"1\"\n",
            "    source: git\n",
            "    description:\n",
            "      url: x\n",
            "    dependency: transitive\n",
        ],
    }
}

fn lookalike() -> impl Strategy<Value = (Format, String)> {
    prop::sample::select(Format::ALL.to_vec()).prop_flat_map(|format| {
        prop::collection::vec(prop::sample::select(pieces(format)), 0..16)
            .prop_map(move |pieces| (format, pieces.concat()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_bytes_never_panic(
        format in prop::sample::select(Format::ALL.to_vec()),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        read_bytes(format, &bytes);
    }

    #[test]
    fn lookalikes_never_panic((format, text) in lookalike(), at in 0usize..200, byte in any::<u8>()) {
        read_bytes(format, text.as_bytes());
        let mut bytes = text.into_bytes();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        read_bytes(format, &bytes);
    }

    #[test]
    fn every_package_of_a_lockfile_is_reported(names in prop::collection::btree_set("[a-z]{1,8}", 0..20)) {
        let npm: String = names
            .iter()
            .map(|name| format!(",\n\"node_modules/{name}\": {{\"version\": \"1.0.0\"}}"))
            .collect();
        let cargo: String = names
            .iter()
            .map(|name| format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n"))
            .collect();
        let pnpm: String = names
            .iter()
            .map(|name| format!("  {name}@1.0.0:\n    resolution: {{integrity: sha512-x}}\n"))
            .collect();
        let yarn: String = names
            .iter()
            .map(|name| format!("{name}@^1.0.0:\n  version \"1.0.0\"\n\n"))
            .collect();
        for (format, text) in [
            (Format::PackageLock, format!("{{\"lockfileVersion\": 3, \"packages\": {{\"\": {{}}{npm}}}}}")),
            (Format::CargoLock, format!("version = 4\n{cargo}")),
            (Format::PnpmLock, format!("lockfileVersion: '9.0'\npackages:\n{pnpm}")),
            (Format::YarnLock, format!("# yarn lockfile v1\n{yarn}")),
        ] {
            let manifest = read_bytes(format, text.as_bytes());
            let lines: Vec<&str> = text.lines().collect();
            let mut found = Vec::new();
            for dependency in &manifest.dependencies {
                let name = dependency.package.name.as_str();
                let line = lines[usize::try_from(dependency.source.line).unwrap() - 1];
                prop_assert!(line.contains(name), "{} is not on its line: {}", name, line);
                found.push(name.to_owned());
            }
            found.sort();
            prop_assert_eq!(&found, &names.iter().cloned().collect::<Vec<_>>());
        }
    }
}
