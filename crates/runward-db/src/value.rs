//! Values that go into a statement and come out of a row.

use crate::DbError;

/// A value of one of the four types that the schema uses. Each knows its type when it is absent:
/// `PostgreSQL` asks for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Int(Option<i64>),
    Real(Option<f64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! from {
    ($($type:ty => $variant:ident($value:ident) $made:expr;)+) => {
        $(
            impl From<$type> for Value {
                fn from($value: $type) -> Self {
                    Self::$variant(Some($made))
                }
            }
            impl From<Option<$type>> for Value {
                fn from(value: Option<$type>) -> Self {
                    Self::$variant(value.map(|$value| $made))
                }
            }
        )+
    };
}

from! {
    i64 => Int(value) value;
    u32 => Int(value) i64::from(value);
    i32 => Int(value) i64::from(value);
    bool => Int(value) i64::from(value);
    f64 => Real(value) value;
    String => Text(value) value;
    &str => Text(value) value.to_owned();
    Vec<u8> => Bytes(value) value;
    &[u8] => Bytes(value) value.to_vec();
    jiff::Timestamp => Int(value) value.as_microsecond();
    jiff::civil::Date => Text(value) value.to_string();
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(Some(value.clone()))
    }
}

/// One row of an answer; columns count from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub(crate) Vec<Value>);

impl Row {
    fn value(&self, column: usize) -> Result<&Value, DbError> {
        self.0
            .get(column)
            .ok_or_else(|| wrong(column, "is missing"))
    }

    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, DbError> {
        match self.value(column)? {
            Value::Int(value) => Ok(*value),
            other => absent(other, column, "is no integer"),
        }
    }

    pub fn int(&self, column: usize) -> Result<i64, DbError> {
        self.opt_int(column)?
            .ok_or_else(|| wrong(column, "is absent"))
    }

    pub fn opt_real(&self, column: usize) -> Result<Option<f64>, DbError> {
        match self.value(column)? {
            Value::Real(value) => Ok(*value),
            // SQLite may store a whole number in a column of reals as an integer.
            #[expect(clippy::cast_precision_loss, reason = "scores are small")]
            Value::Int(value) => Ok(value.map(|value| value as f64)),
            other => absent(other, column, "is no number"),
        }
    }

    pub fn real(&self, column: usize) -> Result<f64, DbError> {
        self.opt_real(column)?
            .ok_or_else(|| wrong(column, "is absent"))
    }

    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, DbError> {
        match self.value(column)? {
            Value::Text(value) => Ok(value.as_deref()),
            other => absent(other, column, "is no text"),
        }
    }

    pub fn text(&self, column: usize) -> Result<&str, DbError> {
        self.opt_text(column)?
            .ok_or_else(|| wrong(column, "is absent"))
    }

    pub fn opt_bytes(&self, column: usize) -> Result<Option<&[u8]>, DbError> {
        match self.value(column)? {
            Value::Bytes(value) => Ok(value.as_deref()),
            other => absent(other, column, "is no byte string"),
        }
    }

    pub fn bytes(&self, column: usize) -> Result<&[u8], DbError> {
        self.opt_bytes(column)?
            .ok_or_else(|| wrong(column, "is absent"))
    }

    pub fn opt_timestamp(&self, column: usize) -> Result<Option<jiff::Timestamp>, DbError> {
        self.opt_int(column)?
            .map(|value| {
                jiff::Timestamp::from_microsecond(value)
                    .map_err(|_| wrong(column, "is no point in time"))
            })
            .transpose()
    }

    pub fn timestamp(&self, column: usize) -> Result<jiff::Timestamp, DbError> {
        self.opt_timestamp(column)?
            .ok_or_else(|| wrong(column, "is absent"))
    }
}

/// An absent value of any type is absent as every type; others are of the wrong one.
fn absent<T>(value: &Value, column: usize, problem: &str) -> Result<Option<T>, DbError> {
    match value {
        Value::Int(None) | Value::Real(None) | Value::Text(None) | Value::Bytes(None) => Ok(None),
        _ => Err(wrong(column, problem)),
    }
}

fn wrong(column: usize, problem: &str) -> DbError {
    DbError::Damaged {
        reason: format!("the value in column {column} {problem}"),
    }
}
