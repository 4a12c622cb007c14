//! The life of a task.

use proptest::prelude::*;
use runward_model::{
    Actor, ApprovalState, EventType as E, GateState, Role, Severity, TaskStatus as S,
};
use serde_json::json;

use super::{ann, each, events, kinds, make, make_with, now, yes};
use crate::{By, TaskError};

#[test]
#[expect(clippy::too_many_lines, reason = "one life")]
fn a_task_lives_and_every_step_is_recorded() {
    each(|db, tasks| {
        let ann = ann();
        let by = By::new(&ann, now());
        let id = make_with(
            tasks,
            json!({"title": "Fix é", "repository": "acme/web", "deadline": "2026-03-01T12:00:00+02:00",
                   "tags": ["b", "a", "a"], "metadata": {"k": [1, {"z": "ü"}]}, "priority": "p1", "severity": "high"}),
        );
        let task = tasks.get(id, yes).unwrap();
        assert_eq!(task.version, 1);
        assert_eq!(task.deadline.unwrap().to_string(), "2026-03-01T10:00:00Z");
        assert_eq!(task.tags.iter().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(task.metadata["k"][1]["z"], "ü");
        assert_eq!(
            (task.owner.as_str(), task.severity),
            ("ann", Severity::High)
        );

        let stale = tasks.update(&by, id, Some(7), &json!({"title": "x"}), yes);
        assert!(matches!(stale, Err(TaskError::Changed { found: 1, .. })));
        let task = tasks
            .update(
                &by,
                id,
                Some(1),
                &json!({"title": "New", "tags": ["c"]}),
                yes,
            )
            .unwrap();
        assert_eq!((task.version, task.title.as_str()), (2, "New"));
        // Nothing changes, nothing is recorded.
        assert_eq!(
            tasks
                .update(&by, id, None, &json!({"title": "New"}), yes)
                .unwrap()
                .version,
            2
        );

        // A later deadline needs a reason, an earlier one does not.
        let later = json!({"deadline": "2026-04-01T00:00:00Z"});
        assert!(matches!(
            tasks.update(&by, id, None, &later, yes),
            Err(TaskError::Invalid(_))
        ));
        let gone = json!({"deadline": null});
        assert!(matches!(
            tasks.update(&by, id, None, &gone, yes),
            Err(TaskError::Invalid(_))
        ));
        tasks
            .update(
                &by,
                id,
                None,
                &json!({"deadline": "2026-02-01T00:00:00Z"}),
                yes,
            )
            .unwrap();
        let reason = json!({"deadline": "2026-04-01T00:00:00Z", "reason": "vendor is late"});
        tasks.update(&by, id, None, &reason, yes).unwrap();

        tasks.assign(&by, id, Some("bob"), None, yes).unwrap();
        tasks.start(&by, id, None, yes).unwrap();
        let blocked = tasks.block(&by, id, "no access", yes).unwrap();
        assert_eq!(
            (blocked.status, blocked.blocked_reason.as_deref()),
            (S::Blocked, Some("no access"))
        );
        assert!(matches!(
            tasks.complete(&by, id, None, yes),
            Err(TaskError::State { .. })
        ));
        assert_eq!(
            tasks.unblock(&by, id, None, yes).unwrap().status,
            S::InProgress
        );
        tasks.submit(&by, id, None, yes).unwrap();
        let done = tasks.complete(&by, id, Some("merged"), yes).unwrap();
        assert_eq!((done.status, done.completed), (S::Completed, Some(now())));
        assert!(tasks.start(&by, id, None, yes).is_err());
        tasks.reopen(&by, id, "came back", yes).unwrap();
        tasks.cancel(&by, id, "not ours", yes).unwrap();
        tasks.delete(&by, id, "twice", yes).unwrap();
        assert!(tasks.delete(&by, id, "twice", yes).is_err());
        assert!(matches!(
            tasks.delete(&by, id, " ", yes),
            Err(TaskError::Invalid(_))
        ));
        tasks.comment(&by, id, "a\nb\r\nc", yes).unwrap();
        assert_eq!(tasks.comments(id, yes).unwrap()[0].body, "a\nb\nc");

        let expected = [
            E::TaskCreated,
            E::TaskUpdated,
            E::TaskUpdated,
            E::TaskUpdated,
            E::TaskAssigned,
            E::TaskStarted,
            E::TaskBlocked,
            E::TaskUnblocked,
            E::TaskUpdated,
            E::TaskCompleted,
            E::TaskReopened,
            E::TaskCancelled,
            E::TaskDeleted,
            E::TaskValidationFailure,
            E::TaskUpdated,
        ];
        assert_eq!(kinds(db), expected);
        let all = events(db);
        assert_eq!(all[1].changes["title"].old, "Fix é");
        assert_eq!(all[1].changes["title"].new, "New");
        assert_eq!(all[1].subject.id, id.to_string());
        assert_eq!(all[3].reason.as_deref(), Some("vendor is late"));
        assert_eq!(tasks.history(id, yes).unwrap().len(), 14);
        assert!(matches!(
            tasks.get(runward_model::TaskId(999), yes),
            Err(TaskError::NotFound(_))
        ));
    });
}

#[test]
fn what_a_check_refuses_has_not_happened() {
    each(|db, tasks| {
        let ann = ann();
        let by = By::new(&ann, now());
        let id = make(tasks, "x");
        let no = |_: &runward_model::Task| Err(TaskError::NoApproval { id });
        assert!(
            tasks
                .create(&by, &json!({"title": "y", "repository": "r"}), no)
                .is_err()
        );
        assert!(
            tasks
                .update(&by, id, None, &json!({"title": "y"}), no)
                .is_err()
        );
        assert!(tasks.start(&by, id, None, no).is_err());
        assert!(tasks.comment(&by, id, "y", no).is_err());
        assert!(tasks.add_gate(&by, id, "tests", no).is_err());
        let other = make(tasks, "z");
        assert!(tasks.add_dependency(&by, id, other, yes, no).is_err());
        assert_eq!(tasks.get(id, yes).unwrap().version, 1);
        assert_eq!(kinds(db), [E::TaskCreated, E::TaskCreated]);
    });
}

#[test]
fn dependencies_block_and_let_go() {
    each(|db, tasks| {
        let ann = ann();
        let by = By::new(&ann, now());
        let [a, b, c] = ["a", "b", "c"].map(|it| make(tasks, it));
        tasks.start(&by, a, None, yes).unwrap();
        let before = events(db).len();
        tasks.add_dependency(&by, a, b, yes, yes).unwrap();
        let task = tasks.add_dependency(&by, a, c, yes, yes).unwrap();
        assert_eq!((task.status, task.waits_for.len()), (S::Blocked, 2));
        assert!(matches!(
            tasks.add_dependency(&by, b, a, yes, yes),
            Err(TaskError::Circle { .. })
        ));
        assert!(matches!(
            tasks.add_dependency(&by, a, a, yes, yes),
            Err(TaskError::Circle { .. })
        ));
        assert!(matches!(
            tasks.cancel(&by, b, "no", yes),
            Err(TaskError::Needed { .. })
        ));
        assert!(matches!(
            tasks.delete(&by, b, "no", yes),
            Err(TaskError::Needed { .. })
        ));
        assert!(tasks.unblock(&by, a, None, yes).is_err());
        tasks.complete(&by, b, None, yes).unwrap();
        assert_eq!(tasks.get(a, yes).unwrap().status, S::Blocked);
        tasks.complete(&by, c, None, yes).unwrap();
        assert_eq!(tasks.get(a, yes).unwrap().status, S::InProgress);
        tasks.reopen(&by, c, "again", yes).unwrap();
        assert_eq!(tasks.get(a, yes).unwrap().status, S::Blocked);
        let task = tasks.remove_dependency(&by, a, c, yes).unwrap();
        assert_eq!(task.status, S::InProgress);
        // A person's hold outlasts what the task waited for.
        tasks.add_dependency(&by, a, c, yes, yes).unwrap();
        tasks.block(&by, a, "wait", yes).unwrap();
        tasks.complete(&by, c, None, yes).unwrap();
        assert_eq!(tasks.get(a, yes).unwrap().status, S::Blocked);
        assert_eq!(
            tasks.unblock(&by, a, None, yes).unwrap().status,
            S::InProgress
        );
        assert_eq!(
            kinds(db)[before..],
            [
                E::DependencyAdded,
                E::TaskBlocked,
                E::DependencyAdded,
                E::TaskCompleted,
                E::DependencySatisfied,
                E::TaskCompleted,
                E::DependencySatisfied,
                E::TaskUnblocked,
                E::TaskReopened,
                E::TaskBlocked,
                E::DependencyRemoved,
                E::TaskUnblocked,
                E::DependencyAdded,
                E::TaskBlocked,
                E::TaskBlocked,
                E::TaskCompleted,
                E::DependencySatisfied,
                E::TaskUnblocked,
            ]
        );
    });
}

#[test]
fn what_was_given_up_while_a_task_was_closed_does_not_hold_it_again() {
    each(|db, tasks| {
        let ann = ann();
        let by = By::new(&ann, now());
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|it| make(tasks, it));
        for needed in [b, c, d] {
            tasks.add_dependency(&by, a, needed, yes, yes).unwrap();
        }
        tasks.cancel(&by, a, "not now", yes).unwrap();
        tasks.cancel(&by, b, "nobody needs it", yes).unwrap();
        tasks.delete(&by, c, "a mistake", yes).unwrap();
        let task = tasks.reopen(&by, a, "now", yes).unwrap();
        assert_eq!(task.status, S::Blocked);
        assert_eq!(
            (&task.depends_on, &task.waits_for),
            (&[d].into(), &[d].into())
        );
        let told = events(db);
        let reopened = told.iter().find(|it| it.event_type == E::TaskReopened);
        assert_eq!(
            reopened.unwrap().details["dependencies_dropped"],
            json!([b.to_string(), c.to_string()])
        );
        tasks.complete(&by, d, None, yes).unwrap();
        assert_eq!(tasks.get(a, yes).unwrap().status, S::Open);
    });
}

#[test]
fn gates_and_approval_stand_before_completion() {
    each(|db, tasks| {
        let ann = ann();
        let by = By::new(&ann, now());
        let id = make_with(
            tasks,
            json!({"title": "x", "repository": "r", "approver": "team-lead", "gates": ["tests", "scan"]}),
        );
        let Err(TaskError::Unfinished { missing, .. }) = tasks.complete(&by, id, None, yes) else {
            panic!("completed");
        };
        assert_eq!(missing.len(), 3);
        tasks.start_gate(&by, id, "tests", yes).unwrap();
        tasks.fail_gate(&by, id, "tests", "2 of 40", yes).unwrap();
        tasks.pass_gate(&by, id, "tests", None, yes).unwrap();
        let task = tasks.waive_gate(&by, id, "scan", "no code", yes).unwrap();
        assert_eq!(task.gates["scan"].state, GateState::Waived);
        assert_eq!(task.gates["scan"].reason.as_deref(), Some("no code"));
        assert!(matches!(
            tasks.pass_gate(&by, id, "nope", None, yes),
            Err(TaskError::NoGate { .. })
        ));

        let bob = Actor::principal("Bob");
        let as_bob = By::new(&bob, now());
        assert!(tasks.grant_approval(&as_bob, id, None, None, yes).is_err());
        tasks.request_approval(&by, id, None, yes).unwrap();
        assert!(matches!(
            tasks.grant_approval(&by, id, None, None, yes),
            Err(TaskError::OwnApproval {
                as_what: "owner",
                ..
            })
        ));
        tasks.assign(&by, id, Some("bob"), None, yes).unwrap();
        assert!(matches!(
            tasks.grant_approval(&as_bob, id, None, None, yes),
            Err(TaskError::OwnApproval {
                as_what: "assignee",
                ..
            })
        ));
        tasks.assign(&by, id, None, None, yes).unwrap();
        let version = tasks.get(id, yes).unwrap().version;
        assert!(matches!(
            tasks.grant_approval(&as_bob, id, Some(version - 1), None, yes),
            Err(TaskError::Changed { .. })
        ));
        tasks
            .grant_approval(&as_bob, id, Some(version), None, yes)
            .unwrap();
        // Approved, then taken over by who approved it, or changed: not approved any more.
        let task = tasks.assign(&by, id, Some("bob"), None, yes).unwrap();
        assert_eq!(task.approval.state, ApprovalState::Required);
        tasks.assign(&by, id, Some("carl"), None, yes).unwrap();
        tasks.request_approval(&by, id, None, yes).unwrap();
        tasks.grant_approval(&as_bob, id, None, None, yes).unwrap();
        let task = tasks
            .update(&by, id, None, &json!({"title": "other"}), yes)
            .unwrap();
        assert_eq!(task.approval.state, ApprovalState::Required);
        // The way around it is closed as well.
        for patch in [json!({"severity": "low"}), json!({"approver": "developer"})] {
            assert!(matches!(
                tasks.update(&by, id, None, &patch, yes),
                Err(TaskError::Weaker { .. })
            ));
        }
        let task = tasks
            .update(&by, id, None, &json!({"approver": "security-lead"}), yes)
            .unwrap();
        assert_eq!(task.approver, Some(Role::SecurityLead));
        tasks.request_approval(&by, id, None, yes).unwrap();
        tasks
            .reject_approval(&as_bob, id, "too risky", yes)
            .unwrap();
        tasks.request_approval(&by, id, None, yes).unwrap();
        tasks.grant_approval(&as_bob, id, None, None, yes).unwrap();
        tasks.complete(&by, id, None, yes).unwrap();
        let task = tasks.reopen(&by, id, "again", yes).unwrap();
        assert_eq!(task.approval.state, ApprovalState::Required);
        assert!(task.gates.values().all(|it| it.state == GateState::Pending));
        let withdrawn = events(db)
            .iter()
            .filter(|it| it.details.contains_key("approval_withdrawn"))
            .count();
        assert_eq!(withdrawn, 2);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever is done in whatever order, a task's state makes sense.
    #[test]
    fn the_states_keep_their_invariants(steps in prop::collection::vec((0_usize..10, 0_usize..3), 1..30)) {
        each(|_, tasks| {
            let ann = ann();
            let by = By::new(&ann, now());
            let ids = ["a", "b", "c"].map(|it| make(tasks, it));
            for (step, which) in &steps {
                let (id, other) = (ids[*which], ids[(*which + 1) % 3]);
                let done = match step {
                    0 => tasks.start(&by, id, None, yes).map(drop),
                    1 => tasks.block(&by, id, "r", yes).map(drop),
                    2 => tasks.unblock(&by, id, None, yes).map(drop),
                    3 => tasks.complete(&by, id, None, yes).map(drop),
                    4 => tasks.cancel(&by, id, "r", yes).map(drop),
                    5 => tasks.reopen(&by, id, "r", yes).map(drop),
                    6 => tasks.delete(&by, id, "r", yes).map(drop),
                    7 => tasks.add_dependency(&by, id, other, yes, yes).map(drop),
                    8 => tasks.remove_dependency(&by, id, other, yes).map(drop),
                    _ => tasks.submit(&by, id, None, yes).map(drop),
                };
                assert!(!matches!(done, Err(TaskError::Database(_))), "{done:?}");
                for id in ids {
                    let task = tasks.get(id, yes).unwrap();
                    let held = task.blocked_reason.is_some() || !task.waits_for.is_empty();
                    if task.status.is_active() {
                        assert_eq!(held, task.status == S::Blocked, "{task:?}");
                    }
                    assert_eq!(task.completed.is_some(), task.status == S::Completed);
                    for needed in &task.waits_for {
                        assert_ne!(tasks.get(*needed, yes).unwrap().status, S::Completed);
                        if task.status.is_active() {
                            let needed = tasks.get(*needed, yes).unwrap();
                            assert!(needed.status.is_active(), "stranded: {task:?}");
                        }
                    }
                }
            }
        });
    }
}
