//! What free-text search looks at.

use serde_json::Value;

use crate::{AuditError, Limits, RecordedEvent};

/// Stands in the text of an event whose input had an attack pattern. No text from outside can hold
/// it: control characters become spaces.
pub(crate) const ATTACK: &str = "\u{1}attack\u{1}";

/// All words of an event in lower case: one line per value, so that a phrase is found within a
/// value and never across two.
pub(crate) fn searchable(event: &RecordedEvent) -> String {
    let mut text = Text(String::with_capacity(256));
    let actor = &event.actor;
    for word in [
        &event.event_type,
        &actor.id,
        &event.subject.id,
        &event.outcome,
    ] {
        text.add(word);
    }
    let optional = [
        &actor.token,
        &actor.address,
        &event.project,
        &event.repository,
        &event.severity,
        &event.correlation,
        &event.reason,
    ];
    for word in optional.into_iter().flatten() {
        text.add(word);
    }
    for (name, value) in event.changes.iter().chain(&event.details) {
        text.add(name);
        text.value(value);
    }
    if !event.attack_patterns().is_empty() {
        text.0.push_str(ATTACK);
    }
    text.0
}

struct Text(String);

impl Text {
    fn add(&mut self, word: &str) {
        fold(word, &mut self.0);
        self.0.push('\n');
    }

    /// The depth is bounded by what the reader of JSON accepts.
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(_) | Value::Number(_) => self.add(&value.to_string()),
            Value::String(word) => self.add(word),
            Value::Array(items) => items.iter().for_each(|item| self.value(item)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.add(name);
                    self.value(value);
                }
            }
        }
    }
}

fn fold(word: &str, into: &mut String) {
    for letter in word.chars() {
        if letter.is_control() {
            into.push(' ');
        } else {
            into.extend(letter.to_lowercase());
        }
    }
}

/// The words and `"quoted phrases"` of a search, each of which an event must hold.
pub(crate) fn terms(search: &str, limits: &Limits) -> Result<Vec<String>, AuditError> {
    let mut folded = String::with_capacity(search.len());
    fold(search, &mut folded);
    let mut terms = Vec::new();
    // Every second piece is inside quotation marks; a mark that is never closed counts as closed
    // at the end.
    for (number, piece) in folded.split('"').enumerate() {
        if number % 2 == 1 {
            terms.push(piece.to_owned());
        } else {
            terms.extend(piece.split_whitespace().map(str::to_owned));
        }
    }
    terms.retain(|term| !term.is_empty());
    if terms.len() > limits.words {
        return Err(AuditError::Query {
            what: format!("the search has {} words", terms.len()),
            help: format!(
                "use at most {}, or put a phrase in quotation marks",
                limits.words
            ),
        });
    }
    Ok(terms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_phrases() {
        let terms = terms(r#"Fix  "Two Words" ÄB "open end"#, &Limits::DEFAULT).unwrap();
        assert_eq!(terms, ["fix", "two words", "äb", "open end"]);
    }

    #[test]
    fn too_many_words_are_refused() {
        assert!(terms(&"a ".repeat(17), &Limits::DEFAULT).is_err());
    }

    #[test]
    fn the_mark_of_an_attack_cannot_be_written() {
        let mut folded = String::new();
        fold(ATTACK, &mut folded);
        assert!(!folded.contains(ATTACK));
    }
}
