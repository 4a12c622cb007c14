//! The engines that run an expression.

use std::sync::OnceLock;

use fancy_regex::RegexInput;
use regex_automata::meta;
use regex_automata::{Anchored, Input};
use runward_syntax::Span;

use super::Captures;
use super::emit::{Dialect, emit};
use super::syntax::{Assert, Node};
use crate::SearchError;

/// The compiled size of one expression.
const MAX_COMPILED: usize = 32 << 20;
/// Steps back of one search; PCRE as Semgrep uses it stops at a million for each beginning.
const MAX_STEPS: usize = 5_000_000;

/// An expression and its engines, each built when it is first needed.
#[derive(Debug)]
pub(super) struct Engines {
    node: Node,
    needs_backtracking: bool,
    /// `\Z` or `$` without the flag `m`: the plain engine is right unless the text ends in a line
    /// feed.
    has_last_line_end: bool,
    has_line_start: bool,
    plain: OnceLock<Option<meta::Regex>>,
    /// Skips to where a match can begin.
    relaxed: OnceLock<Option<meta::Regex>>,
    fancy: OnceLock<Option<fancy_regex::Regex>>,
    fancy_exact: OnceLock<Option<fancy_regex::Regex>>,
}

impl Engines {
    pub(super) fn new(node: Node) -> Self {
        Self {
            needs_backtracking: node.needs_backtracking(),
            has_last_line_end: node.has_assertion(&[Assert::LastLineEnd]),
            has_line_start: node.has_assertion(&[Assert::LineStart]),
            node,
            plain: OnceLock::new(),
            relaxed: OnceLock::new(),
            fancy: OnceLock::new(),
            fancy_exact: OnceLock::new(),
        }
    }

    pub(super) fn build(&self) -> Result<(), String> {
        if self.needs_backtracking {
            return match build_fancy(&self.node, Dialect::FancyExact) {
                Ok(_) => Ok(()),
                Err(error) => Err(error.to_string().to_lowercase()),
            };
        }
        if self.plain().is_some() {
            return Ok(());
        }
        Err("it is too large when compiled; use smaller repetitions".to_owned())
    }

    fn plain(&self) -> Option<&meta::Regex> {
        self.plain
            .get_or_init(|| build_plain(&self.node, Dialect::Plain))
            .as_ref()
    }

    fn relaxed(&self) -> Option<&meta::Regex> {
        self.relaxed
            .get_or_init(|| build_plain(&self.node, Dialect::Relaxed))
            .as_ref()
    }

    fn fancy(&self, source: &str) -> Result<&fancy_regex::Regex, SearchError> {
        let (cell, dialect) = if source.is_ascii() {
            (&self.fancy, Dialect::Fancy)
        } else {
            (&self.fancy_exact, Dialect::FancyExact)
        };
        cell.get_or_init(|| build_fancy(&self.node, dialect).ok())
            .as_ref()
            .ok_or(SearchError::Expression)
    }

    /// The plain engine, if it gives the right answer on this text.
    fn plain_for(&self, source: &str) -> Result<Option<&meta::Regex>, SearchError> {
        if u32::try_from(source.len()).is_err() {
            return Err(SearchError::Size);
        }
        if self.needs_backtracking || (self.has_last_line_end && source.ends_with('\n')) {
            return Ok(None);
        }
        self.plain().map(Some).ok_or(SearchError::Expression)
    }

    /// Calls back with each match until that returns false.
    pub(super) fn find(
        &self,
        source: &str,
        each: &mut dyn FnMut(Captures) -> bool,
    ) -> Result<(), SearchError> {
        // `^` does not stand after a line feed that ends the text.
        let at_end = source.len();
        let forbids_end = self.has_line_start && source.ends_with('\n');
        let mut each = |captures: Captures| {
            let is_at_end = captures.span().start as usize == at_end;
            (forbids_end && is_at_end) || each(captures)
        };
        let Some(regex) = self.plain_for(source)? else {
            return self.find_fancy(source, &mut each);
        };
        if regex.captures_len() == 1 {
            for found in regex.find_iter(source) {
                if !each(whole(found.start(), found.end())) {
                    break;
                }
            }
        } else {
            for found in regex.captures_iter(source) {
                if !each(groups(&found)) {
                    break;
                }
            }
        }
        Ok(())
    }

    fn find_fancy(
        &self,
        source: &str,
        each: &mut dyn FnMut(Captures) -> bool,
    ) -> Result<(), SearchError> {
        let relaxed = self.relaxed();
        let mut from = 0;
        // Before anything is built: most texts have nothing.
        if relaxed.is_some_and(|relaxed| !relaxed.is_match(source)) {
            return Ok(());
        }
        let regex = self.fancy(source)?;
        while from <= source.len() {
            if let Some(relaxed) = relaxed {
                let Some(found) = relaxed.search(&Input::new(source).range(from..)) else {
                    break;
                };
                from = found.start();
            }
            let found = regex
                .captures_from_pos(source, from)
                .map_err(|_| SearchError::Steps)?;
            let Some(found) = found else { break };
            let captures = fancy_groups(&found);
            let span = captures.span().range();
            // `\K` can move the beginning; an empty match must not stand still.
            from = if span.end > from && !span.is_empty() {
                span.end
            } else {
                let next = source
                    .get(span.end.max(from)..)
                    .and_then(|rest| rest.chars().next());
                span.end.max(from) + next.map_or(1, char::len_utf8)
            };
            if !each(captures) {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn find_at_start(&self, source: &str) -> Result<Option<Captures>, SearchError> {
        if let Some(regex) = self.plain_for(source)? {
            let mut captures = regex.create_captures();
            regex.search_captures(&Input::new(source).anchored(Anchored::Yes), &mut captures);
            return Ok(captures.is_match().then(|| groups(&captures)));
        }
        if self.cannot_begin(source) {
            return Ok(None);
        }
        let input = RegexInput::new(source).anchored(true);
        let found = self
            .fancy(source)?
            .captures_input(input)
            .map_err(|_| SearchError::Steps)?;
        Ok(found.map(|found| fancy_groups(&found)))
    }

    /// As [`Self::find_at_start`] without what the groups hold, which takes most of the time.
    pub(super) fn is_match_at_start(&self, source: &str) -> Result<bool, SearchError> {
        match self.plain_for(source)? {
            Some(regex) => Ok(regex.is_match(Input::new(source).anchored(Anchored::Yes))),
            None => Ok(self.find_at_start(source)?.is_some()),
        }
    }

    fn cannot_begin(&self, source: &str) -> bool {
        let at_start = || Input::new(source).anchored(Anchored::Yes);
        self.relaxed()
            .is_some_and(|relaxed| !relaxed.is_match(at_start()))
    }
}

fn span(start: usize, end: usize) -> Span {
    Span::new(
        u32::try_from(start).unwrap_or(u32::MAX),
        u32::try_from(end).unwrap_or(u32::MAX),
    )
}

fn whole(start: usize, end: usize) -> Captures {
    Captures {
        groups: vec![Some(span(start, end))],
    }
}

fn groups(found: &regex_automata::util::captures::Captures) -> Captures {
    let groups = found
        .iter()
        .map(|group| group.map(|group| span(group.start, group.end)));
    Captures {
        groups: groups.collect(),
    }
}

fn fancy_groups(found: &fancy_regex::Captures<'_, str>) -> Captures {
    let groups = found
        .iter()
        .map(|group| group.map(|group| span(group.start(), group.end())));
    Captures {
        groups: groups.collect(),
    }
}

fn build_plain(node: &Node, dialect: Dialect) -> Option<meta::Regex> {
    let config = meta::Config::new()
        .nfa_size_limit(Some(MAX_COMPILED))
        .onepass(false);
    meta::Builder::new()
        .configure(config)
        .build(&emit(node, dialect))
        .ok()
}

fn build_fancy(node: &Node, dialect: Dialect) -> Result<fancy_regex::Regex, fancy_regex::Error> {
    fancy_regex::RegexBuilder::new(&emit(node, dialect))
        .backtrack_limit(MAX_STEPS)
        .delegate_size_limit(MAX_COMPILED)
        .build()
}
