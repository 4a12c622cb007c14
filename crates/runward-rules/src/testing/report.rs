//! The JSON of `runward rules test`.

use serde::{Deserialize, Serialize};

use super::{FixResult, RuleResult};

/// The name and version of the format.
pub const SCHEMA: &str = "runward.rules-test/1";

/// What the tests of some rules gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub schema: String,
    /// Rules whose tests all passed, and those where one failed; a rule counts once per rule file.
    pub passed: usize,
    pub failed: usize,
    pub results: Vec<RuleResult>,
    pub fixes: Vec<FixResult>,
    /// Rules without a test, as `rule file:id`.
    pub untested: Vec<String>,
    pub errors: Vec<TestError>,
}

/// A rule file or a test file that could not be read, or only in part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestError {
    pub path: String,
    pub message: String,
}

impl Report {
    /// Puts the parts in order and counts. A failing fix is a failing test, counted in `failed`.
    #[must_use]
    pub fn new(
        mut results: Vec<RuleResult>,
        mut fixes: Vec<FixResult>,
        mut untested: Vec<String>,
        mut errors: Vec<TestError>,
    ) -> Self {
        results.sort_by(|one, other| {
            (&one.rules, &one.rule, &one.path).cmp(&(&other.rules, &other.rule, &other.path))
        });
        fixes.sort_by(|one, other| (&one.path, &one.fixed).cmp(&(&other.path, &other.fixed)));
        untested.sort();
        errors.sort_by(|one, other| (&one.path, &one.message).cmp(&(&other.path, &other.message)));
        let rules: Vec<bool> = results
            .chunk_by(|one, other| (&one.rules, &one.rule) == (&other.rules, &other.rule))
            .map(|tests| tests.iter().all(|test| test.passed))
            .collect();
        let passed = rules.iter().filter(|passed| **passed).count();
        let wrong_fixes = fixes.iter().filter(|fix| !fix.passed).count();
        Self {
            schema: SCHEMA.to_owned(),
            passed,
            failed: rules.len() - passed + wrong_fixes,
            results,
            fixes,
            untested,
            errors,
        }
    }

    /// Whether nothing failed and everything could be read.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.failed == 0 && self.errors.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(path: &str, rule: &str, passed: bool) -> RuleResult {
        let missed = if passed { vec![] } else { vec![3] };
        let (path, rules, rule) = (path.to_owned(), "r.yaml".to_owned(), rule.to_owned());
        RuleResult {
            path,
            rules,
            rule,
            passed,
            missed,
            unexpected: vec![],
            todo: vec![],
        }
    }

    #[test]
    fn a_rule_counts_once_over_its_files() {
        let results = vec![
            result("b.py", "x", true),
            result("a.py", "x", false),
            result("a.py", "y", true),
        ];
        let report = Report::new(results, vec![], vec![], vec![]);
        assert_eq!(
            (report.passed, report.failed, report.is_clean()),
            (1, 1, false)
        );
        assert_eq!(report.results[0].path, "a.py");
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["schema"], SCHEMA);
        assert_eq!(json["results"][0]["missed"], serde_json::json!([3]));
    }
}
