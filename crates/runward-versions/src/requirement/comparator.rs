//! The comparison operators that the notations share.

use std::cmp::Ordering;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    GreaterEqual,
    Greater,
}

impl Op {
    /// Whether `version op bound`, given how the version compares with the bound.
    pub(super) fn holds(self, version_to_bound: Ordering) -> bool {
        match self {
            Self::Less => version_to_bound.is_lt(),
            Self::LessEqual => version_to_bound.is_le(),
            Self::Equal => version_to_bound.is_eq(),
            Self::NotEqual => version_to_bound.is_ne(),
            Self::GreaterEqual => version_to_bound.is_ge(),
            Self::Greater => version_to_bound.is_gt(),
        }
    }

    /// Takes an operator from the front of a clause and the white space behind it.
    pub(super) fn take(clause: &str) -> Option<(Self, &str)> {
        [
            ("<=", Self::LessEqual),
            (">=", Self::GreaterEqual),
            ("==", Self::Equal),
            ("!=", Self::NotEqual),
            ("<", Self::Less),
            (">", Self::Greater),
            ("=", Self::Equal),
        ]
        .into_iter()
        .find_map(|(symbol, op)| Some((op, clause.strip_prefix(symbol)?.trim_start())))
    }
}

/// Conjunction of what may be unreadable: one unreadable clause makes all of it unreadable.
pub(super) fn all(clauses: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    clauses.reduce(|a, b| Some(a? & b?)).unwrap_or(Some(true))
}

/// Disjunction of what may be unreadable.
pub(super) fn any(clauses: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    clauses.reduce(|a, b| Some(a? | b?)).unwrap_or(Some(false))
}

/// The parts of a conjunction, split at commas and white space, with every operator joined to the
/// version behind it (`> 1.2` is one part).
pub(super) fn split_clauses(text: &str) -> Vec<String> {
    let mut clauses: Vec<String> = Vec::new();
    let mut awaits_version = false;
    for word in text
        .split([',', ' ', '\t', '\n', '\r'])
        .filter(|word| !word.is_empty())
    {
        let operator = word.bytes().all(|byte| b"<>=!~^".contains(&byte));
        match clauses.last_mut() {
            Some(last) if awaits_version => last.push_str(word),
            _ => clauses.push(word.to_owned()),
        }
        awaits_version = operator;
    }
    clauses
}
