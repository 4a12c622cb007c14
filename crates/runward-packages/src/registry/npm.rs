//! npm's packuments (<https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md>)
//! and download counts.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use runward_model::Ecosystem;
use serde::Deserialize;

use super::npm_fields::{Bin, Dist, Place, Somebody, Time};

use crate::{
    lenient::{Flag, List, Map, Number, Text},
    metadata::{Artefact, Dependency, DependencyKind, Downloads, Metadata, Person, Release, State},
    signals as ids,
};

#[derive(Deserialize)]
struct Packument {
    name: String,
    #[serde(default, rename = "dist-tags")]
    tags: Map<Text>,
    #[serde(default)]
    versions: Map<Version>,
    #[serde(default)]
    time: Map<Time>,
    #[serde(default)]
    maintainers: List<Somebody>,
    #[serde(default)]
    author: Option<List<Somebody>>,
    #[serde(default)]
    repository: Option<List<Place>>,
    #[serde(default)]
    homepage: Text,
    #[serde(default)]
    description: Text,
    #[serde(default)]
    readme: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Version {
    description: Text,
    deprecated: Flag,
    dist: Dist,
    scripts: Map<Text>,
    dependencies: Map<Text>,
    #[serde(rename = "optionalDependencies")]
    optional: Map<Text>,
    #[serde(rename = "peerDependencies")]
    peer: Map<Text>,
    bin: Bin,
    #[serde(rename = "_npmUser")]
    user: Option<List<Somebody>>,
    maintainers: List<Somebody>,
    repository: Option<List<Place>>,
}

/// Reads the full packument; the abbreviated one has no dates and no maintainers.
pub fn packument(bytes: &[u8], as_of: Timestamp) -> Result<Metadata, serde_json::Error> {
    let packument: Packument = serde_json::from_slice(bytes)?;
    let mut data = Metadata::new(Ecosystem::Npm, &packument.name, as_of);
    let dates: HashMap<&str, Timestamp> = packument
        .time
        .items
        .iter()
        .filter_map(|(version, time)| Some((version.as_str(), time.0?)))
        .collect();
    data.created = dates.get("created").copied();
    data.latest = packument
        .tags
        .items
        .into_iter()
        .find(|(tag, _)| tag == "latest")
        .and_then(|(_, version)| version.filled());
    data.owners = packument
        .maintainers
        .items
        .into_iter()
        .map(person)
        .collect();
    data.authors = packument
        .author
        .map(|authors| authors.items.into_iter().map(person).collect())
        .unwrap_or_default();
    data.repository = place(packument.repository);
    if let Some(home) = packument.homepage.filled() {
        data.links.push(("homepage".to_owned(), home));
    }
    data.summary = packument.description.filled();
    data.has_description = packument.readme.filled().is_some();

    let unpublished = packument
        .time
        .items
        .iter()
        .find(|(key, _)| key == "unpublished");
    if packument.versions.items.is_empty()
        && let Some((_, time)) = unpublished
    {
        data.state = State::Unpublished(time.0);
    }
    let cut = packument.versions.cut;
    let mut people_told = !data.owners.is_empty();
    for (number, mut version) in packument.versions.items {
        let is_latest = data.latest.as_deref() == Some(number.as_str());
        if is_latest {
            // Some mirrors keep these only with each version.
            let summary = version.description.clone().filled();
            data.summary = data.summary.take().or(summary);
            let repository = place(version.repository.take());
            data.repository = data.repository.take().or(repository);
            if data.owners.is_empty() {
                data.owners = std::mem::take(&mut version.maintainers)
                    .items
                    .into_iter()
                    .map(person)
                    .collect();
            }
            people_told |= !data.owners.is_empty();
        }
        let uploaded = dates.get(number.as_str()).copied();
        data.releases
            .push(release(&packument.name, number, uploaded, version));
    }
    data.sort_releases();
    if is_holding(&data) {
        data.state = State::Removed(
            "npm removed the package and holds its name (security holding package)".to_owned(),
        );
    }
    if !people_told {
        data.gap(ids::DISPOSABLE_DOMAIN, "the registry tells no maintainers");
    }
    if data
        .releases
        .iter()
        .all(|release| release.publisher.is_none())
    {
        data.gap(
            ids::NEW_PUBLISHER,
            "the registry does not tell who published a release",
        );
    }
    if cut {
        data.gap(
            ids::WITHDRAWN,
            "npm's list is longer than the limit and was cut",
        );
    }
    Ok(data)
}

/// npm puts a placeholder under the names of packages that it removed as malicious.
fn is_holding(data: &Metadata) -> bool {
    let placeholder = |release: &Release| release.version.ends_with("-security");
    data.releases.last().is_some_and(placeholder)
        && (data
            .repository
            .as_deref()
            .is_some_and(|url| url.contains("npm/security-holder"))
            || data.summary.as_deref() == Some("security holding package"))
}

fn release(
    package: &str,
    number: String,
    uploaded: Option<Timestamp>,
    version: Version,
) -> Release {
    let mut dependencies = Vec::new();
    // npm lists an optional dependency among the ordinary ones as well.
    let optional: Vec<&String> = version
        .optional
        .items
        .iter()
        .map(|(name, _)| name)
        .collect();
    for (name, requirement) in &version.dependencies.items {
        if !optional.contains(&name) {
            dependencies.push(depends(name, requirement, DependencyKind::Normal));
        }
    }
    for (name, requirement) in &version.optional.items {
        dependencies.push(depends(name, requirement, DependencyKind::Optional));
    }
    for (name, requirement) in &version.peer.items {
        dependencies.push(depends(name, requirement, DependencyKind::Peer));
    }
    let mut hashes = BTreeMap::new();
    if let Some(sum) = version.dist.shasum {
        hashes.insert("sha1".to_owned(), sum);
    }
    for part in version
        .dist
        .integrity
        .unwrap_or_default()
        .split_whitespace()
    {
        if let Some((algorithm, digest)) = part.split_once('-') {
            hashes.insert(algorithm.to_owned(), digest.to_owned());
        }
    }
    let url = version.dist.tarball.unwrap_or_default();
    let publisher = version
        .user
        .and_then(|list| list.items.into_iter().next())
        .filter(|user| user.name.is_some() || user.email.is_some());
    Release {
        uploaded,
        yanked: None,
        deprecated: version.deprecated.reason(),
        artefacts: vec![Artefact {
            file: url.rsplit('/').next().unwrap_or_default().to_owned(),
            url,
            size: None,
            hashes,
            uploaded,
        }],
        dependencies: Some(dependencies),
        install_scripts: Some(install_scripts(
            version
                .scripts
                .items
                .into_iter()
                .filter_map(|(event, command)| Some((event, command.filled()?))),
        )),
        commands: commands(package, version.bin),
        trusted_publisher: publisher.as_ref().is_some_and(|user| user.trusted),
        publisher: publisher.map(person),
        provenance: Some(version.dist.attested),
        version: number,
    }
}

/// The scripts that npm runs when a package is installed as a dependency.
pub(crate) fn install_scripts(
    scripts: impl Iterator<Item = (String, String)>,
) -> BTreeMap<String, String> {
    scripts
        .filter(|(event, _)| matches!(event.as_str(), "preinstall" | "install" | "postinstall"))
        .collect()
}

/// Commands and their files, paths without a leading `./`.
pub(crate) fn commands(package: &str, bin: Bin) -> BTreeMap<String, String> {
    let bare = package.rsplit('/').next().unwrap_or(package);
    let one = bin.one.map(|path| (bare.to_owned(), path));
    bin.many
        .into_iter()
        .filter_map(|(name, path)| Some((name, path?)))
        .chain(one)
        .map(|(name, path)| (name, path.trim_start_matches("./").to_owned()))
        .collect()
}

fn depends(name: &str, requirement: &Text, kind: DependencyKind) -> Dependency {
    Dependency {
        name: name.to_owned(),
        requirement: requirement.0.clone().unwrap_or_default(),
        kind,
        target: None,
    }
}

fn person(somebody: Somebody) -> Person {
    Person {
        name: somebody.name,
        email: somebody.email,
    }
}

fn place(list: Option<List<Place>>) -> Option<String> {
    list?.items.into_iter().find_map(|place| place.0)
}

/// Reads `/downloads/point/last-week/NAME`.
pub fn downloads(bytes: &[u8]) -> Option<Downloads> {
    #[derive(Deserialize)]
    struct Point {
        downloads: Number,
    }
    let point: Point = serde_json::from_slice(bytes).ok()?;
    Some(Downloads {
        count: point.downloads.0?,
        days: 7,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn read(json: &str) -> Metadata {
        packument(json.as_bytes(), NOW).unwrap()
    }

    #[test]
    fn a_packument_is_read() {
        let data = read(
            r#"{"_id":"@a/demo","name":"@a/demo","dist-tags":{"latest":"1.1.0","next":"2.0.0-b"},
             "versions":{
              "1.1.0":{"name":"@a/demo","version":"1.1.0","scripts":{"postinstall":"node x.js","test":"t"},
                "dependencies":{"b":"^1","c":"2"},"optionalDependencies":{"c":"2"},"peerDependencies":{"d":"*"},
                "bin":"./cli.js","deprecated":"use other",
                "dist":{"tarball":"https://r/@a/demo/-/demo-1.1.0.tgz","shasum":"aa","integrity":"sha512-bb==",
                   "attestations":{"url":"https://r/x","provenance":{"predicateType":"y"}},"unpackedSize":12},
                "_npmUser":{"name":"GitHub Actions","email":"npm@example.com","trustedPublisher":{"id":"github"}}},
              "1.0.0":{"scripts":[],"dependencies":[],"bin":{"demo":"bin/demo"},"_npmUser":{"name":"ann","email":"a@b.example"}}},
             "time":{"created":"2020-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z",
               "1.0.0":"2020-01-01T00:00:00.000Z","1.1.0":"2021-06-01T06:00:21.808000+00:00"},
             "maintainers":[{"name":"ann","email":"a@b.example"},"Bob <bob@c.example> (https://c)"],
             "author":{"name":"Ann"},"repository":{"type":"git","url":"git+https://github.com/a/demo.git"},
             "homepage":"https://a.example","description":"Demo","readme":"text"}"#,
        );
        assert_eq!(data.latest.as_deref(), Some("1.1.0"));
        assert_eq!(data.releases[0].version, "1.0.0");
        let release = &data.releases[1];
        assert_eq!(
            release.install_scripts.as_ref().unwrap()["postinstall"],
            "node x.js"
        );
        assert_eq!(release.install_scripts.as_ref().unwrap().len(), 1);
        assert_eq!(release.commands["demo"], "cli.js");
        assert_eq!(release.deprecated.as_deref(), Some("use other"));
        assert_eq!(release.artefacts[0].hashes["sha512"], "bb==");
        assert_eq!(release.artefacts[0].file, "demo-1.1.0.tgz");
        assert_eq!(release.provenance, Some(true));
        assert!(release.trusted_publisher);
        let kinds: Vec<_> = release
            .dependencies
            .as_ref()
            .unwrap()
            .iter()
            .map(|d| (d.name.as_str(), d.kind))
            .collect();
        assert_eq!(
            kinds,
            [
                ("b", DependencyKind::Normal),
                ("c", DependencyKind::Optional),
                ("d", DependencyKind::Peer)
            ]
        );
        assert_eq!(data.owners[1].email.as_deref(), Some("bob@c.example"));
        assert_eq!(
            data.repository.as_deref(),
            Some("git+https://github.com/a/demo.git")
        );
        assert!(data.gaps.is_empty());
        assert_eq!(data.state, State::Active);
    }

    #[test]
    fn removed_and_unpublished_packages_are_told_apart() {
        let held = read(
            r#"{"name":"crossenv","dist-tags":{"latest":"0.0.2-security"},"versions":{"0.0.2-security":
              {"description":"security holding package","repository":"npm/security-holder"}},
              "time":{"0.0.2-security":"2024-12-09T00:15:25.297000+00:00"}}"#,
        );
        assert!(matches!(held.state, State::Removed(_)));
        let gone = read(
            r#"{"name":"gone","time":{"created":"2020-01-01T00:00:00.000Z","1.0.0":"2020-01-01T00:00:00.000Z",
               "unpublished":{"time":"2021-01-01T00:00:00.000Z","versions":["1.0.0"]}}}"#,
        );
        assert_eq!(
            gone.state,
            State::Unpublished("2021-01-01T00:00:00Z".parse().ok())
        );
        assert!(gone.releases.is_empty());
    }

    #[test]
    fn fields_of_strange_types_do_no_harm() {
        let data = read(
            r#"{"name":"x","dist-tags":[],"versions":{"1.0.0":{"dist":"none","scripts":null,"bin":[1],
               "deprecated":false,"_npmUser":[],"maintainers":"ann","repository":["a","b"],"description":{}}},
               "time":null,"maintainers":{"name":"ann"},"repository":7,"author":[[]]}"#,
        );
        assert_eq!(data.releases[0].deprecated, None);
        assert_eq!(data.owners[0].name.as_deref(), Some("ann"));
        assert_eq!(data.repository, None);
        for bad in [
            "",
            "[]",
            "{}",
            "\"x\"",
            "{\"name\":\"x\"",
            "{\"error\":\"Not found\"}",
        ] {
            assert!(packument(bad.as_bytes(), NOW).is_err(), "{bad}");
        }
    }

    #[test]
    fn figures_are_read() {
        let json = br#"{"downloads":12,"start":"2024-01-01","end":"2024-01-07","package":"x"}"#;
        assert_eq!(downloads(json), Some(Downloads { count: 12, days: 7 }));
        assert_eq!(downloads(b"{\"error\":\"package x not found\"}"), None);
    }
}
