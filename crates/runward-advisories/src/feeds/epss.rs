//! FIRST's exploit predictions (<https://www.first.org/epss/data_stats>): a CSV of CVE, probability
//! and percentile, usually packed with gzip.

use std::io::{self, BufRead, BufReader, Read, Seek, Write};

use flate2::read::MultiGzDecoder;
use runward_model::EpssScore;

use super::cve;
use crate::{
    Limits,
    index::{
        container::{Container, ContainerWriter, Kind},
        wire::{Reader, Wire, Writer, lower_bound, row},
    },
};

const ROWS: u32 = 1;
const ROW: usize = 16;
const MAX_LINE: u64 = 4 * 1024;
/// Numbers are kept as whole billionths, which give back the decimals of the source exactly.
const SCALE: f64 = 1e9;

/// CVE key, probability and percentile in billionths.
pub(crate) type ScoreRow = (u64, u32, u32);

/// The scores, sorted, and how many lines could not be read.
pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<(Vec<ScoreRow>, u64), String> {
    let packed = bytes.starts_with(&[0x1f, 0x8b]);
    let content: Box<dyn Read + '_> = if packed {
        Box::new(MultiGzDecoder::new(bytes))
    } else {
        Box::new(bytes)
    };
    // One byte more than allowed shows that there is more.
    let mut content = BufReader::new(content.take(limits.max_feed_bytes + 1));
    let (mut rows, mut unread, mut size) = (Vec::new(), 0_u64, 0_u64);
    let mut line = Vec::new();
    loop {
        line.clear();
        let count = (&mut content)
            .take(MAX_LINE)
            .read_until(b'\n', &mut line)
            .map_err(|error| format!("it cannot be unpacked ({error})"))?;
        if count == 0 {
            break;
        }
        size += count as u64;
        if size > limits.max_feed_bytes {
            return Err(format!(
                "unpacked, it is over the limit of {} bytes",
                limits.max_feed_bytes
            ));
        }
        if rows.len() >= limits.max_feed_entries {
            return Err(format!("it has over {} entries", limits.max_feed_entries));
        }
        let text = line.trim_ascii();
        if text.is_empty() || text.starts_with(b"#") || text.starts_with(b"cve,") {
            continue;
        }
        match std::str::from_utf8(text).ok().and_then(score) {
            Some(row) => rows.push(row),
            None => unread += 1,
        }
    }
    if rows.is_empty() || unread * 20 > rows.len() as u64 {
        return Err(format!(
            "it is no list of EPSS scores ({} lines can be read, {unread} cannot)",
            rows.len()
        ));
    }
    rows.sort_unstable();
    rows.dedup_by_key(|row| row.0);
    Ok((rows, unread))
}

fn score(line: &str) -> Option<ScoreRow> {
    let mut fields = line.split(',').map(|field| field.trim().trim_matches('"'));
    Some((
        cve::key(fields.next()?)?,
        billionths(fields.next()?)?,
        billionths(fields.next()?)?,
    ))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is between 0 and a billion"
)]
fn billionths(text: &str) -> Option<u32> {
    let value: f64 = text.parse().ok()?;
    (0.0..=1.0)
        .contains(&value)
        .then(|| (value * SCALE).round() as u32)
}

pub(crate) fn write<W: Write + Seek>(rows: &[ScoreRow], out: W) -> io::Result<W> {
    let mut w = Writer::default();
    for (key, probability, percentile) in rows {
        w.u64(*key);
        w.u32(*probability);
        w.u32(*percentile);
    }
    let mut file = ContainerWriter::new(out, Kind::Epss)?;
    file.begin(ROWS);
    file.write(&w.0)?;
    file.finish()
}

/// Looks a CVE up in a file of [`Kind::Epss`].
pub(crate) fn find(file: &Container, id: &str) -> Wire<Option<EpssScore>> {
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
    Ok(Some(EpssScore {
        cve: id.to_owned(),
        probability: f64::from(entry.u32()?) / SCALE,
        percentile: f64::from(entry.u32()?) / SCALE,
    }))
}

#[cfg(test)]
mod tests {
    use std::{io::Cursor, path::Path};

    use flate2::{Compression, write::GzEncoder};

    use super::*;
    use crate::index::bytes::Bytes;

    const CSV: &str = "#model_version:v2025.03.14,score_date:2025-08-25T12:55:00Z\n\
        cve,epss,percentile\nCVE-2021-44228,0.94358,0.99957\nCVE-1999-0001,0.01233,0.7\n";

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(text).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn scores_keep_their_decimals() {
        for bytes in [CSV.as_bytes().to_vec(), packed(CSV.as_bytes())] {
            let (rows, unread) = parse(&bytes, &Limits::default()).unwrap();
            assert_eq!((rows.len(), unread), (2, 0));
            let bytes = write(&rows, Cursor::new(Vec::new())).unwrap().into_inner();
            let file = Container::new(Bytes::Owned(bytes), Path::new("x"), Kind::Epss).unwrap();
            let found = find(&file, "CVE-2021-44228").unwrap().unwrap();
            assert!((found.probability - 0.94358).abs() < f64::EPSILON);
            assert!((found.percentile - 0.99957).abs() < f64::EPSILON);
            assert_eq!(find(&file, "CVE-2021-44229"), Ok(None));
        }
    }

    #[test]
    fn a_bomb_and_foreign_content_are_refused() {
        let limits = Limits {
            max_feed_bytes: 10_000,
            ..Limits::default()
        };
        let bomb = packed(&vec![b'\n'; 1_000_000]);
        assert!(parse(&bomb, &limits).unwrap_err().contains("limit"));
        assert!(parse(b"<html>\n<body>", &limits).is_err());
        assert!(parse(b"CVE-2021-44228,7,8\n", &limits).is_err());
        let mut cut = packed(CSV.as_bytes());
        cut.truncate(cut.len() - 4);
        assert!(parse(&cut, &limits).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let _ = parse(&bytes, &Limits::default());
        }
    }
}
