//! Which language a file is in.

use runward_syntax::Language;

/// Endings of file names, lower case.
const ENDINGS: &[(&str, Language)] = &[
    (".py", Language::Python),
    (".pyi", Language::Python),
    (".js", Language::JavaScript),
    (".jsx", Language::JavaScript),
    (".cjs", Language::JavaScript),
    (".mjs", Language::JavaScript),
    (".ts", Language::TypeScript),
    (".tsx", Language::TypeScript),
    (".cts", Language::TypeScript),
    (".mts", Language::TypeScript),
    (".json", Language::Json),
    (".ipynb", Language::Json),
    (".yml", Language::Yaml),
    (".yaml", Language::Yaml),
    (".dockerfile", Language::Dockerfile),
    (".containerfile", Language::Dockerfile),
    (".sh", Language::Bash),
    (".bash", Language::Bash),
    (".tf", Language::Terraform),
    (".tfvars", Language::Terraform),
    (".hcl", Language::Terraform),
];

/// Whole names, lower case.
const NAMES: &[(&str, Language)] = &[
    ("dockerfile", Language::Dockerfile),
    ("containerfile", Language::Dockerfile),
];

/// Endings of the names of other files that are text, lower case.
const TEXTS: &[&str] = &[
    "adoc",
    "asm",
    "asp",
    "aspx",
    "bat",
    "bzl",
    "c",
    "cc",
    "cfg",
    "clj",
    "cmake",
    "cmd",
    "conf",
    "config",
    "cpp",
    "cs",
    "csproj",
    "css",
    "csv",
    "cxx",
    "dart",
    "ejs",
    "env",
    "erb",
    "erl",
    "ex",
    "exs",
    "fs",
    "go",
    "gradle",
    "graphql",
    "groovy",
    "h",
    "hbs",
    "hpp",
    "hs",
    "htm",
    "html",
    "ini",
    "java",
    "jsp",
    "kt",
    "kts",
    "less",
    "log",
    "lua",
    "m",
    "md",
    "mdx",
    "mk",
    "ml",
    "mm",
    "mustache",
    "nix",
    "php",
    "pl",
    "pm",
    "properties",
    "proto",
    "ps1",
    "pug",
    "r",
    "rb",
    "rs",
    "rst",
    "sass",
    "scala",
    "scss",
    "sol",
    "sql",
    "svelte",
    "swift",
    "toml",
    "tsv",
    "twig",
    "txt",
    "vb",
    "vue",
    "xml",
    "xsl",
    "zig",
    "zsh",
];

/// Interpreters in a first line `#!…`.
const INTERPRETERS: &[(&str, Language)] = &[
    ("python", Language::Python),
    ("python2", Language::Python),
    ("python3", Language::Python),
    ("node", Language::JavaScript),
    ("nodejs", Language::JavaScript),
    ("ts-node", Language::TypeScript),
    ("bash", Language::Bash),
    ("sh", Language::Bash),
];

/// The language of a file, by its name.
#[must_use]
pub fn by_name(path: &str) -> Option<Language> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let listed = NAMES.iter().find(|(known, _)| *known == name);
    let ending = || ENDINGS.iter().find(|(ending, _)| name.ends_with(ending));
    listed.or_else(ending).map(|(_, language)| *language)
}

/// Whether a file is text by its name, so that something is amiss where it does not look so.
#[must_use]
pub(crate) fn is_text(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let listed = |ending: &str| TEXTS.contains(&&*ending.to_ascii_lowercase());
    by_name(path).is_some() || ending.is_some_and(listed)
}

/// The language of a script without an ending, by its first line.
#[must_use]
pub fn by_first_line(source: &[u8]) -> Option<Language> {
    let line = source.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?.strip_prefix("#!")?.trim();
    let mut words = line.split_whitespace();
    let program = words.next()?.rsplit('/').next()?;
    let program = if program == "env" {
        words.find(|word| !word.starts_with('-'))?
    } else {
        program
    };
    // `python3.11` is `python3`.
    let program = program.split('.').next()?;
    INTERPRETERS
        .iter()
        .find(|(known, _)| *known == program)
        .map(|(_, language)| *language)
}

/// Whether a file without an ending could be a script, so that its first line is worth a look.
#[must_use]
pub fn may_be_script(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    !name.trim_start_matches('.').contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_first_lines_tell_the_language() {
        assert_eq!(by_name("a/b.PY"), Some(Language::Python));
        assert_eq!(by_name("deploy/Dockerfile"), Some(Language::Dockerfile));
        assert_eq!(by_name("web.dockerfile"), Some(Language::Dockerfile));
        assert_eq!(by_name("a.min.js"), Some(Language::JavaScript));
        assert_eq!(by_name("prod/main.tf"), Some(Language::Terraform));
        assert_eq!(by_name("x.auto.tfvars"), Some(Language::Terraform));
        assert_eq!(by_name("main.tf.json"), Some(Language::Json));
        assert_eq!(by_name("py"), None);
        let script = |text: &str| by_first_line(text.as_bytes());
        assert_eq!(
            script("#!/usr/bin/env python3.11\nx"),
            Some(Language::Python)
        );
        assert_eq!(
            script("#!/usr/bin/env -S node\n"),
            Some(Language::JavaScript)
        );
        assert_eq!(script("#!/bin/sh"), Some(Language::Bash));
        assert_eq!(script("#!/usr/bin/perl"), None);
        assert_eq!(script("x = 1"), None);
        assert!(is_text("a/NOTES.TXT") && is_text("a.py") && is_text(".env"));
        assert!(!is_text("logo.png") && !is_text("txt") && !is_text("a.min"));
        assert!(may_be_script("bin/manage") && !may_be_script("bin/manage.rb"));
    }
}
