//! Which package an element of a bill is.

use runward_model::{Ecosystem, Origin, Package};

use crate::{
    graph::{Node, NodeKind},
    problems::shown,
    purl::Purl,
    version::{Stated, agree},
};

/// What a bill states about one element.
#[derive(Debug, Clone, Default)]
pub(crate) struct Statement<'a> {
    pub(crate) purl: Option<&'a str>,
    /// The element's own reference: many tools use the package URL for it.
    pub(crate) reference: Option<&'a str>,
    /// From a bill of our own, for a package that no package URL can name.
    pub(crate) ecosystem: Option<&'a str>,
    pub(crate) group: Option<&'a str>,
    pub(crate) name: Option<&'a str>,
    pub(crate) version: Option<&'a str>,
    /// A range in place of a version (CycloneDX 1.7, `versionRange`).
    pub(crate) range: Option<&'a str>,
    /// The component's type or the package's purpose, lower case.
    pub(crate) kind: &'a str,
}

/// Makes the node of an element.
pub(crate) fn node(statement: &Statement<'_>, line: u32) -> Node {
    let named = filled(statement.purl);
    let purl = named.or_else(|| {
        filled(statement.reference).filter(|reference| {
            reference
                .get(..4)
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("pkg:"))
        })
    });
    match purl.map(|purl| (purl, Purl::parse(purl))) {
        Some((_, Ok(purl))) => from_purl(statement, purl, line),
        // A reference is free text; only a `purl` field promises to be one.
        Some((text, Err(fault))) if named.is_some() => unknown(
            statement,
            line,
            format!(
                "`{}` is no package URL: {fault}; correct it in the bill",
                shown(text)
            ),
        ),
        _ => without_purl(statement, line),
    }
}

fn from_purl(statement: &Statement<'_>, purl: Purl, line: u32) -> Node {
    let Purl {
        mut package,
        origin,
    } = purl;
    restore_spelling(&mut package, statement);
    let (version, undetermined, requirement) = determine(package.version.as_deref(), statement);
    package.version = version;
    finish(package, undetermined, requirement, origin, line)
}

fn without_purl(statement: &Statement<'_>, line: u32) -> Node {
    let group = filled(statement.group);
    let ecosystem = match filled(statement.ecosystem) {
        Some(name) => Some(match Ecosystem::from_purl_type(name) {
            Ecosystem::Other(_) => Ecosystem::from_osv_name(name),
            known => known,
        }),
        // Only npm has groups that start with `@`.
        None => group
            .is_some_and(|group| group.starts_with('@'))
            .then_some(Ecosystem::Npm),
    };
    if let (Some(ecosystem), Some(name)) = (ecosystem, filled(statement.name)) {
        let full = match group {
            Some(group) if ecosystem == Ecosystem::Maven => format!("{group}:{name}"),
            Some(group) => format!("{group}/{name}"),
            None => name.to_owned(),
        };
        let (version, undetermined, requirement) = determine(None, statement);
        let package = Package::new(ecosystem, &full, version.as_deref());
        return finish(package, undetermined, requirement, Origin::default(), line);
    }
    if is_grouping(statement) {
        let what = format!(
            "components of type `{}` without a package URL",
            shown(statement.kind)
        );
        return Node::new(NodeKind::Grouping { what }, line);
    }
    let stated = filled(statement.version).map_or_else(String::new, |version| {
        format!(" (its version is stated as `{}`)", shown(version))
    });
    unknown(
        statement,
        line,
        format!(
            "it has no package URL, so its ecosystem is not known{stated}; have the tool that \
             makes the bill write a `purl`"
        ),
    )
}

/// Files and data are no packages. A scanner's lockfile, directory or image has no version; a
/// program or an operating system that states one is software that should have been judged.
fn is_grouping(statement: &Statement<'_>) -> bool {
    match statement.kind {
        "file"
        | "data"
        | "machine-learning-model"
        | "cryptographic-asset"
        | "source"
        | "archive" => true,
        "library" | "framework" | "" => false,
        _ => !matches!(
            Stated::of(statement.version),
            Stated::Exact(_) | Stated::Range(_)
        ),
    }
}

fn unknown(statement: &Statement<'_>, line: u32, reason: String) -> Node {
    let name = match (filled(statement.group), filled(statement.name)) {
        (Some(group), Some(name)) => format!("{group}/{name}"),
        (_, Some(name)) => name.to_owned(),
        _ => filled(statement.reference).unwrap_or("unnamed").to_owned(),
    };
    let package = Package::new(Ecosystem::Other("generic".to_owned()), &name, None);
    finish(package, Some(reason), None, Origin::default(), line)
}

fn finish(
    package: Package,
    undetermined: Option<String>,
    requirement: Option<String>,
    origin: Origin,
    line: u32,
) -> Node {
    let mut node = Node::new(
        NodeKind::Package {
            package,
            undetermined,
        },
        line,
    );
    node.requirement = requirement;
    node.origin = origin;
    node
}

type Determined = (Option<String>, Option<String>, Option<String>);

/// Version, reason for none, requirement.
fn determine(in_purl: Option<&str>, statement: &Statement<'_>) -> Determined {
    let beside = Stated::of(statement.version);
    match (Stated::of(in_purl), beside) {
        (Stated::Exact(one), Stated::Exact(other))
            if !agree(one, other) && !packs_release(one, other) =>
        {
            let reason = format!(
                "the package URL says version `{}` and the bill says `{}`; correct the bill",
                shown(one),
                shown(other)
            );
            (None, Some(reason), None)
        }
        (Stated::Exact(version), _)
        | (Stated::Nothing | Stated::Word(_), Stated::Exact(version)) => {
            (Some(version.to_owned()), None, None)
        }
        (Stated::Range(range), _) | (_, Stated::Range(range)) => ranged(range),
        _ => {
            if let Some(range) = filled(statement.range) {
                return ranged(range);
            }
            let reason = match filled(statement.version) {
                Some(word) => format!("`{}` is no version", shown(word)),
                None => "the bill states no version".to_owned(),
            };
            let next = "make the bill from a lockfile or an installed environment";
            (None, Some(format!("{reason}; {next}")), None)
        }
    }
}

fn ranged(range: &str) -> Determined {
    let reason = format!(
        "`{}` allows many versions; make the bill from a lockfile or an installed environment",
        shown(range)
    );
    (None, Some(reason), Some(range.to_owned()))
}

/// Distributions state epoch and release beside the version, in one place and not in the other.
fn packs_release(one: &str, other: &str) -> bool {
    let without_epoch = |text: &str| {
        text.split_once(':')
            .map_or_else(|| text.to_owned(), |(_, rest)| rest.to_owned())
    };
    let (one, other) = (without_epoch(one), without_epoch(other));
    one == other
}

/// The specification of package URLs asks for lower case in Go's namespaces, while Go's own paths
/// and the advisories keep theirs. The component's name still has the spelling.
fn restore_spelling(package: &mut Package, statement: &Statement<'_>) {
    if !matches!(package.ecosystem, Ecosystem::Go | Ecosystem::Npm) {
        return;
    }
    let Some(name) = filled(statement.name) else {
        return;
    };
    let full = filled(statement.group).map(|group| format!("{group}/{name}"));
    for candidate in [Some(name), full.as_deref()].into_iter().flatten() {
        if candidate.eq_ignore_ascii_case(&package.name) {
            candidate.clone_into(&mut package.name);
            return;
        }
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}
