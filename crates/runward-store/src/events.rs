//! The events of the audit trail that changes of findings make.

use jiff::Timestamp;
use runward_db::Tx;
use runward_model::{Actor, Event, EventType, Status, Subject};
use serde_json::Value;

use crate::{
    StoreError,
    plan::Move,
    project::Project,
    row::{Known, Verdicts, severity_at, timestamp},
};

/// What the events of one change have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cause<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) at: Timestamp,
    pub(crate) project: &'a Project,
    /// The scan or import behind it.
    pub(crate) scan: Option<i64>,
    pub(crate) reporter: Option<&'a str>,
}

impl Cause<'_> {
    /// An event about the project.
    pub(crate) fn event(&self, kind: EventType, subject: Subject) -> Event {
        let mut event = Event::new(self.at, kind, self.actor.clone(), subject);
        event.project = Some(self.project.name.clone());
        event.repository = Some(self.project.repository().to_owned());
        event.correlation = self.scan.map(|scan| format!("scan:{scan}"));
        event
    }

    /// An event about a finding.
    fn about(&self, kind: EventType, known: &Known) -> Event {
        let subject = Subject::new("finding", &known.fingerprint);
        let mut event = self.event(kind, subject);
        event.severity = Some(severity_at(known.judged.severity_rank));
        event = event.with_detail("rule", known.rule.clone());
        if let Some(package) = &known.package {
            event = event.with_detail("package", package.clone());
        }
        event
    }

    /// One change of state. Every transition has exactly one.
    pub(crate) fn moved(
        &self,
        tx: &mut Tx<'_>,
        step: &Move,
        known: &Known,
        before: Option<&Known>,
    ) -> Result<(), StoreError> {
        let mut event = self.about(step.event, known);
        event.reason = Some(step.why.clone());
        // A renewed acceptance is a decision, another name for the finding is none.
        if step.event != EventType::VulnerabilityAssessed {
            event = event.with_change("status", step.from.map(Status::as_str), step.to.as_str());
        }
        if let Some(before) = before.filter(|it| it.fingerprint != known.fingerprint) {
            let old = before.fingerprint.as_str();
            event = event
                .with_change("fingerprint", old, known.fingerprint.as_str())
                .with_change("rule", before.rule.clone(), known.rule.clone());
        }
        if step.event == EventType::VulnerabilityDetected {
            event = event
                .with_detail("title", known.title.clone())
                .with_detail("path", known.path.clone())
                .with_detail("kind", known.kind.as_str());
            if let Some(version) = &known.version {
                event = event.with_detail("version", version.clone());
            }
            if let Some(reporter) = self.reporter {
                event = event.with_detail("reporter", reporter);
            }
        }
        if let Some(until) = known.accepted_until {
            event = event.with_detail("until", until.to_string());
        }
        Ok(tx.emit(&event)?)
    }

    /// Judgement, where it is the first or another than before.
    pub(crate) fn assessed(
        &self,
        tx: &mut Tx<'_>,
        known: &Known,
        before: Option<&Verdicts>,
    ) -> Result<(), StoreError> {
        let after = &known.judged;
        if after.priority.is_none() {
            return Ok(());
        }
        let severity = |it: &Verdicts| Value::from(severity_at(it.severity_rank).as_str());
        let priority = |it: &Verdicts| Value::from(it.priority.map(|it| it.to_string()));
        let due = |it: &Verdicts| {
            let due = it.due.map(timestamp).transpose()?;
            Ok::<_, StoreError>(Value::from(due.map(|due| due.to_string())))
        };
        let approver = |it: &Verdicts| Value::from(it.approver.clone());
        let before = before.filter(|before| before.priority.is_some());
        let mut event = self.about(EventType::VulnerabilityAssessed, known);
        let mut compare = |field: &str, old: Value, new: Value| {
            if old != new {
                event = event.clone().with_change(field, old, new);
            }
        };
        let old = |of: &dyn Fn(&Verdicts) -> Value| before.map_or(Value::Null, of);
        compare("severity", old(&severity), severity(after));
        compare("priority", old(&priority), priority(after));
        compare(
            "due",
            before.map(due).transpose()?.unwrap_or_default(),
            due(after)?,
        );
        compare("approver", old(&approver), approver(after));
        if event.changes.is_empty() {
            return Ok(());
        }
        Ok(tx.emit(&event)?)
    }
}
