//! What the reports for people (text, Markdown, HTML) show, worked out once.
//!
//! Every string in a view is already harmless to show (see [`crate::clean`]); each renderer only
//! adds the escaping of its own format.

mod block;
mod code;
mod coverage;
mod frame;
mod item;
mod summary;

use runward_model::{ScanReport, Severity, scan::Verdict};

use crate::{
    clean::shown,
    decision::{by_whom, in_words, last_day, reason},
    next_step::{self, Step},
    time::{day, moment},
};

pub(crate) use block::{About, Block, block_of, name_and_version};
pub(crate) use code::{Code, Diff, matched, place as code_place, replaces_match};
pub(crate) use coverage::{NotJudged, place as place_of};
pub(crate) use frame::Frame;
pub(crate) use item::{Item, Tone, is_web_link, shown_id};
pub(crate) use summary::{banners, judges_packages, line, looked_at, overdue};

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
    /// What it was judged from: `142,031 advisories, …`, `310 rules`.
    pub(crate) basis: String,
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
    /// What to do about a finding in code that is none, where there is one.
    pub(crate) mistaken: Option<Step>,
}

/// A finding that a decision hides.
pub(crate) struct SuppressedRow {
    pub(crate) severity: Severity,
    pub(crate) id: String,
    /// `django 3.2.1`, `app.py:12:5`.
    pub(crate) subject: String,
    pub(crate) reason: String,
    /// `ana (suppression)`.
    pub(crate) by_whom: String,
    /// The last day on which it holds, or why there is none.
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
    /// `cells`: the width of a line of code.
    pub(crate) fn new(report: &ScanReport, cells: usize) -> Self {
        let blocks = block::blocks(report, cells);
        Self {
            project: shown(&report.project),
            root: shown(&report.root),
            environment: report.environment.as_deref().map(shown),
            started: moment(report.started),
            verdict: report.verdict,
            headline: summary::headline(report),
            exit: report.verdict.exit_code(),
            banners: summary::banners(report),
            basis: summary::basis(report),
            counts: summary::counts(&report.findings),
            summary: summary::numbers(report),
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
            mistaken: report
                .findings
                .iter()
                .find(|finding| finding.code.is_some())
                .map(|finding| next_step::mistaken(finding.fingerprint.as_str(), &report.root)),
        }
    }
}

fn suppressed(finding: &runward_model::Finding) -> SuppressedRow {
    let decision = finding.suppressed.as_ref();
    SuppressedRow {
        severity: finding.severity,
        id: item::shown_id(finding),
        subject: match (&finding.dependency, &finding.code) {
            (Some(dependency), _) => block::name_and_version(&dependency.package),
            (None, Some(_)) => code::place(&finding.location),
            (None, None) => shown(&finding.location.path),
        },
        by_whom: decision.map_or_else(|| "suppression".to_owned(), |d| shown(&by_whom(d))),
        decision: decision.map_or_else(String::new, |d| shown(&in_words(d))),
        reason: decision.map_or_else(String::new, |d| shown(reason(d))),
        until: decision.map_or_else(String::new, last_day),
    }
}
