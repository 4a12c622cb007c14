//! The commented `runward.toml` that `runward init` writes.

use std::fmt::Write as _;

use serde_json::Value;

use crate::{
    error::is_bidi_control,
    load, pairs, render,
    setting::Layer,
    shape::{Field, Shape, root},
    trust,
};

/// What `runward init` saw in the project. All of it may be hostile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectFacts {
    pub name: Option<String>,
    /// Path and format of each manifest and lockfile.
    pub manifests: Vec<(String, String)>,
    /// As `3.12` or `3.12.4`; another form is left out.
    pub python_version: Option<String>,
    /// Directories of installed packages that were seen.
    pub environments: Vec<String>,
}

/// Manifests that are listed; of a monorepo's hundreds, the rest is counted.
const LISTED: usize = 20;

/// The text. Each key stands there with its description and its default, commented out, so that
/// the file sets nothing but what the facts say; it loads without errors.
pub fn template(facts: &ProjectFacts) -> String {
    let defaults = load::defaults();
    let mut out = String::new();
    comment(
        &mut out,
        "Configuration of Runward for this project. Every key is optional; what is commented out \
         shows its default, or an example where there is none. A key that is wrong is reported with its line: `runward config \
         validate`. Where a value comes from: `runward config show --origin`.",
    );
    if !facts.manifests.is_empty() {
        out.push_str("#\n");
        comment(&mut out, "Found when this file was written:");
        for (path, format) in facts.manifests.iter().take(LISTED) {
            let _ = writeln!(out, "#   {} ({})", plain(path), plain(format));
        }
        if let Some(more) = facts
            .manifests
            .len()
            .checked_sub(LISTED)
            .filter(|more| *more > 0)
        {
            let _ = writeln!(out, "#   and {more} more");
        }
    }
    let live = live(facts);
    // TOML wants the keys of the root before the first table.
    let (tables, leaves): (Vec<&Field>, Vec<&Field>) = root()
        .iter()
        .partition(|field| matches!(field.shape, Shape::Table(_)));
    for field in leaves
        .iter()
        .filter(|field| !is_list_of_tables(&field.shape))
    {
        key(&mut out, "", field, &defaults, &live);
    }
    // What a project's file cannot say is not shown in one.
    let projects = |field: &&&Field| !trust::is_users_alone(&field.name);
    for field in tables.iter().filter(projects) {
        table(&mut out, &field.name, field, &defaults, &live);
    }
    for field in leaves
        .iter()
        .filter(|field| is_list_of_tables(&field.shape))
    {
        out.push('\n');
        comment(&mut out, &field.doc);
        if field.name == "suppressions" {
            out.push_str(SUPPRESSION);
        }
    }
    out.push_str(ENVIRONMENT);
    out
}

const SUPPRESSION: &str = "\
# At least one of `advisory`, `package` and `path` is needed; all that are set must match. After
# `expires`, its last day, the finding returns.
#
# [[suppressions]]
# advisory = \"CVE-2024-12345\"
# package = \"example\"
# path = \"requirements.txt\"
# reason = \"the vulnerable function is not called\"
# author = \"name@example.org\"
# expires = \"2026-12-31\"
";

const ENVIRONMENT: &str = "
# What differs in an environment: any of the keys above. Selected by `environment`,
# `RUNWARD_ENVIRONMENT` or `--environment`.
#
# [environments.production.policy]
# on_stale_database = \"fail\"
";

/// The values that the facts set.
fn live(facts: &ProjectFacts) -> Vec<(&'static str, Value)> {
    let mut live = Vec::new();
    let name = facts
        .name
        .as_ref()
        .filter(|name| crate::rules::text("project.name", name).is_ok());
    if let Some(name) = name {
        live.push(("project.name", Value::from(plain(name))));
    }
    let is_version = |version: &&String| crate::rules::text("deps.python_version", version).is_ok();
    if let Some(version) = facts.python_version.as_ref().filter(is_version) {
        live.push(("deps.python_version", Value::from(version.as_str())));
    }
    let usable = |path: &&String| {
        crate::rules::text("deps.env[]", path).is_ok() && !path.chars().any(char::is_control)
    };
    let environments: Vec<Value> = facts
        .environments
        .iter()
        .filter(usable)
        .take(LISTED)
        .map(|path| path.as_str().into())
        .collect();
    if !environments.is_empty() {
        live.push(("deps.env", Value::Array(environments)));
    }
    live
}

fn is_list_of_tables(shape: &Shape) -> bool {
    matches!(shape, Shape::List(item) if matches!(item.as_ref(), Shape::Table(_)))
}

fn table(
    out: &mut String,
    path: &str,
    field: &Field,
    defaults: &Layer,
    live: &[(&'static str, Value)],
) {
    let Shape::Table(fields) = &field.shape else {
        return;
    };
    out.push('\n');
    comment(out, &field.doc);
    let _ = writeln!(out, "[{path}]");
    let projects = |field: &&Field| !trust::is_users_alone(&crate::reader::join(path, &field.name));
    for field in fields
        .iter()
        .filter(|field| !matches!(field.shape, Shape::Table(_)))
        .filter(projects)
    {
        key(out, path, field, defaults, live);
    }
    for field in fields
        .iter()
        .filter(|field| matches!(field.shape, Shape::Table(_)))
    {
        table(
            out,
            &format!("{path}.{}", field.name),
            field,
            defaults,
            live,
        );
    }
}

fn key(
    out: &mut String,
    path: &str,
    field: &Field,
    defaults: &Layer,
    live: &[(&'static str, Value)],
) {
    let key = crate::reader::join(path, &field.name);
    if path.is_empty() {
        out.push('\n');
    }
    comment(out, &field.doc);
    match &field.shape {
        Shape::Choice(words) => comment(out, &format!("One of: {}.", words.join(", "))),
        Shape::List(item) => {
            if let Shape::Choice(words) = item.as_ref() {
                comment(out, &format!("Any of: {}.", words.join(", ")));
            }
        }
        _ => {}
    }
    if let Some((_, value)) = live.iter().find(|(live, _)| *live == key) {
        let _ = writeln!(out, "{} = {}", field.name, render::toml(value));
        return;
    }
    match defaults.get(&key) {
        Some(_) if key == "trust_project_policy" => {
            let _ = writeln!(
                out,
                "# (`{key}` is true; not set in this file, but as `{}=false`)",
                pairs::variable_of(&key)
            );
        }
        Some(setting) => commented(out, field, &setting.value),
        None => {
            if let Some(example) = &field.example {
                let _ = writeln!(out, "# {} = {}", field.name, render::toml(example));
            }
        }
    }
}

/// The key commented out; a list of tables with one entry a line.
fn commented(out: &mut String, field: &Field, value: &Value) {
    let name = &field.name;
    match (&field.shape, value) {
        (Shape::List(item), Value::Array(values)) if is_list_of_tables(&field.shape) => {
            let _ = writeln!(out, "# {name} = [");
            for value in values {
                let _ = writeln!(out, "#   {},", render::shaped(item, value));
            }
            out.push_str("# ]\n");
        }
        _ => {
            let _ = writeln!(out, "# {name} = {}", render::toml(value));
        }
    }
}

/// Wraps a text into comment lines of at most 100 columns.
fn comment(out: &mut String, text: &str) {
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.len() > 1 && line.chars().count() + 1 + word.chars().count() > 100 {
            out.push_str(&line);
            out.push('\n');
            "#".clone_into(&mut line);
        }
        line.push(' ');
        line.push_str(word);
    }
    if line.len() > 1 {
        out.push_str(&line);
        out.push('\n');
    }
}

/// A name out of the project, on one line and without anything that acts on a terminal.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || is_bidi_control(c) {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .take(200)
        .collect()
}
