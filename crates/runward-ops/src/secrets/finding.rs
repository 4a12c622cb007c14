//! A secret in the common form.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use runward_model::{
    Bound, CodeMatch, Confidence, Finding, FindingKind, Fingerprint, Frame, Location, Position,
    Severity, Within, finding::Suppressed,
};
use runward_secrets::{Mark, Secret};

use super::Sighting;

/// What stands for a secret in a line.
const MASK: &str = "********";

/// Where a text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    File,
    Archive,
    /// A commit: who made it, on which day, and its first line.
    Commit {
        author: String,
        day: String,
        summary: String,
    },
}

/// The finding. `ordinals` tells apart what is alike in one file.
///
/// Its identity is detector, file and the line with the secret masked, so that it needs no key, is
/// the same on every machine and gives nothing away.
pub(super) fn finding(
    secret: &Secret,
    sighting: &Sighting,
    mark: Option<&Mark>,
    ordinals: &mut HashMap<String, u32>,
) -> Finding {
    let line: String = secret.line.split_whitespace().collect::<Vec<_>>().join(" ");
    let alike = format!(
        "{}\0{}\0{line}\0{}",
        secret.detector, sighting.path, secret.masked
    );
    let ordinal = ordinals.entry(alike).or_default();
    let number = ordinal.to_string();
    *ordinal = ordinal.saturating_add(1);
    let position = |place: runward_secrets::Place| Position {
        line: place.line,
        column: place.column,
    };
    let location = Location {
        path: sighting.path.clone(),
        start: position(secret.start),
        end: position(secret.end),
    };
    let mut metavars = BTreeMap::new();
    let short = secret.fingerprint.as_str().get(..16).unwrap_or_default();
    metavars.insert(
        "$SECRET".to_owned(),
        Bound {
            value: format!("{} (hmac-sha256:{short})", secret.masked),
            location: location.clone(),
        },
    );
    let detail = secret
        .detail
        .as_deref()
        .map_or_else(String::new, |detail| format!(" ({detail})"));
    Finding {
        fingerprint: Fingerprint::of(&[
            "secret",
            secret.detector,
            &sighting.path,
            &line,
            &secret.masked,
            &number,
        ]),
        kind: FindingKind::Secret,
        rule: secret.detector.to_owned(),
        title: format!("{}{detail}", capital(secret.name)),
        severity: severity(secret.severity),
        confidence: match secret.confidence {
            runward_secrets::Confidence::Low => Confidence::Low,
            runward_secrets::Confidence::Medium => Confidence::Medium,
            runward_secrets::Confidence::High => Confidence::High,
        },
        location,
        dependency: None,
        path_from_root: Vec::new(),
        advisory: None,
        code: Some(CodeMatch {
            message: message(secret, sighting, &detail),
            symbol: secret.cell.map(|cell| format!("cell {cell}")),
            frame: frame(secret),
            metavars,
            trace: Vec::new(),
            fix: None,
            cwe: vec!["CWE-798: Use of Hard-coded Credentials".to_owned()],
            owasp: vec!["A07:2021 - Identification and Authentication Failures".to_owned()],
            references: Vec::new(),
            aliases: Vec::new(),
        }),
        package: None,
        assessment: None,
        history: None,
        suppressed: mark.map(|mark| Suppressed {
            by: format!("comment in line {}", mark.line),
            reason: mark.reason.clone(),
            author: String::new(),
            expires: Date::MAX,
        }),
    }
}

pub(super) fn severity(severity: runward_secrets::Severity) -> Severity {
    match severity {
        runward_secrets::Severity::Low => Severity::Low,
        runward_secrets::Severity::Medium => Severity::Medium,
        runward_secrets::Severity::High => Severity::High,
        runward_secrets::Severity::Critical => Severity::Critical,
    }
}

fn message(secret: &Secret, sighting: &Sighting, detail: &str) -> String {
    let name = secret.name;
    let place = match &sighting.origin {
        Origin::File => "in this file".to_owned(),
        Origin::Archive => "in this archive".to_owned(),
        Origin::Commit {
            author,
            day,
            summary,
        } => format!("in the history, since a commit of {author} on {day} (`{summary}`)"),
    };
    let rotate = if secret.rotate.is_empty() {
        "where it was issued".to_owned()
    } else {
        secret.rotate.to_owned()
    };
    let then = match sighting.origin {
        Origin::Commit { .. } => {
            "Taking it out of the history helps only those who have not fetched it yet"
        }
        Origin::File | Origin::Archive => {
            "Then read it from the environment or a store of secrets instead"
        }
    };
    format!(
        "{}{detail} {place}: whoever can read this can use it. Revoke it first: {rotate}. {then}.",
        capital(name)
    )
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The masked line, and where the mask stands in it.
fn frame(secret: &Secret) -> Frame {
    let within = secret.line.find(MASK).and_then(|at| {
        let before = secret.line.get(..at)?.chars().count();
        let start = u32::try_from(before).ok()?.checked_add(1)?;
        let length = u32::try_from(MASK.len()).ok()?;
        Some(Within {
            start,
            end: start.checked_add(length)?,
        })
    });
    Frame {
        first: secret.start.line,
        lines: vec![secret.line.clone()],
        omitted: secret.end.line.saturating_sub(secret.start.line),
        within,
    }
}
