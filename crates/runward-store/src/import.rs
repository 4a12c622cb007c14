//! Importing what another program reported.
//!
//! An import is a stream of any length, so it is not one transaction: findings are recorded batch
//! by batch, and only when the stream has come to its end does what was not in it count as gone.
//! An import that stops on the way leaves what it recorded, closes nothing, and does not count as
//! made: the same file imported again completes it.

use std::{collections::HashSet, fmt};

use jiff::Timestamp;
use runward_model::{Actor, EventType, Finding, Fingerprint, Outcome, Subject, scan::Verdict};

use crate::{
    Coverage, LIMITS, OWN_REPORTER, ProjectId, Recorded, Store, StoreError,
    coverage::Covered,
    events::Cause,
    lookup,
    plan::{self, Occasion},
    project::{self, Project},
    query::short_enough,
    record::{self, Counts, continue_or_open, day, histories, recall, recognise},
    scans, write,
};

/// Findings of one transaction: so many that what several of them change (a page of an index, the
/// row of a counter) is written once, and so few that other writers need not wait long.
const BATCH: usize = 2_000;

/// What is imported.
#[derive(Debug, Clone, Copy)]
pub struct ImportRecord<'a> {
    pub project: ProjectId,
    /// Who found it: `semgrep`, `pip-audit`, …. Not `runward`, whose scans are recorded as such.
    pub reporter: &'a str,
    /// When the reporter looked.
    pub started: Timestamp,
    /// The time of the import.
    pub now: Timestamp,
    /// Where it comes from, for people: a file's name.
    pub source: &'a str,
    /// What the reporter looked at. Nothing is closed outside of it.
    pub covered: &'a Coverage,
    /// Of the content, by which an import that changes nothing is recognised.
    pub digest: &'a str,
    pub actor: &'a Actor,
}

/// What an import came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// The number of the import, or of the earlier one with the same content.
    pub scan: i64,
    /// The last import of this reporter had the same content: nothing was changed.
    pub unchanged: bool,
    pub seen: u64,
    /// New, or seen again after they were resolved.
    pub opened: u64,
    pub resolved: u64,
}

impl Store {
    /// Imports findings, in any order; of several with one fingerprint the first counts.
    ///
    /// `judge` is called for each batch, inside its transaction, with the findings and what the
    /// store makes of them; it returns them with their assessments. It must not use the store.
    pub fn import<E: fmt::Display>(
        &self,
        import: &ImportRecord<'_>,
        findings: impl IntoIterator<Item = Result<Finding, E>>,
        mut judge: impl FnMut(&[Finding], &Recorded) -> Vec<Finding>,
    ) -> Result<Imported, StoreError> {
        check(import)?;
        let digest = whole_digest(import)?;
        let (project, number) = match self.begin(import, &digest)? {
            Begun::Unchanged(scan) => {
                return Ok(Imported {
                    scan,
                    unchanged: true,
                    seen: 0,
                    opened: 0,
                    resolved: 0,
                });
            }
            Begun::New(project, number) => (project, number),
        };
        let started = import.started.as_microsecond();
        let mut pass = Pass {
            store: self,
            import,
            project,
            occasion: Occasion {
                scan: number,
                project: import.project.0,
                reporter: import.reporter,
                started,
                today: day(import.started),
                database: None,
                covered: Covered::new(import.covered, None, started),
            },
            counts: Counts::default(),
            deferred: Vec::new(),
        };
        let done = pass.run(findings, &mut judge);
        pass.end(done, &digest)
    }

    fn begin(&self, import: &ImportRecord<'_>, digest: &str) -> Result<Begun, StoreError> {
        self.write(import.project, |tx| {
            let project = project::by_id(tx, import.project.0)?;
            if let Some((scan, Some(last))) =
                scans::last_import(tx, import.project.0, import.reporter)?
                && last == digest
            {
                let told =
                    told(import, &project, scan, Counts::default()).with_detail("unchanged", true);
                tx.emit(&told)?;
                return Ok(Begun::Unchanged(scan));
            }
            let number = scans::next_id(tx)?;
            scans::insert(
                tx,
                &scans::Entry {
                    id: number,
                    project: import.project.0,
                    reporter: import.reporter,
                    started: import.started,
                    finished: import.now,
                    root: import.source,
                    // Until it has come to its end.
                    verdict: Verdict::Incomplete,
                    database: None,
                    covered: import.covered,
                    counts: Counts::default(),
                },
            )?;
            Ok(Begun::New(project, number))
        })
    }
}

enum Begun {
    Unchanged(i64),
    New(Project, i64),
}

/// One import under way.
struct Pass<'a> {
    store: &'a Store,
    import: &'a ImportRecord<'a>,
    project: Project,
    occasion: Occasion<'a>,
    counts: Counts,
    /// Findings under new fingerprints that may continue a known one: which one is clear only when
    /// all the others have been seen.
    deferred: Vec<Finding>,
}

type Judge<'a> = dyn FnMut(&[Finding], &Recorded) -> Vec<Finding> + 'a;

impl Pass<'_> {
    fn run<E: fmt::Display>(
        &mut self,
        findings: impl IntoIterator<Item = Result<Finding, E>>,
        judge: &mut Judge<'_>,
    ) -> Result<(), StoreError> {
        let mut batch = Vec::with_capacity(BATCH);
        let mut read = 0_u64;
        for finding in findings {
            batch.push(finding.map_err(|error| StoreError::Import {
                read,
                reason: error.to_string(),
            })?);
            read = read.saturating_add(1);
            if batch.len() >= BATCH {
                self.batch(&batch, true, judge)?;
                batch.clear();
            }
        }
        self.batch(&batch, true, judge)?;
        let deferred = std::mem::take(&mut self.deferred);
        for chunk in deferred.chunks(BATCH) {
            self.batch(chunk, false, judge)?;
        }
        self.close()
    }

    /// Records some findings.
    fn batch(
        &mut self,
        findings: &[Finding],
        may_defer: bool,
        judge: &mut Judge<'_>,
    ) -> Result<(), StoreError> {
        if findings.is_empty() {
            return Ok(());
        }
        let may_defer = may_defer && self.deferred.len() < LIMITS.deferred;
        let mut deferred = Vec::new();
        let occasion = &self.occasion;
        let cause = self.cause();
        let counts = self.store.write(self.import.project, |tx| {
            let mut taken = HashSet::new();
            let all: Vec<_> = findings
                .iter()
                .enumerate()
                .filter(|(_, finding)| taken.insert(&finding.fingerprint))
                .collect();
            let (mut ids, mut seen) = (HashSet::new(), Vec::new());
            let rest = recognise(tx, occasion, &all, &mut ids, &mut seen)?;
            let mut rest = recall(tx, occasion, rest, &mut ids, &mut seen)?;
            if may_defer {
                let relinks = record::relinks(tx, occasion, rest.iter().map(|it| it.1), &ids)?;
                rest.retain(|(_, finding)| {
                    let defer = relinks.may_continue(finding);
                    if defer {
                        deferred.push((*finding).clone());
                    }
                    !defer
                });
            }
            continue_or_open(tx, occasion, rest, &mut ids, &mut seen)?;
            seen.sort_by_key(|seen| seen.index);
            let (history, hidden) = histories(&seen, findings)?;
            let recorded = Recorded {
                scan: occasion.scan,
                history,
                hidden,
                fixed: Vec::new(),
            };
            let counts = (seen.len(), seen.iter().filter(|seen| seen.new).count());
            let judged = judge(findings, &recorded);
            let mut joined = record::join(seen, findings, &judged)?;
            write::seen(tx, occasion, &cause, &mut joined)?;
            Ok::<_, StoreError>(counts)
        })?;
        self.deferred.append(&mut deferred);
        self.counts.seen = self.counts.seen.saturating_add(counts.0);
        self.counts.opened = self.counts.opened.saturating_add(counts.1);
        Ok(())
    }

    /// What the reporter saw before, looked for and does not see any more.
    fn close(&mut self) -> Result<(), StoreError> {
        let nothing = HashSet::new();
        let mut after = 0;
        loop {
            let (occasion, cause) = (&self.occasion, self.cause());
            let (resolved, next) = self.store.write(self.import.project, |tx| {
                let (page, next) = lookup::unseen(tx, occasion, &nothing, after)?;
                let missed: Vec<_> = page
                    .into_iter()
                    .filter_map(|(known, mark, others)| plan::miss(occasion, known, &mark, others))
                    .collect();
                write::missed(tx, occasion, &cause, &missed)?;
                let resolved = missed.iter().filter(|it| it.step.is_some()).count();
                Ok::<_, StoreError>((resolved, next))
            })?;
            self.counts.resolved = self.counts.resolved.saturating_add(resolved);
            match next {
                Some(next) => after = next,
                None => return Ok(()),
            }
        }
    }

    /// Notes how it ended.
    fn end(&self, done: Result<(), StoreError>, digest: &str) -> Result<Imported, StoreError> {
        let (import, occasion, counts) = (self.import, &self.occasion, self.counts);
        let failed = done.is_err();
        let noted = self.store.write(import.project, |tx| {
            let mut event = told(import, &self.project, occasion.scan, counts);
            if failed {
                event.outcome = Outcome::Failure;
                scans::stop(tx, occasion.scan, counts)?;
            } else {
                let expired: Vec<_> =
                    lookup::accepted_before(tx, occasion.project, occasion.today)?
                        .into_iter()
                        .filter_map(|known| plan::expire(occasion.today, known))
                        .collect();
                write::changed(tx, occasion, &self.cause(), &expired)?;
                let verdict = match (import.covered.not_covered.is_empty(), counts.seen) {
                    (false, _) => Verdict::Incomplete,
                    (true, 0) => Verdict::Clean,
                    (true, _) => Verdict::Findings,
                };
                scans::finish(tx, occasion.scan, import.now, verdict, digest, counts)?;
                record::latest(tx, &self.project, occasion.scan)?;
            }
            Ok::<_, StoreError>(tx.emit(&event)?)
        });
        // Why it stopped matters more than that this could not be noted.
        done?;
        noted?;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Ok(Imported {
            scan: occasion.scan,
            unchanged: false,
            seen: count(counts.seen),
            opened: count(counts.opened),
            resolved: count(counts.resolved),
        })
    }

    fn cause(&self) -> Cause<'_> {
        Cause {
            actor: self.import.actor,
            at: self.import.now,
            project: &self.project,
            scan: Some(self.occasion.scan),
            reporter: Some(self.import.reporter),
        }
    }
}

fn told(
    import: &ImportRecord<'_>,
    project: &Project,
    scan: i64,
    counts: Counts,
) -> runward_model::Event {
    let cause = Cause {
        actor: import.actor,
        at: import.now,
        project,
        scan: Some(scan),
        reporter: None,
    };
    let event = cause.event(EventType::FindingsImported, Subject::new("scan", scan));
    counts
        .told(event)
        .with_detail("reporter", import.reporter)
        .with_detail("source", import.source)
}

fn check(import: &ImportRecord<'_>) -> Result<(), StoreError> {
    let reporter = import.reporter;
    if reporter.trim().is_empty() || reporter.chars().any(char::is_control) {
        return Err(StoreError::invalid(
            "the reporter",
            "is missing or has control characters; name the program that found it",
        ));
    }
    if reporter.eq_ignore_ascii_case(OWN_REPORTER) {
        return Err(StoreError::invalid(
            format!("the reporter `{reporter}`"),
            "stands for scans of Runward itself; name the program that found it",
        ));
    }
    short_enough("the reporter", reporter, LIMITS.name_chars)?;
    short_enough("the digest", import.digest, LIMITS.query_chars)?;
    short_enough("the source", import.source, LIMITS.column_chars)
}

/// The same content that covers something else is another import.
fn whole_digest(import: &ImportRecord<'_>) -> Result<String, StoreError> {
    let covered = serde_json::to_string(import.covered)
        .map_err(|error| StoreError::damaged(error.to_string()))?;
    Ok(Fingerprint::of(&[import.digest, &covered])
        .as_str()
        .to_owned())
}
