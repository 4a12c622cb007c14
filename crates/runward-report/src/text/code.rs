//! Findings of one rule in one file on a terminal: the lines, what stands for what, the way of a
//! value, the fix.

use std::{io, iter};

use anstyle::Style;

use super::{Page, block::write_facts};
use crate::{
    clean::clip,
    paint::{ALARM, BOLD, DIM, Flow, GOOD, PLAIN, WARN, pad, severity, width},
    view::{Block, Code, Frame, Item},
};

/// Cells before a line of code: an indent, its number, the gutter.
const INDENT: usize = 2;
const GUTTER: usize = 12;
/// Values and steps that are listed without `--verbose`.
const MAX_VALUES: usize = 6;
const MAX_STEPS: usize = 12;
/// Characters of a step's code that are shown however narrow the page is.
const MIN_CODE: usize = 16;

/// The room of a line of code on a page.
pub(super) fn cells(page: usize) -> usize {
    page.saturating_sub(GUTTER).min(200)
}

/// What all findings of the block have in common.
pub(super) fn head(page: &mut Page<'_>, block: &Block) -> io::Result<()> {
    let Some(code) = block.items.first().and_then(|item| item.code.as_ref()) else {
        return Ok(());
    };
    if !code.more.is_empty() {
        page.labelled("what", &Flow::new().add(PLAIN, &code.more))?;
    }
    let weaknesses = code.weaknesses.iter().map(|w| (PLAIN, w.clone()));
    if !code.weaknesses.is_empty() {
        page.labelled("weakness", &Flow::new().dotted(weaknesses))?;
    }
    Ok(())
}

/// One finding. `before`: the one above it in the block.
pub(super) fn write(
    page: &mut Page<'_>,
    item: &Item,
    code: &Code,
    before: Option<&Code>,
) -> io::Result<()> {
    let badge = pad(&item.severity.as_str().to_ascii_uppercase(), 9);
    let head = format!("  {}", page.paint.paint(severity(item.severity), &badge));
    let mut place = vec![(BOLD, code.place.clone())];
    place.extend(
        code.symbol
            .iter()
            .map(|symbol| (PLAIN, format!("in {symbol}"))),
    );
    let id: String = item.fingerprint.chars().take(10).collect();
    place.push((DIM, format!("finding {id}")));
    let mut title = Flow::new().dotted(place);
    if item.new {
        title = title.add(WARN, "[new]");
    }
    page.headed(&head, 11, &title)?;
    if before.is_some_and(|before| before.message != code.message) {
        page.flow(11, &Flow::new().add(PLAIN, &code.message))?;
    }
    write_facts(page, item)?;
    write_frame(page, &code.frame)?;
    values(page, code)?;
    trace(page, code)?;
    fix(page, code)
}

/// The lines with their numbers, and carets under what matched; a match of several lines has a
/// bar beside it instead.
fn write_frame(page: &mut Page<'_>, frame: &Frame) -> io::Result<()> {
    let Some(last) = frame.lines.last() else {
        return Ok(());
    };
    let digits = last.number.to_string().len();
    let mut rows = vec![Row::new("", "|")];
    let several = frame.lines.len() > 1 || frame.omitted > 0;
    for (at, line) in frame.lines.iter().enumerate() {
        let number = line.number.to_string();
        let whole = format!("{}{}{}", line.before, line.matched, line.after);
        if !several {
            rows.push(Row::new(&number, "|").add(PLAIN, &whole));
            rows.push(Row::new("", "|").add(ALARM, &line.carets()));
            continue;
        }
        let bare = line.before.trim().is_empty();
        let bar = match (at, bare) {
            (0, true) => "/ ",
            (0, false) => "  ",
            _ => "| ",
        };
        rows.push(Row::new(&number, "|").add(ALARM, bar).add(PLAIN, &whole));
        if (at, bare) == (0, false) {
            let to = format!(" {}^", "_".repeat(width(&line.before) + 1));
            rows.push(Row::new("", "|").add(ALARM, &to));
        }
        if at + 1 == frame.lines.len() && frame.omitted == 0 {
            let to = width(&line.before) + width(&line.matched);
            let end = format!("|{}^", "_".repeat(to));
            rows.push(Row::new("", "|").add(ALARM, &end));
        }
    }
    if frame.omitted > 0 {
        let more = format!("{} more lines of the match", frame.omitted);
        rows.push(Row::new("...", "").add(DIM, &more));
    }
    for row in rows {
        row.write(page, digits)?;
    }
    Ok(())
}

/// A line of a frame: a number, a gutter, words that are not broken.
struct Row<'a> {
    number: String,
    gutter: &'a str,
    parts: Vec<(Style, String)>,
}

impl<'a> Row<'a> {
    fn new(number: &str, gutter: &'a str) -> Self {
        Self {
            number: number.to_owned(),
            gutter,
            parts: Vec::new(),
        }
    }

    fn add(mut self, style: Style, text: &str) -> Self {
        self.parts.push((style, text.to_owned()));
        self
    }

    fn write(&self, page: &mut Page<'_>, digits: usize) -> io::Result<()> {
        let head = format!("{:>digits$} {}", self.number, self.gutter);
        let mut text = format!("{}{}", " ".repeat(INDENT), page.paint.paint(DIM, &head));
        for (index, (style, part)) in self.parts.iter().enumerate() {
            if index == 0 {
                text.push(' ');
            }
            text.push_str(&page.paint.paint(*style, part));
        }
        writeln!(page.out, "{}", text.trim_end())
    }
}

fn values(page: &mut Page<'_>, code: &Code) -> io::Result<()> {
    if code.values.is_empty() {
        return Ok(());
    }
    let (listed, rest) = page.rest(code.values.len(), MAX_VALUES);
    let values = code.values.iter().take(listed);
    let values = values.map(|(name, value)| (PLAIN, format!("{name} = {value}")));
    let rest = rest.map(|rest| (DIM, rest));
    page.labelled("where", &Flow::new().dotted(values.chain(rest)))
}

fn trace(page: &mut Page<'_>, code: &Code) -> io::Result<()> {
    let most = if page.verbose {
        code.trace.len()
    } else {
        MAX_STEPS
    };
    let kinds = code
        .trace
        .iter()
        .map(|step| step.kind.len())
        .max()
        .unwrap_or(0);
    for (number, step) in iter::zip(1.., code.trace.iter().take(most)) {
        let label = if number == 1 { "trace" } else { "" };
        let label = page.paint.paint(DIM, &pad(label, 8));
        let kind = page.paint.paint(BOLD, &pad(step.kind, kinds));
        let place = page.paint.paint(DIM, &step.place);
        let used = 14 + kinds + width(&step.place);
        let code = clip(&step.code, page.width.saturating_sub(used).max(MIN_CODE));
        let line = format!("  {label} {number:>2} {kind} {place} {code}");
        writeln!(page.out, "{}", line.trim_end())?;
    }
    let left = code.more_steps + code.trace.len().saturating_sub(most);
    if left > 0 {
        page.labelled("", &Flow::new().add(DIM, &format!("and {left} more steps")))?;
    }
    Ok(())
}

fn fix(page: &mut Page<'_>, code: &Code) -> io::Result<()> {
    let Some(diff) = &code.fix else {
        return Ok(());
    };
    let room = page.width.saturating_sub(11);
    for (index, line) in diff.lines().enumerate() {
        let style = if line.starts_with('-') { ALARM } else { GOOD };
        let label = pad(if index == 0 { "fix" } else { "" }, 8);
        let label = page.paint.paint(DIM, &label);
        let line = page.paint.paint(style, &clip(&line, room));
        writeln!(page.out, "  {label} {}", line.trim_end())?;
    }
    Ok(())
}
