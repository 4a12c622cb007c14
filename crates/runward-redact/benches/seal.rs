//! How many events one core seals in a second: `cargo bench -p runward-redact`.
//!
//! Beside each figure stands serialisation alone, in the same call on the same machine.

#![allow(clippy::print_stdout, reason = "it prints figures")]

use std::{hint::black_box, time::Instant};

use jiff::Timestamp;
use runward_model::{Actor, Event, EventType, Subject};
use runward_redact::{CommitmentKey, Redactor, Rules};

fn main() {
    let redactor = Redactor::new(CommitmentKey::generate([1; 32]), Rules::standard());
    let plain = Event::new(
        Timestamp::UNIX_EPOCH,
        EventType::VulnerabilityTriaged,
        Actor::principal("alice"),
        Subject::new("finding", "3f1c5a9d2b7e4c80"),
    )
    .with_change("status", "open", "in_progress")
    .with_change("owner", serde_json::Value::Null, "bob")
    .with_detail(
        "note",
        "upgrade requests to 2.32.4, then run the suite; see the release notes",
    )
    .with_detail("package", "pkg:pypi/requests@2.31.0")
    .with_detail("path", "services/billing/requirements.txt")
    .with_detail("result_count", 12)
    .with_detail(
        "request",
        serde_json::json!({"id": "7f3e", "took_ms": 12, "cached": false}),
    );
    let secret = plain
        .clone()
        .with_change("deadline", "2026-01-01", "2026-02-01")
        .with_detail("description", "what is to be done")
        .with_detail("command", "psql --password hunter2 -h db");
    for (name, event) in [("plain", &plain), ("with secrets", &secret)] {
        let size = redactor.seal(event).map_or(0, |bytes| bytes.len());
        let seal = rate(|| {
            black_box(redactor.seal(black_box(event)).is_ok());
        });
        let write = rate(|| {
            black_box(serde_json::to_vec(black_box(event)).is_ok());
        });
        println!(
            "{name}: {seal:.0} events/s of {size} bytes; serialised only: {write:.0}/s, {:.1} \
             times as many",
            write / seal
        );
    }
}

/// Runs a second in all, and takes the best of ten parts.
fn rate(mut work: impl FnMut()) -> f64 {
    let mut best: f64 = 0.0;
    for _ in 0..10 {
        let start = Instant::now();
        let mut count = 0_u32;
        while start.elapsed().as_millis() < 100 {
            for _ in 0..100 {
                work();
            }
            count += 100;
        }
        best = best.max(f64::from(count) / start.elapsed().as_secs_f64());
    }
    best
}
