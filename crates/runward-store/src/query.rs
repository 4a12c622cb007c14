//! Asking for findings.

use jiff::Timestamp;
use runward_model::{
    Ecosystem, Finding, Fingerprint, Priority, Severity, Status, finding::History,
};
use sqlx::{AssertSqlSafe, QueryBuilder, Row as _, Sqlite, SqliteConnection, sqlite::SqliteRow};

use crate::{
    LIMITS, Store, StoreError,
    error::Failure,
    record::hides,
    row::{KNOWN_COLUMNS, Known, from_payload, id, status_of, timestamp},
    write::rank,
};

/// Which findings are asked for; everything stated must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Any of these; empty: every status.
    pub statuses: Vec<Status>,
    /// At or above, after policy.
    pub min_severity: Option<Severity>,
    /// By name, compared as package ecosystems compare names.
    pub package: Option<String>,
    /// A rule or advisory id, or an alias; case does not matter.
    pub rule: Option<String>,
    /// A file, or a directory with everything below it.
    pub path: Option<String>,
    /// Still open past their deadline at this time.
    pub overdue_at: Option<Timestamp>,
    /// Part of a title, package, path or identifier; ASCII case does not matter.
    pub text: Option<String>,
    /// At most [`LIMITS`]`.page`, which 0 stands for.
    pub limit: u32,
    pub offset: u32,
}

/// A finding with its history.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredFinding {
    pub fingerprint: Fingerprint,
    pub rule: String,
    pub title: String,
    pub severity: Severity,
    pub path: String,
    pub line: u32,
    pub ecosystem: Option<String>,
    pub package: Option<String>,
    pub version: Option<String>,
    /// `new`: the latest scan opened it.
    pub history: History,
    /// Who accepted it or called it a false positive.
    pub decided_by: Option<String>,
    pub priority: Option<Priority>,
    pub risk: Option<f64>,
    pub due: Option<Timestamp>,
    /// The scan that saw it last.
    pub last_scan: i64,
    /// Everything that was seen and judged, with history; `None` where a later Runward wrote it
    /// in a form that this one does not know.
    pub finding: Option<Finding>,
}

/// One change of a finding's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    pub at: Timestamp,
    /// A person, or `scan`.
    pub who: String,
    /// `None` for the first.
    pub from: Option<Status>,
    pub to: Status,
    pub why: String,
    /// The scan that caused it.
    pub scan: Option<i64>,
}

impl Store {
    /// Findings by filter, worst first.
    pub fn list(&self, filter: &Filter) -> Result<Vec<StoredFinding>, StoreError> {
        for (name, text) in [
            ("the package filter", &filter.package),
            ("the rule filter", &filter.rule),
            ("the path filter", &filter.path),
            ("the search text", &filter.text),
        ] {
            if let Some(text) = text {
                short_enough(name, text, LIMITS.query_chars)?;
            }
        }
        self.run(async |connection| {
            let latest = latest_scan(connection).await?;
            let mut sql = select(filter);
            let rows = sql.build().fetch_all(connection).await?;
            rows.iter().map(|row| read(row, latest)).collect()
        })
    }

    /// One finding: by its fingerprint, the start of one (at least 4 digits), or a rule, advisory
    /// or alias that only one finding has.
    pub fn get(&self, key: &str) -> Result<StoredFinding, StoreError> {
        self.run(async |connection| {
            let known = find(connection, key).await?;
            stored(connection, known.id).await
        })
    }

    /// Every change of a finding's state, the oldest first; `key` as for [`Self::get`].
    pub fn transitions(&self, key: &str) -> Result<Vec<Transition>, StoreError> {
        self.run(async |connection| {
            let known = find(connection, key).await?;
            let rows = sqlx::query(
                "SELECT at, who, from_status, to_status, why, scan FROM transitions \
                 WHERE finding = $1 ORDER BY id",
            )
            .bind(known.id)
            .fetch_all(connection)
            .await?;
            rows.iter().map(read_transition).collect()
        })
    }
}

pub(crate) fn short_enough(what: &str, text: &str, chars: usize) -> Result<(), StoreError> {
    if text.chars().nth(chars).is_some() {
        return Err(StoreError::invalid(
            what,
            format!("is longer than {chars} characters; shorten it"),
        ));
    }
    Ok(())
}

const STORED_COLUMNS: &str = "severity, line, priority, risk, due, payload";

fn select(filter: &Filter) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new(format!(
        "SELECT {KNOWN_COLUMNS}, {STORED_COLUMNS} FROM findings WHERE 1 = 1"
    ));
    if !filter.statuses.is_empty() {
        any_of(
            &mut sql,
            "status",
            filter
                .statuses
                .iter()
                .map(|status| status.as_str().to_owned()),
        );
    }
    if let Some(severity) = filter.min_severity {
        sql.push(" AND severity_rank >= ").push_bind(rank(severity));
    }
    if let Some(package) = &filter.package {
        let mut names = vec![
            package.trim().to_owned(),
            package.trim().to_ascii_lowercase(),
            Ecosystem::PyPI.normalize_name(package),
        ];
        names.sort();
        names.dedup();
        any_of(&mut sql, "package", names.into_iter());
    }
    if let Some(rule) = &filter.rule {
        sql.push(" AND ids LIKE ")
            .push_bind(containing(&format!("\n{}\n", id(rule))))
            .push(" ESCAPE '!'");
    }
    if let Some(path) = &filter.path {
        let path = path.trim_start_matches("./").trim_end_matches('/');
        // The root itself is everything.
        if !path.is_empty() && path != "." {
            let below = format!("{path}/");
            sql.push(" AND (path = ")
                .push_bind(path.to_owned())
                .push(" OR SUBSTR(path, 1, LENGTH(")
                .push_bind(below.clone())
                .push(")) = ")
                .push_bind(below)
                .push(")");
        }
    }
    if let Some(now) = filter.overdue_at {
        any_of(
            &mut sql,
            "status",
            Status::ALL
                .into_iter()
                .filter(|status| status.is_active())
                .map(|status| status.as_str().to_owned()),
        );
        sql.push(" AND due < ").push_bind(now.as_microsecond());
    }
    if let Some(text) = filter.text.as_deref().map(str::trim)
        && !text.is_empty()
    {
        let part = containing(&text.to_ascii_lowercase());
        sql.push(" AND (ids LIKE ")
            .push_bind(part.clone())
            .push(" ESCAPE '!'");
        for column in ["title", "package", "path"] {
            sql.push(format!(" OR LOWER({column}) LIKE "))
                .push_bind(part.clone())
                .push(" ESCAPE '!'");
        }
        sql.push(")");
    }
    // A finding that nobody has judged yet comes first.
    sql.push(
        " ORDER BY COALESCE(priority, ''), COALESCE(risk, 10) DESC, severity_rank DESC, \
         first_seen, fingerprint LIMIT ",
    );
    let limit = match filter.limit {
        0 => LIMITS.page,
        limit => limit.min(LIMITS.page),
    };
    sql.push_bind(i64::from(limit))
        .push(" OFFSET ")
        .push_bind(i64::from(filter.offset));
    sql
}

fn any_of(sql: &mut QueryBuilder<Sqlite>, column: &str, values: impl Iterator<Item = String>) {
    sql.push(format!(" AND {column} IN ("));
    let mut list = sql.separated(", ");
    for value in values {
        list.push_bind(value);
    }
    sql.push(")");
}

/// A `LIKE` pattern for a part of a text, `!` being the escape.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

async fn latest_scan(connection: &mut SqliteConnection) -> Result<i64, Failure> {
    Ok(sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM scans")
        .fetch_one(connection)
        .await?)
}

/// The finding with this id, with everything.
pub(crate) async fn stored(
    connection: &mut SqliteConnection,
    id: i64,
) -> Result<StoredFinding, Failure> {
    let latest = latest_scan(connection).await?;
    let sql = AssertSqlSafe(format!(
        "SELECT {KNOWN_COLUMNS}, {STORED_COLUMNS} FROM findings WHERE id = $1"
    ));
    let row = sqlx::query(sql).bind(id).fetch_one(connection).await?;
    read(&row, latest)
}

/// Finds the one finding that a key means.
pub(crate) async fn find(connection: &mut SqliteConnection, key: &str) -> Result<Known, Failure> {
    short_enough("the key", key, LIMITS.query_chars)?;
    let key = key.trim();
    let lower = key.to_ascii_lowercase();
    let hexadecimal = !lower.is_empty() && lower.bytes().all(|byte| byte.is_ascii_hexdigit());
    if key.is_empty() || (hexadecimal && key.len() < 4) {
        return Err(StoreError::ShortKey {
            key: key.to_owned(),
        }
        .into());
    }
    let mut found = Vec::new();
    if hexadecimal {
        // Only digits: nothing in it means anything to LIKE.
        let start = format!("{lower}%");
        found = matching(connection, "fingerprint LIKE $1", &start).await?;
        if found.is_empty() {
            let former =
                "id IN (SELECT finding FROM former_fingerprints WHERE fingerprint LIKE $1)";
            found = matching(connection, former, &start).await?;
        }
    }
    if found.is_empty() {
        let pattern = containing(&format!("\n{}\n", id(key)));
        found = matching(connection, "ids LIKE $1 ESCAPE '!'", &pattern).await?;
    }
    let mut found = found.into_iter();
    match (found.next(), found.len()) {
        (None, _) => Err(StoreError::NotFound {
            key: key.to_owned(),
        }
        .into()),
        (Some(known), 0) => Ok(known),
        (Some(first), more) => {
            let mut candidates: Vec<String> = std::iter::once(first)
                .chain(found)
                .take(LIMITS.candidates)
                .map(|known| {
                    format!(
                        "{} {} {} ({})",
                        known.fingerprint, known.rule, known.title, known.path
                    )
                })
                .collect();
            let left = more.saturating_add(1).saturating_sub(candidates.len());
            if left > 0 {
                candidates.push("… and more".to_owned());
            }
            Err(StoreError::Ambiguous {
                key: key.to_owned(),
                candidates,
            }
            .into())
        }
    }
}

async fn matching(
    connection: &mut SqliteConnection,
    condition: &'static str,
    value: &str,
) -> Result<Vec<Known>, Failure> {
    let sql = AssertSqlSafe(format!(
        "SELECT {KNOWN_COLUMNS} FROM findings WHERE {condition} ORDER BY fingerprint LIMIT $2"
    ));
    // One more than is named, to know that there are more.
    let limit = i64::try_from(LIMITS.candidates)
        .unwrap_or(i64::MAX)
        .saturating_add(1);
    let rows = sqlx::query(sql)
        .bind(value.to_owned())
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(Known::read).collect()
}

fn read(row: &SqliteRow, latest_scan: i64) -> Result<StoredFinding, Failure> {
    let known = Known::read(row)?;
    let new = known.opened_scan == latest_scan && known.status.is_active();
    let history = known.history(new)?;
    let severity: String = row.try_get("severity")?;
    let line: i64 = row.try_get("line")?;
    let priority: Option<String> = row.try_get("priority")?;
    let due: Option<i64> = row.try_get("due")?;
    let payload: String = row.try_get("payload")?;
    let finding = from_payload(&payload).map(|mut finding| {
        finding.suppressed = hides(&known).or(finding.suppressed);
        finding.history = Some(history.clone());
        finding
    });
    Ok(StoredFinding {
        severity: severity
            .parse()
            .map_err(|_| Failure::Damaged(format!("`{severity}` is not a severity")))?,
        line: u32::try_from(line).unwrap_or(1),
        fingerprint: known.fingerprint,
        rule: known.rule,
        title: known.title,
        path: known.path,
        ecosystem: known.ecosystem,
        package: known.package,
        version: known.version,
        history,
        decided_by: known.decided_by,
        priority: priority.as_deref().and_then(priority_of),
        risk: row.try_get("risk")?,
        due: due.map(timestamp).transpose()?,
        last_scan: known.last_scan,
        finding,
    })
}

fn priority_of(name: &str) -> Option<Priority> {
    [
        Priority::P0,
        Priority::P1,
        Priority::P2,
        Priority::P3,
        Priority::P4,
    ]
    .into_iter()
    .find(|priority| priority.to_string() == name)
}

fn read_transition(row: &SqliteRow) -> Result<Transition, Failure> {
    let from: Option<String> = row.try_get("from_status")?;
    let to: String = row.try_get("to_status")?;
    Ok(Transition {
        at: timestamp(row.try_get("at")?)?,
        who: row.try_get("who")?,
        from: from.as_deref().map(status_of).transpose()?,
        to: status_of(&to)?,
        why: row.try_get("why")?,
        scan: row.try_get("scan")?,
    })
}
