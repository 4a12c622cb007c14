//! A code finding in the common form.

use jiff::civil::Date;
use runward_code::CodeFinding;
use runward_model::{Finding, FindingKind, finding::Suppressed};

/// Characters of a title.
const TITLE: usize = 160;

/// The finding, suppressed where a comment beside the code says so and policy lets it: comments
/// are part of the scanned project, which must not silence itself where it is not trusted.
pub(super) fn finding(found: CodeFinding, trusted: bool, require_reason: bool) -> Finding {
    let suppressed = found
        .silenced
        .filter(|silenced| trusted && !(require_reason && silenced.reason.is_empty()))
        .map(|silenced| Suppressed {
            by: format!("comment `{}` in line {}", silenced.by, silenced.line),
            reason: silenced.reason,
            author: String::new(),
            expires: Date::MAX,
        });
    Finding {
        fingerprint: found.fingerprint,
        kind: FindingKind::CodeIssue,
        title: title(&found.matched.message, &found.rule),
        rule: found.rule,
        severity: found.severity,
        confidence: found.confidence,
        location: found.location,
        dependency: None,
        path_from_root: Vec::new(),
        advisory: None,
        code: Some(found.matched),
        assessment: None,
        history: None,
        suppressed,
    }
}

/// The first sentence of the message.
fn title(message: &str, rule: &str) -> String {
    let line: String = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = line
        .match_indices(". ")
        .map(|(at, _)| at)
        .find_map(|at| line.get(..at))
        .unwrap_or_else(|| line.trim_end_matches('.'));
    if sentence.is_empty() {
        return rule.to_owned();
    }
    match sentence.char_indices().nth(TITLE) {
        Some((end, _)) => format!("{}…", sentence.get(..end).unwrap_or_default()),
        None => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_sentence() {
        assert_eq!(title("Runs `eval`. Do not.\n", "r"), "Runs `eval`");
        assert_eq!(title("Only\n one.", "r"), "Only one");
        assert_eq!(title("", "r"), "r");
        assert_eq!(title(&"x".repeat(300), "r").chars().count(), TITLE + 1);
    }
}
