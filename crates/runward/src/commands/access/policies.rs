//! `runward access policies`.

use std::{path::PathBuf, sync::Arc};

use clap::{Subcommand, ValueEnum};
use runward_ops::{Exit, Settings, access};
use runward_report::{Cell, Listing, Tone};

use crate::{failure::Outcome, outputs::write_stdout, terminal::Session};

#[derive(Debug, Subcommand)]
pub(super) enum PoliciesAction {
    /// The rules in force.
    Show {
        /// The text instead of a list.
        #[arg(long, value_enum)]
        text: Option<PolicyText>,
    },
    /// Check files of further policies.
    Check { files: Vec<PathBuf> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PolicyText {
    Shipped,
    Schema,
}

pub(super) fn show(
    session: &Session,
    settings: &Settings,
    rules: &[Arc<access::Rule>],
    text: Option<PolicyText>,
) -> Outcome {
    let text = match text {
        Some(PolicyText::Shipped) => Some(access::SHIPPED_POLICIES),
        Some(PolicyText::Schema) => Some(access::SCHEMA),
        None => None,
    };
    let options = session.report_options(settings, false);
    write_stdout(|out| {
        if let Some(text) = text {
            write!(out, "{text}")?;
            return Ok(());
        }
        let listing = Listing {
            head: vec!["rule", "effect", "where", "why"],
            rows: rules
                .iter()
                .map(|rule| {
                    let effect = if rule.forbids {
                        (Tone::Warn, "forbids")
                    } else {
                        (Tone::Good, "permits")
                    };
                    vec![
                        Cell::new(Tone::Strong, &rule.id),
                        Cell::new(effect.0, effect.1),
                        Cell::new(Tone::Quiet, format!("{}:{}", rule.file, rule.line)),
                        Cell::plain(&rule.why),
                    ]
                })
                .collect(),
            empty: "no rules".to_owned(),
            foot: String::new(),
        };
        listing.text(&options, out)?;
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}
