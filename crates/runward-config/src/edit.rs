//! Changes one key of a configuration file and leaves the rest as it is, comments included.

use toml_edit::{DocumentMut, InlineTable, Item, Key, Table, Value};

use crate::{
    error::{ConfigError, Problem, quote},
    file::{Root, read, syntax_errors},
    limits::LIMITS,
    origin::LayerKind,
    pairs::unknown_key,
    position::Lines,
    reader::{Place, Reader},
    render, rules,
    setting::Layer,
    shape::{ENVIRONMENTS, Field, OUTSIDE_SECTIONS, field_at, root},
    text_value,
};

/// The text of a configuration file with `key` set to `value`. The value is written as on the
/// command line: a text as it stands, a list as `a, b` or as TOML. Other errors of the file are
/// left for `load` to report, so that they can be mended one by one; a file that is no TOML is
/// refused.
pub fn set(text: &str, key: &str, value: &str) -> Result<String, ConfigError> {
    if text.len() > LIMITS.max_file_bytes {
        let message = format!(
            "the file is over the limit of {} bytes",
            LIMITS.max_file_bytes
        );
        return Err(ConfigError::new(message).help("shorten it"));
    }
    let field = field(key)?;
    let value = checked(field, key, value)?;
    let mut document = text
        .parse::<DocumentMut>()
        .map_err(|_| syntax_error(text))?;
    // Comments of a file without keys belong to no key: what is new goes behind them.
    let mut comments = String::new();
    if document.is_empty() {
        comments.push_str(text);
        if !comments.is_empty() && !comments.ends_with('\n') {
            comments.push('\n');
        }
        document = DocumentMut::new();
    }
    put(document.as_table_mut(), key, &value)?;
    let edited = comments + &document.to_string();
    confirm(&edited, key, &value)?;
    Ok(edited)
}

/// The key's description; for `environments.<name>.<key>` that of `<key>`.
fn field(key: &str) -> Result<&'static Field, ConfigError> {
    let error = |message: String, help: String| {
        let mut error = ConfigError::new(message).help(help);
        error.key = Some(key.to_owned());
        error
    };
    let (section, bare) = split(key);
    if let Some(name) = section {
        if let Err(problem) = rules::environment(name) {
            let message = format!("the environment {}", problem.message);
            return Err(error(message, problem.help.unwrap_or_default()));
        }
        if OUTSIDE_SECTIONS.contains(&bare) {
            let message = format!("{} cannot be set in an environment section", quote(bare));
            return Err(error(message, format!("set `{bare}` itself")));
        }
    }
    field_at(root(), bare)
        .ok_or_else(|| error(format!("unknown key {}", quote(key)), unknown_key(bare)))
}

/// `environments.<name>.<key>` as name and key.
fn split(key: &str) -> (Option<&str>, &str) {
    key.strip_prefix(ENVIRONMENTS)
        .and_then(|rest| rest.strip_prefix('.')?.split_once('.'))
        .map_or((None, key), |(name, bare)| (Some(name), bare))
}

fn checked(field: &Field, key: &str, text: &str) -> Result<serde_json::Value, ConfigError> {
    let (_, bare) = split(key);
    let place = Place {
        written: key.to_owned(),
        key: bare.to_owned(),
    };
    let mut reader = Reader::new(LayerKind::Project, None, None);
    let mut layer = Layer::new();
    match text_value::parse(&field.shape, text) {
        Ok(value) => reader.leaf(field, 0, &value, &place, &mut layer),
        Err(problem) => reader.broken(0, &place, problem),
    }
    match (reader.finish().into_iter().next(), layer.remove(bare)) {
        (None, Some(setting)) => Ok(setting.value),
        (Some(error), _) => Err(error),
        (None, None) => Err(ConfigError::new(format!("{} cannot be set", quote(key)))),
    }
}

fn syntax_error(text: &str) -> ConfigError {
    let mut error = syntax_errors("", text, &Lines::new(text))
        .into_iter()
        .next()
        .unwrap_or_else(|| ConfigError::new("not valid TOML"));
    error.file = None;
    error
}

/// Writes the value into the nested tables. Keys are at most a handful of names deep.
fn put(root: &mut Table, key: &str, value: &serde_json::Value) -> Result<(), ConfigError> {
    let names: Vec<&str> = key.split('.').collect();
    let Some((last, parents)) = names.split_last() else {
        return Ok(());
    };
    let mut at = Holder::Table(root);
    for name in parents {
        at = at.enter(name).ok_or_else(|| {
            let mut error = ConfigError::new(format!("{} is not a table in the file", quote(name)))
                .help(format!("remove it, then set {} again", quote(key)));
            error.key = Some(key.to_owned());
            error
        })?;
    }
    at.write(last, render::item(value));
    Ok(())
}

/// The two kinds of tables that can be written into.
enum Holder<'a> {
    Table(&'a mut Table),
    Inline(&'a mut InlineTable),
}

impl<'a> Holder<'a> {
    fn enter(self, name: &str) -> Option<Holder<'a>> {
        match self {
            Self::Table(table) => {
                let item = table.entry(name).or_insert_with(|| {
                    let mut table = Table::new();
                    // Its header is written once it has values of its own.
                    table.set_implicit(true);
                    Item::Table(table)
                });
                match item {
                    Item::Table(table) => Some(Holder::Table(table)),
                    Item::Value(Value::InlineTable(table)) => Some(Holder::Inline(table)),
                    _ => None,
                }
            }
            Self::Inline(table) => {
                if !table.contains_key(name) {
                    insert(table, name, Value::InlineTable(InlineTable::new()));
                }
                match table.get_mut(name)? {
                    Value::InlineTable(table) => Some(Holder::Inline(table)),
                    _ => None,
                }
            }
        }
    }

    fn write(self, name: &str, value: Value) {
        match self {
            Self::Table(table) => match table.get_mut(name) {
                // In place, so that comments before and behind it stay.
                Some(Item::Value(old)) => replace(old, value),
                Some(other) => *other = Item::Value(value),
                None => {
                    table.insert_formatted(&Key::new(name), Item::Value(value));
                }
            },
            Self::Inline(table) => match table.get_mut(name) {
                Some(old) => replace(old, value),
                None => insert(table, name, value),
            },
        }
    }
}

/// Appends a value; the space before the closing brace stays before the closing brace.
fn insert(table: &mut InlineTable, name: &str, mut value: Value) {
    if let Some((_, last)) = table.iter_mut().last() {
        let suffix = last
            .decor()
            .suffix()
            .and_then(|suffix| suffix.as_str())
            .unwrap_or("");
        if suffix.trim().is_empty() {
            let suffix = suffix.to_owned();
            last.decor_mut().set_suffix("");
            value.decor_mut().set_prefix(" ");
            value.decor_mut().set_suffix(suffix);
        }
    }
    table.insert(name, value);
}

fn replace(old: &mut Value, mut value: Value) {
    *value.decor_mut() = old.decor().clone();
    *old = value;
}

/// Reads the result back: an edit that lost its value must not reach the file.
fn confirm(edited: &str, key: &str, value: &serde_json::Value) -> Result<(), ConfigError> {
    let (layers, _) = read(LayerKind::Project, "", edited, Root::File);
    let (section, bare) = split(key);
    let found = layers.as_ref().and_then(|layers| match section {
        Some(name) => layers.environments.get(name)?.get(bare),
        None => layers.layer.get(bare),
    });
    if found.is_some_and(|setting| setting.value == *value) {
        return Ok(());
    }
    let problem = Problem::new(
        format!("{} cannot be set in this file", quote(key)),
        "write it by hand",
    );
    let mut error = ConfigError::new(problem.message);
    error.help = problem.help;
    Err(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_order_stay() {
        let text =
            "# top\n[policy] # gate\n# why\nfail_on = \"low\" # for now\n\n[scan]\njobs = 2\n";
        let edited = set(text, "policy.fail_on", "high").unwrap();
        assert_eq!(edited, text.replace("\"low\"", "\"high\""));
        let edited = set(&edited, "policy.tighten.kev.within_hours", "12").unwrap();
        assert!(edited.starts_with("# top\n[policy] # gate\n"), "{edited}");
        assert!(
            edited.contains("[policy.tighten.kev]\nwithin_hours = 12\n"),
            "{edited}"
        );
    }

    #[test]
    fn inline_dotted_and_section_keys() {
        let edited = set(
            "policy = { fail_on = \"low\" }\n",
            "policy.tighten.kev.within_hours",
            "12",
        );
        assert_eq!(
            edited.unwrap(),
            "policy = { fail_on = \"low\", tighten = { kev = { within_hours = 12 } } }\n"
        );
        let edited = set("scan.jobs = 2\n", "scan.exclude", "a,b").unwrap();
        assert_eq!(edited, "scan.jobs = 2\nscan.exclude = [\"a\", \"b\"]\n");
        let edited = set("", "environments.production.policy.fail_on", "low").unwrap();
        assert_eq!(
            edited,
            "[environments.production.policy]\nfail_on = \"low\"\n"
        );
    }

    #[test]
    fn wrong_keys_values_and_files_are_refused() {
        let help = |text: &str, key: &str, value: &str| {
            let error = set(text, key, value).unwrap_err();
            format!("{error} / {}", error.help.as_deref().unwrap_or_default())
        };
        assert!(help("", "policy.fial_on", "high").contains("did you mean `policy.fail_on`?"));
        assert!(help("", "policy.fail_on", "hihg").contains("did you mean `high`?"));
        assert!(help("", "scan.jobs", "0").contains("between 1 and 1024"));
        assert!(help("", "policy", "x").contains("is a table"));
        assert!(help("a = \n", "scan.jobs", "1").contains("not valid TOML"));
        assert!(help("policy = 1\n", "policy.fail_on", "high").contains("not a table"));
        assert!(help("[[policy]]\n", "policy.fail_on", "high").contains("not a table"));
        assert!(help("", "environments.a b.scan.jobs", "1").contains("must be a name"));
        assert!(help("", "environments.a.environment", "b").contains("environment section"));
    }

    #[test]
    fn a_list_of_tables_is_replaced_whole() {
        let row = "{severity=\"critical\",within_hours=1,approver=\"x\",priority=\"P0\"}";
        let text = "[[policy.matrix]]\nseverity = \"low\"\n\n[scan]\njobs = 1\n";
        let edited = set(text, "policy.matrix", &format!("[{row}]")).unwrap();
        assert!(!edited.contains("[[policy.matrix]]"), "{edited}");
        assert!(edited.contains("jobs = 1"));
    }
}
