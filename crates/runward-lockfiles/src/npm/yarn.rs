//! `yarn.lock` version 1, a format of its own; berry's YAML goes to [`super::berry`].
//!
//! The file does not say what the project asks for: that is read from the `package.json` files.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use runward_model::{Dependency, Scope};

use super::{
    berry, hashes_of, origin_of, origin_of_spec,
    package_json::project,
    spec::{self, Spec, split_descriptor},
    unversioned,
};
use crate::{
    draft::{Draft, Graph, Id, Target},
    text::numbered,
};

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    if text.starts_with("__metadata:") || text.contains("\n__metadata:") {
        return berry::read(draft, text);
    }
    let blocks = blocks(draft, text);
    if blocks.is_empty() && !text.contains("yarn lockfile v1") {
        draft.note(1, "no entries; run `yarn install`");
    }
    let mut index = Index::default();
    let mut ids = Vec::with_capacity(blocks.len());
    for block in &blocks {
        let id = locked(draft, block).and_then(|dependency| draft.add(dependency));
        index.add(block.keys.iter().map(Cow::as_ref), id);
        ids.push(id);
    }
    for (block, id) in blocks.iter().zip(&ids) {
        for asked in &block.asks {
            match index.find(&asked.name, &asked.requirement) {
                Some(Target::Package(to)) => {
                    draft.edge(*id, to, Some(&asked.requirement), asked.scope);
                }
                Some(Target::Own) => {}
                None if asked.scope == Scope::Optional => {}
                None => draft.note_missing(asked.line, &asked.name),
            }
        }
    }
    roots(draft, &index);
}

fn roots(draft: &mut Draft<'_>, index: &Index<'_>) {
    let own = project(draft);
    if own.is_empty() {
        draft.graph = Graph::Rootless;
        return;
    }
    draft.graph = Graph::Derived;
    let names: HashSet<&str> = own.iter().filter_map(|own| own.name.as_deref()).collect();
    for wants in own.iter().flat_map(|own| &own.wants) {
        match index.find(&wants.name, &wants.requirement) {
            Some(Target::Package(to)) => {
                draft.require_direct(to, Some(&wants.requirement), wants.kind.scope());
            }
            Some(Target::Own) => {}
            None => {
                let own = names.contains(&wants.name.as_str())
                    || matches!(
                        spec::parse(&wants.requirement),
                        Spec::Local(_) | Spec::Workspace(_)
                    );
                if !own && !wants.kind.may_be_absent() {
                    draft.note_missing(1, &wants.name);
                }
            }
        }
    }
}

/// Packages by descriptor (`name@range`).
#[derive(Default)]
pub(super) struct Index<'a> {
    by_descriptor: HashMap<&'a str, Target>,
    by_name: HashMap<&'a str, Named>,
}

/// The packages of one name.
#[derive(Clone, Copy)]
enum Named {
    One(Target),
    Several,
}

impl<'a> Index<'a> {
    pub(super) fn add(&mut self, descriptors: impl Iterator<Item = &'a str>, id: Option<Id>) {
        let target = Target::new(id);
        let mut named = None;
        for descriptor in descriptors {
            self.by_descriptor.insert(descriptor, target);
            if let Some((name, _)) = split_descriptor(descriptor)
                && named != Some(name)
            {
                named = Some(name);
                self.by_name
                    .entry(name)
                    .and_modify(|known| *known = Named::Several)
                    .or_insert(Named::One(target));
            }
        }
    }

    /// What a requirement was resolved to. The project may override requirements
    /// (`resolutions`), so a name that is there only once stands for any.
    pub(super) fn find(&self, name: &str, requirement: &str) -> Option<Target> {
        let by = |descriptor: String| self.by_descriptor.get(descriptor.as_str()).copied();
        by(format!("{name}@{requirement}"))
            .or_else(|| by(format!("{name}@npm:{requirement}")))
            .or_else(|| match self.by_name.get(name) {
                Some(Named::One(target)) => Some(*target),
                _ => None,
            })
    }
}

fn locked(draft: &mut Draft<'_>, block: &Block<'_>) -> Option<Dependency> {
    let Some((key_name, requirement)) = block.keys.first().and_then(|key| split_descriptor(key))
    else {
        draft.note(
            block.line,
            "an entry without a `name@range` key; run `yarn install`",
        );
        return None;
    };
    let spec = spec::parse(requirement);
    let (name, spec) = match &spec {
        Spec::Alias { name, requirement } => (*name, spec::parse(requirement)),
        _ => (key_name, spec),
    };
    let resolved = block.resolved.as_deref();
    let mut version = block.version.as_deref();
    let mut dependency = draft.dependency(name, None, block.line);
    dependency.origin = match (&spec, resolved) {
        (Spec::Local(path), None) => {
            draft.outside(draft.directory(), path)?;
            // Yarn writes `0.0.0` for a linked directory.
            version = version.filter(|version| *version != "0.0.0");
            origin_of_spec(&spec)
        }
        (Spec::Git { .. }, Some(address)) => git_origin(name, address, &spec),
        (_, resolved) => origin_of(name, resolved),
    };
    dependency.package = draft.package(name, version);
    dependency.undetermined = Some(unversioned(&dependency.origin));
    dependency.hashes = hashes_of(block.integrity.as_deref());
    if dependency.hashes.is_empty()
        && let Some((_, sha1)) = resolved.and_then(|address| address.split_once('#'))
        && sha1.len() == 40
        && !matches!(dependency.origin, runward_model::Origin::Git { .. })
    {
        dependency.hashes.push(format!("sha1:{sha1}"));
    }
    Some(dependency)
}

/// `resolved` has the commit; where it names no repository, the key does.
fn git_origin(name: &str, address: &str, asked: &Spec<'_>) -> runward_model::Origin {
    use runward_model::Origin;
    match (origin_of(name, Some(address)), asked) {
        (found @ Origin::Git { .. }, _) => found,
        (_, Spec::Git { url, .. }) => Origin::Git {
            url: url.clone(),
            rev: address.split_once('#').map(|(_, rev)| rev.to_owned()),
        },
        (other, _) => other,
    }
}

// ---- the format ------------------------------------------------------------------------

struct Asked<'a> {
    name: Cow<'a, str>,
    requirement: Cow<'a, str>,
    scope: Scope,
    line: u32,
}

struct Block<'a> {
    line: u32,
    keys: Vec<Cow<'a, str>>,
    version: Option<Cow<'a, str>>,
    resolved: Option<Cow<'a, str>>,
    integrity: Option<Cow<'a, str>>,
    asks: Vec<Asked<'a>>,
}

fn blocks<'a>(draft: &mut Draft<'_>, text: &'a str) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block<'a>> = Vec::new();
    // The table that lines with four spaces belong to; none for one that is not needed.
    let mut section = None;
    for (line, content) in numbered(text) {
        let body = content.trim_start_matches(' ');
        if body.trim().is_empty() || body.starts_with('#') {
            continue;
        }
        let indent = content.len() - body.len();
        let done = match (indent, blocks.last_mut()) {
            (0, _) => match header(body) {
                Some(keys) => {
                    section = None;
                    blocks.push(Block {
                        line,
                        keys,
                        version: None,
                        resolved: None,
                        integrity: None,
                        asks: Vec::new(),
                    });
                    true
                }
                None => false,
            },
            (2, Some(block)) => field(block, body, &mut section),
            (4, Some(block)) => match (section, pair(body)) {
                (Some(scope), Some((name, requirement))) => {
                    block.asks.push(Asked {
                        name,
                        requirement,
                        scope,
                        line,
                    });
                    true
                }
                (None, _) => true,
                _ => false,
            },
            _ => false,
        };
        if !done {
            draft.note(
                line,
                "this line is not in yarn.lock's format; run `yarn install`",
            );
        }
    }
    blocks
}

fn field<'a>(block: &mut Block<'a>, body: &'a str, section: &mut Option<Scope>) -> bool {
    *section = None;
    if let Some(name) = body.trim_end().strip_suffix(':') {
        *section = match name {
            "dependencies" => Some(Scope::Runtime),
            "optionalDependencies" => Some(Scope::Optional),
            _ => None,
        };
        return true;
    }
    let Some((name, value)) = pair(body) else {
        return false;
    };
    match name.as_ref() {
        "version" => block.version = Some(value),
        "resolved" => block.resolved = Some(value),
        "integrity" => block.integrity = Some(value),
        // `uid`, `registry` and others say nothing about the version.
        _ => {}
    }
    true
}

/// `"a@^1", a@^2:` → its keys.
fn header(body: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut rest = body.trim_end().strip_suffix(':')?;
    let mut keys = Vec::new();
    loop {
        let (key, after) = if rest.starts_with('"') {
            quoted(rest)?
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            (Cow::Borrowed(rest.get(..end)?), rest.get(end..)?)
        };
        keys.push(key);
        match after.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None if after.is_empty() => return Some(keys),
            None => return None,
        }
    }
}

/// `name "value"`, either of them quoted or not.
fn pair(body: &str) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let (name, rest) = if body.starts_with('"') {
        quoted(body)?
    } else {
        let end = body.find(' ')?;
        (Cow::Borrowed(body.get(..end)?), body.get(end..)?)
    };
    let rest = rest.trim();
    let value = if rest.starts_with('"') {
        let (value, after) = quoted(rest)?;
        after.is_empty().then_some(value)?
    } else {
        Cow::Borrowed(rest)
    };
    (!value.is_empty()).then_some((name, value))
}

/// A string in double quotes and what follows it.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let body = text.strip_prefix('"')?;
    let plain = body.find(['"', '\\'])?;
    if body.as_bytes().get(plain) == Some(&b'"') {
        return Some((Cow::Borrowed(body.get(..plain)?), body.get(plain + 1..)?));
    }
    let mut value = String::new();
    let mut characters = body.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((Cow::Owned(value), body.get(at + 1..)?)),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}
