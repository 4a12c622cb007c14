//! What the rules of `rules/package-behaviour` see.

use std::collections::BTreeSet;

use runward_archives::ArchiveTree;
use runward_code::{Cache, CodeFinding, Engine, Options, RuleSet};
use runward_model::{Location, NotCovered, Position};
use runward_rules::{Problem, ProblemKind, Rule, RuleFile};
use serde_json::Value;

use crate::{
    InspectError,
    context::{Context, Contexts},
    documented::SignalDoc,
    hosts,
    installs::Installs,
    seen::{Seen, at},
};

/// The pack that comes with Runward.
pub(crate) const PACK: &str = "package-behaviour";

/// Steps that one rule may take in one file.
const STEPS: u64 = 20_000_000;

/// Most that a command weighs that loads from well-known projects alone.
const FROM_PROJECTS: f64 = 0.5;

/// A rule's own part: what it means and how much.
#[derive(Debug)]
struct Meaning {
    id: String,
    title: String,
    message: String,
    behaviours: BTreeSet<String>,
    install: f64,
    import: f64,
    library: f64,
}

/// Rules, ready to run.
#[derive(Debug)]
pub(crate) struct Rules {
    set: RuleSet,
    meanings: Vec<Meaning>,
}

impl Rules {
    pub(crate) fn new(files: Vec<RuleFile>) -> Result<Self, InspectError> {
        let mut problems: Vec<Problem> = Vec::new();
        let mut rules: Vec<Rule> = Vec::new();
        for file in files {
            problems.extend(file.problems);
            rules.extend(file.rules);
        }
        let meanings = rules.iter().map(Meaning::of).collect::<Result<_, _>>()?;
        let (set, more) = RuleSet::new(rules);
        problems.extend(more);
        let errors: Vec<String> = problems
            .iter()
            .filter(|problem| problem.kind != ProblemKind::Warning)
            .map(Problem::render)
            .collect();
        if errors.is_empty() {
            Ok(Self { set, meanings })
        } else {
            Err(InspectError::Rules {
                problems: errors.join("\n"),
            })
        }
    }

    pub(crate) fn documented(&self) -> Vec<SignalDoc> {
        let doc = |meaning: &Meaning| SignalDoc {
            id: meaning.id.clone(),
            title: sentence(&meaning.title),
            why: meaning.message.clone(),
            install: meaning.install,
            import: meaning.import,
            library: meaning.library,
        };
        self.meanings.iter().map(doc).collect()
    }

    /// Looks at the files of a package.
    pub(crate) fn look(
        &self,
        tree: &ArchiveTree,
        contexts: &Contexts<'_>,
        installs: &Installs,
        jobs: Option<usize>,
        not_covered: &mut Vec<NotCovered>,
    ) -> Vec<Seen> {
        let paths: Vec<String> = tree
            .files()
            .map(|(path, _)| path)
            .filter(|path| !contexts.is_aside(path))
            .map(str::to_owned)
            .collect();
        let engine = Engine {
            rules: &self.set,
            options: Options {
                jobs,
                steps: STEPS,
                ..Options::following_calls(false)
            },
        };
        let scanned = engine.scan(tree, &paths, &mut Cache::new(engine.digest()));
        not_covered.extend(scanned.not_covered.into_iter().filter(|gap| {
            // A line of a lifecycle script that is no Bash is looked at as text.
            !installs.made_up.contains_key(&gap.path)
        }));
        let mut file = LastFile::default();
        scanned
            .findings
            .into_iter()
            .filter_map(|finding| self.weigh(tree, contexts, installs, &mut file, finding))
            .collect()
    }

    fn weigh(
        &self,
        tree: &ArchiveTree,
        contexts: &Contexts<'_>,
        installs: &Installs,
        file: &mut LastFile,
        finding: CodeFinding,
    ) -> Option<Seen> {
        let meaning = self
            .meanings
            .iter()
            .find(|meaning| meaning.id == finding.rule)?;
        let context = contexts.at(&finding.location.path, finding.location.start.line);
        let frame = &finding.matched.frame;
        let code = frame.lines.first().map_or("", |line| line.trim());
        if matches!(code.get(..1), Some("#" | "*")) && context != Context::Install
            || code.starts_with("//")
        {
            return None;
        }
        let mut weight = match context {
            Context::Install => meaning.install,
            Context::Import => meaning.import,
            Context::Library => meaning.library,
            Context::Aside => return None,
        };
        if meaning.behaviours.contains("shell")
            && from_projects_only(file.lines(tree, &finding.location))
        {
            weight = weight.min(FROM_PROJECTS);
        }
        Some(Seen {
            id: meaning.id.clone(),
            weight,
            evidence: format!("{} {}: `{code}`", meaning.title, context.words()),
            location: Some(real_place(tree, installs, finding.location)),
            context,
            behaviours: meaning.behaviours.clone(),
        })
    }
}

/// With a capital letter.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// The file that was asked about last: findings come file by file.
#[derive(Default)]
struct LastFile {
    path: String,
    content: String,
    /// Where its lines begin.
    starts: Vec<usize>,
}

impl LastFile {
    /// The lines of a place.
    fn lines(&mut self, tree: &ArchiveTree, location: &Location) -> &str {
        if self.path != location.path || self.starts.is_empty() {
            let bytes = tree.get(&location.path).unwrap_or_default();
            self.path.clone_from(&location.path);
            self.content = String::from_utf8_lossy(bytes).into_owned();
            let after = self.content.match_indices('\n').map(|(at, _)| at + 1);
            self.starts = std::iter::once(0).chain(after).collect();
        }
        let start = |line: u32| {
            let line = usize::try_from(line).unwrap_or(usize::MAX);
            self.starts.get(line).copied().unwrap_or(self.content.len())
        };
        let from = start(location.start.line.saturating_sub(1));
        let to = start(location.end.line.max(location.start.line));
        self.content.get(from..to).unwrap_or_default()
    }
}

/// Whether lines name hosts, and only those of well-known projects.
fn from_projects_only(lines: &str) -> bool {
    let mut hosts = hosts::named(lines).peekable();
    hosts.peek().is_some() && hosts.all(hosts::is_project)
}

/// The place in the real file for one in a made-up file.
fn real_place(tree: &ArchiveTree, installs: &Installs, location: Location) -> Location {
    let Some((real, mark)) = installs.made_up.get(&location.path) else {
        return location;
    };
    let text = String::from_utf8_lossy(tree.get(real).unwrap_or_default());
    let line = text
        .lines()
        .position(|line| line.contains(mark.as_str()))
        .unwrap_or(0);
    let line = u32::try_from(line).unwrap_or(0).saturating_add(1);
    let point = at(real, line, 1);
    Location {
        end: Position {
            line: line.saturating_add(1),
            column: 1,
        },
        ..point
    }
}

impl Meaning {
    fn of(rule: &Rule) -> Result<Self, InspectError> {
        let wrong = |what: &str| InspectError::Rules {
            problems: format!(
                "rule `{}` has no `metadata.{what}`; see rules/package-behaviour/README.md",
                rule.id
            ),
        };
        let metadata = &rule.metadata;
        let weight = |when: &str| {
            metadata
                .pointer(&format!("/weight/{when}"))
                .and_then(Value::as_f64)
                .filter(|weight| (0.0..=10.0).contains(weight))
                .ok_or_else(|| wrong(&format!("weight.{when} from 0 to 10")))
        };
        let behaviours: BTreeSet<String> = match metadata.get("behaviour") {
            Some(Value::String(one)) => [one.clone()].into(),
            Some(Value::Array(each)) => each
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            _ => BTreeSet::new(),
        };
        if behaviours.is_empty() {
            return Err(wrong("behaviour"));
        }
        Ok(Self {
            id: rule.id.to_string(),
            title: metadata
                .get("title")
                .and_then(Value::as_str)
                .ok_or_else(|| wrong("title"))?
                .to_lowercase(),
            message: rule
                .message
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            behaviours,
            install: weight("install")?,
            import: weight("import")?,
            library: weight("library")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_without_a_weight_is_an_error() {
        let text = "rules:\n- id: x\n  message: m\n  severity: LOW\n  languages: [python]\n  pattern: f()\n  \
                    metadata: {title: T, behaviour: network, weight: {install: 1, import: 20, library: 0}}\n";
        let error = Rules::new(vec![runward_rules::read("x.yaml", text)]).unwrap_err();
        assert!(error.to_string().contains("weight.import"), "{error}");
    }

    #[test]
    fn the_pack_is_sound() {
        assert!(Rules::new(runward_packs::rules(PACK).unwrap()).is_ok());
    }
}
