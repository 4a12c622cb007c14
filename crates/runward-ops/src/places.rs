//! Where the record of a project is: its store, its log, its keys.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use runward_db::{Db, DbError, Options, Place, Sealer};
use runward_model::Event;

use crate::{Context, OpsError, Project, STATE_DIRECTORY, Settings};

/// Where the parts are.
#[derive(Debug, Clone)]
pub struct Places {
    pub store: Place,
    pub log: PathBuf,
    pub keys: PathBuf,
    /// It is the project's own store, in its state directory.
    pub own: bool,
}

/// Whether a store that is not there is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Make,
    /// What only reads leaves nothing behind: no store, no log, no keys.
    Refuse,
    /// The same, but a log whose store is gone is opened with a new one, which does not fit it:
    /// that is what verification is there to say.
    RefuseWithoutLog,
}

impl Places {
    /// From the configuration; without one, the project's own.
    pub fn of(context: &Context, settings: &Settings, project: &Project) -> Result<Self, OpsError> {
        let config = settings.config();
        let state = project.root.join(STATE_DIRECTORY);
        let beside = |file: &Path, suffix: &str| {
            let mut name = file.as_os_str().to_owned();
            name.push(suffix);
            PathBuf::from(name)
        };
        let (store, log, keys, own) = match &config.store.url {
            None => (
                Place::Sqlite(project.store_file()),
                state.join("audit"),
                state.join("keys"),
                true,
            ),
            Some(url) => match url.parse::<Place>().map_err(OpsError::Db)? {
                Place::Sqlite(file) => {
                    let file = context.working_directory.join(file);
                    let (log, keys) = (beside(&file, ".audit"), beside(&file, ".keys"));
                    (Place::Sqlite(file), log, keys, false)
                }
                Place::Memory => {
                    return Err(OpsError::usage(
                        "a store in memory would be gone at once",
                        "name a file: `sqlite:PATH`",
                    ));
                }
                place @ Place::Postgres(_) => {
                    let data = context.user_data_directory().ok_or_else(|| {
                        OpsError::usage(
                            "there is no place for the audit log: neither HOME nor XDG_DATA_HOME is set",
                            "set `RUNWARD_AUDIT__DIR` to a directory",
                        )
                    })?;
                    (place, data.join("audit"), data.join("keys"), false)
                }
            },
        };
        let configured = |path: &Option<String>, otherwise: PathBuf| match path {
            Some(path) => context.working_directory.join(path),
            None => otherwise,
        };
        let moved = config.audit.dir.is_some();
        let log = configured(&config.audit.dir, log);
        let keys = if moved { beside(&log, ".keys") } else { keys };
        Ok(Self {
            store,
            keys: configured(&config.audit.keys_dir, keys),
            log,
            own,
        })
    }

    /// Fails where something may not be made that is not there, and makes nothing.
    pub(crate) fn check(&self, project: &Project, missing: Missing) -> Result<(), OpsError> {
        match missing {
            Missing::Make => Ok(()),
            Missing::RefuseWithoutLog if self.has_log() => Ok(()),
            Missing::Refuse | Missing::RefuseWithoutLog => self.refuse_empty(project),
        }
    }

    fn has_log(&self) -> bool {
        self.log.join("checkpoint").exists()
    }

    fn refuse_empty(&self, project: &Project) -> Result<(), OpsError> {
        match &self.store {
            Place::Sqlite(file) if !file.exists() => Err(OpsError::usage(
                format!("nothing is recorded in `{}` yet", self.store),
                format!("`runward scan {}` begins the record", project.shown),
            )),
            // Asked before a log and keys are made on this host; where they are, opening tells.
            place @ Place::Postgres(_) if !self.has_log() => {
                let sealer: Arc<Sealer> = Arc::new(|_: &Event| Err("only a look".to_owned()));
                let options = Options {
                    sealer,
                    migrate: false,
                    busy: Duration::ZERO,
                };
                match Db::open(place, options) {
                    Err(error @ DbError::Empty { .. }) => Err(error.into()),
                    // Opening it in earnest says what else is wrong.
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}
