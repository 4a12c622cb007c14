//! SPDX 2: read from JSON and tag-value into one form, written as JSON 2.3.

mod read_json;
mod read_tag_value;
mod relationship;
mod write;

use std::collections::{HashMap, HashSet};

use crate::{
    Limits, facts,
    graph::{Edge, Node, NodeKind, Sheet},
    hashes::Digest,
    identity::{self, Statement},
    problems::{Fault, shown},
    purl::Purl,
};

pub(crate) use read_json::{JSON_KEYS, from_json};
pub(crate) use read_tag_value::from_tag_value;
pub use write::write_spdx;

/// A package, as either form states it.
#[derive(Debug, Default)]
struct Package {
    line: u32,
    id: String,
    name: Option<String>,
    version: Option<String>,
    purpose: String,
    purls: Vec<String>,
    /// Algorithm and digits.
    checksums: Vec<(String, String)>,
    annotations: Vec<String>,
}

/// `from TYPE to`, as written.
#[derive(Debug, Default)]
struct Relationship {
    line: u32,
    from: String,
    kind: String,
    to: String,
}

/// A document, as either form states it.
#[derive(Debug, Default)]
struct Bill {
    document: String,
    packages: Vec<Package>,
    relationships: Vec<Relationship>,
    described: Vec<String>,
    /// Files and snippets: elements that are no packages.
    other_elements: HashSet<String>,
}

impl Bill {
    fn check_room(&self, limits: &Limits, line: u32) -> Result<(), Fault> {
        if self.packages.len() < limits.max_components {
            return Ok(());
        }
        Err(Fault::at(
            line,
            format!(
                "the document has more than {} packages; split it",
                limits.max_components
            ),
        ))
    }

    fn check_edges(&self, limits: &Limits, line: u32) -> Result<(), Fault> {
        if self.relationships.len() < limits.max_edges {
            return Ok(());
        }
        Err(Fault::at(
            line,
            format!(
                "the document has more than {} relationships; split it",
                limits.max_edges
            ),
        ))
    }

    fn into_sheet(self, path: &str, limits: &Limits) -> Sheet {
        let mut sheet = Sheet::new(path, limits);
        let roots = self.roots();
        let holders = self.holders();
        let mut index: HashMap<&str, usize> = HashMap::with_capacity(self.packages.len());
        for (place, package) in self.packages.iter().enumerate() {
            let node = if roots.contains(&place) {
                let purl = package.purls.first().cloned();
                Node::new(NodeKind::Root { purl }, package.line)
            } else {
                package.node(&mut sheet, holders.contains(package.id.as_str()))
            };
            sheet.nodes.push(node);
            if !package.id.is_empty() {
                index.entry(package.id.as_str()).or_insert(place);
            }
        }
        // What the document itself "contains" stands at the top.
        sheet
            .nodes
            .push(Node::new(NodeKind::Root { purl: None }, 1));
        let document = sheet.nodes.len() - 1;
        if !self.document.is_empty() {
            index.entry(self.document.as_str()).or_insert(document);
        }
        for relationship in &self.relationships {
            let Some(meaning) = relationship::meaning(&relationship.kind) else {
                continue;
            };
            let (needs, needed) = if meaning.reversed {
                (&relationship.to, &relationship.from)
            } else {
                (&relationship.from, &relationship.to)
            };
            match (index.get(needs.as_str()), index.get(needed.as_str())) {
                (Some(from), Some(to)) => sheet.edges.push(Edge {
                    to: *to,
                    from: *from,
                    link: meaning.link,
                    scope: meaning.scope,
                }),
                (_, None) if self.is_missing(needed) => sheet.problems.push(
                    relationship.line,
                    None,
                    format!(
                        "`{}` is needed by `{}` and is no package of this document; add its \
                         document to the scan",
                        shown(needed),
                        shown(needs)
                    ),
                ),
                _ => {}
            }
        }
        sheet
    }

    /// The elements that contain packages.
    fn holders(&self) -> HashSet<&str> {
        let packages: HashSet<&str> = self
            .packages
            .iter()
            .map(|package| package.id.as_str())
            .collect();
        self.relationships
            .iter()
            .filter_map(|relationship| match relationship.kind.as_str() {
                "CONTAINS" => Some((relationship.from.as_str(), relationship.to.as_str())),
                "CONTAINED_BY" => Some((relationship.to.as_str(), relationship.from.as_str())),
                _ => None,
            })
            .filter(|(_, held)| packages.contains(held))
            .map(|(holder, _)| holder)
            .collect()
    }

    /// Whether an identifier stands for a package that should be here. `NONE` and `NOASSERTION`
    /// are words of the specification.
    fn is_missing(&self, id: &str) -> bool {
        !matches!(id, "NONE" | "NOASSERTION" | "") && !self.other_elements.contains(id)
    }

    /// The packages that are the product. The only one that is described is it (without a word,
    /// the only package: SPDX 2.3, §11.1). Of several, those that could be judged are: a list of
    /// everything as "described" must not hide a dependency.
    fn roots(&self) -> HashSet<usize> {
        let mut described: HashSet<&str> = self.described.iter().map(String::as_str).collect();
        for relationship in &self.relationships {
            match relationship.kind.as_str() {
                "DESCRIBES" if relationship.from == self.document => {
                    described.insert(&relationship.to);
                }
                "DESCRIBED_BY" if relationship.to == self.document => {
                    described.insert(&relationship.from);
                }
                _ => {}
            }
        }
        let places: Vec<usize> = self
            .packages
            .iter()
            .enumerate()
            .filter(|(_, package)| described.contains(package.id.as_str()))
            .map(|(place, _)| place)
            .collect();
        match (places.len(), self.packages.len()) {
            (1, _) => places.into_iter().collect(),
            (0, 1) => HashSet::from([0]),
            _ => places
                .into_iter()
                .filter(|place| {
                    self.packages
                        .get(*place)
                        .is_some_and(|package| package.purls.is_empty())
                })
                .collect(),
        }
    }
}

impl Package {
    fn node(&self, sheet: &mut Sheet, holds_packages: bool) -> Node {
        // Before SPDX 2.3 there was no word for a scanner's grouping (`node-pkg`); without a
        // purpose, what holds packages is taken for one unless it states a version.
        let kind = match self.purpose.as_str() {
            "" if holds_packages => "application".to_owned(),
            purpose => purpose.to_ascii_lowercase(),
        };
        let facts = || {
            self.annotations
                .iter()
                .flat_map(|annotation| annotation.lines())
                .filter_map(|line| line.trim().split_once('='))
        };
        let statement = Statement {
            purl: self.purls.first().map(String::as_str),
            ecosystem: facts()
                .find(|(name, _)| *name == facts::ECOSYSTEM)
                .map(|(_, value)| value),
            name: self.name.as_deref(),
            version: self.version.as_deref(),
            kind: &kind,
            ..Statement::default()
        };
        let mut node = identity::node(&statement, self.line);
        if let NodeKind::Package { package, .. } = &node.kind {
            for other in self.purls.iter().skip(1) {
                let same = Purl::parse(other).is_ok_and(|other| {
                    other.package.ecosystem == package.ecosystem
                        && other.package.name.eq_ignore_ascii_case(&package.name)
                });
                if !same {
                    sheet.problems.push(
                        self.line,
                        Some(&package.name),
                        format!(
                            "the package states several package URLs; `{}` is not judged, list it \
                             as a package of its own",
                            shown(other)
                        ),
                    );
                }
            }
        }
        node.hashes = self
            .checksums
            .iter()
            .map(|(algorithm, digits)| match Digest::new(algorithm, digits) {
                Some(digest) => digest.canonical(),
                None => format!("{}:{}", algorithm.trim(), digits.trim()),
            })
            .collect();
        for (name, value) in facts() {
            facts::apply(&mut node, name, value);
        }
        node
    }
}

fn check_version(text: Option<&str>, line: u32) -> Result<(), Fault> {
    let text = text.unwrap_or_default().trim();
    if text.starts_with("SPDX-2.") {
        return Ok(());
    }
    Err(Fault::at(
        line,
        if text.starts_with("SPDX-3") {
            "SPDX 3 is not read; export SPDX 2.3 or CycloneDX".to_owned()
        } else {
            format!(
                "SPDX version `{}` is not read; export SPDX 2.3",
                shown(text)
            )
        },
    ))
}
