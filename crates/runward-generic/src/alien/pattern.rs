//! Patterns as a list of steps.

use runward_rules::Generic;
use runward_syntax::{PatternError, Span};

use crate::{AnyOf, Required};

const MAX_NESTING: usize = 200;

#[derive(Debug)]
pub(crate) struct Pattern {
    pub(super) steps: Vec<Step>,
    pub(super) names: Vec<String>,
    pub(super) has_repeated: bool,
    pub(super) alphabet: Alphabet,
}

/// One thing that must come next; white space may stand between any two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Word(String),
    /// A bracket or another character.
    Char(char),
    /// `\n` or `\r\n`, where lines matter.
    LineEnd,
    Metavar(usize),
    Ellipsis {
        name: Option<usize>,
        /// Passes over line ends.
        long: bool,
        /// Takes line ends around what it passes over too.
        around: bool,
        /// The bracket that it stands in, which ends it.
        until: Option<char>,
    },
    TextStart,
    TextEnd,
    LineStart,
    AtLineEnd,
}

/// What is a word, a bracket and white space.
#[derive(Debug)]
pub(super) struct Alphabet {
    pub(super) caseless: bool,
    pub(super) multiline: bool,
    extra_words: Vec<char>,
    pub(super) brackets: Vec<(char, char)>,
}

impl Alphabet {
    fn new(options: &Generic) -> Self {
        let mut brackets = vec![('(', ')'), ('[', ']'), ('{', '}')];
        if !options.multiline {
            brackets.extend([('"', '"'), ('\'', '\'')]);
        }
        for pair in &options.extra_braces {
            if !brackets.iter().any(|(open, _)| *open == pair.0) {
                brackets.push(*pair);
            }
        }
        Self {
            caseless: options.caseless,
            multiline: options.multiline,
            extra_words: options.extra_word_characters.clone(),
            brackets,
        }
    }

    pub(super) fn is_word(&self, char: char) -> bool {
        char.is_ascii_alphanumeric() || char == '_' || self.extra_words.contains(&char)
    }

    pub(super) fn closer(&self, open: char) -> Option<char> {
        self.brackets
            .iter()
            .find(|(known, _)| *known == open)
            .map(|(_, close)| *close)
    }

    fn is_closer(&self, char: char) -> bool {
        self.brackets.iter().any(|(_, close)| *close == char)
    }

    pub(super) fn is_space(char: char, with_lines: bool) -> bool {
        if with_lines {
            matches!(char, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
        } else {
            matches!(char, ' ' | '\t')
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Ellipsis { long: bool, name: Option<String> },
    Metavar(String),
    Word(String),
    Open(char, char),
    Close(char),
    LineEnd,
    Other(char),
}

impl Pattern {
    pub(crate) fn compile(text: &str, options: &Generic) -> Result<Self, PatternError> {
        let alphabet = Alphabet::new(options);
        let tokens = lex(text, &alphabet);
        let error = |message: &str| PatternError {
            message: message.to_owned(),
            span: Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX)),
        };
        if tokens.is_empty() {
            return Err(error("the pattern is empty"));
        }
        let mut build = Build {
            alphabet: &alphabet,
            steps: Vec::new(),
            names: Vec::new(),
        };
        build.all(&tokens)?;
        let Build { steps, names, .. } = build;
        if names.iter().enumerate().any(|(index, (name, kind, _))| {
            names
                .iter()
                .take(index)
                .any(|(other, other_kind, _)| other == name && other_kind != kind)
        }) {
            return Err(error(
                "a metavariable stands for a word and for an ellipsis; rename one",
            ));
        }
        Ok(Self {
            steps,
            has_repeated: names.iter().any(|(_, _, uses)| *uses > 1),
            names: names
                .into_iter()
                .map(|(name, kind, _)| format!("${kind}{name}"))
                .collect(),
            alphabet,
        })
    }

    pub(crate) fn required(&self) -> Required {
        let caseless = self.alphabet.caseless;
        let mut texts: Vec<_> = self
            .steps
            .iter()
            .filter_map(|step| match step {
                // Other cases of letters beyond ASCII are other bytes.
                Step::Word(word) if word.is_ascii() || !caseless => Some(word.clone()),
                Step::Char(char) if char.is_ascii() || !caseless => Some(char.to_string()),
                _ => None,
            })
            .map(|text| {
                if caseless {
                    text.to_ascii_lowercase()
                } else {
                    text
                }
                .into_bytes()
            })
            .collect();
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        texts.dedup();
        let clause = |text| AnyOf {
            texts: vec![text],
            caseless,
        };
        Required {
            all: texts.into_iter().map(clause).collect(),
        }
    }
}

fn lex(text: &str, alphabet: &Alphabet) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let (token, length) = token(rest, char, alphabet);
        tokens.extend(token);
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

fn token(rest: &str, char: char, alphabet: &Alphabet) -> (Option<Token>, usize) {
    if rest.starts_with("....") {
        return (
            Some(Token::Ellipsis {
                long: true,
                name: None,
            }),
            4,
        );
    }
    if rest.starts_with("...") {
        return (
            Some(Token::Ellipsis {
                long: false,
                name: None,
            }),
            3,
        );
    }
    if let Some(after) = rest.strip_prefix('$') {
        let name = |after: &str| {
            let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            let end = after.find(|c: char| !is_name(c)).unwrap_or(after.len());
            let name = after.get(..end).unwrap_or_default().to_owned();
            name.starts_with(|c: char| c.is_ascii_uppercase())
                .then_some(name)
        };
        let long = after.strip_prefix("....").and_then(name);
        let short = after.strip_prefix("...").and_then(name);
        if let Some(name) = name(after) {
            let length = 1 + name.len();
            return (Some(Token::Metavar(name)), length);
        } else if let Some(name) = short {
            let length = 4 + name.len();
            return (
                Some(Token::Ellipsis {
                    long: false,
                    name: Some(name),
                }),
                length,
            );
        } else if let Some(name) = long {
            let length = 5 + name.len();
            return (
                Some(Token::Ellipsis {
                    long: true,
                    name: Some(name),
                }),
                length,
            );
        }
    }
    if Alphabet::is_space(char, alphabet.multiline) {
        return (None, char.len_utf8());
    }
    if alphabet.is_word(char) {
        let end = rest.find(|c| !alphabet.is_word(c)).unwrap_or(rest.len());
        return (
            Some(Token::Word(rest.get(..end).unwrap_or_default().to_owned())),
            end,
        );
    }
    if let Some(close) = alphabet.closer(char) {
        return (Some(Token::Open(char, close)), char.len_utf8());
    }
    if alphabet.is_closer(char) {
        return (Some(Token::Close(char)), char.len_utf8());
    }
    if rest.starts_with("\r\n") {
        return (Some(Token::LineEnd), 2);
    }
    let token = if char == '\n' {
        Token::LineEnd
    } else {
        Token::Other(char)
    };
    (Some(token), char.len_utf8())
}

struct Build<'a> {
    alphabet: &'a Alphabet,
    steps: Vec<Step>,
    /// Name, `...` or nothing, and how often it is used.
    names: Vec<(String, &'static str, usize)>,
}

impl Build<'_> {
    /// Matching brackets are found first: an ellipsis within them ends with them.
    fn all(&mut self, tokens: &[Token]) -> Result<(), PatternError> {
        let mut until: Vec<(char, usize)> = Vec::new();
        for (index, token) in tokens.iter().enumerate() {
            if until.last().is_some_and(|(_, end)| *end == index) {
                until.pop();
            }
            let inside = until.last().map(|(close, _)| *close);
            let is_end = |token: Option<&Token>| matches!(token, None | Some(Token::LineEnd));
            let before = index.checked_sub(1).and_then(|index| tokens.get(index));
            let after = tokens.get(index + 1);
            match token {
                Token::Ellipsis { long, name } => {
                    let crosses = *long || self.alphabet.multiline;
                    match (crosses, before, inside) {
                        (true, None, None) => self.steps.push(Step::TextStart),
                        (false, before, None) if is_end(before) => {
                            self.steps.push(Step::LineStart);
                        }
                        _ => {}
                    }
                    let name = name.as_ref().map(|name| self.name(name, "..."));
                    self.steps.push(Step::Ellipsis {
                        name,
                        long: crosses,
                        around: *long && !self.alphabet.multiline,
                        until: inside,
                    });
                    match (crosses, after, inside) {
                        (true, None, None) => self.steps.push(Step::TextEnd),
                        (false, after, None) if is_end(after) => self.steps.push(Step::AtLineEnd),
                        _ => {}
                    }
                }
                Token::Metavar(name) => {
                    let name = self.name(name, "");
                    self.steps.push(Step::Metavar(name));
                }
                Token::Word(word) => self.steps.push(Step::Word(word.clone())),
                Token::Open(open, close) => {
                    self.steps.push(Step::Char(*open));
                    let is_closing = until.last().is_some_and(|(_, end)| *end == index);
                    if let Some(end) = partner(tokens, index, *close).filter(|_| !is_closing) {
                        until.push((*close, end));
                        if until.len() > MAX_NESTING {
                            return Err(PatternError {
                                message: "brackets are nested too deeply".to_owned(),
                                span: Span::default(),
                            });
                        }
                    }
                }
                Token::Close(char) | Token::Other(char) => self.steps.push(Step::Char(*char)),
                Token::LineEnd => self.steps.push(Step::LineEnd),
            }
        }
        Ok(())
    }

    fn name(&mut self, name: &str, kind: &'static str) -> usize {
        let is_same = |known: &(String, &'static str, usize)| known.0 == name && known.1 == kind;
        if let Some(index) = self.names.iter().position(is_same) {
            if let Some((_, _, uses)) = self.names.get_mut(index) {
                *uses += 1;
            }
            return index;
        }
        self.names.push((name.to_owned(), kind, 1));
        self.names.len() - 1
    }
}

/// Where the bracket at a place is closed, passing over matching brackets within.
fn partner(tokens: &[Token], open: usize, close: char) -> Option<usize> {
    let mut waiting = vec![close];
    for (index, token) in tokens.iter().enumerate().skip(open + 1) {
        match token {
            Token::Open(char, _) | Token::Close(char) if waiting.last() == Some(char) => {
                waiting.pop();
                if waiting.is_empty() {
                    return Some(index);
                }
            }
            Token::Open(_, close) => waiting.push(*close),
            _ => {}
        }
    }
    None
}
