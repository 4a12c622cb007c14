//! A tree of nodes that know their lines: what JSON, TOML and YAML have in common.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use thiserror::Error;

/// Why a document could not be read.
#[derive(Debug, Error)]
#[error("{reason}")]
pub(crate) struct SyntaxError {
    /// 1-based.
    pub(crate) line: u32,
    pub(crate) reason: String,
}

impl SyntaxError {
    pub(crate) fn new(line: u32, reason: impl Into<String>) -> Self {
        Self {
            line,
            reason: reason.into(),
        }
    }

    pub(crate) fn too_deep(line: u32, limit: usize) -> Self {
        Self::new(
            line,
            format!("nested deeper than {limit} levels, which no tool writes"),
        )
    }
}

/// A value and the line it starts on.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) line: u32,
    pub(crate) value: Value<'a>,
}

/// Booleans and numbers stay text, as written: `1.10` must not become `1.1`.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Table(Vec<Entry<'a>>),
}

#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) key: Cow<'a, str>,
    /// The key's line.
    pub(crate) line: u32,
    pub(crate) node: Node<'a>,
}

/// A whole file.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    /// More than one only in YAML.
    pub(crate) roots: Vec<Node<'a>>,
    /// Keys that stand twice in one table, with the line of the one that counts.
    pub(crate) repeated: Vec<(u32, String)>,
}

impl<'a> Node<'a> {
    pub(crate) fn new(line: u32, value: Value<'a>) -> Self {
        Self { line, value }
    }

    /// The value of a key; keys are unique (see [`unique`]).
    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.node)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn get_text(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.get_text(key) == Some("true")
    }

    /// The entries of a table; none for anything else.
    pub(crate) fn entries(&self) -> &[Entry<'a>] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub(crate) fn items(&self) -> &[Node<'a>] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn is_table(&self) -> bool {
        matches!(self.value, Value::Table(_))
    }
}

/// Keeps the last of equal keys, as the tools that read these files do, and tells which were
/// repeated: such a file means different things to different readers.
pub(crate) fn unique<'a>(
    entries: Vec<Entry<'a>>,
    repeated: &mut Vec<(u32, String)>,
) -> Vec<Entry<'a>> {
    const FEW: usize = 8;
    let is_unique = if entries.len() <= FEW {
        !entries.iter().enumerate().any(|(at, entry)| {
            entries
                .iter()
                .skip(at + 1)
                .any(|other| other.key == entry.key)
        })
    } else {
        let mut seen = HashSet::with_capacity(entries.len());
        entries.iter().all(|entry| seen.insert(entry.key.as_ref()))
    };
    if is_unique {
        return entries;
    }
    let last: HashMap<String, usize> = entries
        .iter()
        .enumerate()
        .map(|(at, entry)| (entry.key.to_string(), at))
        .collect();
    let mut told = HashSet::new();
    let mut kept = Vec::with_capacity(last.len());
    for (at, entry) in entries.into_iter().enumerate() {
        if last.get(entry.key.as_ref()) == Some(&at) {
            if told.contains(entry.key.as_ref()) {
                repeated.push((entry.line, entry.key.to_string()));
            }
            kept.push(entry);
        } else {
            told.insert(entry.key.to_string());
        }
    }
    kept
}
