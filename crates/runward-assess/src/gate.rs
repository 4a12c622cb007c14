//! What fails a scan, and the order in which findings are shown.

use std::cmp::Ordering;

use runward_model::{Finding, Policy, Severity};

/// What a severity counts as: unknown is replaced as policy says. A policy that replaces unknown
/// with itself is refused by validation; it counts as high here.
pub(crate) fn after_policy(severity: Severity, policy: &Policy) -> Severity {
    match severity {
        Severity::Unknown if policy.unknown_severity_as == Severity::Unknown => Severity::High,
        Severity::Unknown => policy.unknown_severity_as,
        rated => rated,
    }
}

/// What a finding counts as at the gate.
pub fn effective_severity(finding: &Finding, policy: &Policy) -> Severity {
    match &finding.assessment {
        Some(assessment) => assessment.effective_severity,
        None => after_policy(finding.severity, policy),
    }
}

/// How many findings are at or above `policy.fail_on`. Suppressed findings do not count.
pub fn gate(findings: &[Finding], policy: &Policy) -> usize {
    findings
        .iter()
        .filter(|finding| finding.suppressed.is_none())
        .filter(|finding| effective_severity(finding, policy) >= policy.fail_on)
        .count()
}

/// Orders findings worst first: priority, then risk, then the nearer deadline; a finding that is
/// not judged yet comes first. Rule, place and fingerprint make the order total, so that output
/// does not depend on reading order.
pub fn worst_first(left: &Finding, right: &Finding) -> Ordering {
    let judged = match (&left.assessment, &right.assessment) {
        (Some(left), Some(right)) => left
            .priority
            .cmp(&right.priority)
            .then_with(|| right.risk.total_cmp(&left.risk))
            .then_with(|| right.effective_severity.cmp(&left.effective_severity))
            .then_with(|| left.due.cmp(&right.due)),
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (None, None) => right.severity.cmp(&left.severity),
    };
    judged
        .then_with(|| left.rule.cmp(&right.rule))
        .then_with(|| left.location.cmp(&right.location))
        .then_with(|| left.fingerprint.cmp(&right.fingerprint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suppress::tests::finding;

    #[test]
    fn the_gate_counts_at_and_above() {
        let mut policy = crate::judge::tests::policy();
        let findings: Vec<_> = [
            Severity::Unknown,
            Severity::None,
            Severity::Low,
            Severity::Medium,
            Severity::High,
            Severity::Critical,
        ]
        .into_iter()
        .map(|severity| {
            let mut finding = finding("CVE-1", "a", "x");
            finding.severity = severity;
            finding
        })
        .collect();
        for (fail_on, count) in [
            (Severity::None, 6),
            (Severity::Low, 5),
            (Severity::Medium, 4),
            (Severity::High, 3),
            (Severity::Critical, 1),
        ] {
            policy.fail_on = fail_on;
            assert_eq!(gate(&findings, &policy), count, "{fail_on}");
        }
        policy.fail_on = Severity::Critical;
        policy.unknown_severity_as = Severity::Critical;
        assert_eq!(gate(&findings, &policy), 2);
    }

    #[test]
    fn a_suppressed_finding_does_not_fail_a_scan() {
        let mut finding = finding("CVE-1", "a", "x");
        finding.suppressed = Some(runward_model::finding::Suppressed {
            by: "accepted".to_owned(),
            reason: "r".to_owned(),
            author: "w".to_owned(),
            expires: jiff::civil::Date::MAX,
        });
        assert_eq!(gate(&[finding], &crate::judge::tests::policy()), 0);
    }

    #[test]
    fn the_worst_finding_comes_first_whatever_the_reading_order() {
        let judged = |rule: &str, severity: Severity, exploited: bool| {
            let mut finding = finding(rule, "a", "x");
            let mut advisory = crate::judge::tests::advisory();
            advisory.label = Some(severity);
            advisory.kev = exploited.then(crate::judge::tests::kev);
            let dependency = crate::judge::tests::dependency();
            finding.severity = severity;
            finding.assessment = Some(crate::assess(
                &crate::Input {
                    dependency: &dependency,
                    advisory: &advisory,
                    dependants: &[],
                    first_seen: jiff::Timestamp::UNIX_EPOCH,
                    now: jiff::Timestamp::UNIX_EPOCH,
                    versions: &crate::judge::tests::Dotted,
                },
                &crate::judge::tests::policy(),
            ));
            finding
        };
        let sorted = vec![
            finding("unjudged", "a", "x"),
            judged("exploited", Severity::Low, true),
            judged("critical", Severity::Critical, false),
            judged("high-1", Severity::High, false),
            judged("high-2", Severity::High, false),
            judged("low", Severity::Low, false),
            judged("none", Severity::None, false),
        ];
        for turn in 0..sorted.len() {
            let mut mixed = sorted.clone();
            mixed.rotate_left(turn);
            mixed.reverse();
            mixed.sort_by(worst_first);
            assert_eq!(mixed, sorted);
        }
    }
}
