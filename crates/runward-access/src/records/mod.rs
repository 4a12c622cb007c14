//! Principals, roles, memberships and tokens, as the database holds them.
//!
//! Every change takes a `check`, which runs first inside the transaction: what it allows is what
//! holds when the change is made. Each change emits its event in that transaction and raises the
//! generation, by which every process learns that its picture is out of date.

mod load;
mod principals;
mod roles;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use runward_db::{Db, DbError, Lock, Sql, Tx};
use runward_model::{Event, Role};

pub(crate) use self::load::{generation, load};
pub use self::{
    principals::{
        NewPrincipal, PrincipalChange, add_principal, bootstrap, change_principal,
        disable_principal, enable_principal,
    },
    roles::{grant_role, join_repository, leave_repository, revoke_role},
    tokens::{
        DEFAULT_TOKEN_DAYS, NewToken, create_token, list_tokens, revoke_token, revoke_tokens_of,
        rotate_token,
    },
};
use crate::{AccessError, Scope};

/// Roles that are held in the whole installation.
pub const GLOBAL_ROLES: [Role; 3] = [Role::SecurityLead, Role::Auditor, Role::Admin];
/// Roles that are held in a repository, each including those before it.
pub const REPOSITORY_ROLES: [Role; 3] = [Role::Viewer, Role::Developer, Role::TeamLead];

/// What kind of principal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PrincipalKind {
    Human,
    /// A program with an account of its own.
    Service,
}

impl PrincipalKind {
    pub const ALL: [Self; 2] = [Self::Human, Self::Service];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Service => "service",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

/// Somebody known to access control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    pub id: String,
    pub name: String,
    pub email: Option<String>,
    pub kind: PrincipalKind,
    pub created: Timestamp,
    /// Since when they may do nothing.
    pub disabled: Option<Timestamp>,
}

/// A principal with all that they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub principal: Principal,
    /// Held in the whole installation: of [`GLOBAL_ROLES`].
    pub roles: BTreeSet<Role>,
    /// Held in a repository, by its name: of [`REPOSITORY_ROLES`].
    pub memberships: BTreeMap<String, Role>,
}

/// A token, without anything that would let somebody use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenInfo {
    pub id: String,
    pub principal: String,
    /// What its owner calls it.
    pub name: String,
    pub scopes: BTreeSet<Scope>,
    /// Where it holds; everywhere that its owner does where there is none.
    pub repositories: Option<BTreeSet<String>>,
    pub created: Timestamp,
    pub created_by: String,
    pub expires: Timestamp,
    /// To the minute.
    pub last_used: Option<Timestamp>,
    pub revoked: Option<Timestamp>,
}

impl TokenInfo {
    /// Whether it is neither revoked nor expired.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && now < self.expires
    }
}

/// A token as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredToken {
    pub info: TokenInfo,
    /// SHA-256 of the secret.
    pub hash: Vec<u8>,
}

/// Runs a change under the lock of access control, after its check.
fn change<T, E: From<AccessError> + From<DbError>>(
    db: &Db,
    check: impl FnOnce(&mut Tx<'_>) -> Result<(), E>,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, AccessError>,
) -> Result<T, E> {
    db.write(Lock::Access, |tx| {
        check(tx)?;
        Ok(work(tx)?)
    })
}

/// Records a change that was made.
fn changed(tx: &mut Tx<'_>, event: &Event) -> Result<(), AccessError> {
    tx.emit(event)?;
    tx.ids("access", 1)?;
    Ok(())
}

/// A principal's row; an error where there is none.
fn principal(tx: &mut Tx<'_>, id: &str) -> Result<Principal, AccessError> {
    let unknown = || AccessError::UnknownPrincipal(crate::names::shown(id));
    // What is no id is nobody's; with a NUL in it, it would be an error of the database.
    crate::names::principal_id(id).map_err(|_| unknown())?;
    let sql =
        Sql::new("SELECT id, name, email, kind, created, disabled FROM principals WHERE id = $1")
            .bind(id);
    match tx.row(sql)? {
        Some(row) => load::principal(&row),
        None => Err(unknown()),
    }
}

/// Refuses what would leave nobody to manage access: `id` is about to be an admin no more.
fn keep_an_admin(tx: &mut Tx<'_>, id: &str) -> Result<(), AccessError> {
    let admins = |tx: &mut Tx<'_>, of: &'static str| {
        let mut sql = Sql::new(
            "SELECT COUNT(*) FROM role_grants g JOIN principals p ON p.id = g.principal \
             WHERE g.role = 'admin' AND p.disabled IS NULL AND ",
        );
        sql.push(of).push_bind(id);
        tx.one(sql)?.int(0)
    };
    if admins(tx, "p.id = ")? > 0 && admins(tx, "p.id <> ")? == 0 {
        return Err(AccessError::LastAdmin(id.to_owned()));
    }
    Ok(())
}
