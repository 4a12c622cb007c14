//! `composer.json` for itself.

use runward_model::Scope;

use super::{is_branch, is_platform, release};
use crate::{
    draft::{Draft, relock},
    json::Dialect,
};

pub(super) const SECTIONS: [(&str, Scope); 2] = [
    ("require", Scope::Runtime),
    ("require-dev", Scope::Development),
];

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let path = draft.path.clone();
    let Some(root) = draft.json(&path, text, Dialect::Strict) else {
        return;
    };
    if !root.is_table() {
        draft.note(root.line, "not a JSON object; correct the file");
    }
    for (section, scope) in SECTIONS {
        for entry in draft.table(&root, section) {
            if is_platform(&entry.key) {
                continue;
            }
            let Some(requirement) = entry.node.text() else {
                draft.note(
                    entry.line,
                    format!("the requirement of `{}` is not text", entry.key),
                );
                continue;
            };
            let mut dependency = draft.dependency(&entry.key, exact(requirement), entry.line);
            dependency.undetermined = Some(if is_branch(requirement) {
                format!("`{requirement}` is a branch; {}", relock(draft.format))
            } else {
                format!(
                    "`{requirement}` allows several versions; {}",
                    relock(draft.format)
                )
            });
            dependency.requirement = Some(requirement.to_owned());
            dependency.scope = scope;
            dependency.direct = true;
            draft.add(dependency);
        }
    }
    draft.note_transitive(&["composer.lock"], relock(draft.format));
}

/// A bare version is exact to Composer, unlike to npm and Cargo.
fn exact(requirement: &str) -> Option<&str> {
    let requirement = requirement.trim();
    let requirement = requirement.split('@').next().unwrap_or(requirement);
    let version = release(requirement.trim_start_matches('=').trim());
    let plain = version.starts_with(|first: char| first.is_ascii_digit())
        && !version
            .split(['.', '-'])
            .any(|part| matches!(part, "x" | "X"))
        && !is_branch(version)
        && version
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'));
    plain.then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bare_versions_are_exact() {
        for (requirement, version) in [
            ("1.2.3", Some("1.2.3")),
            ("v1.2.3", Some("1.2.3")),
            ("==1.2.3", Some("1.2.3")),
            ("1.2.3-beta1", Some("1.2.3-beta1")),
            ("1.2.3@stable", Some("1.2.3")),
            ("^1.2", None),
            ("1.2.*", None),
            ("1.x", None),
            ("1.x-dev", None),
            ("dev-main", None),
            ("1.0 - 2.0", None),
            (">=1 <2", None),
            ("1.0|2.0", None),
            ("", None),
        ] {
            assert_eq!(exact(requirement), version, "{requirement}");
        }
    }
}
