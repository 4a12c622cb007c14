//! Compares what was found with what was expected.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::annotation::{Expected, annotations};

/// A test file.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    pub path: &'a str,
    pub text: &'a str,
}

/// A finding in a test file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'a> {
    pub path: &'a str,
    pub rule: &'a str,
    /// Its first line, from 1.
    pub line: u32,
}

/// What one rule did in one test file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleResult {
    /// The test file.
    pub path: String,
    /// The rule file.
    pub rules: String,
    pub rule: String,
    pub passed: bool,
    /// Lines of code with an expected finding and none.
    pub missed: Vec<u32>,
    /// Lines with a finding that is not expected.
    pub unexpected: Vec<u32>,
    /// Lines of `todoruleid` and `todook`, which count neither way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub todo: Vec<u32>,
}

#[derive(Default)]
struct Lines {
    annotated: bool,
    /// The line of code, and the line right below the annotation.
    expected: BTreeSet<(u32, u32)>,
    todo: BTreeSet<u32>,
    found: BTreeSet<u32>,
}

/// The result of each rule of a rule file in each of its test files; none where a file neither
/// annotates a rule nor has a finding of it. Annotations of other rules are not looked at.
#[must_use]
pub fn judge(
    rules_path: &str,
    rules: &[&str],
    targets: &[Target<'_>],
    found: &[Found<'_>],
) -> Vec<RuleResult> {
    let mut results = Vec::new();
    for target in targets {
        let mut lines: BTreeMap<&str, Lines> = BTreeMap::new();
        for annotation in annotations(target.text) {
            let Some(rule) = rules.iter().find(|rule| names(&annotation.rule, rule)) else {
                continue;
            };
            let lines = lines.entry(rule).or_default();
            lines.annotated = true;
            let literal = annotation.line + 1;
            match annotation.expected {
                Expected::Match => {
                    lines.expected.insert((annotation.about, literal));
                }
                Expected::NoMatch => {}
                Expected::TodoMatch | Expected::TodoNoMatch => {
                    lines.todo.extend([annotation.about, literal]);
                }
            }
        }
        for finding in found.iter().filter(|finding| finding.path == target.path) {
            lines
                .entry(finding.rule)
                .or_default()
                .found
                .insert(finding.line);
        }
        results.extend(
            lines
                .into_iter()
                .map(|(rule, lines)| result(rules_path, target.path, rule, &lines)),
        );
    }
    results
}

/// An annotation may name a rule with the path before its id.
fn names(annotated: &str, rule: &str) -> bool {
    annotated == rule
        || annotated
            .strip_suffix(rule)
            .is_some_and(|path| path.ends_with('.'))
}

fn result(rules: &str, path: &str, rule: &str, lines: &Lines) -> RuleResult {
    let mut covered = BTreeSet::new();
    let mut missed = Vec::new();
    for (about, literal) in &lines.expected {
        // Below a stack of annotations Semgrep expects a finding right below each of them.
        let at = [about, literal]
            .into_iter()
            .find(|line| lines.found.contains(line));
        match at {
            Some(line) => {
                covered.insert(*line);
            }
            None if lines.todo.contains(about) => {}
            None => missed.push(*about),
        }
    }
    missed.dedup();
    let unexpected: Vec<u32> = lines
        .found
        .iter()
        .filter(|line| !covered.contains(line) && !lines.todo.contains(line))
        .copied()
        .collect();
    RuleResult {
        path: path.to_owned(),
        rules: rules.to_owned(),
        rule: rule.to_owned(),
        passed: missed.is_empty() && unexpected.is_empty(),
        missed,
        unexpected,
        todo: lines.todo.iter().copied().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, found: &[(&str, u32)]) -> Vec<RuleResult> {
        let target = Target { path: "a.py", text };
        let found: Vec<_> = found
            .iter()
            .map(|(rule, line)| Found {
                path: "a.py",
                rule,
                line: *line,
            })
            .collect();
        judge("a.yaml", &["r", "s"], &[target], &found)
    }

    #[test]
    fn found_where_expected_passes() {
        let results = run("# ruleid: r\nfoo\n# ok: r\nbar\n", &[("r", 2), ("r", 2)]);
        assert_eq!(results.len(), 1);
        assert!(results[0].passed);
    }

    #[test]
    fn missed_and_unexpected_lines_fail() {
        let results = run("# ruleid: r\nfoo\n# ok: r\nbar\n", &[("r", 4), ("s", 9)]);
        assert_eq!(
            (
                results[0].missed.as_slice(),
                results[0].unexpected.as_slice()
            ),
            (&[2][..], &[4][..])
        );
        assert!(!results[0].passed);
        assert_eq!(
            (results[1].rule.as_str(), results[1].unexpected.as_slice()),
            ("s", &[9][..])
        );
    }

    #[test]
    fn todo_lines_count_neither_way() {
        for found in [&[][..], &[("r", 2), ("r", 4)][..]] {
            let results = run("# todoruleid: r\nfoo\n# todook: r\nbar\n", found);
            assert!(results[0].passed, "{found:?}");
        }
    }

    #[test]
    fn a_stack_of_annotations_is_about_the_line_below() {
        let text = "# ruleid: r\n# ruleid: s\nfoo\n";
        assert!(
            run(text, &[("r", 3), ("s", 3)])
                .iter()
                .all(|result| result.passed)
        );
        assert!(
            run(text, &[("r", 2), ("s", 3)])
                .iter()
                .all(|result| result.passed)
        );
        assert!(
            run(text, &[("s", 3)])
                .iter()
                .any(|result| result.missed == [3])
        );
    }

    #[test]
    fn a_rule_that_the_file_says_nothing_about_has_no_result() {
        assert_eq!(run("# ruleid: other\nfoo\n", &[]), []);
        assert_eq!(run("# ok: path.to.s\nfoo\n", &[])[0].rule, "s");
    }
}
