//! A team's own policies: what is taken, what is refused and where, and that they cannot undo what
//! is forbidden.
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
use runward_access::{
    AccessError, Limits, Policies, PolicyProblem, PolicySource, Request, SHIPPED_POLICIES, validate,
};
use runward_model::{Action, Role, Severity};
use support::{engine, member, now, task, with};

fn problems(text: &str) -> Vec<PolicyProblem> {
    let source = PolicySource {
        file: "own.cedar".to_owned(),
        text: text.to_owned(),
    };
    validate(&[source], &Limits::default())
}

#[test]
fn a_permit_for_everything_does_not_undo_what_is_forbidden() {
    let policies =
        with("@id(\"all\") @why(\"anything goes\") permit (principal, action, resource);");
    let mut off = member("off", &[Role::Admin], &[]);
    off.principal.disabled = Some(now());
    let people = vec![
        member(
            "owner",
            &[Role::Admin, Role::SecurityLead],
            &[("a", Role::TeamLead)],
        ),
        member("auditor", &[Role::Auditor], &[("a", Role::TeamLead)]),
        member("dev", &[], &[("a", Role::Developer)]),
        off,
    ];
    let engine = engine(&policies, people, vec![]);
    let own = task("a", "owner", None, None, Severity::Critical, None);
    for (who, action, rule) in [
        ("owner", Action::ApproveTask, "approve-own-task"),
        ("owner", Action::WaiveGate, "approve-own-task"),
        ("auditor", Action::UpdateTask, "auditor-changes-nothing"),
        ("dev", Action::ApproveTask, "critical-needs-a-lead"),
        ("off", Action::ViewTask, "disabled"),
    ] {
        let request = Request {
            principal: who,
            token: None,
            action,
            resource: &own,
            now: now(),
        };
        let decision = engine.decide(&request);
        assert!(!decision.allowed, "{who} {action}");
        assert_eq!(decision.rule_ids(), rule);
    }
    let request = Request {
        principal: "dev",
        token: None,
        action: Action::DeleteTask,
        resource: &own,
        now: now(),
    };
    assert!(engine.decide(&request).allowed);
}

#[test]
fn problems_name_their_place_and_the_next_step() {
    let head = "// first\n@id(\"x\")\n@why(\"y\")\n";
    for (text, line, expected) in [
        (
            format!("{head}permit (principal, action, resorce);"),
            4,
            "resorce",
        ),
        (
            format!("{head}permit (principal, action == Action::\"aprove_task\", resource);"),
            4,
            "aprove_task",
        ),
        (
            format!("{head}permit (principal in Role::\"boss\", action, resource);"),
            4,
            "boss",
        ),
        (
            format!(
                "{head}forbid (principal, action == Action::\"approve_task\", resource)\nwhen {{ resource.sevrity == Severity::\"low\" }};"
            ),
            5,
            "sevrity",
        ),
        // A word that is no severity, though it is a name.
        (
            format!(
                "{head}forbid (principal, action == Action::\"approve_task\", resource)\nwhen {{ resource.severity == Severity::\"blocker\" }};"
            ),
            5,
            "blocker",
        ),
        // An attribute that only some of the things have.
        (
            format!(
                "{head}permit (principal, action, resource)\nwhen {{ resource.owner == principal }};"
            ),
            5,
            "owner",
        ),
        // Never satisfied: its author believes in it.
        (
            format!("{head}forbid (principal, action == Action::\"run_scan\", resource is Task);"),
            2,
            "x",
        ),
        (
            "permit (principal, action, resource);".to_owned(),
            1,
            "no `@id`",
        ),
        (
            "\n@id(\"x\") permit (principal, action, resource);".to_owned(),
            2,
            "does not say why",
        ),
        (
            "@id(\"X y\") @why(\"z\") permit (principal, action, resource);".to_owned(),
            1,
            "cannot be a policy's id",
        ),
        (
            "@id(\"disabled\") @why(\"z\") permit (principal, action, resource);".to_owned(),
            1,
            "taken at access.cedar:",
        ),
        (
            format!("{head}permit (principal == ?principal, action, resource);"),
            2,
            "slot",
        ),
        (
            format!("{head}permit (principal, action, resource) when {{ \"abc"),
            4,
            "no end",
        ),
        (
            format!(
                "{head}permit (principal, action, resource) when {{ {}true{} }};",
                "(".repeat(5_000),
                ")".repeat(5_000)
            ),
            4,
            "nested",
        ),
        (
            format!(
                "{head}permit (principal, action, resource) when {{ {}true }};",
                "if true then true else ".repeat(5_000)
            ),
            4,
            "more than",
        ),
        (
            format!(
                "{head}permit (principal, action, resource) when {{ {}true }};",
                "!".repeat(5_000)
            ),
            4,
            "more than",
        ),
        (
            format!(
                "{head}permit (principal, action, resource) when {{ {}true }};",
                "true && ".repeat(5_000)
            ),
            4,
            "more than",
        ),
        ("x".repeat(300_000), 0, "more than 262144 bytes"),
        (
            "@id(\"x\") @why(\"y\") permit (principal, action, resource); ".repeat(1_200),
            1,
            "more than",
        ),
    ] {
        let found = problems(&text);
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        let start: String = text.chars().take(120).collect();
        assert!(
            found.iter().any(|it| it.line == line) && shown.iter().any(|it| it.contains(expected)),
            "{start}: {shown:#?}"
        );
        assert!(shown.iter().all(|it| !it.contains('\n')), "{shown:?}");
    }
}

#[test]
fn all_files_are_read_before_anything_is_said() {
    let source = |file: &str, text: &str| PolicySource {
        file: file.to_owned(),
        text: text.to_owned(),
    };
    let found = validate(
        &[
            source("a.cedar", "permit (principal, action, resource);"),
            source("b.cedar", "nonsense"),
            source("c.cedar", "// nothing"),
        ],
        &Limits::default(),
    );
    let files: Vec<&str> = found.iter().map(|it| it.file.as_str()).collect();
    assert_eq!(files, ["a.cedar", "b.cedar"]);
    let Err(AccessError::Policies(same)) =
        Policies::with(&[source("b.cedar", "nonsense")], &Limits::default())
    else {
        panic!("nonsense was taken");
    };
    assert_eq!(same.len(), 1);
}

#[test]
fn deep_policies_within_the_limits_are_judged_or_denied_but_do_not_end_the_program() {
    let mut judged = 0;
    // As deep as the limits allow, in each way of being deep.
    for deep in [
        format!("{}true{}", "(".repeat(28), ")".repeat(28)),
        format!("{}true", "if context.token then true else ".repeat(270)),
        format!("{}true", "context.token || ".repeat(380)),
        format!("{}1 > 0", "1 + ".repeat(900)),
        format!("principal.kind{} == \"x\"", ".kind".repeat(900)),
        format!(
            "{}1{}{} == 1",
            "{a: ".repeat(28),
            "}".repeat(28),
            ".a".repeat(28)
        ),
    ] {
        let text = format!(
            "@id(\"deep\") @why(\"deep\") forbid (principal, action, resource) when {{ {deep} }};"
        );
        let source = PolicySource {
            file: "deep.cedar".to_owned(),
            text,
        };
        // The stack of a test is that of a thread of the server: 2 MiB.
        let policies = match Policies::with(&[source], &Limits::default()) {
            Ok(policies) => policies,
            Err(error) => {
                println!("{error}");
                continue;
            }
        };
        let people = vec![member("a", &[Role::Admin], &[])];
        let engine = engine(&std::sync::Arc::new(policies), people, vec![]);
        let request = Request {
            principal: "a",
            token: None,
            action: Action::ManageStore,
            resource: &runward_model::Resource::System,
            now: now(),
        };
        assert!(!engine.decide(&request).allowed, "{deep}");
        judged += 1;
    }
    assert!(judged >= 5, "only {judged} were valid");
}

#[test]
fn a_policy_that_fails_when_evaluated_denies() {
    // Valid by its types; overflows when it is evaluated. Cedar leaves such a policy out.
    let policies = with(
        "@id(\"overflow\") @why(\"z\") forbid (principal, action, resource) \
         when { 9223372036854775807 + (if principal.enabled then 1 else 0) > 0 };",
    );
    let engine = engine(&policies, vec![member("a", &[Role::Admin], &[])], vec![]);
    let request = Request {
        principal: "a",
        token: None,
        action: Action::ManageStore,
        resource: &runward_model::Resource::System,
        now: now(),
    };
    let decision = engine.decide(&request);
    assert!(!decision.allowed);
    assert_eq!(decision.rule_ids(), "failed");
}

#[test]
fn what_the_documentation_shows_is_valid() {
    let readme = include_str!("../../../policies/README.md");
    let code: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .collect();
    let code = code.join("\n");
    assert_eq!(code.matches("@id").count(), 2);
    assert_eq!(problems(&code), []);
}

#[test]
fn every_shipped_policy_says_what_it_is() {
    let policies = Policies::shipped().unwrap();
    assert_eq!(
        policies.rules().len(),
        SHIPPED_POLICIES.matches("@id(").count()
    );
    for rule in policies.rules() {
        assert!(rule.shipped && rule.line > 1, "{rule:?}");
        assert!(
            rule.text.ends_with(';') && rule.text.contains(&rule.id),
            "{rule:?}"
        );
        assert!(
            rule.why.chars().next().is_some_and(char::is_lowercase),
            "{rule:?}"
        );
        assert_eq!(rule.forbids, rule.text.contains("\nforbid "), "{rule:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_text_is_judged(text in "(@id\\(\"[a-z]\"\\)|@why\\(\"x\"\\)|permit|forbid|\\(|\\)|principal|action|resource|,|;|when|unless|\\{|\\}|==|in|is|\\.owner|\"|[^a]| ){0,60}") {
        let _ = problems(&text);
    }
}
