//! `runward guard -- COMMAND`.

use std::process::Command;

use clap::Args;
use runward_model::Recommendation;
use runward_ops::{
    Exit, OpsError, Project,
    packages::{self, Decision},
};
use runward_report::document;
use serde_json::{Value, json};

use crate::{
    commands::{ListFormat, package},
    failure::Outcome,
    outputs::write_stdout,
    terminal::Session,
};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of the command line")]
pub(crate) struct GuardArguments {
    /// The command: pip, uv, pipx, poetry, pdm, npm, npx, pnpm, yarn, bun or cargo with its
    /// arguments.
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<String>,
    /// Say what it would bring in, and do not run it.
    #[arg(long)]
    dry_run: bool,
    /// Run it also where somebody should look at a package first.
    #[arg(long)]
    accept_review: bool,
    /// Run it also where a part of it was not understood or could not be looked at.
    #[arg(long)]
    accept_unknown: bool,
    /// Ask nobody: names only, and what is kept from earlier.
    #[arg(long)]
    offline: bool,
    /// Of which packages the files are looked at.
    #[arg(long, value_enum, value_name = "WHEN")]
    inspect: Option<package::Inspect>,
    /// With `--dry-run`: the form of the answer.
    #[arg(long, short, value_enum, default_value_t)]
    format: ListFormat,
}

pub(crate) fn run(session: &Session, arguments: &GuardArguments) -> Outcome {
    let here = Project::locate(&session.context, std::path::Path::new("."))?;
    let settings = session.settings(&here)?;
    let found = packages::guard(
        &session.context,
        &settings,
        &arguments.command,
        arguments.offline,
        arguments.inspect.map(Into::into),
    )?;
    for problem in &found.problems {
        session.warn(problem);
    }
    for line in &found.uncertain {
        session.warn(line);
    }
    let recommendation = found.recommendation();
    // Where the command runs, standard output is its own.
    if arguments.dry_run {
        write_stdout(|out| {
            if arguments.format == ListFormat::Json {
                let all: Vec<Value> = found.checks.iter().map(package::one_json).collect();
                let value = json!({
                    "recommendation": recommendation,
                    "plan": found.plan,
                    "packages": all,
                    "uncertain": found.uncertain,
                });
                return Ok(document("runward.guard/1", &value, out)?);
            }
            for checked in &found.checks {
                package::text(checked, false, out)?;
            }
            let unknown = match found.uncertain.len() {
                0 => String::new(),
                count => format!(", and {count} of the above not understood or not looked at"),
            };
            let packages = found.checks.len();
            writeln!(out, "\n{packages} packages: {recommendation}{unknown}")?;
            Ok(())
        })?;
    } else {
        for checked in &found.checks {
            if checked.check.recommendation == Recommendation::Allow {
                continue;
            }
            let mut text = Vec::new();
            package::text(checked, true, &mut text)?;
            session.note(String::from_utf8_lossy(&text).trim_end());
        }
    }
    let refused = match recommendation {
        Recommendation::Block => true,
        Recommendation::Review => !arguments.accept_review,
        Recommendation::Allow => false,
    };
    let record = |decision| {
        let recorded = packages::record_guard(&session.context, &settings, &here, &found, decision);
        if let Err(error) = recorded {
            session.warn(&format!("the decision is not recorded: {error}"));
        }
    };
    if refused {
        if !arguments.dry_run {
            record(Decision::Refused);
            session.note(if recommendation == Recommendation::Block {
                "not run. A package that you know can be let in by `[[packages.allow]]` in the \
                 configuration, with a reason and until a date"
            } else {
                "not run: look at what is above; `--accept-review` runs it"
            });
        }
        return Ok(Exit::PROBLEMS);
    }
    if !found.uncertain.is_empty() && !arguments.accept_unknown {
        if !arguments.dry_run {
            record(Decision::Refused);
            session.note("not run: see above; `--accept-unknown` runs it");
        }
        return Ok(Exit::INCOMPLETE);
    }
    if arguments.dry_run {
        return Ok(Exit::CLEAN);
    }
    record(Decision::Run);
    session.note(&format!(
        "{} packages: {recommendation}",
        found.checks.len()
    ));
    execute(&arguments.command)
}

/// Runs the command as the user wrote it; its exit code is ours.
fn execute(command: &[String]) -> Outcome {
    let Some((program, arguments)) = command.split_first() else {
        return Ok(Exit::Usage);
    };
    let status = Command::new(program)
        .args(arguments)
        .status()
        .map_err(|error| {
            OpsError::usage(
                format!("`{program}` could not be started: {error}"),
                "install it, or give its path",
            )
        })?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(Exit::Other(code.unwrap_or(1)))
}
