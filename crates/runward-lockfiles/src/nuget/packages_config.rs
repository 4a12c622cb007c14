//! `packages.config`: every package with its exact version, in one flat list.

use runward_model::Scope;

use crate::{draft::Draft, xml};

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let path = draft.path.clone();
    let root = match xml::parse(text, draft.cx.limits.max_depth) {
        Ok(root) => root,
        Err(error) => return draft.syntax_error(&path, &error),
    };
    if root.name != "packages" {
        draft.note(
            root.line,
            "the root element is not `packages`; correct the file",
        );
    }
    for package in root.all("package") {
        let Some(name) = package.attribute("id").filter(|name| !name.is_empty()) else {
            draft.note(package.line, "a package without an `id`; correct the file");
            continue;
        };
        let mut dependency = draft.dependency(name, package.attribute("version"), package.line);
        dependency.undetermined = Some("no `version` is stated; add one".to_owned());
        // The list does not say who asks for what.
        dependency.direct = true;
        dependency.requirement = package.attribute("allowedVersions").map(str::to_owned);
        if package
            .attribute("developmentDependency")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
        {
            dependency.scope = Scope::Development;
        }
        draft.add(dependency);
    }
}
