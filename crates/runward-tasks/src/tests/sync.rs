//! Stored tasks follow findings.

use std::collections::BTreeMap;

use runward_model::{Actor, ApprovalState, EventType as E, Status, TaskStatus};

use super::{each, events, kinds, make, yes};
use crate::{
    By, Synced, TaskError, Tasks,
    plan::{
        Scope,
        tests::{at, finding, scope, set},
    },
};

fn sync(tasks: &Tasks<'_>, findings: &[runward_model::Finding]) -> Synced {
    let scan = Actor::system("scan");
    let scope = scope();
    let mut by = By::new(&scan, scope.now);
    by.correlation = Some("scan:1");
    let allow = |_: &_| Ok::<_, TaskError>(());
    let synced = tasks
        .sync(&by, &scope, findings, &BTreeMap::new(), allow)
        .unwrap();
    let again = tasks
        .sync(&by, &scope, findings, &BTreeMap::new(), allow)
        .unwrap();
    assert_eq!(
        again,
        Synced {
            kept: synced.kept.clone(),
            ..Synced::default()
        }
    );
    synced
}

#[test]
fn findings_make_change_and_end_tasks() {
    each(|db, tasks| {
        let mut findings = vec![
            finding("CVE-1", "requests", "r.txt", Some("2.20.0")),
            finding("CVE-2", "requests", "r.txt", Some("2.32.0")),
        ];
        let id = sync(tasks, &findings).created[0];
        let task = tasks.get(id, yes).unwrap();
        assert_eq!(task.title, "Upgrade requests 2.19.0 → 2.32.0 (closes 2)");
        let bob = Actor::principal("bob");
        let lead = Actor::principal("lead");
        let (as_bob, as_lead) = (By::new(&bob, at(1)), By::new(&lead, at(1)));
        tasks.request_approval(&as_bob, id, None, yes).unwrap();
        tasks.grant_approval(&as_lead, id, None, None, yes).unwrap();
        // The same upgrade closes one more: the approval stands. Another target: it does not.
        findings.push(finding("CVE-3", "requests", "r.txt", Some("2.31.0")));
        assert_eq!(sync(tasks, &findings).updated, [id]);
        assert_eq!(
            tasks.get(id, yes).unwrap().approval.state,
            ApprovalState::Granted
        );
        findings.push(finding("CVE-4", "requests", "r.txt", Some("3.0.0")));
        sync(tasks, &findings);
        assert_eq!(
            tasks.get(id, yes).unwrap().approval.state,
            ApprovalState::Required
        );
        // All resolved: done, and it is told that nobody had approved.
        let waiting = make(tasks, "deploy");
        tasks
            .add_dependency(&as_bob, waiting, id, yes, yes)
            .unwrap();
        let before = events(db).len();
        for finding in &mut findings {
            set(finding, Status::Resolved);
        }
        assert_eq!(sync(tasks, &findings).completed, [id]);
        assert_eq!(
            kinds(db)[before..],
            [E::TaskCompleted, E::DependencySatisfied, E::TaskUnblocked]
        );
        let done = &events(db)[before];
        assert_eq!(done.correlation.as_deref(), Some("scan:1"));
        assert!(
            done.details["without"][0]
                .as_str()
                .unwrap()
                .contains("approval")
        );
        assert_eq!(tasks.get(waiting, yes).unwrap().status, TaskStatus::Open);
        set(&mut findings[0], Status::Reopened);
        assert_eq!(sync(tasks, &findings).reopened, [id]);
        assert_eq!(tasks.get(waiting, yes).unwrap().status, TaskStatus::Blocked);
        // Somebody waits for it: it is not cancelled under them.
        set(&mut findings[0], Status::FalsePositive);
        for finding in &mut findings[1..] {
            set(finding, Status::FalsePositive);
        }
        let synced = sync(tasks, &findings);
        assert_eq!((synced.cancelled.len(), synced.kept.len()), (0, 1));
        tasks.remove_dependency(&as_bob, waiting, id, yes).unwrap();
        assert_eq!(sync(tasks, &findings).cancelled, [id]);
        // Another project's tasks are its own.
        let other = Scope {
            project: None,
            ..scope()
        };
        let open = [finding("CVE-1", "requests", "r.txt", Some("2.20.0"))];
        let synced = tasks
            .sync(&as_bob, &other, &open, &BTreeMap::new(), |_| {
                Ok::<_, TaskError>(())
            })
            .unwrap();
        assert_eq!(synced.created.len(), 1);
        // A refused change undoes all of it.
        let count = events(db).len();
        let more = [open[0].clone(), finding("CVE-7", "b", "r.txt", Some("1"))];
        let refused = tasks.sync(&as_bob, &other, &more, &BTreeMap::new(), |_| {
            Err(TaskError::NoApproval { id })
        });
        assert!(refused.is_err());
        assert_eq!(events(db).len(), count);
    });
}
