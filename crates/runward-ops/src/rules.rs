//! Rules as such: what there is, what one says, whether they are sound.

use std::path::Path;

use runward_code::About;
use runward_model::{Confidence, Severity};
use runward_rules::{Problem, ProblemKind, Rule};
use serde::Serialize;

use crate::{OpsError, code::DEFAULT_RULES};

/// A rule in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleRow {
    pub id: String,
    /// The pack or file that it is in.
    pub source: String,
    pub title: String,
    pub severity: Severity,
    pub confidence: Confidence,
    pub languages: Vec<String>,
    pub cwe: Vec<String>,
    pub owasp: Vec<String>,
    pub bandit: Vec<String>,
    pub has_fix: bool,
}

/// Everything about one rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RulePage {
    #[serde(flatten)]
    pub row: RuleRow,
    pub message: String,
    pub references: Vec<String>,
    /// How to mend what it finds, in a line.
    pub fix_hint: Option<String>,
    /// Code that it finds, and code that it lets pass.
    pub example: Option<Example>,
    /// The rule as written.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    pub found: String,
    pub passed: Option<String>,
}

/// What `rules validate` says.
#[derive(Debug)]
pub struct Validated {
    pub rules: usize,
    pub problems: Vec<Problem>,
}

impl Validated {
    pub fn count(&self, kind: ProblemKind) -> usize {
        self.problems
            .iter()
            .filter(|problem| problem.kind == kind)
            .count()
    }
}

/// The rules of packs and paths; of the default packs where nothing is named.
pub fn list(directory: &Path, asked: &[String]) -> Result<Vec<RuleRow>, OpsError> {
    let mut rows = Vec::new();
    for (source, rule) in rules(directory, asked)? {
        rows.push(row(&source, &rule));
    }
    Ok(rows)
}

/// Everything about each rule of packs and paths.
pub fn pages(directory: &Path, asked: &[String]) -> Result<Vec<RulePage>, OpsError> {
    let rules = rules(directory, asked)?;
    Ok(rules
        .iter()
        .map(|(source, rule)| page(source, rule))
        .collect())
}

/// One rule by its id, or by the id of Bandit's check.
pub fn show(directory: &Path, asked: &[String], id: &str) -> Result<RulePage, OpsError> {
    let all = rules(directory, asked)?;
    let found = all
        .iter()
        .find(|(_, rule)| &*rule.id == id)
        .or_else(|| all.iter().find(|(_, rule)| names_bandit(rule, id)));
    let Some((source, rule)) = found else {
        let ids: Vec<&str> = all.iter().map(|(_, rule)| &*rule.id).collect();
        let near = runward_rules::nearest(id, ids);
        return Err(OpsError::usage(
            format!("there is no rule `{id}`"),
            match near {
                Some(near) => format!("did you mean `{near}`? `runward rules list` has them all"),
                None => {
                    "`runward rules list` has them all; `--rules PATH` looks elsewhere".to_owned()
                }
            },
        ));
    };
    Ok(page(source, rule))
}

/// Reads and compiles rules; nothing is run.
pub fn validate(directory: &Path, asked: &[String]) -> Result<Validated, OpsError> {
    let mut files = Vec::new();
    for name in asked {
        files.extend(crate::code::read_one(name, directory)?);
    }
    let (rules, mut problems) = crate::code::parts(files);
    let (set, more) = runward_code::RuleSet::new(rules);
    problems.extend(more);
    Ok(Validated {
        rules: set.rules().len(),
        problems,
    })
}

/// Rules with the pack or file that they are from.
fn rules(directory: &Path, asked: &[String]) -> Result<Vec<(String, Rule)>, OpsError> {
    let asked: Vec<String> = if asked.is_empty() {
        runward_packs::names()
            .filter(|pack| DEFAULT_RULES.contains(pack))
            .map(str::to_owned)
            .collect()
    } else {
        asked.to_vec()
    };
    let mut all = Vec::new();
    for name in &asked {
        let is_pack = runward_packs::files(name).is_some();
        for file in crate::code::read_one(name, directory)? {
            let errors: Vec<Problem> = file
                .problems
                .into_iter()
                .filter(|problem| problem.kind == ProblemKind::Error)
                .collect();
            if !errors.is_empty() {
                return Err(OpsError::Rules(errors));
            }
            for rule in file.rules {
                let source = if is_pack {
                    name.clone()
                } else {
                    rule.at.source.path.clone()
                };
                all.push((source, rule));
            }
        }
    }
    Ok(all)
}

fn row(source: &str, rule: &Rule) -> RuleRow {
    let about = About::of(rule);
    let first = rule
        .message
        .split(['.', '\n'])
        .next()
        .unwrap_or_default()
        .trim();
    RuleRow {
        id: rule.id.to_string(),
        source: source.to_owned(),
        title: text(rule, "title").unwrap_or_else(|| first.to_owned()),
        severity: about.severity,
        confidence: about.confidence,
        languages: rule.languages.iter().map(ToString::to_string).collect(),
        cwe: about.cwe,
        owasp: about.owasp,
        bandit: about.bandit,
        has_fix: rule.fix.is_some(),
    }
}

fn page(source: &str, rule: &Rule) -> RulePage {
    RulePage {
        row: row(source, rule),
        message: rule.message.trim().to_owned(),
        references: About::of(rule).references,
        fix_hint: text(rule, "fix_hint"),
        example: test(source, rule).and_then(|test| example(&rule.id, test)),
        text: rule.at.span.text(&rule.at.source.text).to_owned(),
    }
}

fn text(rule: &Rule, key: &str) -> Option<String> {
    rule.metadata.get(key)?.as_str().map(str::to_owned)
}

fn names_bandit(rule: &Rule, id: &str) -> bool {
    About::of(rule)
        .bandit
        .iter()
        .any(|known| known.eq_ignore_ascii_case(id))
}

fn test(pack: &str, rule: &Rule) -> Option<&'static str> {
    let files = runward_packs::files(pack)?;
    files
        .iter()
        .find(|file| file.path == rule.at.source.path)?
        .test
}

/// The lines after the first `ruleid:` and the first `ok:` of a rule.
fn example(id: &str, test: &str) -> Option<Example> {
    let after = |word: &str| {
        let mark = format!("{word}: {id}");
        let mut lines = test
            .lines()
            .skip_while(|line| !line.trim_end().ends_with(&mark))
            .skip(1);
        let first = lines.next()?;
        let depth = |line: &str| line.len() - line.trim_start().len();
        let rest = lines.take_while(|line| !line.trim().is_empty() && depth(line) > depth(first));
        let block: Vec<&str> = std::iter::once(first).chain(rest).collect();
        let common = block.iter().map(|line| depth(line)).min().unwrap_or(0);
        let block: Vec<&str> = block
            .iter()
            .map(|line| line.get(common..).unwrap_or(line))
            .collect();
        Some(block.join("\n"))
    };
    Some(Example {
        found: after("ruleid")?,
        passed: after("ok"),
    })
}

/// A rule and its test to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaffold {
    pub rule: (String, String),
    pub test: (String, String),
}

/// The texts of a new rule.
pub fn scaffold(id: &str, language: &str) -> Result<Scaffold, OpsError> {
    let sound = !id.is_empty()
        && id.len() <= 100
        && id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !sound {
        return Err(OpsError::usage(
            format!("`{id}` is no good id for a rule"),
            "use lower-case letters, digits and `-`, such as `no-raw-sql`",
        ));
    }
    let (name, ending, comment, bad, good, pattern) = match language {
        "python" | "py" => (
            "python",
            "py",
            "#",
            "dangerous(value)",
            "safe(value)",
            "dangerous(...)",
        ),
        "javascript" | "js" => (
            "javascript",
            "js",
            "//",
            "dangerous(value);",
            "safe(value);",
            "dangerous(...)",
        ),
        "typescript" | "ts" => (
            "typescript",
            "ts",
            "//",
            "dangerous(value);",
            "safe(value);",
            "dangerous(...)",
        ),
        "bash" | "sh" => (
            "bash",
            "sh",
            "#",
            "dangerous value",
            "safe value",
            "dangerous ...",
        ),
        "dockerfile" => (
            "dockerfile",
            "dockerfile",
            "#",
            "FROM image:latest",
            "FROM image:1.2",
            "FROM $IMAGE:latest",
        ),
        "terraform" | "tf" | "hcl" => (
            "terraform",
            "tf",
            "#",
            "enabled = true",
            "enabled = false",
            "enabled = true",
        ),
        other => {
            return Err(OpsError::usage(
                format!("there is no template for `{other}`"),
                "use python, javascript, typescript, bash, dockerfile or terraform; others are written by hand",
            ));
        }
    };
    let rule = format!(
        "rules:\n  - id: {id}\n    languages: [{name}]\n    severity: MEDIUM\n    message: >-\n      \
         What is wrong here, why it matters, and what to do instead.\n    pattern: {pattern}\n    \
         metadata:\n      category: security\n      confidence: MEDIUM\n      cwe: []\n      references: []\n"
    );
    let test = format!("{comment} ruleid: {id}\n{bad}\n\n{comment} ok: {id}\n{good}\n");
    Ok(Scaffold {
        rule: (format!("{id}.yaml"), rule),
        test: (format!("{id}.{ending}"), test),
    })
}

/// Rules of a one-liner: `runward match -l LANG -e PATTERN`.
pub fn one_pattern(language: &str, pattern: &str) -> Result<runward_code::RuleSet, OpsError> {
    let quoted = serde_json::to_string(pattern).unwrap_or_default();
    let quoted_language = serde_json::to_string(language).unwrap_or_default();
    let text = format!(
        "rules:\n- id: match\n  message: match\n  severity: INFO\n  languages: [{quoted_language}]\n  pattern: {quoted}\n"
    );
    let file = runward_rules::read("-e", &text);
    let (rules, mut problems) = crate::code::parts(vec![file]);
    let (set, more) = runward_code::RuleSet::new(rules);
    problems.extend(more);
    problems.retain(|problem| problem.kind != ProblemKind::Warning);
    if problems.is_empty() {
        return Ok(set);
    }
    Err(OpsError::Rules(problems))
}
