//! What a rule's metadata says that findings show.

use runward_model::{Confidence, Severity};
use runward_rules::{Rule, Severity as RuleSeverity};
use serde_json::Value;

/// The parts of the metadata that have a meaning to Runward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub severity: Severity,
    pub confidence: Confidence,
    pub cwe: Vec<String>,
    pub owasp: Vec<String>,
    pub references: Vec<String>,
    /// `B602` and the like.
    pub bandit: Vec<String>,
}

impl About {
    #[must_use]
    pub fn of(rule: &Rule) -> Self {
        let texts = |key: &str| texts(rule.metadata.get(key));
        Self {
            severity: severity(rule.severity),
            confidence: match texts("confidence").first() {
                Some(word) if word.eq_ignore_ascii_case("high") => Confidence::High,
                Some(word) if word.eq_ignore_ascii_case("low") => Confidence::Low,
                _ => Confidence::Medium,
            },
            cwe: texts("cwe"),
            owasp: texts("owasp"),
            references: texts("references"),
            bandit: texts("bandit"),
        }
    }
}

fn severity(severity: RuleSeverity) -> Severity {
    match severity {
        RuleSeverity::Info => Severity::None,
        RuleSeverity::Low => Severity::Low,
        RuleSeverity::Medium => Severity::Medium,
        RuleSeverity::High => Severity::High,
        RuleSeverity::Critical => Severity::Critical,
    }
}

/// One text or a list of them.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(each)) => each
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}
