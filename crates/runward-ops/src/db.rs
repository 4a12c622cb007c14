//! The advisory database: update, import, drop, status.

use std::path::Path;

use runward_advisories::{
    Database, Feed, Limits, Source, UpdateError, UpdateRequest, drop_ecosystem,
    import as import_into, update,
};
use runward_http::{HttpLimits, UreqClient};
use runward_model::DatabaseInfo;

pub use runward_advisories::{DroppedEcosystem, Outcome, Progress, Step, UpdateSummary};

use crate::{Context, OpsError, Settings};

/// What to update from; absent parts come from the configuration, else the public sources.
#[derive(Debug, Clone, Default)]
pub struct UpdateOptions {
    pub source: Option<String>,
    pub ecosystems: Vec<String>,
    pub epss_source: Option<String>,
    pub kev_source: Option<String>,
}

/// Replaces the database by what its sources say now.
pub fn update_database(
    context: &Context,
    settings: &Settings,
    options: &UpdateOptions,
    progress: &mut dyn Progress,
) -> Result<UpdateSummary, OpsError> {
    let config = &settings.config().database;
    let given = |option: &Option<String>, configured: &Option<String>| {
        option.clone().or_else(|| configured.clone())
    };
    let mut request = match given(&options.source, &config.source) {
        Some(source) => UpdateRequest::from_copy(source_at(context, &source), context.now),
        None => UpdateRequest::public(context.now),
    };
    request.ecosystems = if options.ecosystems.is_empty() {
        config.ecosystems.clone()
    } else {
        options.ecosystems.clone()
    };
    if let Some(epss) = given(&options.epss_source, &config.epss_source) {
        request.epss = Feed::At(source_at(context, &epss));
    }
    if let Some(kev) = given(&options.kev_source, &config.kev_source) {
        request.kev = Feed::At(source_at(context, &kev));
    }
    if config.offline && asks_the_network(&request) {
        return Err(OpsError::usage(
            "the update would ask the network, and `database.offline` forbids that",
            "give a directory: `runward db update --source DIR`",
        ));
    }
    let http = client();
    Ok(update(
        &settings.database_directory,
        &request,
        &http,
        progress,
    )?)
}

fn source_at(context: &Context, text: &str) -> Source {
    match text.parse() {
        Ok(Source::Dir(path)) => Source::Dir(context.working_directory.join(path)),
        Ok(url) => url,
        Err(never) => match never {},
    }
}

fn asks_the_network(request: &UpdateRequest) -> bool {
    let is_url = |source: &Source| matches!(source, Source::Url(_));
    let feed = |feed: &Feed| matches!(feed, Feed::At(source) if is_url(source));
    is_url(&request.osv) || feed(&request.epss) || feed(&request.kev)
}

fn client() -> UreqClient {
    let agent = concat!("runward/", env!("CARGO_PKG_VERSION"));
    UreqClient::new(HttpLimits::default(), agent)
}

/// Takes advisories from a file or directory on disk: whole archives replace their ecosystem,
/// single records are added to it.
pub fn import(
    context: &Context,
    settings: &Settings,
    from: &Path,
    progress: &mut dyn Progress,
) -> Result<UpdateSummary, OpsError> {
    let from = context.working_directory.join(from);
    Ok(import_into(
        &settings.database_directory,
        &from,
        context.now,
        Limits::default(),
        progress,
    )?)
}

/// Takes an ecosystem out of the database.
pub fn drop(
    context: &Context,
    settings: &Settings,
    ecosystem: &str,
) -> Result<DroppedEcosystem, OpsError> {
    drop_ecosystem(&settings.database_directory, ecosystem, context.now).map_err(
        |error| match error {
            UpdateError::NotInDatabase { .. } | UpdateError::NotAnEcosystem { .. } => {
                OpsError::usage(error.to_string(), "`runward db status` lists what it has")
            }
            error => error.into(),
        },
    )
}

/// The state of the database that scans use.
#[derive(Debug)]
pub struct Status {
    pub info: DatabaseInfo,
    /// Sources that nobody keeps up, in words.
    pub warnings: Vec<String>,
    /// Problems in the data, in words, as far as they were kept.
    pub problems: Vec<String>,
}

/// Opens the database that scans use, and reads all of it where `verify` asks for that.
pub fn status(context: &Context, settings: &Settings, verify: bool) -> Result<Status, OpsError> {
    let database = Database::open_or_starter(&settings.database_directory)?;
    if verify {
        database.verify()?;
    }
    Ok(Status {
        info: database.info(context.now, settings.config().database.max_age_hours),
        warnings: database.source_warnings(context.now),
        problems: database.problems()?,
    })
}
