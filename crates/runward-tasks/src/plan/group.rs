//! Findings that one fix closes.

use std::collections::BTreeMap;

use runward_model::{Ecosystem, Finding, FindingKind, Fingerprint};

use super::{Scope, is_active};

/// What has to be done about a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fix<'a> {
    /// One upgrade of a package in one file.
    Upgrade {
        ecosystem: &'a Ecosystem,
        package: &'a str,
        place: &'a str,
    },
    /// The package is malicious.
    Remove {
        ecosystem: &'a Ecosystem,
        package: &'a str,
        place: &'a str,
    },
    /// No version without the problem is known; the package goes, wherever it stands, or the
    /// problem is worked around.
    Replace {
        ecosystem: &'a Ecosystem,
        package: &'a str,
    },
    /// The code itself.
    Code { rule: &'a str, path: &'a str },
}

impl Fix<'_> {
    /// The same for the same fix on each run, whatever versions and findings it is about.
    pub(super) fn key(&self, scope: &Scope<'_>) -> Fingerprint {
        let (kind, one, two, three) = match *self {
            Self::Upgrade {
                ecosystem,
                package,
                place,
            } => ("upgrade", ecosystem.osv_name(), package, place),
            Self::Remove {
                ecosystem,
                package,
                place,
            } => ("remove", ecosystem.osv_name(), package, place),
            Self::Replace { ecosystem, package } => ("replace", ecosystem.osv_name(), package, ""),
            Self::Code { rule, path } => ("code", rule, path, ""),
        };
        let project = scope.project.unwrap_or_default();
        Fingerprint::of(&["task", scope.repository, project, kind, one, two, three])
    }
}

/// Active findings by fix, those of a fix by fingerprint.
pub(super) fn groups<'a>(findings: &'a [Finding]) -> BTreeMap<Fix<'a>, Vec<&'a Finding>> {
    let mut groups: BTreeMap<Fix<'a>, BTreeMap<&Fingerprint, &'a Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|it| is_active(it)) {
        groups
            .entry(fix(finding))
            .or_default()
            .insert(&finding.fingerprint, finding);
    }
    groups
        .into_iter()
        .map(|(fix, its)| (fix, its.into_values().collect()))
        .collect()
}

fn fix(finding: &Finding) -> Fix<'_> {
    let Some(dependency) = &finding.dependency else {
        return Fix::Code {
            rule: &finding.rule,
            path: &finding.location.path,
        };
    };
    let ecosystem = &dependency.package.ecosystem;
    let package = dependency.package.name.as_str();
    let place = dependency.source.path.as_str();
    let malicious = finding.kind == FindingKind::MaliciousDependency
        || finding.advisory.as_ref().is_some_and(|it| it.malicious);
    if malicious {
        return Fix::Remove {
            ecosystem,
            package,
            place,
        };
    }
    match fix_version(finding) {
        Some(_) => Fix::Upgrade {
            ecosystem,
            package,
            place,
        },
        None => Fix::Replace { ecosystem, package },
    }
}

/// The version that judgement chose.
pub(super) fn fix_version(finding: &Finding) -> Option<&str> {
    finding.assessment.as_ref()?.fix_version.as_deref()
}
