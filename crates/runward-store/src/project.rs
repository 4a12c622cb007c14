//! Projects: what is scanned as one.

use std::fmt;

use jiff::Timestamp;
use runward_db::{Lock, Sql, Tx};
use runward_model::{Actor, Event, EventType, Severity, Status, Subject};
use serde::{Deserialize, Serialize};

use crate::{
    LIMITS, Scope, Store, StoreError,
    query::short_enough,
    row::{Columns, column, severity_at, status_of},
};

/// The number of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProjectId(pub i64);

impl fmt::Display for ProjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    pub id: ProjectId,
    /// Unique.
    pub name: String,
    /// Its directory, as the user gave it.
    pub root: String,
    /// The repository that membership is about, where it is another than the name says.
    pub repository: Option<String>,
    pub created: Timestamp,
    /// The number of the scan or import that was recorded last; 0: none yet.
    pub last_scan: i64,
}

impl Project {
    /// The repository of its findings.
    pub fn repository(&self) -> &str {
        self.repository.as_deref().unwrap_or(&self.name)
    }
}

/// A project with what is known of its findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectRow {
    pub project: Project,
    /// Numbers of findings; what there is none of is left out.
    pub by_status: Vec<(Status, u64)>,
    /// Of the findings that ask for work, by severity after policy, worst first.
    pub active_by_severity: Vec<(Severity, u64)>,
    pub total: u64,
    /// When its last scan or import started.
    pub last_scanned: Option<Timestamp>,
}

const COLUMNS: &str = "projects.id, projects.name, projects.root, projects.repository, \
     projects.created, projects.last_scan";

fn read(columns: &mut Columns<'_>) -> Result<Project, StoreError> {
    Ok(Project {
        id: ProjectId(columns.int()?),
        name: columns.text()?.to_owned(),
        root: columns.text()?.to_owned(),
        repository: columns.owned()?,
        created: columns.timestamp()?,
        last_scan: columns.int()?,
    })
}

impl Store {
    /// The project of this name, which is made where there is none. Its root and, where one is
    /// given, its repository are brought up to date.
    pub fn project(
        &self,
        name: &str,
        root: &str,
        repository: Option<&str>,
        now: Timestamp,
    ) -> Result<ProjectId, StoreError> {
        let name = valid_name(name)?;
        let (root, repository) = (column(root), repository.map(column));
        let known = self.read(|tx| by_name(tx, &name))?;
        if let Some(known) = known
            && known.root == root
            && (repository.is_none() || repository == known.repository)
        {
            return Ok(known.id);
        }
        self.db().write(Lock::Whole, |tx| {
            if let Some(known) = by_name(tx, &name)? {
                tx.execute(
                    Sql::new(
                        "UPDATE projects SET root = $1, repository = COALESCE($2, repository) \
                         WHERE id = $3",
                    )
                    .bind(root.as_str())
                    .bind(repository.as_deref())
                    .bind(known.id.0),
                )?;
                return Ok(known.id);
            }
            let id = tx
                .ids("projects", 1)?
                .pop()
                .ok_or_else(|| StoreError::damaged("there are no numbers left"))?;
            tx.execute(
                Sql::new(
                    "INSERT INTO projects (id, name, root, repository, created, last_scan) \
                     VALUES ($1, $2, $3, $4, $5, 0)",
                )
                .bind(id)
                .bind(name.as_str())
                .bind(root.as_str())
                .bind(repository.as_deref())
                .bind(now),
            )?;
            Ok(ProjectId(id))
        })
    }

    /// The project of this name, where there is one.
    pub fn find_project(&self, name: &str) -> Result<Option<Project>, StoreError> {
        self.read(|tx| by_name(tx, &column(name.trim())))
    }

    /// Gives a project another name, which is also its repository where none is set.
    pub fn rename_project(
        &self,
        project: ProjectId,
        name: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Project, StoreError> {
        let name = valid_name(name)?;
        self.db().write(Lock::Whole, |tx| {
            let mut known = by_id(tx, project.0)?;
            if let Some(other) = by_name(tx, &name)?
                && other.id != project
            {
                return Err(StoreError::NameTaken { name });
            }
            if known.name == name {
                return Ok(known);
            }
            tx.execute(
                Sql::new("UPDATE projects SET name = $1 WHERE id = $2")
                    .bind(name.as_str())
                    .bind(project.0),
            )?;
            let mut event = Event::new(
                now,
                EventType::ConfigurationChanged,
                actor.clone(),
                Subject::new("project", &name),
            )
            .with_change("name", known.name.clone(), name.clone());
            event.project = Some(name.clone());
            known.name = name;
            event.repository = Some(known.repository().to_owned());
            tx.emit(&event)?;
            Ok(known)
        })
    }

    /// The visible projects in the order of their names, from after a name on.
    pub fn projects(
        &self,
        scope: &Scope,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<ProjectRow>, StoreError> {
        self.read(|tx| {
            let visible = scope.projects(tx)?;
            let mut sql = Sql::new("SELECT ");
            sql.push(COLUMNS)
                .push(", scans.started FROM projects LEFT JOIN scans ON scans.id = projects.last_scan WHERE 1 = 1");
            if let Some(visible) = visible {
                sql.push(" AND projects.id IN ").push_list(visible);
            }
            if let Some(after) = after {
                sql.push(" AND projects.name > ").push_bind(after);
            }
            sql.push(" ORDER BY projects.name LIMIT ");
            sql.push_bind(i64::from(page_size(limit)));
            let mut projects = Vec::new();
            for row in tx.rows(sql)? {
                let mut columns = Columns::new(&row);
                let project = read(&mut columns)?;
                projects.push(ProjectRow {
                    project,
                    by_status: Vec::new(),
                    active_by_severity: Vec::new(),
                    total: 0,
                    last_scanned: columns
                        .opt_int()?
                        .map(crate::row::timestamp)
                        .transpose()?,
                });
            }
            count(tx, &mut projects)?;
            Ok(projects)
        })
    }
}

/// Fills in the numbers of findings.
fn count(tx: &mut Tx<'_>, projects: &mut [ProjectRow]) -> Result<(), StoreError> {
    if projects.is_empty() {
        return Ok(());
    }
    let mut sql =
        Sql::new("SELECT project, status, severity_rank, COUNT(*) FROM findings WHERE project IN ");
    sql.push_list(projects.iter().map(|row| row.project.id.0));
    sql.push(" GROUP BY project, status, severity_rank");
    let mut counts = Vec::new();
    for row in tx.rows(sql)? {
        let mut columns = Columns::new(&row);
        let (project, status) = (columns.int()?, status_of(columns.text()?)?);
        counts.push((project, status, columns.int()?, columns.count()?));
    }
    for row in projects {
        let ours = counts.iter().filter(|it| it.0 == row.project.id.0);
        let total = |wanted: &dyn Fn(Status, i64) -> bool| -> u64 {
            let wanted = ours.clone().filter(|it| wanted(it.1, it.2));
            wanted.map(|it| it.3).sum()
        };
        row.total = total(&|_, _| true);
        row.by_status = Status::ALL
            .into_iter()
            .map(|status| (status, total(&|it, _| it == status)))
            .filter(|(_, number)| *number > 0)
            .collect();
        row.active_by_severity = (0..=5)
            .rev()
            .map(|rank| {
                let number = total(&|status, it| status.is_active() && it == rank);
                (severity_at(rank), number)
            })
            .filter(|(_, number)| *number > 0)
            .collect();
    }
    Ok(())
}

pub(crate) fn page_size(limit: u32) -> u32 {
    match limit {
        0 => LIMITS.page,
        limit => limit.min(LIMITS.page),
    }
}

fn valid_name(name: &str) -> Result<String, StoreError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(StoreError::invalid(
            "the project's name",
            "is missing; state it",
        ));
    }
    short_enough("the project's name", name, LIMITS.name_chars)?;
    if name.chars().any(char::is_control) {
        return Err(StoreError::invalid(
            "the project's name",
            "has control characters; use letters, digits and signs",
        ));
    }
    Ok(name.to_owned())
}

fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Project>, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS)
        .push(" FROM projects WHERE name = ")
        .push_bind(name);
    tx.row(sql)?
        .map(|row| read(&mut Columns::new(&row)))
        .transpose()
}

pub(crate) fn by_id(tx: &mut Tx<'_>, id: i64) -> Result<Project, StoreError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS)
        .push(" FROM projects WHERE id = ")
        .push_bind(id);
    let row = tx.row(sql)?.ok_or_else(|| StoreError::NoProject {
        name: id.to_string(),
    })?;
    read(&mut Columns::new(&row))
}
