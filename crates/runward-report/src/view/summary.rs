//! The result in a sentence, in numbers, and what must be said loudly.

use runward_model::{DatabaseInfo, DatabaseKind, Finding, ScanReport, Severity, scan::Verdict};

use super::block::places;
use crate::{
    clean::shown,
    time::{age, moment},
    words::{count, thousands},
};

/// The result on one line. It is written beside machine formats, so it must cost no more than
/// counting.
pub(crate) fn line(report: &ScanReport) -> String {
    let numbers = numbers(report);
    format!("{}: {}", headline(report), numbers.join(" · "))
}

pub(super) fn headline(report: &ScanReport) -> String {
    let gate = report.fail_on;
    let found = report.findings.len();
    match report.verdict {
        Verdict::NothingToScan => format!(
            "nothing to scan: {} in `{}`",
            match report.code_files.or(report.secret_files) {
                None => "no dependency file was found",
                Some(_) => "no dependency file and no code that a rule reads was found",
            },
            shown(&report.root)
        ),
        Verdict::Findings => format!(
            "{} at or above `{gate}`",
            count(report.at_or_above_gate, "finding")
        ),
        Verdict::Incomplete if found == 0 => {
            "incomplete: no finding, but not everything could be judged".to_owned()
        }
        Verdict::Incomplete => format!(
            "incomplete: {}, and not everything could be judged",
            count(found, "finding")
        ),
        Verdict::Clean if found > 0 => {
            format!("{}, below `{gate}`", count(found, "finding"))
        }
        Verdict::Clean if report.known > 0 => "no new finding".to_owned(),
        Verdict::Clean => {
            let packages = judges_packages(report).then(|| {
                let number = count(report.packages_judged, "judged package");
                format!("no known vulnerability in {number}")
            });
            let code = report
                .code_files
                .map(|files| format!("no finding in {} of code", count(files, "file")));
            let secrets = report
                .secret_files
                .map(|files| format!("no secret in {}", count(files, "file")));
            let all: Vec<String> = packages.into_iter().chain(code).chain(secrets).collect();
            all.join(", ")
        }
    }
}

/// Whether the scan says something of dependencies: one of code or secrets alone has read no file
/// of them.
pub(crate) fn judges_packages(report: &ScanReport) -> bool {
    !report.read.is_empty() || (report.code_files.is_none() && report.secret_files.is_none())
}

/// What must be said before all else: an advisory database that is no sound basis, and warnings.
pub(crate) fn banners(report: &ScanReport) -> Vec<String> {
    let mut banners = Vec::new();
    let warned = |words: &[&str]| {
        report.warnings.iter().any(|warning| {
            let warning = warning.to_ascii_lowercase();
            words.iter().any(|word| warning.contains(word))
        })
    };
    let database = &report.database;
    let used = !report.read.is_empty();
    if used && database.kind == DatabaseKind::Starter && !warned(&["starter"]) {
        banners.push(format!(
            "STARTER SET: judged from the {} that are built in; most known vulnerabilities are not \
             among them. Run `runward db update`",
            count(
                usize::try_from(database.advisories).unwrap_or(usize::MAX),
                "advisory"
            )
        ));
    }
    if used && database.stale && !warned(&["stale", "old"]) {
        banners.push(format!(
            "STALE DATABASE: {}, older than {} h; what was published since is not in it. Run \
             `runward db update`",
            database
                .age_hours
                .map_or_else(|| "of unknown age".to_owned(), age),
            database.max_age_hours
        ));
    }
    banners.extend(report.warnings.iter().map(|warning| shown(warning)));
    banners
}

/// What the scan was judged from, as far as it was used.
pub(super) fn basis(report: &ScanReport) -> String {
    let advisories = judges_packages(report).then(|| database(&report.database));
    let rules = report.code_files.map(|_| count(report.rules_run, "rule"));
    let both: Vec<String> = advisories.into_iter().chain(rules).collect();
    both.join(" · ")
}

/// `142,031 advisories of 11 ecosystems, updated 2026-11-21 08:00 UTC (2 h old)`.
fn database(database: &DatabaseInfo) -> String {
    let kind = match database.kind {
        DatabaseKind::Full => "",
        DatabaseKind::Starter => "built-in starter set, ",
    };
    let updated = match (database.updated, database.age_hours) {
        (Some(updated), Some(hours)) => format!(", updated {} ({})", moment(updated), age(hours)),
        (Some(updated), None) => format!(", updated {}", moment(updated)),
        _ => ", never updated".to_owned(),
    };
    let stale = if database.stale { ", stale" } else { "" };
    format!(
        "{kind}{} advisories{updated}{stale}",
        thousands(database.advisories)
    )
}

pub(super) fn counts(findings: &[Finding]) -> [(Severity, usize); 6] {
    [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
        Severity::None,
        Severity::Unknown,
    ]
    .map(|severity| {
        let number = findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count();
        (severity, number)
    })
}

pub(super) fn numbers(report: &ScanReport) -> Vec<String> {
    let mut numbers = Vec::new();
    let found = report.findings.len();
    if found == 0 {
        numbers.push("no findings".to_owned());
    } else {
        let classes: Vec<String> = counts(&report.findings)
            .into_iter()
            .filter(|(_, number)| *number > 0)
            .map(|(severity, number)| format!("{number} {severity}"))
            .collect();
        numbers.push(format!(
            "{} in {} ({})",
            count(found, "finding"),
            count(places(report), "place"),
            classes.join(", ")
        ));
    }
    let mut add = |number: usize, word: &str| {
        if number > 0 {
            numbers.push(format!("{number} {word}"));
        }
    };
    let new = report
        .findings
        .iter()
        .filter(|finding| finding.history.as_ref().is_none_or(|history| history.new))
        .count();
    add(new, "new");
    add(report.known, "known and not shown");
    add(overdue(&report.findings), "overdue");
    add(report.suppressed.len(), "suppressed");
    add(report.fixed.len(), "fixed since the last scan");
    add(report.not_covered.len(), "not judged");
    add(report.excluded.len(), "left out for the target");
    if judges_packages(report) {
        numbers.push(count(report.packages_judged, "package") + " judged");
    }
    numbers.extend(looked_at(report));
    numbers
}

/// `120 files of code looked at with 310 rules`, `240 files searched for secrets`.
pub(crate) fn looked_at(report: &ScanReport) -> Vec<String> {
    let code = report.code_files.map(|files| {
        let rules = count(report.rules_run, "rule");
        format!("{} of code looked at with {rules}", count(files, "file"))
    });
    let secrets = report
        .secret_files
        .map(|files| format!("{} searched for secrets", count(files, "file")));
    code.into_iter().chain(secrets).collect()
}

/// Findings past their deadline.
pub(crate) fn overdue(findings: &[Finding]) -> usize {
    findings
        .iter()
        .filter(|finding| finding.assessment.as_ref().is_some_and(|a| a.overdue))
        .count()
}
