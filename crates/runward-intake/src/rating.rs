//! Other tools' words for how bad and how sure, in ours.
//!
//! | source | severity |
//! |---|---|
//! | SARIF `security-severity` (of the result, else of its rule) | the CVSS band of the number |
//! | SARIF `level` (of the result, else of its rule, else `warning`) | `error` high, `warning` medium, `note` low, `none` none |
//! | Bandit `issue_severity` | `HIGH` high, `MEDIUM` medium, `LOW` low, `UNDEFINED` unknown |
//! | Semgrep `metadata.impact` and `metadata.likelihood`, where both are stated | both high: critical; else the impact |
//! | Semgrep `severity` | `CRITICAL`; `ERROR`, `HIGH` high; `WARNING`, `MEDIUM` medium; `INFO`, `LOW` low; others unknown |
//! | advisories (npm, OSV, Trivy, Safety) | the database's label, else the band of the highest score, else unknown |

use runward_model::{Confidence, Severity};

pub(crate) fn sarif_level(level: &str) -> Option<Severity> {
    match level {
        "error" => Some(Severity::High),
        "warning" => Some(Severity::Medium),
        "note" => Some(Severity::Low),
        "none" => Some(Severity::None),
        _ => None,
    }
}

/// A CVSS-like number; outside 0 to 10 it says nothing.
pub(crate) fn score(score: f64) -> Option<Severity> {
    (0.0..=10.0)
        .contains(&score)
        .then(|| Severity::from_score(score))
}

/// A word of any tool.
pub(crate) fn word(word: &str) -> Severity {
    match word.trim().to_ascii_lowercase().as_str() {
        "error" => Severity::High,
        "warning" => Severity::Medium,
        "info" | "note" | "negligible" => Severity::Low,
        other => other.parse().unwrap_or(Severity::Unknown),
    }
}

/// Semgrep: what the rule's author says of impact and likelihood tells more than the level at
/// which the rule is shown.
pub(crate) fn semgrep(level: &str, impact: Option<&str>, likelihood: Option<&str>) -> Severity {
    if let (Some(impact), Some(likelihood)) = (impact, likelihood) {
        let (impact, likelihood) = (word(impact), word(likelihood));
        if impact == Severity::High && likelihood == Severity::High {
            return Severity::Critical;
        }
        if impact != Severity::Unknown {
            return impact;
        }
    }
    word(level)
}

/// Medium where nothing is said.
pub(crate) fn confidence(word: Option<&str>) -> Confidence {
    match word
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
        .as_str()
    {
        "high" | "very-high" | "very_high" | "certain" => Confidence::High,
        "low" | "very-low" | "undefined" | "tentative" => Confidence::Low,
        _ => Confidence::Medium,
    }
}
