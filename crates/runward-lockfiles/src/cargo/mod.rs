//! Cargo.

pub(crate) mod lock;
pub(crate) mod manifest;
mod wanted;

use runward_model::Origin;

/// The origin behind a `source` of `Cargo.lock` or a registry's index address.
fn origin_of(source: &str) -> Origin {
    if let Some(rest) = source.strip_prefix("git+") {
        let (address, rev) = match rest.split_once('#') {
            Some((address, rev)) => (address, Some(rev.to_owned())),
            None => (rest, None),
        };
        let url = address.split('?').next().unwrap_or(address).to_owned();
        return Origin::Git { url, rev };
    }
    let index = source
        .strip_prefix("registry+")
        .or_else(|| source.strip_prefix("sparse+"));
    match index.map(|index| index.trim_end_matches('/')) {
        Some("https://github.com/rust-lang/crates.io-index" | "https://index.crates.io") => {
            Origin::default()
        }
        Some(index) => Origin::Registry {
            index: Some(index.to_owned()),
        },
        None => Origin::Url {
            url: source.to_owned(),
        },
    }
}
