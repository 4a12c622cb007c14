//! Who holds a domain, as its registry says: RDAP (RFC 9082, RFC 9083), found through IANA's list of
//! registries (RFC 9224).

use std::{collections::HashMap, sync::OnceLock};

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    fetch::{Fetched, Fetcher},
    knowledge::{DomainState, Domains, Unknown},
};

/// IANA's list.
pub const IANA: &str = "https://data.iana.org/rdap/dns.json";

/// Of the list; it has some 100 KB.
const MAX_LIST: u64 = 4 << 20;
/// Of what a registry says of one domain.
const MAX_ANSWER: u64 = 1 << 20;
/// Labels of a domain that are asked about, from the right.
const MAX_LABELS: usize = 4;

/// Providers of mailboxes, which nobody takes over; half of all maintainers are there.
const PROVIDERS: [&str; 30] = [
    "126.com",
    "163.com",
    "aol.com",
    "duck.com",
    "fastmail.com",
    "foxmail.com",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "outlook.com",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "tutanota.com",
    "users.noreply.github.com",
    "web.de",
    "yahoo.com",
    "yandex.ru",
];

/// The registries of domains, asked as those of packages are.
pub struct Rdap<'a> {
    fetcher: &'a Fetcher<'a>,
    list: String,
    /// By top-level domain, the address of its registry, with a slash at its end.
    services: OnceLock<Result<HashMap<String, String>, Unknown>>,
}

#[derive(Deserialize)]
struct List {
    services: Vec<(Vec<String>, Vec<String>)>,
}

#[derive(Deserialize)]
struct Domain {
    #[serde(default)]
    events: Vec<Event>,
    #[serde(default)]
    status: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_action: String,
    #[serde(default)]
    event_date: String,
}

impl<'a> Rdap<'a> {
    /// With the address of a list such as [`IANA`].
    pub fn new(fetcher: &'a Fetcher<'a>, list: impl Into<String>) -> Self {
        Self {
            fetcher,
            list: list.into(),
            services: OnceLock::new(),
        }
    }

    fn service(&self, top: &str) -> Result<&str, Unknown> {
        let services = self
            .services
            .get_or_init(|| match self.fetcher.get(&self.list, MAX_LIST) {
                Fetched::Content { body, .. } => services(&body),
                Fetched::Missing { .. } => {
                    Err("the list of domain registries is not there".to_owned())
                }
                Fetched::Failed { reason } => Err(reason),
            })
            .as_ref()
            .map_err(Clone::clone)?;
        services
            .get(top)
            .map(String::as_str)
            .ok_or_else(|| format!("the registry of `.{top}` tells nothing of its domains"))
    }
}

impl Domains for Rdap<'_> {
    fn state(&self, domain: &str) -> Result<DomainState, Unknown> {
        if PROVIDERS.contains(&domain) {
            return Ok(DomainState::Held { since: None });
        }
        let labels: Vec<&str> = domain.split('.').collect();
        let service = self.service(labels.last().copied().unwrap_or_default())?;
        // Whoever holds `example.com` decides about `mail.example.com`; `co.uk` nobody holds.
        for count in 2..=labels.len().min(MAX_LABELS) {
            let name = labels
                .get(labels.len() - count..)
                .unwrap_or_default()
                .join(".");
            match self
                .fetcher
                .get(&format!("{service}domain/{name}"), MAX_ANSWER)
            {
                Fetched::Content { body, .. } => return state(&body),
                Fetched::Missing { .. } => {}
                Fetched::Failed { reason } => return Err(reason),
            }
        }
        Ok(DomainState::Free)
    }
}

/// Reads the list of registries: by top-level domain, where to ask.
pub fn services(body: &[u8]) -> Result<HashMap<String, String>, Unknown> {
    let list: List = serde_json::from_slice(body)
        .map_err(|error| format!("the list of domain registries cannot be read: {error}"))?;
    let mut services = HashMap::new();
    for (tops, addresses) in list.services {
        // Encrypted where there is a choice.
        let address = addresses
            .iter()
            .find(|address| address.starts_with("https://"))
            .or_else(|| addresses.first());
        let Some(address) = address else {
            continue;
        };
        let address = format!("{}/", address.trim_end_matches('/'));
        for top in tops {
            services.insert(top.to_ascii_lowercase(), address.clone());
        }
    }
    Ok(services)
}

/// Reads what a registry says of a domain that it has.
pub fn state(body: &[u8]) -> Result<DomainState, Unknown> {
    let domain: Domain = serde_json::from_slice(body)
        .map_err(|error| format!("the answer of a domain registry cannot be read: {error}"))?;
    let is_leaving = |status: &String| {
        let status = status.to_ascii_lowercase();
        matches!(status.as_str(), "pending delete" | "redemption period")
    };
    if domain.status.iter().any(is_leaving) {
        return Ok(DomainState::Free);
    }
    let registered = domain
        .events
        .iter()
        .find(|event| event.event_action == "registration");
    Ok(DomainState::Held {
        since: registered.and_then(|event| event.event_date.parse::<Timestamp>().ok()),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use runward_http::{Http, HttpError, Request, Response, Sink};

    use super::*;
    use crate::fetch::{Freshness, Pace, RateLimits};

    /// Answers by address; all others are not found.
    struct Fake(HashMap<&'static str, &'static str>);

    impl Http for Fake {
        fn get(
            &self,
            request: &Request,
            sink: &mut dyn Sink,
            _: &mut dyn FnMut(u64, Option<u64>),
        ) -> Result<Response, HttpError> {
            let Some(body) = self.0.get(request.url.as_str()) else {
                return Err(HttpError::NotFound {
                    url: request.url.clone(),
                });
            };
            let _ = sink.write_all(body.as_bytes());
            Ok(Response::default())
        }
    }

    struct NoPace;

    impl Pace for NoPace {
        fn elapsed(&self) -> std::time::Duration {
            std::time::Duration::ZERO
        }

        fn sleep(&self, _: std::time::Duration) {}
    }

    fn ask(domain: &str) -> Result<DomainState, Unknown> {
        let http = Fake(HashMap::from([
            (
                "https://list.example/dns.json",
                r#"{"services":[[["com","org"],["http://r.example/v1","https://r.example/v1"]],[["uk"],["https://u.example/"]]]}"#,
            ),
            (
                "https://r.example/v1/domain/held.com",
                r#"{"status":["active"],"events":[{"eventAction":"expiration","eventDate":"2030-01-01T00:00:00Z"},{"eventAction":"registration","eventDate":"2020-01-02T00:00:00Z"}]}"#,
            ),
            (
                "https://r.example/v1/domain/leaving.org",
                r#"{"status":["redemption period"]}"#,
            ),
            ("https://u.example/domain/held.co.uk", "{}"),
            ("https://r.example/v1/domain/odd.com", "<html>"),
        ]));
        let fetcher = Fetcher::new(
            Some(&http),
            None,
            &NoPace,
            RateLimits::default(),
            Freshness::default(),
            Timestamp::UNIX_EPOCH,
        );
        Rdap::new(&fetcher, "https://list.example/dns.json").state(domain)
    }

    #[test]
    fn registries_say_who_holds_what() {
        let since = Some("2020-01-02T00:00:00Z".parse().unwrap());
        assert_eq!(ask("held.com"), Ok(DomainState::Held { since }));
        assert_eq!(ask("mail.held.com"), Ok(DomainState::Held { since }));
        assert_eq!(ask("held.co.uk"), Ok(DomainState::Held { since: None }));
        assert_eq!(ask("gmail.com"), Ok(DomainState::Held { since: None }));
        for free in ["nobody.com", "nobody.co.uk", "leaving.org"] {
            assert_eq!(ask(free), Ok(DomainState::Free), "{free}");
        }
    }

    #[test]
    fn no_answer_says_nothing() {
        assert!(ask("x.dev").unwrap_err().contains(".dev"));
        assert!(ask("odd.com").is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_answer_is_survived(body in "(?s).{0,200}") {
            let _ = services(body.as_bytes());
            let _ = state(body.as_bytes());
        }
    }
}
