//! The name lists of `runward-names` as [`KnownNames`].

use runward_model::Ecosystem;
use runward_names::{ExistenceIndex, Names, Patterns};

use crate::knowledge::{Existence, KnownNames, NameFacts, NearName};

/// Popular names, the team's patterns, and indexes of all names.
pub struct NameLists<'a> {
    names: &'a Names,
    patterns: Option<&'a Patterns>,
    indexes: Vec<Box<dyn Index + 'a>>,
}

trait Index: Sync {
    fn ecosystem(&self) -> &Ecosystem;
    fn look(&self, name: &str) -> Option<Existence>;
}

impl<B: AsRef<[u8]> + Sync> Index for &ExistenceIndex<B> {
    fn ecosystem(&self) -> &Ecosystem {
        ExistenceIndex::ecosystem(self)
    }

    // A damaged index knows nothing.
    fn look(&self, name: &str) -> Option<Existence> {
        Some(Existence {
            exists: self.contains(name).ok()?,
            as_of: self.as_of(),
        })
    }
}

impl<'a> NameLists<'a> {
    pub fn new(names: &'a Names) -> Self {
        Self {
            names,
            patterns: None,
            indexes: Vec::new(),
        }
    }

    #[must_use]
    pub fn with_patterns(mut self, patterns: &'a Patterns) -> Self {
        self.patterns = Some(patterns);
        self
    }

    /// An index of all names of its ecosystem; the last one of an ecosystem counts.
    #[must_use]
    pub fn with_index<B: AsRef<[u8]> + Sync>(mut self, index: &'a ExistenceIndex<B>) -> Self {
        self.indexes.insert(0, Box::new(index));
        self
    }
}

impl KnownNames for NameLists<'_> {
    fn judge(&self, ecosystem: &Ecosystem, name: &str) -> NameFacts {
        let judged = self.names.judge(ecosystem, name);
        let near = judged.near.into_iter().map(|near| NearName {
            evidence: near.evidence(),
            popular: near.popular,
            ecosystem: near.ecosystem,
            rank: near.rank,
            weight: near.weight,
        });
        let pattern = self
            .patterns
            .and_then(|patterns| patterns.find(self.names, ecosystem, name))
            .map(|found| format!("`{}`: {}", found.pattern, found.reason));
        NameFacts {
            rank: judged.rank,
            near: near.collect(),
            patterns: pattern.into_iter().collect(),
            compared_with: self
                .names
                .popular(ecosystem)
                .map_or(0, runward_names::Popular::len),
        }
    }

    fn existence(&self, ecosystem: &Ecosystem, name: &str) -> Option<Existence> {
        self.indexes
            .iter()
            .find(|index| index.ecosystem() == ecosystem)?
            .look(name)
    }
}
