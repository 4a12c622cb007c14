//! Which findings a page of a filtered list holds, and in which way the database gets there.
//!
//! A list has one order (the order of work) and any combination of conditions. Two ways lead to a
//! page: walking findings in their order until enough of them match, which is quick where many do;
//! and taking all that one condition names and sorting them, which is quick where these are few.
//! The condition that names the fewest is found by counting each one in its index, up to a bound.
//! `SQLite`, whose planner knows no frequencies, is told which index to use; `PostgreSQL` knows.

use std::collections::BTreeSet;

use runward_db::{Backend, Sql, Tx};
use runward_model::{Ecosystem, Severity};

use crate::{
    Filter, StoreError,
    row::{id, rank},
    text::Search,
};

/// Findings that are sorted for one page at most; a condition that names more is walked through.
const FEW: i64 = 10_000;
/// Findings at the start of the order among which a text is looked for before the index is asked:
/// a common text fills a page from them, and common texts are what the index is slow at.
const GLANCE: i64 = 2_000;
/// So few that counting the other conditions costs more than it can save.
const VERY_FEW: i64 = 300;

/// What can name findings by an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Driver {
    Rule,
    Package,
    Path,
    Projects,
    Overdue,
    Status,
    Severity,
    Text,
}

/// An index that has findings in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Walk {
    Package,
    Project,
    Severity,
    Status,
    Rank,
}

impl Walk {
    fn index(self) -> &'static str {
        match self {
            Self::Package => "findings_by_package",
            Self::Project => "findings_by_project",
            Self::Severity => "findings_by_severity",
            Self::Status => "findings_by_status",
            Self::Rank => "findings_by_rank",
        }
    }

    /// The condition that it is an index of.
    fn driver(self) -> Option<Driver> {
        match self {
            Self::Package => Some(Driver::Package),
            Self::Project => Some(Driver::Projects),
            Self::Severity => Some(Driver::Severity),
            Self::Status => Some(Driver::Status),
            Self::Rank => None,
        }
    }
}

/// The conditions of a filter, in the form that the database compares.
struct Conditions<'a> {
    backend: Backend,
    projects: Option<&'a [i64]>,
    statuses: Vec<&'static str>,
    min_rank: Option<i64>,
    packages: Vec<String>,
    rule: Option<String>,
    path: Option<String>,
    reporter: Option<&'a str>,
    overdue: Option<i64>,
    text: Option<String>,
    search: Option<Search>,
}

/// The numbers of the findings of a page, in order, each with its rank.
pub(crate) fn page(
    tx: &mut Tx<'_>,
    filter: &Filter,
    projects: Option<&[i64]>,
    limit: i64,
) -> Result<Vec<(i64, i64)>, StoreError> {
    if projects.is_some_and(<[i64]>::is_empty) {
        return Ok(Vec::new());
    }
    if tx.backend() == Backend::Postgres {
        // Every way here leads through an index. A plan made for average values, or one that hopes
        // to meet rare rows early, reads the whole table.
        tx.rows(
            "SELECT set_config('enable_seqscan', 'off', true), \
             set_config('plan_cache_mode', 'force_custom_plan', true)",
        )?;
    }
    let mut conditions = Conditions::new(tx.backend(), filter, projects);
    let mut best: Option<(i64, Driver)> = None;
    let drivers = conditions.drivers();
    let plain = conditions.reporter.is_none() && conditions.text.is_none();
    if plain && drivers == [Driver::Status] && conditions.statuses.len() > 1 {
        let sql = conditions.merged(filter, limit);
        return read(tx, sql, filter, limit);
    }
    // One condition that its index keeps in order needs no counting.
    if !(drivers.len() == 1 && conditions.walk() != Walk::Rank) {
        for driver in drivers {
            if driver == Driver::Text {
                // Counting what a text can be part of costs more than sorting what is few already.
                if best.is_some() {
                    continue;
                }
                let page = conditions.glance(tx, filter, limit)?;
                if i64::try_from(page.len()).is_ok_and(|found| found >= limit) {
                    return Ok(page);
                }
                if let Some(search) = &mut conditions.search {
                    search.narrow(tx)?;
                }
            }
            let number = conditions.count(tx, driver)?;
            if number <= FEW && best.is_none_or(|(least, _)| number < least) {
                best = Some((number, driver));
            }
            if number <= VERY_FEW {
                break;
            }
        }
    }
    let sql = match best {
        Some((0, _)) => return Ok(Vec::new()),
        Some((_, driver)) => conditions.sorted(driver, filter),
        None => conditions.walked(filter),
    };
    read(tx, sql, filter, limit)
}

fn read(
    tx: &mut Tx<'_>,
    mut sql: Sql,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<(i64, i64)>, StoreError> {
    sql.push_bind(limit);
    sql.push(" OFFSET ").push_bind(i64::from(filter.offset));
    let mut page = Vec::new();
    for row in tx.rows(sql)? {
        page.push((row.int(0)?, row.int(1)?));
    }
    Ok(page)
}

impl<'a> Conditions<'a> {
    fn new(backend: Backend, filter: &'a Filter, projects: Option<&'a [i64]>) -> Self {
        let packages = filter.package.as_deref().map_or_else(Vec::new, |package| {
            let mut names = vec![
                package.trim().to_owned(),
                package.trim().to_ascii_lowercase(),
                Ecosystem::PyPI.normalize_name(package),
            ];
            names.sort();
            names.dedup();
            names
        });
        let path = filter.path.as_deref().map(|path| {
            let path = path.trim_start_matches("./").trim_end_matches('/');
            path.replace('\0', "\u{fffd}")
        });
        let text = filter.text.as_deref().map(str::trim);
        let text = text
            .filter(|text| !text.is_empty())
            .map(|text| text.replace('\0', "\u{fffd}").to_ascii_lowercase());
        Self {
            backend,
            projects,
            statuses: {
                let names: BTreeSet<_> = filter.statuses.iter().map(|it| it.as_str()).collect();
                names.into_iter().collect()
            },
            min_rank: filter.min_severity.map(rank),
            packages: packages
                .into_iter()
                .map(|it| it.replace('\0', "\u{fffd}"))
                .collect(),
            rule: filter.rule.as_deref().map(id),
            // The root itself is everything.
            path: path.filter(|path| !path.is_empty() && path != "."),
            reporter: filter.reporter.as_deref(),
            overdue: filter.overdue_at.map(jiff::Timestamp::as_microsecond),
            search: text.as_deref().and_then(Search::new),
            text,
        }
    }

    /// The conditions that have an index, those first that usually name few.
    fn drivers(&self) -> Vec<Driver> {
        [
            (self.rule.is_some(), Driver::Rule),
            (!self.packages.is_empty(), Driver::Package),
            (self.path.is_some(), Driver::Path),
            (self.projects.is_some(), Driver::Projects),
            (self.overdue.is_some(), Driver::Overdue),
            (!self.statuses.is_empty(), Driver::Status),
            (self.min_rank.is_some(), Driver::Severity),
            (self.search.is_some(), Driver::Text),
        ]
        .into_iter()
        .filter_map(|(stated, driver)| stated.then_some(driver))
        .collect()
    }

    /// How many findings a condition names, up to one more than [`FEW`].
    fn count(&self, tx: &mut Tx<'_>, driver: Driver) -> Result<i64, StoreError> {
        let mut sql = Sql::new("SELECT COUNT(*) FROM (");
        match driver {
            Driver::Text => {
                if let Some(search) = &self.search {
                    search.push_candidates(&mut sql, self.backend, true);
                }
            }
            Driver::Rule => {
                sql.push("SELECT 1 FROM finding_ids WHERE id = ");
                sql.push_bind(self.rule.as_deref());
            }
            _ => {
                sql.push("SELECT 1 FROM findings WHERE 1 = 1");
                self.push(&mut sql, driver, true);
            }
        }
        sql.push(" LIMIT ").push_bind(FEW + 1).push(") AS named");
        Ok(tx.one(sql)?.int(0)?)
    }

    /// All findings that a condition names, and of these the ones that match, in order.
    fn sorted(&self, driver: Driver, filter: &Filter) -> Sql {
        let mut sql = Sql::new(
            "WITH chosen AS MATERIALIZED (SELECT findings.id, findings.rank FROM findings \
             WHERE 1 = 1",
        );
        self.push_all(&mut sql, Some(driver));
        sql.push(") SELECT id, rank FROM chosen");
        if let Some(after) = &filter.after {
            sql.push(" WHERE (rank, id) > (").push_bind(after.rank);
            sql.push(", ").push_bind(after.id).push(")");
        }
        sql.push(" ORDER BY rank, id LIMIT ");
        sql
    }

    /// Findings in order, as long as it takes.
    fn walked(&self, filter: &Filter) -> Sql {
        let mut sql = Sql::new("SELECT findings.id, findings.rank FROM findings");
        let walk = self.walk();
        self.push_index(&mut sql, walk);
        sql.push(" WHERE 1 = 1");
        self.push_all(&mut sql, walk.driver());
        push_after(&mut sql, filter);
        sql.push(" ORDER BY findings.rank, findings.id LIMIT ");
        sql
    }

    /// Findings of several statuses: the first of each one, which its index has in order.
    fn merged(&self, filter: &Filter, limit: i64) -> Sql {
        let mut sql = Sql::new("SELECT id, rank FROM (");
        for (index, status) in self.statuses.iter().enumerate() {
            sql.push(if index == 0 { "" } else { " UNION ALL " })
                .push("SELECT id, rank FROM (SELECT findings.id, findings.rank FROM findings");
            self.push_index(&mut sql, Walk::Status);
            sql.push(" WHERE findings.status = ").push_bind(*status);
            push_after(&mut sql, filter);
            sql.push(" ORDER BY findings.rank, findings.id LIMIT ")
                .push_bind(limit.saturating_add(i64::from(filter.offset)))
                .push(") AS one");
        }
        sql.push(") AS merged ORDER BY rank, id LIMIT ");
        sql
    }

    /// What there is of a page among the first findings in order.
    fn glance(
        &self,
        tx: &mut Tx<'_>,
        filter: &Filter,
        limit: i64,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        let walk = self.walk();
        let mut sql = Sql::new(
            "WITH first AS MATERIALIZED (SELECT id, rank, project, status, severity_rank, package, \
             path, deadline, ids, title FROM findings",
        );
        self.push_index(&mut sql, walk);
        sql.push(" WHERE 1 = 1");
        if let Some(driver) = walk.driver() {
            self.push(&mut sql, driver, true);
        }
        push_after(&mut sql, filter);
        sql.push(" ORDER BY findings.rank, findings.id LIMIT ")
            .push_bind(GLANCE);
        sql.push(") SELECT findings.id, findings.rank FROM first AS findings WHERE 1 = 1");
        self.push_all(&mut sql, None);
        sql.push(" ORDER BY findings.rank, findings.id LIMIT ");
        read(tx, sql, filter, limit)
    }

    fn push_index(&self, sql: &mut Sql, walk: Walk) {
        if self.backend == Backend::Sqlite {
            sql.push(" INDEXED BY ").push(walk.index());
        }
    }

    /// The index that has the findings of one condition in order.
    fn walk(&self) -> Walk {
        if self.packages.len() == 1 {
            Walk::Package
        } else if self.projects.is_some_and(|projects| projects.len() == 1) {
            Walk::Project
        } else if self.min_rank == Some(rank(Severity::Critical)) {
            Walk::Severity
        } else if self.statuses.len() == 1 {
            Walk::Status
        } else {
            Walk::Rank
        }
    }

    fn push_all(&self, sql: &mut Sql, driver: Option<Driver>) {
        for each in [
            Driver::Rule,
            Driver::Package,
            Driver::Path,
            Driver::Projects,
            Driver::Overdue,
            Driver::Status,
            Driver::Severity,
            Driver::Text,
        ] {
            self.push(sql, each, driver == Some(each));
        }
        if let Some(reporter) = self.reporter {
            sql.push(
                " AND EXISTS (SELECT 1 FROM finding_reporters AS marks \
                 WHERE marks.finding = findings.id AND marks.reporter = ",
            );
            sql.push_bind(reporter).push(")");
        }
    }

    /// A column that `SQLite` must not look up in an index: the plus sign does nothing else.
    fn plain(&self, column: &'static str) -> &'static str {
        if self.backend == Backend::Postgres {
            return column;
        }
        match column {
            "findings.package" => "+findings.package",
            "findings.path" => "+findings.path",
            "findings.project" => "+findings.project",
            "findings.deadline" => "+findings.deadline",
            "findings.status" => "+findings.status",
            "findings.severity_rank" => "+findings.severity_rank",
            other => other,
        }
    }

    /// Appends one condition, where it is stated. `drives`: by its index.
    fn push(&self, sql: &mut Sql, condition: Driver, drives: bool) {
        let column = |name: &'static str| if drives { name } else { self.plain(name) };
        match condition {
            Driver::Rule => {
                let Some(rule) = &self.rule else { return };
                if drives {
                    sql.push(" AND findings.id IN (SELECT finding FROM finding_ids WHERE id = ");
                    sql.push_bind(rule).push(")");
                } else {
                    sql.push(
                        " AND EXISTS (SELECT 1 FROM finding_ids WHERE finding_ids.finding = \
                         findings.id AND finding_ids.id = ",
                    );
                    sql.push_bind(rule).push(")");
                }
            }
            Driver::Package => {
                equals(
                    sql,
                    column("findings.package"),
                    self.packages.iter().map(String::as_str),
                );
            }
            Driver::Path => {
                let Some(path) = &self.path else { return };
                let column = column("findings.path");
                sql.push(" AND (").push(column).push(" = ").push_bind(path);
                // What is below it: from `path/` to before `path0`, `0` being the next after `/`.
                sql.push(" OR (")
                    .push(column)
                    .push(" >= ")
                    .push_bind(format!("{path}/"));
                sql.push(" AND ")
                    .push(column)
                    .push(" < ")
                    .push_bind(format!("{path}0"));
                sql.push("))");
            }
            Driver::Projects => {
                if let Some(projects) = self.projects {
                    equals(sql, column("findings.project"), projects.iter().copied());
                }
            }
            Driver::Overdue => {
                if let Some(overdue) = self.overdue {
                    sql.push(" AND ").push(column("findings.deadline"));
                    sql.push(" < ").push_bind(overdue);
                }
            }
            Driver::Status => {
                equals(
                    sql,
                    column("findings.status"),
                    self.statuses.iter().copied(),
                );
            }
            Driver::Severity => {
                let Some(least) = self.min_rank else { return };
                sql.push(" AND ").push(column("findings.severity_rank"));
                // There is none above, and one value keeps the order of its index.
                let critical = least == rank(Severity::Critical);
                sql.push(if critical { " = " } else { " >= " })
                    .push_bind(least);
            }
            Driver::Text => {
                let Some(text) = &self.text else { return };
                if let Some(search) = self.search.as_ref().filter(|_| drives) {
                    sql.push(" AND findings.id IN (");
                    search.push_candidates(sql, self.backend, false);
                    sql.push(")");
                }
                let part = containing(text);
                sql.push(" AND (findings.ids LIKE ")
                    .push_bind(part.as_str())
                    .push(" ESCAPE '!'");
                for column in [
                    " OR LOWER(findings.title) LIKE ",
                    " OR LOWER(findings.package) LIKE ",
                    " OR LOWER(findings.path) LIKE ",
                ] {
                    sql.push(column)
                        .push_bind(part.as_str())
                        .push(" ESCAPE '!'");
                }
                sql.push(")");
            }
        }
    }
}

fn push_after(sql: &mut Sql, filter: &Filter) {
    if let Some(after) = &filter.after {
        sql.push(" AND (findings.rank, findings.id) > (")
            .push_bind(after.rank);
        sql.push(", ").push_bind(after.id).push(")");
    }
}

/// One value is compared, so that an index on it keeps its order.
fn equals<V: Into<runward_db::Value>>(
    sql: &mut Sql,
    column: &'static str,
    values: impl ExactSizeIterator<Item = V>,
) {
    let number = values.len();
    let mut values = values;
    match (number, values.next()) {
        (1, Some(value)) => {
            sql.push(" AND ").push(column).push(" = ").push_bind(value);
        }
        (_, Some(first)) => {
            sql.push(" AND ").push(column).push(" IN ");
            sql.push_list(std::iter::once(first).chain(values));
        }
        (_, None) => {}
    }
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
