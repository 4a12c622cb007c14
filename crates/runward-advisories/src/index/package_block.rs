//! Everything that is known of one package: its versions in order, and which of them each record
//! affects.

use runward_model::Ecosystem;
use runward_versions::Version;

use super::{
    package_build::PendingEntry,
    ranges::{self, Event, EventKind, Place},
    wire::{Damaged, Reader, Wire},
};

/// A package's block, as it stands in the index.
#[derive(Debug, Clone)]
pub(crate) struct Block<'a> {
    pub(crate) ecosystem: &'a str,
    pub(crate) name: &'a str,
    count: usize,
    ends: &'a [u8],
    texts: &'a [u8],
    unreadable: Vec<&'a str>,
    entries: Reader<'a>,
}

impl<'a> Block<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Wire<Self> {
        let mut r = Reader(bytes);
        let ecosystem = r.text()?;
        let name = r.text()?;
        let count = r.count()?;
        let ends = r.take(count.checked_mul(4).ok_or(Damaged)?)?;
        let length = match count {
            0 => 0,
            _ => end(ends, count - 1)?,
        };
        let texts = r.take(length)?;
        let unreadable_count = r.count()?;
        let unreadable = (0..unreadable_count)
            .map(|_| r.text())
            .collect::<Wire<_>>()?;
        Ok(Self {
            ecosystem,
            name,
            count,
            ends,
            texts,
            unreadable,
            entries: r,
        })
    }

    /// Version `index` of the table.
    pub(crate) fn text(&self, index: usize) -> Wire<&'a str> {
        let start = match index {
            0 => 0,
            _ => end(self.ends, index - 1)?,
        };
        let stop = end(self.ends, index)?;
        std::str::from_utf8(self.texts.get(start..stop).ok_or(Damaged)?).map_err(|_| Damaged)
    }

    /// Where a version stands.
    pub(crate) fn place(&self, ecosystem: &Ecosystem, version: &Version) -> Wire<Place> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            let found = Version::parse(ecosystem, self.text(middle)?).map_err(|_| Damaged)?;
            match found.cmp(version) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Ok(Place::at(middle)),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Ok(Place::before(low))
    }

    /// The number of a text among the versions that cannot be ordered.
    pub(crate) fn unreadable(&self, text: &str) -> Option<usize> {
        self.unreadable.binary_search(&text).ok()
    }

    pub(crate) fn entries(&self) -> Wire<Vec<Entry<'a>>> {
        let mut r = self.entries;
        let count = r.count()?;
        (0..count)
            .map(|_| {
                Ok(Entry {
                    record: u32::try_from(r.number()?).map_err(|_| Damaged)?,
                    doubtful: r.u8()? != 0,
                    ranges: r.bytes()?,
                    listed: r.bytes()?,
                    listed_texts: r.bytes()?,
                })
            })
            .collect()
    }
}

fn end(ends: &[u8], index: usize) -> Wire<usize> {
    super::wire::row::<4>(ends, index).map(|bytes| u32::from_le_bytes(*bytes) as usize)
}

/// What one record says of the package.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) record: u32,
    /// A part of it could not be judged, so that not being listed says little.
    pub(crate) doubtful: bool,
    ranges: &'a [u8],
    listed: &'a [u8],
    listed_texts: &'a [u8],
}

impl Entry<'_> {
    /// What was built into it, to build it anew. Each version is written as the table writes it,
    /// which is an equal one.
    pub(crate) fn pending(&self, block: &Block<'_>) -> Wire<PendingEntry> {
        let mut pending = PendingEntry {
            doubtful: self.doubtful,
            carried: true,
            ..PendingEntry::default()
        };
        let mut ranges: Vec<Vec<Event>> = Vec::new();
        self.each_range(|events| ranges.push(events.to_vec()))?;
        for range in ranges {
            let range = range
                .into_iter()
                .map(|event| {
                    let version = match event.place.index() {
                        Some(index) => block.text(index)?,
                        None if event.place == Place::BEGINNING => "0",
                        None => return Err(Damaged),
                    };
                    Ok((event.kind, version.to_owned()))
                })
                .collect::<Wire<_>>()?;
            pending.ranges.push(range);
        }
        for index in numbers(self.listed)? {
            pending.versions.push(block.text(index)?.to_owned());
        }
        for index in numbers(self.listed_texts)? {
            let text = block.unreadable.get(index).ok_or(Damaged)?;
            pending.versions.push((*text).to_owned());
        }
        Ok(pending)
    }

    /// OSV's `IsVulnerable` for one affected package: listed, or inside a range.
    pub(crate) fn affects(&self, place: Place) -> Wire<bool> {
        if let Some(index) = place.index()
            && has_step(self.listed, index)?
        {
            return Ok(true);
        }
        let mut affected = false;
        self.each_range(|events| affected |= ranges::contains(events, place))?;
        Ok(affected)
    }

    /// Whether a version that cannot be ordered is listed, by its number.
    pub(crate) fn lists_text(&self, number: usize) -> Wire<bool> {
        has_step(self.listed_texts, number)
    }

    /// The versions above `place` that fix it.
    pub(crate) fn fixes(&self, place: Place, found: &mut Vec<Place>) -> Wire<()> {
        self.each_range(|events| {
            found.extend(
                events
                    .iter()
                    .filter(|event| event.kind == EventKind::Fixed && event.place > place)
                    .map(|event| event.place),
            );
        })
    }

    fn each_range(&self, mut visit: impl FnMut(&[Event])) -> Wire<()> {
        let mut r = Reader(self.ranges);
        let mut events = Vec::new();
        while !r.0.is_empty() {
            events.clear();
            for _ in 0..r.count()? {
                let code = r.number()?;
                events.push(Event {
                    kind: EventKind::from_code(code),
                    place: Place::from_code(code >> 2),
                });
            }
            visit(&events);
        }
        Ok(())
    }
}

/// A set written by [`super::package_build::steps`].
fn numbers(steps: &[u8]) -> Wire<Vec<usize>> {
    let mut reader = Reader(steps);
    let mut next = 0_u64;
    let mut numbers = Vec::new();
    while !reader.0.is_empty() {
        let number = next.checked_add(reader.number()?).ok_or(Damaged)?;
        numbers.push(usize::try_from(number).map_err(|_| Damaged)?);
        next = number.checked_add(1).ok_or(Damaged)?;
    }
    Ok(numbers)
}

/// Whether a set written by [`super::package_build::steps`] has a number.
fn has_step(steps: &[u8], wanted: usize) -> Wire<bool> {
    let mut reader = Reader(steps);
    let mut next = 0_u64;
    while !reader.0.is_empty() {
        let number = next.checked_add(reader.number()?).ok_or(Damaged)?;
        if number >= wanted as u64 {
            return Ok(number == wanted as u64);
        }
        next = number.checked_add(1).ok_or(Damaged)?;
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::package_build::{build, steps};

    fn entry(ranges: &[&[(EventKind, &str)]], versions: &[&str]) -> PendingEntry {
        PendingEntry {
            ranges: ranges
                .iter()
                .map(|range| range.iter().map(|(k, v)| (*k, (*v).to_owned())).collect())
                .collect(),
            versions: versions.iter().map(|v| (*v).to_owned()).collect(),
            doubtful: false,
            carried: false,
        }
    }

    fn built(entries: &[PendingEntry]) -> (Vec<u8>, Vec<String>) {
        let mut waiting = Vec::new();
        for (record, entry) in (0..).zip(entries) {
            entry.append(record, &format!("X-{record}"), &mut waiting);
        }
        let mut problems = Vec::new();
        let block = build(&Ecosystem::PyPI, "pkg", &waiting, &mut problems).unwrap();
        (block, problems)
    }

    fn affects(block: &[u8], version: &str) -> Vec<bool> {
        let block = Block::read(block).unwrap();
        let version = Version::parse(&Ecosystem::PyPI, version).unwrap();
        let place = block.place(&Ecosystem::PyPI, &version).unwrap();
        let entries = block.entries().unwrap();
        entries.iter().map(|e| e.affects(place).unwrap()).collect()
    }

    #[test]
    fn listed_versions_are_equal_by_order_not_by_text() {
        let (block, problems) = built(&[entry(&[], &["4.2", "5.0rc1"])]);
        assert!(problems.is_empty());
        for (version, expected) in [
            ("4.2.0", true),
            ("v4.2", true),
            ("4.2.0.0", true),
            ("5.0.0c1", true),
            ("4.2.post1", false),
            ("4.2+local", false),
            ("1!4.2", false),
        ] {
            assert_eq!(affects(&block, version), [expected], "{version}");
        }
    }

    #[test]
    fn ranges_follow_the_order_of_the_ecosystem() {
        use EventKind::{Fixed, Introduced};
        let (block, _) = built(&[
            entry(&[&[(Introduced, "0"), (Fixed, "1.10")]], &[]),
            entry(&[&[(Introduced, "1.9"), (Fixed, "1!0.1")]], &[]),
        ]);
        for (version, expected) in [
            ("0a1", [true, false]),
            ("1.9", [true, true]),
            ("1.10.dev0", [true, true]),
            ("1.10", [false, true]),
            ("2024.1", [false, true]),
            ("1!0.1", [false, false]),
        ] {
            assert_eq!(affects(&block, version), expected, "{version}");
        }
    }

    #[test]
    fn unreadable_versions_spoil_only_what_they_stand_in() {
        use EventKind::{Fixed, Introduced};
        let (block, problems) = built(&[entry(
            &[
                &[(Introduced, "0"), (Fixed, "what-ever")],
                &[(Introduced, "3"), (Fixed, "4")],
            ],
            &["odd-one", "1.0"],
        )]);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert_eq!(affects(&block, "1.0"), [true]);
        assert_eq!(affects(&block, "2.0"), [false]);
        assert_eq!(affects(&block, "3.5"), [true]);
        let block = Block::read(&block).unwrap();
        let entry = block.entries().unwrap()[0];
        assert!(entry.doubtful);
        let number = block.unreadable("odd-one").unwrap();
        assert!(entry.lists_text(number).unwrap());
        assert!(
            !entry
                .lists_text(block.unreadable("what-ever").unwrap())
                .unwrap()
        );
    }

    #[test]
    fn the_text_of_an_event_is_the_one_shown() {
        use EventKind::{Fixed, Introduced};
        let (block, _) = built(&[
            entry(&[], &["4.2"]),
            entry(&[&[(Introduced, "0"), (Fixed, "4.2.0")]], &[]),
        ]);
        assert_eq!(Block::read(&block).unwrap().text(0), Ok("4.2.0"));
    }

    /// Versions in order; `0` is also the marker of the beginning.
    const VERSIONS: [&str; 9] = [
        "0a1", "0", "1.0.dev1", "1.0rc1", "1", "1.0.1", "1.10", "2", "1!0",
    ];

    /// OSV's algorithm on parsed versions, written from the schema.
    fn naive(entry: &PendingEntry, version: &str) -> bool {
        let parse = |text: &str| Version::parse(&Ecosystem::PyPI, text).unwrap();
        let version = parse(version);
        let in_range = |range: &Vec<(EventKind, String)>| {
            let mut events: Vec<(bool, Version, bool, EventKind)> = range
                .iter()
                .map(|(kind, text)| {
                    let begins = *kind == EventKind::Introduced && text == "0";
                    (
                        !begins,
                        parse(text),
                        *kind == EventKind::LastAffected,
                        *kind,
                    )
                })
                .collect();
            events.sort_by(|a, b| {
                let key = |event: &(bool, Version, bool, EventKind)| (event.0, event.2);
                if a.0 && b.0 {
                    a.1.cmp(&b.1).then(a.2.cmp(&b.2))
                } else {
                    key(a).0.cmp(&key(b).0)
                }
            });
            let mut limits = events
                .iter()
                .filter(|event| event.3 == EventKind::Limit)
                .peekable();
            if limits.peek().is_some() && !limits.any(|limit| version < limit.1) {
                return false;
            }
            events
                .iter()
                .fold(false, |affected, (bounded, at, _, kind)| match kind {
                    EventKind::Introduced if !bounded || version >= *at => true,
                    EventKind::Fixed if version >= *at => false,
                    EventKind::LastAffected if version > *at => false,
                    _ => affected,
                })
        };
        entry.ranges.iter().any(in_range)
            || entry.versions.iter().any(|text| parse(text) == version)
    }

    proptest::proptest! {
        #[test]
        fn the_index_agrees_with_the_schema(
            ranges in proptest::collection::vec(
                proptest::collection::vec((0_u64..4, 0_usize..9), 0..6), 0..3),
            versions in proptest::collection::vec(0_usize..9, 0..3),
        ) {
            let pending = PendingEntry {
                ranges: ranges
                    .iter()
                    .map(|range| {
                        range
                            .iter()
                            .map(|(kind, at)| (EventKind::from_code(*kind), VERSIONS[*at].to_owned()))
                            .collect()
                    })
                    .collect(),
                versions: versions.iter().map(|at| VERSIONS[*at].to_owned()).collect(),
                doubtful: false,
                carried: false,
            };
            let (block, problems) = built(std::slice::from_ref(&pending));
            assert!(problems.is_empty(), "{problems:?}");
            // Taken out and built again, it is the same.
            let read = Block::read(&block).unwrap();
            let again = PendingEntry {
                carried: false,
                ..read.entries().unwrap()[0].pending(&read).unwrap()
            };
            assert_eq!(built(std::slice::from_ref(&again)).0, block);
            for version in VERSIONS.iter().chain(&["0.5", "1.0.0", "1.5", "3", "1.0+x"]) {
                assert_eq!(affects(&block, version), [naive(&pending, version)], "{version}");
            }
        }

        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let version = Version::parse(&Ecosystem::PyPI, "1").unwrap();
            if let Ok(block) = Block::read(&bytes) {
                let _ = block.place(&Ecosystem::PyPI, &version);
                for entry in block.entries().unwrap_or_default() {
                    let _ = entry.affects(Place::at(1));
                    let _ = entry.fixes(Place::BEGINNING, &mut Vec::new());
                    let _ = entry.pending(&block);
                }
            }
            let _ = build(&Ecosystem::PyPI, "x", &bytes, &mut Vec::new());
        }

        #[test]
        fn sets_of_numbers_round_trip(mut numbers in proptest::collection::vec(0_usize..500, 0..50)) {
            let wanted: std::collections::BTreeSet<usize> = numbers.iter().copied().collect();
            let encoded = steps(&mut numbers);
            for number in 0..500 {
                assert_eq!(has_step(&encoded, number), Ok(wanted.contains(&number)));
            }
            assert!(super::numbers(&encoded).unwrap().into_iter().eq(wanted));
        }
    }
}
