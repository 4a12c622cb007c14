use jiff::civil::date;
use runward_model::Status;

use super::*;
use crate::{Filter, Selection, StoreError, Wish, legal_from};

/// A store of each backend with one finding.
fn with_one(test: impl Fn(&Store)) {
    each(|store| {
        scan(store, 0, &[finding("CVE-1", "a", "requirements.txt")]);
        test(store);
    });
}

#[test]
fn only_legal_changes_are_made() {
    for from in Status::ALL {
        for to in Status::ALL {
            let store = in_memory();
            scan(&store, 0, &[finding("CVE-1", "a", "requirements.txt")]);
            match from {
                Status::Open => {}
                Status::Accepted => {
                    accept(&store, "CVE-1", date(2027, 1, 1), "r", "w", 1).unwrap();
                }
                Status::Reopened => {
                    set_status(&store, "CVE-1", Status::Resolved, "r", "w", 1).unwrap();
                    set_status(&store, "CVE-1", Status::Reopened, "r", "w", 1).unwrap();
                }
                other => {
                    set_status(&store, "CVE-1", other, "r", "w", 1).unwrap();
                }
            }
            assert_eq!(get(&store, "CVE-1").history.status, from);
            let before = store.transitions(&EVERYTHING, "CVE-1").unwrap();
            let result = if to == Status::Accepted {
                accept(&store, "CVE-1", date(2027, 2, 2), "r", "w", 2)
            } else {
                set_status(&store, "CVE-1", to, "r", "w", 2)
            };
            if legal_from(from).contains(&to) {
                assert_eq!(result.unwrap().history.status, to);
                assert_eq!(
                    store.transitions(&EVERYTHING, "CVE-1").unwrap().len(),
                    before.len() + 1
                );
            } else {
                let error = result.unwrap_err();
                assert!(
                    matches!(error, StoreError::Illegal { .. }),
                    "{from} {to}: {error}"
                );
                assert!(error.to_string().contains("it can become"), "{error}");
                assert_eq!(store.transitions(&EVERYTHING, "CVE-1").unwrap(), before);
            }
        }
    }
}

#[test]
fn an_acceptance_is_kept_with_who_and_why() {
    with_one(|store| {
        let stored = accept(
            store,
            "CVE-1",
            date(2027, 1, 1),
            " behind the firewall ",
            "ana",
            3,
        )
        .unwrap();
        assert_eq!(stored.history.accepted_until, Some(date(2027, 1, 1)));
        assert_eq!(
            stored.history.reason.as_deref(),
            Some("behind the firewall")
        );
        assert_eq!(stored.decided_by.as_deref(), Some("ana"));
        let hidden = stored.finding.unwrap().suppressed.unwrap();
        assert_eq!(
            (hidden.by.as_str(), hidden.author.as_str()),
            ("accepted", "ana")
        );
        let step = store
            .transitions(&EVERYTHING, "CVE-1")
            .unwrap()
            .pop()
            .unwrap();
        assert_eq!(
            (step.at, step.who.as_str(), step.scan),
            (at(3), "ana", None)
        );
        assert_eq!(step.why, "until 2027-01-01: behind the firewall");
        // Reopened by hand, the deadline still counts from the first detection.
        let stored = set_status(
            store,
            "CVE-1",
            Status::Reopened,
            "it is reachable",
            "ben",
            4,
        )
        .unwrap();
        assert_eq!(stored.history.status, Status::Reopened);
        assert_eq!(stored.history.first_seen, at(0));
        assert_eq!(stored.history.accepted_until, None);
    });
}

#[test]
fn decisions_need_a_reason_a_name_and_a_day_to_come() {
    with_one(|store| {
        let until = date(2027, 1, 1);
        for (result, expected) in [
            (
                accept(store, "CVE-1", until, " ", "ana", 1),
                "the reason is missing",
            ),
            (
                accept(store, "CVE-1", until, "r", "", 1),
                "the name of who decides is missing",
            ),
            (
                accept(store, "CVE-1", date(2020, 1, 1), "r", "ana", 1),
                "is in the past",
            ),
            (
                accept(store, "CVE-1", until, &"r".repeat(2_001), "ana", 1),
                "longer than 2000",
            ),
            (
                accept(store, "CVE-1", until, "r", &"w".repeat(201), 1),
                "longer than 200",
            ),
            (
                set_status(store, "CVE-1", Status::Accepted, "r", "ana", 1),
                "needs a last day",
            ),
            (
                set_status(store, "CVE-2", Status::Reopened, "r", "ana", 1),
                "no finding matches `CVE-2`",
            ),
        ] {
            let error = result.unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert_eq!(store.transitions(&EVERYTHING, "CVE-1").unwrap().len(), 1);
    });
}

#[test]
fn a_decision_on_what_has_changed_is_refused() {
    with_one(|store| {
        let actor = Actor::principal("ana");
        let decision = Decision {
            scope: &EVERYTHING,
            reason: "r",
            actor: &actor,
            now: at(1),
            expected: Some(Status::Open),
        };
        store
            .set_status("CVE-1", Status::Triaged, &decision)
            .unwrap();
        let error = store
            .set_status("CVE-1", Status::InProgress, &decision)
            .unwrap_err();
        assert!(
            matches!(
                error,
                StoreError::Changed {
                    expected: Status::Open,
                    actual: Status::Triaged
                }
            ),
            "{error}"
        );
    });
}

#[test]
fn a_check_that_fails_changes_nothing_and_sees_the_finding_as_it_is() {
    with_one(|store| {
        let before = events(store).len();
        let error = decide("ana", "r", 1, |decision| {
            store.decide_with("CVE-1", Wish::Become(Status::Triaged), decision, |stored| {
                assert_eq!(stored.repository, "demo");
                assert_eq!(stored.effective_severity, Severity::High);
                assert_eq!(stored.approver.as_deref(), Some("team-lead"));
                Err(StoreError::invalid("it", "is not yours"))
            })
        })
        .unwrap_err();
        assert_eq!(error.to_string(), "it is not yours");
        assert_eq!(get(store, "CVE-1").history.status, Status::Open);
        assert_eq!(events(store).len(), before);
    });
}

#[test]
fn a_decision_tells_its_event() {
    with_one(|store| {
        accept(store, "CVE-1", date(2027, 1, 1), "later", "ana", 1).unwrap();
        let event = events(store).pop().unwrap();
        assert_eq!(event["event_type"], "vulnerability_accepted");
        assert_eq!(event["actor"]["id"], "ana");
        assert_eq!(event["subject"]["kind"], "finding");
        assert_eq!(
            event["subject"]["id"],
            get(store, "CVE-1").fingerprint.as_str()
        );
        assert_eq!(event["changes"]["status"]["old"], "open");
        assert_eq!(event["changes"]["status"]["new"], "accepted");
        assert_eq!(event["reason"], "later");
        assert_eq!(event["severity"], "high");
        assert_eq!(event["repository"], "demo");
        assert_eq!(event["details"]["until"], "2027-01-01");
    });
}

#[test]
fn several_decisions_are_one_transaction_with_a_result_each() {
    each(|store| {
        let findings: Vec<_> = (0..4)
            .map(|number| finding(&format!("CVE-{number}"), "a", "requirements.txt"))
            .collect();
        scan(store, 0, &findings);
        set_status(store, "CVE-1", Status::Resolved, "r", "w", 1).unwrap();
        let keys: Vec<_> = ["CVE-0", "CVE-1", "CVE-9", "CVE-2"]
            .map(str::to_owned)
            .to_vec();
        let decided = decide("ana", "all of them", 2, |decision| {
            store.decide_many::<StoreError>(
                Selection::Keys(&keys),
                Wish::Become(Status::Triaged),
                decision,
                |stored| match stored.rule.as_str() {
                    "CVE-2" => Err(StoreError::invalid("it", "is not yours")),
                    _ => Ok(()),
                },
            )
        })
        .unwrap();
        let results: std::collections::BTreeMap<_, _> = decided
            .into_iter()
            .map(|it| (it.key, it.result.map(|it| it.history.status)))
            .collect();
        assert!(matches!(results["CVE-0"], Ok(Status::Triaged)));
        assert!(matches!(results["CVE-1"], Err(StoreError::Illegal { .. })));
        assert!(matches!(results["CVE-2"], Err(StoreError::Invalid { .. })));
        assert!(matches!(results["CVE-9"], Err(StoreError::NotFound { .. })));
        let filter = Filter {
            statuses: vec![Status::Triaged],
            ..Filter::default()
        };
        let decided = decide("ana", "done", 3, |decision| {
            store.decide_many::<StoreError>(
                Selection::Filter(&filter),
                Wish::Become(Status::Resolved),
                decision,
                |_| Ok(()),
            )
        })
        .unwrap();
        assert_eq!(decided.len(), 1);
        assert_eq!(get(store, "CVE-0").history.status, Status::Resolved);
        assert_eq!(get(store, "CVE-0").resolved, Some(at(3)));
    });
}
