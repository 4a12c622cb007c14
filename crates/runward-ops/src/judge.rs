//! Judgement of one finding by the policy.

use jiff::Timestamp;
use runward_assess::{Input, assess};
use runward_model::{DependencyGraph, Finding, Policy};

use crate::versions::EcosystemVersions;

/// Judges a finding that an advisory is about; another keeps its detector's severity.
pub(crate) fn judge(
    finding: &mut Finding,
    policy: &Policy,
    now: Timestamp,
    graph: &DependencyGraph,
) {
    let (Some(dependency), Some(advisory)) = (&finding.dependency, &finding.advisory) else {
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
            first_seen: finding.history.as_ref().map_or(now, |h| h.first_seen),
            now,
            versions: &EcosystemVersions,
        },
        policy,
    );
    finding.severity = assessment.severity;
    finding.assessment = Some(assessment);
}
