//! `runward rules`.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use runward_ops::{
    Exit, OpsError,
    rules::{self, RulePage, RuleRow},
};
use runward_report::{Cell, Listing, Sheet, Tone, clean_lines, document};
use runward_rules::ProblemKind;
use serde_json::json;

use crate::{
    code_views, commands::ListFormat, failure::Outcome, outputs::write_stdout, terminal::Session,
};

#[derive(Debug, Args)]
pub(crate) struct RulesArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// The rules that there are: of the built-in packs, or of the packs and paths named.
    List {
        /// Packs by name, rule files and directories.
        rules: Vec<String>,
        /// Only rules of this language.
        #[arg(long, short, value_name = "LANG")]
        language: Option<String>,
        /// Only rules that say something about this (a word of id or title, a CWE, a check of
        /// Bandit).
        #[arg(long, value_name = "TEXT")]
        about: Option<String>,
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Everything about one rule: what, why, an example, how to mend it.
    Show {
        /// Its id, or that of a check of Bandit (B602).
        #[arg(required_unless_present = "all")]
        id: Option<String>,
        /// Write the Markdown page of every rule.
        #[arg(long, requires = "into", conflicts_with_all = ["id", "format"])]
        all: bool,
        /// The directory that the pages are written to, one directory for each pack.
        #[arg(long, value_name = "DIR", requires = "all")]
        into: Option<PathBuf>,
        /// Look in these packs and paths instead of the built-in packs.
        #[arg(long, value_name = "PATH|PACK")]
        rules: Vec<String>,
        #[arg(long, short, value_enum, default_value_t)]
        format: PageFormat,
    },
    /// Check that rules are sound; nothing is run.
    Validate {
        /// Packs by name, rule files and directories.
        #[arg(required = true)]
        rules: Vec<String>,
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Run rules on the annotated files beside them (`ruleid:`, `ok:`, `.fixed`).
    Test {
        /// A directory with rules and their test files, or one rule file.
        path: PathBuf,
        /// Threads; absent: one for each processor.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
        jobs: Option<u32>,
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
    },
    /// Write a rule and its test to begin with.
    New {
        /// The id of the rule, such as `no-raw-sql`.
        id: String,
        #[arg(long, short, value_name = "LANG", default_value = "python")]
        language: String,
        /// The directory that the two files are written to.
        #[arg(long, value_name = "DIR", default_value = ".")]
        into: PathBuf,
    },
    /// How often each rule was right: recorded findings and false alarms.
    Stats {
        /// The project's directory.
        #[arg(default_value = ".")]
        path: PathBuf,
        #[arg(long, short, value_enum, default_value_t)]
        format: ListFormat,
    },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum PageFormat {
    #[default]
    Text,
    Json,
    Markdown,
}

pub(crate) fn run(session: &Session, arguments: &RulesArguments) -> Outcome {
    match &arguments.action {
        Action::List {
            rules,
            language,
            about,
            format,
        } => {
            let mut rows = rules::list(&session.context.working_directory, rules)?;
            rows.retain(|row| {
                language
                    .as_ref()
                    .is_none_or(|l| row.languages.iter().any(|of| of == l))
                    && about.as_ref().is_none_or(|text| is_about(row, text))
            });
            list(session, &rows, *format)
        }
        Action::Show {
            into: Some(into),
            rules,
            ..
        } => super::rules_pages::run(session, rules, into),
        Action::Show {
            id, rules, format, ..
        } => {
            let id = id.as_deref().unwrap_or_default();
            let page = rules::show(&session.context.working_directory, rules, id)?;
            show(session, &page, *format)
        }
        Action::Validate { rules, format } => validate(session, rules, *format),
        Action::Test { path, jobs, format } => {
            super::rules_test::run(session, path, *jobs, *format)
        }
        Action::New { id, language, into } => new(session, id, language, into),
        Action::Stats { path, format } => stats(session, path, *format),
    }
}

fn is_about(row: &RuleRow, text: &str) -> bool {
    let text = text.to_lowercase();
    let says = |field: &str| field.to_lowercase().contains(&text);
    says(&row.id)
        || says(&row.title)
        || row
            .cwe
            .iter()
            .chain(&row.owasp)
            .chain(&row.bandit)
            .any(|field| says(field))
}

fn list(session: &Session, rows: &[RuleRow], format: ListFormat) -> Outcome {
    let options = session.report_options(&session.user_settings()?, false);
    write_stdout(|out| {
        if format == ListFormat::Json {
            return Ok(document("runward.rules/1", &json!({ "rules": rows }), out)?);
        }
        let listing = Listing {
            head: vec!["rule", "severity", "languages", "bandit", "about", "from"],
            rows: rows
                .iter()
                .map(|row| {
                    vec![
                        Cell::new(Tone::Strong, &row.id),
                        row.severity.into(),
                        Cell::plain(row.languages.join(" ")),
                        Cell::maybe(Some(row.bandit.join(" "))),
                        Cell::plain(&row.title),
                        Cell::new(Tone::Quiet, &row.source),
                    ]
                })
                .collect(),
            empty: "no rule".to_owned(),
            foot: format!("{} rules", rows.len()),
        };
        Ok(listing.text(&options, out)?)
    })?;
    Ok(Exit::CLEAN)
}

fn show(session: &Session, page: &RulePage, format: PageFormat) -> Outcome {
    let options = session.report_options(&session.user_settings()?, false);
    write_stdout(|out| {
        match format {
            PageFormat::Json => document("runward.rule/1", page, out)?,
            PageFormat::Markdown => out.write_all(code_views::rule_markdown(page).as_bytes())?,
            PageFormat::Text => {
                let mut sheet = Sheet::new(format!("{}: {}", page.row.id, page.row.title))
                    .field("severity", page.row.severity.into())
                    .field("confidence", Cell::plain(page.row.confidence.as_str()))
                    .field("languages", Cell::plain(page.row.languages.join(", ")))
                    .optional("cwe", Some(page.row.cwe.join(", ")))
                    .optional("owasp", Some(page.row.owasp.join(", ")))
                    .optional("bandit", Some(page.row.bandit.join(", ")))
                    .field("from", Cell::plain(&page.row.source))
                    .paragraph("what", &page.message);
                if let Some(hint) = &page.fix_hint {
                    sheet = sheet.paragraph("do", hint);
                }
                if let Some(example) = &page.example {
                    sheet = sheet.paragraph("finds", &example.found);
                    if let Some(passed) = &example.passed {
                        sheet = sheet.paragraph("lets pass", passed);
                    }
                }
                if !page.references.is_empty() {
                    sheet = sheet.paragraph("see", page.references.join("\n"));
                }
                sheet.text(&options, out)?;
            }
        }
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}

fn validate(session: &Session, asked: &[String], format: ListFormat) -> Outcome {
    let checked = rules::validate(&session.context.working_directory, asked)?;
    let errors = checked.count(ProblemKind::Error);
    if format == ListFormat::Json {
        let problems: Vec<_> = checked.problems.iter().map(code_views::problem).collect();
        let value = json!({ "rules": checked.rules, "problems": problems });
        write_stdout(|out| Ok(document("runward.rules-validate/1", &value, out)?))?;
    } else {
        write_stdout(|out| {
            for problem in &checked.problems {
                writeln!(out, "{}\n", clean_lines(&problem.render()))?;
            }
            Ok(())
        })?;
        session.note(&format!(
            "{} rules can be run, {errors} are wrong, {} are not run here, {} warnings",
            checked.rules,
            checked.count(ProblemKind::Refused),
            checked.count(ProblemKind::Warning),
        ));
    }
    Ok(if errors == 0 {
        Exit::CLEAN
    } else {
        Exit::Usage
    })
}

fn new(session: &Session, id: &str, language: &str, into: &Path) -> Outcome {
    let made = rules::scaffold(id, language)?;
    let directory = session.context.working_directory.join(into);
    for (name, text) in [&made.rule, &made.test] {
        let path = directory.join(name);
        let file =
            std::fs::File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        file.map_err(|error| {
            OpsError::usage(
                format!("cannot write `{}`: {error}", path.display()),
                "name a directory that exists, and an id that is not taken",
            )
        })?;
        session.note(&format!("wrote {}", into.join(name).display()));
    }
    session.note(&format!(
        "now edit them and run `runward rules test {}`",
        into.display()
    ));
    Ok(Exit::CLEAN)
}

fn stats(session: &Session, path: &Path, format: ListFormat) -> Outcome {
    let (ledger, settings) = session.recorded(path)?;
    let rows = runward_ops::findings::by_rule(&ledger)?;
    let options = session.report_options(&settings, false);
    write_stdout(|out| {
        if format == ListFormat::Json {
            return Ok(document(
                "runward.rule-stats/1",
                &json!({ "rules": rows }),
                out,
            )?);
        }
        let listing = Listing {
            head: vec![
                "rule",
                "seen",
                "open",
                "resolved",
                "accepted",
                "false alarms",
                "rate",
            ],
            rows: rows
                .iter()
                .map(|row| {
                    vec![
                        Cell::new(Tone::Strong, &row.rule),
                        Cell::plain(row.seen.to_string()),
                        Cell::plain(row.open.to_string()),
                        Cell::plain(row.resolved.to_string()),
                        Cell::plain(row.accepted.to_string()),
                        Cell::plain(row.false_positives.to_string()),
                        Cell::maybe(
                            row.false_positive_rate
                                .map(|r| format!("{:.0} %", r * 100.0)),
                        ),
                    ]
                })
                .collect(),
            empty: "no code finding is recorded yet; run `runward scan`".to_owned(),
            foot: "rate: false alarms among the findings that somebody decided on".to_owned(),
        };
        Ok(listing.text(&options, out)?)
    })?;
    Ok(Exit::CLEAN)
}
