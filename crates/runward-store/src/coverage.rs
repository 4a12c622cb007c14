//! What a scan looked at, and therefore what it may call fixed.

use std::collections::{HashMap, HashSet};

use runward_model::{DatabaseInfo, DatabaseKind, Ecosystem, FindingKind, NotCovered};
use serde::{Deserialize, Serialize};

use crate::row::{Known, Mark};

/// What a scan looked at. Only what it covers and did not see again counts as fixed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The kinds of findings that were looked for.
    pub kinds: Vec<FindingKind>,
    /// The files that were read, relative to the root.
    pub read: Vec<String>,
    /// Whether the whole project was looked at, so that a file that is not in `read` no longer
    /// exists. A scan with exclusions, of chosen files or of a part of the tree must say `false`.
    pub whole: bool,
    /// What could not be looked at: a whole file or directory, one package in a file, or an
    /// ecosystem by its OSV name.
    pub not_covered: Vec<NotCovered>,
}

/// A scan's coverage, arranged for questions.
pub(crate) struct Covered<'a> {
    kinds: HashSet<FindingKind>,
    read: HashSet<&'a str>,
    whole: bool,
    /// Files, directories and ecosystems that were not looked at as a whole.
    unread: HashSet<String>,
    /// Packages that were not judged, by file.
    unjudged: HashMap<&'a str, Vec<&'a str>>,
    /// `None`: the reporter answers for what it knows.
    database: Option<&'a DatabaseInfo>,
    started: i64,
}

impl<'a> Covered<'a> {
    pub(crate) fn new(
        coverage: &'a Coverage,
        database: Option<&'a DatabaseInfo>,
        started: i64,
    ) -> Self {
        let mut unread = HashSet::new();
        let mut unjudged: HashMap<&str, Vec<&str>> = HashMap::new();
        for gap in &coverage.not_covered {
            if let Some(package) = &gap.package {
                unjudged.entry(&gap.path).or_default().push(package);
            } else {
                let path = gap.path.trim_start_matches("./").trim_end_matches('/');
                unread.insert(path.to_owned());
            }
        }
        Self {
            kinds: coverage.kinds.iter().copied().collect(),
            read: coverage.read.iter().map(String::as_str).collect(),
            whole: coverage.whole,
            unread,
            unjudged,
            database,
            started,
        }
    }

    /// Whether not seeing this finding means that it is gone.
    pub(crate) fn covers(&self, known: &Known, mark: &Mark) -> bool {
        self.kinds.contains(&known.kind)
            && self.started >= mark.last_seen
            && self.covers_path(&known.path)
            && self.covers_package(known)
            && self.database_knows(known, mark)
    }

    fn covers_path(&self, path: &str) -> bool {
        if self.unread.contains("") || self.unread.contains(".") {
            return false;
        }
        let mut whole = Some(path);
        while let Some(part) = whole {
            if self.unread.contains(part) {
                return false;
            }
            whole = part.rsplit_once('/').map(|(parent, _)| parent);
        }
        self.whole || self.read.contains(path)
    }

    fn covers_package(&self, known: &Known) -> bool {
        let (Some(package), Some(ecosystem)) = (&known.package, &known.ecosystem) else {
            return true;
        };
        if self.unread.contains(ecosystem) {
            return false;
        }
        let Some(unjudged) = self.unjudged.get(known.path.as_str()) else {
            return true;
        };
        let ecosystem = Ecosystem::from_osv_name(ecosystem);
        !unjudged
            .iter()
            .any(|name| ecosystem.normalize_name(name) == *package)
    }

    /// Whether the advisory database knows at least what it knew when the finding was last seen:
    /// not the starter set where that was a full one, the same ecosystem in it, and no older.
    fn database_knows(&self, known: &Known, mark: &Mark) -> bool {
        let (Some(ecosystem), Some(database), Some(before)) =
            (&known.ecosystem, self.database, mark.database_kind)
        else {
            return true;
        };
        match (database.kind, before) {
            (DatabaseKind::Starter, DatabaseKind::Full) => return false,
            // The starter set is part of the program, not of the ecosystems list.
            (DatabaseKind::Starter, DatabaseKind::Starter) => return true,
            (DatabaseKind::Full, _) => {}
        }
        let Some(share) = database
            .ecosystems
            .iter()
            .find(|share| share.ecosystem.eq_ignore_ascii_case(ecosystem))
        else {
            return false;
        };
        if before == DatabaseKind::Starter {
            return true;
        }
        let updated = share
            .updated
            .or(database.updated)
            .map(jiff::Timestamp::as_microsecond);
        match (updated, mark.database_updated) {
            (Some(ours), Some(theirs)) => ours >= theirs,
            (_, None) => true,
            (None, Some(_)) => false,
        }
    }
}

/// The date of the part of the database that a finding of this ecosystem comes from.
pub(crate) fn updated_for(database: &DatabaseInfo, ecosystem: Option<&str>) -> Option<i64> {
    ecosystem
        .and_then(|ecosystem| {
            database
                .ecosystems
                .iter()
                .find(|share| share.ecosystem.eq_ignore_ascii_case(ecosystem))
        })
        .and_then(|share| share.updated)
        .or(database.updated)
        .map(jiff::Timestamp::as_microsecond)
}
