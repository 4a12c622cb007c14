//! What can go wrong with a database, for the person who must act.

use thiserror::Error;

/// An error of the database. `place` never shows a password.
#[derive(Debug, Error)]
pub enum DbError {
    #[error(
        "`{shown}` is no address of a store: {reason}; use `sqlite:PATH` or `postgres://USER@HOST/DATABASE`"
    )]
    Place { shown: String, reason: String },
    #[error("cannot open `{place}`: {reason}")]
    Open { place: String, reason: String },
    #[error(
        "`{place}` cannot be written: check the permissions of the file and its directory, or whether the server accepts writes"
    )]
    ReadOnly { place: String },
    #[error("`{place}` is not a Runward database: move it away or name another")]
    NotRunward { place: String },
    #[error(
        "`{place}` was written by a newer Runward (schema {found}, this one knows {known}): upgrade Runward"
    )]
    NewerSchema {
        place: String,
        found: i64,
        known: i64,
    },
    #[error(
        "`{place}` has schema {found}, this Runward needs {known}: run `runward store migrate`"
    )]
    OlderSchema {
        place: String,
        found: i64,
        known: i64,
    },
    #[error("`{place}` has no Runward tables yet: run `runward store migrate`")]
    Empty { place: String },
    #[error(
        "`{place}` is not empty: name another with `--store`, or give up what is there with `--replace`"
    )]
    NotEmpty { place: String },
    #[error(
        "`{place}` already has something by a name that Runward needs ({reason}): move that away, or give Runward a place of its own (on a server, a schema: `?options=-csearch_path%3Drunward`)"
    )]
    Taken { place: String, reason: String },
    #[error("`{place}` is in use by another process: wait for it to end and try again")]
    Busy { place: String },
    #[error("no space left to write `{place}`: free some and try again")]
    Full { place: String },
    #[error("the connection to `{place}` was lost; nothing was changed: try again")]
    Lost { place: String },
    #[error(
        "`{place}` failed while a change was being completed: it is not known whether the change was made; look before you try again"
    )]
    Unknown { place: String },
    #[error("the database is damaged: {reason}")]
    Damaged { reason: String },
    #[error("the database `{place}` failed: {reason}")]
    Failed { place: String, reason: String },
    #[error("an event cannot be recorded: {reason}")]
    Event { reason: String },
    #[error("the system gives no random numbers: {reason}")]
    Random { reason: String },
    #[error("the database's blocking interface was called from asynchronous code")]
    InsideRuntime,
    #[error("a transaction was begun inside another one of the same handle")]
    Nested,
}
