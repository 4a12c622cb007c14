//! Figures for dashboards, computed by the database.

use jiff::Timestamp;
use runward_db::{Backend, Sql, Tx};
use runward_model::{Severity, Status};

use crate::{
    Scope, Store, StoreError,
    row::{Columns, rank, severity_at, status_of},
    scope::among,
};

/// What figures are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricsFilter {
    pub scope: Scope,
    /// The time of the question: ages and deadlines count to it.
    pub now: Timestamp,
    /// Mean times over what was detected or resolved since then; absent: ever.
    pub since: Option<Timestamp>,
}

/// How long findings have been asking for work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Age {
    /// At most 7 days.
    Week,
    /// 7 to 30 days.
    Month,
    /// 30 to 90 days.
    Quarter,
    Older,
}

impl Age {
    pub const ALL: [Self; 4] = [Self::Week, Self::Month, Self::Quarter, Self::Older];

    fn at(number: i64) -> Self {
        match number {
            0 => Self::Week,
            1 => Self::Month,
            2 => Self::Quarter,
            _ => Self::Older,
        }
    }
}

/// The figures of one severity (after policy).
#[derive(Debug, Clone, PartialEq)]
pub struct SeverityMetrics {
    pub severity: Severity,
    /// Asking for work.
    pub active: u64,
    /// Of these, past their deadline.
    pub overdue: u64,
    /// Of the active ones, by age since first detection.
    pub by_age: [(Age, u64); 4],
    /// Found since `since`.
    pub detected: u64,
    /// Resolved since `since`, and still so.
    pub resolved: u64,
    /// Mean hours from the publication of the advisory to the first detection, over those detected
    /// since `since` whose advisory has a date. Detection before publication counts as 0.
    pub mttd_hours: Option<f64>,
    /// Mean hours from the first detection to the resolution, over `resolved`.
    pub mttr_hours: Option<f64>,
}

/// Figures of one project or of all that is visible.
#[derive(Debug, Clone, PartialEq)]
pub struct Metrics {
    pub total: u64,
    pub overdue: u64,
    /// What there is none of is left out.
    pub by_status: Vec<(Status, u64)>,
    /// Every severity, worst first.
    pub by_severity: Vec<SeverityMetrics>,
}

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

impl Store {
    /// Figures over the findings of a scope.
    pub fn metrics(&self, filter: &MetricsFilter) -> Result<Metrics, StoreError> {
        self.read(|tx| {
            let projects = filter.scope.projects(tx)?;
            let projects = projects.as_deref();
            let by_status = by_status(tx, projects)?;
            let by_severity = by_severity(tx, filter, projects)?;
            Ok(Metrics {
                total: by_status.iter().map(|(_, number)| number).sum(),
                overdue: by_severity.iter().map(|it| it.overdue).sum(),
                by_status,
                by_severity,
            })
        })
    }
}

fn by_status(tx: &mut Tx<'_>, projects: Option<&[i64]>) -> Result<Vec<(Status, u64)>, StoreError> {
    let mut sql = Sql::new("SELECT status, COUNT(*) FROM findings WHERE 1 = 1");
    among(&mut sql, projects);
    sql.push(" GROUP BY status");
    let mut counts = Vec::new();
    for row in tx.rows(sql)? {
        let mut columns = Columns::new(&row);
        counts.push((status_of(columns.text()?)?, columns.count()?));
    }
    counts.sort_by_key(|(status, _)| *status);
    Ok(counts)
}

fn by_severity(
    tx: &mut Tx<'_>,
    filter: &MetricsFilter,
    projects: Option<&[i64]>,
) -> Result<Vec<SeverityMetrics>, StoreError> {
    let now = filter.now.as_microsecond();
    let since = filter.since.map_or(i64::MIN, Timestamp::as_microsecond);
    let mut sql = Sql::new(
        "SELECT severity_rank, \
         CASE WHEN status IN ('open', 'triaged', 'in_progress', 'reopened') THEN 1 ELSE 0 END, \
         CASE WHEN first_seen >= ",
    );
    sql.push_bind(now - 7 * DAY)
        .push(" THEN 0 WHEN first_seen >= ");
    sql.push_bind(now - 30 * DAY)
        .push(" THEN 1 WHEN first_seen >= ");
    sql.push_bind(now - 90 * DAY)
        .push(" THEN 2 ELSE 3 END, COUNT(*), SUM(CASE WHEN deadline < ");
    sql.push_bind(now)
        .push(" THEN 1 ELSE 0 END), SUM(CASE WHEN first_seen >= ");
    sql.push_bind(since)
        .push(" THEN 1 ELSE 0 END), SUM(CASE WHEN resolved_at >= ");
    sql.push_bind(since).push(" THEN 1 ELSE 0 END), ");
    let real = match tx.backend() {
        // The sum of many numbers of microseconds does not fit into an integer.
        Backend::Sqlite => "REAL",
        Backend::Postgres => "DOUBLE PRECISION",
    };
    sql.push("SUM(CASE WHEN first_seen >= ").push_bind(since);
    sql.push(" AND published IS NOT NULL THEN 1 ELSE 0 END), SUM(CAST(CASE WHEN first_seen >= ");
    sql.push_bind(since)
        .push(" AND published < first_seen THEN first_seen - published ELSE 0 END AS ");
    sql.push(real)
        .push(")), SUM(CAST(CASE WHEN resolved_at >= ")
        .push_bind(since);
    sql.push(" THEN resolved_at - first_seen ELSE 0 END AS ")
        .push(real);
    sql.push(")) FROM findings WHERE 1 = 1");
    among(&mut sql, projects);
    sql.push(" GROUP BY 1, 2, 3");
    let mut sums: Vec<Sums> = (0..=5).map(Sums::new).collect();
    for row in tx.rows(sql)? {
        let mut columns = Columns::new(&row);
        let severity = rank(severity_at(columns.int()?));
        let (active, age) = (columns.int()? != 0, Age::at(columns.int()?));
        let number = columns.count()?;
        let Some(sum) = sums.iter_mut().find(|sum| sum.rank == severity) else {
            continue;
        };
        if active {
            sum.active += number;
            for (_, count) in sum.by_age.iter_mut().filter(|(it, _)| *it == age) {
                *count += number;
            }
        }
        sum.overdue += columns.count()?;
        sum.detected += columns.count()?;
        sum.resolved += columns.count()?;
        sum.dated += columns.count()?;
        sum.to_detect += columns.opt_real()?.unwrap_or_default();
        sum.to_resolve += columns.opt_real()?.unwrap_or_default();
    }
    Ok(sums.into_iter().rev().map(Sums::finish).collect())
}

/// The sums of one severity.
struct Sums {
    rank: i64,
    active: u64,
    overdue: u64,
    by_age: [(Age, u64); 4],
    detected: u64,
    resolved: u64,
    /// Detected ones whose advisory has a date.
    dated: u64,
    /// Microseconds.
    to_detect: f64,
    to_resolve: f64,
}

impl Sums {
    fn new(rank: i64) -> Self {
        Self {
            rank,
            active: 0,
            overdue: 0,
            by_age: Age::ALL.map(|age| (age, 0)),
            detected: 0,
            resolved: 0,
            dated: 0,
            to_detect: 0.0,
            to_resolve: 0.0,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "means need no more")]
    fn finish(self) -> SeverityMetrics {
        let mean = |sum: f64, number: u64| (number > 0).then(|| sum / number as f64 / HOUR as f64);
        SeverityMetrics {
            severity: severity_at(self.rank),
            active: self.active,
            overdue: self.overdue,
            by_age: self.by_age,
            detected: self.detected,
            resolved: self.resolved,
            mttd_hours: mean(self.to_detect, self.dated),
            mttr_hours: mean(self.to_resolve, self.resolved),
        }
    }
}
