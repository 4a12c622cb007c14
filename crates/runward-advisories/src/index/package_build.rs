//! Builds what the index holds of one package, once all records that speak of it are known.

use std::collections::HashMap;

use runward_model::Ecosystem;
use runward_versions::{Version, is_beginning};

use super::{
    ranges::{self, Event, EventKind, Place},
    wire::{Reader, Wire, Writer},
};

/// What one record says of one package, as read.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct PendingEntry {
    pub(crate) ranges: Vec<Vec<(EventKind, String)>>,
    pub(crate) versions: Vec<String>,
    /// A part of it cannot be judged.
    pub(crate) doubtful: bool,
    /// It comes from an older index, whose problems are known already.
    pub(crate) carried: bool,
}

impl PendingEntry {
    /// Appends it to the entries that wait until all versions of the package are known.
    pub(crate) fn append(&self, record: u32, id: &str, waiting: &mut Vec<u8>) {
        let mut w = Writer(std::mem::take(waiting));
        w.number(u64::from(record));
        w.text(id);
        w.u8(u8::from(self.doubtful) | u8::from(self.carried) << 1);
        w.count(self.ranges.len());
        for range in &self.ranges {
            w.count(range.len());
            for (kind, version) in range {
                w.u8(kind.code());
                w.text(version);
            }
        }
        w.texts(self.versions.iter().map(String::as_str));
        *waiting = w.0;
    }
}

/// A waiting entry, read back.
struct Waiting<'a> {
    record: u64,
    id: &'a str,
    doubtful: bool,
    carried: bool,
    ranges: Vec<Vec<(EventKind, &'a str)>>,
    versions: Vec<&'a str>,
}

fn read_waiting<'a>(r: &mut Reader<'a>) -> Wire<Waiting<'a>> {
    let record = r.number()?;
    let id = r.text()?;
    let flags = r.u8()?;
    let mut ranges = Vec::new();
    for _ in 0..r.count()? {
        let mut range = Vec::new();
        for _ in 0..r.count()? {
            range.push((EventKind::from_code(u64::from(r.u8()?)), r.text()?));
        }
        ranges.push(range);
    }
    let count = r.count()?;
    let versions = (0..count).map(|_| r.text()).collect::<Wire<_>>()?;
    Ok(Waiting {
        record,
        id,
        doubtful: flags & 1 != 0,
        carried: flags & 2 != 0,
        ranges,
        versions,
    })
}

/// Builds a package's block from its waiting entries; what could not be used in full is added to
/// `problems`.
pub(crate) fn build(
    ecosystem: &Ecosystem,
    name: &str,
    waiting: &[u8],
    problems: &mut Vec<String>,
) -> Wire<Vec<u8>> {
    let mut reader = Reader(waiting);
    let mut entries = Vec::new();
    while !reader.0.is_empty() {
        entries.push(read_waiting(&mut reader)?);
    }
    let table = Table::new(ecosystem, &entries);
    let mut w = Writer::default();
    w.text(ecosystem.osv_name());
    w.text(name);
    table.write(&mut w);
    w.count(entries.len());
    for mut entry in entries {
        let ranges = table.ranges(name, &mut entry, problems);
        let (listed, texts) = table.listed(name, &entry, problems);
        w.number(entry.record);
        w.u8(u8::from(entry.doubtful));
        w.bytes(&ranges);
        w.bytes(&listed);
        w.bytes(&texts);
    }
    Ok(w.0)
}

/// The versions of a package, in order, and those that cannot be ordered.
struct Table<'a> {
    /// One text for each version.
    ordered: Vec<&'a str>,
    unreadable: Vec<&'a str>,
    places: HashMap<&'a str, Result<usize, usize>>,
}

impl<'a> Table<'a> {
    fn new(ecosystem: &Ecosystem, entries: &[Waiting<'a>]) -> Self {
        // Where several texts are one version, the one of an event stands for it: it may be shown
        // as the version that fixes.
        let mut texts: HashMap<&'a str, bool> = HashMap::new();
        for entry in entries {
            for (kind, version) in entry.ranges.iter().flatten() {
                if !(*kind == EventKind::Introduced && is_beginning(version)) {
                    texts.insert(version, false);
                }
            }
            for version in &entry.versions {
                texts.entry(version).or_insert(true);
            }
        }
        let mut parsed = Vec::with_capacity(texts.len());
        let mut unreadable = Vec::new();
        for (text, only_listed) in texts {
            match Version::parse(ecosystem, text) {
                Ok(version) => parsed.push((version, only_listed, text.len(), text)),
                Err(_) => unreadable.push(text),
            }
        }
        parsed.sort_unstable();
        unreadable.sort_unstable();
        let mut table = Self {
            ordered: Vec::new(),
            places: HashMap::with_capacity(parsed.len() + unreadable.len()),
            unreadable,
        };
        let mut last: Option<Version> = None;
        for (version, _, _, text) in parsed {
            if last.as_ref() != Some(&version) {
                table.ordered.push(text);
                last = Some(version);
            }
            table.places.insert(text, Ok(table.ordered.len() - 1));
        }
        for (index, text) in table.unreadable.iter().enumerate() {
            table.places.insert(text, Err(index));
        }
        table
    }

    fn write(&self, w: &mut Writer) {
        w.count(self.ordered.len());
        let mut end = 0_u32;
        for text in &self.ordered {
            end = end.saturating_add(u32::try_from(text.len()).unwrap_or(u32::MAX));
            w.u32(end);
        }
        for text in &self.ordered {
            w.0.extend_from_slice(text.as_bytes());
        }
        w.texts(self.unreadable.iter().copied());
    }

    fn ranges(&self, name: &str, entry: &mut Waiting<'a>, problems: &mut Vec<String>) -> Vec<u8> {
        let mut w = Writer::default();
        for range in &entry.ranges {
            let events: Result<Vec<Event>, &str> = range
                .iter()
                .map(|&(kind, text)| {
                    let place = if kind == EventKind::Introduced && is_beginning(text) {
                        Some(Place::BEGINNING)
                    } else {
                        self.places
                            .get(text)
                            .and_then(|place| place.ok())
                            .map(Place::at)
                    };
                    place.map(|place| Event { kind, place }).ok_or(text)
                })
                .collect();
            match events {
                Ok(mut events) => {
                    ranges::sort(&mut events);
                    w.count(events.len());
                    for event in events {
                        w.number(event.place.code() << 2 | u64::from(event.kind.code()));
                    }
                }
                Err(text) => {
                    entry.doubtful = true;
                    problems.push(format!(
                        "{}: a range of {name} has the unreadable version `{}`; it is not used",
                        entry.id,
                        shown(text)
                    ));
                }
            }
        }
        w.0
    }

    fn listed(
        &self,
        name: &str,
        entry: &Waiting<'a>,
        problems: &mut Vec<String>,
    ) -> (Vec<u8>, Vec<u8>) {
        let mut ordered = Vec::new();
        let mut unreadable = Vec::new();
        for text in &entry.versions {
            match self.places.get(text) {
                Some(Ok(index)) => ordered.push(*index),
                Some(Err(index)) => unreadable.push(*index),
                None => {}
            }
        }
        if !entry.carried
            && let Some(first) = unreadable.first().and_then(|at| self.unreadable.get(*at))
        {
            problems.push(format!(
                "{}: {} of the versions of {name} cannot be ordered (such as `{}`); they match as \
                 text only",
                entry.id,
                unreadable.len(),
                shown(first)
            ));
        }
        (steps(&mut ordered), steps(&mut unreadable))
    }
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// A set of numbers as the differences between them.
pub(super) fn steps(numbers: &mut Vec<usize>) -> Vec<u8> {
    numbers.sort_unstable();
    numbers.dedup();
    let mut w = Writer::default();
    let mut next = 0;
    for number in numbers {
        w.count(*number - next);
        next = *number + 1;
    }
    w.0
}
