//! Asking for findings.

use std::{collections::HashMap, fmt, str::FromStr};

use jiff::Timestamp;
use runward_db::{Sql, Tx};
use runward_model::{
    Finding, FindingKind, Fingerprint, Priority, Severity, Status, finding::History,
};

use crate::{
    LIMITS, ProjectId, Scope, Store, StoreError, drive,
    find::find,
    lookup::{LIST, push_padded},
    project::page_size,
    record::hides,
    row::{Columns, KNOWN_COLUMNS, Known, from_payload, severity_at, timestamp},
};

/// Which findings are asked for; everything stated must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    pub scope: Scope,
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
    /// Seen by this reporter, now or before.
    pub reporter: Option<String>,
    /// Still open past their deadline at this time.
    pub overdue_at: Option<Timestamp>,
    /// Part of a title, package, path or identifier; ASCII case does not matter.
    pub text: Option<String>,
    /// At most [`LIMITS`]`.page`, which 0 stands for.
    pub limit: u32,
    pub offset: u32,
    /// Only what comes after this place in the list; cheaper than an offset.
    pub after: Option<Cursor>,
}

/// A place in a list of findings. Its text means nothing to anyone else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) rank: i64,
    pub(crate) id: i64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{:x}", self.rank, self.id)
    }
}

impl FromStr for Cursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |text: &str| i64::from_str_radix(text, 16).ok().filter(|it| *it >= 0);
        let parts = text.split_once('-').and_then(|(rank, id)| {
            Some(Self {
                rank: number(rank)?,
                id: number(id)?,
            })
        });
        parts.ok_or_else(|| {
            StoreError::invalid("the cursor", "is none that a list gave; start without one")
        })
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub findings: Vec<StoredFinding>,
    /// Where the next page starts, where there may be one.
    pub next: Option<Cursor>,
}

/// A finding with its history.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredFinding {
    pub fingerprint: Fingerprint,
    pub project_id: ProjectId,
    /// The project's name.
    pub project: String,
    /// What membership is about.
    pub repository: String,
    pub kind: FindingKind,
    pub rule: String,
    pub title: String,
    pub severity: Severity,
    /// What the severity counts as after policy.
    pub effective_severity: Severity,
    pub path: String,
    pub line: u32,
    pub ecosystem: Option<String>,
    pub package: Option<String>,
    pub version: Option<String>,
    /// `new`: the project's latest scan opened it.
    pub history: History,
    /// Who accepted it or called it a false positive.
    pub decided_by: Option<String>,
    pub priority: Option<Priority>,
    pub risk: Option<f64>,
    pub due: Option<Timestamp>,
    /// Who policy asks to approve.
    pub approver: Option<String>,
    /// When it was resolved, where it is.
    pub resolved: Option<Timestamp>,
    /// The scan that saw it last.
    pub last_scan: i64,
    /// Who saw it, now or before, in the order of their names.
    pub reporters: Vec<String>,
    /// Everything that was seen and judged, with history; `None` where a later Runward wrote it
    /// in a form that this one does not know.
    pub finding: Option<Finding>,
}

impl Store {
    /// Findings by filter, worst first.
    pub fn list(&self, filter: &Filter) -> Result<Vec<StoredFinding>, StoreError> {
        Ok(self.page(filter)?.findings)
    }

    /// A page of the findings by filter, worst first.
    pub fn page(&self, filter: &Filter) -> Result<Page, StoreError> {
        check(filter)?;
        self.read(|tx| page(tx, filter))
    }

    /// Hands over every finding by filter, worst first, holding one page in memory. Pages are read
    /// one after the other: what changes meanwhile may be seen before or after the change. The
    /// filter's limit is the size of a page.
    pub fn each<E: From<StoreError>>(
        &self,
        filter: &Filter,
        mut work: impl FnMut(StoredFinding) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut filter = filter.clone();
        if filter.limit == 0 {
            filter.limit = 500;
        }
        loop {
            let page = self.page(&filter)?;
            for finding in page.findings {
                work(finding)?;
            }
            let Some(next) = page.next else {
                return Ok(());
            };
            filter.after = Some(next);
            filter.offset = 0;
        }
    }

    /// One finding: by its fingerprint, the start of one (at least 4 digits), or a rule, advisory
    /// or alias that only one finding of the scope has.
    pub fn get(&self, scope: &Scope, key: &str) -> Result<StoredFinding, StoreError> {
        self.read(|tx| {
            let known = find(tx, scope, key)?;
            stored(tx, known.id)
        })
    }
}

pub(crate) fn check(filter: &Filter) -> Result<(), StoreError> {
    for (name, text) in [
        ("the package filter", &filter.package),
        ("the rule filter", &filter.rule),
        ("the path filter", &filter.path),
        ("the reporter filter", &filter.reporter),
        ("the search text", &filter.text),
    ] {
        if let Some(text) = text {
            short_enough(name, text, LIMITS.query_chars)?;
        }
    }
    Ok(())
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

fn page(tx: &mut Tx<'_>, filter: &Filter) -> Result<Page, StoreError> {
    let projects = filter.scope.projects(tx)?;
    let limit = i64::from(page_size(filter.limit));
    let mut places = drive::page(tx, filter, projects.as_deref(), limit.saturating_add(1))?;
    let more = i64::try_from(places.len()).unwrap_or(i64::MAX) > limit;
    if more {
        places.pop();
    }
    let next = places
        .last()
        .filter(|_| more)
        .map(|&(id, rank)| Cursor { rank, id });
    let ids: Vec<i64> = places.into_iter().map(|(id, _)| id).collect();
    Ok(Page {
        findings: read_all(tx, &ids)?,
        next,
    })
}

/// The finding with this id, with everything.
pub(crate) fn stored(tx: &mut Tx<'_>, id: i64) -> Result<StoredFinding, StoreError> {
    read_all(tx, &[id])?
        .pop()
        .ok_or_else(|| StoreError::damaged(format!("the finding with the number {id} is missing")))
}

/// Findings by their numbers, in this order.
fn read_all(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<StoredFinding>, StoreError> {
    let mut found: HashMap<i64, StoredFinding> = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(LIST) {
        let mut sql = Sql::new("SELECT ");
        sql.push(KNOWN_COLUMNS).push(
            ", payloads.payload, projects.name, projects.repository, projects.last_scan \
             FROM findings JOIN projects ON projects.id = findings.project \
             LEFT JOIN payloads ON payloads.finding = findings.id WHERE findings.id IN ",
        );
        push_padded(&mut sql, chunk.iter().copied());
        for row in tx.rows(sql)? {
            let mut columns = Columns::new(&row);
            let known = Known::read(&mut columns)?;
            found.insert(known.id, finish(known, &mut columns)?);
        }
        let mut sql = Sql::new("SELECT finding, reporter FROM finding_reporters WHERE finding IN ");
        push_padded(&mut sql, chunk.iter().copied());
        sql.push(" ORDER BY finding, reporter");
        for row in tx.rows(sql)? {
            if let Some(stored) = found.get_mut(&row.int(0)?) {
                stored.reporters.push(row.text(1)?.to_owned());
            }
        }
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

fn finish(known: Known, columns: &mut Columns<'_>) -> Result<StoredFinding, StoreError> {
    let payload = columns.opt_text()?;
    let project = columns.text()?.to_owned();
    let repository = columns.owned()?.unwrap_or_else(|| project.clone());
    let new = known.opened_scan == columns.int()? && known.status.is_active();
    let history = known.history(new)?;
    let finding = payload.and_then(from_payload).map(|mut finding| {
        finding.suppressed = hides(&known).or(finding.suppressed);
        finding.history = Some(history.clone());
        finding
    });
    Ok(StoredFinding {
        project_id: ProjectId(known.project),
        project,
        repository,
        kind: known.kind,
        severity: known.judged.severity,
        effective_severity: severity_at(known.judged.severity_rank),
        line: u32::try_from(known.line).unwrap_or(1),
        fingerprint: known.fingerprint,
        rule: known.rule,
        title: known.title,
        path: known.path,
        ecosystem: known.ecosystem,
        package: known.package,
        version: known.version,
        history,
        decided_by: known.decided_by,
        priority: known.judged.priority,
        risk: known.judged.risk,
        due: known.judged.due.map(timestamp).transpose()?,
        approver: known.judged.approver,
        resolved: known.resolved_at.map(timestamp).transpose()?,
        last_scan: known.last_scan,
        reporters: Vec::new(),
        finding,
    })
}
