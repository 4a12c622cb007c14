//! Counts over the records of a search: the runbook's `sort | uniq -c | sort -rn`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use runward_db::{Backend, Db, Sql, Tx};
use serde::Serialize;

use crate::{AuditError, Limits, Query, index};

/// How often something occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    pub value: String,
    pub count: u64,
}

/// Counts of records, most frequent first; days in their own order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    pub total: u64,
    pub by_type: Vec<Count>,
    pub by_actor: Vec<Count>,
    pub by_outcome: Vec<Count>,
    pub by_repository: Vec<Count>,
    pub by_severity: Vec<Count>,
    /// Days are UTC.
    pub by_day: Vec<Count>,
    /// The errors of refused inputs.
    pub validation_errors: Vec<Count>,
    /// The attack patterns that inputs had.
    pub attack_patterns: Vec<Count>,
    /// Refused or suspicious inputs whose errors or patterns are not counted one by one, because
    /// there are too many different ones.
    pub uncounted: u64,
}

/// Counts; of each list the `top` most frequent values, days excepted.
pub(crate) fn stats(
    db: &Db,
    query: &Query,
    top: u32,
    limits: &Limits,
) -> Result<Stats, AuditError> {
    db.read(|tx| {
        let sqlite = tx.backend() == Backend::Sqlite;
        let by = |tx: &mut Tx<'_>, column: &'static str| {
            let mut sql = Sql::new("SELECT ");
            sql.push(column).push(", COUNT(*) FROM audit_events");
            query.conditions(&mut sql, sqlite, limits)?;
            sql.push(" AND ")
                .push(column)
                .push(" IS NOT NULL GROUP BY ")
                .push(column);
            sql.push(" ORDER BY COUNT(*) DESC, ")
                .push(column)
                .push(" LIMIT ");
            sql.push_bind(top);
            counts(tx, sql)
        };
        let mut stats = Stats {
            by_type: by(tx, "type")?,
            by_actor: by(tx, "actor")?,
            by_outcome: by(tx, "outcome")?,
            by_repository: by(tx, "repository")?,
            by_severity: by(tx, "severity")?,
            by_day: days(tx, query, sqlite, limits)?,
            ..Stats::default()
        };
        let mut sql = Sql::new("SELECT COUNT(*) FROM audit_events");
        query.conditions(&mut sql, sqlite, limits)?;
        stats.total = u64::try_from(tx.one(sql)?.int(0)?).unwrap_or(0);
        inputs(tx, query, top, limits, &mut stats)?;
        Ok(stats)
    })
}

fn counts(tx: &mut Tx<'_>, sql: Sql) -> Result<Vec<Count>, AuditError> {
    tx.rows(sql)?
        .iter()
        .map(|row| {
            Ok(Count {
                value: row.text(0)?.to_owned(),
                count: u64::try_from(row.int(1)?).unwrap_or(0),
            })
        })
        .collect()
}

const DAY: i64 = 86_400_000_000;

fn days(
    tx: &mut Tx<'_>,
    query: &Query,
    sqlite: bool,
    limits: &Limits,
) -> Result<Vec<Count>, AuditError> {
    let mut sql = Sql::new("SELECT at / 86400000000, COUNT(*) FROM audit_events");
    query.conditions(&mut sql, sqlite, limits)?;
    sql.push(" GROUP BY at / 86400000000 ORDER BY at / 86400000000");
    tx.rows(sql)?
        .iter()
        .map(|row| {
            let start = Timestamp::from_microsecond(row.int(0)?.saturating_mul(DAY));
            Ok(Count {
                value: start.map_or_else(
                    |_| "out of range".to_owned(),
                    |start| start.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
                ),
                count: u64::try_from(row.int(1)?).unwrap_or(0),
            })
        })
        .collect()
}

/// What is inside the events of refused and suspicious inputs.
fn inputs(
    tx: &mut Tx<'_>,
    query: &Query,
    top: u32,
    limits: &Limits,
    stats: &mut Stats,
) -> Result<(), AuditError> {
    let query = Query {
        validation_failures: true,
        ..query.clone()
    };
    let mut sql = Sql::new(index::SELECT);
    query.conditions(&mut sql, tx.backend() == Backend::Sqlite, limits)?;
    let mut errors = Tally::new(limits.distinct);
    let mut patterns = Tally::new(limits.distinct);
    tx.each(sql, |row| {
        let record = index::record(&row)?;
        errors.add(record.event.validation_errors());
        patterns.add(record.event.attack_patterns());
        Ok::<_, AuditError>(())
    })?;
    stats.uncounted = errors.uncounted + patterns.uncounted;
    stats.validation_errors = errors.top(top);
    stats.attack_patterns = patterns.top(top);
    Ok(())
}

struct Tally {
    counts: BTreeMap<String, u64>,
    distinct: usize,
    uncounted: u64,
}

impl Tally {
    fn new(distinct: usize) -> Self {
        Self {
            counts: BTreeMap::new(),
            distinct,
            uncounted: 0,
        }
    }

    fn add(&mut self, values: Vec<String>) {
        for value in values {
            if let Some(count) = self.counts.get_mut(&value) {
                *count += 1;
            } else if self.counts.len() < self.distinct {
                self.counts.insert(value, 1);
            } else {
                self.uncounted += 1;
            }
        }
    }

    fn top(self, top: u32) -> Vec<Count> {
        let mut counts: Vec<_> = self
            .counts
            .into_iter()
            .map(|(value, count)| Count { value, count })
            .collect();
        // The sort is stable: equal counts stay in the order of their values.
        counts.sort_by_key(|it| std::cmp::Reverse(it.count));
        counts.truncate(top as usize);
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_different_values_are_counted_together() {
        let mut tally = Tally::new(2);
        tally.add(vec!["a".into(), "b".into(), "c".into(), "b".into()]);
        assert_eq!(tally.uncounted, 1);
        let top = tally.top(1);
        assert_eq!(
            (top[0].value.as_str(), top[0].count, top.len()),
            ("b", 2, 1)
        );
    }
}
