//! A list of names in, verdicts out.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use jiff::Timestamp;
use runward_model::{Ecosystem, PackageCheck};

use crate::{
    allow::AllowList,
    knowledge::{Domains, KnownNames, Malware},
    metadata::{Metadata, Release},
    policy::PackagePolicy,
    private::PrivateNames,
    registry::{Answer, Registry, Want},
    rules::{Evidence, Facts, evaluate},
    verdict::{Subject, judge},
};

/// One package to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub ecosystem: Ecosystem,
    pub name: String,
    /// The exact version that would be installed; the newest where it is open.
    pub version: Option<String>,
    /// The installer searches other indexes too (`--extra-index-url`).
    pub other_indexes: bool,
}

impl Query {
    pub fn new(ecosystem: Ecosystem, name: impl Into<String>) -> Self {
        Self {
            ecosystem,
            name: name.into(),
            version: None,
            other_indexes: false,
        }
    }
}

/// What was found of one package, before the verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Examined {
    pub subject: Subject,
    pub evidence: Evidence,
    /// What the registry told, where it answered.
    pub summary: Option<Summary>,
}

/// The part of the registry's answer that is worth keeping for a list of packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// As the registry spells it.
    pub name: String,
    pub first_release: Option<Timestamp>,
    pub last_release: Option<Timestamp>,
    pub releases: usize,
    pub latest: Option<String>,
    pub repository: Option<String>,
    /// Where the registry tells, and was asked.
    pub downloads_per_week: Option<u64>,
    pub as_of: Timestamp,
    /// The release that would be installed, with its files and dependencies.
    pub chosen: Option<Release>,
}

/// A verdict and what the registry told.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    pub check: PackageCheck,
    pub summary: Option<Summary>,
}

/// Told how many of how many packages are done.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// Everything that a check needs, handed in.
#[derive(Clone, Copy)]
pub struct Checker<'a> {
    pub registry: &'a Registry<'a>,
    pub names: &'a dyn KnownNames,
    pub malware: &'a dyn Malware,
    pub domains: &'a dyn Domains,
    pub private: &'a PrivateNames,
    pub policy: &'a PackagePolicy,
    pub allow: &'a AllowList,
}

impl Checker<'_> {
    /// Checks packages side by side; the answers are in the order of the questions.
    pub fn check(&self, queries: &[Query], progress: Progress<'_>) -> Vec<Checked> {
        self.judge(self.examine(queries, progress))
    }

    /// The verdicts on what was found.
    pub fn judge(&self, examined: Vec<Examined>) -> Vec<Checked> {
        let now = self.registry.fetcher.now();
        examined
            .into_iter()
            .map(|examined| Checked {
                check: judge(
                    examined.subject,
                    examined.evidence,
                    self.policy,
                    self.allow,
                    now,
                ),
                summary: examined.summary,
            })
            .collect()
    }

    /// What speaks against packages, without the verdict: for callers that have more evidence of
    /// their own to join before [`judge`].
    pub fn examine(&self, queries: &[Query], progress: Progress<'_>) -> Vec<Examined> {
        // Versions of one package share one question to the registry.
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut known: HashMap<(&Ecosystem, String), usize> = HashMap::new();
        for (at, query) in queries.iter().enumerate() {
            let key = (
                &query.ecosystem,
                query.ecosystem.normalize_name(&query.name),
            );
            let group = *known.entry(key).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(group) {
                group.push(at);
            }
        }
        let run = Run {
            checker: self,
            others: Mutex::default(),
        };
        let next = AtomicUsize::new(0);
        let done = AtomicUsize::new(0);
        let results: Mutex<Vec<(usize, Examined)>> = Mutex::default();
        let work = || {
            while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
                let examined = run.group(group, queries);
                let count = examined.len();
                results
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend(examined);
                let done = done.fetch_add(count, Ordering::Relaxed) + count;
                progress(done, queries.len());
            }
        };
        let threads = self
            .registry
            .limits()
            .max_threads
            .clamp(1, groups.len().max(1));
        thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.sort_by_key(|(at, _)| *at);
        results.into_iter().map(|(_, examined)| examined).collect()
    }
}

/// One call of [`Checker::examine`].
struct Run<'a> {
    checker: &'a Checker<'a>,
    /// Popular packages that others are compared with, without their releases.
    others: Mutex<HashMap<(Ecosystem, String), Arc<Answer>>>,
}

impl Run<'_> {
    fn group(&self, group: &[usize], queries: &[Query]) -> Vec<(usize, Examined)> {
        let members = || group.iter().filter_map(|at| Some((*at, queries.get(*at)?)));
        let Some((_, first)) = members().next() else {
            return Vec::new();
        };
        let checker = self.checker;
        let ecosystem = &first.ecosystem;
        let name = ecosystem.normalize_name(&first.name);
        let names = checker.names.judge(ecosystem, &name);
        let existence = checker.names.existence(ecosystem, &name);
        let want = Want {
            downloads: names.rank.is_none(),
        };
        let answer = checker.registry.lookup(ecosystem, &name, want);
        members()
            .map(|(at, query)| {
                let facts = Facts {
                    ecosystem,
                    name: &name,
                    version: query.version.as_deref(),
                    other_indexes: query.other_indexes,
                    names: &names,
                    existence,
                    answer: &answer,
                    private: checker.private.find(ecosystem, &name),
                    has_private_names: !checker.private.is_empty(),
                    policy: checker.policy,
                    malware: checker.malware,
                    domains: checker.domains,
                    rank: &|ecosystem, name| checker.names.judge(ecosystem, name).rank,
                    lookup: &|ecosystem, name| self.other(ecosystem, name),
                    now: checker.registry.fetcher.now(),
                };
                let examined = Examined {
                    subject: Subject {
                        ecosystem: ecosystem.clone(),
                        name: name.clone(),
                        version: query.version.clone(),
                    },
                    evidence: evaluate(&facts),
                    summary: match &answer {
                        Answer::Found(data) => Some(summary(data, query.version.as_deref())),
                        _ => None,
                    },
                };
                (at, examined)
            })
            .collect()
    }

    /// Another package's answer, asked once for a run.
    fn other(&self, ecosystem: &Ecosystem, name: &str) -> Answer {
        let key = (ecosystem.clone(), name.to_owned());
        let lock = || self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = lock().get(&key) {
            return Answer::clone(answer);
        }
        let mut answer = self
            .checker
            .registry
            .lookup(ecosystem, name, Want::default());
        if let Answer::Found(data) = &mut answer {
            data.created = data.first_release();
            data.releases.clear();
        }
        lock().insert(key, Arc::new(answer.clone()));
        answer
    }
}

fn summary(data: &Metadata, version: Option<&str>) -> Summary {
    let chosen = version.or(data.latest.as_deref());
    Summary {
        name: data.name.clone(),
        first_release: data.first_release(),
        last_release: data.last_release(),
        releases: data.releases.len(),
        latest: data.latest.clone(),
        repository: data.repository.clone(),
        downloads_per_week: data.downloads.map(crate::Downloads::per_week),
        as_of: data.as_of,
        chosen: chosen.and_then(|version| data.release(version)).cloned(),
    }
}
