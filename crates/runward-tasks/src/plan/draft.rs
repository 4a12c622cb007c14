//! What a task about a fix says.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use jiff::Timestamp;
use runward_model::{Ecosystem, Finding, Fingerprint, Planned, Priority, Role, Severity};
use serde_json::{Value, json};

use super::{
    Scope, digest, earlier,
    group::{Fix, fix_version, groups},
    strictness,
};
use crate::{
    LIMITS,
    input::APPROVERS,
    text::{Layout, tame},
};

/// A task as findings would have it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draft {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) priority: Priority,
    pub(super) severity: Severity,
    pub(super) deadline: Option<Timestamp>,
    pub(super) approver: Option<Role>,
    pub(super) tag: &'static str,
    /// For programs: what to change, from and to which version, and why.
    pub(super) fix: Value,
    pub(super) target: String,
    pub(super) findings: BTreeSet<Fingerprint>,
}

impl Draft {
    pub(super) fn planned(&self, key: &Fingerprint) -> Planned {
        Planned {
            key: key.clone(),
            title: digest(&self.title),
            description: digest(&self.description),
            priority: self.priority,
            severity: self.severity,
            deadline: self.deadline,
            approver: self.approver,
            target: self.target.clone(),
            closed: false,
        }
    }

    pub(super) fn why(&self) -> String {
        match self.findings.len() {
            1 => "1 finding asks for it".to_owned(),
            count => format!("{count} findings ask for it"),
        }
    }
}

/// A draft for each fix, by its key.
pub(super) fn drafts(scope: &Scope<'_>, findings: &[Finding]) -> BTreeMap<Fingerprint, Draft> {
    let groups = groups(findings);
    // A package that is to be changed in several files has several tasks, which its name alone
    // does not tell apart.
    let mut places: BTreeMap<(&Ecosystem, &str), usize> = BTreeMap::new();
    for fix in groups.keys() {
        if let Fix::Upgrade {
            ecosystem, package, ..
        }
        | Fix::Remove {
            ecosystem, package, ..
        } = fix
        {
            *places.entry((ecosystem, package)).or_default() += 1;
        }
    }
    groups
        .iter()
        .map(|(fix, findings)| {
            let several = match fix {
                Fix::Upgrade {
                    ecosystem, package, ..
                }
                | Fix::Remove {
                    ecosystem, package, ..
                } => places
                    .get(&(*ecosystem, *package))
                    .is_some_and(|it| *it > 1),
                _ => false,
            };
            (fix.key(scope), draft(fix, findings, several))
        })
        .collect()
}

fn draft(fix: &Fix<'_>, findings: &[&Finding], several: bool) -> Draft {
    let assessments = || findings.iter().filter_map(|it| it.assessment.as_ref());
    let severity = findings.iter().map(|it| severity(it)).max();
    let priority = assessments().map(|it| it.priority).min();
    let deadline = assessments().map(|it| Some(it.due)).fold(None, earlier);
    let approver = assessments()
        .map(|it| Some(approver(&it.approver)))
        .max_by_key(|it| strictness(*it))
        .flatten();
    let from = installed(findings);
    let (target, comparable) = target(fix, findings);
    let malicious = matches!(fix, Fix::Remove { .. });
    Draft {
        title: title(fix, &from, &target, findings.len(), several),
        description: description(fix, findings, comparable),
        priority: if malicious {
            Priority::P0
        } else {
            priority.unwrap_or(Priority::P3)
        },
        severity: severity.unwrap_or(Severity::Unknown),
        deadline,
        approver,
        tag: match fix {
            Fix::Upgrade { .. } => "upgrade",
            Fix::Remove { .. } => "remove",
            Fix::Replace { .. } => "replace",
            Fix::Code { .. } => "code",
        },
        fix: details(fix, findings, &from, &target),
        target,
        findings: findings.iter().map(|it| it.fingerprint.clone()).collect(),
    }
}

fn severity(finding: &Finding) -> Severity {
    finding
        .assessment
        .as_ref()
        .map_or(finding.severity, |it| it.effective_severity)
}

/// A role that nobody knows is asked of the strictest.
fn approver(name: &str) -> Role {
    Role::from_name(name)
        .filter(|it| APPROVERS.contains(it))
        .unwrap_or(Role::SecurityLead)
}

/// The versions in use, each once.
fn installed(findings: &[&Finding]) -> Vec<String> {
    let versions: BTreeSet<&str> = findings
        .iter()
        .filter_map(|it| it.dependency.as_ref()?.package.version.as_deref())
        .collect();
    versions.into_iter().map(|it| line(it, 60)).collect()
}

/// What to bring the package to: the highest of the versions that its findings need; and whether
/// they could all be compared.
fn target(fix: &Fix<'_>, findings: &[&Finding]) -> (String, bool) {
    let ecosystem = match fix {
        Fix::Upgrade { ecosystem, .. } => *ecosystem,
        Fix::Remove { .. } => return ("remove".to_owned(), true),
        Fix::Replace { .. } => return ("replace".to_owned(), true),
        Fix::Code { .. } => return ("fix".to_owned(), true),
    };
    let mut comparable = true;
    let versions: BTreeSet<&str> = findings.iter().filter_map(|it| fix_version(it)).collect();
    let highest = versions.into_iter().reduce(|one, other| {
        let order = runward_versions::compare(ecosystem, one, other).unwrap_or_else(|_| {
            comparable = false;
            one.cmp(other)
        });
        if order == Ordering::Less { other } else { one }
    });
    (line(highest.unwrap_or_default(), 60), comparable)
}

fn title(fix: &Fix<'_>, from: &[String], target: &str, count: usize, several: bool) -> String {
    const SHOWN: usize = 3;
    let mut versions = from
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if from.len() > SHOWN {
        versions.push_str(", …");
    }
    let versions = if versions.is_empty() {
        versions
    } else {
        format!(" {versions}")
    };
    let (text, place) = match fix {
        Fix::Upgrade { package, place, .. } => (
            format!(
                "Upgrade {}{versions} → {target} (closes {count})",
                line(package, 80)
            ),
            *place,
        ),
        Fix::Remove { package, place, .. } => (
            format!("Remove {}{versions} (malicious)", line(package, 80)),
            *place,
        ),
        Fix::Replace { package, .. } => (
            format!(
                "Replace or mitigate {}{versions} ({count} without a fix)",
                line(package, 80)
            ),
            "",
        ),
        Fix::Code { rule, path } => (
            format!(
                "Fix {} in {} (closes {count})",
                line(rule, 60),
                line(path, 80)
            ),
            "",
        ),
    };
    if several {
        line(&format!("{text} in {}", line(place, 80)), LIMITS.title)
    } else {
        line(&text, LIMITS.title)
    }
}

fn description(fix: &Fix<'_>, findings: &[&Finding], comparable: bool) -> String {
    let mut text = match fix {
        Fix::Upgrade { place, .. } => {
            format!("Stated in {}. The upgrade closes:\n", line(place, 500))
        }
        Fix::Remove { place, .. } => format!(
            "Stated in {}. Treat what it had access to as known to others. It is:\n",
            line(place, 500)
        ),
        Fix::Replace { .. } => {
            let places: BTreeSet<&str> = findings
                .iter()
                .filter_map(|it| it.dependency.as_ref())
                .map(|it| it.source.path.as_str())
                .collect();
            let places: Vec<String> = places.iter().take(5).map(|it| line(it, 200)).collect();
            format!(
                "Stated in {}. No version without these is known:\n",
                places.join(", ")
            )
        }
        Fix::Code { .. } => "Found:\n".to_owned(),
    };
    if !comparable {
        text.push_str("The versions that these need cannot be compared: check the target.\n");
    }
    let mut sorted = findings.to_vec();
    sorted.sort_by_key(|it| (std::cmp::Reverse(severity(it)), &it.rule, &it.fingerprint));
    // Room for the last line.
    let room = LIMITS.description - 60;
    let mut length = text.chars().count();
    for (index, finding) in sorted.iter().enumerate() {
        let entry = format!(
            "- {} ({}): {}\n",
            line(&finding.rule, 60),
            severity(finding),
            line(&finding.title, 200)
        );
        length += entry.chars().count();
        if length > room {
            let _ = write!(text, "- and {} more", sorted.len() - index);
            break;
        }
        text.push_str(&entry);
    }
    let text = tame(&text, Layout::Lines);
    text.trim_end().to_owned()
}

fn details(fix: &Fix<'_>, findings: &[&Finding], from: &[String], target: &str) -> Value {
    let rules: BTreeSet<String> = findings.iter().map(|it| line(&it.rule, 100)).collect();
    let more = rules.len().saturating_sub(LIMITS.planned_advisories);
    let rules: Vec<String> = rules.into_iter().take(LIMITS.planned_advisories).collect();
    let from: Vec<&String> = from.iter().take(20).collect();
    match fix {
        Fix::Upgrade {
            ecosystem,
            package,
            place,
        }
        | Fix::Remove {
            ecosystem,
            package,
            place,
        } => json!({
            "ecosystem": line(ecosystem.osv_name(), 60), "package": line(package, 200),
            "place": line(place, 500), "from": from, "to": target, "rules": rules, "more": more,
        }),
        Fix::Replace { ecosystem, package } => json!({
            "ecosystem": line(ecosystem.osv_name(), 60), "package": line(package, 200),
            "from": from, "to": target, "rules": rules, "more": more,
        }),
        Fix::Code { rule, path } => json!({
            "rule": line(rule, 100), "path": line(path, 500), "to": target,
        }),
    }
}

/// One clean line of at most `max` characters: what comes from manifests and advisories is not to
/// be trusted.
fn line(text: &str, max: usize) -> String {
    // Only what could be shown is worth cleaning.
    let start: String = text.chars().take(max.saturating_mul(2)).collect();
    let tamed = tame(&start, Layout::Line);
    if tamed.chars().count() <= max && start.len() == text.len() {
        return tamed;
    }
    let mut cut: String = tamed.chars().take(max.saturating_sub(1)).collect();
    cut.push('…');
    // A cut can take from a joiner what it joined.
    tame(&cut, Layout::Line)
}
