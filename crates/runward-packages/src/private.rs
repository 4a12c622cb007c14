//! Names that the team uses on an index of its own.

use runward_model::Ecosystem;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::allow::NamePattern;

/// One internal name or a pattern of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivateName {
    /// The exact name, or a pattern with `*` and `?`, such as `acme-*` or `@acme/*`.
    pub name: String,
    /// Any, where it is not given.
    #[serde(default)]
    pub ecosystem: Option<Ecosystem>,
    /// The newest version that the team published.
    #[serde(default)]
    pub newest: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the internal name `{name}` is not a usable pattern: {problem}; mend the pattern")]
pub struct PrivateError {
    pub name: String,
    pub problem: String,
}

/// Internal names, ready to be looked up.
#[derive(Debug, Default)]
pub struct PrivateNames {
    names: Vec<(PrivateName, NamePattern)>,
}

impl PrivateNames {
    pub fn new(names: impl IntoIterator<Item = PrivateName>) -> Result<Self, PrivateError> {
        let names = names
            .into_iter()
            .map(|name| match NamePattern::new(&name.name) {
                Ok(pattern) => Ok((name, pattern)),
                Err(problem) => Err(PrivateError {
                    name: name.name,
                    problem,
                }),
            });
        Ok(Self {
            names: names.collect::<Result<_, _>>()?,
        })
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub fn find(&self, ecosystem: &Ecosystem, name: &str) -> Option<&PrivateName> {
        self.names
            .iter()
            .find(|(private, pattern)| {
                private
                    .ecosystem
                    .as_ref()
                    .is_none_or(|only| only == ecosystem)
                    && pattern.matches(ecosystem, name)
            })
            .map(|(private, _)| private)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_names_are_found_by_pattern_and_ecosystem() {
        let name = |name: &str, ecosystem| PrivateName {
            name: name.to_owned(),
            ecosystem,
            newest: None,
        };
        let names =
            PrivateNames::new([name("acme-*", Some(Ecosystem::PyPI)), name("@acme/*", None)])
                .unwrap();
        assert!(names.find(&Ecosystem::PyPI, "Acme_Billing").is_some());
        assert!(names.find(&Ecosystem::Npm, "acme-billing").is_none());
        assert!(names.find(&Ecosystem::Npm, "@acme/billing").is_some());
        assert!(names.find(&Ecosystem::PyPI, "notacme-x").is_none());
        assert!(PrivateNames::new([name("{", None), name("", None)]).is_err());
    }
}
