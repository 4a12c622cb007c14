//! The baseline of detect-secrets (`.secrets.baseline`), for those who come from there.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use sha1::{Digest as _, Sha1};

use crate::{BaselineError, fingerprint::hex};

/// What detect-secrets has recorded: SHA-1 digests of secrets, by file.
#[derive(Debug, Clone, Default)]
pub struct DetectSecrets {
    known: HashMap<String, HashSet<String>>,
}

#[derive(Deserialize)]
struct File {
    results: HashMap<String, Vec<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    hashed_secret: String,
    /// An entry that was audited and found to be one is no reason to be silent.
    #[serde(default)]
    is_secret: Option<bool>,
}

impl DetectSecrets {
    /// Reads a baseline.
    pub fn read(bytes: &[u8]) -> Result<Self, BaselineError> {
        let file: File = serde_json::from_slice(bytes).map_err(BaselineError::Foreign)?;
        let mut known: HashMap<String, HashSet<String>> = HashMap::new();
        for (path, entries) in file.results {
            let hashes = entries
                .into_iter()
                .filter(|entry| entry.is_secret != Some(true))
                .map(|entry| entry.hashed_secret.to_ascii_lowercase());
            known.entry(normal(&path)).or_default().extend(hashes);
        }
        Ok(Self { known })
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.known.values().map(HashSet::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it has this secret at this path. Of a private key, detect-secrets records the words
    /// of its first line only.
    pub(crate) fn has(&self, path: &str, secret: &str) -> bool {
        let Some(hashes) = self.known.get(&normal(path)) else {
            return false;
        };
        let label = crate::mask::label(secret).map(|label| format!("BEGIN {label}"));
        [Some(secret), label.as_deref()]
            .into_iter()
            .flatten()
            .any(|text| hashes.contains(&hex(&Sha1::digest(text.as_bytes()))))
    }
}

fn normal(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.strip_prefix("./").map_or(path.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_known_by_file_and_digest() {
        let digest = hex(&Sha1::digest(b"hunter2-4711"));
        let key = hex(&Sha1::digest(b"BEGIN RSA PRIVATE KEY"));
        let text = format!(
            r#"{{"version": "1.5.0", "plugins_used": [], "results": {{
                "src\\a.py": [{{"type": "Secret Keyword", "filename": "src\\a.py", "hashed_secret": "{digest}", "line_number": 3}},
                              {{"type": "Private Key", "hashed_secret": "{key}"}}],
                "b.py": [{{"hashed_secret": "{digest}", "is_secret": true}}]}}}}"#
        );
        let known = DetectSecrets::read(text.as_bytes()).unwrap();
        assert_eq!((known.len(), known.is_empty()), (2, false));
        assert!(known.has("src/a.py", "hunter2-4711"));
        assert!(known.has("./src/a.py", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"));
        assert!(!known.has("src/a.py", "other"));
        assert!(!known.has("b.py", "hunter2-4711"), "audited as a secret");
        assert!(DetectSecrets::read(b"[]").is_err());
    }
}
