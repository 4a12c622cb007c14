//! `runward findings`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use runward_model::{Status, policy::OnIncomplete};
use runward_ops::{
    Exit, Filter, Ledger, OpsError, Project, Settings,
    findings::{self, Decided, Decision, ProjectRow, Scope},
    imports::{self, ImportRequest},
    scan::parse_severity,
};
use runward_report::document;
use serde_json::json;

use crate::{
    commands::{ListFormat, when},
    failure::Outcome,
    outputs::write_stdout,
    terminal::Session,
    views,
};

#[derive(Debug, Args)]
pub(crate) struct FindingsArguments {
    /// The directory of the project whose record it is.
    #[arg(long = "in", global = true, default_value = ".", value_name = "PATH")]
    place: PathBuf,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// The recorded findings, worst first.
    List(ListArguments),
    /// Everything about one finding, with what ever happened to it.
    Show {
        /// The beginning of its fingerprint, or its advisory id.
        id: String,
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Accept findings until a date: they are counted, but no longer fail a scan.
    Accept {
        /// The beginnings of fingerprints, or advisory ids.
        #[arg(required = true)]
        ids: Vec<String>,
        /// The last day on which the acceptance holds, e.g. 2026-12-31.
        #[arg(long, value_name = "DATE")]
        until: Date,
        #[command(flatten)]
        why: Why,
    },
    /// Take acceptances, resolutions or false positives back.
    Reopen {
        /// The beginnings of fingerprints, or advisory ids.
        #[arg(required = true)]
        ids: Vec<String>,
        #[command(flatten)]
        why: Why,
    },
    /// Move findings through their life.
    Triage {
        /// The beginnings of fingerprints, or advisory ids.
        #[arg(required = true)]
        ids: Vec<String>,
        /// The new status.
        #[arg(long, short, value_enum, required_unless_present = "false_positive")]
        status: Option<TriageStatus>,
        /// It is a false alarm: short for `--status false-positive`.
        #[arg(long, conflicts_with = "status")]
        false_positive: bool,
        #[command(flatten)]
        why: Why,
    },
    /// Take over what another tool found: SARIF, Semgrep, Bandit, pip-audit, Safety, osv-scanner,
    /// npm audit, Trivy, JSON lines.
    Import(ImportArguments),
    /// Counts and times: how many are open and overdue, how long detection and repair take.
    Stats {
        /// Detected or resolved since: a date, a time with its zone, or an age such as `90d`.
        #[arg(long, value_name = "WHEN")]
        since: Option<String>,
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// The projects of the store.
    Projects {
        /// Go on after this name.
        #[arg(long, value_name = "NAME")]
        after: Option<String>,
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
    },
}

#[derive(Debug, Args)]
struct Why {
    /// Why.
    #[arg(long, short, value_name = "TEXT")]
    reason: String,
    /// Only where the finding still has this status.
    #[arg(long, value_name = "STATUS", value_parser = status)]
    expected: Option<Status>,
}

/// `runward import`: the same as `runward findings import`.
#[derive(Debug, Args)]
pub(crate) struct ImportCommand {
    /// The directory of the project whose record it is.
    #[arg(long = "in", default_value = ".", value_name = "PATH")]
    place: PathBuf,
    #[command(flatten)]
    arguments: ImportArguments,
}

pub(crate) fn run_import(session: &Session, command: &ImportCommand) -> Outcome {
    import(session, &command.place, &command.arguments)
}

#[derive(Debug, Args)]
struct ImportArguments {
    /// The file; `-`: standard input.
    file: PathBuf,
    /// Absent: told from the content.
    #[arg(long, short, value_name = "FORMAT")]
    format: Option<String>,
    /// Who found it; absent: the tool that the file names.
    #[arg(long, value_name = "NAME")]
    reporter: Option<String>,
    /// The manifest that the results are about, where the file does not say.
    #[arg(long, value_name = "PATH")]
    manifest: Option<String>,
    /// The directory that the tool ran in, where its paths are absolute.
    #[arg(long, value_name = "DIR")]
    source_root: Option<String>,
    /// Results that the source suppresses (`nosec`, `nosemgrep`) are left out.
    #[arg(long)]
    trust_suppressions: bool,
    /// What the file does not name is gone: it is of a run over the whole project.
    #[arg(long)]
    whole: bool,
}

#[derive(Debug, Args)]
struct ListArguments {
    /// Only these statuses; absent: what still asks for work.
    #[arg(long, short, value_delimiter = ',', value_parser = status)]
    status: Vec<Status>,
    /// Every status.
    #[arg(long, conflicts_with = "status")]
    all: bool,
    /// At or above this severity.
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<String>,
    /// Only of this package.
    #[arg(long, value_name = "NAME")]
    package: Option<String>,
    /// Only of this advisory or rule.
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
    /// Only in this file or directory.
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// Only past the deadline.
    #[arg(long)]
    overdue: bool,
    /// Of this project of the store; absent: of the one here, where the store knows it.
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
    /// Of every project of the store.
    #[arg(long, conflicts_with = "project")]
    all_projects: bool,
    /// Only what this tool reports.
    #[arg(long, value_name = "NAME")]
    reporter: Option<String>,
    /// Only with this text in title, package, path or id.
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..10_000))]
    limit: u32,
    /// Skip so many.
    #[arg(long, default_value_t = 0)]
    offset: u32,
    /// Go on after the page that ended with this.
    #[arg(long, value_name = "CURSOR", conflicts_with = "offset")]
    after: Option<String>,
    #[arg(long, short, value_enum, default_value_t)]
    format: ListFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TriageStatus {
    Triaged,
    InProgress,
    Resolved,
    FalsePositive,
}

impl From<TriageStatus> for Status {
    fn from(status: TriageStatus) -> Self {
        match status {
            TriageStatus::Triaged => Self::Triaged,
            TriageStatus::InProgress => Self::InProgress,
            TriageStatus::Resolved => Self::Resolved,
            TriageStatus::FalsePositive => Self::FalsePositive,
        }
    }
}

fn status(text: &str) -> Result<Status, String> {
    Status::from_name(&text.replace('-', "_")).ok_or_else(|| {
        let names = Status::ALL.map(Status::as_str).join(", ");
        format!("use one of {names}")
    })
}

pub(crate) fn run(session: &Session, arguments: &FindingsArguments) -> Outcome {
    if let Action::Import(import_arguments) = &arguments.action {
        return import(session, &arguments.place, import_arguments);
    }
    let (ledger, settings) = session.recorded(&arguments.place)?;
    match &arguments.action {
        Action::List(list_arguments) => list(session, &settings, &ledger, list_arguments),
        Action::Show { id, format } => show_finding(session, &settings, &ledger, id, *format),
        Action::Accept { ids, until, why } => {
            let decided = findings::accept(&ledger, &settings, &decision(ids, why), *until)?;
            told(session, decided, &format!("accepted until {until}"))
        }
        Action::Reopen { ids, why } => {
            let decided = findings::reopen(&ledger, &decision(ids, why))?;
            told(session, decided, "reopened")
        }
        Action::Triage {
            ids, status, why, ..
        } => {
            // Without a status, the flag stands for the one that it names.
            let status = status.map_or(Status::FalsePositive, Status::from);
            let decided = findings::triage(&ledger, &decision(ids, why), status)?;
            told(session, decided, &format!("now {status}"))
        }
        Action::Stats { since, format } => {
            let since = since
                .as_deref()
                .map(|it| when(it, session.context.now))
                .transpose()?;
            let metrics = findings::metrics(&ledger, since)?;
            let options = session.report_options(&settings, false);
            write_stdout(|out| {
                match format {
                    ListFormat::Json => {
                        document("runward.finding-stats/1", &views::metrics(&metrics), out)?;
                    }
                    ListFormat::Text => views::figures(&metrics).text(&options, out)?,
                }
                Ok(())
            })?;
            Ok(Exit::CLEAN)
        }
        Action::Projects {
            after,
            limit,
            format,
        } => {
            let rows = findings::projects(&ledger, after.as_deref(), *limit)?;
            projects(session, &settings, &rows, *format)
        }
        Action::Import(_) => Ok(Exit::CLEAN),
    }
}

fn decision(ids: &[String], why: &Why) -> Decision {
    Decision {
        keys: ids.to_vec(),
        reason: why.reason.clone(),
        expected: why.expected,
    }
}

/// Says what became of each; the first that could not be decided ends the command as it would
/// alone.
fn told(session: &Session, decided: Vec<Decided<OpsError>>, what: &str) -> Outcome {
    let several = decided.len() > 1;
    let mut failed = None;
    for one in decided {
        match one.result {
            Ok(finding) => session.note(&format!(
                "{} is {what}: {}",
                finding.fingerprint, finding.title
            )),
            Err(error) => {
                if several {
                    session.warn(&format!("{}: {error}", one.key));
                }
                failed.get_or_insert(error);
            }
        }
    }
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(Exit::CLEAN),
    }
}

fn import(session: &Session, place: &Path, arguments: &ImportArguments) -> Outcome {
    let project = Project::locate(&session.context, place)?;
    let (ledger, settings) = session.ledger(place)?;
    let request = ImportRequest {
        file: (arguments.file.as_os_str() != "-").then(|| arguments.file.clone()),
        format: arguments.format.clone(),
        reporter: arguments.reporter.clone(),
        manifest: arguments.manifest.clone(),
        source_root: arguments.source_root.clone(),
        trust_suppressions: arguments.trust_suppressions,
        whole: arguments.whole,
    };
    let summary = imports::import(&session.context, &settings, &project, &ledger, &request)?;
    let imported = &summary.imported;
    session.note(&if imported.unchanged {
        format!("{}: imported before, nothing changed", summary.reporter)
    } else {
        format!(
            "{}: {} findings ({} new, {} no longer found, {} said twice)",
            summary.reporter, imported.seen, imported.opened, imported.resolved, summary.duplicates
        )
    });
    for note in &summary.notes {
        session.warn(note);
    }
    for gap in &summary.not_covered {
        session.warn(&format!("{}: {}", gap.path, gap.reason));
    }
    let policy = &settings.config().policy;
    if !summary.not_covered.is_empty() && policy.on_not_covered == OnIncomplete::Fail {
        return Ok(Exit::INCOMPLETE);
    }
    Ok(Exit::CLEAN)
}

fn projects(
    session: &Session,
    settings: &Settings,
    rows: &[ProjectRow],
    format: ListFormat,
) -> Outcome {
    let options = session.report_options(settings, false);
    write_stdout(|out| {
        match format {
            ListFormat::Json => {
                let projects: Vec<_> = rows.iter().map(views::project_json).collect();
                document("runward.projects/1", &json!({"projects": projects}), out)?;
            }
            ListFormat::Text => views::projects(rows).text(&options, out)?,
        }
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}

fn list(
    session: &Session,
    settings: &Settings,
    ledger: &Ledger,
    arguments: &ListArguments,
) -> Outcome {
    let statuses = if arguments.all {
        Vec::new()
    } else if arguments.status.is_empty() {
        let active = Status::ALL.into_iter().filter(|status| status.is_active());
        active.collect()
    } else {
        arguments.status.clone()
    };
    let filter = Filter {
        scope: match &arguments.project {
            Some(name) => findings::project_scope(ledger, name)?,
            None if arguments.all_projects => Scope::default(),
            None => findings::own_scope(ledger)?,
        },
        reporter: arguments.reporter.clone(),
        statuses,
        min_severity: severity(arguments)?,
        package: arguments.package.clone(),
        rule: arguments.rule.clone(),
        path: arguments.path.clone(),
        overdue_at: arguments.overdue.then_some(session.context.now),
        text: arguments.text.clone(),
        limit: arguments.limit,
        offset: arguments.offset,
        after: match &arguments.after {
            Some(cursor) => Some(findings::cursor(cursor)?),
            None => None,
        },
    };
    let options = session.report_options(settings, false);
    let now = session.context.now;
    let page = findings::list(ledger, &filter)?;
    let rows: Vec<_> = page
        .findings
        .iter()
        .map(|stored| views::row(stored, now))
        .collect();
    write_stdout(|out| {
        match arguments.format {
            ListFormat::Text => runward_report::findings_text(&rows, now, &options, out)?,
            ListFormat::Json => runward_report::findings_json(&rows, out)?,
        }
        Ok(())
    })?;
    if let Some(next) = page.next {
        session.warn(&format!(
            "there are more than these {}; go on with `--after {next}` or raise `--limit`",
            rows.len()
        ));
    }
    Ok(Exit::CLEAN)
}

fn severity(arguments: &ListArguments) -> Result<Option<runward_model::Severity>, OpsError> {
    arguments
        .severity
        .as_deref()
        .map(parse_severity)
        .transpose()
}

/// Writes everything about one finding.
pub(crate) fn show_finding(
    session: &Session,
    settings: &Settings,
    ledger: &Ledger,
    id: &str,
    format: ListFormat,
) -> Outcome {
    let options = session.report_options(settings, true);
    let record = findings::show(ledger, id)?;
    let transitions: Vec<_> = record.transitions.iter().map(views::transition).collect();
    let finding = record.finding.finding.ok_or_else(|| {
        OpsError::usage(
            format!("`{id}` was recorded by a later version of Runward"),
            "update Runward to see it in full",
        )
    })?;
    let now = session.context.now;
    write_stdout(|out| {
        match format {
            ListFormat::Text => {
                runward_report::finding_text(&finding, &transitions, now, &options, out)?;
                if record.timeline.reporters.len() > 1 {
                    writeln!(out)?;
                    views::reporters(&record.timeline.reporters).text(&options, out)?;
                }
            }
            ListFormat::Json => runward_report::finding_json(&finding, &transitions, out)?,
        }
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}
