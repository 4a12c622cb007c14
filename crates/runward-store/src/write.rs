//! The statements that write changes of findings.

use runward_db::{Sql, Tx, Value};
use runward_model::{Actor, ActorKind};

use crate::{
    StoreError,
    events::Cause,
    lookup::{LIST, push_padded},
    plan::{Missed, Move, Occasion, Seen},
    row::{Known, column, database_kind_name, ids_column},
    text,
};

const COLUMNS: &[&str] = &[
    "id",
    "project",
    "fingerprint",
    "kind",
    "rule",
    "ids",
    "title",
    "severity",
    "severity_rank",
    "ecosystem",
    "package",
    "version",
    "path",
    "line",
    "first_seen",
    "last_seen",
    "published",
    "resolved_at",
    "opened_scan",
    "last_scan",
    "status",
    "accepted_until",
    "reason",
    "decided_by",
    "priority",
    "risk",
    "due",
    "approver",
    "deadline",
    "rank",
    "payload_digest",
    "described_by",
];

const UPDATE: &str = "ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, \
     kind = excluded.kind, rule = excluded.rule, ids = excluded.ids, title = excluded.title, \
     severity = excluded.severity, severity_rank = excluded.severity_rank, \
     ecosystem = excluded.ecosystem, package = excluded.package, version = excluded.version, \
     path = excluded.path, line = excluded.line, last_seen = excluded.last_seen, \
     published = excluded.published, resolved_at = excluded.resolved_at, \
     opened_scan = excluded.opened_scan, last_scan = excluded.last_scan, \
     status = excluded.status, accepted_until = excluded.accepted_until, \
     reason = excluded.reason, decided_by = excluded.decided_by, priority = excluded.priority, \
     risk = excluded.risk, due = excluded.due, approver = excluded.approver, \
     deadline = excluded.deadline, rank = excluded.rank, \
     payload_digest = excluded.payload_digest, described_by = excluded.described_by";

fn values(known: &Known) -> Vec<Value> {
    vec![
        known.id.into(),
        known.project.into(),
        known.fingerprint.as_str().into(),
        known.kind.as_str().into(),
        known.rule.as_str().into(),
        ids_column(&known.ids).into(),
        known.title.as_str().into(),
        known.judged.severity.as_str().into(),
        known.judged.severity_rank.into(),
        known.ecosystem.as_deref().into(),
        known.package.as_deref().into(),
        known.version.as_deref().into(),
        known.path.as_str().into(),
        known.line.into(),
        known.first_seen.into(),
        known.last_seen.into(),
        known.published.into(),
        known.resolved_at.into(),
        known.opened_scan.into(),
        known.last_scan.into(),
        known.status.as_str().into(),
        known.accepted_until.into(),
        known.reason.as_deref().into(),
        known.decided_by.as_deref().into(),
        known.judged.priority.map(|it| it.to_string()).into(),
        known.judged.risk.into(),
        known.judged.due.into(),
        known.judged.approver.as_deref().into(),
        known.deadline().into(),
        known.rank().into(),
        known.payload_digest.as_str().into(),
        known.described_by.as_str().into(),
    ]
}

/// Writes findings that were seen, their payloads where these changed, and what follows from them.
/// New ones get their numbers here.
pub(crate) fn seen(
    tx: &mut Tx<'_>,
    occasion: &Occasion<'_>,
    cause: &Cause<'_>,
    batch: &mut [(Seen, Option<String>)],
) -> Result<(), StoreError> {
    let new = batch.iter().filter(|(seen, _)| seen.before.is_none());
    let mut ids = tx.ids("findings", new.count())?.into_iter();
    for (seen, _) in batch.iter_mut().filter(|(seen, _)| seen.before.is_none()) {
        seen.known.id = ids
            .next()
            .ok_or_else(|| StoreError::damaged("there are no numbers left"))?;
        for step in &mut seen.moves {
            step.finding = seen.known.id;
        }
    }
    findings(tx, batch)?;
    let payloads = batch
        .iter()
        .filter_map(|(seen, payload)| {
            let payload = payload.as_deref()?;
            Some(vec![seen.known.id.into(), payload.into()])
        })
        .collect();
    tx.insert(
        "payloads",
        &["finding", "payload"],
        payloads,
        "ON CONFLICT (finding) DO UPDATE SET payload = excluded.payload",
    )?;
    identifiers(tx, batch)?;
    let texts: Vec<_> = batch
        .iter()
        .filter(|(seen, _)| {
            seen.before.as_ref().is_none_or(|before| {
                let text = |it: &Known| (it.title.clone(), it.package.clone(), it.path.clone());
                text(before) != text(&seen.known) || before.ids != seen.known.ids
            })
        })
        .map(|(seen, _)| (&seen.known, seen.before.is_some()))
        .collect();
    text::index(tx, &texts)?;
    marks(tx, occasion, batch)?;
    let former = batch
        .iter()
        .filter_map(|(seen, _)| {
            let fingerprint = seen.former.as_ref()?.as_str();
            Some(vec![
                fingerprint.into(),
                occasion.project.into(),
                seen.known.id.into(),
            ])
        })
        .collect();
    tx.insert(
        "former_fingerprints",
        &["fingerprint", "project", "finding"],
        former,
        "ON CONFLICT (fingerprint, project) DO UPDATE SET finding = excluded.finding",
    )?;
    let steps = batch.iter().flat_map(|(seen, _)| &seen.moves);
    moves(
        tx,
        steps,
        &Actor::system(who(occasion)),
        occasion.started,
        Some(occasion.scan),
    )?;
    for (seen, _) in batch {
        for step in &seen.moves {
            cause.moved(tx, step, &seen.known, seen.before.as_ref())?;
        }
        let before = seen.before.as_ref().map(|before| &before.judged);
        cause.assessed(tx, &seen.known, before)?;
    }
    Ok(())
}

/// Who makes the changes that a scan or an import makes.
fn who(occasion: &Occasion<'_>) -> &'static str {
    if occasion.reporter == crate::OWN_REPORTER {
        "scan"
    } else {
        "import"
    }
}

/// Rows that only were seen again are touched; the others are written.
fn findings(tx: &mut Tx<'_>, batch: &[(Seen, Option<String>)]) -> Result<(), StoreError> {
    let mut touched: Vec<(i64, i64, i64)> = Vec::new();
    let mut rows = Vec::new();
    for (seen, _) in batch {
        let known = &seen.known;
        let same = seen.before.as_ref().is_some_and(|before| {
            let again = Known {
                last_seen: known.last_seen,
                last_scan: known.last_scan,
                ..before.clone()
            };
            again == *known
        });
        if same {
            touched.push((known.last_seen, known.last_scan, known.id));
        } else {
            rows.push(values(known));
        }
    }
    tx.insert("findings", COLUMNS, rows, UPDATE)?;
    touched.sort_unstable();
    for group in touched.chunk_by(|one, other| one.0 == other.0 && one.1 == other.1) {
        for chunk in group.chunks(LIST) {
            let Some(&(last_seen, last_scan, _)) = chunk.first() else {
                continue;
            };
            let mut sql =
                Sql::new("UPDATE findings SET last_seen = $1, last_scan = $2 WHERE id IN ")
                    .bind(last_seen)
                    .bind(last_scan);
            push_padded(&mut sql, chunk.iter().map(|(_, _, id)| *id));
            tx.execute(sql)?;
        }
    }
    Ok(())
}

fn identifiers(tx: &mut Tx<'_>, batch: &[(Seen, Option<String>)]) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    let mut renamed = Vec::new();
    for (seen, _) in batch {
        match &seen.before {
            Some(before) if before.ids == seen.known.ids => continue,
            Some(before) => {
                renamed.extend(before.ids.iter().map(|id| (id.as_str(), seen.known.id)));
            }
            None => {}
        }
        for id in &seen.known.ids {
            rows.push(vec![id.as_str().into(), seen.known.id.into()]);
        }
    }
    for chunk in renamed.chunks(LIST) {
        let mut sql = Sql::new("DELETE FROM finding_ids WHERE (id, finding) IN (VALUES ");
        for (index, (id, finding)) in chunk.iter().enumerate() {
            sql.push(if index == 0 { "(" } else { ", (" });
            sql.push_bind(*id).push(", ").push_bind(*finding).push(")");
        }
        sql.push(")");
        tx.execute(sql)?;
    }
    Ok(tx.insert("finding_ids", &["id", "finding"], rows, "")?)
}

fn marks(
    tx: &mut Tx<'_>,
    occasion: &Occasion<'_>,
    batch: &[(Seen, Option<String>)],
) -> Result<(), StoreError> {
    let rows = batch
        .iter()
        .map(|(Seen { known, mark, .. }, _)| {
            vec![
                known.id.into(),
                occasion.reporter.into(),
                occasion.project.into(),
                known.rule.as_str().into(),
                mark.first_seen.into(),
                mark.last_seen.into(),
                mark.last_scan.into(),
                mark.present.into(),
                mark.database_kind.map(database_kind_name).into(),
                mark.database_updated.into(),
            ]
        })
        .collect();
    Ok(tx.insert(
        "finding_reporters",
        &[
            "finding",
            "reporter",
            "project",
            "rule",
            "first_seen",
            "last_seen",
            "last_scan",
            "present",
            "database_kind",
            "database_updated",
        ],
        rows,
        "ON CONFLICT (finding, reporter) DO UPDATE SET rule = excluded.rule, \
         last_seen = excluded.last_seen, last_scan = excluded.last_scan, \
         present = excluded.present, database_kind = excluded.database_kind, \
         database_updated = excluded.database_updated",
    )?)
}

/// Writes that findings were not seen: the reporter's marks go, and what follows from that.
pub(crate) fn missed(
    tx: &mut Tx<'_>,
    occasion: &Occasion<'_>,
    cause: &Cause<'_>,
    batch: &[Missed],
) -> Result<(), StoreError> {
    for chunk in batch.chunks(LIST) {
        let mut sql = Sql::new(
            "UPDATE finding_reporters SET present = 0 WHERE reporter = $1 AND finding IN ",
        )
        .bind(occasion.reporter);
        push_padded(&mut sql, chunk.iter().map(|missed| missed.known.id));
        tx.execute(sql)?;
    }
    changed(tx, occasion, cause, batch)
}

/// Writes what changed although it was not seen.
pub(crate) fn changed(
    tx: &mut Tx<'_>,
    occasion: &Occasion<'_>,
    cause: &Cause<'_>,
    batch: &[Missed],
) -> Result<(), StoreError> {
    for missed in batch.iter().filter(|missed| missed.step.is_some()) {
        state(tx, &missed.known)?;
    }
    let steps = batch.iter().filter_map(|missed| missed.step.as_ref());
    moves(
        tx,
        steps,
        &Actor::system(who(occasion)),
        occasion.started,
        Some(occasion.scan),
    )?;
    for Missed { known, step } in batch {
        if let Some(step) = step {
            cause.moved(tx, step, known, None)?;
        }
    }
    Ok(())
}

/// Writes a finding's state after a decision or because it was not seen.
pub(crate) fn state(tx: &mut Tx<'_>, known: &Known) -> Result<(), StoreError> {
    tx.execute(
        Sql::new(
            "UPDATE findings SET status = $1, accepted_until = $2, reason = $3, decided_by = $4, \
             deadline = $5, resolved_at = $6 WHERE id = $7",
        )
        .bind(known.status.as_str())
        .bind(known.accepted_until)
        .bind(known.reason.as_deref())
        .bind(known.decided_by.as_deref())
        .bind(known.deadline())
        .bind(known.resolved_at)
        .bind(known.id),
    )?;
    Ok(())
}

/// Appends to the history of state changes.
pub(crate) fn moves<'a>(
    tx: &mut Tx<'_>,
    moves: impl IntoIterator<Item = &'a Move>,
    who: &Actor,
    at: i64,
    scan: Option<i64>,
) -> Result<(), StoreError> {
    let moves: Vec<_> = moves.into_iter().collect();
    let ids = tx.ids("transitions", moves.len())?;
    let rows = ids
        .into_iter()
        .zip(moves)
        .map(|(id, step)| {
            vec![
                id.into(),
                step.finding.into(),
                at.into(),
                kind_name(who.kind).into(),
                column(&who.id).into(),
                step.from.map(runward_model::Status::as_str).into(),
                step.to.as_str().into(),
                column(&step.why).into(),
                scan.into(),
            ]
        })
        .collect();
    Ok(tx.insert(
        "transitions",
        &[
            "id",
            "finding",
            "at",
            "who_kind",
            "who",
            "from_status",
            "to_status",
            "why",
            "scan",
        ],
        rows,
        "",
    )?)
}

pub(crate) fn kind_name(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Principal => "principal",
        ActorKind::Account => "account",
        ActorKind::System => "system",
    }
}
