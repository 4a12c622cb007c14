//! Earlier scans and imports.

use jiff::Timestamp;
use runward_db::{Sql, Tx};
use runward_model::{DatabaseInfo, scan::Verdict};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Coverage, ProjectId, Scope, Store, StoreError,
    project::page_size,
    record::Counts,
    row::{Columns, column, strange},
};

/// A recorded scan or import.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredScan {
    /// Rising in the order of recording.
    pub id: i64,
    pub project_id: ProjectId,
    /// The project's name.
    pub project: String,
    /// Who saw: `runward` for a scan of its own.
    pub reporter: String,
    pub started: Timestamp,
    pub finished: Timestamp,
    pub root: String,
    /// [`Verdict::Incomplete`] also for an import that did not end.
    pub verdict: Verdict,
    /// `None` where none was used, or where a later Runward wrote it in a form that this one does
    /// not know.
    pub database: Option<DatabaseInfo>,
    pub covered: Option<Coverage>,
    /// Findings that it saw, suppressed ones included.
    pub seen: u64,
    /// Of these: new, or seen again after they were resolved.
    pub opened: u64,
    /// Findings of earlier scans that it found fixed.
    pub resolved: u64,
}

impl Store {
    /// The scan that was recorded last.
    pub fn last_scan(&self, scope: &Scope) -> Result<Option<StoredScan>, StoreError> {
        Ok(self.scans(scope, 1)?.into_iter().next())
    }

    /// The scans that were recorded last, the latest first.
    pub fn scans(&self, scope: &Scope, limit: u32) -> Result<Vec<StoredScan>, StoreError> {
        self.read(|tx| {
            let projects = scope.projects(tx)?;
            let mut sql = Sql::new(
                "SELECT scans.id, scans.project, projects.name, scans.reporter, scans.started, \
                 scans.finished, scans.root, scans.verdict, scans.database_info, scans.coverage, \
                 scans.seen, scans.opened, scans.resolved FROM scans \
                 JOIN projects ON projects.id = scans.project WHERE 1 = 1",
            );
            if let Some(projects) = projects {
                sql.push(" AND scans.project IN ").push_list(projects);
            }
            sql.push(" ORDER BY scans.id DESC LIMIT ");
            sql.push_bind(i64::from(page_size(limit)));
            tx.rows(sql)?
                .iter()
                .map(|row| read(&mut Columns::new(row)))
                .collect()
        })
    }
}

fn read(columns: &mut Columns<'_>) -> Result<StoredScan, StoreError> {
    Ok(StoredScan {
        id: columns.int()?,
        project_id: ProjectId(columns.int()?),
        project: columns.text()?.to_owned(),
        reporter: columns.text()?.to_owned(),
        started: columns.timestamp()?,
        finished: columns.timestamp()?,
        root: columns.text()?.to_owned(),
        verdict: verdict_of(columns.text()?)?,
        database: columns.opt_text()?.and_then(decode),
        covered: decode(columns.text()?),
        seen: columns.count()?,
        opened: columns.count()?,
        resolved: columns.count()?,
    })
}

/// The number of the next scan.
pub(crate) fn next_id(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.ids("scans", 1)?
        .pop()
        .ok_or_else(|| StoreError::damaged("there are no numbers left"))
}

/// A scan or import as it is written.
pub(crate) struct Entry<'a> {
    pub(crate) id: i64,
    pub(crate) project: i64,
    pub(crate) reporter: &'a str,
    pub(crate) started: Timestamp,
    pub(crate) finished: Timestamp,
    pub(crate) root: &'a str,
    pub(crate) verdict: Verdict,
    pub(crate) database: Option<&'a DatabaseInfo>,
    pub(crate) covered: &'a Coverage,
    pub(crate) counts: Counts,
}

pub(crate) fn insert(tx: &mut Tx<'_>, entry: &Entry<'_>) -> Result<(), StoreError> {
    tx.execute(
        Sql::new(
            "INSERT INTO scans (id, project, reporter, started, finished, root, verdict, \
             database_info, coverage, seen, opened, resolved) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(entry.id)
        .bind(entry.project)
        .bind(entry.reporter)
        .bind(entry.started)
        .bind(entry.finished)
        .bind(column(entry.root))
        .bind(verdict_name(entry.verdict))
        .bind(entry.database.map(encode).transpose()?)
        .bind(encode(entry.covered)?)
        .bind(count(entry.counts.seen))
        .bind(count(entry.counts.opened))
        .bind(count(entry.counts.resolved)),
    )?;
    Ok(())
}

/// Notes that an import came to its end.
pub(crate) fn finish(
    tx: &mut Tx<'_>,
    id: i64,
    finished: Timestamp,
    verdict: Verdict,
    digest: &str,
    counts: Counts,
) -> Result<(), StoreError> {
    tx.execute(
        Sql::new(
            "UPDATE scans SET finished = $1, verdict = $2, digest = $3, seen = $4, opened = $5, \
             resolved = $6 WHERE id = $7",
        )
        .bind(finished)
        .bind(verdict_name(verdict))
        .bind(digest)
        .bind(count(counts.seen))
        .bind(count(counts.opened))
        .bind(count(counts.resolved))
        .bind(id),
    )?;
    Ok(())
}

/// Notes how far an import came that did not come to its end.
pub(crate) fn stop(tx: &mut Tx<'_>, id: i64, counts: Counts) -> Result<(), StoreError> {
    tx.execute(
        Sql::new("UPDATE scans SET seen = $1, opened = $2 WHERE id = $3")
            .bind(count(counts.seen))
            .bind(count(counts.opened))
            .bind(id),
    )?;
    Ok(())
}

/// The number and digest of a reporter's last import into a project.
pub(crate) fn last_import(
    tx: &mut Tx<'_>,
    project: i64,
    reporter: &str,
) -> Result<Option<(i64, Option<String>)>, StoreError> {
    let row = tx.row(
        Sql::new(
            "SELECT id, digest FROM scans WHERE project = $1 AND reporter = $2 \
             ORDER BY id DESC LIMIT 1",
        )
        .bind(project)
        .bind(reporter),
    )?;
    row.map(|row| {
        let mut columns = Columns::new(&row);
        Ok((columns.int()?, columns.owned()?))
    })
    .transpose()
}

const VERDICTS: [(Verdict, &str); 4] = [
    (Verdict::Clean, "clean"),
    (Verdict::Findings, "findings"),
    (Verdict::NothingToScan, "nothing_to_scan"),
    (Verdict::Incomplete, "incomplete"),
];

pub(crate) fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Clean => "clean",
        Verdict::Findings => "findings",
        Verdict::NothingToScan => "nothing_to_scan",
        Verdict::Incomplete => "incomplete",
    }
}

fn verdict_of(name: &str) -> Result<Verdict, StoreError> {
    VERDICTS
        .into_iter()
        .find(|(_, known)| *known == name)
        .map(|(verdict, _)| verdict)
        .ok_or_else(|| strange("verdict", name))
}

#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    v: u32,
    #[serde(flatten)]
    value: T,
}

fn encode<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(&Versioned { v: 1, value })
        .map_err(|error| StoreError::damaged(error.to_string()))
}

fn decode<T: DeserializeOwned>(text: &str) -> Option<T> {
    let versioned: Versioned<T> = serde_json::from_str(text).ok()?;
    (versioned.v == 1).then_some(versioned.value)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdict_names_round_trip() {
        for (verdict, name) in VERDICTS {
            assert_eq!(verdict_name(verdict), name);
            assert_eq!(verdict_of(name).unwrap(), verdict);
        }
        assert!(verdict_of("fine").is_err());
    }
}
