//! Secrets that a team knows of already: `runward.secrets-baseline/1`.
//!
//! A secret is known by its fingerprint, wherever it stands now: moving a file makes nothing new.
//! Path and line are for people.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Fingerprint, FingerprintKey, Secret};

const SCHEMA: &str = "runward.secrets-baseline/1";

/// Why a baseline cannot be used.
#[derive(Debug, Error)]
pub enum BaselineError {
    #[error("the baseline is no JSON of `runward.secrets-baseline/1`: {0}; make it anew")]
    Unreadable(serde_json::Error),
    #[error("the baseline is of schema `{0}`, not `runward.secrets-baseline/1`; make it anew")]
    Schema(String),
    #[error(
        "the baseline was made under key `{found}`, this project's is `{expected}`; use the key that \
         it was made under, or make it anew"
    )]
    Key { found: String, expected: String },
    #[error("this is no baseline of detect-secrets: {0}; hand in its `.secrets.baseline`")]
    Foreign(serde_json::Error),
}

/// A secret that is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BaselineEntry {
    pub path: String,
    pub line: u32,
    pub detector: String,
    pub fingerprint: Fingerprint,
}

/// Known secrets, sorted by path and line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    schema: String,
    key: String,
    secrets: Vec<BaselineEntry>,
}

/// A secret and the file that it is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Located {
    pub path: String,
    pub secret: Secret,
}

/// What is new and what is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    pub new: Vec<Located>,
    pub known: Vec<Located>,
    /// Entries of the baseline that were not found any more.
    pub gone: Vec<BaselineEntry>,
}

impl Baseline {
    /// A baseline of what was found.
    pub fn of(found: &[Located], key: &FingerprintKey) -> Self {
        let mut secrets: Vec<_> = found
            .iter()
            .map(|located| BaselineEntry {
                path: located.path.clone(),
                line: located.secret.start.line,
                detector: located.secret.detector.to_owned(),
                fingerprint: located.secret.fingerprint.clone(),
            })
            .collect();
        secrets.sort();
        secrets.dedup();
        Self {
            schema: SCHEMA.to_owned(),
            key: key.id(),
            secrets,
        }
    }

    /// Reads one that was made under this key: under another, nothing would be known.
    pub fn read(bytes: &[u8], key: &FingerprintKey) -> Result<Self, BaselineError> {
        let mut baseline: Self =
            serde_json::from_slice(bytes).map_err(BaselineError::Unreadable)?;
        if baseline.schema != SCHEMA {
            return Err(BaselineError::Schema(baseline.schema));
        }
        if baseline.key != key.id() {
            return Err(BaselineError::Key {
                found: baseline.key,
                expected: key.id(),
            });
        }
        baseline.secrets.sort();
        baseline.secrets.dedup();
        Ok(baseline)
    }

    /// The file's text.
    pub fn write(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    pub fn entries(&self) -> &[BaselineEntry] {
        &self.secrets
    }

    /// Splits what was found into new and known.
    pub fn split(&self, found: Vec<Located>) -> Split {
        let known: HashSet<&Fingerprint> = self
            .secrets
            .iter()
            .map(|entry| &entry.fingerprint)
            .collect();
        let seen: HashSet<Fingerprint> = found
            .iter()
            .map(|located| located.secret.fingerprint.clone())
            .collect();
        let gone = self
            .secrets
            .iter()
            .filter(|it| !seen.contains(&it.fingerprint));
        let gone = gone.cloned().collect();
        let (known, new) = found
            .into_iter()
            .partition(|located| known.contains(&located.secret.fingerprint));
        Split { new, known, gone }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scanner;

    fn found(path: &str, text: &str, key: &FingerprintKey) -> Vec<Located> {
        let scan = Scanner::new(key.clone()).scan(path, text.replace("~~", "").as_bytes());
        let located = |secret| Located {
            path: path.to_owned(),
            secret,
        };
        scan.secrets.into_iter().map(located).collect()
    }

    #[test]
    fn what_is_known_stays_known_where_it_moves() {
        let key = FingerprintKey::new(b"key");
        let mut first = found(
            "b.py",
            "a = 'lin~~_api_KMgwKOOUcSAaYatTSJa6tz1gLaQbmlFXJKr3P5IG'\n",
            &key,
        );
        first.extend(found(
            "a.py",
            "\ng = 'GO~~CSPX-94hJ9WnywX0t0ZBfdTEmxI6CmuxV'\n",
            &key,
        ));
        let baseline = Baseline::of(&first, &key);
        let text = baseline.write();
        assert!(
            text.find("a.py").unwrap() < text.find("b.py").unwrap(),
            "sorted"
        );
        let baseline = Baseline::read(text.as_bytes(), &key).unwrap();
        assert_eq!(baseline.entries().len(), 2);

        let mut now = found(
            "c.py",
            "x = 1\na = 'lin~~_api_KMgwKOOUcSAaYatTSJa6tz1gLaQbmlFXJKr3P5IG'\n",
            &key,
        );
        now.extend(found(
            "d.py",
            "r = 'ru~~bygems_4c9bce4850bbd0e7cb3593871c15d694c1957f8db0391173'\n",
            &key,
        ));
        let split = baseline.split(now);
        assert_eq!(
            (split.new.len(), split.known.len(), split.gone.len()),
            (1, 1, 1)
        );
        assert_eq!(split.new[0].secret.detector, "rubygems-key");
        assert_eq!(split.gone[0].path, "a.py");
    }

    #[test]
    fn a_baseline_of_another_key_or_schema_is_refused() {
        let (key, other) = (FingerprintKey::new(b"key"), FingerprintKey::new(b"other"));
        let text = Baseline::of(&[], &key).write();
        let error = Baseline::read(text.as_bytes(), &other).unwrap_err();
        assert!(matches!(error, BaselineError::Key { .. }));
        let text = text.replace("baseline/1", "baseline/9");
        let error = Baseline::read(text.as_bytes(), &key).unwrap_err();
        assert!(matches!(error, BaselineError::Schema(_)));
        let error = Baseline::read(b"{}", &key).unwrap_err();
        assert!(matches!(error, BaselineError::Unreadable(_)));
    }
}
