//! Rows of the findings table, and the words in them.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use runward_model::{DatabaseKind, Finding, FindingKind, Fingerprint, Status, finding::History};
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, sqlite::SqliteRow};

use crate::{LIMITS, error::Failure};

/// What the store knows of a finding, without its payload.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Known {
    pub(crate) id: i64,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) kind: FindingKind,
    pub(crate) rule: String,
    pub(crate) ids: BTreeSet<String>,
    pub(crate) title: String,
    pub(crate) ecosystem: Option<String>,
    pub(crate) package: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) path: String,
    pub(crate) first_seen: i64,
    pub(crate) last_seen: i64,
    pub(crate) opened_scan: i64,
    pub(crate) last_scan: i64,
    pub(crate) status: Status,
    pub(crate) accepted_until: Option<Date>,
    pub(crate) reason: Option<String>,
    pub(crate) decided_by: Option<String>,
    pub(crate) database_kind: DatabaseKind,
    pub(crate) database_updated: Option<i64>,
}

/// The columns of [`Known`], in the order of [`Known::read`].
pub(crate) const KNOWN_COLUMNS: &str = "id, fingerprint, kind, rule, ids, title, ecosystem, \
     package, version, path, first_seen, last_seen, opened_scan, last_scan, status, \
     accepted_until, reason, decided_by, database_kind, database_updated";

impl Known {
    pub(crate) fn read(row: &SqliteRow) -> Result<Self, Failure> {
        let kind: String = row.try_get("kind")?;
        let status: String = row.try_get("status")?;
        let ids: String = row.try_get("ids")?;
        let accepted_until: Option<String> = row.try_get("accepted_until")?;
        let database_kind: String = row.try_get("database_kind")?;
        Ok(Self {
            id: row.try_get("id")?,
            fingerprint: Fingerprint::from_stored(row.try_get::<String, _>("fingerprint")?),
            kind: kind_of(&kind)?,
            rule: row.try_get("rule")?,
            ids: ids
                .split('\n')
                .filter(|id| !id.is_empty())
                .map(str::to_owned)
                .collect(),
            title: row.try_get("title")?,
            ecosystem: row.try_get("ecosystem")?,
            package: row.try_get("package")?,
            version: row.try_get("version")?,
            path: row.try_get("path")?,
            first_seen: row.try_get("first_seen")?,
            last_seen: row.try_get("last_seen")?,
            opened_scan: row.try_get("opened_scan")?,
            last_scan: row.try_get("last_scan")?,
            status: status_of(&status)?,
            accepted_until: accepted_until.as_deref().map(date).transpose()?,
            reason: row.try_get("reason")?,
            decided_by: row.try_get("decided_by")?,
            database_kind: match database_kind.as_str() {
                "full" => DatabaseKind::Full,
                "starter" => DatabaseKind::Starter,
                _ => return Err(strange("database kind", &database_kind)),
            },
            database_updated: row.try_get("database_updated")?,
        })
    }

    pub(crate) fn history(&self, new: bool) -> Result<History, Failure> {
        Ok(History {
            status: self.status,
            first_seen: timestamp(self.first_seen)?,
            last_seen: timestamp(self.last_seen)?,
            new,
            accepted_until: self.accepted_until,
            reason: self.reason.clone(),
        })
    }
}

pub(crate) fn kind_of(name: &str) -> Result<FindingKind, Failure> {
    [
        FindingKind::VulnerableDependency,
        FindingKind::MaliciousDependency,
        FindingKind::DependencyNotice,
    ]
    .into_iter()
    .find(|kind| kind.as_str() == name)
    .ok_or_else(|| strange("kind", name))
}

pub(crate) fn status_of(name: &str) -> Result<Status, Failure> {
    Status::from_name(name).ok_or_else(|| strange("status", name))
}

pub(crate) fn database_kind_name(kind: DatabaseKind) -> &'static str {
    match kind {
        DatabaseKind::Full => "full",
        DatabaseKind::Starter => "starter",
    }
}

pub(crate) fn timestamp(microseconds: i64) -> Result<Timestamp, Failure> {
    Timestamp::from_microsecond(microseconds)
        .map_err(|_| Failure::Damaged(format!("`{microseconds}` is not a time")))
}

fn date(text: &str) -> Result<Date, Failure> {
    text.parse().map_err(|_| strange("date", text))
}

pub(crate) fn strange(what: &str, value: &str) -> Failure {
    Failure::Damaged(format!("`{}` is not a {what}", cut(value, 80)))
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

/// A text for a column: cut, and without NUL, which ends a text in C.
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

pub(crate) fn payload(finding: &Finding) -> Result<String, Failure> {
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
    encoded.map_err(|error| Failure::Damaged(error.to_string()))
}

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
}
