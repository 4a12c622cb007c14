//! Visits the history of a repository and says what was found, for measurements and comparisons:
//! `visit DIRECTORY [--ids | --where] [--threads N] [OLD..NEW]`, or `visit DIRECTORY --staged | --changed REVISION`. With `--ids` the ids of all blobs go to standard
//! output, for comparison with `git rev-list --objects`; with `--where` also their commits and paths.

use std::{
    error::Error,
    io::Write as _,
    ops::ControlFlow,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use runward_git::{HistoryBlob, HistoryOptions, OpenOptions, Repository};

fn main() -> Result<(), Box<dyn Error>> {
    let mut options = HistoryOptions::default();
    let (mut directory, mut ids, mut places) = (None, false, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--ids" => ids = true,
            "--where" => places = true,
            "--staged" => return staged(directory.as_deref().unwrap_or(".")),
            "--changed" => {
                let revision = arguments.next().unwrap_or_default();
                return changed(directory.as_deref().unwrap_or("."), &revision);
            }
            "--threads" => options.threads = arguments.next().unwrap_or_default().parse()?,
            text if directory.is_none() => directory = Some(text.to_owned()),
            range => {
                let (old, new) = range.split_once("..").ok_or("not OLD..NEW")?;
                let threads = options.threads;
                options = HistoryOptions::range(old, new);
                options.threads = threads;
            }
        }
    }
    let directory = directory.ok_or("name a directory")?;
    let repository = Repository::discover(Path::new(&directory), &OpenOptions::default())?;
    let lines = Mutex::new(Vec::new());
    // Reads every byte, as a scanner would.
    let sum = AtomicU64::new(0);
    let visit = |blob: &HistoryBlob<'_>| {
        let own = blob.data.iter().map(|byte| u64::from(*byte)).sum();
        sum.fetch_add(own, Ordering::Relaxed);
        if ids || places {
            let line = match blob.commit.filter(|_| places) {
                Some(commit) => format!("{} {commit} {}", blob.id, blob.path),
                None => blob.id.to_string(),
            };
            lines
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
        ControlFlow::Continue(())
    };
    let report = repository.history(&options, &visit, &|_| ControlFlow::Continue(()))?;
    let mut out = std::io::stdout().lock();
    let mut lines = lines.into_inner().unwrap_or_else(PoisonError::into_inner);
    lines.sort_unstable();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    writeln!(
        std::io::stderr(),
        "{report:#?}\nsum of all bytes: {}",
        sum.into_inner()
    )?;
    Ok(())
}

fn staged(directory: &str) -> Result<(), Box<dyn Error>> {
    let repository = Repository::discover(Path::new(directory), &OpenOptions::default())?;
    let mut out = std::io::stdout().lock();
    for file in repository.staged()?.files {
        let lines = repository.added_lines(&file)?;
        writeln!(out, "{} {:?} {lines:?}", file.path, file.kind)?;
    }
    Ok(())
}

fn changed(directory: &str, revision: &str) -> Result<(), Box<dyn Error>> {
    let repository = Repository::discover(Path::new(directory), &OpenOptions::default())?;
    let mut out = std::io::stdout().lock();
    for file in repository.changed_since(revision)?.files {
        writeln!(out, "{} {:?}", file.path, file.kind)?;
    }
    Ok(())
}
