//! The log handle: opening, staying current with other processes, and what is read from memory.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::JoinHandle;

use crate::checkpoint::SignedCheckpoint;
use crate::commit::Queue;
use crate::disk;
use crate::error::LogError;
use crate::hash::Hash;
use crate::journal;
use crate::keys::Keys;
use crate::minimum::Minimum;
use crate::note::VerifierKey;
use crate::state::{self, Segment, State};
use crate::store::Store;

/// How a log is kept.
#[derive(Clone, Debug)]
pub struct Options {
    /// Records in the journal that start its integration into tiles.
    pub journal_records: u64,
    /// Bytes in the journal that start its integration into tiles.
    pub journal_bytes: usize,
    /// Whether a thread of its own integrates; otherwise only [`Log::publish`] does.
    pub background: bool,
    /// Keys of witnesses whose cosignatures are accepted.
    pub witnesses: Vec<VerifierKey>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            journal_records: 16_384,
            journal_bytes: 16 << 20,
            background: true,
            witnesses: Vec::new(),
        }
    }
}

/// An open log. All methods take `&self`; threads and processes may share a directory.
pub struct Log {
    pub(crate) inner: Arc<Inner>,
}

/// What a writer needs beside the state; the mutex around it serialises commits in the process.
pub(crate) struct Writer {
    /// Locked exclusively around a commit, shared around a read of the journal. A published copy
    /// has no such file.
    pub(crate) lock: Option<File>,
    pub(crate) segment: Option<Segment>,
}

pub(crate) struct Inner {
    pub(crate) directory: PathBuf,
    pub(crate) verifier: VerifierKey,
    pub(crate) keys: Option<Keys>,
    pub(crate) options: Options,
    pub(crate) store: Store,
    pub(crate) state: RwLock<State>,
    pub(crate) writer: Mutex<Writer>,
    pub(crate) queue: Mutex<Queue>,
    pub(crate) publishing: Mutex<()>,
    pub(crate) poisoned: AtomicBool,
    pub(crate) worker: Mutex<Worker>,
    torn: u64,
}

/// The background integration.
#[derive(Default)]
pub(crate) struct Worker {
    pub(crate) running: bool,
    pub(crate) handle: Option<JoinHandle<()>>,
    pub(crate) error: Option<LogError>,
}

/// Releases the lock file when dropped.
pub(crate) struct Locked<'a>(&'a File);

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

pub(crate) fn open_lock(directory: &Path, name: &str, write: bool) -> Result<File, LogError> {
    let path = directory.join(name);
    let file = if write {
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .read(true)
            .mode(disk::PRIVATE)
            .open(&path)
    } else {
        File::open(&path)
    };
    file.map_err(|e| LogError::io("open", &path, e))
}

pub(crate) fn lock(file: &File, exclusive: bool) -> Result<Locked<'_>, LogError> {
    let result = if exclusive {
        file.lock()
    } else {
        file.lock_shared()
    };
    result.map_err(|e| LogError::io("lock", Path::new("lock"), e))?;
    Ok(Locked(file))
}

impl Log {
    /// Opens the log in `directory` for writing, or creates it. An unfinished last write, which
    /// was never acknowledged, is cut off; anything else that is not as written is an error.
    pub fn open(directory: &Path, keys: Keys, options: Options) -> Result<Self, LogError> {
        disk::create_dir(directory)?;
        let lock_file = open_lock(directory, "lock", true)?;
        let locked = lock(&lock_file, true)?;
        create(directory, &keys)?;
        let store = Store::new(directory);
        let (state, segment, torn) = state::load(directory, keys.verifier(), &store, true)?;
        if let Some(segment) = &segment {
            let path = journal::segment(directory, segment.start);
            let io = |e| LogError::io("recover the journal", &path, e);
            if torn > 0 {
                disk::set_len(&segment.file, segment.len).map_err(io)?;
            }
            // A killed writer may have left whole frames that never reached the disk.
            disk::sync_data(&segment.file).map_err(io)?;
        }
        drop(locked);
        let verifier = keys.verifier().clone();
        let writer = Writer {
            lock: Some(lock_file),
            segment,
        };
        let inner = Inner::new(
            directory,
            verifier,
            Some(keys),
            options,
            store,
            state,
            writer,
        );
        Ok(Self {
            inner: Arc::new(Inner { torn, ..inner }),
        })
    }

    /// Opens the log in `directory` for reading, verifying and proving. No key is needed, and
    /// nothing is written; a copy served by a web server will do.
    pub fn read_only(directory: &Path, verifier: &VerifierKey) -> Result<Self, LogError> {
        Self::read_only_with(directory, verifier, Options::default())
    }

    /// [`Log::read_only`] with witnesses.
    pub fn read_only_with(
        directory: &Path,
        verifier: &VerifierKey,
        options: Options,
    ) -> Result<Self, LogError> {
        let lock_file = match open_lock(directory, "lock", false) {
            Err(error) if error.is_not_found() => None,
            other => Some(other?),
        };
        let locked = lock_file.as_ref().map(|f| lock(f, false)).transpose()?;
        let store = Store::new(directory);
        let (state, segment, torn) =
            state::load(directory, verifier, &store, false).map_err(|error| {
                if error.is_not_found() && !journal::directory(directory).exists() {
                    LogError::Missing {
                        path: directory.to_path_buf(),
                    }
                } else {
                    error
                }
            })?;
        drop(locked);
        let writer = Writer {
            lock: lock_file,
            segment,
        };
        let verifier = verifier.clone();
        let inner = Inner::new(directory, verifier, None, options, store, state, writer);
        Ok(Self {
            inner: Arc::new(Inner { torn, ..inner }),
        })
    }

    /// Bytes of an unfinished write that opening found at the end of the journal.
    pub fn torn_bytes(&self) -> u64 {
        self.inner.torn
    }

    /// Records in the log, as this handle last saw it; see [`Log::refresh`].
    pub fn size(&self) -> u64 {
        self.inner.state().size()
    }

    /// Looks for records that other processes appended, and returns the size.
    pub fn refresh(&self) -> Result<u64, LogError> {
        let mut writer = self.inner.writer();
        self.inner.with_lock(&mut writer, false, |inner, writer| {
            inner.catch_up(writer, false)?;
            let minimum = Minimum::load(&inner.directory, &inner.verifier)?;
            let mut state = inner.state_mut();
            state.minimum = minimum.map_or(0, |minimum| minimum.index);
            Ok(state.size())
        })
    }

    /// Records before this index were pruned.
    pub fn minimum_index(&self) -> u64 {
        self.inner.state().minimum
    }

    /// Records whose tiles are published, the size of the `checkpoint` file.
    pub fn published_size(&self) -> u64 {
        self.inner.state().edge.base()
    }

    /// The newest signed tree head, the journal included.
    pub fn checkpoint(&self) -> SignedCheckpoint {
        self.inner.state().checkpoint(&self.inner.verifier)
    }

    /// The key that verifies this log.
    pub fn verifier(&self) -> &VerifierKey {
        &self.inner.verifier
    }

    pub fn directory(&self) -> &Path {
        &self.inner.directory
    }

    /// Waits for background work, integrates the journal, and reports what failed.
    pub fn close(self) -> Result<(), LogError> {
        self.inner.join();
        if self.inner.keys.is_some() {
            self.publish()?;
        }
        Ok(())
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.inner.join();
    }
}

/// Makes an empty log where there is nothing at all.
fn create(directory: &Path, keys: &Keys) -> Result<(), LogError> {
    let checkpoint = directory.join("checkpoint");
    if checkpoint.exists() {
        return Ok(());
    }
    // What a crash between these steps leaves: at most one journal file, still empty.
    let first = journal::segment(directory, 0);
    let names = journal::segments(directory)?.unwrap_or_default();
    let begun = names.iter().all(|name| {
        name.start == 0 && std::fs::metadata(&name.path).is_ok_and(|meta| meta.len() == 0)
    });
    if directory.join("tile").exists() || !begun {
        return Err(LogError::damaged(None, "file `checkpoint` is missing"));
    }
    disk::create_dir(&journal::directory(directory))?;
    disk::replace(&first, b"")?;
    let empty = SignedCheckpoint::sign(keys, 0, Hash::empty());
    disk::replace(&checkpoint, empty.text.as_bytes())
}

impl Inner {
    fn new(
        directory: &Path,
        verifier: VerifierKey,
        keys: Option<Keys>,
        options: Options,
        store: Store,
        state: State,
        writer: Writer,
    ) -> Self {
        Self {
            directory: directory.to_path_buf(),
            verifier,
            keys,
            options,
            store,
            state: RwLock::new(state),
            writer: Mutex::new(writer),
            queue: Mutex::default(),
            publishing: Mutex::new(()),
            poisoned: AtomicBool::new(false),
            worker: Mutex::default(),
            torn: 0,
        }
    }

    pub(crate) fn state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn state_mut(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn worker(&self) -> MutexGuard<'_, Worker> {
        self.worker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn check_usable(&self) -> Result<&Keys, LogError> {
        if self.poisoned.load(Ordering::Acquire) {
            return Err(LogError::Poisoned);
        }
        self.keys.as_ref().ok_or(LogError::ReadOnly)
    }

    fn join(&self) {
        let handle = self.worker().handle.take();
        if let Some(handle) = handle {
            let _ = handle.join();
        }
    }

    /// Runs `work` under the commit lock.
    pub(crate) fn with_lock<T>(
        &self,
        writer: &mut Writer,
        exclusive: bool,
        work: impl FnOnce(&Self, &mut Option<Segment>) -> Result<T, LogError>,
    ) -> Result<T, LogError> {
        let _locked = writer
            .lock
            .as_ref()
            .map(|f| lock(f, exclusive))
            .transpose()?;
        work(self, &mut writer.segment)
    }

    /// Reads what other processes wrote since. Under the commit lock.
    pub(crate) fn catch_up(
        &self,
        segment: &mut Option<Segment>,
        write: bool,
    ) -> Result<(), LogError> {
        let names = journal::segments(&self.directory)?.unwrap_or_default();
        let newest = names.last().map(|name| name.start);
        match segment {
            Some(known) if newest == Some(known.start) => {
                let path = journal::segment(&self.directory, known.start);
                let io = |e| LogError::io("read", &path, e);
                let len = known.file.metadata().map_err(io)?.len();
                if len == known.len {
                    return Ok(());
                }
                if len < known.len {
                    let what = "the journal became shorter while the log was open";
                    return Err(LogError::damaged(None, what));
                }
                let rest = read_rest(&known.file, known.len, len).map_err(io)?;
                let mut state = self.state_mut();
                known.len += state.replay(&rest)?;
                state::verify_head(&state, &self.verifier)?;
                if write && known.len < len {
                    disk::set_len(&known.file, known.len).map_err(io)?;
                }
                disk::sync_data(&known.file).map_err(io)
            }
            // Another process published: the tail is in another file, earlier ones may be gone.
            _ => {
                let before = self.state().size();
                self.store.forget();
                // Whoever may write will: this file is the one that the next record goes to.
                let writable = write || self.keys.is_some();
                let (state, found, torn) =
                    state::load(&self.directory, &self.verifier, &self.store, writable)?;
                if state.size() < before {
                    let what = "the log became shorter while it was open";
                    return Err(LogError::damaged(state.size(), what));
                }
                if let Some(found) = &found {
                    let path = journal::segment(&self.directory, found.start);
                    let io = |e| LogError::io("recover the journal", &path, e);
                    if write && torn > 0 {
                        disk::set_len(&found.file, found.len).map_err(io)?;
                    }
                    disk::sync_data(&found.file).map_err(io)?;
                }
                *segment = found;
                *self.state_mut() = state;
                Ok(())
            }
        }
    }
}

fn read_rest(file: &File, from: u64, to: u64) -> std::io::Result<Vec<u8>> {
    use std::os::unix::fs::FileExt as _;
    let mut rest = vec![0; usize::try_from(to - from).map_err(std::io::Error::other)?];
    file.read_exact_at(&mut rest, from)?;
    Ok(rest)
}
