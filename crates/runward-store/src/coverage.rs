//! What a scan looked at, and therefore what it may call fixed.

use std::collections::{BTreeMap, HashMap, HashSet};

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
    /// What was looked at for the kinds that single rules find: their findings are measured by
    /// this alone.
    #[serde(default)]
    pub ruled: BTreeMap<FindingKind, RuleCoverage>,
}

/// What rules looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCoverage {
    /// The rules that were run. Not seeing the finding of another rule says nothing.
    pub rules: Vec<String>,
    /// Whether the history of version control was looked at too, whole.
    #[serde(default)]
    pub history: bool,
    /// Whether all files were looked at but those that were passed over.
    pub whole: bool,
    pub not_covered: Vec<NotCovered>,
    /// The files that were looked at. Not kept with the scan: there may be very many.
    #[serde(skip)]
    pub read: Vec<String>,
    /// Files and directories that exist and were not looked at, on purpose. Not kept either.
    #[serde(skip)]
    pub passed_over: Vec<String>,
}

impl RuleCoverage {
    /// Nothing was looked at, and nothing would have been.
    pub fn is_empty(&self) -> bool {
        self.read.is_empty() && self.not_covered.is_empty()
    }
}

/// A scan's coverage, arranged for questions.
pub(crate) struct Covered<'a> {
    kinds: HashSet<FindingKind>,
    files: CoveredFiles<'a>,
    /// Packages that were not judged, by file.
    unjudged: HashMap<&'a str, Vec<&'a str>>,
    /// `None`: the reporter answers for what it knows.
    database: Option<&'a DatabaseInfo>,
    started: i64,
    ruled: HashMap<FindingKind, CoveredRules<'a>>,
}

/// The files of a scan, arranged for questions.
struct CoveredFiles<'a> {
    read: HashSet<&'a str>,
    whole: bool,
    /// Files, directories and ecosystems that were not looked at as a whole.
    unread: HashSet<String>,
}

struct CoveredRules<'a> {
    rules: HashSet<&'a str>,
    history: bool,
    files: CoveredFiles<'a>,
}

impl<'a> Covered<'a> {
    pub(crate) fn new(
        coverage: &'a Coverage,
        database: Option<&'a DatabaseInfo>,
        started: i64,
    ) -> Self {
        let mut unjudged: HashMap<&str, Vec<&str>> = HashMap::new();
        for gap in &coverage.not_covered {
            if let Some(package) = &gap.package {
                unjudged.entry(&gap.path).or_default().push(package);
            }
        }
        Self {
            kinds: coverage.kinds.iter().copied().collect(),
            files: CoveredFiles::new(&coverage.read, coverage.whole, &coverage.not_covered),
            unjudged,
            database,
            started,
            ruled: coverage
                .ruled
                .iter()
                .map(|(kind, covered)| (*kind, CoveredRules::new(covered)))
                .collect(),
        }
    }

    /// Whether not seeing this finding means that it is gone.
    pub(crate) fn covers(&self, known: &Known, mark: &Mark) -> bool {
        if let Some(rules) = self.ruled.get(&known.kind) {
            return self.started >= mark.last_seen && rules.covers(known);
        }
        self.kinds.contains(&known.kind)
            && self.started >= mark.last_seen
            && self.files.covers(&known.path)
            && self.covers_package(known)
            && self.database_knows(known, mark)
    }

    fn covers_package(&self, known: &Known) -> bool {
        let (Some(package), Some(ecosystem)) = (&known.package, &known.ecosystem) else {
            return true;
        };
        if self.files.unread.contains(ecosystem) {
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

impl<'a> CoveredFiles<'a> {
    fn new(read: &'a [String], whole: bool, gaps: &[NotCovered]) -> Self {
        let gaps = gaps.iter().filter(|gap| gap.package.is_none());
        Self {
            read: read.iter().map(String::as_str).collect(),
            whole,
            unread: gaps
                .map(|gap| {
                    gap.path
                        .trim_start_matches("./")
                        .trim_end_matches('/')
                        .to_owned()
                })
                .collect(),
        }
    }

    fn covers(&self, path: &str) -> bool {
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
}

impl<'a> CoveredRules<'a> {
    fn new(covered: &'a RuleCoverage) -> Self {
        let mut files = CoveredFiles::new(&covered.read, covered.whole, &covered.not_covered);
        files.unread.extend(covered.passed_over.iter().cloned());
        Self {
            rules: covered.rules.iter().map(String::as_str).collect(),
            history: covered.history,
            files,
        }
    }

    fn covers(&self, known: &Known) -> bool {
        self.rules.contains(known.rule.as_str())
            && if revision(&known.path).is_some() {
                self.history
            } else {
                self.files.covers(&known.path)
            }
    }
}

/// The commit of a place in history, `<commit id>:<path>` as git writes it.
fn revision(path: &str) -> Option<&str> {
    let (commit, _) = path.split_once(':')?;
    let is_id =
        matches!(commit.len(), 40 | 64) && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then_some(commit)
}
