//! What a document says of itself: how much was found, what decisions hide, what was not judged.
//!
//! CycloneDX carries this as properties of its metadata, SPDX as the lines of an annotation,
//! OpenVEX in words.

use runward_model::NotCovered;

use crate::{document::Document, redact::redact};

const FINDINGS: &str = "runward:findings";
const KNOWN: &str = "runward:known";
const NOT_JUDGED: &str = "runward:not-judged";
const NOT_JUDGED_ITEM: &str = "runward:not-judged-item";
const SUPPRESSED: &str = "runward:suppressed";
const WARNING: &str = "runward:warning";

/// The account as names and values. Without a scan there are no numbers of findings: none would
/// read as none known.
pub(crate) fn of(doc: &Document<'_>) -> Vec<(&'static str, String)> {
    let mut account = Vec::new();
    if doc.scanned {
        account.push((FINDINGS, doc.findings.len().to_string()));
        account.push((SUPPRESSED, doc.suppressed.len().to_string()));
    }
    if doc.known > 0 {
        account.push((KNOWN, doc.known.to_string()));
    }
    account.push((NOT_JUDGED, doc.not_covered.len().to_string()));
    account.extend(
        doc.not_covered
            .iter()
            .map(|entry| (NOT_JUDGED_ITEM, item(entry))),
    );
    account.extend(
        doc.warnings
            .iter()
            .map(|warning| (WARNING, redact(warning))),
    );
    account
}

/// `requirements.txt:4 (requests): the reason`.
fn item(entry: &NotCovered) -> String {
    let line = entry.line.map(|line| format!(":{line}"));
    let package = entry.package.as_ref().map(|name| format!(" ({name})"));
    format!(
        "{}{}{}: {}",
        entry.path,
        line.unwrap_or_default(),
        package.unwrap_or_default(),
        redact(&entry.reason)
    )
}

/// The account on one line; `None` where there is nothing to say.
pub(crate) fn in_words(doc: &Document<'_>) -> Option<String> {
    let mut numbers = Vec::new();
    if doc.scanned {
        let count = doc.findings.len();
        let noun = if count == 1 { "finding" } else { "findings" };
        numbers.push(format!("{count} {noun}"));
        numbers.push(format!("{} suppressed", doc.suppressed.len()));
    }
    if doc.known > 0 {
        numbers.push(format!("{} known and not listed", doc.known));
    }
    if doc.scanned || !doc.not_covered.is_empty() {
        numbers.push(format!("{} not judged", doc.not_covered.len()));
    }
    let mut sentences = vec![numbers.join(", ")];
    sentences.extend(doc.warnings.iter().map(|warning| redact(warning)));
    sentences.retain(|sentence| !sentence.is_empty());
    (!sentences.is_empty()).then(|| sentences.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_scan_nothing_is_said_of_findings() {
        let doc = Document::default();
        assert_eq!(of(&doc), [(NOT_JUDGED, "0".to_owned())]);
        assert_eq!(in_words(&doc), None);
    }

    #[test]
    fn a_scan_gives_account_of_everything() {
        let not_covered = [
            NotCovered {
                package: Some("requests".to_owned()),
                ..NotCovered::at("a.txt", 4, "from https://u:token@h/simple; lock it")
            },
            NotCovered::file("b.lock", "is not JSON"),
        ];
        let warnings = ["starter set".to_owned()];
        let doc = Document {
            scanned: true,
            known: 20,
            not_covered: &not_covered,
            warnings: &warnings,
            ..Document::default()
        };
        assert_eq!(
            of(&doc),
            [
                (FINDINGS, "0"),
                (SUPPRESSED, "0"),
                (KNOWN, "20"),
                (NOT_JUDGED, "2"),
                (
                    NOT_JUDGED_ITEM,
                    "a.txt:4 (requests): from https://h/simple; lock it"
                ),
                (NOT_JUDGED_ITEM, "b.lock: is not JSON"),
                (WARNING, "starter set"),
            ]
            .map(|(name, value)| (name, value.to_owned()))
        );
        assert_eq!(
            in_words(&doc).as_deref(),
            Some("0 findings, 0 suppressed, 20 known and not listed, 2 not judged; starter set")
        );
    }
}
