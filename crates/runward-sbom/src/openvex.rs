//! OpenVEX 0.2.0.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use runward_model::{AdvisoryMatch, Ecosystem, Finding, Package};
use serde::Serialize;

use crate::{
    account,
    document::{Document, exact_purl},
    judgement::{Judgement, action},
    redact::is_uri,
};

#[derive(Serialize)]
struct Vex<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@id")]
    id: String,
    author: &'a str,
    timestamp: String,
    version: u32,
    tooling: String,
    statements: Vec<Statement<'a>>,
}

// The names are the format's.
#[expect(clippy::struct_field_names)]
#[derive(Serialize)]
struct Statement<'a> {
    vulnerability: Vulnerability<'a>,
    products: [Product; 1],
    status: &'static str,
    status_notes: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    impact_statement: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_statement: Option<String>,
}

#[derive(Serialize)]
struct Vulnerability<'a> {
    #[serde(rename = "@id", skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    aliases: BTreeSet<&'a str>,
}

#[derive(Serialize)]
struct Product {
    #[serde(rename = "@id")]
    id: String,
    identifiers: Identifiers,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subcomponents: Vec<Subcomponent>,
}

#[derive(Serialize)]
struct Subcomponent {
    #[serde(rename = "@id")]
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifiers: Option<Identifiers>,
}

#[derive(Serialize)]
struct Identifiers {
    purl: String,
}

/// A status with what the specification demands beside it. The order is that of what wins where
/// findings of one vulnerability in one package disagree: a path that is suppressed must not hide
/// one that is not.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Affected,
    UnderInvestigation,
    Fixed,
    NotAffected,
}

impl Status {
    fn of(judgement: &Judgement) -> Self {
        match judgement {
            Judgement::Open | Judgement::Confirmed | Judgement::Accepted { .. } => Self::Affected,
            Judgement::Uncertain => Self::UnderInvestigation,
            Judgement::NotAffected { .. } => Self::NotAffected,
            Judgement::Fixed => Self::Fixed,
        }
    }
}

/// Writes an OpenVEX 0.2.0 document on the findings of `doc`, suppressed ones too: one statement for
/// each vulnerability in each package of the product `doc.name`. How much was found, hidden and not
/// judged stands in `tooling`, the one field that may say how the document came to be.
///
/// A finding that asks for work is `affected`, with what to do; an uncertain match is
/// `under_investigation`; a resolved one is `fixed`. A suppressed or accepted finding is
/// `affected` with the decision as its action statement, unless its reason begins with
/// `not_affected:` or with one of OpenVEX's justifications
/// (`vulnerable_code_not_in_execute_path: …`): accepting a risk is not the claim that there is
/// none. A false positive is `not_affected` with its reason as impact statement.
///
/// Without any finding the list of statements is empty. OpenVEX's schema wants at least one: it has
/// no document that says "nothing is known".
///
/// # Errors
/// Those of `out`.
pub fn write_openvex(doc: &Document<'_>, author: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut groups: BTreeMap<(&str, String), Vec<&Finding>> = BTreeMap::new();
    for finding in doc.all_findings() {
        let name = finding
            .advisory
            .as_ref()
            .map_or(finding.rule.as_str(), AdvisoryMatch::stable_id);
        let component = finding
            .dependency
            .as_ref()
            .map(|dependency| component_id(&dependency.package))
            .unwrap_or_default();
        groups.entry((name, component)).or_default().push(finding);
    }
    let vex = Vex {
        context: "https://openvex.dev/ns/v0.2.0",
        id: format!("urn:uuid:{}", doc.uuid("openvex")),
        author: if author.trim().is_empty() {
            doc.name
        } else {
            author
        },
        timestamp: doc.created.to_string(),
        version: 1,
        tooling: match account::in_words(doc) {
            Some(account) => format!("runward {}: {account}", doc.tool_version),
            None => format!("runward {}", doc.tool_version),
        },
        statements: groups
            .iter()
            .map(|((name, component), findings)| statement(doc, name, component, findings))
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &vex).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

fn component_id(package: &Package) -> String {
    exact_purl(package).unwrap_or_else(|| {
        let named = format!("{}/{}", package.ecosystem, package.name);
        Package::new(
            Ecosystem::Other("generic".to_owned()),
            &named,
            package.version.as_deref(),
        )
        .purl()
    })
}

fn product(doc: &Document<'_>, component: &str) -> Product {
    let purl = Package::new(
        Ecosystem::Other("generic".to_owned()),
        &if doc.name.trim().is_empty() {
            "project"
        } else {
            doc.name
        }
        .replace('/', "-"),
        doc.version,
    )
    .purl();
    Product {
        id: purl.clone(),
        identifiers: Identifiers { purl },
        subcomponents: if component.is_empty() {
            Vec::new()
        } else {
            vec![Subcomponent {
                id: component.to_owned(),
                identifiers: Some(Identifiers {
                    purl: component.to_owned(),
                }),
            }]
        },
    }
}

fn statement<'a>(
    doc: &Document<'_>,
    name: &'a str,
    component: &str,
    findings: &[&'a Finding],
) -> Statement<'a> {
    let judged: Vec<(Judgement, &Finding)> = findings
        .iter()
        .map(|finding| (Judgement::of(finding), *finding))
        .collect();
    let status = judged
        .iter()
        .map(|(judgement, _)| Status::of(judgement))
        .min()
        .unwrap_or(Status::UnderInvestigation);
    let deciding: Vec<&(Judgement, &Finding)> = judged
        .iter()
        .filter(|(judgement, _)| Status::of(judgement) == status)
        .collect();

    let mut actions: BTreeSet<String> = BTreeSet::new();
    let mut impacts: BTreeSet<String> = BTreeSet::new();
    let mut justifications = BTreeSet::new();
    // An open finding's action stands before the acceptance of another.
    let someone_must_act = deciding
        .iter()
        .any(|(judgement, _)| !matches!(judgement, Judgement::Accepted { .. }));
    for (judgement, finding) in &deciding {
        match judgement {
            Judgement::Open | Judgement::Confirmed => {
                actions.insert(action(finding));
            }
            Judgement::Accepted { why } if !someone_must_act => {
                actions.insert(why.clone());
            }
            Judgement::NotAffected { justification, why } => {
                justifications.insert(justification.map(crate::judgement::Justification::openvex));
                impacts.insert(why.clone());
            }
            Judgement::Accepted { .. } | Judgement::Uncertain | Judgement::Fixed => {}
        }
    }
    let places: BTreeSet<String> = findings
        .iter()
        .map(|finding| format!("{}:{}", finding.location.path, finding.location.start.line))
        .collect();
    let advisory = findings
        .iter()
        .find_map(|finding| finding.advisory.as_ref());
    let aliases = findings
        .iter()
        .filter_map(|finding| finding.advisory.as_ref())
        .flat_map(AdvisoryMatch::ids)
        .filter(|alias| *alias != name)
        .collect();
    // Two different justifications cannot both stand in one statement.
    let justification = match (justifications.len(), justifications.first()) {
        (1, Some(justification)) => *justification,
        _ => None,
    };
    // The schema wants a justification or an impact statement, not both.
    let impact = (status == Status::NotAffected).then(|| joined(&impacts, "; "));
    let found = format!("found in {}", joined(&places, ", "));
    let (impact_statement, status_notes) = match (justification, impact) {
        (Some(_), Some(why)) => (None, format!("{why}; {found}")),
        (_, impact) => (impact, found),
    };
    Statement {
        vulnerability: Vulnerability {
            id: page_of(name),
            name,
            description: advisory
                .map(|advisory| advisory.summary.as_str())
                .filter(|summary| !summary.is_empty()),
            aliases,
        },
        products: [product(doc, component)],
        status_notes,
        justification,
        impact_statement,
        action_statement: (status == Status::Affected).then(|| joined(&actions, "; ")),
        status: match status {
            Status::Affected => "affected",
            Status::UnderInvestigation => "under_investigation",
            Status::Fixed => "fixed",
            Status::NotAffected => "not_affected",
        },
    }
}

fn page_of(id: &str) -> Option<String> {
    let page = match id.split('-').next().unwrap_or_default() {
        "CVE" => "https://nvd.nist.gov/vuln/detail/",
        "GHSA" => "https://github.com/advisories/",
        _ => "https://osv.dev/vulnerability/",
    };
    let url = format!("{page}{id}");
    is_uri(&url).then_some(url)
}

fn joined(texts: &BTreeSet<String>, separator: &str) -> String {
    texts
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(separator)
}
