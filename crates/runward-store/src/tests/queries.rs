use proptest::prelude::*;
use runward_model::Status;

use super::*;
use crate::{Filter, StoreError};

fn store() -> Store {
    let store = Store::in_memory().unwrap();
    let mut findings = vec![
        finding("CVE-1", "flask", "requirements.txt"),
        finding("CVE-2", "zope.interface", "service/requirements.txt"),
        finding("CVE-3", "requests", "service/dev/requirements.txt"),
        finding("CVE-10", "100%_sure", "services.txt"),
    ];
    findings[1].severity = Severity::Critical;
    findings[2].severity = Severity::Low;
    scan(&store, 0, &findings);
    store
}

fn rules(store: &Store, filter: &Filter) -> Vec<String> {
    store
        .list(filter)
        .unwrap()
        .into_iter()
        .map(|stored| stored.rule)
        .collect()
}

#[test]
#[allow(clippy::too_many_lines, reason = "one table")]
fn filters_narrow_and_the_worst_comes_first() {
    let store = store();
    let all = Filter::default();
    assert_eq!(rules(&store, &all)[0], "CVE-2");
    assert_eq!(rules(&store, &all).len(), 4);
    let some = |text: &str| Some(text.to_owned());
    for (filter, expected) in [
        (
            Filter {
                min_severity: Some(Severity::High),
                ..all.clone()
            },
            vec!["CVE-1", "CVE-10", "CVE-2"],
        ),
        (
            Filter {
                package: some("Zope_Interface"),
                ..all.clone()
            },
            vec!["CVE-2"],
        ),
        (
            Filter {
                package: some("flas"),
                ..all.clone()
            },
            vec![],
        ),
        (
            Filter {
                rule: some("cve-1"),
                ..all.clone()
            },
            vec!["CVE-1"],
        ),
        (
            Filter {
                rule: some("ghsa-CVE-3"),
                ..all.clone()
            },
            vec!["CVE-3"],
        ),
        (
            Filter {
                rule: some("cve-_"),
                ..all.clone()
            },
            vec![],
        ),
        (
            Filter {
                path: some("service"),
                ..all.clone()
            },
            vec!["CVE-2", "CVE-3"],
        ),
        (
            Filter {
                path: some("./service/dev/"),
                ..all.clone()
            },
            vec!["CVE-3"],
        ),
        (
            Filter {
                path: some("."),
                ..all.clone()
            },
            vec!["CVE-1", "CVE-10", "CVE-2", "CVE-3"],
        ),
        (
            Filter {
                text: some("FLASK: a"),
                ..all.clone()
            },
            vec!["CVE-1"],
        ),
        (
            Filter {
                text: some("0%_s"),
                ..all.clone()
            },
            vec!["CVE-10"],
        ),
        (
            Filter {
                text: some("%"),
                ..all.clone()
            },
            vec!["CVE-10"],
        ),
        (
            Filter {
                statuses: vec![Status::Resolved],
                ..all.clone()
            },
            vec![],
        ),
        (
            Filter {
                statuses: vec![Status::Resolved, Status::Open],
                path: some("services.txt"),
                ..all.clone()
            },
            vec!["CVE-10"],
        ),
        (
            Filter {
                overdue_at: Some(at(72)),
                ..all.clone()
            },
            vec![],
        ),
        (
            Filter {
                overdue_at: Some(at(73)),
                rule: some("CVE-3"),
                ..all.clone()
            },
            vec!["CVE-3"],
        ),
        (
            Filter {
                limit: 1,
                ..all.clone()
            },
            vec!["CVE-2"],
        ),
    ] {
        let mut actual = rules(&store, &filter);
        actual.sort();
        assert_eq!(actual, expected, "{filter:?}");
    }
    let rest = rules(
        &store,
        &Filter {
            offset: 3,
            limit: 5,
            ..all.clone()
        },
    );
    assert_eq!(rest.len(), 1);
    store
        .set_status("CVE-3", Status::Resolved, "r", "w", at(1))
        .unwrap();
    let overdue = Filter {
        overdue_at: Some(at(100)),
        ..all
    };
    assert_eq!(rules(&store, &overdue).len(), 3);
}

#[test]
fn a_key_is_a_fingerprint_its_start_or_an_identifier() {
    let store = store();
    let stored = store.get("cve-2").unwrap();
    let fingerprint = stored.fingerprint.as_str();
    let start = fingerprint.get(..8).unwrap();
    for key in [fingerprint, start, &start.to_uppercase(), "GHSA-cve-2"] {
        assert_eq!(
            store.get(key).unwrap().fingerprint.as_str(),
            fingerprint,
            "{key}"
        );
    }
    assert!(matches!(
        store.get(start.get(..3).unwrap()),
        Err(StoreError::ShortKey { .. })
    ));
    assert!(matches!(store.get(" "), Err(StoreError::ShortKey { .. })));
    assert!(matches!(
        store.get("CVE-%"),
        Err(StoreError::NotFound { .. })
    ));
    assert!(matches!(
        store.get(&"x".repeat(501)),
        Err(StoreError::Invalid { .. })
    ));
}

#[test]
fn an_ambiguous_key_names_the_candidates() {
    let store = Store::in_memory().unwrap();
    let findings: Vec<_> = (0..15)
        .map(|number| finding("CVE-1", &format!("p{number}"), "requirements.txt"))
        .collect();
    scan(&store, 0, &findings);
    let Err(StoreError::Ambiguous { candidates, .. }) = store.get("CVE-1") else {
        panic!("not ambiguous");
    };
    assert_eq!(candidates.len(), 11);
    assert_eq!(candidates[10], "… and more");
    assert!(candidates[0].contains("CVE-1") && candidates[0].contains("requirements.txt"));
}

#[test]
fn what_the_latest_scan_opened_is_new() {
    let store = store();
    assert!(
        store
            .list(&Filter::default())
            .unwrap()
            .iter()
            .all(|stored| stored.history.new)
    );
    scan(
        &store,
        1,
        &[
            finding("CVE-1", "flask", "requirements.txt"),
            finding("CVE-4", "b", "x"),
        ],
    );
    let new: Vec<_> = store
        .list(&Filter::default())
        .unwrap()
        .into_iter()
        .filter(|stored| stored.history.new)
        .map(|stored| stored.rule)
        .collect();
    assert_eq!(new, ["CVE-4"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_search_text_is_only_a_text(text in "\\PC{0,30}", key in any::<String>()) {
        let store = store();
        for filter in [
            Filter { text: Some(text.clone()), ..Filter::default() },
            Filter { rule: Some(text.clone()), ..Filter::default() },
            Filter { path: Some(text.clone()), ..Filter::default() },
            Filter { package: Some(text), ..Filter::default() },
        ] {
            prop_assert!(store.list(&filter).unwrap().len() <= 4);
        }
        match store.get(&key) {
            Ok(_)
            | Err(
                StoreError::NotFound { .. }
                | StoreError::ShortKey { .. }
                | StoreError::Invalid { .. }
                | StoreError::Ambiguous { .. },
            ) => {}
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}
