//! How a service is asked whether a credential is alive. Nothing is sent from here: the request is
//! described, and who sends it decides to which hosts.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A request that needs the credential and changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verify {
    /// With `{secret}` where the credential goes, if it goes there.
    pub url: &'static str,
    /// Names and values, with `{secret}`, or `{basic:user}` for base64 of `user:secret`.
    pub headers: &'static [(&'static str, &'static str)],
    /// Statuses that say that it is alive.
    pub ok: &'static [u16],
    /// What the body must contain too, where the status says nothing.
    pub contains: Option<&'static str>,
}

impl Verify {
    /// The host that would be asked.
    pub fn host(&self) -> &'static str {
        let rest = self
            .url
            .split_once("://")
            .map_or(self.url, |(_, rest)| rest);
        rest.split(['/', '?', ':']).next().unwrap_or_default()
    }

    pub(crate) fn request(&self, secret: &str) -> VerifyRequest {
        let fill = |template: &str| {
            let filled = template.replace("{secret}", secret);
            let Some((head, rest)) = filled.split_once("{basic:") else {
                return filled;
            };
            let (user, tail) = rest.split_once('}').unwrap_or((rest, ""));
            let pair = STANDARD.encode(format!("{user}:{secret}"));
            format!("{head}{pair}{tail}")
        };
        VerifyRequest {
            host: self.host(),
            url: fill(self.url),
            headers: self
                .headers
                .iter()
                .map(|(name, value)| (*name, fill(value)))
                .collect(),
            ok: self.ok,
            contains: self.contains,
        }
    }
}

/// A GET request with a credential in it. It shows neither address nor headers when printed.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyRequest {
    host: &'static str,
    url: String,
    headers: Vec<(&'static str, String)>,
    ok: &'static [u16],
    contains: Option<&'static str>,
}

impl VerifyRequest {
    /// The host alone, which may be shown.
    pub fn host(&self) -> &'static str {
        self.host
    }

    /// May contain the credential.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Contain the credential.
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }

    /// Whether an answer says that the credential is alive.
    pub fn is_alive(&self, status: u16, body: &str) -> bool {
        self.ok.contains(&status) && self.contains.is_none_or(|needed| body.contains(needed))
    }
}

impl fmt::Debug for VerifyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyRequest")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::RULES;

    #[test]
    fn a_request_carries_the_credential_and_does_not_show_it() {
        let verify = Verify {
            url: "https://api.acme.io/bot{secret}/me?x=1",
            headers: &[("Authorization", "Basic {basic:api}"), ("Version", "2")],
            ok: &[200],
            contains: Some("\"ok\":true"),
        };
        let request = verify.request("s3cr3t");
        assert_eq!(request.host(), "api.acme.io");
        assert_eq!(request.url(), "https://api.acme.io/bots3cr3t/me?x=1");
        assert_eq!(request.headers()[0].1, "Basic YXBpOnMzY3IzdA==");
        assert!(!format!("{request:?}").contains("s3cr3t"));
        assert!(request.is_alive(200, "{\"ok\":true}"));
        assert!(!request.is_alive(200, "{\"ok\":false}") && !request.is_alive(401, ""));
    }

    #[test]
    fn hosts_are_fixed() {
        for rule in RULES {
            let Some(verify) = rule.verify else { continue };
            assert!(!verify.host().contains('{'), "{}", rule.id);
            assert!(verify.host().contains('.'), "{}", rule.id);
        }
    }
}
