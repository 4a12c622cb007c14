//! One schema on SQLite and PostgreSQL.
//!
//! [`Db`] is a blocking handle on one database; [`Db::read`] and [`Db::write`] run a transaction.
//! Statements are fixed text with bound values ([`Sql`]), so that no input can become SQL. A
//! transaction that changes something emits its events ([`Tx::emit`]); both commit together, and
//! the events get numbers without gaps in the order of commits. Whoever publishes them reads
//! [`Tx::pending`] and deletes with [`Tx::forget`] what the audit log has.
//!
//! The schema is brought up to date on opening where [`Options::migrate`] says so. [`backup`],
//! [`check`] and [`export`] work on the whole database; a backup of one kind of database restores
//! into the other.

pub mod backup;
pub mod check;
mod column;
mod connection;
mod db;
mod error;
pub mod export;
mod failure;
mod migrations;
mod objects;
mod open;
mod outbox;
mod place;
mod schema;
mod series;
mod sql;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod tx;
mod value;

pub use connection::Backend;
pub use db::{Db, Lock, Migrated, Options, Sealer};
pub use error::DbError;
pub use outbox::Pending;
pub use place::Place;
pub use schema::VERSION;
pub use sql::Sql;
pub use tx::Tx;
pub use value::{Row, Value};
