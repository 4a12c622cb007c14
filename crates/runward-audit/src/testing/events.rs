//! An event of each type; also what `examples/samples.rs` writes.

use jiff::Timestamp;
use runward_model::{Actor, Event, EventType, Outcome, Severity, Subject};
use serde_json::json;

pub(super) fn time(second: i64) -> Timestamp {
    Timestamp::from_second(1_771_372_800 + second).unwrap_or_default()
}

/// An event of each type, with what such an event has.
pub(super) fn events() -> Vec<Event> {
    let make = |(number, kind): (usize, &EventType)| {
        let name = kind.as_str();
        let subject = match name.split('_').next().unwrap_or_default() {
            "task" | "quality" | "dependency" | "approval" => Subject::new("task", 7),
            "vulnerability" | "false" | "suppression" => Subject::new("finding", "f".repeat(32)),
            "scan" => Subject::new("scan", 17),
            "principal" | "role" | "membership" | "login" => Subject::new("principal", "bob"),
            "token" => Subject::new("token", "t1"),
            "policy" => Subject::new("policy", "access"),
            "incident" => Subject::new("incident", 3),
            _ => Subject::new("store", "main"),
        };
        let mut event = Event::new(
            time(i64::try_from(number).unwrap_or_default()),
            *kind,
            Actor::principal("ann"),
            subject,
        );
        if kind.is_denial() {
            event.outcome = Outcome::Denied;
            event.actor.address = Some("192.0.2.7".to_owned());
        }
        if name.contains("fail") {
            event.outcome = Outcome::Failure;
            event.actor.address = Some("2001:db8::7".to_owned());
        }
        if name.starts_with("vulnerability") {
            event.severity = Some(Severity::High);
            event = event
                .with_detail("rule", "GHSA-aaaa-bbbb-cccc")
                .with_detail("aliases", json!(["CVE-2026-0001"]))
                .with_detail("package", "requests")
                .with_detail("version", "2.19.0")
                .with_change("status", "open", "triaged");
        }
        if name.contains("validation_failure") {
            event = event
                .with_detail(
                    "validation_errors",
                    json!(["title: too long", "tags: too many"]),
                )
                .with_detail("patterns", json!([{"category": "sql", "id": "comment"}]));
        }
        if name.ends_with("listed") || name == "data_exported" {
            event = event.with_detail("result_count", 1_500);
        }
        event.repository = Some("web".to_owned());
        event.correlation = Some("scan:17".to_owned());
        event.reason = Some("because, \"so\" it = is | fine".to_owned());
        event
    };
    EventType::ALL.iter().enumerate().map(make).collect()
}
