//! Which vulnerabilities a package version has: records that affect it, joined with their aliases.

use runward_model::{AdvisoryMatch, CvssVector, EpssScore, KevEntry, Package};
use runward_versions::Version;

use crate::{
    Database, DatabaseError,
    index::{
        card::Card,
        package_block::{Block, Entry},
        ranges::Place,
        shard::Shard,
        wire::Wire,
    },
    moment,
};

/// Most versions that are looked at as fixes of one vulnerability. Real ones have a few dozen; the
/// bound keeps hostile data from making each of its events a question to all the others.
const MAX_FIXES: usize = 200;

/// The outcome for one package.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matches {
    /// One for each vulnerability, by id.
    pub advisories: Vec<AdvisoryMatch>,
    /// What could not be judged, in words: a record with ranges of commits only, a version that
    /// cannot be read, an ecosystem that the database does not have. A package with problems is
    /// never clean.
    pub problems: Vec<String>,
}

/// An entry of the package that was asked for, with the verdict on its version.
struct Judged<'a> {
    entry: Entry<'a>,
    group: u32,
    affects: bool,
}

impl Database {
    /// The vulnerabilities of a package version. `package.version` is to be set; without one
    /// nothing can be judged, which is a problem and no clean result.
    pub fn matches(&self, package: &Package) -> Result<Matches, DatabaseError> {
        let mut matches = Matches::default();
        let ecosystem = &package.ecosystem;
        let name = ecosystem.normalize_name(&package.name);
        let Some(version_text) = package.version.as_deref().map(str::trim) else {
            matches
                .problems
                .push(format!("{name} has no version; pin it to have it judged"));
            return Ok(matches);
        };
        let Some(shard) = self.shard(ecosystem) else {
            matches.problems.push(format!(
                "the advisory database has no {ecosystem} advisories; run `runward db update \
                 --ecosystem {ecosystem}`"
            ));
            return Ok(matches);
        };
        let damaged = |error| shard.damaged(error);
        let Some(block) = shard.package(ecosystem, &name).map_err(damaged)? else {
            return Ok(matches);
        };
        let place = match Version::parse(ecosystem, version_text) {
            Ok(version) => Some(block.place(ecosystem, &version).map_err(damaged)?),
            Err(_) => None,
        };
        let judged = judge(shard, &block, place, version_text).map_err(damaged)?;
        let shown = format!("{name} {version_text}");
        if place.is_none() {
            matches.problems.push(format!(
                "`{version_text}` is no {ecosystem} version, so that {} advisories on {name} \
                 cannot be judged; write it as the registry lists it",
                judged.len()
            ));
        }
        for of_group in judged.chunk_by(|a, b| a.group == b.group) {
            if of_group.iter().any(|item| item.affects) {
                let found = self
                    .describe(shard, &block, of_group, place)
                    .map_err(damaged)?;
                matches.advisories.push(found);
            } else if let Some(item) = of_group.iter().find(|item| item.entry.doubtful)
                && place.is_some()
            {
                let card = shard.card(item.entry.record).map_err(damaged)?;
                matches.problems.push(format!(
                    "{} cannot be judged for {shown}: it does not say in comparable versions what \
                     it affects; see `runward explain {}`",
                    card.id, card.id
                ));
            }
        }
        matches.advisories.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(matches)
    }

    /// Every advisory that names a package, whatever the version.
    pub fn of_package(&self, package: &Package) -> Result<Matches, DatabaseError> {
        let mut matches = Matches::default();
        let ecosystem = &package.ecosystem;
        let name = ecosystem.normalize_name(&package.name);
        let Some(shard) = self.shard(ecosystem) else {
            return Ok(matches);
        };
        let damaged = |error| shard.damaged(error);
        let Some(block) = shard.package(ecosystem, &name).map_err(damaged)? else {
            return Ok(matches);
        };
        let mut judged = judge(shard, &block, None, "").map_err(damaged)?;
        for one in &mut judged {
            one.affects = true;
        }
        for of_group in judged.chunk_by(|a, b| a.group == b.group) {
            let found = self.describe(shard, &block, of_group, None);
            matches.advisories.push(found.map_err(damaged)?);
        }
        matches.advisories.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(matches)
    }

    /// Everything about one vulnerability, from all records of its group.
    fn describe(
        &self,
        shard: &Shard,
        block: &Block<'_>,
        of_group: &[Judged<'_>],
        place: Option<Place>,
    ) -> Wire<AdvisoryMatch> {
        let group = of_group.first().map_or(0, |item| item.group);
        let matching: Vec<u32> = of_group
            .iter()
            .filter(|item| item.affects)
            .map(|item| item.entry.record)
            .collect();
        let (mut hits, mut others): (Vec<Card>, Vec<Card>) = (Vec::new(), Vec::new());
        for record in shard.group(group)? {
            let card = shard.card(record)?;
            if matching.contains(&record) {
                hits.push(card);
            } else {
                others.push(card);
            }
        }
        hits.sort_by(|a, b| preference(&a.id).cmp(&preference(&b.id)));
        others.sort_by(|a, b| preference(&a.id).cmp(&preference(&b.id)));
        let mut found = combine(hits, others);
        found.fixed = fixes(block, of_group, place)?;
        found.kev = self.kev(found.ids())?;
        found.epss = self.epss(found.ids())?;
        Ok(found)
    }

    /// The entry of the CVE that was added first.
    pub(crate) fn kev<'a>(&self, ids: impl Iterator<Item = &'a str>) -> Wire<Option<KevEntry>> {
        let Some(file) = &self.kev else {
            return Ok(None);
        };
        let mut first: Option<KevEntry> = None;
        for id in ids {
            if let Some(entry) = crate::feeds::kev::find(file, id)?
                && first
                    .as_ref()
                    .is_none_or(|known| entry.date_added < known.date_added)
            {
                first = Some(entry);
            }
        }
        Ok(first)
    }

    /// The score of the CVE that is likeliest to be exploited.
    pub(crate) fn epss<'a>(&self, ids: impl Iterator<Item = &'a str>) -> Wire<Option<EpssScore>> {
        let Some(file) = &self.epss else {
            return Ok(None);
        };
        let mut highest: Option<EpssScore> = None;
        for id in ids {
            if let Some(score) = crate::feeds::epss::find(file, id)?
                && highest
                    .as_ref()
                    .is_none_or(|known| score.probability > known.probability)
            {
                highest = Some(score);
            }
        }
        Ok(highest)
    }
}

/// All entries of a package with the verdict on a version, sorted by group. Without a place, the
/// version cannot be ordered and is only compared as text.
fn judge<'a>(
    shard: &Shard,
    block: &Block<'a>,
    place: Option<Place>,
    version: &str,
) -> Wire<Vec<Judged<'a>>> {
    let text = match place {
        None => block.unreadable(version),
        Some(_) => None,
    };
    let mut verdicts = Vec::new();
    let mut nothing = place.is_some();
    for entry in block.entries()? {
        let affects = match (place, text) {
            (Some(place), _) => entry.affects(place)?,
            (None, Some(number)) => entry.lists_text(number)?,
            (None, None) => false,
        };
        nothing &= !affects && !entry.doubtful;
        verdicts.push((entry, affects));
    }
    if nothing {
        return Ok(Vec::new());
    }
    let mut judged = Vec::with_capacity(verdicts.len());
    for (entry, affects) in verdicts {
        judged.push(Judged {
            entry,
            group: shard.group_of(entry.record)?,
            affects,
        });
    }
    judged.sort_by_key(|item| item.group);
    Ok(judged)
}

/// The versions above `place` at which a matching record says it is fixed, and which no record of
/// the group affects: one for each branch that has a fix.
fn fixes(block: &Block<'_>, of_group: &[Judged<'_>], place: Option<Place>) -> Wire<Vec<String>> {
    let Some(place) = place else {
        return Ok(Vec::new());
    };
    let mut candidates = Vec::new();
    for item in of_group.iter().filter(|item| item.affects) {
        item.entry.fixes(place, &mut candidates)?;
    }
    candidates.sort_unstable();
    candidates.dedup();
    candidates.truncate(MAX_FIXES);
    let mut fixed = Vec::new();
    for candidate in candidates {
        let mut affected = false;
        for item in of_group {
            affected |= item.entry.affects(candidate)?;
        }
        if !affected && let Some(index) = candidate.index() {
            fixed.push(block.text(index)?.to_owned());
        }
    }
    Ok(fixed)
}

/// Which record stands for a group: malicious-package entries, the ecosystem's own database,
/// GitHub's, a CVE, any other.
pub(crate) fn preference(id: &str) -> (u8, &str) {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| id.starts_with(prefix));
    let rank = if starts(&["MAL-"]) {
        0
    } else if starts(&["PYSEC-", "RUSTSEC-", "GO-"]) {
        1
    } else if starts(&["GHSA-"]) {
        2
    } else if starts(&["CVE-"]) {
        3
    } else {
        4
    };
    (rank, id)
}

/// One match from the records that affect the version, and the other records of the group, each
/// in order of preference.
///
/// Ratings, labels, weaknesses and references come from all of them: they speak of the same
/// vulnerability, and the record that affects the version is often the one without a rating
/// (PYSEC). What the vulnerability is called and what it is come from those that affect it.
fn combine(hits: Vec<Card>, others: Vec<Card>) -> AdvisoryMatch {
    let mut ids: Vec<String> = Vec::new();
    let mut found = AdvisoryMatch {
        id: hits.first().map(|card| card.id.clone()).unwrap_or_default(),
        aliases: Vec::new(),
        records: hits.iter().map(|card| card.id.clone()).collect(),
        summary: String::new(),
        details: String::new(),
        vectors: Vec::new(),
        label: None,
        fixed: Vec::new(),
        malicious: hits.iter().any(|card| {
            card.id.starts_with("MAL-") || card.aliases.iter().any(|a| a.starts_with("MAL-"))
        }),
        // A record that calls it a vulnerability outweighs one that does not.
        informational: hits
            .iter()
            .all(|card| card.informational.is_some())
            .then(|| hits.first().and_then(|card| card.informational.clone()))
            .flatten(),
        cwes: Vec::new(),
        references: Vec::new(),
        published: moment(hits.iter().filter_map(|card| card.published).min()),
        modified: moment(hits.iter().filter_map(|card| card.modified).max()),
        kev: None,
        epss: None,
    };
    found.records.sort_unstable();
    for card in hits.into_iter().chain(others) {
        for vector in card.vectors {
            if !found.vectors.iter().any(|known| known.vector == vector) {
                found.vectors.push(CvssVector {
                    vector,
                    record: card.id.clone(),
                });
            }
        }
        found.label = found.label.max(card.label);
        found.cwes.extend(card.cwes);
        for reference in card.references {
            if !found.references.contains(&reference) {
                found.references.push(reference);
            }
        }
        if found.summary.is_empty() {
            found.summary = card.summary;
        }
        if found.details.is_empty() {
            found.details = card.details;
        }
        ids.push(card.id);
        ids.extend(card.aliases);
    }
    if found.summary.is_empty() {
        found.summary = first_sentence(&found.details);
    }
    found.cwes.sort_unstable();
    found.cwes.dedup();
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|id| *id != found.id);
    found.aliases = ids;
    found
}

/// The beginning of details, for records without a summary (most of PYSEC).
fn first_sentence(details: &str) -> String {
    const LONGEST: usize = 160;
    let text = details.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = text
        .match_indices(". ")
        .map(|(at, _)| at)
        .find(|at| *at > 20)
        .and_then(|at| text.get(..at))
        .unwrap_or_else(|| text.trim_end_matches('.'));
    if sentence.chars().count() <= LONGEST {
        return sentence.to_owned();
    }
    let cut: String = sentence.chars().take(LONGEST).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{cut} …")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_known_record_stands_for_a_group() {
        let mut ids = ["CVE-1", "X-1", "GHSA-1", "PYSEC-2", "MAL-9", "PYSEC-1"];
        ids.sort_by_key(|id| preference(id));
        assert_eq!(
            ids,
            ["MAL-9", "PYSEC-1", "PYSEC-2", "GHSA-1", "CVE-1", "X-1"]
        );
    }

    #[test]
    fn a_summary_is_made_of_the_details() {
        assert_eq!(
            first_sentence("An issue in version 1.2 of\nFoo lets one do a thing. More."),
            "An issue in version 1.2 of Foo lets one do a thing"
        );
        let long = first_sentence(&"word ".repeat(100));
        assert!(
            long.chars().count() <= 162 && long.ends_with(" …"),
            "{long}"
        );
        assert_eq!(first_sentence(""), "");
    }
}
