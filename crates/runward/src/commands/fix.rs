//! `runward fix`.

use std::path::PathBuf;

use clap::Args;
use runward_ops::{
    Exit, OpsError, Project, Which,
    code::{self, CodeRequest},
};
use runward_report::clean_lines;
use similar::TextDiff;

use crate::{failure::Outcome, outputs::write_stdout, terminal::Session};

#[derive(Debug, Args)]
pub(crate) struct FixArguments {
    /// The project's directory, or one file.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Apply the fixes that code rules propose.
    #[arg(long)]
    code: bool,
    /// Show what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Packs by name, rule files and directories; absent: those that a scan runs.
    #[arg(long, value_name = "PATH|PACK")]
    rules: Vec<String>,
    /// Look at files that ignore files name, too.
    #[arg(long)]
    no_ignore: bool,
}

pub(crate) fn run(session: &Session, arguments: &FixArguments) -> Outcome {
    if !arguments.code {
        return Err(OpsError::usage(
            "nothing was asked to be fixed",
            "`runward fix --code` applies the fixes of code rules; `--dry-run` shows them only",
        )
        .into());
    }
    let project = Project::locate(&session.context, &arguments.path)?;
    let settings = session.settings(&project)?;
    let request = CodeRequest {
        rules: arguments.rules.clone(),
        no_cache: true,
        jobs: None,
    };
    let which = if arguments.no_ignore {
        Which::Everything
    } else {
        Which::Usual
    };
    let write = !arguments.dry_run;
    let done = code::fix(
        &session.context,
        &settings,
        &project,
        &request,
        &which,
        write,
    )?;
    write_stdout(|out| {
        for file in &done.files {
            if arguments.dry_run {
                let diff = TextDiff::from_lines(&file.before, &file.after);
                let old = format!("a/{}", file.path);
                let new = format!("b/{}", file.path);
                let text = diff.unified_diff().header(&old, &new).to_string();
                writeln!(out, "{}", clean_lines(&text))?;
            } else {
                let rules: Vec<String> = file
                    .rules
                    .iter()
                    .map(|(rule, times)| format!("{rule} ×{times}"))
                    .collect();
                writeln!(out, "{}: {}", clean_lines(&file.path), rules.join(", "))?;
            }
        }
        Ok(())
    })?;
    for gap in done.refused.iter().chain(&done.not_covered) {
        session.warn(&format!("{}: {}", gap.path, gap.reason));
    }
    let fixes: usize = done.files.iter().flat_map(|file| file.rules.values()).sum();
    let verb = if arguments.dry_run {
        "would apply"
    } else {
        "applied"
    };
    session.note(&format!(
        "{verb} {fixes} fixes in {} files; {} more overlap these (run it again), {} findings have \
         no fix",
        done.files.len(),
        done.left,
        done.without
    ));
    let whole = done.refused.is_empty() && done.not_covered.is_empty();
    Ok(if whole { Exit::CLEAN } else { Exit::INCOMPLETE })
}
