//! The keys of one mapping, taken one by one, so that what is left is unknown.

use runward_syntax::Span;

use crate::yaml::Entry;

pub(crate) struct Keys<'n, 'a> {
    pub(crate) span: Span,
    left: Vec<&'n Entry<'a>>,
}

impl<'n, 'a> Keys<'n, 'a> {
    pub(crate) fn new(span: Span, entries: &'n [Entry<'a>]) -> Self {
        Self {
            span,
            left: entries.iter().collect(),
        }
    }

    /// Takes a key; of a repeated one the first, the others go with it.
    pub(crate) fn take(&mut self, key: &str) -> Option<&'n Entry<'a>> {
        let found = self.left.iter().copied().find(|entry| entry.key == key)?;
        self.left.retain(|entry| entry.key != key);
        Some(found)
    }

    pub(crate) fn peek(&self, key: &str) -> Option<&'n Entry<'a>> {
        self.left.iter().copied().find(|entry| entry.key == key)
    }

    pub(crate) fn left(&self) -> &[&'n Entry<'a>] {
        &self.left
    }

    /// A place for "something is missing here": the first line.
    pub(crate) fn start(&self) -> Span {
        self.left.first().map_or(self.span, |entry| entry.key_span)
    }
}
