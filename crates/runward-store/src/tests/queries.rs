use proptest::prelude::*;
use runward_model::Status;

use super::*;
use crate::{Filter, StoreError};

fn fill(store: &Store) {
    let mut findings = vec![
        finding("CVE-1", "flask", "requirements.txt"),
        finding("CVE-2", "zope.interface", "service/requirements.txt"),
        finding("CVE-3", "requests", "service/dev/requirements.txt"),
        finding("CVE-10", "100%_sure", "services.txt"),
    ];
    findings[1].severity = Severity::Critical;
    findings[2].severity = Severity::Low;
    scan(store, 0, &findings);
}

/// A store of each backend with four findings.
fn with_four(test: impl Fn(&Store)) {
    each(|store| {
        fill(store);
        test(store);
    });
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
    with_four(|store| {
        let all = Filter::default();
        assert_eq!(rules(store, &all)[0], "CVE-2");
        assert_eq!(rules(store, &all).len(), 4);
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
            let mut actual = rules(store, &filter);
            actual.sort();
            assert_eq!(actual, expected, "{filter:?}");
        }
        let rest = rules(
            store,
            &Filter {
                offset: 3,
                limit: 5,
                ..all.clone()
            },
        );
        assert_eq!(rest.len(), 1);
        set_status(store, "CVE-3", Status::Resolved, "r", "w", 1).unwrap();
        let overdue = Filter {
            overdue_at: Some(at(100)),
            ..all
        };
        assert_eq!(rules(store, &overdue).len(), 3);
    });
}

#[test]
fn a_key_is_a_fingerprint_its_start_or_an_identifier() {
    with_four(|store| {
        let stored = get(store, "cve-2");
        let fingerprint = stored.fingerprint.as_str();
        let start = fingerprint.get(..8).unwrap();
        for key in [fingerprint, start, &start.to_uppercase(), "GHSA-cve-2"] {
            assert_eq!(
                store.get(&EVERYTHING, key).unwrap().fingerprint.as_str(),
                fingerprint,
                "{key}"
            );
        }
        assert!(matches!(
            store.get(&EVERYTHING, start.get(..3).unwrap()),
            Err(StoreError::ShortKey { .. })
        ));
        assert!(matches!(
            store.get(&EVERYTHING, " "),
            Err(StoreError::ShortKey { .. })
        ));
        assert!(matches!(
            store.get(&EVERYTHING, "CVE-%"),
            Err(StoreError::NotFound { .. })
        ));
        assert!(matches!(
            store.get(&EVERYTHING, &"x".repeat(501)),
            Err(StoreError::Invalid { .. })
        ));
    });
}

#[test]
fn an_ambiguous_key_names_the_candidates() {
    each(|store| {
        let findings: Vec<_> = (0..15)
            .map(|number| finding("CVE-1", &format!("p{number}"), "requirements.txt"))
            .collect();
        scan(store, 0, &findings);
        let Err(StoreError::Ambiguous { candidates, .. }) = store.get(&EVERYTHING, "CVE-1") else {
            panic!("not ambiguous");
        };
        assert_eq!(candidates.len(), 11);
        assert_eq!(candidates[10], "… and more");
        assert!(candidates[0].contains("CVE-1") && candidates[0].contains("requirements.txt"));
    });
}

#[test]
fn what_the_latest_scan_opened_is_new() {
    with_four(|store| {
        assert!(
            store
                .list(&Filter::default())
                .unwrap()
                .iter()
                .all(|stored| stored.history.new)
        );
        scan(
            store,
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
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_search_text_is_only_a_text(text in "\\PC{0,30}", key in any::<String>()) {
        let store = in_memory();
        fill(&store);
        for filter in [
            Filter { text: Some(text.clone()), ..Filter::default() },
            Filter { rule: Some(text.clone()), ..Filter::default() },
            Filter { path: Some(text.clone()), ..Filter::default() },
            Filter { package: Some(text), ..Filter::default() },
        ] {
            prop_assert!(store.list(&filter).unwrap().len() <= 4);
        }
        match store.get(&EVERYTHING, &key) {
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

/// Everything that a filter can state agrees with looking at each finding, on both backends.
#[test]
fn filters_agree_with_a_naive_filter() {
    each(|store| {
        let other = store
            .project("other", ".", Some("team/other"), at(0))
            .unwrap();
        let packages = ["flask", "Django", "zope-interface", "a_b%c"];
        let paths = ["a.txt", "dir/a.txt", "dir/sub/b.txt", "dirt.txt"];
        let mut findings: Vec<_> = (0..60_usize)
            .map(|number| {
                let mut finding = finding(
                    &format!("CVE-2026-{}", number % 17),
                    packages[number % 4],
                    paths[number / 4 % 4],
                );
                finding.fingerprint = Fingerprint::of(&[&number.to_string()]);
                finding.severity = [Severity::Low, Severity::High, Severity::Critical][number % 3];
                finding.title = format!("Übung {number} in {}", packages[number % 4]);
                finding
            })
            .collect();
        scan(store, 0, &findings);
        for finding in &mut findings {
            finding.severity = Severity::Medium;
        }
        scan_of(store, other, 0, &findings[..30]);
        for (number, finding) in findings.iter().enumerate().skip(40).step_by(3) {
            set_status(
                store,
                finding.fingerprint.as_str(),
                Status::Triaged,
                "r",
                "w",
                1,
            )
            .unwrap_or_else(|error| panic!("{number}: {error}"));
        }
        let all = store.list(&Filter::default()).unwrap();
        assert_eq!(all.len(), 90);
        let text = |text: &str| Some(text.to_owned());
        let mut checked = 0;
        for project in [None, Some(demo(store)), Some(other)] {
            for statuses in [
                vec![],
                vec![Status::Triaged],
                vec![Status::Open, Status::Triaged],
            ] {
                for min_severity in [None, Some(Severity::High)] {
                    for package in [None, text("django"), text("zope.interface")] {
                        for path in [None, text("dir"), text("a.txt")] {
                            for search in
                                [None, text("ÜBUNG 1"), text("b%"), text("2026-1"), text("d")]
                            {
                                let filter = Filter {
                                    scope: Scope {
                                        project,
                                        ..Scope::default()
                                    },
                                    statuses: statuses.clone(),
                                    min_severity,
                                    package: package.clone(),
                                    path: path.clone(),
                                    text: search.clone(),
                                    limit: 7,
                                    ..Filter::default()
                                };
                                let expected: Vec<_> = all
                                    .iter()
                                    .filter(|it| matches(it, &filter))
                                    .cloned()
                                    .collect();
                                let mut actual = Vec::new();
                                store
                                    .each::<StoreError>(&filter, |it| {
                                        actual.push(it);
                                        Ok(())
                                    })
                                    .unwrap();
                                assert_eq!(actual, expected, "{filter:?}");
                                checked += expected.len();
                            }
                        }
                    }
                }
            }
        }
        assert!(checked > 1_000, "{checked}");
    });
}

fn matches(stored: &crate::StoredFinding, filter: &Filter) -> bool {
    let lower = |text: &str| text.to_ascii_lowercase();
    filter
        .scope
        .project
        .is_none_or(|it| it == stored.project_id)
        && (filter.statuses.is_empty() || filter.statuses.contains(&stored.history.status))
        && filter
            .min_severity
            .is_none_or(|it| stored.effective_severity >= it)
        && filter.package.as_deref().is_none_or(|it| {
            let name = runward_model::Ecosystem::PyPI.normalize_name(it);
            stored.package.as_deref() == Some(&name)
        })
        && filter
            .path
            .as_deref()
            .is_none_or(|it| stored.path == it || stored.path.starts_with(&format!("{it}/")))
        && filter.text.as_deref().is_none_or(|it| {
            let ids = stored.finding.as_ref().unwrap().advisory.as_ref().unwrap();
            let mut texts = vec![stored.title.clone(), stored.path.clone()];
            texts.push(stored.package.clone().unwrap());
            texts.extend(ids.ids().map(str::to_owned));
            texts.iter().any(|text| lower(text).contains(&lower(it)))
        })
}

#[test]
fn a_list_shows_what_each_check_of_an_item_would_allow() {
    each(|store| {
        scan(store, 0, &[finding("CVE-1", "a", "x")]);
        let other = store
            .project("other", ".", Some("team/other"), at(0))
            .unwrap();
        scan_of(store, other, 0, &[finding("CVE-2", "a", "x")]);
        for (repositories, expected) in [
            (vec![], vec![]),
            (vec!["demo"], vec!["CVE-1"]),
            (vec!["team/other"], vec!["CVE-2"]),
            // The repository counts, not the name.
            (vec!["other"], vec![]),
            (vec!["demo", "team/other"], vec!["CVE-1", "CVE-2"]),
        ] {
            let scope = Scope::default().visible(runward_model::Visible::Of {
                repositories: repositories.iter().map(|it| (*it).to_owned()).collect(),
                person: Some("ana".to_owned()),
            });
            let filter = Filter {
                scope: scope.clone(),
                ..Filter::default()
            };
            assert_eq!(rules(store, &filter), expected);
            assert_eq!(
                store.projects(&scope, None, 0).unwrap().len(),
                expected.len()
            );
            assert_eq!(store.scans(&scope, 0).unwrap().len(), expected.len());
            for rule in ["CVE-1", "CVE-2"] {
                let found = store.get(&scope, rule).is_ok();
                assert_eq!(found, expected.contains(&rule), "{rule} {repositories:?}");
            }
        }
    });
}

#[test]
fn a_cursor_is_a_text_and_nothing_else_is_one() {
    each(|store| {
        scan(
            store,
            0,
            &[finding("CVE-1", "a", "x"), finding("CVE-2", "b", "x")],
        );
        let filter = Filter {
            limit: 1,
            ..Filter::default()
        };
        let first = store.page(&filter).unwrap();
        let text = first.next.unwrap().to_string();
        let filter = Filter {
            after: Some(text.parse().unwrap()),
            ..filter
        };
        let second = store.page(&filter).unwrap();
        assert_ne!(first.findings[0].rule, second.findings[0].rule);
        assert_eq!(second.next, None);
        for wrong in [
            "",
            "-",
            "1",
            "1-",
            "x-1",
            "--1-1",
            "1-1-1",
            "fffffffffffffffff-1",
        ] {
            assert!(wrong.parse::<crate::Cursor>().is_err(), "{wrong}");
        }
    });
}
