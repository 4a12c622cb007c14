//! The database's answers are those of a naive filter.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a panic fails the test"
)]

mod common;

use std::collections::BTreeSet;

use common::{World, event, time};
use jiff::Timestamp;
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use runward_audit::{Cursor, Limits, Order, Query, Record, Relation};
use runward_model::{Actor, Event, EventType, Outcome, Severity, Subject};
use serde_json::json;

const KINDS: [EventType; 7] = [
    EventType::TaskCreated,
    EventType::TaskListed,
    EventType::TaskAccessDenied,
    EventType::TaskValidationFailure,
    EventType::ValidationFailure,
    EventType::LoginFailed,
    EventType::DataExported,
];
const USERS: [&str; 3] = ["user-123", "user-12", "Ünal"];
const WORDS: [&str; 6] = [
    "100%",
    "under_score",
    "O'Brien \"x\"",
    "ÄPFEL",
    "a\u{0}b",
    "-- ; DROP",
];

prop_compose! {
    fn events()(
        kind in 0..KINDS.len(), user in 0..USERS.len(), second in 0..200_000_i64,
        outcome in 0..3_usize, count in proptest::option::of(0..3_000_i64), word in 0..WORDS.len(),
        patterns: bool, project in proptest::option::of(0..2), group in proptest::option::of(0..3),
    ) -> Event {
        let mut event = Event::new(
            time(second),
            KINDS[kind],
            Actor::principal(USERS[user]),
            Subject::new(if second % 2 == 0 { "task" } else { "finding" }, second % 5),
        );
        event.outcome = [Outcome::Success, Outcome::Failure, Outcome::Denied][outcome];
        event.reason = Some(format!("because {}", WORDS[word]));
        event.project = project.map(|it| format!("p{it}"));
        event.repository.clone_from(&event.project);
        event.correlation = group.map(|it| format!("scan:{it}"));
        event.severity = Some(Severity::High);
        if let Some(count) = count {
            event = event.with_detail("result_count", count);
        }
        if patterns {
            event = event.with_detail("patterns", json!([{"category": "sql", "id": "comment"}]));
        }
        event
    }
}

prop_compose! {
    fn queries()(
        (user, kind, word) in (
            proptest::option::of(0..USERS.len()), proptest::option::of(0..KINDS.len()),
            proptest::option::of(0..WORDS.len() + 3),
        ),
        (since, until, count) in (
            proptest::option::of(0..200_000_i64), proptest::option::of(0..200_000_i64),
            proptest::option::of(0..3_000_i64),
        ),
        (denied, failures, validation, patterns) in (
            proptest::bool::weighted(0.2), proptest::bool::weighted(0.2),
            proptest::bool::weighted(0.2), proptest::bool::weighted(0.2),
        ),
        subject in proptest::option::weighted(0.2, 0..5_i64),
        project in proptest::option::weighted(0.2, 0..2),
        group in proptest::option::weighted(0.2, 0..3),
        oldest: bool, limit in 1..20_u32,
    ) -> Query {
        let words = [&WORDS[..], &["\"because a\"", "because SQL", "\u{1}attack\u{1}"]].concat();
        Query {
            user: user.map(|it| USERS[it].to_owned()),
            types: kind.map(|it| KINDS[it]).into_iter().collect(),
            since: since.map(time),
            until: until.map(time),
            denied,
            failures,
            min_result_count: count,
            validation_failures: validation,
            attack_patterns: patterns,
            subject: subject.map(|it| it.to_string()),
            project: project.map(|it| format!("p{it}")),
            correlation: group.map(|it| format!("scan:{it}")),
            text: word.map(|it| words[it].to_owned()),
            order: if oldest { Order::OldestFirst } else { Order::NewestFirst },
            limit,
            ..Query::default()
        }
    }
}

fn key(record: &Record) -> (Timestamp, u64) {
    (record.event.timestamp, record.index)
}

#[test]
fn a_search_finds_what_a_naive_filter_finds() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        let mut runner = TestRunner::deterministic();
        let sample = proptest::collection::vec(events(), 120)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        trail.record(&db, &sample).unwrap();
        let all = trail.tail(0, u64::MAX).unwrap();
        runner
            .run(&queries(), |query| {
                let matching = all
                    .iter()
                    .filter(|it| query.matches(it, &Limits::DEFAULT).unwrap());
                let mut expected: Vec<_> = matching.map(key).collect();
                expected.sort_unstable();
                if query.order == Order::NewestFirst {
                    expected.reverse();
                }
                let mut found = Vec::new();
                let mut page_query = query.clone();
                loop {
                    let page = trail.search(&db, &page_query).unwrap();
                    prop_assert!(page.records.len() <= query.limit as usize);
                    found.extend(page.records.iter().map(key));
                    let Some(next) = page.next else { break };
                    page_query.cursor = Some(next.to_string().parse::<Cursor>().unwrap());
                }
                prop_assert_eq!(trail.count(&db, &query).unwrap(), expected.len() as u64);
                prop_assert_eq!(found, expected);
                Ok(())
            })
            .unwrap();
        // What comes out of the index is what is in the log.
        let query = Query {
            order: Order::OldestFirst,
            limit: 1_000,
            ..Query::default()
        };
        let by_index: BTreeSet<_> = trail
            .search(&db, &query)
            .unwrap()
            .records
            .iter()
            .map(Record::to_json)
            .collect();
        assert_eq!(by_index, all.iter().map(Record::to_json).collect());
    });
}

#[test]
fn the_runbooks_counts() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        let failure = |second, errors: serde_json::Value, pattern: &str| {
            let mut event = Event::new(
                time(second),
                EventType::TaskValidationFailure,
                Actor::account("mallory"),
                Subject::new("task", "new"),
            );
            event.outcome = Outcome::Failure;
            event
                .with_detail("validation_errors", errors)
                .with_detail("patterns", json!([{"category": "sql", "id": pattern}]))
        };
        trail
            .record(
                &db,
                &[
                    event(1),
                    failure(2, json!(["title: too long", "tags: too many"]), "comment"),
                    failure(3, json!(["title: too long"]), "union"),
                    failure(86_400, json!(["title: too long"]), "comment"),
                ],
            )
            .unwrap();
        let stats = trail.stats(&db, &Query::default(), 10).unwrap();
        let list = |counts: &[runward_audit::Count]| {
            counts
                .iter()
                .map(|it| format!("{} {}", it.count, it.value))
                .collect::<Vec<_>>()
        };
        assert_eq!(stats.total, 4);
        assert_eq!(
            list(&stats.by_type),
            ["3 task_validation_failure", "1 task_created"]
        );
        assert_eq!(
            list(&stats.validation_errors),
            ["3 title: too long", "1 tags: too many"]
        );
        assert_eq!(
            list(&stats.attack_patterns),
            ["2 sql/comment", "1 sql/union"]
        );
        assert_eq!(list(&stats.by_day), ["3 2026-02-18", "1 2026-02-19"]);
        let top = trail
            .stats(
                &db,
                &Query {
                    user: Some("ann".into()),
                    ..Query::default()
                },
                1,
            )
            .unwrap();
        assert_eq!(
            (top.total, list(&top.by_actor)),
            (1, vec!["1 ann".to_owned()])
        );
    });
}

#[test]
fn a_timeline_has_all_that_belongs_to_its_subject() {
    use Relation::{Actor as Did, Correlation, Mention, Subject as To};
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        let (finding, other) = ("a".repeat(32), "b".repeat(32));
        let make = |second, kind, subject: Subject, group: Option<&str>| {
            let mut event = Event::new(time(second), kind, Actor::principal("ann"), subject);
            event.correlation = group.map(str::to_owned);
            event
        };
        let scan = Some("scan:17");
        trail
            .record(
                &db,
                &[
                    make(1, EventType::ScanStarted, Subject::new("scan", 17), scan),
                    make(
                        2,
                        EventType::VulnerabilityDetected,
                        Subject::new("finding", &finding),
                        scan,
                    ),
                    make(
                        3,
                        EventType::VulnerabilityDetected,
                        Subject::new("finding", &other),
                        scan,
                    ),
                    make(4, EventType::ScanCompleted, Subject::new("scan", 17), scan),
                    make(5, EventType::TaskCreated, Subject::new("task", 7), None)
                        .with_detail("findings", json!([finding])),
                    make(6, EventType::TaskCreated, Subject::new("task", 8), None),
                    make(
                        7,
                        EventType::VulnerabilityResolved,
                        Subject::new("finding", &finding),
                        None,
                    ),
                ],
            )
            .unwrap();
        let told = |subject: &str| {
            let timeline = trail.timeline(&db, subject).unwrap();
            assert!(!timeline.cut);
            timeline
                .items
                .into_iter()
                .map(|it| (it.record.index, it.relation))
                .collect::<Vec<_>>()
        };
        let expected = [
            (0, Correlation),
            (1, To),
            (3, Correlation),
            (4, Mention),
            (6, To),
        ];
        assert_eq!(told(&format!("finding:{finding}")), expected);
        assert_eq!(told(&finding), expected);
        assert_eq!(told("task:7"), [(4, To)]);
        assert_eq!(
            told("scan:17"),
            [(0, To), (1, Correlation), (2, Correlation), (3, To)]
        );
        assert_eq!(told("principal:ann").len(), 7);
        assert!(told("principal:ann").iter().all(|it| it.1 == Did));
        assert!(trail.timeline(&db, "").is_err());
    });
}

#[test]
fn a_compliance_report_tells_what_took_how_long_and_what_is_missing() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        let (fixed, open) = ("a".repeat(32), "b".repeat(32));
        let make = |hour: i64, kind, subject: Subject| {
            let mut event = Event::new(time(hour * 3_600), kind, Actor::principal("ann"), subject);
            event.severity = Some(Severity::High);
            event
        };
        let finding = |id: &str| Subject::new("finding", id);
        let mut resolved = make(58, EventType::VulnerabilityResolved, finding(&fixed));
        resolved.correlation = Some("scan:2".to_owned());
        trail
            .record(
                &db,
                &[
                    make(-2, EventType::VulnerabilityDetected, finding(&fixed))
                        .with_detail("published", time(-50 * 3_600).to_string()),
                    make(1, EventType::VulnerabilityAssessed, finding(&fixed)),
                    make(2, EventType::VulnerabilityDetected, finding(&open)),
                    make(3, EventType::TaskCreated, Subject::new("task", 7))
                        .with_detail("findings", json!([fixed])),
                    make(4, EventType::QualityGatePassed, Subject::new("task", 7)),
                    make(5, EventType::ApprovalGranted, Subject::new("task", 7)),
                    make(6, EventType::RollbackCompleted, Subject::new("task", 7)),
                    resolved,
                ],
            )
            .unwrap();
        let period = Query {
            since: Some(time(0)),
            until: Some(time(100 * 3_600)),
            ..Query::default()
        };
        let report = trail.compliance(&db, &period).unwrap();
        assert_eq!(
            (report.events, report.findings, report.unresolved),
            (7, 2, 1)
        );
        assert_eq!(report.time_to_remediation["high"].count, 1);
        assert!((report.time_to_remediation["high"].mean_hours - 60.0).abs() < 1e-9);
        assert_eq!(report.time_to_assessment.count, 1);
        assert_eq!((report.approvals.len(), report.rollbacks.len()), (1, 1));
        let missing: Vec<_> = report
            .documentation
            .iter()
            .map(|it| (it.needed, it.met, it.missing.len()))
            .collect();
        assert_eq!(
            missing,
            [
                (2, 2, 0),
                (2, 1, 1),
                (1, 1, 0),
                (1, 1, 0),
                (1, 1, 0),
                (2, 1, 1)
            ]
        );
        assert!(trail.compliance(&db, &Query::default()).is_err());
    });
}

#[test]
fn what_others_tell_proves_nothing_in_a_compliance_report() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        let id = "a".repeat(32);
        let make = |second: i64, kind, subject: Subject| {
            Event::new(time(second), kind, Actor::principal("ann"), subject)
        };
        let told = |event: Event| event.with_detail("reported", true);
        let finding = || Subject::new("finding", &id);
        trail
            .record(
                &db,
                &[
                    make(1, EventType::VulnerabilityDetected, finding()),
                    told(make(2, EventType::VulnerabilityAssessed, finding())),
                    // The task is not Runward's, so its later events are about no finding.
                    told(
                        make(3, EventType::TaskCreated, Subject::new("task", 7))
                            .with_detail("findings", json!([id])),
                    ),
                    make(4, EventType::TaskCompleted, Subject::new("task", 7)),
                    told(make(5, EventType::VulnerabilityResolved, finding())),
                    told(make(
                        6,
                        EventType::RollbackCompleted,
                        Subject::new("task", 7),
                    )),
                    told(make(7, EventType::AccessDenied, finding())),
                ],
            )
            .unwrap();
        let period = Query {
            since: Some(time(0)),
            until: Some(time(100)),
            ..Query::default()
        };
        let report = trail.compliance(&db, &period).unwrap();
        assert_eq!((report.events, report.reported_events), (7, 5));
        assert_eq!((report.findings, report.unresolved), (1, 1));
        assert!(report.denials.is_empty() && report.time_to_remediation.is_empty());
        assert!(report.rollbacks[0].reported);
        let documented: Vec<_> = report
            .documentation
            .iter()
            .map(|it| (it.needed, it.met, it.reported))
            .collect();
        assert_eq!(
            documented,
            [
                (1, 1, 0),
                (1, 0, 1),
                (0, 0, 0),
                (0, 0, 0),
                (1, 0, 1),
                (1, 0, 1)
            ]
        );
    });
}
