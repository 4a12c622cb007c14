//! PyPI's JSON API (<https://docs.pypi.org/api/json/>).

use std::collections::BTreeMap;

use jiff::Timestamp;
use runward_model::Ecosystem;
use serde::Deserialize;

use crate::{
    lenient::{Flag, List, Map, Number, Text},
    metadata::{Artefact, Dependency, DependencyKind, Downloads, Metadata, Person, Release},
    repository, signals as ids,
};

#[derive(Deserialize)]
struct Project {
    info: Info,
    #[serde(default)]
    releases: Map<List<File>>,
    #[serde(default)]
    urls: List<File>,
    #[serde(default)]
    ownership: Option<Ownership>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Info {
    name: Text,
    version: Text,
    summary: Text,
    description: Text,
    author: Text,
    author_email: Text,
    maintainer: Text,
    maintainer_email: Text,
    home_page: Text,
    project_urls: Map<Text>,
    requires_dist: Option<List<Text>>,
    dynamic: List<Text>,
    yanked: Flag,
    yanked_reason: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    filename: Text,
    url: Text,
    size: Number,
    digests: Map<Text>,
    upload_time_iso_8601: Text,
    yanked: Flag,
    yanked_reason: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Ownership {
    organization: Text,
    roles: List<Role>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Role {
    user: Text,
}

/// Reads `/pypi/NAME/json` or `/pypi/NAME/VERSION/json`.
pub fn project(bytes: &[u8], as_of: Timestamp) -> Result<Metadata, serde_json::Error> {
    let project: Project = serde_json::from_slice(bytes)?;
    let info = project.info;
    let name = info.name.filled().unwrap_or_default();
    let mut data = Metadata::new(Ecosystem::PyPI, &name, as_of);
    let mut cut = project.releases.cut;

    let current = info.version.filled();
    let mut releases: Vec<Release> = project
        .releases
        .items
        .into_iter()
        .map(|(version, files)| {
            cut |= files.cut;
            release(version, files.items)
        })
        .collect();
    // One version's page has its files in `urls` only.
    if let Some(version) = &current
        && !releases.iter().any(|release| &release.version == version)
        && !project.urls.items.is_empty()
    {
        releases.push(release(version.clone(), project.urls.items));
    }
    if let Some(release) = releases
        .iter_mut()
        .find(|release| Some(&release.version) == current.as_ref())
    {
        if info.yanked != Flag::No && release.yanked.is_none() {
            release.yanked = Some(info.yanked_reason.filled().unwrap_or_default());
        }
        // `null` means that none was told, unless a build decides them.
        let decided_by_build = info.dynamic.items.iter().any(|field| {
            field
                .0
                .as_deref()
                .is_some_and(|field| field.eq_ignore_ascii_case("requires-dist"))
        });
        if info.requires_dist.is_some() || !decided_by_build {
            let texts = info.requires_dist.unwrap_or_default();
            cut |= texts.cut;
            release.dependencies = Some(
                texts
                    .items
                    .into_iter()
                    .filter_map(Text::filled)
                    .map(dependency)
                    .collect(),
            );
        }
    }
    data.releases = releases;
    data.sort_releases();
    data.latest = current;
    data.authors = people(info.author.filled(), info.author_email.filled());
    for person in people(info.maintainer.filled(), info.maintainer_email.filled()) {
        if !data.authors.contains(&person) {
            data.authors.push(person);
        }
    }
    if let Some(ownership) = project.ownership {
        let roles = ownership.roles.items.into_iter().map(|role| role.user);
        data.owners = roles
            .chain([ownership.organization])
            .filter_map(Text::filled)
            .map(|name| Person {
                name: Some(name),
                email: None,
            })
            .collect();
    }
    data.links = info
        .project_urls
        .items
        .into_iter()
        .filter_map(|(label, url)| Some((label, url.filled()?)))
        .collect();
    if let Some(home) = info.home_page.filled() {
        data.links.push(("Homepage".to_owned(), home));
    }
    data.repository = repository::of_links(&data.links);
    data.summary = info.summary.filled();
    data.has_description = info
        .description
        .filled()
        .is_some_and(|text| text != "UNKNOWN");
    data.gap(
        ids::NEW_PUBLISHER,
        "PyPI does not tell who uploaded a release",
    );
    data.gap(ids::INSTALL_SCRIPTS, "PyPI does not tell; the files do");
    if cut {
        data.gap(
            ids::WITHDRAWN,
            "PyPI's list is longer than the limit and was cut",
        );
    }
    Ok(data)
}

fn release(version: String, files: Vec<File>) -> Release {
    // A release is taken back when all of its files are.
    let yanked = (!files.is_empty() && files.iter().all(|file| file.yanked != Flag::No))
        .then(|| files.iter().find_map(|file| file.yanked_reason.0.clone()))
        .map(Option::unwrap_or_default);
    let artefacts: Vec<Artefact> = files
        .into_iter()
        .map(|file| Artefact {
            file: file.filename.filled().unwrap_or_default(),
            url: file.url.filled().unwrap_or_default(),
            size: file.size.0,
            hashes: hashes(file.digests),
            uploaded: file
                .upload_time_iso_8601
                .0
                .and_then(|text| text.parse().ok()),
        })
        .collect();
    Release {
        version,
        uploaded: artefacts.iter().filter_map(|file| file.uploaded).min(),
        yanked,
        artefacts,
        ..Release::default()
    }
}

pub(super) fn hashes(digests: Map<Text>) -> BTreeMap<String, String> {
    digests
        .items
        .into_iter()
        .filter_map(|(algorithm, digest)| Some((algorithm, digest.filled()?)))
        .collect()
}

/// A PEP 508 text and the name at its start.
fn dependency(requirement: String) -> Dependency {
    let end = requirement
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .unwrap_or(requirement.len());
    Dependency {
        name: requirement.get(..end).unwrap_or_default().to_owned(),
        requirement,
        kind: DependencyKind::Normal,
        target: None,
    }
}

/// `Name <address>, Name <address>` in the e-mail field, names in the other.
fn people(name: Option<String>, emails: Option<String>) -> Vec<Person> {
    let emails = emails.unwrap_or_default();
    let mut people: Vec<Person> = emails
        .split(',')
        .filter_map(|part| {
            let part = part.trim();
            let (label, address) = match part.rsplit_once('<') {
                Some((label, rest)) => (label.trim(), rest.trim_end_matches('>').trim()),
                None => ("", part),
            };
            address.contains('@').then(|| Person {
                name: (!label.is_empty()).then(|| label.trim_matches('"').to_owned()),
                email: Some(address.to_owned()),
            })
        })
        .collect();
    match (&mut people.as_mut_slice(), name) {
        ([only], Some(name)) if only.name.is_none() => only.name = Some(name),
        (_, Some(name)) => people.push(Person {
            name: Some(name),
            email: None,
        }),
        _ => {}
    }
    people
}

/// Reads pypistats.org's `/api/packages/NAME/recent`.
pub fn downloads(bytes: &[u8]) -> Option<Downloads> {
    #[derive(Deserialize)]
    struct Stats {
        data: Data,
    }
    #[derive(Deserialize)]
    struct Data {
        last_week: Number,
    }
    let stats: Stats = serde_json::from_slice(bytes).ok()?;
    Some(Downloads {
        count: stats.data.last_week.0?,
        days: 7,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn read(json: &str) -> Metadata {
        project(json.as_bytes(), NOW).unwrap()
    }

    #[test]
    fn a_project_is_read() {
        let data = read(
            r#"{"info":{"name":"Demo","version":"2.0","summary":"A demo","description":"long",
              "author":"Ann","author_email":"ann@example.org",
              "maintainer_email":"\"Bob B\" <bob@example.com>, x","home_page":"https://demo.example",
              "project_urls":{"Source":"https://github.com/acme/demo/tree/main"},
              "requires_dist":["requests (>=2) ; extra == 'x'"],"yanked":false},
             "releases":{
              "2.0":[{"filename":"demo-2.0.tar.gz","url":"https://f/demo-2.0.tar.gz","size":9,
                 "digests":{"sha256":"ab"},"upload_time_iso_8601":"2024-02-01T00:00:00.5Z","yanked":false}],
              "1.0":[{"filename":"a","upload_time_iso_8601":"2023-02-01T00:00:00Z","yanked":true,"yanked_reason":"bad"},
                     {"filename":"b","upload_time_iso_8601":"2023-01-01T00:00:00Z","yanked":true}],
              "0.9":[]},
             "urls":[],"ownership":{"organization":null,"roles":[{"role":"Owner","user":"ann"}]}}"#,
        );
        assert_eq!(data.name, "Demo");
        assert_eq!(data.latest.as_deref(), Some("2.0"));
        let versions: Vec<_> = data.releases.iter().map(|r| r.version.as_str()).collect();
        assert_eq!(versions, ["0.9", "1.0", "2.0"]);
        assert_eq!(data.releases[1].yanked.as_deref(), Some("bad"));
        assert_eq!(
            data.releases[1].uploaded,
            "2023-01-01T00:00:00Z".parse().ok()
        );
        assert_eq!(data.releases[2].yanked, None);
        assert_eq!(data.releases[2].artefacts[0].hashes["sha256"], "ab");
        let dependencies = data.releases[2].dependencies.as_ref().unwrap();
        assert_eq!(dependencies[0].name, "requests");
        assert_eq!(
            data.releases[1].dependencies, None,
            "told of the newest only"
        );
        assert_eq!(
            data.repository.as_deref(),
            Some("https://github.com/acme/demo/tree/main")
        );
        assert_eq!(data.owners[0].name.as_deref(), Some("ann"));
        assert_eq!(data.authors[0].name.as_deref(), Some("Ann"));
        assert_eq!(data.authors[1].email.as_deref(), Some("bob@example.com"));
        assert_eq!(data.authors[1].name.as_deref(), Some("Bob B"));
        assert!(data.has_description);
    }

    #[test]
    fn one_versions_page_is_read() {
        let data = read(
            r#"{"info":{"name":"demo","version":"1.0","requires_dist":null,"yanked":true,"yanked_reason":"oops"},
                "urls":[{"filename":"demo-1.0.tar.gz","yanked":false}]}"#,
        );
        assert_eq!(data.releases[0].yanked.as_deref(), Some("oops"));
        assert_eq!(data.releases[0].dependencies, Some(Vec::new()));
        let built = read(
            r#"{"info":{"name":"demo","version":"1.0","requires_dist":null,"dynamic":["Requires-Dist"]},
                "urls":[{"filename":"demo-1.0.tar.gz"}]}"#,
        );
        assert_eq!(built.releases[0].dependencies, None);
    }

    #[test]
    fn what_is_no_project_is_an_error() {
        for bad in [
            "",
            "{}",
            "[]",
            "<html>",
            "{\"info\":1}",
            "{\"message\":\"Not Found\"}",
        ] {
            assert!(project(bad.as_bytes(), NOW).is_err(), "{bad}");
        }
        let deep = format!("{{\"info\":{}", "[".repeat(1_000_000));
        assert!(project(deep.as_bytes(), NOW).is_err());
    }

    #[test]
    fn figures_are_read() {
        let json = br#"{"data":{"last_day":1,"last_month":30,"last_week":7},"package":"x"}"#;
        assert_eq!(downloads(json), Some(Downloads { count: 7, days: 7 }));
        assert_eq!(downloads(b"{\"data\":{\"last_week\":\"x\"}}"), None);
    }
}
