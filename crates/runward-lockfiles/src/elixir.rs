//! `mix.lock`: one Elixir map of tuples.
//!
//! Terms are read, never evaluated. What the project itself asks for stands in `mix.exs`.

use std::collections::{HashMap, HashSet};

use runward_model::{Dependency, Origin, Scope};

use crate::draft::{Draft, Graph, Id};

mod mix_exs;
mod term;

use mix_exs::Asked;
use term::{Term, TermKind};

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let path = draft.path.clone();
    let entries = match term::parse(text, draft.cx.limits.max_depth) {
        Ok(Term {
            kind: TermKind::Map(entries),
            ..
        }) => entries,
        Ok(other) => {
            draft.note(other.line, "not a map of packages; run `mix deps.get`");
            return;
        }
        Err(error) => return draft.syntax_error(&path, &error),
    };
    let asked = mix_exs::read(draft);
    // The project's own directories are not locked.
    let mut ids: HashMap<&str, Option<Id>> = asked
        .iter()
        .filter(|asked| asked.own)
        .map(|asked| (asked.app.as_str(), None))
        .collect();
    for (key, value) in &entries {
        let Some(app) = key.text() else {
            draft.note(key.line, "a key that is not text; run `mix deps.get`");
            continue;
        };
        let id = if let Some(dependency) = locked(draft, key.line, app, value) {
            draft.add(dependency)
        } else {
            draft.note(
                key.line,
                format!("the entry of `{app}` has an unknown form; run `mix deps.get`"),
            );
            None
        };
        ids.insert(app, id);
    }
    for (key, value) in &entries {
        let from = key.text().and_then(|app| ids.get(app)).copied().flatten();
        if let Some(from) = from {
            connect(draft, &ids, from, value);
        }
    }
    roots(draft, &ids, &asked);
}

/// `{:hex, :name, "1.0.0", "hash", managers, deps, "repo", "outer hash"}` or
/// `{:git, "url", "commit", options}`.
fn locked(draft: &Draft<'_>, line: u32, app: &str, value: &Term) -> Option<Dependency> {
    let items = value.tuple()?;
    match items.first()?.atom()? {
        "hex" => {
            let name = items.get(1)?.atom().or_else(|| items.get(1)?.text())?;
            let version = items.get(2)?.text()?;
            let mut dependency = draft.dependency(name, Some(version), line);
            let repository = items.get(6).and_then(Term::text);
            dependency.origin = Origin::Registry {
                index: repository
                    .filter(|name| *name != "hexpm")
                    .map(str::to_owned),
            };
            // The outer hash is that of the archive itself, the inner one an older form.
            let hash = items.get(7).or_else(|| items.get(3)).and_then(Term::text);
            dependency.hashes = hash
                .map(|hash| format!("sha256:{hash}"))
                .into_iter()
                .collect();
            Some(dependency)
        }
        "git" => {
            let url = items.get(1)?.text()?;
            let commit = items.get(2)?.text()?;
            let mut dependency = draft.dependency(app, None, line);
            dependency.undetermined = Some(format!(
                "comes from `{url}` at `{commit}`, and the lockfile does not say which version that is; compare the commit with the releases by hand"
            ));
            dependency.origin = Origin::Git {
                url: url.to_owned(),
                rev: Some(commit.to_owned()),
            };
            Some(dependency)
        }
        _ => None,
    }
}

/// The sixth item lists what a package asks for: `{:name, "~> 1.0", [hex: …, optional: false]}`.
fn connect(draft: &mut Draft<'_>, ids: &HashMap<&str, Option<Id>>, from: Id, value: &Term) {
    let Some(asks) = value
        .tuple()
        .and_then(|items| items.get(5))
        .and_then(Term::list)
    else {
        return;
    };
    for asked in asks {
        let Some(items) = asked.tuple() else {
            continue;
        };
        let Some(app) = items.first().and_then(Term::atom) else {
            continue;
        };
        let optional = items
            .get(2)
            .and_then(|options| options.option("optional"))
            .and_then(Term::atom)
            == Some("true");
        let scope = if optional {
            Scope::Optional
        } else {
            Scope::Runtime
        };
        match ids.get(app) {
            Some(Some(to)) => {
                draft.require(from, *to, items.get(1).and_then(Term::text), scope);
            }
            Some(None) => {}
            None if optional => {}
            None => draft.note_missing(asked.line, app),
        }
    }
}

fn roots(draft: &mut Draft<'_>, ids: &HashMap<&str, Option<Id>>, asked: &[Asked]) {
    let mut told = HashSet::new();
    for asked in asked {
        if let Some(Some(to)) = ids.get(asked.app.as_str()) {
            draft.require_direct(*to, asked.requirement.as_deref(), asked.scope);
            told.insert(*to);
        }
    }
    draft.graph = if told.is_empty() {
        Graph::Rootless
    } else {
        Graph::Derived
    };
}
