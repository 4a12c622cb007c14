//! `runward rules test`.

use std::path::Path;

use runward_ops::{Exit, code::test::test};
use runward_report::clean_lines;
use runward_rules::testing::Report;

use crate::{commands::ListFormat, failure::Outcome, outputs::write_stdout, terminal::Session};

pub(super) fn run(
    session: &Session,
    path: &Path,
    jobs: Option<u32>,
    format: ListFormat,
) -> Outcome {
    let report = test(&session.context.working_directory.join(path), jobs)?;
    write_stdout(|out| {
        let text = if format == ListFormat::Json {
            format!("{}\n", serde_json::to_string_pretty(&report)?)
        } else {
            words(&report)
        };
        writeln!(out, "{}", clean_lines(&text))?;
        Ok(())
    })?;
    Ok(if report.failed > 0 {
        Exit::PROBLEMS
    } else if report.errors.is_empty() {
        Exit::CLEAN
    } else {
        Exit::INCOMPLETE
    })
}

fn words(report: &Report) -> String {
    let mut lines = Vec::new();
    for result in report.results.iter().filter(|result| !result.passed) {
        let mut what = Vec::new();
        if !result.missed.is_empty() {
            what.push(format!("missed in {}", numbers(&result.missed)));
        }
        if !result.unexpected.is_empty() {
            what.push(format!("unexpected in {}", numbers(&result.unexpected)));
        }
        lines.push(format!(
            "failed {} on {}: {}",
            result.rule,
            result.path,
            what.join(", ")
        ));
    }
    for fix in report.fixes.iter().filter(|fix| !fix.passed) {
        let line = fix
            .difference
            .as_ref()
            .map_or(0, |difference| difference.line);
        lines.push(format!(
            "failed {}: the fixed text differs in line {line}",
            fix.fixed
        ));
    }
    for error in &report.errors {
        lines.push(format!("error {}: {}", error.path, error.message));
    }
    for untested in &report.untested {
        lines.push(format!("untested {untested}"));
    }
    lines.push(format!(
        "{} passed, {} failed, {} without a test, {} errors",
        report.passed,
        report.failed,
        report.untested.len(),
        report.errors.len()
    ));
    lines.join("\n") + "\n"
}

fn numbers(lines: &[u32]) -> String {
    let word = if lines.len() == 1 { "line" } else { "lines" };
    let all: Vec<String> = lines.iter().map(u32::to_string).collect();
    format!("{word} {}", all.join(", "))
}
