//! What the reports for people (text, Markdown, HTML) show, worked out once.
//!
//! Every string in a view is already harmless to show (see [`crate::clean`]); each renderer only
//! adds the escaping of its own format.

mod block;
mod coverage;
mod item;
mod summary;

use runward_model::{ScanReport, Severity, scan::Verdict};

use crate::{
    clean::shown,
    decision::{FALSE_POSITIVE, ends, in_words},
    time::{day, moment},
};

pub(crate) use block::{Block, block_of, name_and_version};
pub(crate) use coverage::{NotJudged, place as place_of};
pub(crate) use item::{Item, Tone, is_web_link, shown_id};
pub(crate) use summary::{banners, line, overdue};

/// A scan's result as people see it.
pub(crate) struct View {
    pub(crate) project: String,
    pub(crate) root: String,
    pub(crate) environment: Option<String>,
    pub(crate) started: String,
    pub(crate) verdict: Verdict,
    /// The result in one sentence.
    pub(crate) headline: String,
    pub(crate) exit: u8,
    /// To be shown loudly, before all else.
    pub(crate) banners: Vec<String>,
    pub(crate) database: String,
    /// Worst first, every severity, zeros too.
    pub(crate) counts: [(Severity, usize); 6],
    pub(crate) blocks: Vec<Block>,
    pub(crate) not_judged: Vec<NotJudged>,
    /// Dependencies that the target does not install.
    pub(crate) excluded: usize,
    pub(crate) suppressed: Vec<SuppressedRow>,
    pub(crate) fixed: Vec<FixedRow>,
    pub(crate) notices: Vec<Notice>,
    /// The numbers of the summary line: `12 packages judged`, `2 suppressed`.
    pub(crate) summary: Vec<String>,
    /// Path and format of each file that was read.
    pub(crate) read: Vec<(String, String)>,
}

/// A finding that a decision hides.
pub(crate) struct SuppressedRow {
    pub(crate) severity: Severity,
    pub(crate) id: String,
    pub(crate) package: String,
    pub(crate) by: String,
    pub(crate) reason: String,
    pub(crate) author: String,
    /// The last day on which it holds, or [`FALSE_POSITIVE`].
    pub(crate) until: String,
    /// `until 2027-06-30 by ana (suppression): the reason`.
    pub(crate) decision: String,
}

/// A finding that is gone.
pub(crate) struct FixedRow {
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) path: String,
    pub(crate) first_seen: String,
}

/// A suppression that needs attention.
pub(crate) struct Notice {
    pub(crate) suppression: String,
    pub(crate) problem: String,
}

impl View {
    pub(crate) fn new(report: &ScanReport) -> Self {
        let blocks = block::blocks(report);
        Self {
            project: shown(&report.project),
            root: shown(&report.root),
            environment: report.environment.as_deref().map(shown),
            started: moment(report.started),
            verdict: report.verdict,
            headline: summary::headline(report),
            exit: report.verdict.exit_code(),
            banners: summary::banners(report),
            database: summary::database(&report.database),
            counts: summary::counts(&report.findings),
            summary: summary::numbers(report, blocks.len()),
            blocks,
            not_judged: coverage::grouped(&report.not_covered),
            excluded: report.excluded.len(),
            suppressed: report.suppressed.iter().map(suppressed).collect(),
            fixed: report
                .fixed
                .iter()
                .map(|fixed| FixedRow {
                    rule: shown(&fixed.rule),
                    title: shown(&fixed.title),
                    path: shown(&fixed.path),
                    first_seen: day(fixed.first_seen),
                })
                .collect(),
            notices: report
                .suppression_notices
                .iter()
                .map(|notice| Notice {
                    suppression: shown(&notice.suppression),
                    problem: shown(&notice.problem),
                })
                .collect(),
            read: report
                .read
                .iter()
                .map(|(path, format)| (shown(path), shown(format)))
                .collect(),
        }
    }
}

fn suppressed(finding: &runward_model::Finding) -> SuppressedRow {
    let decision = finding.suppressed.as_ref();
    SuppressedRow {
        severity: finding.severity,
        id: item::shown_id(finding),
        package: finding.dependency.as_ref().map_or_else(
            || shown(&finding.location.path),
            |dependency| block::name_and_version(&dependency.package),
        ),
        by: decision.map_or_else(|| "suppression".to_owned(), |d| shown(&d.by)),
        decision: decision.map_or_else(String::new, |d| shown(&in_words(d))),
        reason: decision.map_or_else(String::new, |d| shown(&d.reason)),
        author: decision.map_or_else(String::new, |d| shown(&d.author)),
        until: decision.map_or_else(String::new, |d| {
            ends(d).map_or_else(|| FALSE_POSITIVE.to_owned(), |date| date.to_string())
        }),
    }
}
