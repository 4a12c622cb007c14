//! Lists, imports and memory at the size of a company: 1,000,000 findings of 1,000 projects.
//!
//! `cargo bench -p runward-store --bench scale` on an `SQLite` file in the directory for temporary
//! files; with `RUNWARD_BENCH_STORE=postgres://…` on an empty schema of that server. What is there
//! is used again. `RUNWARD_BENCH_PROJECTS` and `RUNWARD_BENCH_FINDINGS` (of each) bound it.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(clippy::unwrap_used, reason = "a benchmark may stop")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use runward_db::{Lock, Options, Place};
use runward_model::{
    Actor, AdvisoryMatch, Assessment, Confidence, Dependency, Ecosystem, Finding, FindingKind,
    Fingerprint, FixComplexity, Location, Package, PackageClass, Priority, Severity, SourceRef,
    Status, Visible,
};
use runward_store::{
    Coverage, Decision, Filter, ImportRecord, MetricsFilter, Recorded, Scope, Selection, Store,
    StoreError, Wish,
};

const ROUNDS: usize = 100;
const IMPORT: usize = 100_000;

fn main() {
    let projects = bound("RUNWARD_BENCH_PROJECTS", 1_000);
    let each = bound("RUNWARD_BENCH_FINDINGS", 1_000);
    let place = match std::env::var("RUNWARD_BENCH_STORE") {
        Ok(text) => text.parse().unwrap(),
        Err(_) => Place::Sqlite(std::env::temp_dir().join("runward-bench-scale.db")),
    };
    let options = Options {
        sealer: Arc::new(|event| serde_json::to_vec(event).map_err(|error| error.to_string())),
        migrate: true,
        busy: Duration::from_mins(1),
    };
    let store = Store::open(&place, options).unwrap();
    println!("{place}: {projects} projects of {each} findings");
    fill(&store, projects, each);
    queries(&store);
    import(&store);
}

fn bound(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

/// Deterministic noise.
fn noise(number: usize) -> usize {
    let mut state = number as u64 ^ 0x9e37_79b9_7f4a_7c15;
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from(state >> 33).unwrap_or(0)
}

/// Few packages and rules are in most projects, most are in few.
fn skewed(number: usize, among: usize) -> usize {
    let share = (noise(number) % 10_000) as f64 / 10_000.0;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let index = (share * share * share * among as f64) as usize;
    index
}

fn fill(store: &Store, projects: usize, each: usize) {
    let start = Instant::now();
    let mut made = 0;
    for project in 0..projects {
        let name = format!("project-{project:04}");
        if store.find_project(&name).unwrap().is_some() {
            continue;
        }
        let findings = (0..each).map(|number| finding(project * each + number));
        load(store, &name, findings, "made");
        publish(store);
        made += 1;
    }
    if made == 0 {
        return;
    }
    // Some of everything.
    let actor = Actor::account("bench");
    for project in (0..projects).step_by(3) {
        let name = format!("project-{project:04}");
        let id = store.find_project(&name).unwrap().unwrap().id;
        let scope = Scope::of(id);
        let decision = Decision {
            scope: &scope,
            reason: "bench",
            actor: &actor,
            now: at(60),
            expected: None,
        };
        let filter = Filter {
            limit: 60,
            offset: u32::try_from(project % 300).unwrap(),
            ..Filter::default()
        };
        let wish = match project % 4 {
            0 => Wish::Become(Status::Resolved),
            1 => Wish::Become(Status::FalsePositive),
            2 => Wish::Become(Status::Triaged),
            _ => Wish::Accept {
                until: jiff::civil::date(2027, 1, 1),
            },
        };
        store
            .decide_many::<StoreError>(Selection::Filter(&filter), wish, &decision, |_| Ok(()))
            .unwrap();
        publish(store);
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "made {made} projects in {seconds:.0} s, {:.0} findings/s",
        (made * each) as f64 / seconds
    );
    store
        .db()
        .write(Lock::Whole, |tx| tx.execute("ANALYZE"))
        .unwrap();
}

/// As the publisher does: what was published leaves the outbox.
fn publish(store: &Store) {
    store
        .db()
        .write(Lock::Publish, |tx| tx.execute("DELETE FROM outbox"))
        .unwrap();
}

fn load(
    store: &Store,
    project: &str,
    findings: impl Iterator<Item = Finding>,
    digest: &str,
) -> runward_store::Imported {
    let project = store.project(project, ".", None, at(0)).unwrap();
    let actor = Actor::account("bench");
    let record = ImportRecord {
        project,
        reporter: "bench",
        started: at(0),
        now: at(0),
        source: "bench",
        covered: &Coverage::default(),
        digest,
        actor: &actor,
    };
    store
        .import(&record, findings.map(Ok::<_, String>), judge)
        .unwrap()
}

fn judge(findings: &[Finding], _: &Recorded) -> Vec<Finding> {
    findings.to_vec()
}

#[allow(clippy::too_many_lines, reason = "one table")]
fn queries(store: &Store) {
    let text = |text: &str| Some(text.to_owned());
    let project = |name: &str| Scope {
        project: store.find_project(name).unwrap().map(|it| it.id),
        visible: Visible::All,
    };
    let some = |from: usize, to: usize| Visible::Of {
        repositories: (from..to).map(|it| format!("project-{it:04}")).collect(),
        person: None,
    };
    let base = Filter {
        limit: 50,
        ..Filter::default()
    };
    let deep = store
        .page(&Filter {
            offset: 9_000,
            ..base.clone()
        })
        .unwrap();
    let cases: Vec<(&str, Filter)> = vec![
        ("everything", base.clone()),
        (
            "after a cursor far down",
            Filter {
                after: deep.next,
                ..base.clone()
            },
        ),
        (
            "status open",
            Filter {
                statuses: vec![Status::Open],
                ..base.clone()
            },
        ),
        (
            "status accepted or false positive",
            Filter {
                statuses: vec![Status::Accepted, Status::FalsePositive],
                ..base.clone()
            },
        ),
        (
            "critical",
            Filter {
                min_severity: Some(Severity::Critical),
                ..base.clone()
            },
        ),
        (
            "common package",
            Filter {
                package: text("package-0"),
                ..base.clone()
            },
        ),
        (
            "rare package",
            Filter {
                package: text("package-1990"),
                ..base.clone()
            },
        ),
        (
            "common package, accepted, critical",
            Filter {
                package: text("package-1"),
                statuses: vec![Status::Accepted],
                min_severity: Some(Severity::Critical),
                ..base.clone()
            },
        ),
        (
            "rule (alias)",
            Filter {
                rule: text("ghsa-12"),
                ..base.clone()
            },
        ),
        (
            "common path, triaged",
            Filter {
                path: text("requirements.txt"),
                statuses: vec![Status::Triaged],
                ..base.clone()
            },
        ),
        (
            "directory, overdue",
            Filter {
                path: text("service-7"),
                overdue_at: Some(at(80 * 3_600)),
                ..base.clone()
            },
        ),
        (
            "overdue, none",
            Filter {
                overdue_at: Some(at(-1)),
                ..base.clone()
            },
        ),
        (
            "overdue, most",
            Filter {
                overdue_at: Some(at(9_999_999)),
                ..base.clone()
            },
        ),
        (
            "text, rare",
            Filter {
                text: text("flaw 777 in"),
                ..base.clone()
            },
        ),
        (
            "text, common",
            Filter {
                text: text("package"),
                ..base.clone()
            },
        ),
        (
            "text, nothing",
            Filter {
                text: text("no such text"),
                ..base.clone()
            },
        ),
        (
            "text of two letters, common",
            Filter {
                text: text("ge"),
                ..base.clone()
            },
        ),
        (
            "text of two letters, nothing",
            Filter {
                text: text("qx"),
                ..base.clone()
            },
        ),
        (
            "text, neither common nor rare",
            Filter {
                text: text("flaw 12"),
                ..base.clone()
            },
        ),
        (
            "text of one letter",
            Filter {
                text: text("z"),
                ..base.clone()
            },
        ),
        (
            "high, status open",
            Filter {
                min_severity: Some(Severity::High),
                statuses: vec![Status::Open],
                ..base.clone()
            },
        ),
        (
            "common text, rare status",
            Filter {
                text: text("flaw"),
                statuses: vec![Status::FalsePositive],
                ..base.clone()
            },
        ),
        (
            "one project",
            Filter {
                scope: project("project-0500"),
                ..base.clone()
            },
        ),
        (
            "one project, text, open",
            Filter {
                scope: project("project-0500"),
                text: text("service"),
                statuses: vec![Status::Open],
                ..base.clone()
            },
        ),
        (
            "5 visible projects",
            Filter {
                scope: Scope::default().visible(some(100, 105)),
                ..base.clone()
            },
        ),
        (
            "500 visible projects, high",
            Filter {
                scope: Scope::default().visible(some(0, 500)),
                min_severity: Some(Severity::High),
                ..base.clone()
            },
        ),
    ];
    println!("load {}", loaded());
    println!("{:<36} {:>9} {:>9}  rows", "page of 50", "p50 ms", "p99 ms");
    for (name, filter) in cases {
        let rows = store.list(&filter).unwrap().len();
        let mut times: Vec<_> = (0..ROUNDS)
            .map(|_| {
                let start = Instant::now();
                store.list(&filter).unwrap();
                start.elapsed().as_secs_f64() * 1_000.0
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let (half, most) = (times.get(ROUNDS / 2), times.get(ROUNDS * 99 / 100));
        println!(
            "{name:<36} {:>9.2} {:>9.2}  {rows}",
            half.unwrap(),
            most.unwrap()
        );
    }
    for (name, scope) in [
        ("metrics, all", Scope::default()),
        ("metrics, one project", project("project-0500")),
    ] {
        let start = Instant::now();
        store
            .metrics(&MetricsFilter {
                scope,
                now: at(0),
                since: None,
            })
            .unwrap();
        println!(
            "{name:<36} {:>9.2}",
            start.elapsed().as_secs_f64() * 1_000.0
        );
    }
    let start = Instant::now();
    store.projects(&Scope::default(), None, 50).unwrap();
    println!(
        "{:<36} {:>9.2}",
        "50 projects with counts",
        start.elapsed().as_secs_f64() * 1_000.0
    );
}

fn import(store: &Store) {
    println!("load {}", loaded());
    let number = (0..10_000).find(|it| {
        let name = format!("imported-{it}");
        store.find_project(&name).unwrap().is_none()
    });
    let name = format!("imported-{}", number.unwrap());
    let before = peak();
    for digest in ["first", "second"] {
        let (start, work) = (Instant::now(), processor());
        let imported = load(
            store,
            &name,
            (0..IMPORT).map(|it| finding(5_000_000 + it)),
            digest,
        );
        publish(store);
        println!(
            "{digest} import of {}: {:.1} s ({:.1} s of this process), {} opened",
            imported.seen,
            start.elapsed().as_secs_f64(),
            processor() - work,
            imported.opened
        );
    }
    println!(
        "peak memory {} MB before, {} MB after",
        before / 1_024,
        peak() / 1_024
    );
}

/// Seconds that the process has computed.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    ticks.filter_map(|it| it.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn loaded() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or_default().to_owned()
}

/// The most memory that the process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or_default()
}

fn finding(number: usize) -> Finding {
    let package = format!("package-{}", skewed(number, 2_000));
    let rule = skewed(number.wrapping_mul(31), 8_000);
    let path = match noise(number ^ 0x7) % 3 {
        0 => "requirements.txt".to_owned(),
        1 => format!("service-{}/poetry.lock", noise(number ^ 0x8) % 50),
        _ => format!(
            "src/module_{}/file_{}.py",
            noise(number ^ 0x9) % 900,
            noise(number ^ 0xa) % 900
        ),
    };
    let severity = match noise(number ^ 0xb) % 10 {
        0 => Severity::Critical,
        1..=3 => Severity::High,
        4..=7 => Severity::Medium,
        _ => Severity::Low,
    };
    let source = SourceRef::new(path, 7);
    let id = format!("CVE-2026-{rule}");
    Finding {
        fingerprint: Fingerprint::of(&[&number.to_string()]),
        kind: FindingKind::VulnerableDependency,
        rule: id.clone(),
        title: format!("{package} 1.{}: flaw {rule} in something", number % 40),
        severity,
        confidence: Confidence::High,
        location: Location::whole_line(&source),
        dependency: Some(Dependency::new(
            Package::new(Ecosystem::PyPI, &package, Some("1.0")),
            source,
        )),
        path_from_root: Vec::new(),
        advisory: Some(AdvisoryMatch {
            id: id.clone(),
            aliases: vec![format!("GHSA-{rule}")],
            records: vec![id],
            summary: "a flaw".to_owned(),
            details: "details ".repeat(40),
            vectors: Vec::new(),
            label: None,
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
        assessment: Some(Assessment {
            severity,
            effective_severity: severity,
            cvss_score: None,
            cvss_vector: None,
            severity_source: "database label".to_owned(),
            class: PackageClass::Core,
            fix_complexity: FixComplexity::Minor,
            fix_version: Some("1.1".to_owned()),
            constrained_by: 0,
            risk: (noise(number ^ 0xc) % 100) as f64 / 10.0,
            terms: Vec::new(),
            priority: match severity {
                Severity::Critical => Priority::P1,
                Severity::High => Priority::P2,
                _ => Priority::P3,
            },
            within_hours: 72,
            due: at(3_600 * i64::try_from(24 + noise(number ^ 0xd) % 2_000).unwrap()),
            approver: "team-lead".to_owned(),
            tightened_by: Vec::new(),
            overdue: false,
        }),
        history: None,
        suppressed: None,
    }
}
