//! Secrets in what was ever committed.

use std::{
    collections::{HashMap, HashSet},
    ops::ControlFlow,
    sync::{Mutex, PoisonError},
};

use jiff::tz::TimeZone;
use runward_git::{HistoryBlob, HistoryOptions, ObjectId, OpenOptions, Repository, Tips};
use runward_model::NotCovered;
use runward_secrets::{FileScan, Scanner};

use super::{Sighting, finding::Origin};
use crate::{OpsError, Project};

/// Which part of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryRange {
    /// All that any reference leads to.
    All,
    /// What `new` leads to and `old` does not.
    Between { old: String, new: String },
    /// What `new` leads to and nothing known of the remote does.
    NewTo { new: String, remote: String },
}

impl HistoryRange {
    /// `all`, or `OLD..NEW` as git writes it.
    pub fn parse(text: &str) -> Result<Self, OpsError> {
        if text.is_empty() || text == "all" {
            return Ok(Self::All);
        }
        match text.split_once("..") {
            Some((old, new)) if !old.is_empty() && !new.starts_with('.') => Ok(Self::Between {
                old: old.to_owned(),
                new: if new.is_empty() { "HEAD" } else { new }.to_owned(),
            }),
            _ => Err(OpsError::usage(
                format!("`{text}` is no part of a history"),
                "use `all` or `OLD..NEW`, such as `origin/main..HEAD`",
            )),
        }
    }

    fn options(&self) -> HistoryOptions {
        match self {
            Self::All => HistoryOptions {
                tips: Tips::All,
                ..HistoryOptions::default()
            },
            Self::Between { old, new } => HistoryOptions::range(old, new),
            Self::NewTo { new, remote } => HistoryOptions::new_to_remote(new, remote),
        }
    }
}

/// What the history showed.
pub(super) struct Past {
    pub(super) seen: Vec<Sighting>,
    pub(super) not_covered: Vec<NotCovered>,
    /// All of it was looked at.
    pub(super) whole: bool,
    /// What the history names and does not hold.
    pub(super) warnings: Vec<String>,
}

impl Past {
    /// What still stands in the file as it is now is told there.
    pub(super) fn leave_out(&mut self, present: &[Sighting]) {
        let now: HashSet<(&str, &str)> = present
            .iter()
            .flat_map(|sighting| {
                let scan = &sighting.scan;
                let silenced = scan.silenced.iter().map(|one| &one.secret);
                let all = scan.secrets.iter().chain(silenced);
                all.map(|secret| (sighting.path.as_str(), secret.fingerprint.as_str()))
            })
            .collect();
        for old in &mut self.seen {
            let path = old.path.split_once(':').map_or("", |(_, path)| path);
            old.scan
                .secrets
                .retain(|secret| !now.contains(&(path, secret.fingerprint.as_str())));
        }
    }
}

struct Old {
    path: String,
    commit: Option<ObjectId>,
    scan: FileScan,
}

/// Every blob once, under the path and commit that brought it.
pub(super) fn scan(
    scanner: &Scanner,
    project: &Project,
    range: &HistoryRange,
) -> Result<Past, OpsError> {
    let failed = |error: runward_git::GitError| {
        OpsError::usage(
            format!("the history cannot be read: {error}"),
            "run it in a clone, with revisions that it has",
        )
    };
    let repository =
        Repository::discover(&project.root, &OpenOptions::default()).map_err(failed)?;
    let found: Mutex<Vec<Old>> = Mutex::new(Vec::new());
    let visitor = |blob: &HistoryBlob<'_>| {
        let path = String::from_utf8_lossy(blob.path.as_bytes()).into_owned();
        let scan = scanner.scan(&path, blob.data);
        if !scan.secrets.is_empty() || !scan.silenced.is_empty() || !scan.gaps.is_empty() {
            let old = Old {
                path,
                commit: blob.commit,
                scan,
            };
            found
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(old);
        }
        ControlFlow::Continue(())
    };
    let report = repository
        .history(&range.options(), &visitor, &|_| ControlFlow::Continue(()))
        .map_err(failed)?;
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by(|a, b| (&a.path, a.commit).cmp(&(&b.path, b.commit)));
    // What is no part of the repository is said, and makes no scan of it incomplete.
    let elsewhere: HashSet<NotCovered> = report.elsewhere.iter().cloned().collect();
    let warnings = report.elsewhere.into_iter().map(|gap| gap.reason).collect();
    let mut not_covered = report.not_covered;
    not_covered.retain(|gap| !elsewhere.contains(gap));
    let mut seen = Vec::new();
    let mut commits = HashMap::new();
    for old in found {
        let gaps = old.scan.gaps.iter();
        not_covered.extend(
            gaps.map(|gap| NotCovered::file(old.path.clone(), format!("in the history: {gap}"))),
        );
        let Some(id) = old.commit else {
            if old.scan.secrets.is_empty() {
                continue;
            }
            not_covered.push(NotCovered::file(
                old.path,
                "a reference that names no commit holds a secret",
            ));
            continue;
        };
        let origin = commits
            .entry(id)
            .or_insert_with(|| origin(&repository, id))
            .clone();
        seen.push(Sighting {
            path: format!("{id}:{}", old.path),
            origin,
            scan: old.scan,
        });
    }
    Ok(Past {
        seen,
        whole: *range == HistoryRange::All && not_covered.is_empty(),
        warnings,
        not_covered,
    })
}

fn origin(repository: &Repository, id: ObjectId) -> Origin {
    match repository.commit(id) {
        Ok(commit) => Origin::Commit {
            author: commit.author.name,
            day: commit.author.time.map_or_else(
                || "an unknown day".to_owned(),
                |time| time.to_zoned(TimeZone::UTC).date().to_string(),
            ),
            summary: commit.summary,
        },
        Err(_) => Origin::Commit {
            author: "somebody".to_owned(),
            day: "an unknown day".to_owned(),
            summary: id.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_written_as_git_writes_them() {
        let between = |old: &str, new: &str| HistoryRange::Between {
            old: old.to_owned(),
            new: new.to_owned(),
        };
        assert_eq!(HistoryRange::parse("all").unwrap(), HistoryRange::All);
        assert_eq!(HistoryRange::parse("a..b").unwrap(), between("a", "b"));
        assert_eq!(HistoryRange::parse("a..").unwrap(), between("a", "HEAD"));
        for wrong in ["..b", "a...b", "a"] {
            assert!(HistoryRange::parse(wrong).is_err(), "{wrong}");
        }
    }
}
