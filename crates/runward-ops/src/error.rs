//! What can go wrong in a use case, and with which exit code it ends.

use std::path::Path;

use runward_access::AccessError;
use runward_audit::AuditError;
use runward_config::ConfigError;
use runward_db::{DbError, backup::BackupError, export::ExportError};
use runward_store::StoreError;
use thiserror::Error;

use crate::Exit;

/// An error of a use case: a sentence, and where it helps, the next step.
#[derive(Debug, Error)]
pub enum OpsError {
    /// Something that the user gave is wrong.
    #[error("{message}")]
    Usage {
        message: String,
        help: Option<String>,
    },
    /// The configuration is wrong; all its errors at once.
    #[error("the configuration is wrong")]
    Config(Vec<ConfigError>),
    /// Rules that cannot be run; all their errors at once.
    #[error("{} rules are wrong", .0.len())]
    Rules(Vec<runward_rules::Problem>),
    /// Something that was asked for could not be looked at.
    #[error("{message}")]
    Incomplete {
        message: String,
        help: Option<String>,
    },
    /// A file or directory of the program's own could not be used.
    #[error("{message}")]
    Io {
        message: String,
        help: Option<String>,
    },
    #[error(transparent)]
    Database(#[from] runward_advisories::DatabaseError),
    #[error(transparent)]
    Update(#[from] runward_advisories::UpdateError),
    #[error(transparent)]
    Store(runward_store::StoreError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error(transparent)]
    Audit(runward_audit::AuditError),
    #[error(transparent)]
    Access(runward_access::AccessError),
    #[error(transparent)]
    Task(runward_tasks::TaskError),
    #[error(transparent)]
    Intake(#[from] runward_intake::IntakeError),
    #[error(transparent)]
    Patterns(runward_tasks::PatternError),
    /// The caller may not do it; that is recorded.
    #[error("{message}")]
    Denied {
        message: String,
        help: Option<String>,
    },
}

macro_rules! unwrapped {
    ($($module:ident::$error:ident, $inner:ident => $variant:ident;)+) => {
        $(
            /// An error of the database is that, whoever met it.
            impl From<$module::$error> for OpsError {
                fn from(error: $module::$error) -> Self {
                    match error {
                        $module::$error::$inner(error) => Self::Db(error),
                        other => Self::$variant(other),
                    }
                }
            }
        )+
    };
}

unwrapped! {
    runward_store::StoreError, Db => Store;
    runward_audit::AuditError, Database => Audit;
    runward_access::AccessError, Db => Access;
    runward_tasks::TaskError, Database => Task;
}

impl OpsError {
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            help: Some(help.into()),
        }
    }

    pub fn incomplete(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Incomplete {
            message: message.into(),
            help: Some(help.into()),
        }
    }

    pub(crate) fn denied(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Denied {
            message: message.into(),
            help: Some(help.into()),
        }
    }

    pub(crate) fn io(what: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::Io {
            message: format!("{what} `{}`: {error}", path.display()),
            help: None,
        }
    }

    /// The next step, where there is one that is not in the message itself.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Usage { help, .. }
            | Self::Incomplete { help, .. }
            | Self::Io { help, .. }
            | Self::Denied { help, .. } => help.as_deref(),
            _ => None,
        }
    }

    pub fn exit(&self) -> Exit {
        match self {
            Self::Incomplete { .. } | Self::Database(_) | Self::Update(_) => Exit::INCOMPLETE,
            Self::Denied { .. } | Self::Access(AccessError::Denied(_)) => Exit::Denied,
            Self::Store(error) if !is_asked_wrongly(error) => Exit::Internal,
            Self::Audit(error) if error.is_detection() => Exit::PROBLEMS,
            Self::Usage { .. }
            | Self::Config(_)
            | Self::Rules(_)
            | Self::Store(_)
            | Self::Audit(AuditError::Query { .. } | AuditError::NotFound { .. })
            | Self::Db(
                DbError::Place { .. }
                | DbError::Empty { .. }
                | DbError::NotEmpty { .. }
                | DbError::OlderSchema { .. }
                | DbError::NewerSchema { .. },
            )
            | Self::Backup(
                BackupError::Exists { .. }
                | BackupError::Newer { .. }
                | BackupError::Db(DbError::NotEmpty { .. } | DbError::Empty { .. }),
            )
            | Self::Export(ExportError::NoTable { .. })
            | Self::Access(_)
            | Self::Task(_)
            | Self::Intake(_)
            | Self::Patterns(_) => Exit::Usage,
            Self::Io { .. } | Self::Audit(_) | Self::Db(_) | Self::Backup(_) | Self::Export(_) => {
                Exit::Internal
            }
        }
    }
}

/// Whether the store refused what the user asked for, rather than failed.
fn is_asked_wrongly(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::NotFound { .. }
            | StoreError::Ambiguous { .. }
            | StoreError::ShortKey { .. }
            | StoreError::Illegal { .. }
            | StoreError::Invalid { .. }
            | StoreError::NoProject { .. }
            | StoreError::NameTaken { .. }
            | StoreError::Changed { .. }
            | StoreError::Import { .. }
    )
}
