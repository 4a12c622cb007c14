//! Asking services whether what was found is alive.
//!
//! Nothing is asked unless the user says so for this run, and nobody but the hosts on the user's
//! own list: a request carries the secret.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use runward_http::{HttpLimits, Probe, UreqClient};
use runward_model::{Confidence, Finding, Severity};
use runward_secrets::VerifyRequest;

use super::Sighting;
use crate::{OpsError, Settings};

/// What a service said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Alive { host: String },
    Refused { host: String, status: u16 },
    Unknown { host: String, reason: String },
}

impl Verdict {
    /// Writes it into a finding.
    pub(super) fn tell(&self, finding: &mut Finding) {
        let text = match self {
            Self::Alive { host } => {
                finding.severity = Severity::Critical;
                finding.confidence = Confidence::High;
                format!("It is alive: {host} accepts it.")
            }
            Self::Refused { host, status } => {
                format!("{host} does not accept it (status {status}).")
            }
            Self::Unknown { host, reason } => {
                format!("Whether it is alive is not known: {host}: {reason}.")
            }
        };
        if let Some(code) = &mut finding.code {
            code.message = format!("{text} {}", code.message);
        }
    }
}

/// Asks about each secret once. By its fingerprint.
pub(super) fn ask(
    settings: &Settings,
    seen: &[Sighting],
    warnings: &mut Vec<String>,
) -> Result<HashMap<String, Verdict>, OpsError> {
    if settings.config().database.offline {
        return Err(OpsError::usage(
            "`--verify` asks services over the network, and `database.offline` forbids that",
            "leave one of the two out",
        ));
    }
    let client = UreqClient::new(
        HttpLimits::default(),
        concat!("runward/", env!("CARGO_PKG_VERSION")),
    );
    Ok(ask_with(
        &client,
        &settings.config().secrets.verify_hosts,
        seen,
        warnings,
    ))
}

fn ask_with(
    probe: &dyn Probe,
    hosts: &[String],
    seen: &[Sighting],
    warnings: &mut Vec<String>,
) -> HashMap<String, Verdict> {
    let mut requests: BTreeMap<&str, &VerifyRequest> = BTreeMap::new();
    let mut unlisted: BTreeSet<&str> = BTreeSet::new();
    for secret in seen.iter().flat_map(|sighting| &sighting.scan.secrets) {
        let Some(request) = &secret.verification else {
            continue;
        };
        if hosts
            .iter()
            .any(|host| host.eq_ignore_ascii_case(request.host()))
        {
            requests.insert(secret.fingerprint.as_str(), request);
        } else {
            unlisted.insert(request.host());
        }
    }
    if !unlisted.is_empty() {
        let hosts: Vec<&str> = unlisted.into_iter().collect();
        warnings.push(format!(
            "not verified, because the host is not on `secrets.verify_hosts` of your own \
             configuration: {}",
            hosts.join(", ")
        ));
    }
    requests
        .par_iter()
        .map(|(fingerprint, request)| ((*fingerprint).to_owned(), one(probe, request)))
        .collect()
}

fn one(probe: &dyn Probe, request: &VerifyRequest) -> Verdict {
    let host = request.host().to_owned();
    match probe.ask(request.url(), request.headers()) {
        Ok(answer) if request.is_alive(answer.status, &answer.body) => Verdict::Alive { host },
        // Too many requests, or an error of the service: it said nothing of the secret.
        Ok(answer) if answer.status == 429 || answer.status >= 500 => Verdict::Unknown {
            host,
            reason: format!("status {}", answer.status),
        },
        Ok(answer) => Verdict::Refused {
            host,
            status: answer.status,
        },
        Err(reason) => Verdict::Unknown { host, reason },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use runward_http::Answer;
    use runward_secrets::{FingerprintKey, Scanner};

    use super::*;
    use crate::secrets::finding::Origin;

    struct Service {
        status: u16,
        asked: Mutex<Vec<String>>,
    }

    impl Probe for Service {
        fn ask(&self, url: &str, headers: &[(&str, String)]) -> Result<Answer, String> {
            assert!(!headers.is_empty());
            self.asked.lock().unwrap().push(url.to_owned());
            Ok(Answer {
                status: self.status,
                body: "{}".to_owned(),
            })
        }
    }

    fn seen() -> Vec<Sighting> {
        let token = ["gh", "p_u8jzPde0IgxLd6GncfBAepfJBd0Kh8024xXH"].concat();
        let scanner = Scanner::new(FingerprintKey::new(b"key")).with_verification(true);
        let text = format!("a = '{token}'\nb = '{token}'\n");
        vec![Sighting {
            path: "a.py".to_owned(),
            origin: Origin::File,
            scan: scanner.scan("a.py", text.as_bytes()),
        }]
    }

    fn service(status: u16) -> Service {
        Service {
            status,
            asked: Mutex::new(Vec::new()),
        }
    }

    #[test]
    fn listed_hosts_are_asked_once_for_each_secret() {
        let hosts = ["api.github.com".to_owned()];
        for (status, alive) in [(200, true), (401, false)] {
            let service = service(status);
            let mut warnings = Vec::new();
            let verdicts = ask_with(&service, &hosts, &seen(), &mut warnings);
            assert_eq!(service.asked.lock().unwrap().len(), 1);
            assert_eq!(verdicts.len(), 1);
            let verdict = verdicts.values().next().unwrap();
            assert_eq!(
                matches!(verdict, Verdict::Alive { .. }),
                alive,
                "{verdict:?}"
            );
            assert!(warnings.is_empty());
        }
        let verdicts = ask_with(&service(503), &hosts, &seen(), &mut Vec::new());
        assert!(matches!(
            verdicts.values().next(),
            Some(Verdict::Unknown { .. })
        ));
    }

    #[test]
    fn nobody_else_is_asked() {
        let service = service(200);
        let mut warnings = Vec::new();
        let verdicts = ask_with(
            &service,
            &["example.org".to_owned()],
            &seen(),
            &mut warnings,
        );
        assert!(verdicts.is_empty() && service.asked.lock().unwrap().is_empty());
        assert!(warnings[0].contains("api.github.com"), "{warnings:?}");
    }
}
