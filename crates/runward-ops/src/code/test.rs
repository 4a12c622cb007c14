//! Tests of rules: the annotated files beside them.

use std::path::Path;

use rayon::prelude::*;
use runward_code::{Cache, Engine, Options, RuleSet, Scanned, apply};
use runward_model::Edit;
use runward_rules::{
    ProblemKind,
    testing::{self, FixResult, Found, Report, RuleResult, Target, Test, TestError},
};
use runward_tree::{DiskTree, Tree as _, TreeLimits, decode};

use crate::OpsError;

/// What one rule file and its test files gave.
#[derive(Debug, Default)]
struct Outcome {
    results: Vec<RuleResult>,
    fixes: Vec<FixResult>,
    untested: Vec<String>,
    errors: Vec<TestError>,
}

/// Runs the rules below a directory, or of one rule file, on the files beside them.
pub fn test(path: &Path, jobs: Option<u32>) -> Result<Report, OpsError> {
    let (directory, only) = if path.is_file() {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        (parent.unwrap_or(Path::new(".")), name)
    } else {
        (path, None)
    };
    let tree = DiskTree::open(directory, TreeLimits::default()).map_err(|error| {
        OpsError::usage(
            error.to_string(),
            "name a directory with rules and their tests, or a rule file",
        )
    })?;
    let walk = tree.walk("", &|directory| {
        directory.rsplit('/').next() == Some(".git")
    });
    let files: Vec<&str> = walk.files.iter().map(String::as_str).collect();
    let mut tests = testing::pair(&files);
    if let Some(only) = only {
        tests.retain(|test| test.rules == only);
        if tests.is_empty() {
            return Err(OpsError::usage(
                format!("`{}` is no rule file", path.display()),
                "rule files end in .yaml or .yml",
            ));
        }
    }
    let work = || {
        tests
            .par_iter()
            .map(|test| run(&tree, test))
            .collect::<Vec<_>>()
    };
    let jobs = jobs
        .and_then(|jobs| usize::try_from(jobs).ok())
        .unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
    let outcomes = match pool {
        Ok(pool) => pool.install(work),
        Err(error) => {
            return Err(OpsError::Io {
                message: error.to_string(),
                help: None,
            });
        }
    };
    let mut all = Outcome::default();
    for outcome in outcomes {
        all.results.extend(outcome.results);
        all.fixes.extend(outcome.fixes);
        all.untested.extend(outcome.untested);
        all.errors.extend(outcome.errors);
    }
    Ok(Report::new(
        all.results,
        all.fixes,
        all.untested,
        all.errors,
    ))
}

fn run(tree: &DiskTree, test: &Test) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(written) = read(tree, &test.rules, &mut outcome) else {
        return outcome;
    };
    // Other YAML lies beside rules; only a file with rules is a rule file.
    if test.targets.is_empty() && !super::rules::has_rules(&written) {
        return outcome;
    }
    let file = runward_rules::read(&test.rules, &written);
    let mut problems = file.problems;
    let (set, more) = RuleSet::new(file.rules);
    problems.extend(more);
    for problem in problems
        .iter()
        .filter(|problem| problem.kind != ProblemKind::Warning)
    {
        outcome.error(&test.rules, problem.to_string());
    }
    let ids: Vec<&str> = set.rules().iter().map(|ready| &*ready.rule.id).collect();
    if test.targets.is_empty() {
        outcome
            .untested
            .extend(ids.iter().map(|id| format!("{}:{id}", test.rules)));
        return outcome;
    }
    let texts: Vec<(&String, String)> = test
        .targets
        .iter()
        .filter_map(|path| Some((path, read(tree, path, &mut outcome)?)))
        .collect();
    let scanned = scan(tree, &set, &test.targets);
    for gap in &scanned.not_covered {
        let line = gap
            .line
            .map_or_else(String::new, |line| format!("line {line}: "));
        outcome.error(&gap.path, format!("{line}{}", gap.reason));
    }
    let targets: Vec<Target<'_>> = texts
        .iter()
        .map(|(path, text)| Target { path, text })
        .collect();
    let found: Vec<Found<'_>> = scanned
        .findings
        .iter()
        .filter(|finding| finding.silenced.is_none())
        .map(|finding| Found {
            path: &finding.location.path,
            rule: &finding.rule,
            line: finding.location.start.line,
        })
        .collect();
    outcome.results = testing::judge(&test.rules, &ids, &targets, &found);
    let tested: Vec<&str> = outcome
        .results
        .iter()
        .map(|result| result.rule.as_str())
        .collect();
    outcome.untested = ids
        .iter()
        .filter(|id| !tested.contains(id))
        .map(|id| format!("{}:{id}", test.rules))
        .collect();
    for fixed in &test.fixed {
        let source = texts.iter().find(|(path, _)| **path == fixed.target);
        let (Some((_, source)), Some(expected)) =
            (source, read(tree, &fixed.expected, &mut outcome))
        else {
            continue;
        };
        let edits: Vec<Edit> = scanned
            .findings
            .iter()
            .filter(|finding| finding.location.path == fixed.target)
            .filter(|finding| finding.silenced.is_none())
            .filter_map(|finding| finding.matched.fix.clone())
            .collect();
        let actual = apply(source, &edits).text;
        outcome.fixes.push(testing::compare_fixed(
            &fixed.target,
            &fixed.expected,
            &expected,
            &actual,
        ));
    }
    outcome
}

fn scan(tree: &DiskTree, set: &RuleSet, targets: &[String]) -> Scanned {
    let engine = Engine {
        rules: set,
        options: Options {
            jobs: Some(1),
            ..Options::following_calls(false)
        },
    };
    engine.scan(tree, targets, &mut Cache::new(engine.digest()))
}

fn read(tree: &DiskTree, path: &str, outcome: &mut Outcome) -> Option<String> {
    match tree.read(path) {
        Ok(bytes) => Some(decode(&bytes).text),
        Err(error) => {
            outcome.error(path, error.to_string());
            None
        }
    }
}

impl Outcome {
    fn error(&mut self, path: &str, message: String) {
        self.errors.push(TestError {
            path: path.to_owned(),
            message,
        });
    }
}
