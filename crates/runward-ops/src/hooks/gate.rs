//! What a commit or a push brings that was not there before.
//!
//! The state before and the state after are written out, as far as they matter, and scanned alike;
//! what only the second has is new. So a hook never complains of what somebody else left behind.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use runward_deps::Found;
use runward_git::{FileMode, Listing, ObjectId, OpenOptions, RepoPath, Repository};
use runward_hooks::Pushed;
use runward_model::{NotCovered, ScanReport, scan::Verdict};
use tempfile::TempDir;

use super::told;
use crate::{
    Context, OpsError, Project, Settings, Which,
    scan::{ScanRequest, scan},
    secrets::{HistoryRange, SecretsRequest},
};

/// Most bytes of one file that is written out.
const MAX_FILE: usize = 16 * 1024 * 1024;

/// The files of a state, by their paths below the project.
type Files = BTreeMap<String, ObjectId>;

/// What is about to be committed: `None` where nothing is.
pub fn before_commit(
    context: &Context,
    settings: &Settings,
    project: &Project,
) -> Result<Option<ScanReport>, OpsError> {
    let repository = open(context, project)?;
    let (after, mut gaps) = files(&repository, repository.staged_files().map_err(failed)?);
    let before = match repository.head().map_err(failed)?.commit {
        Some(commit) => {
            let (before, told) = files(
                &repository,
                repository.commit_files(commit).map_err(failed)?,
            );
            gaps.extend(told);
            before
        }
        None => Files::new(),
    };
    compare(
        context,
        settings,
        project,
        &repository,
        (&before, &after),
        None,
        gaps,
    )
}

/// What is about to be pushed, by what git says of it: `None` where nothing is.
pub fn before_push(
    context: &Context,
    settings: &Settings,
    project: &Project,
    remote: &str,
    input: &str,
) -> Result<Option<ScanReport>, OpsError> {
    let repository = open(context, project)?;
    let framework = from_framework(context).filter(|_| input.trim().is_empty());
    let remote = context
        .variable("PRE_COMMIT_REMOTE_NAME")
        .filter(|_| framework.is_some())
        .unwrap_or(remote);
    let pushed = match framework {
        Some(one) => vec![one],
        None => runward_hooks::pushed(input).map_err(|error| told(&error.to_string()))?,
    };
    let mut all: Option<ScanReport> = None;
    for one in pushed {
        let new = repository.resolve(&one.new).map_err(failed)?;
        let (after, mut gaps) = files(&repository, repository.commit_files(new).map_err(failed)?);
        // What the remote has may not be here: then everything is new to it.
        let known = one
            .old
            .as_deref()
            .and_then(|old| repository.resolve(old).ok());
        let base = match known {
            Some(known) => Some(known),
            None => left_at(&repository, remote, new)?,
        };
        let before = match base.map(|base| repository.commit_files(base)) {
            Some(Ok(listing)) => {
                let (before, told) = files(&repository, listing);
                gaps.extend(told);
                before
            }
            Some(Err(_)) | None => Files::new(),
        };
        let range = match known {
            Some(known) => HistoryRange::Between {
                old: known.to_string(),
                new: new.to_string(),
            },
            None => HistoryRange::NewTo {
                new: new.to_string(),
                remote: remote.to_owned(),
            },
        };
        let states = (&before, &after);
        let report = compare(
            context,
            settings,
            project,
            &repository,
            states,
            Some(range),
            gaps,
        )?;
        all = match (all, report) {
            (Some(all), Some(report)) => Some(joined(all, report)),
            (all, report) => all.or(report),
        };
    }
    Ok(all)
}

/// Most references of a remote that a new branch is compared with.
const MAX_REFS: usize = 200;

/// The newest commit of a new branch that some branch of the remote has.
fn left_at(
    repository: &Repository,
    remote: &str,
    new: ObjectId,
) -> Result<Option<ObjectId>, OpsError> {
    let prefix = format!("refs/remotes/{remote}/");
    let mut newest = None;
    let references = repository.references().map_err(failed)?;
    let of_remote = references
        .iter()
        .filter(|reference| reference.name.as_bytes().starts_with(prefix.as_bytes()));
    for reference in of_remote.take(MAX_REFS) {
        let Some(base) = repository
            .merge_base(new, reference.target)
            .map_err(failed)?
        else {
            continue;
        };
        let made = repository.commit(base).map_err(failed)?.committer.time;
        if newest.is_none_or(|(known, _)| made > known) {
            newest = Some((made, base));
        }
    }
    Ok(newest.map(|(_, base)| base))
}

/// What the pre-commit framework says in its environment instead of on the hook's input. Where the root
/// commit is pushed too it names no commits, only the branch: then everything is new.
fn from_framework(context: &Context) -> Option<Pushed> {
    let variable = |name: &str| context.variable(name).map(str::to_owned);
    variable("PRE_COMMIT").or_else(|| variable("PRE_COMMIT_TO_REF"))?;
    let branch = variable("PRE_COMMIT_LOCAL_BRANCH").unwrap_or_else(|| "HEAD".to_owned());
    Some(Pushed {
        new: variable("PRE_COMMIT_TO_REF").unwrap_or_else(|| branch.clone()),
        local_ref: branch,
        remote_ref: variable("PRE_COMMIT_REMOTE_BRANCH").unwrap_or_else(|| "HEAD".to_owned()),
        old: variable("PRE_COMMIT_FROM_REF"),
    })
}

/// Two references that are pushed at once.
fn joined(mut all: ScanReport, report: ScanReport) -> ScanReport {
    let known: BTreeSet<_> = all
        .findings
        .iter()
        .map(|one| one.fingerprint.clone())
        .collect();
    let new = report
        .findings
        .into_iter()
        .filter(|one| !known.contains(&one.fingerprint));
    all.findings.extend(new);
    all.not_covered.extend(report.not_covered);
    all.at_or_above_gate = all.at_or_above_gate.max(report.at_or_above_gate);
    if all.verdict != Verdict::Findings && report.verdict != Verdict::Clean {
        all.verdict = report.verdict;
    }
    all
}

fn open(context: &Context, project: &Project) -> Result<Repository, OpsError> {
    let options = OpenOptions {
        // `git commit -a` and `git commit FILE` prepare another index.
        index_file: context
            .variable("GIT_INDEX_FILE")
            .map(|file| project.root.join(file)),
        ..OpenOptions::default()
    };
    Repository::discover(&project.root, &options).map_err(failed)
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failed(error: runward_git::GitError) -> OpsError {
    OpsError::usage(
        format!("the repository cannot be read: {error}"),
        "run it in a git repository",
    )
}

/// Regular files below the project; links are left to what they lead to.
fn files(repository: &Repository, listing: Listing) -> (Files, Vec<NotCovered>) {
    let mut files = Files::new();
    let mut gaps = listing.not_covered;
    for file in listing.files {
        if matches!(file.mode, FileMode::Link | FileMode::Submodule) {
            continue;
        }
        let Some(path) = below(&file.path, repository.prefix()) else {
            continue;
        };
        match path.as_str().filter(|_| path.is_plain()) {
            Some(path) => {
                files.insert(path.to_owned(), file.id);
            }
            None => gaps.push(NotCovered::file(
                String::from_utf8_lossy(path.as_bytes()).into_owned(),
                "its name is no plain Unicode",
            )),
        }
    }
    (files, gaps)
}

fn below(path: &RepoPath, prefix: &RepoPath) -> Option<RepoPath> {
    if prefix.is_empty() {
        return Some(path.clone());
    }
    path.below(prefix)
}

fn compare(
    context: &Context,
    settings: &Settings,
    project: &Project,
    repository: &Repository,
    (before, after): (&Files, &Files),
    history: Option<HistoryRange>,
    gaps: Vec<NotCovered>,
) -> Result<Option<ScanReport>, OpsError> {
    let changed: BTreeSet<&str> = after
        .iter()
        .filter(|(path, id)| before.get(*path) != Some(*id))
        .map(|(path, _)| path.as_str())
        .collect();
    if changed.is_empty() && history.is_none() {
        return Ok(None);
    }
    let manifests = changed.iter().any(|path| Found::at(path).is_some());
    let matters = |path: &str| {
        changed.contains(path)
            || (manifests && Found::at(path).is_some())
            || is_about_scanning(path)
    };
    // A file that moved is known under its new name too.
    let moved = moved(before, after);
    let request = |history| ScanRequest {
        only: kinds(settings, manifests),
        which: Which::Usual,
        no_store: true,
        secrets: SecretsRequest {
            history,
            verify: false,
        },
        ..ScanRequest::default()
    };
    let old = State::write(
        repository,
        before
            .iter()
            .filter(|(path, _)| matters(path))
            .chain(&moved),
    )?;
    let known = scan(context, settings, &old.project(project), &request(None))?;
    let new = State::write(repository, after.iter().filter(|(path, _)| matters(path)))?;
    let mut request = request(history);
    request.known = known
        .findings
        .iter()
        .chain(&known.suppressed)
        .map(|finding| finding.fingerprint.clone())
        .collect();
    request.known_gaps = known.not_covered.into_iter().collect();
    let mut report = scan(context, settings, &new.project(project), &request)?;
    report.not_covered.extend(gaps);
    report.not_covered.extend(new.not_covered);
    if report.verdict == Verdict::Clean && !report.not_covered.is_empty() {
        report.verdict = Verdict::Incomplete;
    }
    Ok(Some(report))
}

/// Contents that the state before has under another name.
fn moved(before: &Files, after: &Files) -> Files {
    let contents: BTreeSet<&ObjectId> = before.values().collect();
    after
        .iter()
        .filter(|(path, id)| !before.contains_key(*path) && contents.contains(id))
        .map(|(path, id)| (path.clone(), *id))
        .collect()
}

/// What is configured, without dependencies where no manifest changed.
fn kinds(settings: &Settings, manifests: bool) -> Vec<String> {
    let configured = &settings.config().scan.only;
    crate::scan::KINDS
        .iter()
        .filter(|kind| configured.is_empty() || configured.iter().any(|one| one == *kind))
        .filter(|kind| manifests || !matches!(**kind, "deps" | "packages"))
        .map(|kind| (*kind).to_owned())
        .collect()
}

/// What decides which files are looked at.
fn is_about_scanning(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, ".gitignore" | ".semgrepignore")
}

/// Files of a state, on disk.
struct State {
    directory: TempDir,
    not_covered: Vec<NotCovered>,
}

impl State {
    fn write<'a>(
        repository: &Repository,
        files: impl Iterator<Item = (&'a String, &'a ObjectId)>,
    ) -> Result<Self, OpsError> {
        let directory = TempDir::new().map_err(|error| OpsError::Io {
            message: format!("no temporary directory can be made: {error}"),
            help: Some("set `TMPDIR`".to_owned()),
        })?;
        let mut state = Self {
            directory,
            not_covered: Vec::new(),
        };
        let mut reader = repository.reader();
        for (path, id) in files {
            let written = match reader.blob(*id) {
                Ok(bytes) if bytes.len() > MAX_FILE => Err(format!("it is {} bytes", bytes.len())),
                Ok(bytes) => {
                    put(state.directory.path(), path, &bytes).map_err(|error| error.to_string())
                }
                Err(error) => Err(error.to_string()),
            };
            if let Err(reason) = written {
                state.not_covered.push(NotCovered::file(path, reason));
            }
        }
        Ok(state)
    }

    /// The project as it is in this state: its own rules and decisions, these files.
    fn project(&self, project: &Project) -> Project {
        Project {
            files: Some(self.directory.path().to_path_buf()),
            only: None,
            ..project.clone()
        }
    }
}

/// The path is one that git itself would write: plain names, none of them `..` or `.git`.
fn put(root: &Path, path: &str, bytes: &[u8]) -> std::io::Result<()> {
    let file = root.join(path);
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(file, bytes)
}
