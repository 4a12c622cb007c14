//! Rows of the findings table, and the words in them.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use runward_db::Row;
use runward_model::{
    DatabaseKind, Finding, FindingKind, Fingerprint, Priority, Severity, Status, finding::History,
};
use serde::{Deserialize, Serialize};

use crate::{LIMITS, StoreError};

/// What the store knows of a finding, without its payload.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Known {
    pub(crate) id: i64,
    pub(crate) project: i64,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) kind: FindingKind,
    pub(crate) rule: String,
    pub(crate) ids: BTreeSet<String>,
    pub(crate) title: String,
    pub(crate) ecosystem: Option<String>,
    pub(crate) package: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) path: String,
    pub(crate) line: i64,
    pub(crate) first_seen: i64,
    pub(crate) last_seen: i64,
    pub(crate) published: Option<i64>,
    pub(crate) resolved_at: Option<i64>,
    pub(crate) opened_scan: i64,
    pub(crate) last_scan: i64,
    pub(crate) status: Status,
    pub(crate) accepted_until: Option<Date>,
    pub(crate) reason: Option<String>,
    pub(crate) decided_by: Option<String>,
    pub(crate) judged: Verdicts,
    pub(crate) payload_digest: String,
    /// The reporter whose words these are.
    pub(crate) described_by: String,
}

/// The columns that judgement fills.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdicts {
    pub(crate) severity: Severity,
    /// After policy, as [`rank`] counts.
    pub(crate) severity_rank: i64,
    pub(crate) priority: Option<Priority>,
    pub(crate) risk: Option<f64>,
    pub(crate) due: Option<i64>,
    pub(crate) approver: Option<String>,
}

/// One reporter's view of a finding.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mark {
    pub(crate) first_seen: i64,
    pub(crate) last_seen: i64,
    pub(crate) last_scan: i64,
    pub(crate) present: bool,
    pub(crate) database_kind: Option<DatabaseKind>,
    pub(crate) database_updated: Option<i64>,
}

/// The columns of [`Known`], in the order of [`Known::read`].
pub(crate) const KNOWN_COLUMNS: &str = "findings.id, findings.project, findings.fingerprint, \
     findings.kind, findings.rule, findings.ids, findings.title, findings.ecosystem, \
     findings.package, findings.version, findings.path, findings.line, findings.first_seen, \
     findings.last_seen, findings.published, findings.resolved_at, findings.opened_scan, \
     findings.last_scan, findings.status, findings.accepted_until, findings.reason, \
     findings.decided_by, findings.severity, findings.severity_rank, findings.priority, \
     findings.risk, findings.due, findings.approver, findings.payload_digest, findings.described_by";

/// The columns of [`Mark`], in the order of [`Mark::read`].
pub(crate) const MARK_COLUMNS: &str = "marks.first_seen, marks.last_seen, marks.last_scan, \
     marks.present, marks.database_kind, marks.database_updated";

/// Reads a row column by column.
pub(crate) struct Columns<'a> {
    row: &'a Row,
    next: usize,
}

impl<'a> Columns<'a> {
    pub(crate) fn new(row: &'a Row) -> Self {
        Self { row, next: 0 }
    }

    fn step(&mut self) -> usize {
        let column = self.next;
        self.next = column.saturating_add(1);
        column
    }

    pub(crate) fn int(&mut self) -> Result<i64, StoreError> {
        let column = self.step();
        Ok(self.row.int(column)?)
    }

    pub(crate) fn opt_int(&mut self) -> Result<Option<i64>, StoreError> {
        let column = self.step();
        Ok(self.row.opt_int(column)?)
    }

    pub(crate) fn opt_real(&mut self) -> Result<Option<f64>, StoreError> {
        let column = self.step();
        Ok(self.row.opt_real(column)?)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, StoreError> {
        let column = self.step();
        Ok(self.row.text(column)?)
    }

    pub(crate) fn opt_text(&mut self) -> Result<Option<&'a str>, StoreError> {
        let column = self.step();
        Ok(self.row.opt_text(column)?)
    }

    pub(crate) fn owned(&mut self) -> Result<Option<String>, StoreError> {
        Ok(self.opt_text()?.map(str::to_owned))
    }

    pub(crate) fn timestamp(&mut self) -> Result<Timestamp, StoreError> {
        timestamp(self.int()?)
    }

    pub(crate) fn count(&mut self) -> Result<u64, StoreError> {
        let number = self.int()?;
        u64::try_from(number).map_err(|_| strange("count", &number.to_string()))
    }
}

impl Known {
    pub(crate) fn read(columns: &mut Columns<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: columns.int()?,
            project: columns.int()?,
            fingerprint: Fingerprint::from_stored(columns.text()?),
            kind: kind_of(columns.text()?)?,
            rule: columns.text()?.to_owned(),
            ids: columns
                .text()?
                .split('\n')
                .filter(|id| !id.is_empty())
                .map(str::to_owned)
                .collect(),
            title: columns.text()?.to_owned(),
            ecosystem: columns.owned()?,
            package: columns.owned()?,
            version: columns.owned()?,
            path: columns.text()?.to_owned(),
            line: columns.int()?,
            first_seen: columns.int()?,
            last_seen: columns.int()?,
            published: columns.opt_int()?,
            resolved_at: columns.opt_int()?,
            opened_scan: columns.int()?,
            last_scan: columns.int()?,
            status: status_of(columns.text()?)?,
            accepted_until: columns.opt_text()?.map(date).transpose()?,
            reason: columns.owned()?,
            decided_by: columns.owned()?,
            judged: Verdicts {
                severity: severity_of(columns.text()?)?,
                severity_rank: columns.int()?,
                priority: columns.opt_text()?.and_then(priority_of),
                risk: columns.opt_real()?,
                due: columns.opt_int()?,
                approver: columns.owned()?,
            },
            payload_digest: columns.text()?.to_owned(),
            described_by: columns.text()?.to_owned(),
        })
    }

    pub(crate) fn history(&self, new: bool) -> Result<History, StoreError> {
        Ok(History {
            status: self.status,
            first_seen: timestamp(self.first_seen)?,
            last_seen: timestamp(self.last_seen)?,
            new,
            accepted_until: self.accepted_until,
            reason: self.reason.clone(),
        })
    }

    /// When work on it must be done, while it asks for work.
    pub(crate) fn deadline(&self) -> Option<i64> {
        self.judged.due.filter(|_| self.status.is_active())
    }

    /// Its place in the order of work, the most urgent first: priority (a finding that nobody has
    /// judged yet comes first), risk, severity, first detection.
    pub(crate) fn rank(&self) -> i64 {
        const MILLISECONDS: i64 = 1 << 43;
        let priority = self.judged.priority.map_or(0, |priority| match priority {
            Priority::P0 => 1,
            Priority::P1 => 2,
            Priority::P2 => 3,
            Priority::P3 => 4,
            Priority::P4 => 5,
        });
        let risk = self.judged.risk.unwrap_or(10.0).clamp(0.0, 10.0) * 100.0;
        #[expect(clippy::cast_possible_truncation, reason = "0 to 1,000")]
        let risk = 1_000 - risk.round() as i64;
        let severity = 5 - self.judged.severity_rank.clamp(0, 5);
        let seen = (self.first_seen / 1_000).clamp(0, MILLISECONDS - 1);
        ((priority * 1_001 + risk) * 6 + severity) * MILLISECONDS + seen
    }
}

impl Mark {
    /// `None` where there is none.
    pub(crate) fn read(columns: &mut Columns<'_>) -> Result<Option<Self>, StoreError> {
        let first_seen = columns.opt_int()?;
        let last_seen = columns.opt_int()?;
        let last_scan = columns.opt_int()?;
        let present = columns.opt_int()?;
        let database_kind = columns.opt_text()?.map(database_kind_of).transpose()?;
        let database_updated = columns.opt_int()?;
        let (Some(first_seen), Some(last_seen), Some(last_scan), Some(present)) =
            (first_seen, last_seen, last_scan, present)
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            first_seen,
            last_seen,
            last_scan,
            present: present != 0,
            database_kind,
            database_updated,
        }))
    }
}

pub(crate) fn kind_of(name: &str) -> Result<FindingKind, StoreError> {
    FindingKind::from_name(name).ok_or_else(|| strange("kind", name))
}

pub(crate) fn status_of(name: &str) -> Result<Status, StoreError> {
    Status::from_name(name).ok_or_else(|| strange("status", name))
}

pub(crate) fn severity_of(name: &str) -> Result<Severity, StoreError> {
    name.parse().map_err(|_| strange("severity", name))
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

/// A severity's place in its order, as stored.
pub(crate) fn rank(severity: Severity) -> i64 {
    match severity {
        Severity::Unknown => 0,
        Severity::None => 1,
        Severity::Low => 2,
        Severity::Medium => 3,
        Severity::High => 4,
        Severity::Critical => 5,
    }
}

/// The inverse of [`rank`].
pub(crate) fn severity_at(rank: i64) -> Severity {
    match rank {
        1 => Severity::None,
        2 => Severity::Low,
        3 => Severity::Medium,
        4 => Severity::High,
        5.. => Severity::Critical,
        _ => Severity::Unknown,
    }
}

pub(crate) fn database_kind_name(kind: DatabaseKind) -> &'static str {
    match kind {
        DatabaseKind::Full => "full",
        DatabaseKind::Starter => "starter",
    }
}

fn database_kind_of(name: &str) -> Result<DatabaseKind, StoreError> {
    match name {
        "full" => Ok(DatabaseKind::Full),
        "starter" => Ok(DatabaseKind::Starter),
        _ => Err(strange("database kind", name)),
    }
}

pub(crate) fn timestamp(microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds)
        .map_err(|_| StoreError::damaged(format!("`{microseconds}` is not a time")))
}

fn date(text: &str) -> Result<Date, StoreError> {
    text.parse().map_err(|_| strange("date", text))
}

pub(crate) fn strange(what: &str, value: &str) -> StoreError {
    StoreError::damaged(format!("`{}` is not a {what}", cut(value, 80)))
}

/// Every identifier of a finding, in lower case.
pub(crate) fn ids(finding: &Finding) -> BTreeSet<String> {
    let mut ids = BTreeSet::from([id(&finding.rule)]);
    if let Some(advisory) = &finding.advisory {
        ids.extend(advisory.ids().map(id));
        ids.extend(advisory.records.iter().map(|record| id(record)));
    }
    ids.remove("");
    ids
}

/// An identifier as it is stored and compared. Line breaks separate identifiers in their column.
pub(crate) fn id(text: &str) -> String {
    cut(text, 200)
        .replace(['\n', '\r', '\0'], " ")
        .trim()
        .to_ascii_lowercase()
}

pub(crate) fn ids_column(ids: &BTreeSet<String>) -> String {
    let mut column = String::from("\n");
    for id in ids {
        column.push_str(id);
        column.push('\n');
    }
    column
}

/// A text for a column: cut, and without NUL, which `PostgreSQL` refuses.
pub(crate) fn column(text: &str) -> String {
    cut(text, LIMITS.column_chars).replace('\0', "\u{fffd}")
}

fn cut(text: &str, chars: usize) -> String {
    if text.len() <= chars {
        return text.to_owned();
    }
    text.chars().take(chars).collect()
}

/// The stored form of a finding.
#[derive(Serialize, Deserialize)]
struct Payload<F> {
    v: u32,
    finding: F,
}

const PAYLOAD_VERSION: u32 = 1;

pub(crate) fn payload(finding: &Finding) -> Result<String, StoreError> {
    let too_long = finding
        .advisory
        .as_ref()
        .is_some_and(|advisory| advisory.details.len() > LIMITS.details_bytes);
    let encoded = if too_long {
        let mut finding = finding.clone();
        if let Some(advisory) = &mut finding.advisory {
            let end = advisory.details.floor_char_boundary(LIMITS.details_bytes);
            advisory.details.truncate(end);
            advisory.details.push_str("\n… (cut; see the references)");
        }
        encode(&finding)
    } else {
        encode(finding)
    };
    encoded.map_err(|error| StoreError::damaged(error.to_string()))
}

/// NUL is written `\u0000` in JSON, which is a text like any other to a database.
fn encode(finding: &Finding) -> serde_json::Result<String> {
    serde_json::to_string(&Payload {
        v: PAYLOAD_VERSION,
        finding,
    })
}

/// The finding of a payload; `None` for one of a later form.
pub(crate) fn from_payload(text: &str) -> Option<Finding> {
    let payload: Payload<Finding> = serde_json::from_str(text).ok()?;
    (payload.v == PAYLOAD_VERSION).then_some(payload.finding)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_identifier_stays_one_line(text in any::<String>()) {
            let stored = id(&text);
            prop_assert!(!stored.contains(['\n', '\0']));
            prop_assert!(stored.chars().count() <= 200);
        }

        #[test]
        fn a_column_is_cut_at_a_character(text in "\\PC{0,40}") {
            prop_assert!(text.starts_with(&cut(&text, 7)));
            prop_assert!(cut(&text, 7).chars().count() <= 7);
        }

        #[test]
        fn any_payload_text_never_panics(text in any::<String>()) {
            prop_assert!(from_payload(&text).is_none());
        }
    }

    #[test]
    fn ranks_of_severities_round_trip() {
        for number in 0..=5 {
            assert_eq!(rank(severity_at(number)), number);
        }
    }
}
