//! The rule files of public checkouts: `RUNWARD_SEMGREP_RULES` and `RUNWARD_SEMGREP`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use runward_rules::testing::is_rule_file;
use runward_rules::{ProblemKind, RuleFile, read};

fn checkout(variable: &str) -> Option<PathBuf> {
    let found = std::env::var_os(variable).map(PathBuf::from);
    if found.is_none() {
        println!("skipped: {variable} is not set");
    }
    found
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.is_symlink() {
            files(&path, found);
        } else if path.to_str().is_some_and(is_rule_file) {
            found.push(path);
        }
    }
}

fn read_all(root: &Path) -> Vec<(PathBuf, RuleFile)> {
    let mut paths = Vec::new();
    files(root, &mut paths);
    paths
        .into_iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            // Workflows, schemas and templates of code are no rule files.
            text.lines()
                .any(|line| line.trim_end() == "rules:" || line.starts_with("rules: "))
                .then(|| {
                    let file = read(&path.display().to_string(), &text);
                    (path, file)
                })
        })
        .collect()
}

fn counts(files: &[(PathBuf, RuleFile)]) -> BTreeMap<(ProblemKind, &'static str), usize> {
    let mut counts = BTreeMap::new();
    for problem in files.iter().flat_map(|(_, file)| &file.problems) {
        *counts.entry((problem.kind, problem.code)).or_default() += 1;
    }
    counts
}

#[test]
fn all_of_semgrep_rules_loads() {
    let Some(root) = checkout("RUNWARD_SEMGREP_RULES") else {
        return;
    };
    let files = read_all(&root);
    let rules: usize = files.iter().map(|(_, file)| file.rules.len()).sum();
    println!("{} files, {rules} rules, {:?}", files.len(), counts(&files));
    let errors: Vec<String> = files
        .iter()
        .flat_map(|(_, file)| &file.problems)
        .filter(|problem| problem.kind == ProblemKind::Error)
        .map(runward_rules::Problem::render)
        .collect();
    for problem in files.iter().flat_map(|(_, file)| &file.problems) {
        if problem.kind == ProblemKind::Warning {
            println!("{}", problem.render());
        }
    }
    assert!(rules > 1_900, "only {rules} rules");
    assert!(errors.is_empty(), "{}", errors.join("\n\n"));
}

#[test]
fn the_rules_of_semgreps_own_tests_load() {
    let Some(root) = checkout("RUNWARD_SEMGREP") else {
        return;
    };
    for (directory, wrong) in [
        ("rules", 0),
        ("rules_v2", 0),
        ("syntax_v2", 0),
        ("tainting_rules", 0),
        ("rule_formats", 0),
        ("autofix", 0),
        ("errors", 99),
    ] {
        let files = read_all(&root.join("tests").join(directory));
        let counts = counts(&files);
        println!("{directory}: {} files, {counts:?}", files.len());
        let errors: Vec<_> = files
            .iter()
            .flat_map(|(_, file)| &file.problems)
            .filter(|problem| problem.kind == ProblemKind::Error)
            .map(runward_rules::Problem::render)
            .collect();
        for error in &errors {
            println!("{error}\n");
        }
        assert!(
            errors.len() <= wrong,
            "{directory}: {} errors",
            errors.len()
        );
    }
}

struct Bound(serde_json::Value);

impl runward_rules::Values for Bound {
    fn value(&self, metavar: &str) -> Option<runward_rules::Value> {
        use runward_rules::Value;
        Some(match self.0.get(metavar)? {
            serde_json::Value::Bool(value) => Value::Bool(*value),
            serde_json::Value::String(text) => Value::Str(text.clone()),
            number => match number.as_i64() {
                Some(value) => Value::Int(value),
                None => Value::Float(number.as_f64()?),
            },
        })
    }

    fn matches(&self, regex: &str, text: &str) -> Option<bool> {
        // The one lookaround of these tests.
        let (regex, wanted) = match regex
            .strip_prefix("(?!")
            .and_then(|rest| rest.strip_suffix(')'))
        {
            Some(inner) => (inner, false),
            None => (regex, true),
        };
        let regex = regex::Regex::new(&format!("^(?:{regex})")).ok()?;
        Some(regex.is_match(text) == wanted)
    }
}

#[test]
fn the_comparisons_of_semgreps_own_tests_hold() {
    let Some(root) = checkout("RUNWARD_SEMGREP") else {
        return;
    };
    let mut held = 0;
    for entry in std::fs::read_dir(root.join("tests/eval")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let test: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let code = test
            .get("code")
            .and_then(serde_json::Value::as_str)
            .unwrap();
        let expression = runward_rules::Expression::parse(code);
        let metavars = Bound(test.get("metavars").cloned().unwrap_or_default());
        let held_here = expression
            .as_ref()
            .is_ok_and(|expression| expression.holds(&metavars));
        assert!(held_here, "{}: {code}: {expression:?}", path.display());
        held += 1;
    }
    println!("{held} comparisons hold");
}
