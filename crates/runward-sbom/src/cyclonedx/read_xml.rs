//! CycloneDX XML, 1.0 and later.
//!
//! Document type declarations are refused, so there are no entities to expand and nothing outside
//! the file to fetch.

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use crate::{
    Limits,
    graph::Sheet,
    problems::{Fault, shown},
};

use super::{Bill, Component, Needs, check_version};

const NAMESPACE: &str = "cyclonedx.org/schema/bom/";

/// An element that is open, by what it means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Bill,
    Metadata,
    /// Holds the components of the bill or of the component that is open.
    Components,
    Component(usize),
    Hashes,
    Hash,
    Properties,
    Property,
    Field(Field),
    Dependencies,
    /// An index into the needs that are being read.
    Dependency(usize),
    Services,
    Service,
    Compositions,
    Composition,
    Aggregate,
    /// Something that is not read, and all in it.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Group,
    Name,
    Version,
    VersionRange,
    Purl,
    Scope,
}

impl Open {
    fn takes_text(self) -> bool {
        matches!(
            self,
            Self::Hash | Self::Property | Self::Field(_) | Self::Aggregate
        )
    }
}

struct Walk<'l> {
    bill: Bill,
    open: Vec<Open>,
    text: String,
    /// The algorithm of the hash or the name of the property that is open.
    label: String,
    newer: Option<String>,
    seen_bill: bool,
    limits: &'l Limits,
}

pub(crate) fn from_xml(text: &str, path: &str, limits: &Limits) -> Result<Sheet, Fault> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut walk = Walk {
        bill: Bill::default(),
        open: Vec::new(),
        text: String::new(),
        label: String::new(),
        newer: None,
        seen_bill: false,
        limits,
    };
    let mut line = 1_u32;
    let mut counted = 0;
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        line = line.saturating_add(newlines(text.as_bytes(), counted, start));
        counted = counted.max(start);
        match reader.read_event() {
            Ok(Event::Start(element)) => walk.start(&element, line)?,
            Ok(Event::End(_)) => walk.end(line)?,
            Ok(Event::Text(part)) => walk.text(&part.xml10_content()),
            Ok(Event::CData(part)) => walk.text(&part.xml10_content()),
            Ok(Event::GeneralRef(reference)) => {
                let character = match reference.resolve_char_ref() {
                    Ok(Some(character)) => character,
                    Ok(None) => predefined(&reference).ok_or_else(|| {
                        Fault::at(
                            line,
                            format!(
                                "the entity `&{};` is not expanded; write out what it stands for",
                                shown(&reference)
                            ),
                        )
                    })?,
                    Err(error) => return Err(broken(line, &error.to_string())),
                };
                walk.text(character.encode_utf8(&mut [0; 4]));
            }
            Ok(Event::DocType(_)) => {
                return Err(Fault::at(
                    line,
                    "the bill has a document type declaration, which could define entities; \
                     remove it",
                ));
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => return Err(broken(line, &error.to_string())),
        }
    }
    if !walk.open.is_empty() {
        return Err(broken(line, "it ends with elements open"));
    }
    if !walk.seen_bill {
        return Err(Fault::at(
            line,
            "the document has no `bom` element of CycloneDX; export CycloneDX or SPDX 2.3",
        ));
    }
    let mut sheet = walk.bill.into_sheet(path, limits);
    if let Some(reason) = walk.newer {
        sheet.problems.push(1, None, reason);
    }
    Ok(sheet)
}

fn newlines(bytes: &[u8], from: usize, to: usize) -> u32 {
    let count = bytes
        .get(from..to)
        .map_or(0, |part| part.split(|byte| *byte == b'\n').count() - 1);
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn broken(line: u32, error: &str) -> Fault {
    Fault::at(
        line,
        format!("not well-formed XML: {}; make the bill again", shown(error)),
    )
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

fn attribute(element: &BytesStart<'_>, name: &str, line: u32) -> Result<Option<String>, Fault> {
    let found = element
        .try_get_attribute(name)
        .map_err(|error| broken(line, &error.to_string()))?;
    found
        .map(|attribute| {
            attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map(std::borrow::Cow::into_owned)
        })
        .transpose()
        .map_err(|error| broken(line, &error.to_string()))
}

impl Walk<'_> {
    fn start(&mut self, element: &BytesStart<'_>, line: u32) -> Result<(), Fault> {
        if self.open.len() >= self.limits.max_depth {
            return Err(Fault::at(
                line,
                format!(
                    "elements are nested more than {} deep; the bill is not read",
                    self.limits.max_depth
                ),
            ));
        }
        let local = element.local_name();
        let name: &str = local.as_ref();
        let entered = match (self.open.last(), name) {
            (None, _) => self.root(element, name, line)?,
            (Some(Open::Bill), "metadata") => Open::Metadata,
            (Some(Open::Bill | Open::Component(_)), "components") => Open::Components,
            (Some(Open::Metadata), "component") => self.component(element, true, line)?,
            (Some(Open::Components), "component") => self.component(element, false, line)?,
            (Some(Open::Component(_)), "hashes") => Open::Hashes,
            (Some(Open::Component(_)), "properties") => Open::Properties,
            (Some(Open::Component(_)), _) => field(name).map_or(Open::Other, Open::Field),
            (Some(Open::Hashes), "hash") => {
                self.label = attribute(element, "alg", line)?.unwrap_or_default();
                Open::Hash
            }
            (Some(Open::Properties), "property") => {
                self.label = attribute(element, "name", line)?.unwrap_or_default();
                Open::Property
            }
            (Some(Open::Bill), "dependencies") => Open::Dependencies,
            (Some(Open::Dependencies), "dependency") => self.dependency(element, None, line)?,
            (Some(Open::Dependency(within)), "dependency") => {
                let within = *within;
                self.dependency(element, Some(within), line)?
            }
            (Some(Open::Bill | Open::Service), "services") => Open::Services,
            (Some(Open::Services), "service") => {
                self.bill
                    .services
                    .extend(attribute(element, "bom-ref", line)?);
                Open::Service
            }
            (Some(Open::Bill), "compositions") => Open::Compositions,
            (Some(Open::Compositions), "composition") => Open::Composition,
            (Some(Open::Composition), "aggregate") => Open::Aggregate,
            _ => Open::Other,
        };
        if entered.takes_text() {
            self.text.clear();
        }
        self.open.push(entered);
        Ok(())
    }

    fn root(&mut self, element: &BytesStart<'_>, name: &str, line: u32) -> Result<Open, Fault> {
        let mut version = None;
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| broken(line, &error.to_string()))?;
            let key: &str = attribute.key.as_ref();
            if key != "xmlns" && !key.starts_with("xmlns:") {
                continue;
            }
            if let Some((_, after)) = attribute.value.split_once(NAMESPACE) {
                version = Some(after.to_owned());
                break;
            }
        }
        if name != "bom" || version.is_none() || self.seen_bill {
            return Err(Fault::at(
                line,
                format!(
                    "the document's `{}` is no `bom` of CycloneDX; export CycloneDX or SPDX 2.3",
                    shown(name)
                ),
            ));
        }
        self.newer = check_version(version.as_deref(), line)?;
        self.seen_bill = true;
        Ok(Open::Bill)
    }

    fn component(
        &mut self,
        element: &BytesStart<'_>,
        is_root: bool,
        line: u32,
    ) -> Result<Open, Fault> {
        self.bill.check_room(self.limits, line)?;
        let within = self.open.iter().rev().find_map(|open| match open {
            Open::Component(place) => Some(*place),
            _ => None,
        });
        self.bill.components.push(Component {
            line,
            is_root,
            reference: attribute(element, "bom-ref", line)?,
            kind: attribute(element, "type", line)?.unwrap_or_default(),
            within,
            ..Component::default()
        });
        Ok(Open::Component(self.bill.components.len() - 1))
    }

    fn dependency(
        &mut self,
        element: &BytesStart<'_>,
        within: Option<usize>,
        line: u32,
    ) -> Result<Open, Fault> {
        let Some(reference) = attribute(element, "ref", line)? else {
            return Ok(Open::Other);
        };
        if self.bill.needs.len() >= self.limits.max_edges {
            return Err(Fault::at(
                line,
                format!(
                    "the bill has more than {} edges; split it by component",
                    self.limits.max_edges
                ),
            ));
        }
        if let Some(needs) = within.and_then(|within| self.bill.needs.get_mut(within)) {
            needs.on.push(reference.clone());
        }
        self.bill.needs.push(Needs {
            line,
            reference,
            on: Vec::new(),
        });
        Ok(Open::Dependency(self.bill.needs.len() - 1))
    }

    fn text(&mut self, part: &str) {
        if self.open.last().is_some_and(|open| open.takes_text()) {
            self.text.push_str(part);
        }
    }

    fn end(&mut self, line: u32) -> Result<(), Fault> {
        let Some(closed) = self.open.pop() else {
            return Err(broken(line, "an element ends that did not start"));
        };
        if !closed.takes_text() {
            return Ok(());
        }
        let text = std::mem::take(&mut self.text);
        let value = text.trim().to_owned();
        if closed == Open::Aggregate {
            if value.starts_with("incomplete") {
                self.bill.incomplete_at.get_or_insert(line);
            }
            return Ok(());
        }
        let label = std::mem::take(&mut self.label);
        let component = self.open.iter().rev().find_map(|open| match open {
            Open::Component(place) => Some(*place),
            _ => None,
        });
        let Some(component) = component.and_then(|place| self.bill.components.get_mut(place))
        else {
            return Ok(());
        };
        let slot = match closed {
            Open::Hash => {
                component.hashes.push((label, value));
                return Ok(());
            }
            Open::Property => {
                component.properties.push((label, value));
                return Ok(());
            }
            Open::Field(Field::Group) => &mut component.group,
            Open::Field(Field::Name) => &mut component.name,
            Open::Field(Field::Version) => &mut component.version,
            Open::Field(Field::VersionRange) => &mut component.version_range,
            Open::Field(Field::Purl) => &mut component.purl,
            Open::Field(Field::Scope) => &mut component.scope,
            _ => return Ok(()),
        };
        if slot.is_some() {
            return Err(Fault::at(
                line,
                "a component states one of its fields twice; remove one of them",
            ));
        }
        *slot = Some(value);
        Ok(())
    }
}

fn field(name: &str) -> Option<Field> {
    Some(match name {
        "group" => Field::Group,
        "name" => Field::Name,
        "version" => Field::Version,
        "versionRange" => Field::VersionRange,
        "purl" => Field::Purl,
        "scope" => Field::Scope,
        _ => return None,
    })
}
