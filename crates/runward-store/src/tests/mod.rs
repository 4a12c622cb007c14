//! Tests of the store as a whole.

mod concurrency;
mod coverage;
mod damage;
mod decisions;
mod lifecycle;

mod imports;
mod oracle;
mod projects;
mod queries;

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use runward_db::{Db, Place, testing};
use runward_model::{
    Actor, AdvisoryMatch, Assessment, Confidence, DatabaseInfo, DatabaseKind, Dependency,
    Ecosystem, Finding, FindingKind, Fingerprint, FixComplexity, Location, Package, PackageClass,
    Priority, Severity, SourceRef,
    scan::{EcosystemInfo, Verdict},
};

use crate::{
    Coverage, Decision, Judged, ProjectId, Recorded, ScanRecord, Scope, Store, StoreError,
    StoredFinding,
};

/// Runs a test on an empty store of each backend.
pub(crate) fn each(test: impl Fn(&Store)) {
    testing::each_backend(|db: Db| test(&Store::new(Arc::new(db))));
}

/// A store in memory, for tests of rules that no backend can change.
pub(crate) fn in_memory() -> Store {
    Store::open(&Place::Memory, testing::options()).unwrap()
}

pub(crate) static EVERYTHING: LazyLock<Scope> = LazyLock::new(Scope::default);

/// The project of most tests.
pub(crate) fn demo(store: &Store) -> ProjectId {
    store.project("demo", ".", None, at(0)).unwrap()
}

pub(crate) fn get(store: &Store, key: &str) -> StoredFinding {
    store.get(&EVERYTHING, key).unwrap()
}

/// A decision of `who` for the reason `why`.
pub(crate) fn decide<T>(
    who: &str,
    why: &str,
    hour: i64,
    work: impl FnOnce(&Decision<'_>) -> T,
) -> T {
    let actor = Actor::account(who);
    work(&Decision {
        scope: &EVERYTHING,
        reason: why,
        actor: &actor,
        now: at(hour),
        expected: None,
    })
}

pub(crate) fn accept(
    store: &Store,
    key: &str,
    until: jiff::civil::Date,
    why: &str,
    who: &str,
    hour: i64,
) -> Result<StoredFinding, StoreError> {
    decide(who, why, hour, |decision| {
        store.accept(key, until, decision)
    })
}

pub(crate) fn set_status(
    store: &Store,
    key: &str,
    status: runward_model::Status,
    why: &str,
    who: &str,
    hour: i64,
) -> Result<StoredFinding, StoreError> {
    decide(who, why, hour, |decision| {
        store.set_status(key, status, decision)
    })
}

/// The events that were recorded so far, as JSON, the oldest first.
pub(crate) fn events(store: &Store) -> Vec<serde_json::Value> {
    store
        .db()
        .read(|tx| {
            let rows = tx.rows("SELECT event FROM outbox ORDER BY seq")?;
            Ok::<_, StoreError>(
                rows.iter()
                    .map(|row| serde_json::from_slice(row.bytes(0).unwrap()).unwrap())
                    .collect(),
            )
        })
        .unwrap()
}

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
        code: None,
        package: None,
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
        ruled: std::collections::BTreeMap::default(),
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
    let project = demo(store);
    record(store, project, hour, findings, covered, database)
}

/// The same for another project.
pub(crate) fn scan_of(
    store: &Store,
    project: ProjectId,
    hour: i64,
    findings: &[Finding],
) -> Recorded {
    let database = database(DatabaseKind::Full, hour);
    record(store, project, hour, findings, &everything(), &database)
}

fn record(
    store: &Store,
    project: ProjectId,
    hour: i64,
    findings: &[Finding],
    covered: &Coverage,
    database: &DatabaseInfo,
) -> Recorded {
    let actor = Actor::account("ana");
    let record = ScanRecord {
        project,
        started: at(hour),
        finished: at(hour),
        root: ".",
        database,
        covered,
        findings,
        actor: &actor,
    };
    store
        .record_scan(&record, |recorded| judge(findings, recorded))
        .unwrap()
}
