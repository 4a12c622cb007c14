//! What is redacted beyond what always is.

use runward_secrets::{Names, NamesError};

use crate::Limits;

/// Which fields are redacted, and how much of an event is kept. A team can add to the built-in
/// fields and words; it cannot take any away.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    pub(crate) names: Names,
    pub(crate) limits: Limits,
}

/// Why a field or word cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot redact by this name: {0}")]
pub struct RulesError(#[from] NamesError);

impl Rules {
    /// The built-in rules.
    pub fn standard() -> Self {
        Self::default()
    }

    /// The built-in rules, with further fields whose values are redacted and further words that
    /// make a field secret wherever they occur in its name.
    pub fn with<F, W>(fields: F, words: W) -> Result<Self, RulesError>
    where
        F: IntoIterator<Item: AsRef<str>>,
        W: IntoIterator<Item: AsRef<str>>,
    {
        let mut rules = Self::standard();
        for field in fields {
            rules.names.add_field(field.as_ref())?;
        }
        for word in words {
            rules.names.add_word(word.as_ref())?;
        }
        Ok(rules)
    }

    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}
