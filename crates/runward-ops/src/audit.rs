//! The audit trail, as people ask for it.

use std::{collections::BTreeSet, io::Write, path::Path};

use jiff::Timestamp;
use runward_audit::{Ack, Exported, Page, Published, Timeline};
use runward_model::{Action, Actor, Event, EventType, Outcome, Resource, Subject};
use serde::Deserialize;
use serde_json::Value;

use crate::{Ledger, OpsError};

pub use runward_audit::{
    Ack as Acknowledged, CheckedProof, ComplianceReport, Confirmed, Count, Cursor, Durations,
    Format, Order, Query, Record as AuditRecord, Stats, Verdict, VerifyRequest, event_schema,
};

/// A cursor that an earlier page ended with.
pub fn cursor(text: &str) -> Result<Cursor, OpsError> {
    Ok(text.parse::<Cursor>()?)
}

/// A repository's events are its team lead's to see, all others are not.
fn view_of(ledger: &Ledger, repository: Option<&str>) -> Result<(), OpsError> {
    ledger.allow(Action::ViewAudit, &place(repository))?;
    current(ledger)
}

fn place(repository: Option<&str>) -> Resource {
    match repository {
        Some(name) => Resource::Repository {
            name: name.to_owned(),
        },
        None => Resource::System,
    }
}

fn view(ledger: &Ledger) -> Result<(), OpsError> {
    view_of(ledger, None)
}

fn current(ledger: &Ledger) -> Result<(), OpsError> {
    // Another process may have written.
    ledger.publish()?;
    ledger.trail.catch_up(&ledger.db)?;
    Ok(())
}

/// One page of a search.
pub fn search(ledger: &Ledger, query: &Query) -> Result<Page, OpsError> {
    view_of(ledger, query.repository.as_deref())?;
    Ok(ledger.trail.search(&ledger.db, query)?)
}

/// One event, by its index or id.
pub fn get(ledger: &Ledger, id: &str) -> Result<AuditRecord, OpsError> {
    view(ledger)?;
    Ok(ledger.trail.get(&ledger.db, id)?)
}

/// Everything about a subject, the oldest first.
pub fn timeline(ledger: &Ledger, subject: &str) -> Result<Timeline, OpsError> {
    view(ledger)?;
    let timeline = ledger.trail.timeline(&ledger.db, subject)?;
    if !timeline.items.is_empty() {
        return Ok(timeline);
    }
    // As everywhere, the beginning of a fingerprint or an advisory's id names a finding.
    match ledger.store.get(&ledger.scope()?, subject) {
        Ok(finding) => {
            let subject = format!("finding:{}", finding.fingerprint);
            Ok(ledger.trail.timeline(&ledger.db, &subject)?)
        }
        Err(_) => Ok(timeline),
    }
}

/// Counts over the events of a search; of each list the `top` most frequent values.
pub fn stats(ledger: &Ledger, query: &Query, top: u32) -> Result<Stats, OpsError> {
    view_of(ledger, query.repository.as_deref())?;
    Ok(ledger.trail.stats(&ledger.db, query, top)?)
}

/// What happened in a period, as compliance asks for it.
pub fn report(ledger: &Ledger, query: &Query) -> Result<ComplianceReport, OpsError> {
    view_of(ledger, query.repository.as_deref())?;
    Ok(ledger.trail.compliance(&ledger.db, query)?)
}

/// Where to begin so that the last `lines` events are shown.
pub fn tail_start(ledger: &Ledger, lines: u32) -> Result<u64, OpsError> {
    view(ledger)?;
    Ok(ledger.trail.size()?.saturating_sub(u64::from(lines)))
}

/// Events from an index on; polls the log.
pub fn tail(ledger: &Ledger, start: u64) -> Result<Vec<AuditRecord>, OpsError> {
    const PAGE: u64 = 1_000;
    Ok(ledger.trail.tail(start, PAGE)?)
}

/// Writes every event of a search, and records that it was done.
pub fn export(
    ledger: &Ledger,
    query: &Query,
    format: Format,
    out: &mut dyn Write,
) -> Result<Exported, OpsError> {
    ledger.allow(Action::ExportAudit, &Resource::System)?;
    ledger.publish()?;
    ledger.trail.catch_up(&ledger.db)?;
    let exported = ledger.trail.export(&ledger.db, query, format, out)?;
    let event = Event::new(
        ledger.now,
        EventType::DataExported,
        ledger.actor(),
        Subject::new("audit", ledger.trail.origin()),
    )
    .with_detail("result_count", exported.records)
    .with_detail("format", format.as_str());
    ledger.record(&event)?;
    Ok(exported)
}

/// Whether log, database and files are as they were written; the answer is recorded.
pub fn verify(ledger: &Ledger, request: &VerifyRequest) -> Result<Verdict, OpsError> {
    ledger.allow(Action::VerifyAudit, &Resource::System)?;
    let verdict = ledger.trail.verify(Some(&ledger.db), request)?;
    let kind = if verdict.ok {
        EventType::AuditVerified
    } else {
        EventType::AuditVerificationFailed
    };
    let mut event = Event::new(
        ledger.now,
        kind,
        ledger.actor(),
        Subject::new("audit", ledger.trail.origin()),
    )
    .with_detail("size", verdict.size);
    if !verdict.ok {
        event.outcome = Outcome::Failure;
    }
    // A record that does not verify may not take another event; the answer is what counts.
    if let Err(error) = ledger.record(&event)
        && verdict.ok
    {
        return Err(error);
    }
    Ok(verdict)
}

/// A proof that an event is in the log.
pub fn prove(ledger: &Ledger, id: &str) -> Result<String, OpsError> {
    view(ledger)?;
    Ok(ledger.trail.prove(Some(&ledger.db), id)?)
}

/// Checks a proof with nothing but the log's public key and those of its witnesses.
pub fn check_proof(
    text: &str,
    key: &str,
    witnesses: &[String],
    quorum: usize,
) -> Result<CheckedProof, OpsError> {
    Ok(runward_audit::check_proof(
        text, key, witnesses, quorum, None,
    )?)
}

/// The log's signed state.
pub fn checkpoint(ledger: &Ledger) -> Result<String, OpsError> {
    view(ledger)?;
    Ok(ledger.trail.checkpoint()?)
}

/// The log's public key, as C2SP writes it.
pub fn key(ledger: &Ledger) -> String {
    ledger.trail.verifier_key()
}

/// What a witness is asked to sign.
pub fn witness_request(ledger: &Ledger) -> Result<String, OpsError> {
    view(ledger)?;
    Ok(ledger.trail.witness_request()?)
}

/// Keeps a witness's signatures; the names of those who signed.
pub fn add_cosignature(ledger: &Ledger, text: &str) -> Result<Vec<String>, OpsError> {
    ledger.allow(Action::RecordEvent, &Resource::System)?;
    Ok(ledger.trail.add_cosignature(text)?)
}

/// Moves events from before a time out of the log.
pub fn prune(
    ledger: &Ledger,
    before: Timestamp,
    archive: &Path,
) -> Result<runward_audit::PruneReport, OpsError> {
    ledger.allow(Action::PruneAudit, &Resource::System)?;
    let actor = ledger.actor();
    Ok(ledger
        .trail
        .prune(&ledger.db, before, archive, &actor, ledger.now)?)
}

/// Whether a redacted value was this one.
pub fn confirm(
    ledger: &Ledger,
    id: &str,
    path: &str,
    candidate: &Value,
) -> Result<Confirmed, OpsError> {
    view(ledger)?;
    Ok(ledger
        .trail
        .confirm(Some(&ledger.db), id, path, candidate)?)
}

/// Brings what waits into the log.
pub fn publish(ledger: &Ledger) -> Result<Published, OpsError> {
    ledger.allow(Action::RecordEvent, &Resource::System)?;
    Ok(ledger.trail.publish(&ledger.db, u64::MAX)?)
}

/// Makes the searchable view again from the log; the number of its events.
pub fn reindex(ledger: &Ledger) -> Result<u64, OpsError> {
    ledger.allow(Action::ManageStore, &Resource::System)?;
    Ok(ledger.trail.reindex(&ledger.db)?)
}

/// Takes the log as it is for a database that knows another one.
pub fn adopt(ledger: &Ledger) -> Result<(), OpsError> {
    ledger.allow(Action::ManageStore, &Resource::System)?;
    Ok(ledger.trail.adopt(&ledger.db)?)
}

/// An event as other programs write it: who, when and how it ended may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    #[serde(default)]
    timestamp: Option<Timestamp>,
    event_type: EventType,
    #[serde(default)]
    subject: Option<Subject>,
    #[serde(default)]
    outcome: Option<Outcome>,
    #[serde(default)]
    project: Option<String>,
    #[serde(default)]
    repository: Option<String>,
    #[serde(default)]
    severity: Option<runward_model::Severity>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    correlation: Option<String>,
    #[serde(default)]
    changes: std::collections::BTreeMap<String, runward_model::Change>,
    #[serde(default)]
    details: serde_json::Map<String, Value>,
    /// Whom it says that it was; who recorded it is known.
    #[serde(default)]
    actor: Option<Actor>,
}

/// Reads one event of another program.
pub fn parse_event(ledger: &Ledger, text: &str, now: Timestamp) -> Result<Event, OpsError> {
    let given: Given = serde_json::from_str(text).map_err(|error| {
        OpsError::usage(
            format!("this is no event: {error}"),
            "write for example {\"event_type\": \"custom\", \"subject\": {\"kind\": \"deploy\", \
             \"id\": \"42\"}, \"details\": {}}",
        )
    })?;
    let mut event = Event::new(
        given.timestamp.unwrap_or(now),
        given.event_type,
        ledger.actor(),
        given
            .subject
            .unwrap_or_else(|| Subject::new("project", ledger.project())),
    );
    event.outcome = given.outcome.unwrap_or(event.outcome);
    event.project = given.project;
    event.repository = given.repository;
    event.severity = given.severity;
    event.reason = given.reason;
    event.correlation = given.correlation;
    event.changes = given.changes;
    event.details = given.details;
    // An event that was told is never mistaken for one that Runward saw itself.
    event.details.insert("reported".to_owned(), true.into());
    if let Some(actor) = given.actor {
        // Whoever may record may not speak in another's name: it is kept as what was said.
        let said = serde_json::to_value(&actor).unwrap_or_default();
        event.details.insert("reported_actor".to_owned(), said);
    }
    Ok(event)
}

/// Records events of other programs; returns once they are in the log for good.
pub fn record(ledger: &Ledger, events: &[Event]) -> Result<Vec<Ack>, OpsError> {
    let repositories: BTreeSet<_> = events
        .iter()
        .map(|event| event.repository.as_deref())
        .collect();
    for repository in repositories {
        ledger.allow(Action::RecordEvent, &place(repository))?;
    }
    if events.is_empty() {
        return Ok(Vec::new());
    }
    Ok(ledger.trail.record_acknowledged(&ledger.db, events)?)
}
