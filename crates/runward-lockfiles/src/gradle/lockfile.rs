//! `gradle.lockfile`, `buildscript-gradle.lockfile`, and the older one file for each
//! configuration.
//!
//! A line is `group:name:version=configuration,…`. Who asks for a package is not recorded.

use std::collections::HashSet;

use runward_model::Scope;
use runward_tree::path::{file_name, join, parent};

use crate::{Format, draft::Draft, text::numbered};

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let own_configuration = file_name(parent(&draft.path))
        .eq("dependency-locks")
        .then(|| {
            file_name(&draft.path)
                .trim_end_matches(".lockfile")
                .to_owned()
        });
    let named = named_in_build_files(draft, own_configuration.is_some());
    for (line, content) in numbered(text) {
        let content = content.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let (module, configurations) = match (content.split_once('='), &own_configuration) {
            // The configurations that are locked and empty.
            (Some(("empty", _)), _) => continue,
            (Some((module, configurations)), _) => (module, configurations),
            (None, Some(configuration)) => (content, configuration.as_str()),
            (None, None) => (content, ""),
        };
        let parts: Vec<&str> = module.split(':').collect();
        let [group, name, version] = parts.as_slice() else {
            draft.note(
                line,
                "this line is not `group:name:version=configurations`; run `gradle dependencies --write-locks`",
            );
            continue;
        };
        let module = format!("{group}:{name}");
        let mut dependency = draft.dependency(&module, Some(version), line);
        dependency.groups = configurations
            .split(',')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        dependency.scope = if draft.format == Format::GradleBuildscriptLockfile {
            Scope::Build
        } else {
            dependency
                .groups
                .iter()
                .map(|name| scope_of(name))
                .min()
                .unwrap_or(Scope::Runtime)
        };
        // Without a build file to look at, the graver answer.
        dependency.direct = named.as_ref().is_none_or(|named| named.contains(&module));
        draft.add(dependency);
    }
}

/// What a configuration is for, by the names that Gradle's and Android's plugins give them. An
/// unknown one counts as shipped.
fn scope_of(configuration: &str) -> Scope {
    let name = configuration.to_ascii_lowercase();
    let tools = [
        "test",
        "jmh",
        "checkstyle",
        "pmd",
        "spotbugs",
        "spotless",
        "jacoco",
        "ktlint",
        "detekt",
        "codenarc",
        "dokka",
        "lint",
        "benchmark",
    ];
    let builds = [
        "annotationprocessor",
        "kapt",
        "ksp",
        "compileronly",
        "kotlincompiler",
    ];
    if name.ends_with("runtimeclasspath") && !name.contains("test") && !name.starts_with("jmh") {
        Scope::Runtime
    } else if tools.iter().any(|tool| name.contains(tool)) {
        Scope::Development
    } else if builds.iter().any(|build| name.contains(build))
        || name.ends_with("compileclasspath")
        || name.ends_with("compileonly")
        || name == "classpath"
    {
        Scope::Build
    } else {
        Scope::Runtime
    }
}

/// Every `group:name` that the build files beside the lockfile name; none without such a file.
fn named_in_build_files(draft: &mut Draft<'_>, in_lock_directory: bool) -> Option<HashSet<String>> {
    let mut directory = draft.directory().to_owned();
    if in_lock_directory {
        // gradle/dependency-locks/x.lockfile
        directory = parent(parent(&directory)).to_owned();
    }
    let mut named: Option<HashSet<String>> = None;
    let mut places = vec![
        (directory.clone(), "build.gradle"),
        (directory.clone(), "build.gradle.kts"),
        (directory.clone(), "settings.gradle"),
        (directory.clone(), "settings.gradle.kts"),
    ];
    loop {
        places.push((directory.clone(), "gradle/libs.versions.toml"));
        if directory.is_empty() {
            break;
        }
        directory = parent(&directory).to_owned();
    }
    for (directory, name) in places {
        if let Ok(path) = join(&directory, name)
            && let Some(text) = draft.related(&path)
        {
            named.get_or_insert_default().extend(coordinates(&text));
        }
    }
    named
}

/// The `group:name` beginnings of quoted strings, and `group: "…", name: "…"` on one line.
fn coordinates(text: &str) -> Vec<String> {
    let quoted = text.split(['"', '\'', '\n']).filter_map(|quoted| {
        let mut parts = quoted.splitn(3, ':');
        module(parts.next()?, parts.next()?)
    });
    let named = text
        .lines()
        .filter_map(|line| module(argument(line, "group")?, argument(line, "name")?));
    quoted.chain(named).collect()
}

fn module(group: &str, name: &str) -> Option<String> {
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    };
    (plain(group) && plain(name)).then(|| format!("{group}:{name}"))
}

/// The quoted value of `key: "value"` or `key = "value"`.
fn argument<'l>(line: &'l str, key: &str) -> Option<&'l str> {
    let (_, rest) = line.split_once(key)?;
    let rest = rest.trim_start().strip_prefix([':', '='])?.trim_start();
    rest.strip_prefix(['"', '\''])?.split(['"', '\'']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_files_name_modules() {
        let text = "implementation 'a.b:c:1.0'\nimplementation group: \"d\", name: \"e\", version: \"1\"\nx = { group = \"f\", name = \"g\" }\nurl 'https://h'\n";
        assert_eq!(coordinates(text), ["a.b:c", "d:e", "f:g"]);
    }

    #[test]
    fn configurations_have_scopes() {
        for (name, scope) in [
            ("runtimeClasspath", Scope::Runtime),
            ("releaseRuntimeClasspath", Scope::Runtime),
            ("testRuntimeClasspath", Scope::Development),
            ("debugAndroidTestCompileClasspath", Scope::Development),
            ("compileClasspath", Scope::Build),
            ("annotationProcessor", Scope::Build),
            ("checkstyle", Scope::Development),
            ("productionDeps", Scope::Runtime),
        ] {
            assert_eq!(scope_of(name), scope, "{name}");
        }
    }
}
