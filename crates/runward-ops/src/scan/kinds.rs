//! Which kinds of scan are run.

use crate::{OpsError, Project, Settings};

use super::ScanRequest;

/// The kinds of scan that there are.
pub const KINDS: [&str; 4] = ["deps", "packages", "code", "secrets"];

/// The kinds that are run.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "one for each kind")]
pub(super) struct Kinds {
    /// Dependencies against known vulnerabilities.
    pub(super) deps: bool,
    /// Dependencies that may not be what they claim to be, and imports that none provides.
    pub(super) packages: bool,
    pub(super) code: bool,
    pub(super) secrets: bool,
    /// Secrets were asked for by name: then they alone are something to scan.
    pub(super) secrets_alone: bool,
}

impl Kinds {
    /// The kinds that are asked for and make sense: a question about a package or an advisory is
    /// none about code, and one file may be one or the other.
    pub(super) fn of(
        settings: &Settings,
        project: &Project,
        request: &ScanRequest,
    ) -> Result<Self, OpsError> {
        let only = if request.only.is_empty() {
            &settings.config().scan.only
        } else {
            &request.only
        };
        for kind in only {
            if !KINDS.contains(&kind.as_str()) {
                return Err(OpsError::usage(
                    format!("`{kind}` is not a kind of scan"),
                    format!("use {}", KINDS.join(", ")),
                ));
            }
        }
        let asked = |kind: &str| only.is_empty() || only.iter().any(|only| only == kind);
        let about_package = request.package.is_some() || request.advisory.is_some();
        let mut kinds = Self {
            deps: asked("deps"),
            packages: asked("packages") && request.advisory.is_none(),
            code: asked("code") && !about_package,
            secrets: asked("secrets") && !about_package,
            secrets_alone: only.iter().any(|kind| kind == "secrets"),
        };
        if let Some(file) = &project.only
            && only.is_empty()
        {
            let is_code = runward_code::by_name(file).is_some();
            let is_manifest = runward_deps::Found::at(file).is_some();
            kinds.code &= is_code;
            kinds.deps &= is_manifest || !is_code;
            kinds.packages &= is_manifest;
        }
        Ok(kinds)
    }

    /// Whether the project's dependencies are needed.
    pub(super) fn reads_dependencies(self) -> bool {
        self.deps || self.packages
    }

    /// Whether the project's files are.
    pub(super) fn reads_files(self) -> bool {
        self.code || self.secrets
    }
}
