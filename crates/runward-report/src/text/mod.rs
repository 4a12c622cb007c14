//! The report for a terminal: worst first, and for each package the one next step.

mod advisory;
mod block;
mod code;
mod database;
mod deps;
mod findings;
pub(crate) mod table;
mod why;

use std::io::Write;

use runward_model::{ScanReport, scan::Verdict};

pub use advisory::advisory_text;
pub use database::database_text;
pub use deps::{deps_text, deps_tree};
pub use findings::{finding_text, findings_text};
pub use why::deps_why;

use crate::{
    Options, ReportError,
    paint::{ALARM, BANNER, BOLD, COMMAND, DIM, Flow, GOOD, PLAIN, Paint, WARN, pad, severity},
    view::View,
};

/// Places that a group of things not judged lists without `--verbose`.
const MAX_PLACES: usize = 5;
/// Rows of a closing list without `--verbose`.
const MAX_ROWS: usize = 10;

/// Writing a report: where to, how wide, how colourful.
pub(crate) struct Page<'a> {
    pub(crate) out: &'a mut dyn Write,
    pub(crate) paint: Paint,
    pub(crate) width: usize,
    pub(crate) verbose: bool,
    pub(crate) explain: bool,
}

impl<'a> Page<'a> {
    pub(crate) fn new(options: &Options, out: &'a mut dyn Write) -> Self {
        Self {
            out,
            paint: Paint {
                color: options.color,
            },
            width: options.width.clamp(40, 400),
            verbose: options.verbose,
            explain: options.explain,
        }
    }

    pub(crate) fn blank(&mut self) -> std::io::Result<()> {
        writeln!(self.out)
    }

    /// Words on lines, after `indent` spaces.
    pub(crate) fn flow(&mut self, indent: usize, flow: &Flow) -> std::io::Result<()> {
        self.headed(&" ".repeat(indent), indent, flow)
    }

    /// Words on lines, the first after a painted head of `cells` cells.
    pub(crate) fn headed(&mut self, head: &str, cells: usize, flow: &Flow) -> std::io::Result<()> {
        let text = flow.lines(self.paint, head, cells, self.width);
        self.out.write_all(text.as_bytes())
    }

    /// A line of `label   words`, the words hanging under themselves.
    pub(crate) fn labelled(&mut self, label: &str, flow: &Flow) -> std::io::Result<()> {
        const LABEL: usize = 11;
        // A label that fills its column would run into the words.
        let head = format!("  {} ", self.paint.paint(DIM, &pad(label, LABEL - 3)));
        self.headed(&head, LABEL.max(label.len() + 3), flow)
    }

    /// How many of `total` rows are listed, and the words for the rest.
    fn rest(&self, total: usize, most: usize) -> (usize, Option<String>) {
        if self.verbose || total <= most {
            (total, None)
        } else {
            (
                most,
                Some(format!("and {} more (--verbose lists all)", total - most)),
            )
        }
    }
}

pub(crate) fn scan(
    report: &ScanReport,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let mut page = Page::new(options, out);
    let view = View::new(report, code::cells(page.width));
    header(&mut page, &view, options.tool_version)?;
    for block in &view.blocks {
        page.blank()?;
        block::write(&mut page, block)?;
    }
    not_judged(&mut page, &view)?;
    suppressed(&mut page, &view)?;
    notices(&mut page, &view)?;
    fixed(&mut page, &view)?;
    summary(&mut page, &view)?;
    Ok(())
}

fn header(page: &mut Page<'_>, view: &View, version: &str) -> std::io::Result<()> {
    for banner in &view.banners {
        let head = page.paint.paint(BANNER, "  !!  ");
        page.headed(&format!("{head} "), 7, &Flow::new().add(WARN, banner))?;
    }
    if !view.banners.is_empty() {
        page.blank()?;
    }
    let mut parts = vec![
        (BOLD, view.project.clone()),
        (PLAIN, format!("in {}", view.root)),
        (PLAIN, view.started.clone()),
    ];
    if let Some(environment) = &view.environment {
        parts.push((PLAIN, environment.clone()));
    }
    page.flow(
        0,
        &Flow::new()
            .add(DIM, &format!("runward {version}"))
            .dotted(parts),
    )?;
    page.flow(0, &Flow::new().add(DIM, &view.basis))?;
    if page.verbose {
        for (path, format) in &view.read {
            page.flow(2, &Flow::new().add(DIM, &format!("read {path} ({format})")))?;
        }
    }
    Ok(())
}

fn not_judged(page: &mut Page<'_>, view: &View) -> std::io::Result<()> {
    if view.not_judged.is_empty() {
        return Ok(());
    }
    let total: usize = view.not_judged.iter().map(|group| group.places.len()).sum();
    page.blank()?;
    page.flow(
        0,
        &Flow::new()
            .add(WARN, &format!("Not judged ({total}):"))
            .add(
                PLAIN,
                "nothing is known about these, which is not the same as safe",
            ),
    )?;
    for group in &view.not_judged {
        let head = format!("{:>4} × ", group.places.len());
        page.headed(&head, 7, &Flow::new().add(PLAIN, &group.reason))?;
        let (listed, rest) = page.rest(group.places.len(), MAX_PLACES);
        let mut places: Vec<&str> = group
            .places
            .iter()
            .take(listed)
            .map(String::as_str)
            .collect();
        places.extend(rest.as_deref());
        page.flow(7, &Flow::new().add(DIM, &places.join(", ")))?;
    }
    Ok(())
}

fn suppressed(page: &mut Page<'_>, view: &View) -> std::io::Result<()> {
    if view.suppressed.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.flow(
        0,
        &Flow::new().add(BOLD, &format!("Suppressed ({})", view.suppressed.len())),
    )?;
    let (listed, rest) = page.rest(view.suppressed.len(), MAX_ROWS);
    for row in view.suppressed.iter().take(listed) {
        let flow = Flow::new()
            .add(
                severity(row.severity),
                &row.severity.as_str().to_ascii_uppercase(),
            )
            .add(PLAIN, &format!("{} {}", row.id, row.subject))
            .dotted([(DIM, row.decision.clone())]);
        page.flow(2, &flow)?;
    }
    more(page, rest)
}

fn notices(page: &mut Page<'_>, view: &View) -> std::io::Result<()> {
    if view.notices.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.flow(
        0,
        &Flow::new().add(WARN, "Suppressions that need attention"),
    )?;
    for notice in &view.notices {
        page.flow(
            2,
            &Flow::new().add(
                PLAIN,
                &format!("{}: {}", notice.suppression, notice.problem),
            ),
        )?;
    }
    Ok(())
}

fn fixed(page: &mut Page<'_>, view: &View) -> std::io::Result<()> {
    if view.fixed.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.flow(
        0,
        &Flow::new().add(
            GOOD,
            &format!("Fixed since the last scan ({})", view.fixed.len()),
        ),
    )?;
    let (listed, rest) = page.rest(view.fixed.len(), MAX_ROWS);
    for row in view.fixed.iter().take(listed) {
        let flow = Flow::new().add(PLAIN, &row.title).add(
            DIM,
            &format!(
                "({}, {}, first seen {})",
                row.rule, row.path, row.first_seen
            ),
        );
        page.flow(2, &flow)?;
    }
    more(page, rest)
}

fn more(page: &mut Page<'_>, rest: Option<String>) -> std::io::Result<()> {
    match rest {
        Some(rest) => page.flow(2, &Flow::new().add(DIM, &rest)),
        None => Ok(()),
    }
}

fn summary(page: &mut Page<'_>, view: &View) -> std::io::Result<()> {
    page.blank()?;
    let first = view
        .blocks
        .iter()
        .find_map(|block| Some((block, block.next.first()?)));
    if let (true, Some((block, step))) = (view.blocks.len() > 1, first) {
        // The top of a long report has scrolled away when the prompt is back.
        let flow = Flow::new()
            .add(BOLD, "Start with")
            .add(BOLD, &format!("{}:", block.subject()))
            .add(COMMAND, &step.line());
        page.flow(0, &flow)?;
    }
    if let Some(step) = &view.mistaken {
        page.flow(0, &Flow::new().add(DIM, &step.line()))?;
    }
    page.flow(
        0,
        &Flow::new().dotted(view.summary.iter().map(|part| (PLAIN, part.clone()))),
    )?;
    let style = match view.verdict {
        Verdict::Clean => GOOD,
        Verdict::Findings => ALARM,
        Verdict::NothingToScan | Verdict::Incomplete => WARN,
    };
    page.flow(
        0,
        &Flow::new()
            .add(style, &view.headline)
            .add(DIM, &format!("(exit {})", view.exit)),
    )
}
