//! What the use cases return, in the form that the renderers take.

use jiff::Timestamp;
use runward_ops::findings::{Metrics, ProjectRow, Sighting};
use runward_ops::{StoredFinding, StoredTransition, explain::Explanation};
use runward_report::{
    AdvisoryView, AffectedView, Cell, FindingRow, Listing, Tone, Transition, moment_words,
};
use serde_json::{Value, json};

/// A recorded finding as a row of a list.
pub(crate) fn row(stored: &StoredFinding, now: Timestamp) -> FindingRow {
    let package = stored.package.as_ref().map(|name| match &stored.version {
        Some(version) => format!("{name} {version}"),
        None => name.clone(),
    });
    FindingRow {
        fingerprint: stored.fingerprint.to_string(),
        kind: stored
            .finding
            .as_ref()
            .map_or_else(String::new, |finding| finding.kind.to_string()),
        severity: stored.severity,
        status: stored.history.status,
        rule: stored.rule.clone(),
        id: stored
            .finding
            .as_ref()
            .map_or_else(|| stored.rule.clone(), runward_report::finding_id),
        title: stored.title.clone(),
        package,
        path: stored.path.clone(),
        line: Some(stored.line),
        first_seen: stored.history.first_seen,
        last_seen: stored.history.last_seen,
        priority: stored.priority,
        risk: stored.risk,
        due: stored.due,
        overdue: stored.history.status.is_active() && stored.due.is_some_and(|due| due < now),
        accepted_until: stored.history.accepted_until,
        reason: stored.history.reason.clone(),
    }
}

/// One change of a finding's status.
pub(crate) fn transition(stored: &StoredTransition) -> Transition {
    Transition {
        at: stored.at,
        who: stored.who.clone(),
        from: stored.from,
        to: stored.to,
        why: stored.why.clone(),
    }
}

/// An advisory with everything that its records say.
pub(crate) fn advisory(explanation: &Explanation) -> AdvisoryView {
    let advisory = &explanation.advisory;
    let first = advisory.records.first();
    let longest = |text: fn(&runward_ops::RecordDetail) -> &String| {
        let texts = advisory.records.iter().map(text);
        texts.max_by_key(|text| text.len()).cloned()
    };
    let joined = |list: fn(&runward_ops::RecordDetail) -> &Vec<String>| {
        let mut all: Vec<String> = advisory.records.iter().flat_map(list).cloned().collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    AdvisoryView {
        id: advisory.id.clone(),
        aliases: advisory.aliases.clone(),
        records: advisory.records.iter().map(|r| r.id.clone()).collect(),
        summary: longest(|record| &record.summary).unwrap_or_default(),
        details: longest(|record| &record.details).unwrap_or_default(),
        severity: Some(explanation.rated.severity),
        cvss_score: explanation.rated.score,
        vectors: advisory.vectors.iter().map(|v| v.vector.clone()).collect(),
        cwes: joined(|record| &record.cwes),
        malicious: advisory.id.starts_with("MAL-"),
        informational: advisory
            .records
            .iter()
            .find_map(|r| r.informational.clone()),
        published: advisory.records.iter().filter_map(|r| r.published).min(),
        modified: advisory.records.iter().filter_map(|r| r.modified).max(),
        withdrawn: first.and_then(|record| record.withdrawn),
        kev: advisory.kev.clone(),
        epss: advisory.epss.clone(),
        affected: affected(explanation),
        references: joined(|record| &record.references),
    }
}

fn affected(explanation: &Explanation) -> Vec<AffectedView> {
    let records = explanation.advisory.records.iter();
    records
        .flat_map(|record| &record.affected)
        .map(|affected| {
            let events = |kind: &str| {
                affected
                    .ranges
                    .iter()
                    .flat_map(|range| &range.events)
                    .filter(|event| event.event == kind)
                    .map(|event| event.version.clone())
                    .collect::<Vec<_>>()
            };
            AffectedView {
                ecosystem: affected.ecosystem.clone(),
                package: affected.package.clone(),
                ranges: affected.ranges.iter().map(range).collect(),
                versions: usize::try_from(affected.versions).unwrap_or(usize::MAX),
                fixed: events("fixed"),
            }
        })
        .collect()
}

/// A range in words: `>= 3.2, < 3.2.13`.
fn range(range: &runward_ops::RangeDetail) -> String {
    let words: Vec<String> = range
        .events
        .iter()
        .map(|event| {
            let sign = match event.event.as_str() {
                "introduced" => ">=",
                "fixed" | "limit" => "<",
                "last_affected" => "<=",
                other => other,
            };
            format!("{sign} {}", event.version)
        })
        .collect();
    if range.kind == "GIT" {
        return format!("commits {}", words.join(", "));
    }
    words.join(", ")
}

/// The projects of a store.
pub(crate) fn projects(rows: &[ProjectRow]) -> Listing {
    Listing {
        head: vec![
            "project",
            "repository",
            "open",
            "by severity",
            "last looked at",
        ],
        rows: rows
            .iter()
            .map(|row| {
                let active: u64 = row.active_by_severity.iter().map(|(_, count)| count).sum();
                let worst: Vec<String> = row
                    .active_by_severity
                    .iter()
                    .rev()
                    .filter(|(_, count)| *count > 0)
                    .map(|(severity, count)| format!("{count} {severity}"))
                    .collect();
                vec![
                    Cell::new(Tone::Strong, &row.project.name),
                    Cell::plain(row.project.repository()),
                    Cell::plain(active.to_string()),
                    Cell::maybe(Some(worst.join(", "))),
                    Cell::maybe(row.last_scanned.map(moment_words)),
                ]
            })
            .collect(),
        empty: "no projects".to_owned(),
        foot: String::new(),
    }
}

pub(crate) fn project_json(row: &ProjectRow) -> Value {
    let by_status: serde_json::Map<String, Value> = row
        .by_status
        .iter()
        .map(|(status, count)| (status.as_str().to_owned(), json!(count)))
        .collect();
    let by_severity: serde_json::Map<String, Value> = row
        .active_by_severity
        .iter()
        .map(|(severity, count)| (severity.as_str().to_owned(), json!(count)))
        .collect();
    json!({
        "name": row.project.name,
        "repository": row.project.repository(),
        "root": row.project.root,
        "created": row.project.created,
        "last_scanned": row.last_scanned,
        "findings": row.total,
        "by_status": by_status,
        "active_by_severity": by_severity,
    })
}

/// Who reports a finding.
pub(crate) fn reporters(sightings: &[Sighting]) -> Listing {
    Listing {
        head: vec!["reported by", "as", "first seen", "last seen", "now"],
        rows: sightings
            .iter()
            .map(|it| {
                let now = if it.present {
                    Cell::new(Tone::Warn, "still there")
                } else {
                    Cell::new(Tone::Good, "no longer found")
                };
                vec![
                    Cell::new(Tone::Strong, &it.reporter),
                    Cell::plain(&it.rule),
                    Cell::plain(moment_words(it.first_seen)),
                    Cell::plain(moment_words(it.last_seen)),
                    now,
                ]
            })
            .collect(),
        empty: String::new(),
        foot: String::new(),
    }
}

pub(crate) fn metrics(metrics: &Metrics) -> Value {
    let by_severity: Vec<Value> = metrics
        .by_severity
        .iter()
        .map(|it| {
            json!({
                "severity": it.severity.as_str(),
                "active": it.active,
                "overdue": it.overdue,
                "detected": it.detected,
                "resolved": it.resolved,
                "mean_hours_to_detect": it.mttd_hours.map(hundredths),
                "mean_hours_to_remediate": it.mttr_hours.map(hundredths),
            })
        })
        .collect();
    let by_status: serde_json::Map<String, Value> = metrics
        .by_status
        .iter()
        .map(|(status, count)| (status.as_str().to_owned(), json!(count)))
        .collect();
    json!({
        "findings": metrics.total,
        "overdue": metrics.overdue,
        "by_status": by_status,
        "by_severity": by_severity,
    })
}

/// Hours to the hundredth: more would only look exact.
fn hundredths(hours: f64) -> f64 {
    (hours * 100.0).round() / 100.0
}

/// The same as a table: the severities that there are, worst first.
pub(crate) fn figures(metrics: &Metrics) -> Listing {
    let hours = |mean: Option<f64>| Cell::maybe(mean.map(|it| format!("{it:.1} h")));
    let rows = metrics
        .by_severity
        .iter()
        .filter(|it| it.active + it.detected + it.resolved > 0)
        .map(|it| {
            let overdue = match it.overdue {
                0 => Tone::Quiet,
                _ => Tone::Alarm,
            };
            let mut row = vec![
                Cell::from(it.severity),
                Cell::new(Tone::Strong, it.active.to_string()),
                Cell::new(overdue, it.overdue.to_string()),
            ];
            row.extend(it.by_age.map(|(_, count)| Cell::plain(count.to_string())));
            row.extend([
                Cell::plain(it.detected.to_string()),
                Cell::plain(it.resolved.to_string()),
                hours(it.mttd_hours),
                hours(it.mttr_hours),
            ]);
            row
        })
        .collect();
    let statuses: Vec<String> = metrics
        .by_status
        .iter()
        .map(|(status, count)| format!("{count} {}", status.as_str().replace('_', " ")))
        .collect();
    Listing {
        head: vec![
            "severity",
            "active",
            "overdue",
            "< 7 d",
            "< 30 d",
            "< 90 d",
            "older",
            "detected",
            "resolved",
            "to detect",
            "to resolve",
        ],
        rows,
        empty: "no findings".to_owned(),
        foot: format!("{} findings: {}", metrics.total, statuses.join(", ")),
    }
}
