//! The real client, on ureq and rustls.

use std::{
    io::{self, Read as _},
    thread,
    time::Duration,
};

use ureq::{
    Agent,
    http::{HeaderMap, StatusCode},
    tls::{RootCerts, TlsConfig},
};

use crate::{
    Http, HttpError, HttpLimits, Request, Response, Sink,
    url::{resolve, scheme, without_credentials},
};

/// Fetches over HTTP and HTTPS, through the proxy that the environment names.
#[derive(Debug, Clone)]
pub struct UreqClient {
    agent: Agent,
    limits: HttpLimits,
}

/// How one try of a request failed.
enum Failure {
    /// Another try may help; the wait that the server asks for.
    Again {
        reason: String,
        after: Option<Duration>,
    },
    Final(HttpError),
}

/// How much of the content the sink holds, across tries.
struct Held {
    bytes: u64,
    validator: Option<String>,
    /// What stood in the sink before the first try is still there.
    kept: bool,
}

impl UreqClient {
    /// `user_agent` as in `runward/0.1.0`.
    pub fn new(limits: HttpLimits, user_agent: &str) -> Self {
        let config = Agent::config_builder()
            .user_agent(user_agent)
            // Ranges count bytes of the content as stored, so no coding may be put over it.
            .accept_encoding("identity")
            .http_status_as_error(false)
            // Redirects are followed here, under our own rules.
            .max_redirects(0)
            .timeout_connect(Some(limits.connect))
            .timeout_recv_response(Some(limits.response))
            .timeout_per_read(Some(limits.read))
            .tls_config(
                TlsConfig::builder()
                    .root_certs(RootCerts::PlatformVerifier)
                    .build(),
            )
            .build();
        Self {
            agent: config.into(),
            limits,
        }
    }

    pub(crate) fn agent(&self) -> &Agent {
        &self.agent
    }

    fn attempt(
        &self,
        request: &Request,
        held: &mut Held,
        sink: &mut dyn Sink,
        progress: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Response, Failure> {
        let (url, response) = self.follow(request, held)?;
        let shown = without_credentials(&url);
        let headers = response.headers();
        let mut outcome = Response {
            url: url.clone(),
            etag: text(headers, "etag"),
            last_modified: text(headers, "last-modified"),
            ..Response::default()
        };
        let status = response.status();
        let total = match status {
            StatusCode::NOT_MODIFIED => {
                outcome.not_modified = true;
                outcome.length = held.bytes;
                return Ok(outcome);
            }
            StatusCode::PARTIAL_CONTENT
                if held.bytes > 0 && content_range(headers).is_some_and(|r| r.0 == held.bytes) =>
            {
                content_range(headers).and_then(|(_, total)| total)
            }
            StatusCode::OK => {
                restart(sink, held, &shown)?;
                text(headers, "content-length").and_then(|length| length.parse().ok())
            }
            // A range that does not fit: the content is another one. Take it from the start.
            StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE if held.bytes > 0 => {
                restart(sink, held, &shown)?;
                return Err(Failure::Again {
                    reason: "the server could not go on where the download stopped".to_owned(),
                    after: Some(Duration::ZERO),
                });
            }
            StatusCode::NOT_FOUND => {
                return Err(Failure::Final(HttpError::NotFound { url: shown }));
            }
            StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => {
                return Err(Failure::Again {
                    reason: format!("status {}", status.as_u16()),
                    after: text(headers, "retry-after")
                        .and_then(|seconds| seconds.parse().ok())
                        .map(Duration::from_secs),
                });
            }
            other => {
                return Err(Failure::Final(HttpError::Status {
                    url: shown,
                    status: other.as_u16(),
                }));
            }
        };
        held.validator = outcome.validator().map(str::to_owned);
        if total.is_some_and(|total| total > request.max_bytes) {
            return Err(too_large(request));
        }
        sink.begins(held.validator.as_deref())
            .map_err(|source| sink_error(&url, source))?;
        copy(request, response, held, total, sink, progress)?;
        outcome.length = held.bytes;
        outcome.resumed = held.kept;
        Ok(outcome)
    }

    /// Sends the request, and again to each redirect's target.
    fn follow(
        &self,
        request: &Request,
        held: &Held,
    ) -> Result<(String, ureq::http::Response<ureq::Body>), Failure> {
        let mut url = request.url.clone();
        for _ in 0..=self.limits.max_redirects {
            let mut builder = self.agent.get(&url);
            if let Some(media) = &request.accept {
                builder = builder.header("accept", media);
            }
            if held.bytes > 0
                && let Some(validator) = &held.validator
            {
                builder = builder
                    .header("range", format!("bytes={}-", held.bytes))
                    .header("if-range", validator);
            } else {
                if let Some(etag) = &request.if_none_match {
                    builder = builder.header("if-none-match", etag);
                }
                if let Some(date) = &request.if_modified_since {
                    builder = builder.header("if-modified-since", date);
                }
            }
            let response = builder.call().map_err(|error| classify(&url, &error))?;
            let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
            let location = text(response.headers(), "location").filter(|_| is_redirect);
            let Some(location) = location else {
                return Ok((url, response));
            };
            url = redirect(&url, &location).map_err(Failure::Final)?;
        }
        Err(Failure::Final(HttpError::TooManyRedirects {
            url: without_credentials(&request.url),
            limit: self.limits.max_redirects,
        }))
    }
}

impl Http for UreqClient {
    fn get(
        &self,
        request: &Request,
        sink: &mut dyn Sink,
        progress: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Response, HttpError> {
        let shown = without_credentials(&request.url);
        if scheme(&request.url).is_none() {
            return Err(HttpError::NotAUrl { url: shown });
        }
        let mut held = Held {
            bytes: request.offset,
            validator: request.validator.clone(),
            kept: request.offset > 0,
        };
        if held.bytes > 0 && held.validator.is_none() {
            restart(sink, &mut held, &shown).map_err(|failure| match failure {
                Failure::Final(error) => error,
                Failure::Again { reason, .. } => HttpError::Unreachable {
                    url: shown.clone(),
                    attempts: 0,
                    reason,
                },
            })?;
        }
        let mut wait = self.limits.backoff;
        let mut attempt = 1;
        loop {
            match self.attempt(request, &mut held, sink, progress) {
                Ok(response) => return Ok(response),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Again { reason, .. }) if attempt >= self.limits.max_attempts => {
                    return Err(HttpError::Unreachable {
                        url: shown,
                        attempts: attempt,
                        reason,
                    });
                }
                Err(Failure::Again { after, .. }) => {
                    // Without a validator, what arrived cannot be told from other content.
                    if held.bytes > 0 && held.validator.is_none() {
                        sink.restart().map_err(|source| HttpError::Sink {
                            url: shown.clone(),
                            source,
                        })?;
                        held.bytes = 0;
                        held.kept = false;
                    }
                    thread::sleep(after.unwrap_or(wait).min(self.limits.max_backoff));
                    wait = wait.saturating_mul(2);
                    attempt += 1;
                }
            }
        }
    }
}

/// Copies the body into the sink, under the size limit.
fn copy(
    request: &Request,
    mut response: ureq::http::Response<ureq::Body>,
    held: &mut Held,
    total: Option<u64>,
    sink: &mut dyn Sink,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), Failure> {
    let mut reader = response.body_mut().as_reader();
    let mut buffer = vec![0_u8; 64 * 1024];
    progress(held.bytes, total);
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                return Err(Failure::Again {
                    reason: format!("the connection broke: {error}"),
                    after: None,
                });
            }
        };
        if held.bytes.saturating_add(count as u64) > request.max_bytes {
            return Err(too_large(request));
        }
        sink.write_all(buffer.get(..count).unwrap_or_default())
            .map_err(|source| sink_error(&request.url, source))?;
        held.bytes += count as u64;
        progress(held.bytes, total);
    }
    match total {
        Some(total) if held.bytes != total => Err(Failure::Again {
            reason: format!("{} of {total} bytes arrived", held.bytes),
            after: None,
        }),
        _ => sink
            .flush()
            .map_err(|source| sink_error(&request.url, source)),
    }
}

fn restart(sink: &mut dyn Sink, held: &mut Held, url: &str) -> Result<(), Failure> {
    if held.bytes > 0 {
        sink.restart().map_err(|source| sink_error(url, source))?;
    }
    held.bytes = 0;
    held.kept = false;
    held.validator = None;
    Ok(())
}

fn sink_error(url: &str, source: io::Error) -> Failure {
    Failure::Final(HttpError::Sink {
        url: without_credentials(url),
        source,
    })
}

fn too_large(request: &Request) -> Failure {
    Failure::Final(HttpError::TooLarge {
        url: without_credentials(&request.url),
        limit: request.max_bytes,
    })
}

fn redirect(url: &str, location: &str) -> Result<String, HttpError> {
    let from = || without_credentials(url);
    let bad = || HttpError::BadRedirect {
        url: from(),
        target: without_credentials(location),
    };
    let target = resolve(url, location).ok_or_else(bad)?;
    match (scheme(url), scheme(&target)) {
        (_, None) => Err(bad()),
        (Some("https"), Some("http")) => Err(HttpError::Downgrade {
            url: from(),
            target: without_credentials(&target),
        }),
        _ => Ok(target),
    }
}

/// Which errors of the transport another try may mend.
fn classify(url: &str, error: &ureq::Error) -> Failure {
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Failure::Final(HttpError::NotAUrl {
            url: without_credentials(url),
        }),
        other => Failure::Again {
            reason: other.to_string(),
            after: None,
        },
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// First byte and total of `Content-Range: bytes 5-9/10`.
fn content_range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let value = text(headers, "content-range")?;
    let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (first, _) = range.split_once('-')?;
    Some((first.trim().parse().ok()?, total.trim().parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encryption_is_never_given_up() {
        assert!(matches!(
            redirect("https://a.example/x", "http://a.example/x"),
            Err(HttpError::Downgrade { .. })
        ));
        assert!(redirect("http://a.example/x", "https://a.example/x").is_ok());
    }
}
