//! Limits on time and effort.

use std::time::Duration;

/// How long and how often a request is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpLimits {
    /// To connect, TLS and proxy included.
    pub connect: Duration,
    /// From the request to the whole response header.
    pub response: Duration,
    /// Longest silence while a body is read. There is no limit on a download as a whole: a slow
    /// line is no error, a stalled one is.
    pub read: Duration,
    /// Tries of one request, the first included.
    pub max_attempts: u32,
    /// Wait before the second try; doubles with each further one.
    pub backoff: Duration,
    /// Longest wait, also where the server asks for more with `Retry-After`.
    pub max_backoff: Duration,
    pub max_redirects: u32,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            response: Duration::from_mins(1),
            read: Duration::from_secs(30),
            max_attempts: 4,
            backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(30),
            max_redirects: 5,
        }
    }
}
