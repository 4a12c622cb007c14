//! Arguments shared by all subcommands, and the list of subcommands.

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    completions::CompletionsArguments, config::ConfigArguments, db::DbArguments,
    deps::DepsArguments, doctor::DoctorArguments, explain::ExplainArguments,
    findings::FindingsArguments, init::InitArguments, man::ManArguments, scan::ScanArguments,
};

/// Security work of a software team in one binary.
#[derive(Debug, Parser)]
#[command(
    name = "runward",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 clean, 1 findings at or above the gate, 2 wrong usage or \
                  configuration, 3 nothing to scan, 4 incomplete (something could not be looked \
                  at, or the data is too old), 5 internal error."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArguments,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every subcommand takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct GlobalArguments {
    /// Colour in text output.
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    pub(crate) color: Option<Color>,
    /// Say nothing on standard error but errors.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Say more.
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    /// The environment whose configuration section holds (development, staging, production).
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// Override one configuration key, e.g. `--set policy.fail_on=high`; may be repeated.
    #[arg(long = "set", global = true, value_name = "KEY=VALUE", value_parser = key_value)]
    pub(crate) overrides: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.to_owned()))
        }
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Look at the project and write a commented `runward.toml`.
    Init(InitArguments),
    /// Find, judge and report the risks of a project.
    Scan(ScanArguments),
    /// What the project depends on.
    Deps(DepsArguments),
    /// The advisory database.
    Db(DbArguments),
    /// The recorded findings of a project.
    Findings(FindingsArguments),
    /// The configuration and where its values come from.
    Config(ConfigArguments),
    /// Check tools, database, configuration and permissions.
    Doctor(DoctorArguments),
    /// Everything that is known about an advisory or a recorded finding.
    Explain(ExplainArguments),
    /// Shell completions on standard output.
    Completions(CompletionsArguments),
    /// Manual pages.
    Man(ManArguments),
}
