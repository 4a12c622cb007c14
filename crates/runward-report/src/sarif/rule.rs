//! The rules of a SARIF run: one for each advisory or rule that has a finding.

use std::collections::HashMap;

use runward_model::{Finding, ScanReport, Severity};
use serde_json::{Value, json};

use super::{effective, level};
use crate::{
    clean::{clean, clean_lines, clip, shown},
    gitlab::cwe_number,
    links::advisory_url,
    markdown::escape,
    view::{is_web_link, shown_id},
};

/// GitHub shows about this much of a rule's help.
const MAX_HELP: usize = 4_000;

/// Rules in order of their first finding.
pub(super) struct Rules {
    values: Vec<Value>,
    indices: HashMap<String, usize>,
}

impl Rules {
    pub(super) fn of(report: &ScanReport) -> Self {
        let mut groups: Vec<Vec<&Finding>> = Vec::new();
        let mut indices: HashMap<String, usize> = HashMap::new();
        for finding in report.findings.iter().chain(&report.suppressed) {
            let next = groups.len();
            let index = *indices.entry(finding.rule.clone()).or_insert(next);
            match groups.get_mut(index) {
                Some(group) => group.push(finding),
                None => groups.push(vec![finding]),
            }
        }
        Self {
            values: groups.iter().filter_map(|group| rule(group)).collect(),
            indices,
        }
    }

    pub(super) fn index(&self, rule: &str) -> Option<usize> {
        self.indices.get(rule).copied()
    }

    pub(super) fn into_values(self) -> Vec<Value> {
        self.values
    }
}

fn rule(findings: &[&Finding]) -> Option<Value> {
    let first = findings.first()?;
    let worst = findings
        .iter()
        .map(|finding| effective(finding))
        .max()
        .unwrap_or(Severity::Unknown);
    let summary = summary(first);
    let mut tags = vec!["security".to_owned()];
    let mut url = None;
    let mut cwes: &[String] = &[];
    if let Some(code) = &first.code {
        url = code
            .references
            .iter()
            .find(|link| is_web_link(link))
            .cloned();
        cwes = &code.cwe;
        tags.push("code".to_owned());
        tags.extend(code.owasp.iter().map(|category| shown(category)));
    } else if first.dependency.is_some() {
        url = Some(advisory_url(&first.rule));
        tags.push("dependencies".to_owned());
    }
    if let Some(advisory) = &first.advisory {
        url = Some(advisory_url(advisory.stable_id()));
        cwes = &advisory.cwes;
        if advisory.malicious {
            tags.push("malicious".to_owned());
        }
        if advisory.kev.is_some() {
            tags.push("known-exploited".to_owned());
        }
    }
    tags.extend(
        cwes.iter()
            .filter_map(|cwe| cwe_number(cwe))
            .map(|number| format!("external/cwe/cwe-{number:03}")),
    );
    tags.sort_unstable();
    tags.dedup();
    let (text, markdown) = help(first, &summary, url.as_deref());
    let mut rule = json!({
        "id": clean(&first.rule),
        "name": shown_id(first),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": full_description(first, &summary)},
        "helpUri": url,
        "help": {"text": text, "markdown": markdown},
        "defaultConfiguration": {"level": level(worst)},
        "properties": {
            "tags": tags,
            "precision": first.confidence.as_str(),
            "security-severity": format!("{:.1}", score(findings).unwrap_or_else(|| middle(worst))),
        },
    });
    if let (None, Some(rule)) = (url, rule.as_object_mut()) {
        rule.remove("helpUri");
    }
    Some(rule)
}

/// The highest CVSS score; in code, which has none, the highest risk.
fn score(findings: &[&Finding]) -> Option<f64> {
    findings
        .iter()
        .filter_map(|finding| {
            let assessment = finding.assessment.as_ref()?;
            match &finding.code {
                Some(_) => Some(assessment.risk.clamp(0.0, 10.0)),
                None => assessment.cvss_score,
            }
        })
        .fold(None, |best: Option<f64>, score| {
            Some(best.map_or(score, |best| best.max(score)))
        })
}

/// A score inside the band that GitHub sorts by, for what has no CVSS score.
fn middle(severity: Severity) -> f64 {
    match severity {
        Severity::Critical => 9.5,
        Severity::High | Severity::Unknown => 8.0,
        Severity::Medium => 5.5,
        Severity::Low => 2.0,
        Severity::None => 0.0,
    }
}

fn summary(finding: &Finding) -> String {
    let text = finding
        .advisory
        .as_ref()
        .map(|advisory| advisory.summary.trim())
        .filter(|summary| !summary.is_empty())
        .unwrap_or(&finding.title);
    shown(text)
}

fn full_description(finding: &Finding, summary: &str) -> String {
    let details = match (&finding.advisory, &finding.code) {
        (Some(advisory), _) => advisory.details.trim(),
        (None, Some(code)) => code.message.trim(),
        (None, None) => "",
    };
    if details.is_empty() {
        summary.to_owned()
    } else {
        clip(&clean_lines(details), MAX_HELP)
    }
}

/// The help of a rule, plain and as Markdown with all advisory text escaped.
fn help(finding: &Finding, summary: &str, url: Option<&str>) -> (String, String) {
    let mut facts: Vec<(String, String)> = Vec::new();
    if let Some(advisory) = &finding.advisory {
        let ids: Vec<&str> = advisory.ids().collect();
        facts.push(("identifiers".to_owned(), shown(&ids.join(", "))));
        let fixed = if advisory.fixed.is_empty() {
            "no version".to_owned()
        } else {
            shown(&advisory.fixed.join(", "))
        };
        facts.push(("fixed in".to_owned(), fixed));
        if let Some(kev) = &advisory.kev {
            facts.push((
                "exploited in the wild".to_owned(),
                format!("KEV since {}", kev.date_added),
            ));
        }
        if let Some(epss) = &advisory.epss {
            facts.push((
                "EPSS".to_owned(),
                format!("{:.1} %", epss.probability * 100.0),
            ));
        }
    }
    let mut text = vec![summary.to_owned()];
    let mut markdown = vec![format!("**{}**\n", escape(summary))];
    if let Some(code) = &finding.code {
        let message = super::code::message(code);
        markdown.push(format!("{}\n", escape(&message)));
        if !message.is_empty() {
            text = vec![message];
        }
        for (name, list) in [
            ("weaknesses", &code.cwe),
            ("categories", &code.owasp),
            ("also known as", &code.aliases),
        ] {
            if !list.is_empty() {
                facts.push((name.to_owned(), shown(&list.join(", "))));
            }
        }
    }
    for (name, value) in &facts {
        text.push(format!("{name}: {value}"));
        markdown.push(format!("- {name}: {}", escape(value)));
    }
    if let Some(url) = url {
        text.push(url.to_owned());
        markdown.push(format!("\n[{url}]({url})\n"));
    }
    (text.join("\n"), markdown.join("\n"))
}
