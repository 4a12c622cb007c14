//! Everything about one subject, in order.

use std::collections::{BTreeMap, BTreeSet};

use runward_db::{Backend, Db, Row, Sql, Tx};
use serde::Serialize;

use crate::{AuditError, Limits, Record, index};

/// Why a record belongs to a timeline; the strongest reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// It was done to the subject.
    Subject,
    /// The subject did it.
    Actor,
    /// It happened together with something that was done to the subject.
    Correlation,
    /// It names the subject.
    Mention,
}

/// One entry of a timeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
    pub relation: Relation,
    pub record: Record,
}

/// Everything about one subject, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timeline {
    pub items: Vec<Item>,
    /// There is more than one timeline takes; the oldest were kept.
    pub cut: bool,
}

/// Ids at least this long (fingerprints, ids of events) are looked for inside other events; a
/// task's `7` is not, as it would be found everywhere.
const DISTINCT: usize = 16;

/// The timeline of a subject: `finding:1f…`, `task:7`, `principal:ann`, or an id alone.
pub(crate) fn timeline(db: &Db, subject: &str, limits: &Limits) -> Result<Timeline, AuditError> {
    let (kind, id) = match subject.split_once(':') {
        Some((kind, id)) if !kind.is_empty() && !id.is_empty() => (Some(kind), id),
        _ => (None, subject),
    };
    if id.is_empty() || id.contains('\0') {
        return Err(AuditError::Query {
            what: format!("`{}` names no subject", subject.escape_debug()),
            help: "give `KIND:ID` or an id, such as `task:7`".to_owned(),
        });
    }
    db.read(|tx| {
        let mut found = Found {
            items: BTreeMap::new(),
            limit: limits.timeline,
        };
        let mut sql = Sql::new(index::SELECT);
        sql.push(" WHERE subject = ").push_bind(id);
        if let Some(kind) = kind {
            sql.push(" AND subject_kind = ").push_bind(kind);
        }
        found.add(tx, sql, Relation::Subject)?;
        let groups: BTreeSet<String> = found
            .items
            .values()
            .filter_map(|item| item.record.event.correlation.clone())
            .collect();
        if kind.is_none_or(|kind| kind == "principal" || kind == "account" || kind == "actor") {
            let mut sql = Sql::new(index::SELECT);
            sql.push(" WHERE actor = ").push_bind(id);
            found.add(tx, sql, Relation::Actor)?;
        }
        // A scan's events about other findings have the same correlation, and say nothing of this
        // one; what is about another kind of thing (the scan itself) does.
        let kinds: BTreeSet<String> = found
            .items
            .values()
            .filter(|item| item.relation == Relation::Subject)
            .map(|item| item.record.event.subject.kind.clone())
            .collect();
        let groups: Vec<String> = groups.into_iter().collect();
        for part in groups.chunks(500) {
            let mut sql = Sql::new(index::SELECT);
            sql.push(" WHERE correlation IN ").push_list(part.iter());
            sql.push(" AND subject_kind NOT IN ")
                .push_list(kinds.iter());
            found.add(tx, sql, Relation::Correlation)?;
        }
        if let Some(kind) = kind {
            // What it caused: `scan:17` is the correlation of all that scan 17 found.
            let mut sql = Sql::new(index::SELECT);
            sql.push(" WHERE correlation = ")
                .push_bind(format!("{kind}:{id}"));
            found.add(tx, sql, Relation::Correlation)?;
        }
        if id.len() >= DISTINCT {
            let mut sql = Sql::new(index::SELECT);
            sql.push(match tx.backend() {
                Backend::Sqlite => " WHERE instr(text, ",
                Backend::Postgres => " WHERE strpos(text, ",
            });
            sql.push_bind(id.to_lowercase()).push(") > 0");
            found.add(tx, sql, Relation::Mention)?;
        }
        Ok(found.done())
    })
}

struct Found {
    /// By time and place.
    items: BTreeMap<(i64, u64), Item>,
    limit: usize,
}

impl Found {
    fn add(&mut self, tx: &mut Tx<'_>, mut sql: Sql, relation: Relation) -> Result<(), AuditError> {
        let limit = i64::try_from(self.limit).unwrap_or(i64::MAX);
        sql.push(" ORDER BY at, idx LIMIT ")
            .push_bind(limit.saturating_add(1));
        tx.each(sql, |row: Row| {
            let record = index::record(&row)?;
            let key = (record.event.timestamp.as_microsecond(), record.index);
            self.items.entry(key).or_insert(Item { relation, record });
            Ok::<_, AuditError>(())
        })
    }

    fn done(self) -> Timeline {
        let cut = self.items.len() > self.limit;
        Timeline {
            items: self.items.into_values().take(self.limit).collect(),
            cut,
        }
    }
}
