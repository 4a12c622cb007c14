//! Verification: every record hashed again, every head and every stored checkpoint compared.

mod journal;
mod scan;

use std::fmt;
use std::ops::Range;
use std::path::Path;

use crate::checkpoint::SignedCheckpoint;
use crate::error::LogError;
use crate::hash::Hash;
use crate::log::{Log, lock, open_lock};
use crate::minimum::Minimum;
use crate::note::VerifierKey;
use crate::state;
use crate::store::Store;
use crate::tile::WIDTH;
use crate::tree::Frontier;
use crate::witness;

use scan::{Extent, Scan};

/// What a verification compares with.
#[derive(Clone, Default)]
pub struct VerifyOptions<'a> {
    /// Checkpoints kept elsewhere: they show a rollback or a rewritten log.
    pub against: Vec<SignedCheckpoint>,
    /// A size and root that the caller remembers.
    pub known: Option<(u64, Hash)>,
    /// Keys of witnesses; their cosignatures on stored checkpoints must be right.
    pub witnesses: Vec<VerifierKey>,
    /// Threads to use; 0 means one per processor.
    pub threads: usize,
    /// Called with records done and records in all, from any thread.
    pub progress: Option<&'a (dyn Fn(u64, u64) + Sync)>,
}

impl fmt::Debug for VerifyOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyOptions")
            .field("against", &self.against)
            .field("known", &self.known)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

/// The outcome of a verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Records in the log, the journal included.
    pub size: u64,
    /// The root over them as recomputed.
    pub root: Hash,
    /// Records before this were pruned; of them only hashes were verified.
    pub minimum_index: u64,
    /// Nothing is wrong.
    pub ok: bool,
    /// Records that were read and hashed.
    pub records: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// The first record that is not what was written.
    pub first_bad: Option<Bad>,
    pub problems: Vec<Problem>,
    /// Bytes of a last write that never finished; not a fault.
    pub torn_bytes: u64,
}

/// A record that is not what was written, or is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    pub index: u64,
    pub what: String,
}

/// Something else that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: Option<String>,
    pub index: Option<u64>,
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "file `{file}`: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl Problem {
    fn file(file: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            file: Some(file.into()),
            index: None,
            what: what.into(),
        }
    }

    fn unreadable(file: String, error: &LogError) -> Self {
        let what = if error.is_not_found() {
            "it is missing".to_owned()
        } else {
            error.to_string()
        };
        Self::file(file, what)
    }

    fn record(index: u64, what: &str) -> Self {
        Self {
            file: None,
            index: Some(index),
            what: what.to_owned(),
        }
    }
}

impl Log {
    /// Verifies the log from its files, and that they hold what this handle has seen.
    pub fn verify(&self, mut options: VerifyOptions<'_>) -> Result<Report, LogError> {
        let inner = &self.inner;
        options.against.push(self.checkpoint());
        options
            .witnesses
            .extend(inner.options.witnesses.iter().cloned());
        directory(&inner.directory, &inner.verifier, &options)
    }
}

/// Verifies a log directory, also one that [`Log::open`] refuses. Errors are only those that keep
/// it from being read at all; whatever is wrong with its contents is in the report.
pub fn directory(
    directory: &Path,
    key: &VerifierKey,
    options: &VerifyOptions<'_>,
) -> Result<Report, LogError> {
    let mut report = once(directory, key, options)?;
    // A prune beside the verification takes bundles away: look again with the new minimum.
    for _ in 0..3 {
        let minimum = Minimum::load(directory, key);
        if report.ok || minimum.is_ok_and(|m| m.map_or(0, |m| m.index) == report.minimum_index) {
            break;
        }
        report = once(directory, key, options)?;
    }
    Ok(report)
}

fn once(
    directory: &Path,
    key: &VerifierKey,
    options: &VerifyOptions<'_>,
) -> Result<Report, LogError> {
    let mut verdict = Verdict::default();
    let lock_file = match open_lock(directory, "lock", false) {
        Err(error) if error.is_not_found() => None,
        other => Some(other?),
    };
    // Published files never change; only checkpoint and journal are read under the lock.
    let locked = lock_file.as_ref().map(|f| lock(f, false)).transpose()?;
    if !directory.is_dir() {
        return Err(LogError::Missing {
            path: directory.to_path_buf(),
        });
    }
    let segments = journal::load(directory)?;
    let minimum = match Minimum::load(directory, key) {
        Ok(minimum) => minimum.map_or(0, |minimum| minimum.index),
        Err(error) => {
            verdict.problem(Problem::file("minimum-index", error.to_string()));
            0
        }
    };
    let published = state::published(directory, key);
    let stored = witness::stored(directory, key);
    drop(locked);

    let published = published
        .map_err(|error| verdict.problem(Problem::unreadable("checkpoint".to_owned(), &error)))
        .ok();
    if lock_file.is_some() && segments.is_empty() {
        let what = "the journal is missing: records after the checkpoint may be gone";
        verdict.problem(Problem::file("journal", what));
    }
    // Without a checkpoint the journal tells where the tiles end, and its first head their root.
    let base = published.as_ref().map_or_else(
        || segments.first().map_or(0, |segment| segment.start),
        |checkpoint| checkpoint.size,
    );
    let kept = minimum..base;
    let kept = std::slice::from_ref(&kept);
    let extent = Extent {
        size: base,
        kept,
        sparse: false,
    };
    let mut against = options.against.clone();
    for (name, checkpoint) in stored {
        match checkpoint {
            Ok(None) => {}
            Ok(Some(checkpoint)) => {
                let cosigned = checkpoint.cosignatures(&options.witnesses);
                if name == "cosigned"
                    && !options.witnesses.is_empty()
                    && cosigned.is_ok_and(|found| found.is_empty())
                {
                    let what = "no known witness signed it";
                    verdict.problem(Problem::file(name, what));
                }
                against.push(checkpoint);
            }
            Err(error) => verdict.problem(Problem::file(name, error.to_string())),
        }
    }
    let tiles = check_tiles(
        directory,
        &extent,
        published.as_ref(),
        &against,
        options,
        &mut verdict,
    );
    let tail = journal::check(&segments, key, tiles.frontier.clone(), published.is_some());
    verdict.bad(tail.bad.clone());
    tail.problems.into_iter().for_each(|p| verdict.problem(p));

    let size = base + tail.leaves.len() as u64;
    let root_at = |at: u64| {
        if at <= base {
            return tiles.scan.frontier(&tiles.store, &extent, at).root();
        }
        let extra = usize::try_from(at - base).unwrap_or(usize::MAX);
        let mut frontier = tiles.frontier.clone();
        let leaves = tail.leaves.iter().take(extra);
        for leaf in leaves {
            frontier.push(0, *leaf);
        }
        frontier.root()
    };
    compare(&against, options, size, root_at, &mut verdict);
    verdict.problems.extend(tiles.scan.problems.iter().cloned());
    Ok(Report {
        size,
        root: root_at(size),
        minimum_index: minimum,
        ok: verdict.first_bad.is_none() && verdict.problems.is_empty(),
        records: tiles.scan.records + tail.leaves.len() as u64,
        bytes: tiles.scan.bytes + tail.bytes,
        first_bad: verdict.first_bad,
        problems: verdict.problems,
        torn_bytes: tail.torn,
    })
}

/// Verifies what [`Log::prune`] archived: each archived record against the signed checkpoint.
pub fn archive(
    directory: &Path,
    key: &VerifierKey,
    options: &VerifyOptions<'_>,
) -> Result<Report, LogError> {
    let mut verdict = Verdict::default();
    let published = state::published(directory, key)?;
    let kept = crate::prune::archived(directory, key)?;
    let extent = Extent {
        size: published.size,
        kept: &kept,
        sparse: true,
    };
    let against = options.against.clone();
    let tiles = check_tiles(
        directory,
        &extent,
        Some(&published),
        &against,
        options,
        &mut verdict,
    );
    verdict.problems.extend(tiles.scan.problems.iter().cloned());
    Ok(Report {
        size: published.size,
        root: tiles.frontier.root(),
        minimum_index: kept.first().map_or(0, |range: &Range<u64>| range.start),
        ok: verdict.first_bad.is_none() && verdict.problems.is_empty(),
        records: tiles.scan.records,
        bytes: tiles.scan.bytes,
        first_bad: verdict.first_bad,
        problems: verdict.problems,
        torn_bytes: 0,
    })
}

struct Tiles {
    store: Store,
    scan: Scan,
    frontier: Frontier,
}

fn check_tiles(
    directory: &Path,
    extent: &Extent<'_>,
    published: Option<&SignedCheckpoint>,
    against: &[SignedCheckpoint],
    options: &VerifyOptions<'_>,
    verdict: &mut Verdict,
) -> Tiles {
    let store = Store::new(directory);
    let threads = match options.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        n => n.min(64),
    };
    let mut scan = Scan::run(&store, extent, threads, options.progress);
    // The largest checkpoint that still holds narrows down where the first bad record can be.
    let good_until = against
        .iter()
        .filter(|c| c.size <= extent.size)
        .filter(|c| scan.frontier(&store, extent, c.size).root() == c.root)
        .map(|c| c.size)
        .max()
        .unwrap_or(0);
    let expected = published.map_or_else(
        || scan.frontier(&store, extent, extent.size).root(),
        |checkpoint| checkpoint.root,
    );
    let (frontier, bad) = scan.judge(expected, good_until);
    verdict.bad(bad);
    Tiles {
        store,
        scan,
        frontier,
    }
}

/// Stored checkpoints and what the caller remembers, against the log as it is.
fn compare(
    against: &[SignedCheckpoint],
    options: &VerifyOptions<'_>,
    size: u64,
    root_at: impl Fn(u64) -> Hash,
    verdict: &mut Verdict,
) {
    let heads = against.iter().map(|c| (c.size, c.root));
    let mut heads: Vec<_> = heads.chain(options.known).collect();
    heads.sort_unstable();
    heads.dedup();
    let mut good_until = 0;
    for (known, root) in heads {
        if known > size {
            let what = format!(
                "a head of {known} records was issued, the log has {size}: \
                 it was truncated or replaced by an older copy"
            );
            verdict.problem(Problem::record(size, &what));
            verdict.bad(Some(Bad {
                index: size,
                what: "it is gone: the log was truncated or replaced by an older copy".to_owned(),
            }));
        } else if root_at(known) == root {
            good_until = good_until.max(known);
        } else {
            let what = format!(
                "the first {known} records are not those of a head issued earlier: the log was rewritten"
            );
            verdict.problem(Problem::record(good_until, &what));
            verdict.bad(Some(Bad {
                index: good_until,
                what: format!("a record between {good_until} and {known} was rewritten"),
            }));
        }
    }
    for checkpoint in against {
        if let Err(error) = checkpoint.cosignatures(&options.witnesses) {
            let what = format!("checkpoint of {} records: {error}", checkpoint.size);
            verdict.problem(Problem::record(checkpoint.size, &what));
        }
    }
}

/// What was found so far.
#[derive(Default)]
struct Verdict {
    first_bad: Option<Bad>,
    problems: Vec<Problem>,
}

impl Verdict {
    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Keeps the lowest; at the same index the one found first, which is the most precise.
    fn bad(&mut self, bad: Option<Bad>) {
        if let Some(bad) = bad
            && self
                .first_bad
                .as_ref()
                .is_none_or(|known| bad.index < known.index)
        {
            self.first_bad = Some(bad);
        }
    }
}

/// Bundles wholly before `index`, as records.
pub(crate) fn whole_bundles(index: u64) -> u64 {
    index / WIDTH * WIDTH
}
