//! What a search asks for.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use runward_db::{Sql, Value};
use runward_model::{EventType, Outcome};
use serde::Serialize;

use crate::{AuditError, Limits, Record, text};

/// In which order records come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// Where the next page begins: the time (in microseconds) and place of the last record that was
/// given out. As text `MICROSECONDS.INDEX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct Cursor {
    pub(crate) at: i64,
    pub(crate) index: i64,
}

impl Cursor {
    pub(crate) fn after(record: &Record) -> Self {
        Self {
            at: record.event.timestamp.as_microsecond(),
            index: i64::try_from(record.index).unwrap_or(i64::MAX),
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at, self.index)
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

impl FromStr for Cursor {
    type Err = AuditError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('.');
        let parsed = parts.and_then(|(at, index)| Some((at.parse().ok()?, index.parse().ok()?)));
        parsed
            .map(|(at, index)| Self { at, index })
            .ok_or_else(|| AuditError::Query {
                what: format!("`{}` is no place in a list", text.escape_debug()),
                help: "use the cursor of the page before, or leave it out".to_owned(),
            })
    }
}

/// A search. All conditions that are given must hold.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a condition of its own"
)]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The actor's id.
    pub user: Option<String>,
    /// Any of these event types.
    pub types: Vec<EventType>,
    pub since: Option<Timestamp>,
    /// Not included.
    pub until: Option<Timestamp>,
    /// Somebody was refused something for lack of a right.
    pub denied: bool,
    /// What was tried failed, or was denied.
    pub failures: bool,
    /// At least this many results were given out: large lists and exports.
    pub min_result_count: Option<i64>,
    /// Input was refused.
    pub validation_failures: bool,
    /// Input had an attack pattern.
    pub attack_patterns: bool,
    pub subject_kind: Option<String>,
    pub subject: Option<String>,
    pub project: Option<String>,
    pub repository: Option<String>,
    pub correlation: Option<String>,
    pub address: Option<String>,
    /// The id of an API token.
    pub token: Option<String>,
    /// Words and `"phrases"`, all of which an event must hold; case does not matter.
    pub text: Option<String>,
    pub order: Order,
    /// Records on a page; 0 is 50. At most [`Limits::page`].
    pub limit: u32,
    pub cursor: Option<Cursor>,
}

/// Event types by which input was refused.
pub(crate) const VALIDATION: [EventType; 2] = [
    EventType::TaskValidationFailure,
    EventType::ValidationFailure,
];

impl Query {
    /// Only events of one day in a time zone. The log's own times are UTC.
    #[must_use]
    pub fn on_day(mut self, day: Date, zone: &TimeZone) -> Self {
        self.since = start_of(day, zone);
        self.until = day.tomorrow().ok().and_then(|day| start_of(day, zone));
        self
    }

    /// Only events of the day that it is, in UTC.
    #[must_use]
    pub fn today(self, now: Timestamp) -> Self {
        self.on_day(now.to_zoned(TimeZone::UTC).date(), &TimeZone::UTC)
    }

    pub(crate) fn page_size(&self, limits: &Limits) -> u32 {
        match self.limit {
            0 => 50,
            limit => limit.min(limits.page),
        }
    }

    /// Whether a record is among the results. What the database answers is the same; this serves
    /// where records come from the log itself.
    pub fn matches(&self, record: &Record, limits: &Limits) -> Result<bool, AuditError> {
        let event = &record.event;
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        let kind = event.kind();
        let searched = text::searchable(event);
        let words = text::terms(self.text.as_deref().unwrap_or_default(), limits)?;
        Ok(is(&self.user, Some(&event.actor.id))
            && (self.types.is_empty() || kind.is_some_and(|kind| self.types.contains(&kind)))
            && self
                .since
                .is_none_or(|since| micros(event.timestamp) >= micros(since))
            && self
                .until
                .is_none_or(|until| micros(event.timestamp) < micros(until))
            && (!self.denied || is_denied(record))
            && (!self.failures || is_failure(&event.outcome))
            && self
                .min_result_count
                .is_none_or(|least| event.result_count().is_some_and(|count| count >= least))
            && (!self.validation_failures || kind.is_some_and(|kind| VALIDATION.contains(&kind)))
            && (!self.attack_patterns || searched.contains(text::ATTACK))
            && is(&self.subject_kind, Some(&event.subject.kind))
            && is(&self.subject, Some(&event.subject.id))
            && is(&self.project, event.project.as_deref())
            && is(&self.repository, event.repository.as_deref())
            && is(&self.correlation, event.correlation.as_deref())
            && is(&self.address, event.actor.address.as_deref())
            && is(&self.token, event.actor.token.as_deref())
            && words.iter().all(|word| searched.contains(word.as_str())))
    }

    /// Appends ` WHERE …`, the cursor not included.
    pub(crate) fn conditions(
        &self,
        sql: &mut Sql,
        sqlite: bool,
        limits: &Limits,
    ) -> Result<(), AuditError> {
        sql.push(" WHERE 1 = 1");
        if !self.types.is_empty() {
            sql.push(" AND type IN ").push_list(names(&self.types));
        }
        if self.validation_failures {
            sql.push(" AND type IN ").push_list(names(&VALIDATION));
        }
        let equals = [
            (" AND actor = ", &self.user),
            (" AND subject_kind = ", &self.subject_kind),
            (" AND subject = ", &self.subject),
            (" AND project = ", &self.project),
            (" AND repository = ", &self.repository),
            (" AND correlation = ", &self.correlation),
            (" AND address = ", &self.address),
            (" AND token = ", &self.token),
        ];
        for (condition, value) in equals {
            if let Some(value) = value {
                sql.push(condition).push_bind(clean(value));
            }
        }
        if let Some(since) = self.since {
            sql.push(" AND at >= ").push_bind(since);
        }
        if let Some(until) = self.until {
            sql.push(" AND at < ").push_bind(until);
        }
        if self.denied {
            // A failed login is a denial by its type.
            let denials = EventType::ALL.iter().filter(|kind| kind.is_denial());
            sql.push(" AND (outcome = ")
                .push_bind(Outcome::Denied.as_str());
            sql.push(" OR type IN ")
                .push_list(denials.map(|kind| kind.as_str()))
                .push(")");
        }
        if self.failures {
            let bad = [Outcome::Failure.as_str(), Outcome::Denied.as_str()];
            sql.push(" AND outcome IN ").push_list(bad);
        }
        if let Some(least) = self.min_result_count {
            sql.push(" AND result_count >= ").push_bind(least);
        }
        let mut words = text::terms(self.text.as_deref().unwrap_or_default(), limits)?;
        if self.attack_patterns {
            words.push(text::ATTACK.to_owned());
        }
        for word in words {
            // Neither function knows wildcards, so nothing has to be escaped.
            sql.push(if sqlite {
                " AND instr(text, "
            } else {
                " AND strpos(text, "
            });
            sql.push_bind(clean(&word)).push(") > 0");
        }
        Ok(())
    }
}

fn start_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    Some(zone.to_zoned(day.into()).ok()?.timestamp())
}

fn names(kinds: &[EventType]) -> impl Iterator<Item = Value> {
    kinds.iter().map(|kind| Value::from(kind.as_str()))
}

/// The database holds no NUL, and `PostgreSQL` refuses to be asked for one.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

pub(crate) fn is_failure(outcome: &str) -> bool {
    outcome == Outcome::Failure.as_str() || outcome == Outcome::Denied.as_str()
}

pub(crate) fn is_denied(record: &Record) -> bool {
    record.event.outcome == Outcome::Denied.as_str()
        || record.event.kind().is_some_and(EventType::is_denial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back() {
        let cursor = Cursor { at: -5, index: 17 };
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        for wrong in ["", "1", "1.", ".1", "a.b", "1.2.3", "1.2; DROP TABLE"] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn today_is_a_day_in_utc() {
        let query = Query::default().today("2026-02-18T23:30:00Z".parse().unwrap());
        assert_eq!(query.since, Some("2026-02-18T00:00:00Z".parse().unwrap()));
        assert_eq!(query.until, Some("2026-02-19T00:00:00Z".parse().unwrap()));
    }
}
