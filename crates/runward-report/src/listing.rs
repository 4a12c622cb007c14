//! Small listings and sheets: what `list` and `show` of tasks, events, people and stores look like.

use std::io::Write;

use anstyle::Style;
use runward_model::Severity;
use serde::Serialize;

use crate::{
    Options, ReportError,
    clean::{clean_lines, shown},
    json,
    paint::{ALARM, BOLD, DIM, Flow, GOOD, PLAIN, WARN, severity},
    text::{Page, table},
};

/// What a text means, which colour only repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Strong,
    Quiet,
    Good,
    Warn,
    Alarm,
    Severity(Severity),
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => PLAIN,
            Self::Strong => BOLD,
            Self::Quiet => DIM,
            Self::Good => GOOD,
            Self::Warn => WARN,
            Self::Alarm => ALARM,
            Self::Severity(of) => severity(of),
        }
    }
}

/// One text of a listing. Whatever it contains, it acts on no terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    pub fn new(tone: Tone, text: impl AsRef<str>) -> Self {
        Self {
            text: shown(text.as_ref()),
            tone,
        }
    }

    pub fn plain(text: impl AsRef<str>) -> Self {
        Self::new(Tone::Plain, text)
    }

    /// The text, or a dash where there is none.
    pub fn maybe(text: Option<impl AsRef<str>>) -> Self {
        match text {
            Some(text) if !text.as_ref().is_empty() => Self::plain(text),
            _ => Self::new(Tone::Quiet, "-"),
        }
    }
}

impl From<Severity> for Cell {
    fn from(severity: Severity) -> Self {
        Self::new(Tone::Severity(severity), severity.as_str())
    }
}

/// A table with a line below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    pub head: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
    /// What is said where there are no rows.
    pub empty: String,
    /// What is said below the rows, where there are any.
    pub foot: String,
}

impl Listing {
    pub fn text(&self, options: &Options, out: &mut dyn Write) -> Result<(), ReportError> {
        let mut page = Page::new(options, out);
        if self.rows.is_empty() {
            return Ok(page.flow(0, &Flow::new().add(PLAIN, &self.empty))?);
        }
        let rows: Vec<Vec<(Style, String)>> = self
            .rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(|cell| (cell.tone.style(), cell.text.clone()))
                    .collect()
            })
            .collect();
        table::write(&mut page, &self.head, &rows)?;
        if !self.foot.is_empty() {
            page.blank()?;
            page.flow(0, &Flow::new().add(PLAIN, &self.foot))?;
        }
        Ok(())
    }
}

/// Everything about one thing: a title, labelled lines, and longer texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    title: String,
    fields: Vec<(&'static str, Cell)>,
    texts: Vec<(&'static str, String)>,
}

impl Sheet {
    pub fn new(title: impl AsRef<str>) -> Self {
        Self {
            title: shown(title.as_ref()),
            ..Self::default()
        }
    }

    #[must_use]
    pub fn field(mut self, label: &'static str, cell: Cell) -> Self {
        self.fields.push((label, cell));
        self
    }

    /// A field that is left out where it has no value.
    #[must_use]
    pub fn optional(self, label: &'static str, text: Option<impl AsRef<str>>) -> Self {
        match text {
            Some(text) if !text.as_ref().is_empty() => self.field(label, Cell::plain(text)),
            _ => self,
        }
    }

    /// A text that keeps its line breaks.
    #[must_use]
    pub fn paragraph(mut self, label: &'static str, text: impl AsRef<str>) -> Self {
        if !text.as_ref().trim().is_empty() {
            self.texts.push((label, clean_lines(text.as_ref())));
        }
        self
    }

    pub fn text(&self, options: &Options, out: &mut dyn Write) -> Result<(), ReportError> {
        let mut page = Page::new(options, out);
        page.flow(0, &Flow::new().add(BOLD, &self.title))?;
        for (label, cell) in &self.fields {
            page.labelled(label, &Flow::new().add(cell.tone.style(), &cell.text))?;
        }
        for (label, text) in &self.texts {
            page.blank()?;
            page.flow(2, &Flow::new().add(DIM, label))?;
            for line in text.lines() {
                writeln!(page.out, "    {line}")?;
            }
        }
        Ok(())
    }
}

/// Writes `{"schema": …, <the fields of value>}`, harmless on a terminal too.
pub fn document<T: Serialize>(
    schema: &'static str,
    value: &T,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    #[derive(Serialize)]
    struct Document<'a, T> {
        schema: &'static str,
        #[serde(flatten)]
        value: &'a T,
    }
    json::pretty(&Document { schema, value }, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(listing: &Listing) -> String {
        let mut out = Vec::new();
        listing.text(&Options::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_aligned_and_hostile_text_is_visible() {
        let listing = Listing {
            head: vec!["id", "title"],
            rows: vec![
                vec![Cell::plain("T-1"), Cell::plain("a\u{1b}[2Jb\nc")],
                vec![Cell::plain("T-100"), Cell::maybe(None::<&str>)],
            ],
            empty: "no tasks".to_owned(),
            foot: "2 tasks".to_owned(),
        };
        assert_eq!(
            text(&listing),
            "id     title\nT-1    a\\u{1b}[2Jb c\nT-100  -\n\n2 tasks\n"
        );
        assert_eq!(
            text(&Listing {
                rows: Vec::new(),
                ..listing
            }),
            "no tasks\n"
        );
    }

    #[test]
    fn a_sheet_leaves_out_what_is_not_there() {
        let sheet = Sheet::new("T-1 a title")
            .field("status", Cell::new(Tone::Good, "open"))
            .optional("deadline", None::<&str>)
            .paragraph("description", "one\ntwo");
        let mut out = Vec::new();
        sheet.text(&Options::default(), &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "T-1 a title\n  status   open\n\n  description\n    one\n    two\n"
        );
    }

    #[test]
    fn a_document_carries_its_schema_first() {
        let mut out = Vec::new();
        document("runward.x/1", &serde_json::json!({"n": 1}), &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\n  \"schema\": \"runward.x/1\",\n  \"n\": 1\n}\n"
        );
    }
}
