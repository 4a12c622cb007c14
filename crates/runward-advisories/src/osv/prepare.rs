//! From a record's JSON to what the index stores of it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use runward_model::{Ecosystem, Severity};

use super::record::{Affected, Event, Range, Record, Severity as Rating, text_at};
use crate::{
    Limits,
    index::{
        card::{AffectedText, Card, RangeText},
        key,
        package_build::PendingEntry,
        ranges::EventKind,
    },
};

/// A record, ready for the index.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) id: String,
    /// Hashes of the id and of the aliases.
    pub(crate) names: Vec<u64>,
    pub(crate) withdrawn: bool,
    pub(crate) modified: Option<i64>,
    pub(crate) published: Option<i64>,
    /// The base names of the ecosystems that it speaks of, also where it is withdrawn.
    pub(crate) ecosystems: BTreeSet<String>,
    pub(crate) card: Vec<u8>,
    pub(crate) entries: Vec<PreparedEntry>,
    pub(crate) problems: Vec<String>,
}

/// One affected package.
#[derive(Debug)]
pub(crate) struct PreparedEntry {
    pub(crate) ecosystem: Ecosystem,
    /// In its normal form.
    pub(crate) name: String,
    pub(crate) entry: PendingEntry,
}

/// Reads one record. The error says what is wrong, without naming the file.
pub(crate) fn prepare(json: &[u8], limits: &Limits) -> Result<Prepared, String> {
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    let record: Record =
        serde_json::from_slice(json).map_err(|error| format!("it is no OSV record ({error})"))?;
    if !is_identifier(&record.id, limits) {
        return Err("its id is empty, too long or holds blanks".to_owned());
    }
    let mut problems = Vec::new();
    let id = record.id.clone();
    let mut problem = |what: String| problems.push(format!("{id}: {what}"));

    let withdrawn = record.withdrawn.as_deref().filter(|text| !text.is_empty());
    let withdrawn_at = withdrawn.and_then(seconds);
    if withdrawn.is_some() && withdrawn_at.is_none() {
        problem("`withdrawn` is no date; the record counts as valid".to_owned());
    }
    let mut card = Card {
        id: record.id.clone(),
        withdrawn: withdrawn_at,
        published: record.published.as_deref().and_then(seconds),
        modified: record.modified.as_deref().and_then(seconds),
        summary: clean(record.summary.as_deref().unwrap_or_default(), 1_000),
        details: clean(
            record.details.as_deref().unwrap_or_default(),
            limits.max_details_bytes,
        ),
        label: label(record.database_specific.as_ref()),
        aliases: aliases(&record, limits, &mut problem),
        cwes: cwes(&record),
        references: references(&record, limits),
        ..Card::default()
    };
    add_vectors(&mut card.vectors, record.severity.as_deref());
    let affected = record.affected.unwrap_or_default();
    if affected.len() > limits.max_affected {
        problem(format!(
            "it names {} packages, over the limit of {}; the rest is not used",
            affected.len(),
            limits.max_affected
        ));
    }
    let mut entries = Vec::new();
    for item in affected.into_iter().take(limits.max_affected) {
        read_affected(item, limits, &mut card, &mut entries, &mut problem);
    }
    let ecosystems = entries
        .iter()
        .map(|entry| key::base(&entry.ecosystem).to_owned())
        .collect();
    if card.withdrawn.is_some() {
        entries.clear();
    }
    let names = card.names().map(key::identifier).collect();
    Ok(Prepared {
        names,
        withdrawn: card.withdrawn.is_some(),
        modified: card.modified,
        published: card.published,
        ecosystems,
        card: card.encode(),
        id: card.id,
        entries,
        problems,
    })
}

fn read_affected(
    item: Affected,
    limits: &Limits,
    card: &mut Card,
    entries: &mut Vec<PreparedEntry>,
    problem: &mut impl FnMut(String),
) {
    let specific = item.database_specific.as_ref();
    if card.informational.is_none() {
        card.informational = text_at(specific, "informational").map(|text| clean(text, 100));
    }
    if card.label.is_none() {
        card.label = label(specific).or_else(|| label(item.ecosystem_specific.as_ref()));
    }
    add_vectors(&mut card.vectors, item.severity.as_deref());
    if card.vectors.is_empty()
        && let Some(vector) = text_at(specific, "cvss").filter(|text| is_vector(text))
    {
        card.vectors.push(vector.to_owned());
    }
    // Without a package, such an item speaks of a repository; nothing that is looked up is one.
    let Some(package) = item.package else { return };
    let ecosystem_name = package.ecosystem.unwrap_or_default();
    let ecosystem = Ecosystem::from_osv_name(ecosystem_name.trim());
    let raw_name = package.name.unwrap_or_default();
    let name = ecosystem.normalize_name(&raw_name);
    if ecosystem_name.trim().is_empty() || !is_identifier(&name, limits) {
        problem("an affected package has no usable name; it is not used".to_owned());
        return;
    }
    let ranges = item.ranges.unwrap_or_default();
    let versions = item.versions.unwrap_or_default();
    card.affected.push(AffectedText {
        ecosystem: clean(&ecosystem_name, 200),
        name: clean(&raw_name, limits.max_name_bytes),
        versions: versions.len() as u64,
        ranges: ranges.iter().map(range_text).collect(),
    });
    let mut entry = PendingEntry::default();
    let mut git_only = !ranges.is_empty();
    for range in &ranges {
        match range.kind.as_deref() {
            // Commits cannot be compared with a version. Beside other ranges or versions, which
            // say the same of versions, they are redundant.
            Some("GIT") => {}
            Some("SEMVER" | "ECOSYSTEM") => {
                git_only = false;
                let events = flatten(range.events.as_deref().unwrap_or_default());
                match usable(&events, limits) {
                    Ok(()) => entry.ranges.push(events),
                    Err(reason) => {
                        entry.doubtful = true;
                        problem(format!("a range of {name} {reason}; it is not used"));
                    }
                }
            }
            other => {
                git_only = false;
                entry.doubtful = true;
                problem(format!(
                    "a range of {name} has the unknown type `{}`; it is not used",
                    clean(other.unwrap_or_default(), 40)
                ));
            }
        }
    }
    for version in versions {
        if version.len() <= limits.max_version_bytes && !version.trim().is_empty() {
            entry.versions.push(version.trim().to_owned());
        } else {
            entry.doubtful = true;
            problem(format!(
                "a version of {name} is empty or too long; it is not used"
            ));
        }
    }
    if entry.ranges.is_empty() && entry.versions.is_empty() && !entry.doubtful {
        entry.doubtful = true;
        problem(if git_only {
            format!("{name} has ranges of commits only, which cannot be compared with versions")
        } else {
            format!("{name} has neither ranges nor versions")
        });
    }
    entries.push(PreparedEntry {
        ecosystem,
        name,
        entry,
    });
}

fn flatten(events: &[Event]) -> Vec<(EventKind, String)> {
    let mut flat = Vec::with_capacity(events.len());
    for event in events {
        for (kind, version) in [
            (EventKind::Introduced, &event.introduced),
            (EventKind::Fixed, &event.fixed),
            (EventKind::LastAffected, &event.last_affected),
            (EventKind::Limit, &event.limit),
        ] {
            if let Some(version) = version {
                flat.push((kind, version.trim().to_owned()));
            }
        }
    }
    // `limit: "*"` is no limit, and one limit that allows a version is enough.
    if flat
        .iter()
        .any(|(kind, version)| *kind == EventKind::Limit && version == "*")
    {
        flat.retain(|(kind, _)| *kind != EventKind::Limit);
    }
    flat
}

fn usable(events: &[(EventKind, String)], limits: &Limits) -> Result<(), &'static str> {
    if !events
        .iter()
        .any(|(kind, _)| *kind == EventKind::Introduced)
    {
        return Err("has no `introduced` event");
    }
    if events
        .iter()
        .any(|(_, version)| version.is_empty() || version.len() > limits.max_version_bytes)
    {
        return Err("has a version that is empty or too long");
    }
    Ok(())
}

fn range_text(range: &Range) -> RangeText {
    RangeText {
        kind: clean(range.kind.as_deref().unwrap_or_default(), 40),
        events: flatten(range.events.as_deref().unwrap_or_default())
            .into_iter()
            .map(|(kind, version)| (kind.name().to_owned(), clean(&version, 200)))
            .collect(),
    }
}

fn aliases(record: &Record, limits: &Limits, problem: &mut impl FnMut(String)) -> Vec<String> {
    let mut aliases: Vec<String> = Vec::new();
    for alias in record.aliases.iter().flatten() {
        let alias = alias.trim();
        if alias == record.id {
            continue;
        }
        if !is_identifier(alias, limits) {
            problem("an alias is empty, too long or holds blanks; it is not used".to_owned());
        } else if aliases.len() == limits.max_aliases {
            problem(format!(
                "more than {} aliases; the rest is not used",
                limits.max_aliases
            ));
            break;
        } else {
            aliases.push(alias.to_owned());
        }
    }
    aliases.sort_unstable();
    aliases.dedup();
    aliases
}

fn references(record: &Record, limits: &Limits) -> Vec<String> {
    let mut references: Vec<String> = Vec::new();
    for reference in record.references.iter().flatten() {
        if let Some(url) = reference.url.as_deref().map(str::trim)
            && (url.starts_with("https://") || url.starts_with("http://"))
            && url.len() <= 2_000
            && !url.chars().any(|c| c.is_control() || c.is_whitespace())
            && references.len() < limits.max_references
            && !references.iter().any(|known| known == url)
        {
            references.push(url.to_owned());
        }
    }
    references
}

/// `cwe_ids` of GitHub's records, `cwes[].cweId` of the malicious-packages database.
fn cwes(record: &Record) -> Vec<String> {
    let specific = record.database_specific.as_ref();
    let listed = |key: &str| {
        specific
            .and_then(|value| value.get(key))
            .and_then(serde_json::Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default()
    };
    let mut cwes: Vec<String> = listed("cwe_ids")
        .iter()
        .filter_map(serde_json::Value::as_str)
        .chain(
            listed("cwes")
                .iter()
                .filter_map(|cwe| text_at(Some(cwe), "cweId")),
        )
        .filter(|cwe| cwe.starts_with("CWE-") && cwe.len() < 20)
        .take(50)
        .map(|cwe| clean(cwe, 20))
        .collect();
    cwes.sort_unstable();
    cwes.dedup();
    cwes
}

fn label(value: Option<&serde_json::Value>) -> Option<Severity> {
    text_at(value, "severity")?.parse().ok()
}

fn add_vectors(vectors: &mut Vec<String>, ratings: Option<&[Rating]>) {
    for rating in ratings.unwrap_or_default() {
        if let (Some(kind), Some(score)) = (&rating.kind, &rating.score)
            && kind.starts_with("CVSS")
            && is_vector(score)
            && vectors.len() < 20
            && !vectors.iter().any(|known| known == score)
        {
            vectors.push(score.clone());
        }
    }
}

fn is_vector(text: &str) -> bool {
    text.len() <= 400 && text.contains(':') && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_identifier(text: &str, limits: &Limits) -> bool {
    !text.is_empty()
        && text.len() <= limits.max_name_bytes
        && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// Seconds since 1970. Older moments stand for "not known": the Go database writes the year 1.
fn seconds(text: &str) -> Option<i64> {
    let moment: Timestamp = text.trim().parse().ok()?;
    Some(moment.as_second()).filter(|seconds| *seconds > 0)
}

/// Text without control characters, which could drive a terminal, cut to a size.
fn clean(text: &str, max_bytes: usize) -> String {
    let mut cleaned = String::with_capacity(text.len().min(max_bytes));
    for character in text.trim().chars() {
        if cleaned.len() + character.len_utf8() > max_bytes {
            cleaned.push('…');
            break;
        }
        let keep = !character.is_control() || matches!(character, '\n' | '\t');
        if keep {
            cleaned.push(character);
        }
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Prepared {
        prepare(json.as_bytes(), &Limits::default()).unwrap()
    }

    #[test]
    fn nulls_and_the_year_one_are_tolerated() {
        let prepared = read(
            r#"{"schema_version":null,"id":"GO-1","aliases":null,"modified":"0001-01-01T00:00:00Z",
                "published":"0001-01-01T00:00:00Z","withdrawn":null,"severity":null,
                "references":null,"database_specific":null,
                "affected":[{"package":{"ecosystem":"Go","name":"stdlib"},"versions":null,
                "ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}"#,
        );
        assert!(prepared.problems.is_empty(), "{:?}", prepared.problems);
        assert_eq!(prepared.entries.len(), 1);
        let card = Card::decode_whole(&prepared.card).unwrap();
        assert_eq!((card.published, card.modified), (None, None));
    }

    #[test]
    fn what_the_databases_say_in_their_own_words_is_read() {
        let prepared = read(
            r#"{"id":"RUSTSEC-1","database_specific":{"severity":"MODERATE","cwe_ids":["CWE-2","CWE-1"]},
                "affected":[{"package":{"ecosystem":"crates.io","name":"x"},"versions":[],
                "database_specific":{"informational":"unmaintained","cvss":"CVSS:3.1/AV:N"},
                "ranges":[{"type":"SEMVER","events":[{"introduced":"0.0.0-0"}]}]}]}"#,
        );
        let card = Card::decode_whole(&prepared.card).unwrap();
        assert_eq!(card.label, Some(Severity::Medium));
        assert_eq!(card.cwes, ["CWE-1", "CWE-2"]);
        assert_eq!(card.informational.as_deref(), Some("unmaintained"));
        assert_eq!(card.vectors, ["CVSS:3.1/AV:N"]);
    }

    #[test]
    fn commits_alone_are_doubtful_and_beside_versions_are_not() {
        let git = r#"{"type":"GIT","repo":"r","events":[{"introduced":"0"},{"fixed":"abc"}]}"#;
        let alone = read(&format!(
            r#"{{"id":"X-1","affected":[{{"package":{{"ecosystem":"PyPI","name":"a"}},"ranges":[{git}]}}]}}"#
        ));
        assert!(alone.entries[0].entry.doubtful);
        assert_eq!(alone.problems.len(), 1);
        let beside = read(&format!(
            r#"{{"id":"X-1","affected":[{{"package":{{"ecosystem":"PyPI","name":"a"}},"ranges":[{git}],"versions":["1"]}}]}}"#
        ));
        assert!(!beside.entries[0].entry.doubtful);
        assert!(beside.problems.is_empty());
    }

    #[test]
    fn a_withdrawn_record_affects_nothing() {
        let json = |date: &str| {
            format!(
                r#"{{"id":"X-1","withdrawn":"{date}","affected":[{{"package":{{"ecosystem":"PyPI","name":"a"}},"versions":["1"]}}]}}"#
            )
        };
        assert!(read(&json("2020-01-01T00:00:00Z")).entries.is_empty());
        let unclear = read(&json("some day"));
        assert_eq!(unclear.entries.len(), 1);
        assert_eq!(unclear.problems.len(), 1);
    }

    #[test]
    fn several_keys_in_one_event_and_the_unlimited_limit() {
        let prepared = read(
            r#"{"id":"X-1","affected":[{"package":{"ecosystem":"PyPI","name":"A_b"},"ranges":[
                {"type":"ECOSYSTEM","events":[{"introduced":"0","fixed":"2"},{"limit":"*"}]}]}]}"#,
        );
        assert_eq!(prepared.entries[0].name, "a-b");
        assert_eq!(
            prepared.entries[0].entry.ranges,
            [[
                (EventKind::Introduced, "0".to_owned()),
                (EventKind::Fixed, "2".to_owned())
            ]]
        );
    }

    #[test]
    fn hostile_text_is_cleaned_or_refused() {
        let prepared =
            read("{\"id\":\"X-1\",\"summary\":\"a\\u001b[31mb\",\"aliases\":[\"\",\"a b\"]}");
        let card = Card::decode(&prepared.card).unwrap();
        assert_eq!(card.summary, "a[31mb");
        assert!(card.aliases.is_empty());
        assert_eq!(prepared.problems.len(), 2);
        let limits = Limits::default();
        assert!(prepare(b"{\"id\":\"a\\nb\"}", &limits).is_err());
        assert!(prepare(b"{}", &limits).is_err());
        let deep = format!("{{\"id\":\"X\",\"database_specific\":{}", "[".repeat(5_000));
        assert!(prepare(deep.as_bytes(), &limits).is_err());
        let deep = format!("{{\"id\":\"X\",\"unknown\":{}", "[".repeat(5_000));
        assert!(prepare(deep.as_bytes(), &limits).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let _ = prepare(&bytes, &Limits::default());
        }
    }
}
