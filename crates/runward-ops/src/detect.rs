//! Dependencies against advisories: where findings are made.

use std::collections::BTreeMap;

use rayon::prelude::*;
use runward_advisories::Database;
use runward_deps::path_from_root;
use runward_model::{
    AdvisoryMatch, Confidence, Dependency, DependencyGraph, Ecosystem, Excluded, Finding,
    FindingKind, Fingerprint, Location, NotCovered, Origin, Policy, Scope, Severity,
};

use crate::headline::headline;

/// What matching saw.
#[derive(Debug, Default)]
pub(crate) struct Detected {
    /// Unjudged: `assessment` is still empty.
    pub findings: Vec<Finding>,
    pub not_covered: Vec<NotCovered>,
    pub excluded: Vec<Excluded>,
    /// Dependencies that were compared with the database.
    pub judged: usize,
}

/// What becomes of one dependency.
enum Outcome {
    Matched(Vec<AdvisoryMatch>, Vec<String>),
    /// No version, or not asked for: said elsewhere.
    Skipped,
    Excluded(String),
    /// The ecosystem has no advisories in the database.
    NoAdvisories,
    Failed(String),
}

/// Compares every dependency with the database.
pub(crate) fn detect(
    graph: &DependencyGraph,
    database: &Database,
    scopes: &[Scope],
    policy: &Policy,
) -> Detected {
    let outcomes: Vec<Outcome> = graph
        .dependencies
        .par_iter()
        .map(|dependency| judge(dependency, database, scopes))
        .collect();
    let mut detected = Detected {
        not_covered: graph.not_covered.clone(),
        excluded: graph.excluded.clone(),
        ..Detected::default()
    };
    let mut without_advisories: BTreeMap<Ecosystem, (usize, &Dependency)> = BTreeMap::new();
    let mut hits: BTreeMap<HitKey, Hit> = BTreeMap::new();
    for (index, (dependency, outcome)) in graph.dependencies.iter().zip(outcomes).enumerate() {
        match outcome {
            Outcome::Skipped => {}
            Outcome::Excluded(reason) => exclude(&mut detected, dependency, reason),
            Outcome::NoAdvisories => {
                without_advisories
                    .entry(dependency.package.ecosystem.clone())
                    .or_insert((0, dependency))
                    .0 += 1;
            }
            Outcome::Failed(reason) => detected.not_covered.push(not_judged(dependency, reason)),
            Outcome::Matched(advisories, problems) => {
                detected.judged += 1;
                for problem in problems {
                    detected.not_covered.push(not_judged(dependency, problem));
                }
                for advisory in advisories {
                    if advisory.informational.is_some() && !policy.report_informational {
                        continue;
                    }
                    let key = HitKey::new(dependency, &advisory);
                    hits.entry(key).or_insert(Hit { index, advisory });
                }
            }
        }
    }
    for (ecosystem, (count, first)) in without_advisories {
        detected.not_covered.push(NotCovered {
            path: first.source.path.clone(),
            line: None,
            package: None,
            reason: no_advisories(&ecosystem, count),
        });
    }
    detected.findings = findings(graph, hits);
    detected
}

fn judge(dependency: &Dependency, database: &Database, scopes: &[Scope]) -> Outcome {
    if !scopes.contains(&dependency.scope) {
        return Outcome::Excluded(format!(
            "the scope `{}` is not in `deps.scopes`",
            dependency.scope
        ));
    }
    if let Origin::Path { path } = &dependency.origin {
        return Outcome::Excluded(format!("part of the project itself (`{path}`)"));
    }
    if dependency.undetermined.is_some() {
        return Outcome::Skipped;
    }
    if !database.covers(&dependency.package.ecosystem) {
        return Outcome::NoAdvisories;
    }
    match database.matches(&dependency.package) {
        Ok(matches) => Outcome::Matched(matches.advisories, matches.problems),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

/// Takes a dependency off the list of what is not covered, with the reason why it need not be.
fn exclude(detected: &mut Detected, dependency: &Dependency, reason: String) {
    detected.not_covered.retain(|entry| {
        entry.path != dependency.source.path
            || entry.line != Some(dependency.source.line)
            || entry.package.as_deref() != Some(dependency.package.name.as_str())
    });
    detected.excluded.push(Excluded {
        name: dependency.package.name.clone(),
        marker: dependency.marker.clone().unwrap_or_default(),
        source: dependency.source.clone(),
        reason,
    });
}

fn not_judged(dependency: &Dependency, reason: String) -> NotCovered {
    NotCovered {
        path: dependency.source.path.clone(),
        line: Some(dependency.source.line),
        package: Some(dependency.package.name.clone()),
        reason,
    }
}

fn no_advisories(ecosystem: &Ecosystem, count: usize) -> String {
    let packages = if count == 1 { "package" } else { "packages" };
    if Ecosystem::MATCHED.contains(ecosystem) {
        format!(
            "{count} {ecosystem} {packages} not judged: the database has no advisories for \
             {ecosystem}; run `runward db update --ecosystem {ecosystem}`"
        )
    } else {
        format!(
            "{count} {ecosystem} {packages} not judged: there is no advisory source for \
             {ecosystem} packages"
        )
    }
}

/// Identity of a hit: several entries of one file for the same version are one finding.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct HitKey {
    path: String,
    ecosystem: Ecosystem,
    name: String,
    stable_id: String,
    version: Option<String>,
}

impl HitKey {
    fn new(dependency: &Dependency, advisory: &AdvisoryMatch) -> Self {
        Self {
            path: dependency.source.path.clone(),
            ecosystem: dependency.package.ecosystem.clone(),
            name: dependency.package.name.clone(),
            stable_id: advisory.stable_id().to_owned(),
            version: dependency.package.version.clone(),
        }
    }

    /// Equal for two versions of one package in one file.
    fn without_version(&self) -> (&str, &Ecosystem, &str, &str) {
        (&self.path, &self.ecosystem, &self.name, &self.stable_id)
    }
}

struct Hit {
    index: usize,
    advisory: AdvisoryMatch,
}

/// The version is not part of a fingerprint, so that an upgrade that does not fix the problem
/// keeps the finding and its deadline. Where one file holds several affected versions, all but
/// the first (in text order) carry theirs to stay apart.
fn findings(graph: &DependencyGraph, hits: BTreeMap<HitKey, Hit>) -> Vec<Finding> {
    let mut findings = Vec::with_capacity(hits.len());
    let mut previous: Option<HitKey> = None;
    for (key, hit) in hits {
        let repeated = previous
            .as_ref()
            .is_some_and(|previous| previous.without_version() == key.without_version());
        let version = key.version.as_deref().unwrap_or_default();
        let mut parts = vec![
            "dependency",
            key.ecosystem.osv_name(),
            &key.name,
            &key.path,
            &key.stable_id,
        ];
        if repeated {
            parts.push(version);
        }
        let fingerprint = Fingerprint::of(&parts);
        findings.push(finding(graph, fingerprint, hit));
        previous = Some(key);
    }
    findings.into_iter().flatten().collect()
}

fn finding(graph: &DependencyGraph, fingerprint: Fingerprint, hit: Hit) -> Option<Finding> {
    let dependency = graph.dependencies.get(hit.index)?.clone();
    let advisory = hit.advisory;
    let kind = if advisory.malicious {
        FindingKind::MaliciousDependency
    } else if advisory.informational.is_some() {
        FindingKind::DependencyNotice
    } else {
        FindingKind::VulnerableDependency
    };
    // A checkout of a repository may hold a fix that its version number does not tell.
    let confidence = match dependency.origin {
        Origin::Registry { .. } => Confidence::High,
        _ => Confidence::Medium,
    };
    let headline = headline(&advisory.summary, &advisory.details, &advisory.id);
    let title = format!("{}: {headline}", label(&dependency));
    let path_from_root = path_from_root(graph, hit.index)
        .into_iter()
        .filter_map(|index| graph.dependencies.get(index))
        .map(label)
        .collect();
    Some(Finding {
        fingerprint,
        kind,
        rule: advisory.id.clone(),
        title,
        severity: Severity::Unknown,
        confidence,
        location: Location::whole_line(&dependency.source),
        dependency: Some(dependency),
        path_from_root,
        advisory: Some(advisory),
        code: None,
        package: None,
        assessment: None,
        history: None,
        suppressed: None,
    })
}

fn label(dependency: &Dependency) -> String {
    match &dependency.package.version {
        Some(version) => format!("{} {version}", dependency.package.name),
        None => dependency.package.name.clone(),
    }
}
