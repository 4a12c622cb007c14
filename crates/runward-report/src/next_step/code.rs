//! Next steps for findings in code.

use runward_model::FindingKind;

use super::Step;
use crate::shell::word;

/// Digits of a fingerprint that name a finding on the command line.
const SHORT: usize = 10;

/// For the findings of one rule.
pub(crate) fn of(rule: &str, root: &str, fixable: bool, kind: FindingKind) -> Vec<Step> {
    let mut steps = Vec::new();
    if let (true, Some(root)) = (fixable, option("", root)) {
        steps.push(Step {
            text: "apply what rules propose, or look at it first with --dry-run".to_owned(),
            command: Some(format!("runward fix --code{root}")),
        });
    }
    if let Some(rule) = word(rule) {
        steps.push(Step::run(match kind {
            FindingKind::Secret => format!("runward secrets show {rule}"),
            _ => format!("runward rules show {rule}"),
        }));
    }
    steps
}

/// For a finding that is none.
pub(crate) fn mistaken(fingerprint: &str, root: &str) -> Step {
    let id: String = fingerprint.chars().take(SHORT).collect();
    let command = word(&id).zip(option("--in ", root)).map(|(id, place)| {
        format!("runward findings triage {id}{place} --false-positive --reason TEXT")
    });
    Step {
        text: "a false alarm can be put away with a reason".to_owned(),
        command,
    }
}

/// Where the scanned project is, unless that is here; `None` where it is nothing to put into a
/// command.
fn option(name: &str, root: &str) -> Option<String> {
    if matches!(root, "." | "./" | "") {
        return Some(String::new());
    }
    word(root).map(|root| format!(" {name}{root}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_name_the_project_and_hold_only_harmless_words() {
        let lines = |steps: Vec<Step>| steps.iter().map(Step::line).collect::<Vec<_>>();
        assert_eq!(
            lines(of("py-eval", ".", false, FindingKind::CodeIssue)),
            ["`runward rules show py-eval`"]
        );
        assert_eq!(
            lines(of("py-eval", "services/shop", true, FindingKind::CodeIssue)),
            [
                "apply what rules propose, or look at it first with --dry-run: `runward fix --code \
                 services/shop`",
                "`runward rules show py-eval`"
            ]
        );
        assert!(of("$(id)", "a;b", true, FindingKind::CodeIssue).is_empty());
        assert_eq!(
            lines(of("npm-token", ".", false, FindingKind::Secret)),
            ["`runward secrets show npm-token`"]
        );
        assert_eq!(
            mistaken("0123456789abcdef", "shop").command.as_deref(),
            Some("runward findings triage 0123456789 --in shop --false-positive --reason TEXT")
        );
        assert_eq!(mistaken("0123456789abcdef", "$(id)").command, None);
    }
}
