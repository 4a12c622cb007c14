//! Asking registries politely: from the cache where it is fresh, else one request at a time for
//! each host's pace, and not at all where the host is down or the program is offline.

mod cache;
mod pace;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use runward_http::{Http, HttpError, Request, Response, without_credentials};

pub use cache::{Cache, CacheEntry, CacheLimits};
pub use pace::{Pace, RateLimits, WallPace};

use pace::Limiter;

/// How old an answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// Younger answers are not asked for again.
    pub ttl: Duration,
    /// The same for "does not exist", which a new release changes at once.
    pub missing_ttl: Duration,
    /// Offline, and where a registry fails, an answer up to this age has to do, and is called old.
    pub stale: Duration,
}

impl Default for Freshness {
    fn default() -> Self {
        Self {
            ttl: Duration::from_hours(6),
            missing_ttl: Duration::from_mins(10),
            stale: Duration::from_hours(30 * 24),
        }
    }
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    Content {
        body: Vec<u8>,
        as_of: Timestamp,
        /// Why an older answer had to do.
        stale: Option<String>,
    },
    /// The registry says that there is no such thing. Never made of a failure.
    Missing { as_of: Timestamp },
    /// There is no answer, and this is why.
    Failed { reason: String },
}

/// Requests that in a row may fail before a host is given up for the rest of the run.
const GIVE_UP_AFTER: u32 = 3;

/// Fetches through cache and rate limit. One for a run.
pub struct Fetcher<'a> {
    http: Option<&'a dyn Http>,
    cache: Option<&'a Cache>,
    limiter: Limiter<'a>,
    freshness: Freshness,
    now: Timestamp,
    /// Failures in a row, by host.
    down: Mutex<HashMap<String, u32>>,
    problems: Mutex<Vec<String>>,
}

impl<'a> Fetcher<'a> {
    /// Without `http`, only the cache answers.
    pub fn new(
        http: Option<&'a dyn Http>,
        cache: Option<&'a Cache>,
        pace: &'a dyn Pace,
        rates: RateLimits,
        freshness: Freshness,
        now: Timestamp,
    ) -> Self {
        Self {
            http,
            cache,
            limiter: Limiter::new(pace, rates),
            freshness,
            now,
            down: Mutex::default(),
            problems: Mutex::default(),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub fn is_offline(&self) -> bool {
        self.http.is_none()
    }

    /// What went wrong without spoiling an answer, such as a cache that cannot be written.
    pub fn problems(&self) -> Vec<String> {
        lock(&self.problems).clone()
    }

    pub fn get(&self, url: &str, max_bytes: u64) -> Fetched {
        let cached = self.cache.and_then(|cache| cache.get(url, max_bytes));
        if let Some(entry) = &cached
            && self.is_fresh(entry)
        {
            return content(entry.clone(), None);
        }
        let mut request = Request::new(url, max_bytes);
        if url.contains("/simple/") {
            request.accept = Some("application/vnd.pypi.simple.v1+json".to_owned());
        }
        if let Some(entry) = cached.as_ref().filter(|entry| !entry.missing) {
            request.if_none_match.clone_from(&entry.etag);
            if entry.etag.is_none() {
                request.if_modified_since.clone_from(&entry.last_modified);
            }
        }
        let mut body = Vec::new();
        let answer = match self.ask(&request, &mut body) {
            Ok(answer) => answer,
            Err(reason) => return self.make_do(cached, &reason),
        };
        match answer {
            Ok(response) if response.not_modified => match cached {
                Some(mut entry) => {
                    entry.fetched = self.now;
                    self.note(self.cache.map(|cache| cache.renew(&entry)));
                    content(entry, None)
                }
                None => Fetched::Failed {
                    reason: format!(
                        "`{}` answered a question that was not asked (304)",
                        without_credentials(url)
                    ),
                },
            },
            Ok(response) => self.keep(CacheEntry {
                url: url.to_owned(),
                fetched: self.now,
                etag: response.etag,
                last_modified: response.last_modified,
                missing: false,
                body,
            }),
            // Cargo's registry protocol counts 451 as "does not exist" too.
            Err(error) if error.is_not_found() || is_status(&error, 451) => self.keep(CacheEntry {
                url: url.to_owned(),
                fetched: self.now,
                etag: None,
                last_modified: None,
                missing: true,
                body: Vec::new(),
            }),
            Err(error) => self.make_do(cached, &error.to_string()),
        }
    }

    /// A file, asked for at its host's pace and not kept.
    pub fn download(&self, url: &str, max_bytes: u64) -> Result<Vec<u8>, String> {
        let mut body = Vec::new();
        let answer = self.ask(&Request::new(url, max_bytes), &mut body)?;
        answer.map_err(|error| error.to_string())?;
        Ok(body)
    }

    /// Asks a host that is not known to be down; else the reason why nobody was asked.
    fn ask(
        &self,
        request: &Request,
        body: &mut Vec<u8>,
    ) -> Result<Result<Response, HttpError>, String> {
        let http = self.http.ok_or("offline")?;
        let host = host(&request.url);
        let failures = lock(&self.down).get(&host).copied().unwrap_or(0);
        if failures >= GIVE_UP_AFTER {
            return Err(format!(
                "{host} failed {failures} times in a row and was not asked again"
            ));
        }
        self.limiter.wait(&host);
        let answer = http.get(request, body, &mut |_, _| {});
        match &answer {
            Err(HttpError::Unreachable { .. }) => {
                *lock(&self.down).entry(host).or_default() += 1;
            }
            _ => {
                lock(&self.down).remove(&host);
            }
        }
        Ok(answer)
    }

    fn keep(&self, entry: CacheEntry) -> Fetched {
        self.note(self.cache.map(|cache| cache.put(&entry)));
        content(entry, None)
    }

    fn note(&self, outcome: Option<std::io::Result<()>>) {
        if let Some(Err(error)) = outcome {
            let mut problems = lock(&self.problems);
            // One cause fails for each name again.
            if problems.is_empty() {
                problems.push(format!(
                    "the answers of registries cannot be kept: {error}; check free space and \
                     permissions"
                ));
            }
        }
    }

    fn is_fresh(&self, entry: &CacheEntry) -> bool {
        let ttl = if entry.missing {
            self.freshness.missing_ttl
        } else {
            self.freshness.ttl
        };
        self.age(entry).is_some_and(|age| age < ttl)
    }

    /// `None` for an answer from the future: a clock was put back.
    fn age(&self, entry: &CacheEntry) -> Option<Duration> {
        let age: SignedDuration = self.now.duration_since(entry.fetched);
        Duration::try_from(age).ok()
    }

    /// An old answer, called so; but never an old "does not exist".
    fn make_do(&self, cached: Option<CacheEntry>, reason: &str) -> Fetched {
        match cached {
            Some(entry)
                if !entry.missing
                    && self
                        .age(&entry)
                        .is_some_and(|age| age <= self.freshness.stale) =>
            {
                let day = entry.fetched.strftime("%Y-%m-%d %H:%M");
                let stale = format!("{reason}; the registry's answer of {day} UTC was used");
                content(entry, Some(stale))
            }
            _ => Fetched::Failed {
                reason: reason.to_owned(),
            },
        }
    }
}

fn content(entry: CacheEntry, stale: Option<String>) -> Fetched {
    if entry.missing {
        return Fetched::Missing {
            as_of: entry.fetched,
        };
    }
    Fetched::Content {
        body: entry.body,
        as_of: entry.fetched,
        stale,
    }
}

fn is_status(error: &HttpError, wanted: u16) -> bool {
    matches!(error, HttpError::Status { status, .. } if *status == wanted)
}

/// Host and port of a URL.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority
        .rsplit('@')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // The data is whole after each statement that changes it, also where another thread died.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
