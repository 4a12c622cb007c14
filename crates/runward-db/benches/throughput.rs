//! Transactions with events, and wide rows, on each backend.
//!
//! `cargo bench -p runward-db`; `PostgreSQL` where `RUNWARD_TEST_POSTGRES` names a server. Each
//! figure is also given as a ratio to bare synchronised appends to a file on the same disk.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)]

use std::{
    fs::File,
    io::Write as _,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use runward_db::{Db, DbError, Lock, Value, backup::backup, testing};
use runward_model::{Actor, Event, EventType, Subject};

const TIME: Duration = Duration::from_secs(3);

fn main() {
    let reference = appends();
    println!("reference: {reference:.0} synchronised appends of 4 KiB/s");
    testing::each_backend(|db| {
        println!("\n{:?}", db.backend());
        for batch in [1_usize, 10, 100, 1_000] {
            let rate = rate(|| emit(&db, batch));
            println!(
                "{batch:>5} events in a transaction: {rate:>7.0} transactions/s ({:.2} of the \
                 reference), {:>7.0} events/s",
                rate / reference,
                rate * batch as f64
            );
        }
        wide(&db);
        let directory = tempfile::tempdir().unwrap();
        let start = Instant::now();
        let made = backup(&db, &directory.path().join("b"), Timestamp::UNIX_EPOCH).unwrap();
        println!(
            "backup of {} rows: {:.1} s, {} MB",
            made.rows.values().sum::<u64>(),
            start.elapsed().as_secs_f64(),
            made.bytes >> 20
        );
    });
}

fn rate(mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut count = 0_u32;
    while start.elapsed() < TIME {
        work();
        count += 1;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}

fn appends() -> f64 {
    let directory = tempfile::tempdir().unwrap();
    let mut file = File::create(directory.path().join("reference")).unwrap();
    rate(|| {
        file.write_all(&[7; 4_096]).unwrap();
        file.sync_data().unwrap();
    })
}

fn emit(db: &Db, batch: usize) {
    let event = Event::new(
        Timestamp::UNIX_EPOCH,
        EventType::Custom,
        Actor::system("bench"),
        Subject::new("store", 1),
    )
    .with_detail("text", "x".repeat(350));
    db.write::<_, DbError>(Lock::Tasks, |tx| {
        (0..batch).try_for_each(|_| tx.emit(&event))
    })
    .unwrap();
}

/// 100,000 rows of 30 columns.
fn wide(db: &Db) {
    const COLUMNS: [&str; 30] = [
        "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", "c12", "c13",
        "c14", "c15", "c16", "c17", "c18", "c19", "c20", "c21", "c22", "c23", "c24", "c25", "c26",
        "c27", "c28", "c29",
    ];
    db.write::<_, DbError>(Lock::Whole, |tx| {
        tx.execute(
            "CREATE TABLE wide (c0 BIGINT NOT NULL PRIMARY KEY, c1 TEXT, c2 TEXT, c3 TEXT, c4 TEXT, \
             c5 TEXT, c6 TEXT, c7 TEXT, c8 TEXT, c9 TEXT, c10 BIGINT, c11 BIGINT, c12 BIGINT, \
             c13 BIGINT, c14 BIGINT, c15 TEXT, c16 TEXT, c17 TEXT, c18 TEXT, c19 TEXT, \
             c20 BIGINT, c21 BIGINT, c22 BIGINT, c23 BIGINT, c24 BIGINT, c25 TEXT, c26 TEXT, \
             c27 TEXT, c28 TEXT, c29 TEXT)",
        )
    })
    .unwrap();
    let start = Instant::now();
    db.write::<_, DbError>(Lock::Whole, |tx| {
        for chunk in 0..100_i64 {
            let rows = (0..1_000)
                .map(|row| {
                    let id = chunk * 1_000 + row;
                    (0..30_u32)
                        .map(|column| match column {
                            0 | 10..15 | 20..25 => Value::from(id + i64::from(column)),
                            _ => Value::from(format!("value {id}")),
                        })
                        .collect()
                })
                .collect();
            tx.insert("wide", &COLUMNS, rows, "")?;
        }
        Ok(())
    })
    .unwrap();
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "100000 rows of 30 columns: {seconds:.1} s, {:.0} rows/s",
        100_000.0 / seconds
    );
}
