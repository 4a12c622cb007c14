//! The configuration, as the engine wants it.

use std::{collections::BTreeMap, time::Duration};

use runward_config::PackagesConfig;
use runward_packages::{
    AllowEntry, AllowList, Freshness, IANA, PackagePolicy, PrivateName, PrivateNames, Sources,
    signals,
};

use crate::OpsError;

/// A value of the configuration that cannot be used.
pub(super) fn wrong(key: &str, error: &str) -> OpsError {
    let (what, step) = error
        .split_once("; ")
        .unwrap_or((error, "see `runward config show`"));
    OpsError::usage(format!("`{key}`: {what}"), step)
}

pub(super) fn policy(config: &PackagesConfig) -> Result<PackagePolicy, OpsError> {
    let known = |signal: &str| signals::all().iter().any(|doc| doc.id == signal);
    let mut weights = BTreeMap::new();
    for entry in &config.weights {
        let Some((signal, number)) = entry.split_once('=') else {
            return Err(wrong(
                "packages.weights",
                &format!("`{entry}` is not `SIGNAL=NUMBER`; write for example `no-description=0`"),
            ));
        };
        let number: f64 = number.trim().parse().map_err(|_| {
            wrong(
                "packages.weights",
                &format!("`{entry}` has no number; write for example `no-description=0`"),
            )
        })?;
        weights.insert(signal.trim().to_owned(), number);
    }
    for signal in weights.keys().chain(&config.always_block) {
        if !known(signal) {
            return Err(wrong(
                "packages.weights, packages.always_block",
                &format!("there is no signal `{signal}`; see `runward package signals`"),
            ));
        }
    }
    let policy = PackagePolicy {
        review_score: config.review_score,
        block_score: config.block_score,
        always_block: config.always_block.clone(),
        weights,
        young_days: config.young_days,
        low_downloads_per_week: config.low_downloads.into(),
        ..PackagePolicy::default()
    };
    policy
        .check()
        .map_err(|error| wrong("packages", &error.to_string()))?;
    Ok(policy)
}

pub(super) fn allow(config: &PackagesConfig) -> Result<AllowList, OpsError> {
    let mut entries = Vec::new();
    for allowed in &config.allow {
        let ecosystem = allowed
            .ecosystem
            .as_deref()
            .map(super::ecosystem)
            .transpose()?;
        entries.push(AllowEntry {
            name: allowed.name.clone(),
            ecosystem,
            version: allowed.version.clone(),
            reason: allowed.reason.clone(),
            author: allowed.author.clone(),
            expires: allowed.expires,
            known_malicious: allowed.known_malicious,
        });
    }
    AllowList::new(entries).map_err(|error| wrong("packages.allow", &error.to_string()))
}

/// `npm:@acme/*` names the ecosystem, too.
pub(super) fn private(config: &PackagesConfig) -> Result<PrivateNames, OpsError> {
    let mut names = Vec::new();
    for entry in &config.internal {
        let (ecosystem, name) = match entry.split_once(':') {
            Some((ecosystem, name)) => (Some(super::ecosystem(ecosystem)?), name),
            None => (None, entry.as_str()),
        };
        names.push(PrivateName {
            name: name.to_owned(),
            ecosystem,
            newest: None,
        });
    }
    PrivateNames::new(names).map_err(|error| wrong("packages.internal", &error.to_string()))
}

pub(super) fn sources(config: &PackagesConfig) -> Sources {
    let mut sources = Sources::default();
    if let Some(url) = &config.pypi_url {
        url.trim_end_matches('/').clone_into(&mut sources.pypi);
    }
    if let Some(url) = &config.npm_url {
        url.trim_end_matches('/').clone_into(&mut sources.npm);
        // A mirror's users do not ask others on the side.
        sources.npm_downloads = None;
    }
    if let Some(url) = &config.crates_url {
        url.trim_end_matches('/')
            .clone_into(&mut sources.crates_index);
        sources.crates_api = None;
    }
    sources
}

/// The list of the registries of domains, where they are asked. A mirror's users do not ask others on the
/// side.
pub(super) fn rdap(config: &PackagesConfig) -> Option<String> {
    let mirrors = [&config.pypi_url, &config.npm_url, &config.crates_url];
    let default = mirrors.iter().all(|url| url.is_none()).then_some(IANA);
    let list = config.rdap_url.as_deref().or(default)?;
    config.domains.then(|| list.to_owned())
}

pub(super) fn freshness(config: &PackagesConfig) -> Freshness {
    Freshness {
        ttl: Duration::from_hours(config.cache_hours.into()),
        ..Freshness::default()
    }
}
