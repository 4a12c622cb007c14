//! The recorded findings, and what people decide about them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{civil::Date, tz::TimeZone};
use runward_access::AccessError;
use runward_model::{
    Action, Event, EventType, Fingerprint, Resource, Role, Status, Subject, Visible,
};
use runward_store::{
    Decision as StoreDecision, Filter, MetricsFilter, Page, RuleFindings, Selection, StoreError,
    StoredFinding, Timeline, Transition, Wish,
};
use runward_tasks::By;
use serde_json::json;

use crate::{Ledger, OpsError, Settings};

pub use runward_store::{Cursor, Decided, Metrics, ProjectRow, Scope, Sighting};

/// A cursor that an earlier page ended with.
pub fn cursor(text: &str) -> Result<Cursor, OpsError> {
    Ok(text.parse::<Cursor>()?)
}

/// A finding with everything that ever happened to it.
#[derive(Debug)]
pub struct FindingRecord {
    pub finding: StoredFinding,
    pub transitions: Vec<Transition>,
    pub timeline: Timeline,
}

/// What a person decides about findings.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The beginnings of fingerprints, or rule ids.
    pub keys: Vec<String>,
    pub reason: String,
    /// Only where the finding still has this status.
    pub expected: Option<Status>,
}

/// How many items of a list are looked at in search of those that the caller may see.
const LOOKED_AT: u32 = 10_000;

/// The findings that match a filter and that the caller may see, worst first.
pub fn list(ledger: &Ledger, filter: &Filter) -> Result<Page, OpsError> {
    let (visible, exact) = ledger.visible(Action::ViewFinding)?;
    let mut filter = filter.clone();
    filter.scope.visible = visible;
    let mut page = ledger.store.page(&filter)?;
    if !exact {
        // A policy of the team's own looks at each item, so the list does too.
        let wanted = match filter.limit {
            0 => LOOKED_AT,
            limit => limit,
        } as usize;
        let may_see = ledger.judge(Action::ViewFinding)?;
        let mut seen = Vec::new();
        loop {
            let next = page.next.take();
            let findings = page.findings.into_iter();
            seen.extend(findings.filter(|it| may_see(&resource(it, &BTreeSet::new()))));
            page.findings = Vec::new();
            match next {
                Some(cursor) if seen.len() < wanted => {
                    filter.after = Some(cursor);
                    filter.offset = 0;
                    page = ledger.store.page(&filter)?;
                }
                next => {
                    page.next = next;
                    break;
                }
            }
        }
        page.findings = seen;
    }
    let listed = Event::new(
        ledger.now,
        EventType::FindingsListed,
        ledger.actor(),
        Subject::new("findings", ledger.project()),
    )
    .with_detail("result_count", page.findings.len());
    if ledger.caller().is_some() {
        ledger.record(&listed)?;
    }
    Ok(page)
}

/// One finding, by a fingerprint's beginning or a rule id.
pub fn show(ledger: &Ledger, key: &str) -> Result<FindingRecord, OpsError> {
    let scope = ledger.scope()?;
    let finding = match ledger.store.get(&scope, key) {
        Err(error @ StoreError::NotFound { .. }) => {
            return Err(hidden(ledger, Action::ViewFinding, key, error));
        }
        found => found?,
    };
    ledger
        .allow(Action::ViewFinding, &resource(&finding, &BTreeSet::new()))
        .map_err(|error| as_asked(error, key))?;
    let key = finding.fingerprint.as_str();
    let scope = Scope {
        project: Some(finding.project_id),
        ..scope
    };
    Ok(FindingRecord {
        transitions: ledger.store.transitions(&scope, key)?,
        timeline: ledger.store.timeline(&scope, key)?,
        finding,
    })
}

/// Accepts findings until a date, its last day.
pub fn accept(
    ledger: &Ledger,
    settings: &Settings,
    decision: &Decision,
    until: Date,
) -> Result<Vec<Decided<OpsError>>, OpsError> {
    let today = ledger.now.to_zoned(TimeZone::UTC).date();
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
    decide(
        ledger,
        Action::AcceptFinding,
        Wish::Accept { until },
        decision,
    )
}

/// Takes acceptances, resolutions or false positives back.
pub fn reopen(ledger: &Ledger, decision: &Decision) -> Result<Vec<Decided<OpsError>>, OpsError> {
    let wish = Wish::Become(Status::Reopened);
    decide(ledger, Action::ReopenFinding, wish, decision)
}

/// Moves findings to another status.
pub fn triage(
    ledger: &Ledger,
    decision: &Decision,
    status: Status,
) -> Result<Vec<Decided<OpsError>>, OpsError> {
    // To call something a false positive hides it as an acceptance does.
    let action = match status {
        Status::FalsePositive => Action::AcceptFinding,
        _ => Action::TriageFinding,
    };
    decide(ledger, action, Wish::Become(status), decision)
}

fn decide(
    ledger: &Ledger,
    action: Action,
    wish: Wish,
    decision: &Decision,
) -> Result<Vec<Decided<OpsError>>, OpsError> {
    let scope = ledger.scope()?;
    let may = ledger.right(action)?;
    let actor = ledger.actor();
    let involved = involved(ledger, &scope, &decision.keys)?;
    let made = StoreDecision {
        scope: &scope,
        reason: &decision.reason,
        actor: &actor,
        now: ledger.now,
        expected: decision.expected,
    };
    let keys = Selection::Keys(&decision.keys);
    let nobody = BTreeSet::new();
    let done = ledger.store.decide_many(keys, wish, &made, |stored| {
        let people = involved.get(&stored.fingerprint).unwrap_or(&nobody);
        may(&resource(stored, people))
    });
    let decided = ledger.settle(done)?;
    decided
        .into_iter()
        .map(|one| {
            // A refusal is recorded as one, whatever became of the others.
            let result = match one.result {
                Err(error @ OpsError::Access(AccessError::Denied(_))) => ledger
                    .settle(Err(error))
                    .map_err(|error| as_asked(error, &one.key)),
                Err(OpsError::Store(error @ StoreError::NotFound { .. })) => {
                    Err(hidden(ledger, action, &one.key, error))
                }
                other => other,
            };
            Ok(Decided {
                key: one.key,
                result,
            })
        })
        .collect()
}

/// That a finding is not found; where it is there but not the caller's to see, the answer is the
/// same, and the refusal is recorded.
fn hidden(ledger: &Ledger, action: Action, key: &str, missing: StoreError) -> OpsError {
    if ledger.caller().is_some()
        && let Ok(stored) = ledger.store.get(&Scope::default(), key)
        && let Err(refused) = ledger.allow(action, &resource(&stored, &BTreeSet::new()))
    {
        return as_asked(refused, key);
    }
    missing.into()
}

/// What is not found is named as the caller named it.
fn as_asked(error: OpsError, key: &str) -> OpsError {
    match error {
        OpsError::Store(StoreError::NotFound { .. }) => StoreError::NotFound {
            key: key.to_owned(),
        }
        .into(),
        other => other,
    }
}

/// Who owns, does or asked for the tasks of each finding: they may not accept it. A key that names
/// no finding is left out, since the decision about it says so; anything else that goes wrong ends
/// the decision, or those who are involved would go unnoticed.
fn involved(
    ledger: &Ledger,
    scope: &Scope,
    keys: &[String],
) -> Result<BTreeMap<Fingerprint, BTreeSet<String>>, OpsError> {
    let mut involved = BTreeMap::new();
    if ledger.caller().is_none() {
        return Ok(involved);
    }
    for key in keys {
        match ledger.store.get(scope, key) {
            Ok(stored) => {
                let people = people(ledger, &stored.fingerprint)?;
                involved.insert(stored.fingerprint, people);
            }
            Err(
                StoreError::NotFound { .. }
                | StoreError::Ambiguous { .. }
                | StoreError::ShortKey { .. },
            ) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(involved)
}

/// Owners, assignees and requesters of the tasks that close a finding.
fn people(ledger: &Ledger, finding: &Fingerprint) -> Result<BTreeSet<String>, OpsError> {
    const PAGE: u32 = 100;
    let actor = ledger.actor();
    let by = By::new(&actor, ledger.now);
    let tasks = ledger.tasks()?;
    let mut people = BTreeSet::new();
    let mut after: Option<String> = None;
    loop {
        let query = crate::tasks::query(&[
            ("finding", json!([finding.as_str()])),
            ("limit", PAGE.into()),
            ("after", json!(after)),
        ]);
        let page = tasks.list(&by, &query, &Visible::All)?;
        for listed in page.tasks {
            let task = listed.task;
            people.extend([task.owner, task.requester]);
            people.extend(task.assignee);
        }
        after = page.next;
        if after.is_none() {
            return Ok(people);
        }
    }
}

/// A finding as access control sees it.
fn resource(stored: &StoredFinding, involved: &BTreeSet<String>) -> Resource {
    Resource::Finding {
        id: stored.fingerprint.to_string(),
        repository: stored.repository.clone(),
        severity: stored.effective_severity,
        approver: stored.approver.as_deref().and_then(Role::from_name),
        involved: involved.clone(),
    }
}

/// The same for a finding that is asked about: with who is involved in it.
pub(crate) fn resource_of(ledger: &Ledger, stored: &StoredFinding) -> Result<Resource, OpsError> {
    let involved = match ledger.caller() {
        Some(_) => people(ledger, &stored.fingerprint)?,
        None => BTreeSet::new(),
    };
    Ok(resource(stored, &involved))
}

/// Counts and times of the findings that the caller may see.
pub fn metrics(ledger: &Ledger, since: Option<jiff::Timestamp>) -> Result<Metrics, OpsError> {
    Ok(ledger.store.metrics(&MetricsFilter {
        scope: ledger.scope()?,
        now: ledger.now,
        since,
    })?)
}

/// How often each code rule was right, by the findings that the caller may see.
pub fn by_rule(ledger: &Ledger) -> Result<Vec<RuleFindings>, OpsError> {
    Ok(ledger.store.by_rule(&ledger.scope()?)?)
}

/// The projects of the store that the caller may see.
pub fn projects(
    ledger: &Ledger,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<ProjectRow>, OpsError> {
    Ok(ledger.store.projects(&ledger.whole()?, after, limit)?)
}

/// The project that the ledger was opened for; everything, where the store does not know it.
pub fn own_scope(ledger: &Ledger) -> Result<Scope, OpsError> {
    ledger.scope()
}

/// The filter's project, by name.
pub fn project_scope(ledger: &Ledger, name: &str) -> Result<Scope, OpsError> {
    match ledger.store.find_project(name)? {
        Some(project) => Ok(Scope::of(project.id)),
        None => Err(StoreError::NoProject {
            name: name.to_owned(),
        }
        .into()),
    }
}
