//! XML as a tree of elements with lines.
//!
//! Entities that a document declares are never expanded, and nothing outside it is fetched: a
//! reference such as `&x;` stays in the text as written, where no version can match it.

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesRef, BytesStart, Event},
};

use crate::{document::SyntaxError, text::Lines};

/// An element; names are without their namespace prefix.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) line: u32,
    pub(crate) attributes: Vec<(String, String)>,
    /// The element's own text, joined, with the space around it.
    raw: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    pub(crate) fn text(&self) -> &str {
        self.raw.trim()
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(crate) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of a child; none where it is missing or empty.
    pub(crate) fn child_text(&self, name: &str) -> Option<&str> {
        self.child(name)
            .map(Element::text)
            .filter(|text| !text.is_empty())
    }

    /// An attribute, its name compared without case.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

/// Reads a document; the result is its root element.
pub(crate) fn parse(text: &str, max_depth: usize) -> Result<Element, SyntaxError> {
    let lines = Lines::of(text);
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let line = lines.at(start);
        let event = reader.read_event().map_err(|error| {
            let at = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
            SyntaxError::new(lines.at(at), error.to_string())
        })?;
        match event {
            Event::Start(tag) => {
                if open.len() > max_depth {
                    return Err(SyntaxError::too_deep(line, max_depth));
                }
                open.push(element(&tag, line)?);
            }
            Event::Empty(tag) => {
                let element = element(&tag, line)?;
                if let Some(parent) = open.last_mut() {
                    parent.children.push(element);
                }
            }
            Event::End(_) => {
                if let (Some(done), Some(parent)) = (open.pop(), open.last_mut()) {
                    parent.children.push(done);
                }
            }
            Event::Text(content) => push_text(&mut open, &content.into_inner()),
            Event::CData(content) => push_text(&mut open, &content.into_inner()),
            Event::GeneralRef(reference) => {
                let resolved = resolve(&reference);
                push_text(&mut open, &resolved);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let unclosed = open.len() > 1;
    let last_line = lines.at(text.len());
    let mut document = open.into_iter().next().unwrap_or_default();
    if unclosed {
        return Err(SyntaxError::new(
            last_line,
            "the file ends inside an element",
        ));
    }
    match document.children.len() {
        1 => Ok(document.children.remove(0)),
        0 => Err(SyntaxError::new(1, "no XML element in the file")),
        _ => Err(SyntaxError::new(last_line, "more than one root element")),
    }
}

fn push_text(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.raw.push_str(text);
    }
}

fn resolve(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name: &str = reference;
    resolve_predefined_entity(name).map_or_else(|| format!("&{name};"), str::to_owned)
}

fn element(tag: &BytesStart<'_>, line: u32) -> Result<Element, SyntaxError> {
    let mut attributes = Vec::new();
    // The library's check for repeated attributes compares each with each.
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| SyntaxError::new(line, error.to_string()))?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_or_else(
                |_| attribute.value.to_string(),
                std::borrow::Cow::into_owned,
            );
        attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
    }
    Ok(Element {
        name: tag.local_name().as_ref().to_owned(),
        line,
        attributes,
        ..Element::default()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_know_their_lines() {
        let text = "<?xml version=\"1.0\"?>\n<m:p xmlns:m='u'>\n <a X=\"1&amp;2\"/>\n <b>x<!-- no -->y&#46;&lt;<![CDATA[z]]></b>\n</m:p>\n";
        let root = parse(text, 32).unwrap();
        assert_eq!((root.name.as_str(), root.line), ("p", 2));
        assert_eq!(root.child("a").unwrap().attribute("x"), Some("1&2"));
        assert_eq!(root.child("b").unwrap().line, 4);
        assert_eq!(root.child_text("b"), Some("xy.<z"));
    }

    #[test]
    fn entities_are_never_expanded() {
        let text = "<!DOCTYPE p [<!ENTITY a \"aaaa\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>\n<p><v>&a;&f;</v></p>";
        assert_eq!(parse(text, 32).unwrap().child_text("v"), Some("&a;&f;"));
    }

    #[test]
    fn broken_documents_are_errors() {
        for text in ["", "text", "<a>", "<a></b>", "<a/><b/>", "<a", "<a b=></a>"] {
            assert!(parse(text, 32).is_err(), "{text}");
        }
        assert!(
            parse(&"<a>".repeat(5_000), 32)
                .unwrap_err()
                .reason
                .contains("nested deeper")
        );
        assert_eq!(parse("<a>\n<b>\n</a>", 32).unwrap_err().line, 3);
    }

    proptest! {
        #[test]
        fn any_text_never_panics(text in "[<>/a!&;=\"'?\\[\\] \n-]{0,120}") {
            let _ = parse(&text, 32);
        }
    }
}
