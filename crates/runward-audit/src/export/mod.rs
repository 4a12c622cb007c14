//! Records in the forms that other programs read, written as a stream.

mod cef;
mod csv;
mod ocsf;

use std::io::Write;

use runward_db::Db;
use serde::Serialize;

pub use csv::cell as csv_cell;

use crate::{AuditError, Limits, Order, Query, Record, index};

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON array.
    Json,
    /// One JSON object per line.
    JsonLines,
    /// RFC 4180, with cells that a spreadsheet would take for formulas made harmless.
    Csv,
    /// One event of the Open Cybersecurity Schema Framework per line.
    Ocsf,
    /// `ArcSight` Common Event Format, one event per line.
    Cef,
}

impl Format {
    pub const ALL: [Self; 5] = [
        Self::Json,
        Self::JsonLines,
        Self::Csv,
        Self::Ocsf,
        Self::Cef,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Csv => "csv",
            Self::Ocsf => "ocsf",
            Self::Cef => "cef",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// What an export held; for the event that records it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Exported {
    pub records: u64,
    pub bytes: u64,
}

/// Writes every record of a search, oldest first. The search's own order, limit and cursor do not
/// count. Page by page, so that nobody waits for a slow reader.
pub(crate) fn export(
    db: &Db,
    query: &Query,
    format: Format,
    limits: &Limits,
    out: &mut dyn Write,
) -> Result<Exported, AuditError> {
    let mut out = Writer::new(format, out)?;
    let mut query = Query {
        order: Order::OldestFirst,
        limit: limits.page,
        cursor: None,
        ..query.clone()
    };
    loop {
        let page = index::search(db, &query, limits)?;
        for record in &page.records {
            out.write(record)?;
        }
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return out.finish(),
        }
    }
}

/// Writes records in one form.
pub struct Writer<'a> {
    format: Format,
    out: Counted<'a>,
    records: u64,
}

impl<'a> Writer<'a> {
    pub fn new(format: Format, out: &'a mut dyn Write) -> Result<Self, AuditError> {
        let mut out = Counted { out, bytes: 0 };
        match format {
            Format::Json => out.write_all(b"[")?,
            Format::Csv => csv::header(&mut out)?,
            Format::JsonLines | Format::Ocsf | Format::Cef => {}
        }
        Ok(Self {
            format,
            out,
            records: 0,
        })
    }

    pub fn write(&mut self, record: &Record) -> Result<(), AuditError> {
        let out = &mut self.out;
        match self.format {
            Format::Json => {
                out.write_all(if self.records == 0 { b"\n" } else { b",\n" })?;
                out.write_all(record.to_json().as_bytes())?;
            }
            Format::JsonLines => writeln!(out, "{}", record.to_json())?,
            Format::Csv => csv::row(record, out)?,
            Format::Ocsf => writeln!(out, "{}", ocsf::event(record))?,
            Format::Cef => writeln!(out, "{}", cef::line(record))?,
        }
        self.records += 1;
        Ok(())
    }

    pub fn finish(mut self) -> Result<Exported, AuditError> {
        if self.format == Format::Json {
            self.out.write_all(b"\n]\n")?;
        }
        self.out.flush()?;
        Ok(Exported {
            records: self.records,
            bytes: self.out.bytes,
        })
    }
}

struct Counted<'a> {
    out: &'a mut dyn Write,
    bytes: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}
