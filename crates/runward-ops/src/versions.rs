//! The ecosystems' version arithmetic, as judgement asks for it.

use runward_assess::Versions;
use runward_model::{Ecosystem, FixComplexity};
use runward_versions::Step;

/// Answers from `runward-versions`.
pub(crate) struct EcosystemVersions;

impl Versions for EcosystemVersions {
    fn step(&self, ecosystem: &Ecosystem, from: &str, to: &str) -> FixComplexity {
        match runward_versions::step(ecosystem, from, to) {
            Step::Patch => FixComplexity::Patch,
            Step::Minor => FixComplexity::Minor,
            Step::Major => FixComplexity::Major,
            Step::Unclear => FixComplexity::Unclear,
        }
    }

    fn allows(&self, ecosystem: &Ecosystem, requirement: &str, version: &str) -> Option<bool> {
        runward_versions::allows(ecosystem, requirement, version)
    }
}
