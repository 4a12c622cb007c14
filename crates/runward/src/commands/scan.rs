//! `runward scan`.

use std::path::PathBuf;

use clap::Args;
use runward_model::{ScanReport, Severity};
use runward_ops::{
    Exit, Which,
    code::CodeRequest,
    packages::PackagesRequest,
    scan::{ScanRequest, parse_severity, scan},
    secrets::{HistoryRange, SecretsRequest},
};
use runward_report::{Options, ScanFormat};

use crate::{
    commands::source::Source,
    failure::Outcome,
    outputs::{Output, OutputArguments, write_file, write_stdout},
    terminal::Session,
};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of the command line")]
pub(crate) struct ScanArguments {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    outputs: OutputArguments,
    /// Kinds of scan to run: deps, packages, code, secrets; absent: all.
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    only: Vec<String>,
    /// The lowest severity that fails the scan: critical, high, medium, low, or none (everything,
    /// even what is rated none).
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<String>,
    /// Report only what the last scan did not have.
    #[arg(long)]
    new_only: bool,
    /// Report only what this earlier `--format json` result did not have.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    #[command(flatten)]
    code: CodeArguments,
    /// Look for secrets in git's history too: all of it, or OLD..NEW.
    #[arg(long, value_name = "RANGE", num_args = 0..=1, default_missing_value = "all",
        require_equals = true)]
    history: Option<String>,
    /// Ask the services on `secrets.verify_hosts` whether secrets that were found are alive.
    #[arg(long)]
    verify: bool,
    /// Ask the registries about dependencies that are new: age, maintainers, downloads, …
    #[arg(long)]
    online: bool,
    /// Report only findings of this package.
    #[arg(long, value_name = "NAME")]
    package: Option<String>,
    /// Report only this advisory (any of its ids): exit 0 shows that a fix holds. A suppressed
    /// finding is no fix.
    #[arg(long, value_name = "ID")]
    advisory: Option<String>,
    /// Threads; absent: one for each processor.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    jobs: Option<u32>,
    /// Show the terms of each risk score.
    #[arg(long)]
    explain: bool,
    /// Neither read nor write the recorded findings in `.runward/`.
    #[arg(long)]
    no_store: bool,
}

/// Which code is looked at, and with which rules.
#[derive(Debug, Args)]
struct CodeArguments {
    /// Code rules to run: packs by name, rule files, directories; absent: the built-in packs and
    /// the project's `.semgrep.yml`.
    #[arg(long, value_name = "PATH|PACK")]
    rules: Vec<String>,
    /// Look only at code that changed since this revision of git, new files included.
    #[arg(long, value_name = "REV", conflicts_with_all = ["staged", "no_ignore"])]
    changed_since: Option<String>,
    /// Look only at code in git's index that differs from the last commit.
    #[arg(long, conflicts_with = "no_ignore")]
    staged: bool,
    /// Look at code that ignore files (`.gitignore`, `.semgrepignore`) name, too.
    #[arg(long)]
    no_ignore: bool,
    /// Neither read nor write the results kept for code that does not change.
    #[arg(long)]
    no_cache: bool,
}

impl CodeArguments {
    fn request(&self, jobs: Option<u32>) -> CodeRequest {
        CodeRequest {
            rules: self.rules.clone(),
            no_cache: self.no_cache,
            jobs,
        }
    }

    fn which(&self) -> Which {
        match &self.changed_since {
            Some(revision) => Which::ChangedSince(revision.clone()),
            None if self.staged => Which::Staged,
            None if self.no_ignore => Which::Everything,
            None => Which::Usual,
        }
    }
}

pub(crate) fn run(session: &Session, arguments: &ScanArguments) -> Outcome {
    let (project, settings) = arguments.source.project(session)?;
    let outputs = arguments.outputs.pairs(&settings.config().output.format)?;
    let request = ScanRequest {
        deps: arguments.source.request(true),
        code: arguments.code.request(arguments.jobs),
        which: arguments.code.which(),
        secrets: SecretsRequest {
            history: arguments
                .history
                .as_deref()
                .map(HistoryRange::parse)
                .transpose()?,
            verify: arguments.verify,
        },
        packages: PackagesRequest {
            online: arguments.online.then_some(true),
        },
        only: arguments.only.clone(),
        fail_on: fail_on(arguments)?,
        new_only: arguments.new_only,
        baseline: arguments.baseline.clone(),
        package: arguments.package.clone(),
        advisory: arguments.advisory.clone(),
        no_store: arguments.no_store,
        ..ScanRequest::default()
    };
    let report = scan(&session.context, &settings, &project, &request)?;
    for output in &outputs {
        let options = Options {
            color: output.file.is_none() && session.colored(&settings),
            ..session.report_options(&settings, arguments.explain)
        };
        render(output, &report, &options)?;
    }
    // The text report says all of this itself; beside machine formats, people still hear it.
    if outputs
        .iter()
        .all(|output| output.format != ScanFormat::Text)
    {
        for warning in &report.warnings {
            session.warn(warning);
        }
        session.note(&runward_report::summary_line(&report));
    }
    Ok(Exit::Verdict(report.verdict))
}

fn fail_on(arguments: &ScanArguments) -> Result<Option<Severity>, runward_ops::OpsError> {
    arguments.fail_on.as_deref().map(parse_severity).transpose()
}

fn render(output: &Output, report: &ScanReport, options: &Options) -> anyhow::Result<()> {
    let write = |out: &mut dyn std::io::Write| {
        Ok(runward_report::scan(output.format, report, options, out)?)
    };
    match &output.file {
        Some(file) => write_file(file, write),
        None => write_stdout(write),
    }
}
