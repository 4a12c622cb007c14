//! The key of fingerprints: the user's, made when it is first needed.

use std::{fs, io::Write as _};

use runward_secrets::FingerprintKey;

use crate::{Context, private_directory, private_file, random};

/// A key for all of a team: baselines that one machine made are then read by another.
pub(super) const VARIABLE: &str = "RUNWARD_SECRETS_KEY";

/// Shortest key of the environment, in bytes.
const LEAST: usize = 16;

/// The key, and why it will be another next time.
pub(super) fn load(context: &Context) -> (FingerprintKey, Option<String>) {
    if let Some(given) = context.variable(VARIABLE) {
        if given.len() >= LEAST {
            return (FingerprintKey::new(given.as_bytes()), None);
        }
        let problem = format!(
            "`{VARIABLE}` is shorter than {LEAST} characters and is not used; \
             `openssl rand -hex 32` makes a good one"
        );
        return (of_user(context).0, Some(problem));
    }
    of_user(context)
}

fn of_user(context: &Context) -> (FingerprintKey, Option<String>) {
    let file = context
        .user_config_file()
        .map(|config| config.with_file_name("secrets.key"));
    if let Some(bytes) = file.as_ref().and_then(|file| fs::read(file).ok())
        && bytes.len() >= LEAST
    {
        return (FingerprintKey::new(&bytes), None);
    }
    let mut bytes = [0; 32];
    let made = random(&mut bytes).map_err(|error| error.to_string());
    let kept = made.and_then(|()| {
        let file = file.ok_or("there is no home directory")?;
        if let Some(parent) = file.parent() {
            private_directory(parent).map_err(|error| error.to_string())?;
        }
        private_file(&file)
            .and_then(|mut open| open.write_all(&bytes))
            .map_err(|error| error.to_string())
    });
    let problem = kept.err().map(|error| {
        format!(
            "the key of fingerprints cannot be kept ({error}), so they will differ next time; set \
             `{VARIABLE}`"
        )
    });
    (FingerprintKey::new(&bytes), problem)
}
