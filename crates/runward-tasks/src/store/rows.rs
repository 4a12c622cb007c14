//! Tasks as rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use runward_db::{DbError, Row, Sql, Tx, Value};
use runward_model::{
    Approval, ApprovalState, Fingerprint, Gate, GateState, Planned, Priority, Role, Severity, Task,
    TaskId, TaskStatus,
};

use crate::{TaskError, search::index};

/// The columns that [`task`] reads, of a table named `t`.
pub(super) const COLUMNS: &str = "t.id, t.version, t.title, t.description, t.repository, \
     t.project, t.priority, t.severity, t.deadline, t.metadata, t.owner, t.assignee, t.requester, \
     t.status, t.resume, t.blocked_reason, t.approver, t.approval, t.approval_requested_by, \
     t.approval_decided_by, t.approval_decided, t.approval_reason, t.created, t.updated, \
     t.completed, t.plan";

/// How many columns that is.
pub(super) const WIDTH: usize = 26;

const INSERTED: &[&str] = &[
    "id",
    "version",
    "title",
    "description",
    "repository",
    "project",
    "priority",
    "severity",
    "deadline",
    "due",
    "metadata",
    "owner",
    "assignee",
    "requester",
    "status",
    "resume",
    "blocked_reason",
    "approver",
    "approval",
    "approval_requested_by",
    "approval_decided_by",
    "approval_decided",
    "approval_reason",
    "created",
    "updated",
    "completed",
    "plan_key",
    "plan",
];

const REPLACE: &str = "ON CONFLICT (id) DO UPDATE SET version = excluded.version, \
     title = excluded.title, description = excluded.description, \
     repository = excluded.repository, project = excluded.project, \
     priority = excluded.priority, severity = excluded.severity, deadline = excluded.deadline, \
     due = excluded.due, metadata = excluded.metadata, owner = excluded.owner, \
     assignee = excluded.assignee, requester = excluded.requester, status = excluded.status, \
     resume = excluded.resume, blocked_reason = excluded.blocked_reason, \
     approver = excluded.approver, approval = excluded.approval, \
     approval_requested_by = excluded.approval_requested_by, \
     approval_decided_by = excluded.approval_decided_by, \
     approval_decided = excluded.approval_decided, approval_reason = excluded.approval_reason, \
     updated = excluded.updated, completed = excluded.completed, \
     plan_key = excluded.plan_key, plan = excluded.plan";

/// Values in one statement; `SQLite` takes 32,766.
const CHUNK: usize = 10_000;

pub(super) fn load(tx: &mut Tx<'_>, id: TaskId) -> Result<Task, TaskError> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM tasks t WHERE t.id = ");
    sql.push_bind(id.0);
    many(tx, sql)?.pop().ok_or(TaskError::NotFound(id))
}

/// The tasks that a statement over [`COLUMNS`] gives, whole.
pub(super) fn many(tx: &mut Tx<'_>, sql: Sql) -> Result<Vec<Task>, TaskError> {
    let rows = tx.rows(sql)?;
    whole(tx, &rows)
}

/// Tasks from rows that begin with [`COLUMNS`].
pub(super) fn whole(tx: &mut Tx<'_>, rows: &[Row]) -> Result<Vec<Task>, TaskError> {
    let mut tasks = rows.iter().map(task).collect::<Result<Vec<_>, DbError>>()?;
    attach(tx, &mut tasks)?;
    Ok(tasks)
}

fn task(row: &Row) -> Result<Task, DbError> {
    let opt_text = |column| Ok::<_, DbError>(row.opt_text(column)?.map(str::to_owned));
    let metadata = serde_json::from_str(row.text(9)?).map_err(|_| damaged("metadata"))?;
    let planned: Option<Planned> = row
        .opt_text(25)?
        .map(serde_json::from_str)
        .transpose()
        .map_err(|_| damaged("plan"))?;
    Ok(Task {
        id: TaskId(row.int(0)?),
        version: row.int(1)?,
        title: row.text(2)?.to_owned(),
        description: row.text(3)?.to_owned(),
        repository: row.text(4)?.to_owned(),
        project: opt_text(5)?,
        priority: priority(row.int(6)?)?,
        severity: row
            .text(7)?
            .parse::<Severity>()
            .map_err(|_| damaged("severity"))?,
        deadline: row.opt_timestamp(8)?,
        tags: BTreeSet::new(),
        metadata,
        owner: row.text(10)?.to_owned(),
        assignee: opt_text(11)?,
        requester: row.text(12)?.to_owned(),
        status: TaskStatus::from_name(row.text(13)?).ok_or_else(|| damaged("status"))?,
        resume: row
            .opt_text(14)?
            .map(|it| TaskStatus::from_name(it).ok_or_else(|| damaged("status")))
            .transpose()?,
        blocked_reason: opt_text(15)?,
        approver: row
            .opt_text(16)?
            .map(|it| Role::from_name(it).ok_or_else(|| damaged("approver")))
            .transpose()?,
        approval: Approval {
            state: ApprovalState::from_name(row.text(17)?).ok_or_else(|| damaged("approval"))?,
            requested_by: opt_text(18)?,
            decided_by: opt_text(19)?,
            decided: row.opt_timestamp(20)?,
            reason: opt_text(21)?,
        },
        gates: BTreeMap::new(),
        depends_on: BTreeSet::new(),
        waits_for: BTreeSet::new(),
        findings: BTreeSet::new(),
        created: row.timestamp(22)?,
        updated: row.timestamp(23)?,
        completed: row.opt_timestamp(24)?,
        planned,
    })
}

fn damaged(what: &str) -> DbError {
    DbError::Damaged {
        reason: format!("a task's {what} cannot be read"),
    }
}

fn priority(rank: i64) -> Result<Priority, DbError> {
    Ok(match rank {
        0 => Priority::P0,
        1 => Priority::P1,
        2 => Priority::P2,
        3 => Priority::P3,
        4 => Priority::P4,
        _ => return Err(damaged("priority")),
    })
}

pub(super) const fn rank(priority: Priority) -> i64 {
    match priority {
        Priority::P0 => 0,
        Priority::P1 => 1,
        Priority::P2 => 2,
        Priority::P3 => 3,
        Priority::P4 => 4,
    }
}

fn attach(tx: &mut Tx<'_>, tasks: &mut [Task]) -> Result<(), DbError> {
    let places: HashMap<i64, usize> = tasks
        .iter()
        .enumerate()
        .map(|(place, task)| (task.id.0, place))
        .collect();
    let ids: Vec<i64> = tasks.iter().map(|task| task.id.0).collect();
    for ids in ids.chunks(CHUNK) {
        let mut each = |text: &'static str,
                        after: &'static str,
                        set: &mut dyn FnMut(&mut Task, &Row) -> Result<(), DbError>|
         -> Result<(), DbError> {
            let mut sql = Sql::new(text);
            sql.push_list(ids.iter().copied()).push(after);
            for row in tx.rows(sql)? {
                let task = places.get(&row.int(0)?).and_then(|it| tasks.get_mut(*it));
                if let Some(task) = task {
                    set(task, &row)?;
                }
            }
            Ok(())
        };
        each(
            "SELECT task, tag FROM task_tags WHERE task IN ",
            "",
            &mut |task, row| {
                task.tags.insert(row.text(1)?.to_owned());
                Ok(())
            },
        )?;
        each(
            "SELECT task, fingerprint FROM task_findings WHERE task IN ",
            "",
            &mut |task, row| {
                task.findings.insert(Fingerprint::from_stored(row.text(1)?));
                Ok(())
            },
        )?;
        each(
            "SELECT d.task, d.needs, n.status FROM task_dependencies d \
             JOIN tasks n ON n.id = d.needs WHERE d.task IN ",
            "",
            &mut |task, row| {
                let needs = TaskId(row.int(1)?);
                task.depends_on.insert(needs);
                if row.text(2)? != TaskStatus::Completed.as_str() {
                    task.waits_for.insert(needs);
                }
                Ok(())
            },
        )?;
        each(
            "SELECT task, name, state, by_whom, at, reason FROM task_gates WHERE task IN ",
            "",
            &mut |task, row| {
                let gate = Gate {
                    name: row.text(1)?.to_owned(),
                    state: GateState::from_name(row.text(2)?).ok_or_else(|| damaged("gate"))?,
                    by: row.text(3)?.to_owned(),
                    at: row.timestamp(4)?,
                    reason: row.opt_text(5)?.map(str::to_owned),
                };
                task.gates.insert(gate.name.clone(), gate);
                Ok(())
            },
        )?;
    }
    Ok(())
}

/// Writes a task over what was there; `before` is what the database holds of it.
pub(super) fn store(tx: &mut Tx<'_>, before: Option<&Task>, task: &Task) -> Result<(), TaskError> {
    let id = task.id.0;
    tx.insert("tasks", INSERTED, vec![values(task)?], REPLACE)?;
    let none = BTreeSet::new();
    let (added, gone) = difference(before.map_or(&none, |it| &it.tags), &task.tags);
    for tag in gone {
        let sql = Sql::new("DELETE FROM task_tags WHERE task = $1 AND tag = $2");
        tx.execute(sql.bind(id).bind(tag))?;
    }
    let rows = added.map(|it| vec![id.into(), it.into()]).collect();
    tx.insert("task_tags", &["task", "tag"], rows, "")?;

    let none = BTreeSet::new();
    let (added, gone) = difference(before.map_or(&none, |it| &it.findings), &task.findings);
    for finding in gone {
        let sql = Sql::new("DELETE FROM task_findings WHERE task = $1 AND fingerprint = $2");
        tx.execute(sql.bind(id).bind(finding.as_str()))?;
    }
    let rows = added
        .map(|it| vec![id.into(), it.as_str().into()])
        .collect();
    tx.insert("task_findings", &["task", "fingerprint"], rows, "")?;

    let none = BTreeSet::new();
    let (added, gone) = difference(before.map_or(&none, |it| &it.depends_on), &task.depends_on);
    for needs in gone {
        let sql = Sql::new("DELETE FROM task_dependencies WHERE task = $1 AND needs = $2");
        tx.execute(sql.bind(id).bind(needs.0))?;
    }
    let rows = added.map(|it| vec![id.into(), it.0.into()]).collect();
    tx.insert("task_dependencies", &["task", "needs"], rows, "")?;

    // Gates only come; none goes.
    let rows = task
        .gates
        .values()
        .filter(|gate| before.and_then(|it| it.gates.get(&gate.name)) != Some(gate))
        .map(|gate| {
            vec![
                id.into(),
                gate.name.as_str().into(),
                gate.state.as_str().into(),
                gate.by.as_str().into(),
                gate.at.into(),
                gate.reason.clone().into(),
            ]
        })
        .collect();
    tx.insert(
        "task_gates",
        &["task", "name", "state", "by_whom", "at", "reason"],
        rows,
        "ON CONFLICT (task, name) DO UPDATE SET state = excluded.state, \
         by_whom = excluded.by_whom, at = excluded.at, reason = excluded.reason",
    )?;

    let searched = |it: &Task| {
        (
            it.title.clone(),
            it.description.clone(),
            it.repository.clone(),
            it.tags.clone(),
        )
    };
    if before.map(searched) != Some(searched(task)) {
        index::enter(tx, task)?;
    }
    Ok(())
}

fn difference<'a, T: Ord>(
    before: &'a BTreeSet<T>,
    after: &'a BTreeSet<T>,
) -> (impl Iterator<Item = &'a T>, impl Iterator<Item = &'a T>) {
    (after.difference(before), before.difference(after))
}

fn values(task: &Task) -> Result<Vec<Value>, DbError> {
    let json = |what: serde_json::Result<String>| {
        what.map_err(|_| DbError::Event {
            reason: "a task is no JSON".to_owned(),
        })
    };
    let plan = task
        .planned
        .as_ref()
        .map(|it| json(serde_json::to_string(it)))
        .transpose()?;
    Ok(vec![
        task.id.0.into(),
        task.version.into(),
        task.title.as_str().into(),
        task.description.as_str().into(),
        task.repository.as_str().into(),
        task.project.clone().into(),
        rank(task.priority).into(),
        task.severity.as_str().into(),
        task.deadline.into(),
        task.deadline
            .map_or(i64::MAX, jiff::Timestamp::as_microsecond)
            .into(),
        json(serde_json::to_string(&task.metadata))?.into(),
        task.owner.as_str().into(),
        task.assignee.clone().into(),
        task.requester.as_str().into(),
        task.status.as_str().into(),
        task.resume.map(TaskStatus::as_str).into(),
        task.blocked_reason.clone().into(),
        task.approver.map(Role::as_str).into(),
        task.approval.state.as_str().into(),
        task.approval.requested_by.clone().into(),
        task.approval.decided_by.clone().into(),
        task.approval.decided.into(),
        task.approval.reason.clone().into(),
        task.created.into(),
        task.updated.into(),
        task.completed.into(),
        task.planned.as_ref().map(|it| it.key.as_str()).into(),
        plan.into(),
    ])
}

/// The search index anew, a page of tasks at a time.
pub(super) fn reindex(tx: &mut Tx<'_>) -> Result<(), TaskError> {
    index::clear(tx)?;
    let mut last = 0;
    loop {
        let mut sql = Sql::new("SELECT ");
        sql.push(COLUMNS).push(" FROM tasks t WHERE t.id > ");
        sql.push_bind(last).push(" ORDER BY t.id LIMIT 500");
        let tasks = many(tx, sql)?;
        let Some(end) = tasks.last() else {
            return Ok(());
        };
        last = end.id.0;
        for task in &tasks {
            index::enter(tx, task)?;
        }
    }
}
