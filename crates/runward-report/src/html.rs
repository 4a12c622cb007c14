//! HTML: one file that needs nothing else, for a browser, an artifact store or a mail.
//!
//! Every text goes through the template's escaping; links are shown only for plain web addresses;
//! the content security policy forbids everything but the page's own style and its one script,
//! which is named by its hash. A test compares the hash with the script.

use std::io::Write;

use askama::Template;
use runward_model::{ScanReport, Severity, scan::Verdict};

use crate::{
    Options, ReportError,
    view::View,
    words::{capital, spans},
};

/// Cells of a line of code.
const CELLS: usize = 160;

/// The page's script: sorts a table by a clicked head.
const SCRIPT: &str = include_str!("../templates/sort.js");
/// `openssl dgst -sha256 -binary templates/sort.js | base64`.
const SCRIPT_HASH: &str = "LJ9OaA138p+XBFDv1R8xRnC+1HusybmjnrranDmMAIA=";

#[derive(Template)]
#[template(path = "scan.html")]
struct Page<'a> {
    view: &'a View,
    version: &'a str,
    style: &'static str,
    script: &'static str,
    script_hash: &'static str,
}

impl Page<'_> {
    /// The class of the verdict's badge.
    fn verdict(&self) -> &'static str {
        match self.view.verdict {
            Verdict::Clean => "clean",
            Verdict::Findings => "findings",
            Verdict::NothingToScan | Verdict::Incomplete => "incomplete",
        }
    }

    fn verdict_word(&self) -> &'static str {
        match self.view.verdict {
            Verdict::Clean => "Clean",
            Verdict::Findings => "Findings",
            Verdict::NothingToScan => "Nothing to scan",
            Verdict::Incomplete => "Incomplete",
        }
    }

    fn not_judged(&self) -> usize {
        self.view
            .not_judged
            .iter()
            .map(|group| group.places.len())
            .sum()
    }
}

/// For the template: a severity with a capital.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the template engine passes references"
)]
fn word(severity: &Severity) -> String {
    capital(severity.as_str())
}

/// For the template: a number that sorts by severity, critical first.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the template engine passes references"
)]
fn rank(severity: &Severity) -> u8 {
    match severity {
        Severity::Critical => 0,
        Severity::High => 1,
        Severity::Unknown => 2,
        Severity::Medium => 3,
        Severity::Low => 4,
        Severity::None => 5,
    }
}

pub(crate) fn write(
    report: &ScanReport,
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let view = View::new(report, CELLS);
    let page = Page {
        view: &view,
        version: options.tool_version,
        style: include_str!("../templates/style.css"),
        script: SCRIPT,
        script_hash: SCRIPT_HASH,
    };
    out.write_all(page.render()?.as_bytes())?;
    out.write_all(b"\n")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_script_that_is_there() {
        use sha2::Digest as _;
        let digest = sha2::Sha256::digest(SCRIPT.as_bytes());
        assert_eq!(
            base64(&digest),
            SCRIPT_HASH,
            "put this hash into SCRIPT_HASH"
        );
    }

    fn base64(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for chunk in bytes.chunks(3) {
            let word = chunk
                .iter()
                .fold(0_u32, |word, byte| word << 8 | u32::from(*byte))
                << (8 * (3 - chunk.len()));
            for position in 0..4 {
                text.push(if position <= chunk.len() {
                    char::from(DIGITS[(word >> (18 - 6 * position)) as usize & 63])
                } else {
                    '='
                });
            }
        }
        text
    }
}
