//! `Gemfile.lock` (and `gems.locked`).
//!
//! Groups stand in the `Gemfile`, which is a program; every gem counts as needed at run time.

use std::collections::HashMap;

use runward_model::{Origin, Scope};

use crate::{
    draft::{Draft, Graph, Id, Target},
    text::numbered,
};

/// Where the gems of the current section come from.
#[derive(Debug, Default, Clone)]
struct Source {
    kind: Kind,
    remote: Option<String>,
    revision: Option<String>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[default]
    Gem,
    Git,
    Path,
    Plugin,
}

/// A section by its heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Source,
    Dependencies,
    Checksums,
    /// Platforms, the Ruby version, Bundler's own version.
    Other,
}

/// Packages by name; none for the project's own gems.
#[derive(Default)]
struct Gems<'a> {
    by_name: HashMap<&'a str, Vec<Option<Id>>>,
    by_version: HashMap<(&'a str, &'a str), Vec<Id>>,
    asked: Vec<Asked<'a>>,
    hashes: Vec<((&'a str, &'a str), &'a str)>,
}

struct Asked<'a> {
    /// None: the `Gemfile` itself.
    from: Option<Id>,
    name: &'a str,
    requirement: Option<&'a str>,
    line: u32,
}

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    draft.graph = Graph::Derived;
    let mut gems = Gems::default();
    let mut section = Section::Other;
    let mut source = Source::default();
    let mut current = None;
    for (line, content) in numbered(text) {
        let body = content.trim_start_matches(' ');
        if body.trim().is_empty() {
            continue;
        }
        let indent = content.len() - body.len();
        let body = body.trim_end();
        match (indent, section) {
            (0, _) => {
                (section, source) = heading(body);
                current = None;
            }
            (2, Section::Source) => setting(&mut source, body),
            (4, Section::Source) => current = gem(draft, &mut gems, &source, body, line),
            (6, Section::Source) => {
                if let (Some(target), Some((name, requirement))) = (current, entry(body)) {
                    gems.asked.push(Asked {
                        from: Target::id(target),
                        name,
                        requirement,
                        line,
                    });
                }
            }
            (2, Section::Dependencies) => {
                if let Some((name, requirement)) = entry(body) {
                    gems.asked.push(Asked {
                        from: None,
                        name,
                        requirement,
                        line,
                    });
                }
            }
            (2, Section::Checksums) => {
                if let Some((gem, hash)) = body.split_once(") ")
                    && let Some((name, version)) = gem.split_once(" (")
                {
                    gems.hashes.push(((name, version), hash));
                }
            }
            (_, Section::Other | Section::Checksums) => {}
            _ => draft.note(
                line,
                "this line is not in Gemfile.lock's format; run `bundle lock`",
            ),
        }
    }
    if gems.by_name.is_empty() && !text.contains("DEPENDENCIES") {
        draft.note(1, "no gems and no `DEPENDENCIES`; run `bundle lock`");
    }
    connect(draft, &gems);
}

fn heading(body: &str) -> (Section, Source) {
    let kind = match body {
        "GEM" => Kind::Gem,
        "GIT" => Kind::Git,
        "PATH" => Kind::Path,
        "PLUGIN SOURCE" => Kind::Plugin,
        "DEPENDENCIES" => return (Section::Dependencies, Source::default()),
        "CHECKSUMS" => return (Section::Checksums, Source::default()),
        _ => return (Section::Other, Source::default()),
    };
    let source = Source {
        kind,
        ..Source::default()
    };
    (Section::Source, source)
}

fn setting(source: &mut Source, body: &str) {
    match body.split_once(": ") {
        // Several remotes may be listed; the first is the one that is asked last, so the last
        // one written stands for the section.
        Some(("remote", remote)) => source.remote = Some(remote.to_owned()),
        Some(("revision", revision)) => source.revision = Some(revision.to_owned()),
        _ => {}
    }
}

/// `name (1.0.0)`, `name (>= 1, < 2)`, `name!`, `name`.
fn entry(body: &str) -> Option<(&str, Option<&str>)> {
    let body = body.trim_end_matches('!');
    match body.split_once(" (") {
        Some((name, rest)) => Some((name, Some(rest.strip_suffix(')')?))),
        None => (!body.is_empty()).then_some((body, None)),
    }
}

/// Adds a gem; none where what it asks for does not matter.
fn gem<'a>(
    draft: &mut Draft<'_>,
    gems: &mut Gems<'a>,
    source: &Source,
    body: &'a str,
    line: u32,
) -> Option<Target> {
    let Some((name, Some(written))) = entry(body) else {
        draft.note(line, "a gem without a version; run `bundle lock`");
        return None;
    };
    let remote = source.remote.as_deref().unwrap_or_default();
    if source.kind == Kind::Path && draft.outside(draft.directory(), remote).is_none() {
        gems.by_name.entry(name).or_default().push(None);
        return Some(Target::Own);
    }
    // A gem's version has no `-`; what follows one is the platform.
    let version = written.split('-').next().unwrap_or(written);
    let mut dependency = draft.dependency(name, Some(version), line);
    dependency.origin = match source.kind {
        Kind::Gem | Kind::Plugin => Origin::Registry {
            index: Some(remote.trim_end_matches('/'))
                .filter(|index| !index.is_empty() && *index != "https://rubygems.org")
                .map(str::to_owned),
        },
        Kind::Git => Origin::Git {
            url: remote.to_owned(),
            rev: source.revision.clone(),
        },
        Kind::Path => Origin::Path {
            path: remote.to_owned(),
        },
    };
    if source.kind == Kind::Plugin {
        dependency.scope = Scope::Build;
    }
    let id = draft.add(dependency)?;
    gems.by_name.entry(name).or_default().push(Some(id));
    gems.by_version.entry((name, written)).or_default().push(id);
    Some(Target::Package(id))
}

fn connect(draft: &mut Draft<'_>, gems: &Gems<'_>) {
    for asked in &gems.asked {
        let found = gems
            .by_name
            .get(asked.name)
            .map(Vec::as_slice)
            .unwrap_or_default();
        if found.is_empty() && asked.name != "bundler" {
            draft.note_missing(asked.line, asked.name);
        }
        // One gem stands once for each platform; far more come from no Bundler.
        for to in found.iter().take(64).flatten() {
            draft.edge(asked.from, *to, asked.requirement, Scope::Runtime);
        }
    }
    for (gem, hash) in &gems.hashes {
        let hashes: Vec<String> = hash
            .split(',')
            .map(|hash| hash.trim().replacen('=', ":", 1))
            .collect();
        for id in gems.by_version.get(gem).into_iter().flatten().take(64) {
            if let Some(dependency) = draft.get_mut(*id) {
                dependency.hashes.extend(hashes.iter().cloned());
            }
        }
    }
}
