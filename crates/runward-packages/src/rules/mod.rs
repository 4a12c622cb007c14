//! From facts to signals: one file for each question.

mod age;
mod borrowed;
mod confusion;
mod existence;
mod names;
mod people;
mod standing;

use jiff::Timestamp;
use runward_model::{Ecosystem, Signal, Unevaluated};

use crate::{
    knowledge::{Domains, Existence, Malware, NameFacts},
    metadata::{Metadata, Release, State},
    policy::PackagePolicy,
    private::PrivateName,
    registry::Answer,
    signals::{self as ids, Needs},
};

/// What was found, and what could not be looked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    pub signals: Vec<Signal>,
    pub unevaluated: Vec<Unevaluated>,
}

impl Evidence {
    /// With the documented weight.
    pub fn add(&mut self, id: &str, evidence: impl Into<String>) {
        let weight = ids::doc(id).map_or(0.0, |doc| doc.weight);
        self.add_weighted(id, weight, evidence);
    }

    pub fn add_weighted(&mut self, id: &str, weight: f64, evidence: impl Into<String>) {
        self.signals.push(Signal {
            id: id.to_owned(),
            weight,
            evidence: evidence.into(),
            location: None,
        });
    }

    /// Notes once for a signal why it could not be looked for.
    pub fn skip(&mut self, id: &str, reason: impl Into<String>) {
        if self.unevaluated.iter().all(|gap| gap.signal != id) {
            self.unevaluated.push(Unevaluated {
                signal: id.to_owned(),
                reason: reason.into(),
            });
        }
    }

    /// Joins what others found, such as the inspection of the package's files.
    pub fn extend(&mut self, other: Self) {
        self.signals.extend(other.signals);
        for gap in other.unevaluated {
            self.skip(&gap.signal, gap.reason);
        }
    }
}

/// All that is known of one package.
pub(crate) struct Facts<'a> {
    pub(crate) ecosystem: &'a Ecosystem,
    pub(crate) name: &'a str,
    pub(crate) version: Option<&'a str>,
    /// Installers search further indexes beside the public one.
    pub(crate) other_indexes: bool,
    pub(crate) names: &'a NameFacts,
    pub(crate) existence: Option<Existence>,
    pub(crate) answer: &'a Answer,
    pub(crate) private: Option<&'a PrivateName>,
    pub(crate) has_private_names: bool,
    pub(crate) policy: &'a PackagePolicy,
    pub(crate) malware: &'a dyn Malware,
    pub(crate) domains: &'a dyn Domains,
    /// The rank of another name.
    pub(crate) rank: &'a dyn Fn(&Ecosystem, &str) -> Option<u32>,
    /// Asks the registry for another package.
    pub(crate) lookup: &'a dyn Fn(&Ecosystem, &str) -> Answer,
    pub(crate) now: Timestamp,
}

impl Facts<'_> {
    fn metadata(&self) -> Option<&Metadata> {
        match self.answer {
            Answer::Found(data) => Some(data),
            _ => None,
        }
    }

    fn is_popular(&self) -> bool {
        self.names.rank.is_some()
    }

    /// The release that would be installed.
    fn chosen<'m>(&self, data: &'m Metadata) -> Option<&'m Release> {
        data.release(self.version.or(data.latest.as_deref())?)
    }
}

/// What only fresh answers can show.
const CHANGES_QUICKLY: [&str; 5] = [
    ids::WITHDRAWN,
    ids::REMOVED,
    ids::DEPRECATED,
    ids::REVIVED,
    ids::NEW_PUBLISHER,
];

/// Applies all rules.
pub(crate) fn evaluate(facts: &Facts<'_>) -> Evidence {
    let mut evidence = Evidence::default();
    existence::evaluate(facts, &mut evidence);
    names::evaluate(facts, &mut evidence);
    confusion::evaluate(facts, &mut evidence);
    match facts.answer {
        Answer::Found(data) => {
            if data.state == State::Active || data.state == State::Archived {
                existence::of_versions(facts, data, &mut evidence);
                age::evaluate(facts, data, &mut evidence);
                standing::evaluate(facts, data, &mut evidence);
                people::evaluate(facts, data, &mut evidence);
                borrowed::evaluate(facts, data, &mut evidence);
            }
            if let Some(stale) = &data.stale {
                for id in CHANGES_QUICKLY {
                    evidence.skip(id, stale);
                }
            }
        }
        Answer::Unknown { reason } => {
            let of_registry = ids::all().iter().filter(|doc| doc.needs == Needs::Registry);
            // Whether it exists may be known from elsewhere: `existence` has said so.
            for doc in of_registry
                .filter(|doc| doc.id != ids::NOT_EXISTING && doc.id != ids::UNKNOWN_DOWNLOADS)
            {
                evidence.skip(doc.id, reason);
            }
        }
        Answer::Missing { .. } | Answer::NotAName { .. } => {}
    }
    evidence
}

/// `3 days`, `1 day`.
fn days(count: i64) -> String {
    plural(count.unsigned_abs(), "day")
}

fn plural(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_hours() / 24
}

fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}
