//! The built-in starter set: facts about well-known advisories (`data/starter.json`), for the demo
//! and a first look before the first update.

use std::{io::Cursor, path::Path};

use jiff::Timestamp;
use runward_model::DatabaseKind;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    Database, Limits,
    feeds::kev,
    index::{
        builder::Builder,
        bytes::Bytes,
        container::{Container, Kind},
        shard::Shard,
    },
    manifest::{EcosystemFile, FeedFile, Manifest, Origin},
    moment,
    osv::prepare::prepare,
};

const SET: &str = include_str!("../data/starter.json");
const ECOSYSTEM: &str = "PyPI";
const SOURCE: &str = "built-in starter set";

#[derive(Deserialize)]
struct Set<'a> {
    /// The date of the youngest record.
    date: Timestamp,
    /// The entries of CISA's catalogue for these records.
    vulnerabilities: Vec<kev::Entry>,
    #[serde(borrow)]
    records: Vec<&'a RawValue>,
}

/// Builds the set's index in memory: a few milliseconds, and no second format to keep.
pub(crate) fn build() -> Result<Database, String> {
    let limits = Limits::default();
    let set: Set<'_> = serde_json::from_str(SET).map_err(|error| error.to_string())?;
    let io = |error: std::io::Error| error.to_string();
    let mut builder = Builder::new(ECOSYSTEM, Cursor::new(Vec::new()), limits).map_err(io)?;
    for record in set.records {
        let prepared = prepare(record.get().as_bytes(), &limits)?;
        builder.add(&prepared).map_err(io)?;
    }
    let (file, built) = builder.finish().map_err(io)?;
    let catalogue = kev::Catalogue {
        vulnerabilities: set.vulnerabilities,
    };
    let (rows, unread) = kev::entries(catalogue, &limits)?;
    let table = kev::write(&rows, Cursor::new(Vec::new())).map_err(io)?;
    let open = |file: Cursor<Vec<u8>>, kind| {
        Container::new(Bytes::Owned(file.into_inner()), Path::new(SOURCE), kind)
            .map_err(|error| error.to_string())
    };
    let origin = Origin {
        source: SOURCE.to_owned(),
        read: set.date,
        etag: None,
        last_modified: None,
    };
    Ok(Database {
        kind: DatabaseKind::Starter,
        dir: None,
        manifest: Manifest {
            format: crate::manifest::FORMAT,
            ecosystems: vec![EcosystemFile {
                ecosystem: ECOSYSTEM.to_owned(),
                file: String::new(),
                origin: origin.clone(),
                advisories: built.advisories,
                withdrawn: built.withdrawn,
                packages: built.packages,
                problems: built.problems,
                newest: moment(built.newest),
                imported: Vec::new(),
                partial: false,
            }],
            kev: Some(FeedFile {
                file: String::new(),
                origin,
                entries: rows.len() as u64,
                problems: unread,
            }),
            epss: None,
        },
        shards: vec![Shard::new(ECOSYSTEM, open(file, Kind::Advisories)?)],
        kev: Some(open(table, Kind::Kev)?),
        epss: None,
    })
}
