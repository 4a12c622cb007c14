//! Everything that is recorded, opened for one caller: the store, the log that proves it, and who
//! may do what.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
    time::Duration,
};

use jiff::Timestamp;
use runward_access::{
    Access, AccessError, Caller, Denial, Engine, LoginError, Policies, PolicySource,
};
use runward_audit::{FeedOptions, Trail, TrailOptions};
use runward_db::{Db, Lock, Options, Place, Tx};
use runward_model::{Action, Actor, Event, Resource, Visible};
use runward_redact::Rules;
use runward_store::{Scope, Store, StoreError};
use runward_tasks::{Patterns, TaskError, Tasks};

use crate::{Context, Missing, OpsError, Places, Project, STATE_DIRECTORY, Settings, settings};

/// The variable that holds the caller's API token.
pub const TOKEN_VARIABLE: &str = "RUNWARD_TOKEN";

/// The store and everything around it, opened for one caller.
pub struct Ledger {
    pub(crate) db: Arc<Db>,
    pub(crate) store: Store,
    pub(crate) trail: Trail,
    pub(crate) access: Access,
    /// Read when they are first needed: a scan looks at no input of people.
    patterns: OnceLock<Patterns>,
    /// Absent while nobody is known to access control: then whoever can open the store may do
    /// everything.
    caller: Option<Caller>,
    account: String,
    pub(crate) now: Timestamp,
    pub(crate) root: String,
    pub(crate) project: String,
    pub(crate) repository: Option<String>,
    /// The store holds this project alone.
    own: bool,
}

impl Ledger {
    /// Opens the record of a project for whoever the token, or else the account, says.
    pub fn open(
        context: &Context,
        settings: &Settings,
        project: &Project,
        missing: Missing,
    ) -> Result<Self, OpsError> {
        let places = Places::of(context, settings, project)?;
        places.check(project, missing)?;
        if places.own {
            let directory = project.root.join(STATE_DIRECTORY);
            crate::state_directory(project)
                .map_err(|error| OpsError::io("cannot make the directory", &directory, &error))?;
        }
        let mut ledger = Self::assemble(context, settings, project)?;
        if ledger.access.is_set_up(&ledger.db)? {
            ledger.caller = Some(ledger.authenticate(context)?);
        }
        Ok(ledger)
    }

    fn assemble(
        context: &Context,
        settings: &Settings,
        project: &Project,
    ) -> Result<Self, OpsError> {
        let places = Places::of(context, settings, project)?;
        let trail = open_trail(context, settings, &places)?;
        let options = Options {
            sealer: trail.sealer()?,
            // A file is one program's; a server's schema is changed on purpose.
            migrate: matches!(places.store, Place::Sqlite(_)),
            busy: Duration::from_secs(settings.config().store.wait_seconds.into()),
        };
        let db = Arc::new(Db::open(&places.store, options)?);
        Ok(Self {
            store: Store::new(Arc::clone(&db)),
            db,
            trail,
            access: access(context, settings)?,
            patterns: own_patterns(context, settings)?,
            caller: None,
            account: context.account.clone(),
            now: context.now,
            root: project.shown.clone(),
            project: settings.project_name(project),
            repository: settings.config().project.repository.clone(),
            own: places.own,
        })
    }

    /// The record for what the program does to the store itself, whose rights were checked before
    /// or are the database server's to give.
    pub(crate) fn open_trusted(
        context: &Context,
        settings: &Settings,
        project: &Project,
    ) -> Result<Self, OpsError> {
        Self::assemble(context, settings, project)
    }

    /// Brings a store's schema up to date; needs no rights but those that the server checks.
    pub(crate) fn options(
        context: &Context,
        settings: &Settings,
        places: &Places,
    ) -> Result<Options, OpsError> {
        let trail = open_trail(context, settings, places)?;
        Ok(Options {
            sealer: trail.sealer()?,
            migrate: true,
            busy: Duration::from_secs(settings.config().store.wait_seconds.into()),
        })
    }

    fn authenticate(&self, context: &Context) -> Result<Caller, OpsError> {
        let Some(token) = token(context)? else {
            return Err(OpsError::denied(
                "this store asks who you are, and there is no token",
                format!(
                    "set {TOKEN_VARIABLE} to your API token, or keep it with `runward access \
                     login`; an admin makes one with `runward access token create`"
                ),
            ));
        };
        match self.access.authenticate(&self.db, &token, self.now, None) {
            Ok(caller) => {
                self.trail.publish(&self.db, u64::MAX)?;
                Ok(caller)
            }
            Err(LoginError::Access(error)) => Err(error.into()),
            Err(refused) => {
                self.trail.publish(&self.db, u64::MAX)?;
                Err(OpsError::denied(
                    refused.to_string(),
                    "ask an admin for a new one: `runward access token create`",
                ))
            }
        }
    }

    /// Who acts, for events and transitions.
    pub fn actor(&self) -> Actor {
        match &self.caller {
            Some(caller) => caller.actor(),
            None => Actor::account(&self.account),
        }
    }

    /// The caller, where access control knows anybody.
    pub fn caller(&self) -> Option<&Caller> {
        self.caller.as_ref()
    }

    /// Who acts, in one word.
    pub fn who(&self) -> &str {
        self.caller
            .as_ref()
            .map_or(&self.account, |caller| &caller.principal)
    }

    /// The name of the project that the ledger was opened for.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The repository that it belongs to, by which access is granted.
    pub fn repository(&self) -> &str {
        self.repository.as_deref().unwrap_or(&self.project)
    }

    /// The project's number in the store, which is given where it has none.
    pub(crate) fn project_id(&self) -> Result<runward_store::ProjectId, OpsError> {
        Ok(self.store.project(
            &self.project,
            &self.root,
            self.repository.as_deref(),
            self.now,
        )?)
    }

    /// Whether the store holds one project alone.
    pub fn is_own(&self) -> bool {
        self.own
    }

    pub(crate) fn tasks(&self) -> Result<Tasks<'_>, OpsError> {
        let patterns = if let Some(patterns) = self.patterns.get() {
            patterns
        } else {
            let built_in = Patterns::built_in().map_err(OpsError::Patterns)?;
            self.patterns.get_or_init(|| built_in)
        };
        Ok(Tasks::new(&self.db, patterns))
    }

    pub(crate) fn engine(&self) -> Result<Arc<Engine>, OpsError> {
        Ok(self.access.engine(&self.db)?)
    }

    /// Lets the caller do it, or records that they may not.
    pub(crate) fn allow(&self, action: Action, resource: &Resource) -> Result<(), OpsError> {
        let Some(caller) = &self.caller else {
            return Ok(());
        };
        match self.engine()?.authorise(caller, action, resource, self.now) {
            Ok(_) => Ok(()),
            Err(denial) => Err(self.denied(&denial)),
        }
    }

    /// The same inside a transaction; what it refuses is recorded by [`Self::settle`].
    pub(crate) fn allow_in(
        &self,
        tx: &mut Tx<'_>,
        action: Action,
        resource: &Resource,
    ) -> Result<(), AccessError> {
        match &self.caller {
            None => Ok(()),
            Some(caller) => self
                .access
                .engine_in(tx)?
                .authorise(caller, action, resource, self.now)
                .map(drop)
                .map_err(AccessError::Denied),
        }
    }

    /// Whether the caller may; nothing is recorded.
    pub(crate) fn allowed(&self, action: Action, resource: &Resource) -> Result<bool, OpsError> {
        Ok(self.judge(action)?(resource))
    }

    /// A check of many items by the policies of this moment; nothing is recorded.
    pub(crate) fn judge(&self, action: Action) -> Result<impl Fn(&Resource) -> bool, OpsError> {
        let asked = self.asked()?;
        Ok(move |resource: &Resource| {
            asked.as_ref().is_none_or(|(caller, engine)| {
                let request = caller.asks(action, resource, self.now);
                engine.decide(&request).allowed
            })
        })
    }

    /// Who asks and what decides; nothing while everybody may do everything.
    pub(crate) fn asked(&self) -> Result<Option<(&Caller, Arc<Engine>)>, OpsError> {
        match &self.caller {
            Some(caller) => Ok(Some((caller, self.engine()?))),
            None => Ok(None),
        }
    }

    /// A check of one right that says why not, by the policies of this moment; what it refuses is
    /// recorded by [`Self::settle`].
    pub(crate) fn right(
        &self,
        action: Action,
    ) -> Result<impl Fn(&Resource) -> Result<(), OpsError>, OpsError> {
        let asked = self.asked()?;
        Ok(move |resource: &Resource| match &asked {
            None => Ok(()),
            Some((caller, engine)) => engine
                .authorise(caller, action, resource, self.now)
                .map(drop)
                .map_err(|denial| OpsError::Access(AccessError::Denied(denial))),
        })
    }

    /// What the caller sees for an action, and whether that is exact.
    pub(crate) fn visible(&self, action: Action) -> Result<(Visible, bool), OpsError> {
        Ok(match self.asked()? {
            None => (Visible::All, true),
            Some((caller, engine)) => {
                let seen =
                    engine.visible(&caller.principal, caller.token.as_deref(), action, self.now);
                (seen.visible, seen.exact)
            }
        })
    }

    /// The findings that a call is about: those of the project that the ledger was opened for,
    /// where the store knows it, as far as the caller sees them. In a store of many projects the
    /// same package in the same file is the same finding in each of them.
    pub(crate) fn scope(&self) -> Result<Scope, OpsError> {
        let project = if self.own {
            None
        } else {
            self.store.find_project(&self.project)?
        };
        Ok(Scope {
            project: project.map(|project| project.id),
            ..self.whole()?
        })
    }

    /// The findings of every project, as far as the caller sees them.
    pub(crate) fn whole(&self) -> Result<Scope, OpsError> {
        Ok(Scope {
            project: None,
            visible: self.visible(Action::ViewFinding)?.0,
        })
    }

    /// Brings what was done into the log, and records what was refused.
    pub(crate) fn settle<T>(&self, done: Result<T, OpsError>) -> Result<T, OpsError> {
        match done {
            Err(OpsError::Access(AccessError::Denied(denial))) => Err(self.denied(&denial)),
            Err(error) => {
                // What was recorded on the way to the error (refused input) is published too; the
                // error itself matters more than a log that cannot be written.
                let _ = self.publish();
                Err(error)
            }
            Ok(done) => {
                self.publish()?;
                Ok(done)
            }
        }
    }

    fn denied(&self, denial: &Denial) -> OpsError {
        match self.record(&denial.event(self.now)) {
            Ok(()) if denial.hidden => absent(denial),
            // What it would take is in the message.
            Ok(()) => OpsError::Denied {
                message: denial.to_string(),
                help: None,
            },
            Err(error) => error,
        }
    }

    /// Records one event; the next publication brings it into the log.
    pub(crate) fn note(&self, event: &Event) -> Result<(), OpsError> {
        self.db
            .write(Lock::Publish, |tx| tx.emit(event))
            .map_err(OpsError::Db)
    }

    /// Records one event that goes with no change of state.
    pub(crate) fn record(&self, event: &Event) -> Result<(), OpsError> {
        self.note(event)?;
        self.publish()
    }

    /// Brings everything that is recorded into the log.
    pub(crate) fn publish(&self) -> Result<(), OpsError> {
        self.trail.publish(&self.db, u64::MAX)?;
        Ok(())
    }
}

/// The answer where the caller may not know that the thing is there: the same as if it were not.
fn absent(denial: &Denial) -> OpsError {
    match &denial.resource {
        Resource::Finding { id, .. } => StoreError::NotFound { key: id.clone() }.into(),
        Resource::Task { id, .. } if let Ok(id) = id.parse() => TaskError::NotFound(id).into(),
        _ => OpsError::Denied {
            message: denial.to_string(),
            help: None,
        },
    }
}

fn open_trail(context: &Context, settings: &Settings, places: &Places) -> Result<Trail, OpsError> {
    const TRIES: u32 = 50;
    const PAUSE: Duration = Duration::from_millis(20);
    let mut tries = 0;
    loop {
        let named = match &settings.config().audit.origin {
            Some(origin) => Some(origin.clone()),
            None => origin(&places.keys)?,
        };
        let invented = named.is_none();
        let origin = named.map_or_else(new_origin, Ok)?;
        match open_named(context, settings, places, &origin) {
            // Another process may just be making the same log, and name it.
            Err(_) if invented && tries < TRIES => {
                tries += 1;
                std::thread::sleep(PAUSE);
            }
            opened => return opened,
        }
    }
}

fn open_named(
    context: &Context,
    settings: &Settings,
    places: &Places,
    origin: &str,
) -> Result<Trail, OpsError> {
    let config = &settings.config().audit;
    let mut options = TrailOptions::new(&places.log, &places.keys, origin);
    options.feeds = config
        .files_dir
        .as_ref()
        .map(|directory| FeedOptions::both(context.working_directory.join(directory)));
    options.rules = Rules::with(&config.redact_fields, &config.redact_words).map_err(|error| {
        OpsError::usage(
            error.to_string(),
            "correct `audit.redact_fields` and `audit.redact_words`",
        )
    })?;
    Ok(Trail::open(options)?)
}

/// The log's name that its key was made for.
fn origin(keys: &Path) -> Result<Option<String>, OpsError> {
    let public = settings::read(&keys.join("log.pub"))?;
    let name = public.as_deref().and_then(|text| text.split_once('+'));
    Ok(name.map(|(name, _)| name.to_owned()))
}

fn new_origin() -> Result<String, OpsError> {
    let mut random = [0; 8];
    crate::random(&mut random)?;
    Ok(format!("runward.local/{}", runward_model::hex(&random)))
}

/// Access control by the shipped policies, which are read when they are needed, or with a team's
/// own, which are checked at every start.
pub(crate) fn access(context: &Context, settings: &Settings) -> Result<Access, OpsError> {
    let files = &settings.config().access.policies;
    if files.is_empty() {
        return Ok(Access::shipped());
    }
    let sources = files
        .iter()
        .map(|file| policy_source(context, Path::new(file)))
        .collect::<Result<Vec<_>, _>>()?;
    let policies = Policies::with(&sources, &runward_access::Limits::default())?;
    Ok(Access::new(policies))
}

pub(crate) fn policy_source(context: &Context, file: &Path) -> Result<PolicySource, OpsError> {
    let path = context.working_directory.join(file);
    let text = settings::read(&path)?.ok_or_else(|| {
        OpsError::usage(
            format!("there is no policy file `{}`", file.display()),
            "name one that exists, or take it out of `access.policies`",
        )
    })?;
    Ok(PolicySource {
        file: file.display().to_string(),
        text,
    })
}

/// A team's own attack patterns are checked at every start.
fn own_patterns(context: &Context, settings: &Settings) -> Result<OnceLock<Patterns>, OpsError> {
    let Some(file) = &settings.config().tasks.attack_patterns else {
        return Ok(OnceLock::new());
    };
    let path = context.working_directory.join(file);
    let text = settings::read(&path)?.ok_or_else(|| {
        OpsError::usage(
            format!("there is no file of attack patterns `{file}`"),
            "name one that exists, or take `tasks.attack_patterns` out",
        )
    })?;
    let patterns = Patterns::built_in().and_then(|it| it.extended(&text));
    Ok(OnceLock::from(patterns.map_err(OpsError::Patterns)?))
}

/// The caller's token: the variable's, else the one kept by `runward access login`.
fn token(context: &Context) -> Result<Option<String>, OpsError> {
    if let Some(token) = context.variable(TOKEN_VARIABLE) {
        return Ok(Some(token.to_owned()));
    }
    match context.token_file() {
        Some(file) => settings::read(&file),
        None => Ok(None),
    }
}
