//! The recorded findings of a project, and what people decide about them.

use jiff::{civil::Date, tz::TimeZone};
use runward_model::Status;
use runward_store::{Filter, StoredFinding, Transition};

use crate::{Context, OpsError, Project, Settings, state};

/// A finding with everything that ever happened to it.
#[derive(Debug)]
pub struct FindingRecord {
    pub finding: StoredFinding,
    pub transitions: Vec<Transition>,
}

/// The findings that match a filter, worst first.
pub fn list(project: &Project, filter: &Filter) -> Result<Vec<StoredFinding>, OpsError> {
    Ok(state::open_existing(project)?.list(filter)?)
}

/// One finding, by a fingerprint's beginning or a rule id.
pub fn show(project: &Project, key: &str) -> Result<FindingRecord, OpsError> {
    let store = state::open_existing(project)?;
    let finding = store.get(key)?;
    let transitions = store.transitions(finding.fingerprint.as_str())?;
    Ok(FindingRecord {
        finding,
        transitions,
    })
}

/// What a person decides about a finding.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The beginning of the finding's fingerprint, or its rule id.
    pub key: String,
    pub reason: String,
    pub author: String,
}

/// Accepts a finding until a date, its last day.
pub fn accept(
    context: &Context,
    settings: &Settings,
    project: &Project,
    decision: &Decision,
    until: Date,
) -> Result<StoredFinding, OpsError> {
    let today = context.now.to_zoned(TimeZone::UTC).date();
    let policy = &settings.config().policy;
    if let Some(problem) = runward_assess::expiry_problem(until, today, policy) {
        return Err(OpsError::usage(
            format!("the finding cannot be accepted until {until}: {problem}"),
            format!(
                "choose a date within {} days from today",
                policy.max_suppression_days
            ),
        ));
    }
    let store = state::open_existing(project)?;
    let Decision {
        key,
        reason,
        author,
    } = decision;
    Ok(store.accept(key, until, reason, author, context.now)?)
}

/// Takes an acceptance, a resolution or a false positive back.
pub fn reopen(
    context: &Context,
    project: &Project,
    decision: &Decision,
) -> Result<StoredFinding, OpsError> {
    let store = state::open_existing(project)?;
    Ok(store.reopen(
        &decision.key,
        &decision.reason,
        &decision.author,
        context.now,
    )?)
}

/// Moves a finding to another status.
pub fn triage(
    context: &Context,
    project: &Project,
    decision: &Decision,
    status: Status,
) -> Result<StoredFinding, OpsError> {
    let store = state::open_existing(project)?;
    Ok(store.set_status(
        &decision.key,
        status,
        &decision.reason,
        &decision.author,
        context.now,
    )?)
}
