//! What can go wrong on the way.

use std::io;

use thiserror::Error;

/// A request that failed for good. Each message names the URL (without credentials) and what to
/// do next.
#[derive(Debug, Error)]
pub enum HttpError {
    #[error("`{url}` is not a URL to download from; use one that begins with https:// or http://")]
    NotAUrl { url: String },
    #[error("`{url}` does not exist (404); check the address")]
    NotFound { url: String },
    #[error("`{url}` answered with status {status}; check the address and your access to it")]
    Status { url: String, status: u16 },
    #[error(
        "`{url}` cannot be reached after {attempts} tries: {reason}; check the network and the \
         proxy (HTTPS_PROXY, NO_PROXY), or use a local copy"
    )]
    Unreachable {
        url: String,
        attempts: u32,
        reason: String,
    },
    #[error("`{url}` redirects more than {limit} times; use the address that it leads to")]
    TooManyRedirects { url: String, limit: u32 },
    #[error("`{url}` redirects from https to `{target}`, which is not encrypted; refused")]
    Downgrade { url: String, target: String },
    #[error("`{url}` redirects to `{target}`, which is not a web address; refused")]
    BadRedirect { url: String, target: String },
    #[error("`{url}` is larger than the limit of {limit} bytes; check the address")]
    TooLarge { url: String, limit: u64 },
    #[error("what `{url}` sent could not be stored: {source}; check free space and permissions")]
    Sink { url: String, source: io::Error },
}

impl HttpError {
    /// Whether the address itself holds nothing.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::NotFound { .. } => true,
            Self::Status { status, .. } => *status == 410,
            _ => false,
        }
    }
}
