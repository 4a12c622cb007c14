//! The corpus of small packages: malicious ones and honest twins, inert, never run.
//!
//! A case is one text: a head (`kind:`, `about:`, for wheels `tag:`), then files after `-- path --`; `[hex]`
//! and `[escaped]` (`\u{202E}`) files hold what a text cannot show, `[unrecorded]` ones are left out of `RECORD`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::assigning_clones,
    clippy::format_push_string,
    reason = "a test, whose cases are its own"
)]

mod support;

use std::{fs, path::Path};

use runward_inspect::{Artefact, Inspection, Inspector};
use support::{Case, score};

const REVIEW: f64 = 4.0;
const BLOCK: f64 = 7.0;

fn cases(kind: &str) -> Vec<Case> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(kind);
    let mut files: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            Case::read(name, &fs::read_to_string(file).unwrap())
        })
        .collect()
}

fn inspect(inspector: &Inspector, case: &Case) -> (f64, Inspection) {
    let bytes = case.pack();
    let inspection = inspector
        .inspect(&Artefact {
            file_name: &case.file_name(),
            bytes: &bytes,
            ecosystem: None,
        })
        .unwrap();
    assert!(
        inspection.not_covered.is_empty(),
        "{}: {:?}",
        case.name,
        inspection.not_covered
    );
    (score(&inspection.signals), inspection)
}

fn tell(case: &Case, score: f64, inspection: &Inspection) {
    println!("{score:4.1} {}: {}", case.name, case.about);
    for signal in &inspection.signals {
        let place = signal.location.as_ref().map_or("", |at| at.path.as_str());
        println!(
            "       {:3.1} {} {} [{place}]",
            signal.weight, signal.id, signal.evidence
        );
    }
}

#[test]
fn malicious_packages_are_caught() {
    let inspector = Inspector::built_in().unwrap().jobs(1);
    let cases = cases("malicious");
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let (mut caught, mut blocked) = (0, 0);
    for case in &cases {
        let (score, inspection) = inspect(&inspector, case);
        tell(case, score, &inspection);
        caught += usize::from(score >= REVIEW);
        blocked += usize::from(score >= BLOCK);
        if score < REVIEW {
            println!("       MISSED {}", case.name);
        }
    }
    println!("{caught} of {} caught, {blocked} blocked", cases.len());
    assert!(
        caught * 100 >= cases.len() * 95,
        "{caught} of {} caught",
        cases.len()
    );
}

#[test]
fn honest_packages_are_not_blocked() {
    let inspector = Inspector::built_in().unwrap().jobs(1);
    let cases = cases("clean");
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let mut review = Vec::new();
    let mut blocked = Vec::new();
    for case in &cases {
        let (score, inspection) = inspect(&inspector, case);
        tell(case, score, &inspection);
        if score >= BLOCK {
            blocked.push(case.name.clone());
        } else if score >= REVIEW {
            review.push(case.name.clone());
        }
    }
    println!("of {}: review {review:?}, block {blocked:?}", cases.len());
    assert!(blocked.is_empty(), "{blocked:?}");
    assert!(review.len() * 100 <= cases.len() * 5, "{review:?}");
}

#[test]
fn every_signal_is_documented() {
    let documented: Vec<String> = runward_inspect::signals()
        .unwrap()
        .into_iter()
        .map(|doc| doc.id)
        .collect();
    let inspector = Inspector::built_in().unwrap().jobs(1);
    for case in cases("malicious").iter().chain(&cases("clean")) {
        for signal in inspect(&inspector, case).1.signals {
            assert!(documented.contains(&signal.id), "{}", signal.id);
        }
    }
}
