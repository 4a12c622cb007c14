//! What can go wrong in a use case, and with which exit code it ends.

use std::path::Path;

use runward_config::ConfigError;
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
    Store(#[from] runward_store::StoreError),
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

    pub(crate) fn io(what: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::Io {
            message: format!("{what} `{}`: {error}", path.display()),
            help: None,
        }
    }

    /// The next step, where there is one that is not in the message itself.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Usage { help, .. } | Self::Incomplete { help, .. } | Self::Io { help, .. } => {
                help.as_deref()
            }
            _ => None,
        }
    }

    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage { .. } | Self::Config(_) => Exit::Usage,
            Self::Incomplete { .. } | Self::Database(_) | Self::Update(_) => Exit::INCOMPLETE,
            Self::Store(error) if is_asked_wrongly(error) => Exit::Usage,
            Self::Io { .. } | Self::Store(_) => Exit::Internal,
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
    )
}
