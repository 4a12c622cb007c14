//! Adding, changing, disabling and enabling principals.

use jiff::Timestamp;
use runward_db::{Db, DbError, Sql, Tx};
use runward_model::{Actor, Event, EventType, Role, Subject};
use serde_json::Value;

use super::{Principal, PrincipalKind, change, changed, keep_an_admin, principal, roles, tokens};
use crate::{AccessError, Limits, names};

/// A principal to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPrincipal {
    pub id: String,
    /// The id where it is empty.
    pub name: String,
    pub email: Option<String>,
    pub kind: PrincipalKind,
}

/// What changes of a principal; nothing where there is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrincipalChange {
    pub name: Option<String>,
    /// `Some(None)` takes the address away.
    pub email: Option<Option<String>>,
}

/// Adds a principal, who may do nothing yet.
pub fn add_principal<E: From<AccessError> + From<DbError>>(
    db: &Db,
    actor: &Actor,
    now: Timestamp,
    new: &NewPrincipal,
    check: impl FnOnce(&mut Tx<'_>) -> Result<(), E>,
) -> Result<Principal, E> {
    change(db, check, |tx| insert(tx, actor, now, new))
}

/// Adds the first principal and makes them admin. Refused as soon as there is anybody.
pub fn bootstrap(
    db: &Db,
    actor: &Actor,
    now: Timestamp,
    new: &NewPrincipal,
) -> Result<Principal, AccessError> {
    let first = |tx: &mut Tx<'_>| match tx.row("SELECT id FROM principals LIMIT 1")? {
        Some(_) => Err(AccessError::AlreadySetUp),
        None => Ok(()),
    };
    change(db, first, |tx| {
        let principal = insert(tx, actor, now, new)?;
        roles::grant(tx, actor, now, &principal.id, Role::Admin)?;
        Ok(principal)
    })
}

fn insert(
    tx: &mut Tx<'_>,
    actor: &Actor,
    now: Timestamp,
    new: &NewPrincipal,
) -> Result<Principal, AccessError> {
    let limits = Limits::default();
    let id = names::principal_id(&new.id)?;
    let name = if new.name.trim().is_empty() {
        id
    } else {
        &new.name
    };
    let principal = Principal {
        id: id.to_owned(),
        name: names::display_name(name, &limits)?,
        email: email(new.email.as_deref(), &limits)?,
        kind: new.kind,
        created: now,
        disabled: None,
    };
    let sql = Sql::new(
        "INSERT INTO principals (id, name, email, kind, created) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(id)
    .bind(&principal.name)
    .bind(principal.email.clone())
    .bind(principal.kind.as_str())
    .bind(now);
    if tx.execute(sql)? == 0 {
        return Err(AccessError::PrincipalExists(id.to_owned()));
    }
    let event = event(now, EventType::PrincipalAdded, actor, id)
        .with_detail("kind", principal.kind.as_str())
        .with_detail("name", principal.name.as_str());
    changed(tx, &event)?;
    Ok(principal)
}

/// Changes what a principal is called.
pub fn change_principal<E: From<AccessError> + From<DbError>>(
    db: &Db,
    actor: &Actor,
    now: Timestamp,
    id: &str,
    to: &PrincipalChange,
    check: impl FnOnce(&mut Tx<'_>) -> Result<(), E>,
) -> Result<Principal, E> {
    change(db, check, |tx| {
        let limits = Limits::default();
        let old = principal(tx, id)?;
        let mut new = old.clone();
        if let Some(name) = &to.name {
            new.name = names::display_name(name, &limits)?;
        }
        if let Some(address) = &to.email {
            new.email = email(address.as_deref(), &limits)?;
        }
        if new == old {
            return Ok(old);
        }
        tx.execute(
            Sql::new("UPDATE principals SET name = $1, email = $2 WHERE id = $3")
                .bind(&new.name)
                .bind(new.email.clone())
                .bind(id),
        )?;
        let mut event = event(now, EventType::PrincipalChanged, actor, id);
        if new.name != old.name {
            event = event.with_change("name", old.name, new.name.as_str());
        }
        if new.email != old.email {
            event = event.with_change("email", old.email, new.email.clone());
        }
        changed(tx, &event)?;
        Ok(new)
    })
}

/// Takes every right from a principal, from the next request on, and revokes their tokens for good.
/// `false` where they were disabled already.
pub fn disable_principal<E: From<AccessError> + From<DbError>>(
    db: &Db,
    actor: &Actor,
    now: Timestamp,
    id: &str,
    reason: Option<&str>,
    check: impl FnOnce(&mut Tx<'_>) -> Result<(), E>,
) -> Result<bool, E> {
    change(db, check, |tx| {
        if principal(tx, id)?.disabled.is_some() {
            return Ok(false);
        }
        keep_an_admin(tx, id)?;
        tx.execute(
            Sql::new("UPDATE principals SET disabled = $1 WHERE id = $2")
                .bind(now)
                .bind(id),
        )?;
        let mut event = event(now, EventType::PrincipalDisabled, actor, id);
        event.reason = reason.map(str::to_owned);
        changed(tx, &event)?;
        tokens::revoke_all(tx, actor, now, id)?;
        Ok(true)
    })
}

/// Gives a disabled principal their rights back; their tokens stay revoked. `false` where they were
/// not disabled.
pub fn enable_principal<E: From<AccessError> + From<DbError>>(
    db: &Db,
    actor: &Actor,
    now: Timestamp,
    id: &str,
    check: impl FnOnce(&mut Tx<'_>) -> Result<(), E>,
) -> Result<bool, E> {
    change(db, check, |tx| {
        let Some(since) = principal(tx, id)?.disabled else {
            return Ok(false);
        };
        tx.execute(Sql::new("UPDATE principals SET disabled = NULL WHERE id = $1").bind(id))?;
        let event = event(now, EventType::PrincipalChanged, actor, id).with_change(
            "disabled",
            since.to_string(),
            Value::Null,
        );
        changed(tx, &event)?;
        Ok(true)
    })
}

fn email(text: Option<&str>, limits: &Limits) -> Result<Option<String>, AccessError> {
    Ok(text.map(|it| names::email(it, limits)).transpose()?)
}

/// An event about a principal. One that somebody causes about themselves says so.
pub(super) fn event(now: Timestamp, kind: EventType, actor: &Actor, id: &str) -> Event {
    let event = Event::new(now, kind, actor.clone(), Subject::new("principal", id));
    let own = actor.kind == runward_model::ActorKind::Principal && actor.id == id;
    if own {
        return event.with_detail("self", true);
    }
    event
}
