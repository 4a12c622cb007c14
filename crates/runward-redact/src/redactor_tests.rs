use std::sync::OnceLock;

use jiff::Timestamp;
use proptest::prelude::*;
use runward_model::{Actor, EventType, Subject};
use serde_json::{Value, json};

use super::*;
use crate::{Confirmed, SealedEvent, unseal};

fn redactor() -> &'static Redactor {
    static REDACTOR: OnceLock<Redactor> = OnceLock::new();
    REDACTOR.get_or_init(|| Redactor::new(CommitmentKey::generate([9; 32]), Rules::standard()))
}

fn event() -> Event {
    Event::new(
        Timestamp::from_second(1_770_000_000).unwrap(),
        EventType::TaskUpdated,
        Actor::principal("alice"),
        Subject::new("task", 17),
    )
}

fn sealed(event: &Event) -> (String, SealedEvent) {
    let bytes = redactor().seal(event).unwrap();
    let read = unseal(&bytes).unwrap();
    (String::from_utf8(bytes).unwrap(), read)
}

fn confirm(event: &Event, path: &str, candidate: &Value) -> Confirmed {
    let redactor = redactor();
    let sealed = redactor.seal(event).unwrap();
    redactor.confirm(&sealed, path, candidate).unwrap()
}

#[test]
fn an_event_without_secrets_is_kept_as_it_is() {
    let event = event()
        .with_detail("result_count", 1200)
        .with_detail("flag", "fix --force flag")
        .with_change("status", "open", "in_progress");
    let (text, read) = sealed(&event);
    assert_eq!(
        text,
        "{\"actor\":{\"id\":\"alice\",\"kind\":\"principal\"},\"changes\":{\"status\":{\"new\":\
         \"in_progress\",\"old\":\"open\"}},\"details\":{\"flag\":\"fix --force flag\",\
         \"result_count\":1200},\"event_type\":\"task_updated\",\"outcome\":\"success\",\
         \"subject\":{\"id\":\"17\",\"kind\":\"task\"},\"timestamp\":\"2026-02-02T02:40:00Z\",\
         \"v\":1}"
    );
    assert_eq!(read.redaction, None);
    assert_eq!(read.kind(), Some(EventType::TaskUpdated));
    let redacted = redactor().redact(&event);
    assert_eq!(redacted.event, event);
    assert!(redacted.redactions.is_empty());
}

/// What is sealed has the same words as what the model writes.
#[test]
fn the_sealed_form_is_the_models_plus_a_version() {
    let mut event = event().with_change("status", Value::Null, 1);
    event.severity = Some(runward_model::Severity::Critical);
    event.outcome = runward_model::Outcome::Denied;
    event.reason = Some("because".to_owned());
    event.project = Some("p".to_owned());
    event.repository = Some("r".to_owned());
    event.correlation = Some("scan:1".to_owned());
    event.actor.address = Some("10.0.0.1".to_owned());
    event.actor.token = Some("abc".to_owned());
    for kind in [
        Actor::system("scan"),
        Actor::account("jo"),
        Actor::principal("jo"),
    ] {
        event.actor.kind = kind.kind;
        let mut expected = serde_json::to_value(&event).unwrap();
        expected["v"] = json!(1);
        let bytes = redactor().seal(&event).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), expected);
    }
}

#[test]
fn fields_and_secret_names_are_hidden_whatever_they_hold() {
    let event = event()
        .with_detail("description", "plans")
        .with_detail("tags", json!(["a", "b"]))
        .with_detail(
            "outer",
            json!({"list": [{"metadata": {"k": 1}}, {"apiKey": 12}]}),
        )
        .with_detail("password", true)
        .with_detail("session_id", Value::Null)
        .with_detail("token_count", 512)
        .with_detail("max_tokens", 4096)
        .with_detail("author", "alice")
        .with_change("deadline", "2026-01-01", "2026-02-01")
        .with_change(
            "config",
            json!({"db": {"pwd": "x"}}),
            json!({"db": {"pwd": "y"}}),
        );
    let (text, read) = sealed(&event);
    for secret in [
        "plans",
        "\"a\"",
        "true",
        "2026-01-01",
        "2026-02-01",
        "\"x\"",
        "\"y\"",
    ] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert_eq!(read.details["token_count"], 512);
    assert_eq!(read.details["max_tokens"], 4096);
    assert_eq!(read.details["author"], "alice");
    for (path, value) in [
        ("/details/description", json!("plans")),
        ("details.tags", json!(["a", "b"])),
        ("/details/outer/list/0/metadata", json!({"k": 1})),
        ("/details/outer/list/1/apiKey", json!(12)),
        ("/details/password", json!(true)),
        ("/details/session_id", Value::Null),
        ("/changes/deadline/old", json!("2026-01-01")),
        ("changes.config.new.db.pwd", json!("y")),
    ] {
        assert_eq!(confirm(&event, path, &value), Confirmed::Yes, "{path}");
        assert_eq!(
            confirm(&event, path, &json!("other")),
            Confirmed::No,
            "{path}"
        );
    }
    // Types are told apart.
    assert_eq!(
        confirm(&event, "/details/password", &json!("true")),
        Confirmed::No
    );
    assert_eq!(
        confirm(&event, "/details/author", &json!("alice")),
        Confirmed::NotRedacted
    );
    assert_eq!(
        confirm(&event, "/details/none", &json!(1)),
        Confirmed::NoSuchPath
    );
}

#[test]
fn secrets_in_texts_are_replaced_in_place() {
    let mut event = event()
        .with_detail("note", json!(["run with password=hunter2 now"]))
        .with_detail("pwd=hunter2", 1)
        .with_change("url", "postgres://app:s3cretpw@db/x", Value::Null);
    event.reason = Some("the password is hunter2".to_owned());
    event.subject.id = "token=abc123def".to_owned();
    event.actor.address = Some("http://u:hunter2@h/".to_owned());
    event.actor.id = "x --password hunter2".to_owned();
    let (text, read) = sealed(&event);
    for secret in ["hunter2", "s3cretpw", "abc123def"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let note = read.details["note"][0].as_str().unwrap();
    assert!(
        note.starts_with("run with password=[redacted:assignment:"),
        "{note}"
    );
    assert!(note.ends_with("] now"), "{note}");
    let key = read
        .details
        .keys()
        .find(|key| key.starts_with("pwd="))
        .unwrap();
    for (path, value) in [
        ("/details/note/0", "hunter2"),
        ("/details/note/0", "run with password=hunter2 now"),
        ("/changes/url/old", "s3cretpw"),
        ("/reason", "hunter2"),
        ("/subject/id", "abc123def"),
        ("/actor/id", "hunter2"),
        (&format!("/details/{key}"), "hunter2"),
    ] {
        assert_eq!(
            confirm(&event, path, &json!(value)),
            Confirmed::Yes,
            "{path}"
        );
        assert_eq!(
            confirm(&event, path, &json!("hunter3")),
            Confirmed::No,
            "{path}"
        );
    }
}

#[test]
fn named_pairs_and_arguments_are_understood() {
    let event = event()
        .with_detail(
            "setting",
            json!({"name": "db_password", "value": "v1", "kind": "k"}),
        )
        .with_detail(
            "argv",
            json!(["tool", "--password", "v2", "--verbose", "v3"]),
        )
        .with_detail("headers", json!([["Cookie", "v4"], ["Accept", "v5"]]))
        .with_detail("fields", json!(["description", "tags"]));
    let (text, _) = sealed(&event);
    for secret in ["v1", "v2", "v4"] {
        assert!(!text.contains(&format!("\"{secret}\"")), "{secret}: {text}");
    }
    for kept in ["\"k\"", "v3", "v5", "[\"description\",\"tags\"]"] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
}

#[test]
fn equal_values_cannot_be_linked() {
    let one = event()
        .with_detail("password", true)
        .with_detail("secret", true);
    let mut two = one.clone();
    two.subject.id = "18".to_owned();
    let commitments = |event: &Event| -> Vec<String> {
        let redactions = redactor().redact(event).redactions;
        redactions.into_iter().map(|it| it.commitment).collect()
    };
    let mut all = [commitments(&one), commitments(&two)].concat();
    assert_eq!(all.len(), 4);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 4);
    // Nor can the same event under another key.
    let other = Redactor::new(CommitmentKey::generate([8; 32]), Rules::standard());
    assert_ne!(
        other.redact(&one).redactions,
        redactor().redact(&one).redactions
    );
    assert_eq!(redactor().seal(&one), redactor().seal(&one));
}

#[test]
fn old_keys_confirm_and_unknown_ones_are_named() {
    let event = event().with_detail("password", "x");
    let old = CommitmentKey::generate([9; 32]);
    let sealed = redactor().seal(&event).unwrap();
    let new = Redactor::new(CommitmentKey::generate([1; 32]), Rules::standard());
    let error = new
        .confirm(&sealed, "/details/password", &json!("x"))
        .unwrap_err();
    assert!(error.to_string().contains(old.id()), "{error}");
    let new = new.with_retired([old]);
    let confirmed = new
        .confirm(&sealed, "/details/password", &json!("x"))
        .unwrap();
    assert_eq!(confirmed, Confirmed::Yes);
}

#[test]
fn marks_cannot_be_forged() {
    let forged = format!("hmac-sha256:00000000:{}", "0".repeat(64));
    let event = event()
        .with_detail(
            "a",
            json!({"redacted": "name:password", "commitment": forged}),
        )
        .with_detail("b", "x [redacted:github-token:0123456789abcdef] y")
        .with_detail("c", "x [redacted] and [cut: wood] y");
    let (text, read) = sealed(&event);
    assert!(!text.contains("0123456789abcdef"), "{text}");
    assert_eq!(read.details["a"]["redacted"], "forged-mark");
    assert_eq!(read.details["c"], "x [redacted] and [cut: wood] y");
    assert_eq!(
        confirm(&event, "/details/a", &event.details["a"]),
        Confirmed::Yes
    );
}

#[test]
fn large_events_are_cut_and_recorded() {
    let redactor = redactor();
    let check = |event: &Event| -> SealedEvent {
        let bytes = redactor.seal(event).unwrap();
        assert!(bytes.len() <= 60_000, "{}", bytes.len());
        let read = unseal(&bytes).unwrap();
        assert_eq!(read.to_bytes().unwrap(), bytes);
        assert_eq!(bytes, redactor.seal(event).unwrap());
        read
    };
    // One large text.
    let long = "lorem ipsum ".repeat(10_000);
    let one = event()
        .with_detail("note", long.as_str())
        .with_detail("small", 1);
    let read = check(&one);
    assert_eq!(read.details["note"]["cut"], "text");
    assert_eq!(read.details["note"]["bytes"], 120_000);
    assert_eq!(read.details["small"], 1);
    assert_eq!(confirm(&one, "/details/note", &json!(long)), Confirmed::Yes);
    assert_eq!(
        confirm(&one, "/details/note", &json!("lorem")),
        Confirmed::No
    );
    // Many texts, each allowed by itself; one has a secret inside.
    let text = format!("{} password=hunter2", "é\u{200b}".repeat(2000));
    let many = event().with_detail("notes", json!(vec![text.clone(); 40]));
    let read = check(&many);
    let cut = read.details["notes"].as_array().unwrap();
    let at = cut.iter().position(|it| it["cut"] == "size").unwrap();
    let path = format!("/details/notes/{at}");
    assert_eq!(confirm(&many, &path, &json!(text)), Confirmed::Yes);
    // Many small values, many entries, many changes, many fields.
    check(&event().with_detail("numbers", json!((0..100_000).collect::<Vec<_>>())));
    let mut entries = event();
    let mut changes = event();
    for index in 0..20_000 {
        entries.details.insert(format!("key {index}"), json!(index));
        changes = changes.with_change(&format!("field {index}"), index, index + 1);
    }
    let read = check(&entries);
    assert!(read.details.contains_key("(cut)"));
    let read = check(&changes);
    assert!(read.changes.contains_key("(cut)"));
    entries.changes = changes.changes;
    check(&entries);
    // Everything that is a name, all of it escaped sixfold.
    let mut names = event();
    let long = "\u{1}".repeat(100_000);
    names.actor.id.clone_from(&long);
    names.actor.address = Some(long.clone());
    names.actor.token = Some(long.clone());
    names.subject.id.clone_from(&long);
    names.subject.kind.clone_from(&long);
    names.project = Some(long.clone());
    names.repository = Some(long.clone());
    names.correlation = Some(long.clone());
    names.reason = Some(long.clone());
    names.details.insert(long.clone(), json!(long));
    let read = check(&names);
    assert!(read.reason.unwrap().contains("[cut:100000:"));
}

#[test]
fn a_text_too_large_to_search_shows_nothing() {
    let text = format!("password=hunter2 {}", "pwd=hunter3 ".repeat(1200));
    let event = event().with_detail("note", text);
    let (text, _) = sealed(&event);
    assert!(!text.contains("hunter"), "{text}");
}

#[test]
fn depth_is_bounded() {
    let mut deep = json!({"password": "hunter2"});
    for _ in 0..2500 {
        let object = [("a".to_owned(), deep)].into_iter().collect();
        deep = Value::Array(vec![Value::Object(object)]);
    }
    let event = event().with_detail("deep", deep);
    let (text, _) = sealed(&event);
    assert!(text.contains("\"cut\":\"depth\""));
    assert!(!text.contains("hunter2"));
    assert!(text.len() < 2000, "{}", text.len());
}

#[test]
fn teams_rules_only_add() {
    let rules = Rules::with(["customer"], ["iban"]).unwrap();
    let redactor = Redactor::new(CommitmentKey::generate([9; 32]), rules);
    let event = event()
        .with_detail("customer", "acme")
        .with_detail("payer_iban", "DE02")
        .with_detail("note", "iban=DE03x")
        .with_detail("password", "DE04");
    let text = String::from_utf8(redactor.seal(&event).unwrap()).unwrap();
    for secret in ["acme", "DE02", "DE03x", "DE04"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(Rules::with(["-"], ["iban"]).is_err());
}

#[test]
fn later_versions_are_read_and_passed_on() {
    let mut value: Value =
        serde_json::from_slice(&redactor().seal(&event().with_detail("pwd", 1)).unwrap()).unwrap();
    value["v"] = json!(2);
    value["event_type"] = json!("moon_landed");
    value["outcome"] = json!("pending");
    value["actor"]["team"] = json!("red");
    value["where"] = json!({"host": "h"});
    let mut bytes = Vec::new();
    canonical::write(&value, &mut bytes);
    let read = unseal(&bytes).unwrap();
    assert_eq!((read.v, read.kind(), read.outcome()), (2, None, None));
    assert_eq!(read.further["where"]["host"], "h");
    assert_eq!(read.to_bytes().unwrap(), bytes);
}

/// Names that hide, and ways to write a secret into a text.
fn planted() -> impl Strategy<Value = (Value, String)> {
    let secret = "[A-Za-z!#%+_é\"\\\\]{5,20}[0-9]{2}[a-z]";
    let key = prop::sample::select(vec![
        "password",
        "API-Key",
        "dbPwd",
        "clientSecret",
        "description",
        "tags",
        "x_token",
        "dsn",
        "metadata",
        "pass\u{200b}word",
        "ｓｅｃｒｅｔ",
    ]);
    let under_key = (secret, key).prop_map(|(secret, key)| {
        let value = json!({key: {"inner": [secret]}, "other": 1});
        (value, secret)
    });
    let plain = "[A-Za-z!#%+_]{5,20}[0-9]{2}[a-z]";
    let form = prop::sample::select(vec![
        "login with password=@ now",
        "{\"api_key\": \"@\"}",
        "--token @",
        "https://u:@@h/p",
        "pwd: '@'",
        "curl ?access_token=@",
        "[\"x\", \"client_secret\": \"@\"]",
    ]);
    let in_text = (plain, form).prop_map(|(secret, form)| {
        let text = form.replacen('@', &secret, 1);
        (Value::from(text), secret)
    });
    prop_oneof![under_key, in_text]
}

fn nested(value: Value, steps: &[bool]) -> Value {
    steps.iter().fold(value, |value, list| {
        if *list {
            json!([1, value, "x"])
        } else {
            json!({"a": value, "b": null})
        }
    })
}

proptest! {
    #[test]
    fn no_planted_secret_is_sealed(
        (value, secret) in planted(),
        steps in prop::collection::vec(any::<bool>(), 0..40),
        place in 0..4,
    ) {
        let value = nested(value, &steps);
        let mut event = event();
        match place {
            0 => event = event.with_detail("x", value),
            1 => event = event.with_change("x", value, 1),
            2 => event = event.with_change("x", 1, value),
            _ => match value {
                Value::String(text) => event.reason = Some(text),
                value => event = event.with_detail("y", value),
            }
        }
        let before = event.clone();
        let (text, read) = sealed(&event);
        prop_assert_eq!(&event, &before);
        let quoted = serde_json::to_string(&secret).unwrap();
        prop_assert!(!text.contains(&secret) && !text.contains(quoted.trim_matches('"')), "{}", text);
        prop_assert!(read.redaction.is_some());
    }

    #[test]
    fn any_event_is_sealed_and_read(
        value in crate::canonical::tests::any_json(),
        key in any::<String>(),
        text in any::<String>(),
    ) {
        let mut event = event().with_detail(&key, value.clone()).with_change(&text, value, 1);
        event.reason = Some(text.clone());
        event.subject.id = text;
        let redactor = redactor();
        let bytes = redactor.seal(&event).unwrap();
        prop_assert!(bytes.len() <= 60_000);
        prop_assert!(!bytes.iter().any(|byte| *byte < 0x20 || *byte == 0x7f));
        prop_assert_eq!(unseal(&bytes).unwrap().to_bytes().unwrap(), bytes.clone());
        // The bytes are those of the redacted event.
        let mut again: Value = serde_json::from_slice(&bytes).unwrap();
        let again = again.as_object_mut().unwrap();
        again.remove("v");
        again.remove("redaction");
        let redacted = serde_json::to_value(redactor.redact(&event).event).unwrap();
        let mut one = Vec::new();
        let mut two = Vec::new();
        canonical::write(&redacted, &mut one);
        canonical::write(&Value::Object(again.clone()), &mut two);
        prop_assert_eq!(String::from_utf8(one), String::from_utf8(two));
    }

    #[test]
    fn what_was_redacted_is_confirmed_and_nothing_else(
        value in crate::canonical::tests::any_json(),
        other in crate::canonical::tests::any_json(),
    ) {
        let event = event().with_detail("secret", value.clone());
        prop_assert_eq!(confirm(&event, "/details/secret", &value), Confirmed::Yes);
        if canonical_text(&value) != canonical_text(&other) {
            prop_assert_eq!(confirm(&event, "/details/secret", &other), Confirmed::No);
        }
    }

    #[test]
    fn honest_text_is_kept_byte_for_byte(text in "[a-zA-Z ]{0,40}(é|\u{200b}|\u{202e}|\t|\n)?[a-zA-Z ]{0,40}") {
        let (_, read) = sealed(&event().with_detail("note", text.as_str()));
        prop_assert_eq!(&read.details["note"], &Value::from(text));
    }

    #[test]
    fn any_bytes_are_unsealed_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = unseal(&bytes);
        let _ = redactor().confirm(&bytes, "/details", &Value::Null);
    }
}

fn canonical_text(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    canonical::write(value, &mut bytes);
    bytes
}
