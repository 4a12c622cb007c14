//! Arguments shared by all subcommands, and the list of subcommands.

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    access::AccessArguments,
    audit::AuditArguments,
    ci::CiArguments,
    completions::CompletionsArguments,
    config::ConfigArguments,
    db::DbArguments,
    deps::DepsArguments,
    doctor::DoctorArguments,
    explain::ExplainArguments,
    findings::{FindingsArguments, ImportCommand},
    fix::FixArguments,
    guard::GuardArguments,
    hook::HookArguments,
    init::InitArguments,
    man::ManArguments,
    matching::MatchArguments,
    package::PackageArguments,
    rules::RulesArguments,
    scan::ScanArguments,
    secrets::SecretsArguments,
    store::StoreArguments,
    task::TaskArguments,
};

/// Security work of a software team in one binary.
#[derive(Debug, Parser)]
#[command(
    name = "runward",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 clean, 1 findings at or above the gate, 2 wrong usage or \
                  configuration, 3 nothing to scan, 4 incomplete (something could not be looked \
                  at, or the data is too old), 5 internal error, 6 not allowed."
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
    /// Where findings, tasks and events are kept: `sqlite:PATH` or `postgres://…`; absent: in each
    /// project.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) store: Option<String>,
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
    /// Apply fixes: what code rules propose, written into the files.
    Fix(FixArguments),
    /// Code rules: list, show, validate, test, write.
    Rules(RulesArguments),
    /// Search code for one pattern.
    Match(MatchArguments),
    /// What finds secrets, and what is known already.
    Secrets(SecretsArguments),
    /// Is a package what it claims to be?
    Package(PackageArguments),
    /// Run an install command if policy allows what it brings in: `runward guard -- pip install X`.
    Guard(GuardArguments),
    /// Git hooks that look at commits and pushes before they are made.
    Hook(HookArguments),
    /// Pipelines that scan by themselves.
    Ci(CiArguments),
    /// What the project depends on.
    Deps(DepsArguments),
    /// The advisory database.
    Db(DbArguments),
    /// The recorded findings of a project.
    Findings(FindingsArguments),
    /// Take over what another tool found; short for `findings import`.
    Import(ImportCommand),
    /// Tasks: what is to be done, by whom and until when.
    Task(TaskArguments),
    /// The audit log: what happened, and the proof of it.
    Audit(AuditArguments),
    /// Who may do what: people, roles, tokens.
    Access(AccessArguments),
    /// The store itself: schema, backup, restore, export.
    Store(StoreArguments),
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
