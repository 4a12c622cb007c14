//! What an update tells while it runs.

/// Where an update stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// Bytes of a download, and of how many where the server says it.
    Downloading {
        what: &'a str,
        done: u64,
        total: Option<u64>,
    },
    /// Records that were read into the index, and of how many.
    Indexing {
        what: &'a str,
        done: u64,
        total: u64,
    },
    /// One source is done.
    Done { what: &'a str },
}

/// Takes an update's steps, to show them.
pub trait Progress {
    fn step(&mut self, step: Step<'_>);
}

/// Shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn step(&mut self, _: Step<'_>) {}
}
