//! What a token is made for.

use std::{collections::BTreeSet, fmt, str::FromStr};

use runward_model::Action;
use serde::{Deserialize, Serialize};

use crate::{AccessError, names};

/// One scope: an action, or a group of them. A scope only ever narrows what its owner may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// See and export.
    Read,
    /// Work on findings and tasks.
    Write,
    /// What a scan in a pipeline needs: scan, import, and see what came out.
    Scan,
    /// Manage access, the store, the log and the configuration.
    Admin,
    One(Action),
}

impl Scope {
    pub const GROUPS: [Self; 4] = [Self::Read, Self::Write, Self::Scan, Self::Admin];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Scan => "scan",
            Self::Admin => "admin",
            Self::One(action) => action.as_str(),
        }
    }

    pub fn covers(self, action: Action) -> bool {
        match self {
            Self::One(one) => one == action,
            Self::Read => is_read(action),
            Self::Scan => matches!(
                action,
                Action::RunScan | Action::ImportFindings | Action::ViewFinding
            ),
            Self::Admin => matches!(
                action,
                Action::PruneAudit
                    | Action::ManageAccess
                    | Action::CreateToken
                    | Action::RevokeToken
                    | Action::ManageStore
                    | Action::ChangeConfiguration
            ),
            Self::Write => {
                !is_read(action)
                    && !Self::Admin.covers(action)
                    && !matches!(action, Action::RunScan | Action::ImportFindings)
            }
        }
    }
}

/// Whether it changes nothing.
fn is_read(action: Action) -> bool {
    matches!(
        action,
        Action::ViewFinding
            | Action::ExportFindings
            | Action::ViewTask
            | Action::ViewAudit
            | Action::ExportAudit
            | Action::VerifyAudit
            | Action::ViewAccess
            | Action::ViewStore
    )
}

impl FromStr for Scope {
    type Err = AccessError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim();
        Self::GROUPS
            .into_iter()
            .find(|group| group.as_str() == name)
            .or_else(|| Action::from_name(name).map(Self::One))
            .ok_or_else(|| AccessError::Scope(names::shown(text)))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Scope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The actions that any of `scopes` covers.
pub(crate) fn actions(scopes: &BTreeSet<Scope>) -> BTreeSet<Action> {
    Action::ALL
        .iter()
        .copied()
        .filter(|&action| scopes.iter().any(|scope| scope.covers(action)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_in_a_group() {
        for &action in Action::ALL {
            let groups = Scope::GROUPS.iter().filter(|it| it.covers(action)).count();
            // Scans see what they found.
            let expected = if action == Action::ViewFinding { 2 } else { 1 };
            assert_eq!(groups, expected, "{action}");
        }
    }

    #[test]
    fn names_are_read_back() {
        for scope in Scope::GROUPS
            .into_iter()
            .chain(Action::ALL.iter().copied().map(Scope::One))
        {
            assert_eq!(scope.as_str().parse::<Scope>().unwrap(), scope);
        }
        assert!("everything".parse::<Scope>().is_err());
        assert!("".parse::<Scope>().is_err());
    }
}
