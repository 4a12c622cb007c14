//! The part of an OSV record that is used, read with the tolerance that real data needs: any list
//! and any optional text may be `null` or absent (the Go database's `aliases`, for one).

use serde::Deserialize;
use serde_json::Value;

/// One advisory.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) aliases: Option<Vec<String>>,
    pub(crate) summary: Option<String>,
    pub(crate) details: Option<String>,
    pub(crate) published: Option<String>,
    pub(crate) modified: Option<String>,
    pub(crate) withdrawn: Option<String>,
    pub(crate) severity: Option<Vec<Severity>>,
    pub(crate) affected: Option<Vec<Affected>>,
    pub(crate) references: Option<Vec<Reference>>,
    pub(crate) database_specific: Option<Value>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Severity {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) score: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reference {
    pub(crate) url: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Affected {
    pub(crate) package: Option<Package>,
    pub(crate) ranges: Option<Vec<Range>>,
    pub(crate) versions: Option<Vec<String>>,
    pub(crate) severity: Option<Vec<Severity>>,
    pub(crate) database_specific: Option<Value>,
    pub(crate) ecosystem_specific: Option<Value>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) ecosystem: Option<String>,
    pub(crate) name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Range {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) events: Option<Vec<Event>>,
}

/// The schema allows one key for each event; older data has several, which are read in the order
/// of the fields.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    pub(crate) introduced: Option<String>,
    pub(crate) fixed: Option<String>,
    pub(crate) last_affected: Option<String>,
    pub(crate) limit: Option<String>,
}

/// A text inside a database's own part of a record.
pub(crate) fn text_at<'a>(value: Option<&'a Value>, key: &str) -> Option<&'a str> {
    value?.get(key)?.as_str().filter(|text| !text.is_empty())
}
