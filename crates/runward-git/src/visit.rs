//! Every blob of a history, once, in the order of the disk.

use std::{
    ops::ControlFlow,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crate::{
    GitError, LfsPointer, ObjectId, RepoPath,
    graph::Graph,
    history::{Phase, Stopped, Watch},
    introduced::{Blob, Introduced},
    repository::Repository,
};

/// A blob, and how it came to be in the history.
#[derive(Debug)]
pub struct HistoryBlob<'b> {
    pub id: ObjectId,
    pub data: &'b [u8],
    /// Where the commit put it; of several places the first one. A reference's name where no commit did.
    pub path: RepoPath,
    /// The oldest commit that has it; see [`Repository::commit`]. `None` where a reference names a blob or
    /// tree itself.
    pub commit: Option<ObjectId>,
    /// What a symbolic link says.
    pub link: bool,
    /// Set where the content is elsewhere, in Git LFS.
    pub lfs: Option<LfsPointer>,
}

/// What became of the blobs.
#[derive(Debug, Default)]
pub(crate) struct Visited {
    pub(crate) blobs: usize,
    pub(crate) bytes: u64,
    pub(crate) lfs_pointers: usize,
    /// Blobs that were not handed out, by their place in the list.
    pub(crate) unread: Vec<(usize, GitError)>,
}

/// Blobs that a thread takes at once: enough that most deltas find their base in its cache.
const BATCH: usize = 1024;

pub(crate) fn visit(
    repository: &Repository,
    graph: &Graph,
    found: &Introduced,
    (threads, max_blob_bytes): (usize, u64),
    visitor: &(dyn Fn(&HistoryBlob<'_>) -> ControlFlow<()> + Sync),
    watch: &Watch<'_>,
) -> Visited {
    let next = AtomicUsize::new(0);
    let done = AtomicUsize::new(0);
    let total = Mutex::new(Visited::default());
    let work = || {
        let mut reader = repository.reader();
        let mut own = Visited::default();
        'batches: loop {
            let first = next.fetch_add(1, Ordering::Relaxed).saturating_mul(BATCH);
            let batch = found.blobs.get(first..).unwrap_or_default();
            if batch.is_empty() {
                break;
            }
            for (at, blob) in (first..).zip(batch.iter().take(BATCH)) {
                match reader.expect(blob.id, gix_object::Kind::Blob, max_blob_bytes) {
                    Ok(bytes) => {
                        own.blobs += 1;
                        own.bytes += bytes.len() as u64;
                        let blob = describe(graph, found, blob, &bytes);
                        own.lfs_pointers += usize::from(blob.lfs.is_some());
                        if visitor(&blob).is_break() {
                            watch.stop(Stopped::Visitor);
                        }
                    }
                    Err(error) => own.unread.push((at, error)),
                }
                watch.unpacked(reader.take_unpacked());
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                if watch.step(Phase::Blobs, done, Some(found.blobs.len())) {
                    break 'batches;
                }
            }
        }
        let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
        total.blobs += own.blobs;
        total.bytes += own.bytes;
        total.lfs_pointers += own.lfs_pointers;
        total.unread.append(&mut own.unread);
    };
    let threads = threads.clamp(1, found.blobs.len() / BATCH + 1);
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let mut total = total.into_inner().unwrap_or_else(PoisonError::into_inner);
    total.unread.sort_by_key(|(at, _)| *at);
    total
}

fn describe<'b>(graph: &Graph, found: &Introduced, blob: &Blob, data: &'b [u8]) -> HistoryBlob<'b> {
    HistoryBlob {
        id: blob.id,
        data,
        path: found.path(blob),
        commit: graph.steps.get(blob.step as usize).map(|step| step.commit),
        link: blob.link,
        lfs: LfsPointer::parse(data),
    }
}
