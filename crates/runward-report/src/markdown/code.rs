//! Findings in code: a table to see them all, and the lines of the first ones.

use std::io::{self, Write};

use super::{code, escape, with_code};
use crate::view::{About, Block, Code, Diff, Item, View};

/// Findings whose lines are shown without `--verbose`: a comment has room for so much.
const MAX_SHOWN: usize = 20;

pub(super) fn write(out: &mut dyn Write, view: &View, verbose: bool) -> io::Result<()> {
    let found = || {
        let blocks = view.blocks.iter();
        blocks
            .filter(|block| block.about == About::Code)
            .flat_map(|block| block.items.iter().map(move |item| (block, item)))
            .filter_map(|(block, item)| Some((block, item, item.code.as_ref()?)))
    };
    let total = found().count();
    if total == 0 {
        return Ok(());
    }
    writeln!(out, "## Findings in code\n")?;
    writeln!(
        out,
        "| Severity | Where | Finding | Why it matters here | Fix | Due |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for (block, item, code) in found() {
        row(out, block, item, code)?;
    }
    writeln!(out)?;
    let most = if verbose { total } else { MAX_SHOWN };
    for (block, item, code) in found().take(most) {
        lines(out, block, item, code)?;
    }
    if total > most {
        writeln!(out, "The lines of {} more are left out.\n", total - most)?;
    }
    Ok(())
}

fn row(out: &mut dyn Write, block: &Block, item: &Item, found: &Code) -> io::Result<()> {
    let new = if item.new { " **new**" } else { "" };
    let symbol = found
        .symbol
        .as_deref()
        .map_or_else(String::new, |symbol| format!("<br>in {}", code(symbol)));
    let reasons: Vec<String> = item
        .reasons
        .iter()
        .map(|reason| escape(&reason.text))
        .collect();
    let fix = if found.fix.is_some() {
        "proposed"
    } else {
        "–"
    };
    writeln!(
        out,
        "| {} | {}{symbol} | {} {}{new} | {} | {fix} | {} |",
        item.severity,
        code(&found.place),
        code(&block.name),
        with_code(&item.title),
        reasons.join("<br>"),
        super::due(item),
    )
}

fn lines(out: &mut dyn Write, block: &Block, item: &Item, found: &Code) -> io::Result<()> {
    writeln!(
        out,
        "### {}: {} in {}\n",
        item.severity,
        code(&block.name),
        code(&found.place)
    )?;
    writeln!(out, "{}\n", with_code(&found.message))?;
    fenced(out, "text", &found.frame.numbered())?;
    if !found.values.is_empty() {
        let values: Vec<String> = found
            .values
            .iter()
            .map(|(name, value)| format!("{} is {}", code(name), code(value)))
            .collect();
        writeln!(out, "Where {}.\n", values.join(", "))?;
    }
    for (number, step) in (1..).zip(&found.trace) {
        writeln!(
            out,
            "{number}. {} {} {}",
            step.kind,
            code(&step.place),
            code(&step.code)
        )?;
    }
    if found.more_steps > 0 {
        writeln!(out, "\nand {} more steps", found.more_steps)?;
    }
    if !found.trace.is_empty() {
        writeln!(out)?;
    }
    if let Some(fix) = &found.fix {
        fenced(out, "diff", &Diff::lines(fix).collect::<Vec<_>>())?;
    }
    if !found.weaknesses.is_empty() {
        writeln!(out, "{}\n", escape(&found.weaknesses.join(", ")))?;
    }
    Ok(())
}

/// A code block that stays one whatever its lines hold.
fn fenced(out: &mut dyn Write, language: &str, lines: &[String]) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let longest = lines
        .iter()
        .flat_map(|line| line.split(|c| c != '`'))
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    writeln!(out, "{fence}{language}")?;
    for line in lines {
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(out, "{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_any_in_it() {
        let mut out = Vec::new();
        let lines = ["````".to_owned(), "x".to_owned()];
        fenced(&mut out, "text", &lines).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "`````text\n````\nx\n`````\n\n"
        );
    }
}
