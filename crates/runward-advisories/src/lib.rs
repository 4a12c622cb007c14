//! The advisory database: update, index, match; KEV and EPSS.
//!
//! - [`update`] and [`import`] make a database in a directory from OSV's archives, CISA's
//!   catalogue of exploited vulnerabilities and FIRST's exploit predictions, and switch to it
//!   atomically.
//! - [`Database`] reads it: [`Database::matches`] for a package version,
//!   [`Database::advisory`] for everything about one identifier.
//! - [`Database::starter`] is the small built-in set for a first look without a network.
//!
//! Matching follows the evaluation algorithm of OSV's schema
//! (<https://ossf.github.io/osv-schema/#evaluation>) with the version order of each ecosystem.
//! What cannot be judged is a problem in the result, never silence.

mod database;
mod error;
mod explain;
mod feeds;
mod index;
mod limits;
mod manifest;
mod matching;
mod osv;
mod progress;
mod sources;
mod starter;
mod status;
mod update;

pub use database::Database;
pub use error::{DatabaseError, UpdateError};
pub use explain::{AdvisoryDetail, AffectedDetail, EventDetail, RangeDetail, RecordDetail};
pub use limits::Limits;
pub use matching::Matches;
pub use progress::{NoProgress, Progress, Step};
pub use status::{DatabaseStatus, EcosystemStatus, status, verify};
pub use update::{
    DEFAULT_ECOSYSTEMS, DroppedEcosystem, EPSS_URL, EcosystemUpdate, Feed, FeedUpdate, KEV_URL,
    OSV_URL, Outcome, Source, UpdateRequest, UpdateSummary, drop_ecosystem, import, update,
};

/// Entry points for fuzzing: each takes any bytes and must return.
#[doc(hidden)]
pub mod fuzzing {
    use crate::{Limits, feeds, osv};

    /// An OSV record.
    pub fn record(bytes: &[u8]) {
        let _ = osv::prepare::prepare(bytes, &Limits::default());
    }

    /// The catalogue of exploited vulnerabilities.
    pub fn kev(bytes: &[u8]) {
        let _ = feeds::kev::parse(bytes, &Limits::default());
    }

    /// Exploit predictions, packed or not.
    pub fn epss(bytes: &[u8]) {
        let limits = Limits {
            max_feed_bytes: 1 << 20,
            ..Limits::default()
        };
        let _ = feeds::epss::parse(bytes, &limits);
    }

    /// An archive of records.
    pub fn archive(bytes: &[u8]) {
        let limits = Limits {
            max_total_bytes: 1 << 20,
            max_entries: 100,
            ..Limits::default()
        };
        let _ = osv::archive::read_zip(bytes, &limits, &mut |_, _| Ok(()));
    }

    /// An index file.
    pub fn index(bytes: &[u8]) {
        crate::database::read_any_index(bytes);
    }
}

fn moment(seconds: Option<i64>) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_second(seconds?).ok()
}
