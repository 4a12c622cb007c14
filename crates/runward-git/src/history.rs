//! Every blob that can be reached from the refs, once.

use std::{
    ops::ControlFlow,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use runward_model::NotCovered;

use crate::{
    GitError, HistoryBlob, Tips,
    graph::{self, Graph},
    introduced::{self, Introduced},
    repository::Repository,
    visit::{self, Visited},
};

/// Which part of a history is visited.
#[derive(Debug, Clone)]
pub struct HistoryOptions {
    pub tips: Tips,
    /// Revisions whose history is left out: what a remote already has.
    pub exclude: Vec<String>,
    /// The same for all references whose full name begins so: `refs/remotes/origin/`.
    pub exclude_refs: Vec<String>,
    /// Larger blobs are named and not handed out.
    pub max_blob_bytes: u64,
    /// 0: as many as there are cores.
    pub threads: usize,
}

impl Default for HistoryOptions {
    fn default() -> Self {
        Self {
            tips: Tips::All,
            exclude: Vec::new(),
            exclude_refs: Vec::new(),
            max_blob_bytes: 64 * 1024 * 1024,
            threads: 0,
        }
    }
}

impl HistoryOptions {
    /// What a push brings: reachable from `new`, not from `old`.
    pub fn range(old: &str, new: &str) -> Self {
        Self {
            tips: Tips::Revisions(vec![new.to_owned()]),
            exclude: vec![old.to_owned()],
            ..Self::default()
        }
    }

    /// What the push of a new branch brings: reachable from `new`, not from what is known of `remote`.
    pub fn new_to_remote(new: &str, remote: &str) -> Self {
        Self {
            tips: Tips::Revisions(vec![new.to_owned()]),
            exclude_refs: vec![format!("refs/remotes/{remote}/")],
            ..Self::default()
        }
    }
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Commits,
    Trees,
    Blobs,
}

/// How far it is: commits found, commits whose trees were compared, blobs handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub phase: Phase,
    pub done: usize,
    pub total: Option<usize>,
}

/// Why a history was not visited to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// The visitor said so.
    Visitor,
    /// The progress callback said so.
    Progress,
    /// One of [`crate::Limits`], by name.
    Limit(&'static str),
}

/// What was visited, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryReport {
    pub commits: usize,
    /// Distinct ones.
    pub trees: usize,
    /// Distinct blobs that can be reached.
    pub blobs: usize,
    /// Of them, those that were handed out.
    pub visited: usize,
    /// Bytes that were handed out.
    pub bytes: u64,
    pub too_large: usize,
    /// Commits, trees and blobs that are not there.
    pub missing: usize,
    /// Commits, trees and blobs that are there and cannot be read.
    pub unreadable: usize,
    pub lfs_pointers: usize,
    /// Paths at which another repository was mounted; its content is not visited.
    pub submodules: usize,
    pub shallow: bool,
    pub stopped: Option<Stopped>,
    /// All of the above that make the visit incomplete, told for people.
    pub not_covered: Vec<NotCovered>,
    /// Of them, those about content that is no part of this repository: submodules, Git LFS.
    pub elsewhere: Vec<NotCovered>,
}

/// Progress and the reasons to stop, shared by all threads.
pub(crate) struct Watch<'w> {
    progress: &'w (dyn Fn(Progress) -> ControlFlow<()> + Sync),
    stopped: OnceLock<Stopped>,
    unpacked: AtomicU64,
    limit: u64,
}

/// Steps between two calls of the progress callback.
const STEP: usize = 256;

impl Watch<'_> {
    pub(crate) fn stop(&self, why: Stopped) {
        self.stopped.get_or_init(|| why);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.get().is_some()
    }

    /// True where it is time to stop.
    pub(crate) fn step(&self, phase: Phase, done: usize, total: Option<usize>) -> bool {
        if done.is_multiple_of(STEP) || total == Some(done) {
            let progress = Progress { phase, done, total };
            if (self.progress)(progress).is_break() {
                self.stop(Stopped::Progress);
            }
        }
        self.is_stopped()
    }

    pub(crate) fn unpacked(&self, bytes: u64) {
        let before = self.unpacked.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > self.limit {
            self.stop(Stopped::Limit("unpacked bytes"));
        }
    }
}

impl Repository {
    /// Visits every distinct blob that can be reached, once, from several threads, in no particular order.
    /// Memory: about 350 bytes for each distinct tree and blob, and the caches of [`crate::Limits`]; blobs are
    /// not held. Objects are told by the names they are stored under; that content and name agree is left to
    /// `git fsck`. Entries of reflogs and objects that nothing refers to are not visited.
    pub fn history(
        &self,
        options: &HistoryOptions,
        visitor: &(dyn Fn(&HistoryBlob<'_>) -> ControlFlow<()> + Sync),
        progress: &(dyn Fn(Progress) -> ControlFlow<()> + Sync),
    ) -> Result<HistoryReport, GitError> {
        let watch = Watch {
            progress,
            stopped: OnceLock::new(),
            unpacked: AtomicU64::new(0),
            limit: self.limits().max_unpacked_bytes,
        };
        let threads = match options.threads {
            0 => thread::available_parallelism().map_or(1, std::num::NonZero::get),
            count => count,
        };
        let graph = graph::commits(self, options, &watch)?;
        let mut found = if watch.is_stopped() {
            Introduced::default()
        } else {
            introduced::introduced(self, &graph, threads, &watch)
        };
        found
            .blobs
            .sort_by_cached_key(|blob| (self.objects().spot(&blob.id), blob.id));
        let visited = if watch.is_stopped() {
            Visited::default()
        } else {
            let sizes = (threads, options.max_blob_bytes);
            visit::visit(self, &graph, &found, sizes, visitor, &watch)
        };
        Ok(report(
            self,
            &graph,
            &found,
            &visited,
            watch.stopped.get().copied(),
        ))
    }
}

fn report(
    repository: &Repository,
    graph: &Graph,
    found: &Introduced,
    visited: &Visited,
    stopped: Option<Stopped>,
) -> HistoryReport {
    let mut report = HistoryReport {
        commits: graph.steps.len(),
        trees: found.trees,
        blobs: found.blobs.len(),
        visited: visited.blobs,
        bytes: visited.bytes,
        lfs_pointers: visited.lfs_pointers,
        submodules: found.submodules.len(),
        shallow: repository.is_shallow(),
        stopped,
        ..HistoryReport::default()
    };
    let commits = graph
        .problems
        .iter()
        .map(|(id, error)| (format!("commit {id}"), error));
    let trees = found.problems.iter().map(|(id, (path, error))| {
        let name = if path.is_empty() {
            format!("tree {id}")
        } else {
            format!("{path}/")
        };
        (name, error)
    });
    let blobs = visited.unread.iter().filter_map(|(at, error)| {
        let blob = found.blobs.get(*at)?;
        Some((found.path(blob).to_string(), error))
    });
    let mut told = Vec::new();
    let named = repository.limits().max_named;
    let mut unnamed = 0;
    for (name, error) in commits.chain(trees).chain(blobs) {
        match error {
            GitError::Missing { .. } => report.missing += 1,
            GitError::TooLarge { .. } => report.too_large += 1,
            _ => report.unreadable += 1,
        }
        if told.len() < named {
            told.push(NotCovered::file(name, error.to_string()));
        } else {
            unnamed += 1;
        }
    }
    told.extend(repository.problems().iter().cloned());
    told.extend(wholes(repository, graph, &report, unnamed));
    report.elsewhere = elsewhere(repository, found, &report);
    told.extend(report.elsewhere.iter().cloned());
    report.not_covered = told;
    report
}

/// What the history names and does not hold.
fn elsewhere(
    repository: &Repository,
    found: &Introduced,
    report: &HistoryReport,
) -> Vec<NotCovered> {
    let mut told = Vec::new();
    let mut tell = |reason: String| told.push(NotCovered::file("git history", reason));
    if report.lfs_pointers > 0 {
        tell(format!(
            "{} files are in Git LFS, and only their pointers in the repository",
            report.lfs_pointers
        ));
    }
    let named = repository.limits().max_named;
    for path in found.submodules.keys().take(named) {
        let path = crate::RepoPath::new(path.as_slice());
        tell(format!(
            "the submodule at `{path}` is a repository of its own; look at it there"
        ));
    }
    if found.submodules.len() > named {
        tell(format!(
            "{} more submodules",
            found.submodules.len() - named
        ));
    }
    told
}

/// What concerns the history as a whole.
fn wholes(
    repository: &Repository,
    graph: &Graph,
    report: &HistoryReport,
    unnamed: usize,
) -> Vec<NotCovered> {
    let mut told = Vec::new();
    let mut tell = |reason: String| told.push(NotCovered::file("git history", reason));
    if unnamed > 0 {
        tell(format!("{unnamed} more objects could not be read"));
    }
    if report.missing > 0 && repository.is_partial() {
        tell(
            "this is a partial clone: fetch what was left out with `git fetch --refetch --no-filter`"
                .to_owned(),
        );
    }
    if report.shallow {
        tell(
            "this is a shallow clone: fetch older commits with `git fetch --unshallow`".to_owned(),
        );
    }
    for name in graph.broken.iter().take(repository.limits().max_named) {
        tell(format!(
            "the reference `{name}` cannot be read; see `git fsck`"
        ));
    }
    match report.stopped {
        Some(Stopped::Limit(what)) => tell(format!("stopped at the limit of {what}")),
        Some(Stopped::Visitor | Stopped::Progress) => tell("stopped before the end".to_owned()),
        None => {}
    }
    told
}
