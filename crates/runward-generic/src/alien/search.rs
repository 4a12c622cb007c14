//! Finds a pattern in a text.

use runward_syntax::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use super::pattern::{Alphabet, Pattern, Step};
use crate::{GenericMatch, SearchError};

/// Characters looked at in one search.
const MAX_STEPS: u64 = 20_000_000;
const MAX_NESTING: usize = 500;

struct Search<'p, 's> {
    pattern: &'p Pattern,
    source: &'s str,
    bound: Vec<(usize, Span)>,
    /// Steps and places that were tried in vain, where no name is used twice.
    failed: FxHashSet<(u32, u32)>,
    /// Where the bracket at a place is closed, with and without line ends in between.
    closed: FxHashMap<(u32, bool), Option<u32>>,
    steps: u64,
}

/// The search was given up.
struct Exhausted;

type Outcome<T> = Result<Option<T>, Exhausted>;

impl Pattern {
    pub(crate) fn search(&self, source: &str) -> Result<Vec<GenericMatch>, SearchError> {
        if u32::try_from(source.len()).is_err() {
            return Err(SearchError::Size);
        }
        let mut search = Search {
            pattern: self,
            source,
            bound: Vec::new(),
            failed: FxHashSet::default(),
            closed: FxHashMap::default(),
            steps: 0,
        };
        search.all().map_err(|Exhausted| SearchError::Steps)
    }
}

impl Search<'_, '_> {
    fn all(&mut self) -> Result<Vec<GenericMatch>, Exhausted> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(start) = self.next_start(from) {
            self.bound.clear();
            let next = start + self.char(start).map_or(1, char::len_utf8);
            match self.run(0, start)? {
                Some(end) => {
                    let mut bindings: Vec<_> = self
                        .bound
                        .iter()
                        .map(|(name, span)| {
                            (
                                self.pattern.names.get(*name).cloned().unwrap_or_default(),
                                *span,
                            )
                        })
                        .collect();
                    bindings.sort();
                    found.push(GenericMatch {
                        span: span(start, end),
                        bindings,
                    });
                    from = if end > start { end } else { next };
                }
                None => from = next,
            }
        }
        Ok(found)
    }

    /// The next place where the first step can hold.
    fn next_start(&self, from: usize) -> Option<usize> {
        let rest = self.source.get(from..)?;
        match self.pattern.steps.first() {
            Some(Step::Word(word)) if !self.pattern.alphabet.caseless => {
                rest.find(word.as_str()).map(|at| from + at)
            }
            Some(Step::Char(char)) if !self.pattern.alphabet.caseless => {
                rest.find(*char).map(|at| from + at)
            }
            Some(Step::TextStart) => (from == 0).then_some(0),
            _ => Some(from),
        }
    }

    fn char(&self, at: usize) -> Option<char> {
        let byte = *self.source.as_bytes().get(at)?;
        if byte.is_ascii() {
            return Some(char::from(byte));
        }
        self.source.get(at..)?.chars().next()
    }

    fn char_before(&self, at: usize) -> Option<char> {
        self.source.get(..at)?.chars().next_back()
    }

    fn is_word_at(&self, at: usize) -> bool {
        self.char(at)
            .is_some_and(|char| self.pattern.alphabet.is_word(char))
    }

    fn is_word_before(&self, at: usize) -> bool {
        self.char_before(at)
            .is_some_and(|char| self.pattern.alphabet.is_word(char))
    }

    fn space(&mut self, mut at: usize, with_lines: bool) -> usize {
        while let Some(char) = self.char(at).filter(|c| Alphabet::is_space(*c, with_lines)) {
            at += char.len_utf8();
            self.steps += 1;
        }
        at
    }

    /// The end of a match of the steps from one on, from a place on.
    fn run(&mut self, mut step: usize, mut at: usize) -> Outcome<usize> {
        let pattern = self.pattern;
        let first = step;
        loop {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return Err(Exhausted);
            }
            let Some(wanted) = pattern.steps.get(step) else {
                return Ok(Some(at));
            };
            if step > first {
                at = self.space(at, pattern.alphabet.multiline);
            }
            if let Step::Ellipsis {
                name,
                long,
                around,
                until,
            } = wanted
            {
                return match (*name, self.bound_to(*name)) {
                    (Some(_), Some(known)) => match self.repeated(known, at, false) {
                        Some(end) => self.after(step + 1, end),
                        None => Ok(None),
                    },
                    (name, _) => self.ellipsis(step, at, name, (*long, *around), *until),
                };
            }
            let Some(next) = self.one(wanted, at) else {
                return Ok(None);
            };
            at = next;
            step += 1;
        }
    }

    /// The steps behind one that was matched up to a place.
    fn after(&mut self, step: usize, at: usize) -> Outcome<usize> {
        if step >= self.pattern.steps.len() {
            return Ok(Some(at));
        }
        let key = (
            u32::try_from(step).unwrap_or(u32::MAX),
            u32::try_from(at).unwrap_or(u32::MAX),
        );
        let remember = !self.pattern.has_repeated;
        if remember && self.failed.contains(&key) {
            return Ok(None);
        }
        let start = self.space(at, self.pattern.alphabet.multiline);
        let mark = self.bound.len();
        let found = self.run(step, start)?;
        if found.is_none() {
            self.bound.truncate(mark);
            if remember {
                self.failed.insert(key);
            }
        }
        Ok(found)
    }

    fn one(&mut self, wanted: &Step, at: usize) -> Option<usize> {
        match wanted {
            Step::Word(word) => {
                let end = at + word.len();
                let text = self.source.get(at..end);
                let is_same = text.is_some_and(|text| self.same(text, word));
                (is_same && !self.is_word_before(at) && !self.is_word_at(end)).then_some(end)
            }
            Step::Char(wanted) => {
                let char = self.char(at);
                let is_same = char.is_some_and(|char| {
                    char == *wanted
                        || (self.pattern.alphabet.caseless
                            && char.to_lowercase().eq(wanted.to_lowercase()))
                });
                char.filter(|_| is_same).map(|char| at + char.len_utf8())
            }
            Step::LineEnd => {
                let rest = self.source.get(at..).unwrap_or_default();
                if rest.starts_with("\r\n") {
                    Some(at + 2)
                } else {
                    rest.starts_with('\n').then_some(at + 1)
                }
            }
            Step::Metavar(name) => {
                if let Some(known) = self.bound_to(Some(*name)) {
                    self.repeated(known, at, true)
                } else {
                    let end = self.word(at);
                    if let Some(end) = end {
                        self.bound.push((*name, span(at, end)));
                    }
                    end
                }
            }
            Step::TextStart => (at == 0).then_some(at),
            Step::TextEnd => (at == self.source.len()).then_some(at),
            Step::LineStart => (at == 0 || self.char_before(at) == Some('\n')).then_some(at),
            Step::AtLineEnd => {
                let rest = self.source.get(at..).unwrap_or_default();
                let is_end = rest.is_empty() || rest.starts_with('\n') || rest.starts_with("\r\n");
                is_end.then_some(at)
            }
            Step::Ellipsis { .. } => None,
        }
    }

    fn same(&self, one: &str, other: &str) -> bool {
        one == other
            || (self.pattern.alphabet.caseless
                && one
                    .chars()
                    .flat_map(char::to_lowercase)
                    .eq(other.chars().flat_map(char::to_lowercase)))
    }

    fn bound_to(&self, name: Option<usize>) -> Option<Span> {
        self.bound
            .iter()
            .find(|(known, _)| Some(*known) == name)
            .map(|(_, span)| *span)
    }

    /// What was bound before, once more, not within a word.
    fn repeated(&self, known: Span, at: usize, whole_word: bool) -> Option<usize> {
        let text = known.text(self.source);
        let end = at + text.len();
        let here = self.source.get(at..end)?;
        let free = |at: usize| !(self.is_word_before(at) && self.is_word_at(at));
        let bounded = if whole_word {
            !self.is_word_before(at) && !self.is_word_at(end)
        } else {
            free(at) && free(end)
        };
        (bounded && self.same(here, text)).then_some(end)
    }

    /// An ellipsis takes as few nodes as the rest of the pattern allows.
    fn ellipsis(
        &mut self,
        step: usize,
        at: usize,
        name: Option<usize>,
        (long, around): (bool, bool),
        until: Option<char>,
    ) -> Outcome<usize> {
        // `....` may begin and end with a line end, which belongs to what it takes.
        let starts = [
            Some(at),
            (around && self.char(at) == Some('\n')).then(|| self.space(at + 1, true)),
        ];
        for start in starts.into_iter().flatten() {
            let mut end = start;
            let mut is_first = true;
            loop {
                if let Some(found) = self.bind_and_go(step, name, at, end)? {
                    return Ok(Some(found));
                }
                let padded = if around { self.space(end, true) } else { end };
                if padded > end
                    && self
                        .source
                        .get(end..padded)
                        .is_some_and(|space| space.ends_with('\n'))
                    && let Some(found) = self.bind_and_go(step, name, at, padded)?
                {
                    return Ok(Some(found));
                }
                let next = if is_first { end } else { self.space(end, long) };
                is_first = false;
                if until.is_some() && self.char(next) == until {
                    break;
                }
                let Some(after) = self.node(next, long, 0)? else {
                    break;
                };
                end = after;
            }
        }
        Ok(None)
    }

    fn bind_and_go(
        &mut self,
        step: usize,
        name: Option<usize>,
        start: usize,
        end: usize,
    ) -> Outcome<usize> {
        let mark = self.bound.len();
        if let Some(name) = name {
            self.bound.push((name, span(start, end)));
        }
        let found = self.after(step + 1, end)?;
        if found.is_none() {
            self.bound.truncate(mark);
        }
        Ok(found)
    }

    fn word(&mut self, at: usize) -> Option<usize> {
        if self.is_word_before(at) {
            return None;
        }
        let mut end = at;
        while let Some(char) = self.char(end).filter(|c| self.pattern.alphabet.is_word(*c)) {
            end += char.len_utf8();
            self.steps += 1;
        }
        (end > at).then_some(end)
    }

    /// The end of the word, the brackets with their inside, or the character at a place.
    fn node(&mut self, at: usize, with_lines: bool, depth: usize) -> Outcome<usize> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(Exhausted);
        }
        let Some(char) = self.char(at) else {
            return Ok(None);
        };
        if self.pattern.alphabet.is_word(char) {
            return Ok(self.word(at));
        }
        if let Some(close) = self.pattern.alphabet.closer(char)
            && let Some(end) = self.bracket(at, close, with_lines, depth)?
        {
            return Ok(Some(end));
        }
        Ok((!Alphabet::is_space(char, true)).then(|| at + char.len_utf8()))
    }

    fn bracket(
        &mut self,
        at: usize,
        close: char,
        with_lines: bool,
        depth: usize,
    ) -> Outcome<usize> {
        let key = (u32::try_from(at).unwrap_or(u32::MAX), with_lines);
        if let Some(known) = self.closed.get(&key) {
            return Ok(known.map(|end| end as usize));
        }
        if depth >= MAX_NESTING {
            return Err(Exhausted);
        }
        let inside = at + self.char(at).map_or(1, char::len_utf8);
        let end = self.inside_bracket(inside, close, with_lines, depth)?;
        let narrow = end.and_then(|end| u32::try_from(end).ok());
        self.closed.insert(key, narrow);
        Ok(end)
    }

    fn inside_bracket(
        &mut self,
        inside: usize,
        close: char,
        with_lines: bool,
        depth: usize,
    ) -> Outcome<usize> {
        let after = |at: usize| at + close.len_utf8();
        if self.char(inside) == Some(close) {
            return Ok(Some(after(inside)));
        }
        let mut at = self.space(inside, with_lines);
        // As in the original, white space alone between brackets does not make them a pair.
        if self.char(at) == Some(close) {
            return Ok(None);
        }
        loop {
            let Some(end) = self.node(at, with_lines, depth + 1)? else {
                return Ok(None);
            };
            at = self.space(end, with_lines);
            if self.char(at) == Some(close) {
                return Ok(Some(after(at)));
            }
        }
    }
}

fn span(start: usize, end: usize) -> Span {
    Span::new(
        u32::try_from(start).unwrap_or(u32::MAX),
        u32::try_from(end).unwrap_or(u32::MAX),
    )
}
