//! `go.mod`: the modules that a build selects, and the Go release for the standard library.

use std::{borrow::Cow, collections::HashMap};

use runward_model::{Dependency, Origin};
use runward_tree::path::join;

use super::go_sum;
use crate::{draft::Draft, text::numbered};

/// The name under which OSV and govulncheck list the standard library.
const STDLIB: &str = "stdlib";

struct Require<'a> {
    module: Cow<'a, str>,
    version: Cow<'a, str>,
    indirect: bool,
    line: u32,
}

/// `old [version] => new [version]`.
struct Replace<'a> {
    new: Cow<'a, str>,
    version: Option<Cow<'a, str>>,
}

#[derive(Default)]
struct GoMod<'a> {
    requires: Vec<Require<'a>>,
    replaces: HashMap<(Cow<'a, str>, Option<Cow<'a, str>>), Replace<'a>>,
    go: Option<(u32, Cow<'a, str>)>,
    toolchain: Option<(u32, Cow<'a, str>)>,
}

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let file = parse(draft, text);
    let sums = join(draft.directory(), "go.sum")
        .ok()
        .and_then(|path| draft.related(&path));
    let hashes = sums.as_deref().map(go_sum::hashes).unwrap_or_default();
    for require in &file.requires {
        if let Some(mut dependency) = module(draft, require, &file) {
            let version = dependency.package.version.as_deref().unwrap_or_default();
            let hash = hashes.get(&(dependency.package.name.as_str(), version));
            dependency.hashes = hash.map(|hash| (*hash).to_owned()).into_iter().collect();
            draft.add(dependency);
        }
    }
    standard_library(draft, &file);
    if let Some((line, go)) = &file.go
        && !file.requires.is_empty()
        && minor(go).is_some_and(|minor| minor < 17)
    {
        draft.note(
            *line,
            format!(
                "with `go {go}` the file does not list all indirect modules; run `go mod tidy -go=1.17` or later"
            ),
        );
    }
}

fn module(draft: &Draft<'_>, require: &Require<'_>, file: &GoMod<'_>) -> Option<Dependency> {
    let with_version = (require.module.clone(), Some(require.version.clone()));
    let any_version = (require.module.clone(), None);
    let replace = file
        .replaces
        .get(&with_version)
        .or_else(|| file.replaces.get(&any_version));
    let mut dependency = match replace {
        None => draft.dependency(&require.module, Some(&require.version), require.line),
        Some(Replace {
            new,
            version: Some(version),
        }) => {
            let mut dependency = draft.dependency(new, Some(version), require.line);
            let (module, wanted) = (&require.module, &require.version);
            dependency.requirement = Some(format!("{module} {wanted} => {new} {version}"));
            dependency
        }
        // A directory: the project's own code, unless it stands outside.
        Some(Replace { new, version: None }) => {
            draft.outside(draft.directory(), new)?;
            let mut dependency = draft.dependency(&require.module, None, require.line);
            dependency.origin = Origin::Path {
                path: new.to_string(),
            };
            dependency.undetermined = Some(format!(
                "replaced by `{new}`, outside the scanned directory; scan it on its own"
            ));
            dependency
        }
    };
    dependency.direct = !require.indirect;
    Some(dependency)
}

/// The standard library is as vulnerable as any module. Its version is that of the Go release
/// which builds the project: `toolchain go1.22.3`, else `go 1.22.3`, which is the oldest release
/// that may build it. `go 1.22` and earlier forms without a patch part name a language version.
fn standard_library(draft: &mut Draft<'_>, file: &GoMod<'_>) {
    let toolchain = file
        .toolchain
        .as_ref()
        .filter(|(_, name)| name != "default");
    let (line, version, written) = match (toolchain, &file.go) {
        (Some((line, name)), _) => (
            *line,
            name.strip_prefix("go").and_then(release),
            format!("toolchain {name}"),
        ),
        (None, Some((line, go))) => (*line, release(go), format!("go {go}")),
        (None, None) => (1, None, String::new()),
    };
    let mut dependency = draft.dependency(STDLIB, version.as_deref(), line);
    dependency.direct = true;
    if written.is_empty() {
        dependency.undetermined = Some(
            "no `go` line, so the Go release is not known; add `toolchain go1.x.y`".to_owned(),
        );
    } else {
        dependency.undetermined = Some(format!(
            "`{written}` is a language version, no release; add `toolchain go1.x.y` with the release that builds the project"
        ));
        dependency.requirement = Some(written);
    }
    draft.add(dependency);
}

/// `1.22.3` or `1.22rc1`, the latter as OSV orders it: `1.22.0-rc.1`.
fn release(text: &str) -> Option<String> {
    // A vendor's toolchain has a suffix: `1.22.3-custom`.
    let text = text.split(['-', '+']).next()?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = text.splitn(3, '.');
    let (major, minor, patch) = (parts.next()?, parts.next()?, parts.next());
    if !digits(major) {
        return None;
    }
    match patch {
        Some(patch) => (digits(minor) && digits(patch)).then(|| text.to_owned()),
        None => ["rc", "beta"].iter().find_map(|kind| {
            let (minor, number) = minor.split_once(kind)?;
            (digits(minor) && digits(number)).then(|| format!("{major}.{minor}.0-{kind}.{number}"))
        }),
    }
}

fn minor(go: &str) -> Option<u32> {
    go.strip_prefix("1.")?
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

// ---- the format --------------------------------------------------------------------------

fn parse<'a>(draft: &mut Draft<'_>, text: &'a str) -> GoMod<'a> {
    let mut file = GoMod::default();
    let mut block: Option<Cow<'a, str>> = None;
    for (line, content) in numbered(text) {
        let (code, comment) = split_comment(content);
        let Some(mut words) = words(code) else {
            draft.note(line, "a quote that does not end; correct the file");
            continue;
        };
        if words.is_empty() {
            continue;
        }
        let verb = match &block {
            Some(_) if words.first().is_some_and(|word| word == ")") => {
                block = None;
                continue;
            }
            Some(verb) => verb.clone(),
            None => {
                let verb = words.remove(0);
                if words.first().is_some_and(|word| word == "(") {
                    block = Some(verb);
                    continue;
                }
                verb
            }
        };
        if !directive(&mut file, &verb, &words, comment, line) {
            let advice = "is not read; correct the line or run `go mod edit -fmt`";
            draft.note(line, format!("`{}` {advice}", shown(code)));
        }
    }
    if block.is_some() {
        draft.note_file("a block that does not end; correct the file");
    }
    file
}

fn shown(text: &str) -> String {
    text.trim().chars().take(80).collect()
}

/// Takes one line in; whether it could be understood.
fn directive<'a>(
    file: &mut GoMod<'a>,
    verb: &str,
    words: &[Cow<'a, str>],
    comment: &str,
    line: u32,
) -> bool {
    match (verb, words) {
        ("require", [module, version]) => {
            let first = comment
                .split([' ', '\t', ';'])
                .find(|word| !word.is_empty());
            file.requires.push(Require {
                module: module.clone(),
                version: version.clone(),
                indirect: first == Some("indirect"),
                line,
            });
        }
        ("replace", words) => return replace(file, words),
        ("go", [version]) => file.go = Some((line, version.clone())),
        ("toolchain", [name]) => file.toolchain = Some((line, name.clone())),
        // These say nothing about what is built into the project.
        ("module" | "exclude" | "retract" | "tool" | "godebug" | "ignore", _) => {}
        _ => return false,
    }
    true
}

fn replace<'a>(file: &mut GoMod<'a>, words: &[Cow<'a, str>]) -> bool {
    let Some(arrow) = words.iter().position(|word| word == "=>") else {
        return false;
    };
    let (old, new) = words.split_at(arrow);
    let old = match old {
        [module] => (module.clone(), None),
        [module, version] => (module.clone(), Some(version.clone())),
        _ => return false,
    };
    let replace = match new {
        [_, new] => Replace {
            new: new.clone(),
            version: None,
        },
        [_, new, version] => Replace {
            new: new.clone(),
            version: Some(version.clone()),
        },
        _ => return false,
    };
    file.replaces.insert(old, replace);
    true
}

/// Splits at `//`, which no module path or version contains outside quotes.
fn split_comment(line: &str) -> (&str, &str) {
    match line.split_once("//") {
        Some((code, comment)) => (code, comment),
        None => (line, ""),
    }
}

/// Words apart by space; `(` and `)` stand alone where they end a word; quotes hold together.
fn words(code: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut found = Vec::new();
    let mut rest = code.trim();
    while let Some(first) = rest.chars().next() {
        if first == '"' || first == '`' {
            let body = rest.get(1..)?;
            let end = body.find(first)?;
            found.push(Cow::Borrowed(body.get(..end)?));
            rest = body.get(end + 1..)?.trim_start();
            continue;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let word = rest.get(..end)?;
        match word.strip_suffix('(').filter(|verb| !verb.is_empty()) {
            Some(verb) => found.extend([Cow::Borrowed(verb), Cow::Borrowed("(")]),
            None => found.push(Cow::Borrowed(word)),
        }
        rest = rest.get(end..)?.trim_start();
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_have_three_parts() {
        for (text, version) in [
            ("1.22.3", Some("1.22.3")),
            ("1.22", None),
            ("1.22rc1", Some("1.22.0-rc.1")),
            ("1.21.0-custom", Some("1.21.0")),
            ("1.22.x", None),
            ("", None),
        ] {
            assert_eq!(release(text).as_deref(), version, "{text}");
        }
    }
}
