//! `runward findings`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use runward_model::Status;
use runward_ops::{
    Exit, Filter, OpsError, Project,
    findings::{self, Decision},
    scan::parse_severity,
};

use crate::{
    commands::ListFormat,
    failure::{Failure, Outcome},
    outputs::write_stdout,
    terminal::Session,
    views,
};

#[derive(Debug, Args)]
pub(crate) struct FindingsArguments {
    /// The project's directory.
    #[arg(long, global = true, default_value = ".", value_name = "PATH")]
    project: PathBuf,
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
    /// Accept a finding until a date: it is counted, but no longer fails a scan.
    Accept {
        /// The beginning of its fingerprint, or its advisory id.
        id: String,
        /// The last day on which the acceptance holds, e.g. 2026-12-31.
        #[arg(long, value_name = "DATE")]
        until: Date,
        /// Why it can wait.
        #[arg(long, short, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        author: Author,
    },
    /// Take an acceptance, a resolution or a false positive back.
    Reopen {
        /// The beginning of its fingerprint, or its advisory id.
        id: String,
        /// Why.
        #[arg(long, short, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        author: Author,
    },
    /// Move a finding through its life.
    Triage {
        /// The beginning of its fingerprint, or its advisory id.
        id: String,
        /// The new status.
        #[arg(long, short, value_enum)]
        status: TriageStatus,
        /// Why.
        #[arg(long, short, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        author: Author,
    },
}

#[derive(Debug, Args)]
struct Author {
    /// Who decides; absent: the account's name.
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
}

impl Author {
    fn name(&self, session: &Session) -> String {
        self.author
            .clone()
            .unwrap_or_else(|| session.context.user())
    }
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
    /// Only with this text in title, package, path or id.
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..10_000))]
    limit: u32,
    /// Skip so many.
    #[arg(long, default_value_t = 0)]
    offset: u32,
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
    let context = &session.context;
    let project = Project::locate(context, &arguments.project)?;
    match &arguments.action {
        Action::List(list_arguments) => return list(session, &project, list_arguments),
        Action::Show { id, format } => {
            show_finding(session, &project, id, *format)?;
        }
        Action::Accept {
            id,
            until,
            reason,
            author,
        } => {
            let settings = session.settings(&project)?;
            let decision = decision(session, id, reason, author);
            let finding = findings::accept(context, &settings, &project, &decision, *until)?;
            session.note(&format!(
                "accepted {} until {until}: {}",
                finding.fingerprint, finding.title
            ));
        }
        Action::Reopen { id, reason, author } => {
            let decision = decision(session, id, reason, author);
            let finding = findings::reopen(context, &project, &decision)?;
            session.note(&format!(
                "reopened {}: {}",
                finding.fingerprint, finding.title
            ));
        }
        Action::Triage {
            id,
            status,
            reason,
            author,
        } => {
            let status = Status::from(*status);
            let decision = decision(session, id, reason, author);
            let finding = findings::triage(context, &project, &decision, status)?;
            session.note(&format!(
                "{} is now {status}: {}",
                finding.fingerprint, finding.title
            ));
        }
    }
    Ok(Exit::CLEAN)
}

fn decision(session: &Session, id: &str, reason: &str, author: &Author) -> Decision {
    Decision {
        key: id.to_owned(),
        reason: reason.to_owned(),
        author: author.name(session),
    }
}

fn list(session: &Session, project: &Project, arguments: &ListArguments) -> Outcome {
    let statuses = if arguments.all {
        Vec::new()
    } else if arguments.status.is_empty() {
        let active = Status::ALL.into_iter().filter(|status| status.is_active());
        active.collect()
    } else {
        arguments.status.clone()
    };
    let filter = Filter {
        statuses,
        min_severity: severity(arguments)?,
        package: arguments.package.clone(),
        rule: arguments.rule.clone(),
        path: arguments.path.clone(),
        overdue_at: arguments.overdue.then_some(session.context.now),
        text: arguments.text.clone(),
        // One more than is shown tells whether there are more.
        limit: arguments.limit.saturating_add(1),
        offset: arguments.offset,
    };
    let settings = session.settings(project)?;
    let options = session.report_options(&settings, false);
    let now = session.context.now;
    let mut found = findings::list(project, &filter)?;
    let shown = usize::try_from(arguments.limit).unwrap_or(usize::MAX);
    let more = found.len() > shown;
    found.truncate(shown);
    let rows: Vec<_> = found.iter().map(|stored| views::row(stored, now)).collect();
    write_stdout(|out| {
        match arguments.format {
            ListFormat::Text => runward_report::findings_text(&rows, now, &options, out)?,
            ListFormat::Json => runward_report::findings_json(&rows, out)?,
        }
        Ok(())
    })?;
    if more {
        session.warn(&format!(
            "there are more than these {shown}; go on with `--offset {}` or raise `--limit`",
            arguments.offset.saturating_add(arguments.limit)
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
    project: &Project,
    id: &str,
    format: ListFormat,
) -> Result<(), Failure> {
    let settings = session.settings(project)?;
    let options = session.report_options(&settings, true);
    let record = findings::show(project, id)?;
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
            }
            ListFormat::Json => runward_report::finding_json(&finding, &transitions, out)?,
        }
        Ok(())
    })?;
    Ok(())
}
