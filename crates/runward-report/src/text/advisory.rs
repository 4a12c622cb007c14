//! One advisory on a terminal, for `explain`.

use std::io::Write;

use super::{Page, findings::paragraphs};
use crate::{
    AdvisoryView, Options, ReportError,
    clean::{clean_lines, shown},
    paint::{ALARM, BOLD, Flow, PLAIN, WARN, severity},
    time::{day, moment},
};

/// What is known of one advisory.
pub fn advisory_text(
    advisory: &AdvisoryView,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let mut page = Page::new(options, out);
    page.flow(
        0,
        &Flow::new()
            .add(BOLD, &shown(&advisory.id))
            .add(PLAIN, &shown(&advisory.summary)),
    )?;
    if let Some(withdrawn) = advisory.withdrawn {
        let text = format!(
            "withdrawn on {}: it never matches a package",
            day(withdrawn)
        );
        page.labelled("note", &Flow::new().add(WARN, &text))?;
    }
    if advisory.malicious {
        page.labelled(
            "note",
            &Flow::new().add(ALARM, "a malicious package, not a flaw in a good one"),
        )?;
    }
    if let Some(kind) = &advisory.informational {
        page.labelled("note", &Flow::new().add(WARN, &shown(kind)))?;
    }
    if !advisory.aliases.is_empty() {
        let text = shown(&advisory.aliases.join(", "));
        page.labelled("also", &Flow::new().add(PLAIN, &text))?;
    }
    rating(&mut page, advisory)?;
    if let Some(kev) = &advisory.kev {
        let mut text = format!(
            "exploited: in CISA's catalogue of known exploited vulnerabilities since {}",
            kev.date_added
        );
        if let Some(by) = kev.due_date {
            text = format!("{text}, US agencies must fix it by {by}");
        }
        if kev.ransomware {
            text.push_str(", used by ransomware");
        }
        page.labelled("KEV", &Flow::new().add(ALARM, &text))?;
    }
    if let Some(epss) = &advisory.epss {
        let text = format!(
            "{:.1} % chance of exploitation within 30 days, higher than {:.0} % of all",
            epss.probability * 100.0,
            epss.percentile * 100.0
        );
        page.labelled("EPSS", &Flow::new().add(PLAIN, &text))?;
    }
    for affected in &advisory.affected {
        let mut what = shown(&affected.ranges.join(" or "));
        if affected.versions > 0 {
            what = format!("{what} ({} versions listed)", affected.versions);
        }
        let mut parts = vec![
            (
                BOLD,
                format!(
                    "{} ({})",
                    shown(&affected.package),
                    shown(&affected.ecosystem)
                ),
            ),
            (PLAIN, what),
        ];
        if affected.fixed.is_empty() {
            parts.push((WARN, "no fixed version".to_owned()));
        } else {
            parts.push((
                PLAIN,
                format!("fixed in {}", shown(&affected.fixed.join(", "))),
            ));
        }
        page.labelled("affects", &Flow::new().dotted(parts))?;
    }
    let dates: Vec<_> = [
        ("published", advisory.published),
        ("changed", advisory.modified),
    ]
    .into_iter()
    .filter_map(|(word, at)| at.map(|at| (PLAIN, format!("{word} {}", moment(at)))))
    .collect();
    if !dates.is_empty() {
        page.labelled("dates", &Flow::new().dotted(dates))?;
    }
    for link in &advisory.references {
        page.labelled("see", &Flow::new().add(PLAIN, &shown(link)))?;
    }
    if !advisory.details.trim().is_empty() {
        page.blank()?;
        paragraphs(&mut page, &clean_lines(&advisory.details))?;
    }
    Ok(())
}

fn rating(page: &mut Page<'_>, advisory: &AdvisoryView) -> std::io::Result<()> {
    let mut parts = Vec::new();
    match advisory.severity {
        Some(rated) => parts.push((severity(rated), rated.as_str().to_ascii_uppercase())),
        None => parts.push((WARN, "nobody has rated it".to_owned())),
    }
    if let Some(score) = advisory.cvss_score {
        parts.push((PLAIN, format!("CVSS {score:.1}")));
    }
    parts.extend(advisory.vectors.iter().map(|vector| (PLAIN, shown(vector))));
    parts.extend(advisory.cwes.iter().map(|cwe| (PLAIN, shown(cwe))));
    page.labelled("severity", &Flow::new().dotted(parts))
}
