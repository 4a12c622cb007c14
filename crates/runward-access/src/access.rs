//! The door: an engine that is never older than the database, and proof of who somebody is.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
};

use jiff::{SignedDuration, Timestamp};
use runward_db::{Db, DbError, Lock, Sql, Tx};
use runward_model::{Actor, ActorKind, Event, EventType, Outcome, Subject};
use thiserror::Error;

use crate::{AccessError, Caller, Engine, Policies, TokenText, records};

/// How often the use of a token is noted, at most.
const NOTED_AFTER: SignedDuration = SignedDuration::from_secs(60);
/// After how long without use the next one is a login of its own in the audit log. Each use would
/// be thousands of events a day for a program that polls.
const LOGIN_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// Access control of one database.
///
/// The picture that decisions are made from is kept between requests and compared with the
/// database's generation at each: one query by primary key. So whatever was revoked, disabled or
/// taken away in any process no longer holds at the next request in every other.
pub struct Access {
    /// The shipped ones are read when they are first asked for: a store that knows nobody asks for
    /// none.
    policies: OnceLock<Arc<Policies>>,
    current: RwLock<Option<Arc<Engine>>>,
    /// When the use of each token was noted last by this process.
    noted: Mutex<HashMap<String, Timestamp>>,
}

/// A login that failed. Says nothing of why: the audit log does.
#[derive(Debug, Error)]
pub enum LoginError {
    #[error(
        "the API token is not accepted: it may be incomplete, expired or revoked; make a new one \
         with `runward access token create`"
    )]
    Refused,
    #[error(transparent)]
    Access(#[from] AccessError),
}

impl From<DbError> for LoginError {
    fn from(error: DbError) -> Self {
        Self::Access(error.into())
    }
}

impl Access {
    /// With the shipped policies alone.
    pub fn shipped() -> Self {
        Self {
            policies: OnceLock::new(),
            current: RwLock::new(None),
            noted: Mutex::new(HashMap::new()),
        }
    }

    pub fn new(policies: Policies) -> Self {
        Self {
            policies: OnceLock::from(Arc::new(policies)),
            ..Self::shipped()
        }
    }

    pub fn policies(&self) -> Result<&Arc<Policies>, AccessError> {
        if let Some(policies) = self.policies.get() {
            return Ok(policies);
        }
        let shipped = Arc::new(Policies::shipped()?);
        Ok(self.policies.get_or_init(|| shipped))
    }

    /// Whether anybody has been added yet. Until then there is nobody to ask for.
    pub fn is_set_up(&self, db: &Db) -> Result<bool, AccessError> {
        let anybody = db.read(|tx| tx.row(Sql::new("SELECT 1 FROM principals LIMIT 1")))?;
        Ok(anybody.is_some())
    }

    /// The engine for this request.
    pub fn engine(&self, db: &Db) -> Result<Arc<Engine>, AccessError> {
        db.read(|tx| {
            let generation = records::generation(tx)?;
            if let Some(engine) = self.kept(generation) {
                return Ok(engine);
            }
            let engine = Arc::new(self.load(tx)?);
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            *current = Some(Arc::clone(&engine));
            Ok(engine)
        })
    }

    /// The engine inside a transaction, for a check that must hold when the change is made. What the
    /// transaction itself changed is in it, so it is not kept: the transaction may be undone.
    pub fn engine_in(&self, tx: &mut Tx<'_>) -> Result<Arc<Engine>, AccessError> {
        match self.kept(records::generation(tx)?) {
            Some(engine) => Ok(engine),
            None => Ok(Arc::new(self.load(tx)?)),
        }
    }

    fn kept(&self, generation: i64) -> Option<Arc<Engine>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current
            .as_ref()
            .filter(|engine| engine.generation() == generation)
            .cloned()
    }

    fn load(&self, tx: &mut Tx<'_>) -> Result<Engine, AccessError> {
        let (generation, members, tokens) = records::load(tx)?;
        Ok(Engine::new(
            Arc::clone(self.policies()?),
            generation,
            members,
            tokens,
        ))
    }

    /// Finds out whose token `text` is. A failure is recorded with its reason, and told without.
    pub fn authenticate(
        &self,
        db: &Db,
        text: &str,
        now: Timestamp,
        address: Option<&str>,
    ) -> Result<Caller, LoginError> {
        let engine = self.engine(db)?;
        let (reason, id) = match prove(&engine, text, now) {
            Ok((principal, token)) => {
                let caller = Caller {
                    principal,
                    token: Some(token),
                    address: address.map(str::to_owned),
                };
                self.note(db, &caller, now)?;
                return Ok(caller);
            }
            Err(failure) => failure,
        };
        let actor = Actor {
            kind: ActorKind::System,
            id: "login".to_owned(),
            token: id.clone(),
            address: address.map(str::to_owned),
        };
        let subject = Subject::new("token", id.as_deref().unwrap_or("unknown"));
        let mut event = Event::new(now, EventType::LoginFailed, actor, subject);
        event.outcome = Outcome::Denied;
        event.reason = Some(reason.to_owned());
        db.write(Lock::Access, |tx| tx.emit(&event))?;
        Err(LoginError::Refused)
    }

    /// Notes that a token was used, now and then.
    fn note(&self, db: &Db, caller: &Caller, now: Timestamp) -> Result<(), LoginError> {
        let Some(id) = &caller.token else {
            return Ok(());
        };
        {
            let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
            if noted
                .get(id)
                .is_some_and(|last| now.duration_since(*last) < NOTED_AFTER)
            {
                return Ok(());
            }
            noted.insert(id.clone(), now);
        }
        let done = db.write(Lock::Access, |tx| {
            let last = tx
                .row(Sql::new("SELECT last_used FROM tokens WHERE id = $1").bind(id))?
                .map(|row| row.opt_timestamp(0))
                .transpose()?
                .flatten();
            let since = last.map(|last| now.duration_since(last));
            if since.is_some_and(|since| since < NOTED_AFTER) {
                return Ok(());
            }
            tx.execute(
                Sql::new("UPDATE tokens SET last_used = $1 WHERE id = $2")
                    .bind(now)
                    .bind(id),
            )?;
            if since.is_none_or(|since| since >= LOGIN_AFTER) {
                let subject = Subject::new("principal", &caller.principal);
                let event = Event::new(now, EventType::LoginSucceeded, caller.actor(), subject);
                tx.emit(&event)?;
            }
            Ok(())
        });
        match done {
            // Somebody's long write must not keep others from reading; the next use notes it.
            Err(DbError::Busy { .. }) => {
                let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
                noted.remove(id);
                Ok(())
            }
            other => Ok(other?),
        }
    }

    /// Records that decisions are made by other policies than before, where they are.
    pub fn record_policies(
        &self,
        db: &Db,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, AccessError> {
        const NAME: &str = "access_policies";
        let policies = self.policies()?;
        let digest = policies.digest();
        let stored = |tx: &mut Tx<'_>| -> Result<Option<String>, AccessError> {
            let sql = Sql::new("SELECT value FROM meta WHERE name = $1").bind(NAME);
            match tx.row(sql)? {
                Some(row) => Ok(Some(row.text(0)?.to_owned())),
                None => Ok(None),
            }
        };
        if db.read(stored)?.as_deref() == Some(digest) {
            return Ok(false);
        }
        db.write(Lock::Access, |tx| {
            let old = stored(tx)?;
            if old.as_deref() == Some(digest) {
                return Ok(false);
            }
            tx.execute(
                Sql::new(
                    "INSERT INTO meta (name, value) VALUES ($1, $2) \
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                )
                .bind(NAME)
                .bind(digest),
            )?;
            let own: Vec<String> = policies
                .rules()
                .iter()
                .filter(|rule| !rule.shipped)
                .map(|rule| rule.id.clone())
                .collect();
            let subject = Subject::new("policy", "access");
            let event = Event::new(now, EventType::PolicyChanged, actor.clone(), subject)
                .with_change("digest", old, digest)
                .with_detail("own_rules", own);
            tx.emit(&event)?;
            Ok(true)
        })
    }
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access")
            .field("policies", &self.policies)
            .finish_non_exhaustive()
    }
}

/// The principal and the id of a token that holds; else why it does not, and its id where it is one
/// of ours.
fn prove(
    engine: &Engine,
    text: &str,
    now: Timestamp,
) -> Result<(String, String), (&'static str, Option<String>)> {
    let Ok(token) = TokenText::parse(text) else {
        return Err(("not a token", None));
    };
    let Some(live) = engine.token(token.id()) else {
        // As much work as for one that is known.
        let _ = token.matches(&[0; 32]);
        return Err(("unknown token", None));
    };
    let id = token.id().to_owned();
    let info = &live.stored.info;
    if !token.matches(&live.stored.hash) {
        return Err(("wrong secret", Some(id)));
    }
    if info.revoked.is_some() {
        return Err(("revoked", Some(id)));
    }
    if !info.is_live(now) {
        return Err(("expired", Some(id)));
    }
    let enabled = engine
        .member(&info.principal)
        .is_some_and(|it| it.principal.disabled.is_none());
    if !enabled {
        return Err(("the principal is disabled", Some(id)));
    }
    Ok((info.principal.clone(), id))
}
