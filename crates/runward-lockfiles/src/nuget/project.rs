//! `*.csproj`, `*.fsproj`, `*.vbproj`: `PackageReference`, with versions that may stand in
//! `Directory.Packages.props` and properties that may stand in `Directory.Build.props`.
//!
//! `Version="1.2.3"` means "at least": NuGet takes the lowest version that suits everyone. Only
//! `[1.2.3]` is one version.

use std::collections::HashMap;

use runward_model::Scope;
use runward_tree::path::{join, parent};

use crate::{
    draft::{Draft, relock},
    expand::Expander,
    xml::{self, Element},
};

pub(crate) fn read(draft: &mut Draft<'_>, text: &str) {
    let path = draft.path.clone();
    let root = match xml::parse(text, draft.cx.limits.max_depth) {
        Ok(root) => root,
        Err(error) => return draft.syntax_error(&path, &error),
    };
    let build = nearest(draft, "Directory.Build.props");
    let central = nearest(draft, "Directory.Packages.props");
    let mut properties = Properties::new(draft);
    for file in [build.as_ref(), central.as_ref(), Some(&root)]
        .into_iter()
        .flatten()
    {
        properties.read(file);
    }
    let managed = central.as_ref().map(managed_versions).unwrap_or_default();
    let shared = build
        .iter()
        .flat_map(|file| items(file, "PackageReference"));
    let everywhere = central
        .iter()
        .flat_map(|file| items(file, "GlobalPackageReference"));
    let own = items(&root, "PackageReference");
    for item in own {
        reference(draft, item, item.line, &properties, &managed);
    }
    for item in shared.chain(everywhere) {
        // They stand in another file; the project is where they take effect.
        reference(draft, item, root.line, &properties, &managed);
    }
    let listed = join(draft.directory(), "packages.config")
        .is_ok_and(|path| draft.cx.tree.kind(&path).is_some());
    if !listed && items(&root, "Reference").any(|item| value(item, "HintPath").is_some()) {
        draft.note_file(
            "refers to assemblies by `HintPath`, whose versions are not known; use packages",
        );
    }
    draft.note_transitive(&["packages.lock.json"], relock(draft.format));
}

/// The first file of that name in the project's directory or above, as `MSBuild` looks for it.
fn nearest(draft: &mut Draft<'_>, name: &str) -> Option<Element> {
    let mut directory = draft.directory().to_owned();
    loop {
        let path = join(&directory, name).ok()?;
        if let Some(text) = draft.related(&path) {
            return match xml::parse(&text, draft.cx.limits.max_depth) {
                Ok(root) => Some(root),
                Err(error) => {
                    draft.syntax_error(&path, &error);
                    None
                }
            };
        }
        if directory.is_empty() {
            return None;
        }
        directory = parent(&directory).to_owned();
    }
}

/// Items of a kind, at any place where `MSBuild` allows them.
fn items<'e>(root: &'e Element, kind: &'e str) -> impl Iterator<Item = &'e Element> {
    groups(root, "ItemGroup").flat_map(move |group| group.all(kind))
}

fn groups<'e>(root: &'e Element, kind: &'e str) -> impl Iterator<Item = &'e Element> {
    let chosen = root.all("Choose").flat_map(|choose| &choose.children);
    root.all(kind)
        .chain(chosen.flat_map(move |branch| branch.all(kind)))
}

/// A setting, as an attribute or as a child element.
fn value<'e>(item: &'e Element, name: &str) -> Option<&'e str> {
    item.attribute(name)
        .or_else(|| item.child_text(name))
        .filter(|value| !value.is_empty())
}

fn managed_versions(central: &Element) -> HashMap<String, &str> {
    items(central, "PackageVersion")
        .filter_map(|item| {
            let name = item
                .attribute("Include")
                .or_else(|| item.attribute("Update"))?;
            Some((name.to_ascii_lowercase(), value(item, "Version")?))
        })
        .collect()
}

/// Properties by lower-case name; none where conditions decide between values.
struct Properties {
    values: HashMap<String, Option<String>>,
    expander: Expander,
}

impl Properties {
    fn new(draft: &Draft<'_>) -> Self {
        Self {
            values: HashMap::new(),
            expander: Expander::new("$(", ')', draft.cx.limits),
        }
    }

    fn read(&mut self, root: &Element) {
        for group in groups(root, "PropertyGroup") {
            for property in &group.children {
                let conditional = group.attribute("Condition").is_some()
                    || property.attribute("Condition").is_some();
                let value = (!conditional).then(|| property.text().to_owned());
                self.values
                    .insert(property.name.to_ascii_lowercase(), value);
            }
        }
    }

    /// A value with its `$(…)` replaced; none where one is not known.
    fn expand(&self, text: &str) -> Option<String> {
        let value_of = |name: &str| self.values.get(&name.to_ascii_lowercase())?.as_deref();
        self.expander.expand(text, value_of).ok()
    }
}

fn reference(
    draft: &mut Draft<'_>,
    item: &Element,
    line: u32,
    properties: &Properties,
    managed: &HashMap<String, &str>,
) {
    let Some(names) = item
        .attribute("Include")
        .or_else(|| item.attribute("Update"))
    else {
        if item.attribute("Remove").is_none() {
            draft.note(
                line,
                "a package reference without `Include`; correct the file",
            );
        }
        return;
    };
    for name in names
        .split(';')
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        let written = value(item, "VersionOverride")
            .or_else(|| value(item, "Version"))
            .or_else(|| managed.get(&name.to_ascii_lowercase()).copied());
        let expanded = written.and_then(|version| properties.expand(version));
        let version = expanded.as_deref().and_then(exact);
        let mut dependency = draft.dependency(name, version, line);
        dependency.undetermined = Some(match (written, &expanded) {
            (None, _) => format!("no version is stated; {}", relock(draft.format)),
            (Some(written), None) => format!(
                "`{written}` uses a property that is not known here; {}",
                relock(draft.format)
            ),
            (_, Some(range)) => format!(
                "`{range}` is a lower bound or a range to NuGet; {}, or write `[{range}]`",
                relock(draft.format)
            ),
        });
        dependency.requirement = expanded.or_else(|| written.map(str::to_owned));
        dependency.direct = true;
        let private = value(item, "PrivateAssets").is_some_and(|assets| {
            assets
                .split(';')
                .any(|one| one.trim().eq_ignore_ascii_case("all"))
        });
        if private || item.name == "GlobalPackageReference" {
            dependency.scope = Scope::Development;
        }
        dependency.marker = item.attribute("Condition").map(str::to_owned);
        draft.add(dependency);
    }
}

/// `[1.2.3]` → `1.2.3`.
fn exact(range: &str) -> Option<&str> {
    let version = range.trim().strip_prefix('[')?.strip_suffix(']')?.trim();
    (!version.is_empty() && !version.contains([',', '*', '[', '(', '$'])).then_some(version)
}
