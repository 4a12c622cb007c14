//! What happened in a period, as an auditor asks for it: who found, judged, approved, fixed and
//! rolled back what, how long it took, and whether each step left its record.

mod documentation;
mod life;

use std::collections::BTreeMap;

use jiff::Timestamp;
use life::{Lives, Step};
use runward_db::{Db, Sql};
use runward_model::EventType;
use serde::Serialize;

pub use documentation::Requirement;
pub use life::Durations;

use crate::{AuditError, Limits, Query, Record, index, query};

/// The report of a period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComplianceReport {
    pub format: &'static str,
    pub since: Timestamp,
    /// Not included.
    pub until: Timestamp,
    /// Events in the period.
    pub events: u64,
    /// Of those, what other programs told (`audit record`): no proof of anything but that it was
    /// said.
    pub reported_events: u64,
    /// How often each event type occurred in the period.
    pub by_type: BTreeMap<String, u64>,
    /// Findings that something happened to in the period.
    pub findings: u64,
    /// Of those, still without resolution at its end.
    pub unresolved: u64,
    /// From publication of the advisory to detection (MTTD), where publication is known.
    pub time_to_detection: Durations,
    /// From detection to assessment.
    pub time_to_assessment: Durations,
    /// From detection to resolution (MTTR) of what was resolved in the period, by severity.
    pub time_to_remediation: BTreeMap<String, Durations>,
    pub approvals: Vec<Decision>,
    /// Accepted risks, false positives and suppressions.
    pub suppressions: Vec<Decision>,
    pub rollbacks: Vec<Decision>,
    /// Denied accesses by who was denied.
    pub denials: BTreeMap<String, u64>,
    /// The source's list of required documentation, and how much of it the trail holds.
    pub documentation: Vec<Requirement>,
    /// What this report could not take in.
    pub not_covered: Vec<String>,
}

/// Something that somebody decided or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    pub index: u64,
    pub id: String,
    pub at: Timestamp,
    pub event_type: String,
    pub actor: String,
    pub subject: String,
    pub outcome: String,
    /// Told by another program, and not seen by Runward itself.
    pub reported: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Decision {
    fn of(record: &Record) -> Self {
        let event = &record.event;
        Self {
            index: record.index,
            id: record.id.clone(),
            at: event.timestamp,
            event_type: event.event_type.clone(),
            actor: event.actor.id.clone(),
            subject: format!("{}:{}", event.subject.kind, event.subject.id),
            outcome: event.outcome.clone(),
            reported: event.is_reported(),
            reason: event.reason.clone(),
        }
    }
}

/// Decisions that one list of the report holds.
const LISTED: usize = 10_000;

pub(crate) fn report(
    db: &Db,
    scope: &Query,
    limits: &Limits,
) -> Result<ComplianceReport, AuditError> {
    let (Some(since), Some(until)) = (scope.since, scope.until) else {
        return Err(AuditError::Query {
            what: "a compliance report needs a period".to_owned(),
            help: "say where it begins and ends".to_owned(),
        });
    };
    let mut report = ComplianceReport {
        format: "runward.compliance/1",
        since,
        until,
        events: 0,
        reported_events: 0,
        by_type: BTreeMap::new(),
        findings: 0,
        unresolved: 0,
        time_to_detection: Durations::default(),
        time_to_assessment: Durations::default(),
        time_to_remediation: BTreeMap::new(),
        approvals: Vec::new(),
        suppressions: Vec::new(),
        rollbacks: Vec::new(),
        denials: BTreeMap::new(),
        documentation: Vec::new(),
        not_covered: Vec::new(),
    };
    let mut lives = Lives::new(limits.findings);
    db.read(|tx| {
        let sqlite = tx.backend() == runward_db::Backend::Sqlite;
        let mut sql = Sql::new(index::SELECT);
        scope.conditions(&mut sql, sqlite, limits)?;
        sql.push(" ORDER BY at, idx");
        tx.each(sql, |row| {
            let record = index::record(&row)?;
            report.count(&record, limits);
            lives.take(&record);
            Ok::<_, AuditError>(())
        })?;
        // What was resolved in the period may have been found before it.
        for ids in lives.without(Step::Detected).chunks(500) {
            let mut sql = Sql::new(index::SELECT);
            sql.push(" WHERE subject IN ").push_list(ids.iter());
            sql.push(" AND subject_kind = 'finding' AND at < ")
                .push_bind(since);
            sql.push(" ORDER BY at, idx");
            tx.each(sql, |row| {
                lives.take(&index::record(&row)?);
                Ok::<_, AuditError>(())
            })?;
        }
        Ok::<_, AuditError>(())
    })?;
    report.follow(&lives, since);
    Ok(report)
}

impl ComplianceReport {
    fn count(&mut self, record: &Record, limits: &Limits) {
        use EventType as E;
        self.events += 1;
        self.reported_events += u64::from(record.event.is_reported());
        *self
            .by_type
            .entry(record.event.event_type.clone())
            .or_default() += 1;
        if query::is_denied(record) && !record.event.is_reported() {
            let actor = record.event.actor.id.clone();
            if self.denials.len() < limits.distinct || self.denials.contains_key(&actor) {
                *self.denials.entry(actor).or_default() += 1;
            } else {
                self.leave_out("denials of further actors");
            }
        }
        let list = match record.event.kind() {
            Some(
                E::ApprovalRequested | E::ApprovalGranted | E::ApprovalRejected | E::TaskApproved,
            ) => &mut self.approvals,
            Some(
                E::VulnerabilityAccepted
                | E::FalsePositiveMarked
                | E::SuppressionAdded
                | E::SuppressionExpired
                | E::QualityGateWaived,
            ) => &mut self.suppressions,
            Some(E::RollbackStarted | E::RollbackCompleted) => &mut self.rollbacks,
            _ => return,
        };
        if list.len() < LISTED {
            list.push(Decision::of(record));
        } else {
            self.leave_out("decisions beyond the first 10,000 of a list");
        }
    }

    fn leave_out(&mut self, what: &str) {
        if !self.not_covered.iter().any(|it| it == what) {
            self.not_covered.push(what.to_owned());
        }
    }

    fn follow(&mut self, lives: &Lives, since: Timestamp) {
        if lives.left_out > 0 {
            self.not_covered.push(format!(
                "{} events of findings beyond the first {}: report a shorter period",
                lives.left_out,
                lives.len()
            ));
        }
        self.findings = lives.len() as u64;
        self.documentation = documentation::requirements(lives, &self.rollbacks);
        for life in lives.values() {
            self.unresolved += u64::from(!life.has(Step::Resolved));
            let detected = life.at(Step::Detected);
            let within = |at: Option<Timestamp>| at.filter(|at| *at >= since);
            if let (Some(published), Some(at)) = (life.published, within(detected)) {
                self.time_to_detection.add(published, at);
            }
            if let (Some(from), Some(to)) = (detected, within(life.at(Step::Assessed))) {
                self.time_to_assessment.add(from, to);
            }
            if let (Some(from), Some(to)) = (detected, within(life.at(Step::Resolved))) {
                let severity = life
                    .severity
                    .clone()
                    .unwrap_or_else(|| "unknown".to_owned());
                self.time_to_remediation
                    .entry(severity)
                    .or_default()
                    .add(from, to);
            }
        }
    }
}
