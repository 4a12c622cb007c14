//! The verdict on a finding that no advisory is about: one of a rule, or of another tool.

use jiff::Timestamp;
use runward_model::{
    Assessment, Confidence, Finding, FixComplexity, PackageClass, Policy, RiskTerm,
};

use crate::{
    deadline,
    gate::after_policy,
    risk::{band_middle, hundredths, total},
};

/// What a way from a source to a sink adds: somebody's input is known to get there.
const SHOWN_FLOW: f64 = 0.5;

/// Judges a finding by its severity and confidence alone. Its code counts as core: nothing says
/// that it does not run.
pub fn assess_rule(
    finding: &Finding,
    first_seen: Timestamp,
    now: Timestamp,
    policy: &Policy,
) -> Assessment {
    let effective = after_policy(finding.severity, policy);
    let class = PackageClass::Core;
    let code = finding.code.as_ref();
    let terms = terms(finding, band_middle(effective));
    let row = deadline::from_matrix(effective, class, policy);
    let due = deadline::due(first_seen, row.within_hours);
    Assessment {
        severity: finding.severity,
        effective_severity: effective,
        cvss_score: None,
        cvss_vector: None,
        severity_source: "rule".to_owned(),
        class,
        fix_complexity: match code.and_then(|code| code.fix.as_ref()) {
            Some(_) => FixComplexity::Patch,
            None => FixComplexity::Unclear,
        },
        fix_version: None,
        constrained_by: 0,
        risk: total(&terms),
        terms,
        priority: row.priority,
        within_hours: row.within_hours,
        due,
        approver: row.approver,
        tightened_by: row.tightened_by,
        overdue: now > due,
    }
}

fn terms(finding: &Finding, base: f64) -> Vec<RiskTerm> {
    let share = match finding.confidence {
        Confidence::High => 1.0,
        Confidence::Medium => 0.85,
        Confidence::Low => 0.6,
    };
    let mut terms = vec![RiskTerm {
        name: "severity".to_owned(),
        points: hundredths(base),
        because: format!("the middle of the band {}", finding.severity),
    }];
    if share < 1.0 {
        terms.push(RiskTerm {
            name: "confidence".to_owned(),
            points: hundredths(base * (share - 1.0)),
            because: format!("the confidence is {}", finding.confidence.as_str()),
        });
    }
    if finding
        .code
        .as_ref()
        .is_some_and(|code| !code.trace.is_empty())
    {
        terms.push(RiskTerm {
            name: "flow".to_owned(),
            points: SHOWN_FLOW,
            because: "a way from a source to this sink is shown".to_owned(),
        });
    }
    terms
}

#[cfg(test)]
mod tests {
    use runward_model::{FindingKind, Severity};

    use super::*;
    use crate::{judge::tests::policy, suppress::tests::finding};

    #[test]
    fn severity_and_confidence_decide() {
        let now = Timestamp::UNIX_EPOCH;
        let mut one = finding("no-eval", "order-desk", "app.py");
        one.kind = FindingKind::CodeIssue;
        one.dependency = None;
        one.advisory = None;
        one.severity = Severity::High;
        one.confidence = Confidence::Low;
        let low = assess_rule(&one, now, now, &policy());
        one.confidence = Confidence::High;
        let high = assess_rule(&one, now, now, &policy());
        assert!(high.risk > low.risk);
        assert!((high.risk - total(&high.terms)).abs() < f64::EPSILON);
        assert_eq!(
            (high.priority, &high.approver),
            (low.priority, &low.approver)
        );
        assert_eq!(high.due, deadline::due(now, high.within_hours));
        one.severity = Severity::Unknown;
        let unrated = assess_rule(&one, now, now, &policy());
        assert_eq!(unrated.effective_severity, policy().unknown_severity_as);
    }
}
