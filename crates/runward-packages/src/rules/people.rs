//! Who stands behind a package.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Evidence, Facts, day};
use crate::{
    knowledge::DomainState,
    metadata::{Metadata, Person, Release},
    signals as ids,
};

const DISPOSABLE: &str = include_str!("../../data/disposable-mail-domains.txt");
/// Domains that are asked about for one package.
const MAX_DOMAINS: usize = 20;
/// A publisher is new only where there is a history to be new to.
const MIN_HISTORY: usize = 3;

pub(super) fn evaluate(facts: &Facts<'_>, data: &Metadata, evidence: &mut Evidence) {
    domains(facts, data, evidence);
    publisher(facts, data, evidence);
}

fn domains(facts: &Facts<'_>, data: &Metadata, evidence: &mut Evidence) {
    let mut people: BTreeMap<String, &Person> = BTreeMap::new();
    let publisher = facts.chosen(data).and_then(|r| r.publisher.as_ref());
    for person in data.owners.iter().chain(&data.authors).chain(publisher) {
        if let Some(domain) = person.domain() {
            people.entry(domain).or_insert(person);
        }
    }
    if people.is_empty() {
        let told = data
            .gaps
            .iter()
            .find(|gap| gap.signal == ids::DISPOSABLE_DOMAIN);
        let reason = told.map_or("no maintainer's address is told", |gap| &gap.reason);
        for id in [ids::DISPOSABLE_DOMAIN, ids::EXPIRED_DOMAIN] {
            evidence.skip(id, reason);
        }
        return;
    }
    if people.len() > MAX_DOMAINS {
        evidence.skip(
            ids::EXPIRED_DOMAIN,
            format!(
                "only {MAX_DOMAINS} of {} mail domains were looked up",
                people.len()
            ),
        );
    }
    for (domain, person) in &people {
        if is_disposable(domain) {
            let who = person.name.as_deref().unwrap_or("a maintainer");
            evidence.add(
                ids::DISPOSABLE_DOMAIN,
                format!("{who} has an address at {domain}"),
            );
        }
    }
    let last = data.last_release();
    for (domain, person) in people.iter().take(MAX_DOMAINS) {
        let who = person.name.as_deref().unwrap_or("a maintainer");
        match facts.domains.state(domain) {
            Ok(DomainState::Free) => evidence.add(
                ids::EXPIRED_DOMAIN,
                format!("{domain}, of {who}'s address, can be registered by anybody"),
            ),
            Ok(DomainState::Held { since: Some(since) }) if is_later(since, last) => evidence.add(
                ids::EXPIRED_DOMAIN,
                format!(
                    "{domain}, of {who}'s address, was registered on {}, after the last release",
                    day(since)
                ),
            ),
            Ok(DomainState::Held { .. }) => {}
            Err(reason) => evidence.skip(ids::EXPIRED_DOMAIN, reason),
        }
    }
}

fn is_later(since: Timestamp, last: Option<Timestamp>) -> bool {
    last.is_some_and(|last| since > last)
}

/// The domain or one above it is on the list.
fn is_disposable(domain: &str) -> bool {
    let mut rest = domain;
    loop {
        if DISPOSABLE.lines().any(|line| line == rest) {
            return true;
        }
        match rest.split_once('.') {
            Some((_, above)) if above.contains('.') => rest = above,
            _ => return false,
        }
    }
}

fn publisher(facts: &Facts<'_>, data: &Metadata, evidence: &mut Evidence) {
    if let Some(gap) = data
        .gaps
        .iter()
        .find(|gap| gap.signal == ids::NEW_PUBLISHER)
    {
        evidence.skip(ids::NEW_PUBLISHER, gap.reason.clone());
        return;
    }
    let Some(chosen) = facts.chosen(data) else {
        return;
    };
    let Some(publisher) = chosen.publisher.as_ref().and_then(|who| who.name.as_ref()) else {
        if !chosen.trusted_publisher {
            evidence.skip(
                ids::NEW_PUBLISHER,
                format!(
                    "the registry does not tell who published {}",
                    chosen.version
                ),
            );
        }
        return;
    };
    let before: Vec<&Release> = data
        .releases
        .iter()
        .filter(|r| r.uploaded < chosen.uploaded && r.version != chosen.version)
        .collect();
    let known = before.iter().any(|r| {
        r.publisher
            .as_ref()
            .is_some_and(|who| who.name.as_ref() == Some(publisher))
    });
    let told = before.iter().filter(|r| r.publisher.is_some()).count();
    if !chosen.trusted_publisher && !known && told >= MIN_HISTORY {
        evidence.add(
            ids::NEW_PUBLISHER,
            format!(
                "{publisher} published {} and none of the {told} releases before it",
                chosen.version
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disposable_domains_are_found_with_their_subdomains() {
        assert!(is_disposable("mailinator.com"));
        assert!(is_disposable("x.y.mailinator.com"));
        assert!(!is_disposable("notmailinator.example"));
        for free in [
            "gmail.com",
            "outlook.com",
            "proton.me",
            "gmx.de",
            "qq.com",
            "163.com",
        ] {
            assert!(!is_disposable(free), "{free}");
        }
    }

    #[test]
    fn the_list_is_sorted_and_has_domains_only() {
        let domains: Vec<&str> = DISPOSABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert!(domains.len() > 100);
        assert!(domains.is_sorted());
        for domain in domains {
            let person = Person {
                name: None,
                email: Some(format!("a@{domain}")),
            };
            assert_eq!(person.domain().as_deref(), Some(domain));
        }
    }
}
