//! `runward match`: one pattern, at once.

use std::path::PathBuf;

use clap::Args;
use runward_ops::{Exit, Project, Which, code};
use runward_report::document;
use serde_json::json;

use crate::{
    code_views, commands::ListFormat, failure::Outcome, outputs::write_stdout, terminal::Session,
};

#[derive(Debug, Args)]
pub(crate) struct MatchArguments {
    /// The language of the pattern: python, javascript, typescript, json, yaml, dockerfile, bash,
    /// terraform, generic or regex.
    #[arg(long, short, value_name = "LANG")]
    language: String,
    /// The pattern, such as `eval($X)`.
    #[arg(long, short = 'e', value_name = "PATTERN")]
    pattern: String,
    /// A directory or a file.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Look at files that ignore files name, too.
    #[arg(long)]
    no_ignore: bool,
    #[arg(long, short, value_enum, default_value_t)]
    format: ListFormat,
}

pub(crate) fn run(session: &Session, arguments: &MatchArguments) -> Outcome {
    let project = Project::locate(&session.context, &arguments.path)?;
    let settings = session.settings(&project)?;
    let rules = runward_ops::rules::one_pattern(&arguments.language, &arguments.pattern)?;
    let which = if arguments.no_ignore {
        Which::Everything
    } else {
        Which::Usual
    };
    let (found, not_covered) = code::search(&session.context, &settings, &project, &rules, &which)?;
    write_stdout(|out| {
        if arguments.format == ListFormat::Json {
            let matches: Vec<_> = found.findings.iter().map(code_views::matched).collect();
            let value = json!({ "matches": matches, "not_covered": not_covered });
            return Ok(document("runward.match/1", &value, out)?);
        }
        for one in &found.findings {
            writeln!(out, "{}", code_views::grep_line(one))?;
        }
        Ok(())
    })?;
    for gap in &not_covered {
        let line = gap.line.map_or_else(String::new, |line| format!(":{line}"));
        session.warn(&format!("{}{line}: {}", gap.path, gap.reason));
    }
    session.note(&format!(
        "{} matches in {} files",
        found.findings.len(),
        found.files.len()
    ));
    Ok(if not_covered.is_empty() {
        Exit::CLEAN
    } else {
        Exit::INCOMPLETE
    })
}
