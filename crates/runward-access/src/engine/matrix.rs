//! The table of role × action, found by asking the engine about specimens.

use std::{
    collections::BTreeSet,
    fmt::{self, Write as _},
    sync::Arc,
};

use runward_model::{Action, Resource, Role, Severity};

use super::{Engine, Facts};
use crate::{AccessError, Policies, PrincipalKind};

/// Whether somebody with one role alone may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    Never,
    Always,
    /// What is theirs, and nothing else.
    Own,
    /// Everything but what is theirs.
    NotOwn,
    /// Up to this severity, and nothing that is theirs.
    UpTo(Severity),
    /// By something else; ask for an explanation.
    Depends,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.pad("–"),
            Self::Always => f.pad("yes"),
            Self::Own => f.pad("own"),
            Self::NotOwn => f.pad("not own"),
            Self::UpTo(severity) => f.pad(&format!("≤ {severity}, not own")),
            Self::Depends => f.pad("depends"),
        }
    }
}

/// For each action, a cell for each role of [`Role::ALL`]. A viewer, developer or team lead is one
/// of the repository that is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    pub rows: Vec<(Action, Vec<Cell>)>,
}

impl Matrix {
    pub fn of(policies: &Arc<Policies>) -> Result<Self, AccessError> {
        let engine = Engine::new(Arc::clone(policies), 0, Vec::new(), Vec::new());
        let mut rows = Vec::new();
        for &action in Action::ALL {
            let kinds = &policies.about(action)?.resources;
            let cells = Role::ALL
                .iter()
                .map(|&role| cell(&engine, action, role, kinds));
            rows.push((action, cells.collect()));
        }
        Ok(Self { rows })
    }

    /// As a Markdown table.
    pub fn markdown(&self) -> String {
        let mut text = String::from("| action |");
        for role in Role::ALL {
            // Writing to a string cannot fail.
            let _ = write!(text, " {role} |");
        }
        text.push_str("\n|---|");
        text.push_str(&"---|".repeat(Role::ALL.len()));
        text.push('\n');
        for (action, cells) in &self.rows {
            let _ = write!(text, "| `{action}` |");
            for cell in cells {
                let _ = write!(text, " {cell} |");
            }
            text.push('\n');
        }
        text
    }
}

const ASKER: &str = "asker";
const PLACE: &str = "place";

const SEVERITIES: [Severity; 6] = [
    Severity::Unknown,
    Severity::None,
    Severity::Low,
    Severity::Medium,
    Severity::High,
    Severity::Critical,
];

fn cell(engine: &Engine, action: Action, role: Role, kinds: &BTreeSet<String>) -> Cell {
    let global = crate::GLOBAL_ROLES.contains(&role);
    let facts = Facts {
        id: ASKER,
        kind: PrincipalKind::Human,
        enabled: true,
        roles: global.then_some(role).into_iter().collect(),
        here: (!global).then_some(role),
        token: false,
        in_scope: true,
    };
    // The installation is nobody's repository: where an action has both, members are asked about
    // theirs.
    let ours = |kind: &&String| global || kinds.len() == 1 || *kind != "System";
    let (mut plain, mut own) = (Vec::new(), Vec::new());
    for kind in kinds.iter().filter(ours) {
        for severity in SEVERITIES {
            let may = |mine| {
                let resource = specimen(kind, severity, mine)?;
                // What oneself may do to a repository that is there for all is asked in its place.
                let here = super::vocabulary::repository(&resource).and(facts.here);
                let facts = Facts {
                    here,
                    ..facts.clone()
                };
                Some((severity, engine.judge(&facts, action, &resource).allowed))
            };
            plain.extend(may(false));
            own.extend(may(true));
        }
    }
    if own.is_empty() {
        own.clone_from(&plain);
    }
    let all = |those: &[(Severity, bool)]| those.iter().all(|it| it.1);
    let none = |those: &[(Severity, bool)]| !those.iter().any(|it| it.1);
    let most = plain.iter().filter(|it| it.1).map(|it| it.0).max();
    match (all(&plain), none(&plain), all(&own), none(&own)) {
        (_, true, _, true) => Cell::Never,
        (true, _, true, _) => Cell::Always,
        (_, true, true, _) => Cell::Own,
        (true, _, _, true) => Cell::NotOwn,
        (_, _, _, true) => most.map_or(Cell::Never, Cell::UpTo),
        _ => Cell::Depends,
    }
}

/// A thing of this kind; none where nobody can own such a thing and `mine` is asked for.
fn specimen(kind: &str, severity: Severity, mine: bool) -> Option<Resource> {
    let owner = if mine { ASKER } else { "somebody" }.to_owned();
    Some(match kind {
        "Finding" => Resource::Finding {
            id: "f".to_owned(),
            repository: PLACE.to_owned(),
            severity,
            approver: None,
            involved: BTreeSet::from([owner]),
        },
        "Task" => Resource::Task {
            id: "T-1".to_owned(),
            repository: PLACE.to_owned(),
            owner,
            assignee: None,
            requester: None,
            severity,
            approver: None,
        },
        "Token" => Resource::Token {
            id: "t".to_owned(),
            owner,
        },
        "Principal" => Resource::Principal { id: owner },
        "Repository" if !mine => Resource::Repository {
            name: PLACE.to_owned(),
        },
        "System" if !mine => Resource::System,
        _ => return None,
    })
}
