//! The built-in starter set.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::panic,
    reason = "a test stops where something fails, and says aloud what it skips"
)]

mod common;

use common::package;
use runward_advisories::Database;
use runward_model::{DatabaseKind, Ecosystem};

#[test]
fn it_holds_what_it_promises() {
    let database = Database::starter().unwrap();
    let info = database.info(common::now(), 24);
    assert_eq!(info.kind, DatabaseKind::Starter);
    assert!(info.advisories >= 60, "{}", info.advisories);
    assert!(info.packages >= 40, "{}", info.packages);
    assert_eq!(info.problems, 0, "{:?}", database.problems());
    assert!(!info.stale);
    assert!(database.covers(&Ecosystem::PyPI) && !database.covers(&Ecosystem::Npm));
}

#[test]
fn well_known_vulnerabilities_are_found() {
    let database = Database::starter().unwrap();
    for (name, version, id) in [
        ("Django", "3.2.12", "CVE-2022-28346"),
        ("jinja2", "2.10", "CVE-2019-10906"),
        ("PyYAML", "5.3", "CVE-2020-14343"),
        ("requests", "2.19.1", "CVE-2018-18074"),
        ("urllib3", "1.26.4", "CVE-2021-33503"),
        ("pillow", "9.5.0", "CVE-2023-4863"),
        ("flask", "2.2.2", "CVE-2023-30861"),
        ("werkzeug", "2.2.2", "CVE-2023-25577"),
        ("cryptography", "3.3.1", "CVE-2020-36242"),
        ("aiohttp", "3.9.1", "CVE-2024-23334"),
        ("litellm", "1.82.8", "MAL-2026-2144"),
    ] {
        let matches = database.matches(&package(name, version)).unwrap();
        let found = matches
            .advisories
            .iter()
            .find(|m| m.ids().any(|known| known == id));
        let found =
            found.unwrap_or_else(|| panic!("{id} in {name} {version}: {:?}", matches.advisories));
        assert!(!found.summary.is_empty());
        assert!(found.malicious || !found.fixed.is_empty(), "{id}");
        assert_eq!(found.malicious, id.starts_with("MAL-"));
    }
    let pillow = database.matches(&package("pillow", "9.5.0")).unwrap();
    assert!(pillow.advisories.iter().any(|found| found.kev.is_some()));
    for (name, version) in [
        ("django", "5.2.8"),
        ("requests", "2.32.4"),
        ("litellm", "1.82.6"),
    ] {
        let matches = database.matches(&package(name, version)).unwrap();
        assert!(
            matches.advisories.is_empty(),
            "{name} {version}: {:?}",
            matches.advisories
        );
    }
}

#[test]
fn one_vulnerability_of_two_packages_is_explained_as_one() {
    let database = Database::starter().unwrap();
    let detail = database.advisory("CVE-2024-24762").unwrap().unwrap();
    let packages: Vec<&str> = detail
        .records
        .iter()
        .flat_map(|record| &record.affected)
        .map(|affected| affected.package.as_str())
        .collect();
    assert!(packages.contains(&"fastapi") && packages.contains(&"python-multipart"));
    assert!(database.advisory("CVE-1999-1").unwrap().is_none());
}
