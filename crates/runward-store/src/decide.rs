//! What people decide about a finding.

use jiff::{Timestamp, civil::Date};
use runward_model::Status;
use sqlx::SqliteConnection;

use crate::{
    LIMITS, Store, StoreError, StoredFinding,
    error::Failure,
    plan::Move,
    query::{find, short_enough, stored},
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

impl Store {
    /// Accepts a finding through `until`, its last day (UTC). Whether policy allows so long a time
    /// is the caller's to check.
    pub fn accept(
        &self,
        key: &str,
        until: Date,
        reason: &str,
        who: &str,
        now: Timestamp,
    ) -> Result<StoredFinding, StoreError> {
        if until < day(now) {
            return Err(StoreError::invalid(
                format!("`{until}`"),
                "is in the past; name a day to come",
            ));
        }
        self.decide(key, Status::Accepted, Some(until), reason, who, now)
    }

    /// Takes back a resolution, an acceptance or a false positive. The deadline still counts from
    /// the first detection.
    pub fn reopen(
        &self,
        key: &str,
        reason: &str,
        who: &str,
        now: Timestamp,
    ) -> Result<StoredFinding, StoreError> {
        self.decide(key, Status::Reopened, None, reason, who, now)
    }

    /// Gives a finding another status; see [`legal_from`]. [`Status::Accepted`] needs a date:
    /// [`Self::accept`].
    pub fn set_status(
        &self,
        key: &str,
        status: Status,
        reason: &str,
        who: &str,
        now: Timestamp,
    ) -> Result<StoredFinding, StoreError> {
        if status == Status::Accepted {
            return Err(StoreError::invalid(
                "an acceptance",
                "needs a last day; use `runward findings accept` with `--until`",
            ));
        }
        self.decide(key, status, None, reason, who, now)
    }

    fn decide(
        &self,
        key: &str,
        status: Status,
        until: Option<Date>,
        reason: &str,
        who: &str,
        now: Timestamp,
    ) -> Result<StoredFinding, StoreError> {
        let reason = stated("the reason", reason, LIMITS.reason_chars)?;
        let who = stated("the name of who decides", who, LIMITS.who_chars)?;
        self.transact(async |connection| {
            decide(connection, key, status, until, &reason, &who, now).await
        })
    }
}

async fn decide(
    connection: &mut SqliteConnection,
    key: &str,
    status: Status,
    until: Option<Date>,
    reason: &str,
    who: &str,
    now: Timestamp,
) -> Result<StoredFinding, Failure> {
    let mut known = find(connection, key).await?;
    let legal = legal_from(known.status);
    if !legal.contains(&status) {
        return Err(StoreError::Illegal {
            from: known.status,
            to: status,
            legal,
        }
        .into());
    }
    let step = Move {
        finding: known.id,
        from: Some(known.status),
        to: status,
        why: match until {
            Some(until) => format!("until {until}: {reason}"),
            None => reason.to_owned(),
        },
    };
    known.status = status;
    known.accepted_until = until;
    known.reason = Some(reason.to_owned());
    known.decided_by = Some(who.to_owned());
    write::state(connection, &known).await?;
    write::moves(connection, &[step], who, now.as_microsecond(), None).await?;
    stored(connection, known.id).await
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
