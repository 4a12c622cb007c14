//! The source's "Required Documentation", and how much of it the trail holds.

use serde::Serialize;

use super::life::{Life, Lives, Step};

/// One required kind of record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Requirement {
    pub name: &'static str,
    /// Findings that should have it.
    pub needed: u64,
    /// Of those, how many have it.
    pub met: u64,
    /// The first findings that lack it.
    pub missing: Vec<String>,
}

const SHOWN: usize = 20;

pub(super) fn requirements(lives: &Lives, rollbacks: u64) -> Vec<Requirement> {
    let resolved = |life: &Life| life.has(Step::Resolved);
    let any = |_: &Life| true;
    let mut all = vec![
        check("vulnerability discovery timestamps", lives, any, |it| {
            it.has(Step::Detected)
        }),
        check(
            "assessment and prioritization decisions",
            lives,
            any,
            |it| it.has(Step::Assessed) || it.has(Step::Decided),
        ),
        check("remediation actions and timelines", lives, resolved, |it| {
            it.has(Step::Remediated)
        }),
        check("testing and validation results", lives, resolved, |it| {
            it.has(Step::Tested)
        }),
    ];
    // "If any": what was rolled back is recorded by the rollback itself.
    all.push(Requirement {
        name: "rollback actions",
        needed: rollbacks,
        met: rollbacks,
        missing: Vec::new(),
    });
    all.push(check("final resolution confirmation", lives, any, |it| {
        resolved(it) || it.has(Step::Decided)
    }));
    all
}

fn check(
    name: &'static str,
    lives: &Lives,
    needs: impl Fn(&Life) -> bool,
    has: impl Fn(&Life) -> bool,
) -> Requirement {
    let mut requirement = Requirement {
        name,
        needed: 0,
        met: 0,
        missing: Vec::new(),
    };
    for (id, life) in lives.iter().filter(|(_, life)| needs(life)) {
        requirement.needed += 1;
        if has(life) {
            requirement.met += 1;
        } else if requirement.missing.len() < SHOWN {
            requirement.missing.push(id.to_owned());
        }
    }
    requirement
}
