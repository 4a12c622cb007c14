//! What a scan says of a project's dependencies as packages.

use std::collections::{BTreeMap, BTreeSet};

use runward_model::{
    Confidence, Dependency, DependencyGraph, Ecosystem, Finding, FindingKind, Fingerprint,
    Location, NotCovered, Origin, PackageCheck, Recommendation, Severity,
};
use runward_packages::{NameLists, Query, Registry, signals};
use runward_store::RuleCoverage;

use super::{Desk, files_not_looked_at, seen, undeclared};
use crate::{Context, OpsError, Project, Settings, files::Files, scan::Looked};

/// How a scan looks at packages.
#[derive(Debug, Clone, Default)]
pub struct PackagesRequest {
    /// Ask the registries about dependencies that are new; absent: what the configuration says.
    pub online: Option<bool>,
}

/// What was looked at, by the kind of finding.
#[derive(Debug, Default)]
pub(crate) struct PackageScan {
    pub(crate) packages: Looked,
    pub(crate) imports: Looked,
}

/// Looks at each dependency by name, at new ones through their registry where that is allowed, and
/// at imports that none provides.
pub(crate) fn scan(
    context: &Context,
    settings: &Settings,
    project: &Project,
    request: &PackagesRequest,
    graph: &DependencyGraph,
    files: &Files,
    name: &str,
) -> Result<PackageScan, OpsError> {
    let online = request.online.unwrap_or(settings.config().packages.online)
        && !settings.config().database.offline;
    let desk = Desk::open(settings)?;
    let mut chosen: BTreeMap<(Ecosystem, String), &Dependency> = BTreeMap::new();
    for dependency in &graph.dependencies {
        let ecosystem = &dependency.package.ecosystem;
        if !Registry::ECOSYSTEMS.contains(ecosystem) || !is_from_registry(dependency) {
            continue;
        }
        let name = ecosystem.normalize_name(&dependency.package.name);
        let entry = chosen
            .entry((ecosystem.clone(), name))
            .or_insert(dependency);
        // The one that people wrote is the one that they can change.
        if dependency.direct && !entry.direct {
            *entry = dependency;
        }
    }
    // What came with a foreign project would be its own word about itself.
    let keeps = online && settings.config().trust_project_policy && project.files.is_none();
    let known = if keeps {
        seen::read(project)
    } else {
        BTreeSet::new()
    };
    let now: BTreeSet<String> = chosen.values().map(|one| key(one)).collect();
    let (new, old): (Vec<&Dependency>, Vec<&Dependency>) = chosen
        .into_values()
        .partition(|one| !known.contains(&key(one)));
    let mut scan = PackageScan::default();
    let mut gaps = Vec::new();
    let mut all_answered = true;
    let mut all_looked = true;
    for (dependencies, ask) in [(new, online), (old, false)] {
        if dependencies.is_empty() {
            continue;
        }
        let queries: Vec<Query> = dependencies.iter().map(|one| query(one)).collect();
        let (checked, problems) = desk.check(context, &queries, ask, &|_, _| {});
        for problem in problems {
            if !scan.packages.warnings.contains(&problem) {
                scan.packages.warnings.push(problem);
            }
        }
        for (dependency, checked) in dependencies.iter().zip(checked) {
            let answered = checked.summary.is_some()
                || checked
                    .check
                    .signals
                    .iter()
                    .any(|one| one.id == signals::NOT_EXISTING);
            all_answered &= answered;
            let unseen = files_not_looked_at(&checked.check);
            all_looked &= ask && unseen.is_none();
            gaps.extend(unseen.map(|reason| {
                let reason = format!("what its files do is not known: {reason}");
                not_covered(dependency, reason)
            }));
            if ask && !answered {
                gaps.push(unasked(dependency, &checked.check));
            }
            scan.packages
                .findings
                .extend(finding(dependency, checked.check, settings));
        }
    }
    if keeps {
        scan.packages
            .warnings
            .extend(seen::write(project, &now).err());
    }
    let read = || graph.read.iter().map(|(path, _)| path.clone()).collect();
    scan.packages.covered = RuleCoverage {
        rules: covered_rules(all_answered, all_looked),
        whole: files.whole,
        history: false,
        not_covered: gaps,
        read: read(),
        passed_over: files.passed_over.clone(),
    };
    let mut names = NameLists::new(&desk.lists.names);
    for index in &desk.lists.indexes {
        names = names.with_index(index);
    }
    let mut covered = RuleCoverage {
        rules: vec![
            undeclared::RULE.to_owned(),
            undeclared::RULE_INVENTED.to_owned(),
        ],
        whole: files.whole,
        read: files.paths.clone(),
        passed_over: files.passed_over.clone(),
        ..RuleCoverage::default()
    };
    // Of a part of the files nobody can say what the whole imports, and which of it is its own.
    if files.whole && settings.config().deps.imports {
        scan.imports.findings = undeclared::findings(graph, files, &names, name, &mut covered);
    }
    scan.imports.covered = covered;
    Ok(scan)
}

/// The rules whose findings are gone where none is made: what only a registry or a file tells is not gone
/// because one did not answer, or was not looked at.
fn covered_rules(all_answered: bool, all_looked: bool) -> Vec<String> {
    signals::all()
        .iter()
        .filter(|doc| match doc.needs {
            signals::Needs::Registry => all_answered,
            signals::Needs::Archive => all_answered && all_looked,
            _ => true,
        })
        .map(|doc| doc.id.to_owned())
        .collect()
}

/// A package about which the registry was asked and gave no answer.
fn unasked(dependency: &Dependency, check: &PackageCheck) -> NotCovered {
    let why = check
        .unevaluated
        .iter()
        .find(|one| one.signal == signals::YOUNG);
    let why = why.or_else(|| check.unevaluated.first());
    let why = why.map_or("no answer", |one| one.reason.as_str());
    let reason = format!("the registry did not say what this package is: {why}");
    not_covered(dependency, reason)
}

fn not_covered(dependency: &Dependency, reason: String) -> NotCovered {
    NotCovered {
        path: dependency.source.path.clone(),
        line: Some(dependency.source.line),
        package: Some(dependency.package.name.clone()),
        reason,
    }
}

/// What is seen in files has many names, which stand in the evidence.
fn rule(signal: &str) -> String {
    let known = signals::doc(signal).map_or(signals::FILES, |doc| doc.id);
    known.to_owned()
}

/// How a dependency is known from one scan to the next.
fn key(dependency: &Dependency) -> String {
    let ecosystem = &dependency.package.ecosystem;
    let name = ecosystem.normalize_name(&dependency.package.name);
    format!("{} {name}", ecosystem.osv_name())
}

fn is_from_registry(dependency: &Dependency) -> bool {
    matches!(dependency.origin, Origin::Registry { .. })
}

fn query(dependency: &Dependency) -> Query {
    let mut query = Query::new(
        dependency.package.ecosystem.clone(),
        dependency.package.name.clone(),
    );
    query.version.clone_from(&dependency.package.version);
    query
}

/// A finding, where something speaks against the package: that nobody could be asked does not.
fn finding(dependency: &Dependency, check: PackageCheck, settings: &Settings) -> Option<Finding> {
    let config = &settings.config().packages;
    let told =
        |signal: &&runward_model::Signal| signal.weight > 0.0 && signal.id != signals::MALICIOUS;
    let heaviest = check.signals.iter().find(told)?;
    let blocked = check
        .signals
        .iter()
        .any(|signal| config.always_block.contains(&signal.id));
    if check.allowed.is_some()
        || check.recommendation == Recommendation::Allow
        || (check.score < config.review_score && !blocked)
    {
        return None;
    }
    let package = &dependency.package;
    let name = package.ecosystem.normalize_name(&package.name);
    let title = format!("{}: {}", package.name, heaviest.evidence);
    let severity = match check.recommendation {
        Recommendation::Block => Severity::High,
        Recommendation::Review | Recommendation::Allow => Severity::Medium,
    };
    Some(Finding {
        fingerprint: Fingerprint::of(&[
            "package",
            package.ecosystem.osv_name(),
            &name,
            &dependency.source.path,
        ]),
        kind: FindingKind::SuspiciousDependency,
        rule: rule(&heaviest.id),
        title,
        severity,
        confidence: Confidence::Medium,
        location: Location::whole_line(&dependency.source),
        dependency: Some(dependency.clone()),
        path_from_root: Vec::new(),
        advisory: None,
        code: None,
        package: Some(check),
        assessment: None,
        history: None,
        suppressed: None,
    })
}
