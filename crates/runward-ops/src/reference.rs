//! The configuration's own documentation, and its editing.

use std::{fmt::Write as _, path::Path};

use runward_config::KeyDoc;

use crate::{OpsError, settings};

/// The JSON Schema of `runward.toml`.
pub fn config_schema() -> serde_json::Value {
    runward_config::schema()
}

/// Every key as a Markdown page.
pub fn config_reference() -> String {
    let mut page = String::from(
        "# Configuration keys\n\n\
         Layers, lowest first: built-in, user (`$XDG_CONFIG_HOME/runward/config.toml`), project \
         (`runward.toml`, or `[tool.runward]` in `pyproject.toml`), the selected \
         `[environments.<name>]` section, `RUNWARD_*` variables, the command line \
         (`--set KEY=VALUE`). `runward config show --origin` tells where each value comes from.\n",
    );
    for key in runward_config::keys() {
        entry(&mut page, &key);
    }
    page
}

fn entry(page: &mut String, key: &KeyDoc) {
    // Writing to a string cannot fail.
    let _ = writeln!(page, "\n## `{}`\n\n{}\n", key.key, key.doc);
    let _ = writeln!(page, "- Type: {}", key.kind);
    if let Some(default) = &key.default {
        // Long lists, such as the priority matrix, are readable in the file they come from.
        if default.len() > 200 {
            let _ = writeln!(page, "- Default: see `policies/default.toml`");
        } else {
            let _ = writeln!(page, "- Default: `{default}`");
        }
    }
    if let Some(example) = &key.example {
        let _ = writeln!(page, "- Example: `{example}`");
    }
    if let Some(variable) = &key.variable {
        let _ = writeln!(page, "- Variable: `{variable}`");
    }
    if key.accumulates {
        let _ = writeln!(page, "- Each layer adds to the list.");
    }
    if key.required {
        let _ = writeln!(page, "- Required.");
    }
}

/// The text of a configuration file with one value changed, comments kept.
pub fn set_config(file: &Path, key: &str, value: &str) -> Result<String, OpsError> {
    let text = settings::read(file)?;
    let root = file.parent().unwrap_or(Path::new("."));
    if text.is_none() && settings::in_pyproject(root).is_some() {
        return Err(OpsError::usage(
            "this project is configured by `[tool.runward]` in `pyproject.toml`, which a new \
             `runward.toml` would replace as a whole",
            "edit `pyproject.toml`, or move its `[tool.runward]` tables to `runward.toml` first",
        ));
    }
    let text = text.unwrap_or_default();
    runward_config::set(&text, key, value).map_err(|error| OpsError::Config(vec![error]))
}
