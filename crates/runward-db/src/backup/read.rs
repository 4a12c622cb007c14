//! Reading a backup, which may be anybody's file.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read},
    sync::Arc,
};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::{
    BackupError, Contents,
    format::{FORMAT, Head, Line, TableHead, read_value},
    write::hex,
};
use crate::{
    VERSION, Value,
    objects::{self, Table},
};

/// What a backup may ask for.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one line, which is held in memory.
    pub line: u64,
    /// Bytes of the whole, uncompressed.
    pub total: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 64 << 20,
            total: 1 << 40,
        }
    }
}

/// Reads a backup to its end and says what it holds, if all of it is as it should be.
pub fn inspect(source: impl Read, limits: Limits) -> Result<Contents, BackupError> {
    walk(source, limits, |_, _| Ok(()))
}

/// Hands over each row with its table. Only at the end is it known that the backup is whole.
pub(super) fn walk(
    source: impl Read,
    limits: Limits,
    mut work: impl FnMut(&Table, Vec<Value>) -> Result<(), BackupError>,
) -> Result<Contents, BackupError> {
    let mut source = BufReader::new(source);
    let head = source.fill_buf().map_err(|error| bad(0, &error))?;
    // Lines that were unpacked are taken as well.
    let packed = head.starts_with(&[0x1f, 0x8b]);
    let input: Box<dyn BufRead + '_> = if packed {
        Box::new(BufReader::with_capacity(
            1 << 16,
            MultiGzDecoder::new(source),
        ))
    } else {
        Box::new(source)
    };
    let mut lines = Lines {
        input,
        limits,
        hash: Sha256::new(),
        number: 0,
        total: 0,
        line: Vec::new(),
    };
    lines.next()?;
    let Line::Backup(head) = lines.parse()? else {
        return Err(lines.bad("it does not begin as one of Runward"));
    };
    check_head(&head, &lines)?;
    let mut reading = Reading {
        tables: objects::tables(head.schema)?,
        current: None,
        rows: BTreeMap::new(),
    };
    loop {
        let before = lines.hash.clone();
        lines.next()?;
        if lines.line.first() == Some(&b'[') {
            let (table, row) = reading.row(&lines)?;
            work(table, row)?;
            continue;
        }
        match lines.parse()? {
            Line::Table(table) => reading.table(&table, &lines)?,
            Line::End(end) => {
                if end.sha256 != hex(before) {
                    return Err(lines.bad("the lines before are not those that were written"));
                }
                reading.end(&end.rows, &lines)?;
                lines.end()?;
                break;
            }
            Line::Backup(_) => return Err(lines.bad("a second beginning")),
        }
    }
    Ok(Contents {
        schema: head.schema,
        store: head.store,
        created: head.created,
        rows: reading.rows,
        series: head.series,
    })
}

fn check_head(head: &Head, lines: &Lines<'_>) -> Result<(), BackupError> {
    if head.format != FORMAT {
        return Err(lines.bad("it is in a format that this Runward does not know"));
    }
    if head.schema > VERSION {
        return Err(BackupError::Newer {
            found: head.schema,
            known: VERSION,
        });
    }
    let plain = |name: &String| {
        name.len() <= 64
            && name
                .bytes()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
    };
    if head.schema < 1 || !head.store.iter().all(plain) {
        return Err(lines.bad("its beginning is not one that Runward writes"));
    }
    // Numbers go on after the last.
    if head
        .series
        .values()
        .any(|last| !(0..=i64::MAX / 2).contains(last))
    {
        return Err(lines.bad("a series has no numbers left"));
    }
    Ok(())
}

struct Reading {
    tables: Arc<Vec<Table>>,
    current: Option<usize>,
    rows: BTreeMap<String, u64>,
}

impl Reading {
    fn table(&mut self, head: &TableHead, lines: &Lines<'_>) -> Result<(), BackupError> {
        let found = self.tables.iter().position(|it| it.name == head.name);
        let Some((index, table)) = found.and_then(|index| Some((index, self.tables.get(index)?)))
        else {
            return Err(lines.bad("a table that its schema does not have"));
        };
        let columns = table.columns.iter();
        if !columns
            .map(|it| (&it.name, it.kind))
            .eq(head.columns.iter().map(|it| (&it.0, it.1)))
        {
            return Err(lines.bad("a table with other columns than its schema has"));
        }
        if self.rows.insert(head.name.clone(), 0).is_some() {
            return Err(lines.bad("a table for the second time"));
        }
        self.current = Some(index);
        Ok(())
    }

    fn row(&mut self, lines: &Lines<'_>) -> Result<(&Table, Vec<Value>), BackupError> {
        let table = self.current.and_then(|index| self.tables.get(index));
        let Some(table) = table else {
            return Err(lines.bad("a row of no table"));
        };
        let fields: Vec<serde_json::Value> =
            serde_json::from_slice(&lines.line).map_err(|_| lines.bad("no row in JSON"))?;
        if fields.len() != table.columns.len() {
            return Err(lines.bad("a row with another number of columns than its table"));
        }
        let row: Result<Vec<Value>, BackupError> = table
            .columns
            .iter()
            .zip(fields)
            .map(|(column, field)| {
                read_value(column.kind, field)
                    .map_err(|problem| lines.bad(&format!("`{}` {problem}", column.name)))
            })
            .collect();
        if let Some(count) = self.rows.get_mut(&table.name) {
            *count = count.saturating_add(1);
        }
        Ok((table, row?))
    }

    fn end(&self, rows: &BTreeMap<String, u64>, lines: &Lines<'_>) -> Result<(), BackupError> {
        if self.rows.len() != self.tables.len() {
            return Err(lines.bad("a table is missing"));
        }
        if self.rows != *rows {
            return Err(lines.bad("rows are missing"));
        }
        Ok(())
    }
}

struct Lines<'a> {
    input: Box<dyn BufRead + 'a>,
    limits: Limits,
    hash: Sha256,
    number: u64,
    total: u64,
    line: Vec<u8>,
}

impl Lines<'_> {
    /// Reads the next line. That there is none is an error: the last one says that it is.
    fn next(&mut self) -> Result<(), BackupError> {
        self.number = self.number.saturating_add(1);
        self.line.clear();
        let read = (&mut self.input)
            .take(self.limits.line)
            .read_until(b'\n', &mut self.line)
            .map_err(|error| bad(self.number, &error))?;
        self.total = self.total.saturating_add(read as u64);
        if self.line.last() != Some(&b'\n') {
            return Err(self.bad(if read as u64 == self.limits.line {
                "it is too long"
            } else {
                "it ends in the middle"
            }));
        }
        if self.total > self.limits.total {
            return Err(self.bad("it is too large"));
        }
        self.hash.update(&self.line);
        Ok(())
    }

    fn parse(&self) -> Result<Line, BackupError> {
        serde_json::from_slice(&self.line)
            .map_err(|error| self.bad(&format!("not what a backup has there ({error})")))
    }

    fn end(&mut self) -> Result<(), BackupError> {
        let mut more = [0];
        match self.input.read(&mut more) {
            Ok(0) => Ok(()),
            Ok(_) => Err(bad(self.number, "something follows its end")),
            Err(error) => Err(bad(self.number, &error)),
        }
    }

    fn bad(&self, reason: &str) -> BackupError {
        bad(self.number, reason)
    }
}

fn bad(line: u64, reason: &(impl ToString + ?Sized)) -> BackupError {
    BackupError::Bad {
        line,
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Contents, BackupError> {
        inspect(
            bytes,
            Limits {
                line: 1 << 16,
                total: 1 << 20,
            },
        )
    }

    #[test]
    fn deep_and_long_lines_are_errors() {
        let head = "{\"backup\":{\"format\":\"runward.backup/1\",\"schema\":1,\"store\":null,\
                    \"created\":\"2026-01-01T00:00:00Z\",\"series\":{}}}\n";
        let table = "{\"table\":{\"name\":\"scans\",\"columns\":[]}}\n";
        for text in [
            String::new(),
            head.to_owned(),
            format!("{head}{}\n", "[".repeat(5_000)),
            format!("{head}{}\n", "{\"table\":".repeat(5_000)),
            format!("{head}\"{}\"\n", "x".repeat(1 << 17)),
            format!("{head}{table}"),
            format!("{head}[1]\n"),
            format!("{head}{head}"),
            head.replace(":1,", ":0,"),
            head.replace("null", "\"../x\""),
        ] {
            let error = read(text.as_bytes()).unwrap_err();
            assert!(matches!(error, BackupError::Bad { .. }), "{error}");
        }
        let newer = head.replace(":1,", ":99,");
        assert!(matches!(
            read(newer.as_bytes()),
            Err(BackupError::Newer { found: 99, .. })
        ));
    }

    #[test]
    fn the_seed_of_the_fuzz_target_is_a_backup() {
        let seed = include_bytes!("../../../../fuzz/seeds/db_backup/version_1");
        let contents = read(seed).unwrap();
        assert_eq!((contents.schema, contents.rows["scans"]), (1, 1));
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_error(bytes: Vec<u8>, packed: bool) {
            let mut all = if packed { vec![0x1f, 0x8b, 8, 0] } else { Vec::new() };
            all.extend(bytes);
            prop_assert!(read(&all).is_err());
        }
    }
}
