//! Which rules are run.

use std::{collections::HashSet, fs, path::Path};

use rayon::prelude::*;
use runward_code::RuleSet;
use runward_rules::{Problem, ProblemKind, Rule, RuleFile, RuleId, testing};
use runward_tree::{DiskTree, Tree as _, TreeLimits};

use crate::{Context, OpsError, Project, Settings};

/// The packs that are run where nobody says otherwise.
pub const DEFAULT_RULES: [&str; 5] = [
    "python-security",
    "ai-code",
    "javascript-security",
    "docker",
    "ci",
];

/// Rule files of a project that are run beside the packs.
const PROJECT_RULES: [&str; 3] = [".semgrep.yml", ".semgrep.yaml", ".semgrep"];

/// Largest rule file, in bytes.
const MOST: u64 = 8 << 20;

/// Rules, ready to run, and what is wrong with the others.
#[derive(Debug)]
pub struct Loaded {
    pub set: RuleSet,
    /// Warnings and refusals; an error ends the loading instead.
    pub problems: Vec<Problem>,
}

impl Loaded {
    /// What a scan says about rules that are not run or not as meant.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let refused = self
            .problems
            .iter()
            .filter(|p| p.kind == ProblemKind::Refused)
            .count();
        // What is odd in a rule and runs all the same is for `rules validate` to say.
        let mut warnings = Vec::new();
        if refused > 0 {
            warnings.push(format!(
                "{refused} rules are not run (`runward rules validate` says why of each)"
            ));
        }
        warnings
    }
}

/// Loads what is asked for, or what the configuration says; any error in a rule is an error.
pub fn load(
    context: &Context,
    settings: &Settings,
    project: &Project,
    asked: &[String],
) -> Result<Loaded, OpsError> {
    let configured = &settings.config().code.rules;
    let mut files = Vec::new();
    if asked.is_empty() {
        let names: Vec<&str> = if configured.is_empty() {
            DEFAULT_RULES.to_vec()
        } else {
            configured.iter().map(String::as_str).collect()
        };
        for name in names {
            files.extend(read_one(name, &project.root)?);
        }
        for name in PROJECT_RULES {
            let path = project.root.join(name);
            if configured.is_empty() && path.exists() {
                files.extend(read_path(&path, name)?);
            }
        }
    } else {
        for name in asked {
            files.extend(read_one(name, &context.working_directory)?);
        }
    }
    finish(files)
}

fn finish(files: Vec<RuleFile>) -> Result<Loaded, OpsError> {
    let (rules, mut problems) = parts(files);
    let (set, more) = RuleSet::new(rules);
    problems.extend(more);
    let errors: Vec<Problem> = problems
        .iter()
        .filter(|p| p.kind == ProblemKind::Error)
        .cloned()
        .collect();
    if !errors.is_empty() {
        return Err(OpsError::Rules(errors));
    }
    Ok(Loaded { set, problems })
}

/// All rules. Where two have one id, the second is known by its file too, as
/// `python.flask.sql.the-id`: collections of rules are made of files that know nothing of each other.
pub(crate) fn parts(files: Vec<RuleFile>) -> (Vec<Rule>, Vec<Problem>) {
    let mut rules: Vec<Rule> = Vec::new();
    let mut problems = Vec::new();
    let mut known: HashSet<RuleId> = HashSet::new();
    for file in files {
        problems.extend(file.problems);
        for mut rule in file.rules {
            if !known.insert(rule.id.clone()) {
                let id = format!("{}.{}", dotted(&rule.at.source.path), rule.id);
                if !known.insert(id.as_str().into()) {
                    problems.push(duplicate(&rule));
                    continue;
                }
                rule.id = id.into();
            }
            rules.push(rule);
        }
    }
    (rules, problems)
}

fn duplicate(rule: &Rule) -> Problem {
    Problem {
        kind: ProblemKind::Error,
        code: "duplicate-id",
        rule: Some(rule.id.clone()),
        message: format!("there is another rule `{}` in this file", rule.id),
        source: rule.at.source.clone(),
        span: rule.at.span,
        help: Some("give one of them another id".to_owned()),
    }
}

/// `python/flask/sql.yaml` as `python.flask.sql`.
fn dotted(path: &str) -> String {
    let path = path
        .strip_suffix(".yaml")
        .or_else(|| path.strip_suffix(".yml"))
        .unwrap_or(path);
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .collect();
    parts.join(".")
}

/// A pack by name, or what is at a path.
pub(crate) fn read_one(name: &str, directory: &Path) -> Result<Vec<RuleFile>, OpsError> {
    if let Some(files) = runward_packs::rules(name) {
        return Ok(files);
    }
    let path = directory.join(name);
    if !path.exists() {
        let packs: Vec<&str> = runward_packs::names().collect();
        return Err(OpsError::usage(
            format!("`{name}` is no pack, no rule file and no directory"),
            format!("the packs are {}", packs.join(", ")),
        ));
    }
    read_path(&path, name)
}

fn read_path(path: &Path, shown: &str) -> Result<Vec<RuleFile>, OpsError> {
    if path.is_file() {
        let text = text(path, shown)?;
        return Ok(vec![runward_rules::read(shown, &text)]);
    }
    let tree = DiskTree::open(
        path,
        TreeLimits {
            max_file_bytes: MOST,
            ..TreeLimits::default()
        },
    )
    .map_err(|error| OpsError::usage(error.to_string(), "name a readable directory"))?;
    let walk = tree.walk("", &|directory| {
        directory.rsplit('/').next() == Some(".git")
    });
    if let Some(gap) = walk.not_covered.first() {
        return Err(OpsError::usage(
            format!(
                "`{shown}` cannot be read whole: `{}`: {}",
                gap.path, gap.reason
            ),
            "make it readable, or name its parts",
        ));
    }
    let listed: Vec<&String> = walk
        .files
        .iter()
        .filter(|file| testing::is_rule_file(file))
        .collect();
    let read: Result<Vec<Option<RuleFile>>, OpsError> = listed
        .par_iter()
        .map(|file| {
            let shown = format!("{}/{file}", shown.trim_end_matches('/'));
            let text = text(&path.join(file), &shown)?;
            Ok(has_rules(&text).then(|| runward_rules::read(&shown, &text)))
        })
        .collect();
    let found: Vec<RuleFile> = read?.into_iter().flatten().collect();
    if found.is_empty() {
        return Err(OpsError::usage(
            format!("`{shown}` has no rule file"),
            "rule files end in .yaml or .yml and have a list `rules:`",
        ));
    }
    Ok(found)
}

/// Other YAML lies beside rules: targets, CI files.
pub(super) fn has_rules(text: &str) -> bool {
    text.lines().any(|line| {
        // On the first level: a pipeline has `rules:` further in.
        let flow = line.trim_start_matches(['{', ' ']);
        let key = if line.starts_with('{') { flow } else { line };
        key.trim_start_matches(['"', '\'']).starts_with("rules")
    })
}

fn text(path: &Path, shown: &str) -> Result<String, OpsError> {
    let unreadable = |reason: String| {
        OpsError::usage(
            format!("cannot read `{shown}`: {reason}"),
            "name a readable rule file in UTF-8",
        )
    };
    let size = fs::metadata(path)
        .map_err(|error| unreadable(error.to_string()))?
        .len();
    if size > MOST {
        return Err(unreadable(format!(
            "{size} bytes are over the limit of {MOST}"
        )));
    }
    fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))
}
