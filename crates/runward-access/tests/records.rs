//! Principals, roles and memberships in both databases, and that what is taken away no longer holds
//! at the next request.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    clippy::print_stdout,
    reason = "tests may stop, and go through one story in one place"
)]

mod support;

use jiff::Timestamp;
use runward_access::{
    Access, AccessError, Caller, Limits, LoginError, Policies, PrincipalChange, Request, Scope,
    add_principal, bootstrap, change_principal, create_token, disable_principal, enable_principal,
    grant_role, join_repository, leave_repository, revoke_role, revoke_token, revoke_tokens_of,
};
use runward_db::{
    Db, Lock,
    testing::{each_backend, each_place, open},
};
use runward_model::{Action, Actor, Event, EventType, Outcome, Resource, Role};
use support::{
    now,
    store::{access, events, free, kinds, new, new_token, people, root},
};

fn repository() -> Resource {
    Resource::Repository {
        name: "a".to_owned(),
    }
}

fn may(access: &Access, db: &Db, caller: &Caller, action: Action, now: Timestamp) -> bool {
    let engine = access.engine(db).unwrap();
    let resource = if action == Action::ManageAccess {
        Resource::System
    } else {
        repository()
    };
    engine.decide(&caller.asks(action, &resource, now)).allowed
}

#[test]
fn a_database_is_set_up_once() {
    each_backend(|db| {
        let access = access();
        assert!(!access.engine(&db).unwrap().is_set_up());
        let ada = bootstrap(&db, &root(), now(), &new("ada")).unwrap();
        assert_eq!((ada.id.as_str(), ada.name.as_str()), ("ada", "ada"));
        let engine = access.engine(&db).unwrap();
        assert!(engine.is_set_up());
        assert_eq!(engine.holders(Role::Admin), ["ada"]);
        assert!(matches!(
            bootstrap(&db, &root(), now(), &new("eve")),
            Err(AccessError::AlreadySetUp)
        ));
        assert_eq!(
            kinds(&db),
            [EventType::PrincipalAdded, EventType::RoleGranted]
        );
    });
}

#[test]
fn every_change_is_recorded_once_and_none_that_was_none() {
    each_backend(|db| {
        people(&db);
        let before = events(&db).len();
        let dev = Actor::principal("ada");
        // Nothing changes.
        assert!(!join_repository(&db, &dev, now(), "dev", "a", Role::Developer, free).unwrap());
        assert!(!grant_role(&db, &dev, now(), "lead", Role::SecurityLead, free).unwrap());
        assert!(!enable_principal(&db, &dev, now(), "dev", free).unwrap());
        change_principal(&db, &dev, now(), "dev", &PrincipalChange::default(), free).unwrap();
        assert_eq!(events(&db).len(), before);
        // Something does.
        assert!(join_repository(&db, &dev, now(), "dev", "a", Role::TeamLead, free).unwrap());
        leave_repository(&db, &dev, now(), "dev", "a", free).unwrap();
        assert!(grant_role(&db, &dev, now(), "ada", Role::Auditor, free).unwrap());
        revoke_role(&db, &dev, now(), "lead", Role::SecurityLead, free).unwrap();
        let to = PrincipalChange {
            name: Some("Dev O’Ps".to_owned()),
            email: Some(Some("dev@example.org".to_owned())),
        };
        change_principal(&db, &dev, now(), "dev", &to, free).unwrap();
        assert!(disable_principal(&db, &dev, now(), "dev", Some("left"), free).unwrap());
        assert!(!disable_principal(&db, &dev, now(), "dev", None, free).unwrap());
        assert!(enable_principal(&db, &dev, now(), "dev", free).unwrap());
        let recorded: Vec<Event> = events(&db).split_off(before);
        let kinds: Vec<EventType> = recorded.iter().map(|it| it.event_type).collect();
        assert_eq!(
            kinds,
            [
                EventType::MembershipAdded,
                EventType::MembershipRemoved,
                EventType::RoleGranted,
                EventType::RoleRevoked,
                EventType::PrincipalChanged,
                EventType::PrincipalDisabled,
                EventType::PrincipalChanged,
            ]
        );
        assert_eq!(recorded[0].changes["role"].old, "developer");
        assert_eq!(recorded[0].repository.as_deref(), Some("a"));
        // Somebody who gives themselves a role is seen doing it.
        assert_eq!(recorded[2].details["self"], true);
        assert_eq!(recorded[5].reason.as_deref(), Some("left"));
    });
}

#[test]
fn wrong_requests_are_refused_and_leave_nothing() {
    each_backend(|db| {
        people(&db);
        let before = events(&db).len();
        let generation = access().engine(&db).unwrap().generation();
        let by = root();
        let roles = [
            grant_role(&db, &by, now(), "dev", Role::Developer, free).map(drop),
            revoke_role(&db, &by, now(), "dev", Role::Viewer, free),
        ];
        assert!(
            roles
                .iter()
                .all(|it| matches!(it, Err(AccessError::RoleNeedsRepository(_))))
        );
        assert!(matches!(
            join_repository(&db, &by, now(), "dev", "a", Role::Admin, free),
            Err(AccessError::RoleIsGlobal(_))
        ));
        for id in ["nobody", "", "a\0b", "' OR 1=1 --"] {
            let unknown = [
                grant_role(&db, &by, now(), id, Role::Auditor, free).map(drop),
                disable_principal(&db, &by, now(), id, None, free).map(drop),
                leave_repository(&db, &by, now(), id, "a", free),
                join_repository(&db, &by, now(), id, "a", Role::Viewer, free).map(drop),
                revoke_tokens_of(&db, &by, now(), id, free).map(drop),
            ];
            for result in unknown {
                assert!(
                    matches!(result, Err(AccessError::UnknownPrincipal(_))),
                    "{id:?}: {result:?}"
                );
            }
        }
        assert!(matches!(
            revoke_role(&db, &by, now(), "dev", Role::Auditor, free),
            Err(AccessError::RoleNotHeld { .. })
        ));
        for place in ["b", "a\0"] {
            assert!(matches!(
                leave_repository(&db, &by, now(), "dev", place, free),
                Err(AccessError::NotMember { .. })
            ));
        }
        assert!(matches!(
            join_repository(&db, &by, now(), "dev", "../a", Role::Viewer, free),
            Err(AccessError::Name(_))
        ));
        for id in ["Dev", "dеv", "a b", ""] {
            assert!(matches!(
                add_principal(&db, &by, now(), &new(id), free),
                Err(AccessError::Name(_))
            ));
        }
        assert!(matches!(
            add_principal(&db, &by, now(), &new("dev"), free),
            Err(AccessError::PrincipalExists(_))
        ));
        assert_eq!(events(&db).len(), before);
        assert_eq!(access().engine(&db).unwrap().generation(), generation);
    });
}

#[test]
fn somebody_always_manages_access() {
    each_backend(|db| {
        people(&db);
        let by = Actor::principal("ada");
        for result in [
            revoke_role(&db, &by, now(), "ada", Role::Admin, free).map(|()| true),
            disable_principal(&db, &by, now(), "ada", None, free),
        ] {
            assert!(
                matches!(result, Err(AccessError::LastAdmin(_))),
                "{result:?}"
            );
        }
        // Another, but disabled, is no other.
        grant_role(&db, &by, now(), "dev", Role::Admin, free).unwrap();
        disable_principal(&db, &by, now(), "dev", None, free).unwrap();
        assert!(matches!(
            revoke_role(&db, &by, now(), "ada", Role::Admin, free),
            Err(AccessError::LastAdmin(_))
        ));
        // A disabled admin's role can be taken: nothing is lost.
        revoke_role(&db, &by, now(), "dev", Role::Admin, free).unwrap();
        grant_role(&db, &by, now(), "lead", Role::Admin, free).unwrap();
        disable_principal(&db, &by, now(), "ada", None, free).unwrap();
        assert!(matches!(
            disable_principal(&db, &by, now(), "lead", None, free),
            Err(AccessError::LastAdmin(_))
        ));
    });
}

#[test]
fn what_is_taken_away_is_gone_at_the_next_request_of_another_process() {
    each_place(|place| {
        let (here, there) = (open(&place), open(&place));
        people(&here);
        let access = access();
        let dev = Caller::vouched("dev");
        let by = root();
        assert!(may(&access, &here, &dev, Action::RunScan, now()));
        leave_repository(&there, &by, now(), "dev", "a", free).unwrap();
        assert!(!may(&access, &here, &dev, Action::RunScan, now()));
        join_repository(&there, &by, now(), "dev", "a", Role::Developer, free).unwrap();
        assert!(may(&access, &here, &dev, Action::RunScan, now()));
        join_repository(&there, &by, now(), "dev", "a", Role::Viewer, free).unwrap();
        assert!(!may(&access, &here, &dev, Action::RunScan, now()));

        let lead = Caller::vouched("lead");
        assert!(may(&access, &here, &lead, Action::RunScan, now()));
        disable_principal(&there, &by, now(), "lead", None, free).unwrap();
        assert!(!may(&access, &here, &lead, Action::RunScan, now()));
        enable_principal(&there, &by, now(), "lead", free).unwrap();
        assert!(may(&access, &here, &lead, Action::RunScan, now()));
        revoke_role(&there, &by, now(), "lead", Role::SecurityLead, free).unwrap();
        assert!(!may(&access, &here, &lead, Action::RunScan, now()));

        // A token: revoked, and, later, expired.
        grant_role(&there, &by, now(), "lead", Role::SecurityLead, free).unwrap();
        let limits = Limits::default();
        let made = |entropy| {
            let new = new_token("lead", &[Scope::Scan]);
            create_token(&there, &by, now(), &new, &[entropy; 40], &limits, free).unwrap()
        };
        let (info, text) = made(1);
        let caller = access
            .authenticate(&here, &text.reveal(), now(), None)
            .unwrap();
        assert!(may(&access, &here, &caller, Action::RunScan, now()));
        assert!(
            !may(&access, &here, &caller, Action::CreateTask, now()),
            "out of scope"
        );
        assert!(!may(&access, &here, &caller, Action::RunScan, info.expires));
        revoke_token(&there, &by, now(), &info.id, None, |tx, _| free(tx)).unwrap();
        assert!(!may(&access, &here, &caller, Action::RunScan, now()));
        assert!(matches!(
            access.authenticate(&here, &text.reveal(), now(), None),
            Err(LoginError::Refused)
        ));
        let (info, text) = made(2);
        assert!(
            access
                .authenticate(&here, &text.reveal(), info.expires, None)
                .is_err()
        );
        // Disabled: their tokens end, and do not come back with them.
        disable_principal(&there, &by, now(), "lead", None, free).unwrap();
        assert!(
            access
                .authenticate(&here, &text.reveal(), now(), None)
                .is_err()
        );
        enable_principal(&there, &by, now(), "lead", free).unwrap();
        assert!(
            access
                .authenticate(&here, &text.reveal(), now(), None)
                .is_err()
        );
    });
}

#[test]
fn a_check_inside_the_transaction_decides_and_leaves_nothing_behind() {
    each_backend(|db| {
        people(&db);
        let access = access();
        let before = events(&db).len();
        let resource = Resource::Principal {
            id: "dev".to_owned(),
        };
        let as_caller = |caller: Caller| {
            let resource = resource.clone();
            grant_role(&db, &caller.actor(), now(), "dev", Role::Auditor, |tx| {
                let engine = access.engine_in(tx)?;
                engine
                    .authorise(&caller, Action::ManageAccess, &resource, now())
                    .map(drop)
                    .map_err(AccessError::Denied)
            })
        };
        let Err(AccessError::Denied(denial)) = as_caller(Caller::vouched("lead")) else {
            panic!("a security lead granted a role");
        };
        assert_eq!(events(&db).len(), before);
        let event = denial.event(now());
        assert_eq!(event.event_type, EventType::AccessDenied);
        assert_eq!(event.outcome, Outcome::Denied);
        assert_eq!(event.details["rule"], "no-rule");
        db.write(Lock::Access, |tx| tx.emit(&event)).unwrap();
        assert!(as_caller(Caller::vouched("ada")).unwrap());
        assert_eq!(events(&db).len(), before + 2);
    });
}

#[test]
fn a_picture_of_what_was_undone_is_not_kept() {
    each_backend(|db| {
        people(&db);
        let access = access();
        access.engine(&db).unwrap();
        let allowed = |engine: &runward_access::Engine| {
            let request = Request {
                principal: "dev",
                token: None,
                action: Action::RunScan,
                resource: &repository(),
                now: now(),
            };
            engine.decide(&request).allowed
        };
        let undone: Result<(), AccessError> = db.write(Lock::Access, |tx| {
            tx.execute("DELETE FROM memberships")?;
            tx.ids("access", 1)?;
            assert!(!allowed(&*access.engine_in(tx)?));
            Err(AccessError::NoScope)
        });
        assert!(undone.is_err());
        assert!(allowed(&access.engine(&db).unwrap()));
        // Another change gets the number that the undone one had.
        grant_role(&db, &root(), now(), "dev", Role::Auditor, free).unwrap();
        assert!(
            !allowed(&access.engine(&db).unwrap()),
            "auditors change nothing"
        );
    });
}

#[test]
fn a_change_of_policies_is_recorded_once() {
    each_backend(|db| {
        let shipped = access();
        assert!(shipped.record_policies(&db, &root(), now()).unwrap());
        assert!(!shipped.record_policies(&db, &root(), now()).unwrap());
        let own = "@id(\"mine\") @why(\"x\") permit (principal, action, resource);";
        let source = runward_access::PolicySource {
            file: "own.cedar".to_owned(),
            text: own.to_owned(),
        };
        let other = Access::new(Policies::with(&[source], &Limits::default()).unwrap());
        assert!(other.record_policies(&db, &root(), now()).unwrap());
        let events = events(&db);
        assert_eq!(events.len(), 2);
        assert_eq!(events[1].event_type, EventType::PolicyChanged);
        assert_eq!(events[1].details["own_rules"], serde_json::json!(["mine"]));
        assert_eq!(
            events[1].changes["digest"].new,
            other.policies().unwrap().digest()
        );
    });
}

#[test]
fn two_admins_who_disable_each_other_at_once_leave_one() {
    each_place(|place| {
        let (here, there) = (open(&place), open(&place));
        bootstrap(&here, &root(), now(), &new("ada")).unwrap();
        add_principal(&here, &root(), now(), &new("bob"), free).unwrap();
        grant_role(&here, &root(), now(), "bob", Role::Admin, free).unwrap();
        for _ in 0..20 {
            let disable =
                |db: &Db, who: &str| disable_principal(db, &root(), now(), who, None, free).is_ok();
            let (one, other) = std::thread::scope(|scope| {
                let other = scope.spawn(|| disable(&there, "ada"));
                (disable(&here, "bob"), other.join().unwrap())
            });
            assert!(one != other, "both or none: {one}");
            let engine = access().engine(&here).unwrap();
            assert_eq!(engine.holders(Role::Admin).len(), 1);
            for id in ["ada", "bob"] {
                enable_principal(&here, &root(), now(), id, free).unwrap();
            }
        }
    });
}
