//! Files on disk compared with what the index knows of them.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use gix_index::{
    State,
    entry::{Flags, Mode, Stat, stat},
};

use crate::{FileMode, ObjectId, RepoPath};

/// What a tracked file is, on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OnDisk {
    Same,
    Differs(FileMode),
    Absent,
    /// Nothing can be said, and why.
    Unknown(String),
}

/// The working tree. Nothing outside of it is read: a directory on the way that is a link counts as absent.
pub(crate) struct WorkTree<'r> {
    root: &'r Path,
    hash: gix_hash::Kind,
    limit: u64,
    directories: BTreeMap<PathBuf, bool>,
}

impl<'r> WorkTree<'r> {
    pub(crate) fn new(root: &'r Path, hash: gix_hash::Kind, limit: u64) -> Self {
        Self {
            root,
            hash,
            limit,
            directories: BTreeMap::new(),
        }
    }

    /// By size and time where they say enough, else by content. Flags that tell git not to look
    /// (`assume-unchanged`, fsmonitor) are not believed.
    pub(crate) fn compare(&mut self, index: &State, entry: &gix_index::Entry) -> OnDisk {
        let path = RepoPath::new(entry.path(index).to_vec());
        let Some(relative) = path.to_relative() else {
            return OnDisk::Unknown("its path is not one of a file".to_owned());
        };
        let full = self.root.join(&relative);
        let Some(metadata) = self.metadata(&relative, &full) else {
            // Outside a sparse checkout.
            return if entry.flags.contains(Flags::SKIP_WORKTREE) {
                OnDisk::Same
            } else {
                OnDisk::Absent
            };
        };
        let mode = if metadata.is_symlink() {
            FileMode::Link
        } else if metadata.is_executable() {
            FileMode::Executable
        } else {
            FileMode::Regular
        };
        if metadata.is_dir() || !(metadata.is_file() || metadata.is_symlink()) {
            return OnDisk::Absent;
        }
        if (mode == FileMode::Link) != (entry.mode == Mode::SYMLINK) {
            return OnDisk::Differs(mode);
        }
        // Inode and owner change when a project is copied, and no content with them.
        let options = stat::Options {
            trust_ctime: false,
            check_stat: false,
            ..stat::Options::default()
        };
        let now = Stat::from_fs(&metadata).unwrap_or_default();
        if entry.stat.size != now.size && entry.stat.size != 0 {
            return OnDisk::Differs(mode);
        }
        if entry.stat.matches(&now, options) && !entry.stat.is_racy(index.timestamp(), options) {
            return OnDisk::Same;
        }
        match self.is(&full, mode, ObjectId(entry.id)) {
            Ok(true) => OnDisk::Same,
            Ok(false) => OnDisk::Differs(mode),
            Err(reason) => OnDisk::Unknown(reason),
        }
    }

    /// Whether the file on disk has the content of a blob, possibly with other ends of lines.
    pub(crate) fn has(&mut self, path: &RepoPath, id: ObjectId) -> bool {
        let Some(relative) = path.to_relative() else {
            return false;
        };
        let full = self.root.join(&relative);
        let Some(metadata) = self.metadata(&relative, &full) else {
            return false;
        };
        let mode = if metadata.is_symlink() {
            FileMode::Link
        } else {
            FileMode::Regular
        };
        (metadata.is_symlink() || metadata.is_file())
            && self.is(&full, mode, id).unwrap_or_default()
    }

    fn is(&self, full: &Path, mode: FileMode, id: ObjectId) -> Result<bool, String> {
        let bytes = if mode == FileMode::Link {
            let target = fs::read_link(full).map_err(|error| error.to_string())?;
            crate::path::os_bytes(target.as_os_str())
                .ok_or("its target is no text")?
                .to_vec()
        } else {
            let mut bytes = Vec::new();
            File::open(full)
                .and_then(|file| file.take(self.limit + 1).read_to_end(&mut bytes))
                .map_err(|error| error.to_string())?;
            if bytes.len() as u64 > self.limit {
                return Err(format!("larger than {} bytes", self.limit));
            }
            bytes
        };
        let same = |bytes: &[u8]| {
            gix_object::compute_hash(self.hash, gix_object::Kind::Blob, bytes)
                .is_ok_and(|found| found == id.0)
        };
        if same(&bytes) {
            return Ok(true);
        }
        if mode == FileMode::Link || !bytes.windows(2).any(|pair| pair == b"\r\n") {
            return Ok(false);
        }
        // As `core.autocrlf` and `text` attributes store it.
        let mut unix = Vec::with_capacity(bytes.len());
        let mut rest = bytes.iter().peekable();
        while let Some(byte) = rest.next() {
            if !(*byte == b'\r' && rest.peek() == Some(&&b'\n')) {
                unix.push(*byte);
            }
        }
        Ok(same(&unix))
    }

    fn metadata(&mut self, relative: &Path, full: &Path) -> Option<gix_index::fs::Metadata> {
        if !self.is_directory(relative.parent()?) {
            return None;
        }
        gix_index::fs::Metadata::from_path_no_follow(full).ok()
    }

    /// Whether all of a path are directories, and none a link.
    fn is_directory(&mut self, relative: &Path) -> bool {
        if relative.as_os_str().is_empty() {
            return true;
        }
        if let Some(known) = self.directories.get(relative) {
            return *known;
        }
        let mut ok = true;
        let mut path = self.root.to_owned();
        for part in relative {
            path.push(part);
            ok = ok && fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
        }
        self.directories.insert(relative.to_owned(), ok);
        ok
    }
}
