//! The advisory database on a terminal.

use std::io::Write;

use runward_model::{DatabaseInfo, DatabaseKind};

use super::{Page, table};
use crate::{
    Options, ReportError,
    clean::shown,
    paint::{BANNER, Flow, GOOD, PLAIN, WARN},
    time::{age, moment},
    words::thousands,
};

/// The state of the advisory database.
pub fn database_text(
    database: &DatabaseInfo,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let mut page = Page::new(options, out);
    if database.kind == DatabaseKind::Starter {
        let head = page.paint.paint(BANNER, "  !!  ");
        let text =
            "STARTER SET: only the few advisories that are built in; run `runward db update`";
        page.headed(&format!("{head} "), 7, &Flow::new().add(WARN, text))?;
    }
    let place = database
        .path
        .as_deref()
        .map_or_else(|| "built in".to_owned(), shown);
    page.labelled("path", &Flow::new().add(PLAIN, &place))?;
    let (style, updated) = match (database.updated, database.stale) {
        (None, _) => (WARN, "never; run `runward db update`".to_owned()),
        (Some(updated), stale) => {
            let hours = database
                .age_hours
                .map_or_else(String::new, |hours| format!(" ({})", age(hours)));
            let text = format!("{}{hours}", moment(updated));
            if stale {
                let limit = database.max_age_hours;
                (
                    WARN,
                    format!("{text}, stale: older than {limit} h; run `runward db update`"),
                )
            } else {
                (GOOD, text)
            }
        }
    };
    page.labelled("updated", &Flow::new().add(style, &updated))?;
    page.labelled(
        "holds",
        &Flow::new().dotted([
            (
                PLAIN,
                format!("{} advisories", thousands(database.advisories)),
            ),
            (PLAIN, format!("{} packages", thousands(database.packages))),
            (
                PLAIN,
                format!("{} KEV entries", thousands(database.kev_entries)),
            ),
            (
                PLAIN,
                format!("{} EPSS scores", thousands(database.epss_entries)),
            ),
        ]),
    )?;
    if database.problems > 0 {
        let text = format!(
            "{} records could not be used in full",
            thousands(database.problems)
        );
        page.labelled("problems", &Flow::new().add(WARN, &text))?;
    }
    if !database.ecosystems.is_empty() {
        page.blank()?;
        let rows: Vec<_> = database
            .ecosystems
            .iter()
            .map(|ecosystem| {
                [
                    (PLAIN, shown(&ecosystem.ecosystem)),
                    (PLAIN, thousands(ecosystem.advisories)),
                    (
                        PLAIN,
                        ecosystem.updated.map_or_else(|| "-".to_owned(), moment),
                    ),
                    (PLAIN, shown(&ecosystem.source)),
                ]
            })
            .collect();
        table::write(
            &mut page,
            &["ecosystem", "advisories", "updated", "source"],
            &rows,
        )?;
    }
    Ok(())
}
