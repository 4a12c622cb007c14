//! CSV (RFC 4180) that is safe to open in a spreadsheet.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use serde_json::{Map, Value};

use crate::Record;

const HEADER: &str = "index,id,hash,timestamp,event_type,actor_kind,actor,token,address,\
subject_kind,subject,outcome,severity,project,repository,correlation,reason,changes,details\r\n";

pub(super) fn header(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(HEADER.as_bytes())
}

pub(super) fn row(record: &Record, out: &mut dyn Write) -> io::Result<()> {
    let event = &record.event;
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let cells = [
        record.index.to_string(),
        record.id.clone(),
        record.hash.clone(),
        event.timestamp.to_string(),
        event.event_type.clone(),
        event.actor.kind.clone(),
        event.actor.id.clone(),
        optional(&event.actor.token),
        optional(&event.actor.address),
        event.subject.kind.clone(),
        event.subject.id.clone(),
        event.outcome.clone(),
        optional(&event.severity),
        optional(&event.project),
        optional(&event.repository),
        optional(&event.correlation),
        optional(&event.reason),
        object(&event.changes),
        object(&event.details),
    ];
    let mut line = String::with_capacity(512);
    for (number, text) in cells.iter().enumerate() {
        line.push_str(if number == 0 { "" } else { "," });
        line.push_str(&cell(text));
    }
    line.push_str("\r\n");
    out.write_all(line.as_bytes())
}

fn object(fields: &Map<String, Value>) -> String {
    if fields.is_empty() {
        return String::new();
    }
    serde_json::to_string(fields).unwrap_or_default()
}

/// One cell. What a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV
/// injection"); so does what already has one there, so that taking one away gives the text back.
pub fn cell(text: &str) -> Cow<'_, str> {
    let formula = text
        .trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let quoted = text.contains(['"', ',', '\r', '\n', ';', '\t']);
    if !formula && !quoted {
        return Cow::Borrowed(text);
    }
    let mut cell = String::with_capacity(text.len() + 8);
    if quoted {
        cell.push('"');
    }
    if formula {
        cell.push('\'');
    }
    for letter in text.chars() {
        if letter == '"' {
            cell.push('"');
        }
        cell.push(letter);
    }
    if quoted {
        cell.push('"');
    }
    Cow::Owned(cell)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A strict reader of RFC 4180, as an outside program would be.
    fn parse(text: &str) -> Vec<Vec<String>> {
        let mut rows = vec![vec![String::new()]];
        let mut inside = false;
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            let row = rows.last_mut().unwrap();
            match (inside, letter) {
                (true, '"') if letters.peek() == Some(&'"') => {
                    letters.next();
                    row.last_mut().unwrap().push('"');
                }
                (true, '"') => inside = false,
                (false, '"') if row.last().unwrap().is_empty() => inside = true,
                (false, '"') => panic!("a bare quotation mark"),
                (false, ',') => row.push(String::new()),
                (false, '\r') if letters.peek() == Some(&'\n') => {
                    letters.next();
                    rows.push(vec![String::new()]);
                }
                (_, letter) => row.last_mut().unwrap().push(letter),
            }
        }
        assert!(!inside);
        rows
    }

    /// Takes the apostrophe away that makes a cell harmless.
    fn plain(cell: &str) -> &str {
        let starts = |text: &str| {
            text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
        };
        match cell.strip_prefix('\'') {
            Some(rest) if starts(rest.trim_start_matches('\'')) => rest,
            _ => cell,
        }
    }

    #[test]
    fn formulas_are_harmless() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1"] {
            let safe = cell(text);
            assert!(
                safe.trim_start_matches('"').starts_with('\''),
                "{text:?} {safe:?}"
            );
        }
        for text in ["", "honest", "it's", "'quoted'", "a=b", "7"] {
            assert_eq!(cell(text), text);
        }
    }

    proptest! {
        #[test]
        fn cells_come_back(texts in proptest::collection::vec("(?s)['=+@\\-\t\r\n\",;a\u{ff1d}]{0,6}|.{0,8}", 1..6)) {
            let line = texts.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",") + "\r\n";
            let rows = parse(&line);
            let back: Vec<_> = rows[0].iter().map(|cell| plain(cell).to_owned()).collect();
            prop_assert_eq!(back, texts);
            prop_assert_eq!(rows.len(), 2);
            for cell in &rows[0] {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
            }
        }
    }
}
