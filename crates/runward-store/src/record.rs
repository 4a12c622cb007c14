//! Recording a scan.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use runward_db::{Sql, Tx};
use runward_model::{
    Actor, DatabaseInfo, EventType, Finding, Fingerprint, Status, Subject,
    finding::{History, Suppressed},
    scan::{FixedFinding, Verdict},
};

use crate::{
    Coverage, LIMITS, OWN_REPORTER, ProjectId, Store, StoreError,
    coverage::Covered,
    events::Cause,
    lookup::{self, LIST},
    plan::{self, Missed, Occasion, Relinks, Seen},
    project::{self, Project},
    row::{Known, Mark, timestamp},
    scans::{self, verdict_name},
    write,
};

/// What a scan of the own engine looked at and saw.
#[derive(Debug, Clone, Copy)]
pub struct ScanRecord<'a> {
    pub project: ProjectId,
    pub started: Timestamp,
    pub finished: Timestamp,
    /// The scanned directory, as the user gave it.
    pub root: &'a str,
    pub database: &'a DatabaseInfo,
    pub covered: &'a Coverage,
    /// Everything that was seen, suppressed findings included; they need not be judged yet.
    pub findings: &'a [Finding],
    /// Who had it run.
    pub actor: &'a Actor,
}

/// What judgement made of a scan's findings.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The findings with their assessments, active and suppressed, in any order. One that is
    /// missing is stored as it was seen.
    pub findings: Vec<Finding>,
    pub verdict: Verdict,
}

/// What the store makes of a scan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recorded {
    /// The scan's number; 0 for a preview.
    pub scan: i64,
    /// By the scan's own fingerprints; one entry for each finding.
    pub history: HashMap<Fingerprint, History>,
    /// The findings that a person has accepted or called false positives.
    pub hidden: HashMap<Fingerprint, Suppressed>,
    /// Findings of earlier scans that this one looked for and did not see, oldest first.
    pub fixed: Vec<FixedFinding>,
}

impl Store {
    /// Records a scan, all or nothing.
    ///
    /// `judge` is called once, inside the transaction, with what the store makes of the scan:
    /// assessments need the date of first detection, and what it returns is stored in the same
    /// step. It must not use the store.
    pub fn record_scan(
        &self,
        scan: &ScanRecord<'_>,
        judge: impl FnOnce(&Recorded) -> Judged,
    ) -> Result<Recorded, StoreError> {
        check(scan)?;
        self.write(scan.project, |tx| {
            let project = project::by_id(tx, scan.project.0)?;
            let number = scans::next_id(tx)?;
            let occasion = occasion(scan, number);
            let plan = plan_for(tx, &occasion, scan.findings)?;
            let recorded = recorded(&plan, scan.findings, number)?;
            let judged = judge(&recorded);
            let cause = Cause {
                actor: scan.actor,
                at: scan.finished,
                project: &project,
                scan: Some(number),
                reporter: Some(OWN_REPORTER),
            };
            store(tx, scan, &occasion, &cause, plan, &judged)?;
            Ok(recorded)
        })
    }

    /// What [`Self::record_scan`] would say of this scan; writes nothing.
    pub fn preview(&self, scan: &ScanRecord<'_>) -> Result<Recorded, StoreError> {
        check(scan)?;
        self.read(|tx| {
            project::by_id(tx, scan.project.0)?;
            let plan = plan_for(tx, &occasion(scan, 0), scan.findings)?;
            recorded(&plan, scan.findings, 0)
        })
    }
}

fn check(scan: &ScanRecord<'_>) -> Result<(), StoreError> {
    if scan.findings.len() > LIMITS.findings {
        return Err(StoreError::invalid(
            "the scan",
            format!(
                "has {} findings, more than the {} that can be recorded; scan parts of the project",
                scan.findings.len(),
                LIMITS.findings
            ),
        ));
    }
    Ok(())
}

fn occasion<'a>(scan: &ScanRecord<'a>, number: i64) -> Occasion<'a> {
    let started = scan.started.as_microsecond();
    Occasion {
        scan: number,
        project: scan.project.0,
        reporter: OWN_REPORTER,
        started,
        today: day(scan.started),
        database: Some(scan.database),
        covered: Covered::new(scan.covered, Some(scan.database), started),
    }
}

/// Everything that a scan changes.
struct Plan {
    seen: Vec<Seen>,
    missed: Vec<Missed>,
    /// Acceptances that ended where the scan did not look.
    expired: Vec<Missed>,
}

fn plan_for(
    tx: &mut Tx<'_>,
    occasion: &Occasion<'_>,
    findings: &[Finding],
) -> Result<Plan, StoreError> {
    let mut taken = HashSet::new();
    let all: Vec<(usize, &Finding)> = findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| taken.insert(&finding.fingerprint))
        .collect();
    let mut seen = Vec::with_capacity(all.len());
    let mut ids = HashSet::with_capacity(all.len());
    let rest = recognise(tx, occasion, &all, &mut ids, &mut seen)?;
    let rest = recall(tx, occasion, rest, &mut ids, &mut seen)?;
    continue_or_open(tx, occasion, rest, &mut ids, &mut seen)?;
    seen.sort_by_key(|seen| seen.index);

    let mut missed = Vec::new();
    let mut after = 0;
    loop {
        let (page, next) = lookup::unseen(tx, occasion, &ids, after)?;
        missed.extend(
            page.into_iter()
                .filter_map(|(known, mark, others)| plan::miss(occasion, known, &mark, others)),
        );
        match next {
            Some(next) => after = next,
            None => break,
        }
    }
    ids.extend(
        missed
            .iter()
            .filter(|missed| missed.step.is_some())
            .map(|missed| missed.known.id),
    );
    let expired = lookup::accepted_before(tx, occasion.project, occasion.today)?
        .into_iter()
        .filter(|known| !ids.contains(&known.id))
        .filter_map(|known| plan::expire(occasion.today, known))
        .collect();
    Ok(Plan {
        seen,
        missed,
        expired,
    })
}

/// Findings that the store knows by their fingerprints; returns the others.
pub(crate) fn recognise<'a>(
    tx: &mut Tx<'_>,
    occasion: &Occasion<'_>,
    findings: &[(usize, &'a Finding)],
    ids: &mut HashSet<i64>,
    seen: &mut Vec<Seen>,
) -> Result<Vec<(usize, &'a Finding)>, StoreError> {
    let mut rest = Vec::new();
    for chunk in findings.chunks(LIST) {
        let fingerprints = chunk.iter().map(|(_, finding)| &finding.fingerprint);
        let mut known = lookup::by_fingerprint(tx, occasion, fingerprints)?;
        for (index, finding) in chunk {
            match known.remove(&finding.fingerprint) {
                // Seen under this number already: an import names it twice.
                Some((_, Some(mark))) if mark.last_scan == occasion.scan => {}
                Some((known, mark)) => {
                    ids.insert(known.id);
                    seen.push(plan::see(occasion, *index, finding, known, mark.as_ref()));
                }
                None => rest.push((*index, *finding)),
            }
        }
    }
    Ok(rest)
}

/// Findings that the store knows under another fingerprint; returns the others.
pub(crate) fn recall<'a>(
    tx: &mut Tx<'_>,
    occasion: &Occasion<'_>,
    findings: Vec<(usize, &'a Finding)>,
    ids: &mut HashSet<i64>,
    seen: &mut Vec<Seen>,
) -> Result<Vec<(usize, &'a Finding)>, StoreError> {
    let fingerprints = findings.iter().map(|(_, finding)| &finding.fingerprint);
    let mut former = lookup::by_former(tx, occasion, fingerprints)?;
    let mut rest = Vec::new();
    for (index, finding) in findings {
        match former.remove(&finding.fingerprint) {
            Some((known, mark)) if is_free(occasion, ids, &known, mark.as_ref()) => {
                ids.insert(known.id);
                seen.push(plan::see(occasion, index, finding, known, mark.as_ref()));
            }
            _ => rest.push((index, finding)),
        }
    }
    Ok(rest)
}

/// Findings with fingerprints that the store does not know: they continue a known one that has not
/// been seen on this occasion, or are new.
pub(crate) fn continue_or_open(
    tx: &mut Tx<'_>,
    occasion: &Occasion<'_>,
    findings: Vec<(usize, &Finding)>,
    ids: &mut HashSet<i64>,
    seen: &mut Vec<Seen>,
) -> Result<(), StoreError> {
    let mut relinks = relinks(tx, occasion, findings.iter().map(|it| it.1), ids)?;
    for (index, finding) in findings {
        seen.push(match relinks.take(finding) {
            Some((known, mark)) => {
                ids.insert(known.id);
                plan::see(occasion, index, finding, known, mark.as_ref())
            }
            None => plan::first_sight(occasion, index, finding),
        });
    }
    Ok(())
}

/// Whether nothing that was seen on this occasion is this finding yet.
fn is_free(
    occasion: &Occasion<'_>,
    ids: &HashSet<i64>,
    known: &Known,
    mark: Option<&Mark>,
) -> bool {
    !ids.contains(&known.id) && mark.is_none_or(|mark| mark.last_scan != occasion.scan)
}

/// What these findings may continue.
pub(crate) fn relinks<'a>(
    tx: &mut Tx<'_>,
    occasion: &Occasion<'_>,
    findings: impl IntoIterator<Item = &'a Finding>,
    ids: &HashSet<i64>,
) -> Result<Relinks, StoreError> {
    let mut relinks = Relinks::default();
    for (known, mark) in lookup::by_place(tx, occasion, findings)? {
        if is_free(occasion, ids, &known, mark.as_ref()) {
            relinks.add(known, mark);
        }
    }
    Ok(relinks)
}

fn recorded(plan: &Plan, findings: &[Finding], scan: i64) -> Result<Recorded, StoreError> {
    let (history, hidden) = histories(&plan.seen, findings)?;
    let mut fixed = Vec::new();
    for Missed { known, step } in &plan.missed {
        if step.is_some() {
            fixed.push(FixedFinding {
                fingerprint: known.fingerprint.clone(),
                rule: known.rule.clone(),
                title: known.title.clone(),
                path: known.path.clone(),
                first_seen: timestamp(known.first_seen)?,
            });
        }
    }
    fixed.sort_by(|left, right| {
        (left.first_seen, &left.fingerprint).cmp(&(right.first_seen, &right.fingerprint))
    });
    Ok(Recorded {
        scan,
        history,
        hidden,
        fixed,
    })
}

type Histories = (
    HashMap<Fingerprint, History>,
    HashMap<Fingerprint, Suppressed>,
);

/// What judgement is told of findings, by the fingerprints that the reporter gave.
pub(crate) fn histories(seen: &[Seen], findings: &[Finding]) -> Result<Histories, StoreError> {
    let mut history = HashMap::with_capacity(seen.len());
    let mut hidden = HashMap::new();
    for seen in seen {
        let Some(finding) = findings.get(seen.index) else {
            continue;
        };
        history.insert(finding.fingerprint.clone(), seen.known.history(seen.new)?);
        if let Some(by) = hides(&seen.known) {
            hidden.insert(finding.fingerprint.clone(), by);
        }
    }
    Ok((history, hidden))
}

/// Joins findings that were seen with what judgement made of them.
pub(crate) fn join(
    seen: Vec<Seen>,
    findings: &[Finding],
    judged: &[Finding],
) -> Result<Vec<(Seen, Option<String>)>, StoreError> {
    let judged: HashMap<&Fingerprint, &Finding> = judged
        .iter()
        .map(|finding| (&finding.fingerprint, finding))
        .collect();
    let mut joined = Vec::with_capacity(seen.len());
    for mut seen in seen {
        // The index was given out over the same list.
        let Some(raw) = findings.get(seen.index) else {
            continue;
        };
        let finding = judged.get(&raw.fingerprint).copied().unwrap_or(raw);
        let payload = plan::judged(&mut seen, finding)?;
        joined.push((seen, payload));
    }
    Ok(joined)
}

fn store(
    tx: &mut Tx<'_>,
    scan: &ScanRecord<'_>,
    occasion: &Occasion<'_>,
    cause: &Cause<'_>,
    plan: Plan,
    judged: &Judged,
) -> Result<(), StoreError> {
    let counts = Counts {
        seen: plan.seen.len(),
        opened: plan.seen.iter().filter(|seen| seen.new).count(),
        resolved: plan.missed.iter().filter(|it| it.step.is_some()).count(),
    };
    scans::insert(
        tx,
        &scans::Entry {
            id: occasion.scan,
            project: occasion.project,
            reporter: OWN_REPORTER,
            started: scan.started,
            finished: scan.finished,
            root: scan.root,
            verdict: judged.verdict,
            database: Some(scan.database),
            covered: scan.covered,
            counts,
        },
    )?;
    let mut joined = join(plan.seen, scan.findings, &judged.findings)?;
    for chunk in joined.chunks_mut(LIST) {
        write::seen(tx, occasion, cause, chunk)?;
    }
    write::missed(tx, occasion, cause, &plan.missed)?;
    write::changed(tx, occasion, cause, &plan.expired)?;
    latest(tx, cause.project, occasion.scan)?;
    let subject = Subject::new("scan", occasion.scan);
    let mut event = counts.told(cause.event(EventType::ScanCompleted, subject));
    event = event
        .with_detail("verdict", verdict_name(judged.verdict))
        .with_detail("reporter", OWN_REPORTER)
        .with_detail(
            "database_updated",
            scan.database.updated.map(|it| it.to_string()),
        );
    Ok(tx.emit(&event)?)
}

/// What a scan came to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) seen: usize,
    pub(crate) opened: usize,
    pub(crate) resolved: usize,
}

impl Counts {
    pub(crate) fn told(self, event: runward_model::Event) -> runward_model::Event {
        event
            .with_detail("seen", self.seen)
            .with_detail("opened", self.opened)
            .with_detail("resolved", self.resolved)
    }
}

/// Notes which scan of a project is the latest.
pub(crate) fn latest(tx: &mut Tx<'_>, project: &Project, scan: i64) -> Result<(), StoreError> {
    tx.execute(
        Sql::new("UPDATE projects SET last_scan = $1 WHERE id = $2")
            .bind(scan)
            .bind(project.id.0),
    )?;
    Ok(())
}

/// The decision that hides a finding, where there is one. A false positive has no end.
pub(crate) fn hides(known: &Known) -> Option<Suppressed> {
    let (by, expires) = match known.status {
        Status::Accepted => ("accepted", known.accepted_until?),
        Status::FalsePositive => ("false positive", Date::MAX),
        _ => return None,
    };
    Some(Suppressed {
        by: by.to_owned(),
        reason: known.reason.clone().unwrap_or_default(),
        author: known.decided_by.clone().unwrap_or_default(),
        expires,
    })
}

/// The day of a time, UTC: on that day a decision that ends on it still holds.
pub(crate) fn day(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}
