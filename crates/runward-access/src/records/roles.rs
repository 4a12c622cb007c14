//! Roles in the whole installation, and memberships of repositories.

use jiff::Timestamp;
use runward_db::{Db, DbError, Sql, Tx};
use runward_model::{Actor, EventType, Role};
use serde_json::Value;

use super::{
    GLOBAL_ROLES, REPOSITORY_ROLES, change, changed, keep_an_admin, principal, principals::event,
};
use crate::{AccessError, Limits, names};

/// Gives a role in the whole installation. `false` where it was held already.
pub fn grant_role<E: From<AccessError> + From<DbError>>(
    db: &Db,
    actor: &Actor,
    now: Timestamp,
    id: &str,
    role: Role,
    check: impl FnOnce(&mut Tx<'_>) -> Result<(), E>,
) -> Result<bool, E> {
    change(db, check, |tx| grant(tx, actor, now, id, role))
}

pub(super) fn grant(
    tx: &mut Tx<'_>,
    actor: &Actor,
    now: Timestamp,
    id: &str,
    role: Role,
) -> Result<bool, AccessError> {
    if !GLOBAL_ROLES.contains(&role) {
        return Err(AccessError::RoleNeedsRepository(role.as_str()));
    }
    principal(tx, id)?;
    let sql = Sql::new(
        "INSERT INTO role_grants (principal, role, granted, granted_by) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (principal, role) DO NOTHING",
    )
    .bind(id)
    .bind(role.as_str())
    .bind(now)
    .bind(&actor.id);
    if tx.execute(sql)? == 0 {
        return Ok(false);
    }
    let event = event(now, EventType::RoleGranted, actor, id).with_detail("role", role.as_str());
    changed(tx, &event)?;
    Ok(true)
}

/// Takes a role in the whole installation.
pub fn revoke_role<E: From<AccessError> + From<DbError>>(
    db: &Db,
    actor: &Actor,
    now: Timestamp,
    id: &str,
    role: Role,
    check: impl FnOnce(&mut Tx<'_>) -> Result<(), E>,
) -> Result<(), E> {
    change(db, check, |tx| {
        if !GLOBAL_ROLES.contains(&role) {
            return Err(AccessError::RoleNeedsRepository(role.as_str()));
        }
        principal(tx, id)?;
        if role == Role::Admin {
            keep_an_admin(tx, id)?;
        }
        let sql = Sql::new("DELETE FROM role_grants WHERE principal = $1 AND role = $2")
            .bind(id)
            .bind(role.as_str());
        if tx.execute(sql)? == 0 {
            return Err(AccessError::RoleNotHeld {
                principal: id.to_owned(),
                role: role.as_str(),
            });
        }
        let event =
            event(now, EventType::RoleRevoked, actor, id).with_detail("role", role.as_str());
        changed(tx, &event)
    })
}

/// Makes somebody a member of a repository, or a member in another role: one role in each.
/// `false` where that is what they were.
pub fn join_repository<E: From<AccessError> + From<DbError>>(
    db: &Db,
    actor: &Actor,
    now: Timestamp,
    id: &str,
    repository: &str,
    role: Role,
    check: impl FnOnce(&mut Tx<'_>) -> Result<(), E>,
) -> Result<bool, E> {
    change(db, check, |tx| {
        if !REPOSITORY_ROLES.contains(&role) {
            return Err(AccessError::RoleIsGlobal(role.as_str()));
        }
        let repository = names::repository(repository, &Limits::default())?;
        principal(tx, id)?;
        let old = membership(tx, id, repository)?;
        if old.as_deref() == Some(role.as_str()) {
            return Ok(false);
        }
        tx.execute(
            Sql::new(
                "INSERT INTO memberships (principal, repository, role, joined, added_by) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (principal, repository) DO UPDATE SET \
                 role = excluded.role, joined = excluded.joined, added_by = excluded.added_by",
            )
            .bind(id)
            .bind(repository)
            .bind(role.as_str())
            .bind(now)
            .bind(&actor.id),
        )?;
        let mut event = event(now, EventType::MembershipAdded, actor, id).with_change(
            "role",
            old,
            role.as_str(),
        );
        event.repository = Some(repository.to_owned());
        changed(tx, &event)?;
        Ok(true)
    })
}

/// Ends a membership.
pub fn leave_repository<E: From<AccessError> + From<DbError>>(
    db: &Db,
    actor: &Actor,
    now: Timestamp,
    id: &str,
    repository: &str,
    check: impl FnOnce(&mut Tx<'_>) -> Result<(), E>,
) -> Result<(), E> {
    change(db, check, |tx| {
        principal(tx, id)?;
        let Some(old) = membership(tx, id, repository)? else {
            return Err(AccessError::NotMember {
                principal: id.to_owned(),
                repository: names::shown(repository),
            });
        };
        tx.execute(
            Sql::new("DELETE FROM memberships WHERE principal = $1 AND repository = $2")
                .bind(id)
                .bind(repository),
        )?;
        let mut event = event(now, EventType::MembershipRemoved, actor, id).with_change(
            "role",
            old,
            Value::Null,
        );
        event.repository = Some(repository.to_owned());
        changed(tx, &event)
    })
}

fn membership(tx: &mut Tx<'_>, id: &str, repository: &str) -> Result<Option<String>, AccessError> {
    // A NUL would be an error of the database instead of a name that nobody has.
    if repository.contains('\0') {
        return Ok(None);
    }
    let sql = Sql::new("SELECT role FROM memberships WHERE principal = $1 AND repository = $2")
        .bind(id)
        .bind(repository);
    Ok(match tx.row(sql)? {
        Some(row) => Some(row.text(0)?.to_owned()),
        None => None,
    })
}
