//! One file per subcommand.

pub(crate) mod access;
pub(crate) mod audit;
pub(crate) mod ci;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod db;
pub(crate) mod deps;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod findings;
pub(crate) mod fix;
pub(crate) mod guard;
pub(crate) mod hook;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod matching;
pub(crate) mod package;
pub(crate) mod rules;
mod rules_pages;
mod rules_test;
pub(crate) mod scan;
pub(crate) mod secrets;
pub(crate) mod source;
pub(crate) mod store;
pub(crate) mod task;

use std::{fs, io::Read as _, path::Path};

use clap::ValueEnum;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use runward_ops::OpsError;

/// The form of a small listing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    #[default]
    Text,
    Json,
}

/// Longest text that is read from a file or standard input, in bytes.
const MAX_INPUT: u64 = 64 * 1024 * 1024;

/// A text from a file, or for `-` from standard input.
pub(crate) fn take(file: &Path) -> Result<String, OpsError> {
    let mut text = String::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().take(MAX_INPUT).read_to_string(&mut text)
    } else {
        fs::File::open(file).and_then(|file| file.take(MAX_INPUT).read_to_string(&mut text))
    };
    match read {
        Ok(length) if length as u64 == MAX_INPUT => Err(OpsError::usage(
            format!("`{}` is longer than 64 MiB", file.display()),
            "split it",
        )),
        Ok(_) => Ok(text),
        Err(error) => Err(OpsError::usage(
            format!("cannot read `{}`: {error}", file.display()),
            "name a file in UTF-8 that exists, or `-` for standard input",
        )),
    }
}

/// A point in time as people write it: `2026-11-22`, `2026-11-22T10:00:00Z`, `24h`, `7d`.
pub(crate) fn when(text: &str, now: Timestamp) -> Result<Timestamp, OpsError> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    // The parser of dates takes a time without its zone too, and leaves the time out.
    if !text.contains(['T', 't', ' '])
        && let Ok(day) = text.parse::<Date>()
        && let Ok(start) = TimeZone::UTC.to_zoned(day.into())
    {
        return Ok(start.timestamp());
    }
    let age = text
        .char_indices()
        .last()
        .and_then(|(end, unit)| Some((text.get(..end)?.parse::<i64>().ok()?, unit)));
    let hours = age.and_then(|(count, unit)| match unit {
        'h' => Some(count),
        'd' => count.checked_mul(24),
        'w' => count.checked_mul(24 * 7),
        _ => None,
    });
    hours
        .filter(|hours| (0..=24 * 366 * 50).contains(hours))
        .and_then(|hours| {
            now.checked_sub(jiff::SignedDuration::from_hours(hours))
                .ok()
        })
        .ok_or_else(|| {
            OpsError::usage(
                format!("`{text}` is no point in time"),
                "write a date (2026-11-22), a time with its zone (2026-11-22T10:00:00Z), or an \
                 age (24h, 7d, 4w)",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_in_time_are_read_as_people_write_them() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let read = |text: &str| when(text, now).unwrap().to_string();
        assert_eq!(read("2026-11-20"), "2026-11-20T00:00:00Z");
        assert_eq!(read("2026-11-20T01:00:00+02:00"), "2026-11-19T23:00:00Z");
        assert_eq!(read("24h"), "2026-11-21T10:00:00Z");
        assert_eq!(read("7d"), "2026-11-15T10:00:00Z");
        for wrong in [
            "",
            "d",
            "-1d",
            "yesterday",
            "2026-11-20T01:00:00",
            "9999999999d",
            "1é",
        ] {
            assert!(when(wrong, now).is_err(), "{wrong}");
        }
    }
}
