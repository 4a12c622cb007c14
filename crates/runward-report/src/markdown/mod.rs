//! Markdown for pull requests, job summaries and chat.
//!
//! Scanned text is escaped twice over: against Markdown's syntax (a backslash before punctuation),
//! and against what GitHub and GitLab make of plain text afterwards (`@somebody`, `#12`, bare web
//! addresses), which a zero-width space breaks. The latter is ours, so it is not an unsafe
//! character of a scanned text.

mod code;

use std::io::{self, Write};

use runward_model::{ScanReport, scan::Verdict};

use crate::{
    Options, ReportError,
    next_step::Step,
    view::{About, Block, Item, View},
    words::spans,
};

/// Places that a group of things not judged lists without `--verbose`.
const MAX_PLACES: usize = 20;
/// Cells of a line of code.
const CELLS: usize = 120;

/// Text that Markdown shows as it is, also inside a table's cell.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for (index, character) in text.char_indices() {
        match character {
            '\n' | '\r' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '@' | '#' => {
                escaped.push(character);
                escaped.push_str("&#8203;");
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            // These open a list, a rule or a heading at the start of a line only.
            '-' | '+' | '=' if index == 0 => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => escaped.push(other),
        }
    }
    escaped
        .replace("://", ":&#8203;//")
        .replace("www.", "www&#8203;.")
}

/// A code span that stays one whatever it holds, also inside a table's cell.
pub(crate) fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // A pipe ends a cell even inside code, unless escaped.
    let text = text.replace(['\n', '\r'], " ").replace('|', "\\|");
    let space = if longest > 0 || text.starts_with(' ') || text.ends_with(' ') {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{text}{space}{fence}")
}

pub(crate) fn write(
    report: &ScanReport,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let view = View::new(report, CELLS);
    let mark = match view.verdict {
        Verdict::Clean => "✅",
        Verdict::Findings => "❌",
        Verdict::NothingToScan | Verdict::Incomplete => "⚠️",
    };
    writeln!(out, "# Runward: {}\n", escape(&view.project))?;
    for banner in &view.banners {
        writeln!(out, "> [!WARNING]\n> {}\n", with_code(banner))?;
    }
    writeln!(
        out,
        "{mark} **{}** (exit {})\n",
        with_code(&view.headline),
        view.exit
    )?;
    writeln!(out, "{}\n", escape(&view.summary.join(" · ")))?;
    findings(out, &view)?;
    code::write(out, &view, options.verbose)?;
    steps(out, &view)?;
    not_judged(out, &view, options.verbose)?;
    suppressed(out, &view)?;
    fixed(out, &view)?;
    let environment = view
        .environment
        .as_deref()
        .map_or_else(String::new, |name| format!(" · {}", escape(name)));
    writeln!(
        out,
        "---\n\nrunward {} · {}{environment} · {}",
        options.tool_version,
        view.started,
        escape(&view.basis)
    )?;
    Ok(())
}

fn findings(out: &mut dyn Write, view: &View) -> io::Result<()> {
    let blocks = || {
        view.blocks
            .iter()
            .filter(|block| block.about != About::Code)
    };
    if blocks().next().is_none() {
        return Ok(());
    }
    writeln!(out, "## Findings\n")?;
    writeln!(
        out,
        "| Severity | Package | Finding | Why it matters here | Fix | Due |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for block in blocks() {
        for item in &block.items {
            finding(out, block, item)?;
        }
    }
    writeln!(out)
}

fn finding(out: &mut dyn Write, block: &Block, item: &Item) -> io::Result<()> {
    let new = if item.new { " **new**" } else { "" };
    let reasons: Vec<String> = item
        .reasons
        .iter()
        .map(|reason| escape(&reason.text))
        .collect();
    let fix = match (block.malicious, item.fixed.as_slice()) {
        (true, _) => "remove".to_owned(),
        (false, []) if block.about == About::Other => "–".to_owned(),
        (false, []) => "none known".to_owned(),
        (false, fixed) => fixed
            .iter()
            .map(|version| code(version))
            .collect::<Vec<_>>()
            .join(", "),
    };
    writeln!(
        out,
        "| {} | {}<br>{} | {} {}{new} | {} | {fix} | {} |",
        item.severity,
        code(&block.name),
        code(&block.place),
        code(&item.id),
        escape(&item.title),
        reasons.join("<br>"),
        due(item),
    )
}

/// By when, and who may put it off.
fn due(item: &Item) -> String {
    match (&item.due, &item.approver) {
        (Some(due), Some(approver)) => {
            let late = if item.overdue { "**" } else { "" };
            format!("{late}{}{late}<br>{}", escape(due), escape(approver))
        }
        _ => String::new(),
    }
}

fn steps(out: &mut dyn Write, view: &View) -> io::Result<()> {
    if view.blocks.iter().all(|block| block.next.is_empty()) {
        return Ok(());
    }
    writeln!(out, "## Next steps\n")?;
    for (number, block) in (1..).zip(view.blocks.iter().filter(|block| !block.next.is_empty())) {
        let path = block.path.as_deref().map_or_else(String::new, |path| {
            format!(" (brought by {})", escape(path))
        });
        let fix = match block.fix_words() {
            words if words.is_empty() => String::new(),
            words => format!(": {}", escape(&words)),
        };
        let place = code(&block.place);
        writeln!(out, "{number}. {} in {place}{path}{fix}", code(&block.name))?;
        for step in &block.next {
            writeln!(out, "   - {}", step_words(step))?;
        }
    }
    if let Some(step) = &view.mistaken {
        writeln!(out, "\n{}", step_words(step))?;
    }
    writeln!(out)
}

fn step_words(step: &Step) -> String {
    match (&step.command, step.text.is_empty()) {
        (None, _) => with_code(&step.text),
        (Some(command), true) => code(command),
        (Some(command), false) => format!("{}: {}", with_code(&step.text), code(command)),
    }
}

/// Keeps what stands in backticks as code, and escapes the rest.
fn with_code(text: &str) -> String {
    spans(text)
        .into_iter()
        .map(|(is_code, part)| if is_code { code(part) } else { escape(part) })
        .collect()
}

fn not_judged(out: &mut dyn Write, view: &View, verbose: bool) -> io::Result<()> {
    if view.not_judged.is_empty() {
        return Ok(());
    }
    let total: usize = view.not_judged.iter().map(|group| group.places.len()).sum();
    writeln!(out, "## Not judged ({total})\n")?;
    writeln!(
        out,
        "Nothing is known about these, which is not the same as safe.\n"
    )?;
    for group in &view.not_judged {
        writeln!(
            out,
            "- {} × {}",
            group.places.len(),
            with_code(&group.reason)
        )?;
        let listed = if verbose {
            group.places.len()
        } else {
            MAX_PLACES
        };
        let places: Vec<String> = group
            .places
            .iter()
            .take(listed)
            .map(|place| code(place))
            .collect();
        let more = match group.places.len().saturating_sub(listed) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        writeln!(out, "  - {}{more}", places.join(", "))?;
    }
    writeln!(out)
}

fn suppressed(out: &mut dyn Write, view: &View) -> io::Result<()> {
    if !view.suppressed.is_empty() {
        writeln!(out, "## Suppressed ({})\n", view.suppressed.len())?;
        writeln!(out, "| Severity | Finding | Where | Reason | By | Until |")?;
        writeln!(out, "|---|---|---|---|---|---|")?;
        for row in &view.suppressed {
            writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} |",
                row.severity,
                code(&row.id),
                code(&row.subject),
                escape(&row.reason),
                with_code(&row.by_whom),
                row.until
            )?;
        }
        writeln!(out)?;
    }
    if !view.notices.is_empty() {
        writeln!(out, "**Suppressions that need attention**\n")?;
        for notice in &view.notices {
            writeln!(
                out,
                "- {}: {}",
                escape(&notice.suppression),
                escape(&notice.problem)
            )?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn fixed(out: &mut dyn Write, view: &View) -> io::Result<()> {
    if view.fixed.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Fixed since the last scan ({})\n", view.fixed.len())?;
    for row in &view.fixed {
        writeln!(
            out,
            "- {} {} in {}, first seen {}",
            code(&row.rule),
            escape(&row.title),
            code(&row.path),
            row.first_seen
        )?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("a|b"), "a\\|b");
        assert_eq!(escape("@team <b>"), "@&#8203;team &lt;b&gt;");
        assert_eq!(escape("[x](https://e)"), "\\[x\\](https:&#8203;//e)");
        assert_eq!(escape("- a-b"), "\\- a-b");
    }

    #[test]
    fn code_spans_hold_anything() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(with_code("edit `x` now"), "edit `x` now");
        assert_eq!(with_code("odd ` one"), "odd \\` one");
    }

    proptest! {
        #[test]
        fn no_text_ends_its_cell_or_opens_a_tag(text in any::<String>()) {
            let escaped = escape(&text);
            prop_assert!(!escaped.contains(['<', '>', '\n']));
            prop_assert!(!escaped.replace("\\\\", "").replace("\\|", "").contains('|'));
            prop_assert!(!code(&text).replace("\\|", "").contains('|'));
        }
    }
}
