//! Judgement of one finding by the policy.

use jiff::Timestamp;
use runward_assess::{Input, assess, assess_rule};
use runward_model::{DependencyGraph, Finding, Policy};

use crate::versions::EcosystemVersions;

/// Judges a finding: by its advisory where one is about it, else by what its rule says.
pub(crate) fn judge(
    finding: &mut Finding,
    policy: &Policy,
    now: Timestamp,
    graph: &DependencyGraph,
) {
    let first_seen = finding.history.as_ref().map_or(now, |h| h.first_seen);
    let (Some(dependency), Some(advisory)) = (&finding.dependency, &finding.advisory) else {
        finding.assessment = Some(assess_rule(finding, first_seen, now, policy));
        return;
    };
    let dependants: Vec<(String, Option<String>)> = dependency
        .parents
        .iter()
        .filter_map(|edge| {
            let parent = graph.dependencies.get(edge.parent)?;
            Some((parent.package.name.clone(), edge.requirement.clone()))
        })
        .collect();
    let assessment = assess(
        &Input {
            dependency,
            advisory,
            dependants: &dependants,
            first_seen,
            now,
            versions: &EcosystemVersions,
        },
        policy,
    );
    finding.severity = assessment.severity;
    finding.assessment = Some(assessment);
}
