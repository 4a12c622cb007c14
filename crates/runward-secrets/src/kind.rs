//! What a path says of a file.

/// How values are written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// Values stand in quotes; what does not is an expression.
    Code,
    /// Values may stand bare.
    Settings,
    /// Sentences with examples in them.
    Prose,
    /// Written by programs, full of digests and encoded data.
    Generated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) language: Language,
    /// Of tests, fixtures, examples or documents.
    pub(crate) tests: bool,
}

const CODE: &[&str] = &[
    "py", "pyi", "pyx", "js", "mjs", "cjs", "jsx", "ts", "tsx", "vue", "svelte", "java", "kt",
    "kts", "scala", "groovy", "go", "rs", "rb", "php", "c", "h", "cc", "cpp", "hpp", "cs", "fs",
    "swift", "m", "mm", "dart", "lua", "pl", "pm", "r", "jl", "ex", "exs", "erl", "clj", "hs",
    "sql", "gradle", "ipynb", "ps1", "vb", "html", "htm", "j2", "jinja", "css",
];
const PROSE: &[&str] = &[
    "md", "mdx", "rst", "txt", "adoc", "tex", "org", "textile", "log",
];
const GENERATED: &[&str] = &[
    "lock", "sum", "map", "svg", "po", "pot", "xlf", "csv", "tsv", "snap", "ambr", "pem", "crt",
    "cer", "pub", "asc", "sig", "patch.gz", "min.js", "min.css", "har", "xmi", "ics", "eml",
    "woff",
];
const LOCKS: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
    "pipfile.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "pylock.toml",
    "cargo.lock",
    "go.sum",
    "composer.lock",
    "gemfile.lock",
    "mix.lock",
    "pubspec.lock",
    "packages.lock.json",
    "flake.lock",
    ".terraform.lock.hcl",
    "record",
    "manifest",
    "sources",
    "conda-lock.yml",
];
const TESTS: &[&str] = &[
    "test",
    "tests",
    "testing",
    "testdata",
    "test-data",
    "test_data",
    "testutils",
    "test_utils",
    "testsuite",
    "fixtures",
    "fixture",
    "__tests__",
    "__mocks__",
    "mocks",
    "spec",
    "specs",
    "e2e",
    "example",
    "examples",
    "samples",
    "sample",
    "demo",
    "demos",
    "doc",
    "docs",
    "documentation",
    "vectors",
    "cassettes",
    "snapshots",
    "__snapshots__",
    "benchmarks",
    "tutorial",
    "tutorials",
    "docs_src",
    "recipes",
];

pub(crate) fn kind(path: &str) -> Kind {
    let path = path.to_ascii_lowercase();
    let mut parts = path.rsplit(['/', '\\', '!']);
    let name = parts.next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let tests = parts.any(|part| {
        TESTS.contains(&part)
            || part.starts_with("test_")
            || part.ends_with("_test")
            || part.ends_with("-tests")
    }) || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || matches!(stem, "test" | "tests" | "conftest")
        || [
            ".test.",
            ".spec.",
            ".example",
            ".sample",
            ".template",
            ".dist",
        ]
        .iter()
        .any(|part| name.contains(part))
        || matches!(stem, "changelog" | "changes" | "history" | "news");
    let ends = |list: &[&str]| {
        list.iter().any(|end| {
            name.strip_suffix(end)
                .is_some_and(|head| head.ends_with('.') && head.len() > 1)
        })
    };
    let language = if LOCKS.contains(&name) || ends(GENERATED) {
        Language::Generated
    } else if ends(CODE) {
        Language::Code
    } else if ends(PROSE)
        || matches!(
            name,
            "readme" | "license" | "changelog" | "news" | "pkg-info" | "metadata"
        )
    {
        Language::Prose
    } else {
        Language::Settings
    };
    Kind { language, tests }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_how_values_are_written() {
        for (path, language) in [
            ("src/app.py", Language::Code),
            ("web/Main.TSX", Language::Code),
            (".env", Language::Settings),
            (".env.production", Language::Settings),
            ("Dockerfile", Language::Settings),
            ("k8s/deploy.yaml", Language::Settings),
            ("README.md", Language::Prose),
            ("README", Language::Prose),
            ("web/yarn.lock", Language::Generated),
            ("package-lock.json", Language::Generated),
            ("static/app.min.js", Language::Generated),
        ] {
            assert_eq!(kind(path).language, language, "{path}");
        }
    }

    #[test]
    fn tests_and_documents_are_told_by_their_paths() {
        for path in [
            "tests/a.py",
            "a/testdata/key.pem",
            "src/test_login.py",
            "web/login.spec.ts",
            "docs/setup.md",
            ".env.example",
            "pkg/auth_test.go",
            "CHANGELOG.md",
        ] {
            assert!(kind(path).tests, "{path}");
        }
        for path in [
            "src/app.py",
            "latest/app.py",
            "contest/main.go",
            "README.md",
            ".env",
        ] {
            assert!(!kind(path).tests, "{path}");
        }
    }
}
