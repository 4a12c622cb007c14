//! `pyproject.toml`: the standard sections and those of the tools that keep requirements there.

pub(crate) mod constraint;
mod poetry;
mod standard;
mod tools;

use runward_model::{Ecosystem, Manifest, NotCovered, Scope};
use runward_tree::path as tree_path;

use crate::{
    Context,
    declared::{Declarations, Place},
    document::{self, LineIndex, Node, Table},
    text::shorten,
};

/// Most package indexes that are looked through for a name.
const MAX_INDEXES: usize = 100;

/// A file that is being read, and what it declares so far.
struct File<'c, 'a> {
    path: &'c str,
    cx: &'c Context<'a>,
    lines: LineIndex<'c>,
    /// The project's own name, which its extras may refer to.
    project: Option<String>,
    out: Declarations,
}

impl File<'_, '_> {
    /// Adds requirements in the standard notation.
    fn requirements(&mut self, items: &[Node<'_>], scope: Scope, groups: &[String]) {
        for item in items {
            let line = self.lines.line(item.at);
            let Some(text) = item.text() else {
                self.out
                    .miss(self.path, line, "a requirement must be a string");
                continue;
            };
            if self.is_self_reference(text) {
                continue;
            }
            let place = Place {
                path: self.path,
                line,
                scope,
                groups,
            };
            self.out.add(text, &place, self.cx);
        }
    }

    /// `all = ["project[a,b]"]`: the extras' requirements are listed where they stand.
    fn is_self_reference(&self, text: &str) -> bool {
        self.project.as_deref().is_some_and(|project| {
            crate::requirement::parse(text).is_ok_and(|requirement| {
                !requirement.extras.is_empty()
                    && Ecosystem::PyPI.normalize_name(requirement.name) == project
            })
        })
    }
}

pub(crate) fn read(
    path: &str,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Result<(), NotCovered> {
    declarations(path, cx)?.fill(manifest, cx);
    Ok(())
}

/// Everything that a `pyproject.toml` declares.
pub(crate) fn declarations(path: &str, cx: &Context<'_>) -> Result<Declarations, NotCovered> {
    let text = crate::text::utf8(path, cx)?;
    let document = document::parse(&text, cx.limits).map_err(|error| {
        NotCovered::at(
            path,
            error.line,
            format!("not valid TOML: {}", shorten(&error.message)),
        )
    })?;
    let root = &document.root;
    let project = root.table("project");
    let mut file = File {
        path,
        cx,
        project: project
            .and_then(|project| project.text("name"))
            .map(|name| Ecosystem::PyPI.normalize_name(name)),
        lines: document.lines,
        out: Declarations::default(),
    };
    if let Some(project) = project {
        standard::project(&mut file, project);
    }
    let standard = file.out.items.len();
    let poetry = root.descend(&["tool", "poetry"]);
    if let Some(poetry) = poetry {
        poetry::read(&mut file, poetry);
        tools::merge_poetry_sources(&mut file, standard);
    }
    if let Some(table) = root.table("build-system") {
        standard::build_system(&mut file, table);
    }
    if let Some(table) = root.table("dependency-groups") {
        standard::groups(&mut file, table);
    }
    if let Some(table) = root.descend(&["tool", "pdm"]) {
        tools::pdm(&mut file, table);
    }
    if let Some(table) = root.descend(&["tool", "hatch"]) {
        tools::hatch(&mut file, table);
    }
    if let Some(table) = root.descend(&["tool", "flit", "metadata"]) {
        tools::flit(&mut file, table);
    }
    if let Some(table) = root.descend(&["tool", "uv"]) {
        tools::uv(&mut file, table);
        tools::uv_sources(&mut file, table);
    }
    let from_files = tools::dynamic_files(&mut file, root);
    let poetry_declares = poetry.is_some_and(|poetry| poetry.table("dependencies").is_some());
    if let Some(project) = project
        && !from_files
        && !poetry_declares
    {
        report_dynamic(&mut file, project, root);
    }
    Ok(file.out)
}

/// Dependencies that only the build backend knows.
fn report_dynamic(file: &mut File<'_, '_>, project: &Table<'_>, root: &Table<'_>) {
    let Some(node) = project
        .list("dynamic")
        .iter()
        .find(|node| node.text() == Some("dependencies"))
    else {
        return;
    };
    let directory = tree_path::parent(file.path);
    let sibling = ["setup.py", "setup.cfg"].iter().any(|name| {
        tree_path::join(directory, name)
            .is_ok_and(|path| file.cx.tree.kind(&path) == Some(runward_tree::EntryKind::File))
    });
    // These state the dependencies and are read on their own.
    if sibling {
        return;
    }
    let backend = root
        .descend(&["build-system"])
        .and_then(|table| table.text("build-backend"))
        .unwrap_or("setuptools.build_meta:__legacy__");
    let line = file.lines.line(node.at);
    let reason = format!(
        "the dependencies are computed by `{}` when the project is built; scan its lockfile, or \
         the environment it is installed in with --env",
        shorten(backend)
    );
    file.out.miss(file.path, line, reason);
}

#[cfg(test)]
mod tests;
