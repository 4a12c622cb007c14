//! Patterns of words, punctuation, metavariables and ellipses.

use runward_rules::Generic;
use runward_syntax::{PatternError, Span};

use crate::document::{indentation, is_word};
use crate::{AnyOf, Required};

/// A pattern; its blocks come from indentation alone.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(super) items: Vec<Item>,
    /// The names of metavariables; items have their places here.
    pub(super) names: Vec<String>,
    /// Whether a name occurs more than once, so that what was bound before decides.
    pub(super) has_repeated: bool,
    pub(super) max_span: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    Word(String),
    Byte(u8),
    Metavar(usize),
    /// `...` or `$...X`.
    Dots(Option<usize>),
    /// A block, with the place of its end and whether it may be empty.
    Open {
        close: usize,
        nullable: bool,
    },
    Close,
    /// The end of the pattern.
    End,
}

impl Pattern {
    pub(crate) fn compile(text: &str, options: &Generic) -> Result<Self, PatternError> {
        let mut reader = Reader {
            bytes: text.as_bytes(),
            items: Vec::new(),
            names: Vec::new(),
            uses: Vec::new(),
            open: Vec::new(),
        };
        reader.read()?;
        if reader.items.is_empty() {
            return Err(PatternError {
                message: "the pattern is empty".to_owned(),
                span: Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX)),
            });
        }
        let Reader {
            mut items,
            names,
            uses,
            ..
        } = reader;
        items.push(Item::End);
        Ok(Self {
            items,
            has_repeated: uses.iter().any(|count| *count > 1),
            names,
            max_span: options.ellipsis_max_span,
        })
    }

    pub(crate) fn required(&self) -> Required {
        let mut words: Vec<_> = self
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Word(word) => Some(word.clone().into_bytes()),
                Item::Byte(byte) if byte.is_ascii() => Some(vec![*byte]),
                _ => None,
            })
            .collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.dedup();
        let clause = |word| AnyOf {
            texts: vec![word],
            caseless: false,
        };
        Required {
            all: words.into_iter().map(clause).collect(),
        }
    }

    pub(super) fn starts_with_dots(&self) -> bool {
        matches!(self.items.first(), Some(Item::Dots(_)))
    }

    pub(super) fn ends_with_dots(&self) -> bool {
        let before_end = self.items.len().checked_sub(2);
        matches!(
            before_end.and_then(|at| self.items.get(at)),
            Some(Item::Dots(_))
        )
    }
}

struct Reader<'t> {
    bytes: &'t [u8],
    items: Vec<Item>,
    names: Vec<String>,
    uses: Vec<usize>,
    open: Vec<usize>,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), PatternError> {
        let mut indents = vec![0];
        let mut at = 0;
        for line in self.bytes.split_inclusive(|byte| *byte == b'\n') {
            let start = at;
            at += line.len();
            let line = line
                .strip_suffix(b"\n")
                .map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
            let (indent, skip) = indentation(line);
            if skip == line.len() {
                continue;
            }
            while indents.last().is_some_and(|top| indent < *top) {
                indents.pop();
                self.close();
            }
            if indents.last().is_some_and(|top| indent > *top) {
                indents.push(indent);
                self.open.push(self.items.len());
                self.items.push(Item::Open {
                    close: 0,
                    nullable: false,
                });
            }
            self.line(line, skip, start)?;
        }
        while !self.open.is_empty() {
            self.close();
        }
        Ok(())
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let inside = self.items.get(open + 1..).unwrap_or_default();
        let needs = |item: &Item| !matches!(item, Item::Dots(_) | Item::Open { .. } | Item::Close);
        let nullable = !inside.iter().any(needs);
        let close = self.items.len();
        if let Some(item) = self.items.get_mut(open) {
            *item = Item::Open { close, nullable };
        }
        self.items.push(Item::Close);
    }

    fn name(&mut self, name: String) -> usize {
        let index = self
            .names
            .iter()
            .position(|known| *known == name)
            .unwrap_or_else(|| {
                self.names.push(name);
                self.uses.push(0);
                self.names.len() - 1
            });
        if let Some(uses) = self.uses.get_mut(index) {
            *uses += 1;
        }
        index
    }

    fn line(&mut self, line: &[u8], skip: usize, start: usize) -> Result<(), PatternError> {
        let mut at = skip;
        while let Some(byte) = line.get(at).copied() {
            let rest = line.get(at..).unwrap_or_default();
            let (item, length) = match byte {
                b' ' | b'\t' => (None, 1),
                byte if is_word(byte) => {
                    let word = word(rest);
                    (Some(Item::Word(word.to_owned())), word.len())
                }
                b'.' => match rest.iter().take_while(|byte| **byte == b'.').count() {
                    3 => (Some(Item::Dots(None)), 3),
                    // Four and more are so many dots.
                    dots @ 4.. => {
                        self.items
                            .extend(std::iter::repeat_n(Item::Byte(b'.'), dots));
                        (None, dots)
                    }
                    _ => (Some(Item::Byte(b'.')), 1),
                },
                b'$' => self.metavar(rest),
                byte => (Some(Item::Byte(byte)), 1),
            };
            if let (Some(Item::Dots(Some(_))), Some(Item::Dots(_))) = (&item, self.items.last()) {
                return Err(PatternError {
                    message: "two ellipses stand side by side, so that `$...X` has no beginning; \
                              remove one"
                        .to_owned(),
                    span: Span::new(
                        u32::try_from(start + at).unwrap_or(u32::MAX),
                        u32::try_from(start + at + length).unwrap_or(u32::MAX),
                    ),
                });
            }
            self.items.extend(item);
            at += length;
        }
        Ok(())
    }

    /// `$X`, `$...X` or a dollar sign.
    fn metavar(&mut self, rest: &[u8]) -> (Option<Item>, usize) {
        let after = rest.get(1..).unwrap_or_default();
        let (after, is_rest) = match after.strip_prefix(b"...") {
            Some(after) => (after, true),
            None => (after, false),
        };
        if !after.first().is_some_and(u8::is_ascii_uppercase) {
            return (Some(Item::Byte(b'$')), 1);
        }
        let name = word(after);
        if is_rest {
            let index = self.name(format!("$...{name}"));
            (Some(Item::Dots(Some(index))), name.len() + 4)
        } else {
            let index = self.name(format!("${name}"));
            (Some(Item::Metavar(index)), name.len() + 1)
        }
    }
}

/// The word at the beginning.
fn word(bytes: &[u8]) -> &str {
    let length = bytes.iter().take_while(|byte| is_word(**byte)).count();
    std::str::from_utf8(bytes.get(..length).unwrap_or_default()).unwrap_or_default()
}
