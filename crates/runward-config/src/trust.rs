//! What a project's own file may decide.
//!
//! A scanned project is untrusted: it must not be able to switch off its own findings. Where
//! `trust_project_policy` is false, its file may describe the project and make the policy
//! stricter, and everything else in it is ignored with a warning. Some keys a project never sets,
//! trusted or not: `trust_project_policy` itself; `deps.resolve = true`, which runs code; and where
//! the record is kept and who may change it ([`USERS`]).

use runward_model::Severity;
use serde_json::Value;

use crate::{
    error::{ConfigError, quote},
    setting::{Layer, Setting},
};

/// What an untrusted project may say about itself. None of it takes anything out of the scan
/// without a word: dependencies that a marker excludes are reported as excluded.
const DESCRIPTIVE: [&str; 10] = [
    "project.name",
    "project.repository",
    "output.format",
    "output.color",
    "deps.python_version",
    "deps.platform",
    "deps.machine",
    "code.cache",
    "deps.env",
    "deps.sbom",
];

/// Where the record is kept and who may change it, and who is sent secrets: a scanned project could
/// send them elsewhere, or write over files of the user's.
const USERS: [&str; 5] = [
    "store.",
    "audit.",
    "access.",
    "tasks.",
    "secrets.verify_hosts",
];

/// Whether only the user may set the key, or the whole table.
pub(crate) fn is_users_alone(key: &str) -> bool {
    USERS
        .iter()
        .any(|users| key.starts_with(users) || key == users.trim_end_matches('.'))
}

/// Refuses the keys that only the user may set.
pub(crate) fn check(layer: &Layer) -> Vec<ConfigError> {
    let Some(setting) = layer.get("trust_project_policy") else {
        return Vec::new();
    };
    vec![ConfigError {
        file: setting.origin.file.clone(),
        line: setting.origin.line,
        column: None,
        key: Some("trust_project_policy".to_owned()),
        message: "`trust_project_policy` cannot be set by a project's own file".to_owned(),
        help: Some(
            "set it in the user's configuration or as `RUNWARD_TRUST_PROJECT_POLICY`".to_owned(),
        ),
    }]
}

/// Takes out of a project's layer what it may not decide. `base` is what holds without it.
pub(crate) fn restrict(layer: &mut Layer, base: &Layer, trusted: bool, warnings: &mut Vec<String>) {
    layer.retain(|key, setting| {
        let refused = refusal(key, setting, base.get(key), trusted);
        if let Some(reason) = &refused {
            let count = match setting.items.len() {
                0 => String::new(),
                1 => " (1 entry)".to_owned(),
                many => format!(" ({many} entries)"),
            };
            let origin = &setting.origin;
            warnings.push(format!(
                "{origin}: {}{count} is ignored: {reason}",
                quote(key)
            ));
        }
        refused.is_none()
    });
}

fn refusal(key: &str, setting: &Setting, base: Option<&Setting>, trusted: bool) -> Option<String> {
    if key == "deps.resolve" && setting.value == Value::Bool(true) {
        let reason = "resolving can run the project's code, so only the user can switch it on \
                      (`--resolve`, `RUNWARD_DEPS__RESOLVE=true`)";
        return Some(reason.to_owned());
    }
    if is_users_alone(key) {
        let reason = "where the record is kept and who may change it is for the user to say \
                      (user configuration, `RUNWARD_*`, the command line)";
        return Some(reason.to_owned());
    }
    if trusted || DESCRIPTIVE.contains(&key) {
        return None;
    }
    let base = base.map(|base| &base.value);
    if base == Some(&setting.value) {
        return None;
    }
    if key.starts_with("policy.") {
        let strict = base.is_some_and(|base| is_stricter(key, base, &setting.value));
        return (!strict).then(|| {
            let was = base
                .filter(|base| !base.is_array())
                .map_or(String::new(), |base| {
                    format!(" than {}", quote(&crate::render::toml(base)))
                });
            format!("it is not known to be stricter{was}, and `trust_project_policy` is false")
        });
    }
    Some("`trust_project_policy` is false".to_owned())
}

/// Whether the new value can only make more findings fail, sooner. What cannot be compared (the
/// matrix, the risk weights) counts as not stricter.
fn is_stricter(key: &str, base: &Value, new: &Value) -> bool {
    let severity = |value: &Value| value.as_str()?.parse::<Severity>().ok();
    let number = |value: &Value| value.as_f64();
    match key {
        "policy.fail_on" => severity(new) <= severity(base) && severity(new).is_some(),
        "policy.unknown_severity_as" => severity(new) >= severity(base),
        "policy.on_not_covered" | "policy.on_stale_database" | "policy.on_starter_database" => {
            new == "fail"
        }
        "policy.report_informational" | "policy.require_ignore_reason" => new == true,
        _ if key.starts_with("policy.scope_classes.") => new == "core",
        "policy.max_suppression_days" | "policy.tighten.epss_probability" => {
            number(new) <= number(base)
        }
        _ if key.starts_with("policy.tighten.") && key.ends_with(".within_hours") => {
            number(new) <= number(base)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn stricter_is_told_from_weaker() {
        for (key, base, stricter, weaker) in [
            (
                "policy.fail_on",
                json!("medium"),
                json!("low"),
                json!("critical"),
            ),
            (
                "policy.unknown_severity_as",
                json!("medium"),
                json!("high"),
                json!("unknown"),
            ),
            (
                "policy.on_not_covered",
                json!("warn"),
                json!("fail"),
                json!("warn "),
            ),
            (
                "policy.report_informational",
                json!(false),
                json!(true),
                json!(0),
            ),
            (
                "policy.max_suppression_days",
                json!(90),
                json!(30),
                json!(91),
            ),
            (
                "policy.tighten.kev.within_hours",
                json!(24),
                json!(12),
                json!(48),
            ),
            (
                "policy.tighten.epss_probability",
                json!(0.5),
                json!(0.1),
                json!(0.6),
            ),
            (
                "policy.scope_classes.development",
                json!("x"),
                json!("core"),
                json!("development"),
            ),
        ] {
            assert!(is_stricter(key, &base, &stricter), "{key}");
            assert!(!is_stricter(key, &base, &weaker), "{key}");
        }
        assert!(!is_stricter("policy.matrix", &json!([]), &json!([1])));
        assert!(!is_stricter("policy.risk.kev", &json!(1.0), &json!(2.0)));
    }
}
