//! The source's "Required Documentation", and how much of it the trail holds.

use serde::Serialize;

use super::{
    Decision,
    life::{Life, Lives, Step},
};

/// One required kind of record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Requirement {
    pub name: &'static str,
    /// Findings that should have it.
    pub needed: u64,
    /// Of those, how many have it.
    pub met: u64,
    /// Of the others, how many have only the word of another program for it (`audit record`).
    pub reported: u64,
    /// The first findings that lack it.
    pub missing: Vec<String>,
}

const SHOWN: usize = 20;

pub(super) fn requirements(lives: &Lives, rollbacks: &[Decision]) -> Vec<Requirement> {
    let resolved = |life: &Life| life.has(Step::Resolved);
    let any = |_: &Life| true;
    let mut all = vec![
        check(
            "vulnerability discovery timestamps",
            lives,
            any,
            &[Step::Detected],
        ),
        check(
            "assessment and prioritization decisions",
            lives,
            any,
            &[Step::Assessed, Step::Decided],
        ),
        check(
            "remediation actions and timelines",
            lives,
            resolved,
            &[Step::Remediated],
        ),
        check(
            "testing and validation results",
            lives,
            resolved,
            &[Step::Tested],
        ),
    ];
    // "If any": what was rolled back is recorded by the rollback itself.
    let told = rollbacks.iter().filter(|it| it.reported).count() as u64;
    let needed = rollbacks.len() as u64;
    all.push(Requirement {
        name: "rollback actions",
        needed,
        met: needed - told,
        reported: told,
        missing: Vec::new(),
    });
    all.push(check(
        "final resolution confirmation",
        lives,
        any,
        &[Step::Resolved, Step::Decided],
    ));
    all
}

fn check(
    name: &'static str,
    lives: &Lives,
    needs: impl Fn(&Life) -> bool,
    has: &[Step],
) -> Requirement {
    let mut requirement = Requirement {
        name,
        needed: 0,
        met: 0,
        reported: 0,
        missing: Vec::new(),
    };
    for (id, life) in lives.iter().filter(|(_, life)| needs(life)) {
        requirement.needed += 1;
        if has.iter().any(|step| life.has(*step)) {
            requirement.met += 1;
            continue;
        }
        requirement.reported += u64::from(has.iter().any(|step| life.was_told(*step)));
        if requirement.missing.len() < SHOWN {
            requirement.missing.push(id.to_owned());
        }
    }
    requirement
}
