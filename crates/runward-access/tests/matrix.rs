//! The engine against the oracle: every role, alone and with every membership, every action, every
//! kind of thing, severity, ownership and approver.
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

use std::sync::Arc;

use proptest::prelude::*;
use runward_access::{Matrix, PrincipalKind, Request};
use runward_model::{Action, Resource, Role, Severity};
use support::{SEVERITIES, engine, finding, member, now, oracle, shipped, task};

const ME: &str = "me";
const OTHER: &str = "other";
const HERE: &str = "here";

const APPROVERS: [Option<Role>; 4] = [
    None,
    Some(Role::Developer),
    Some(Role::TeamLead),
    Some(Role::SecurityLead),
];

/// Everything that can be asked about, in each relation to who asks.
fn things() -> Vec<Resource> {
    let repository = |name: &str| Resource::Repository {
        name: name.to_owned(),
    };
    let mut things = vec![
        repository(HERE),
        repository("there"),
        Resource::System,
        Resource::Principal { id: ME.to_owned() },
        Resource::Principal {
            id: OTHER.to_owned(),
        },
        Resource::Principal {
            id: "nobody".to_owned(),
        },
    ];
    for owner in [ME, OTHER] {
        things.push(Resource::Token {
            id: "t".to_owned(),
            owner: owner.to_owned(),
        });
    }
    for severity in SEVERITIES {
        for approver in APPROVERS {
            for involved in [&[][..], &[ME], &[OTHER], &[ME, OTHER]] {
                things.push(finding(HERE, severity, approver, involved));
            }
            for owner in [ME, OTHER] {
                for assignee in [None, Some(ME), Some(OTHER)] {
                    for requester in [None, Some(ME), Some(OTHER)] {
                        things.push(task(HERE, owner, assignee, requester, severity, approver));
                    }
                }
            }
        }
    }
    things
}

#[test]
fn the_full_matrix_is_as_the_oracle_says() {
    let policies = shipped();
    let things = things();
    let global = [
        None,
        Some(Role::SecurityLead),
        Some(Role::Auditor),
        Some(Role::Admin),
    ];
    let places = [
        None,
        Some((HERE, Role::Viewer)),
        Some((HERE, Role::Developer)),
        Some((HERE, Role::TeamLead)),
        Some(("there", Role::TeamLead)),
    ];
    let (mut asked, mut allowed) = (0_u32, 0_u32);
    for role in global {
        for place in places {
            for disabled in [false, true] {
                let mut me = member(ME, role.as_slice(), place.as_slice());
                me.principal.disabled = disabled.then(now);
                let engine = engine(&policies, vec![me.clone(), member(OTHER, &[], &[])], vec![]);
                for &action in Action::ALL {
                    for resource in &things {
                        let request = Request {
                            principal: ME,
                            token: None,
                            action,
                            resource,
                            now: now(),
                        };
                        let decision = engine.decide(&request);
                        assert_eq!(
                            decision.allowed,
                            oracle(&me, action, resource),
                            "{role:?} {place:?} disabled: {disabled} {action} {resource:?} {:?}",
                            decision.rule_ids(),
                        );
                        assert!(!decision.rules.is_empty());
                        assert!(decision.rules.iter().all(|it| it.id != "failed"));
                        asked += 1;
                        allowed += u32::from(decision.allowed);
                    }
                }
            }
        }
    }
    println!("{asked} questions, {allowed} allowed");
    assert!(allowed > 1_000 && asked > 400_000);
}

#[test]
fn the_readme_shows_the_matrix_of_the_shipped_policies() {
    let readme = include_str!("../../../policies/README.md");
    let table = Matrix::of(&shipped()).unwrap().markdown();
    assert!(
        readme.contains(&table),
        "policies/README.md should have\n{table}"
    );
}

fn any_role() -> impl Strategy<Value = Role> {
    prop::sample::select(&runward_access::GLOBAL_ROLES[..])
}

fn any_repository() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "team/d"]).prop_map(str::to_owned)
}

fn any_person() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["me", "p1", "p2"]).prop_map(str::to_owned)
}

pub fn any_resource() -> impl Strategy<Value = Resource> {
    let severity = prop::sample::select(&SEVERITIES[..]);
    // Roles that cannot approve too: they count as the strictest.
    let approver = prop::option::of(prop::sample::select(Role::ALL));
    let tasks = (
        any_repository(),
        any_person(),
        prop::option::of(any_person()),
        prop::option::of(any_person()),
        severity.clone(),
        approver.clone(),
        "[A-Z]-[0-9]{1,3}",
    )
        .prop_map(
            |(repository, owner, assignee, requester, severity, approver, id)| Resource::Task {
                id,
                repository,
                owner,
                assignee,
                requester,
                severity,
                approver,
            },
        );
    let findings = (
        any_repository(),
        severity,
        approver,
        prop::collection::btree_set(any_person(), 0..3),
    )
        .prop_map(
            |(repository, severity, approver, involved)| Resource::Finding {
                id: "f".to_owned(),
                repository,
                severity,
                approver,
                involved,
            },
        );
    prop_oneof![
        4 => tasks,
        3 => findings,
        1 => any_repository().prop_map(|name| Resource::Repository { name }),
        1 => any_person().prop_map(|owner| Resource::Token { id: "t".to_owned(), owner }),
        1 => any_person().prop_map(|id| Resource::Principal { id }),
        1 => Just(Resource::System),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// People with several roles and memberships, and any ids.
    #[test]
    fn random_worlds_are_as_the_oracle_says(
        roles in prop::collection::btree_set(any_role(), 0..3),
        memberships in prop::collection::btree_map(
            any_repository(), prop::sample::select(&runward_access::REPOSITORY_ROLES[..]), 0..4),
        disabled in prop::bool::weighted(0.1),
        service in any::<bool>(),
        resource in any_resource(),
    ) {
        let mut me = member("me", &[], &[]);
        me.roles = roles;
        me.memberships = memberships;
        me.principal.disabled = disabled.then(now);
        if service {
            me.principal.kind = PrincipalKind::Service;
        }
        let engine = engine(&POLICIES.with(Arc::clone), vec![me.clone()], vec![]);
        for &action in Action::ALL {
            let request = Request { principal: "me", token: None, action, resource: &resource, now: now() };
            prop_assert_eq!(engine.decide(&request).allowed, oracle(&me, action, &resource), "{}", action);
        }
    }
}

thread_local! {
    static POLICIES: Arc<runward_access::Policies> = shipped();
}

#[test]
fn the_matrix_of_the_source_holds() {
    // Severity, class → approver, as `runward-assess` gives it; and who may then approve.
    let rows = [
        (
            Severity::Critical,
            Some(Role::SecurityLead),
            [false, false, true],
        ),
        (
            Severity::Critical,
            Some(Role::TeamLead),
            [false, true, true],
        ),
        (Severity::High, Some(Role::TeamLead), [false, true, true]),
        (Severity::High, Some(Role::Developer), [true, true, true]),
        (Severity::Medium, Some(Role::Developer), [true, true, true]),
        (Severity::Low, Some(Role::Developer), [true, true, true]),
        // A matrix that leaves what is critical to developers does not have its way.
        (
            Severity::Critical,
            Some(Role::Developer),
            [false, true, true],
        ),
    ];
    let people = vec![
        member("developer", &[], &[(HERE, Role::Developer)]),
        member("team-lead", &[], &[(HERE, Role::TeamLead)]),
        member("security-lead", &[Role::SecurityLead], &[]),
    ];
    let engine = engine(&shipped(), people, vec![]);
    for (severity, approver, expected) in rows {
        let task = task(HERE, "somebody", None, None, severity, approver);
        let finding = finding(HERE, severity, approver, &[]);
        for (who, expected) in ["developer", "team-lead", "security-lead"]
            .into_iter()
            .zip(expected)
        {
            for (action, resource) in [
                (Action::ApproveTask, &task),
                (Action::AcceptFinding, &finding),
            ] {
                let request = Request {
                    principal: who,
                    token: None,
                    action,
                    resource,
                    now: now(),
                };
                assert_eq!(
                    engine.decide(&request).allowed,
                    expected,
                    "{who} {action} {severity} {approver:?}"
                );
            }
        }
    }
}
