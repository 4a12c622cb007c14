//! What reading has in common: noting problems, and the plain kinds of values.

use std::sync::Arc;

use runward_syntax::{Language, Lines, Span};
use rustc_hash::FxHashMap;

use super::keys::Keys;
use super::{Limits, RuleFile};
use crate::suggest::nearest;
use crate::yaml::{Entry, Node};
use crate::{Problem, ProblemKind, Rule, RuleId, Source, Text};

/// Something could not be read; the problem is noted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bad;

pub(crate) type Read<T> = Result<T, Bad>;

pub(crate) struct Reader<'s> {
    source: &'s Arc<Source>,
    limits: &'s Limits,
    problems: Vec<Problem>,
    untold: usize,
    errors: usize,
    ids: FxHashMap<RuleId, Span>,
    rule: Option<RuleId>,
    lines: Option<Lines>,
    /// The metavariables of conditions, and where.
    uses: Vec<(String, Span)>,
    /// The language that patterns are in, so far as known.
    pub(crate) language: Option<Language>,
}

impl<'s> Reader<'s> {
    pub(crate) fn new(source: &'s Arc<Source>, limits: &'s Limits) -> Self {
        Self {
            source,
            limits,
            problems: Vec::new(),
            untold: 0,
            errors: 0,
            ids: FxHashMap::default(),
            rule: None,
            lines: None,
            uses: Vec::new(),
            language: None,
        }
    }

    pub(crate) fn finish(mut self, rules: Vec<Rule>) -> RuleFile {
        if self.untold > 0 {
            self.rule = None;
            let message = format!("{} more problems are not told", self.untold);
            self.problems.push(self.problem(
                ProblemKind::Warning,
                "too-many",
                Span::default(),
                message,
                None,
            ));
        }
        let problems = self.problems;
        RuleFile { rules, problems }
    }

    fn problem(
        &self,
        kind: ProblemKind,
        code: &'static str,
        span: Span,
        message: String,
        help: Option<String>,
    ) -> Problem {
        let (rule, source) = (self.rule.clone(), Arc::clone(self.source));
        Problem {
            kind,
            code,
            rule,
            message,
            source,
            span,
            help,
        }
    }

    fn note(&mut self, problem: Problem) {
        self.errors += usize::from(problem.kind == ProblemKind::Error);
        // Errors are told first, so that a flood of warnings hides none.
        if self.problems.len() < self.limits.problems
            || problem.kind == ProblemKind::Error && self.problems.len() < 2 * self.limits.problems
        {
            self.problems.push(problem);
        } else {
            self.untold += 1;
        }
    }

    pub(crate) fn error(
        &mut self,
        code: &'static str,
        span: Span,
        message: String,
        help: Option<String>,
    ) -> Bad {
        let problem = self.problem(ProblemKind::Error, code, span, message, help);
        self.note(problem);
        Bad
    }

    /// An error that is counted and not told.
    fn untold_error(&mut self) -> Bad {
        self.errors += 1;
        self.untold += 1;
        Bad
    }

    pub(crate) fn warning(
        &mut self,
        code: &'static str,
        span: Span,
        message: String,
        help: Option<String>,
    ) {
        let problem = self.problem(ProblemKind::Warning, code, span, message, help);
        self.note(problem);
    }

    pub(crate) fn refused(
        &mut self,
        code: &'static str,
        span: Span,
        message: String,
        help: Option<String>,
    ) {
        let problem = self.problem(ProblemKind::Refused, code, span, message, help);
        self.note(problem);
    }

    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    pub(crate) fn enter_rule(&mut self, id: &str) -> RuleId {
        let id: RuleId = id.into();
        self.rule = Some(Arc::clone(&id));
        id
    }

    pub(crate) fn leave_rule(&mut self) {
        self.rule = None;
        self.uses.clear();
        self.language = None;
    }

    pub(crate) fn use_metavar(&mut self, name: &str, span: Span) {
        self.uses.push((name.to_owned(), span));
    }

    /// Where the conditions of this rule name each metavariable.
    pub(crate) fn uses(&self) -> &[(String, Span)] {
        &self.uses
    }

    /// Where another rule has this id already.
    pub(crate) fn first_of_id(&mut self, id: &RuleId, span: Span) -> Option<Span> {
        let first = self.ids.get(id).copied();
        if first.is_none() {
            self.ids.insert(Arc::clone(id), span);
        }
        first
    }

    pub(crate) fn line(&mut self, span: Span) -> u32 {
        let source = self.source;
        let lines = self.lines.get_or_insert_with(|| Lines::new(&source.text));
        lines.line(span.start)
    }

    /// Nothing more is told, so that looking for suggestions is in vain.
    pub(crate) fn is_full(&self) -> bool {
        self.problems.len() >= self.limits.problems
    }

    pub(crate) fn unknown_top_level(&mut self, entry: &Entry<'_>) {
        let message = format!("`{}` is no key of a rule file", entry.key);
        let help = match nearest(&entry.key, ["rules"]) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "a rule file has the one key `rules`".to_owned(),
        };
        self.warning("unknown-key", entry.key_span, message, Some(help));
    }

    /// What is left in a mapping is an error.
    pub(crate) fn no_more(&mut self, keys: &Keys<'_, '_>, what: &str, known: &[&str]) -> Read<()> {
        let mut read = Ok(());
        for entry in keys.left() {
            if self.is_full() {
                return Err(self.untold_error());
            }
            let message = format!("`{}` is no key of {what}", entry.key);
            let help = match nearest(&entry.key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its keys are {}", list(known)),
            };
            read = Err(self.error("unknown-key", entry.key_span, message, Some(help)));
        }
        read
    }

    pub(crate) fn keys<'n, 'a>(&mut self, node: &'n Node<'a>, what: &str) -> Read<Keys<'n, 'a>> {
        match node.entries() {
            Some(entries) => Ok(Keys::new(node.span, entries)),
            None => Err(self.wrong(node, what, "a mapping of keys to values")),
        }
    }

    pub(crate) fn wrong(&mut self, node: &Node<'_>, what: &str, wanted: &str) -> Bad {
        let message = format!("{what} must be {wanted}, not {}", node.describe());
        let help = (wanted.contains("text") && node.as_bool().is_some())
            .then(|| "put it in quotes if the text is meant".to_owned());
        self.error("wrong-type", node.span, message, help)
    }

    pub(crate) fn missing(
        &mut self,
        keys: &Keys<'_, '_>,
        what: &str,
        key: &str,
        known: &[&str],
    ) -> Bad {
        let near = keys.left().iter().take(100).find(|entry| {
            !known.contains(&entry.key.as_ref()) && nearest(&entry.key, [key]).is_some()
        });
        let (span, help) = match near {
            Some(entry) => (
                entry.key_span,
                Some(format!(
                    "`{}` stands here; did you mean `{key}`?",
                    entry.key
                )),
            ),
            None => (keys.start(), None),
        };
        self.error("missing-key", span, format!("{what} has no `{key}`"), help)
    }

    pub(crate) fn text(&mut self, entry: &Entry<'_>) -> Read<Text> {
        self.text_of(&entry.node, &format!("`{}`", entry.key))
    }

    pub(crate) fn text_of(&mut self, node: &Node<'_>, what: &str) -> Read<Text> {
        match node.text() {
            Some(text) => Ok(self.at(node.span, text)),
            None => Err(self.wrong(node, what, "a text")),
        }
    }

    pub(crate) fn at(&self, span: Span, text: &str) -> Text {
        Text {
            text: text.to_owned(),
            source: Arc::clone(self.source),
            span,
        }
    }

    pub(crate) fn boolean(&mut self, entry: &Entry<'_>) -> Read<bool> {
        match entry
            .node
            .as_bool()
            .or_else(|| entry.node.text().and_then(|text| text.parse().ok()))
        {
            Some(value) => Ok(value),
            None => Err(self.wrong(&entry.node, &format!("`{}`", entry.key), "true or false")),
        }
    }

    pub(crate) fn number(&mut self, entry: &Entry<'_>) -> Read<u32> {
        match entry.node.text().and_then(|text| text.parse().ok()) {
            Some(value) => Ok(value),
            None => Err(self.wrong(&entry.node, &format!("`{}`", entry.key), "a whole number")),
        }
    }

    pub(crate) fn items<'n, 'a>(&mut self, entry: &'n Entry<'a>) -> Read<&'n [Node<'a>]> {
        if let Some(items) = entry.node.items() {
            Ok(items)
        } else {
            let help = "begin each of its items with a hyphen".to_owned();
            let message = format!(
                "`{}` must be a list, not {}",
                entry.key,
                entry.node.describe()
            );
            Err(self.error(
                "wrong-type",
                spot(&entry.node, entry.key_span),
                message,
                Some(help),
            ))
        }
    }

    pub(crate) fn texts(&mut self, entry: &Entry<'_>) -> Read<Vec<Text>> {
        let what = format!("an item of `{}`", entry.key);
        self.items(entry)?
            .iter()
            .map(|item| self.text_of(item, &what))
            .collect()
    }

    /// One text or a list of them.
    pub(crate) fn one_or_more(&mut self, entry: &Entry<'_>) -> Read<Vec<Text>> {
        if entry.node.items().is_some() {
            self.texts(entry)
        } else {
            Ok(vec![self.text(entry)?])
        }
    }

    pub(crate) fn language(&mut self, name: &Text) -> Read<Language> {
        if let Some(language) = Language::from_name(&name.text) {
            return Ok(language);
        }
        let help = match nearest(&name.text, Language::names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "see `runward rules languages` for the names".to_owned(),
        };
        let message = format!("`{}` is no language that rules know", name.text);
        Err(self.error("unknown-language", name.span, message, Some(help)))
    }
}

/// A place to show: the value, or its key where the value is nothing or begins on another line.
pub(crate) fn spot(node: &Node<'_>, key: Span) -> Span {
    if node.is_null() || node.items().is_some() || node.entries().is_some() {
        key
    } else {
        node.span
    }
}

/// "`a`, `b` and `c`".
pub(crate) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
