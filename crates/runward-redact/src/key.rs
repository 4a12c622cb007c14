//! The key of commitments, and its file.
//!
//! The file holds one key a line, the newest first: `runward-commitment-key:1:<id>:<64 hex>`. New
//! commitments are made with the first; older ones can still be confirmed with the others.

use std::{
    fmt, fs,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::commitment::{self, Mac};

const PREFIX: &str = "runward-commitment-key:1:";
/// A file of keys is not longer than this; about 600 rotations.
const LARGEST_FILE: u64 = 64 << 10;

/// A secret under which redacted values are committed to. Who has it can test guesses at what was
/// redacted; nobody else can.
#[derive(Clone)]
pub struct CommitmentKey {
    secret: Zeroizing<[u8; 32]>,
    id: String,
}

impl fmt::Debug for CommitmentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommitmentKey({})", self.id)
    }
}

/// Why a file of keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("cannot {what} the commitment key `{}`: {source}", path.display())]
    Io {
        what: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error(
        "the commitment key `{}` already exists; it is never overwritten, since what was redacted \
         with it could not be confirmed any more; rotate it instead",
        .0.display()
    )]
    Exists(PathBuf),
    #[error(
        "others than its owner can read the commitment key `{}`; run `chmod 600` on it, and rotate \
         it if it was exposed",
        .0.display()
    )]
    Exposed(PathBuf),
    #[error("`{}` is not a file of commitment keys: {reason}", path.display())]
    Format { path: PathBuf, reason: String },
}

impl CommitmentKey {
    /// A new key from 32 random bytes.
    pub fn generate(random: [u8; 32]) -> Self {
        let secret = Zeroizing::new(random);
        let mac = commitment::keyed(&*secret);
        let mut id = commitment::mac(&mac, "runward.redact.key-id.1", |_| ());
        id.truncate(8);
        Self { secret, id }
    }

    /// The name of the key, which every commitment carries. It tells nothing of the key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The current key of a file.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let mut keys = Self::load_all(path)?;
        if keys.is_empty() {
            return Err(format(path, "it has no key"));
        }
        Ok(keys.swap_remove(0))
    }

    /// All keys of a file: the current one, then the retired ones.
    pub fn load_all(path: &Path) -> Result<Vec<Self>, KeyError> {
        let fail = |source| KeyError::Io {
            what: "read",
            path: path.to_owned(),
            source,
        };
        let file = fs::File::open(path).map_err(fail)?;
        let metadata = file.metadata().map_err(fail)?;
        if !metadata.is_file() {
            return Err(format(path, "it is not a regular file"));
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            if metadata.permissions().mode() & 0o077 != 0 {
                return Err(KeyError::Exposed(path.to_owned()));
            }
        }
        if metadata.len() > LARGEST_FILE {
            return Err(format(path, "it is too large for one"));
        }
        // Filled once to its size: a growing buffer would leave copies of the key behind.
        let mut text = Zeroizing::new(String::with_capacity(
            usize::try_from(LARGEST_FILE).unwrap_or_default() + 1,
        ));
        file.take(LARGEST_FILE)
            .read_to_string(&mut text)
            .map_err(fail)?;
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            // What stands in the line is not repeated: it may be most of a key.
            let key = Self::parse(line.trim())
                .map_err(|reason| format(path, &format!("line {}: {reason}", index + 1)))?;
            keys.push(key);
        }
        Ok(keys)
    }

    fn parse(line: &str) -> Result<Self, &'static str> {
        let rest = line
            .strip_prefix(PREFIX)
            .ok_or("it does not begin with `runward-commitment-key:1:`")?;
        let (id, digits) = rest.split_once(':').ok_or("it has no id")?;
        let mut secret = Zeroizing::new([0_u8; 32]);
        if digits.len() != 64 {
            return Err("the key has not 64 hexadecimal digits");
        }
        let digit = |byte: u8| {
            char::from(byte)
                .to_digit(16)
                .and_then(|it| u8::try_from(it).ok())
        };
        for (byte, pair) in secret.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            let [high, low] = pair else {
                return Err("the key has not 64 hexadecimal digits");
            };
            *byte = digit(*high)
                .zip(digit(*low))
                .map(|(high, low)| high << 4 | low)
                .ok_or("the key has other characters than hexadecimal digits")?;
        }
        let key = Self::generate(*secret);
        if key.id != id {
            return Err("the id does not belong to the key; the file is damaged");
        }
        Ok(key)
    }

    /// Writes a new file that only its owner can read. An existing one is left alone.
    pub fn save(&self, path: &Path) -> Result<(), KeyError> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let fail = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => KeyError::Exists(path.to_owned()),
            _ => KeyError::Io {
                what: "write",
                path: path.to_owned(),
                source,
            },
        };
        let mut file = options.open(path).map_err(fail)?;
        file.write_all(self.line().as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| sync_directory(path))
            .map_err(fail)
    }

    /// Makes this the current key of a file and keeps the others. A kill leaves the file as it was
    /// or as it shall be.
    pub fn rotate(&self, path: &Path) -> Result<(), KeyError> {
        let retired = Self::load_all(path)?;
        let fail = |source| KeyError::Io {
            what: "write",
            path: path.to_owned(),
            source,
        };
        let directory = parent(path);
        // A temporary file is made for its owner only.
        let mut file = tempfile::NamedTempFile::new_in(directory).map_err(fail)?;
        for key in std::iter::once(self).chain(retired.iter().filter(|key| key.id != self.id)) {
            file.write_all(key.line().as_bytes()).map_err(fail)?;
        }
        file.as_file().sync_all().map_err(fail)?;
        file.persist(path).map_err(|error| fail(error.error))?;
        sync_directory(path).map_err(fail)
    }

    fn line(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(runward_model::hex(&*self.secret));
        Zeroizing::new(format!("{PREFIX}{}:{}\n", self.id, *digits))
    }

    pub(crate) fn mac(&self) -> Mac {
        commitment::keyed(&*self.secret)
    }
}

fn format(path: &Path, reason: &str) -> KeyError {
    KeyError::Format {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A new name is durable only when its directory is.
fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        fs::File::open(parent(path))?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "key_tests.rs"]
mod tests;
