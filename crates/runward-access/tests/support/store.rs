//! A database with a small team.
#![allow(clippy::unwrap_used, reason = "tests may stop")]

use runward_access::{
    Access, AccessError, NewPrincipal, NewToken, PrincipalKind, Scope, add_principal, bootstrap,
    grant_role, join_repository,
};
use runward_db::{Db, DbError, Tx};
use runward_model::{Actor, Event, EventType, Role};

use super::now;

pub fn access() -> Access {
    Access::shipped()
}

pub fn root() -> Actor {
    Actor::account("root")
}

#[allow(clippy::unnecessary_wraps, reason = "it stands for a check")]
pub fn free(_: &mut Tx<'_>) -> Result<(), AccessError> {
    Ok(())
}

pub fn new(id: &str) -> NewPrincipal {
    NewPrincipal {
        id: id.to_owned(),
        name: String::new(),
        email: None,
        kind: PrincipalKind::Human,
    }
}

pub fn new_token(principal: &str, scopes: &[Scope]) -> NewToken {
    NewToken {
        principal: principal.to_owned(),
        name: "laptop".to_owned(),
        scopes: scopes.iter().copied().collect(),
        repositories: None,
        days: 90,
    }
}

/// `ada` is admin; `dev` a developer of `a`; `lead` a security lead.
pub fn people(db: &Db) {
    bootstrap(db, &root(), now(), &new("ada")).unwrap();
    for id in ["dev", "lead"] {
        add_principal(db, &root(), now(), &new(id), free).unwrap();
    }
    join_repository(db, &root(), now(), "dev", "a", Role::Developer, free).unwrap();
    grant_role(db, &root(), now(), "lead", Role::SecurityLead, free).unwrap();
}

pub fn events(db: &Db) -> Vec<Event> {
    db.read(|tx| {
        let rows = tx.rows("SELECT event FROM outbox ORDER BY seq")?;
        Ok::<_, DbError>(
            rows.iter()
                .map(|row| serde_json::from_slice(row.bytes(0).unwrap()).unwrap())
                .collect(),
        )
    })
    .unwrap()
}

pub fn kinds(db: &Db) -> Vec<EventType> {
    events(db).into_iter().map(|it| it.event_type).collect()
}
