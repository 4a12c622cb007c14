//! `runward config`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use runward_ops::{Exit, OpsError, PROJECT_FILE, Project};
use serde_json::json;

use crate::{
    commands::ListFormat,
    failure::Outcome,
    outputs::{write_file, write_stdout},
    terminal::Session,
};

#[derive(Debug, Args)]
pub(crate) struct ConfigArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Every value in force.
    Show {
        /// Only this key, or the keys below this section.
        key: Option<String>,
        /// Say where each value comes from.
        #[arg(long)]
        origin: bool,
        /// The project's directory.
        #[arg(long, default_value = ".", value_name = "PATH")]
        project: PathBuf,
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Change one value in the project's (or the user's) file, comments kept.
    Set {
        /// The key, e.g. `policy.fail_on`.
        key: String,
        /// The value, as TOML or as a plain word.
        value: String,
        /// The user's file instead of the project's.
        #[arg(long)]
        user: bool,
        /// The project's directory.
        #[arg(long, default_value = ".", value_name = "PATH")]
        project: PathBuf,
    },
    /// Check every layer; exit 2 where something is wrong.
    Validate {
        /// The project's directory.
        #[arg(default_value = ".")]
        path: PathBuf,
    },
    /// The JSON Schema of `runward.toml`.
    Schema,
    /// Every key with its type, default and meaning, as Markdown.
    Reference,
}

pub(crate) fn run(session: &Session, arguments: &ConfigArguments) -> Outcome {
    match &arguments.action {
        Action::Show {
            key,
            origin,
            project,
            format,
        } => show(session, key.as_deref(), *origin, project, *format),
        Action::Set {
            key,
            value,
            user,
            project,
        } => set(session, key, value, *user, project),
        Action::Validate { path } => {
            let project = Project::locate(&session.context, path)?;
            let settings = session.settings(&project)?;
            for warning in &settings.loaded.warnings {
                session.warn(warning);
            }
            session.note("the configuration is valid");
            Ok(Exit::CLEAN)
        }
        Action::Schema => {
            write_stdout(|out| {
                serde_json::to_writer_pretty(&mut *out, &runward_ops::config_schema())?;
                Ok(writeln!(out)?)
            })?;
            Ok(Exit::CLEAN)
        }
        Action::Reference => {
            write_stdout(|out| Ok(out.write_all(runward_ops::config_reference().as_bytes())?))?;
            Ok(Exit::CLEAN)
        }
    }
}

fn show(
    session: &Session,
    key: Option<&str>,
    with_origin: bool,
    path: &std::path::Path,
    format: ListFormat,
) -> Outcome {
    let project = Project::locate(&session.context, path)?;
    let settings = session.settings(&project)?;
    for warning in &settings.loaded.warnings {
        session.warn(warning);
    }
    let entries: Vec<_> = settings
        .loaded
        .entries()
        .into_iter()
        .filter(|(entry, _, _)| key.is_none_or(|key| is_below(entry, key)))
        .collect();
    if let (Some(key), true) = (key, entries.is_empty()) {
        return Err(OpsError::usage(
            format!("`{key}` is not set, or not a key"),
            "run `runward config show` to see every key that is set",
        )
        .into());
    }
    write_stdout(|out| {
        if format == ListFormat::Json {
            let values: Vec<_> = entries
                .iter()
                .map(|(key, value, origin)| {
                    json!({"key": key, "value": value, "origin": origin.to_string()})
                })
                .collect();
            let document = json!({"schema": "runward.config/1", "values": values});
            serde_json::to_writer_pretty(&mut *out, &document)?;
            return Ok(writeln!(out)?);
        }
        for (key, value, origin) in &entries {
            if with_origin {
                writeln!(out, "{key} = {value}  # {origin}")?;
            } else {
                writeln!(out, "{key} = {value}")?;
            }
        }
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}

fn is_below(entry: &str, key: &str) -> bool {
    entry
        .strip_prefix(key)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn set(session: &Session, key: &str, value: &str, user: bool, path: &std::path::Path) -> Outcome {
    let project = Project::locate(&session.context, path)?;
    let file = if user {
        session.context.user_config_file().ok_or_else(|| {
            OpsError::usage(
                "there is no place for a user's configuration: HOME is not set",
                "set XDG_CONFIG_HOME to a directory",
            )
        })?
    } else {
        project.root.join(PROJECT_FILE)
    };
    let edited = runward_ops::set_config(&file, key, value)?;
    write_file(&file, |out| Ok(out.write_all(edited.as_bytes())?))?;
    session.note(&format!("set {key} in {}", file.display()));
    Ok(Exit::CLEAN)
}
