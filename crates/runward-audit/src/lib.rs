//! The audit trail: publishing, searching, following, exporting and verifying events.
//!
//! [`Trail`] joins three parts: a database's outbox, in which an event is stored by the transaction
//! that it tells of; the log on disk, in which it can no longer be changed unseen; and the index in
//! the database, which is made from the log and answers searches. [`Trail::publish`] moves events
//! from the first to the second and third, each once and in order, whatever is killed when.

mod compliance;
mod entries;
mod envelope;
mod error;
mod export;
mod feed;
mod files;
mod index;
mod keys;
mod limits;
mod proof;
mod prune;
mod publish;
mod query;
mod record;
mod schema;
mod stats;
#[cfg(test)]
mod testing;
mod text;
mod timeline;
mod trail;
mod verify;

pub use compliance::{ComplianceReport, Decision, Durations, Requirement};
pub use envelope::Envelope;
pub use error::AuditError;
pub use export::{Exported, Format, Writer, csv_cell};
pub use feed::{End as FeedEnd, FeedOptions, FeedVerdict, end as feed_end};
pub use index::{Ack, Page};
pub use limits::Limits;
pub use proof::{CheckedProof, check_proof};
pub use prune::PruneReport;
pub use publish::{Published, Step};
pub use query::{Cursor, Order, Query};
pub use record::{Record, RecordedActor, RecordedEvent, RecordedSubject};
pub use runward_redact::Confirmed;
pub use schema::event_schema;
pub use stats::{Count, Stats};
pub use timeline::{Item, Relation, Timeline};
pub use trail::{Trail, TrailOptions};
pub use verify::{BadRecord, DatabaseVerdict, StoreSeen, Verdict, VerifyRequest, verify_unopened};
