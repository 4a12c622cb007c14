//! Counts of events.

use clap::{Args, ValueEnum};
use runward_ops::{
    Exit, Ledger, Settings,
    audit::{self, Count, Stats},
};
use runward_report::{Cell, Listing, Tone, document};

use super::list::FilterArguments;
use crate::{commands::ListFormat, failure::Outcome, outputs::write_stdout, terminal::Session};

#[derive(Debug, Args)]
pub(crate) struct StatsArguments {
    /// What is counted; absent: everything, shortly.
    #[arg(long, value_enum)]
    by: Option<By>,
    /// At most so many values of each.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    top: u32,
    #[command(flatten)]
    filter: FilterArguments,
    #[arg(long, short, value_enum, default_value_t)]
    format: ListFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    Type,
    User,
    Outcome,
    Repository,
    Severity,
    Day,
    /// What was wrong with refused input.
    ValidationError,
    /// Attack patterns in input.
    AttackPattern,
}

pub(super) fn stats(
    session: &Session,
    settings: &Settings,
    ledger: &Ledger,
    arguments: &StatsArguments,
) -> Outcome {
    let query = arguments.filter.query(session.context.now)?;
    let stats = audit::stats(ledger, &query, arguments.top)?;
    let options = session.report_options(settings, false);
    write_stdout(|out| {
        match arguments.format {
            ListFormat::Json => document("runward.event-stats/1", &stats, out)?,
            ListFormat::Text => listing(&stats, arguments.by).text(&options, out)?,
        }
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}

fn listing(stats: &Stats, by: Option<By>) -> Listing {
    let parts = [
        (By::Type, "type", &stats.by_type),
        (By::User, "user", &stats.by_actor),
        (By::Outcome, "outcome", &stats.by_outcome),
        (By::Repository, "repository", &stats.by_repository),
        (By::Severity, "severity", &stats.by_severity),
        (By::Day, "day", &stats.by_day),
        (
            By::ValidationError,
            "validation error",
            &stats.validation_errors,
        ),
        (By::AttackPattern, "attack pattern", &stats.attack_patterns),
    ];
    let rows = parts
        .into_iter()
        .filter(|(kind, _, _)| by.is_none_or(|by| by == *kind))
        .flat_map(|(_, name, counts)| counts.iter().map(move |count| row(name, count)))
        .collect();
    Listing {
        head: vec!["count", "of", "value"],
        rows,
        empty: "no events".to_owned(),
        foot: format!("{} events", stats.total),
    }
}

fn row(name: &str, count: &Count) -> Vec<Cell> {
    vec![
        Cell::new(Tone::Strong, count.count.to_string()),
        Cell::new(Tone::Quiet, name),
        Cell::plain(&count.value),
    ]
}
