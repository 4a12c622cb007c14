//! Several projects in one database, and figures over them.

use runward_model::Status;

use super::*;
use crate::{Age, Filter, MetricsFilter};

#[test]
fn projects_keep_their_findings_apart() {
    each(|store| {
        let a = finding("CVE-1", "a", "requirements.txt");
        let other = store.project("other", "elsewhere", None, at(0)).unwrap();
        scan(store, 0, std::slice::from_ref(&a));
        // The same fingerprint in another project is another finding.
        assert!(scan_of(store, other, 5, std::slice::from_ref(&a)).history[&a.fingerprint].new);
        assert_eq!(store.list(&Filter::default()).unwrap().len(), 2);
        assert!(matches!(
            store.get(&EVERYTHING, "CVE-1"),
            Err(StoreError::Ambiguous { .. })
        ));
        let ours = store.get(&Scope::of(demo(store)), "CVE-1").unwrap();
        assert_eq!(
            (ours.project.as_str(), ours.history.first_seen),
            ("demo", at(0))
        );
        // A scan of one closes nothing of the other.
        assert_eq!(scan_of(store, other, 6, &[]).fixed.len(), 1);
        let ours = store.get(&Scope::of(demo(store)), "CVE-1").unwrap();
        assert_eq!(ours.history.status, Status::Open);
        assert!(
            ours.history.new,
            "the latest scan of its own project counts"
        );
        assert_eq!(store.scans(&Scope::of(other), 0).unwrap().len(), 2);
        assert_eq!(
            store.last_scan(&EVERYTHING).unwrap().unwrap().project,
            "other"
        );
    });
}

#[test]
fn a_project_is_made_once_and_kept_up_to_date() {
    each(|store| {
        let id = store.project(" a ", "x", None, at(0)).unwrap();
        assert_eq!(store.project("a", "x", None, at(1)).unwrap(), id);
        assert_eq!(store.project("a", "y", Some("team/a"), at(1)).unwrap(), id);
        let project = store.find_project("a").unwrap().unwrap();
        assert_eq!(
            (project.root.as_str(), project.repository(), project.created),
            ("y", "team/a", at(0))
        );
        // Without one it stays as it was.
        store.project("a", "z", None, at(2)).unwrap();
        assert_eq!(
            store.find_project("a").unwrap().unwrap().repository(),
            "team/a"
        );
        for wrong in ["", "  ", "a\nb", &"x".repeat(201)] {
            assert!(matches!(
                store.project(wrong, "x", None, at(0)),
                Err(StoreError::Invalid { .. })
            ));
        }
        let actor = Actor::account("ana");
        store.project("b", "x", None, at(0)).unwrap();
        let error = store.rename_project(id, "b", &actor, at(3)).unwrap_err();
        assert!(matches!(error, StoreError::NameTaken { .. }), "{error}");
        assert_eq!(
            store.rename_project(id, "c", &actor, at(3)).unwrap().name,
            "c"
        );
        assert!(store.find_project("a").unwrap().is_none());
        let event = events(store).pop().unwrap();
        assert_eq!(event["changes"]["name"]["old"], "a");
        let error = store
            .rename_project(ProjectId(99), "d", &actor, at(3))
            .unwrap_err();
        assert!(matches!(error, StoreError::NoProject { .. }), "{error}");
        // By name, page by page.
        let names = |after: Option<&str>| -> Vec<String> {
            let rows = store.projects(&EVERYTHING, after, 1).unwrap();
            rows.into_iter().map(|row| row.project.name).collect()
        };
        assert_eq!(names(None), ["b"]);
        assert_eq!(names(Some("b")), ["c"]);
        assert_eq!(names(Some("c")), Vec::<String>::new());
    });
}

#[test]
fn projects_come_with_their_numbers() {
    each(|store| {
        let mut findings: Vec<_> = (0..4)
            .map(|number| finding(&format!("CVE-{number}"), "a", "x"))
            .collect();
        findings[3].severity = Severity::Critical;
        scan(store, 7, &findings);
        set_status(store, "CVE-0", Status::Resolved, "r", "w", 8).unwrap();
        let rows = store.projects(&EVERYTHING, None, 0).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].total, 4);
        assert_eq!(rows[0].last_scanned, Some(at(7)));
        assert_eq!(
            rows[0].by_status,
            [(Status::Open, 3), (Status::Resolved, 1)]
        );
        assert_eq!(
            rows[0].active_by_severity,
            [(Severity::Critical, 1), (Severity::High, 2)]
        );
    });
}

#[test]
fn figures_count_ages_deadlines_and_mean_times() {
    each(|store| {
        let published = |mut finding: Finding, hour| {
            finding.advisory.as_mut().unwrap().published = Some(at(hour));
            finding
        };
        let a = published(finding("CVE-1", "a", "x"), -10);
        let b = published(finding("CVE-2", "b", "x"), 50);
        let c = finding("CVE-3", "c", "x");
        scan(store, 0, &[a, b.clone(), c.clone()]);
        // `a` after 30 hours by a scan, `c` after 60 by a person.
        scan(store, 30, &[b, c]);
        set_status(store, "CVE-3", Status::Resolved, "r", "w", 60).unwrap();
        let ask = |since: Option<i64>, now: i64| {
            store
                .metrics(&MetricsFilter {
                    scope: Scope::of(demo(store)),
                    now: at(now),
                    since: since.map(at),
                })
                .unwrap()
        };
        let all = ask(None, 100);
        assert_eq!((all.total, all.overdue), (3, 1));
        assert_eq!(all.by_status, [(Status::Open, 1), (Status::Resolved, 2)]);
        let high = all
            .by_severity
            .iter()
            .find(|it| it.severity == Severity::High)
            .unwrap();
        assert_eq!(
            (high.active, high.overdue, high.detected, high.resolved),
            (1, 1, 3, 2)
        );
        // 10 hours for one, 0 for the one that was published later, nothing for the undated.
        assert_eq!(high.mttd_hours, Some(5.0));
        assert_eq!(high.mttr_hours, Some(45.0));
        assert_eq!(high.by_age[0], (Age::Week, 1));
        assert_eq!(ask(None, 24 * 20).by_severity[1].by_age[1], (Age::Month, 1));
        assert_eq!(
            ask(None, 24 * 60).by_severity[1].by_age[2],
            (Age::Quarter, 1)
        );
        assert_eq!(ask(None, 24 * 91).by_severity[1].by_age[3], (Age::Older, 1));
        let late = ask(Some(40), 100);
        let high = &late.by_severity[1];
        assert_eq!((high.detected, high.resolved), (0, 1));
        assert_eq!((high.mttd_hours, high.mttr_hours), (None, Some(60.0)));
        assert_eq!(ask(None, 71).overdue, 0);
    });
}

#[test]
fn a_timeline_is_in_the_order_of_time() {
    each(|store| {
        let mut a = finding("CVE-1", "a", "x");
        a.advisory.as_mut().unwrap().published = Some(at(-5));
        scan(store, 0, std::slice::from_ref(&a));
        set_status(store, "CVE-1", Status::Triaged, "looking", "ana", 2).unwrap();
        scan(store, 4, std::slice::from_ref(&a));
        let timeline = store.timeline(&EVERYTHING, "CVE-1").unwrap();
        let hours: Vec<_> = timeline.entries.iter().map(|entry| entry.at).collect();
        assert_eq!(hours, [at(-5), at(0), at(0), at(2), at(4), at(72)]);
        assert_eq!(timeline.reporters.len(), 1);
        assert!(timeline.former.is_empty());
    });
}
