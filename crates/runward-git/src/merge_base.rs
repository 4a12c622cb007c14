//! Where two branches left each other.

use std::collections::BinaryHeap;

use hashbrown::HashMap;

use crate::{GitError, ObjectId, Reader, commit::Links, repository::Repository};

impl Repository {
    /// The newest commit that is behind both; `None` where they share none.
    pub fn merge_base(&self, one: ObjectId, other: ObjectId) -> Result<Option<ObjectId>, GitError> {
        let mut walk = Paint {
            repository: self,
            reader: self.reader(),
            commits: HashMap::new(),
            queue: BinaryHeap::new(),
            fresh: 0,
        };
        walk.paint(one, ONE);
        walk.paint(other, OTHER);
        walk.run()
    }
}

const ONE: u8 = 1;
const OTHER: u8 = 2;
/// Behind a common commit: no better one.
const STALE: u8 = 4;

struct Painted {
    colour: u8,
    queued: bool,
    links: Links,
}

/// Paints what is behind each of two commits, newest first, until only common ones are left.
struct Paint<'r> {
    repository: &'r Repository,
    reader: Reader<'r>,
    commits: HashMap<ObjectId, Painted>,
    queue: BinaryHeap<(i64, ObjectId)>,
    /// Commits in the queue that are not stale.
    fresh: usize,
}

impl Paint<'_> {
    fn paint(&mut self, id: ObjectId, colour: u8) {
        if !self.commits.contains_key(&id) {
            let limit = self.repository.limits().max_object_bytes;
            // Older commits may be missing in a shallow clone.
            let Ok(bytes) = self.reader.expect(id, gix_object::Kind::Commit, limit) else {
                return;
            };
            let Some(mut links) = Links::parse(&bytes) else {
                return;
            };
            if self.repository.shallow().contains(&id) {
                links.parents.clear();
            }
            let fresh = Painted {
                colour: 0,
                queued: false,
                links,
            };
            self.commits.insert(id, fresh);
        }
        let Some(commit) = self.commits.get_mut(&id) else {
            return;
        };
        if commit.colour & colour == colour {
            return;
        }
        if commit.queued {
            self.fresh -= usize::from(commit.colour & STALE == 0);
        } else {
            commit.queued = true;
            self.queue.push((commit.links.time, id));
        }
        commit.colour |= colour;
        self.fresh += usize::from(commit.colour & STALE == 0);
    }

    fn run(&mut self) -> Result<Option<ObjectId>, GitError> {
        let limit = self.repository.limits().max_commits;
        let mut common = Vec::new();
        while self.fresh > 0 {
            let Some((time, id)) = self.queue.pop() else {
                break;
            };
            let Some(commit) = self.commits.get_mut(&id) else {
                continue;
            };
            commit.queued = false;
            self.fresh -= usize::from(commit.colour & STALE == 0);
            let mut colour = commit.colour;
            if colour == ONE | OTHER {
                common.push((time, id));
                colour |= STALE;
            }
            for parent in commit.links.parents.clone() {
                self.paint(parent, colour);
            }
            if self.commits.len() > limit {
                return Err(GitError::OverLimit {
                    what: "commits",
                    limit: limit as u64,
                });
            }
        }
        let best = common.into_iter().filter(|(_, id)| {
            let commit = self.commits.get(id);
            commit.is_some_and(|commit| commit.colour & STALE == 0)
        });
        Ok(best.max().map(|(_, id)| id))
    }
}
