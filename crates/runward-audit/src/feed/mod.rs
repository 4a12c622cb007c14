//! Feeds: JSON-lines files made from the log, for people and programs that read files.
//!
//! `audit.log` has flat lines with the names that the runbook's scripts look for; `audit.json` has
//! the same names and the whole entry beside them. Both hold every entry once and in order: where
//! a feed goes on is read from its own last line, and, once a file was rotated away, from a small
//! file of state beside it.

mod line;
mod python;
mod resume;
mod state;
mod verify;

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use runward_tlog::Log;
use state::State;

pub use resume::{End, end};
pub use verify::FeedVerdict;

use crate::{AuditError, Limits, entries};

/// Which feeds are written, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedOptions {
    pub directory: PathBuf,
    /// `audit.log`.
    pub flat: bool,
    /// `audit.json`.
    pub structured: bool,
}

impl FeedOptions {
    /// Both feeds in a directory.
    pub fn both(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            flat: true,
            structured: true,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Feed {
    Flat,
    Structured,
}

impl Feed {
    const fn name(self) -> &'static str {
        match self {
            Self::Flat => "audit.log",
            Self::Structured => "audit.json",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Feeds {
    options: FeedOptions,
    limits: Limits,
}

/// Lines are written in pieces of about this size.
const PIECE: usize = 1 << 20;

impl Feeds {
    pub(crate) fn new(options: FeedOptions, limits: Limits) -> Self {
        Self { options, limits }
    }

    fn feeds(&self) -> impl Iterator<Item = Feed> {
        let flat = self.options.flat.then_some(Feed::Flat);
        let structured = self.options.structured.then_some(Feed::Structured);
        flat.into_iter().chain(structured)
    }

    fn path(&self, feed: Feed) -> PathBuf {
        self.options.directory.join(feed.name())
    }

    /// Brings the feeds up to the log. Entries that were pruned before a feed had them are left
    /// out; how many, is returned.
    pub(crate) fn advance(&self, log: &Log) -> Result<u64, AuditError> {
        let directory = &self.options.directory;
        // As the files in it: collectors of the group may read.
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o750)
            .create(directory)
            .map_err(|error| AuditError::file(directory, error))?;
        // One process at a time.
        let lock_path = directory.join(".audit-feeds.lock");
        let lock = open(&lock_path).map_err(|error| AuditError::file(&lock_path, error))?;
        lock.lock()
            .map_err(|error| AuditError::file(&lock_path, error))?;
        let mut state = State::load(directory)?;
        let mut left_out = 0;
        let before = state.clone();
        for feed in self.feeds() {
            left_out += self.advance_one(feed, log, &mut state)?;
        }
        if state != before {
            state.save(directory)?;
        }
        Ok(left_out)
    }

    fn advance_one(&self, feed: Feed, log: &Log, state: &mut State) -> Result<u64, AuditError> {
        let path = self.path(feed);
        let wrong = |error: io::Error| AuditError::file(&path, error);
        let mut file = open(&path).map_err(wrong)?;
        let known = state.get(feed.name());
        let next = match self.end_of(&mut file, &path)? {
            End::Line { next, torn } => {
                cut(&file, torn).map_err(wrong)?;
                next
            }
            End::Empty { torn } => {
                cut(&file, torn).map_err(wrong)?;
                let here = file.metadata().map_err(wrong)?.ino();
                // A crash between lines and state, then a rotation: the lines are in the file that
                // was rotated away.
                let rotated = (known.inode != 0 && known.inode != here)
                    .then(|| self.rotated(feed, known.inode))
                    .flatten();
                rotated.unwrap_or(known.next).max(known.next)
            }
            End::More | End::Foreign => {
                return Err(AuditError::file(
                    &path,
                    "its end is no line of the audit log; move the file away, and it is continued in a new one",
                ));
            }
        };
        let size = log.size();
        if next > size {
            return Err(AuditError::file(
                &path,
                format!(
                    "it is ahead of the audit log ({next} of {size} entries): it belongs to another log, or the log was cut; run `runward audit verify`"
                ),
            ));
        }
        let start = next.max(log.minimum_index());
        file.seek(SeekFrom::End(0)).map_err(wrong)?;
        let mut piece = String::new();
        entries::each(log, start..size, |record, entry| {
            piece.push_str(&line::line(feed, &record, entry));
            piece.push('\n');
            if piece.len() >= PIECE {
                file.write_all(piece.as_bytes()).map_err(wrong)?;
                piece.clear();
            }
            Ok(())
        })?;
        file.write_all(piece.as_bytes()).map_err(wrong)?;
        if start < size {
            // The state must never be ahead of the lines.
            file.sync_data().map_err(wrong)?;
        }
        let inode = file.metadata().map_err(wrong)?.ino();
        state.set(feed.name(), state::Position { next: size, inode });
        Ok(start - next)
    }

    fn end_of(&self, file: &mut File, path: &Path) -> Result<End, AuditError> {
        let wrong = |error: io::Error| AuditError::file(path, error);
        let length = file.metadata().map_err(wrong)?.len();
        let mut wanted = 64 << 10;
        loop {
            let take = length.min(wanted);
            file.seek(SeekFrom::Start(length - take)).map_err(wrong)?;
            let mut tail = Vec::new();
            (&*file).take(take).read_to_end(&mut tail).map_err(wrong)?;
            match resume::end(&tail, take == length) {
                End::More if wanted < self.limits.feed_tail => wanted *= 4,
                end => return Ok(end),
            }
        }
    }

    /// Where the file that was rotated away ended, if it is still beside.
    fn rotated(&self, feed: Feed, inode: u64) -> Option<u64> {
        let beside = std::fs::read_dir(&self.options.directory).ok()?;
        for entry in beside.take(10_000).flatten() {
            let named = entry.file_name().to_string_lossy().starts_with(feed.name());
            if named
                && entry
                    .metadata()
                    .is_ok_and(|it| it.is_file() && it.ino() == inode)
            {
                let mut file = File::open(entry.path()).ok()?;
                return match self.end_of(&mut file, &entry.path()).ok()? {
                    End::Line { next, .. } => Some(next),
                    End::Empty { .. } | End::More | End::Foreign => None,
                };
            }
        }
        None
    }
}

fn cut(file: &File, torn: u64) -> io::Result<()> {
    if torn > 0 {
        let length = file.metadata()?.len();
        file.set_len(length.saturating_sub(torn))?;
    }
    Ok(())
}

/// Readable by the owner's group, as log collectors need it, and by nobody else.
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o640)
        .open(path)
}
