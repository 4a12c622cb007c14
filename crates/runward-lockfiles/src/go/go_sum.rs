//! `go.sum`: hashes of every module version that was ever looked at.
//!
//! It lists versions that are not used, so it stands for a module's dependencies only where no
//! `go.mod` does.

use std::collections::HashMap;

use runward_tree::{EntryKind, path::join};

use crate::{
    draft::{Draft, Graph},
    text::numbered,
};

/// The hashes of a `go.sum`, by module and version. Those of `go.mod` files alone are left out.
pub(super) fn hashes(text: &str) -> HashMap<(&str, &str), &str> {
    text.lines()
        .filter_map(|line| {
            let mut words = line.split_ascii_whitespace();
            let (module, version, hash) = (words.next()?, words.next()?, words.next()?);
            (!version.ends_with("/go.mod")).then_some(((module, version), hash))
        })
        .collect()
}

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let has_manifest = join(draft.directory(), "go.mod")
        .is_ok_and(|path| draft.cx.tree.kind(&path) == Some(EntryKind::File));
    if has_manifest {
        return;
    }
    draft.graph = Graph::Rootless;
    for (line, content) in numbered(text) {
        let words: Vec<&str> = content.split_ascii_whitespace().take(4).collect();
        match words.as_slice() {
            [] => {}
            [module, version, hash] if version.starts_with('v') => {
                if version.ends_with("/go.mod") {
                    continue;
                }
                let mut dependency = draft.dependency(module, Some(version), line);
                dependency.hashes = vec![(*hash).to_owned()];
                draft.add(dependency);
            }
            _ => draft.note(
                line,
                "this line is not `module version hash`; run `go mod tidy`",
            ),
        }
    }
}
