//! Recording a scan.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use runward_model::{
    DatabaseInfo, Finding, Fingerprint, Status,
    finding::{History, Suppressed},
    scan::{FixedFinding, Verdict},
};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::{
    Coverage, LIMITS, Store, StoreError,
    coverage::Covered,
    error::Failure,
    plan::{Occasion, Plan, plan},
    row::{KNOWN_COLUMNS, Known, timestamp},
    write,
};

/// What a scan looked at and saw.
#[derive(Debug, Clone, Copy)]
pub struct ScanRecord<'a> {
    pub started: Timestamp,
    pub finished: Timestamp,
    pub project: &'a str,
    /// The scanned directory, as the user gave it.
    pub root: &'a str,
    pub database: &'a DatabaseInfo,
    pub covered: &'a Coverage,
    /// Everything that was seen, suppressed findings included; they need not be judged yet.
    pub findings: &'a [Finding],
}

/// What judgement made of a scan's findings.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The findings with their assessments, active and suppressed, in any order. One that is
    /// missing is stored as it was seen.
    pub findings: Vec<Finding>,
    pub verdict: Verdict,
}

/// What the store makes of a scan.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The scan's number, from 1; 0 for a preview.
    pub scan: i64,
    /// By the scan's own fingerprints; one entry for each finding.
    pub history: HashMap<Fingerprint, History>,
    /// The findings that a person has accepted or called false positives.
    pub hidden: HashMap<Fingerprint, Suppressed>,
    /// Findings of earlier scans that this one looked for and did not see, oldest first.
    pub fixed: Vec<FixedFinding>,
}

impl Store {
    /// Records a scan, all or nothing.
    ///
    /// `judge` is called once, inside the transaction, with what the store makes of the scan:
    /// assessments need the date of first detection, and what it returns is stored in the same
    /// step. It must not use the store.
    pub fn record_scan(
        &self,
        scan: &ScanRecord<'_>,
        judge: impl FnOnce(&Recorded) -> Judged,
    ) -> Result<Recorded, StoreError> {
        check(scan)?;
        self.transact(async |connection| {
            let number = next_id(connection, Table::Scans).await?;
            let plan = plan_for(connection, scan, number).await?;
            let recorded = recorded(&plan, number)?;
            let judged = judge(&recorded);
            write::scan(connection, scan, number, &plan, judged.verdict).await?;
            write::plan(connection, scan, number, &plan, &judged.findings).await?;
            Ok(recorded)
        })
    }

    /// What [`Self::record_scan`] would say of this scan; writes nothing.
    pub fn preview(&self, scan: &ScanRecord<'_>) -> Result<Recorded, StoreError> {
        check(scan)?;
        self.run(async |connection| {
            let plan = plan_for(connection, scan, 0).await?;
            recorded(&plan, 0)
        })
    }
}

fn check(scan: &ScanRecord<'_>) -> Result<(), StoreError> {
    if scan.findings.len() > LIMITS.findings {
        return Err(StoreError::invalid(
            "the scan",
            format!(
                "has {} findings, more than the {} that can be recorded; scan parts of the project",
                scan.findings.len(),
                LIMITS.findings
            ),
        ));
    }
    Ok(())
}

async fn plan_for(
    connection: &mut SqliteConnection,
    scan: &ScanRecord<'_>,
    number: i64,
) -> Result<Plan, Failure> {
    let known = all_known(connection).await?;
    let next = known
        .iter()
        .map(|known| known.id)
        .max()
        .unwrap_or(0)
        .saturating_add(1);
    let started = scan.started.as_microsecond();
    let occasion = Occasion {
        scan: number,
        started,
        today: day(scan.started),
        findings: scan.findings,
        database: scan.database,
        covered: Covered::new(scan.covered, scan.database, started),
    };
    Ok(plan(known, &occasion, next))
}

async fn all_known(connection: &mut SqliteConnection) -> Result<Vec<Known>, Failure> {
    // The columns are a constant of this crate.
    let sql = AssertSqlSafe(format!("SELECT {KNOWN_COLUMNS} FROM findings"));
    let rows = sqlx::query(sql).fetch_all(connection).await?;
    rows.iter().map(Known::read).collect()
}

fn recorded(plan: &Plan, scan: i64) -> Result<Recorded, Failure> {
    let mut history = HashMap::with_capacity(plan.seen.len());
    let mut hidden = HashMap::new();
    for seen in &plan.seen {
        let fingerprint = &seen.known.fingerprint;
        history.insert(fingerprint.clone(), seen.known.history(seen.new)?);
        if let Some(by) = hides(&seen.known) {
            hidden.insert(fingerprint.clone(), by);
        }
    }
    let mut fixed = Vec::with_capacity(plan.fixed.len());
    for known in &plan.fixed {
        fixed.push(FixedFinding {
            fingerprint: known.fingerprint.clone(),
            rule: known.rule.clone(),
            title: known.title.clone(),
            path: known.path.clone(),
            first_seen: timestamp(known.first_seen)?,
        });
    }
    fixed.sort_by(|left, right| {
        (left.first_seen, &left.fingerprint).cmp(&(right.first_seen, &right.fingerprint))
    });
    Ok(Recorded {
        scan,
        history,
        hidden,
        fixed,
    })
}

/// The decision that hides a finding, where there is one. A false positive has no end.
pub(crate) fn hides(known: &Known) -> Option<Suppressed> {
    let (by, expires) = match known.status {
        Status::Accepted => ("accepted", known.accepted_until?),
        Status::FalsePositive => ("false positive", Date::MAX),
        _ => return None,
    };
    Some(Suppressed {
        by: by.to_owned(),
        reason: known.reason.clone().unwrap_or_default(),
        author: known.decided_by.clone().unwrap_or_default(),
        expires,
    })
}

/// The day of a time, UTC: on that day a decision that ends on it still holds.
pub(crate) fn day(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Table {
    Scans,
    Transitions,
}

/// The next id of a table; sound only under the write lock.
pub(crate) async fn next_id(
    connection: &mut SqliteConnection,
    table: Table,
) -> Result<i64, Failure> {
    let sql = match table {
        Table::Scans => "SELECT COALESCE(MAX(id), 0) FROM scans",
        Table::Transitions => "SELECT COALESCE(MAX(id), 0) FROM transitions",
    };
    let last: i64 = sqlx::query_scalar(sql).fetch_one(connection).await?;
    last.checked_add(1)
        .ok_or_else(|| Failure::Damaged("there are no numbers left".to_owned()))
}
