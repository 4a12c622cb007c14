//! One finding inside a block: what it is, why it matters here, by when.

use jiff::Timestamp;
use runward_model::{Confidence, Finding, RiskTerm, Severity, advisory::KevEntry};

use super::code::Code;
use crate::{
    clean::{clean_lines, clip, shown},
    time::{day, due, moment},
};

/// How a reason should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    /// Exploited, malicious, overdue.
    Alarm,
}

/// A reason why the finding matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) text: String,
    pub(crate) tone: Tone,
}

impl Reason {
    pub(crate) fn is_alarm(&self) -> bool {
        self.tone == Tone::Alarm
    }

    fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            tone: Tone::Plain,
        }
    }

    fn alarm(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            tone: Tone::Alarm,
        }
    }
}

/// A finding as a block shows it.
pub(crate) struct Item {
    pub(crate) fingerprint: String,
    pub(crate) severity: Severity,
    /// The identifier people know: the CVE where there is one.
    pub(crate) id: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) title: String,
    pub(crate) details: String,
    pub(crate) new: bool,
    /// `open since 2026-11-01`, `reopened`, where the store knows the finding.
    pub(crate) state: Option<String>,
    pub(crate) reasons: Vec<Reason>,
    /// `due in 23 h, 2026-11-22 10:00 UTC`.
    pub(crate) due: Option<String>,
    /// Seconds since the epoch: what a table sorts deadlines by.
    pub(crate) due_key: i64,
    pub(crate) overdue: bool,
    pub(crate) approver: Option<String>,
    pub(crate) priority: Option<String>,
    pub(crate) risk: Option<f64>,
    pub(crate) tightened_by: Vec<String>,
    pub(crate) fixed: Vec<String>,
    pub(crate) terms: Vec<RiskTerm>,
    pub(crate) vector: Option<String>,
    /// `https` links only: anything else in advisory data is shown nowhere as a link.
    pub(crate) references: Vec<String>,
    /// For a finding in code.
    pub(crate) code: Option<Code>,
}

/// The longest advisory text that a page carries for one finding, in characters.
const MAX_DETAILS: usize = 4_000;
const MAX_REFERENCES: usize = 8;

/// `cells`: the width of a line of code.
pub(crate) fn item(finding: &Finding, now: Timestamp, cells: usize) -> Item {
    let code = Code::of(finding, cells);
    let advisory = finding.advisory.as_ref();
    let assessment = finding.assessment.as_ref();
    let history = finding.history.as_ref();
    let id = shown_id(finding);
    Item {
        fingerprint: shown(finding.fingerprint.as_str()),
        severity: finding.severity,
        aliases: advisory.map_or_else(Vec::new, |advisory| {
            advisory
                .ids()
                .map(shown)
                .filter(|alias| *alias != id)
                .collect()
        }),
        id,
        title: title(finding),
        details: advisory.map_or_else(String::new, |advisory| {
            clip(&clean_lines(&advisory.details), MAX_DETAILS)
        }),
        new: history.is_none_or(|history| history.new),
        state: history.map(|history| {
            format!(
                "{}, first seen {}",
                history.status.as_str().replace('_', " "),
                day(history.first_seen)
            )
        }),
        reasons: reasons(finding),
        due: assessment.map(|a| format!("{}, {}", due(now, a.due), moment(a.due))),
        due_key: assessment.map_or(i64::MAX, |a| a.due.as_second()),
        overdue: assessment.is_some_and(|a| a.overdue),
        approver: assessment.map(|a| shown(&a.approver)),
        priority: assessment.map(|a| a.priority.to_string()),
        risk: assessment.map(|a| a.risk),
        tightened_by: assessment.map_or_else(Vec::new, |a| {
            a.tightened_by.iter().map(|t| shown(t)).collect()
        }),
        fixed: advisory.map_or_else(Vec::new, |advisory| {
            advisory.fixed.iter().map(|v| shown(v)).collect()
        }),
        terms: assessment.map_or_else(Vec::new, |a| {
            a.terms
                .iter()
                .map(|term| RiskTerm {
                    name: shown(&term.name),
                    points: term.points,
                    because: shown(&term.because),
                })
                .collect()
        }),
        vector: assessment.and_then(|a| a.cvss_vector.as_deref()).map(shown),
        references: match (advisory, &code) {
            (Some(advisory), _) => advisory
                .references
                .iter()
                .filter(|link| is_web_link(link))
                .take(MAX_REFERENCES)
                .map(|link| shown(link))
                .collect(),
            (None, Some(code)) => code.references.clone(),
            (None, None) => Vec::new(),
        },
        code,
    }
}

/// Whether a link may become clickable: `https` or `http`, and no character that needs escaping.
pub(crate) fn is_web_link(link: &str) -> bool {
    (link.starts_with("https://") || link.starts_with("http://"))
        && link.len() <= 2_000
        && link.chars().all(|c| {
            c.is_ascii_graphic()
                && !matches!(
                    c,
                    '"' | '\'' | '<' | '>' | '`' | '\\' | '|' | '(' | ')' | '[' | ']' | '{' | '}'
                )
        })
}

pub(crate) fn shown_id(finding: &Finding) -> String {
    shown(
        finding
            .advisory
            .as_ref()
            .map_or(finding.rule.as_str(), |advisory| advisory.stable_id()),
    )
}

fn title(finding: &Finding) -> String {
    match &finding.advisory {
        Some(advisory) if !advisory.summary.trim().is_empty() => shown(advisory.summary.trim()),
        _ => shown(without_package(finding)),
    }
}

/// The package stands in the head of the block.
fn without_package(finding: &Finding) -> &str {
    let title = finding.title.as_str();
    let package = finding
        .dependency
        .as_ref()
        .map(|dependency| &dependency.package);
    package
        .and_then(|package| {
            let rest = title.strip_prefix(package.name.as_str())?.trim_start();
            let rest = rest.strip_prefix(package.version.as_deref().unwrap_or_default())?;
            rest.strip_prefix(": ")
        })
        .unwrap_or(title)
}

fn reasons(finding: &Finding) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if let Some(advisory) = &finding.advisory {
        if advisory.malicious {
            reasons.push(Reason::alarm("malicious package"));
        }
        if let Some(kev) = &advisory.kev {
            reasons.push(Reason::alarm(exploited(kev)));
        }
    }
    if let Some(assessment) = &finding.assessment {
        if let Some(score) = assessment.cvss_score {
            reasons.push(Reason::plain(format!("CVSS {score:.1}")));
        }
        if assessment.severity == Severity::Unknown {
            reasons.push(Reason::plain(format!(
                "nobody has rated it; counts as {}",
                assessment.effective_severity
            )));
        } else if assessment.cvss_score.is_none() && is_telling(&assessment.severity_source) {
            reasons.push(Reason::plain(format!(
                "severity from {}",
                shown(&assessment.severity_source)
            )));
        }
    }
    if let Some(advisory) = &finding.advisory {
        if let Some(epss) = &advisory.epss {
            let text = format!("EPSS {:.1} %", epss.probability * 100.0);
            reasons.push(if epss.probability >= 0.5 {
                Reason::alarm(text)
            } else {
                Reason::plain(text)
            });
        }
        if let Some(notice) = &advisory.informational {
            reasons.push(Reason::plain(format!("notice: {}", shown(notice))));
        }
    }
    if let Some(check) = &finding.package {
        reasons.push(Reason::plain(format!(
            "score {:.1} of 10: {}",
            check.score, check.recommendation
        )));
        // The heaviest is the title.
        let others = check
            .signals
            .iter()
            .skip(1)
            .filter(|signal| signal.weight > 0.0);
        reasons.extend(others.map(|signal| Reason::plain(shown(&signal.evidence))));
    }
    if finding.code.is_some() && finding.confidence != Confidence::High {
        reasons.push(Reason::plain(format!(
            "{} confidence",
            finding.confidence.as_str()
        )));
    }
    if let Some(risk) = finding.assessment.as_ref().map(|a| a.risk) {
        reasons.push(Reason::plain(format!("risk {risk:.1}")));
    }
    reasons
}

/// Whether the source of a severity is worth a word: that a package is malicious or an entry only
/// a notice stands among the reasons anyway.
fn is_telling(source: &str) -> bool {
    !matches!(
        source,
        "none" | "malicious package" | "informational notice" | "rule"
    )
}

fn exploited(kev: &KevEntry) -> String {
    let ransomware = if kev.ransomware {
        ", used by ransomware"
    } else {
        ""
    };
    format!(
        "exploited in the wild (KEV since {}{ransomware})",
        kev.date_added
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_web_links_become_links() {
        assert!(is_web_link("https://example.org/a?b=c#d"));
        for bad in [
            "javascript:alert(1)",
            "https://a\"b",
            "https://a b",
            "data:text/html,x",
            "https://é",
        ] {
            assert!(!is_web_link(bad), "{bad}");
        }
    }
}
