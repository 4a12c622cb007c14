//! Statements: fixed text and bound values, so that no input can become SQL.

use std::fmt::Write as _;

use crate::Value;

/// A statement. Its text comes from the program alone; whatever comes from outside is bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Sql {
    pub(crate) text: String,
    pub(crate) values: Vec<Value>,
}

impl Sql {
    /// Fixed text, in which `$1`, `$2`, … stand for the values given by [`Self::bind`] in order.
    pub fn new(text: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            values: Vec::new(),
        }
    }

    /// Text made inside this crate from the names of the schema.
    pub(crate) fn trusted(text: String) -> Self {
        Self {
            text,
            values: Vec::new(),
        }
    }

    /// The value of the next placeholder that the text already has.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Appends fixed text.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a placeholder and its value.
    pub fn push_bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        // Writing to a string cannot fail.
        let _ = write!(self.text, "${}", self.values.len());
        self
    }

    /// Appends `($3, $4, …)`; for no values at all, a list that nothing is in.
    pub fn push_list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.text.push('(');
        let mut first = true;
        for value in values {
            if !first {
                self.text.push_str(", ");
            }
            first = false;
            self.push_bind(value);
        }
        if first {
            self.text.push_str("NULL");
        }
        self.text.push(')');
        self
    }
}

impl Sql {
    /// The same for `SQLite`, whose time for a statement rises with the square of the number of
    /// named placeholders (it looks each up in a list), but not of those without a name.
    pub(crate) fn for_sqlite(mut self) -> Self {
        const MANY: usize = 32;
        if self.values.len() >= MANY
            && let Some(text) = without_names(&self.text, self.values.len())
        {
            self.text = text;
        }
        self
    }
}

/// The text with `?` for `$1`, `$2`, …, where each stands there once and in order.
fn without_names(text: &str, count: usize) -> Option<String> {
    let mut unnamed = String::with_capacity(text.len());
    let mut expected = 0_usize;
    let mut quote = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match quote {
            Some(end) if character == end => quote = None,
            None if matches!(character, '\'' | '"') => quote = Some(character),
            None if character == '$' => {
                let mut number = 0_usize;
                while let Some(digit) = characters.peek().and_then(|it| it.to_digit(10)) {
                    number = number.checked_mul(10)?.checked_add(digit as usize)?;
                    characters.next();
                }
                expected += 1;
                if number != expected {
                    return None;
                }
                unnamed.push('?');
                continue;
            }
            _ => {}
        }
        unnamed.push(character);
    }
    (expected == count).then_some(unnamed)
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_placeholders_in_order_lose_their_names() {
        for (text, count, unnamed) in [
            ("a = $1 AND b = $2", 2, Some("a = ? AND b = ?")),
            (
                "a = '$9 it''s' AND \"$x\" = $1",
                1,
                Some("a = '$9 it''s' AND \"$x\" = ?"),
            ),
            ("a = $2 AND b = $1", 2, None),
            ("a = $1 AND b = $1", 1, None),
            ("a = $1", 2, None),
            ("a = $", 1, None),
        ] {
            assert_eq!(without_names(text, count).as_deref(), unnamed, "{text}");
        }
    }

    #[test]
    fn a_list_of_any_length_is_a_list() {
        for count in [0_usize, 1, 40] {
            let mut sql = Sql::new("SELECT 1 WHERE 2 IN ");
            sql.push_list(0..i64::try_from(count).unwrap());
            assert_eq!(sql.values.len(), count);
            assert_eq!(sql.for_sqlite().text.contains('$'), count == 1);
        }
    }
}
