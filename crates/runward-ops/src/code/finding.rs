//! A code finding in the common form.

use jiff::civil::Date;
use runward_code::CodeFinding;
use runward_model::{Finding, FindingKind, Within, finding::Suppressed};
use runward_secrets::Detectors;

/// Characters of a title.
const TITLE: usize = 160;

/// What stands for a secret.
const MASK: &str = "********";

/// Takes secrets out of what findings show: the lines of code, what stands for what, the way.
#[derive(Debug, Default)]
pub(super) struct Masks {
    /// Made for the first finding: most scans of a small change have none.
    detectors: Option<Detectors>,
}

impl Masks {
    pub(super) fn over(&mut self, mut found: CodeFinding) -> CodeFinding {
        let detectors = self.detectors.get_or_insert_with(Detectors::standard);
        let matched = &mut found.matched;
        let mut secrets: Vec<String> = Vec::new();
        let lines = matched.frame.lines.join("\n");
        let steps = matched.trace.iter().map(|step| step.code.as_str());
        let values = matched.metavars.values().map(|bound| bound.value.as_str());
        for text in steps
            .chain(values)
            .chain([lines.as_str(), matched.message.as_str()])
        {
            for hit in detectors.find(text) {
                let secret = text.get(hit.range).unwrap_or_default();
                // What is all of a line would leave nothing to see.
                if secret.len() >= 6 && !secrets.iter().any(|one| one == secret) {
                    secrets.push(secret.to_owned());
                }
            }
        }
        if secrets.is_empty() {
            return found;
        }
        // The longest first, so that no part of one is left.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        let masked = |text: &mut String| {
            for secret in &secrets {
                if text.contains(secret.as_str()) {
                    *text = text.replace(secret.as_str(), MASK);
                }
            }
        };
        mask_frame(&mut found, &secrets);
        let matched = &mut found.matched;
        matched
            .trace
            .iter_mut()
            .for_each(|step| masked(&mut step.code));
        matched
            .metavars
            .values_mut()
            .for_each(|bound| masked(&mut bound.value));
        masked(&mut matched.message);
        found
    }
}

/// Masks the lines; where the match stands in a single one is found again.
fn mask_frame(found: &mut CodeFinding, secrets: &[String]) {
    let place = &found.location;
    let frame = &mut found.matched.frame;
    let single = frame.lines.len() == 1 && frame.omitted == 0;
    let within = frame.within.unwrap_or(Within {
        start: place.start.column,
        end: place.end.column,
    });
    let mut text = frame.lines.join("\n");
    let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let split = |text: &str, column: u32| {
        let at = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
        text.char_indices().nth(at).map_or(text.len(), |(at, _)| at)
    };
    if single {
        // Before, inside and after the match, each masked for itself.
        let (from, to) = (split(&text, within.start), split(&text, within.end));
        let mut parts = [
            text.get(..from).unwrap_or_default().to_owned(),
            text.get(from..to.max(from)).unwrap_or_default().to_owned(),
            text.get(to.max(from)..).unwrap_or_default().to_owned(),
        ];
        let whole = text.clone();
        for secret in secrets {
            for part in &mut parts {
                *part = part.replace(secret.as_str(), MASK);
            }
        }
        let joined = parts.concat();
        // A secret that lies across the borders of the match.
        if secrets
            .iter()
            .any(|secret| joined.contains(secret.as_str()))
        {
            text = secrets
                .iter()
                .fold(whole, |text, secret| text.replace(secret.as_str(), MASK));
            frame.within = Some(Within {
                start: 1,
                end: count(&text).saturating_add(1),
            });
        } else {
            let start = count(&parts[0]).saturating_add(1);
            frame.within = Some(Within {
                start,
                end: start.saturating_add(count(&parts[1])),
            });
            text = joined;
        }
        frame.lines = vec![text];
        return;
    }
    for secret in secrets {
        text = text.replace(secret.as_str(), MASK);
    }
    frame.lines = text.split('\n').map(str::to_owned).collect();
}

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
        package: None,
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
