//! Whether the sources of a database are kept up, by the dates of their records.
//!
//! The age of a database tells when its sources were read. A copy that nobody keeps up is old
//! however recently it was read.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use runward_model::DatabaseKind;

use crate::{Database, manifest::EcosystemFile};

/// Every ecosystem that is matched has a new or changed record far more often.
const OLD: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Database {
    /// What a reader of a result should know of the sources: one whose newest record is more than
    /// 30 days old, and an ecosystem of which only single records were imported. Empty for the
    /// starter set, which is judged by its kind.
    pub fn source_warnings(&self, now: Timestamp) -> Vec<String> {
        if self.kind != DatabaseKind::Full {
            return Vec::new();
        }
        let mut warnings = Vec::new();
        for item in &self.manifest.ecosystems {
            if item.partial {
                warnings.push(only_imported(&item.ecosystem, item.advisories));
            }
            warnings.extend(old_source(item, now));
        }
        warnings
    }
}

/// A warning where the newest record of a source is old. Single records say nothing of a source.
pub(crate) fn old_source(item: &EcosystemFile, now: Timestamp) -> Option<String> {
    let newest = item.newest?;
    (!item.partial && now.duration_since(newest) > OLD).then(|| {
        format!(
            "the newest {} advisory is from {}: the source is probably an old copy",
            item.ecosystem,
            newest.to_zoned(TimeZone::UTC).date()
        )
    })
}

pub(crate) fn only_imported(ecosystem: &str, advisories: u64) -> String {
    format!(
        "the database has only the {advisories} {ecosystem} advisories that were imported one by \
         one; run `runward db update --ecosystem {ecosystem}` for all"
    )
}
