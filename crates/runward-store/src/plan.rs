//! What a scan changes: a pure function of what the store knows and what the scan saw.
//!
//! - never seen before → open, first seen when the scan started;
//! - the same package and file with another fingerprint, but sharing an identifier → the same
//!   finding under its new fingerprint (advisories are regrouped, versions change);
//! - resolved and seen again → reopened; its deadline still counts from the first detection, or
//!   taking a fix back would buy time;
//! - accepted beyond its date → reopened;
//! - covered and not seen → resolved, unless a person has called it a false positive, which stays
//!   on record for when it shows again;
//! - not covered → as it was.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use runward_model::{DatabaseInfo, Finding, Fingerprint, Status};

use crate::{
    coverage::{Covered, updated_for},
    row::{Known, column, ids},
};

/// Who makes the changes that a scan makes.
pub(crate) const SCANNER: &str = "scan";

/// One change of state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) finding: i64,
    pub(crate) from: Option<Status>,
    pub(crate) to: Status,
    pub(crate) why: String,
}

/// A finding of the scan as it stands after it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    /// Its place in the scan's list.
    pub(crate) index: usize,
    pub(crate) known: Known,
    pub(crate) new: bool,
}

/// Everything that a scan changes.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) seen: Vec<Seen>,
    /// Findings that were not seen and change nevertheless.
    pub(crate) unseen: Vec<Known>,
    pub(crate) moves: Vec<Move>,
    /// Fingerprints that findings no longer have.
    pub(crate) former: Vec<(Fingerprint, i64)>,
    /// The findings of `unseen` that are resolved now.
    pub(crate) fixed: Vec<Known>,
}

/// One scan, as planning needs it.
pub(crate) struct Occasion<'a> {
    pub(crate) scan: i64,
    pub(crate) started: i64,
    /// The day of `started`, UTC.
    pub(crate) today: Date,
    pub(crate) findings: &'a [Finding],
    pub(crate) database: &'a DatabaseInfo,
    pub(crate) covered: Covered<'a>,
}

/// Plans what `occasion` changes. New findings get ids from `next_id` on.
pub(crate) fn plan(known: Vec<Known>, occasion: &Occasion<'_>, mut next_id: i64) -> Plan {
    let mut plan = Plan::default();
    let mut by_fingerprint: HashMap<Fingerprint, Known> = known
        .into_iter()
        .map(|known| (known.fingerprint.clone(), known))
        .collect();

    let mut taken = HashSet::new();
    let mut unmatched = Vec::new();
    for (index, finding) in occasion.findings.iter().enumerate() {
        if !taken.insert(&finding.fingerprint) {
            continue;
        }
        match by_fingerprint.remove(&finding.fingerprint) {
            Some(known) => see(&mut plan, occasion, index, finding, known),
            None => unmatched.push((index, finding)),
        }
    }

    let mut relinks = Relinks::new(by_fingerprint.values());
    for (index, finding) in unmatched {
        let former = relinks.take(finding);
        if let Some(known) = former.and_then(|former| by_fingerprint.remove(&former)) {
            plan.former.push((known.fingerprint.clone(), known.id));
            see(&mut plan, occasion, index, finding, known);
        } else {
            let known = first_sight(occasion, finding, next_id);
            next_id = next_id.saturating_add(1);
            plan.moves.push(Move {
                finding: known.id,
                from: None,
                to: Status::Open,
                why: "seen for the first time".to_owned(),
            });
            plan.seen.push(Seen {
                index,
                known,
                new: true,
            });
        }
    }
    plan.seen.sort_by_key(|seen| seen.index);

    let mut rest: Vec<Known> = by_fingerprint.into_values().collect();
    rest.sort_by_key(|known| known.id);
    for known in rest {
        miss(&mut plan, occasion, known);
    }
    plan
}

fn first_sight(occasion: &Occasion<'_>, finding: &Finding, id: i64) -> Known {
    let mut known = Known {
        id,
        fingerprint: finding.fingerprint.clone(),
        kind: finding.kind,
        rule: String::new(),
        ids: BTreeSet::new(),
        title: String::new(),
        ecosystem: None,
        package: None,
        version: None,
        path: String::new(),
        first_seen: occasion.started,
        last_seen: occasion.started,
        opened_scan: occasion.scan,
        last_scan: occasion.scan,
        status: Status::Open,
        accepted_until: None,
        reason: None,
        decided_by: None,
        database_kind: occasion.database.kind,
        database_updated: None,
    };
    describe(&mut known, occasion, finding);
    known
}

/// Takes over what the detector says now; history and decisions stay.
fn describe(known: &mut Known, occasion: &Occasion<'_>, finding: &Finding) {
    known.fingerprint = finding.fingerprint.clone();
    known.kind = finding.kind;
    known.rule = column(&finding.rule);
    known.ids = ids(finding);
    known.title = column(&finding.title);
    known.path = column(&finding.location.path);
    let package = finding.dependency.as_ref().map(|it| &it.package);
    known.ecosystem = package.map(|it| column(it.ecosystem.osv_name()));
    known.package = package.map(|it| column(&it.name));
    known.version = package.and_then(|it| it.version.as_deref()).map(column);
    known.last_seen = known.last_seen.max(occasion.started);
    known.last_scan = occasion.scan;
    known.database_kind = occasion.database.kind;
    known.database_updated = updated_for(occasion.database, known.ecosystem.as_deref());
}

fn see(
    plan: &mut Plan,
    occasion: &Occasion<'_>,
    index: usize,
    finding: &Finding,
    mut known: Known,
) {
    if known.fingerprint != finding.fingerprint {
        plan.moves.push(Move {
            finding: known.id,
            from: Some(known.status),
            to: known.status,
            why: format!(
                "now `{}` with fingerprint {} (was `{}`, {})",
                finding.rule, finding.fingerprint, known.rule, known.fingerprint
            ),
        });
    }
    describe(&mut known, occasion, finding);
    let mut new = false;
    if known.status == Status::Resolved {
        reopen(
            plan,
            &mut known,
            "seen again after it was resolved".to_owned(),
        );
        known.opened_scan = occasion.scan;
        new = true;
    } else if let Some(why) = expired(&known, occasion.today) {
        reopen(plan, &mut known, why);
    }
    plan.seen.push(Seen { index, known, new });
}

fn miss(plan: &mut Plan, occasion: &Occasion<'_>, mut known: Known) {
    let settled = matches!(known.status, Status::Resolved | Status::FalsePositive);
    if !settled && occasion.covered.covers(&known) {
        let why = "no longer found";
        plan.moves.push(Move {
            finding: known.id,
            from: Some(known.status),
            to: Status::Resolved,
            why: why.to_owned(),
        });
        known.status = Status::Resolved;
        known.accepted_until = None;
        known.reason = Some(why.to_owned());
        known.decided_by = None;
        plan.fixed.push(known.clone());
        plan.unseen.push(known);
    } else if let Some(why) = expired(&known, occasion.today) {
        reopen(plan, &mut known, why);
        plan.unseen.push(known);
    }
}

fn reopen(plan: &mut Plan, known: &mut Known, why: String) {
    plan.moves.push(Move {
        finding: known.id,
        from: Some(known.status),
        to: Status::Reopened,
        why: why.clone(),
    });
    known.status = Status::Reopened;
    known.accepted_until = None;
    known.reason = Some(why);
    known.decided_by = None;
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

/// Findings that were not seen under their fingerprint, by ecosystem, package and file.
struct Relinks {
    by_place: HashMap<Place, Vec<Candidate>>,
}

struct Candidate {
    id: i64,
    fingerprint: Fingerprint,
    ids: BTreeSet<String>,
    version: Option<String>,
}

impl Relinks {
    fn new<'a>(unseen: impl Iterator<Item = &'a Known>) -> Self {
        let mut by_place: HashMap<Place, Vec<Candidate>> = HashMap::new();
        for known in unseen {
            if let (Some(ecosystem), Some(package)) = (&known.ecosystem, &known.package) {
                by_place
                    .entry((ecosystem.clone(), package.clone(), known.path.clone()))
                    .or_default()
                    .push(Candidate {
                        id: known.id,
                        fingerprint: known.fingerprint.clone(),
                        ids: known.ids.clone(),
                        version: known.version.clone(),
                    });
            }
        }
        Self { by_place }
    }

    /// The known finding that `finding` continues: of the same version first, then with the most
    /// identifiers in common, then the oldest. Each can be taken once.
    fn take(&mut self, finding: &Finding) -> Option<Fingerprint> {
        let package = &finding.dependency.as_ref()?.package;
        let place = (
            column(package.ecosystem.osv_name()),
            column(&package.name),
            column(&finding.location.path),
        );
        let candidates = self.by_place.get_mut(&place)?;
        let ours = ids(finding);
        let (position, _) = candidates
            .iter()
            .enumerate()
            .filter_map(|(position, candidate)| {
                let common = candidate.ids.intersection(&ours).count();
                let same_version = candidate.version == package.version;
                let rank = (same_version, common, std::cmp::Reverse(candidate.id));
                (common > 0).then_some((position, rank))
            })
            .max_by_key(|(_, rank)| *rank)?;
        Some(candidates.swap_remove(position).fingerprint)
    }
}
