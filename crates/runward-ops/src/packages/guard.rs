//! What an install command would bring in, checked before it runs.

use std::collections::BTreeSet;

use runward_config::InspectFiles;
use runward_guard::{Effect, FileKind, IndexKind, Limits, Plan, RequirementFile, Source, plan};
use runward_model::{Ecosystem, Recommendation};
use runward_packages::{Checked, DependencyKind, Query};

use super::{Desk, distinct, from_graph};
use crate::{
    Context, OpsError, Project, Settings,
    deps::{self, DepsRequest},
};

/// Most packages that one command is followed to.
const MAX_PACKAGES: usize = 500;
/// How far dependencies of dependencies are followed.
const MAX_DEPTH: usize = 8;

/// What was found about a command.
#[derive(Debug)]
pub struct Guarded {
    pub plan: Plan,
    /// Each package that the command asks for or would bring in.
    pub checks: Vec<Checked>,
    /// What could not be looked at: the command is not known to be harmless.
    pub uncertain: Vec<String>,
    pub problems: Vec<String>,
}

impl Guarded {
    /// The worst verdict; nothing brought in is allowed.
    pub fn recommendation(&self) -> Recommendation {
        let all = self
            .checks
            .iter()
            .map(|checked| checked.check.recommendation);
        all.max().unwrap_or(Recommendation::Allow)
    }
}

/// Reads an install command and checks what it brings in. Nothing is run.
pub fn guard(
    context: &Context,
    settings: &Settings,
    command: &[String],
    offline: bool,
    inspect: Option<InspectFiles>,
) -> Result<Guarded, OpsError> {
    let plan = plan(command, &Limits::default()).map_err(|error| {
        let text = error.to_string();
        let (what, step) = text
            .split_once("; ")
            .unwrap_or((&text, "see `runward guard --help`"));
        OpsError::usage(what, step)
    })?;
    let mut uncertain = Vec::new();
    let mut queries = Vec::new();
    // A command may run another one: `poetry run pip install x`.
    for one in plan.all() {
        uncertain.extend(one.uncertain.iter().cloned());
        if one.effect == Effect::Unknown && one.uncertain.is_empty() {
            uncertain.push(format!(
                "what this use of {} does is not known",
                one.manager.as_str()
            ));
        }
        if one.effect == Effect::Nothing {
            continue;
        }
        let extra = one
            .indexes
            .iter()
            .any(|index| index.kind == IndexKind::Extra);
        for index in &one.indexes {
            if index.kind == IndexKind::Default {
                uncertain.push(format!(
                    "packages come from `{}`, which is not asked; what is said is of the public \
                     registry",
                    runward_http::without_credentials(&index.location)
                ));
            }
        }
        queries.extend(requested(one, extra, &mut uncertain));
        for file in &one.files {
            from_file(
                context,
                settings,
                one,
                file,
                extra,
                &mut queries,
                &mut uncertain,
            );
        }
    }
    let offline = offline || settings.config().database.offline;
    let mut desk = Desk::open(settings)?;
    desk.inspect = inspect.unwrap_or(desk.inspect);
    let (checks, problems) = follow(context, &desk, !offline, distinct(queries), &mut uncertain);
    Ok(Guarded {
        plan,
        checks,
        uncertain,
        problems,
    })
}

fn requested(plan: &Plan, extra: bool, uncertain: &mut Vec<String>) -> Vec<Query> {
    let mut queries = Vec::new();
    for one in &plan.requested {
        match (&one.source, &one.name) {
            (Source::Registry, Some(name)) => {
                let mut query = Query::new(plan.ecosystem.clone(), name);
                query.version = one
                    .requirement
                    .as_deref()
                    .and_then(|text| exact(&plan.ecosystem, text));
                query.other_indexes = extra;
                queries.push(query);
            }
            (Source::Registry, None) => {
                uncertain.push(format!("`{}` names no package", one.written));
            }
            (Source::Path(path), _) => uncertain.push(format!(
                "`{path}` is a file or directory; look at it with `runward package inspect`"
            )),
            (Source::Url(place) | Source::Vcs(place), _) => uncertain.push(format!(
                "`{}` is not from a registry, and nothing is known of it",
                runward_http::without_credentials(place)
            )),
        }
    }
    queries
}

/// The version that is asked for, where it is one.
fn exact(ecosystem: &Ecosystem, requirement: &str) -> Option<String> {
    let text = requirement.trim();
    let version = match ecosystem {
        Ecosystem::PyPI => text
            .strip_prefix("===")
            .or_else(|| text.strip_prefix("=="))?,
        _ => text.strip_prefix('=').unwrap_or(text),
    }
    .trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".+-!_".contains(&byte);
    let is_version = version.starts_with(|first: char| first.is_ascii_digit())
        && version.bytes().all(plain)
        && (*ecosystem == Ecosystem::PyPI || version.matches('.').count() >= 2);
    is_version.then(|| version.to_owned())
}

fn from_file(
    context: &Context,
    settings: &Settings,
    plan: &Plan,
    file: &RequirementFile,
    extra: bool,
    queries: &mut Vec<Query>,
    uncertain: &mut Vec<String>,
) {
    if matches!(file.kind, FileKind::Constraints | FileKind::Overrides) {
        return;
    }
    let directory = plan.directory.as_deref().unwrap_or(".");
    let place = match &file.path {
        Some(path) => std::path::Path::new(directory).join(path),
        None => std::path::PathBuf::from(directory),
    };
    let read = Project::locate(context, &place)
        .and_then(|project| deps::read(context, settings, &project, &DepsRequest::default()));
    match read {
        Ok(read) => {
            let named = from_graph(&read.graph);
            let of_it = named
                .queries
                .into_iter()
                .filter(|query| query.ecosystem == plan.ecosystem);
            queries.extend(of_it.map(|query| Query {
                other_indexes: extra,
                ..query
            }));
            uncertain.extend(named.gaps);
        }
        Err(error) => uncertain.push(format!("`{}`: {error}", place.display())),
    }
}

/// Checks packages and what they need in turn. What is popular is not followed further: its
/// dependencies are as widely used as itself.
fn follow(
    context: &Context,
    desk: &Desk,
    online: bool,
    queries: Vec<Query>,
    uncertain: &mut Vec<String>,
) -> (Vec<Checked>, Vec<String>) {
    let mut seen: BTreeSet<(Ecosystem, String)> = BTreeSet::new();
    let mut all = Vec::new();
    let mut told: Vec<String> = Vec::new();
    let mut next = queries;
    for _ in 0..MAX_DEPTH {
        next.retain(|query| {
            let name = query.ecosystem.normalize_name(&query.name);
            seen.insert((query.ecosystem.clone(), name))
        });
        if next.is_empty() {
            return (all, told);
        }
        let room = MAX_PACKAGES.saturating_sub(all.len());
        if next.len() > room {
            uncertain.push(format!(
                "it brings in more than {MAX_PACKAGES} packages; the rest was not looked at"
            ));
            next.truncate(room);
        }
        let (checked, problems) = desk.check(context, &next, online, &|_, _| {});
        for problem in problems {
            if !told.contains(&problem) {
                told.push(problem);
            }
        }
        next = checked.iter().flat_map(|one| needs(desk, one)).collect();
        all.extend(checked);
    }
    if !next.is_empty() {
        uncertain.push(format!(
            "dependencies are followed {MAX_DEPTH} deep; the rest was not looked at"
        ));
    }
    (all, told)
}

fn needs(desk: &Desk, checked: &Checked) -> Vec<Query> {
    let check = &checked.check;
    let popular = desk.lists.names.popular(&check.ecosystem);
    if popular.is_some_and(|list| list.rank(&check.name).is_some()) {
        return Vec::new();
    }
    let release = checked
        .summary
        .as_ref()
        .and_then(|summary| summary.chosen.as_ref());
    let needed = release.and_then(|release| release.dependencies.as_ref());
    needed
        .into_iter()
        .flatten()
        .filter(|one| matches!(one.kind, DependencyKind::Normal | DependencyKind::Build))
        .map(|one| Query::new(check.ecosystem.clone(), &one.name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_exact_requirement_names_a_version() {
        for (ecosystem, text, version) in [
            (Ecosystem::PyPI, "==1.2", Some("1.2")),
            (Ecosystem::PyPI, ">=1.2", None),
            (Ecosystem::PyPI, "==1.*", None),
            (Ecosystem::Npm, "1.2.3", Some("1.2.3")),
            (Ecosystem::Npm, "^1.2.3", None),
            (Ecosystem::Npm, "latest", None),
            (Ecosystem::CratesIo, "=1.2.3", Some("1.2.3")),
            (Ecosystem::CratesIo, "1.2", None),
        ] {
            assert_eq!(exact(&ecosystem, text).as_deref(), version, "{text}");
        }
    }
}
