//! The commits of a history, parents before children.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use hashbrown::{HashMap, HashSet};

use crate::{
    GitError, HistoryOptions, ObjectId, Reader, RepoPath,
    commit::Links,
    history::{Phase, Watch},
    repository::Repository,
};

/// Where a history begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Tips {
    /// Every reference, and `HEAD` of every working tree, as `git rev-list --all`.
    #[default]
    All,
    /// `HEAD` alone.
    Head,
    /// These, as [`Repository::resolve`] reads them.
    Revisions(Vec<String>),
}

/// A commit, as far as its content matters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) commit: ObjectId,
    pub(crate) tree: ObjectId,
}

/// What a history is made of.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// Parents before children; of several that could come next, the oldest.
    pub(crate) steps: Vec<Step>,
    /// Trees of excluded commits that an included one follows.
    pub(crate) boundary: Vec<ObjectId>,
    /// Trees and blobs that a reference names without a commit, with its name.
    pub(crate) bare: Vec<(ObjectId, gix_object::Kind, RepoPath)>,
    /// Tips and commits that cannot be read.
    pub(crate) problems: BTreeMap<ObjectId, GitError>,
    /// References that cannot be read.
    pub(crate) broken: Vec<String>,
}

struct Node {
    id: ObjectId,
    links: Links,
    parents: Vec<u32>,
    excluded: bool,
    waiting: bool,
}

/// Excluded commits that are looked at after the last included one, so that dates that are wrong do not
/// let a commit through that is in the excluded history. What gets through is looked at again: harmless.
const SLACK: usize = 1000;

struct Walk<'r, 'w> {
    repository: &'r Repository,
    reader: Reader<'r>,
    nodes: Vec<Node>,
    known: HashMap<ObjectId, u32>,
    queue: BinaryHeap<(i64, Reverse<u32>)>,
    /// Included commits in the queue.
    included: usize,
    graph: Graph,
    watch: &'w Watch<'w>,
}

/// All commits that can be reached from the tips and not from what is excluded.
pub(crate) fn commits(
    repository: &Repository,
    options: &HistoryOptions,
    watch: &Watch<'_>,
) -> Result<Graph, GitError> {
    let mut walk = Walk {
        repository,
        reader: repository.reader(),
        nodes: Vec::new(),
        known: HashMap::new(),
        queue: BinaryHeap::new(),
        included: 0,
        graph: Graph::default(),
        watch,
    };
    for revision in &options.exclude {
        let id = repository.resolve(revision)?;
        walk.tip(id, &RepoPath::default(), true);
    }
    for reference in walk.references(|name| {
        let starts = |prefix: &String| name.as_bytes().starts_with(prefix.as_bytes());
        options.exclude_refs.iter().any(starts)
    })? {
        walk.tip(reference.1, &reference.0, true);
    }
    match &options.tips {
        Tips::All => {
            for (name, id) in walk.references(|_| true)? {
                walk.tip(id, &name, false);
            }
            let (heads, broken) = repository.all_heads()?;
            walk.graph.broken.extend(broken);
            for id in heads {
                walk.tip(id, &RepoPath::new("HEAD"), false);
            }
        }
        Tips::Head => {
            if let Some(id) = repository.head()?.commit {
                walk.tip(id, &RepoPath::new("HEAD"), false);
            }
        }
        Tips::Revisions(revisions) => {
            for revision in revisions {
                let id = repository.resolve(revision)?;
                walk.tip(id, &RepoPath::new(revision.as_bytes()), false);
            }
        }
    }
    walk.run()?;
    Ok(walk.finish())
}

impl Walk<'_, '_> {
    fn references(
        &mut self,
        wanted: impl Fn(&RepoPath) -> bool,
    ) -> Result<Vec<(RepoPath, ObjectId)>, GitError> {
        let all = self.repository.all_references()?;
        if self.graph.broken.is_empty() {
            self.graph.broken = all.broken;
        }
        let wanted = all.found.into_iter().filter(|one| wanted(&one.name));
        Ok(wanted.map(|one| (one.name, one.target)).collect())
    }

    fn tip(&mut self, id: ObjectId, name: &RepoPath, excluded: bool) {
        if self.known.contains_key(&id) {
            self.add(id, excluded);
            return;
        }
        match self.repository.follow_tags(id, &mut self.reader) {
            Ok((id, gix_object::Kind::Commit, _)) => self.add(id, excluded),
            Ok((id, kind, _)) if !excluded => self.graph.bare.push((id, kind, name.clone())),
            Err(error) if !excluded => {
                self.graph.problems.insert(id, error);
            }
            Ok(_) | Err(_) => {}
        }
    }

    fn add(&mut self, id: ObjectId, excluded: bool) {
        self.node(id, excluded);
    }

    fn node(&mut self, id: ObjectId, excluded: bool) -> Option<u32> {
        if let Some(&at) = self.known.get(&id) {
            if excluded {
                self.exclude(at);
            }
            return Some(at);
        }
        let limit = self.repository.limits().max_object_bytes;
        let read = self.reader.expect(id, gix_object::Kind::Commit, limit);
        let links = read.and_then(|bytes| {
            Links::parse(&bytes).ok_or_else(|| GitError::Corrupt {
                id,
                reason: "it names no tree".to_owned(),
            })
        });
        let links = match links {
            Ok(links) => links,
            Err(error) => {
                if !excluded {
                    self.graph.problems.insert(id, error);
                }
                return None;
            }
        };
        let at = u32::try_from(self.nodes.len()).ok()?;
        self.queue.push((links.time, Reverse(at)));
        self.included += usize::from(!excluded);
        self.known.insert(id, at);
        self.nodes.push(Node {
            id,
            links,
            parents: Vec::new(),
            excluded,
            waiting: true,
        });
        Some(at)
    }

    /// Excludes a commit and what is known to be behind it.
    fn exclude(&mut self, at: u32) {
        let mut open = vec![at];
        while let Some(at) = open.pop() {
            let Some(node) = self.nodes.get_mut(at as usize) else {
                continue;
            };
            if !node.excluded {
                node.excluded = true;
                self.included -= usize::from(node.waiting);
                open.extend(&node.parents);
            }
        }
    }

    fn run(&mut self) -> Result<(), GitError> {
        let cut: HashSet<ObjectId> = self.repository.shallow().iter().copied().collect();
        let mut slack = SLACK;
        while let Some((_, Reverse(at))) = self.queue.pop() {
            let limit = self.repository.limits().max_commits;
            if self.nodes.len() > limit {
                return Err(GitError::OverLimit {
                    what: "commits",
                    limit: limit as u64,
                });
            }
            let Some(node) = self.nodes.get_mut(at as usize) else {
                continue;
            };
            node.waiting = false;
            let excluded = node.excluded;
            let parents = std::mem::take(&mut node.links.parents);
            if excluded && self.included == 0 {
                slack -= 1;
                if slack == 0 {
                    break;
                }
            }
            self.included -= usize::from(!excluded);
            if !cut.contains(&node.id) {
                let found: Vec<u32> = parents
                    .into_iter()
                    .filter_map(|id| self.node(id, excluded))
                    .collect();
                if let Some(node) = self.nodes.get_mut(at as usize) {
                    node.parents = found;
                }
            }
            if self.watch.step(Phase::Commits, self.nodes.len(), None) {
                break;
            }
        }
        Ok(())
    }

    /// Parents first; cycles, which only a corrupt repository has, last.
    fn finish(mut self) -> Graph {
        let mut open = vec![0_u32; self.nodes.len()];
        let mut children: Vec<Vec<u32>> = vec![Vec::new(); self.nodes.len()];
        let mut ready = BinaryHeap::new();
        let mut boundary = Vec::new();
        for (at, node) in (0_u32..).zip(&self.nodes) {
            if node.excluded {
                continue;
            }
            let mut count = 0;
            for parent in &node.parents {
                match self.nodes.get(*parent as usize) {
                    Some(other) if other.excluded => boundary.push(other.links.tree),
                    Some(_) => {
                        count += 1;
                        if let Some(list) = children.get_mut(*parent as usize) {
                            list.push(at);
                        }
                    }
                    None => {}
                }
            }
            if let Some(slot) = open.get_mut(at as usize) {
                *slot = count;
            }
            if count == 0 {
                ready.push(Reverse((node.links.time, node.id, at)));
            }
        }
        let mut done = vec![false; self.nodes.len()];
        let mut steps = Vec::new();
        let step = |node: &Node| Step {
            commit: node.id,
            tree: node.links.tree,
        };
        while let Some(Reverse((_, _, at))) = ready.pop() {
            if let (Some(node), Some(done)) =
                (self.nodes.get(at as usize), done.get_mut(at as usize))
            {
                steps.push(step(node));
                *done = true;
            }
            for child in children.get(at as usize).into_iter().flatten() {
                let Some(count) = open.get_mut(*child as usize) else {
                    continue;
                };
                *count -= 1;
                if *count == 0
                    && let Some(node) = self.nodes.get(*child as usize)
                {
                    ready.push(Reverse((node.links.time, node.id, *child)));
                }
            }
        }
        let left = self.nodes.iter().zip(&done);
        steps.extend(
            left.filter(|(node, done)| !node.excluded && !**done)
                .map(|(node, _)| step(node)),
        );
        boundary.sort_unstable();
        boundary.dedup();
        self.graph.steps = steps;
        self.graph.boundary = boundary;
        self.graph
    }
}
