//! Outbound HTTP for downloads: limits, retries, resumption, and nothing else.
//!
//! Everything that Runward fetches goes through [`Http`], so that a test can stand in for the
//! network. [`UreqClient`] is the real one.

mod client;
mod error;
mod limits;
mod message;
mod probe;
mod sink;
mod url;

pub use client::UreqClient;
pub use error::HttpError;
pub use limits::HttpLimits;
pub use message::{Request, Response};
pub use probe::{Answer, Probe};
pub use sink::{FileSink, Sink};
pub use url::{resolve, without_credentials};

/// Something that can fetch a URL.
pub trait Http: Send + Sync {
    /// Fetches `request.url` into `sink`.
    ///
    /// `progress` is told the bytes that the sink holds so far (including `request.offset`) and
    /// the total where the server says it. Where the server cannot resume, or the content changed
    /// since, the sink is restarted and filled from its beginning. After an error the sink may
    /// hold a part of the content; with [`Request::validator`] a later call can go on from there.
    fn get(
        &self,
        request: &Request,
        sink: &mut dyn Sink,
        progress: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Response, HttpError>;
}
