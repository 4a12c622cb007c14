//! What people decide about findings.

use jiff::{Timestamp, civil::Date};
use runward_db::{DbError, Sql, Tx};
use runward_model::{Actor, EventType, Status};

use crate::{
    Filter, LIMITS, ProjectId, Scope, Store, StoreError, StoredFinding, drive,
    events::Cause,
    find::{find, known},
    plan::Move,
    project,
    query::{check, short_enough, stored},
    record::day,
    row::column,
    write,
};

/// What a person may make of a finding. `Open` is for scans only: what comes back is reopened.
/// An acceptance may be renewed.
pub fn legal_from(status: Status) -> Vec<Status> {
    use Status::{Accepted, FalsePositive, InProgress, Open, Reopened, Resolved, Triaged};
    match status {
        Open | Reopened => vec![Triaged, InProgress, Resolved, Accepted, FalsePositive],
        Triaged => vec![InProgress, Resolved, Accepted, FalsePositive],
        InProgress => vec![Triaged, Resolved, Accepted, FalsePositive],
        Accepted => vec![Accepted, FalsePositive, Reopened],
        Resolved | FalsePositive => vec![Reopened],
    }
}

/// Who decides, when, why and on which condition.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// What the person may see: another's finding is not found.
    pub scope: &'a Scope,
    pub reason: &'a str,
    pub actor: &'a Actor,
    pub now: Timestamp,
    /// The status that the person saw; with another one nothing is done.
    pub expected: Option<Status>,
}

/// What is to become of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Another status, except [`Status::Accepted`], which needs a date; see [`legal_from`].
    Become(Status),
    /// Accepted through `until`, its last day (UTC). Whether policy allows so long a time is the
    /// caller's to check.
    Accept { until: Date },
}

impl Wish {
    fn status(self) -> Status {
        match self {
            Self::Become(status) => status,
            Self::Accept { .. } => Status::Accepted,
        }
    }

    fn until(self) -> Option<Date> {
        match self {
            Self::Become(_) => None,
            Self::Accept { until } => Some(until),
        }
    }
}

/// Which findings a decision is about.
#[derive(Debug, Clone, Copy)]
pub enum Selection<'a> {
    /// Keys as for [`Store::get`].
    Keys(&'a [String]),
    /// Whatever the filter names, up to [`LIMITS`]`.page`; its scope does not count beside the
    /// decision's.
    Filter(&'a Filter),
}

/// What became of one of several findings.
#[derive(Debug)]
pub struct Decided<E> {
    /// As it was given; the fingerprint for a filter.
    pub key: String,
    pub result: Result<StoredFinding, E>,
}

/// Errors of the caller's check go through a transaction beside those of the database.
enum Failure<E> {
    Db(DbError),
    Own(E),
}

impl<E> From<DbError> for Failure<E> {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl<E: From<StoreError>> Failure<E> {
    fn into_own(self) -> E {
        match self {
            Self::Db(error) => StoreError::Db(error).into(),
            Self::Own(error) => error,
        }
    }

    fn store(error: StoreError) -> Self {
        match error {
            StoreError::Db(error) => Self::Db(error),
            other => Self::Own(other.into()),
        }
    }
}

impl Store {
    /// Accepts a finding through `until`, its last day (UTC).
    pub fn accept(
        &self,
        key: &str,
        until: Date,
        decision: &Decision<'_>,
    ) -> Result<StoredFinding, StoreError> {
        self.decide_with(key, Wish::Accept { until }, decision, |_| Ok(()))
    }

    /// Takes back a resolution, an acceptance or a false positive. The deadline still counts from
    /// the first detection.
    pub fn reopen(&self, key: &str, decision: &Decision<'_>) -> Result<StoredFinding, StoreError> {
        self.set_status(key, Status::Reopened, decision)
    }

    /// Gives a finding another status; see [`legal_from`].
    pub fn set_status(
        &self,
        key: &str,
        status: Status,
        decision: &Decision<'_>,
    ) -> Result<StoredFinding, StoreError> {
        self.decide_with(key, Wish::Become(status), decision, |_| Ok(()))
    }

    /// Decides, where `check` lets it: that is called inside the transaction with the finding as
    /// it stands, which nobody can change until the decision is written. It must not use the
    /// store.
    pub fn decide_with<E: From<StoreError>>(
        &self,
        key: &str,
        wish: Wish,
        decision: &Decision<'_>,
        check: impl FnOnce(&StoredFinding) -> Result<(), E>,
    ) -> Result<StoredFinding, E> {
        let reason = ready(wish, decision)?;
        // The project is locked before the finding is looked at again.
        let found = self.read(|tx| find(tx, decision.scope, key))?;
        self.write(ProjectId(found.project), |tx| {
            one(tx, found.id, wish, decision, &reason, check)
        })
        .map_err(Failure::into_own)
    }

    /// Decides about several findings in one transaction. Those that cannot be decided (unknown,
    /// refused by `check`, not from this status) are reported and keep the others from nothing; an
    /// error of the database undoes all.
    pub fn decide_many<E: From<StoreError>>(
        &self,
        selection: Selection<'_>,
        wish: Wish,
        decision: &Decision<'_>,
        mut check: impl FnMut(&StoredFinding) -> Result<(), E>,
    ) -> Result<Vec<Decided<E>>, E> {
        let reason = ready(wish, decision)?;
        let (targets, mut decided) = self.read(|tx| targets::<E>(tx, selection, decision.scope))?;
        let mut projects: Vec<_> = targets.iter().map(|it| ProjectId(it.project)).collect();
        projects.sort_unstable();
        projects.dedup();
        if projects.is_empty() {
            return Ok(decided);
        }
        let done = self.write_all(&projects, |tx| {
            let mut done = Vec::with_capacity(targets.len());
            for target in &targets {
                let result = match one(tx, target.id, wish, decision, &reason, &mut check) {
                    Err(Failure::Db(error)) => return Err(Failure::Db(error)),
                    Err(Failure::Own(error)) => Err(error),
                    Ok(stored) => Ok(stored),
                };
                done.push(Decided {
                    key: target.key.clone(),
                    result,
                });
            }
            Ok(done)
        });
        decided.extend(done.map_err(Failure::into_own)?);
        Ok(decided)
    }
}

struct Target {
    key: String,
    id: i64,
    project: i64,
}

fn targets<E: From<StoreError>>(
    tx: &mut Tx<'_>,
    selection: Selection<'_>,
    scope: &Scope,
) -> Result<(Vec<Target>, Vec<Decided<E>>), StoreError> {
    let mut targets = Vec::new();
    let mut failed = Vec::new();
    match selection {
        Selection::Keys(keys) => {
            if keys.len() > LIMITS.page as usize {
                return Err(StoreError::invalid(
                    "the list of findings",
                    format!("is longer than {}; decide about parts of it", LIMITS.page),
                ));
            }
            for key in keys {
                match find(tx, scope, key) {
                    Ok(known) => targets.push(Target {
                        key: key.clone(),
                        id: known.id,
                        project: known.project,
                    }),
                    Err(StoreError::Db(error)) => return Err(error.into()),
                    Err(error) => failed.push(Decided {
                        key: key.clone(),
                        result: Err(error.into()),
                    }),
                }
            }
        }
        Selection::Filter(filter) => {
            check(filter)?;
            let projects = scope.projects(tx)?;
            let limit = i64::from(project::page_size(filter.limit));
            for (id, _) in drive::page(tx, filter, projects.as_deref(), limit)? {
                let known = known(tx, id)?;
                targets.push(Target {
                    key: known.fingerprint.as_str().to_owned(),
                    id,
                    project: known.project,
                });
            }
        }
    }
    Ok((targets, failed))
}

/// Checks what does not depend on the finding; returns the reason as it is stored.
fn ready(wish: Wish, decision: &Decision<'_>) -> Result<String, StoreError> {
    let reason = stated("the reason", decision.reason, LIMITS.reason_chars)?;
    stated(
        "the name of who decides",
        &decision.actor.id,
        LIMITS.who_chars,
    )?;
    match wish {
        Wish::Become(Status::Accepted) => Err(StoreError::invalid(
            "an acceptance",
            "needs a last day; use `runward findings accept` with `--until`",
        )),
        Wish::Accept { until } if until < day(decision.now) => Err(StoreError::invalid(
            format!("`{until}`"),
            "is in the past; name a day to come",
        )),
        _ => Ok(reason),
    }
}

fn one<E: From<StoreError>>(
    tx: &mut Tx<'_>,
    id: i64,
    wish: Wish,
    decision: &Decision<'_>,
    reason: &str,
    check: impl FnOnce(&StoredFinding) -> Result<(), E>,
) -> Result<StoredFinding, Failure<E>> {
    let before = stored(tx, id).map_err(Failure::store)?;
    check(&before).map_err(Failure::Own)?;
    decide(tx, id, wish, decision, reason).map_err(Failure::store)
}

fn decide(
    tx: &mut Tx<'_>,
    id: i64,
    wish: Wish,
    decision: &Decision<'_>,
    reason: &str,
) -> Result<StoredFinding, StoreError> {
    let mut known = known(tx, id)?;
    let status = wish.status();
    if let Some(expected) = decision.expected
        && expected != known.status
    {
        return Err(StoreError::Changed {
            expected,
            actual: known.status,
        });
    }
    let legal = legal_from(known.status);
    if !legal.contains(&status) {
        return Err(StoreError::Illegal {
            from: known.status,
            to: status,
            legal,
        });
    }
    let step = Move {
        finding: known.id,
        from: Some(known.status),
        to: status,
        why: match wish.until() {
            Some(until) => format!("until {until}: {reason}"),
            None => reason.to_owned(),
        },
        event: event(status),
    };
    let now = decision.now.as_microsecond();
    known.status = status;
    known.accepted_until = wish.until();
    known.reason = Some(reason.to_owned());
    known.decided_by = Some(column(&decision.actor.id));
    known.resolved_at = (status == Status::Resolved).then_some(now);
    write::state(tx, &known)?;
    if status == Status::Reopened {
        // It counts as there until everyone who saw it has looked again.
        tx.execute(
            Sql::new("UPDATE finding_reporters SET present = 1 WHERE finding = $1").bind(id),
        )?;
    }
    write::moves(tx, [&step], decision.actor, now, None)?;
    let project = project::by_id(tx, known.project)?;
    let cause = Cause {
        actor: decision.actor,
        at: decision.now,
        project: &project,
        scan: None,
        reporter: None,
    };
    let told = Move {
        why: reason.to_owned(),
        ..step
    };
    cause.moved(tx, &told, &known, None)?;
    stored(tx, known.id)
}

fn event(status: Status) -> EventType {
    match status {
        Status::Accepted => EventType::VulnerabilityAccepted,
        Status::FalsePositive => EventType::FalsePositiveMarked,
        Status::Resolved => EventType::VulnerabilityResolved,
        Status::Reopened => EventType::VulnerabilityReopened,
        Status::Open | Status::Triaged | Status::InProgress => EventType::VulnerabilityTriaged,
    }
}

/// A text that a person must give.
fn stated(what: &str, text: &str, chars: usize) -> Result<String, StoreError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(StoreError::invalid(what, "is missing; state it"));
    }
    short_enough(what, text, chars)?;
    Ok(column(text))
}
