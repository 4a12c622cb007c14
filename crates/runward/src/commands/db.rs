//! `runward db`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use runward_ops::{
    Context, Exit, OpsError, Settings,
    db::{self, Outcome as PartOutcome, UpdateOptions, UpdateSummary},
    packages::{NameSources, update_names},
};

use crate::{
    commands::ListFormat, failure::Outcome, outputs::write_stdout, progress::TerminalProgress,
    terminal::Session,
};

#[derive(Debug, Args)]
pub(crate) struct DbArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Download advisories, exploit predictions (EPSS) and known exploited vulnerabilities (KEV),
    /// and replace the database atomically.
    Update {
        /// The base of OSV's layout (`<base>/<ecosystem>/all.zip`): an address or a directory.
        #[arg(long, value_name = "URL|DIR")]
        source: Option<String>,
        /// Only these ecosystems, by their OSV names (PyPI, npm, crates.io, Go, …).
        #[arg(long, value_name = "NAMES", value_delimiter = ',')]
        ecosystem: Vec<String>,
        /// The EPSS scores: an address or a file (CSV, may be gzipped).
        #[arg(long, value_name = "URL|FILE")]
        epss_source: Option<String>,
        /// The catalogue of known exploited vulnerabilities: an address or a file (JSON).
        #[arg(long, value_name = "URL|FILE")]
        kev_source: Option<String>,
        /// The names that exist on PyPI: its simple index, or a list of names, as address or file.
        /// With `--source`, names are only fetched where this or `--popular-source` is given.
        #[arg(long, value_name = "URL|FILE")]
        names_source: Option<String>,
        /// The most used names of PyPI, the most used first: address or file.
        #[arg(long, value_name = "URL|FILE")]
        popular_source: Option<String>,
    },
    /// Replace the lists of package names alone; `update` does it too.
    Names {
        /// The names that exist on PyPI: its simple index, or a list of names, as address or file.
        #[arg(long, value_name = "URL|FILE")]
        names_source: Option<String>,
        /// The most used names of PyPI, the most used first: address or file.
        #[arg(long, value_name = "URL|FILE")]
        popular_source: Option<String>,
    },
    /// Take advisories from disk: archives replace their ecosystem, single records are added.
    ///
    /// A directory in OSV's layout (`<ecosystem>/all.zip`) and an archive called `all.zip` replace
    /// what the database has of their ecosystem. OSV records in a directory, in one file (`.json`)
    /// or in another archive are added, or replace those of the same ids that are no younger. The
    /// next update replaces them.
    Import {
        /// The directory or file.
        from: PathBuf,
    },
    /// Take an ecosystem out of the database; its packages are no longer judged.
    Drop {
        /// Its OSV name (PyPI, npm, crates.io, Go, …).
        ecosystem: String,
    },
    /// What the database holds and how old it is.
    Status {
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
        /// Read all of it and compare it with its sums.
        #[arg(long)]
        verify: bool,
    },
}

pub(crate) fn run(session: &Session, arguments: &DbArguments) -> Outcome {
    let settings = session.user_settings()?;
    let context = &session.context;
    match &arguments.action {
        Action::Update {
            source,
            ecosystem,
            epss_source,
            kev_source,
            names_source,
            popular_source,
        } => {
            let options = UpdateOptions {
                source: source.clone(),
                ecosystems: ecosystem.clone(),
                epss_source: epss_source.clone(),
                kev_source: kev_source.clone(),
            };
            let mut progress = TerminalProgress::new(session);
            let summary = db::update_database(context, &settings, &options, &mut progress)?;
            drop(progress);
            tell(session, &summary);
            let own = settings.config().database.source.is_some() || source.is_some();
            if !own || names_source.is_some() || popular_source.is_some() {
                let from = NameSources {
                    existing: names_source.clone(),
                    popular: popular_source.clone(),
                    all: !own,
                };
                fetch_names(session, context, &settings, &from)?;
            }
        }
        Action::Names {
            names_source,
            popular_source,
        } => {
            let from = NameSources {
                existing: names_source.clone(),
                popular: popular_source.clone(),
                all: names_source.is_none() && popular_source.is_none(),
            };
            fetch_names(session, context, &settings, &from)?;
        }
        Action::Import { from } => {
            let mut progress = TerminalProgress::new(session);
            let summary = db::import(context, &settings, from, &mut progress)?;
            drop(progress);
            tell(session, &summary);
        }
        Action::Drop { ecosystem } => {
            let dropped = db::drop(context, &settings, ecosystem)?;
            session.note(&format!(
                "{} is no longer in the database ({} advisories of {} packages)",
                dropped.ecosystem, dropped.advisories, dropped.packages
            ));
        }
        Action::Status { format, verify } => {
            let status = db::status(context, &settings, *verify)?;
            write_stdout(|out| {
                match format {
                    ListFormat::Json => runward_report::database_json(&status.info, out)?,
                    ListFormat::Text => {
                        let options = session.report_options(&settings, false);
                        runward_report::database_text(&status.info, &options, out)?;
                        if *verify {
                            writeln!(out, "verified: every part is whole")?;
                        }
                    }
                }
                Ok(())
            })?;
            for warning in &status.warnings {
                session.warn(warning);
            }
            if session.verbose {
                for problem in &status.problems {
                    session.note(problem);
                }
            }
        }
    }
    Ok(Exit::CLEAN)
}

fn fetch_names(
    session: &Session,
    context: &Context,
    settings: &Settings,
    from: &NameSources,
) -> Result<(), OpsError> {
    let names = update_names(context, settings, from)?;
    if let Some(existing) = names.existing {
        session.note(&format!("{:<10} {existing:>7} names that exist", "PyPI"));
    }
    if let Some(popular) = names.popular {
        session.note(&format!("{:<10} {popular:>7} popular names", "PyPI"));
    }
    Ok(())
}

fn tell(session: &Session, summary: &UpdateSummary) {
    for part in &summary.ecosystems {
        session.note(&format!(
            "{:<10} {:>7} advisories, {:>7} packages ({})",
            part.ecosystem,
            part.advisories,
            part.packages,
            word(part.outcome)
        ));
    }
    for (name, feed) in [("KEV", &summary.kev), ("EPSS", &summary.epss)] {
        session.note(&format!(
            "{name:<10} {:>7} entries ({})",
            feed.entries,
            word(feed.outcome)
        ));
    }
    for warning in &summary.warnings {
        session.warn(warning);
    }
    let problems: u64 = summary.ecosystems.iter().map(|part| part.problems).sum();
    if problems > 0 {
        session.note(&format!(
            "{problems} problems in the data were worked around; `runward db status -v` lists them"
        ));
    }
}

fn word(outcome: PartOutcome) -> &'static str {
    match outcome {
        PartOutcome::Updated => "updated",
        PartOutcome::Unchanged => "unchanged",
        PartOutcome::CarriedOver => "kept from before",
        PartOutcome::Absent => "absent",
    }
}
