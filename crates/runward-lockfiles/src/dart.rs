//! `pubspec.lock`. Who asks for what is not recorded, only what the project itself asks for.

use runward_model::{Dependency, Origin, Scope};

use crate::{
    document::{Entry, Node},
    draft::Draft,
    yaml,
};

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let path = draft.path.clone();
    let parsed = yaml::parse(text, draft.cx.limits.max_depth);
    let Some(document) = draft.document(&path, parsed) else {
        return;
    };
    let Some(root) = document.roots.first().filter(|root| root.is_table()) else {
        draft.note(1, "not a YAML mapping; run `dart pub get`");
        return;
    };
    if root.get("packages").is_none() {
        draft.note(1, "no `packages`; run `dart pub get`");
    }
    for entry in draft.table(root, "packages") {
        if let Some(dependency) = locked(draft, entry) {
            draft.add(dependency);
        }
    }
}

fn locked(draft: &Draft<'_>, entry: &Entry<'_>) -> Option<Dependency> {
    let node = &entry.node;
    let description = node.get("description");
    let told = |key: &str| description.and_then(|place| place.get_text(key));
    let name = told("name").unwrap_or(&entry.key);
    let version = node.get_text("version");
    let source = node.get_text("source").unwrap_or("hosted");
    let stated = if source == "sdk" { None } else { version };
    let mut dependency = draft.dependency(name, stated, entry.line);
    dependency.origin = match source {
        "git" => Origin::Git {
            url: told("url").unwrap_or_default().to_owned(),
            rev: told("resolved-ref").map(str::to_owned),
        },
        "path" => {
            let path = told("path").unwrap_or_default();
            draft.outside(draft.directory(), path)?;
            Origin::Path {
                path: path.to_owned(),
            }
        }
        _ => Origin::Registry {
            index: told("url")
                .filter(|url| !matches!(*url, "https://pub.dev" | "https://pub.dartlang.org"))
                .map(str::to_owned),
        },
    };
    dependency.undetermined = Some(if source == "sdk" {
        let sdk = description.and_then(Node::text).unwrap_or("sdk");
        format!(
            "part of the `{sdk}` SDK, whose release the lockfile does not record; keep the SDK current"
        )
    } else {
        "the lockfile states no version; run `dart pub get`".to_owned()
    });
    dependency.hashes = told("sha256")
        .map(|hash| format!("sha256:{hash}"))
        .into_iter()
        .collect();
    let kind = node.get_text("dependency").unwrap_or_default();
    dependency.direct = kind.starts_with("direct");
    if kind == "direct dev" {
        dependency.scope = Scope::Development;
    }
    Some(dependency)
}
