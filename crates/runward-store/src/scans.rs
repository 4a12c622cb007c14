//! Earlier scans.

use jiff::Timestamp;
use runward_model::{DatabaseInfo, scan::Verdict};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sqlx::{Row as _, SqliteConnection, sqlite::SqliteRow};

use crate::{
    Coverage, LIMITS, Store, StoreError,
    error::Failure,
    row::{strange, timestamp},
};

/// A recorded scan.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredScan {
    /// From 1, in the order of recording.
    pub id: i64,
    pub started: Timestamp,
    pub finished: Timestamp,
    pub project: String,
    pub root: String,
    pub verdict: Verdict,
    /// `None` where a later Runward wrote it in a form that this one does not know.
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
    pub fn last_scan(&self) -> Result<Option<StoredScan>, StoreError> {
        Ok(self.scans(1)?.into_iter().next())
    }

    /// The scans that were recorded last, the latest first.
    pub fn scans(&self, limit: u32) -> Result<Vec<StoredScan>, StoreError> {
        self.run(async |connection| latest(connection, limit).await)
    }
}

async fn latest(connection: &mut SqliteConnection, limit: u32) -> Result<Vec<StoredScan>, Failure> {
    let rows = sqlx::query(
        "SELECT id, started, finished, project, root, verdict, database_info, coverage, seen, \
         opened, resolved FROM scans ORDER BY id DESC LIMIT $1",
    )
    .bind(i64::from(limit.min(LIMITS.page)))
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<StoredScan, Failure> {
    let verdict: String = row.try_get("verdict")?;
    let database: String = row.try_get("database_info")?;
    let coverage: String = row.try_get("coverage")?;
    let count = |column: &str| -> Result<u64, Failure> {
        let number: i64 = row.try_get(column)?;
        u64::try_from(number).map_err(|_| strange("count", &number.to_string()))
    };
    Ok(StoredScan {
        id: row.try_get("id")?,
        started: timestamp(row.try_get("started")?)?,
        finished: timestamp(row.try_get("finished")?)?,
        project: row.try_get("project")?,
        root: row.try_get("root")?,
        verdict: verdict_of(&verdict)?,
        database: decode(&database),
        covered: decode(&coverage),
        seen: count("seen")?,
        opened: count("opened")?,
        resolved: count("resolved")?,
    })
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

fn verdict_of(name: &str) -> Result<Verdict, Failure> {
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

pub(crate) fn database_json(database: &DatabaseInfo) -> Result<String, Failure> {
    encode(database)
}

pub(crate) fn coverage_json(coverage: &Coverage) -> Result<String, Failure> {
    encode(coverage)
}

fn encode<T: Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(&Versioned { v: 1, value })
        .map_err(|error| Failure::Damaged(error.to_string()))
}

fn decode<T: DeserializeOwned>(text: &str) -> Option<T> {
    let versioned: Versioned<T> = serde_json::from_str(text).ok()?;
    (versioned.v == 1).then_some(versioned.value)
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
