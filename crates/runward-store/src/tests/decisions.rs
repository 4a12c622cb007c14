use jiff::civil::date;
use runward_model::Status;

use super::*;
use crate::{StoreError, legal_from};

fn store() -> Store {
    let store = Store::in_memory().unwrap();
    scan(&store, 0, &[finding("CVE-1", "a", "requirements.txt")]);
    store
}

#[test]
fn only_legal_changes_are_made() {
    for from in Status::ALL {
        for to in Status::ALL {
            let store = store();
            match from {
                Status::Open => {}
                Status::Accepted => {
                    store
                        .accept("CVE-1", date(2027, 1, 1), "r", "w", at(1))
                        .unwrap();
                }
                Status::Reopened => {
                    store
                        .set_status("CVE-1", Status::Resolved, "r", "w", at(1))
                        .unwrap();
                    store.reopen("CVE-1", "r", "w", at(1)).unwrap();
                }
                other => {
                    store.set_status("CVE-1", other, "r", "w", at(1)).unwrap();
                }
            }
            assert_eq!(store.get("CVE-1").unwrap().history.status, from);
            let before = store.transitions("CVE-1").unwrap();
            let result = if to == Status::Accepted {
                store.accept("CVE-1", date(2027, 2, 2), "r", "w", at(2))
            } else {
                store.set_status("CVE-1", to, "r", "w", at(2))
            };
            if legal_from(from).contains(&to) {
                assert_eq!(result.unwrap().history.status, to);
                assert_eq!(store.transitions("CVE-1").unwrap().len(), before.len() + 1);
            } else {
                let error = result.unwrap_err();
                assert!(
                    matches!(error, StoreError::Illegal { .. }),
                    "{from} {to}: {error}"
                );
                assert!(error.to_string().contains("it can become"), "{error}");
                assert_eq!(store.transitions("CVE-1").unwrap(), before);
            }
        }
    }
}

#[test]
fn an_acceptance_is_kept_with_who_and_why() {
    let store = store();
    let stored = store
        .accept(
            "CVE-1",
            date(2027, 1, 1),
            " behind the firewall ",
            "ana",
            at(3),
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
    let step = store.transitions("CVE-1").unwrap().pop().unwrap();
    assert_eq!(
        (step.at, step.who.as_str(), step.scan),
        (at(3), "ana", None)
    );
    assert_eq!(step.why, "until 2027-01-01: behind the firewall");
    // Reopened by hand, the deadline still counts from the first detection.
    let stored = store
        .reopen("CVE-1", "it is reachable", "ben", at(4))
        .unwrap();
    assert_eq!(stored.history.status, Status::Reopened);
    assert_eq!(stored.history.first_seen, at(0));
    assert_eq!(stored.history.accepted_until, None);
}

#[test]
fn decisions_need_a_reason_a_name_and_a_day_to_come() {
    let store = store();
    let until = date(2027, 1, 1);
    for (result, expected) in [
        (
            store.accept("CVE-1", until, " ", "ana", at(1)),
            "the reason is missing",
        ),
        (
            store.accept("CVE-1", until, "r", "", at(1)),
            "the name of who decides is missing",
        ),
        (
            store.accept("CVE-1", date(2020, 1, 1), "r", "ana", at(1)),
            "is in the past",
        ),
        (
            store.accept("CVE-1", until, &"r".repeat(2_001), "ana", at(1)),
            "longer than 2000",
        ),
        (
            store.accept("CVE-1", until, "r", &"w".repeat(201), at(1)),
            "longer than 200",
        ),
        (
            store.set_status("CVE-1", Status::Accepted, "r", "ana", at(1)),
            "needs a last day",
        ),
        (
            store.reopen("CVE-2", "r", "ana", at(1)),
            "no finding matches `CVE-2`",
        ),
    ] {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(store.transitions("CVE-1").unwrap().len(), 1);
}
