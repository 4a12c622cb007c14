//! Versioned JSON: types of its own, so that a change inside Runward changes no contract.
//!
//! `docs/json.md` describes the formats and `docs/schema/` holds their schemas, which a test
//! compares with [`scan_schema`] and [`deps_schema`].

mod advisory;
mod code;
mod database;
mod deps;
mod findings;
mod scan;
mod shared;
mod write;

pub use advisory::{advisory_json, advisory_schema};
pub use database::{database_json, database_schema};
pub use deps::{deps_json, deps_schema};
pub use findings::{finding_json, findings_json, findings_schema};
pub use scan::scan_schema;
pub(crate) use scan::write as scan;
pub(crate) use write::pretty;

/// The schema of one document, under the name of its version.
fn schema<T: schemars::JsonSchema>(name: &str, title: &str) -> serde_json::Value {
    // What is written, not what would be accepted: a key that is always there is required.
    let mut schema = schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema.insert(
        "$id".to_owned(),
        format!("urn:runward:schema:{name}").into(),
    );
    schema.to_value()
}
