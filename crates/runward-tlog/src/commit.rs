//! Group commit: the first caller that waits writes for all that queued meanwhile.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::checkpoint;
use crate::disk;
use crate::error::LogError;
use crate::journal::{self, Builder};
use crate::limits::LIMITS;
use crate::log::{Inner, Log};
use crate::state::Segment;
use crate::tree::Edge;

/// A group takes no further batch beyond this; one batch may be larger.
const GROUP_BYTES: usize = 4 << 20;
const GROUP_ENTRIES: usize = 16_384;

/// What became of a batch: its records, or the size that was found instead of the expected one.
pub(crate) type Outcome = Result<Result<Range<u64>, u64>, LogError>;

/// Batches that wait for the next group.
#[derive(Default)]
pub(crate) struct Queue {
    items: VecDeque<Item>,
    /// Whether some thread writes now, or was told to.
    leading: bool,
}

struct Item {
    entries: Vec<Vec<u8>>,
    bytes: usize,
    expected: Option<u64>,
    slot: Arc<Slot>,
}

#[derive(Default)]
struct Slot {
    state: Mutex<Progress>,
    wake: Condvar,
}

#[derive(Default)]
struct Progress {
    /// A thread sleeps on this slot, so it can be told to write.
    listening: bool,
    lead: bool,
    outcome: Option<Outcome>,
}

impl Slot {
    fn state(&self) -> MutexGuard<'_, Progress> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, change: impl FnOnce(&mut Progress)) {
        change(&mut self.state());
        self.wake.notify_all();
    }
}

/// A batch on its way to the disk. Dropping it does not take the batch back.
#[must_use = "records are durable only after `wait`"]
pub struct Ticket {
    inner: Arc<Inner>,
    slot: Arc<Slot>,
}

impl Ticket {
    /// Returns when the batch is durable, with the indices of its records.
    pub fn wait(self) -> Result<Range<u64>, LogError> {
        match self.outcome()? {
            Ok(range) => Ok(range),
            Err(size) => Err(LogError::OutOfRange { index: size, size }),
        }
    }

    fn outcome(self) -> Outcome {
        loop {
            let lead = {
                let mut queue = self.inner.queue();
                let mut state = self.slot.state();
                if let Some(outcome) = state.outcome.take() {
                    return outcome;
                }
                state.listening = true;
                !std::mem::replace(&mut queue.leading, true)
            };
            if !lead {
                let mut state = self.slot.state();
                while state.outcome.is_none() && !state.lead {
                    let woken = self.slot.wake.wait(state);
                    state = woken.unwrap_or_else(PoisonError::into_inner);
                }
                if let Some(outcome) = state.outcome.take() {
                    return outcome;
                }
                state.lead = false;
            }
            self.inner.lead();
        }
    }
}

impl Log {
    /// Appends records and returns their indices when they are durable. Callers in other threads
    /// share the wait for the disk.
    pub fn append(&self, entries: &[Vec<u8>]) -> Result<Range<u64>, LogError> {
        if entries.is_empty() {
            let size = self.size();
            return Ok(size..size);
        }
        self.submit(entries.to_vec())?.wait()
    }

    /// Appends records if the log has `expected_size` records; otherwise returns its size.
    pub fn append_if(
        &self,
        expected_size: u64,
        entries: &[Vec<u8>],
    ) -> Result<Result<Range<u64>, u64>, LogError> {
        if entries.is_empty() {
            let size = self.refresh()?;
            return Ok(if size == expected_size {
                Ok(size..size)
            } else {
                Err(size)
            });
        }
        self.enqueue(entries.to_vec(), Some(expected_size))?
            .outcome()
    }

    /// Queues records; [`Ticket::wait`] makes them durable. Batches of one thread keep their order.
    pub fn submit(&self, entries: Vec<Vec<u8>>) -> Result<Ticket, LogError> {
        self.enqueue(entries, None)
    }

    fn enqueue(&self, entries: Vec<Vec<u8>>, expected: Option<u64>) -> Result<Ticket, LogError> {
        self.inner.check_usable()?;
        entries.iter().try_for_each(|e| journal::check_entry(e))?;
        let bytes = entries.iter().map(|e| e.len() + 2).sum();
        if bytes > LIMITS.batch_bytes || entries.len() > LIMITS.batch_entries {
            let entries = entries.len();
            return Err(LogError::BatchTooLarge { entries, bytes });
        }
        self.relieve()?;
        let slot = Arc::new(Slot::default());
        self.inner.queue().items.push_back(Item {
            entries,
            bytes,
            expected,
            slot: Arc::clone(&slot),
        });
        Ok(Ticket {
            inner: Arc::clone(&self.inner),
            slot,
        })
    }

    /// Where integration cannot keep up, writers wait for it: memory stays bounded.
    fn relieve(&self) -> Result<(), LogError> {
        let options = &self.inner.options;
        let over = {
            let state = self.inner.state();
            state.size() - state.edge.base() > options.journal_records.saturating_mul(16)
                || state.bytes > options.journal_bytes.saturating_mul(16)
        };
        if over && options.background {
            self.publish()?;
        }
        Ok(())
    }
}

impl Inner {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes one group, then hands the lead to a thread that waits. `queue.leading` is set.
    fn lead(self: &Arc<Self>) {
        let group = self.queue().take_group();
        let outcomes = self.commit(&group);
        for (item, outcome) in group.into_iter().zip(outcomes) {
            item.slot.set(|state| state.outcome = Some(outcome));
        }
        {
            let mut queue = self.queue();
            let next = queue
                .items
                .iter()
                .find(|item| item.slot.state().listening)
                .map(|item| Arc::clone(&item.slot));
            match next {
                Some(slot) => slot.set(|state| state.lead = true),
                None => queue.leading = false,
            }
        }
        self.integrate_if_due();
    }

    fn commit(&self, group: &[Item]) -> Vec<Outcome> {
        let mut writer = self.writer();
        let result = self.with_lock(&mut writer, true, |inner, segment| {
            inner.catch_up(segment, true)?;
            inner.write_group(segment, group)
        });
        result.unwrap_or_else(|error| group.iter().map(|_| Err(error.clone())).collect())
    }

    fn write_group(
        &self,
        segment: &mut Option<Segment>,
        group: &[Item],
    ) -> Result<Vec<Outcome>, LogError> {
        let keys = self.check_usable()?;
        let size = self.state().size();
        let mut next = Edge::new(&self.state().edge.frontier());
        let capacity = group.iter().map(|i| i.bytes + 4 * i.entries.len()).sum();
        let mut builder = Builder::new(size, capacity);
        let mut outcomes = Vec::with_capacity(group.len());
        for item in group {
            let start = size + builder.len();
            if item.expected.is_some_and(|expected| expected != start) {
                outcomes.push(Ok(Err(start)));
                continue;
            }
            for entry in &item.entries {
                let leaf = builder.push(entry).ok_or(LogError::TooLarge {
                    size: entry.len(),
                    limit: LIMITS.entry_bytes,
                })?;
                next.push(leaf);
            }
            outcomes.push(Ok(Ok(start..size + builder.len())));
        }
        if builder.len() == 0 {
            return Ok(outcomes);
        }
        let (entries, root) = (builder.len(), next.frontier().root());
        let signature = keys.sign_bytes(&checkpoint::body(keys.origin(), next.size(), root));
        let frame = builder
            .finish(root, signature)
            .ok_or(LogError::BatchTooLarge {
                entries: usize::try_from(entries).unwrap_or(usize::MAX),
                bytes: capacity,
            })?;
        let segment = segment
            .as_mut()
            .ok_or_else(|| LogError::damaged(size, "the journal is missing"))?;
        self.write_frame(segment, &frame.bytes, size)?;
        segment.len += frame.bytes.len() as u64;
        self.state_mut().extend(frame, next);
        Ok(outcomes)
    }

    /// Writes and syncs. A failure takes the bytes back; where that is not certain to last, the
    /// handle stops and says so.
    fn write_frame(&self, segment: &Segment, bytes: &[u8], size: u64) -> Result<(), LogError> {
        let path = journal::segment(&self.directory, segment.start);
        if let Err(error) = disk::write_at(&segment.file, bytes, segment.len) {
            // No sync was asked for, so nothing was promised; an incomplete frame counts for
            // nothing, and what is cut off is gone for every reader.
            if disk::set_len(&segment.file, segment.len).is_err() {
                self.poisoned.store(true, Ordering::Release);
            }
            return Err(LogError::io("append to", &path, error));
        }
        if let Err(error) = disk::sync_data(&segment.file) {
            // After a failed sync the kernel may call the pages clean: no second try can be
            // believed. The cut keeps other processes from building on bytes that may vanish.
            self.poisoned.store(true, Ordering::Release);
            let _ = disk::set_len(&segment.file, segment.len);
            return Err(LogError::Unknown {
                size_before: size,
                source: Arc::new(error),
            });
        }
        Ok(())
    }
}

impl Queue {
    fn take_group(&mut self) -> Vec<Item> {
        let (mut bytes, mut entries) = (0, 0);
        let mut group = Vec::new();
        while let Some(item) = self.items.pop_front() {
            bytes += item.bytes;
            entries += item.entries.len();
            group.push(item);
            if bytes >= GROUP_BYTES || entries >= GROUP_ENTRIES {
                break;
            }
        }
        group
    }
}
