//! From archives of records to index files.

use std::{fs::File, io::BufWriter, path::Path};

use crate::{
    Limits, Progress, Step, UpdateError,
    index::builder::{Builder, Built},
    manifest::Manifest,
    osv::archive::{Item, ReadError, read_zip_file},
};

/// How many records lie between two steps that are told.
const TELL_EVERY: u64 = 500;

pub(super) type FileBuilder = Builder<BufWriter<File>>;

/// Counts what cannot be read, and refuses a source of which too much cannot.
#[derive(Default)]
pub(super) struct Tally {
    unread: usize,
    total: usize,
    /// Why the first of them cannot be read.
    first: Option<String>,
}

impl Tally {
    pub(super) fn read(&mut self) {
        self.total += 1;
    }

    /// The problem in words.
    pub(super) fn unread(&mut self, file: &str, reason: &str) -> String {
        self.total += 1;
        self.unread += 1;
        let text = format!("{file}: {reason}");
        self.first.get_or_insert_with(|| text.clone());
        text
    }

    pub(super) fn check(&self, what: &str, limits: &Limits) -> Result<(), UpdateError> {
        if self.total == 0 {
            return Err(UpdateError::unusable(what, "it holds no records"));
        }
        if self.unread * 100 > self.total * limits.max_unreadable_percent {
            return Err(UpdateError::unusable(
                what,
                format!(
                    "{} of its {} files are no OSV records, such as {}",
                    self.unread,
                    self.total,
                    self.first.as_deref().unwrap_or_default()
                ),
            ));
        }
        Ok(())
    }
}

/// Tells now and then how far the reading is.
pub(super) fn tell(progress: &mut dyn Progress, what: &str, (done, total): (u64, u64)) {
    if done % TELL_EVERY == 0 || done == total {
        progress.step(Step::Indexing { what, done, total });
    }
}

pub(super) fn open(
    ecosystem: &str,
    into: &Path,
    limits: &Limits,
) -> Result<FileBuilder, UpdateError> {
    let path = into.join(Manifest::file_name(ecosystem));
    File::create(&path)
        .and_then(|file| Builder::new(ecosystem, BufWriter::with_capacity(1 << 18, file), *limits))
        .map_err(|error| UpdateError::io(&path, error))
}

pub(super) fn finish(builder: FileBuilder, into: &Path) -> Result<Built, UpdateError> {
    builder
        .finish()
        .map(|(_, built)| built)
        .map_err(|error| UpdateError::io(into, error))
}

pub(super) fn size_allowed(path: &Path, limits: &Limits) -> Result<(), UpdateError> {
    let size = path
        .metadata()
        .map_err(|error| UpdateError::io(path, error))?
        .len();
    if size > limits.max_archive_bytes {
        return Err(UpdateError::unusable(
            path.display().to_string(),
            format!(
                "it is {size} bytes, over the limit of {}",
                limits.max_archive_bytes
            ),
        ));
    }
    Ok(())
}

pub(super) fn refused(what: &str, into: &Path, error: ReadError) -> UpdateError {
    match error {
        ReadError::Refused(reason) => UpdateError::unusable(what, reason),
        ReadError::Io(error) => UpdateError::io(into, error),
    }
}

/// Builds the index of one ecosystem from its archive; `what` names the source in messages.
pub(super) fn read_archive(
    archive: &Path,
    ecosystem: &str,
    what: &str,
    into: &Path,
    limits: &Limits,
    progress: &mut dyn Progress,
) -> Result<Built, UpdateError> {
    size_allowed(archive, limits)?;
    let mut builder = open(ecosystem, into, limits)?;
    let mut tally = Tally::default();
    read_zip_file(archive, limits, &mut |at, item| {
        tell(progress, ecosystem, at);
        match item {
            Item::Record(record) => {
                tally.read();
                builder.add(&record)?;
            }
            Item::Unread { file, reason } => builder.problem(tally.unread(&file, &reason)),
        }
        Ok(())
    })
    .map_err(|error| refused(what, into, error))?;
    tally.check(what, limits)?;
    finish(builder, into)
}
