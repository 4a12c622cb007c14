//! The layers that are no files: `RUNWARD_*` variables and the command line's keys.

use crate::{
    error::{ConfigError, Problem, quote},
    file::nearest_key,
    nearest::nearest,
    origin::LayerKind,
    reader::{Place, Reader},
    setting::{Layer, overlay},
    shape::{ACCUMULATING, Field, Shape, field_at, leaves, root},
    text_value,
};

const PREFIX: &str = "RUNWARD_";

/// Variables whose name is not their key.
const SHORT: [(&str, &str); 2] = [
    ("RUNWARD_DATA_DIR", "database.dir"),
    ("RUNWARD_STORE", "store.url"),
];

/// Variables that are not configuration: who acts, and the tests' data and server.
const FOREIGN: [&str; 3] = [
    "RUNWARD_TOKEN",
    "RUNWARD_SHARED_DATA",
    "RUNWARD_TEST_POSTGRES",
];

/// The variable of a key: `policy.fail_on` → `RUNWARD_POLICY__FAIL_ON`.
pub(crate) fn variable_of(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_uppercase())
}

/// Reads the variables; others than `RUNWARD_*` are passed over, as are empty ones. An unknown one
/// is a warning: a newer Runward's variable must not break an older one.
pub(crate) fn variables(
    variables: &[(String, String)],
    warnings: &mut Vec<String>,
) -> (Layer, Vec<ConfigError>) {
    let mut layer = Layer::new();
    let mut errors = Vec::new();
    for (name, value) in variables {
        let configures = name.starts_with(PREFIX) && !FOREIGN.contains(&name.as_str());
        if !configures || value.is_empty() {
            continue;
        }
        let Some(key) = key_of(name) else {
            warnings.push(unknown_variable(name));
            continue;
        };
        let mut reader = Reader::new(LayerKind::Variable, Some(name), None);
        reader.pair(&key, value, &mut layer);
        errors.extend(reader.finish());
    }
    (layer, errors)
}

fn key_of(name: &str) -> Option<String> {
    if let Some((_, key)) = SHORT.iter().find(|(short, _)| *short == name) {
        return Some((*key).to_owned());
    }
    let key = name
        .strip_prefix(PREFIX)?
        .replace("__", ".")
        .to_ascii_lowercase();
    field_at(root(), &key).map(|_| key)
}

fn unknown_variable(name: &str) -> String {
    let known: Vec<String> = leaves(root())
        .into_iter()
        .map(|(key, _)| variable_of(&key))
        .chain(SHORT.iter().map(|(name, _)| (*name).to_owned()))
        .collect();
    // With the prefix left out, since it would make any two names near.
    let bare = |name: &str| name.strip_prefix(PREFIX).unwrap_or(name).to_owned();
    let bare_known: Vec<String> = known.iter().map(|name| bare(name)).collect();
    match nearest(&bare(name), bare_known.iter().map(String::as_str)) {
        Some(near) => format!(
            "unknown variable {}; did you mean `{PREFIX}{near}`?",
            quote(name)
        ),
        None => format!(
            "unknown variable {}; `runward config show` lists the keys, `a.b` is `RUNWARD_A__B`",
            quote(name)
        ),
    }
}

/// Reads the command line's `key=value` pairs. A list that is given twice is the list of both.
pub(crate) fn flags(flags: &[(String, String)]) -> (Layer, Vec<ConfigError>) {
    let mut layer = Layer::new();
    let mut reader = Reader::new(LayerKind::Flag, None, None);
    for (key, value) in flags {
        if field_at(root(), key).is_some() {
            reader.pair(key, value, &mut layer);
        } else {
            reader.error(
                0,
                key,
                format!("unknown key {}", quote(key)),
                Some(unknown_key(key)),
            );
        }
    }
    let errors = reader.finish();
    (layer, errors)
}

pub(crate) fn unknown_key(key: &str) -> String {
    match nearest_key(key) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`runward config show` lists the keys".to_owned(),
    }
}

impl Reader<'_> {
    /// Reads one known key's text into `layer`.
    fn pair(&mut self, key: &str, text: &str, layer: &mut Layer) {
        let place = Place::new("", key);
        let Some(field) = field_at(root(), key) else {
            return;
        };
        let mut own = Layer::new();
        match text_value::parse(&field.shape, text) {
            Ok(value) => self.leaf(field, 0, &value, &place, &mut own),
            Err(problem) => self.broken(0, &place, table_help(field, key, problem)),
        }
        match (layer.get_mut(key), own.get(key)) {
            (Some(before), Some(more)) if is_list(field) && self.layer == LayerKind::Flag => {
                if let Some((values, added)) =
                    before.value.as_array_mut().zip(more.value.as_array())
                {
                    values.extend(added.iter().cloned());
                    before.items.extend(more.items.iter().cloned());
                }
            }
            _ => overlay(layer, &own),
        }
    }
}

fn is_list(field: &Field) -> bool {
    matches!(field.shape, Shape::List(_))
}

fn table_help(field: &Field, key: &str, problem: Problem) -> Problem {
    match &field.shape {
        Shape::Table(inner) => match inner.first() {
            Some(first) => Problem {
                help: Some(format!(
                    "set one of its keys, for example `{key}.{}`",
                    first.name
                )),
                ..problem
            },
            None => problem,
        },
        _ => problem,
    }
}

/// Whether lists of this key add up across layers.
pub(crate) fn accumulates(key: &str) -> bool {
    ACCUMULATING.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (Layer, Vec<ConfigError>, Vec<String>) {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        let mut warnings = Vec::new();
        let (layer, errors) = variables(&pairs, &mut warnings);
        (layer, errors, warnings)
    }

    #[test]
    fn every_key_has_a_variable() {
        for (key, _) in leaves(root()) {
            assert_eq!(key_of(&variable_of(&key)), Some(key));
        }
    }

    #[test]
    fn unknown_variables_warn_with_the_nearest() {
        let (layer, errors, warnings) = read(&[
            ("RUNWARD_POLICY_FAIL_ON", "high"),
            ("RUNWARD_ZZZZZZZZ", "1"),
            ("RUNWARD_SHARED_DATA", "/x"),
            ("PATH", "/bin"),
            ("RUNWARD_SCAN__JOBS", ""),
        ]);
        assert!(layer.is_empty() && errors.is_empty());
        assert_eq!(warnings.len(), 2, "{warnings:?}");
        assert!(
            warnings[0].contains("did you mean `RUNWARD_POLICY__FAIL_ON`?"),
            "{warnings:?}"
        );
    }

    #[test]
    fn short_names_and_wrong_values() {
        let (layer, errors, _) =
            read(&[("RUNWARD_DATA_DIR", "/d"), ("RUNWARD_SCAN__JOBS", "many")]);
        assert_eq!(layer["database.dir"].value, "/d");
        assert_eq!(
            errors[0].to_string(),
            "RUNWARD_SCAN__JOBS: `scan.jobs` must be a whole number, found `many`"
        );
    }

    #[test]
    fn repeated_list_flags_add_up() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let (layer, errors) = flags(&[
            pair("scan.exclude", "a"),
            pair("scan.exclude", "b"),
            pair("deps.env", "v1,v2"),
            pair("deps.env", "v3"),
            pair("policy.fail_on", "high"),
            pair("policy.fail_on", "low"),
        ]);
        assert!(errors.is_empty());
        assert_eq!(layer["scan.exclude"].value, serde_json::json!(["a", "b"]));
        assert_eq!(
            layer["deps.env"].value,
            serde_json::json!(["v1", "v2", "v3"])
        );
        assert_eq!(layer["deps.env"].items.len(), 3);
        assert_eq!(layer["policy.fail_on"].value, "low");
        let (_, errors) = flags(&[pair("policy.fial_on", "x"), pair("policy", "x")]);
        assert_eq!(errors.len(), 2);
        assert_eq!(
            errors[0].help.as_deref(),
            Some("did you mean `policy.fail_on`?")
        );
    }
}
