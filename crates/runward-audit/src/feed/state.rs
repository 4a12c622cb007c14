//! How far each feed got: read only where a feed's own file says nothing, after a rotation.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde::{Deserialize, Serialize};

use crate::{AuditError, files};

const NAME: &str = ".audit-feeds.json";

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    files: BTreeMap<String, Position>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Position {
    /// The entry of the next line.
    pub(super) next: u64,
    /// The file that the last line went to.
    pub(super) inode: u64,
}

impl State {
    pub(super) fn load(directory: &Path) -> Result<Self, AuditError> {
        let path = directory.join(NAME);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| {
                AuditError::file(
                    &path,
                    "it is damaged; remove it, and the feeds go on after their last lines",
                )
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(AuditError::file(&path, error)),
        }
    }

    pub(super) fn save(&self, directory: &Path) -> Result<(), AuditError> {
        let path = directory.join(NAME);
        let bytes = serde_json::to_vec(self).map_err(|error| AuditError::file(&path, error))?;
        files::replace(&path, &bytes, 0o640)
    }

    pub(super) fn get(&self, name: &str) -> Position {
        self.files.get(name).copied().unwrap_or_default()
    }

    pub(super) fn set(&mut self, name: &str, position: Position) {
        self.files.insert(name.to_owned(), position);
    }
}
