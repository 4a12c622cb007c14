use runward_model::Ecosystem;
use serde::{Deserialize, Serialize};

use crate::weigh::weigh;
use crate::{Kind, Near, Popular, builtin, canonical};

/// At most so many popular names are told for one name.
const MAX_NEAR: usize = 5;
/// A name is told as another ecosystem's where it is this well known there.
const OTHER_UP_TO_RANK: u32 = 500;

/// The popular names of all ecosystems.
#[derive(Debug)]
pub struct Names {
    popular: Vec<Popular>,
}

/// What is known of a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// In canonical spelling.
    pub name: String,
    /// Where the name stands among the popular ones; 1 is the most used.
    pub rank: Option<u32>,
    /// What it could be taken for, the weightiest first; empty for a popular name.
    pub near: Vec<Near>,
    /// Whether there is a list of popular names to compare with.
    pub compared: bool,
}

impl Names {
    /// With the lists that are part of the program. Costs nothing until a name is asked for.
    pub fn builtin() -> Self {
        Self {
            popular: builtin::lists().into(),
        }
    }

    /// With no list.
    pub fn none() -> Self {
        Self {
            popular: Vec::new(),
        }
    }

    /// With `popular` in place of the list of its ecosystem.
    #[must_use]
    pub fn with(mut self, popular: Popular) -> Self {
        self.popular
            .retain(|list| list.ecosystem() != popular.ecosystem());
        self.popular.push(popular);
        self
    }

    pub fn popular(&self, ecosystem: &Ecosystem) -> Option<&Popular> {
        self.popular
            .iter()
            .find(|list| list.ecosystem() == ecosystem)
    }

    /// Judges a name as a user wrote it.
    pub fn judge(&self, ecosystem: &Ecosystem, name: &str) -> Judgement {
        let name = canonical(ecosystem, name);
        let Some(list) = self.popular(ecosystem) else {
            return Judgement {
                name,
                rank: None,
                near: Vec::new(),
                compared: false,
            };
        };
        let rank = list.rank(&name);
        let near = if rank.is_some() {
            Vec::new()
        } else {
            self.unlisted(list, &name)
        };
        Judgement {
            name,
            rank,
            near,
            compared: true,
        }
    }

    /// What a name could be taken for, be it listed or not.
    pub fn as_if_unlisted(&self, ecosystem: &Ecosystem, name: &str) -> Vec<Near> {
        let name = canonical(ecosystem, name);
        self.popular(ecosystem)
            .map(|list| self.unlisted(list, &name))
            .unwrap_or_default()
    }

    fn unlisted(&self, list: &Popular, name: &str) -> Vec<Near> {
        let mut near = list.near(name);
        near.extend(self.elsewhere(list.ecosystem(), name));
        near.truncate(MAX_NEAR);
        near
    }

    /// The most known package of that name in another ecosystem.
    fn elsewhere(&self, ecosystem: &Ecosystem, name: &str) -> Option<Near> {
        let others = self
            .popular
            .iter()
            .filter(|list| list.ecosystem() != ecosystem);
        let ranked = others.filter_map(|list| Some((list.rank(name)?, list)));
        let (rank, list) = ranked.min_by_key(|(rank, _)| *rank)?;
        let (weight, strength) = weigh(Kind::OtherEcosystem, rank, name.len())?;
        (rank <= OTHER_UP_TO_RANK).then(|| Near {
            popular: name.to_owned(),
            ecosystem: list.ecosystem().clone(),
            rank,
            kind: Kind::OtherEcosystem,
            weight,
            strength,
        })
    }
}
