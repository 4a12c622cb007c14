//! What became of a guarded command, in the record.

use runward_model::{Event, EventType, Outcome, Recommendation, Subject};
use serde_json::{Value, json};

use super::Guarded;
use crate::{Context, Ledger, Missing, OpsError, Places, Project, Settings};

/// Most packages that one event names.
const NAMED: usize = 100;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Policy kept it from running.
    Refused,
    /// It runs: policy allows it, or the caller accepted what stood in the way.
    Run,
}

/// Records the decision about a guarded command, where the project has a record. Packages are named where
/// something speaks against them; the command itself is not kept: its addresses may hold credentials.
pub fn record_guard(
    context: &Context,
    settings: &Settings,
    project: &Project,
    guarded: &Guarded,
    decision: Decision,
) -> Result<(), OpsError> {
    let places = Places::of(context, settings, project)?;
    if places.check(project, Missing::Refuse).is_err() {
        return Ok(());
    }
    let ledger = Ledger::open(context, settings, project, Missing::Refuse)?;
    let spoken_against: Vec<Value> = guarded
        .checks
        .iter()
        .map(|checked| &checked.check)
        .filter(|check| check.recommendation != Recommendation::Allow)
        .take(NAMED)
        .map(|check| {
            json!({
                "ecosystem": check.ecosystem.osv_name(),
                "name": check.name,
                "version": check.version,
                "recommendation": check.recommendation,
                "score": check.score,
                "signals": check.signals.iter().map(|signal| &signal.id).take(20).collect::<Vec<_>>(),
            })
        })
        .collect();
    let event = Event {
        project: Some(ledger.project().to_owned()),
        repository: Some(ledger.repository().to_owned()),
        outcome: match decision {
            Decision::Refused => Outcome::Failure,
            Decision::Run => Outcome::Success,
        },
        ..Event::new(
            context.now,
            EventType::InstallGuarded,
            ledger.actor(),
            Subject::new("project", ledger.project()),
        )
    }
    .with_detail("manager", guarded.plan.manager.as_str())
    .with_detail("recommendation", guarded.recommendation().as_str())
    .with_detail("checked", guarded.checks.len())
    .with_detail("uncertain", guarded.uncertain.len())
    .with_detail("packages", spoken_against);
    ledger.record(&event)
}
