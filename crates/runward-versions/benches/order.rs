//! Reading and comparing two versions, against the crates that uv and Cargo are built on, in one
//! run on one machine.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark reports and may fail"
)]

use std::{
    cmp::Ordering,
    hint::black_box,
    str::FromStr,
    time::{Duration, Instant},
};

use runward_model::Ecosystem;
use runward_versions::compare;

const PAIRS: [(&str, &str); 4] = [
    ("1.2.3", "1.2.4"),
    ("4.2.0", "4.10.0"),
    ("2024.1.1", "2023.12.31"),
    ("0.0.1", "10.0.0"),
];

fn time(mut compare: impl FnMut(&str, &str) -> Ordering) -> Duration {
    let start = Instant::now();
    for _ in 0..500_000 {
        for (a, b) in PAIRS {
            black_box(compare(black_box(a), black_box(b)));
        }
    }
    start.elapsed()
}

fn report(what: &str, ours: Duration, theirs: Duration) {
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!("{what}: {ours:?}, reference {theirs:?}, ratio {ratio:.2}");
}

fn main() {
    let pep440 = |a: &str, b: &str| {
        let read = |text| pep440_rs::Version::from_str(text).unwrap();
        read(a).cmp(&read(b))
    };
    let semver = |a: &str, b: &str| {
        let read = |text| semver::Version::parse(text).unwrap();
        read(a).cmp(&read(b))
    };
    report(
        "PEP 440 against pep440_rs",
        time(|a, b| compare(&Ecosystem::PyPI, a, b).unwrap()),
        time(pep440),
    );
    report(
        "SemVer against semver",
        time(|a, b| compare(&Ecosystem::CratesIo, a, b).unwrap()),
        time(semver),
    );
}
