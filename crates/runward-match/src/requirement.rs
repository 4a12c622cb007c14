//! What a text must contain before a formula can match in it.

use std::sync::Arc;

/// A condition on the text of a file, for a search over all rules at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// Nothing is known: every file has to be looked at.
    Anything,
    /// This text occurs.
    Literal(Arc<str>),
    /// This text, of ASCII letters, digits and `_`, occurs with nothing of the sort (or beyond ASCII)
    /// beside it.
    Word(Arc<str>),
    /// All of these hold; never empty.
    All(Vec<Requirement>),
    /// One of these holds. Empty: the formula can match nowhere.
    Any(Vec<Requirement>),
}

impl Requirement {
    pub(crate) fn literal(text: &str) -> Self {
        if text.is_empty() {
            Self::Anything
        } else {
            Self::Literal(text.into())
        }
    }

    /// A name that stands in the text as it is.
    pub(crate) fn word(text: &str) -> Self {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if text.bytes().all(is_word) && !text.is_empty() {
            Self::Word(text.into())
        } else {
            Self::literal(text)
        }
    }

    /// All of them.
    pub(crate) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for part in parts {
            match part {
                Self::Anything => {}
                Self::All(inner) => {
                    for one in inner {
                        if !kept.contains(&one) {
                            kept.push(one);
                        }
                    }
                }
                other if kept.contains(&other) => {}
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Self::Anything,
            1 => kept.pop().unwrap_or(Self::Anything),
            _ => Self::All(kept),
        }
    }

    /// One of them.
    pub(crate) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for part in parts {
            match part {
                Self::Anything => return Self::Anything,
                Self::Any(inner) => {
                    for one in inner {
                        if !kept.contains(&one) {
                            kept.push(one);
                        }
                    }
                }
                other if kept.contains(&other) => {}
                other => kept.push(other),
            }
        }
        if kept.len() == 1 {
            return kept.pop().unwrap_or(Self::Anything);
        }
        Self::Any(kept)
    }

    /// Whether the condition holds, given which texts occur.
    pub fn holds(&self, occurs: &mut dyn FnMut(&Arc<str>) -> bool) -> bool {
        match self {
            Self::Anything => true,
            Self::Literal(text) | Self::Word(text) => occurs(text),
            Self::All(parts) => parts.iter().all(|part| part.holds(occurs)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(occurs)),
        }
    }

    /// Every text, for the search; one may come several times.
    pub fn literals(&self, found: &mut dyn FnMut(&Arc<str>)) {
        match self {
            Self::Anything => {}
            Self::Literal(text) | Self::Word(text) => found(text),
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.literals(found);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_known_of_one_alternative_is_nothing_known() {
        let a = || Requirement::literal("a");
        assert_eq!(
            Requirement::any([a(), Requirement::Anything]),
            Requirement::Anything
        );
        assert_eq!(Requirement::all([a(), Requirement::Anything, a()]), a());
        assert_eq!(Requirement::any([a(), a()]), a());
        let both = Requirement::all([a(), Requirement::word("b")]);
        assert!(both.holds(&mut |text| matches!(&**text, "a" | "b")));
        assert!(!both.holds(&mut |text| &**text == "a"));
        assert!(!Requirement::Any(Vec::new()).holds(&mut |_| true));
        assert_eq!(Requirement::word("a b"), Requirement::literal("a b"));
        assert_eq!(Requirement::word(""), Requirement::Anything);
    }
}
