//! The lines of a backup.

use std::{collections::BTreeMap, io::Write};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{Value, objects::Kind};

pub(super) const FORMAT: &str = "runward.backup/1";

/// A line that is no row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Line {
    Backup(Head),
    Table(TableHead),
    End(End),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) format: String,
    pub(super) schema: i64,
    pub(super) store: Option<String>,
    pub(super) created: jiff::Timestamp,
    /// The last number given out of each series.
    pub(super) series: BTreeMap<String, i64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableHead {
    pub(super) name: String,
    pub(super) columns: Vec<(String, Kind)>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    pub(super) rows: BTreeMap<String, u64>,
    /// Of all bytes before this line.
    pub(super) sha256: String,
}

/// A row as a line. Reals are text, so that every one of them comes back exactly.
pub(super) fn write_row(out: &mut impl Write, row: &[Value]) -> std::io::Result<()> {
    for (index, value) in row.iter().enumerate() {
        out.write_all(if index == 0 { b"[" } else { b"," })?;
        match value {
            Value::Int(Some(value)) => write!(out, "{value}")?,
            Value::Real(Some(value)) => write!(out, "\"{value:?}\"")?,
            Value::Text(Some(value)) => serde_json::to_writer(&mut *out, value)?,
            Value::Bytes(Some(value)) => write!(out, "\"{}\"", STANDARD.encode(value))?,
            Value::Int(None) | Value::Real(None) | Value::Text(None) | Value::Bytes(None) => {
                out.write_all(b"null")?;
            }
        }
    }
    out.write_all(b"]\n")
}

/// The value of a row's field.
pub(super) fn read_value(kind: Kind, value: serde_json::Value) -> Result<Value, &'static str> {
    use serde_json::Value as Json;
    match (kind, value) {
        (Kind::Int, Json::Null) => Ok(Value::Int(None)),
        (Kind::Real, Json::Null) => Ok(Value::Real(None)),
        (Kind::Text, Json::Null) => Ok(Value::Text(None)),
        (Kind::Bytes, Json::Null) => Ok(Value::Bytes(None)),
        (Kind::Int, Json::Number(number)) => number
            .as_i64()
            .map(|number| Value::Int(Some(number)))
            .ok_or("is no integer of 64 bits"),
        (Kind::Real, Json::String(text)) => text
            .parse()
            .map(|number| Value::Real(Some(number)))
            .map_err(|_| "is no number"),
        // PostgreSQL has no NUL in text.
        (Kind::Text, Json::String(text)) if text.contains('\0') => Err("has a NUL character"),
        (Kind::Text, Json::String(text)) => Ok(Value::Text(Some(text))),
        (Kind::Bytes, Json::String(text)) => STANDARD
            .decode(text)
            .map(|bytes| Value::Bytes(Some(bytes)))
            .map_err(|_| "is no base64"),
        _ => Err("has another type than its column"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn back(kind: Kind, value: &Value) -> Value {
        let mut line = Vec::new();
        write_row(&mut line, std::slice::from_ref(value)).unwrap();
        let mut row: Vec<serde_json::Value> = serde_json::from_slice(&line).unwrap();
        assert_eq!(row.len(), 1);
        read_value(kind, row.remove(0)).unwrap()
    }

    proptest! {
        #[test]
        fn values_come_back(int: Option<i64>, text: Option<String>, bytes: Option<Vec<u8>>) {
            let text = text.map(|it| it.replace('\0', ""));
            prop_assert_eq!(back(Kind::Int, &Value::Int(int)), Value::Int(int));
            prop_assert_eq!(back(Kind::Text, &Value::Text(text.clone())), Value::Text(text));
            prop_assert_eq!(back(Kind::Bytes, &Value::Bytes(bytes.clone())), Value::Bytes(bytes));
        }

        #[test]
        fn reals_come_back_bit_by_bit(bits: u64) {
            let real = f64::from_bits(bits);
            let Value::Real(Some(found)) = back(Kind::Real, &Value::Real(Some(real))) else {
                panic!("no real");
            };
            prop_assert!(found.to_bits() == bits || (real.is_nan() && found.is_nan()));
        }
    }
}
