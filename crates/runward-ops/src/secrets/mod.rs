//! Credentials in a project's files and in its history.

mod baseline;
mod finding;
mod history;
mod key;
mod verify;

use std::collections::HashMap;

use rayon::prelude::*;
use runward_archives::Limits as ArchiveLimits;
use runward_model::{Finding, NotCovered};
use runward_secrets::{Baseline, Confidence, Detectors, FileScan, Located, Scanner};
use runward_store::RuleCoverage;
use runward_tree::Tree as _;

pub use history::HistoryRange;
pub use runward_secrets::{Detector, Verify};

use crate::{Context, OpsError, Project, Settings, files::Files, scan::Looked};
use baseline::Known;
use finding::{Origin, finding};
use verify::Verdict;

/// Where to look for secrets beside the project's files, and whether to ask about them.
#[derive(Debug, Clone, Default)]
pub struct SecretsRequest {
    /// Which part of git's history is looked at.
    pub history: Option<HistoryRange>,
    /// Ask the services on the configured list whether what was found is alive.
    pub verify: bool,
}

/// The detectors that there are.
pub fn detectors() -> impl Iterator<Item = Detector> {
    Detectors::all()
}

/// A secret and where it was found.
struct Sighting {
    path: String,
    origin: Origin,
    scan: FileScan,
}

/// Looks for secrets in the given files, and in the history where that is asked for.
pub(crate) fn scan(
    context: &Context,
    settings: &Settings,
    project: &Project,
    request: &SecretsRequest,
    files: &Files,
) -> Result<Looked, OpsError> {
    let config = &settings.config().secrets;
    let (key, key_problem) = key::load(context);
    let known = Known::read(settings, project, &key)?;
    let scanner = Scanner::new(key)
        .with_least(least(&config.min_confidence)?)
        .with_detect_secrets(known.foreign.clone())
        .with_verification(request.verify);
    let mut looked = Looked {
        warnings: key_problem.into_iter().collect(),
        covered: RuleCoverage {
            rules: Detectors::all().map(|it| it.id.to_owned()).collect(),
            whole: files.whole,
            history: false,
            not_covered: files.not_covered.clone(),
            read: Vec::new(),
            passed_over: files.passed_over.clone(),
        },
        findings: Vec::new(),
    };
    let mut seen = in_files(&scanner, files, config.archives, &mut looked.covered);
    if let Some(range) = &request.history {
        let mut past = history::scan(&scanner, project, range)?;
        past.leave_out(&seen);
        looked.warnings.append(&mut past.warnings);
        looked.covered.history = past.whole;
        looked.covered.not_covered.extend(past.not_covered);
        seen.extend(past.seen);
    }
    let alive = if request.verify {
        verify::ask(settings, &seen, &mut looked.warnings)?
    } else {
        HashMap::new()
    };
    collect(settings, &seen, &known, &alive, &mut looked);
    known.warn(&mut looked.warnings);
    Ok(looked)
}

/// Turns what was seen into findings.
fn collect(
    settings: &Settings,
    seen: &[Sighting],
    known: &Known,
    alive: &HashMap<String, Verdict>,
    looked: &mut Looked,
) {
    let trusted = settings.config().trust_project_policy;
    let require_reason = settings.config().policy.require_ignore_reason;
    let mut ordinals: HashMap<String, u32> = HashMap::new();
    for sighting in seen {
        let scan = &sighting.scan;
        let all = scan
            .secrets
            .iter()
            .map(|secret| (secret, None))
            .chain(scan.silenced.iter().map(|one| (&one.secret, Some(&one.by))));
        for (secret, mark) in all {
            let mark = mark.filter(|mark| trusted && !(require_reason && mark.reason.is_empty()));
            let mut one = finding(secret, sighting, mark, &mut ordinals);
            if let Some(verdict) = alive.get(secret.fingerprint.as_str()) {
                verdict.tell(&mut one);
            }
            if one.suppressed.is_none() && trusted {
                one.suppressed = known.hides(secret);
            }
            looked.findings.push(one);
        }
        if sighting.origin != Origin::File {
            continue;
        }
        looked.warnings.extend(scan.unused.iter().map(|mark| {
            format!(
                "{}:{}: the comment that allows a secret silences nothing; remove it",
                sighting.path, mark.line
            )
        }));
    }
    looked.findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.location.path.clone(), finding.location.start);
        key(a).cmp(&key(b))
    });
}

fn least(name: &str) -> Result<Confidence, OpsError> {
    match name {
        "low" => Ok(Confidence::Low),
        "medium" => Ok(Confidence::Medium),
        "high" => Ok(Confidence::High),
        _ => Err(OpsError::usage(
            format!("`{name}` is not a confidence"),
            "use low, medium or high",
        )),
    }
}

fn in_files(
    scanner: &Scanner,
    files: &Files,
    archives: bool,
    covered: &mut RuleCoverage,
) -> Vec<Sighting> {
    let results: Vec<(Vec<Sighting>, Vec<NotCovered>)> = files
        .paths
        .par_iter()
        .map(|path| in_file(scanner, files, archives, path))
        .collect();
    let mut seen = Vec::new();
    for (path, (found, gaps)) in files.paths.iter().zip(results) {
        if gaps.is_empty() {
            covered.read.push(path.clone());
        }
        covered.not_covered.extend(gaps);
        seen.extend(found);
    }
    seen
}

fn in_file(
    scanner: &Scanner,
    files: &Files,
    archives: bool,
    path: &str,
) -> (Vec<Sighting>, Vec<NotCovered>) {
    let mut gaps = Vec::new();
    let bytes = match files.tree.read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            gaps.push(NotCovered::file(path, error.to_string()));
            return (Vec::new(), gaps);
        }
    };
    if archives && is_archive(path) {
        match runward_archives::open(path, &bytes, &ArchiveLimits::default()) {
            Ok(archive) => return in_archive(scanner, path, &archive),
            // What only has the name of an archive is a file like any other.
            Err(runward_archives::ArchiveError::Unknown { .. }) => {}
            Err(error) => gaps.push(NotCovered::file(path, error.to_string())),
        }
    }
    let scan = scanner.scan(path, &bytes);
    gaps.extend(
        scan.gaps
            .iter()
            .map(|gap| NotCovered::file(path, gap.to_string())),
    );
    let seen = vec![Sighting {
        path: path.to_owned(),
        origin: Origin::File,
        scan,
    }];
    (seen, gaps)
}

/// The files of an archive are `archive.zip!/path`.
fn in_archive(
    scanner: &Scanner,
    path: &str,
    archive: &runward_archives::Archive,
) -> (Vec<Sighting>, Vec<NotCovered>) {
    let mut gaps: Vec<NotCovered> = archive
        .not_covered
        .iter()
        .map(|gap| NotCovered::file(path, format!("{}: {}", gap.path, gap.reason)))
        .collect();
    let mut seen = Vec::new();
    for inner in archive.tree.walk("", &|_| false).files {
        let shown = format!("{path}!/{inner}");
        match archive.tree.read(&inner) {
            Ok(bytes) => {
                let scan = scanner.scan(&shown, &bytes);
                let told = scan
                    .gaps
                    .iter()
                    .map(|gap| NotCovered::file(path, format!("{inner}: {gap}")));
                gaps.extend(told);
                seen.push(Sighting {
                    path: shown,
                    origin: Origin::Archive,
                    scan,
                });
            }
            Err(error) => gaps.push(NotCovered::file(path, error.to_string())),
        }
    }
    (seen, gaps)
}

fn is_archive(path: &str) -> bool {
    const ENDINGS: [&str; 10] = [
        ".zip", ".whl", ".jar", ".tar", ".tar.gz", ".tgz", ".crate", ".tar.bz2", ".tar.xz", ".war",
    ];
    let lower = path.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| lower.ends_with(ending))
}

/// A baseline, and how much is in it.
#[derive(Debug)]
pub struct MadeBaseline {
    pub text: String,
    pub secrets: usize,
    pub warnings: Vec<String>,
}

/// What is in a project's files now, as a baseline.
pub fn baseline(
    context: &Context,
    settings: &Settings,
    project: &Project,
) -> Result<MadeBaseline, OpsError> {
    let config = &settings.config().secrets;
    let (key, problem) = key::load(context);
    let scanner = Scanner::new(key.clone()).with_least(least(&config.min_confidence)?);
    let files = crate::files::select(context, settings, project, &crate::Which::Usual)?;
    let mut covered = RuleCoverage::default();
    let seen = in_files(&scanner, &files, config.archives, &mut covered);
    let found: Vec<Located> = seen
        .into_iter()
        .flat_map(|sighting| {
            let path = sighting.path;
            let secrets = sighting.scan.secrets.into_iter();
            secrets.map(move |secret| Located {
                path: path.clone(),
                secret,
            })
        })
        .collect();
    let gaps = covered.not_covered.iter();
    let mut warnings: Vec<String> = gaps
        .map(|gap| format!("{}: {}", gap.path, gap.reason))
        .collect();
    warnings.extend(problem);
    let made = Baseline::of(&found, &key);
    Ok(MadeBaseline {
        secrets: made.entries().len(),
        text: made.write(),
        warnings,
    })
}

/// How bad it is when what a detector finds is lost.
pub fn severity_name(detector: &Detector) -> &'static str {
    finding::severity(detector.severity).as_str()
}
