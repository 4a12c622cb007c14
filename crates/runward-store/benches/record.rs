//! Opening a database and recording 500 findings, against writing and syncing as many bytes.
//!
//! `cargo bench -p runward-store --bench record`
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(clippy::unwrap_used, reason = "a benchmark may stop")]

use std::{
    fs::File,
    io::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use runward_db::{Options, Place};
use runward_model::{
    Actor, AdvisoryMatch, Confidence, DatabaseInfo, DatabaseKind, Dependency, Ecosystem, Finding,
    FindingKind, Fingerprint, Location, Package, Severity, SourceRef, scan::Verdict,
};
use runward_store::{Coverage, Judged, ScanRecord, Store};

const ROUNDS: u32 = 15;

fn main() {
    let findings: Vec<Finding> = (0..500).map(finding).collect();
    let bytes: usize = findings
        .iter()
        .map(|finding| serde_json::to_string(finding).unwrap().len())
        .sum();
    let directory = tempfile::tempdir().unwrap();
    let (mut first, mut again, mut write, mut memory) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let path = directory.path().join(format!("{round}.db"));
        first.push(time(|| {
            record(&open(&Place::Sqlite(path.clone())), &findings);
        }));
        again.push(time(|| {
            record(&open(&Place::Sqlite(path.clone())), &findings);
        }));
        memory.push(time(|| record(&open(&Place::Memory), &findings)));
        let path = directory.path().join(format!("{round}.raw"));
        write.push(time(|| {
            let mut file = File::create(&path).unwrap();
            file.write_all(&vec![b'x'; bytes]).unwrap();
            file.sync_all().unwrap();
        }));
    }
    let (first, again, write) = (median(first), median(again), median(write));
    let memory = median(memory);
    println!("500 findings, {bytes} bytes, medians of {ROUNDS}");
    println!("first scan, with opening and closing  {first:?}");
    println!("second scan, with opening and closing {again:?}");
    println!("first scan, in memory                 {memory:?}");
    println!("plain write and sync                  {write:?}");
    println!(
        "ratio {:.1} and {:.1}",
        first.as_secs_f64() / write.as_secs_f64(),
        again.as_secs_f64() / write.as_secs_f64()
    );
}

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn open(place: &Place) -> Store {
    let options = Options {
        sealer: Arc::new(|event| serde_json::to_vec(event).map_err(|error| error.to_string())),
        migrate: true,
        busy: Duration::from_mins(1),
    };
    Store::open(place, options).unwrap()
}

fn record(store: &Store, findings: &[Finding]) {
    let database = DatabaseInfo {
        kind: DatabaseKind::Full,
        path: None,
        updated: None,
        age_hours: None,
        stale: false,
        max_age_hours: 24,
        advisories: 0,
        packages: 0,
        ecosystems: Vec::new(),
        kev_entries: 0,
        epss_entries: 0,
        problems: 0,
    };
    let started = Timestamp::from_second(1_780_000_000).unwrap();
    let scan = ScanRecord {
        project: store.project("bench", ".", None, started).unwrap(),
        started,
        finished: started,
        root: ".",
        database: &database,
        covered: &Coverage::default(),
        findings,
        actor: &Actor::account("bench"),
    };
    store
        .record_scan(&scan, |_| Judged {
            findings: Vec::new(),
            verdict: Verdict::Findings,
        })
        .unwrap();
}

fn finding(number: u32) -> Finding {
    let source = SourceRef::new("requirements.txt", number);
    let rule = format!("CVE-2026-{number}");
    Finding {
        fingerprint: Fingerprint::of(&[&rule]),
        kind: FindingKind::VulnerableDependency,
        rule: rule.clone(),
        title: "a flaw".to_owned(),
        severity: Severity::High,
        confidence: Confidence::High,
        location: Location::whole_line(&source),
        dependency: Some(Dependency::new(
            Package::new(Ecosystem::PyPI, "package", Some("1.0")),
            source,
        )),
        path_from_root: Vec::new(),
        advisory: Some(AdvisoryMatch {
            id: rule.clone(),
            aliases: vec![format!("GHSA-{number}")],
            records: vec![rule],
            summary: "a flaw".to_owned(),
            details: "details ".repeat(300),
            vectors: Vec::new(),
            label: None,
            fixed: Vec::new(),
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
