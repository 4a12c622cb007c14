//! The statements that write a plan.

use std::collections::HashMap;

use runward_model::{Finding, Fingerprint, Severity, scan::Verdict};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::{
    ScanRecord,
    error::Failure,
    plan::{Move, Plan, SCANNER, Seen},
    record::{Table, next_id},
    row::{Known, column, database_kind_name, ids_column, payload},
    scans::{coverage_json, database_json, verdict_name},
};

/// Rows of one statement: 200 rows of 29 values stay below the 32,766 parameters of `SQLite`.
const ROWS: usize = 200;

pub(crate) async fn scan(
    connection: &mut SqliteConnection,
    scan: &ScanRecord<'_>,
    number: i64,
    plan: &Plan,
    verdict: Verdict,
) -> Result<(), Failure> {
    let opened = plan.seen.iter().filter(|seen| seen.new).count();
    sqlx::query(
        "INSERT INTO scans (id, started, finished, project, root, verdict, database_info, \
         coverage, seen, opened, resolved) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(number)
    .bind(scan.started.as_microsecond())
    .bind(scan.finished.as_microsecond())
    .bind(column(scan.project))
    .bind(column(scan.root))
    .bind(verdict_name(verdict))
    .bind(database_json(scan.database)?)
    .bind(coverage_json(scan.covered)?)
    .bind(count(plan.seen.len()))
    .bind(count(opened))
    .bind(count(plan.fixed.len()))
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn plan(
    connection: &mut SqliteConnection,
    scan: &ScanRecord<'_>,
    number: i64,
    plan: &Plan,
    judged: &[Finding],
) -> Result<(), Failure> {
    let judged: HashMap<&Fingerprint, &Finding> = judged
        .iter()
        .map(|finding| (&finding.fingerprint, finding))
        .collect();
    let mut rows = Vec::with_capacity(plan.seen.len());
    for seen in &plan.seen {
        // The index was given out over the same list.
        let Some(raw) = scan.findings.get(seen.index) else {
            continue;
        };
        let finding = judged.get(&raw.fingerprint).copied().unwrap_or(raw);
        rows.push((seen, finding, payload(finding)?));
    }
    for chunk in rows.chunks(ROWS) {
        upsert(connection, chunk).await?;
    }
    for known in &plan.unseen {
        state(connection, known).await?;
    }
    for (fingerprint, id) in &plan.former {
        sqlx::query(
            "INSERT INTO former_fingerprints (fingerprint, finding) VALUES ($1, $2) \
             ON CONFLICT (fingerprint) DO UPDATE SET finding = excluded.finding",
        )
        .bind(fingerprint.as_str())
        .bind(*id)
        .execute(&mut *connection)
        .await?;
    }
    moves(
        connection,
        &plan.moves,
        SCANNER,
        scan.started.as_microsecond(),
        Some(number),
    )
    .await
}

/// Writes a finding's state after a decision or because it was not seen.
pub(crate) async fn state(connection: &mut SqliteConnection, known: &Known) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE findings SET status = $1, accepted_until = $2, reason = $3, decided_by = $4 \
         WHERE id = $5",
    )
    .bind(known.status.as_str())
    .bind(known.accepted_until.map(|date| date.to_string()))
    .bind(known.reason.as_deref())
    .bind(known.decided_by.as_deref())
    .bind(known.id)
    .execute(connection)
    .await?;
    Ok(())
}

/// Appends to the history of state changes.
pub(crate) async fn moves(
    connection: &mut SqliteConnection,
    moves: &[Move],
    who: &str,
    at: i64,
    scan: Option<i64>,
) -> Result<(), Failure> {
    if moves.is_empty() {
        return Ok(());
    }
    let mut id = next_id(connection, Table::Transitions).await?;
    for chunk in moves.chunks(ROWS) {
        let mut sql = QueryBuilder::<Sqlite>::new(
            "INSERT INTO transitions (id, finding, at, who, from_status, to_status, why, scan) ",
        );
        sql.push_values(chunk, |mut row, step| {
            row.push_bind(id)
                .push_bind(step.finding)
                .push_bind(at)
                .push_bind(who.to_owned())
                .push_bind(step.from.map(runward_model::Status::as_str))
                .push_bind(step.to.as_str())
                .push_bind(column(&step.why))
                .push_bind(scan);
            id = id.saturating_add(1);
        });
        sql.build().execute(&mut *connection).await?;
    }
    Ok(())
}

async fn upsert(
    connection: &mut SqliteConnection,
    rows: &[(&Seen, &Finding, String)],
) -> Result<(), Failure> {
    let mut sql = QueryBuilder::<Sqlite>::new(
        "INSERT INTO findings (id, fingerprint, kind, rule, ids, title, severity, severity_rank, \
         ecosystem, package, version, path, line, first_seen, last_seen, opened_scan, \
         last_scan, status, accepted_until, reason, decided_by, database_kind, database_updated, \
         priority, risk, due, payload) ",
    );
    sql.push_values(rows, |mut row, (seen, finding, payload)| {
        let known = &seen.known;
        let verdict = finding.assessment.as_ref();
        let effective = verdict.map_or(finding.severity, |it| it.effective_severity);
        row.push_bind(known.id)
            .push_bind(known.fingerprint.as_str())
            .push_bind(known.kind.as_str())
            .push_bind(known.rule.as_str())
            .push_bind(ids_column(&known.ids))
            .push_bind(known.title.as_str())
            .push_bind(finding.severity.as_str())
            .push_bind(rank(effective))
            .push_bind(known.ecosystem.as_deref())
            .push_bind(known.package.as_deref())
            .push_bind(known.version.as_deref())
            .push_bind(known.path.as_str())
            .push_bind(i64::from(finding.location.start.line))
            .push_bind(known.first_seen)
            .push_bind(known.last_seen)
            .push_bind(known.opened_scan)
            .push_bind(known.last_scan)
            .push_bind(known.status.as_str())
            .push_bind(known.accepted_until.map(|date| date.to_string()))
            .push_bind(known.reason.as_deref())
            .push_bind(known.decided_by.as_deref())
            .push_bind(database_kind_name(known.database_kind))
            .push_bind(known.database_updated)
            .push_bind(verdict.map(|it| it.priority.to_string()))
            .push_bind(verdict.map(|it| it.risk))
            .push_bind(verdict.map(|it| it.due.as_microsecond()))
            .push_bind(payload.as_str());
    });
    sql.push(
        " ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, \
         kind = excluded.kind, rule = excluded.rule, ids = excluded.ids, title = excluded.title, \
         severity = excluded.severity, severity_rank = excluded.severity_rank, \
         ecosystem = excluded.ecosystem, package = excluded.package, version = excluded.version, \
         path = excluded.path, line = excluded.line, first_seen = excluded.first_seen, \
         last_seen = excluded.last_seen, opened_scan = excluded.opened_scan, \
         last_scan = excluded.last_scan, status = excluded.status, \
         accepted_until = excluded.accepted_until, reason = excluded.reason, \
         decided_by = excluded.decided_by, database_kind = excluded.database_kind, \
         database_updated = excluded.database_updated, priority = excluded.priority, \
         risk = excluded.risk, due = excluded.due, payload = excluded.payload",
    );
    sql.build().execute(connection).await?;
    Ok(())
}

/// A severity's place in its order, as stored.
pub(crate) fn rank(severity: Severity) -> i64 {
    match severity {
        Severity::Unknown => 0,
        Severity::None => 1,
        Severity::Low => 2,
        Severity::Medium => 3,
        Severity::High => 4,
        Severity::Critical => 5,
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
