//! Secrets that the team knows of already.

use std::collections::HashSet;

use jiff::civil::Date;
use runward_model::finding::Suppressed;
use runward_secrets::{Baseline, DetectSecrets, FingerprintKey, Secret};
use runward_tree::{Tree as _, TreeError};

use crate::{OpsError, Project, Settings};

/// The file of detect-secrets, which is honoured where it lies in the project.
const FOREIGN: &str = ".secrets.baseline";

/// What is known, and from where.
#[derive(Debug, Default)]
pub(super) struct Known {
    file: String,
    own: HashSet<String>,
    pub(super) foreign: DetectSecrets,
    problem: Option<String>,
}

impl Known {
    /// The configured baseline, and that of detect-secrets where there is one.
    pub(super) fn read(
        settings: &Settings,
        project: &Project,
        key: &FingerprintKey,
    ) -> Result<Self, OpsError> {
        let config = settings.config();
        let mut known = Self::default();
        if !config.trust_project_policy {
            return Ok(known);
        }
        // The team's decisions are those of the project as it lies there, whatever state is scanned.
        let tree = Project {
            files: None,
            ..project.clone()
        }
        .tree(config.scan.max_file_bytes)?;
        match tree.read(FOREIGN) {
            Ok(bytes) => match DetectSecrets::read(&bytes) {
                Ok(foreign) => known.foreign = foreign,
                Err(error) => known.problem = Some(format!("`{FOREIGN}` is not used: {error}")),
            },
            Err(TreeError::NotFound { .. }) => {}
            Err(error) => known.problem = Some(format!("`{FOREIGN}` is not used: {error}")),
        }
        let Some(file) = &config.secrets.baseline else {
            return Ok(known);
        };
        let bytes = tree.read(file).map_err(|error| {
            OpsError::usage(
                format!("the baseline of secrets: {error}"),
                "make it with `runward secrets baseline`, or take `secrets.baseline` out",
            )
        })?;
        let baseline = Baseline::read(&bytes, key).map_err(|error| {
            OpsError::usage(
                format!("`{file}`: {error}"),
                "a team shares its key as `RUNWARD_SECRETS_KEY`",
            )
        })?;
        file.clone_into(&mut known.file);
        known.own = baseline
            .entries()
            .iter()
            .map(|entry| entry.fingerprint.as_str().to_owned())
            .collect();
        Ok(known)
    }

    /// The decision that hides a secret, where it is known.
    pub(super) fn hides(&self, secret: &Secret) -> Option<Suppressed> {
        let file = if self.own.contains(secret.fingerprint.as_str()) {
            &self.file
        } else if secret.in_detect_secrets {
            FOREIGN
        } else {
            return None;
        };
        Some(Suppressed {
            by: format!("baseline `{file}`"),
            reason: "known when the baseline was made".to_owned(),
            author: String::new(),
            expires: Date::MAX,
        })
    }

    pub(super) fn warn(&self, warnings: &mut Vec<String>) {
        warnings.extend(self.problem.clone());
    }
}
