//! What other programs report.

use std::collections::HashSet;

use runward_model::Status;

use super::*;
use crate::{Filter, ImportRecord, Imported};

const PATH: &str = "requirements.txt";

/// Imports findings of a reporter that looked at everything.
fn import(store: &Store, reporter: &str, hour: i64, findings: &[Finding]) -> Imported {
    import_with(store, reporter, hour, findings, &everything())
}

fn import_with(
    store: &Store,
    reporter: &str,
    hour: i64,
    findings: &[Finding],
    covered: &Coverage,
) -> Imported {
    let actor = Actor::account("ben");
    let digest = serde_json::to_string(findings).unwrap();
    let digest = Fingerprint::of(&[&digest]);
    let record = ImportRecord {
        project: demo(store),
        reporter,
        started: at(hour),
        now: at(hour),
        source: "report.json",
        covered,
        digest: digest.as_str(),
        actor: &actor,
    };
    let findings = findings.iter().cloned().map(Ok::<_, String>);
    store
        .import(&record, findings, |findings, recorded| {
            judge(findings, recorded).findings
        })
        .unwrap()
}

fn judge(findings: &[Finding], recorded: &Recorded) -> Judged {
    // Not every finding of a batch is recorded: some wait, some are named twice.
    let known: Vec<_> = findings
        .iter()
        .filter(|finding| recorded.history.contains_key(&finding.fingerprint))
        .cloned()
        .collect();
    super::judge(&known, recorded)
}

fn status(store: &Store, rule: &str) -> Status {
    get(store, rule).history.status
}

#[test]
fn two_reporters_of_one_finding_are_one_finding() {
    each(|store| {
        let a = finding("CVE-1", "a", PATH);
        scan(store, 0, std::slice::from_ref(&a));
        let imported = import(store, "pip-audit", 1, std::slice::from_ref(&a));
        assert_eq!((imported.seen, imported.opened), (1, 0));
        let stored = get(store, "CVE-1");
        assert_eq!(stored.reporters, ["pip-audit", "runward"]);
        assert_eq!(stored.history.last_seen, at(1));
        // One of them no longer sees it.
        assert!(scan(store, 2, &[]).fixed.is_empty());
        assert_eq!(status(store, "CVE-1"), Status::Open);
        let timeline = store.timeline(&EVERYTHING, "CVE-1").unwrap();
        let present: Vec<_> = timeline
            .reporters
            .iter()
            .map(|it| (it.reporter.as_str(), it.present))
            .collect();
        assert_eq!(present, [("runward", false), ("pip-audit", true)]);
        // Nor does the other.
        assert_eq!(import(store, "pip-audit", 3, &[]).resolved, 1);
        assert_eq!(status(store, "CVE-1"), Status::Resolved);
        assert_eq!(get(store, "CVE-1").resolved, Some(at(3)));
        // And back.
        assert!(scan(store, 4, std::slice::from_ref(&a)).history[&a.fingerprint].new);
        assert_eq!(status(store, "CVE-1"), Status::Reopened);
        let filter = Filter {
            reporter: Some("pip-audit".to_owned()),
            ..Filter::default()
        };
        assert_eq!(store.list(&filter).unwrap().len(), 1);
    });
}

#[test]
fn importing_the_same_again_changes_nothing() {
    each(|store| {
        let findings = [finding("CVE-1", "a", PATH), finding("CVE-2", "b", PATH)];
        let first = import(store, "pip-audit", 0, &findings);
        assert_eq!((first.seen, first.opened, first.unchanged), (2, 2, false));
        set_status(store, "CVE-1", Status::Resolved, "r", "ana", 1).unwrap();
        let before = store.list(&Filter::default()).unwrap();
        let told = events(store).len();
        let again = import(store, "pip-audit", 5, &findings);
        assert!(again.unchanged);
        assert_eq!((again.scan, again.seen, again.opened), (first.scan, 0, 0));
        assert_eq!(store.list(&Filter::default()).unwrap(), before);
        assert_eq!(store.scans(&EVERYTHING, 0).unwrap().len(), 1);
        let events = events(store);
        assert_eq!(events.len(), told + 1);
        let event = events.last().unwrap();
        assert_eq!(event["event_type"], "findings_imported");
        assert_eq!(event["details"]["seen"], 0);
        // Another content in between, and it is news again.
        import(store, "pip-audit", 6, &findings[1..]);
        assert!(!import(store, "pip-audit", 7, &findings).unchanged);
        assert_eq!(status(store, "CVE-1"), Status::Reopened);
        // The same content from another reporter is not the same import.
        assert!(!import(store, "semgrep", 8, &findings).unchanged);
    });
}

#[test]
fn an_import_closes_only_what_it_covers_and_its_reporter_saw() {
    each(|store| {
        scan(store, 0, &[finding("CVE-1", "a", PATH)]);
        import(
            store,
            "pip-audit",
            1,
            &[
                finding("CVE-2", "b", PATH),
                finding("CVE-3", "c", "other.txt"),
            ],
        );
        let covered = Coverage {
            whole: false,
            ..everything()
        };
        assert_eq!(
            import_with(store, "pip-audit", 2, &[], &covered).resolved,
            1
        );
        assert_eq!(status(store, "CVE-1"), Status::Open);
        assert_eq!(status(store, "CVE-2"), Status::Resolved);
        assert_eq!(status(store, "CVE-3"), Status::Open);
        assert_eq!(import(store, "semgrep", 3, &[]).resolved, 0);
    });
}

#[test]
fn an_import_that_breaks_off_closes_nothing_and_can_be_completed() {
    each(|store| {
        let findings: Vec<_> = (0..2_200)
            .map(|number| finding(&format!("CVE-{number}"), "a", PATH))
            .collect();
        import(store, "pip-audit", 0, &[finding("CVE-OLD", "z", PATH)]);
        let actor = Actor::account("ben");
        let record = ImportRecord {
            project: demo(store),
            reporter: "pip-audit",
            started: at(1),
            now: at(1),
            source: "report.json",
            covered: &everything(),
            digest: "1",
            actor: &actor,
        };
        let broken = findings
            .iter()
            .take(2_100)
            .cloned()
            .map(Ok)
            .chain([Err("line 2101 is no finding")]);
        let error = store
            .import(&record, broken, |findings, recorded| {
                judge(findings, recorded).findings
            })
            .unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("after 2100") && text.contains("line 2101"),
            "{text}"
        );
        assert_eq!(store.list(&Filter::default()).unwrap().len(), 2_001);
        assert_eq!(status(store, "CVE-OLD"), Status::Open);
        let last = events(store).pop().unwrap();
        assert_eq!(
            (&last["outcome"], &last["details"]["seen"]),
            (&"failure".into(), &2_000.into())
        );
        let whole = findings.iter().cloned().map(Ok::<_, String>);
        let imported = store
            .import(&record, whole, |findings, recorded| {
                judge(findings, recorded).findings
            })
            .unwrap();
        assert_eq!(
            (imported.seen, imported.opened, imported.resolved),
            (2_200, 200, 1)
        );
        assert_eq!(status(store, "CVE-OLD"), Status::Resolved);
    });
}

#[test]
fn a_finding_that_is_named_twice_counts_once_across_batches() {
    each(|store| {
        let mut findings: Vec<_> = (0..700)
            .map(|number| finding(&format!("CVE-{number}"), "a", PATH))
            .collect();
        findings.extend(findings.clone());
        let imported = import(store, "pip-audit", 0, &findings);
        assert_eq!((imported.seen, imported.opened), (700, 700));
        let told: Vec<_> = events(store)
            .into_iter()
            .filter(|event| event["event_type"] == "vulnerability_detected")
            .collect();
        assert_eq!(told.len(), 700);
    });
}

/// The finding that continues another may come before that other one's own turn.
#[test]
fn what_continues_which_does_not_depend_on_the_order() {
    each(|store| {
        let old = finding("GHSA-x", "a", PATH);
        import(store, "pip-audit", 0, std::slice::from_ref(&old));
        let mut new = finding("CVE-9", "a", PATH);
        new.advisory
            .as_mut()
            .unwrap()
            .aliases
            .push("ghsa-X".to_owned());
        let filler: Vec<_> = (0..600)
            .map(|number| finding(&format!("CVE-1{number}"), "b", PATH))
            .collect();
        // The old one is still there: the new one is another.
        let mut findings = vec![new.clone()];
        findings.extend(filler.clone());
        findings.push(old.clone());
        let imported = import(store, "pip-audit", 1, &findings);
        assert_eq!((imported.seen, imported.opened), (602, 601));
        assert_eq!(
            get(store, old.fingerprint.as_str()).history.first_seen,
            at(0)
        );
        assert_eq!(
            get(store, new.fingerprint.as_str()).history.first_seen,
            at(1)
        );
    });
    each(|store| {
        let old = finding("GHSA-x", "a", PATH);
        import(store, "pip-audit", 0, std::slice::from_ref(&old));
        let mut new = finding("CVE-9", "a", PATH);
        new.advisory
            .as_mut()
            .unwrap()
            .aliases
            .push("ghsa-X".to_owned());
        // The old one is gone: the new one continues it.
        let imported = import(store, "pip-audit", 1, std::slice::from_ref(&new));
        assert_eq!(
            (imported.seen, imported.opened, imported.resolved),
            (1, 0, 0)
        );
        let stored = get(store, new.fingerprint.as_str());
        assert_eq!(stored.history.first_seen, at(0));
        assert_eq!(
            get(store, old.fingerprint.as_str()).fingerprint,
            new.fingerprint
        );
    });
}

/// Two reporters with names of their own for one flaw do not rewrite it in turns.
#[test]
fn another_reporters_name_leads_to_the_same_finding_without_renaming_it() {
    each(|store| {
        let ours = finding("CVE-1", "a", PATH);
        let mut theirs = finding("PYSEC-1", "a", PATH);
        theirs.title = "their words".to_owned();
        theirs
            .advisory
            .as_mut()
            .unwrap()
            .aliases
            .push("CVE-1".to_owned());
        scan(store, 0, std::slice::from_ref(&ours));
        for hour in 1..4 {
            // Another content each time, so that it is really imported.
            theirs.title = format!("their words of hour {hour}");
            let told = events(store).len();
            let imported = import(store, "pip-audit", 2 * hour, std::slice::from_ref(&theirs));
            assert_eq!((imported.seen, imported.opened), (1, 0));
            assert_eq!(events(store).len(), told + 1, "only the import itself");
            scan(store, 2 * hour + 1, std::slice::from_ref(&ours));
            assert_eq!(events(store).len(), told + 2, "only the scan itself");
        }
        let all = store.list(&Filter::default()).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].title, ours.title);
        assert_eq!(all[0].reporters, ["pip-audit", "runward"]);
        let found = get(store, theirs.fingerprint.as_str());
        assert_eq!(found.fingerprint, ours.fingerprint);
        assert_eq!(store.transitions(&EVERYTHING, "CVE-1").unwrap().len(), 1);
    });
}

#[test]
fn reporters_have_names_that_are_not_ours() {
    let store = in_memory();
    let actor = Actor::account("ben");
    for reporter in ["", " ", "Runward", "a\nb", &"x".repeat(201)] {
        let record = ImportRecord {
            project: demo(&store),
            reporter,
            started: at(0),
            now: at(0),
            source: "x",
            covered: &everything(),
            digest: "1",
            actor: &actor,
        };
        let result = store.import(&record, Vec::<Result<Finding, String>>::new(), |_, _| {
            Vec::new()
        });
        assert!(
            matches!(result, Err(StoreError::Invalid { .. })),
            "{reporter}"
        );
    }
}

#[test]
fn every_change_tells_exactly_its_events() {
    each(|store| {
        let (a, b) = (finding("CVE-1", "a", PATH), finding("CVE-2", "b", PATH));
        let told = |from: usize| -> Vec<String> {
            events(store)[from..]
                .iter()
                .map(|event| event["event_type"].as_str().unwrap().to_owned())
                .collect()
        };
        let first = scan(store, 0, &[a.clone(), b.clone()]);
        assert_eq!(
            told(0),
            [
                "vulnerability_detected",
                "vulnerability_assessed",
                "vulnerability_detected",
                "vulnerability_assessed",
                "scan_completed",
            ]
        );
        let all = events(store);
        let correlations: HashSet<_> = all.iter().map(|it| it["correlation"].to_string()).collect();
        assert_eq!(
            correlations,
            HashSet::from([format!("\"scan:{}\"", first.scan)])
        );
        assert_eq!(all[1]["changes"]["approver"]["new"], "team-lead");
        assert_eq!(
            all[1]["changes"]["severity"]["old"],
            serde_json::Value::Null
        );
        assert_eq!(all[4]["details"]["opened"], 2);
        assert_eq!(all[4]["details"]["verdict"], "findings");
        // Nothing new.
        scan(store, 1, &[a.clone(), b.clone()]);
        assert_eq!(told(5), ["scan_completed"]);
        // Another severity: another judgement.
        let mut worse = b.clone();
        worse.severity = Severity::Critical;
        scan(store, 2, &[a.clone(), worse]);
        assert_eq!(told(6), ["vulnerability_assessed", "scan_completed"]);
        let event = &events(store)[6];
        assert_eq!(event["changes"]["severity"]["old"], "high");
        assert_eq!(event["changes"]["severity"]["new"], "critical");
        assert!(event["changes"].get("approver").is_none());
        // Gone, and back.
        scan(store, 3, std::slice::from_ref(&a));
        assert_eq!(told(8), ["vulnerability_resolved", "scan_completed"]);
        scan(store, 4, &[a.clone(), b]);
        assert_eq!(
            told(10),
            [
                "vulnerability_reopened",
                "vulnerability_assessed",
                "scan_completed"
            ]
        );
        let today = crate::record::day(at(4));
        accept(store, "CVE-1", today, "later", "ana", 4).unwrap();
        scan_with(
            store,
            60,
            &[],
            &Coverage::default(),
            &database(DatabaseKind::Full, 60),
        );
        assert_eq!(
            told(13),
            [
                "vulnerability_accepted",
                "suppression_expired",
                "scan_completed"
            ]
        );
    });
}
