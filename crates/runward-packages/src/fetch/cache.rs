//! Registry answers on disk.
//!
//! One file for a URL, named by its SHA-256: two gzip members, the head (one line of JSON) and the
//! body. Each member carries a checksum, so a damaged file is a miss. Files are replaced whole.

use std::{
    fs,
    io::{self, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::Mutex,
    time::SystemTime,
};

use flate2::{Compression, bufread::GzDecoder, write::GzEncoder};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::lock;

/// How much the cache may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheLimits {
    /// Of all files; beyond it the oldest go.
    pub max_bytes: u64,
    /// Of one file; a larger answer is not kept.
    pub max_entry_bytes: u64,
}

impl Default for CacheLimits {
    fn default() -> Self {
        Self {
            max_bytes: 256 << 20,
            max_entry_bytes: 32 << 20,
        }
    }
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheEntry {
    pub url: String,
    pub fetched: Timestamp,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// The registry said that there is no such thing.
    pub missing: bool,
    pub body: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    format: u32,
    url: String,
    fetched: Timestamp,
    etag: Option<String>,
    last_modified: Option<String>,
    missing: bool,
    length: u64,
}

const FORMAT: u32 = 1;
const MAX_HEAD_BYTES: u64 = 64 << 10;

/// Answers in a directory, which may be shared by processes and deleted at any time.
#[derive(Debug)]
pub struct Cache {
    dir: PathBuf,
    limits: CacheLimits,
    used: Mutex<u64>,
}

impl Cache {
    /// Makes the directory where it is not there yet.
    pub fn open(dir: &Path, limits: CacheLimits) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        let cache = Self {
            dir: dir.to_owned(),
            limits,
            used: Mutex::new(0),
        };
        let used = cache.files()?.iter().map(|file| file.bytes).sum();
        *lock(&cache.used) = used;
        Ok(cache)
    }

    /// The answer kept for a URL; whatever is wrong with the file, it is as if there were none.
    pub fn get(&self, url: &str, max_bytes: u64) -> Option<CacheEntry> {
        let file = fs::File::open(self.path(url)).ok()?;
        let mut decoder = GzDecoder::new(BufReader::new(file));
        let head = read_head(&mut decoder, url)?;
        if head.length > max_bytes {
            return None;
        }
        let mut body = Vec::new();
        let mut decoder = GzDecoder::new(decoder.into_inner());
        decoder
            .by_ref()
            .take(head.length.saturating_add(1))
            .read_to_end(&mut body)
            .ok()?;
        (body.len() as u64 == head.length).then_some(CacheEntry {
            url: head.url,
            fetched: head.fetched,
            etag: head.etag,
            last_modified: head.last_modified,
            missing: head.missing,
            body,
        })
    }

    pub fn put(&self, entry: &CacheEntry) -> io::Result<()> {
        let mut bytes = head_member(entry)?;
        let mut encoder = GzEncoder::new(&mut bytes, Compression::fast());
        encoder.write_all(&entry.body)?;
        encoder.finish()?;
        self.replace(&entry.url, &bytes)
    }

    /// Notes that the kept answer is still the registry's, without packing the body again.
    pub(super) fn renew(&self, entry: &CacheEntry) -> io::Result<()> {
        let old = fs::read(self.path(&entry.url))?;
        let mut decoder = GzDecoder::new(old.as_slice());
        if read_head(&mut decoder, &entry.url).is_none() {
            return self.put(entry);
        }
        let mut bytes = head_member(entry)?;
        bytes.extend_from_slice(decoder.into_inner());
        self.replace(&entry.url, &bytes)
    }

    fn path(&self, url: &str) -> PathBuf {
        let digest = Sha256::digest(url.as_bytes());
        self.dir.join(format!("{}.gz", runward_model::hex(&digest)))
    }

    fn replace(&self, url: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(url);
        if bytes.len() as u64 > self.limits.max_entry_bytes {
            // The older answer must not outlive a newer one that does not fit.
            return match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        let mut file = tempfile::Builder::new()
            .prefix("new-")
            .tempfile_in(&self.dir)?;
        file.write_all(bytes)?;
        file.persist(path).map_err(|error| error.error)?;
        let mut used = lock(&self.used);
        *used = used.saturating_add(bytes.len() as u64);
        if *used > self.limits.max_bytes {
            *used = self.evict()?;
        }
        Ok(())
    }

    /// Deletes the oldest files until a tenth is free; returns what is left.
    fn evict(&self) -> io::Result<u64> {
        let mut files = self.files()?;
        files.sort_by(|a, b| (a.written, &a.path).cmp(&(b.written, &b.path)));
        let mut used: u64 = files.iter().map(|file| file.bytes).sum();
        let goal = self.limits.max_bytes / 10 * 9;
        for file in files {
            if used <= goal {
                break;
            }
            // Another process may have been faster.
            match fs::remove_file(&file.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => used = used.saturating_sub(file.bytes),
            }
        }
        Ok(used)
    }

    fn files(&self) -> io::Result<Vec<Kept>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let ours = name.strip_suffix(".gz").is_some_and(|stem| {
                stem.len() == 64 && stem.bytes().all(|b| b.is_ascii_hexdigit())
            });
            if !ours {
                continue;
            }
            // A file that vanishes meanwhile needs no room.
            if let Ok(meta) = entry.metadata() {
                files.push(Kept {
                    path: entry.path(),
                    bytes: meta.len(),
                    written: meta.modified().unwrap_or(SystemTime::UNIX_EPOCH),
                });
            }
        }
        Ok(files)
    }
}

struct Kept {
    path: PathBuf,
    bytes: u64,
    written: SystemTime,
}

fn head_member(entry: &CacheEntry) -> io::Result<Vec<u8>> {
    let head = Head {
        format: FORMAT,
        url: entry.url.clone(),
        fetched: entry.fetched,
        etag: entry.etag.clone(),
        last_modified: entry.last_modified.clone(),
        missing: entry.missing,
        length: entry.body.len() as u64,
    };
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    serde_json::to_writer(&mut encoder, &head)?;
    encoder.finish()
}

fn read_head(decoder: &mut impl io::Read, url: &str) -> Option<Head> {
    let mut bytes = Vec::new();
    decoder
        .take(MAX_HEAD_BYTES + 1)
        .read_to_end(&mut bytes)
        .ok()?;
    if bytes.len() as u64 > MAX_HEAD_BYTES {
        return None;
    }
    let head: Head = serde_json::from_slice(&bytes).ok()?;
    (head.format == FORMAT && head.url == url).then_some(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(url: &str, body: &[u8]) -> CacheEntry {
        CacheEntry {
            url: url.to_owned(),
            fetched: "2026-11-22T10:00:00Z".parse().unwrap(),
            etag: Some("\"a\"".to_owned()),
            last_modified: None,
            missing: false,
            body: body.to_vec(),
        }
    }

    fn noise(seed: u32, length: usize) -> Vec<u8> {
        let mut state = seed;
        std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .take(length)
        .collect()
    }

    #[test]
    fn an_entry_comes_back_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path(), CacheLimits::default()).unwrap();
        assert_eq!(cache.get("https://a", 100), None);
        let mut kept = entry("https://a", b"body");
        cache.put(&kept).unwrap();
        assert_eq!(cache.get("https://a", 100), Some(kept.clone()));
        assert_eq!(cache.get("https://a", 3), None, "larger than asked for");
        kept.fetched = "2026-11-23T10:00:00Z".parse().unwrap();
        cache.renew(&kept).unwrap();
        assert_eq!(cache.get("https://a", 100), Some(kept));
        let again = Cache::open(dir.path(), CacheLimits::default()).unwrap();
        assert!(again.get("https://a", 100).is_some());
    }

    #[test]
    fn a_damaged_file_is_a_miss_wherever_it_is_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path(), CacheLimits::default()).unwrap();
        let kept = entry("https://a", b"a body that is long enough to be worth it");
        cache.put(&kept).unwrap();
        let path = cache.path("https://a");
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xff;
            fs::write(&path, &bytes).unwrap();
            // Bytes of the gzip header such as its time may change without changing the content.
            let got = cache.get("https://a", 1_000);
            assert!(got.is_none() || got.as_ref() == Some(&kept), "byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(cache.get("https://a", 1_000), None, "cut at {at}");
        }
    }

    #[test]
    fn another_urls_entry_is_not_taken() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path(), CacheLimits::default()).unwrap();
        cache.put(&entry("https://a", b"x")).unwrap();
        fs::rename(cache.path("https://a"), cache.path("https://b")).unwrap();
        assert_eq!(cache.get("https://b", 100), None);
    }

    #[test]
    fn the_oldest_go_when_it_is_full() {
        let dir = tempfile::tempdir().unwrap();
        let limits = CacheLimits {
            max_bytes: 10_000,
            max_entry_bytes: 5_000,
        };
        let cache = Cache::open(dir.path(), limits).unwrap();
        let stranger = dir.path().join("README");
        fs::write(&stranger, vec![0; 20_000]).unwrap();
        for number in 0..8_u32 {
            let url = format!("https://a/{number}");
            cache.put(&entry(&url, &noise(number, 2_000))).unwrap();
            if let Ok(file) = fs::File::options().write(true).open(cache.path(&url)) {
                let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(number.into());
                file.set_modified(time).unwrap();
            }
        }
        let kept: Vec<u32> = (0..8)
            .filter(|n| cache.get(&format!("https://a/{n}"), 9_000).is_some())
            .collect();
        assert!(kept.len() < 5, "{kept:?}");
        assert_eq!(kept.last(), Some(&7));
        assert!(!kept.contains(&0));
        assert!(stranger.exists());
        let total: u64 = cache.files().unwrap().iter().map(|f| f.bytes).sum();
        assert!(total <= limits.max_bytes, "{total}");
        // Too large an answer replaces the old one by nothing.
        cache.put(&entry("https://a/7", &noise(9, 6_000))).unwrap();
        assert_eq!(cache.get("https://a/7", 9_000), None);
    }

    proptest::proptest! {
        #[test]
        fn any_file_is_survived(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let dir = tempfile::tempdir().unwrap();
            let cache = Cache::open(dir.path(), CacheLimits::default()).unwrap();
            fs::write(cache.path("https://a"), bytes).unwrap();
            proptest::prop_assert!(cache.get("https://a", 100).is_none());
        }
    }
}
