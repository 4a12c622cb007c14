//! CISA's catalogue of known exploited vulnerabilities
//! (<https://www.cisa.gov/known-exploited-vulnerabilities-catalog>).

use std::io::{self, Seek, Write};

use jiff::civil::Date;
use runward_model::KevEntry;
use serde::Deserialize;

use super::cve;
use crate::{
    Limits,
    index::{
        container::{Container, ContainerWriter, Kind},
        wire::{Damaged, Reader, Wire, Writer, lower_bound, row},
    },
};

const ROWS: u32 = 1;
const ROW: usize = 20;

#[derive(Debug, Deserialize)]
pub(crate) struct Catalogue {
    pub(crate) vulnerabilities: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    #[serde(rename = "cveID")]
    cve_id: String,
    date_added: String,
    due_date: Option<String>,
    known_ransomware_campaign_use: Option<String>,
}

/// The catalogue's entries, sorted, and how many could not be read.
pub(crate) fn parse(json: &[u8], limits: &Limits) -> Result<(Vec<(u64, KevEntry)>, u64), String> {
    let catalogue: Catalogue = serde_json::from_slice(json)
        .map_err(|error| format!("it is no catalogue of exploited vulnerabilities ({error})"))?;
    entries(catalogue, limits)
}

pub(crate) fn entries(
    catalogue: Catalogue,
    limits: &Limits,
) -> Result<(Vec<(u64, KevEntry)>, u64), String> {
    let total = catalogue.vulnerabilities.len();
    if total > limits.max_feed_entries {
        return Err(format!(
            "it has {total} entries, over the limit of {}",
            limits.max_feed_entries
        ));
    }
    let mut rows: Vec<(u64, KevEntry)> = catalogue
        .vulnerabilities
        .into_iter()
        .filter_map(|entry| {
            let date = |text: &str| text.trim().parse::<Date>().ok();
            Some((
                cve::key(&entry.cve_id)?,
                KevEntry {
                    date_added: date(&entry.date_added)?,
                    due_date: entry.due_date.as_deref().and_then(date),
                    ransomware: entry
                        .known_ransomware_campaign_use
                        .is_some_and(|word| word.trim().eq_ignore_ascii_case("known")),
                    cve: entry.cve_id,
                },
            ))
        })
        .collect();
    let unread = (total - rows.len()) as u64;
    if rows.is_empty() {
        return Err("none of its entries can be read".to_owned());
    }
    rows.sort_by_key(|(key, entry)| (*key, entry.date_added));
    rows.dedup_by_key(|(key, _)| *key);
    Ok((rows, unread))
}

pub(crate) fn write<W: Write + Seek>(rows: &[(u64, KevEntry)], out: W) -> io::Result<W> {
    let mut w = Writer::default();
    for (key, entry) in rows {
        w.u64(*key);
        w.u32(pack(Some(entry.date_added)));
        w.u32(pack(entry.due_date));
        w.u32(u32::from(entry.ransomware));
    }
    let mut file = ContainerWriter::new(out, Kind::Kev)?;
    file.begin(ROWS);
    file.write(&w.0)?;
    file.finish()
}

fn pack(date: Option<Date>) -> u32 {
    date.map_or(0, |date| {
        let part = |number: i8| u32::try_from(number).unwrap_or_default();
        let year = u32::try_from(date.year()).unwrap_or_default();
        year << 16 | part(date.month()) << 8 | part(date.day())
    })
}

fn unpack(packed: u32) -> Wire<Option<Date>> {
    if packed == 0 {
        return Ok(None);
    }
    let [day, month, low, high] = packed.to_le_bytes();
    let part = |byte: u8| i8::try_from(byte).map_err(|_| Damaged);
    Date::new(i16::from_le_bytes([low, high]), part(month)?, part(day)?)
        .map(Some)
        .map_err(|_| Damaged)
}

/// Looks a CVE up in a file of [`Kind::Kev`].
pub(crate) fn find(file: &Container, id: &str) -> Wire<Option<KevEntry>> {
    let Some(key) = cve::key(id) else {
        return Ok(None);
    };
    let rows = file.section(ROWS);
    let at = lower_bound::<ROW>(rows, key)?;
    if at >= rows.len() / ROW {
        return Ok(None);
    }
    let mut entry = Reader(row::<ROW>(rows, at)?);
    if entry.u64()? != key {
        return Ok(None);
    }
    Ok(Some(KevEntry {
        cve: id.to_owned(),
        date_added: unpack(entry.u32()?)?.ok_or(Damaged)?,
        due_date: unpack(entry.u32()?)?,
        ransomware: entry.u32()? != 0,
    }))
}

#[cfg(test)]
mod tests {
    use std::{io::Cursor, path::Path};

    use super::*;
    use crate::index::bytes::Bytes;

    #[test]
    fn entries_round_trip() {
        let json = br#"{"title":"x","vulnerabilities":[
            {"cveID":"CVE-2021-44228","dateAdded":"2021-12-10","dueDate":"2021-12-24","knownRansomwareCampaignUse":"Known","cwes":[]},
            {"cveID":"CVE-2020-0601","dateAdded":"2020-01-02","knownRansomwareCampaignUse":"Unknown"},
            {"cveID":"nonsense","dateAdded":"2020-01-02"}]}"#;
        let (rows, unread) = parse(json, &Limits::default()).unwrap();
        assert_eq!((rows.len(), unread), (2, 1));
        let bytes = write(&rows, Cursor::new(Vec::new())).unwrap().into_inner();
        let file = Container::new(Bytes::Owned(bytes), Path::new("x"), Kind::Kev).unwrap();
        let found = find(&file, "CVE-2021-44228").unwrap().unwrap();
        assert!(found.ransomware);
        assert_eq!(found.due_date, Some("2021-12-24".parse().unwrap()));
        let found = find(&file, "CVE-2020-0601").unwrap().unwrap();
        assert_eq!((found.due_date, found.ransomware), (None, false));
        assert_eq!(find(&file, "CVE-2020-0602"), Ok(None));
        assert_eq!(find(&file, "CVE-2099-0602"), Ok(None));
    }

    #[test]
    fn an_empty_or_foreign_catalogue_is_refused() {
        for json in ["{}", "[]", "{\"vulnerabilities\":[]}", "<html>"] {
            assert!(
                parse(json.as_bytes(), &Limits::default()).is_err(),
                "{json}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let _ = parse(&bytes, &Limits::default());
        }
    }
}
