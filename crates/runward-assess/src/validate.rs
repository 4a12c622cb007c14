//! What is wrong with a policy, before it judges anything.

use std::fmt;

use runward_model::{
    PackageClass, Policy, Severity,
    policy::{PackageClasses, RiskWeights, Tighten},
};

use crate::{LIMITS, deadline::row};

/// The roles that may approve, the most junior first. Their order decides which of two approvers
/// is the stricter, so a role outside this list cannot be ranked.
pub const APPROVER_ROLES: [&str; 3] = ["developer", "team-lead", "security-lead"];

/// One thing wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProblem {
    /// The key below the policy: `matrix[2].within_hours`, `risk.kev`.
    pub key: String,
    /// Lower case, no full stop; says what to do.
    pub message: String,
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.message)
    }
}

/// Everything that is wrong with a policy, in the order of its keys; empty where it can be used.
pub fn validate(policy: &Policy) -> Vec<PolicyProblem> {
    let mut problems = Problems::default();
    if policy.fail_on == Severity::Unknown {
        problems.add(
            "fail_on",
            "`unknown` is no threshold; use critical, high, medium, low or none",
        );
    }
    if policy.unknown_severity_as == Severity::Unknown {
        problems.add(
            "unknown_severity_as",
            "`unknown` decides nothing; use critical, high, medium, low or none",
        );
    }
    matrix(policy, &mut problems);
    tighten(&policy.tighten, &mut problems);
    package_classes(&policy.package_classes, &mut problems);
    risk(&policy.risk, &mut problems);
    problems.0
}

#[derive(Default)]
struct Problems(Vec<PolicyProblem>);

impl Problems {
    fn add(&mut self, key: impl Into<String>, message: impl Into<String>) {
        self.0.push(PolicyProblem {
            key: key.into(),
            message: message.into(),
        });
    }

    fn hours(&mut self, key: String, hours: u32) {
        if hours == 0 {
            self.add(key, "0 hours leave no time; use 1 or more");
        } else if hours > LIMITS.within_hours {
            self.add(
                key,
                format!(
                    "`{hours}` is more than ten years; use {} or less",
                    LIMITS.within_hours
                ),
            );
        }
    }

    fn approver(&mut self, key: String, role: &str) {
        if !APPROVER_ROLES.contains(&role) {
            self.add(
                key,
                format!("`{role}` is not a role; use {}", APPROVER_ROLES.join(", ")),
            );
        }
    }

    fn within(&mut self, key: &str, value: f64, low: f64, high: f64) {
        if !(low..=high).contains(&value) {
            self.add(
                key,
                format!("`{value}` is out of range; use {low} to {high}"),
            );
        }
    }
}

fn matrix(policy: &Policy, problems: &mut Problems) {
    const CLASSES: [PackageClass; 2] = [PackageClass::Core, PackageClass::Development];
    for (number, stated) in policy.matrix.iter().enumerate() {
        let key = format!("matrix[{number}]");
        if stated.severity == Severity::Unknown {
            problems.add(
                format!("{key}.severity"),
                "`unknown` never reaches the matrix; set `unknown_severity_as` and remove the row",
            );
        } else if !CLASSES
            .into_iter()
            .filter_map(|class| row(&policy.matrix, stated.severity, class))
            .any(|reached| std::ptr::eq(reached, stated))
        {
            problems.add(
                key.as_str(),
                "is never reached, since rows above match first; remove or move it",
            );
        }
        problems.hours(format!("{key}.within_hours"), stated.within_hours);
        problems.approver(format!("{key}.approver"), &stated.approver);
    }
    for severity in [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
        Severity::None,
    ] {
        for class in CLASSES {
            if row(&policy.matrix, severity, class).is_none() {
                problems.add(
                    "matrix",
                    format!("has no row for severity `{severity}` and class `{class}`; add one"),
                );
            }
        }
    }
}

fn tighten(tighten: &Tighten, problems: &mut Problems) {
    for (name, bound) in [
        ("kev", &tighten.kev),
        ("malicious", &tighten.malicious),
        ("epss", &tighten.epss),
    ] {
        problems.hours(format!("tighten.{name}.within_hours"), bound.within_hours);
        problems.approver(format!("tighten.{name}.approver"), &bound.approver);
    }
    problems.within(
        "tighten.epss_probability",
        tighten.epss_probability,
        0.0,
        1.0,
    );
}

fn package_classes(classes: &PackageClasses, problems: &mut Problems) {
    for (name, patterns) in [
        ("core", &classes.core),
        ("development", &classes.development),
    ] {
        for (number, pattern) in patterns.iter().enumerate() {
            let key = format!("package_classes.{name}[{number}]");
            let stem = pattern.trim().strip_suffix('*').unwrap_or(pattern.trim());
            if pattern.trim().is_empty() {
                problems.add(key, "is empty; name a package or remove it");
            } else if stem.contains(['*', '?', '[', '{']) {
                problems.add(
                    key,
                    format!(
                        "`{pattern}` has a pattern in the middle; only one trailing `*` is known"
                    ),
                );
            } else if name == "development" && classes.core.contains(pattern) {
                problems.add(
                    key,
                    format!("`{pattern}` is pinned as core too; keep one of the two"),
                );
            }
        }
    }
}

fn risk(weights: &RiskWeights, problems: &mut Problems) {
    problems.within("risk.base_factor", weights.base_factor, 0.0, 1.0);
    for (key, points) in [
        ("risk.kev", weights.kev),
        ("risk.epss", weights.epss),
        ("risk.core", weights.core),
        ("risk.direct", weights.direct),
        ("risk.imported", weights.imported),
    ] {
        problems.within(key, points, 0.0, 10.0);
    }
    problems.within("risk.not_imported", weights.not_imported, -10.0, 0.0);
    problems.within("risk.no_fix", weights.no_fix, 0.0, 10.0);
    problems.within("risk.malicious_floor", weights.malicious_floor, 0.0, 10.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::tests::policy;

    fn keys(policy: &Policy) -> Vec<String> {
        validate(policy)
            .into_iter()
            .map(|problem| problem.key)
            .collect()
    }

    #[test]
    fn the_default_policy_is_valid() {
        assert_eq!(validate(&policy()), []);
    }

    #[test]
    fn a_missing_row_is_named() {
        let mut policy = policy();
        policy.matrix.retain(|row| {
            row.severity != Severity::Low
                && !(row.severity == Severity::High && row.class == Some(PackageClass::Development))
        });
        let messages: Vec<_> = validate(&policy).iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "matrix: has no row for severity `high` and class `development`; add one",
                "matrix: has no row for severity `low` and class `core`; add one",
                "matrix: has no row for severity `low` and class `development`; add one",
            ]
        );
    }

    #[test]
    fn rows_that_cannot_be_right_are_named() {
        let mut policy = policy();
        policy.matrix.push(policy.matrix[0].clone());
        let last = policy.matrix.len() - 1;
        assert_eq!(keys(&policy), [format!("matrix[{last}]")]);
        policy.matrix[last].severity = Severity::Unknown;
        assert_eq!(keys(&policy), [format!("matrix[{last}].severity")]);
        policy.matrix.pop();
        policy.matrix[0].within_hours = 0;
        policy.matrix[1].approver = "securty-lead".to_owned();
        policy.matrix[2].within_hours = u32::MAX;
        assert_eq!(
            keys(&policy),
            [
                "matrix[0].within_hours",
                "matrix[1].approver",
                "matrix[2].within_hours"
            ]
        );
    }

    #[test]
    fn numbers_out_of_range_are_named() {
        let mut policy = policy();
        policy.tighten.epss_probability = 50.0;
        policy.tighten.kev.within_hours = 0;
        policy.risk.kev = -1.0;
        policy.risk.not_imported = 1.0;
        policy.risk.no_fix = f64::NAN;
        policy.risk.base_factor = f64::INFINITY;
        assert_eq!(
            keys(&policy),
            [
                "tighten.kev.within_hours",
                "tighten.epss_probability",
                "risk.base_factor",
                "risk.kev",
                "risk.not_imported",
                "risk.no_fix",
            ]
        );
    }

    #[test]
    fn severities_and_patterns_are_checked() {
        let mut policy = policy();
        policy.fail_on = Severity::Unknown;
        policy.unknown_severity_as = Severity::Unknown;
        policy.package_classes.core = vec!["a*b".to_owned(), " ".to_owned(), "x".to_owned()];
        policy.package_classes.development = vec!["x".to_owned(), "ok-*".to_owned()];
        assert_eq!(
            keys(&policy),
            [
                "fail_on",
                "unknown_severity_as",
                "package_classes.core[0]",
                "package_classes.core[1]",
                "package_classes.development[0]",
            ]
        );
    }
}
