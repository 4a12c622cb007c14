//! Who may do what: people, roles, memberships, tokens, and why.

use std::{collections::BTreeSet, fs, io::Write as _, path::Path, sync::Arc};

use runward_access::{AccessError, NewPrincipal, NewToken, Request, TokenText};
use runward_db::Tx;
use runward_model::{Action, Resource, Role, Severity, TaskId, Visible};

use crate::{Context, Ledger, Missing, OpsError, Project, Settings, ledger, settings};

pub use runward_access::{
    Cell as MatrixCell, DEFAULT_TOKEN_DAYS, Explanation, Matrix, Member, NewPrincipal as Person,
    PolicyProblem, PrincipalChange, PrincipalKind, Rule, SCHEMA, SHIPPED_POLICIES,
    Scope as TokenScope, TokenInfo,
};

fn limits(settings: &Settings) -> runward_access::Limits {
    runward_access::Limits {
        token_days: settings.config().access.max_token_days,
        ..runward_access::Limits::default()
    }
}

/// A token that was just made; its text is shown once.
pub struct MadeToken {
    pub info: TokenInfo,
    text: TokenText,
}

impl MadeToken {
    pub fn reveal(&self) -> String {
        self.text.reveal()
    }
}

/// Switches access control on: makes the first admin, with a first token.
pub fn init(
    context: &Context,
    settings: &Settings,
    project: &Project,
    admin: &NewPrincipal,
    days: u32,
) -> Result<MadeToken, OpsError> {
    let ledger = Ledger::open_trusted(context, settings, project)?;
    let actor = ledger.actor();
    let now = ledger.now;
    let made = runward_access::bootstrap(&ledger.db, &actor, now, admin).and_then(|principal| {
        ledger.access.record_policies(&ledger.db, &actor, now)?;
        let new = NewToken {
            principal: principal.id,
            name: "first".to_owned(),
            scopes: TokenScope::GROUPS.into_iter().collect(),
            repositories: None,
            days,
        };
        let entropy = entropy().map_err(|error| AccessError::Internal(error.to_string()))?;
        runward_access::create_token(
            &ledger.db,
            &actor,
            now,
            &new,
            &entropy,
            &limits(settings),
            |_: &mut Tx<'_>| Ok::<(), AccessError>(()),
        )
    });
    let (info, text) = ledger.settle(made.map_err(OpsError::from))?;
    Ok(MadeToken { info, text })
}

fn entropy() -> Result<runward_access::TokenEntropy, OpsError> {
    let mut bytes = [0; 40];
    crate::random(&mut bytes)?;
    Ok(bytes)
}

/// Keeps a token for later commands, once it is known to be one.
pub fn login(
    context: &Context,
    settings: &Settings,
    project: &Project,
    token: &str,
) -> Result<String, OpsError> {
    let mut context = context.clone();
    context
        .variables
        .retain(|(name, _)| name != ledger::TOKEN_VARIABLE);
    context
        .variables
        .push((ledger::TOKEN_VARIABLE.to_owned(), token.trim().to_owned()));
    let ledger = Ledger::open(&context, settings, project, Missing::Refuse)?;
    if ledger.caller().is_none() {
        return Err(OpsError::usage(
            "this store does not ask who you are",
            "switch access control on with `runward access init`",
        ));
    }
    let file = token_file(&context)?;
    if let Some(directory) = file.parent() {
        crate::private_directory(directory)
            .map_err(|error| OpsError::io("cannot make the directory", directory, &error))?;
    }
    // One that is there already may have been readable by others.
    let _ = fs::remove_file(&file);
    crate::private_file(&file)
        .and_then(|mut file| writeln!(file, "{}", token.trim()))
        .map_err(|error| OpsError::io("cannot write", &file, &error))?;
    Ok(ledger.who().to_owned())
}

fn token_file(context: &Context) -> Result<std::path::PathBuf, OpsError> {
    context.token_file().ok_or_else(|| {
        OpsError::usage(
            "there is no place for the token: neither HOME nor XDG_CONFIG_HOME is set",
            "set RUNWARD_TOKEN instead",
        )
    })
}

/// Forgets the kept token; whether there was one.
pub fn logout(context: &Context) -> Result<bool, OpsError> {
    let file = token_file(context)?;
    match fs::remove_file(&file) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(OpsError::io("cannot remove", &file, &error)),
    }
}

fn person(id: &str) -> Resource {
    Resource::Principal { id: id.to_owned() }
}

/// Everybody, with their roles and memberships.
pub fn members(ledger: &Ledger) -> Result<Vec<Arc<Member>>, OpsError> {
    ledger.allow(Action::ViewAccess, &Resource::System)?;
    let engine = ledger.engine()?;
    Ok(engine
        .members()
        .into_values()
        .map(|member| Arc::new(member.clone()))
        .collect())
}

/// One of them, or the caller themselves.
pub fn member(ledger: &Ledger, id: &str) -> Result<Option<Member>, OpsError> {
    if ledger.who() != id {
        ledger.allow(Action::ViewAccess, &person(id))?;
    }
    Ok(ledger.engine()?.member(id).cloned())
}

/// What the parts of a change are: how each is checked and recorded.
macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) -> $result:ty = $call:path, $id:expr;)+) => {
        $(
            $(#[$doc])*
            pub fn $name(ledger: &Ledger, $($argument: $type),*) -> Result<$result, OpsError> {
                let actor = ledger.actor();
                let resource = person($id);
                let done = $call(&ledger.db, &actor, ledger.now, $($argument,)* |tx: &mut Tx<'_>| {
                    ledger.allow_in(tx, Action::ManageAccess, &resource)
                });
                ledger.settle(done.map_err(OpsError::from))
            }
        )+
    };
}

changes! {
    /// Adds somebody, who may do nothing yet.
    add(new: &NewPrincipal) -> runward_access::Principal = runward_access::add_principal, &new.id;
    /// Changes a name or address.
    change(id: &str, to: &PrincipalChange) -> runward_access::Principal = runward_access::change_principal, id;
    /// Takes every right from somebody at once, their tokens too; whether anything changed.
    disable(id: &str, reason: Option<&str>) -> bool = runward_access::disable_principal, id;
    /// Gives them back, without the tokens.
    enable(id: &str) -> bool = runward_access::enable_principal, id;
    /// Gives a role in the whole installation.
    grant(id: &str, role: Role) -> bool = runward_access::grant_role, id;
    /// Takes it away.
    revoke(id: &str, role: Role) -> () = runward_access::revoke_role, id;
    /// Makes somebody a member of a repository.
    join(id: &str, repository: &str, role: Role) -> bool = runward_access::join_repository, id;
    /// Ends a membership.
    leave(id: &str, repository: &str) -> () = runward_access::leave_repository, id;
}

/// Makes a token.
pub fn create_token(
    ledger: &Ledger,
    settings: &Settings,
    new: &NewToken,
) -> Result<MadeToken, OpsError> {
    let actor = ledger.actor();
    let resource = Resource::Token {
        id: String::new(),
        owner: new.principal.clone(),
    };
    let made = runward_access::create_token(
        &ledger.db,
        &actor,
        ledger.now,
        new,
        &entropy()?,
        &limits(settings),
        |tx: &mut Tx<'_>| ledger.allow_in(tx, Action::CreateToken, &resource),
    );
    let (info, text) = ledger.settle(made.map_err(OpsError::from))?;
    Ok(MadeToken { info, text })
}

/// How long a token lives where nobody says: a token makes none that outlives itself.
fn usual_days(ledger: &Ledger, settings: &Settings) -> Result<u32, OpsError> {
    let usual = DEFAULT_TOKEN_DAYS.min(settings.config().access.max_token_days);
    Ok(usual.min(days_left(ledger)?))
}

/// What a token is made from. Without `days` it lives as long as usual.
pub fn new_token(
    ledger: &Ledger,
    settings: &Settings,
    principal: &str,
    name: &str,
    scopes: &[String],
    repositories: &[String],
    days: Option<u32>,
) -> Result<NewToken, OpsError> {
    let days = match days {
        Some(days) => days,
        None => usual_days(ledger, settings)?,
    };
    Ok(NewToken {
        principal: principal.to_owned(),
        name: name.to_owned(),
        scopes: scopes
            .iter()
            .map(|scope| scope.parse())
            .collect::<Result<BTreeSet<TokenScope>, _>>()?,
        repositories: (!repositories.is_empty()).then(|| repositories.iter().cloned().collect()),
        days,
    })
}

/// Makes a new token in the place of an old one, which is revoked.
pub fn rotate_token(ledger: &Ledger, settings: &Settings, id: &str) -> Result<MadeToken, OpsError> {
    let actor = ledger.actor();
    let made = runward_access::rotate_token(
        &ledger.db,
        &actor,
        ledger.now,
        id,
        &entropy()?,
        &limits(settings),
        |tx: &mut Tx<'_>, token: &TokenInfo| {
            ledger.allow_in(tx, Action::CreateToken, &token_resource(token))
        },
    );
    let (info, text) = ledger.settle(made.map_err(OpsError::from))?;
    Ok(MadeToken { info, text })
}

/// Whole days that the caller's own token still lives, at least one.
fn days_left(ledger: &Ledger) -> Result<u32, OpsError> {
    const DAY: i64 = 86_400;
    let Some(used) = ledger.caller().and_then(|caller| caller.token.as_deref()) else {
        return Ok(u32::MAX);
    };
    let left = runward_access::list_tokens(&ledger.db, Some(ledger.who()))?
        .iter()
        .find(|token| token.id == used)
        .map(|token| token.expires.duration_since(ledger.now).as_secs() / DAY);
    Ok(left.map_or(u32::MAX, |days| {
        u32::try_from(days.max(1)).unwrap_or(u32::MAX)
    }))
}

fn token_resource(token: &TokenInfo) -> Resource {
    Resource::Token {
        id: token.id.clone(),
        owner: token.principal.clone(),
    }
}

/// Ends a token; whether it was still live.
pub fn revoke_token(ledger: &Ledger, id: &str, reason: Option<&str>) -> Result<bool, OpsError> {
    let actor = ledger.actor();
    let done = runward_access::revoke_token(
        &ledger.db,
        &actor,
        ledger.now,
        id,
        reason,
        |tx: &mut Tx<'_>, token: &TokenInfo| {
            ledger.allow_in(tx, Action::RevokeToken, &token_resource(token))
        },
    );
    ledger.settle(done.map_err(OpsError::from))
}

/// Ends all of somebody's tokens; how many.
pub fn revoke_tokens_of(ledger: &Ledger, id: &str) -> Result<usize, OpsError> {
    let actor = ledger.actor();
    let resource = Resource::Token {
        id: String::new(),
        owner: id.to_owned(),
    };
    let done =
        runward_access::revoke_tokens_of(&ledger.db, &actor, ledger.now, id, |tx: &mut Tx<'_>| {
            ledger.allow_in(tx, Action::RevokeToken, &resource)
        });
    ledger.settle(done.map_err(OpsError::from))
}

/// Tokens: everybody's, or of one person.
pub fn tokens(ledger: &Ledger, of: Option<&str>) -> Result<Vec<TokenInfo>, OpsError> {
    if of != Some(ledger.who()) {
        ledger.allow(Action::ViewAccess, &Resource::System)?;
    }
    Ok(runward_access::list_tokens(&ledger.db, of)?)
}

/// Why somebody may or may not do something, and what it would take.
pub fn explain(
    ledger: &Ledger,
    principal: &str,
    action: Action,
    resource: &Resource,
) -> Result<Explanation, OpsError> {
    if ledger.who() != principal {
        ledger.allow(Action::ViewAccess, &person(principal))?;
    }
    Ok(ledger.engine()?.explain(&Request {
        principal,
        token: None,
        action,
        resource,
        now: ledger.now,
    }))
}

/// Whether the caller may see everybody's rights, and with them what those are about.
fn sees_access(ledger: &Ledger) -> Result<bool, OpsError> {
    ledger.allowed(Action::ViewAccess, &Resource::System)
}

/// A resource as people name it: `repository:NAME`, `finding:FINGERPRINT`, `task:T-12`,
/// `principal:ID`, `token:ID`, `system`; a finding or task that is not there may be described:
/// `finding:critical@shop`.
pub fn resource(ledger: &Ledger, text: &str) -> Result<Resource, OpsError> {
    let (kind, id) = text.split_once(':').unwrap_or((text, ""));
    let described = |id: &str| {
        let (severity, repository) = id.split_once('@')?;
        Some((severity.parse::<Severity>().ok()?, repository.to_owned()))
    };
    let wrong = || {
        OpsError::usage(
            format!("`{text}` names nothing that access is decided about"),
            "write repository:NAME, finding:FINGERPRINT, finding:SEVERITY@REPOSITORY, task:T-12, \
             task:SEVERITY@REPOSITORY, principal:ID, token:ID or system",
        )
    };
    Ok(match kind {
        "system" => Resource::System,
        _ if id.is_empty() => return Err(wrong()),
        "repository" => Resource::Repository {
            name: id.to_owned(),
        },
        "principal" => person(id),
        "token" => runward_access::list_tokens(&ledger.db, None)?
            .iter()
            .find(|token| token.id == id)
            .map(token_resource)
            .ok_or_else(|| AccessError::UnknownToken(id.to_owned()))?,
        "finding" => {
            if let Some((severity, repository)) = described(id) {
                Resource::Finding {
                    id: "any".to_owned(),
                    repository,
                    severity,
                    approver: None,
                    involved: BTreeSet::new(),
                }
            } else {
                let mut scope = ledger.scope()?;
                if sees_access(ledger)? {
                    scope.visible = Visible::All;
                }
                let stored = ledger.store.get(&scope, id)?;
                crate::findings::resource_of(ledger, &stored)?
            }
        }
        "task" => {
            if let Some((severity, repository)) = described(id) {
                Resource::Task {
                    id: "any".to_owned(),
                    repository,
                    owner: "somebody".to_owned(),
                    assignee: None,
                    requester: None,
                    severity,
                    approver: None,
                }
            } else {
                let id: TaskId = id.parse().map_err(|_| wrong())?;
                let task = ledger
                    .tasks()?
                    .get(id, |_| Ok::<(), runward_tasks::TaskError>(()))?;
                let resource = task.resource();
                if !sees_access(ledger)? {
                    // An explanation tells the facts, so it is for those who may see them.
                    ledger.allow(Action::ViewTask, &resource)?;
                }
                resource
            }
        }
        _ => return Err(wrong()),
    })
}

/// Which role may do what, by the policies in force.
pub fn matrix(context: &Context, settings: &Settings) -> Result<Matrix, OpsError> {
    Ok(Matrix::of(ledger::access(context, settings)?.policies()?)?)
}

/// The rules in force.
pub fn rules(context: &Context, settings: &Settings) -> Result<Vec<Arc<Rule>>, OpsError> {
    let access = ledger::access(context, settings)?;
    Ok(access.policies()?.rules().to_vec())
}

/// What is wrong with files of policies; empty where nothing is.
pub fn check_policies(
    context: &Context,
    settings: &Settings,
    files: &[impl AsRef<Path>],
) -> Result<Vec<PolicyProblem>, OpsError> {
    let sources = files
        .iter()
        .map(|file| ledger::policy_source(context, file.as_ref()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(runward_access::validate(&sources, &limits(settings)))
}

/// Reads a token from standard input, its one line.
pub fn read_token() -> Result<String, OpsError> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| {
        OpsError::usage(format!("no token was read: {error}"), settings::TOKEN_HELP)
    })?;
    match line.trim() {
        "" => Err(OpsError::usage("no token was read", settings::TOKEN_HELP)),
        token => Ok(token.to_owned()),
    }
}
