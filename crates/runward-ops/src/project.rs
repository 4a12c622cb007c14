//! The scanned project: a directory, or one file in it.

use std::path::{Path, PathBuf};

use runward_tree::{DiskTree, TreeLimits};

use crate::{Context, OpsError};

/// The directory in which results persist, below the project's root.
pub const STATE_DIRECTORY: &str = ".runward";

/// Where a user's PATH leads.
#[derive(Debug, Clone)]
pub struct Project {
    /// Canonical.
    pub root: PathBuf,
    /// As the user gave it.
    pub shown: String,
    /// The one file to look at, relative to the root, where the user named a file.
    pub only: Option<String>,
    /// Where the files to look at are, if not below the root: another state of the project.
    pub files: Option<PathBuf>,
}

impl Project {
    /// Finds the project of a path.
    pub fn locate(context: &Context, path: &Path) -> Result<Self, OpsError> {
        let absolute = context.working_directory.join(path);
        let canonical = std::fs::canonicalize(&absolute).map_err(|error| {
            OpsError::usage(
                format!("cannot scan `{}`: {error}", path.display()),
                "give a directory or a file that exists",
            )
        })?;
        let (root, only) = if canonical.is_dir() {
            (canonical, None)
        } else {
            let name = canonical.file_name().and_then(|name| name.to_str());
            let (Some(parent), Some(name)) = (canonical.parent(), name) else {
                return Err(OpsError::usage(
                    format!("cannot scan `{}`", path.display()),
                    "give a directory or a file with a Unicode name",
                ));
            };
            (parent.to_path_buf(), Some(name.to_owned()))
        };
        Ok(Self {
            root,
            shown: path.display().to_string(),
            only,
            files: None,
        })
    }

    /// The directory's name, for reports.
    pub fn name(&self) -> String {
        self.root.file_name().map_or_else(
            || "project".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
    }

    pub fn tree(&self, max_file_bytes: u64) -> Result<DiskTree, OpsError> {
        let limits = TreeLimits {
            max_file_bytes,
            ..TreeLimits::default()
        };
        DiskTree::open(self.files.as_ref().unwrap_or(&self.root), limits)
            .map_err(|error| OpsError::usage(error.to_string(), "give a readable directory"))
    }

    pub fn store_file(&self) -> PathBuf {
        self.root.join(STATE_DIRECTORY).join("findings.db")
    }
}
