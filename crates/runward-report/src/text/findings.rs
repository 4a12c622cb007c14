//! Recorded findings on a terminal: the list, and one with its history.

use std::io::Write;

use jiff::Timestamp;
use runward_model::Finding;

use super::{Page, block, table};
use crate::{
    FindingRow, Options, ReportError, Transition,
    clean::shown,
    decision::in_words,
    paint::{ALARM, BOLD, DIM, Flow, PLAIN, severity},
    time::{due, moment},
    view::block_of,
    words::count,
};

/// Digits of a fingerprint that a list shows: enough to name a finding on the command line.
const SHORT: usize = 10;

/// The list of recorded findings. `now` is what deadlines are counted from.
pub fn findings_text(
    rows: &[FindingRow],
    now: Timestamp,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let mut page = Page::new(options, out);
    if rows.is_empty() {
        page.flow(0, &Flow::new().add(PLAIN, "no findings"))?;
        return Ok(());
    }
    let cells: Vec<_> = rows
        .iter()
        .map(|row| {
            let what = row.package.as_deref().unwrap_or(&row.title);
            let mut status = row.status.as_str().replace('_', " ");
            if let Some(until) = row.accepted_until {
                status = format!("{status} until {until}");
            }
            let deadline = match row.due {
                Some(at) if row.status.is_active() => due(now, at),
                _ => "-".to_owned(),
            };
            let place = match row.line {
                Some(line) => format!("{}:{line}", shown(&row.path)),
                None => shown(&row.path),
            };
            [
                (DIM, clip_id(&row.fingerprint)),
                (severity(row.severity), row.severity.as_str().to_owned()),
                (
                    PLAIN,
                    row.priority
                        .map_or_else(|| "-".to_owned(), |p| p.to_string()),
                ),
                (BOLD, shown(&row.id)),
                (PLAIN, shown(what)),
                (PLAIN, status),
                (if row.overdue { ALARM } else { PLAIN }, deadline),
                (DIM, place),
            ]
        })
        .collect();
    table::write(
        &mut page,
        &[
            "finding",
            "severity",
            "priority",
            "id",
            "what",
            "status",
            "deadline",
            "stands in",
        ],
        &cells,
    )?;
    page.blank()?;
    let overdue = rows.iter().filter(|row| row.overdue).count();
    let mut parts = vec![(PLAIN, count(rows.len(), "finding"))];
    if overdue > 0 {
        parts.push((ALARM, format!("{overdue} overdue")));
    }
    page.flow(0, &Flow::new().dotted(parts))?;
    Ok(())
}

/// One finding in full, with every change of its status.
pub fn finding_text(
    finding: &Finding,
    transitions: &[Transition],
    now: Timestamp,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let mut page = Page::new(options, out);
    // One finding: there is no reason to hold anything back.
    page.explain = true;
    page.verbose = true;
    let Some(shown_block) = block_of(finding, now, super::code::cells(page.width)) else {
        return Ok(());
    };
    block::write(&mut page, &shown_block)?;
    for item in &shown_block.items {
        for link in &item.references {
            page.labelled("see", &Flow::new().add(PLAIN, link))?;
        }
        if !item.details.trim().is_empty() {
            page.blank()?;
            paragraphs(&mut page, &item.details)?;
        }
    }
    if let Some(history) = &finding.history {
        page.blank()?;
        let mut parts = vec![
            (BOLD, history.status.as_str().replace('_', " ")),
            (PLAIN, format!("first seen {}", moment(history.first_seen))),
            (PLAIN, format!("last seen {}", moment(history.last_seen))),
        ];
        if let Some(until) = history.accepted_until {
            parts.push((PLAIN, format!("accepted until {until}")));
        }
        page.labelled("status", &Flow::new().dotted(parts))?;
    }
    if let Some(decision) = &finding.suppressed {
        let text = shown(&in_words(decision));
        page.labelled("hidden", &Flow::new().add(PLAIN, &text))?;
    }
    for transition in transitions {
        let change = match transition.from {
            Some(from) => format!("{from} → {}", transition.to),
            None => transition.to.to_string(),
        };
        let flow = Flow::new().dotted([
            (PLAIN, moment(transition.at)),
            (PLAIN, change.replace('_', " ")),
            (PLAIN, shown(&transition.who)),
            (DIM, shown(&transition.why)),
        ]);
        page.labelled("history", &flow)?;
    }
    Ok(())
}

/// Text of several lines, each wrapped.
pub(super) fn paragraphs(page: &mut Page<'_>, text: &str) -> std::io::Result<()> {
    for line in text.lines() {
        if line.trim().is_empty() {
            page.blank()?;
            continue;
        }
        page.flow(2, &Flow::new().add(PLAIN, line))?;
    }
    Ok(())
}

fn clip_id(fingerprint: &str) -> String {
    shown(fingerprint).chars().take(SHORT).collect()
}
