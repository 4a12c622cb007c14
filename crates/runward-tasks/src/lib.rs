//! Tasks: validation, life cycle, dependencies, quality gates, approvals, search, and tasks from
//! findings.
//!
//! [`Tasks`] is the one door to stored tasks: each of its functions validates its input against a
//! declared schema ([`input`]), asks the caller's check inside the transaction, and records what
//! happened in that same transaction. [`plan`](plan::plan) says which tasks findings ask for;
//! [`Tasks::sync`] brings the stored ones there.

mod error;
pub mod input;
mod limits;
pub mod patterns;
pub mod plan;
pub mod search;
mod store;
#[cfg(test)]
mod tests;
pub mod text;

pub use error::TaskError;
pub use input::{Problem, Rejected, Sort};
pub use limits::{LIMITS, Limits};
pub use patterns::{PatternError, Patterns};
pub use store::{By, Entry, Listed, Page, Synced, Tasks, reindex, sees};
