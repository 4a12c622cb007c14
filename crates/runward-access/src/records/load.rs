//! Reading.

use std::collections::{BTreeMap, BTreeSet};

use runward_db::{DbError, Row, Sql, Tx};
use runward_model::Role;

use super::{Member, Principal, PrincipalKind, StoredToken, TokenInfo};
use crate::AccessError;

/// How often access control has changed.
pub(crate) fn generation(tx: &mut Tx<'_>) -> Result<i64, DbError> {
    match tx.row("SELECT value FROM counters WHERE name = 'access'")? {
        Some(row) => row.int(0),
        None => Ok(0),
    }
}

/// Everything, as of one generation.
pub(crate) fn load(tx: &mut Tx<'_>) -> Result<(i64, Vec<Member>, Vec<StoredToken>), AccessError> {
    const TRIES: usize = 5;
    for _ in 0..TRIES {
        let before = generation(tx)?;
        let members = members(tx)?;
        let tokens = tokens(tx, None)?;
        // A writing transaction of `PostgreSQL` sees what others commit meanwhile.
        if generation(tx)? == before {
            return Ok((before, members, tokens));
        }
    }
    Err(AccessError::Unsettled)
}

fn members(tx: &mut Tx<'_>) -> Result<Vec<Member>, AccessError> {
    let mut members = BTreeMap::new();
    for row in tx.rows("SELECT id, name, email, kind, created, disabled FROM principals")? {
        let principal = principal(&row)?;
        let member = Member {
            principal,
            roles: BTreeSet::new(),
            memberships: BTreeMap::new(),
        };
        members.insert(member.principal.id.clone(), member);
    }
    for row in tx.rows("SELECT principal, role FROM role_grants")? {
        if let Some(member) = members.get_mut(row.text(0)?) {
            member.roles.insert(role(row.text(1)?)?);
        }
    }
    for row in tx.rows("SELECT principal, repository, role FROM memberships")? {
        if let Some(member) = members.get_mut(row.text(0)?) {
            let role = role(row.text(2)?)?;
            member.memberships.insert(row.text(1)?.to_owned(), role);
        }
    }
    Ok(members.into_values().collect())
}

pub(super) fn principal(row: &Row) -> Result<Principal, AccessError> {
    let kind = row.text(3)?;
    Ok(Principal {
        id: row.text(0)?.to_owned(),
        name: row.text(1)?.to_owned(),
        email: row.opt_text(2)?.map(str::to_owned),
        kind: PrincipalKind::from_name(kind).ok_or_else(|| damaged("kind of principal", kind))?,
        created: row.timestamp(4)?,
        disabled: row.opt_timestamp(5)?,
    })
}

/// Tokens by their ids, those of `id` alone where one is given.
pub(super) fn tokens(tx: &mut Tx<'_>, id: Option<&str>) -> Result<Vec<StoredToken>, AccessError> {
    let mut sql = Sql::new(
        "SELECT id, principal, name, hash, scopes, repositories, created, created_by, expires, \
         last_used, revoked FROM tokens",
    );
    if let Some(id) = id {
        sql.push(" WHERE id = ").push_bind(id);
    }
    sql.push(" ORDER BY id");
    tx.rows(sql)?.iter().map(token).collect()
}

fn token(row: &Row) -> Result<StoredToken, AccessError> {
    let scopes = row.text(4)?;
    let repositories = row
        .opt_text(5)?
        .map(|text| serde_json::from_str(text).map_err(|_| damaged("list of repositories", text)))
        .transpose()?;
    Ok(StoredToken {
        info: TokenInfo {
            id: row.text(0)?.to_owned(),
            principal: row.text(1)?.to_owned(),
            name: row.text(2)?.to_owned(),
            scopes: serde_json::from_str(scopes).map_err(|_| damaged("list of scopes", scopes))?,
            repositories,
            created: row.timestamp(6)?,
            created_by: row.text(7)?.to_owned(),
            expires: row.timestamp(8)?,
            last_used: row.opt_timestamp(9)?,
            revoked: row.opt_timestamp(10)?,
        },
        hash: row.bytes(3)?.to_vec(),
    })
}

fn role(name: &str) -> Result<Role, AccessError> {
    Role::from_name(name).ok_or_else(|| damaged("role", name))
}

/// What is stored is not what this program writes: nothing is decided by it.
fn damaged(what: &str, text: &str) -> AccessError {
    AccessError::Db(DbError::Damaged {
        reason: format!("`{}` is no {what}", crate::names::shown(text)),
    })
}
