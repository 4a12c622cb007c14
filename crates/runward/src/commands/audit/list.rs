//! Events as lists.

use std::{thread, time::Duration};

use clap::Args;
use jiff::Timestamp;
use runward_model::{EventType, Severity};
use runward_ops::{
    Exit, Ledger, OpsError, Settings,
    audit::{self, AuditRecord, Order, Query},
};
use runward_report::{Cell, Listing, Sheet, Tone, document, moment_words};
use serde::Serialize;

use crate::{
    commands::{ListFormat, when},
    failure::Outcome,
    outputs::write_stdout,
    terminal::Session,
};

/// Which events: every condition that is given must hold.
#[derive(Debug, Clone, Default, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(crate) struct FilterArguments {
    /// Done by this principal or account.
    #[arg(long, value_name = "ID")]
    user: Option<String>,
    /// Of this type, e.g. `task_created`; may be repeated.
    #[arg(long = "type", value_name = "TYPE", value_delimiter = ',', value_parser = event_type)]
    types: Vec<EventType>,
    /// Not before: a date, a time with its zone, or an age such as `24h`, `7d`.
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Before: as `--since`.
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// Of today (UTC).
    #[arg(long, conflicts_with_all = ["since", "until"])]
    today: bool,
    /// Refused for lack of a right.
    #[arg(long)]
    denied: bool,
    /// Failed or refused.
    #[arg(long)]
    failed: bool,
    /// Lists and exports that gave out more than so many results.
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "1000", require_equals = true)]
    large_exports: Option<i64>,
    /// Input that was refused.
    #[arg(long)]
    validation_failures: bool,
    /// Input with a known attack pattern.
    #[arg(long)]
    attacks: bool,
    /// Done to this: an id, or `KIND:ID` such as `task:12`.
    #[arg(long, value_name = "SUBJECT")]
    subject: Option<String>,
    /// In this project.
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
    /// In this repository.
    #[arg(long, value_name = "NAME")]
    repository: Option<String>,
    /// Belonging to this scan or request, e.g. `scan:7`.
    #[arg(long, value_name = "ID")]
    correlation: Option<String>,
    /// From this network address.
    #[arg(long, value_name = "ADDRESS")]
    address: Option<String>,
    /// With this API token (its id).
    #[arg(long, value_name = "ID")]
    token: Option<String>,
}

/// Which part of a list.
#[derive(Debug, Clone, Args)]
pub(crate) struct PageArguments {
    /// At most so many.
    #[arg(long, short = 'n', default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// The oldest first.
    #[arg(long)]
    oldest_first: bool,
    /// Go on after the page that ended with this.
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
    #[arg(long, short, value_enum, default_value_t)]
    format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct LogArguments {
    #[command(flatten)]
    filter: FilterArguments,
    #[command(flatten)]
    page: PageArguments,
}

#[derive(Debug, Args)]
pub(crate) struct SearchArguments {
    /// Words and "phrases" that must all occur in the event.
    text: Vec<String>,
    #[command(flatten)]
    filter: FilterArguments,
    #[command(flatten)]
    page: PageArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// Its index in the log, or its id (`STORE.NUMBER`).
    id: String,
    #[arg(long, short, value_enum, default_value_t)]
    format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct TimelineArguments {
    /// A fingerprint, `T-12`, `scan:7`, a principal's id, …
    subject: String,
    #[arg(long, short, value_enum, default_value_t)]
    format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct TailArguments {
    /// How many of the past.
    #[arg(long, short = 'n', default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    lines: u32,
    /// Go on with those to come, until interrupted.
    #[arg(long, short = 'F')]
    follow: bool,
}

fn event_type(text: &str) -> Result<EventType, String> {
    EventType::from_name(text).ok_or_else(|| {
        let names: Vec<_> = EventType::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("use one of {}", names.join(", "))
    })
}

impl FilterArguments {
    pub(crate) fn query(&self, now: Timestamp) -> Result<Query, OpsError> {
        let (subject_kind, subject) = match self.subject.as_deref().map(|it| it.split_once(':')) {
            Some(Some((kind, id))) => (Some(kind.to_owned()), Some(id.to_owned())),
            _ => (None, self.subject.clone()),
        };
        let query = Query {
            user: self.user.clone(),
            types: self.types.clone(),
            since: self.since.as_deref().map(|it| when(it, now)).transpose()?,
            until: self.until.as_deref().map(|it| when(it, now)).transpose()?,
            denied: self.denied,
            failures: self.failed,
            min_result_count: self.large_exports.map(|count| count.saturating_add(1)),
            validation_failures: self.validation_failures,
            attack_patterns: self.attacks,
            subject_kind,
            subject,
            project: self.project.clone(),
            repository: self.repository.clone(),
            correlation: self.correlation.clone(),
            address: self.address.clone(),
            token: self.token.clone(),
            ..Query::default()
        };
        Ok(if self.today { query.today(now) } else { query })
    }
}

pub(super) fn log(
    session: &Session,
    settings: &Settings,
    ledger: &Ledger,
    arguments: &LogArguments,
) -> Outcome {
    let query = arguments.filter.query(session.context.now)?;
    page(session, settings, ledger, query, &arguments.page)
}

pub(super) fn search(
    session: &Session,
    settings: &Settings,
    ledger: &Ledger,
    arguments: &SearchArguments,
) -> Outcome {
    let mut query = arguments.filter.query(session.context.now)?;
    if !arguments.text.is_empty() {
        query.text = Some(arguments.text.join(" "));
    }
    page(session, settings, ledger, query, &arguments.page)
}

#[derive(Serialize)]
struct Events<'a> {
    events: &'a [AuditRecord],
    /// The cursor of the next page.
    next: Option<String>,
}

fn page(
    session: &Session,
    settings: &Settings,
    ledger: &Ledger,
    mut query: Query,
    arguments: &PageArguments,
) -> Outcome {
    query.limit = arguments.limit;
    query.cursor = match &arguments.after {
        Some(cursor) => Some(audit::cursor(cursor)?),
        None => None,
    };
    if arguments.oldest_first {
        query.order = Order::OldestFirst;
    }
    let found = audit::search(ledger, &query)?;
    let next = found.next.as_ref().map(ToString::to_string);
    write(session, settings, &found.records, next, arguments.format)
}

pub(super) fn timeline(
    session: &Session,
    settings: &Settings,
    ledger: &Ledger,
    arguments: &TimelineArguments,
) -> Outcome {
    let timeline = audit::timeline(ledger, &arguments.subject)?;
    if timeline.cut {
        session.warn("there is more than is shown; `runward audit search --subject` shows all");
    }
    let records: Vec<_> = timeline.items.into_iter().map(|item| item.record).collect();
    write(session, settings, &records, None, arguments.format)
}

fn write(
    session: &Session,
    settings: &Settings,
    records: &[AuditRecord],
    next: Option<String>,
    format: ListFormat,
) -> Outcome {
    let options = session.report_options(settings, false);
    write_stdout(|out| {
        match format {
            ListFormat::Json => document(
                "runward.events/1",
                &Events {
                    events: records,
                    next,
                },
                out,
            )?,
            ListFormat::Text => listing(records, next.as_deref()).text(&options, out)?,
        }
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}

fn listing(records: &[AuditRecord], next: Option<&str>) -> Listing {
    Listing {
        head: vec!["index", "time", "event", "who", "on", "outcome", "why"],
        rows: records.iter().map(row).collect(),
        empty: "no events".to_owned(),
        foot: next.map_or_else(String::new, |next| format!("go on with `--after {next}`")),
    }
}

fn row(record: &AuditRecord) -> Vec<Cell> {
    let event = &record.event;
    let outcome = match event.outcome.as_str() {
        "success" => Tone::Plain,
        "denied" => Tone::Alarm,
        _ => Tone::Warn,
    };
    vec![
        Cell::new(Tone::Quiet, record.index.to_string()),
        Cell::plain(moment_words(event.timestamp)),
        Cell::new(Tone::Strong, &event.event_type),
        Cell::plain(&event.actor.id),
        Cell::plain(format!("{} {}", event.subject.kind, event.subject.id)),
        Cell::new(outcome, &event.outcome),
        Cell::maybe(event.reason.as_deref()),
    ]
}

pub(super) fn show(
    session: &Session,
    settings: &Settings,
    ledger: &Ledger,
    arguments: &ShowArguments,
) -> Outcome {
    let record = audit::get(ledger, &arguments.id)?;
    let options = session.report_options(settings, true);
    write_stdout(|out| {
        match arguments.format {
            ListFormat::Json => document("runward.event/1", &record, out)?,
            ListFormat::Text => sheet(&record).text(&options, out)?,
        }
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}

fn sheet(record: &AuditRecord) -> Sheet {
    let event = &record.event;
    let actor = format!("{} ({})", event.actor.id, event.actor.kind);
    let mut sheet = Sheet::new(format!("{} {}", event.event_type, record.id))
        .field("time", Cell::plain(event.timestamp.to_string()))
        .field("who", Cell::plain(actor))
        .optional("token", event.actor.token.as_deref())
        .optional("address", event.actor.address.as_deref())
        .field(
            "on",
            Cell::plain(format!("{} {}", event.subject.kind, event.subject.id)),
        )
        .field("outcome", Cell::plain(&event.outcome))
        .optional("project", event.project.as_deref())
        .optional("repository", event.repository.as_deref());
    if let Some(severity) = event.severity.as_deref() {
        let tone = severity
            .parse::<Severity>()
            .map_or(Tone::Plain, Tone::Severity);
        sheet = sheet.field("severity", Cell::new(tone, severity));
    }
    sheet
        .optional("why", event.reason.as_deref())
        .optional("belongs to", event.correlation.as_deref())
        .field("index", Cell::plain(record.index.to_string()))
        .field("leaf hash", Cell::plain(&record.hash))
        .paragraph("changes", pretty(&event.changes))
        .paragraph("details", pretty(&event.details))
}

fn pretty(map: &serde_json::Map<String, serde_json::Value>) -> String {
    if map.is_empty() {
        return String::new();
    }
    serde_json::to_string_pretty(map).unwrap_or_default()
}

pub(super) fn tail(ledger: &Ledger, arguments: &TailArguments) -> Outcome {
    const PAUSE: Duration = Duration::from_millis(500);
    let mut from = audit::tail_start(ledger, arguments.lines)?;
    loop {
        let records = audit::tail(ledger, from)?;
        write_stdout(|out| {
            for record in &records {
                writeln!(out, "{}", record.to_json())?;
            }
            out.flush()?;
            Ok(())
        })?;
        if let Some(last) = records.last() {
            from = last.index.saturating_add(1);
        } else if arguments.follow {
            thread::sleep(PAUSE);
        } else {
            return Ok(Exit::CLEAN);
        }
    }
}
