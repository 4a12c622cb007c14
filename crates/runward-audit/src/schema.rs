//! The form of an event, for documents and for programs that make events.

use runward_model::Event;
use serde_json::{Value, json};

/// The JSON schema (draft 2020-12) of version 1 of an event, as `runward audit record` takes it.
/// What the log holds has `v` beside these fields, and redactions in place of secrets.
pub fn event_schema() -> Value {
    let mut schema = schemars::schema_for!(Event).to_value();
    if let Value::Object(fields) = &mut schema {
        fields.insert(
            "$id".to_owned(),
            json!("https://runward.dev/schema/event/1"),
        );
        fields.insert("title".to_owned(), json!("Runward audit event, version 1"));
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_type_is_in_the_schema() {
        let text = event_schema().to_string();
        for kind in runward_model::EventType::ALL {
            assert!(text.contains(&format!("\"{kind}\"")), "{kind}");
        }
    }
}
