//! Which commit brought which blob, and where.
//!
//! Commits come parents first, so the first one whose tree has a blob is the one that introduced it: a tree
//! that was met before has nothing new and is not entered again. So each distinct tree is read once, by each
//! thread: every thread takes a stretch of the history, and of what two stretches both found the earlier
//! counts. The result does not depend on their number.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use gix_object::TreeRefIter;
use hashbrown::{HashMap, HashSet, hash_map::Entry};

use crate::{
    GitError, Limits, ObjectId, Reader, RepoPath,
    graph::{Graph, Step},
    history::{Phase, Stopped, Watch},
    repository::Repository,
};

/// A distinct blob of a history.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Blob {
    pub(crate) id: ObjectId,
    /// The place of its commit in the history; `NO_COMMIT` where a reference names it.
    pub(crate) step: u32,
    pub(crate) link: bool,
    names: u32,
    start: u64,
    length: u32,
}

pub(crate) const NO_COMMIT: u32 = u32::MAX;

/// All distinct blobs of a history.
#[derive(Debug, Default)]
pub(crate) struct Introduced {
    pub(crate) blobs: Vec<Blob>,
    /// Paths of each thread's blobs, one after the other.
    names: Vec<Vec<u8>>,
    pub(crate) trees: usize,
    /// Submodules by path.
    pub(crate) submodules: BTreeMap<Vec<u8>, ObjectId>,
    /// Trees that could not be read, with their path.
    pub(crate) problems: BTreeMap<ObjectId, (RepoPath, GitError)>,
}

impl Introduced {
    pub(crate) fn path(&self, blob: &Blob) -> RepoPath {
        let names = self.names.get(blob.names as usize);
        let start = usize::try_from(blob.start).unwrap_or(usize::MAX);
        let end = start.saturating_add(blob.length as usize);
        let bytes = names.and_then(|names| names.get(start..end));
        RepoPath::new(bytes.unwrap_or_default())
    }
}

/// Commits that make a further thread worth its while.
const STRETCH: usize = 256;

/// What all threads share.
struct Shared<'s> {
    repository: &'s Repository,
    watch: &'s Watch<'s>,
    /// Trees and blobs of the excluded history's end.
    known: HashSet<ObjectId>,
    trees: AtomicUsize,
    commits: AtomicUsize,
    total: usize,
}

pub(crate) fn introduced(
    repository: &Repository,
    graph: &Graph,
    threads: usize,
    watch: &Watch<'_>,
) -> Introduced {
    let mut shared = Shared {
        repository,
        watch,
        known: HashSet::new(),
        trees: AtomicUsize::new(0),
        commits: AtomicUsize::new(0),
        total: graph.steps.len(),
    };
    if !graph.boundary.is_empty() {
        let mut walker = Walker::new(&shared, 0);
        for tree in &graph.boundary {
            walker.tree(*tree, RepoPath::default(), NO_COMMIT);
        }
        let trees = std::mem::take(&mut walker.seen);
        let blobs: Vec<_> = walker.blobs.into_keys().collect();
        shared.known = trees.into_iter().chain(blobs).collect();
    }
    let parts = threads.clamp(1, graph.steps.len() / STRETCH + 1);
    let length = graph.steps.len().div_ceil(parts).max(1);
    let shared = &shared;
    let mut walkers: Vec<Walker<'_, '_>> = thread::scope(|scope| {
        let running: Vec<_> = (0_u32..)
            .zip(graph.steps.chunks(length))
            .map(|(number, steps)| {
                let first = number as usize * length;
                scope.spawn(move || Walker::stretch(shared, number, first, steps))
            })
            .collect();
        let joined = running.into_iter().map(thread::ScopedJoinHandle::join);
        joined
            .map(|walker| walker.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let mut bare = Walker::new(shared, u32::try_from(walkers.len()).unwrap_or(u32::MAX));
    for (id, kind, name) in &graph.bare {
        match kind {
            gix_object::Kind::Tree => bare.tree(*id, name.clone(), NO_COMMIT),
            gix_object::Kind::Blob => bare.blob(*id, name.as_bytes(), NO_COMMIT, false),
            _ => {}
        }
    }
    walkers.push(bare);
    merge(walkers)
}

fn merge(walkers: Vec<Walker<'_, '_>>) -> Introduced {
    let mut all = Introduced::default();
    let mut trees = HashSet::new();
    let single = walkers
        .iter()
        .filter(|walker| !walker.seen.is_empty())
        .count()
        == 1;
    for walker in walkers {
        all.blobs.extend(walker.blobs.into_values());
        all.names.push(walker.names);
        if single {
            all.trees += walker.seen.len();
        } else {
            trees.extend(walker.seen);
        }
        for (path, id) in walker.submodules {
            all.submodules.entry(path).or_insert(id);
        }
        for (id, problem) in walker.problems {
            all.problems.entry(id).or_insert(problem);
        }
    }
    all.trees += trees.len();
    all.blobs.sort_unstable_by_key(|blob| (blob.id, blob.step));
    all.blobs.dedup_by_key(|blob| blob.id);
    all
}

struct Walker<'r, 's> {
    shared: &'r Shared<'s>,
    limits: &'r Limits,
    reader: Reader<'r>,
    number: u32,
    seen: HashSet<ObjectId>,
    blobs: HashMap<ObjectId, Blob>,
    names: Vec<u8>,
    submodules: BTreeMap<Vec<u8>, ObjectId>,
    problems: BTreeMap<ObjectId, (RepoPath, GitError)>,
}

/// A tree to be entered.
struct Open {
    id: ObjectId,
    path: RepoPath,
    depth: usize,
}

impl<'r, 's> Walker<'r, 's> {
    fn new(shared: &'r Shared<'s>, number: u32) -> Self {
        Self {
            limits: shared.repository.limits(),
            reader: shared.repository.reader(),
            shared,
            number,
            seen: HashSet::new(),
            blobs: HashMap::new(),
            names: Vec::new(),
            submodules: BTreeMap::new(),
            problems: BTreeMap::new(),
        }
    }

    fn stretch(shared: &'r Shared<'s>, number: u32, first: usize, steps: &[Step]) -> Self {
        let mut walker = Self::new(shared, number);
        for (at, step) in (first..).zip(steps) {
            let at = u32::try_from(at).unwrap_or(NO_COMMIT - 1);
            walker.tree(step.tree, RepoPath::default(), at);
            let done = shared.commits.fetch_add(1, Ordering::Relaxed) + 1;
            if shared.watch.step(Phase::Trees, done, Some(shared.total)) {
                break;
            }
        }
        walker.reader = shared.repository.reader();
        walker
    }

    fn tree(&mut self, id: ObjectId, path: RepoPath, step: u32) {
        if !self.enters(id) {
            return;
        }
        let mut open = vec![Open { id, path, depth: 0 }];
        while let Some(next) = open.pop() {
            if self.shared.watch.is_stopped() {
                return;
            }
            if let Err(error) = self.entries(&next, step, &mut open) {
                self.problems.insert(next.id, (next.path, error));
            }
        }
    }

    fn enters(&mut self, id: ObjectId) -> bool {
        if self.shared.known.contains(&id) || !self.seen.insert(id) {
            return false;
        }
        let trees = self.shared.trees.fetch_add(1, Ordering::Relaxed);
        if trees >= self.limits.max_trees {
            self.shared.watch.stop(Stopped::Limit("trees"));
        }
        true
    }

    fn entries(&mut self, tree: &Open, step: u32, open: &mut Vec<Open>) -> Result<(), GitError> {
        let limit = self.limits.max_object_bytes;
        let bytes = self.reader.expect(tree.id, gix_object::Kind::Tree, limit)?;
        self.shared.watch.unpacked(self.reader.take_unpacked());
        let hash = self.shared.repository.objects().hash;
        let mut path = Vec::new();
        for entry in TreeRefIter::from_bytes(&bytes, hash) {
            let entry = entry.map_err(|_| GitError::Corrupt {
                id: tree.id,
                reason: "an entry of the tree cannot be read".to_owned(),
            })?;
            let id = ObjectId(entry.oid.to_owned());
            let is_tree = entry.mode.is_tree();
            // Most entries were met before: nothing is built for them.
            let met = if is_tree {
                self.seen.contains(&id)
            } else {
                self.blobs.contains_key(&id)
            };
            if met || (self.shared.known.contains(&id) && !entry.mode.is_commit()) {
                continue;
            }
            path.clear();
            path.extend_from_slice(tree.path.as_bytes());
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(entry.filename);
            if tree.depth >= self.limits.max_tree_depth || path.len() > self.limits.max_path_bytes {
                return Err(GitError::OverLimit {
                    what: "directories above one another, or bytes of a path",
                    limit: self.limits.max_tree_depth as u64,
                });
            }
            if is_tree {
                if self.enters(id) {
                    open.push(Open {
                        id,
                        path: RepoPath::new(path.as_slice()),
                        depth: tree.depth + 1,
                    });
                }
            } else if entry.mode.is_commit() {
                if !self.submodules.contains_key(&path) {
                    self.submodules.insert(path.clone(), id);
                }
            } else {
                self.blob(id, &path, step, entry.mode.is_link());
            }
        }
        Ok(())
    }

    fn blob(&mut self, id: ObjectId, path: &[u8], step: u32, link: bool) {
        if self.blobs.len() >= self.limits.max_blobs {
            self.shared.watch.stop(Stopped::Limit("blobs"));
            return;
        }
        let blob = Blob {
            id,
            step,
            link,
            names: self.number,
            start: self.names.len() as u64,
            length: u32::try_from(path.len()).unwrap_or(u32::MAX),
        };
        if let Entry::Vacant(place) = self.blobs.entry(id) {
            place.insert(blob);
            self.names.extend_from_slice(path);
        }
    }
}
