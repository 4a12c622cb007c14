//! Rules made ready to run.

use std::{collections::BTreeMap, sync::Arc};

use runward_generic::Regex;
use runward_match::{CompiledFormula, Compiler};
use runward_rules::{Fix, Mode, Problem, ProblemKind, Rule, Source, Text};
use runward_syntax::{Language, Span, Vocabulary};
use runward_taint::CompiledTaint;

use crate::{
    cache::Digest,
    globs::PathFilters,
    languages::{FRONTENDS, frontend},
    metadata::About,
    prefilter::Prefilter,
};

/// A rule with what was made of it.
#[derive(Debug)]
pub struct ReadyRule {
    pub rule: Rule,
    pub about: About,
    /// The place of its filter.
    pub(crate) paths: Option<usize>,
    /// The regular expression of a `fix-regex`.
    pub(crate) fix_regex: Option<Regex>,
}

/// A rule in one of its languages.
#[derive(Debug)]
pub(crate) struct Search {
    /// Its place among the rules.
    pub(crate) rule: usize,
    pub(crate) how: How,
}

#[derive(Debug)]
pub(crate) enum How {
    Formula(CompiledFormula),
    Taint(Box<CompiledTaint>),
}

impl Search {
    /// Whether only the text of a file is searched.
    pub(crate) fn is_textual(&self) -> bool {
        match &self.how {
            How::Formula(formula) => formula.is_textual(),
            How::Taint(_) => false,
        }
    }
}

/// The rules of one language.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) language: Language,
    pub(crate) searches: Vec<Search>,
    pub(crate) prefilter: Prefilter,
}

/// All rules of a run.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<ReadyRule>,
    paths: PathFilters,
    pub(crate) sections: Vec<Section>,
    pub(crate) vocabulary: Arc<Vocabulary>,
    digest: Digest,
}

impl RuleSet {
    /// Makes rules ready. A rule that cannot be run is left out and told.
    #[must_use]
    pub fn new(rules: Vec<Rule>) -> (Self, Vec<Problem>) {
        let mut compiler = Compiler::new(FRONTENDS);
        let mut problems = Vec::new();
        let mut ready: Vec<ReadyRule> = Vec::new();
        let mut found: BTreeMap<Language, Vec<Search>> = BTreeMap::new();
        let digest = digest(&rules);
        let mut filters = PathFilters::default();
        for rule in rules {
            let place = ready.len();
            match make_ready(&rule, &mut compiler, &mut filters) {
                Ok((paths, fix_regex, searches)) => {
                    for (language, how) in searches {
                        found
                            .entry(language)
                            .or_default()
                            .push(Search { rule: place, how });
                    }
                    ready.push(ReadyRule {
                        about: About::of(&rule),
                        rule,
                        paths,
                        fix_regex,
                    });
                }
                Err(problem) => problems.push(*problem),
            }
        }
        let vocabulary = compiler.finish();
        let sections = found
            .into_iter()
            .map(|(language, searches)| Section::new(language, searches))
            .collect();
        let set = Self {
            rules: ready,
            paths: filters,
            sections,
            vocabulary,
            digest,
        };
        (set, problems)
    }

    #[must_use]
    pub fn rules(&self) -> &[ReadyRule] {
        &self.rules
    }

    /// What identifies these rules to a cache.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// By the place of a filter: whether it lets a path pass.
    pub(crate) fn allowed(&self, path: &str) -> Vec<bool> {
        self.paths.allow(path)
    }

    /// The places of a section's searches whose rules look at a path.
    pub(crate) fn asked(&self, section: &Section, allowed: &[bool]) -> Vec<usize> {
        section
            .searches
            .iter()
            .enumerate()
            .filter(|(_, search)| {
                let filter = self.rules.get(search.rule).and_then(|ready| ready.paths);
                filter.is_none_or(|place| allowed.get(place).copied().unwrap_or(true))
            })
            .map(|(place, _)| place)
            .collect()
    }

    /// The rules of a language.
    pub(crate) fn section(&self, language: Language) -> Option<&Section> {
        self.sections
            .iter()
            .find(|section| section.language == language)
    }
}

impl Section {
    fn new(language: Language, searches: Vec<Search>) -> Self {
        let requirements: Vec<_> = searches
            .iter()
            .map(|search| match &search.how {
                How::Formula(formula) => formula.required().clone(),
                How::Taint(taint) => taint.required().clone(),
            })
            .collect();
        Self {
            language,
            searches,
            prefilter: Prefilter::new(&requirements),
        }
    }
}

type Ready = (Option<usize>, Option<Regex>, Vec<(Language, How)>);

fn make_ready(
    rule: &Rule,
    compiler: &mut Compiler<'_>,
    filters: &mut PathFilters,
) -> Result<Ready, Box<Problem>> {
    let paths = filters
        .add(&rule.paths)
        .map_err(|bad| problem(rule, "glob", bad.message, &bad.at, None))?;
    let fix_regex = match &rule.fix {
        Some(Fix::Regex(fix)) => Some(Regex::compile(&fix.regex.text).map_err(|error| {
            problem(
                rule,
                "regex",
                error.message.clone(),
                &fix.regex,
                Some(error.span),
            )
        })?),
        _ => None,
    };
    if let Mode::Taint(spec) = &rule.mode {
        if let Some(sink) = spec.sinks.iter().find(|sink| sink.at_exit) {
            let what = "sinks with `at-exit` are not run";
            let help = "name the sink without `at-exit`, or leave the rule to Semgrep";
            return Err(refused(
                rule,
                "at-exit",
                what.to_owned(),
                &sink.part.at,
                help,
            ));
        }
        let no_grammar = |of: &&Language| of.is_supported() && frontend(**of).is_none();
        if let Some(language) = rule.languages.iter().find(no_grammar) {
            let what = format!("values cannot be followed in `{language}`, which has no grammar");
            let help = "write it with `mode: search`, or for languages with a grammar";
            return Err(refused(rule, "taint-language", what, &rule.at, help));
        }
    }
    let supported: Vec<Language> = rule
        .languages
        .iter()
        .copied()
        .filter(|language| language.is_supported())
        .collect();
    let mut searches = Vec::new();
    for language in supported {
        let made = match &rule.mode {
            Mode::Search(formula) => compiler
                .formula(formula, language, &rule.options)
                .map(How::Formula),
            Mode::Taint(spec) => runward_taint::compile(compiler, spec, language, &rule.options)
                .map(|taint| How::Taint(Box::new(taint))),
        };
        let how = made.map_err(|error| {
            problem(
                rule,
                "pattern",
                error.message.clone(),
                &error.at,
                error.offset,
            )
        })?;
        searches.push((language, how));
    }
    Ok((paths, fix_regex, searches))
}

#[expect(
    clippy::unnecessary_box_returns,
    reason = "the error of `make_ready`, far larger than what it makes"
)]
fn refused(
    rule: &Rule,
    code: &'static str,
    message: String,
    at: &Text,
    help: &str,
) -> Box<Problem> {
    Box::new(Problem {
        kind: ProblemKind::Refused,
        help: Some(help.to_owned()),
        ..*problem(rule, code, message, at, None)
    })
}

#[expect(
    clippy::unnecessary_box_returns,
    reason = "the error of `make_ready`, far larger than what it makes"
)]
fn problem(
    rule: &Rule,
    code: &'static str,
    message: String,
    at: &Text,
    inner: Option<Span>,
) -> Box<Problem> {
    Box::new(Problem {
        kind: ProblemKind::Error,
        code,
        rule: Some(Arc::clone(&rule.id)),
        message,
        source: Arc::clone(&at.source),
        span: within(at, inner),
        help: None,
    })
}

/// A place inside a text, as a place in its file: exact where the text stands there as it is, the
/// whole text where quotes or indentation changed it.
fn within(at: &Text, inner: Option<Span>) -> Span {
    let Some(inner) = inner else { return at.span };
    let written = at.span.text(&at.source.text);
    match written.find(at.text.as_str()) {
        Some(offset) => {
            let start = at
                .span
                .start
                .saturating_add(u32::try_from(offset).unwrap_or(0));
            Span::new(
                start.saturating_add(inner.start),
                start.saturating_add(inner.end),
            )
        }
        None => at.span,
    }
}

/// The rules by their names and places, each file by what it says, and the version that reads them.
fn digest(rules: &[Rule]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    let mut part = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    part(env!("CARGO_PKG_VERSION").as_bytes());
    let mut last: Option<&Arc<Source>> = None;
    for rule in rules {
        let source = &rule.at.source;
        if last.is_none_or(|last| !Arc::ptr_eq(last, source)) {
            part(source.text.as_bytes());
            last = Some(source);
        }
        part(rule.id.as_bytes());
        part(&rule.at.span.start.to_le_bytes());
    }
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_would_be_run_in_part_is_refused_aloud() {
        let text = "rules:\n- id: leak\n  message: m\n  severity: HIGH\n  languages: [python]\n  \
                    mode: taint\n  pattern-sources: [{pattern: a()}]\n  \
                    pattern-sinks: [{pattern: b(), at-exit: true}]\n";
        let file = runward_rules::read("r.yaml", text);
        let (set, problems) = RuleSet::new(file.rules);
        assert!(set.rules().is_empty());
        assert_eq!(
            (problems[0].kind, problems[0].code),
            (ProblemKind::Refused, "at-exit")
        );
        assert_eq!(problems[0].position().line, 8);
    }
}
