//! Speed of the log beside plain file appends in the same run:
//! `cargo bench -p runward-tlog` (`RUNWARD_BENCH_RECORDS`, `RUNWARD_BENCH_DIR`).
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing
)]

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Instant;

use runward_tlog::verify::{self, VerifyOptions};
use runward_tlog::{Keys, Log, Options};

const BYTES: usize = 512;

fn main() {
    let records = setting("RUNWARD_BENCH_RECORDS", 200_000);
    let root = std::env::var_os("RUNWARD_BENCH_DIR")
        .map_or_else(tempfile::tempdir, tempfile::tempdir_in)
        .unwrap();
    fdatasync(root.path());
    for threads in [1, 64, 256] {
        let some = if threads == 1 { 2000 } else { records };
        let plain = plain(&root.path().join(format!("plain-{threads}")), threads, some);
        let log = open(&root.path().join(format!("log-{threads}")));
        let cpu = cpu_seconds();
        let ours = producers(threads, some, |at| {
            assert!(log.append(&[entry(at)]).is_ok());
        });
        plain.print(&format!("plain file, {threads} threads"));
        ours.print(&format!("log.append, {threads} threads"));
        let cpu = (cpu_seconds() - cpu) * 1e6 / some as f64;
        let ratio = ours.rate / plain.rate;
        println!(
            "  ratio log/plain {ratio:.2}; {cpu:.1} µs of processor per record, producers included"
        );
        log.close().unwrap();
    }
    let log = open(&root.path().join("tickets"));
    let started = Instant::now();
    let mut waiting = std::collections::VecDeque::new();
    for at in 0..records {
        waiting.push_back(log.submit(vec![entry(at)]).unwrap());
        if waiting.len() == 1024 {
            for ticket in waiting.drain(..512) {
                ticket.wait().unwrap();
            }
        }
    }
    for ticket in waiting {
        ticket.wait().unwrap();
    }
    let rate = records as f64 / started.elapsed().as_secs_f64();
    println!("log.submit, one thread, 1024 in flight: {rate:.0} records/s");
    reading(&log);
    log.close().unwrap();
    verifying(&root.path().join("tickets"));
}

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

fn open(directory: &Path) -> Log {
    let keys = Keys::generate("example.com/bench", [7; 32]).unwrap();
    Log::open(directory, keys, Options::default()).unwrap()
}

fn entry(at: usize) -> Vec<u8> {
    let mut entry = format!("{at:016}").into_bytes();
    entry.resize(BYTES, b'x');
    entry
}

struct Measured {
    rate: f64,
    p50: f64,
    p99: f64,
    max: f64,
}

impl Measured {
    fn print(&self, name: &str) {
        let Self {
            rate,
            p50,
            p99,
            max,
        } = self;
        println!(
            "{name}: {rate:.0} durable records/s, ack p50 {p50:.2} ms, p99 {p99:.2} ms, max {max:.1} ms"
        );
    }
}

fn producers(threads: usize, records: usize, append: impl Fn(usize) + Sync) -> Measured {
    let next = AtomicUsize::new(0);
    let times = Mutex::new(Vec::new());
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut mine = Vec::new();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= records {
                        break;
                    }
                    let begun = Instant::now();
                    append(at);
                    mine.push(begun.elapsed().as_secs_f64() * 1e3);
                }
                times.lock().unwrap().extend(mine);
            });
        }
    });
    let rate = records as f64 / started.elapsed().as_secs_f64();
    let mut times = times.into_inner().unwrap();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    Measured {
        rate,
        p50: at(0.5),
        p99: at(0.99),
        max: at(1.0),
    }
}

/// The same producers and group commit over a plain file: no tree, no signature, no index.
fn plain(path: &Path, threads: usize, records: usize) -> Measured {
    struct Group {
        buffer: Vec<u8>,
        number: u64,
        done: u64,
        leading: bool,
    }
    let file = File::create(path).unwrap();
    let group = Mutex::new(Group {
        buffer: Vec::new(),
        number: 1,
        done: 0,
        leading: false,
    });
    let wake = Condvar::new();
    producers(threads, records, |at| {
        let mut state = group.lock().unwrap();
        state.buffer.extend(entry(at));
        let mine = state.number;
        while state.done < mine {
            if state.leading {
                state = wake.wait(state).unwrap();
                continue;
            }
            state.leading = true;
            let buffer = std::mem::take(&mut state.buffer);
            let number = state.number;
            state.number += 1;
            drop(state);
            (&file).write_all(&buffer).unwrap();
            file.sync_data().unwrap();
            state = group.lock().unwrap();
            state.done = number;
            state.leading = false;
            wake.notify_all();
        }
    })
}

fn fdatasync(directory: &Path) {
    let file = File::create(directory.join("probe")).unwrap();
    let (block, mut times) = (vec![1; 32 << 10], Vec::new());
    for _ in 0..500 {
        (&file).write_all(&block).unwrap();
        let begun = Instant::now();
        file.sync_data().unwrap();
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "this file system: fdatasync of 32 KiB p50 {:.3} ms, p99 {:.3} ms",
        times[250], times[495]
    );
}

fn reading(log: &Log) {
    let checkpoint = log.publish().unwrap();
    let started = Instant::now();
    let proofs = 2000;
    let mut longest = 0;
    for at in 0..proofs {
        let proof = log.prove(at * 7919 % checkpoint.size).unwrap();
        longest = longest.max(proof.encode().len());
    }
    let each = started.elapsed().as_secs_f64() * 1e6 / proofs as f64;
    println!(
        "log.prove at {} records: {each:.0} µs each, at most {longest} bytes",
        checkpoint.size
    );
}

fn verifying(directory: &Path) {
    let keys = Keys::generate("example.com/bench", [7; 32]).unwrap();
    for threads in [1, 2] {
        let options = VerifyOptions {
            threads,
            ..VerifyOptions::default()
        };
        let (started, cpu) = (Instant::now(), cpu_seconds());
        let report = verify::directory(directory, keys.verifier(), &options).unwrap();
        assert!(report.ok, "{report:?}");
        let records = report.records as f64;
        let rate = records / started.elapsed().as_secs_f64();
        // On a busy machine the clock measures the others too; processor time does not.
        let per_core = records / (cpu_seconds() - cpu);
        println!(
            "verify, {threads} threads: {rate:.0} records/s; {per_core:.0} per second of one core"
        );
    }
}

/// Processor time of this process, from `/proc` in ticks of 10 ms; NaN elsewhere.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split(' ');
    let ticks: Vec<f64> = fields
        .skip(12)
        .take(2)
        .map(|n| n.parse().unwrap())
        .collect();
    if ticks.is_empty() {
        f64::NAN
    } else {
        ticks.iter().sum::<f64>() / 100.0
    }
}
