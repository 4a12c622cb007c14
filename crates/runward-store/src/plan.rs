//! What a scan changes: pure functions of what the store knows and what the scan saw.
//!
//! - never seen before → open, first seen when the scan started;
//! - the same package and file with another fingerprint, but sharing an identifier → the same
//!   finding under its new fingerprint (advisories are regrouped, versions change);
//! - resolved and seen again → reopened; its deadline still counts from the first detection, or
//!   taking a fix back would buy time;
//! - accepted beyond its date → reopened;
//! - covered and not seen → this reporter no longer sees it. When the last one that did no longer
//!   does, it is resolved, unless a person has called it a false positive, which stays on record
//!   for when it shows again;
//! - not covered → as it was.
//!
//! One reporter's words describe a finding: the own engine's where it sees it, else those of the
//! first that did. Otherwise two reporters would rewrite it in turns for ever.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use runward_model::{DatabaseInfo, EventType, Finding, Fingerprint, Status};

use crate::{
    OWN_REPORTER,
    coverage::{Covered, updated_for},
    row::{Known, Mark, Verdicts, column, ids, payload, rank},
};

/// One change of state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) finding: i64,
    pub(crate) from: Option<Status>,
    pub(crate) to: Status,
    pub(crate) why: String,
    pub(crate) event: EventType,
}

/// A finding of the scan as it stands after it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    /// Its place in the list that was given.
    pub(crate) index: usize,
    /// As the store knew it; `None` for a new one.
    pub(crate) before: Option<Known>,
    pub(crate) known: Known,
    pub(crate) mark: Mark,
    pub(crate) new: bool,
    /// Whether this reporter's words describe it.
    pub(crate) describes: bool,
    pub(crate) moves: Vec<Move>,
    /// A fingerprint that leads to it without being its own.
    pub(crate) former: Option<Fingerprint>,
}

/// A finding that was not seen, as it stands now.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Missed {
    pub(crate) known: Known,
    /// What changed beside the reporter's mark.
    pub(crate) step: Option<Move>,
}

/// One scan or import, as planning needs it.
pub(crate) struct Occasion<'a> {
    pub(crate) scan: i64,
    pub(crate) project: i64,
    pub(crate) reporter: &'a str,
    pub(crate) started: i64,
    /// The day of `started`, UTC.
    pub(crate) today: Date,
    pub(crate) database: Option<&'a DatabaseInfo>,
    pub(crate) covered: Covered<'a>,
}

/// A finding that nobody saw before. Its id is given out when it is written.
pub(crate) fn first_sight(occasion: &Occasion<'_>, index: usize, finding: &Finding) -> Seen {
    let mut known = Known {
        id: 0,
        project: occasion.project,
        fingerprint: finding.fingerprint.clone(),
        kind: finding.kind,
        rule: String::new(),
        ids: BTreeSet::new(),
        title: String::new(),
        ecosystem: None,
        package: None,
        version: None,
        path: String::new(),
        line: 1,
        first_seen: occasion.started,
        last_seen: occasion.started,
        published: None,
        resolved_at: None,
        opened_scan: occasion.scan,
        last_scan: occasion.scan,
        status: Status::Open,
        accepted_until: None,
        reason: None,
        decided_by: None,
        judged: Verdicts {
            severity: finding.severity,
            severity_rank: rank(finding.severity),
            priority: None,
            risk: None,
            due: None,
            approver: None,
        },
        payload_digest: String::new(),
        described_by: occasion.reporter.to_owned(),
    };
    describe(&mut known, finding);
    let step = Move {
        finding: 0,
        from: None,
        to: Status::Open,
        why: "seen for the first time".to_owned(),
        event: EventType::VulnerabilityDetected,
    };
    Seen {
        index,
        before: None,
        mark: mark(occasion, &known, None),
        known,
        new: true,
        describes: true,
        moves: vec![step],
        former: None,
    }
}

/// Takes over what the detector says now; history and decisions stay.
fn describe(known: &mut Known, finding: &Finding) {
    known.fingerprint = finding.fingerprint.clone();
    known.kind = finding.kind;
    known.rule = column(&finding.rule);
    known.ids = ids(finding);
    known.title = column(&finding.title);
    known.path = column(&finding.location.path);
    known.line = i64::from(finding.location.start.line);
    let package = finding.dependency.as_ref().map(|it| &it.package);
    known.ecosystem = package.map(|it| column(it.ecosystem.osv_name()));
    known.package = package.map(|it| column(&it.name));
    known.version = package.and_then(|it| it.version.as_deref()).map(column);
    known.published = finding
        .advisory
        .as_ref()
        .and_then(|advisory| advisory.published)
        .map(jiff::Timestamp::as_microsecond);
}

/// Takes over what judgement says; returns the payload where it is another than before.
pub(crate) fn judged(
    seen: &mut Seen,
    finding: &Finding,
) -> Result<Option<String>, crate::StoreError> {
    if !seen.describes {
        return Ok(None);
    }
    let verdict = finding.assessment.as_ref();
    let effective = verdict.map_or(finding.severity, |it| it.effective_severity);
    seen.known.judged = Verdicts {
        severity: finding.severity,
        severity_rank: rank(effective),
        priority: verdict.map(|it| it.priority),
        risk: verdict.map(|it| it.risk),
        due: verdict.map(|it| it.due.as_microsecond()),
        approver: verdict.map(|it| column(&it.approver)),
    };
    let payload = payload(finding)?;
    let digest = Fingerprint::of(&[&payload]);
    if seen.known.payload_digest == digest.as_str() {
        return Ok(None);
    }
    digest.as_str().clone_into(&mut seen.known.payload_digest);
    Ok(Some(payload))
}

/// The reporter's view after it saw the finding.
fn mark(occasion: &Occasion<'_>, known: &Known, before: Option<&Mark>) -> Mark {
    Mark {
        first_seen: before.map_or(occasion.started, |mark| mark.first_seen),
        last_seen: before.map_or(occasion.started, |mark| {
            mark.last_seen.max(occasion.started)
        }),
        last_scan: occasion.scan,
        present: true,
        database_kind: occasion.database.map(|database| database.kind),
        database_updated: occasion
            .database
            .and_then(|database| updated_for(database, known.ecosystem.as_deref())),
    }
}

/// A finding that the store knows.
pub(crate) fn see(
    occasion: &Occasion<'_>,
    index: usize,
    finding: &Finding,
    known: Known,
    before: Option<&Mark>,
) -> Seen {
    let mut moves = Vec::new();
    let describes = occasion.reporter == OWN_REPORTER
        || known.described_by == occasion.reporter
        || known.status == Status::Resolved;
    let mut after = known.clone();
    let mut former = None;
    if known.fingerprint != finding.fingerprint {
        if describes {
            former = Some(known.fingerprint.clone());
            moves.push(Move {
                finding: known.id,
                from: Some(known.status),
                to: known.status,
                why: format!(
                    "now `{}` with fingerprint {} (was `{}`, {})",
                    finding.rule, finding.fingerprint, known.rule, known.fingerprint
                ),
                event: EventType::VulnerabilityAssessed,
            });
        } else {
            former = Some(finding.fingerprint.clone());
        }
    }
    if describes {
        describe(&mut after, finding);
        occasion.reporter.clone_into(&mut after.described_by);
    }
    after.last_seen = after.last_seen.max(occasion.started);
    after.last_scan = occasion.scan;
    let mut new = false;
    if after.status == Status::Resolved {
        let why = "seen again after it was resolved".to_owned();
        moves.push(reopen(&mut after, why, EventType::VulnerabilityReopened));
        after.opened_scan = occasion.scan;
        new = true;
    } else if let Some(why) = expired(&after, occasion.today) {
        moves.push(reopen(&mut after, why, EventType::SuppressionExpired));
    }
    Seen {
        index,
        mark: mark(occasion, &after, before),
        before: Some(known),
        known: after,
        new,
        describes,
        moves,
        former,
    }
}

/// A finding that this reporter saw before and now did not. `None` where that says nothing.
/// `others`: another reporter still sees it.
pub(crate) fn miss(
    occasion: &Occasion<'_>,
    mut known: Known,
    mark: &Mark,
    others: bool,
) -> Option<Missed> {
    if !occasion.covered.covers(&known, mark) {
        return None;
    }
    let settled = matches!(known.status, Status::Resolved | Status::FalsePositive);
    let step = (!settled && !others).then(|| {
        let why = "no longer found".to_owned();
        let step = Move {
            finding: known.id,
            from: Some(known.status),
            to: Status::Resolved,
            why: why.clone(),
            event: EventType::VulnerabilityResolved,
        };
        known.status = Status::Resolved;
        known.accepted_until = None;
        known.reason = Some(why);
        known.decided_by = None;
        known.resolved_at = Some(occasion.started);
        step
    });
    Some(Missed { known, step })
}

/// An acceptance that no longer holds, whether the finding was seen or not.
pub(crate) fn expire(today: Date, mut known: Known) -> Option<Missed> {
    let why = expired(&known, today)?;
    let step = reopen(&mut known, why, EventType::SuppressionExpired);
    Some(Missed {
        known,
        step: Some(step),
    })
}

fn reopen(known: &mut Known, why: String, event: EventType) -> Move {
    let step = Move {
        finding: known.id,
        from: Some(known.status),
        to: Status::Reopened,
        why: why.clone(),
        event,
    };
    known.status = Status::Reopened;
    known.accepted_until = None;
    known.reason = Some(why);
    known.decided_by = None;
    known.resolved_at = None;
    step
}

/// Why an acceptance no longer holds. One without a date (which only a damaged database has) does
/// not hold at all.
fn expired(known: &Known, today: Date) -> Option<String> {
    if known.status != Status::Accepted {
        return None;
    }
    match known.accepted_until {
        Some(until) if until >= today => None,
        Some(until) => Some(format!("acceptance expired on {until}")),
        None => Some("accepted without a date".to_owned()),
    }
}

type Place = (String, String, String);

/// Where a finding of a package is.
fn place(finding: &Finding) -> Option<Place> {
    let package = &finding.dependency.as_ref()?.package;
    Some((
        column(package.ecosystem.osv_name()),
        column(&package.name),
        column(&finding.location.path),
    ))
}

/// The package and path by which what a finding continues is looked up.
pub(crate) fn package_and_path(finding: &Finding) -> Option<(String, String)> {
    place(finding).map(|(_, package, path)| (package, path))
}

/// Findings that were not seen under their fingerprint, by ecosystem, package and file.
#[derive(Default)]
pub(crate) struct Relinks {
    by_place: HashMap<Place, Vec<Candidate>>,
    known: HashSet<i64>,
}

struct Candidate {
    known: Known,
    mark: Option<Mark>,
}

impl Relinks {
    pub(crate) fn add(&mut self, known: Known, mark: Option<Mark>) {
        let (Some(ecosystem), Some(package)) = (&known.ecosystem, &known.package) else {
            return;
        };
        if self.known.insert(known.id) {
            self.by_place
                .entry((ecosystem.clone(), package.clone(), known.path.clone()))
                .or_default()
                .push(Candidate { known, mark });
        }
    }

    /// The known finding that `finding` continues: of the same version first, then with the most
    /// identifiers in common, then the oldest. Each can be taken once.
    pub(crate) fn take(&mut self, finding: &Finding) -> Option<(Known, Option<Mark>)> {
        let version = &finding.dependency.as_ref()?.package.version;
        let candidates = self.by_place.get_mut(&place(finding)?)?;
        let ours = ids(finding);
        let (position, _) = candidates
            .iter()
            .enumerate()
            .filter_map(|(position, Candidate { known, .. })| {
                let common = known.ids.intersection(&ours).count();
                let same_version = known.version == *version;
                let rank = (same_version, common, std::cmp::Reverse(known.id));
                (common > 0).then_some((position, rank))
            })
            .max_by_key(|(_, rank)| *rank)?;
        let taken = candidates.swap_remove(position);
        Some((taken.known, taken.mark))
    }

    /// Whether `finding` may continue one of them.
    pub(crate) fn may_continue(&self, finding: &Finding) -> bool {
        place(finding).is_some_and(|place| {
            let ours = ids(finding);
            self.by_place
                .get(&place)
                .is_some_and(|it| it.iter().any(|it| !it.known.ids.is_disjoint(&ours)))
        })
    }
}
