//! What a detector found.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What a credential opens, at worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Little, or not for long.
    Low,
    /// It may send or write something.
    Medium,
    /// An account's data.
    High,
    /// A whole account, infrastructure, or the supply of others.
    Critical,
}

/// How sure a detector is that this is a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It has the looks, but its checksum is wrong or the context is thin.
    Low,
    Medium,
    /// Nothing else looks like this.
    High,
}

/// A credential in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The detector's id.
    pub detector: &'static str,
    /// Bytes of the text, on character boundaries.
    pub range: Range<usize>,
    pub confidence: Confidence,
}

/// Hits in the order of the text, none overlapping another: where several detectors see the same
/// place, the surest names it and the range covers what any of them saw, so that replacing the
/// range leaves no part of a credential behind.
pub(crate) fn settle(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by(|a, b| {
        let start = a.range.start.cmp(&b.range.start);
        start.then(b.range.end.cmp(&a.range.end))
    });
    let mut settled: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        match settled.last_mut() {
            Some(last) if hit.range.start < last.range.end => {
                if hit.confidence > last.confidence {
                    last.detector = hit.detector;
                    last.confidence = hit.confidence;
                }
                last.range.end = last.range.end.max(hit.range.end);
            }
            _ => settled.push(hit),
        }
    }
    settled
}
