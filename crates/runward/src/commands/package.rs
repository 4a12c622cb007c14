//! `runward package`.

use std::{io::Write, path::PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use runward_model::{PackageCheck, Recommendation};
use runward_ops::{
    Exit, OpsError, Project,
    deps::{self, DepsRequest},
    packages::{self, CheckReport, CheckRequest, Checked, InspectFiles, Query},
};
use runward_report::{clean_lines, document};
use serde_json::{Value, json};

use crate::{commands::ListFormat, failure::Outcome, outputs::write_stdout, terminal::Session};

#[derive(Debug, Args)]
pub(crate) struct PackageArguments {
    #[command(subcommand)]
    command: PackageCommand,
}

#[derive(Debug, Subcommand)]
enum PackageCommand {
    /// Is this package what it claims to be? Ends with 1 where policy keeps it out or somebody has
    /// to look.
    Check(Check),
    /// What would the files of a package do? Looks at sdists, wheels, npm tarballs and crates without
    /// running anything of them.
    Inspect {
        /// Artefacts, as the registry serves them.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Show the terms of each score.
        #[arg(long)]
        explain: bool,
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// What speaks against a package: all signals with their weights.
    Signals {
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
    },
}

#[derive(Debug, Args)]
struct Check {
    /// Packages: `requests`, `requests==2.32.3`, `left-pad@1.3.0`.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Also those of this requirements file or manifest.
    #[arg(long, short, value_name = "FILE")]
    requirements: Vec<PathBuf>,
    /// Also those of this lockfile.
    #[arg(long, value_name = "FILE")]
    lock: Vec<PathBuf>,
    /// Where the names are from: pypi, npm, crates.
    #[arg(long, value_name = "ECOSYSTEM", default_value = "pypi")]
    ecosystem: String,
    /// Ask nobody: names only, and what is kept from earlier.
    #[arg(long)]
    offline: bool,
    /// Of which packages the files are fetched and looked at; what the configuration says where this
    /// is absent.
    #[arg(long, value_enum, value_name = "WHEN")]
    inspect: Option<Inspect>,
    /// Show the terms of each score and what could not be looked at.
    #[arg(long)]
    explain: bool,
    #[arg(long, short, value_enum, default_value_t)]
    format: ListFormat,
}

/// `packages.inspect` on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Inspect {
    /// Of none.
    Never,
    /// Of those that are not widely used, and of young releases.
    Unusual,
    /// Of all.
    Always,
}

impl From<Inspect> for InspectFiles {
    fn from(when: Inspect) -> Self {
        match when {
            Inspect::Never => Self::Never,
            Inspect::Unusual => Self::Unusual,
            Inspect::Always => Self::Always,
        }
    }
}

pub(crate) fn run(session: &Session, arguments: &PackageArguments) -> Outcome {
    match &arguments.command {
        PackageCommand::Check(check) => run_check(session, check),
        PackageCommand::Inspect {
            files,
            explain,
            format,
        } => run_inspect(session, files, *explain, *format),
        PackageCommand::Signals { format } => {
            signals(*format)?;
            Ok(Exit::CLEAN)
        }
    }
}

fn run_check(session: &Session, arguments: &Check) -> Outcome {
    let ecosystem = packages::ecosystem(&arguments.ecosystem)?;
    let here = Project::locate(&session.context, std::path::Path::new("."))?;
    let settings = session.settings(&here)?;
    let mut queries: Vec<Query> = Vec::new();
    // Something that a file names was not looked at.
    let mut blind = false;
    for name in &arguments.names {
        queries.push(packages::query(&ecosystem, name)?);
    }
    for file in arguments.requirements.iter().chain(&arguments.lock) {
        let project = Project::locate(&session.context, file)?;
        let read = deps::read(
            &session.context,
            &settings,
            &project,
            &DepsRequest::default(),
        )?;
        if read.graph.read.is_empty() {
            return Err(OpsError::usage(
                format!("`{}` names no packages", file.display()),
                "give a requirements file, a manifest or a lockfile",
            )
            .into());
        }
        let named = packages::from_graph(&read.graph);
        for gap in &named.gaps {
            session.warn(gap);
        }
        blind |= !named.gaps.is_empty();
        queries.extend(named.queries);
    }
    if queries.is_empty() {
        return Err(OpsError::usage(
            "no package was named",
            "write `runward package check NAME…`, or give `-r FILE` or `--lock FILE`",
        )
        .into());
    }
    let request = CheckRequest {
        queries: packages::distinct(queries),
        offline: arguments.offline,
        inspect: arguments.inspect.map(Into::into),
    };
    let report = packages::check(&session.context, &settings, &request, &|_, _| {})?;
    for problem in &report.problems {
        session.warn(problem);
    }
    write_stdout(|out| {
        if arguments.format == ListFormat::Json {
            return Ok(document("runward.package-check/1", &as_json(&report), out)?);
        }
        for checked in &report.checks {
            text(checked, arguments.explain || report.checks.len() == 1, out)?;
        }
        summary(&report, out)
    })?;
    Ok(match exit(&report) {
        Exit::CLEAN if blind => Exit::INCOMPLETE,
        exit => exit,
    })
}

fn run_inspect(session: &Session, files: &[PathBuf], explain: bool, format: ListFormat) -> Outcome {
    let here = Project::locate(&session.context, std::path::Path::new("."))?;
    let settings = session.settings(&here)?;
    let all = packages::inspect(&session.context, &settings, files)?;
    write_stdout(|out| {
        if format == ListFormat::Json {
            let list: Vec<Value> = all
                .iter()
                .map(|one| {
                    json!({
                        "file": one.file,
                        "kind": one.kind,
                        "name": one.check.name,
                        "version": one.check.version,
                        "recommendation": one.check.recommendation,
                        "score": one.check.score,
                        "signals": one.check.signals,
                        "files": one.files,
                        "bytes": one.bytes,
                        "passed_over": one.passed_over,
                        "not_covered": one.not_covered,
                    })
                })
                .collect();
            return Ok(document(
                "runward.package-inspect/1",
                &json!({"artefacts": list}),
                out,
            )?);
        }
        for one in &all {
            let check = &one.check;
            writeln!(
                out,
                "{:<7} {} ({}, {} files)  {:.1}",
                check.recommendation.as_str(),
                clean_lines(&one.file),
                one.kind,
                one.files,
                check.score
            )?;
            signal_lines(check, explain || all.len() == 1, out)?;
            if one.passed_over > 0 {
                let line = "sources of tests, documents and tools that nothing else runs were not looked at";
                writeln!(out, "        {} {line}", one.passed_over)?;
            }
            for gap in &one.not_covered {
                let line = format!("not looked at: {}: {}", gap.path, gap.reason);
                writeln!(out, "        {}", clean_lines(&line))?;
            }
        }
        Ok(())
    })?;
    let stopped = all
        .iter()
        .any(|one| one.check.recommendation != Recommendation::Allow);
    Ok(if stopped {
        Exit::PROBLEMS
    } else if all.iter().any(|one| !one.not_covered.is_empty()) {
        Exit::INCOMPLETE
    } else {
        Exit::CLEAN
    })
}

/// 1 where a package is kept out or somebody has to look, 4 where nothing speaks against any but
/// it could not be told whether they exist, or what their files do.
fn exit(report: &CheckReport) -> Exit {
    let stopped = |check: &PackageCheck| {
        check.recommendation != Recommendation::Allow
            && check.signals.iter().any(|signal| signal.weight > 0.0)
    };
    let checks = || report.checks.iter().map(|checked| &checked.check);
    if checks().any(stopped) {
        Exit::PROBLEMS
    } else if checks().any(|check| {
        check.recommendation != Recommendation::Allow
            || packages::files_not_looked_at(check).is_some()
    }) {
        Exit::INCOMPLETE
    } else {
        Exit::CLEAN
    }
}

pub(crate) fn text(checked: &Checked, explain: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let check = &checked.check;
    let version = check
        .version
        .as_deref()
        .map_or_else(String::new, |it| format!(" {it}"));
    let head = format!(
        "{:<7} {}{version} ({})",
        check.recommendation.as_str(),
        check.name,
        check.ecosystem.osv_name()
    );
    writeln!(out, "{}  {:.1}", clean_lines(&head), check.score)?;
    signal_lines(check, explain, out)?;
    if let Some(allowed) = &check.allowed {
        let line = format!(
            "allowed by {} until {}: {}",
            allowed.author, allowed.expires, allowed.reason
        );
        writeln!(out, "        {}", clean_lines(&line))?;
    }
    // What is only not known is the whole reason there.
    let unknown = check.recommendation != Recommendation::Allow
        && check.signals.iter().all(|signal| signal.weight <= 0.0);
    if explain || unknown {
        let shown = if explain { usize::MAX } else { 1 };
        for one in check.unevaluated.iter().take(shown) {
            let line = format!("not looked at: {}: {}", one.signal, one.reason);
            writeln!(out, "        {}", clean_lines(&line))?;
        }
    }
    Ok(())
}

/// What speaks against it, with its share of the score.
fn signal_lines(check: &PackageCheck, explain: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut added: std::collections::HashMap<String, f64> = std::collections::HashMap::new();
    for term in packages::terms(&check.signals) {
        *added.entry(term.signal).or_default() += term.adds;
    }
    for signal in &check.signals {
        let line = format!("{}: {}", signal.id, signal.evidence);
        let adds = added.get(&signal.id).copied().unwrap_or_default();
        if explain {
            writeln!(out, "        {adds:>4.1}  {}", clean_lines(&line))?;
        } else if signal.weight > 0.0 {
            writeln!(out, "        {}", clean_lines(&line))?;
        }
        if let Some(place) = signal.location.as_ref().filter(|_| explain) {
            let place = format!("{}:{}", place.path, place.start.line);
            writeln!(out, "              {}", clean_lines(&place))?;
        }
    }
    Ok(())
}

fn summary(report: &CheckReport, out: &mut dyn Write) -> anyhow::Result<()> {
    let count = |recommendation: Recommendation| {
        report
            .checks
            .iter()
            .filter(|checked| checked.check.recommendation == recommendation)
            .count()
    };
    let asked = if report.offline { ", offline" } else { "" };
    writeln!(
        out,
        "\n{} allowed, {} to review, {} blocked{asked}",
        count(Recommendation::Allow),
        count(Recommendation::Review),
        count(Recommendation::Block)
    )?;
    Ok(())
}

fn as_json(report: &CheckReport) -> Value {
    let all: Vec<Value> = report.checks.iter().map(one_json).collect();
    json!({ "offline": report.offline, "packages": all, "problems": report.problems })
}

pub(crate) fn one_json(checked: &Checked) -> Value {
    let check = &checked.check;
    let summary = checked.summary.as_ref();
    json!({
        "ecosystem": check.ecosystem.osv_name(),
        "name": check.name,
        "version": check.version,
        "recommendation": check.recommendation,
        "score": check.score,
        "signals": check.signals,
        "unevaluated": check.unevaluated,
        "allowed": check.allowed,
        "registry": summary.map(|summary| json!({
            "first_release": summary.first_release.map(|time| time.to_string()),
            "last_release": summary.last_release.map(|time| time.to_string()),
            "releases": summary.releases,
            "latest": summary.latest,
            "repository": summary.repository,
            "as_of": summary.as_of.to_string(),
        })),
    })
}

fn signals(format: ListFormat) -> anyhow::Result<()> {
    let all = packages::signals()?;
    write_stdout(|out| {
        if format == ListFormat::Json {
            let list: Vec<Value> = all
                .iter()
                .map(|one| {
                    json!({
                        "id": one.id, "title": one.title, "weight": one.weight,
                        "when": one.when.map(|[install, import, library]| json!({
                            "install": install, "import": import, "library": library,
                        })),
                        "why": one.why, "what_to_do": one.what_to_do,
                    })
                })
                .collect();
            return Ok(document(
                "runward.package-signals/1",
                &json!({"signals": list}),
                out,
            )?);
        }
        for one in &all {
            writeln!(out, "{:<30} {:>4.1}  {}", one.id, one.weight, one.title)?;
        }
        Ok(())
    })
}
