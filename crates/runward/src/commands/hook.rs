//! `runward hook`.

use std::{io::Read as _, path::PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use runward_ops::{
    Exit, OpsError, Project,
    hooks::{self, Hook, Installed, Standing},
};
use runward_report::{Options, ScanFormat, document};
use serde_json::json;

use crate::{commands::ListFormat, failure::Outcome, outputs::write_stdout, terminal::Session};

#[derive(Debug, Args)]
pub(crate) struct HookArguments {
    #[command(subcommand)]
    command: HookCommand,
}

#[derive(Debug, Subcommand)]
enum HookCommand {
    /// Put hooks in place; those that are there already are kept and run first.
    Install(Change),
    /// Take the hooks out and put back what was there before.
    Uninstall(Change),
    /// Which hooks are in place.
    Status {
        /// A directory of the repository.
        #[arg(default_value = ".")]
        path: PathBuf,
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// What a hook does: look at what is about to be committed or pushed, and end with 1 where it
    /// brings findings at or above the gate that were not there before.
    Run(Run),
}

#[derive(Debug, Args)]
struct Change {
    /// A directory of the repository.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Which hooks; absent: all.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Name>,
    /// Also where a hook was changed by hand, or is not this repository's alone.
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Args)]
struct Run {
    #[arg(value_enum)]
    hook: Name,
    /// What git hands to the hook.
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Name {
    PreCommit,
    PrePush,
}

impl Name {
    fn hook(self) -> Hook {
        match self {
            Self::PreCommit => Hook::PreCommit,
            Self::PrePush => Hook::PrePush,
        }
    }
}

pub(crate) fn run(session: &Session, arguments: &HookArguments) -> Outcome {
    match &arguments.command {
        HookCommand::Install(change) => {
            let hooks = chosen(change);
            let at = session.context.working_directory.join(&change.path);
            let done = hooks::install(&at, &hooks, &program()?, change.force)?;
            tell(session, &done);
        }
        HookCommand::Uninstall(change) => {
            let hooks = chosen(change);
            let at = session.context.working_directory.join(&change.path);
            let done = hooks::uninstall(&at, &hooks, &program()?, change.force)?;
            tell(session, &done);
        }
        HookCommand::Status { path, format } => {
            let at = session.context.working_directory.join(path);
            let all = hooks::status(&at, &program()?)?;
            write_stdout(|out| {
                if *format == ListFormat::Json {
                    let list: Vec<_> = all
                        .iter()
                        .map(|one| {
                            json!({
                                "hook": one.hook.as_str(),
                                "file": one.file.display().to_string(),
                                "state": state(one.standing),
                                "runs_another": runs_another(one.standing),
                            })
                        })
                        .collect();
                    return Ok(document("runward.hooks/1", &json!({"hooks": list}), out)?);
                }
                for one in &all {
                    writeln!(out, "{:<11} {}", one.hook.as_str(), words(one.standing))?;
                }
                Ok(())
            })?;
        }
        HookCommand::Run(arguments) => return run_hook(session, arguments),
    }
    Ok(Exit::CLEAN)
}

fn chosen(change: &Change) -> Vec<Hook> {
    if change.only.is_empty() {
        return Hook::ALL.to_vec();
    }
    change.only.iter().map(|name| name.hook()).collect()
}

fn program() -> Result<PathBuf, OpsError> {
    std::env::current_exe().map_err(|error| OpsError::Io {
        message: format!("the path of this program is not known: {error}"),
        help: None,
    })
}

fn tell(session: &Session, done: &[Installed]) {
    for one in done {
        let changed = if one.changed { "" } else { " (as before)" };
        session.note(&format!(
            "{}: {}{changed}",
            one.hook.as_str(),
            words(one.standing)
        ));
    }
}

fn state(standing: Standing) -> &'static str {
    match standing {
        Standing::Nothing => "absent",
        Standing::Ours { current: true, .. } => "installed",
        Standing::Ours { current: false, .. } => "outdated",
        Standing::Another => "foreign",
        Standing::Changed => "changed",
    }
}

fn runs_another(standing: Standing) -> bool {
    matches!(
        standing,
        Standing::Ours {
            runs_another: true,
            ..
        }
    )
}

fn words(standing: Standing) -> &'static str {
    match standing {
        Standing::Nothing => "not installed; see `runward hook install`",
        Standing::Ours {
            current: true,
            runs_another: false,
        } => "installed",
        Standing::Ours {
            current: true,
            runs_another: true,
        } => "installed, and runs the hook that was there before first",
        Standing::Ours { current: false, .. } => {
            "installed by another runward; `runward hook install` renews it"
        }
        Standing::Another => "another hook; `runward hook install` keeps it and runs it first",
        Standing::Changed => "installed and changed by hand since",
    }
}

fn run_hook(session: &Session, arguments: &Run) -> Outcome {
    let project = Project::locate(&session.context, std::path::Path::new("."))?;
    let settings = session.settings(&project)?;
    let report = match arguments.hook {
        Name::PreCommit => hooks::before_commit(&session.context, &settings, &project)?,
        Name::PrePush => {
            let mut input = String::new();
            std::io::stdin()
                .take(MAX_INPUT)
                .read_to_string(&mut input)
                .map_err(|error| {
                    OpsError::usage(
                        format!("what git says of the push cannot be read: {error}"),
                        "run this from a `pre-push` hook",
                    )
                })?;
            let remote = arguments.arguments.first().map_or("origin", String::as_str);
            hooks::before_push(&session.context, &settings, &project, remote, &input)?
        }
    };
    let Some(report) = report else {
        return Ok(Exit::CLEAN);
    };
    let options = Options {
        color: session.colored(&settings),
        ..session.report_options(&settings, false)
    };
    if report.verdict == runward_model::scan::Verdict::Clean
        || report.verdict == runward_model::scan::Verdict::NothingToScan
    {
        for warning in &report.warnings {
            session.warn(warning);
        }
        return Ok(Exit::CLEAN);
    }
    write_stdout(|out| {
        Ok(runward_report::scan(
            ScanFormat::Text,
            &report,
            &options,
            out,
        )?)
    })?;
    session.note(match arguments.hook {
        Name::PreCommit => {
            "this commit brings what is above; mend it, or say why it stays: \
             `runward: ignore[RULE] reason` beside it. (`git commit --no-verify` skips all hooks.)"
        }
        Name::PrePush => {
            "this push brings what is above. A secret that was committed is to be revoked, whether \
             it is pushed or not. (`git push --no-verify` skips all hooks.)"
        }
    });
    Ok(Exit::Verdict(report.verdict))
}

/// Most bytes of what git says of a push.
const MAX_INPUT: u64 = 16 * 1024 * 1024;
