//! Rows turned into columns: `PostgreSQL` takes a whole column as one value.
//!
//! A statement with 16,000 placeholders is parsed, planned and bound value by value; one with an
//! array for each column is as short for a thousand rows as for one.

use crate::Value;

/// The values of one column of many rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Column {
    Int(Vec<Option<i64>>),
    Real(Vec<Option<f64>>),
    Text(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Column {
    fn new(value: &Value, rows: usize) -> Self {
        match value {
            Value::Int(_) => Self::Int(Vec::with_capacity(rows)),
            Value::Real(_) => Self::Real(Vec::with_capacity(rows)),
            Value::Text(_) => Self::Text(Vec::with_capacity(rows)),
            Value::Bytes(_) => Self::Bytes(Vec::with_capacity(rows)),
        }
    }

    fn push(&mut self, value: Value) {
        match (self, value) {
            (Self::Int(values), Value::Int(value)) => values.push(value),
            (Self::Real(values), Value::Real(value)) => values.push(value),
            (Self::Text(values), Value::Text(value)) => values.push(value),
            (Self::Bytes(values), Value::Bytes(value)) => values.push(value),
            // An absent value of another type: what `columns` let through.
            (Self::Int(values), _) => values.push(None),
            (Self::Real(values), _) => values.push(None),
            (Self::Text(values), _) => values.push(None),
            (Self::Bytes(values), _) => values.push(None),
        }
    }

    /// The type of the array, as the statement names it.
    pub(crate) fn array(&self) -> &'static str {
        match self {
            Self::Int(_) => "BIGINT[]",
            Self::Real(_) => "DOUBLE PRECISION[]",
            Self::Text(_) => "TEXT[]",
            Self::Bytes(_) => "BYTEA[]",
        }
    }
}

/// The columns of rows that have the same number of values and one type in each column; otherwise
/// the rows as they came.
pub(crate) fn columns(rows: Vec<Vec<Value>>) -> Result<Vec<Column>, Vec<Vec<Value>>> {
    let Some(first) = rows.first() else {
        return Ok(Vec::new());
    };
    let mut types: Vec<&Value> = first.iter().collect();
    for row in &rows {
        if row.len() != types.len() {
            return Err(rows);
        }
        for (kind, value) in types.iter_mut().zip(row) {
            if std::mem::discriminant(*kind) == std::mem::discriminant(value) || absent(value) {
                continue;
            }
            if !absent(kind) {
                return Err(rows);
            }
            *kind = value;
        }
    }
    let mut columns: Vec<Column> = types
        .into_iter()
        .map(|kind| Column::new(kind, rows.len()))
        .collect();
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    Ok(columns)
}

fn absent(value: &Value) -> bool {
    matches!(
        value,
        Value::Int(None) | Value::Real(None) | Value::Text(None) | Value::Bytes(None)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_the_type_of_what_is_in_it() {
        let made = columns(vec![
            vec![Value::Text(None), 1_i64.into(), Value::Real(None)],
            vec![2_i64.into(), Value::Int(None), Value::Real(None)],
            vec![Value::Real(None), Value::Text(None), Value::Real(None)],
        ])
        .unwrap();
        assert_eq!(
            made,
            [
                Column::Int(vec![None, Some(2), None]),
                Column::Int(vec![Some(1), None, None]),
                Column::Real(vec![None, None, None]),
            ]
        );
    }

    #[test]
    fn what_is_no_column_stays_as_it_came() {
        for rows in [
            vec![vec![Value::from(1_i64)], vec![Value::from("a")]],
            vec![vec![Value::from(1_i64)], vec![]],
            vec![
                vec![Value::Text(None)],
                vec![Value::from(1_i64)],
                vec![Value::from(1.5)],
            ],
        ] {
            assert_eq!(columns(rows.clone()), Err(rows));
        }
        assert_eq!(columns(Vec::new()), Ok(Vec::new()));
    }
}
