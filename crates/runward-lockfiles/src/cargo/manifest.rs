//! `Cargo.toml` for itself.

use runward_model::Origin;
use semver::Version;

use super::wanted::{Wanted, inherits, shared, wanted, workspace_above};
use crate::draft::{Draft, relock};

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let path = draft.path.clone();
    let Some(node) = draft.toml(&path, text) else {
        return;
    };
    let above = if node.get("workspace").is_none() && inherits(&node) {
        workspace_above(draft, &node)
    } else {
        None
    };
    let root = above
        .as_ref()
        .and_then(|(path, text)| draft.toml(path, text));
    let shared = shared(root.as_ref().unwrap_or(&node));
    for wanted in wanted(&node, &shared) {
        state(draft, &wanted);
    }
    draft.note_transitive(&["Cargo.lock"], relock(draft.format));
}

fn state(draft: &mut Draft<'_>, wanted: &Wanted) {
    // `1.2.3` means `^1.2.3`; only `=1.2.3` names one version.
    let exact = wanted
        .requirement
        .as_deref()
        .and_then(|requirement| requirement.trim().strip_prefix('='))
        .map(str::trim)
        .filter(|version| Version::parse(version).is_ok());
    let version = match &wanted.origin {
        Origin::Registry { .. } => exact,
        _ => None,
    };
    let mut dependency = draft.dependency(&wanted.package, version, wanted.line);
    dependency.undetermined = Some(match (&wanted.origin, wanted.requirement.as_deref()) {
        (Origin::Path { path }, _) => {
            if draft.outside(draft.directory(), path).is_none() {
                return;
            }
            format!("stands at `{path}`, outside the scanned directory; scan it on its own")
        }
        (Origin::Git { url, .. }, _) => {
            format!(
                "`{url}` names a place, not a version; {}",
                relock(draft.format)
            )
        }
        (_, Some(requirement)) => {
            format!(
                "`{requirement}` allows several versions; {}",
                relock(draft.format)
            )
        }
        (_, None) => format!(
            "no version is stated here or in the workspace's manifest; {}",
            relock(draft.format)
        ),
    });
    dependency.direct = true;
    dependency.requirement.clone_from(&wanted.requirement);
    dependency.scope = wanted.scope;
    dependency.marker.clone_from(&wanted.marker);
    dependency.origin = wanted.origin.clone();
    draft.add(dependency);
}
