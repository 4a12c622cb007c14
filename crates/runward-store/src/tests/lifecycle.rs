use std::collections::BTreeMap;

use jiff::civil::Date;
use proptest::prelude::*;
use runward_model::{DatabaseKind, Fingerprint, Status, scan::Verdict};

use super::*;
use crate::Filter;

const PATH: &str = "requirements.txt";

fn status(store: &Store, rule: &str) -> Status {
    store.get(&EVERYTHING, rule).unwrap().history.status
}

#[test]
fn a_new_finding_is_open_then_known_then_resolved() {
    each(|store| {
        let a = finding("CVE-1", "a", PATH);
        let first = scan(store, 0, std::slice::from_ref(&a));
        let history = &first.history[&a.fingerprint];
        assert_eq!((history.status, history.new), (Status::Open, true));
        assert_eq!((history.first_seen, history.last_seen), (at(0), at(0)));

        let second = scan(store, 5, std::slice::from_ref(&a));
        let history = &second.history[&a.fingerprint];
        assert_eq!((history.status, history.new), (Status::Open, false));
        assert_eq!((history.first_seen, history.last_seen), (at(0), at(5)));
        assert!(second.fixed.is_empty());

        let third = scan(store, 6, &[]);
        assert_eq!(third.fixed.len(), 1);
        assert_eq!(third.fixed[0].fingerprint, a.fingerprint);
        assert_eq!(third.fixed[0].first_seen, at(0));
        assert_eq!(status(store, "CVE-1"), Status::Resolved);
        // Fixed once, reported once.
        assert!(scan(store, 7, &[]).fixed.is_empty());

        let scans = store.scans(&EVERYTHING, 10).unwrap();
        let counts: Vec<_> = scans
            .iter()
            .map(|scan| (scan.seen, scan.opened, scan.resolved))
            .collect();
        assert_eq!(counts, [(0, 0, 0), (0, 0, 1), (1, 0, 0), (1, 1, 0)]);
        assert_eq!(scans[0].verdict, Verdict::Clean);
        assert_eq!(scans[0].covered, Some(everything()));
        assert_eq!(scans[0].database, Some(database(DatabaseKind::Full, 7)));
        assert_eq!(store.last_scan(&EVERYTHING).unwrap().unwrap().id, 4);
    });
}

#[test]
fn a_regression_is_new_again_and_its_clock_goes_on() {
    each(|store| {
        let a = finding("CVE-1", "a", PATH);
        scan(store, 0, std::slice::from_ref(&a));
        scan(store, 1, &[]);
        let back = scan(store, 100, std::slice::from_ref(&a));
        let history = &back.history[&a.fingerprint];
        assert_eq!((history.status, history.new), (Status::Reopened, true));
        assert_eq!(history.first_seen, at(0));
        let stored = get(store, "CVE-1");
        assert_eq!(stored.history.first_seen, at(0));
        assert_eq!(stored.due, Some(at(72)));
        assert!(!scan(store, 101, std::slice::from_ref(&a)).history[&a.fingerprint].new);

        let steps: Vec<_> = store
            .transitions(&EVERYTHING, "CVE-1")
            .unwrap()
            .into_iter()
            .map(|step| (step.from, step.to, step.who, step.scan))
            .collect();
        let by = || "scan".to_owned();
        assert_eq!(
            steps,
            [
                (None, Status::Open, by(), Some(1)),
                (Some(Status::Open), Status::Resolved, by(), Some(2)),
                (Some(Status::Resolved), Status::Reopened, by(), Some(3)),
            ]
        );
    });
}

#[test]
fn an_expired_acceptance_reopens_without_a_new_clock() {
    each(|store| {
        let a = finding("CVE-1", "a", PATH);
        scan(store, 0, std::slice::from_ref(&a));
        let today = crate::record::day(at(0));
        accept(store, "CVE-1", today, "later", "ana", 1).unwrap();

        let held = scan(store, 2, std::slice::from_ref(&a));
        assert_eq!(held.history[&a.fingerprint].status, Status::Accepted);
        let hidden = &held.hidden[&a.fingerprint];
        assert_eq!(
            (hidden.by.as_str(), hidden.author.as_str()),
            ("accepted", "ana")
        );
        assert_eq!((hidden.reason.as_str(), hidden.expires), ("later", today));

        let after = scan(store, 48, std::slice::from_ref(&a));
        let history = &after.history[&a.fingerprint];
        assert_eq!((history.status, history.new), (Status::Reopened, false));
        assert_eq!(history.first_seen, at(0));
        assert_eq!(history.accepted_until, None);
        assert!(
            history
                .reason
                .as_deref()
                .unwrap()
                .starts_with("acceptance expired on")
        );
        assert!(after.hidden.is_empty());
    });
}

#[test]
fn an_acceptance_expires_even_where_the_scan_did_not_look() {
    each(|store| {
        scan(store, 0, &[finding("CVE-1", "a", PATH)]);
        let today = crate::record::day(at(0));
        accept(store, "CVE-1", today, "later", "ana", 1).unwrap();
        scan_with(
            store,
            48,
            &[],
            &Coverage::default(),
            &database(DatabaseKind::Full, 48),
        );
        assert_eq!(status(store, "CVE-1"), Status::Reopened);
    });
}

#[test]
fn an_accepted_finding_that_is_gone_is_fixed() {
    each(|store| {
        scan(store, 0, &[finding("CVE-1", "a", PATH)]);
        accept(store, "CVE-1", Date::MAX, "later", "ana", 1).unwrap();
        assert_eq!(scan(store, 2, &[]).fixed.len(), 1);
        assert_eq!(status(store, "CVE-1"), Status::Resolved);
    });
}

#[test]
fn a_false_positive_stays_one_when_it_goes_and_comes_back() {
    each(|store| {
        let a = finding("CVE-1", "a", PATH);
        scan(store, 0, std::slice::from_ref(&a));
        set_status(
            store,
            "CVE-1",
            Status::FalsePositive,
            "not our code path",
            "ben",
            1,
        )
        .unwrap();
        assert!(scan(store, 2, &[]).fixed.is_empty());
        let back = scan(store, 3, std::slice::from_ref(&a));
        assert_eq!(back.history[&a.fingerprint].status, Status::FalsePositive);
        assert_eq!(back.hidden[&a.fingerprint].by, "false positive");
        assert_eq!(back.hidden[&a.fingerprint].expires, Date::MAX);
    });
}

#[test]
fn a_regrouped_advisory_is_the_same_finding() {
    each(|store| {
        let old = finding("GHSA-x", "a", PATH);
        scan(store, 0, std::slice::from_ref(&old));
        set_status(store, "GHSA-x", Status::InProgress, "on it", "ana", 1).unwrap();
        let mut new = finding("CVE-9", "a", PATH);
        new.advisory
            .as_mut()
            .unwrap()
            .aliases
            .push("ghsa-X".to_owned());
        let recorded = scan(store, 2, std::slice::from_ref(&new));
        let history = &recorded.history[&new.fingerprint];
        assert_eq!((history.status, history.new), (Status::InProgress, false));
        assert_eq!(history.first_seen, at(0));
        assert!(recorded.fixed.is_empty());
        assert_eq!(store.list(&Filter::default()).unwrap().len(), 1);
        // Its old fingerprint, from an earlier report, still leads to it.
        let found = store.get(&EVERYTHING, old.fingerprint.as_str()).unwrap();
        assert_eq!(found.fingerprint, new.fingerprint);
        let steps = store.transitions(&EVERYTHING, "CVE-9").unwrap();
        assert!(steps[2].why.contains("was `GHSA-x`"), "{steps:?}");
        // And back again.
        let again = scan(store, 3, std::slice::from_ref(&old));
        assert_eq!(again.history[&old.fingerprint].first_seen, at(0));
    });
}

#[test]
fn a_regrouping_needs_the_same_package_file_and_an_identifier() {
    for other in [
        finding("CVE-2", "a", PATH),
        finding("CVE-1", "b", PATH),
        finding("CVE-1", "a", "other.txt"),
    ] {
        each(|store| {
            scan(store, 0, &[finding("CVE-1", "a", PATH)]);
            let recorded = scan(store, 1, std::slice::from_ref(&other));
            assert!(recorded.history[&other.fingerprint].new, "{}", other.title);
            assert_eq!(recorded.fixed.len(), 1);
        });
    }
}

#[test]
fn two_versions_in_one_lockfile_keep_their_own_histories() {
    each(|store| {
        let version = |fingerprint: &str, version: &str| {
            let mut finding = finding("CVE-1", "a", "poetry.lock");
            finding.fingerprint = Fingerprint::of(&[fingerprint]);
            finding.dependency.as_mut().unwrap().package.version = Some(version.to_owned());
            finding
        };
        scan(store, 0, &[version("one", "1.0")]);
        scan(store, 1, &[version("one", "1.0"), version("two", "2.0")]);
        // Both fingerprints change; each follows its version.
        let (new_two, new_one) = (version("2", "2.0"), version("1", "1.0"));
        let recorded = scan(store, 2, &[new_two.clone(), new_one.clone()]);
        assert_eq!(recorded.history[&new_one.fingerprint].first_seen, at(0));
        assert_eq!(recorded.history[&new_two.fingerprint].first_seen, at(1));
        assert!(recorded.fixed.is_empty());
    });
}

#[test]
fn a_finding_that_is_listed_twice_is_stored_once() {
    each(|store| {
        let a = finding("CVE-1", "a", PATH);
        let recorded = scan(store, 0, &[a.clone(), a]);
        assert_eq!(recorded.history.len(), 1);
        assert_eq!(store.list(&Filter::default()).unwrap().len(), 1);
    });
}

#[test]
fn a_preview_says_the_same_and_writes_nothing() {
    each(|store| {
        let (a, b) = (finding("CVE-1", "a", PATH), finding("CVE-2", "b", PATH));
        scan(store, 0, std::slice::from_ref(&a));
        let covered = everything();
        let database = database(DatabaseKind::Full, 1);
        let findings = [b];
        let actor = Actor::account("ana");
        let record = ScanRecord {
            project: demo(store),
            started: at(1),
            finished: at(1),
            root: ".",
            database: &database,
            covered: &covered,
            findings: &findings,
            actor: &actor,
        };
        let preview = store.preview(&record).unwrap();
        assert_eq!(status(store, "CVE-1"), Status::Open);
        assert_eq!(store.scans(&EVERYTHING, 10).unwrap().len(), 1);
        let recorded = store
            .record_scan(&record, |recorded| judge(&findings, recorded))
            .unwrap();
        assert_eq!(preview.history, recorded.history);
        assert_eq!(preview.fixed, recorded.fixed);
        assert_eq!((preview.scan, recorded.scan), (0, 2));
    });
}

#[test]
fn the_judgement_is_stored_with_the_scan() {
    each(|store| {
        let a = finding("CVE-1", "a", PATH);
        scan(store, 0, std::slice::from_ref(&a));
        let stored = get(store, "CVE-1");
        assert_eq!(stored.risk, Some(6.5));
        assert_eq!(stored.due, Some(at(72)));
        let mut expected = a;
        expected.assessment = Some(verdict(at(0), Severity::High, 6.5));
        expected.history = Some(stored.history.clone());
        assert_eq!(stored.finding, Some(expected));
    });
}

#[test]
fn many_findings_go_through_in_batches() {
    each(|store| {
        let many: Vec<_> = (0..1_001)
            .map(|number| finding(&format!("CVE-{number}"), "a", PATH))
            .collect();
        scan(store, 0, &many);
        assert_eq!(store.list(&Filter::default()).unwrap().len(), 1_001);
        assert_eq!(scan(store, 1, &many[..1]).fixed.len(), 1_000);
    });
}

#[test]
fn hostile_texts_are_stored_as_they_are_or_cut() {
    each(|store| {
        let mut odd = finding("CVE-1'; DROP TABLE findings; --", "a", PATH);
        odd.title = format!("nul\0 quote' {}", "x".repeat(10_000));
        odd.advisory.as_mut().unwrap().details = "ü".repeat(100_000);
        odd.advisory.as_mut().unwrap().aliases = vec!["line\nbreak".to_owned()];
        scan(store, 0, std::slice::from_ref(&odd));
        let stored = get(store, "cve-1'; drop table findings; --");
        assert_eq!(stored.title.chars().count(), 4_096);
        let details = stored.finding.unwrap().advisory.unwrap().details;
        assert!(details.len() < 70_000 && details.contains("cut"));
        assert!(store.get(&EVERYTHING, "line break").is_ok());
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any course of scans: what was not looked at stays, what was looked at and not seen ends,
    /// first detections never move, and every history is one unbroken chain.
    #[test]
    fn histories_follow_a_simple_model(
        scans in prop::collection::vec(
            (prop::collection::btree_set(0_usize..6, 0..6), prop::collection::btree_set(0_usize..3, 0..3)),
            1..12,
        ),
    ) {
        let store = in_memory();
        let paths = ["a.txt", "b.txt", "c.txt"];
        let all: Vec<_> = (0..6)
            .map(|number| finding(&format!("CVE-{number}"), "p", paths[number % 3]))
            .collect();
        // Number → (detected, active).
        let mut model: BTreeMap<usize, (i64, bool)> = BTreeMap::new();
        for (hour, (seen, read)) in scans.iter().enumerate() {
            let hour = i64::try_from(hour).unwrap();
            let covered = Coverage {
                whole: false,
                read: read.iter().map(|&path| paths[path].to_owned()).collect(),
                ..everything()
            };
            let findings: Vec<_> = seen.iter().map(|&number| all[number].clone()).collect();
            let recorded =
                scan_with(&store, hour, &findings, &covered, &database(DatabaseKind::Full, hour));
            let mut fixed = 0;
            for (number, (_, active)) in &mut model {
                if *active && !seen.contains(number) && read.contains(&(number % 3)) {
                    *active = false;
                    fixed += 1;
                }
            }
            for &number in seen {
                let known = model.get(&number).copied();
                let new = known.is_none_or(|(_, active)| !active);
                prop_assert_eq!(recorded.history[&all[number].fingerprint].new, new);
                model.insert(number, (known.map_or(hour, |(detected, _)| detected), true));
            }
            prop_assert_eq!(recorded.fixed.len(), fixed);
        }
        for (number, (detected, active)) in model {
            let stored = store.get(&EVERYTHING, all[number].fingerprint.as_str()).unwrap();
            prop_assert_eq!(stored.history.first_seen, at(detected));
            prop_assert_eq!(stored.history.status.is_active(), active);
            let mut last = None;
            for step in store.transitions(&EVERYTHING, all[number].fingerprint.as_str()).unwrap() {
                prop_assert_eq!(step.from, last);
                last = Some(step.to);
            }
            prop_assert_eq!(last, Some(stored.history.status));
        }
    }
}
