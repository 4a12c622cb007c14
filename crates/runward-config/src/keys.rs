//! The reference of all keys, for generated documentation.

use serde::Serialize;

use crate::{
    load, pairs, reader, render,
    shape::{Field, Shape, leaves, root},
};

/// One key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyDoc {
    /// Dotted; a key of a table in a list as `suppressions[].reason`.
    pub key: String,
    /// In words: `a whole number`, `` one of `auto`, `always` or `never` ``.
    pub kind: String,
    /// As TOML; none where absence has a meaning of its own, which `doc` states.
    pub default: Option<String>,
    /// As TOML, where the default shows nothing.
    pub example: Option<String>,
    /// What it does, its unit, what its absence means. Markdown.
    pub doc: String,
    /// The variable that sets it; none within lists.
    pub variable: Option<String>,
    /// Whether each layer adds to the list instead of replacing it.
    pub accumulates: bool,
    /// Whether a table in a list must have it.
    pub required: bool,
}

/// Every key of `runward.toml` in documented order. `environments.<name>.<key>` exists for each
/// of them too, except for `environment` and `trust_project_policy`.
pub fn keys() -> Vec<KeyDoc> {
    let defaults = load::defaults();
    let mut docs = Vec::new();
    for (key, field) in leaves(root()) {
        let default = defaults
            .get(&key)
            .map(|setting| render::shaped(&field.shape, &setting.value));
        let doc = KeyDoc {
            default,
            variable: Some(pairs::variable_of(&key)),
            accumulates: pairs::accumulates(&key),
            required: false,
            ..describe(key.clone(), field)
        };
        docs.push(doc);
        if let Shape::List(item) = &field.shape
            && let Shape::Table(inner) = item.as_ref()
        {
            docs.extend(
                inner
                    .iter()
                    .map(|field| describe(format!("{key}[].{}", field.name), field)),
            );
        }
    }
    docs
}

fn describe(key: String, field: &Field) -> KeyDoc {
    KeyDoc {
        key,
        kind: reader::wanted(&field.shape),
        default: None,
        example: field.example.as_ref().map(render::toml),
        doc: field.doc.clone(),
        variable: None,
        accumulates: false,
        required: field.required,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_without_default_says_what_its_absence_means() {
        for key in keys() {
            let explained = key.default.is_some()
                || key.key.contains("[]")
                || key.doc.contains("Absent")
                || key.key == "environment";
            assert!(explained, "{}", key.key);
            let shown = key.default.is_some() || key.key.contains("[]") || key.example.is_some();
            assert!(shown, "{} has neither default nor example", key.key);
        }
    }

    #[test]
    fn list_entries_are_described() {
        let keys = keys();
        let reason = keys
            .iter()
            .find(|key| key.key == "suppressions[].reason")
            .unwrap();
        assert!(reason.required);
        let fail_on = keys.iter().find(|key| key.key == "policy.fail_on").unwrap();
        assert_eq!(fail_on.variable.as_deref(), Some("RUNWARD_POLICY__FAIL_ON"));
        assert!(fail_on.default.is_some());
    }
}
