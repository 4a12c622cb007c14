//! Denials say what decided and what it would take; the record says that it was a denial.
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

use proptest::prelude::*;
use runward_access::{Caller, Engine, Need, Request, Scope};
use runward_model::{Action, EventType, Outcome, Resource, Role, Severity};
use support::{
    SEVERITIES, engine, finding, member, now, oracle, shipped, task, token, token_oracle,
};

fn team() -> Engine {
    let mut off = member("off", &[], &[("a", Role::TeamLead)]);
    off.principal.disabled = Some(now());
    let people = vec![
        member("ada", &[Role::Admin], &[]),
        member("dev", &[], &[("a", Role::Developer)]),
        member("tom", &[], &[("a", Role::TeamLead)]),
        member("sue", &[Role::SecurityLead], &[]),
        member("aud", &[Role::Auditor], &[]),
        member("out", &[], &[("b", Role::TeamLead)]),
        off,
    ];
    let mut gone = token("gone", "tom", &[Scope::Write], None);
    gone.info.revoked = Some(now());
    let tokens = vec![
        token("narrow", "tom", &[Scope::Read], Some(&["b"])),
        token("wide", "tom", &[Scope::Write], None),
        gone,
    ];
    engine(&shipped(), people, tokens)
}

fn asks<'a>(principal: &'a str, action: Action, resource: &'a Resource) -> Request<'a> {
    Request {
        principal,
        token: None,
        action,
        resource,
        now: now(),
    }
}

#[test]
fn an_explanation_reads_like_this() {
    let engine = team();
    let high = task("a", "tom", None, None, Severity::High, None);
    let text = engine
        .explain(&asks("dev", Action::ApproveTask, &high))
        .to_string();
    assert_eq!(
        text,
        "`dev` may not `approve_task` `task:T-1`\n\
         because\n  no-rule: no rule permits it\n\
         by these facts\n  \
         `dev` holds no role in the whole installation\n  \
         `dev` is developer in `a`\n  \
         its severity is high, the priority matrix was not asked who approves, owner `tom`\n\
         to be allowed\n  be team-lead in `a` or be security-lead\n\
         who may: `sue`\n\
         who can give that: `ada`\n"
    );
    let text = engine
        .explain(&asks("tom", Action::ApproveTask, &high))
        .to_string();
    assert!(text.contains("approve-own-task: nobody approves"), "{text}");
    assert!(
        text.contains("somebody else has to do it\nwho may: `sue`\n"),
        "{text}"
    );
    assert!(!text.contains("who can give"), "{text}");
    let text = engine
        .explain(&asks("sue", Action::ApproveTask, &high))
        .to_string();
    assert!(text.starts_with("`sue` may `approve_task`"), "{text}");
    assert!(
        text.contains("approve-as-security-lead") && text.contains("access.cedar:"),
        "{text}"
    );
}

#[test]
fn what_is_missing_is_told() {
    let engine = team();
    let low = task("a", "dev", None, None, Severity::Low, None);
    let needs = |request: &Request<'_>| engine.explain(request).needs;
    let role = |here: Option<Role>, anywhere: &[Role]| Need::Role {
        here: here.map(|role| (role, "a".to_owned())),
        anywhere: anywhere.to_vec(),
    };
    for (who, action, expected) in [
        ("nobody", Action::ViewTask, vec![Need::BeAdded]),
        ("off", Action::ApproveTask, vec![Need::BeEnabled]),
        (
            "out",
            Action::ViewTask,
            vec![role(
                Some(Role::Viewer),
                &[Role::SecurityLead, Role::Auditor],
            )],
        ),
        (
            "out",
            Action::UpdateTask,
            vec![role(Some(Role::Developer), &[Role::SecurityLead])],
        ),
        ("aud", Action::UpdateTask, vec![Need::SomebodyElse]),
        ("tom", Action::ApproveTask, vec![]),
    ] {
        assert_eq!(needs(&asks(who, action, &low)), expected, "{who} {action}");
    }
    assert_eq!(
        needs(&asks("tom", Action::RunScan, &low)),
        [Need::OtherResource(vec!["repository".to_owned()])]
    );
    let with = |token| Request {
        token: Some(token),
        ..asks("tom", Action::ApproveTask, &low)
    };
    assert_eq!(needs(&with("wide")), []);
    assert_eq!(
        needs(&with("narrow")),
        [Need::TokenFor {
            action: Action::ApproveTask,
            repository: Some("a".to_owned()),
        }]
    );
    assert_eq!(needs(&with("gone")), [Need::LiveToken]);
    assert_eq!(needs(&with("none")), [Need::LiveToken]);
    assert_eq!(
        needs(&asks("tom", Action::PruneAudit, &Resource::System)),
        [role(None, &[Role::Admin])]
    );
}

#[test]
fn who_may_not_see_is_not_told_but_it_is_recorded() {
    let engine = team();
    let task = task("a", "dev", None, None, Severity::High, None);
    for (who, action, hidden) in [
        ("out", Action::ViewTask, true),
        ("out", Action::DeleteTask, true),
        ("tom", Action::ApproveTask, false),
        ("dev", Action::ApproveTask, false),
    ] {
        let caller = Caller {
            address: Some("192.0.2.1".to_owned()),
            ..Caller::vouched(who)
        };
        let Err(denial) = engine.authorise(&caller, action, &task, now()) else {
            assert_eq!(who, "tom");
            continue;
        };
        assert_eq!(denial.hidden, hidden, "{who}");
        let told = denial.to_string();
        assert_eq!(told.contains("not found or not yours"), hidden, "{told}");
        assert!(!hidden || !told.contains("may not"), "{told}");
        let event = denial.event(now());
        assert_eq!(event.event_type, EventType::TaskAccessDenied);
        assert_eq!(event.outcome, Outcome::Denied);
        assert_eq!(event.details["action"], action.as_str());
        assert_eq!(event.details["resource"]["id"], "T-1");
        assert!(!event.details["rule"].as_str().unwrap().is_empty());
        assert_eq!(event.repository.as_deref(), Some("a"));
        assert_eq!(event.actor.id, who);
        assert_eq!(event.actor.address.as_deref(), Some("192.0.2.1"));
        assert_eq!(
            (event.subject.kind.as_str(), event.subject.id.as_str()),
            ("task", "T-1")
        );
    }
    let finding = finding("a", Severity::High, None, &[]);
    for (resource, action, kind) in [
        (&finding, Action::TriageFinding, EventType::AccessDenied),
        (
            &Resource::System,
            Action::ExportAudit,
            EventType::AccessDenied,
        ),
        (
            &Resource::Repository {
                name: "a".to_owned(),
            },
            Action::CreateTask,
            EventType::TaskAccessDenied,
        ),
    ] {
        let denial = engine
            .authorise(&Caller::vouched("out"), action, resource, now())
            .unwrap_err();
        assert_eq!(denial.event(now()).event_type, kind);
        assert_eq!(denial.hidden, *resource != Resource::System);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Tokens narrow: never more than the owner, exactly what is left by scopes and repositories.
    #[test]
    fn a_token_leaves_what_its_owner_and_its_scopes_allow(
        scopes in prop::collection::vec(
            prop_oneof![
                prop::sample::select(&Scope::GROUPS[..]),
                prop::sample::select(Action::ALL).prop_map(Scope::One),
            ], 1..4),
        places in prop::option::of(prop::collection::vec(prop::sample::select(vec!["a", "b"]), 1..3)),
        role in prop::option::of(prop::sample::select(&runward_access::GLOBAL_ROLES[..])),
        here in prop::option::of(prop::sample::select(&runward_access::REPOSITORY_ROLES[..])),
        severity in prop::sample::select(&SEVERITIES[..]),
        mine in any::<bool>(),
        expired in prop::bool::weighted(0.1),
        revoked in prop::bool::weighted(0.1),
    ) {
        let mut me = member("me", role.as_slice(), &[]);
        me.memberships.extend(here.map(|role| ("a".to_owned(), role)));
        let mut used = token("t", "me", &scopes, places.as_deref());
        used.info.revoked = revoked.then(now);
        let at = if expired { used.info.expires } else { now() };
        let engine = engine(&shipped_once(), vec![me.clone(), member("p", &[Role::Admin], &[])], vec![used.clone()]);
        let owner = if mine { "me" } else { "p" };
        let involved: &[&str] = if mine { &["me"] } else { &[] };
        for resource in [
            task("a", owner, None, None, severity, None),
            finding("a", severity, None, involved),
            Resource::Repository { name: "a".to_owned() },
            Resource::Token { id: "t".to_owned(), owner: owner.to_owned() },
            Resource::Principal { id: owner.to_owned() },
            Resource::System,
        ] {
            for &action in Action::ALL {
                let request = Request { principal: "me", token: Some("t"), action, resource: &resource, now: at };
                let expected = !expired && !revoked
                    && oracle(&me, action, &resource) && token_oracle(&used, action, &resource);
                prop_assert_eq!(engine.decide(&request).allowed, expected, "{} {:?}", action, resource);
                // Somebody else's token is nobody's.
                let other = Request { principal: "p", ..request };
                prop_assert!(!engine.decide(&other).allowed);
            }
        }
    }
}

fn shipped_once() -> std::sync::Arc<runward_access::Policies> {
    thread_local! {
        static POLICIES: std::sync::Arc<runward_access::Policies> = shipped();
    }
    POLICIES.with(std::sync::Arc::clone)
}
