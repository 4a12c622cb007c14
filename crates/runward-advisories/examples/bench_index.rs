//! Measures the index at its full size: imports synthetic advisories, then matches packages.
//!
//! `cargo run --release -p runward-advisories --example bench_index [ADVISORIES]`
//!
//! Prints times and the peak of resident memory after each phase. The import and the matching run
//! in processes of their own, since a peak never falls.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    reason = "a benchmark: it prints, and stops where something fails"
)]

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use rayon::prelude::*;
use runward_advisories::{Database, NoProgress, Source, UpdateRequest, update};
use runward_http::{Http, HttpError, Request, Response, Sink};
use runward_model::{Ecosystem, Package};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A package for every this many advisories.
const ADVISORIES_PER_PACKAGE: u64 = 4;

struct Random(u64);

impl Random {
    /// `SplitMix64`.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

struct NoNetwork;

impl Http for NoNetwork {
    fn get(
        &self,
        request: &Request,
        _: &mut dyn Sink,
        _: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Response, HttpError> {
        Err(HttpError::NotFound {
            url: request.url.clone(),
        })
    }
}

/// Records shaped like PyPI's: an alias pair for every third, one to three ranges, listed versions
/// for half of them, details of a few hundred bytes.
fn write_archive(path: &Path, advisories: u64) {
    let mut random = Random(42);
    let packages = advisories / ADVISORIES_PER_PACKAGE;
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path).unwrap()));
    for number in 0..advisories {
        let prefix = if number % 3 == 0 { "GHSA" } else { "PYSEC" };
        let id = format!("{prefix}-{number}");
        let package = random.below(packages);
        let mut ranges = Vec::new();
        let mut major = random.below(3);
        for _ in 0..=random.below(3) {
            ranges.push(format!(
                r#"{{"type":"ECOSYSTEM","events":[{{"introduced":"{major}.{}"}},{{"fixed":"{major}.{}.{}"}}]}}"#,
                random.below(5),
                5 + random.below(20),
                random.below(10)
            ));
            major += 1 + random.below(3);
        }
        let versions: Vec<String> = (0..if number % 2 == 0 { random.below(60) } else { 0 })
            .map(|n| format!("\"{}.{}.{}\"", n / 20, n % 20, random.below(3)))
            .collect();
        let record = format!(
            r#"{{"id":"{id}","modified":"2024-01-01T00:00:00Z","published":"2023-01-01T00:00:00Z",
            "aliases":["CVE-2023-{}"],"summary":"A vulnerability in package-{package}",
            "details":"{}","severity":[{{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],
            "references":[{{"type":"WEB","url":"https://example.org/{id}"}}],
            "affected":[{{"package":{{"ecosystem":"PyPI","name":"package-{package}"}},
            "ranges":[{}],"versions":[{}]}}]}}"#,
            10_000 + number - number % 3 / 2,
            "What goes wrong, told at some length. "
                .repeat(4 + usize::try_from(random.below(20)).unwrap()),
            ranges.join(","),
            versions.join(",")
        );
        zip.start_file(format!("{id}.json"), SimpleFileOptions::default())
            .unwrap();
        zip.write_all(record.as_bytes()).unwrap();
    }
    zip.finish().unwrap().flush().unwrap();
}

fn peak_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok())
        .map_or(f64::NAN, |kib| kib / 1024.0)
}

fn import(dir: &Path) {
    let start = Instant::now();
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let request = UpdateRequest::from_copy(Source::Dir(dir.join("osv")), now);
    let summary = update(&dir.join("db"), &request, &NoNetwork, &mut NoProgress).unwrap();
    println!(
        "import    {} advisories, {} packages, {} problems: {:.2} s, peak {:.0} MiB",
        summary.ecosystems[0].advisories,
        summary.ecosystems[0].packages,
        summary.ecosystems[0].problems,
        start.elapsed().as_secs_f64(),
        peak_mib()
    );
}

fn lockfile(count: u64, packages: u64) -> Vec<Package> {
    let mut random = Random(7);
    (0..count)
        .map(|_| {
            // A third of the packages has no advisory at all.
            let name = format!("package-{}", random.below(packages * 3 / 2));
            let version = format!(
                "{}.{}.{}",
                random.below(6),
                random.below(30),
                random.below(10)
            );
            Package::new(Ecosystem::PyPI, &name, Some(&version))
        })
        .collect()
}

fn matching(dir: &Path, count: u64, advisories: u64) {
    let packages = lockfile(count, advisories / ADVISORIES_PER_PACKAGE);
    let start = Instant::now();
    let database = Database::open(&dir.join("db")).unwrap().unwrap();
    let opened = start.elapsed();
    let found: usize = packages
        .par_iter()
        .map(|package| database.matches(package).unwrap().advisories.len())
        .sum();
    let elapsed = start.elapsed();
    println!(
        "match     {count} packages: {:.1} ms (open {:.2} ms), {:.2} µs each, {found} matches, peak {:.0} MiB",
        elapsed.as_secs_f64() * 1e3,
        opened.as_secs_f64() * 1e3,
        elapsed.as_secs_f64() * 1e6 / count as f64,
        peak_mib()
    );
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [phase, dir, rest @ ..] = arguments.as_slice() {
        let dir = PathBuf::from(dir);
        let number = |at: usize| rest[at].parse::<u64>().unwrap();
        return match phase.as_str() {
            "import" => import(&dir),
            _ => matching(&dir, number(0), number(1)),
        };
    }
    let advisories: u64 = arguments
        .first()
        .and_then(|text| text.parse().ok())
        .unwrap_or(200_000);
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("osv/PyPI")).unwrap();
    write_archive(&dir.path().join("osv/PyPI/all.zip"), advisories);
    let run = |arguments: &[&str]| {
        let status = Command::new(std::env::current_exe().unwrap())
            .arg(arguments[0])
            .arg(dir.path())
            .args(&arguments[1..])
            .status()
            .unwrap();
        assert!(status.success());
    };
    run(&["import"]);
    let advisories = advisories.to_string();
    // The first run reads the index from disk.
    for count in ["10000", "1000", "10000", "100000"] {
        run(&["match", count, &advisories]);
    }
    for turn in ["first", "second"] {
        let start = Instant::now();
        let database = Database::starter().unwrap();
        println!(
            "starter   {} advisories built in {:.2} ms ({turn} time)",
            database
                .info("2026-01-01T00:00:00Z".parse().unwrap(), 24)
                .advisories,
            start.elapsed().as_secs_f64() * 1e3
        );
    }
}
