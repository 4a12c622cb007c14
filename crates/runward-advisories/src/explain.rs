//! Everything about one identifier, for a person who asks.

use jiff::Timestamp;
use runward_model::{CvssVector, EpssScore, KevEntry, Severity};
use serde::Serialize;

use crate::{
    Database, DatabaseError,
    index::{card::Card, shard::Shard, wire::Wire},
    matching::preference,
    moment,
};

/// One vulnerability: all records that are aliases of one another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AdvisoryDetail {
    /// The best known record's id.
    pub id: String,
    /// Every other identifier, sorted.
    pub aliases: Vec<String>,
    /// The best known record first.
    pub records: Vec<RecordDetail>,
    pub vectors: Vec<CvssVector>,
    pub kev: Option<KevEntry>,
    pub epss: Option<EpssScore>,
}

/// One record of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordDetail {
    pub id: String,
    pub aliases: Vec<String>,
    pub summary: String,
    pub details: String,
    /// A withdrawn record never matches.
    pub withdrawn: Option<Timestamp>,
    pub published: Option<Timestamp>,
    pub modified: Option<Timestamp>,
    pub label: Option<Severity>,
    pub informational: Option<String>,
    pub vectors: Vec<String>,
    pub cwes: Vec<String>,
    pub references: Vec<String>,
    pub affected: Vec<AffectedDetail>,
}

/// A package that a record names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AffectedDetail {
    pub ecosystem: String,
    pub package: String,
    pub ranges: Vec<RangeDetail>,
    /// How many versions are listed one by one.
    pub versions: u64,
}

/// A range as the record writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RangeDetail {
    /// `ECOSYSTEM`, `SEMVER` or `GIT`.
    #[serde(rename = "type")]
    pub kind: String,
    pub events: Vec<EventDetail>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventDetail {
    /// `introduced`, `fixed`, `last_affected` or `limit`.
    pub event: String,
    pub version: String,
}

impl Database {
    /// What is known of an identifier (an id or an alias, in any case), with the records that are
    /// its aliases, also withdrawn ones; `None` where the database does not know it.
    pub fn advisory(&self, id: &str) -> Result<Option<AdvisoryDetail>, DatabaseError> {
        let id = id.trim();
        for spelling in [id.to_owned(), id.to_ascii_uppercase(), ghsa(id)] {
            let mut cards: Vec<Card> = Vec::new();
            for shard in &self.shards {
                collect(shard, &spelling, &mut cards).map_err(|error| shard.damaged(error))?;
            }
            if !cards.is_empty() {
                return self
                    .detail(cards)
                    .map(Some)
                    .map_err(|_| DatabaseError::Damaged {
                        path: self
                            .dir
                            .as_deref()
                            .map_or_else(String::new, |d| d.display().to_string()),
                        reason: "a feed cannot be read".to_owned(),
                    });
            }
        }
        Ok(None)
    }

    fn detail(&self, mut cards: Vec<Card>) -> Wire<AdvisoryDetail> {
        // A withdrawn record does not speak for the others.
        cards.sort_by(|a, b| {
            (a.withdrawn.is_some(), preference(&a.id))
                .cmp(&(b.withdrawn.is_some(), preference(&b.id)))
        });
        let mut ids: Vec<String> = Vec::new();
        let mut vectors: Vec<CvssVector> = Vec::new();
        for card in &cards {
            ids.push(card.id.clone());
            ids.extend(card.aliases.iter().cloned());
            for vector in &card.vectors {
                if !vectors.iter().any(|known| known.vector == *vector) {
                    vectors.push(CvssVector {
                        vector: vector.clone(),
                        record: card.id.clone(),
                    });
                }
            }
        }
        ids.sort_unstable();
        ids.dedup();
        let kev = self.kev(ids.iter().map(String::as_str))?;
        let epss = self.epss(ids.iter().map(String::as_str))?;
        let id = cards
            .first()
            .map(|card| card.id.clone())
            .unwrap_or_default();
        ids.retain(|other| *other != id);
        Ok(AdvisoryDetail {
            id,
            aliases: ids,
            records: cards.into_iter().map(record).collect(),
            vectors,
            kev,
            epss,
        })
    }
}

fn ghsa(id: &str) -> String {
    let lower = id.to_ascii_lowercase();
    lower
        .strip_prefix("ghsa-")
        .map_or(lower.clone(), |rest| format!("GHSA-{rest}"))
}

fn collect(shard: &Shard, id: &str, cards: &mut Vec<Card>) -> Wire<()> {
    for named in shard.named(id)? {
        let card = shard.card(named)?;
        if card.id != id && !card.aliases.iter().any(|alias| alias == id) {
            continue;
        }
        for record in shard.group(shard.group_of(named)?)? {
            let card = shard.whole_card(record)?;
            // A record may stand in the archives of several ecosystems.
            if !cards.iter().any(|known| known.id == card.id) {
                cards.push(card);
            }
        }
    }
    Ok(())
}

fn record(card: Card) -> RecordDetail {
    RecordDetail {
        id: card.id,
        aliases: card.aliases,
        summary: card.summary,
        details: card.details,
        withdrawn: moment(card.withdrawn),
        published: moment(card.published),
        modified: moment(card.modified),
        label: card.label,
        informational: card.informational,
        vectors: card.vectors,
        cwes: card.cwes,
        references: card.references,
        affected: card
            .affected
            .into_iter()
            .map(|affected| AffectedDetail {
                ecosystem: affected.ecosystem,
                package: affected.name,
                versions: affected.versions,
                ranges: affected
                    .ranges
                    .into_iter()
                    .map(|range| RangeDetail {
                        kind: range.kind,
                        events: range
                            .events
                            .into_iter()
                            .map(|(event, version)| EventDetail { event, version })
                            .collect(),
                    })
                    .collect(),
            })
            .collect(),
    }
}
