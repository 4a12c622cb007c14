//! How fast events become durable through the outbox, and how fast they are found again.
//!
//! `RUNWARD_BENCH_EVENTS` says how many (100,000); `RUNWARD_TEST_POSTGRES` adds `PostgreSQL`.
//! Beside the figure of publication stands that of the log alone, for the same entries.

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use runward_audit::{AuditError, Query, Trail, TrailOptions, VerifyRequest};
use runward_db::{Db, Lock, Options, Place, testing};
use runward_model::{Actor, Event, EventType, Subject};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let events: u64 = std::env::var("RUNWARD_BENCH_EVENTS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(100_000);
    let directory = tempfile::tempdir()?;
    run(
        "sqlite",
        &Place::Sqlite(directory.path().join("store.db")),
        events,
    )?;
    if let Some(schema) = testing::postgres_schema() {
        run("postgres", &schema.place, events)?;
    }
    Ok(())
}

fn say(text: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// About 512 bytes once sealed.
fn event(number: u64) -> Event {
    let kinds = EventType::ALL;
    let place = usize::try_from(number).unwrap_or(0) % kinds.len();
    let kind = kinds.get(place).copied().unwrap_or(EventType::Custom);
    let at = Timestamp::from_second(1_771_372_800 + i64::try_from(number).unwrap_or(0))
        .unwrap_or_default();
    let mut event = Event::new(
        at,
        kind,
        Actor::principal(&format!("user-{}", number % 500)),
        Subject::new("task", number % 10_000),
    )
    .with_detail(
        "title",
        format!("upgrade package {number} to the release that fixes it"),
    )
    .with_detail("result_count", number % 2_000)
    .with_detail(
        "note",
        "a sentence of the usual length about what was done and why it was",
    );
    event.repository = Some(format!("team/service-{}", number % 100));
    event.correlation = Some(format!("scan:{}", number / 100));
    event.reason = Some("the advisory is fixed by this version".to_owned());
    event
}

fn run(name: &str, place: &Place, events: u64) -> Result<(), Box<dyn std::error::Error>> {
    let directory = tempfile::tempdir()?;
    let root = directory.path();
    let trail = Trail::open(TrailOptions::new(
        root.join("log"),
        root.join("keys"),
        "bench/audit",
    ))?;
    let options = Options {
        sealer: trail.sealer()?,
        ..testing::options()
    };
    let db = Db::open(place, options)?;

    let begun = Instant::now();
    let mut publishing = Duration::ZERO;
    for start in (0..events).step_by(5_000) {
        db.write(Lock::Tasks, |tx| {
            (start..events.min(start + 5_000)).try_for_each(|number| tx.emit(&event(number)))
        })?;
        let step = Instant::now();
        trail.publish(&db, u64::MAX)?;
        publishing += step.elapsed();
    }
    let all = begun.elapsed();
    #[expect(
        clippy::cast_precision_loss,
        reason = "a rate is shown without decimals"
    )]
    let rate = |time: Duration| events as f64 / time.as_secs_f64();
    say(format_args!(
        "{name}: {events} events: {:.0}/s emitted, published and indexed",
        rate(all)
    ));
    say(format_args!(
        "{name}: {:.0}/s from outbox to log and index",
        rate(publishing)
    ));

    let sealed: Vec<Vec<u8>> = trail
        .tail(0, 5_000)?
        .into_iter()
        .map(|it| it.sealed.into_bytes())
        .collect();
    let bytes: usize = sealed.iter().map(Vec::len).sum();
    let keys = runward_tlog::Keys::generate("bench/reference", [7; 32])?;
    let log = runward_tlog::Log::open(
        &root.join("reference"),
        keys,
        runward_tlog::Options::default(),
    )?;
    let begun = Instant::now();
    for start in (0..events).step_by(5_000) {
        log.append(
            sealed
                .get(..usize::try_from((events - start).min(5_000))?)
                .unwrap_or(&sealed),
        )?;
    }
    say(format_args!(
        "{name}: {:.0}/s into the log alone ({} bytes each)",
        rate(begun.elapsed()),
        bytes / sealed.len().max(1)
    ));
    latency(name, &trail, &db)?;
    searches(name, &trail, &db)?;
    let verdict = trail.verify(
        Some(&db),
        &VerifyRequest {
            full: true,
            ..VerifyRequest::default()
        },
    )?;
    say(format_args!(
        "{name}: verified in full in {:.1} s, ok: {}",
        verdict.seconds, verdict.ok
    ));
    Ok(())
}

/// One event at a time, acknowledged when durable.
fn latency(name: &str, trail: &Trail, db: &Db) -> Result<(), AuditError> {
    let mut times = Vec::new();
    for number in 0..300 {
        let begun = Instant::now();
        trail.record(db, &[event(number)])?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    let at = |part: usize| {
        times
            .get(times.len() * part / 100)
            .copied()
            .unwrap_or_default()
    };
    say(format_args!(
        "{name}: one event alone: p50 {:.1?}, p99 {:.1?}",
        at(50),
        at(99)
    ));
    Ok(())
}

fn searches(name: &str, trail: &Trail, db: &Db) -> Result<(), AuditError> {
    let text = |text: &str| Query {
        text: Some(text.to_owned()),
        ..Query::default()
    };
    let queries = [
        ("newest", Query::default()),
        (
            "by user",
            Query {
                user: Some("user-123".to_owned()),
                ..Query::default()
            },
        ),
        (
            "by type",
            Query {
                types: vec![EventType::TaskAccessDenied],
                ..Query::default()
            },
        ),
        (
            "denied",
            Query {
                denied: true,
                ..Query::default()
            },
        ),
        (
            "large lists",
            Query {
                min_result_count: Some(1_001),
                ..Query::default()
            },
        ),
        (
            "by subject",
            Query {
                subject: Some("77".to_owned()),
                ..Query::default()
            },
        ),
        (
            "by correlation",
            Query {
                correlation: Some("scan:3".to_owned()),
                ..Query::default()
            },
        ),
        ("common words", text("release fixes")),
        ("a rare phrase", text("\"package 4711 to\"")),
        ("nothing", text("nowhere to be found")),
    ];
    for (what, query) in queries {
        let begun = Instant::now();
        let found = trail.search(db, &query)?.records.len();
        say(format_args!(
            "{name}: {what}: {found} in {:.1?}",
            begun.elapsed()
        ));
    }
    let begun = Instant::now();
    trail.stats(db, &Query::default(), 10)?;
    say(format_args!("{name}: stats in {:.1?}", begun.elapsed()));
    let begun = Instant::now();
    let items = trail.timeline(db, "task:77")?.items.len();
    say(format_args!(
        "{name}: timeline of {items} in {:.1?}",
        begun.elapsed()
    ));
    Ok(())
}
