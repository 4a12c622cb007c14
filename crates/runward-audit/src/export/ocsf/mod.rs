//! Events of the Open Cybersecurity Schema Framework, version 1.8.0 (<https://schema.ocsf.io>).
//!
//! `tools/validate-ocsf.py` checks an export against the schema.

mod class;
mod objects;

use class::Class;
use runward_model::EventType;
use serde_json::{Map, Value, json};

use crate::{Record, RecordedEvent, query};

const VERSION: &str = "1.8.0";

/// The OCSF event of a record, on one line.
pub(super) fn event(record: &Record) -> Value {
    let event = &record.event;
    let kind = event.kind();
    let (class, (activity, activity_name)) = class::of(kind);
    let (category, category_name) = class.category();
    let (severity, severity_name) = severity(record);
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| {
        out.insert(name.to_owned(), value);
    };
    put("class_uid", json!(class.uid()));
    put("class_name", json!(class.name()));
    put("category_uid", json!(category));
    put("category_name", json!(category_name));
    put("activity_id", json!(activity));
    put("activity_name", json!(activity_name));
    put("type_uid", json!(class.uid() * 100 + activity));
    put(
        "type_name",
        json!(format!("{}: {activity_name}", class.name())),
    );
    put("severity_id", json!(severity));
    put("severity", json!(severity_name));
    put("time", json!(event.timestamp.as_millisecond()));
    put("actor", objects::actor(event));
    let (status, status_name) = status(class, kind, event);
    put("status_id", json!(status));
    put("status", json!(status_name));
    if let Some(reason) = &event.reason {
        put("message", json!(reason));
    }
    let mut metadata = json!({
        "version": VERSION,
        "product": objects::product(),
        "uid": record.id,
        "event_code": event.event_type,
        "log_name": "audit",
        "log_version": "1",
        "original_time": event.timestamp.to_string(),
    });
    if let (Some(correlation), Value::Object(metadata)) = (&event.correlation, &mut metadata) {
        metadata.insert("correlation_uid".to_owned(), json!(correlation));
    }
    let mut profiles = Vec::new();
    if !class.has_actor() {
        profiles.push("host");
    }
    // Whether something was let through is told by attributes of a profile.
    if let Some((action, action_name, disposition, disposition_name)) = refused(kind, event) {
        profiles.push("security_control");
        put("action_id", json!(action));
        put("action", json!(action_name));
        put("disposition_id", json!(disposition));
        put("disposition", json!(disposition_name));
    }
    if let (false, Value::Object(metadata)) = (profiles.is_empty(), &mut metadata) {
        metadata.insert("profiles".to_owned(), json!(profiles));
    }
    put("metadata", metadata);
    put("unmapped", unmapped(record));
    for (name, value) in objects::own(class, record) {
        out.insert(name.to_owned(), value);
    }
    Value::Object(out)
}

/// What OCSF has no place for, so that nothing is lost.
fn unmapped(record: &Record) -> Value {
    let event = &record.event;
    json!({
        "log_index": record.index,
        "leaf_hash": record.hash,
        "subject": {"kind": event.subject.kind, "id": event.subject.id},
        "outcome": event.outcome,
        "project": event.project,
        "repository": event.repository,
        "changes": event.changes,
        "details": event.details,
    })
}

fn severity(record: &Record) -> (u32, &'static str) {
    match record.event.severity.as_deref() {
        Some("critical") => (5, "Critical"),
        Some("high") => (4, "High"),
        Some("medium") => (3, "Medium"),
        Some("low") => (2, "Low"),
        Some("none") => (1, "Informational"),
        Some(_) => (0, "Unknown"),
        None if query::is_denied(record) => (3, "Medium"),
        None if query::is_failure(&record.event.outcome) => (2, "Low"),
        None => (1, "Informational"),
    }
}

/// Findings have a life; everything else succeeded or failed.
fn status(class: Class, kind: Option<EventType>, event: &RecordedEvent) -> (u32, &'static str) {
    use EventType as E;
    match (class, kind) {
        (Class::VulnerabilityFinding, Some(kind)) => match kind {
            E::VulnerabilityDetected | E::SuppressionExpired => (1, "New"),
            E::VulnerabilityResolved => (4, "Resolved"),
            E::VulnerabilityAccepted | E::SuppressionAdded | E::FalsePositiveMarked => {
                (3, "Suppressed")
            }
            _ => (2, "In Progress"),
        },
        (Class::ComplianceFinding, Some(kind)) => match kind {
            E::QualityGateStarted => (1, "New"),
            E::QualityGatePassed => (4, "Resolved"),
            E::QualityGateWaived => (3, "Suppressed"),
            _ => (2, "In Progress"),
        },
        (Class::IncidentFinding, Some(kind)) => match kind {
            E::IncidentOpened => (1, "New"),
            E::IncidentResolved => (4, "Resolved"),
            E::IncidentClosed => (5, "Closed"),
            _ => (2, "In Progress"),
        },
        _ if query::is_failure(&event.outcome) => (2, "Failure"),
        _ => (1, "Success"),
    }
}

/// Action and disposition of what was refused, and of input that was suspicious and accepted.
fn refused(
    kind: Option<EventType>,
    event: &RecordedEvent,
) -> Option<(u32, &'static str, u32, &'static str)> {
    use EventType as E;
    match kind? {
        E::TaskAccessDenied | E::AccessDenied => Some((2, "Denied", 26, "Unauthorized")),
        E::TaskValidationFailure | E::ValidationFailure => {
            if query::is_failure(&event.outcome) {
                Some((2, "Denied", 2, "Blocked"))
            } else {
                Some((3, "Observed", 15, "Detected"))
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn every_type_has_what_its_class_asks_for() {
        for record in testing::one_of_each() {
            let it = event(&record);
            let class = it["class_uid"].as_u64().unwrap();
            let activity = it["activity_id"].as_u64().unwrap();
            assert_eq!(it["type_uid"].as_u64().unwrap(), class * 100 + activity);
            assert_eq!(it["category_uid"].as_u64().unwrap(), class / 1_000);
            let required: &[&str] = match class {
                2002 => &["finding_info", "vulnerabilities"],
                2003 => &["finding_info", "compliance"],
                2005 => &["finding_info_list", "assignee"],
                3001 => &["user"],
                3002 => &["user", "service"],
                3004 => &["entity"],
                3005 => &["user", "privileges"],
                3006 => &["group", "user"],
                6002 => &["app"],
                6003 => &["api", "src_endpoint"],
                6007 => &["scan"],
                7001 => &["command_uid"],
                1008 => &["log_name"],
                _ => &[],
            };
            for name in required {
                assert!(
                    !it[name].is_null(),
                    "{} lacks {name}",
                    record.event.event_type
                );
            }
        }
    }
}
