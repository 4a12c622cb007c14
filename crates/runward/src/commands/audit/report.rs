//! The report of a period.

use std::io::Write;

use clap::Args;
use runward_ops::{
    Exit, Ledger, Settings,
    audit::{self, ComplianceReport, Durations},
};
use runward_report::{Cell, Listing, Options, ReportError, Sheet, Tone, document, moment_words};

use crate::{
    commands::{ListFormat, when},
    failure::Outcome,
    outputs::write_stdout,
    terminal::Session,
};

/// Decisions that the text names; JSON has them all.
const NAMED: usize = 50;

#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    /// From this day on: a date, a time with its zone, or an age such as `30d`.
    #[arg(long, value_name = "WHEN")]
    since: String,
    /// Until before this; absent: now.
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// Only of this project.
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
    /// Only of this repository.
    #[arg(long, value_name = "NAME")]
    repository: Option<String>,
    #[arg(long, short, value_enum, default_value_t)]
    format: ListFormat,
}

pub(super) fn run(
    session: &Session,
    settings: &Settings,
    ledger: &Ledger,
    arguments: &ReportArguments,
) -> Outcome {
    let now = session.context.now;
    let query = audit::Query {
        since: Some(when(&arguments.since, now)?),
        until: Some(match &arguments.until {
            Some(until) => when(until, now)?,
            // What happens in this very moment belongs to it.
            None => now
                .saturating_add(jiff::SignedDuration::from_secs(1))
                .unwrap_or(now),
        }),
        project: arguments.project.clone(),
        repository: arguments.repository.clone(),
        ..audit::Query::default()
    };
    let report = audit::report(ledger, &query)?;
    let options = session.report_options(settings, false);
    write_stdout(|out| {
        match arguments.format {
            ListFormat::Json => document("runward.compliance/1", &report, out)?,
            ListFormat::Text => text(&report, &options, out)?,
        }
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}

/// The report for people: figures, then what is proved, decided and was refused.
fn text(
    report: &ComplianceReport,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let events = match report.reported_events {
        0 => report.events.to_string(),
        told => format!(
            "{}, {told} of them told by other programs, which proves nothing",
            report.events
        ),
    };
    let mut sheet = Sheet::new(format!(
        "{} to {}",
        moment_words(report.since),
        moment_words(report.until)
    ))
    .field("events", Cell::plain(events))
    .field(
        "findings",
        Cell::plain(format!(
            "{}, {} without resolution",
            report.findings, report.unresolved
        )),
    )
    .field(
        "to detect",
        Cell::plain(duration(&report.time_to_detection)),
    )
    .field(
        "to assess",
        Cell::plain(duration(&report.time_to_assessment)),
    );
    for (severity, taken) in &report.time_to_remediation {
        sheet = sheet.field(
            "to resolve",
            Cell::plain(format!("{severity}: {}", duration(taken))),
        );
    }
    for gap in &report.not_covered {
        sheet = sheet.field("not covered", Cell::new(Tone::Warn, gap));
    }
    sheet.text(options, out)?;
    writeln!(out)?;
    documentation(report).text(options, out)?;
    writeln!(out)?;
    decisions(report).text(options, out)?;
    writeln!(out)?;
    denials(report).text(options, out)
}

fn duration(taken: &Durations) -> String {
    match taken.count {
        0 => "-".to_owned(),
        count => format!(
            "{:.1} h on average, {:.1} h at most, of {count}",
            taken.mean_hours, taken.longest_hours
        ),
    }
}

fn documentation(report: &ComplianceReport) -> Listing {
    Listing {
        head: vec![
            "required record",
            "needed",
            "there",
            "only told",
            "missing for",
        ],
        rows: report
            .documentation
            .iter()
            .map(|it| {
                let tone = match it.met {
                    met if met == it.needed => Tone::Good,
                    _ => Tone::Warn,
                };
                let short = |id: &String| id.chars().take(12).collect::<String>();
                let mut missing: Vec<String> = it.missing.iter().take(3).map(short).collect();
                if it.missing.len() > missing.len() {
                    missing.push("…".to_owned());
                }
                vec![
                    Cell::plain(it.name),
                    Cell::plain(it.needed.to_string()),
                    Cell::new(tone, it.met.to_string()),
                    Cell::plain(it.reported.to_string()),
                    Cell::maybe(Some(missing.join(", "))),
                ]
            })
            .collect(),
        empty: String::new(),
        foot: String::new(),
    }
}

fn decisions(report: &ComplianceReport) -> Listing {
    let lists = [&report.approvals, &report.suppressions, &report.rollbacks];
    let count: usize = lists.iter().map(|list| list.len()).sum();
    let mut all: Vec<_> = lists.into_iter().flatten().collect();
    all.sort_by_key(|it| it.index);
    Listing {
        head: vec!["time", "decision", "by", "about", "why"],
        rows: all
            .into_iter()
            .take(NAMED)
            .map(|it| {
                let what = if it.reported {
                    format!("{} (told)", it.event_type)
                } else {
                    it.event_type.clone()
                };
                vec![
                    Cell::new(Tone::Quiet, moment_words(it.at)),
                    Cell::plain(what),
                    Cell::plain(&it.actor),
                    Cell::plain(&it.subject),
                    Cell::maybe(it.reason.as_deref()),
                ]
            })
            .collect(),
        empty: "nothing was approved, suppressed or rolled back".to_owned(),
        foot: match count.saturating_sub(NAMED) {
            0 => String::new(),
            more => format!("and {more} more; `--format json` has them all"),
        },
    }
}

fn denials(report: &ComplianceReport) -> Listing {
    Listing {
        head: vec!["denied", "who"],
        rows: report
            .denials
            .iter()
            .take(NAMED)
            .map(|(who, count)| vec![Cell::plain(count.to_string()), Cell::plain(who)])
            .collect(),
        empty: "nobody was denied anything".to_owned(),
        foot: match report.denials.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!("and {more} more; `--format json` has them all"),
        },
    }
}
