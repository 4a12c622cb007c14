//! Random courses of scans, imports and decisions against the rules written down once more, in the
//! plainest way.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use proptest::{prelude::*, test_runner::TestRunner};
use runward_model::Status;

use super::*;
use crate::{Filter, ImportRecord, OWN_REPORTER, legal_from};

const PATHS: [&str; 3] = ["a.txt", "b.txt", "c.txt"];
const REPORTERS: [&str; 3] = [OWN_REPORTER, "pip-audit", "semgrep"];

#[derive(Debug, Clone)]
enum Step {
    Look {
        reporter: usize,
        seen: BTreeSet<usize>,
        read: BTreeSet<usize>,
    },
    Decide {
        finding: usize,
        status: usize,
        days: i64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let set = |range, size| prop::collection::btree_set(range, 0..size);
    prop_oneof![
        3 => (0..3_usize, set(0..6_usize, 6), set(0..3_usize, 4)).prop_map(
            |(reporter, seen, read)| Step::Look { reporter, seen, read }
        ),
        2 => (0..6_usize, 0..7_usize, 0..3_i64).prop_map(
            |(finding, status, days)| Step::Decide { finding, status, days }
        ),
    ]
}

#[derive(Debug, Clone, PartialEq)]
struct Expected {
    first_seen: i64,
    status: Status,
    until: Option<Date>,
    /// By reporter: still there, as far as it knows.
    present: BTreeMap<&'static str, bool>,
    transitions: usize,
}

impl Expected {
    fn become_(&mut self, status: Status) {
        self.status = status;
        self.until = None;
        self.transitions += 1;
    }
}

type Model = BTreeMap<usize, Expected>;

/// A day of 24 steps, so that acceptances run out on the way.
fn hour(step: usize) -> i64 {
    i64::try_from(step).unwrap() * 10
}

fn look(
    store: &Store,
    model: &mut Model,
    at_step: usize,
    (reporter, seen, read): (&'static str, &BTreeSet<usize>, &BTreeSet<usize>),
) {
    let hour = hour(at_step);
    let all: Vec<_> = (0..6)
        .map(|number| finding(&format!("CVE-{number}"), "p", PATHS[number % 3]))
        .collect();
    let findings: Vec<_> = seen.iter().map(|number| all[*number].clone()).collect();
    let covered = Coverage {
        whole: false,
        read: read.iter().map(|path| PATHS[*path].to_owned()).collect(),
        ..everything()
    };
    let (mut fixed, mut opened) = (0, 0);
    let today = crate::record::day(at(hour));
    for (number, expected) in model.iter_mut() {
        let is_seen = seen.contains(number);
        if is_seen {
            expected.present.insert(reporter, true);
            if expected.status == Status::Resolved {
                expected.become_(Status::Reopened);
                opened += 1;
            }
        } else if read.contains(&(number % 3)) && expected.present.get(reporter) == Some(&true) {
            expected.present.insert(reporter, false);
            let settled = matches!(expected.status, Status::Resolved | Status::FalsePositive);
            if !settled && expected.present.values().all(|present| !present) {
                expected.become_(Status::Resolved);
                fixed += 1;
            }
        }
        if expected.status == Status::Accepted && expected.until.is_some_and(|it| it < today) {
            expected.become_(Status::Reopened);
        }
    }
    for number in seen {
        model.entry(*number).or_insert_with(|| {
            opened += 1;
            Expected {
                first_seen: hour,
                status: Status::Open,
                until: None,
                present: BTreeMap::from([(reporter, true)]),
                transitions: 1,
            }
        });
    }
    if reporter == OWN_REPORTER {
        let recorded = scan_with(
            store,
            hour,
            &findings,
            &covered,
            &database(DatabaseKind::Full, hour),
        );
        assert_eq!(recorded.fixed.len(), fixed);
        let new = recorded.history.values().filter(|it| it.new).count();
        assert_eq!(new, opened);
        return;
    }
    let actor = Actor::account("ben");
    let imported = store
        .import(
            &ImportRecord {
                project: demo(store),
                reporter,
                started: at(hour),
                now: at(hour),
                source: "x",
                covered: &covered,
                // Never the same content.
                digest: &at_step.to_string(),
                actor: &actor,
            },
            findings.into_iter().map(Ok::<_, String>),
            |findings, recorded| judge(findings, recorded).findings,
        )
        .unwrap();
    assert_eq!(imported.resolved, fixed as u64);
    assert_eq!(imported.opened, opened as u64);
}

fn run(store: &Store, steps: &[Step]) {
    let mut model = Model::new();
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::Look {
                reporter,
                seen,
                read,
            } => {
                look(
                    store,
                    &mut model,
                    number,
                    (REPORTERS[*reporter], seen, read),
                );
            }
            Step::Decide {
                finding: rule,
                status,
                days,
            } => {
                let status = Status::ALL[*status];
                let hour = hour(number);
                let key = finding(&format!("CVE-{rule}"), "p", PATHS[rule % 3]).fingerprint;
                let until = crate::record::day(at(hour + days * 24));
                let result = if status == Status::Accepted {
                    accept(store, key.as_str(), until, "r", "ana", hour)
                } else {
                    set_status(store, key.as_str(), status, "r", "ana", hour)
                };
                let legal = model
                    .get(rule)
                    .is_some_and(|it| legal_from(it.status).contains(&status));
                assert_eq!(result.is_ok(), legal, "{step:?}: {result:?}");
                if let Some(expected) = model.get_mut(rule).filter(|_| legal) {
                    expected.become_(status);
                    if status == Status::Accepted {
                        expected.until = Some(until);
                    }
                    if status == Status::Reopened {
                        expected.present.values_mut().for_each(|it| *it = true);
                    }
                }
            }
        }
        agree(store, &model);
    }
    // One event for each change of state, beside those of scans, imports and judgements.
    let changes: usize = model.values().map(|expected| expected.transitions).sum();
    let told = events(store)
        .iter()
        .filter(|event| event["changes"].get("status").is_some())
        .count();
    assert_eq!(told, changes);
}

fn agree(store: &Store, model: &Model) {
    let all = store.list(&Filter::default()).unwrap();
    assert_eq!(all.len(), model.len());
    for (number, expected) in model {
        let key = finding(&format!("CVE-{number}"), "p", PATHS[number % 3]).fingerprint;
        let timeline = store.timeline(&EVERYTHING, key.as_str()).unwrap();
        let transitions = store.transitions(&EVERYTHING, key.as_str()).unwrap();
        let stored = timeline.finding;
        let actual = Expected {
            first_seen: expected.first_seen,
            status: stored.history.status,
            until: stored.history.accepted_until,
            present: timeline
                .reporters
                .iter()
                .map(|it| {
                    let name = REPORTERS.into_iter().find(|name| *name == it.reporter);
                    (name.unwrap(), it.present)
                })
                .collect(),
            transitions: transitions.len(),
        };
        assert_eq!(&actual, expected, "finding {number}");
        assert_eq!(stored.history.first_seen, at(expected.first_seen));
        let resolved = stored.history.status == Status::Resolved;
        assert_eq!(stored.resolved.is_some(), resolved);
        let mut last = None;
        for step in &transitions {
            assert_eq!(step.from, last);
            last = Some(step.to);
        }
        assert_eq!(last, Some(stored.history.status));
    }
}

/// A reporter's first look at a finding that another one described may come at any time.
#[test]
fn random_courses_follow_the_rules() {
    let steps = prop::collection::vec(step(), 1..14);
    let cases = if cfg!(debug_assertions) { 12 } else { 100 };
    each_course(cases, &steps);
}

fn each_course(cases: u32, steps: &impl Strategy<Value = Vec<Step>>) {
    let mut runner = TestRunner::new(ProptestConfig {
        cases,
        ..ProptestConfig::default()
    });
    runner
        .run(steps, |steps| {
            each(|store| run(store, &steps));
            Ok(())
        })
        .unwrap();
}
