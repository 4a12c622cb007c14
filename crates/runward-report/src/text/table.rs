//! Aligned columns on a terminal.

use std::io;

use anstyle::Style;

use super::Page;
use crate::{
    clean::clip,
    paint::{BOLD, pad, width},
};

/// The widest cell that still pushes the next column; longer ones are cut with an ellipsis.
const MAX_CELL: usize = 60;

/// Writes rows under a bold head, each column as wide as its widest cell; the last is not padded
/// and not cut.
pub(crate) fn write<R: AsRef<[(Style, String)]>>(
    page: &mut Page<'_>,
    head: &[&str],
    rows: &[R],
) -> io::Result<()> {
    let mut widths: Vec<usize> = head.iter().map(|title| width(title)).collect();
    for row in rows {
        for (cell, widest) in row.as_ref().iter().zip(&mut widths) {
            *widest = (*widest).max(width(&cell.1).min(MAX_CELL));
        }
    }
    let titles: Vec<_> = head
        .iter()
        .map(|title| (BOLD, (*title).to_owned()))
        .collect();
    line(page, &titles, &widths)?;
    for row in rows {
        line(page, row.as_ref(), &widths)?;
    }
    Ok(())
}

fn line(page: &mut Page<'_>, cells: &[(Style, String)], widths: &[usize]) -> io::Result<()> {
    let last = cells.len().saturating_sub(1);
    let mut text = String::new();
    for (index, ((style, cell), cells)) in cells.iter().zip(widths).enumerate() {
        if index == last {
            text.push_str(&page.paint.paint(*style, cell));
        } else {
            text.push_str(
                &page
                    .paint
                    .paint(*style, &pad(&clip(cell, MAX_CELL), *cells)),
            );
            text.push_str("  ");
        }
    }
    writeln!(page.out, "{}", text.trim_end())
}
