//! The objects that OCSF classes ask for.

use runward_model::EventType;
use serde_json::{Value, json};

use super::class::Class;
use crate::{Record, RecordedEvent};

pub(super) fn product() -> Value {
    json!({
        "name": "Runward",
        "vendor_name": "Runward",
        "version": env!("CARGO_PKG_VERSION"),
    })
}

pub(super) fn actor(event: &RecordedEvent) -> Value {
    let actor = &event.actor;
    // 1 is a user, 3 the system itself.
    let (kind, name) = if actor.kind == "system" {
        (3, "System")
    } else {
        (1, "User")
    };
    let mut user = json!({"uid": actor.id, "name": actor.id, "type_id": kind, "type": name});
    if let (Some(token), Value::Object(user)) = (&actor.token, &mut user) {
        user.insert("credential_uid".to_owned(), json!(token));
    }
    json!({"user": user, "app_name": "runward"})
}

/// The attributes that belong to one class alone.
pub(super) fn own(class: Class, record: &Record) -> Vec<(&'static str, Value)> {
    let event = &record.event;
    let subject = user(&event.subject.id);
    match class {
        Class::Base => Vec::new(),
        Class::EventLog => vec![
            ("log_name", json!("audit")),
            ("log_provider", json!("runward")),
        ],
        Class::VulnerabilityFinding => vec![
            ("finding_info", finding(event)),
            ("vulnerabilities", json!([vulnerability(event)])),
        ],
        Class::ComplianceFinding => vec![
            ("finding_info", finding(event)),
            ("compliance", compliance(event)),
        ],
        Class::IncidentFinding => vec![
            ("finding_info_list", json!([finding(event)])),
            (
                "assignee",
                user(event.detail("assignee").unwrap_or(&event.actor.id)),
            ),
        ],
        Class::AccountChange => vec![("user", subject)],
        Class::Authentication => vec![
            ("user", user(&event.actor.id)),
            ("service", json!({"name": "runward"})),
            ("src_endpoint", endpoint(event)),
        ],
        Class::EntityManagement => vec![("entity", entity(event))],
        Class::UserAccess => vec![
            ("user", subject),
            (
                "privileges",
                json!([event.detail("role").unwrap_or("unknown")]),
            ),
        ],
        Class::GroupManagement => {
            let group = event
                .repository
                .as_deref()
                .or_else(|| event.detail("repository"));
            let group = group.unwrap_or(&event.subject.id);
            vec![
                (
                    "group",
                    json!({"name": group, "uid": group, "type": "Repository"}),
                ),
                ("user", subject),
            ]
        }
        Class::ApplicationLifecycle => vec![("app", product())],
        Class::ApiActivity => vec![
            ("api", api(event)),
            ("src_endpoint", endpoint(event)),
            ("resources", json!([resource(event)])),
        ],
        Class::ScanActivity => vec![(
            "scan",
            json!({
                "uid": event.subject.id,
                "name": event.project.as_deref().unwrap_or(&event.subject.id),
                "type_id": 99,
                "type": "Dependency Scan",
            }),
        )],
        Class::RemediationActivity => {
            let command = event.correlation.as_deref().unwrap_or(&record.id);
            let done = event.reason.as_deref().unwrap_or(&event.event_type);
            vec![
                ("command_uid", json!(command)),
                ("remediation", json!({"desc": done})),
            ]
        }
    }
}

fn user(id: &str) -> Value {
    json!({"uid": id, "name": id})
}

fn finding(event: &RecordedEvent) -> Value {
    json!({
        "uid": event.subject.id,
        "title": event.detail("title").unwrap_or(&event.event_type),
        "types": [event.subject.kind],
        "modified_time": event.timestamp.as_millisecond(),
    })
}

/// A CVE where one is known, else an advisory: of both there must be exactly one.
fn vulnerability(event: &RecordedEvent) -> Value {
    let named = |name: &str| event.detail(name).map(str::to_owned);
    let mut ids: Vec<String> = ["cve", "advisory", "rule"]
        .into_iter()
        .filter_map(named)
        .collect();
    if let Some(Value::Array(aliases)) = event.details.get("aliases") {
        ids.extend(aliases.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    let mut out = if let Some(cve) = ids.iter().find(|id| id.starts_with("CVE-")) {
        json!({"cve": {"uid": cve}})
    } else {
        json!({"advisory": {"uid": ids.first().unwrap_or(&event.subject.id)}})
    };
    let Value::Object(fields) = &mut out else {
        return out;
    };
    if let Some(title) = named("title") {
        fields.insert("title".to_owned(), json!(title));
    }
    if let Some(severity) = &event.severity {
        fields.insert("severity".to_owned(), json!(severity));
    }
    if let (Some(name), Some(version)) = (named("package"), named("version")) {
        fields.insert(
            "affected_packages".to_owned(),
            json!([{"name": name, "version": version}]),
        );
    }
    out
}

fn compliance(event: &RecordedEvent) -> Value {
    // 1 passed, 2 warns, 3 failed, 99 other.
    let (status, name) = match event.kind() {
        Some(EventType::QualityGatePassed) => (1, "Pass"),
        Some(EventType::QualityGateFailed) => (3, "Fail"),
        Some(EventType::QualityGateWaived) => (99, "Waived"),
        _ => (0, "Unknown"),
    };
    json!({
        "control": event.detail("gate").unwrap_or(&event.subject.id),
        "standards": ["Runward quality gates"],
        "status_id": status,
        "status": name,
    })
}

fn entity(event: &RecordedEvent) -> Value {
    let subject = &event.subject;
    let mut entity = json!({
        "uid": subject.id,
        "name": event.detail("title").unwrap_or(&subject.id),
    });
    let (type_id, kind) = match subject.kind.as_str() {
        "policy" => (5, "Policy"),
        "principal" => (2, "User"),
        other => (99, other),
    };
    if let Value::Object(fields) = &mut entity {
        fields.insert("type_id".to_owned(), json!(type_id));
        fields.insert("type".to_owned(), json!(kind));
        if type_id == 5 {
            fields.insert(
                "policy".to_owned(),
                json!({"uid": subject.id, "name": subject.id}),
            );
        }
        if type_id == 2 {
            fields.insert("user".to_owned(), user(&subject.id));
        }
    }
    entity
}

fn api(event: &RecordedEvent) -> Value {
    let operation = event.detail("action").unwrap_or(&event.event_type);
    json!({"operation": operation, "service": {"name": "runward"}})
}

fn resource(event: &RecordedEvent) -> Value {
    json!({"uid": event.subject.id, "type": event.subject.kind})
}

/// Where the request came from; without an address, from the machine's own command line.
fn endpoint(event: &RecordedEvent) -> Value {
    match event.actor.address.as_deref() {
        Some(address) if address.parse::<std::net::IpAddr>().is_ok() => json!({"ip": address}),
        Some(other) => json!({"name": other}),
        None => json!({"name": "local"}),
    }
}
