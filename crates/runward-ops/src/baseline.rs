//! An earlier scan's JSON as the measure of what is new.

use std::{collections::BTreeSet, path::Path};

use runward_model::Fingerprint;
use serde::Deserialize;

use crate::OpsError;

#[derive(Deserialize)]
struct Baseline {
    schema: String,
    findings: Vec<Entry>,
    #[serde(default)]
    suppressed_findings: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    fingerprint: String,
}

/// The fingerprints of a `runward scan --format json` output.
pub(crate) fn read(path: &Path) -> Result<BTreeSet<Fingerprint>, OpsError> {
    let help = "write one with `runward scan --format json --output FILE`";
    let text = std::fs::read_to_string(path).map_err(|error| {
        OpsError::usage(
            format!("cannot read the baseline `{}`: {error}", path.display()),
            help,
        )
    })?;
    let baseline: Baseline = serde_json::from_str(&text).map_err(|error| {
        OpsError::usage(
            format!(
                "the baseline `{}` is no scan result: {error}",
                path.display()
            ),
            help,
        )
    })?;
    if !baseline.schema.starts_with("runward.scan/") {
        return Err(OpsError::usage(
            format!(
                "the baseline `{}` has the schema `{}`, not `runward.scan/1`",
                path.display(),
                baseline.schema
            ),
            help,
        ));
    }
    Ok(baseline
        .findings
        .into_iter()
        .chain(baseline.suppressed_findings)
        .map(|entry| Fingerprint::from_stored(entry.fingerprint))
        .collect())
}
