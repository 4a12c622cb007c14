//! Reads rule files.

mod condition;
mod fields;
mod formula;
mod formula_old;
mod keys;
mod labels;
mod options;
mod reader;
mod rule;
mod taint;
mod version;

use std::sync::Arc;

use runward_syntax::Span;

use crate::yaml::{self, Kind, Node};
use crate::{Problem, ProblemKind, Rule, Source};
use reader::Reader;

pub use version::COMPATIBLE_VERSION;

/// What a rule file has.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleFile {
    /// The sound rules, also those in languages that are not analysed yet (each with a `refused`
    /// problem of the code `language`).
    pub rules: Vec<Rule>,
    pub problems: Vec<Problem>,
}

impl RuleFile {
    /// Whether a rule is wrong; warnings and refusals are no errors.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Error)
    }
}

/// What one rule file may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Levels of nested lists and mappings.
    pub depth: usize,
    /// Nodes of the YAML document, its aliases expanded.
    pub nodes: usize,
    /// Problems that are told; the last one says that there are more.
    pub problems: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 8 << 20,
            depth: 64,
            nodes: 1_000_000,
            problems: 500,
        }
    }
}

/// Reads a rule file, YAML or JSON. A wrong rule does not lose the others.
///
/// `path` is only for messages.
#[must_use]
pub fn read(path: &str, text: &str) -> RuleFile {
    read_within(path, text, &Limits::default())
}

/// As [`read`], with limits.
#[must_use]
pub fn read_within(path: &str, text: &str, limits: &Limits) -> RuleFile {
    let too_long = text.len() > limits.bytes;
    // The span of a mark of the byte order would move every caret.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let kept = if too_long { "" } else { text };
    let source = Arc::new(Source {
        path: path.to_owned(),
        text: kept.to_owned(),
    });
    let mut reader = Reader::new(&source, limits);
    if too_long {
        let message = format!("the file has more than {} bytes; split it", limits.bytes);
        reader.error("too-large", Span::default(), message, None);
        return reader.finish(Vec::new());
    }
    let document = match yaml::parse(kept, limits) {
        Ok(document) => document,
        Err(error) => {
            let help = yaml_help(kept, error.span, &error.message);
            reader.error("invalid-yaml", error.span, error.message, help);
            return reader.finish(Vec::new());
        }
    };
    let rules = match &document.root {
        Some(root) => read_rules(&mut reader, root, &document.repeated),
        None => Vec::new(),
    };
    reader.finish(rules)
}

fn read_rules(reader: &mut Reader<'_>, root: &Node<'_>, repeated: &[yaml::Repeated]) -> Vec<Rule> {
    let list = match &root.kind {
        Kind::Map(entries) => {
            let Some(rules) = entries.iter().find(|entry| entry.key == "rules") else {
                let help = "a rule file is\n  rules:\n    - id: …".to_owned();
                reader.error(
                    "no-rules",
                    root.span,
                    "there is no `rules` at the top level".to_owned(),
                    Some(help),
                );
                return Vec::new();
            };
            for entry in entries
                .iter()
                .filter(|entry| entry.key != "rules")
                .take(100)
            {
                reader.unknown_top_level(entry);
            }
            &rules.node
        }
        Kind::Scalar { .. } if root.is_null() => return Vec::new(),
        Kind::List(_) | Kind::Scalar { .. } => root,
    };
    let Some(items) = list.items() else {
        if !list.is_null() {
            let message = format!("`rules` must be a list, not {}", list.describe());
            let help = "begin each rule with a hyphen: `- id: …`".to_owned();
            reader.error("wrong-type", list.span, message, Some(help));
        }
        return Vec::new();
    };
    let mut rules: Vec<Rule> = Vec::new();
    for item in items {
        let Some(rule) = rule::read_rule(reader, item, repeated) else {
            continue;
        };
        if let Some(first) = reader.first_of_id(&rule.id, rule.at.span) {
            let message = format!("another rule of this file has the id `{}` too", rule.id);
            let line = reader.line(first);
            let help = format!(
                "the other one is on line {line}; ids tell findings apart, so give each rule its own"
            );
            reader.warning("duplicate-id", rule.at.span, message, Some(help));
        }
        reader.leave_rule();
        rules.push(rule);
    }
    rules
}

fn yaml_help(text: &str, span: Span, message: &str) -> Option<String> {
    if message.ends_with(" tab") {
        return Some("indent with spaces; YAML takes no tabs".to_owned());
    }
    let before = text.get(..span.start as usize)?;
    let line = text
        .get(before.rfind('\n').map_or(0, |at| at + 1)..)?
        .lines()
        .next()?;
    if line.starts_with('\t') || line.trim_start_matches(' ').starts_with('\t') {
        return Some("indent with spaces; YAML takes no tabs".to_owned());
    }
    let value = line.split_once(": ").map(|(_, value)| value.trim_start())?;
    (value.contains(": ") || value.starts_with(['%', '@', '`', '{', '[', '&', '*', '!', '"', '\'']))
        .then(|| "quote the text, or put it below a `|`".to_owned())
}
