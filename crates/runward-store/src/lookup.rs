//! What the store knows of findings that a scan saw or did not see.

use std::collections::{HashMap, HashSet};

use runward_db::{Row, Sql, Tx, Value};
use runward_model::{Finding, Fingerprint};

use crate::{
    StoreError,
    plan::{Occasion, package_and_path},
    row::{Columns, KNOWN_COLUMNS, Known, MARK_COLUMNS, Mark},
};

pub(crate) type Sighting = (Known, Option<Mark>);

/// Findings that were not seen, each with whether another reporter still sees it; and after which
/// number to go on, where there may be more.
type Unseen = (Vec<(Known, Mark, bool)>, Option<i64>);

/// Values of one list in a statement.
pub(crate) const LIST: usize = 500;

const JOIN_MARKS: &str = " LEFT JOIN finding_reporters AS marks ON marks.finding = findings.id \
     AND marks.reporter = ";

/// Appends a list that is filled up to one of a few lengths, so that few different statements are
/// prepared and kept.
pub(crate) fn push_padded<V: Into<Value>>(sql: &mut Sql, values: impl IntoIterator<Item = V>) {
    let mut values: Vec<Value> = values.into_iter().map(Into::into).collect();
    let length = [1, 10, 50, LIST]
        .into_iter()
        .find(|length| values.len() <= *length)
        .unwrap_or(values.len());
    if let Some(last) = values.last().cloned() {
        values.resize(length, last);
    }
    sql.push_list(values);
}

fn read(rows: &[Row]) -> impl Iterator<Item = Result<Sighting, StoreError>> {
    rows.iter().map(|row| {
        let mut columns = Columns::new(row);
        Ok((Known::read(&mut columns)?, Mark::read(&mut columns)?))
    })
}

fn select(columns: &[&'static str]) -> Sql {
    let mut sql = Sql::new("SELECT ");
    for (index, column) in columns.iter().enumerate() {
        sql.push(if index == 0 { "" } else { ", " }).push(column);
    }
    sql
}

/// Findings by their own fingerprints.
pub(crate) fn by_fingerprint<'a>(
    tx: &mut Tx<'_>,
    occasion: &Occasion<'_>,
    fingerprints: impl IntoIterator<Item = &'a Fingerprint>,
) -> Result<HashMap<Fingerprint, Sighting>, StoreError> {
    let mut found = HashMap::new();
    let all: Vec<&str> = fingerprints.into_iter().map(Fingerprint::as_str).collect();
    for chunk in all.chunks(LIST) {
        let mut sql = select(&[KNOWN_COLUMNS, MARK_COLUMNS]);
        sql.push(" FROM findings").push(JOIN_MARKS);
        sql.push_bind(occasion.reporter);
        sql.push(" WHERE findings.project = ")
            .push_bind(occasion.project);
        sql.push(" AND findings.fingerprint IN ");
        push_padded(&mut sql, chunk.iter().copied());
        for sighting in read(&tx.rows(sql)?) {
            let (known, mark) = sighting?;
            found.insert(known.fingerprint.clone(), (known, mark));
        }
    }
    Ok(found)
}

/// Findings by fingerprints that they had before, or that another reporter gives them.
pub(crate) fn by_former<'a>(
    tx: &mut Tx<'_>,
    occasion: &Occasion<'_>,
    fingerprints: impl IntoIterator<Item = &'a Fingerprint>,
) -> Result<HashMap<Fingerprint, Sighting>, StoreError> {
    let mut found = HashMap::new();
    let all: Vec<&str> = fingerprints.into_iter().map(Fingerprint::as_str).collect();
    for chunk in all.chunks(LIST) {
        let mut sql = select(&["former.fingerprint", KNOWN_COLUMNS, MARK_COLUMNS]);
        sql.push(
            " FROM former_fingerprints AS former JOIN findings ON findings.id = former.finding",
        )
        .push(JOIN_MARKS);
        sql.push_bind(occasion.reporter);
        sql.push(" WHERE former.project = ")
            .push_bind(occasion.project);
        sql.push(" AND former.fingerprint IN ");
        push_padded(&mut sql, chunk.iter().copied());
        for row in tx.rows(sql)? {
            let mut columns = Columns::new(&row);
            let fingerprint = Fingerprint::from_stored(columns.text()?);
            let sighting = (Known::read(&mut columns)?, Mark::read(&mut columns)?);
            found.insert(fingerprint, sighting);
        }
    }
    Ok(found)
}

/// Findings of the packages and files of these ones.
pub(crate) fn by_place<'a>(
    tx: &mut Tx<'_>,
    occasion: &Occasion<'_>,
    findings: impl IntoIterator<Item = &'a Finding>,
) -> Result<Vec<Sighting>, StoreError> {
    let places: HashSet<_> = findings.into_iter().filter_map(package_and_path).collect();
    let mut places: Vec<_> = places.into_iter().collect();
    places.sort();
    let mut found = Vec::new();
    for chunk in places.chunks(100) {
        let mut sql = Sql::new("WITH wanted (package, path) AS (VALUES ");
        for (index, (package, path)) in chunk.iter().enumerate() {
            sql.push(if index == 0 { "" } else { ", " });
            sql.push_list([package, path]);
        }
        sql.push(") SELECT ").push(KNOWN_COLUMNS).push(", ");
        // `SQLite` joins from left to right here, and so looks each place up in the index.
        sql.push(MARK_COLUMNS)
            .push(" FROM wanted CROSS JOIN findings")
            .push(JOIN_MARKS);
        sql.push_bind(occasion.reporter);
        sql.push(" WHERE findings.project = ")
            .push_bind(occasion.project);
        sql.push(" AND findings.package = wanted.package AND findings.path = wanted.path");
        // What was seen on this occasion is taken; in a large import that is nearly everything.
        sql.push(" AND findings.last_scan <> ")
            .push_bind(occasion.scan);
        for sighting in read(&tx.rows(sql)?) {
            found.push(sighting?);
        }
    }
    Ok(found)
}

/// The next findings after `after` that the reporter saw before and that have not been seen on
/// this occasion (`seen`, or marked with its number), with whether another reporter still sees
/// them.
pub(crate) fn unseen(
    tx: &mut Tx<'_>,
    occasion: &Occasion<'_>,
    seen: &HashSet<i64>,
    after: i64,
) -> Result<Unseen, StoreError> {
    let mut sql = Sql::new(
        "SELECT marks.finding FROM finding_reporters AS marks WHERE marks.present = 1 \
         AND marks.project = $1 AND marks.reporter = $2 AND marks.last_scan <> $3 \
         AND marks.finding > $4 ORDER BY marks.finding LIMIT ",
    )
    .bind(occasion.project)
    .bind(occasion.reporter)
    .bind(occasion.scan)
    .bind(after);
    sql.push_bind(i64::try_from(LIST).unwrap_or(i64::MAX));
    let mut ids = Vec::new();
    for row in tx.rows(sql)? {
        ids.push(row.int(0)?);
    }
    let next = (ids.len() == LIST).then(|| ids.last().copied()).flatten();
    ids.retain(|id| !seen.contains(id));
    let mut found = Vec::new();
    if ids.is_empty() {
        return Ok((found, next));
    }
    let mut sql = select(&[KNOWN_COLUMNS, MARK_COLUMNS]);
    sql.push(
        ", (SELECT COUNT(*) FROM finding_reporters AS others WHERE others.finding = findings.id \
         AND others.present = 1 AND others.reporter <> ",
    );
    sql.push_bind(occasion.reporter)
        .push(") FROM findings")
        .push(JOIN_MARKS);
    sql.push_bind(occasion.reporter)
        .push(" WHERE findings.id IN ");
    push_padded(&mut sql, ids);
    sql.push(" ORDER BY findings.id");
    for row in tx.rows(sql)? {
        let mut columns = Columns::new(&row);
        let known = Known::read(&mut columns)?;
        let mark = Mark::read(&mut columns)?;
        let others = columns.int()? > 0;
        if let Some(mark) = mark {
            found.push((known, mark, others));
        }
    }
    Ok((found, next))
}

/// The project's acceptances that ended before a day.
pub(crate) fn accepted_before(
    tx: &mut Tx<'_>,
    project: i64,
    today: jiff::civil::Date,
) -> Result<Vec<Known>, StoreError> {
    let mut sql = select(&[KNOWN_COLUMNS]);
    sql.push(" FROM findings WHERE findings.status = 'accepted' AND findings.project = ");
    sql.push_bind(project);
    sql.push(" AND (findings.accepted_until IS NULL OR findings.accepted_until < ");
    sql.push_bind(today).push(") ORDER BY findings.id");
    tx.rows(sql)?
        .iter()
        .map(|row| Known::read(&mut Columns::new(row)))
        .collect()
}
