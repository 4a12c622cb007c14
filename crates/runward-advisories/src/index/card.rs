//! A card: all that is known of one record except which versions it affects.

use std::io::{Read as _, Write as _};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use runward_model::Severity;

use super::wire::{Damaged, Reader, Wire, Writer};

/// Details below this size are kept as they are: unpacking would cost more than reading.
const PACK_FROM: usize = 600;

/// Characters of the details that [`Card::decode`] keeps. A scan has one card for each match, and
/// shows the beginning of each at most; the whole text is for a person who asks about one of them.
const BEGINNING: usize = 2_000;

/// How much of the details is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Details {
    None,
    Beginning,
    All,
}

/// What stands on the card. Moments are seconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) id: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) withdrawn: Option<i64>,
    pub(crate) published: Option<i64>,
    pub(crate) modified: Option<i64>,
    pub(crate) label: Option<Severity>,
    pub(crate) informational: Option<String>,
    pub(crate) summary: String,
    pub(crate) vectors: Vec<String>,
    pub(crate) cwes: Vec<String>,
    pub(crate) references: Vec<String>,
    pub(crate) details: String,
    /// For people only; matching has its own form in the package blocks.
    pub(crate) affected: Vec<AffectedText>,
}

/// An affected package in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AffectedText {
    pub(crate) ecosystem: String,
    pub(crate) name: String,
    pub(crate) ranges: Vec<RangeText>,
    /// How many versions are listed one by one.
    pub(crate) versions: u64,
}

/// A range in words: its type, and event names with versions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RangeText {
    pub(crate) kind: String,
    pub(crate) events: Vec<(String, String)>,
}

const LABELS: [Severity; 6] = [
    Severity::Unknown,
    Severity::None,
    Severity::Low,
    Severity::Medium,
    Severity::High,
    Severity::Critical,
];

impl Card {
    /// Its id and its aliases.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.id.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.text(&self.id);
        w.texts(self.aliases.iter().map(String::as_str));
        w.moment(self.withdrawn);
        w.moment(self.published);
        w.moment(self.modified);
        let label = self
            .label
            .and_then(|label| LABELS.iter().position(|known| *known == label));
        w.count(label.map_or(0, |at| at + 1));
        w.text(self.informational.as_deref().unwrap_or_default());
        w.text(&self.summary);
        w.texts(self.vectors.iter().map(String::as_str));
        w.texts(self.cwes.iter().map(String::as_str));
        w.texts(self.references.iter().map(String::as_str));
        write_details(&mut w, &self.details);
        w.count(self.affected.len());
        for affected in &self.affected {
            w.text(&affected.ecosystem);
            w.text(&affected.name);
            w.number(affected.versions);
            w.count(affected.ranges.len());
            for range in &affected.ranges {
                w.text(&range.kind);
                w.count(range.events.len());
                for (event, version) in &range.events {
                    w.text(event);
                    w.text(version);
                }
            }
        }
        w.0
    }

    /// All but `affected`, with the beginning of the details.
    pub(crate) fn decode(bytes: &[u8]) -> Wire<Self> {
        Self::decode_front(&mut Reader(bytes), Details::Beginning)
    }

    /// All but `affected` and the details.
    pub(crate) fn decode_head(bytes: &[u8]) -> Wire<Self> {
        Self::decode_front(&mut Reader(bytes), Details::None)
    }

    /// All.
    pub(crate) fn decode_whole(bytes: &[u8]) -> Wire<Self> {
        let mut reader = Reader(bytes);
        let mut card = Self::decode_front(&mut reader, Details::All)?;
        for _ in 0..reader.count()? {
            let mut affected = AffectedText {
                ecosystem: reader.text()?.to_owned(),
                name: reader.text()?.to_owned(),
                versions: reader.number()?,
                ranges: Vec::new(),
            };
            for _ in 0..reader.count()? {
                let mut range = RangeText {
                    kind: reader.text()?.to_owned(),
                    events: Vec::new(),
                };
                for _ in 0..reader.count()? {
                    range
                        .events
                        .push((reader.text()?.to_owned(), reader.text()?.to_owned()));
                }
                affected.ranges.push(range);
            }
            card.affected.push(affected);
        }
        Ok(card)
    }

    fn decode_front(r: &mut Reader<'_>, details: Details) -> Wire<Self> {
        Ok(Self {
            id: r.text()?.to_owned(),
            aliases: r.texts()?,
            withdrawn: r.moment()?,
            published: r.moment()?,
            modified: r.moment()?,
            label: match usize::try_from(r.number()?).map_err(|_| Damaged)? {
                0 => None,
                shifted => Some(*LABELS.get(shifted - 1).ok_or(Damaged)?),
            },
            informational: Some(r.text()?.to_owned()).filter(|text| !text.is_empty()),
            summary: r.text()?.to_owned(),
            vectors: r.texts()?,
            cwes: r.texts()?,
            references: r.texts()?,
            details: read_details(r, details)?,
            affected: Vec::new(),
        })
    }
}

fn write_details(w: &mut Writer, details: &str) {
    if details.len() >= PACK_FROM {
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::new(6));
        if packer.write_all(details.as_bytes()).is_ok()
            && let Ok(packed) = packer.finish()
            && packed.len() < details.len()
        {
            w.count(details.len());
            w.bytes(&packed);
            return;
        }
    }
    w.count(0);
    w.text(details);
}

fn read_details(r: &mut Reader<'_>, wanted: Details) -> Wire<String> {
    let unpacked = r.number()?;
    let bytes = r.bytes()?;
    // Enough for the beginning in the longest characters, and for one more to show that it goes on.
    let most = match wanted {
        Details::None => return Ok(String::new()),
        Details::Beginning => 4 * (BEGINNING as u64 + 1),
        Details::All => u64::MAX,
    };
    let mut text = Vec::new();
    if unpacked == 0 {
        bytes.take(most).read_to_end(&mut text)
    } else {
        DeflateDecoder::new(bytes)
            .take(unpacked.min(most))
            .read_to_end(&mut text)
    }
    .map_err(|_| Damaged)?;
    if wanted == Details::Beginning && text.len() > BEGINNING {
        return beginning(&text);
    }
    String::from_utf8(text).map_err(|_| Damaged)
}

/// The first characters of a text that may end amid one.
fn beginning(text: &[u8]) -> Wire<String> {
    let text = match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => text
            .get(..error.valid_up_to())
            .and_then(|whole| std::str::from_utf8(whole).ok())
            .ok_or(Damaged)?,
        Err(_) => return Err(Damaged),
    };
    Ok(match text.char_indices().nth(BEGINNING) {
        Some((end, _)) => format!("{}…", text.get(..end).ok_or(Damaged)?),
        None => text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_round_trip_with_short_and_long_details() {
        for length in [0, 10, PACK_FROM, 50_000] {
            let card = Card {
                id: "X-1".to_owned(),
                aliases: vec!["CVE-1".to_owned()],
                modified: Some(5),
                label: Some(Severity::High),
                informational: Some("notice".to_owned()),
                summary: "s".to_owned(),
                vectors: vec!["CVSS:3.1/…".to_owned()],
                details: "lorem ipsum ".repeat(length / 12),
                affected: vec![AffectedText {
                    ecosystem: "PyPI".to_owned(),
                    name: "x".to_owned(),
                    versions: 3,
                    ranges: vec![RangeText {
                        kind: "ECOSYSTEM".to_owned(),
                        events: vec![("introduced".to_owned(), "0".to_owned())],
                    }],
                }],
                ..Card::default()
            };
            let bytes = card.encode();
            assert_eq!(Card::decode_whole(&bytes).unwrap(), card);
            assert!(Card::decode(&bytes).unwrap().affected.is_empty());
            assert_eq!(Card::decode_head(&bytes).unwrap().details, "");
        }
    }

    #[test]
    fn a_match_keeps_the_beginning_of_the_details_in_whole_characters() {
        for letter in ["a", "ü", "…", "🦀"] {
            for (count, expected) in [
                (BEGINNING - 1, BEGINNING - 1),
                (BEGINNING, BEGINNING),
                (BEGINNING + 1, BEGINNING + 1),
                (50_000, BEGINNING + 1),
            ] {
                let card = Card {
                    details: letter.repeat(count),
                    ..Card::default()
                };
                let bytes = card.encode();
                let kept = Card::decode(&bytes).unwrap().details;
                assert_eq!(kept.chars().count(), expected, "{count} of {letter}");
                assert!(kept.starts_with(&letter.repeat(BEGINNING - 1)));
                assert_eq!(kept.ends_with('…'), count > BEGINNING || letter == "…");
                assert_eq!(Card::decode_whole(&bytes).unwrap().details, card.details);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let _ = Card::decode_whole(&bytes);
        }
    }
}
