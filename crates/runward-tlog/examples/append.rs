//! A tool for crash tests: appends each line of standard input and prints `ack INDEX HASH` once it
//! is durable. `append DIRECTORY [THREADS] [JOURNAL_RECORDS]`

use std::error::Error;
use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError, mpsc};

use runward_tlog::{Hash, Keys, Log, LogError, Options};

#[allow(dead_code, reason = "the crash test includes this file as a module")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: append DIRECTORY [THREADS] [JOURNAL_RECORDS]";
    let directory = arguments.next().ok_or(usage)?;
    let threads = arguments.next().map_or(Ok(8), |n| n.parse())?;
    let journal_records = arguments.next().map_or(Ok(1000), |n| n.parse())?;
    run(Path::new(&directory), threads, journal_records)
}

pub(crate) fn run(
    directory: &Path,
    threads: usize,
    journal_records: u64,
) -> Result<(), Box<dyn Error>> {
    let keys = Keys::generate("example.com/append", [7; 32])?;
    let options = Options {
        journal_records,
        ..Options::default()
    };
    let log = Log::open(directory, keys, options)?;
    let failed = Mutex::new(None);
    let (send, receive) = mpsc::sync_channel::<String>(threads * 4);
    let receive = Mutex::new(receive);
    let next = || {
        receive
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv()
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Ok(line) = next() {
                    if let Err(error) = append(&log, &line) {
                        *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    }
                }
            });
        }
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                break;
            }
        }
        drop(send);
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error.into()),
        None => Ok(log.close()?),
    }
}

fn append(log: &Log, line: &str) -> Result<(), LogError> {
    let range = log.append(&[line.as_bytes().to_vec()])?;
    let mut out = std::io::stdout().lock();
    let hash = Hash::leaf(line.as_bytes()).to_hex();
    // One write: a kill must not leave half a line that looks whole.
    let _ = out.write_all(format!("ack {} {hash}\n", range.start).as_bytes());
    let _ = out.flush();
    Ok(())
}
