//! The index: what the next commit will be.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
};

use filetime::FileTime;
use gix_index::{State, decode::Options};

use crate::{GitError, repository::Repository};

impl Repository {
    fn index_path(&self) -> PathBuf {
        match &self.options().index_file {
            Some(path) => path.clone(),
            None => self.place().git_dir.join("index"),
        }
    }

    /// The index; an empty one where there is none yet.
    pub(crate) fn index(&self) -> Result<State, GitError> {
        let path = self.index_path();
        let hash = self.objects().hash;
        let Some(bytes) = self.place().files.read(&path)? else {
            return Ok(State::new(hash));
        };
        let written = std::fs::metadata(&path).map_or_else(
            |_| FileTime::zero(),
            |file| FileTime::from_last_modification_time(&file),
        );
        let limit = usize::try_from(self.limits().max_file_bytes).unwrap_or(usize::MAX);
        decode(&bytes, written, hash, limit).map_err(|reason| GitError::Index { reason })
    }
}

fn decode(
    bytes: &[u8],
    written: FileTime,
    hash: gix_hash::Kind,
    limit: usize,
) -> Result<State, String> {
    let options = Options {
        thread_limit: Some(1),
        alloc_limit_bytes: Some(limit.saturating_mul(2)),
        ..Options::default()
    };
    let decode = || State::from_bytes(bytes, written, hash, options);
    // `gix-index` checks most of what a hostile index can say; the rest must not stop us.
    let (state, checksum) = catch_unwind(AssertUnwindSafe(decode))
        .map_err(|_| "malformed".to_owned())?
        .map_err(|error| error.to_string())?;
    if let Some(expected) = checksum.filter(|id| !id.is_null()) {
        let content = bytes.get(..bytes.len().saturating_sub(hash.len_in_bytes()));
        let mut hasher = gix_hash::hasher(hash);
        hasher.update(content.unwrap_or_default());
        if hasher.try_finalize().ok() != Some(expected) {
            return Err("its checksum is wrong; run `git fsck`".to_owned());
        }
    }
    if state.link().is_some() {
        return Err("it is split; run `git update-index --no-split-index`".to_owned());
    }
    Ok(state)
}

/// How many entries an index has; for tests that feed it anything.
pub fn check(bytes: &[u8]) -> Option<usize> {
    let hash = gix_hash::Kind::Sha1;
    let state = decode(bytes, FileTime::zero(), hash, 1 << 24).ok()?;
    Some(state.entries().len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_index() {
        assert_eq!(check(b""), None);
        assert_eq!(check(b"DIRC"), None);
    }

    proptest! {
        #[test]
        fn anything_is_read(entries in 0_u32..4, bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut index = b"DIRC\0\0\0\x02".to_vec();
            index.extend(entries.to_be_bytes());
            index.extend(&bytes);
            let _ = check(&index);
            let _ = check(&bytes);
        }
    }
}
