//! SPDX 2 tag-value: `Tag: value` on a line, values of several lines between `<text>` and
//! `</text>`.

use crate::{
    Limits,
    graph::Sheet,
    problems::{Fault, shown},
};

use super::{Bill, Package, Relationship, check_version, read_json::is_purl_type};

/// What the tags that follow are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Document,
    Package,
    /// A file, a snippet or a licence.
    Other,
}

struct Walk<'l> {
    bill: Bill,
    section: Section,
    version: Option<String>,
    /// The element that the open annotation is about.
    annotated: String,
    /// Comments by the element that they are about: annotations may stand away from it.
    annotations: Vec<(String, String)>,
    limits: &'l Limits,
}

pub(crate) fn from_tag_value(text: &str, path: &str, limits: &Limits) -> Result<Sheet, Fault> {
    let mut walk = Walk {
        bill: Bill::default(),
        section: Section::Document,
        version: None,
        annotated: String::new(),
        annotations: Vec::new(),
        limits,
    };
    let mut odd: Option<(u32, String)> = None;
    let mut odd_count = 0_usize;
    let mut line = 0_u32;
    let mut rest = text;
    while !rest.is_empty() {
        line = line.saturating_add(1);
        let (first, mut after) = split_line(rest);
        let trimmed = first.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            rest = after;
            continue;
        }
        let Some((tag, value)) = trimmed.split_once(':') else {
            odd_count += 1;
            odd.get_or_insert((line, shown(trimmed)));
            rest = after;
            continue;
        };
        let mut value = value.trim();
        let tag_line = line;
        if let Some(opened) = value.strip_prefix("<text>") {
            if let Some((inside, _)) = opened.split_once("</text>") {
                value = inside;
            } else {
                // From after `<text>` to `</text>`, which may be many lines on.
                let offset = first.find("<text>").map_or(0, |at| at + "<text>".len());
                let from = rest.get(offset..).unwrap_or_default();
                let Some((inside, beyond)) = from.split_once("</text>") else {
                    return Err(Fault::at(
                        tag_line,
                        "`<text>` is not closed by `</text>`; make the document again",
                    ));
                };
                value = inside;
                let lines = inside.bytes().filter(|byte| *byte == b'\n').count();
                line = line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
                after = split_line(beyond).1;
            }
        }
        walk.tag(tag.trim(), value, tag_line)?;
        rest = after;
    }
    check_version(walk.version.as_deref(), 1)?;
    let mut sheet = walk.finish(path);
    if let Some((line, shown)) = odd {
        sheet.problems.push(
            line,
            None,
            format!("{odd_count} lines are no `Tag: value` (the first: `{shown}`); make the document again"),
        );
    }
    Ok(sheet)
}

fn split_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

impl Walk<'_> {
    fn tag(&mut self, tag: &str, value: &str, line: u32) -> Result<(), Fault> {
        match tag {
            "SPDXVersion" => self.version = Some(value.to_owned()),
            "PackageName" => {
                self.bill.check_room(self.limits, line)?;
                self.section = Section::Package;
                self.bill.packages.push(Package {
                    line,
                    name: Some(value.to_owned()),
                    ..Package::default()
                });
            }
            "FileName" | "SnippetSPDXID" | "LicenseID" => {
                self.section = Section::Other;
                if tag == "SnippetSPDXID" {
                    self.bill.other_elements.insert(value.to_owned());
                }
            }
            "SPDXID" => match self.section {
                Section::Document => value.clone_into(&mut self.bill.document),
                Section::Package => self.package(|package| value.clone_into(&mut package.id)),
                Section::Other => {
                    self.bill.other_elements.insert(value.to_owned());
                }
            },
            "PackageVersion" => self.package(|package| package.version = Some(value.to_owned())),
            "PrimaryPackagePurpose" => {
                self.package(|package| value.clone_into(&mut package.purpose));
            }
            "PackageChecksum" => {
                if let Some((algorithm, digits)) = value.split_once(':') {
                    let pair = (algorithm.trim().to_owned(), digits.trim().to_owned());
                    self.package(|package| package.checksums.push(pair));
                }
            }
            "ExternalRef" => {
                let mut words = value.split_whitespace();
                let (_category, kind) = (words.next(), words.next());
                if let (true, Some(locator)) = (is_purl_type(kind), words.next()) {
                    self.package(|package| package.purls.push(locator.to_owned()));
                }
            }
            "Relationship" => self.relationship(value, line)?,
            "SPDXREF" => value.clone_into(&mut self.annotated),
            "Annotator" => self.annotated.clear(),
            "AnnotationComment" if value.contains("runward:") => {
                self.annotations
                    .push((self.annotated.clone(), value.to_owned()));
            }
            _ => {}
        }
        Ok(())
    }

    fn package(&mut self, change: impl FnOnce(&mut Package)) {
        if self.section == Section::Package
            && let Some(package) = self.bill.packages.last_mut()
        {
            change(package);
        }
    }

    fn relationship(&mut self, value: &str, line: u32) -> Result<(), Fault> {
        self.bill.check_edges(self.limits, line)?;
        let mut words = value.split_whitespace();
        if let (Some(from), Some(kind), Some(to)) = (words.next(), words.next(), words.next()) {
            self.bill.relationships.push(Relationship {
                line,
                from: from.to_owned(),
                kind: kind.to_ascii_uppercase(),
                to: to.to_owned(),
            });
            return Ok(());
        }
        Err(Fault::at(
            line,
            format!(
                "`{}` is no relationship of two elements; make the document again",
                shown(value)
            ),
        ))
    }

    fn finish(mut self, path: &str) -> Sheet {
        if self.bill.document.is_empty() {
            "SPDXRef-DOCUMENT".clone_into(&mut self.bill.document);
        }
        let mut by_id = std::collections::HashMap::new();
        for (place, package) in self.bill.packages.iter_mut().enumerate() {
            // SPDX 2.0 documents of single packages leave the identifier out.
            if !package.id.is_empty() {
                by_id.entry(package.id.clone()).or_insert(place);
            }
        }
        for (id, comment) in self.annotations {
            if let Some(package) = by_id
                .get(&id)
                .and_then(|place| self.bill.packages.get_mut(*place))
            {
                package.annotations.push(comment);
            }
        }
        self.bill.into_sheet(path, self.limits)
    }
}
