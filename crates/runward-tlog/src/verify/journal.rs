//! The journal, frame by frame: continuity, records, roots and signatures.

use std::path::Path;

use crate::checkpoint::SignedCheckpoint;
use crate::disk;
use crate::error::LogError;
use crate::hash::Hash;
use crate::journal::{self, Frame, Read};
use crate::note::VerifierKey;
use crate::tree::Frontier;

use super::{Bad, Problem};

pub(super) struct Segment {
    pub(super) start: u64,
    bytes: Vec<u8>,
}

/// All journal files, read under the lock.
pub(super) fn load(directory: &Path) -> Result<Vec<Segment>, LogError> {
    let names = journal::segments(directory)?.unwrap_or_default();
    names
        .into_iter()
        .map(|name| {
            Ok(Segment {
                start: name.start,
                bytes: disk::read(&name.path)?,
            })
        })
        .collect()
}

/// What the journal adds to the published tree.
#[derive(Default)]
pub(super) struct Tail {
    pub(super) leaves: Vec<Hash>,
    pub(super) bytes: u64,
    pub(super) bad: Option<Bad>,
    pub(super) problems: Vec<Problem>,
    pub(super) torn: u64,
}

pub(super) fn check(
    segments: &[Segment],
    key: &VerifierKey,
    mut tree: Frontier,
    trusted: bool,
) -> Tail {
    let base = tree.size();
    let mut tail = Tail::default();
    if !trusted && let Some(bad) = first_head(segments, key, &tree) {
        tail.bad = Some(bad);
        return tail;
    }
    let last = segments.len().saturating_sub(1);
    for (at, segment) in segments.iter().enumerate() {
        let mut bytes = segment.bytes.as_slice();
        loop {
            match journal::read(bytes) {
                Read::End => break,
                Read::Torn if at == last => {
                    tail.torn = bytes.len() as u64;
                    break;
                }
                Read::Torn => {
                    return tail.stop(tree.size(), "a journal file ends in the middle of it");
                }
                Read::Bad { index, what } => return tail.stop(index.unwrap_or(tree.size()), &what),
                Read::Frame(frame, leaves) => {
                    bytes = bytes.get(frame.bytes.len()..).unwrap_or_default();
                    if frame.end() <= base {
                        continue;
                    }
                    if frame.first != tree.size() {
                        let what = "it is gone: the journal does not continue here";
                        return tail.stop(tree.size(), what);
                    }
                    for leaf in &leaves {
                        tree.push(0, *leaf);
                    }
                    if let Some(what) = wrong_head(&frame, &tree, key) {
                        return tail.stop(frame.first, what);
                    }
                    tail.bytes += frame.spans.iter().map(|s| s.len() as u64 + 2).sum::<u64>();
                    tail.leaves.extend(leaves);
                }
            }
        }
    }
    tail
}

fn wrong_head(frame: &Frame, tree: &Frontier, key: &VerifierKey) -> Option<&'static str> {
    if tree.root() != frame.root {
        return Some("a record of the group that begins here does not match the group's root");
    }
    let head = SignedCheckpoint::from_signature(key, tree.size(), frame.root, &frame.signature);
    SignedCheckpoint::parse(&head.text, key)
        .is_err()
        .then_some("the head of the group that begins here is not signed by the log's key")
}

/// Without a checkpoint the first frame's root decides whether the tiles are right.
fn first_head(segments: &[Segment], key: &VerifierKey, tree: &Frontier) -> Option<Bad> {
    let Read::Frame(frame, leaves) = journal::read(&segments.first()?.bytes) else {
        return None;
    };
    let mut tree = tree.clone();
    for leaf in &leaves {
        tree.push(0, *leaf);
    }
    wrong_head(&frame, &tree, key).map(|_| Bad {
        index: 0,
        what: "the published records do not lead to the journal's signed root".to_owned(),
    })
}

impl Tail {
    fn stop(mut self, index: u64, what: &str) -> Self {
        self.bad = Some(Bad {
            index,
            what: what.to_owned(),
        });
        self
    }
}
