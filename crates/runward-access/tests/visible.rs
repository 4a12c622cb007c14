//! Lists show exactly what checks of each item allow, whatever the policies are.
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

use std::{collections::BTreeMap, sync::Arc};

use proptest::prelude::*;
use runward_access::{Policies, Request, Scope};
use runward_model::{Action, Resource, Role, Severity, Visible};
use support::{SEVERITIES, engine, finding, member, now, shipped, task, token, with};

/// Policies that a team may add, and whether lists of tasks can still be filtered by them.
const OWN: [(&str, bool); 8] = [
    ("", true),
    (
        "@id(\"freeze\") @why(\"a is frozen\") forbid (principal, action, resource in Repository::\"a\");",
        true,
    ),
    (
        "@id(\"open\") @why(\"b is open\") permit (principal, action in Action::\"read\", resource) \
         when { resource in Repository::\"b\" };",
        true,
    ),
    (
        "@id(\"all\") @why(\"everybody sees all but c\") permit (principal, action == Action::\"view_task\", resource) \
         unless { resource in [Repository::\"c\"] };",
        true,
    ),
    (
        "@id(\"secret\") @why(\"critical is secret\") forbid (principal, action == Action::\"view_task\", resource is Task) \
         when { resource.severity == Severity::\"critical\" };",
        false,
    ),
    (
        "@id(\"one\") @why(\"T-1 is for all\") permit (principal, action == Action::\"view_task\", resource == Task::\"T-1\");",
        false,
    ),
    (
        "@id(\"no-own\") @why(\"owners do not see theirs\") forbid (principal, action == Action::\"view_task\", resource is Task) \
         when { resource.owner == principal };",
        true,
    ),
    (
        "@id(\"asked\") @why(\"who asked sees it\") permit (principal, action == Action::\"view_task\", resource is Task) \
         when { resource.requesters.contains(principal) };",
        false,
    ),
];

thread_local! {
    static POLICIES: Vec<Arc<Policies>> = OWN.iter().map(|(text, _)| with(text)).collect();
}

fn shows(visible: &Visible, resource: &Resource) -> bool {
    match (visible, resource) {
        (Visible::All, _) => true,
        (
            Visible::Of {
                repositories,
                person,
            },
            Resource::Task {
                repository,
                owner,
                assignee,
                ..
            },
        ) => {
            repositories.contains(repository)
                || person
                    .as_ref()
                    .is_some_and(|it| it == owner || Some(it) == assignee.as_ref())
        }
        (
            Visible::Of { repositories, .. },
            Resource::Finding { repository, .. } | Resource::Repository { name: repository },
        ) => repositories.contains(repository),
        _ => panic!("no item: {resource:?}"),
    }
}

/// Every item that could be in a list.
fn items() -> Vec<Resource> {
    let mut items = Vec::new();
    for repository in ["a", "b", "c", "d"] {
        items.push(Resource::Repository {
            name: repository.to_owned(),
        });
        for severity in SEVERITIES {
            for involved in [&[][..], &["me"]] {
                items.push(finding(repository, severity, None, involved));
            }
            for owner in ["me", "p"] {
                for assignee in [None, Some("me"), Some("p")] {
                    for requester in [None, Some("me")] {
                        for id in ["T-1", "T-2"] {
                            let mut item =
                                task(repository, owner, assignee, requester, severity, None);
                            if let Resource::Task { id: to, .. } = &mut item {
                                id.clone_into(to);
                            }
                            items.push(item);
                        }
                    }
                }
            }
        }
    }
    items
}

/// The kind of item that a list of this action has.
fn listed(action: Action, item: &Resource) -> bool {
    match action {
        Action::ViewTask | Action::UpdateTask | Action::CompleteTask | Action::ApproveTask => {
            matches!(item, Resource::Task { .. })
        }
        Action::ViewFinding | Action::ExportFindings | Action::TriageFinding => {
            matches!(item, Resource::Finding { .. })
        }
        _ => matches!(item, Resource::Repository { .. }),
    }
}

const LISTS: [Action; 9] = [
    Action::ViewTask,
    Action::UpdateTask,
    Action::CompleteTask,
    Action::ApproveTask,
    Action::ViewFinding,
    Action::ExportFindings,
    Action::TriageFinding,
    Action::RunScan,
    Action::ViewAudit,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn lists_show_what_checks_allow(
        own in 0..OWN.len(),
        roles in prop::collection::btree_set(prop::sample::select(&runward_access::GLOBAL_ROLES[..]), 0..2),
        memberships in prop::collection::btree_map(
            prop::sample::select(vec!["a", "b", "c"]).prop_map(str::to_owned),
            prop::sample::select(&runward_access::REPOSITORY_ROLES[..]), 0..3),
        disabled in prop::bool::weighted(0.1),
        narrowed in prop::option::of((
            prop::collection::vec(prop::sample::select(&Scope::GROUPS[..]), 1..3),
            prop::option::of(prop::collection::vec(prop::sample::select(vec!["a", "b", "d"]), 1..3)),
        )),
    ) {
        let mut me = member("me", &[], &[]);
        me.roles = roles;
        me.memberships = memberships;
        me.principal.disabled = disabled.then(now);
        let used = narrowed.map(|(scopes, places)| token("t", "me", &scopes, places.as_deref()));
        let name = used.is_some().then_some("t");
        let policies = POLICIES.with(|all| Arc::clone(&all[own]));
        let engine = engine(&policies, vec![me], used.into_iter().collect());
        for action in LISTS {
            let visibility = engine.visible("me", name, action, now());
            for item in items().iter().filter(|item| listed(action, item)) {
                let request = Request { principal: "me", token: name, action, resource: item, now: now() };
                let allowed = engine.decide(&request).allowed;
                let shown = shows(&visibility.visible, item);
                if visibility.exact {
                    prop_assert_eq!(shown, allowed, "{} {:?} {:?}", action, visibility, item);
                } else {
                    prop_assert!(shown || !allowed, "{} {:?} {:?}", action, visibility, item);
                }
            }
        }
    }
}

#[test]
fn with_the_shipped_policies_lists_need_no_checks() {
    let people = vec![
        member("dev", &[], &[("a", Role::Developer), ("b", Role::Viewer)]),
        member("lead", &[Role::SecurityLead], &[]),
        member("nobody", &[], &[]),
    ];
    let engine = engine(&shipped(), people, vec![]);
    let of = |repositories: &[&str], person: Option<&str>| Visible::Of {
        repositories: repositories.iter().map(|it| (*it).to_owned()).collect(),
        person: person.map(str::to_owned),
    };
    let expected = BTreeMap::from([
        (("dev", Action::ViewTask), of(&["a", "b"], Some("dev"))),
        (("dev", Action::ViewFinding), of(&["a", "b"], None)),
        (("dev", Action::ExportFindings), of(&["a"], None)),
        (("lead", Action::ViewTask), Visible::All),
        (("lead", Action::ViewFinding), Visible::All),
        (("nobody", Action::ViewTask), of(&[], Some("nobody"))),
        (("nobody", Action::ViewFinding), of(&[], None)),
        (("stranger", Action::ViewTask), of(&[], None)),
        (("lead", Action::ExportAudit), Visible::All),
        (("dev", Action::ExportAudit), of(&[], None)),
    ]);
    for ((who, action), visible) in expected {
        let found = engine.visible(who, None, action, now());
        assert!(found.exact, "{who} {action}");
        assert_eq!(found.visible, visible, "{who} {action}");
    }
}

#[test]
fn own_policies_that_look_deeper_are_noticed() {
    for (text, exact) in OWN {
        let people = vec![member("me", &[], &[("a", Role::Developer)])];
        let engine = engine(&with(text), people, vec![]);
        let found = engine.visible("me", None, Action::ViewTask, now());
        // Frozen, though they own tasks in it: not a filter that a list has.
        let expected = exact
            && !text.contains("freeze")
            && !text.contains("no-own")
            && !text.contains("unless");
        assert_eq!(found.exact, expected, "{text}: {found:?}");
        // Findings are not concerned by what is about tasks.
        if !text.contains("action, resource in") {
            assert!(
                engine.visible("me", None, Action::ViewFinding, now()).exact,
                "{text}"
            );
        }
    }
    let _ = Severity::Low;
}
