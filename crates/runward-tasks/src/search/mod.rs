//! Full-text search that finds the same on both databases.
//!
//! Ranking is the same too: tasks with every word in the title first, then by priority, deadline
//! and number. Scores of the databases' own (bm25, `ts_rank`) differ between them and would change
//! the order of pages while tasks are added.

pub(crate) mod index;
mod query;
mod snippet;
mod words;

pub use query::{SearchQuery, Term};
pub(crate) use snippet::snippet;

/// The words of a text as search compares them.
pub fn words_of(text: &str) -> Vec<String> {
    words::words(text)
}
