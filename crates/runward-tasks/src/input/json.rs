//! JSON without the parts that readers disagree about: a key that occurs twice is an error.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::LIMITS;

/// Reads one JSON value. The parser itself stops at a depth of 128.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, String> {
    if bytes.len() > LIMITS.input_bytes {
        return Err(format!(
            "has {} bytes, at most {} are read",
            bytes.len(),
            LIMITS.input_bytes
        ));
    }
    match serde_json::from_slice::<Strict>(bytes) {
        Ok(Strict(value)) => Ok(value),
        // The library's message can quote the input; its place cannot.
        Err(error) => Err(format!(
            "{} at line {}, column {}",
            if error.is_data() {
                "has a key twice"
            } else {
                "is no valid JSON"
            },
            error.line(),
            error.column()
        )),
    }
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, Strict(value))) = entries.next_entry::<String, Strict>()? {
            if map.insert(key, value).is_some() {
                return Err(A::Error::custom("a key twice"));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_occur_once_and_nesting_ends() {
        assert!(parse(br#"{"a": {"b": [1, 2.5, null, true, "x"]}}"#).is_ok());
        assert!(
            parse(br#"{"a": 1, "\u0061": 2}"#)
                .unwrap_err()
                .contains("twice")
        );
        assert!(parse("[".repeat(5_000).as_bytes()).is_err());
        assert!(parse(br#""\ud800""#).is_err());
        assert!(parse(&vec![b' '; LIMITS.input_bytes + 1]).is_err());
    }
}
