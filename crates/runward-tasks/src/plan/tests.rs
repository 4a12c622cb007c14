use std::collections::BTreeMap;

use proptest::prelude::*;
use runward_model::{
    Assessment, Confidence, Dependency, Ecosystem, FindingKind, FixComplexity, Location, Package,
    PackageClass, Priority, Role, Severity, SourceRef, finding::History,
};

use super::*;
use crate::text::{Layout, clean};

pub(crate) fn at(day: i64) -> Timestamp {
    Timestamp::from_second(1_768_000_000 + day * 86_400).unwrap()
}

/// A finding about a package, by its advisory.
pub(crate) fn finding(rule: &str, package: &str, place: &str, fix: Option<&str>) -> Finding {
    let dependency = Dependency::new(
        Package::new(Ecosystem::PyPI, package, Some("2.19.0")),
        SourceRef::new(place, 3),
    );
    Finding {
        fingerprint: Fingerprint::of(&[rule, package, place]),
        kind: FindingKind::VulnerableDependency,
        rule: rule.to_owned(),
        title: format!("{package}: problem {rule}"),
        severity: Severity::High,
        confidence: Confidence::High,
        location: Location::whole_line(&dependency.source),
        dependency: Some(dependency),
        path_from_root: Vec::new(),
        advisory: None,
        code: None,
        package: None,
        assessment: Some(Assessment {
            severity: Severity::High,
            effective_severity: Severity::High,
            cvss_score: None,
            cvss_vector: None,
            severity_source: "rule".to_owned(),
            class: PackageClass::Core,
            fix_complexity: FixComplexity::Minor,
            fix_version: fix.map(str::to_owned),
            constrained_by: 0,
            risk: 5.0,
            terms: Vec::new(),
            priority: Priority::P2,
            within_hours: 72,
            due: at(10),
            approver: "team-lead".to_owned(),
            tightened_by: Vec::new(),
            overdue: false,
        }),
        history: Some(History {
            status: Status::Open,
            first_seen: at(0),
            last_seen: at(0),
            new: false,
            accepted_until: None,
            reason: None,
        }),
        suppressed: None,
    }
}

pub(crate) fn set(finding: &mut Finding, status: Status) {
    finding.history.as_mut().unwrap().status = status;
}

pub(crate) fn scope() -> Scope<'static> {
    Scope {
        repository: "acme/web",
        project: Some("web"),
        owner: "ann",
        requester: "scan",
        now: at(1),
    }
}

/// The tasks after the changes, as a store would have them.
fn carry_out(existing: &[Task], changes: Vec<TaskChange>) -> Vec<Task> {
    let mut tasks = existing.to_vec();
    for TaskChange { task, .. } in changes {
        if let Some(stored) = tasks.iter_mut().find(|it| it.id == task.id) {
            *stored = task;
        } else {
            let id = TaskId(i64::try_from(tasks.len()).unwrap() + 1);
            tasks.push(Task { id, ..task });
        }
    }
    tasks
}

fn run(findings: &[Finding], tasks: &[Task]) -> (Vec<Step>, Vec<Task>) {
    let changes = plan(&scope(), findings, &BTreeMap::new(), tasks);
    let steps = changes.iter().map(|it| it.step).collect();
    let tasks = carry_out(tasks, changes);
    assert_eq!(
        plan(&scope(), findings, &BTreeMap::new(), &tasks),
        [],
        "idempotent"
    );
    (steps, tasks)
}

#[test]
fn one_upgrade_is_one_task() {
    let mut findings: Vec<Finding> = ["2.20.0", "2.32.0", "2.9.1", "2.31.0", "2.20.0"]
        .iter()
        .enumerate()
        .map(|(number, fix)| {
            finding(
                &format!("CVE-{number}"),
                "requests",
                "requirements.txt",
                Some(fix),
            )
        })
        .collect();
    let assessment = findings[3].assessment.as_mut().unwrap();
    assessment.effective_severity = Severity::Critical;
    assessment.priority = Priority::P1;
    assessment.due = at(2);
    assessment.approver = "security-lead".to_owned();
    findings.push(finding(
        "CVE-9",
        "requests",
        "api/requirements.txt",
        Some("2.32.0"),
    ));
    findings.push(finding("CVE-10", "old", "requirements.txt", None));
    findings.push(finding("CVE-11", "old", "api/requirements.txt", None));
    let mut evil = finding("MAL-1", "evil", "requirements.txt", None);
    evil.kind = FindingKind::MaliciousDependency;
    findings.push(evil);
    let mut code = finding("py-eval", "x", "app.py", None);
    code.dependency = None;
    findings.push(code);
    let (steps, tasks) = run(&findings, &[]);
    assert_eq!(steps, [Step::Create; 5]);
    let titles: BTreeSet<&str> = tasks.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(
        titles,
        BTreeSet::from([
            "Upgrade requests 2.19.0 → 2.32.0 (closes 5) in requirements.txt",
            "Upgrade requests 2.19.0 → 2.32.0 (closes 1) in api/requirements.txt",
            "Replace or mitigate old 2.19.0 (2 without a fix)",
            "Remove evil 2.19.0 (malicious)",
            "Fix py-eval in app.py (closes 1)",
        ])
    );
    let task = tasks.iter().find(|it| it.findings.len() == 5).unwrap();
    assert_eq!(task.severity, Severity::Critical);
    assert_eq!(task.priority, Priority::P1);
    assert_eq!(task.deadline, Some(at(2)));
    assert_eq!(task.approver, Some(Role::SecurityLead));
    assert_eq!(task.metadata["fix"]["to"], "2.32.0");
    assert!(
        task.description
            .lines()
            .nth(1)
            .unwrap()
            .starts_with("- CVE-3 (critical)")
    );
    let evil = tasks
        .iter()
        .find(|it| it.title.starts_with("Remove"))
        .unwrap();
    assert_eq!(evil.priority, Priority::P0);
}

#[test]
fn a_task_follows_its_findings_and_leaves_decisions_alone() {
    let mut findings = vec![
        finding("CVE-1", "requests", "r.txt", Some("2.20.0")),
        finding("CVE-2", "requests", "r.txt", Some("2.20.0")),
    ];
    let (_, mut tasks) = run(&findings, &[]);
    // A person's title and later deadline stay.
    tasks[0].title = "Ours".to_owned();
    tasks[0].deadline = Some(at(30));
    tasks[0].status = TaskStatus::InProgress;
    assert_eq!(run(&findings, &tasks).0, []);
    // One resolved, another added with a nearer deadline: that is brought forward, never back.
    set(&mut findings[0], Status::Resolved);
    findings.push(finding("CVE-3", "requests", "r.txt", Some("2.32.0")));
    findings[2].assessment.as_mut().unwrap().due = at(5);
    let (steps, tasks) = run(&findings, &tasks);
    assert_eq!(steps, [Step::Update]);
    assert_eq!(
        (tasks[0].title.as_str(), tasks[0].deadline),
        ("Ours", Some(at(5)))
    );
    assert_eq!(tasks[0].findings.len(), 2);
    set(&mut findings[2], Status::Resolved);
    let (_, tasks) = run(&findings, &tasks);
    assert_eq!(tasks[0].deadline, Some(at(5)));
    // Not in the list is not resolved.
    assert_eq!(run(&[], &tasks).0, []);
    set(&mut findings[1], Status::Resolved);
    let (steps, tasks) = run(&findings, &tasks);
    assert_eq!(steps, [Step::Complete]);
    assert_eq!(tasks[0].status, TaskStatus::Completed);
    set(&mut findings[1], Status::Reopened);
    let (steps, tasks) = run(&findings, &tasks);
    assert_eq!(steps, [Step::Reopen]);
    assert_eq!(
        (tasks[0].status, tasks[0].completed),
        (TaskStatus::Open, None)
    );
    set(&mut findings[1], Status::Accepted);
    let (steps, tasks) = run(&findings, &tasks);
    // Resolved ones count: the others are done.
    assert_eq!(steps, [Step::Cancel]);
    assert_eq!(tasks[0].status, TaskStatus::Cancelled);
}

#[test]
fn a_persons_end_holds_until_there_is_news() {
    let mut findings = vec![finding("CVE-1", "a", "r.txt", Some("3"))];
    let (_, tasks) = run(&findings, &[]);
    for status in [TaskStatus::Cancelled, TaskStatus::Deleted] {
        let mut tasks = tasks.clone();
        tasks[0].status = status;
        assert_eq!(run(&findings, &tasks).0, []);
        let mut more = findings.clone();
        more.push(finding("CVE-2", "a", "r.txt", Some("3")));
        assert_eq!(run(&more, &tasks).0, [Step::Reopen]);
        let mut worse = findings.clone();
        worse[0].assessment.as_mut().unwrap().effective_severity = Severity::Critical;
        assert_eq!(run(&worse, &tasks).0, [Step::Reopen]);
    }
    let mut done = tasks;
    done[0].status = TaskStatus::Completed;
    done[0].completed = Some(at(1));
    assert_eq!(run(&findings, &done).0, []);
    findings[0].history.as_mut().unwrap().last_seen = at(2);
    assert_eq!(run(&findings, &done).0, [Step::Reopen]);
}

#[test]
fn a_fix_that_appears_moves_the_finding() {
    let mut findings = vec![finding("CVE-1", "a", "r.txt", None)];
    let (_, tasks) = run(&findings, &[]);
    findings[0].assessment.as_mut().unwrap().fix_version = Some("3".to_owned());
    let (steps, tasks) = run(&findings, &tasks);
    assert_eq!(steps, [Step::Cancel, Step::Create]);
    assert_eq!(tasks[1].title, "Upgrade a 2.19.0 → 3 (closes 1)");
}

#[test]
fn renamed_findings_stay_in_their_task() {
    let findings = vec![finding("CVE-1", "a", "r.txt", Some("3"))];
    let (_, tasks) = run(&findings, &[]);
    let mut renamed = findings.clone();
    renamed[0].fingerprint = Fingerprint::of(&["new"]);
    let names = BTreeMap::from([(
        findings[0].fingerprint.clone(),
        renamed[0].fingerprint.clone(),
    )]);
    let changes = plan(&scope(), &renamed, &names, &tasks);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].step, Step::Update);
    assert_eq!(
        changes[0].task.findings,
        BTreeSet::from([renamed[0].fingerprint.clone()])
    );
}

#[test]
fn hostile_names_make_clean_tasks() {
    let mut hostile = finding("CVE\u{202e}-1", "a", "r\n.txt", Some("3\0"));
    hostile.title = "x\u{200b}\r\n{\"v\":1}".repeat(400);
    hostile.dependency.as_mut().unwrap().package.name = "p\u{1b}[31m".repeat(300);
    let (_, tasks) = run(&[hostile], &[]);
    assert_eq!(
        clean(&tasks[0].title, Layout::Line),
        Ok(tasks[0].title.clone())
    );
    assert_eq!(
        clean(&tasks[0].description, Layout::Lines),
        Ok(tasks[0].description.clone())
    );
    assert!(tasks[0].title.chars().count() <= 200);
    assert!(tasks[0].metadata["fix"].to_string().len() < 4_000);
}

#[test]
fn ten_thousand_findings_of_one_fix_fit() {
    let findings: Vec<Finding> = (0..10_000)
        .map(|it| finding(&format!("CVE-{it}"), "a", "r.txt", Some("3")))
        .collect();
    let (_, tasks) = run(&findings, &[]);
    assert_eq!(tasks.len(), 1);
    assert!(tasks[0].description.chars().count() <= 5_000);
    assert!(tasks[0].description.contains(" more"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Any history of findings: each run is idempotent, every active finding is in exactly one
    /// active task or in one that a person ended, and no deadline of an open task moves later.
    #[test]
    fn runs_are_idempotent_and_complete(
        rounds in prop::collection::vec(
            prop::collection::vec((0_usize..6, 0_usize..3, 0_usize..5, prop::option::of(0_usize..3), 0_i64..9), 0..10), 1..5)
    ) {
        let mut tasks: Vec<Task> = Vec::new();
        for round in rounds {
            let mut findings: BTreeMap<Fingerprint, Finding> = BTreeMap::new();
            for (rule, place, status, fix, due) in round {
                let fix = fix.map(|it| ["2.20", "3.0", "2.9"][it]);
                let mut made = finding(&format!("CVE-{rule}"), "pkg", ["a", "b", "c"][place], fix);
                let status = [Status::Open, Status::Resolved, Status::Accepted, Status::Reopened, Status::FalsePositive][status];
                set(&mut made, status);
                made.assessment.as_mut().unwrap().due = at(due);
                findings.insert(made.fingerprint.clone(), made);
            }
            let findings: Vec<Finding> = findings.into_values().collect();
            let before = tasks.clone();
            tasks = run(&findings, &tasks).1;
            for finding in findings.iter().filter(|it| is_active(it)) {
                let holding = tasks.iter().filter(|it| it.status.is_active() && it.findings.contains(&finding.fingerprint)).count();
                prop_assert_eq!(holding, 1, "{:?}", finding.rule);
            }
            for (old, new) in before.iter().zip(&tasks) {
                if old.status.is_active() && new.status.is_active() {
                    prop_assert!(new.deadline <= old.deadline);
                }
            }
        }
    }
}
