//! What an install command would bring in, checked before it runs.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use runward_config::InspectFiles;
use runward_guard::{Effect, FileKind, IndexKind, Limits, Plan, RequirementFile, Source, plan};
use runward_model::{Ecosystem, Recommendation};
use runward_packages::{Checked, DependencyKind, Query};

use super::{Desk, distinct, files_not_looked_at, from_graph, inspect};
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
    let mut local = Vec::new();
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
        let mut asked = Asked {
            context,
            settings,
            plan: one,
            extra,
            queries: Vec::new(),
            inspected: Vec::new(),
            uncertain: Vec::new(),
        };
        asked.requested();
        for file in &one.files {
            asked.file(file);
        }
        queries.extend(asked.queries);
        local.extend(asked.inspected);
        uncertain.extend(asked.uncertain);
    }
    let offline = offline || settings.config().database.offline;
    let mut desk = Desk::open(settings)?;
    desk.inspect = inspect.unwrap_or(desk.inspect);
    let (checks, problems) = follow(context, &desk, !offline, distinct(queries), &mut uncertain);
    let unseen = checks.iter().filter_map(|checked| {
        let reason = files_not_looked_at(&checked.check)?;
        let name = &checked.check.name;
        Some(format!(
            "what the files of `{name}` do is not known: {reason}"
        ))
    });
    uncertain.extend(unseen);
    Ok(Guarded {
        plan,
        checks: local.into_iter().chain(checks).collect(),
        uncertain,
        problems,
    })
}

/// What one command asks for.
struct Asked<'a> {
    context: &'a Context,
    settings: &'a Settings,
    plan: &'a Plan,
    /// Other indexes are searched too.
    extra: bool,
    queries: Vec<Query>,
    /// Archives on this machine, looked into.
    inspected: Vec<Checked>,
    uncertain: Vec<String>,
}

impl Asked<'_> {
    fn requested(&mut self) {
        for one in &self.plan.requested {
            match (&one.source, &one.name) {
                (Source::Registry, Some(name)) => {
                    let mut query = Query::new(self.plan.ecosystem.clone(), name);
                    query.version = one
                        .requirement
                        .as_deref()
                        .and_then(|text| exact(&self.plan.ecosystem, text));
                    query.other_indexes = self.extra;
                    self.queries.push(query);
                }
                (Source::Registry, None) => {
                    self.uncertain
                        .push(format!("`{}` names no package", one.written));
                }
                (Source::Path(path), _) => self.local(path),
                (Source::Url(place) | Source::Vcs(place), _) => self.uncertain.push(format!(
                    "`{}` is not from a registry, and nothing is known of it",
                    runward_http::without_credentials(place)
                )),
            }
        }
    }

    /// A directory brings what its manifest asks for; an archive is looked into.
    fn local(&mut self, path: &str) {
        let plain = path.strip_prefix("file:").unwrap_or(path);
        let plain = plain.strip_prefix("//").unwrap_or(plain);
        let plain = match plain.rsplit_once('[') {
            Some((before, extras)) if extras.ends_with(']') => before,
            _ => plain,
        };
        let place = self.place(Some(plain));
        let on_disk = self.context.working_directory.join(&place);
        if on_disk.is_dir() {
            self.directory(&place);
            return;
        }
        match inspect(self.context, self.settings, &[&place]) {
            Ok(all) => {
                for one in all {
                    let gaps = one.not_covered.iter();
                    self.uncertain
                        .extend(gaps.map(|gap| format!("`{path}`: {}: {}", gap.path, gap.reason)));
                    match one.needs {
                        Some(needs) => {
                            let ecosystem = &one.check.ecosystem;
                            let queries = needs.iter().map(|name| Query {
                                other_indexes: self.extra,
                                ..Query::new(ecosystem.clone(), name)
                            });
                            self.queries.extend(queries);
                        }
                        None => self
                            .uncertain
                            .push(format!("`{path}` does not say what it needs")),
                    }
                    self.inspected.push(Checked {
                        check: one.check,
                        summary: None,
                    });
                }
            }
            Err(error) => self.uncertain.push(format!("`{path}`: {error}")),
        }
    }

    fn file(&mut self, file: &RequirementFile) {
        if matches!(file.kind, FileKind::Constraints | FileKind::Overrides) {
            return;
        }
        self.directory(&self.place(file.path.as_deref()));
    }

    fn place(&self, path: Option<&str>) -> PathBuf {
        let directory = Path::new(self.plan.directory.as_deref().unwrap_or("."));
        path.map_or_else(|| directory.to_path_buf(), |path| directory.join(path))
    }

    /// The packages that the manifests of a directory, or one file, name.
    fn directory(&mut self, place: &Path) {
        let read = Project::locate(self.context, place).and_then(|project| {
            deps::read(
                self.context,
                self.settings,
                &project,
                &DepsRequest::default(),
            )
        });
        match read {
            Ok(read) if read.graph.read.is_empty() => self.uncertain.push(format!(
                "`{}` has no manifest that could be read",
                place.display()
            )),
            Ok(read) => {
                let named = from_graph(&read.graph);
                let of_it = named
                    .queries
                    .into_iter()
                    .filter(|query| query.ecosystem == self.plan.ecosystem);
                self.queries.extend(of_it.map(|query| Query {
                    other_indexes: self.extra,
                    ..query
                }));
                self.uncertain.extend(named.gaps);
            }
            Err(error) => self
                .uncertain
                .push(format!("`{}`: {error}", place.display())),
        }
    }
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
