//! Lists and searches, page by page.

use runward_db::{Sql, Tx};
use runward_model::{Event, EventType, Subject, Task, TaskStatus, Visible};
use serde_json::Value;

use super::{By, Tasks, events, rows};
use crate::{
    Problem, Rejected, TaskError,
    input::{Sort, TASK_QUERY, Valid},
    patterns::Sureness,
    search::{SearchQuery, index, snippet},
};

/// A task of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub task: Task,
    /// For a search: the part of the description that it found.
    pub snippet: Option<String>,
}

/// A page of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    pub tasks: Vec<Listed>,
    /// What to give as `after` for the next page; `None` at the end.
    pub next: Option<String>,
}

/// Whether a person sees a task: what lists keep to, for one task.
pub fn sees(visible: &Visible, task: &Task) -> bool {
    match visible {
        Visible::All => true,
        Visible::Of {
            repositories,
            person,
        } => {
            repositories.contains(&task.repository)
                || person.as_ref().is_some_and(|person| {
                    task.owner == *person || task.assignee.as_ref() == Some(person)
                })
        }
    }
}

impl Tasks<'_> {
    /// The tasks that an input of [`TASK_QUERY`] asks for, among those that are visible. With
    /// `text` it is a search. Deleted tasks are there only if the status asks for them.
    pub fn list(&self, by: &By<'_>, query: &Value, visible: &Visible) -> Result<Page, TaskError> {
        let valid = self.valid(by, None, &TASK_QUERY, query)?;
        let order = Order::of(&valid);
        let after = match valid.text("after").map(|it| order.read(&it)) {
            None => None,
            Some(Some(after)) => Some(after),
            Some(None) => {
                let rejected = wrong_cursor();
                self.record_refusal(by, None, &rejected)?;
                return Err(TaskError::Invalid(rejected));
            }
        };
        let page = self.read(|tx| page(tx, by, &valid, order, after.as_deref(), visible))?;
        let suspicious = valid
            .hits()
            .iter()
            .any(|it| it.confidence == Sureness::High);
        if suspicious || self.record_reads {
            self.write(|tx| {
                events::suspicious(tx, by, None, &valid)?;
                if self.record_reads {
                    tx.emit(&listed(by, &valid, page.tasks.len()))?;
                }
                Ok::<_, TaskError>(())
            })?;
        }
        Ok(page)
    }
}

fn wrong_cursor() -> Rejected {
    Rejected {
        input: TASK_QUERY.name,
        problems: vec![Problem {
            field: "after".to_owned(),
            code: "bad_cursor",
            problem: "is not where a page of this list ended".to_owned(),
            next: "give back what the page before said, with the same `sort`, or leave it out"
                .to_owned(),
        }],
        hits: Vec::new(),
        submitted: Vec::new(),
    }
}

fn listed(by: &By<'_>, valid: &Valid, count: usize) -> Event {
    let kind = if valid.has("text") {
        EventType::TaskSearched
    } else {
        EventType::TaskListed
    };
    let mut event = Event::new(by.now, kind, by.actor.clone(), Subject::new("task", "list"));
    event.correlation = by.correlation.map(str::to_owned);
    let fields: Vec<Value> = valid
        .submitted()
        .iter()
        .map(|(name, _)| name.as_str().into())
        .collect();
    event
        .with_detail("result_count", count)
        .with_detail("filters", fields)
}

/// What a list is sorted by: columns of whole numbers, all rising, the task's number last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    By(Sort),
    /// For searches that do not ask for an order.
    Rank,
}

impl Order {
    fn of(valid: &Valid) -> Self {
        match (valid.sort("sort"), valid.has("text")) {
            (Some(sort), _) => Self::By(sort),
            (None, true) => Self::Rank,
            (None, false) => Self::By(Sort::default()),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::By(sort) => sort.as_str(),
            Self::Rank => "rank",
        }
    }

    /// The columns, which follow those of the task.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::By(Sort::Priority) => &["t.priority", "t.due", "t.id"],
            Self::By(Sort::Deadline) => &["t.due", "t.priority", "t.id"],
            Self::By(Sort::Updated) => &["-t.updated", "-t.id"],
            Self::By(Sort::Newest) => &["-t.id"],
            // The first is an expression with values of its own.
            Self::Rank => &["", "t.priority", "t.due", "t.id"],
        }
    }

    fn push(self, sql: &mut Sql, tx: &Tx<'_>, query: Option<&SearchQuery>) {
        for (number, column) in self.columns().iter().enumerate() {
            sql.push(", ");
            match query {
                Some(query) if column.is_empty() => index::rank(sql, tx.backend(), query),
                _ if column.is_empty() => {
                    sql.push("1");
                }
                _ => {
                    sql.push(column);
                }
            }
            sql.push(
                [" AS k0", " AS k1", " AS k2", " AS k3"]
                    .get(number)
                    .copied()
                    .unwrap_or(""),
            );
        }
    }

    fn keys(self) -> &'static str {
        match self.columns().len() {
            1 => "k0",
            2 => "k0, k1",
            3 => "k0, k1, k2",
            _ => "k0, k1, k2, k3",
        }
    }

    fn read(self, cursor: &str) -> Option<Vec<i64>> {
        let mut parts = cursor.split(':');
        if parts.next() != Some(self.name()) {
            return None;
        }
        let numbers: Vec<i64> = parts.map(|it| it.parse().ok()).collect::<Option<_>>()?;
        (numbers.len() == self.columns().len()).then_some(numbers)
    }

    fn write(self, numbers: &[i64]) -> String {
        let mut cursor = self.name().to_owned();
        for number in numbers {
            cursor.push(':');
            cursor.push_str(&number.to_string());
        }
        cursor
    }
}

fn page(
    tx: &mut Tx<'_>,
    by: &By<'_>,
    valid: &Valid,
    order: Order,
    after: Option<&[i64]>,
    visible: &Visible,
) -> Result<Page, TaskError> {
    const USUAL: i64 = 50;
    let limit = valid.number("limit").unwrap_or(USUAL);
    let query = valid.query("text");
    let mut sql = Sql::new("SELECT * FROM (SELECT ");
    sql.push(rows::COLUMNS);
    order.push(&mut sql, tx, query.as_ref());
    sql.push(" FROM tasks t WHERE 1 = 1");
    filter(&mut sql, by, valid);
    see(&mut sql, visible);
    if let Some(query) = &query {
        index::filter(&mut sql, tx.backend(), query);
    }
    sql.push(") listed");
    if let Some(after) = after {
        sql.push(" WHERE (").push(order.keys()).push(") > ");
        sql.push_list(after.iter().copied());
    }
    sql.push(" ORDER BY ").push(order.keys()).push(" LIMIT ");
    sql.push_bind(limit + 1);
    let mut found = tx.rows(sql)?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let next = match found.last() {
        Some(row) if more => {
            let keys = (0..order.columns().len())
                .map(|number| row.int(rows::WIDTH + number))
                .collect::<Result<Vec<_>, _>>()?;
            Some(order.write(&keys))
        }
        _ => None,
    };
    let tasks = rows::whole(tx, &found)?
        .into_iter()
        .map(|task| Listed {
            snippet: query.as_ref().map(|it| snippet(&task.description, it)),
            task,
        })
        .collect();
    Ok(Page { tasks, next })
}

fn filter(sql: &mut Sql, by: &By<'_>, valid: &Valid) {
    match valid.statuses("status") {
        Some(statuses) => {
            sql.push(" AND t.status IN ")
                .push_list(statuses.into_iter().map(TaskStatus::as_str));
        }
        None => {
            sql.push(" AND t.status <> 'deleted'");
        }
    }
    if let Some(repositories) = valid.texts("repository") {
        sql.push(" AND t.repository IN ").push_list(repositories);
    }
    if let Some(priorities) = valid.priorities("priority") {
        sql.push(" AND t.priority IN ")
            .push_list(priorities.into_iter().map(rows::rank));
    }
    for (field, condition) in [
        ("project", " AND t.project = "),
        ("owner", " AND t.owner = "),
        ("assignee", " AND t.assignee = "),
    ] {
        if let Some(value) = valid.text(field) {
            sql.push(condition).push_bind(value);
        }
    }
    match valid.flag("unassigned") {
        Some(true) => {
            sql.push(" AND t.assignee IS NULL");
        }
        Some(false) => {
            sql.push(" AND t.assignee IS NOT NULL");
        }
        None => {}
    }
    if let Some(tag) = valid.text("tag") {
        sql.push(" AND t.id IN (SELECT task FROM task_tags WHERE tag = ")
            .push_bind(tag)
            .push(")");
    }
    if let Some(findings) = valid.fingerprints("finding") {
        sql.push(" AND t.id IN (SELECT task FROM task_findings WHERE fingerprint IN ")
            .push_list(findings.iter().map(|it| it.as_str().to_owned()))
            .push(")");
    }
    if let Some(before) = valid.time("due_before") {
        sql.push(" AND t.deadline < ").push_bind(before);
    }
    match valid.flag("overdue") {
        Some(true) => {
            sql.push(
                " AND t.status NOT IN ('completed', 'cancelled', 'deleted') AND t.deadline < ",
            )
            .push_bind(by.now);
        }
        Some(false) => {
            sql.push(" AND (t.status IN ('completed', 'cancelled', 'deleted') OR t.due >= ")
                .push_bind(by.now)
                .push(")");
        }
        None => {}
    }
}

/// The same as [`sees`], in SQL.
fn see(sql: &mut Sql, visible: &Visible) {
    let Visible::Of {
        repositories,
        person,
    } = visible
    else {
        return;
    };
    sql.push(" AND (t.repository IN ")
        .push_list(repositories.iter().map(String::as_str));
    if let Some(person) = person {
        sql.push(" OR t.owner = ").push_bind(person.as_str());
        sql.push(" OR t.assignee = ").push_bind(person.as_str());
    }
    sql.push(")");
}
