//! Making, revoking and rotating API tokens.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use runward_db::{Db, DbError, Sql, Tx};
use runward_model::{Action, Actor, ActorKind, Event, EventType, Subject};

use super::{StoredToken, TokenInfo, change, changed, load, principal};
use crate::{AccessError, Limits, Scope, TokenEntropy, TokenText, names, scope};

/// How long a token lives where nobody says.
pub const DEFAULT_TOKEN_DAYS: u32 = 90;

/// A token to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Whose it is.
    pub principal: String,
    pub name: String,
    pub scopes: BTreeSet<Scope>,
    /// Where it holds; `None` for everywhere that its owner may do something.
    pub repositories: Option<BTreeSet<String>>,
    pub days: u32,
}

/// Makes a token. Its text is given back here and never again. `entropy` comes from the operating
/// system and is used once.
pub fn create_token<E: From<AccessError> + From<DbError>>(
    db: &Db,
    actor: &Actor,
    now: Timestamp,
    new: &NewToken,
    entropy: &TokenEntropy,
    limits: &Limits,
    check: impl FnOnce(&mut Tx<'_>) -> Result<(), E>,
) -> Result<(TokenInfo, TokenText), E> {
    change(db, check, |tx| {
        let text = TokenText::new(entropy);
        let info = TokenInfo {
            id: text.id().to_owned(),
            principal: new.principal.clone(),
            name: names::display_name(&new.name, limits)?,
            scopes: new.scopes.clone(),
            repositories: new.repositories.clone(),
            created: now,
            created_by: actor.id.clone(),
            expires: expiry(now, new.days, limits)?,
            last_used: None,
            revoked: None,
        };
        sound(&info, limits)?;
        owner(tx, &info.principal)?;
        if let Some(issuer) = &actor.token {
            narrower(tx, &info, issuer)?;
        }
        insert(tx, &info, &text)?;
        let mut event = event(now, EventType::TokenCreated, actor, &info)
            .with_detail("name", info.name.as_str())
            .with_detail("scopes", names_of(&info.scopes))
            .with_detail("expires", info.expires.to_string());
        if let Some(those) = &info.repositories {
            event = event.with_detail("repositories", those.iter().cloned().collect::<Vec<_>>());
        }
        changed(tx, &event)?;
        Ok((info, text))
    })
}

/// Ends a token. `false` where it had ended.
pub fn revoke_token<E: From<AccessError> + From<DbError>>(
    db: &Db,
    actor: &Actor,
    now: Timestamp,
    id: &str,
    reason: Option<&str>,
    check: impl FnOnce(&mut Tx<'_>, &TokenInfo) -> Result<(), E>,
) -> Result<bool, E> {
    with_token(db, id, check, |tx, token| {
        if token.revoked.is_some() {
            return Ok(false);
        }
        revoke(tx, actor, now, &token, reason)?;
        Ok(true)
    })
}

/// Ends every live token of a principal; how many there were.
pub fn revoke_tokens_of<E: From<AccessError> + From<DbError>>(
    db: &Db,
    actor: &Actor,
    now: Timestamp,
    id: &str,
    check: impl FnOnce(&mut Tx<'_>) -> Result<(), E>,
) -> Result<usize, E> {
    change(db, check, |tx| {
        principal(tx, id)?;
        revoke_all(tx, actor, now, id)
    })
}

pub(super) fn revoke_all(
    tx: &mut Tx<'_>,
    actor: &Actor,
    now: Timestamp,
    id: &str,
) -> Result<usize, AccessError> {
    let mut count = 0;
    for StoredToken { info, .. } in load::tokens(tx, None)? {
        if info.principal == id && info.is_live(now) {
            revoke(tx, actor, now, &info, None)?;
            count += 1;
        }
    }
    Ok(count)
}

/// Replaces a token by one that may do the same for as long as the old one had been made for, and
/// ends the old one.
pub fn rotate_token<E: From<AccessError> + From<DbError>>(
    db: &Db,
    actor: &Actor,
    now: Timestamp,
    id: &str,
    entropy: &TokenEntropy,
    limits: &Limits,
    check: impl FnOnce(&mut Tx<'_>, &TokenInfo) -> Result<(), E>,
) -> Result<(TokenInfo, TokenText), E> {
    with_token(db, id, check, |tx, old| {
        if !old.is_live(now) {
            return Err(AccessError::DeadToken(old.id));
        }
        owner(tx, &old.principal)?;
        let text = TokenText::new(entropy);
        // A limit that was lowered since holds for the new one.
        let most = SignedDuration::from_hours(24 * i64::from(limits.token_days));
        let life = old.expires.duration_since(old.created).min(most);
        let new = TokenInfo {
            id: text.id().to_owned(),
            created: now,
            created_by: actor.id.clone(),
            expires: after(now, life)?,
            last_used: None,
            ..old.clone()
        };
        // A token may replace itself; it may not renew another beyond its own bounds.
        if let Some(issuer) = actor.token.as_deref().filter(|it| *it != old.id) {
            narrower(tx, &new, issuer)?;
        }
        insert(tx, &new, &text)?;
        end(tx, now, &old)?;
        let event = event(now, EventType::SecretRotated, actor, &old)
            .with_detail("replaced_by", new.id.as_str())
            .with_detail("expires", new.expires.to_string());
        changed(tx, &event)?;
        Ok((new, text))
    })
}

/// All tokens, or those of one principal, by id.
pub fn list_tokens(db: &Db, of: Option<&str>) -> Result<Vec<TokenInfo>, AccessError> {
    db.read(|tx| {
        let tokens = load::tokens(tx, None)?.into_iter().map(|it| it.info);
        Ok(tokens
            .filter(|it| of.is_none_or(|of| it.principal == of))
            .collect())
    })
}

/// Finds a token under the lock, so that `check` knows whose it is. A token that is not there is
/// only told of after `check` has seen an empty one: else ids could be tried out.
fn with_token<T, E: From<AccessError> + From<DbError>>(
    db: &Db,
    id: &str,
    check: impl FnOnce(&mut Tx<'_>, &TokenInfo) -> Result<(), E>,
    work: impl FnOnce(&mut Tx<'_>, TokenInfo) -> Result<T, AccessError>,
) -> Result<T, E> {
    db.write(runward_db::Lock::Access, |tx| {
        let found = if id.contains('\0') {
            None
        } else {
            load::tokens(tx, Some(id))?.into_iter().next()
        };
        let unknown = || AccessError::UnknownToken(names::shown(id));
        let info = found.map(|it| it.info);
        let Some(info) = info else {
            check(tx, &nobodys(id))?;
            return Err(unknown().into());
        };
        check(tx, &info)?;
        Ok(work(tx, info)?)
    })
}

/// Stands for a token that is not there.
fn nobodys(id: &str) -> TokenInfo {
    TokenInfo {
        id: id.to_owned(),
        principal: String::new(),
        name: String::new(),
        scopes: BTreeSet::new(),
        repositories: None,
        created: Timestamp::UNIX_EPOCH,
        created_by: String::new(),
        expires: Timestamp::UNIX_EPOCH,
        last_used: None,
        revoked: None,
    }
}

fn owner(tx: &mut Tx<'_>, id: &str) -> Result<(), AccessError> {
    match principal(tx, id)?.disabled {
        Some(_) => Err(AccessError::PrincipalDisabled(id.to_owned())),
        None => Ok(()),
    }
}

fn sound(token: &TokenInfo, limits: &Limits) -> Result<(), AccessError> {
    if token.scopes.is_empty() {
        return Err(AccessError::NoScope);
    }
    if let Some(those) = &token.repositories {
        if those.is_empty() {
            return Err(AccessError::NoRepository);
        }
        if those.len() > limits.token_repositories {
            return Err(AccessError::TooManyRepositories {
                most: limits.token_repositories,
            });
        }
        for name in those {
            names::repository(name, limits)?;
        }
    }
    Ok(())
}

/// Refuses a token that would let its maker get around the narrowness of the token that they use.
fn narrower(tx: &mut Tx<'_>, new: &TokenInfo, issuer: &str) -> Result<(), AccessError> {
    let wider = |what: String| Err(AccessError::TokenWider(what));
    let Some(issuer) = load::tokens(tx, Some(issuer))?.into_iter().next() else {
        return wider("the one in use is unknown".to_owned());
    };
    let allowed = scope::actions(&issuer.info.scopes);
    let more: Vec<&str> = scope::actions(&new.scopes)
        .difference(&allowed)
        .map(|action: &Action| action.as_str())
        .collect();
    if !more.is_empty() {
        return wider(format!("it would also cover {}", more.join(", ")));
    }
    let within = match (&issuer.info.repositories, &new.repositories) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(those), Some(new)) => new.is_subset(those),
    };
    if !within {
        return wider("it would hold in more repositories".to_owned());
    }
    if new.expires > issuer.info.expires {
        return wider(format!("it would outlive {}", issuer.info.expires));
    }
    Ok(())
}

fn insert(tx: &mut Tx<'_>, token: &TokenInfo, text: &TokenText) -> Result<(), AccessError> {
    tx.execute(
        Sql::new(
            "INSERT INTO tokens (id, principal, name, hash, scopes, repositories, created, \
             created_by, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&token.id)
        .bind(&token.principal)
        .bind(&token.name)
        .bind(text.hash().to_vec())
        .bind(json(&token.scopes)?)
        .bind(token.repositories.as_ref().map(json).transpose()?)
        .bind(token.created)
        .bind(&token.created_by)
        .bind(token.expires),
    )?;
    Ok(())
}

fn json<T: serde::Serialize>(those: &T) -> Result<String, AccessError> {
    serde_json::to_string(those).map_err(|error| AccessError::Internal(error.to_string()))
}

fn revoke(
    tx: &mut Tx<'_>,
    actor: &Actor,
    now: Timestamp,
    token: &TokenInfo,
    reason: Option<&str>,
) -> Result<(), AccessError> {
    end(tx, now, token)?;
    let mut event = event(now, EventType::TokenRevoked, actor, token);
    event.reason = reason.map(str::to_owned);
    changed(tx, &event)
}

fn end(tx: &mut Tx<'_>, now: Timestamp, token: &TokenInfo) -> Result<(), AccessError> {
    tx.execute(
        Sql::new("UPDATE tokens SET revoked = $1 WHERE id = $2")
            .bind(now)
            .bind(&token.id),
    )?;
    Ok(())
}

fn expiry(now: Timestamp, days: u32, limits: &Limits) -> Result<Timestamp, AccessError> {
    if days == 0 || days > limits.token_days {
        return Err(AccessError::TokenLife {
            days,
            most: limits.token_days,
        });
    }
    after(now, SignedDuration::from_hours(24 * i64::from(days)))
}

fn after(now: Timestamp, life: SignedDuration) -> Result<Timestamp, AccessError> {
    now.checked_add(life)
        .map_err(|error| AccessError::Internal(error.to_string()))
}

/// An event about a token, with its owner where that is not who does it.
fn event(now: Timestamp, kind: EventType, actor: &Actor, token: &TokenInfo) -> Event {
    let event = Event::new(now, kind, actor.clone(), Subject::new("token", &token.id))
        .with_detail("principal", token.principal.as_str());
    if actor.kind == ActorKind::Principal && actor.id == token.principal {
        return event;
    }
    event.with_detail("on_behalf", true)
}

fn names_of(scopes: &BTreeSet<Scope>) -> Vec<String> {
    scopes.iter().map(Scope::to_string).collect()
}
