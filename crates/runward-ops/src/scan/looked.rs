//! What was looked at beside the dependencies.

use std::collections::{BTreeMap, HashMap, HashSet};

use runward_model::{Finding, FindingKind, Location, NotCovered};
use runward_store::RuleCoverage;

/// What rules or detectors saw.
#[derive(Debug, Default)]
pub(crate) struct Looked {
    /// Unjudged; those that a comment silences are marked.
    pub(crate) findings: Vec<Finding>,
    pub(crate) covered: RuleCoverage,
    pub(crate) warnings: Vec<String>,
}

/// All of it, by the kind of finding.
#[derive(Debug, Default)]
pub(super) struct Sights {
    pub(super) findings: Vec<Finding>,
    pub(super) not_covered: Vec<NotCovered>,
    told: HashSet<NotCovered>,
    pub(super) covered: BTreeMap<FindingKind, RuleCoverage>,
    pub(super) warnings: Vec<String>,
}

impl Sights {
    pub(super) fn new(gaps: &[NotCovered]) -> Self {
        Self {
            not_covered: gaps.to_vec(),
            told: gaps.iter().cloned().collect(),
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, kind: FindingKind, looked: Looked) {
        self.findings.extend(looked.findings);
        self.warnings.extend(looked.warnings);
        for gap in &looked.covered.not_covered {
            // Two engines that cannot read a file say so once.
            if self.told.insert(gap.clone()) {
                self.not_covered.push(gap.clone());
            }
        }
        self.covered.insert(kind, looked.covered);
    }

    /// A rule that says that a credential stands in the code says nothing that the detector of that
    /// credential does not say better: the rule's id becomes another name of the detector's finding.
    pub(super) fn join_credentials(&mut self) {
        let mut secrets: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, finding) in self.findings.iter().enumerate() {
            if finding.kind == FindingKind::Secret {
                let path = finding.location.path.clone();
                secrets.entry(path).or_default().push(at);
            }
        }
        if secrets.is_empty() {
            return;
        }
        let mut aliases: Vec<(usize, String)> = Vec::new();
        let mut told = Vec::with_capacity(self.findings.len());
        for finding in &self.findings {
            let twin = secrets
                .get(&finding.location.path)
                .filter(|_| is_about_credentials(finding))
                .and_then(|places| {
                    // In the order of the text, and none overlaps another.
                    let at = |place: &usize| self.findings.get(*place).map(|one| &one.location);
                    let before = |place: &usize| {
                        at(place).is_some_and(|secret| secret.end <= finding.location.start)
                    };
                    let first = places.get(places.partition_point(before))?;
                    at(first)
                        .is_some_and(|secret| overlaps(secret, &finding.location))
                        .then_some(*first)
                });
            if let Some(place) = twin {
                aliases.push((place, finding.rule.clone()));
            }
            told.push(twin.is_none());
        }
        for (place, rule) in aliases {
            let code = self
                .findings
                .get_mut(place)
                .and_then(|one| one.code.as_mut());
            if let Some(code) = code.filter(|code| !code.aliases.contains(&rule)) {
                code.aliases.push(rule);
            }
        }
        let mut told = told.into_iter();
        self.findings.retain(|_| told.next().unwrap_or(true));
    }
}

/// A rule about a literal credential, by its weakness.
fn is_about_credentials(finding: &Finding) -> bool {
    let about = ["CWE-798", "CWE-259", "CWE-321"];
    finding.kind == FindingKind::CodeIssue
        && finding.suppressed.is_none()
        && finding.code.as_ref().is_some_and(|code| {
            code.trace.is_empty()
                && code.cwe.iter().any(|cwe| {
                    let id = cwe.split(':').next().unwrap_or(cwe);
                    about.contains(&id)
                })
        })
}

fn overlaps(one: &Location, other: &Location) -> bool {
    one.start < other.end && other.start < one.end
}
