//! From instructions to the tree.

use runward_syntax::{Builder, Flags, Kind, Op, Span, Symbol, SyntaxError};

use super::lines::{self, Heredoc, Line, is_keyword};
use super::text::Word;
use crate::bash;
use crate::metavar::{is_metavar, small, span, special};

/// The names of what no file can write. They are those of the reference.
pub(super) const CONCAT: &str = "!dockerfile_concat!";
pub(super) const EXPAND: &str = "!dockerfile_expand!";

const MAX_ERRORS: usize = 100;

/// The shell that runs commands; `SHELL` changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shell {
    Sh,
    /// A shell whose language is not read, by name.
    Other(String),
}

pub(super) struct Lowering<'s, 'b> {
    source: &'s str,
    pub(super) build: &'b mut Builder,
    pub(super) is_pattern: bool,
    depth: usize,
    shell: Shell,
}

impl<'s, 'b> Lowering<'s, 'b> {
    pub(super) fn new(
        source: &'s str,
        build: &'b mut Builder,
        is_pattern: bool,
        depth: usize,
    ) -> Self {
        Self {
            source,
            build,
            is_pattern,
            depth,
            shell: Shell::Sh,
        }
    }

    pub(super) fn file(&mut self) {
        for line in lines::read(self.source) {
            if self.build.is_full() {
                return;
            }
            self.statement(&line);
        }
    }

    /// One instruction. `ENV` is a block of definitions, `LABEL` one call for each label.
    fn statement(&mut self, line: &Line) {
        let place = span(line.start, line.end.max(line.start + line.keyword.len()));
        if self.is_pattern
            && let Some(kind) = special(&line.keyword)
        {
            self.build.leaf(kind, &line.keyword, place);
            return;
        }
        if !is_keyword(&line.keyword) {
            self.error(place, "this is no instruction of a Dockerfile");
            return;
        }
        match line.keyword.as_str() {
            "ENV" => self.env(line),
            "LABEL" => self.labels(line, place),
            _ => {
                self.build.open(Kind::ExprStmt, place);
                self.instruction(line, place);
                self.build.close();
            }
        }
    }

    pub(super) fn error(&mut self, span: Span, message: &str) {
        if self.build.errors.len() < MAX_ERRORS {
            self.build.errors.push(SyntaxError {
                span,
                message: message.to_owned(),
            });
        }
    }

    pub(super) fn call(&mut self, name: &str, place: Span, arguments: impl FnOnce(&mut Self)) {
        let start = Span::new(place.start, place.start);
        self.call_named(name, start, place, arguments);
    }

    pub(super) fn call_named(
        &mut self,
        name: &str,
        name_place: Span,
        place: Span,
        arguments: impl FnOnce(&mut Self),
    ) {
        self.build.open(Kind::Call, place);
        self.build.leaf(Kind::Name, name, name_place);
        self.build.open(Kind::Args, place);
        arguments(self);
        self.build.close();
        self.build.close();
    }

    /// An argument that a pattern may leave out.
    pub(super) fn optional(&mut self, name: &str, place: Span, value: impl FnOnce(&mut Self)) {
        self.build.open_with(
            Kind::Keyword,
            Op::None,
            Flags::OPTIONAL,
            Symbol::EMPTY,
            place,
        );
        let start = Span::new(
            place.start,
            place.start + small(name.len()).min(place.end - place.start),
        );
        self.build.leaf(Kind::Name, name, start);
        value(self);
        self.build.close();
    }

    /// `["a", "b"]` as a list; false, with nothing added, where the text is no such array.
    pub(super) fn array(&mut self, word: Word<'_>) -> bool {
        let Some(elements) = array_elements(word, self.is_pattern) else {
            return false;
        };
        self.build.open(Kind::List, word.span());
        for (element, text) in elements {
            self.array_element(element, text);
        }
        self.build.close();
        true
    }

    pub(super) fn array_element(&mut self, element: Word<'_>, text: Option<&str>) {
        if let Some(text) = text {
            self.build.leaf(Kind::Str, text, element.span())
        } else {
            let kind = special(element.text).unwrap_or(Kind::Str);
            self.build.leaf(kind, element.text, element.span())
        };
    }

    /// The text of a here-document.
    pub(super) fn heredoc(&mut self, heredoc: &Heredoc) {
        let text = self
            .source
            .get(heredoc.start..heredoc.end)
            .unwrap_or_default();
        self.build
            .leaf(Kind::Str, text, span(heredoc.start, heredoc.end));
    }

    /// The commands of `RUN` and others.
    pub(super) fn commands(&mut self, line: &Line, word: Word<'_>) {
        let word = word.trim();
        if self.is_pattern && matches!(special(word.text), Some(Kind::Dots | Kind::MetavarRest)) {
            self.string(word);
            return;
        }
        if self.array(word) {
            return;
        }
        if let Shell::Other(name) = self.shell.clone() {
            self.call(&format!("!dockerfile_{name}!"), word.span(), |this| {
                this.build.leaf(Kind::Str, word.text, word.span());
            });
            return;
        }
        let end = line
            .heredocs
            .last()
            .map_or(word.at + word.text.len(), |last| last.end);
        let place = span(word.at, end.max(word.at));
        self.call("!dockerfile_sh!", place, |this| {
            this.script(line, word, place);
        });
    }

    fn script(&mut self, line: &Line, word: Word<'_>, place: Span) {
        self.build.open(Kind::Block, place);
        let first = line.heredocs.first();
        if let Some(heredoc) = first
            .filter(|_| word.text.starts_with("<<") && !word.text.contains(char::is_whitespace))
        {
            // The here-document is the script.
            let text = self
                .source
                .get(heredoc.start..heredoc.end)
                .unwrap_or_default();
            self.shell_part(text, heredoc.start);
        } else if let (Some(_), Some(last)) = (first, line.heredocs.last()) {
            // The shell reads its here-documents itself: the lines up to the end of the last.
            let after = self.source.get(last.end..).unwrap_or_default();
            let end = last.end + after.find('\n').unwrap_or(after.len());
            let rest = self
                .source
                .get(word.at + word.text.len()..end)
                .unwrap_or_default();
            let text = format!("{}{rest}", word.text);
            self.shell_part(&text, word.at);
        } else if self.is_pattern {
            let text = bash::prepare(word.text);
            self.shell_part(&text, word.at);
        } else {
            self.shell_part(word.text, word.at);
        }
        self.build.close();
    }

    fn shell_part(&mut self, text: &str, base: usize) {
        let part = bash::Part {
            text,
            base,
            is_pattern: self.is_pattern,
            depth: self.depth,
        };
        if let Err(error) = bash::lower(&part, self.build) {
            self.error(span(base, base + text.len()), &error.to_string());
        }
    }

    pub(super) fn change_shell(&mut self, word: Word<'_>) {
        let first = array_elements(word, self.is_pattern)
            .and_then(|elements| elements.first().and_then(|(_, text)| *text));
        if let Some(name) = first {
            let is_sh = matches!(
                name,
                "/bin/sh" | "/bin/bash" | "sh" | "bash" | "/bin/ash" | "ash"
            ) || name.ends_with("/bash")
                || name.ends_with("/sh");
            self.shell = if is_sh {
                Shell::Sh
            } else {
                Shell::Other(name.to_owned())
            };
        }
    }

    fn env(&mut self, line: &Line) {
        let body = Word {
            text: &line.body,
            at: line.base,
        }
        .trim();
        let pairs = pairs(body, self.is_pattern);
        let place = match (pairs.first(), pairs.last()) {
            (Some(first), Some(last)) => Span::new(first.key.span().start, last.end()),
            _ => body.span(),
        };
        self.build.open(Kind::Block, place);
        for pair in pairs {
            let key = pair.key;
            if self.is_pattern && matches!(special(key.text), Some(Kind::Dots | Kind::MetavarRest))
            {
                self.string(key);
                continue;
            }
            self.build
                .open(Kind::VarDef, Span::new(key.span().start, pair.end()));
            self.key(key);
            self.build.absent(key.span().end);
            match pair.value {
                Some(value) => self.string(value),
                None if self.is_pattern => {
                    self.build
                        .leaf(Kind::Dots, "...", Span::new(key.span().end, key.span().end));
                }
                None => self.build.absent(key.span().end),
            }
            self.build.close();
        }
        self.build.close();
    }

    /// The name of a variable.
    pub(super) fn key(&mut self, key: Word<'_>) {
        let kind = if is_metavar(key.text) && self.is_pattern {
            Kind::Metavar
        } else {
            Kind::Name
        };
        self.build.leaf(kind, key.text, key.span());
    }

    fn labels(&mut self, line: &Line, place: Span) {
        let body = Word {
            text: &line.body,
            at: line.base,
        }
        .trim();
        let pairs = pairs(body, self.is_pattern);
        let is_single = pairs.len() == 1;
        for pair in pairs {
            let is_dots = self.is_pattern
                && special(pair.key.text) == Some(Kind::Dots)
                && pair.value.is_none();
            // Among other labels it would stand for calls of their own.
            if is_dots && !is_single {
                continue;
            }
            let own = if is_single {
                place
            } else {
                Span::new(pair.key.span().start, pair.end())
            };
            let name = span(line.start, line.start + line.keyword.len());
            self.build.open(Kind::ExprStmt, own);
            self.call_named("LABEL", name, own, |this| {
                this.string(pair.key);
                if let Some(value) = pair.value {
                    this.string(value);
                }
            });
            self.build.close();
        }
    }
}

pub(super) struct Pair<'t> {
    key: Word<'t>,
    value: Option<Word<'t>>,
}

impl Pair<'_> {
    fn end(&self) -> u32 {
        self.value.unwrap_or(self.key).span().end
    }
}

/// `a=b c=d`, or the older `a b c`, which is one key and its value.
fn pairs(body: Word<'_>, is_pattern: bool) -> Vec<Pair<'_>> {
    let words = body.words();
    let has_sign = words.iter().any(|word| word.split_at('=').is_some());
    let has_dots = is_pattern && words.iter().any(|word| word.text == "...");
    if !has_sign
        && !has_dots
        && let Some((first, rest)) = words.split_first()
    {
        let value = rest.first().map(|second| {
            let start = second.at - body.at;
            body.part(start, body.text.len())
        });
        return vec![Pair { key: *first, value }];
    }
    let pair = |word: Word<'_>| match word.split_at('=') {
        Some((key, value)) => (key.at, key.text.len(), Some(value.at)),
        None => (word.at, word.text.len(), None),
    };
    words
        .iter()
        .map(|word| {
            let (at, length, value) = pair(*word);
            let start = at - word.at;
            Pair {
                key: word.part(start, start + length),
                value: value.map(|at| word.part(at - word.at, word.text.len())),
            }
        })
        .collect()
}

/// The elements of an array, those in quotes with their text.
pub(super) fn array_elements(
    word: Word<'_>,
    is_pattern: bool,
) -> Option<Vec<(Word<'_>, Option<&str>)>> {
    let inside = word.text.strip_prefix('[')?.strip_suffix(']')?;
    let mut rest = word.part(1, 1 + inside.len()).trim();
    let mut elements = Vec::new();
    while !rest.text.is_empty() {
        let end = if rest.text.starts_with('"') {
            let mut escaped = true;
            let end = rest.text.find(|char| {
                let ends = char == '"' && !escaped;
                escaped = char == '\\' && !escaped;
                ends
            })?;
            elements.push((rest.part(0, end + 1), rest.text.get(1..end)));
            end + 1
        } else {
            let end = rest
                .text
                .find(|c: char| c == ',' || c.is_whitespace())
                .unwrap_or(rest.text.len());
            let element = rest.part(0, end);
            if !is_pattern || special(element.text).is_none() {
                return None;
            }
            elements.push((element, None));
            end
        };
        rest = rest.part(end, rest.text.len()).trim();
        if rest.text.is_empty() {
            break;
        }
        if !rest.text.starts_with(',') {
            return None;
        }
        rest = rest.part(1, rest.text.len()).trim();
    }
    Some(elements)
}
