//! What happened to one finding.

use jiff::Timestamp;
use runward_db::{Sql, Tx};
use runward_model::{ActorKind, Fingerprint, Status};

use crate::{
    Scope, Store, StoreError, StoredFinding,
    find::find,
    query::stored,
    row::{Columns, status_of, strange},
    write::kind_name,
};

/// One change of a finding's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    pub at: Timestamp,
    /// A person, or `scan` or `import`.
    pub who: String,
    pub who_kind: ActorKind,
    /// `None` for the first.
    pub from: Option<Status>,
    pub to: Status,
    pub why: String,
    /// The scan or import that caused it.
    pub scan: Option<i64>,
}

/// One reporter's view of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    pub reporter: String,
    /// The reporter's own name for it.
    pub rule: String,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    /// The scan or import that saw it last.
    pub last_scan: i64,
    /// It still sees it, or has not looked since.
    pub present: bool,
}

/// Everything that happened to a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline {
    pub finding: StoredFinding,
    pub reporters: Vec<Sighting>,
    /// Fingerprints that it had before or that other reporters give it.
    pub former: Vec<Fingerprint>,
    /// The oldest first.
    pub entries: Vec<TimelineEntry>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    pub at: Timestamp,
    pub step: TimelineStep,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimelineStep {
    /// Its advisory was published.
    Published,
    FirstSeen {
        reporter: String,
    },
    Transition(Transition),
    LastSeen {
        reporter: String,
    },
    /// What is to come, or has passed: the end of the time to fix it.
    Due,
}

impl Store {
    /// Every change of a finding's state, the oldest first; `key` as for [`Self::get`].
    pub fn transitions(&self, scope: &Scope, key: &str) -> Result<Vec<Transition>, StoreError> {
        self.read(|tx| {
            let known = find(tx, scope, key)?;
            transitions(tx, known.id)
        })
    }

    /// Everything that happened to a finding; `key` as for [`Self::get`].
    pub fn timeline(&self, scope: &Scope, key: &str) -> Result<Timeline, StoreError> {
        self.read(|tx| {
            let known = find(tx, scope, key)?;
            let finding = stored(tx, known.id)?;
            let reporters = sightings(tx, known.id)?;
            let mut former = Vec::new();
            let sql = Sql::new(
                "SELECT fingerprint FROM former_fingerprints WHERE finding = $1 \
                 ORDER BY fingerprint",
            );
            for row in tx.rows(sql.bind(known.id))? {
                let fingerprint = Fingerprint::from_stored(row.text(0)?);
                if fingerprint != finding.fingerprint {
                    former.push(fingerprint);
                }
            }
            let entries = entries(tx, known.id, known.published, &finding, &reporters)?;
            Ok(Timeline {
                finding,
                reporters,
                former,
                entries,
            })
        })
    }
}

fn entries(
    tx: &mut Tx<'_>,
    id: i64,
    published: Option<i64>,
    finding: &StoredFinding,
    reporters: &[Sighting],
) -> Result<Vec<TimelineEntry>, StoreError> {
    let mut entries = Vec::new();
    let mut add = |at, step| entries.push(TimelineEntry { at, step });
    if let Some(published) = published {
        add(crate::row::timestamp(published)?, TimelineStep::Published);
    }
    for sighting in reporters {
        let reporter = sighting.reporter.clone();
        add(sighting.first_seen, TimelineStep::FirstSeen { reporter });
    }
    for transition in transitions(tx, id)? {
        add(transition.at, TimelineStep::Transition(transition));
    }
    for sighting in reporters {
        let reporter = sighting.reporter.clone();
        add(sighting.last_seen, TimelineStep::LastSeen { reporter });
    }
    if let Some(due) = finding.due {
        add(due, TimelineStep::Due);
    }
    // Stable: what happened at one time keeps the order above.
    entries.sort_by_key(|entry| entry.at);
    Ok(entries)
}

fn transitions(tx: &mut Tx<'_>, id: i64) -> Result<Vec<Transition>, StoreError> {
    let sql = Sql::new(
        "SELECT at, who, who_kind, from_status, to_status, why, scan FROM transitions \
         WHERE finding = $1 ORDER BY id",
    );
    tx.rows(sql.bind(id))?
        .iter()
        .map(|row| {
            let mut columns = Columns::new(row);
            Ok(Transition {
                at: columns.timestamp()?,
                who: columns.text()?.to_owned(),
                who_kind: kind_of(columns.text()?)?,
                from: columns.opt_text()?.map(status_of).transpose()?,
                to: status_of(columns.text()?)?,
                why: columns.text()?.to_owned(),
                scan: columns.opt_int()?,
            })
        })
        .collect()
}

fn sightings(tx: &mut Tx<'_>, id: i64) -> Result<Vec<Sighting>, StoreError> {
    let sql = Sql::new(
        "SELECT reporter, rule, first_seen, last_seen, last_scan, present \
         FROM finding_reporters WHERE finding = $1 ORDER BY first_seen, reporter",
    );
    tx.rows(sql.bind(id))?
        .iter()
        .map(|row| {
            let mut columns = Columns::new(row);
            Ok(Sighting {
                reporter: columns.text()?.to_owned(),
                rule: columns.text()?.to_owned(),
                first_seen: columns.timestamp()?,
                last_seen: columns.timestamp()?,
                last_scan: columns.int()?,
                present: columns.int()? != 0,
            })
        })
        .collect()
}

fn kind_of(name: &str) -> Result<ActorKind, StoreError> {
    [ActorKind::Principal, ActorKind::Account, ActorKind::System]
        .into_iter()
        .find(|kind| kind_name(*kind) == name)
        .ok_or_else(|| strange("kind of actor", name))
}
