//! Validation as a whole.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{now, patterns};
use crate::{
    LIMITS, Rejected,
    input::{self, NEW_TASK, SCHEMAS, TASK_PATCH},
};

#[expect(clippy::needless_pass_by_value, reason = "for `json!`")]
fn rejected(value: Value) -> Rejected {
    input::validate(&NEW_TASK, &value, now(), patterns()).unwrap_err()
}

fn with(field: &str, value: impl Into<Value>) -> Value {
    let mut input = json!({"title": "x", "repository": "r"});
    input[field] = value.into();
    input
}

#[test]
fn every_problem_is_told_at_once_with_a_next_step() {
    let rejected = rejected(json!({
        "title": "t".repeat(201), "repository": "../etc", "prioritty": "P1", "deadline": "2026-03-01T12:00:00",
        "severity": "hgih", "tags": ["a,b"],
    }));
    let shown = rejected.to_string();
    let codes: Vec<&str> = rejected.problems.iter().map(|it| it.code).collect();
    assert_eq!(
        codes,
        [
            "too_long",
            "bad_name",
            "unknown_word",
            "no_zone",
            "bad_tag",
            "unknown_field"
        ]
    );
    for part in [
        "201 characters",
        "did you mean `priority`?",
        "did you mean `high`?",
        "without a zone",
        "(entry 1)",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(
        !shown.contains("../etc") && !shown.contains("hgih"),
        "values are not told: {shown}"
    );
}

#[test]
fn names_times_and_words_have_one_form() {
    for repository in [
        "r",
        "acme/web",
        "a/b/c/d",
        "A.b_c-d",
        "0x",
        "a".repeat(100).as_str(),
    ] {
        assert!(
            input::validate(
                &NEW_TASK,
                &with("repository", repository),
                now(),
                patterns()
            )
            .is_ok(),
            "{repository}"
        );
    }
    for repository in [
        "",
        "/",
        "a/",
        "/a",
        "a//b",
        "..",
        "a/..",
        "a..b",
        ".a",
        "-a",
        "a/-b",
        "a\\b",
        "a b",
        "a\n",
        "a\0",
        "é",
        "a/b/c/d/e",
        "a".repeat(101).as_str(),
        "%2e%2e",
        "a;b",
        "~",
        "C:",
    ] {
        assert_eq!(
            rejected(with("repository", repository)).problems[0].code,
            "bad_name",
            "{repository}"
        );
    }
    for (deadline, code) in [
        ("2025-12-31T23:59:59Z", "in_the_past"),
        ("2026-03-01", "no_zone"),
        ("2026-03-01T12:00", "no_zone"),
        ("tomorrow", "bad_time"),
        ("2026-02-30T00:00:00Z", "bad_time"),
        ("2026-03-01T12:00:00+99:00", "bad_time"),
        ("2026-03-01T12:00:00Z[Europe/Berlin]", "bad_time"),
        ("", "bad_time"),
    ] {
        assert_eq!(
            rejected(with("deadline", deadline)).problems[0].code,
            code,
            "{deadline}"
        );
    }
    for (field, value, code) in [
        ("title", json!(" \u{a0} "), "blank"),
        ("title", json!(7), "wrong_type"),
        ("title", json!(null), "wrong_type"),
        ("title", json!("a\0b"), "null_byte"),
        ("title", json!("a\nb"), "refused_character"),
        ("tags", json!("a"), "wrong_type"),
        ("tags", json!(vec!["x"; 21]), "too_long"),
        ("approver", json!("admin"), "unknown_word"),
        ("metadata", json!([]), "wrong_type"),
        (
            "metadata",
            json!({"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": 1}}}}}}}}}),
            "too_deep",
        ),
        (
            "metadata",
            json!({"a": "x".repeat(LIMITS.metadata_bytes)}),
            "too_long",
        ),
        ("metadata", json!({"é": 1, "e\u{301}": 2}), "duplicate_key"),
        ("metadata", json!({"a\u{200b}": 1}), "refused_character"),
        ("gates", json!(["Tests"]), "bad_name"),
        ("findings", json!(["x"]), "bad_fingerprint"),
        ("owner", json!("a b"), "bad_name"),
    ] {
        assert_eq!(
            rejected(with(field, value.clone())).problems[0].code,
            code,
            "{field} {value}"
        );
    }
}

#[test]
fn every_field_of_every_schema_can_be_unknown_once() {
    for schema in SCHEMAS {
        for field in schema.fields {
            assert_eq!(
                schema
                    .fields
                    .iter()
                    .filter(|it| it.name == field.name)
                    .count(),
                1
            );
        }
    }
    // A patch changes nothing that has an operation of its own.
    for name in [
        "status",
        "assignee",
        "gates",
        "depends_on",
        "approval",
        "repository",
        "requester",
        "id",
        "version",
    ] {
        assert!(TASK_PATCH.fields.iter().all(|it| it.name != name), "{name}");
    }
}

#[test]
fn deep_input_is_an_error() {
    let deep = format!(
        "{{\"metadata\": {}1{}}}",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    let rejected = input::validate_json(&NEW_TASK, deep.as_bytes(), now(), patterns()).unwrap_err();
    assert_eq!(rejected.problems[0].code, "not_json");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(10, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec(
                (
                    prop_oneof![
                        any::<String>(),
                        prop::sample::select(vec![
                            "title",
                            "repository",
                            "metadata",
                            "tags",
                            "deadline",
                            "text",
                            "name",
                            "reason",
                            "body",
                        ])
                        .prop_map(str::to_owned)
                    ],
                    inner
                ),
                0..6
            )
            .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_and_any_json_never_panic(bytes in any::<Vec<u8>>(), value in any_json()) {
        for schema in SCHEMAS {
            let _ = input::validate_json(schema, &bytes, now(), patterns());
            let _ = input::validate(schema, &value, now(), patterns());
        }
    }
}
