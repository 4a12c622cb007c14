//! Results of earlier runs, by content.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::FileResult;

/// The digest of a file's content, of a set of rules.
pub type Digest = [u8; 32];

/// What is known of the files of a project under one set of rules. The caller keeps it: the engine
/// reads no cache file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Cache {
    /// The rules, the options and the version that these results are from.
    rules: Digest,
    files: FxHashMap<String, Entry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    content: Digest,
    result: FileResult,
}

impl Cache {
    #[must_use]
    pub fn new(rules: Digest) -> Self {
        Self {
            rules,
            files: FxHashMap::default(),
        }
    }

    /// Reads what [`Self::to_bytes`] wrote. What cannot be read, or is about other rules, is an
    /// empty cache: a cache loses time, never findings.
    #[must_use]
    pub fn from_bytes(bytes: &[u8], rules: Digest) -> Self {
        let read: Option<Self> = bytes
            .split_at_checked(blake3::OUT_LEN)
            .filter(|(digest, body)| *digest == blake3::hash(body).as_bytes())
            .and_then(|(_, body)| serde_json::from_slice(body).ok());
        read.filter(|cache| cache.rules == rules)
            .unwrap_or_else(|| Self::new(rules))
    }

    /// The cache as bytes, with a digest in front: a torn file is noticed.
    ///
    /// # Errors
    /// If it cannot be written as JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let body = serde_json::to_vec(self)?;
        let mut bytes = blake3::hash(&body).as_bytes().to_vec();
        bytes.extend(body);
        Ok(bytes)
    }

    #[must_use]
    pub fn get(&self, path: &str, content: &Digest) -> Option<&FileResult> {
        let entry = self.files.get(path)?;
        (entry.content == *content).then_some(&entry.result)
    }

    pub fn put(&mut self, path: &str, content: Digest, result: FileResult) {
        self.files
            .insert(path.to_owned(), Entry { content, result });
    }

    /// Forgets the files that are gone.
    pub fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.files.retain(|path, _| keep(path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_answers_for_its_rules_and_contents_only() {
        let mut cache = Cache::new([1; 32]);
        cache.put("a.py", [2; 32], FileResult::default());
        let bytes = cache.to_bytes().unwrap();
        let read = Cache::from_bytes(&bytes, [1; 32]);
        assert!(read.get("a.py", &[2; 32]).is_some());
        assert!(read.get("a.py", &[3; 32]).is_none());
        assert!(
            Cache::from_bytes(&bytes, [9; 32])
                .get("a.py", &[2; 32])
                .is_none()
        );
        let mut torn = bytes;
        torn.pop();
        assert!(
            Cache::from_bytes(&torn, [1; 32])
                .get("a.py", &[2; 32])
                .is_none()
        );
    }
}
