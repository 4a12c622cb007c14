//! Tests of the store as a whole.

mod concurrency;
mod coverage;
mod decisions;
mod lifecycle;
mod opening;
mod queries;

use jiff::Timestamp;
use runward_model::{
    AdvisoryMatch, Assessment, Confidence, DatabaseInfo, DatabaseKind, Dependency, Ecosystem,
    Finding, FindingKind, Fingerprint, FixComplexity, Location, Package, PackageClass, Priority,
    Severity, SourceRef,
    scan::{EcosystemInfo, Verdict},
};

use crate::{Coverage, Judged, Recorded, ScanRecord, Store};

/// The given hour after the start of the tests' time.
pub(crate) fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + hour * 3_600).unwrap()
}

pub(crate) fn database(kind: DatabaseKind, updated: i64) -> DatabaseInfo {
    DatabaseInfo {
        kind,
        path: None,
        updated: Some(at(updated)),
        age_hours: Some(1.5),
        stale: false,
        max_age_hours: 24,
        advisories: 10,
        packages: 5,
        ecosystems: vec![EcosystemInfo {
            ecosystem: "PyPI".to_owned(),
            advisories: 10,
            source: "test".to_owned(),
            updated: None,
            newest_record: None,
        }],
        kev_entries: 0,
        epss_entries: 0,
        problems: 0,
    }
}

/// A finding whose fingerprint is of its rule, package and path.
pub(crate) fn finding(rule: &str, package: &str, path: &str) -> Finding {
    let source = SourceRef::new(path, 7);
    Finding {
        fingerprint: Fingerprint::of(&[rule, package, path]),
        kind: FindingKind::VulnerableDependency,
        rule: rule.to_owned(),
        title: format!("{package}: a flaw ({rule})"),
        severity: Severity::High,
        confidence: Confidence::High,
        location: Location::whole_line(&source),
        dependency: Some(Dependency::new(
            Package::new(Ecosystem::PyPI, package, Some("1.0")),
            source,
        )),
        path_from_root: vec![format!("{package} 1.0")],
        advisory: Some(AdvisoryMatch {
            id: rule.to_owned(),
            aliases: vec![format!("GHSA-{rule}")],
            records: vec![rule.to_owned()],
            summary: "a flaw".to_owned(),
            details: "d".repeat(1_000),
            vectors: Vec::new(),
            label: Some(Severity::High),
            fixed: vec!["1.1".to_owned()],
            malicious: false,
            informational: None,
            cwes: Vec::new(),
            references: Vec::new(),
            published: None,
            modified: None,
            kev: None,
            epss: None,
        }),
        assessment: None,
        history: None,
        suppressed: None,
    }
}

pub(crate) fn everything() -> Coverage {
    Coverage {
        kinds: vec![
            FindingKind::VulnerableDependency,
            FindingKind::MaliciousDependency,
            FindingKind::DependencyNotice,
        ],
        read: vec!["requirements.txt".to_owned()],
        whole: true,
        not_covered: Vec::new(),
    }
}

pub(crate) fn verdict(first_seen: Timestamp, severity: Severity, risk: f64) -> Assessment {
    Assessment {
        severity,
        effective_severity: severity,
        cvss_score: None,
        cvss_vector: None,
        severity_source: "database label".to_owned(),
        class: PackageClass::Core,
        fix_complexity: FixComplexity::Minor,
        fix_version: Some("1.1".to_owned()),
        constrained_by: 0,
        risk,
        terms: Vec::new(),
        priority: if severity == Severity::Critical {
            Priority::P1
        } else {
            Priority::P2
        },
        within_hours: 72,
        due: first_seen
            .checked_add(jiff::SignedDuration::from_hours(72))
            .unwrap(),
        approver: "team-lead".to_owned(),
        tightened_by: Vec::new(),
        overdue: false,
    }
}

/// Judges as the caller would: deadlines from the history that the store gives.
pub(crate) fn judge(findings: &[Finding], recorded: &Recorded) -> Judged {
    let findings: Vec<_> = findings
        .iter()
        .map(|finding| {
            let mut finding = finding.clone();
            let history = &recorded.history[&finding.fingerprint];
            finding.assessment = Some(verdict(history.first_seen, finding.severity, 6.5));
            finding
        })
        .collect();
    Judged {
        verdict: if findings.is_empty() {
            Verdict::Clean
        } else {
            Verdict::Findings
        },
        findings,
    }
}

/// Records a scan of everything with a full, current database.
pub(crate) fn scan(store: &Store, hour: i64, findings: &[Finding]) -> Recorded {
    scan_with(
        store,
        hour,
        findings,
        &everything(),
        &database(DatabaseKind::Full, hour),
    )
}

pub(crate) fn scan_with(
    store: &Store,
    hour: i64,
    findings: &[Finding],
    covered: &Coverage,
    database: &DatabaseInfo,
) -> Recorded {
    let record = ScanRecord {
        started: at(hour),
        finished: at(hour),
        project: "demo",
        root: ".",
        database,
        covered,
        findings,
    };
    store
        .record_scan(&record, |recorded| judge(findings, recorded))
        .unwrap()
}
