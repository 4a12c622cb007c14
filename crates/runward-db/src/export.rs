//! Everything out, in formats that other programs read.

use std::io::{self, Write};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Number, Value as Json};
use thiserror::Error;

use crate::{
    Db, DbError, Tx, Value,
    backup::each_row,
    objects::{self, Table},
};

/// The form of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportFormat {
    /// `{"table":…,"row":{…}}` for every row of every table.
    JsonLines,
    /// One table as CSV (RFC 4180) that a spreadsheet cannot take for formulas.
    Csv { table: String },
}

/// What can go wrong with an export.
#[derive(Debug, Error)]
pub enum ExportError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("cannot write the export: {0}")]
    Write(#[from] io::Error),
    #[error("there is no table `{table}`; there are {known}")]
    NoTable { table: String, known: String },
}

/// The tables that can be exported.
pub fn tables(db: &Db) -> Result<Vec<String>, DbError> {
    let tables = objects::tables(db.schema_version()?)?;
    Ok(tables.iter().map(|it| it.name.clone()).collect())
}

/// Writes what the database holds at this moment, row by row; the number of rows. Byte strings are
/// in base64. Rows are in the order of their keys: two databases with the same data give the same.
pub fn export(db: &Db, format: &ExportFormat, out: &mut dyn Write) -> Result<u64, ExportError> {
    db.read(|tx| {
        let tables = objects::tables(tx.schema_version()?)?;
        match format {
            ExportFormat::JsonLines => {
                tables.iter().try_fold(
                    0_u64,
                    |count, table| Ok(count + json_lines(tx, table, out)?),
                )
            }
            ExportFormat::Csv { table } => {
                let known = || tables.iter().map(|it| format!("`{}`", it.name));
                let found = tables.iter().find(|it| it.name == *table);
                let table = found.ok_or_else(|| ExportError::NoTable {
                    table: table.clone(),
                    known: known().collect::<Vec<_>>().join(", "),
                })?;
                csv(tx, table, out)
            }
        }
    })
}

fn json_lines(tx: &mut Tx<'_>, table: &Table, out: &mut dyn Write) -> Result<u64, ExportError> {
    let mut count = 0;
    each_row::<ExportError>(tx, table, |row| {
        let fields: Map<String, Json> = table
            .columns
            .iter()
            .zip(row)
            .map(|(column, value)| (column.name.clone(), json(value)))
            .collect();
        serde_json::to_writer(
            &mut *out,
            &serde_json::json!({ "table": table.name, "row": fields }),
        )
        .map_err(io::Error::from)?;
        out.write_all(b"\n")?;
        count += 1;
        Ok(())
    })?;
    Ok(count)
}

fn json(value: Value) -> Json {
    match value {
        Value::Int(value) => value.map_or(Json::Null, Json::from),
        // What JSON has no number for is text.
        Value::Real(value) => value.map_or(Json::Null, |value| {
            Number::from_f64(value).map_or_else(|| Json::from(value.to_string()), Json::Number)
        }),
        Value::Text(value) => value.map_or(Json::Null, Json::from),
        Value::Bytes(value) => value.map_or(Json::Null, |value| STANDARD.encode(value).into()),
    }
}

fn csv(tx: &mut Tx<'_>, table: &Table, out: &mut dyn Write) -> Result<u64, ExportError> {
    let head: Vec<String> = table.columns.iter().map(|it| it.name.clone()).collect();
    line(out, &head)?;
    let mut count = 0;
    each_row::<ExportError>(tx, table, |row| {
        let fields: Vec<String> = row.into_iter().map(cell).collect();
        line(out, &fields)?;
        count += 1;
        Ok(())
    })?;
    Ok(count)
}

fn line(out: &mut dyn Write, fields: &[String]) -> io::Result<()> {
    out.write_all(fields.join(",").as_bytes())?;
    out.write_all(b"\r\n")
}

fn cell(value: Value) -> String {
    match value {
        Value::Int(value) => value.map_or_else(String::new, |value| value.to_string()),
        Value::Real(value) => value.map_or_else(String::new, |value| value.to_string()),
        Value::Text(value) => value.map_or_else(String::new, |value| text(&value)),
        Value::Bytes(value) => {
            value.map_or_else(String::new, |value| text(&STANDARD.encode(value)))
        }
    }
}

/// A field of text: a leading `'` where a spreadsheet would calculate (OWASP, "CSV injection"; in
/// front of every `'` too, so that it can be taken off again), quotes where RFC 4180 needs them.
fn text(value: &str) -> String {
    let first = value.trim_start().chars().next();
    let risky = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\'' | '＝' | '＋' | '－' | '＠')
    ) || value.starts_with(['\t', '\r', '\n']);
    let disarmed = if risky { "'" } else { "" };
    if value.contains([',', '"', '\n', '\r']) || value.starts_with(' ') || value.ends_with(' ') {
        format!("\"{disarmed}{}\"", value.replace('"', "\"\""))
    } else {
        format!("{disarmed}{value}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_disarmed() {
        for (raw, safe) in [
            ("=1+1", "'=1+1"),
            ("@babel/core", "'@babel/core"),
            (" =cmd|'/C calc'!A0", "\"' =cmd|'/C calc'!A0\""),
            ("\t=1", "'\t=1"),
            ("a,\"b\"", "\"a,\"\"b\"\"\""),
            ("'quoted", "''quoted"),
            ("plain", "plain"),
        ] {
            assert_eq!(text(raw), safe, "{raw:?}");
        }
        assert_eq!(cell(Value::Int(Some(-1))), "-1");
    }

    proptest! {
        #[test]
        fn text_can_be_read_back_and_never_calculates(raw in any::<String>()) {
            let field = text(&raw);
            let quoted = field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            prop_assert!(quoted.is_some() || !field.contains(['"', ',', '\n', '\r']));
            let inner = quoted.map_or_else(|| field.clone(), |it| it.replace("\"\"", "\""));
            prop_assert!(!inner.trim_start().starts_with(['=', '+', '-', '@']));
            let back = inner.strip_prefix('\'').unwrap_or(&inner);
            prop_assert_eq!(back, raw);
        }
    }
}
