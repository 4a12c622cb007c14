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
    let numbers = numbers(report, places(report));
    format!("{}: {}", headline(report), numbers.join(" · "))
}

pub(super) fn headline(report: &ScanReport) -> String {
    let gate = report.fail_on;
    let found = report.findings.len();
    match report.verdict {
        Verdict::NothingToScan => format!(
            "nothing to scan: no dependency file was found in `{}`",
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
        Verdict::Clean => format!(
            "no known vulnerability in {}",
            count(report.packages_judged, "judged package")
        ),
    }
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
    if database.kind == DatabaseKind::Starter && !warned(&["starter"]) {
        banners.push(format!(
            "STARTER SET: judged from the {} that are built in; most known vulnerabilities are not \
             among them. Run `runward db update`",
            count(
                usize::try_from(database.advisories).unwrap_or(usize::MAX),
                "advisory"
            )
        ));
    }
    if database.stale && !warned(&["stale", "old"]) {
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

/// `142,031 advisories of 11 ecosystems, updated 2026-11-21 08:00 UTC (2 h old)`.
pub(super) fn database(database: &DatabaseInfo) -> String {
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

pub(super) fn numbers(report: &ScanReport, blocks: usize) -> Vec<String> {
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
            count(blocks, "place"),
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
    numbers.push(count(report.packages_judged, "package") + " judged");
    numbers
}

/// Findings past their deadline.
pub(crate) fn overdue(findings: &[Finding]) -> usize {
    findings
        .iter()
        .filter(|finding| finding.assessment.as_ref().is_some_and(|a| a.overdue))
        .count()
}
