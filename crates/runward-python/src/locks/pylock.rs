//! `pylock.toml` (PEP 751).

use runward_model::{Manifest, NotCovered, Origin, Scope};

use super::{locked, parse, project_roots, sibling, tables};
use crate::{
    Context, archive,
    document::{Document, Node, Table},
    format::Format,
    graph::{Edge, Graph, LockPackage, Root, Want, normalized, roots_of},
    link,
    marker::{Environment, Selection, Truth},
    requirements,
};

pub(crate) fn read(
    path: &str,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Result<(), NotCovered> {
    let text = crate::text::utf8(path, cx)?;
    let document = parse(path, &text, cx)?;
    let environment = Environment::new(cx.target, cx.limits);
    check_environments(&document, path, &environment, manifest);
    let choices = Choices::new(&document.root, cx);
    let mut packages = Vec::new();
    for (table, line) in tables(&document, "packages", path, &mut manifest.not_covered) {
        let name = table.text("name").unwrap_or_default();
        let version = table.get("version").and_then(Node::scalar);
        let directory = table.table("directory");
        if directory.is_some() && version.is_none() {
            // A directory of the project: its own manifests say what it needs.
            continue;
        }
        let stated = archive_version(table, name);
        let mut dependency = locked(name, version.or(stated.as_deref()), path, line);
        dependency.origin = origin(table);
        dependency.hashes = hashes(table);
        dependency.marker = table.text("marker").map(str::to_owned);
        let edges = table
            .list("dependencies")
            .iter()
            .filter_map(|item| {
                let table = item.table()?;
                let mut edge = Edge::to(table.text("name")?);
                if let Some(version) = table.text("version") {
                    edge.want = Want::Version(version.into());
                }
                Some(edge)
            })
            .collect();
        let stated = table
            .text("marker")
            .map(|marker| choices.scope(marker, &environment));
        packages.push(LockPackage {
            dependency,
            edges,
            stated,
        });
    }
    Graph {
        packages,
        roots: roots(path, &text, cx),
        ..Graph::default()
    }
    .fill(manifest, cx);
    Ok(())
}

/// What was locked: the requirements file that the header names, else the project. The standard
/// has no place for it, and most tools leave the edges out, too.
fn roots(path: &str, text: &str, cx: &Context<'_>) -> Vec<Root<'static>> {
    let input = requirements::compiled_from(text)
        .filter(|input| {
            matches!(
                Format::of(input),
                Some(Format::Requirements | Format::RequirementsIn)
            )
        })
        // Relative to where the command ran: mostly the lock's directory, or the root.
        .and_then(|input| sibling(path, &input, cx).or_else(|| sibling("", &input, cx)));
    match input {
        Some(input) => roots_of(
            requirements::declarations(&input, Scope::Runtime, &[], cx),
            false,
        ),
        None => project_roots(path, cx),
    }
}

/// A lock may hold for some environments only.
fn check_environments(
    document: &Document<'_>,
    path: &str,
    environment: &Environment,
    manifest: &mut Manifest,
) {
    let environments = document.root.list("environments");
    let holds = |node: &Node<'_>| {
        node.text().is_none_or(|marker| {
            environment.evaluate(marker, Selection::UNKNOWN) != Ok(Truth::False)
        })
    };
    if let Some(first) = environments.first()
        && !environments.iter().any(holds)
    {
        manifest.not_covered.push(NotCovered::at(
            path,
            document.lines.line(first.at),
            format!(
                "the lock does not hold for {}; state another target",
                environment.describe()
            ),
        ));
    }
}

/// The extras and groups of a lock.
struct Choices {
    extras: Vec<String>,
    groups: Vec<String>,
    default_groups: Vec<String>,
}

impl Choices {
    fn new(root: &Table<'_>, cx: &Context<'_>) -> Self {
        let names = |key: &str| -> Vec<String> {
            root.texts(key)
                .take(cx.limits.max_groups.min(MAX_CHOICES))
                .map(|name| normalized(name).into_owned())
                .collect()
        };
        Self {
            extras: names("extras"),
            groups: names("dependency-groups"),
            default_groups: names("default-groups"),
        }
    }

    /// What a marker with extras and groups makes a package needed for.
    fn scope(&self, marker: &str, environment: &Environment) -> (Scope, Vec<String>) {
        let holds = |extra: Option<&str>, group: Option<&str>| {
            let selection = Selection {
                extras: Some(&|name| Some(name) == extra),
                groups: Some(&|name| {
                    Some(name) == group || self.default_groups.iter().any(|known| known == name)
                }),
            };
            environment.evaluate(marker, selection) != Ok(Truth::False)
        };
        if holds(None, None) {
            return (Scope::Runtime, Vec::new());
        }
        let pick = |names: &[String], test: &dyn Fn(&str) -> bool| -> Vec<String> {
            names.iter().filter(|name| test(name)).cloned().collect()
        };
        let extras = pick(&self.extras, &|name| holds(Some(name), None));
        if !extras.is_empty() {
            return (Scope::Optional, extras);
        }
        let groups = pick(&self.groups, &|name| holds(None, Some(name)));
        if groups.is_empty() {
            // Needs a combination of extras and groups.
            (Scope::Optional, Vec::new())
        } else {
            (Scope::Development, groups)
        }
    }
}

/// Most extras, and most groups, that a marker is tried with.
const MAX_CHOICES: usize = 64;

fn origin(table: &Table<'_>) -> Origin {
    if let Some(vcs) = table.table("vcs") {
        let url = vcs
            .text("url")
            .or_else(|| vcs.text("path"))
            .unwrap_or_default();
        let rev = vcs
            .text("commit-id")
            .or_else(|| vcs.text("requested-revision"));
        return Origin::Git {
            url: link::redact(url),
            rev: rev.map(str::to_owned),
        };
    }
    if let Some(path) = table
        .table("directory")
        .and_then(|table| table.text("path"))
    {
        return Origin::Path {
            path: path.to_owned(),
        };
    }
    if let Some(archive) = table.table("archive") {
        return match (archive.text("url"), archive.text("path")) {
            (Some(url), _) => Origin::Url {
                url: link::redact(url),
            },
            (None, Some(path)) => Origin::Path {
                path: path.to_owned(),
            },
            (None, None) => Origin::default(),
        };
    }
    let index = table.text("index").map(link::redact);
    Origin::Registry {
        index: index.filter(|index| index.trim_end_matches('/') != "https://pypi.org/simple"),
    }
}

/// The version that the name of an archive states; a package may leave out `version`.
fn archive_version(table: &Table<'_>, name: &str) -> Option<String> {
    let files = ["archive", "sdist"]
        .iter()
        .filter_map(|key| table.table(key))
        .chain(table.list("wheels").iter().filter_map(Node::table));
    files
        .take(16)
        .filter_map(|file| {
            file.text("name")
                .or_else(|| file.text("url"))
                .or_else(|| file.text("path"))
        })
        .find_map(|file| archive::read(file, Some(name)))
        .map(|archive| archive.version)
}

fn hashes(table: &Table<'_>) -> Vec<String> {
    let files = ["archive", "sdist"]
        .iter()
        .filter_map(|key| table.table(key))
        .chain(table.list("wheels").iter().filter_map(Node::table));
    files
        .filter_map(|file| file.table("hashes"))
        .flat_map(Table::entries)
        .filter_map(|entry| Some(format!("{}:{}", entry.key, entry.node.text()?)))
        .collect()
}
