//! Principals, roles, memberships, tokens, and the policies that decide.
//!
//! [`Access`] belongs to one database: [`Access::authenticate`] finds out who somebody is,
//! [`Access::engine`] gives the [`Engine`] of the moment, [`Engine::authorise`] decides and
//! [`Engine::visible`] gives the filter of a list. The rules are data: `policies/access.cedar`,
//! checked against `policies/access.cedarschema`, with a team's own beside them ([`Policies`]).
//! Changes are functions of their own ([`add_principal`], [`grant_role`], …), each in a transaction
//! with its event.

mod access;
mod engine;
mod error;
mod limits;
pub mod names;
mod policy;
mod records;
mod scope;
mod token;

pub use access::{Access, LoginError};
pub use engine::{
    Caller, Cell, Decision, Denial, Engine, Explanation, Matrix, Need, Page, Request, Visibility,
    page,
};
pub use error::{AccessError, NameError};
pub use limits::Limits;
pub use policy::{
    Policies, PolicyProblem, PolicySource, Rule, SCHEMA, SHIPPED_FILE, SHIPPED_POLICIES, validate,
};
pub use records::{
    DEFAULT_TOKEN_DAYS, GLOBAL_ROLES, Member, NewPrincipal, NewToken, Principal, PrincipalChange,
    PrincipalKind, REPOSITORY_ROLES, StoredToken, TokenInfo, add_principal, bootstrap,
    change_principal, create_token, disable_principal, enable_principal, grant_role,
    join_repository, leave_repository, list_tokens, revoke_role, revoke_token, revoke_tokens_of,
    rotate_token,
};
pub use scope::Scope;
pub use token::{NotAToken, TokenEntropy, TokenText};
