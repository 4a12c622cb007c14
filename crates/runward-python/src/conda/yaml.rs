//! Why a YAML file could not be read, in words: the parser's own name its limits and types.

use serde_saphyr::{Error, budget::BudgetBreach};

use crate::text::shorten;

/// A reason without the place, which is reported beside it.
pub(super) fn reason(error: &Error) -> String {
    match error.without_snippet() {
        Error::Budget { breach, .. } => limit(breach).to_owned(),
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => ALIASES.to_owned(),
        Error::AliasError { error, .. } => inner(error),
        Error::SerdeInvalidType {
            unexpected,
            expected,
            ..
        }
        | Error::SerdeInvalidValue {
            unexpected,
            expected,
            ..
        } => shorten(&format!("found {unexpected}, expected {expected}")),
        Error::SerdeMissingField { field, .. } => format!("`{field}` is missing"),
        Error::MultipleDocuments { .. } => {
            "it holds several documents; put each in a file of its own".to_owned()
        }
        other => {
            let message = other.to_string();
            let message = without_place(message.lines().next().unwrap_or_default());
            if message.starts_with("recursion limit exceeded") {
                DEEP.to_owned()
            } else {
                shorten(message)
            }
        }
    }
}

/// An error within an alias is never within another one.
fn inner(error: &Error) -> String {
    match error.without_snippet() {
        Error::AliasError { .. } => ALIASES.to_owned(),
        error => reason(error),
    }
}

const ALIASES: &str = "its anchors and aliases repeat more than is expanded; write them out";
const DEEP: &str = "it is nested deeper than any tool writes";

fn limit(breach: &BudgetBreach) -> &'static str {
    match breach {
        BudgetBreach::Aliases { .. }
        | BudgetBreach::Anchors { .. }
        | BudgetBreach::AliasAnchorRatio { .. }
        | BudgetBreach::MergeKeys { .. }
        | BudgetBreach::RecordedAnchorEvents { .. }
        | BudgetBreach::RecordedAnchorBytes { .. } => ALIASES,
        BudgetBreach::Depth { .. } => DEEP,
        BudgetBreach::Documents { .. } => "it holds too many documents; split it",
        BudgetBreach::SequenceUnbalanced => "a list or table ends that has not begun",
        BudgetBreach::Events { .. }
        | BudgetBreach::Nodes { .. }
        | BudgetBreach::ScalarBytes { .. }
        | BudgetBreach::InputBytes { .. } => "it is too large; split it",
        _ => "it exceeds a limit on YAML files; split it",
    }
}

/// Cuts `error: line 7 column 10: ` and ` at line 7, column 10` off.
fn without_place(message: &str) -> &str {
    let message = message.strip_prefix("error: ").unwrap_or(message);
    let message = match message.split_once(": ") {
        Some((place, rest)) if place.starts_with("line ") && place.contains(" column ") => rest,
        _ => message,
    };
    match message.rsplit_once(" at line ") {
        Some((rest, place)) if place.contains(", column ") => rest,
        _ => message,
    }
}

#[cfg(test)]
mod tests {
    use super::without_place;
    use crate::testing::{problems, scan};

    #[test]
    fn the_place_is_cut_off() {
        for (message, expected) in [
            ("error: line 7 column 10: it broke: here", "it broke: here"),
            ("line 7 column 10: it broke", "it broke"),
            ("it broke: here", "it broke: here"),
            ("it broke at line 1, column 79", "it broke"),
        ] {
            assert_eq!(without_place(message), expected);
        }
    }

    #[test]
    fn reasons_are_in_words() {
        let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\ndependencies: [*f,*f,*f,*f,*f,*f,*f,*f]\n";
        for (text, expected) in [
            (bomb.to_owned(), super::ALIASES),
            (
                format!("dependencies: {}", "[".repeat(5_000)),
                "nested deeper",
            ),
            (
                "dependencies:\n  - [a]\n".to_owned(),
                "a package or a `pip` list",
            ),
            (
                "dependencies:\n  - 5\n".to_owned(),
                "a package or a `pip` list",
            ),
            ("dependencies: [a\n".to_owned(), ""),
            (
                "dependencies: [a]\n---\ndependencies: [b]\n".to_owned(),
                "several documents",
            ),
            ("dependencies: [*a]\n".to_owned(), ""),
            ("dependencies: [a]\ndependencies: [b]\n".to_owned(), ""),
        ] {
            let problems = problems(&scan(&[("environment.yml", &text)]));
            let [problem] = problems.as_slice() else {
                panic!("{text}: {problems:?}");
            };
            assert!(problem.contains("not read as YAML: "), "{problem}");
            assert!(problem.contains(expected), "{problem}");
            for internal in ["budget", "error:", " column ", "{", "}", "::"] {
                assert!(!problem.contains(internal), "{problem}");
            }
        }
    }
}
