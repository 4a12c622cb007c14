//! The keys of a trail: made on first use, kept beside the log or away from it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use runward_redact::CommitmentKey;
use runward_tlog::{Keys, VerifierKey};

use crate::AuditError;

const COMMITMENT: &str = "commitment.key";
const PRIVATE: &str = "log.key";
const PUBLIC: &str = "log.pub";
const WITNESSES: &str = "witnesses";

/// Where the keys are.
#[derive(Debug, Clone)]
pub(crate) struct KeyFiles(pub(crate) PathBuf);

impl KeyFiles {
    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The log's key; made where there is neither a key nor a log that was signed with one.
    pub(crate) fn signing(&self, origin: &str, log: &Path) -> Result<Keys, AuditError> {
        let path = self.path(PRIVATE);
        if !exists(&path)? {
            if exists(&log.join("checkpoint"))? {
                return Err(AuditError::Key {
                    path,
                    what: "it is missing, and the log was signed with it".to_owned(),
                });
            }
            let made = Keys::generate(origin, random(&path)?)?;
            // Where another process was quicker, its key is the one.
            if let Err(error) = made.save(&self.0)
                && !exists(&path)?
            {
                return Err(error.into());
            }
        }
        let keys = Keys::load(&self.0).map_err(|error| wrong(&path, error))?;
        // Before the name is compared: a first start that died after it had made the private key
        // leaves no other place from which the next one could learn the log's name.
        let public = self.path(PUBLIC);
        if !exists(&public)? {
            let text = format!("{}\n", keys.verifier_key());
            crate::files::replace(&public, text.as_bytes(), 0o600)?;
        }
        if keys.origin() != origin {
            return Err(AuditError::Key {
                what: format!("it is of the log `{}` and not of `{origin}`", keys.origin()),
                path,
            });
        }
        Ok(keys)
    }

    /// The public key that verifies the log.
    pub(crate) fn verifier(&self) -> Result<VerifierKey, AuditError> {
        let path = self.path(PUBLIC);
        let text = fs::read_to_string(&path).map_err(|error| wrong(&path, error))?;
        text.trim().parse().map_err(|error| wrong(&path, error))
    }

    /// The keys of commitments, the current one first; made on first use.
    pub(crate) fn commitments(&self) -> Result<Vec<CommitmentKey>, AuditError> {
        let path = self.path(COMMITMENT);
        if !exists(&path)? {
            let made = CommitmentKey::generate(random(&path)?);
            if let Err(error) = made.save(&path)
                && !exists(&path)?
            {
                return Err(wrong(&path, error));
            }
        }
        CommitmentKey::load_all(&path).map_err(|error| wrong(&path, error))
    }

    /// The keys of commitments, where they are there and may be read.
    pub(crate) fn known_commitments(&self) -> Vec<CommitmentKey> {
        CommitmentKey::load_all(&self.path(COMMITMENT)).unwrap_or_default()
    }

    /// The witnesses whose cosignatures count: a verifier key per line; `#` begins a comment.
    pub(crate) fn witnesses(&self) -> Result<Vec<VerifierKey>, AuditError> {
        let path = self.path(WITNESSES);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(AuditError::file(&path, error)),
        };
        text.lines()
            .map(str::trim)
            .enumerate()
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .map(|(number, line)| {
                line.parse().map_err(|error| {
                    AuditError::file(&path, format!("line {}: {error}", number + 1))
                })
            })
            .collect()
    }
}

fn exists(path: &Path) -> Result<bool, AuditError> {
    path.try_exists()
        .map_err(|error| AuditError::file(path, error))
}

fn random(path: &Path) -> Result<[u8; 32], AuditError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| AuditError::file(path, format!("no random numbers: {error}")))?;
    Ok(bytes)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "errors come as `map_err` gives them"
)]
fn wrong(path: &Path, error: impl ToString) -> AuditError {
    AuditError::Key {
        path: path.to_owned(),
        what: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_start_that_died_between_the_two_files_leaves_the_name_to_the_next() {
        let directory = tempfile::tempdir().expect("a directory");
        let files = KeyFiles(directory.path().join("keys"));
        let log = directory.path().join("log");
        let made = files.signing("example.com/one", &log).expect("keys");
        fs::remove_file(files.path(PUBLIC)).expect("removed");

        // The next start cannot know the name, and brings one of its own.
        let refused = files.signing("example.com/two", &log);
        assert!(matches!(refused, Err(AuditError::Key { .. })));
        let known = files.verifier().expect("the public key is there again");
        assert_eq!(known.to_string(), made.verifier_key());
        let opened = files.signing(known.name(), &log).expect("the same log");
        assert_eq!(opened.verifier_key(), made.verifier_key());
    }
}
