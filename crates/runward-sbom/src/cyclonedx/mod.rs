//! CycloneDX: read from JSON and XML into one form, written as JSON 1.6.

mod read_json;
mod read_xml;
mod vulnerability;
mod write;

use std::collections::{HashMap, HashSet};

use runward_model::Scope;

use crate::{
    Limits, facts,
    graph::{Edge, Link, Node, NodeKind, Sheet},
    hashes::Digest,
    identity::{self, Statement},
    problems::{Fault, shown},
};

pub(crate) use read_json::{JSON_KEYS, from_json};
pub(crate) use read_xml::from_xml;
pub use write::write_cyclonedx;

/// A component, as either form states it.
#[derive(Debug, Default)]
struct Component {
    line: u32,
    /// The product that the bill describes.
    is_root: bool,
    reference: Option<String>,
    kind: String,
    group: Option<String>,
    name: Option<String>,
    version: Option<String>,
    version_range: Option<String>,
    purl: Option<String>,
    scope: Option<String>,
    /// Algorithm and digits.
    hashes: Vec<(String, String)>,
    properties: Vec<(String, String)>,
    /// The component that it is nested in, as an index.
    within: Option<usize>,
}

/// `reference` depends on each of `on`.
#[derive(Debug, Default)]
struct Needs {
    line: u32,
    reference: String,
    on: Vec<String>,
}

/// A bill, as either form states it.
#[derive(Debug, Default)]
struct Bill {
    components: Vec<Component>,
    needs: Vec<Needs>,
    /// What may be needed and is no component.
    services: HashSet<String>,
    /// That the bill says of itself that something is missing from it.
    incomplete_at: Option<u32>,
}

impl Bill {
    fn check_room(&self, limits: &Limits, line: u32) -> Result<(), Fault> {
        if self.components.len() < limits.max_components {
            return Ok(());
        }
        Err(Fault::at(
            line,
            format!(
                "the bill has more than {} components; split it by component",
                limits.max_components
            ),
        ))
    }

    fn into_sheet(self, path: &str, limits: &Limits) -> Sheet {
        let mut sheet = Sheet::new(path, limits);
        if let Some(line) = self.incomplete_at {
            sheet.problems.push(
                line,
                None,
                "the bill says of itself (`compositions`) that it is incomplete; what it leaves \
                 out is not judged",
            );
        }
        let mut index: HashMap<&str, usize> = HashMap::with_capacity(self.components.len());
        // A component that is the root's own entry in the list is the root.
        let root_references: HashSet<&str> = self
            .components
            .iter()
            .filter(|component| component.is_root)
            .filter_map(|component| component.reference.as_deref())
            .collect();
        for (place, component) in self.components.iter().enumerate() {
            let repeats_root = !component.is_root
                && component
                    .reference
                    .as_deref()
                    .is_some_and(|reference| root_references.contains(reference));
            let mut node = component.node();
            if repeats_root {
                node = Node::new(NodeKind::Root { purl: None }, component.line);
            }
            sheet.nodes.push(node);
            if let Some(reference) = component.reference.as_deref() {
                index.entry(reference).or_insert(place);
            }
            if let Some(within) = component.within {
                sheet.edges.push(Edge {
                    to: place,
                    from: within,
                    link: Link::Containment,
                    scope: Scope::Runtime,
                });
            }
        }
        self.link(&mut sheet, &index, limits);
        sheet
    }

    fn link(&self, sheet: &mut Sheet, index: &HashMap<&str, usize>, limits: &Limits) {
        // Needed, not listed, but named by a package URL: the reference is all there is.
        let mut by_reference: HashMap<&str, usize> = HashMap::new();
        for needs in &self.needs {
            let Some(from) = index.get(needs.reference.as_str()).copied() else {
                continue;
            };
            for need in &needs.on {
                if sheet.edges.len() >= limits.max_edges {
                    sheet.problems.push(
                        needs.line,
                        None,
                        format!(
                            "the bill has more than {} edges; the rest is not read",
                            limits.max_edges
                        ),
                    );
                    return;
                }
                let to = index
                    .get(need.as_str())
                    .or_else(|| by_reference.get(need.as_str()));
                let to = match to {
                    Some(to) => *to,
                    None if self.services.contains(need) => continue,
                    None => {
                        let statement = Statement {
                            reference: Some(need),
                            kind: "library",
                            ..Statement::default()
                        };
                        let mut node = identity::node(&statement, needs.line);
                        if let NodeKind::Package {
                            undetermined: Some(_),
                            package,
                        } = &node.kind
                            && package.version.is_none()
                        {
                            node.not_judged(&format!(
                                "`{}` needs it and the bill does not list it; make the bill again",
                                shown(&needs.reference)
                            ));
                        }
                        if sheet.nodes.len() >= limits.max_components {
                            sheet.problems.push(
                                needs.line,
                                None,
                                format!("`{}` is needed and not listed", shown(need)),
                            );
                            continue;
                        }
                        sheet.nodes.push(node);
                        let place = sheet.nodes.len() - 1;
                        by_reference.insert(need, place);
                        place
                    }
                };
                sheet.edges.push(Edge {
                    to,
                    from,
                    link: Link::Dependency,
                    scope: Scope::Runtime,
                });
            }
        }
    }
}

impl Component {
    fn node(&self) -> Node {
        if self.is_root {
            let purl = self.purl.clone();
            return Node::new(NodeKind::Root { purl }, self.line);
        }
        let kind = self.kind.to_ascii_lowercase();
        let statement = Statement {
            purl: self.purl.as_deref(),
            reference: self.reference.as_deref(),
            ecosystem: self
                .properties
                .iter()
                .find(|(name, _)| name == facts::ECOSYSTEM)
                .map(|(_, value)| value.as_str()),
            group: self.group.as_deref(),
            name: self.name.as_deref(),
            version: self.version.as_deref(),
            range: self.version_range.as_deref(),
            kind: &kind,
        };
        let mut node = identity::node(&statement, self.line);
        // "Excluded" is CycloneDX's word for tests and other uses outside the running product;
        // without a word the specification asks to assume "required".
        node.scope = Some(match self.scope.as_deref().map(str::trim) {
            Some("optional") => Scope::Optional,
            Some("excluded") => Scope::Development,
            _ => Scope::Runtime,
        });
        node.hashes = self
            .hashes
            .iter()
            .map(|(algorithm, digits)| match Digest::new(algorithm, digits) {
                Some(digest) => digest.canonical(),
                None => format!("{}:{}", algorithm.trim(), digits.trim()),
            })
            .collect();
        for (name, value) in &self.properties {
            facts::apply(&mut node, name, value);
        }
        node
    }
}

/// Every 1.x version only adds to the one before, so a newer one is read as far as it is known.
fn check_version(text: Option<&str>, line: u32) -> Result<Option<String>, Fault> {
    let Some(text) = text else {
        return Err(Fault::at(
            line,
            "the bill states no version of CycloneDX (`specVersion`); make it again",
        ));
    };
    let parts = text.trim().split_once('.');
    match parts.and_then(|(major, minor)| Some((major, minor.parse::<u32>().ok()?))) {
        Some(("1", 0..=7)) => Ok(None),
        Some(("1", _)) => Ok(Some(format!(
            "CycloneDX {} is newer than what is known here (1.7); what is new in it is not read",
            shown(text)
        ))),
        _ => Err(Fault::at(
            line,
            format!(
                "CycloneDX `{}` is not read; export CycloneDX 1.6",
                shown(text)
            ),
        )),
    }
}
