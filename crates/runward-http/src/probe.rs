//! One question to a service, answered with a status: no retries, no redirects, little kept.

use std::io::Read as _;

use crate::{UreqClient, url::scheme};

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// The beginning of the body.
    pub body: String,
}

/// Something that can ask.
pub trait Probe: Send + Sync {
    /// A GET with these headers. The error never holds the address or a header: they may be secret.
    fn ask(&self, url: &str, headers: &[(&str, String)]) -> Result<Answer, String>;
}

/// Most bytes of a body that are kept.
const MAX_BODY: u64 = 64 * 1024;

impl Probe for UreqClient {
    fn ask(&self, url: &str, headers: &[(&str, String)]) -> Result<Answer, String> {
        let local = ["http://127.0.0.1:", "http://localhost:"];
        if scheme(url) != Some("https") && !local.iter().any(|start| url.starts_with(start)) {
            return Err("only https is asked".to_owned());
        }
        let mut request = self.agent().get(url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let response = request
            .call()
            // The error may quote the address.
            .map_err(|error| error.to_string().replace(url, "the service"))?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        let mut reader = response.into_body().into_reader().take(MAX_BODY);
        reader
            .read_to_end(&mut body)
            .map_err(|error| error.kind().to_string())?;
        Ok(Answer {
            status,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}
