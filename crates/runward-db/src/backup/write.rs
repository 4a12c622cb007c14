//! Making a backup.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{
    BackupError,
    format::{End, FORMAT, Head, Line, TableHead, write_row},
};
use crate::{
    Db, DbError, Tx, Value,
    objects::{self, Table},
    series,
};

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupInfo {
    /// The schema's version.
    pub schema: i64,
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// The size of the file.
    pub bytes: u64,
    /// Of the file, in hexadecimal.
    pub sha256: String,
}

/// Writes everything that the database holds at this moment to a new file. The file appears under
/// its name only when it is whole and on the disk.
pub fn backup(db: &Db, file: &Path, now: Timestamp) -> Result<BackupInfo, BackupError> {
    if fs::symlink_metadata(file).is_ok() {
        return Err(BackupError::Exists {
            file: file.to_owned(),
        });
    }
    let failed = |source| BackupError::Write {
        file: file.to_owned(),
        source,
    };
    let temporary = Temporary::new(file)?;
    let out = Hashing::new(BufWriter::new(temporary.create().map_err(failed)?));
    let out = Hashing::new(GzEncoder::new(out, Compression::new(3)));
    let (schema, rows, out) = db.read(|tx| snapshot(tx, out, now, &failed))?;
    let compressed = out.inner.finish().map_err(failed)?;
    let (bytes, sha256) = (compressed.bytes, hex(compressed.hash));
    let written = compressed
        .inner
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    written.sync_all().map_err(failed)?;
    drop(written);
    temporary.publish(file).map_err(failed)?;
    Ok(BackupInfo {
        schema,
        rows,
        bytes,
        sha256,
    })
}

type Counted<W> = (i64, BTreeMap<String, u64>, W);

fn snapshot<W: Write>(
    tx: &mut Tx<'_>,
    mut out: Hashing<W>,
    now: Timestamp,
    failed: &impl Fn(io::Error) -> BackupError,
) -> Result<Counted<Hashing<W>>, BackupError> {
    let schema = tx.schema_version()?;
    let tables = objects::tables(schema)?;
    let head = Line::Backup(Head {
        format: FORMAT.to_owned(),
        schema,
        store: if schema >= series::SINCE {
            tx.meta("store")?
        } else {
            None
        },
        created: now,
        series: series::last(tx, schema)?,
    });
    line(&mut out, &head).map_err(failed)?;
    let mut rows = BTreeMap::new();
    for table in tables.iter() {
        let columns = table.columns.iter();
        let head = Line::Table(TableHead {
            name: table.name.clone(),
            columns: columns.map(|it| (it.name.clone(), it.kind)).collect(),
        });
        line(&mut out, &head).map_err(failed)?;
        let mut count = 0_u64;
        each_row(tx, table, |row| {
            count = count.saturating_add(1);
            write_row(&mut out, &row).map_err(failed)
        })?;
        rows.insert(table.name.clone(), count);
    }
    let end = Line::End(End {
        rows: rows.clone(),
        sha256: hex(out.hash.clone()),
    });
    line(&mut out, &end).map_err(failed)?;
    Ok((schema, rows, out))
}

/// The rows of a table as backups and exports have them: the counters of series are apart, because
/// not every database keeps them in a table.
pub(crate) fn each_row<E: From<DbError>>(
    tx: &mut Tx<'_>,
    table: &Table,
    mut work: impl FnMut(Vec<Value>) -> Result<(), E>,
) -> Result<(), E> {
    let select = table.select(tx.backend());
    let counters = table.name == "counters";
    tx.each(select, |row| {
        if counters && series::SEQUENCES.contains(&row.text(0)?) {
            return Ok(());
        }
        let values: Result<Vec<Value>, DbError> = table
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                column
                    .kind
                    .value(&row, index)
                    .map_err(|_| DbError::Damaged {
                        reason: format!(
                            "the column `{}` of `{}` holds a value of another type",
                            column.name, table.name
                        ),
                    })
            })
            .collect();
        work(values?)
    })
}

fn line(out: &mut impl Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// A file beside the one that is wanted, gone if it does not become that one.
struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn new(file: &Path) -> Result<Self, BackupError> {
        let mut name = std::ffi::OsString::from(".");
        name.push(file.file_name().unwrap_or_default());
        name.push(format!(".{}.tmp", series::random_name()?));
        Ok(Self {
            path: file.with_file_name(name),
        })
    }

    /// For its owner alone.
    fn create(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path)
    }

    fn publish(&self, file: &Path) -> io::Result<()> {
        // Unlike a rename, a link never replaces what somebody put there meanwhile.
        match fs::hard_link(&self.path, file) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // A file system without links.
            Err(_) => fs::rename(&self.path, file)?,
            Ok(()) => {}
        }
        #[cfg(unix)]
        {
            let parent = file.parent().filter(|it| !it.as_os_str().is_empty());
            File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
        }
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        fs::remove_file(&self.path).ok();
    }
}

/// Counts and hashes what is written through it.
struct Hashing<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W> Hashing<W> {
    fn new(inner: W) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
            bytes: 0,
        }
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or(bytes));
        self.bytes = self.bytes.saturating_add(written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

pub(super) fn hex(hash: Sha256) -> String {
    runward_model::hex(&hash.finalize())
}
