//! The life of each finding, put together from its events.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use runward_model::EventType;
use serde::Serialize;
use serde_json::Value;

use crate::{Record, RecordedEvent};

/// What happened to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Detected,
    Assessed,
    /// Accepted, triaged, or called a false positive.
    Decided,
    /// A fix was started or made, or a task for it.
    Remediated,
    /// A quality gate or a scan looked at the result.
    Tested,
    RolledBack,
    Resolved,
}

#[derive(Debug, Default)]
pub(super) struct Life {
    /// When each step happened first; a resolution, when it happened last.
    steps: BTreeMap<Step, Timestamp>,
    /// Steps that another program told of: said, and not proved.
    reported: BTreeSet<Step>,
    pub(super) severity: Option<String>,
    /// When the advisory was published.
    pub(super) published: Option<Timestamp>,
}

impl Life {
    pub(super) fn has(&self, step: Step) -> bool {
        self.steps.contains_key(&step)
    }

    /// Whether another program told of it.
    pub(super) fn was_told(&self, step: Step) -> bool {
        self.reported.contains(&step)
    }

    pub(super) fn at(&self, step: Step) -> Option<Timestamp> {
        self.steps.get(&step).copied()
    }
}

#[derive(Debug)]
pub(super) struct Lives {
    findings: BTreeMap<String, Life>,
    /// Which findings a task is for.
    tasks: BTreeMap<String, BTreeSet<String>>,
    limit: usize,
    pub(super) left_out: u64,
}

impl Lives {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            findings: BTreeMap::new(),
            tasks: BTreeMap::new(),
            limit,
            left_out: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.findings.len()
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Life> {
        self.findings.values()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Life)> {
        self.findings.iter().map(|(id, life)| (id.as_str(), life))
    }

    /// The findings that lack a step.
    pub(super) fn without(&self, step: Step) -> Vec<String> {
        let lacking = self.findings.iter().filter(|(_, life)| !life.has(step));
        lacking.map(|(id, _)| id.clone()).collect()
    }

    pub(super) fn take(&mut self, record: &Record) {
        let event = &record.event;
        let Some(kind) = event.kind() else { return };
        if event.subject.kind == "finding" {
            self.step(&event.subject.id, kind, event);
            return;
        }
        let mut findings = named_findings(event);
        if event.subject.kind == "task" {
            let task = &event.subject.id;
            if event.is_reported() {
                // What a task is for is not learnt from hearsay.
                findings.extend(self.tasks.get(task).into_iter().flatten().cloned());
            } else {
                let known = self.tasks.entry(task.clone()).or_default();
                known.append(&mut findings);
                findings.clone_from(known);
            }
        }
        for id in findings {
            self.step(&id, kind, event);
        }
    }

    fn step(&mut self, id: &str, kind: EventType, event: &RecordedEvent) {
        if !self.findings.contains_key(id) {
            if self.findings.len() >= self.limit {
                self.left_out += 1;
                return;
            }
            self.findings.insert(id.to_owned(), Life::default());
        }
        let Some(life) = self.findings.get_mut(id) else {
            return;
        };
        if event.is_reported() {
            life.reported.extend(steps(kind, event));
            return;
        }
        if event.subject.kind == "finding" {
            if let Some(severity) = &event.severity {
                life.severity = Some(severity.clone());
            }
            let published = event.detail("published").and_then(|it| it.parse().ok());
            life.published = life.published.or(published);
        }
        let at = event.timestamp;
        if kind == EventType::VulnerabilityReopened {
            life.steps.remove(&Step::Resolved);
        }
        for step in steps(kind, event) {
            let known = life.steps.entry(*step).or_insert(at);
            *known = match step {
                Step::Resolved => at.max(*known),
                _ => at.min(*known),
            };
        }
    }
}

fn steps(kind: EventType, event: &RecordedEvent) -> &'static [Step] {
    use EventType as E;
    match kind {
        E::VulnerabilityDetected => &[Step::Detected],
        E::VulnerabilityAssessed => &[Step::Assessed],
        E::VulnerabilityTriaged | E::VulnerabilityAccepted | E::FalsePositiveMarked => {
            &[Step::Decided]
        }
        E::RemediationStarted
        | E::RemediationCompleted
        | E::RemediationFailed
        | E::TaskCreated
        | E::TaskStarted
        | E::TaskCompleted => &[Step::Remediated],
        E::QualityGatePassed | E::QualityGateFailed => &[Step::Tested],
        E::RollbackStarted | E::RollbackCompleted => &[Step::RolledBack],
        // A scan that no longer finds it is also the test of the fix.
        E::VulnerabilityResolved => {
            let by_scan = event
                .correlation
                .as_deref()
                .is_some_and(|it| it.starts_with("scan:"));
            if by_scan {
                &[Step::Resolved, Step::Tested]
            } else {
                &[Step::Resolved]
            }
        }
        _ => &[],
    }
}

/// The findings that an event of something else names.
fn named_findings(event: &RecordedEvent) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for name in ["findings", "finding", "fingerprint"] {
        match event.details.get(name) {
            Some(Value::String(id)) => {
                named.insert(id.clone());
            }
            Some(Value::Array(ids)) => {
                named.extend(ids.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            _ => {}
        }
    }
    named
}

/// How long something took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Durations {
    pub count: u64,
    #[serde(serialize_with = "hundredths")]
    pub mean_hours: f64,
    #[serde(serialize_with = "hundredths")]
    pub longest_hours: f64,
}

/// Hours to the hundredth, about half a minute: more would only look exact.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn hundredths<S: serde::Serializer>(hours: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((hours * 100.0).round() / 100.0)
}

impl Durations {
    pub(super) fn add(&mut self, from: Timestamp, to: Timestamp) {
        #[expect(
            clippy::cast_precision_loss,
            reason = "hours are shown with one decimal"
        )]
        let hours = (to.as_second() - from.as_second()).max(0) as f64 / 3_600.0;
        self.count += 1;
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let count = self.count as f64;
        self.mean_hours += (hours - self.mean_hours) / count;
        self.longest_hours = self.longest_hours.max(hours);
    }
}
