//! By when, by whom approved, in which order.

use jiff::{SignedDuration, Timestamp};
use runward_model::{
    AdvisoryMatch, PackageClass, Policy, Priority, Severity, policy::MatrixRow, policy::Tightening,
};

use crate::validate::APPROVER_ROLES;

/// The matrix row after tightening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) within_hours: u32,
    pub(crate) approver: String,
    pub(crate) priority: Priority,
    pub(crate) tightened_by: Vec<String>,
}

/// The first row that matches.
pub(crate) fn row(
    matrix: &[MatrixRow],
    severity: Severity,
    class: PackageClass,
) -> Option<&MatrixRow> {
    matrix
        .iter()
        .find(|row| row.severity == severity && row.class.is_none_or(|wanted| wanted == class))
}

/// The terms for one finding.
pub(crate) fn terms(
    advisory: &AdvisoryMatch,
    severity: Severity,
    class: PackageClass,
    policy: &Policy,
) -> Terms {
    let mut terms = from_matrix(severity, class, policy);
    let by_matrix = terms.within_hours;
    for (tightening, because) in reasons(advisory, policy) {
        if tightening.within_hours < by_matrix {
            terms.tightened_by.push(because);
        }
        apply(&mut terms, tightening);
    }
    terms
}

/// What the matrix alone says.
pub(crate) fn from_matrix(severity: Severity, class: PackageClass, policy: &Policy) -> Terms {
    if let Some(row) = row(&policy.matrix, severity, class) {
        Terms {
            within_hours: row.within_hours,
            approver: row.approver.clone(),
            priority: row.priority,
            tightened_by: Vec::new(),
        }
    } else {
        // Validation refuses such a policy; if one gets here, the strictest terms that it
        // knows apply.
        let strictest = &policy.tighten.malicious;
        Terms {
            within_hours: strictest.within_hours,
            approver: strictest.approver.clone(),
            priority: strictest.priority,
            tightened_by: vec![format!(
                "the policy's matrix has no row for {severity} and {class}: the strictest terms apply"
            )],
        }
    }
}

fn reasons<'p>(advisory: &AdvisoryMatch, policy: &'p Policy) -> Vec<(&'p Tightening, String)> {
    let tighten = &policy.tighten;
    let mut reasons = Vec::new();
    if advisory.malicious {
        reasons.push((
            &tighten.malicious,
            format!("malicious package: {} h", tighten.malicious.within_hours),
        ));
    }
    if let Some(kev) = &advisory.kev {
        reasons.push((
            &tighten.kev,
            format!(
                "{} is known to be exploited (CISA KEV): {} h",
                kev.cve, tighten.kev.within_hours
            ),
        ));
    }
    if let Some(epss) = &advisory.epss
        && (tighten.epss_probability..=1.0).contains(&epss.probability)
    {
        reasons.push((
            &tighten.epss,
            format!(
                "EPSS of {} is {:.2}, at least {}: {} h",
                epss.cve, epss.probability, tighten.epss_probability, tighten.epss.within_hours
            ),
        ));
    }
    reasons
}

/// Takes the stricter of both in each respect: a tightening never lengthens a deadline, lowers a
/// priority or lets a junior role approve.
fn apply(terms: &mut Terms, tightening: &Tightening) {
    terms.within_hours = terms.within_hours.min(tightening.within_hours);
    terms.priority = terms.priority.min(tightening.priority);
    if seniority(&tightening.approver) > seniority(&terms.approver) {
        terms.approver.clone_from(&tightening.approver);
    }
}

/// A role's place in [`APPROVER_ROLES`]; a role that is not in it (validation refuses it) ranks
/// below all.
fn seniority(role: &str) -> Option<usize> {
    APPROVER_ROLES.iter().position(|known| *known == role)
}

/// First detection plus the time allowed, held to what a timestamp can say.
pub(crate) fn due(first_seen: Timestamp, within_hours: u32) -> Timestamp {
    first_seen
        .checked_add(SignedDuration::from_hours(i64::from(within_hours)))
        .unwrap_or(Timestamp::MAX)
}
