//! A TOML document as a tree that borrows from the text and knows where each value stands.
//!
//! Lockfiles reach tens of megabytes, of which a scan needs names, versions and edges. A tree
//! built straight from the parser's events is about three times as fast as a general one, and
//! gives the byte offsets that lines are told from.

mod lines;
mod toml;

use std::{borrow::Cow, collections::HashMap};

pub(crate) use lines::LineIndex;
pub(crate) use toml::parse;

/// A parsed document.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) root: Table<'a>,
    pub(crate) lines: LineIndex<'a>,
}

/// Why a document could not be parsed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// 1-based.
    pub(crate) line: u32,
    pub(crate) message: String,
}

/// A value and the byte offset at which it starts.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) at: usize,
    pub(crate) value: Value<'a>,
}

#[derive(Debug)]
pub(crate) enum Value<'a> {
    Text(Cow<'a, str>),
    Bool(bool),
    /// A number or a date, as written.
    Other(Cow<'a, str>),
    List(List<'a>),
    Table(Table<'a>),
}

#[derive(Debug, Default)]
pub(crate) struct List<'a> {
    items: Vec<Node<'a>>,
    /// Made of `[[headers]]`, so that more of them may follow.
    of_tables: bool,
}

/// How a table came to be, which decides whether later text may add to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Made {
    /// By a longer header (`[a.b]` makes `a`).
    #[default]
    Implicit,
    ByHeader,
    /// By a dotted key.
    Dotted,
    Inline,
}

#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) key: Cow<'a, str>,
    pub(crate) key_at: usize,
    pub(crate) node: Node<'a>,
}

#[derive(Debug, Default)]
pub(crate) struct Table<'a> {
    entries: Vec<Entry<'a>>,
    /// Positions by key, once the table is too large for a linear look. In a box, since most tables
    /// are small and many.
    #[expect(clippy::box_collection)]
    index: Option<Box<HashMap<Cow<'a, str>, usize>>>,
    made: Made,
}

/// Tables up to this size are searched linearly.
const LINEAR: usize = 16;

impl<'a> Table<'a> {
    fn position(&self, key: &str) -> Option<usize> {
        match &self.index {
            None => self.entries.iter().position(|entry| entry.key == key),
            Some(index) => index.get(key).copied(),
        }
    }

    /// Adds an entry that is known to be new.
    fn push(&mut self, entry: Entry<'a>) {
        if let Some(index) = &mut self.index {
            index.insert(entry.key.clone(), self.entries.len());
        }
        self.entries.push(entry);
        if self.index.is_none() && self.entries.len() > LINEAR {
            let positions = self.entries.iter().enumerate();
            let index = positions.map(|(position, entry)| (entry.key.clone(), position));
            self.index = Some(Box::new(index.collect()));
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        let entry = self.entries.get(self.position(key)?)?;
        Some(&entry.node)
    }

    /// The entries in the order of the text.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry<'a>> {
        self.entries.iter()
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        self.get(key)?.flag()
    }

    pub(crate) fn table(&self, key: &str) -> Option<&Table<'a>> {
        self.get(key)?.table()
    }

    /// The items of a list; none where the key is absent or something else.
    pub(crate) fn list(&self, key: &str) -> &[Node<'a>] {
        self.get(key).and_then(Node::list).unwrap_or_default()
    }

    /// The strings of a list; other items are passed over.
    pub(crate) fn texts(&self, key: &str) -> impl Iterator<Item = &str> {
        self.list(key).iter().filter_map(Node::text)
    }

    /// The table at the end of a path of keys.
    pub(crate) fn descend(&self, path: &[&str]) -> Option<&Table<'a>> {
        path.iter().try_fold(self, |table, key| table.table(key))
    }
}

impl<'a> Node<'a> {
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A string, or a number as written: some files leave a version such as `1.2` unquoted.
    pub(crate) fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Other(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    pub(crate) fn list(&self) -> Option<&[Node<'a>]> {
        match &self.value {
            Value::List(list) => Some(&list.items),
            _ => None,
        }
    }

    pub(crate) fn table(&self) -> Option<&Table<'a>> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }
}
