//! crates.io: the sparse index (the Cargo book, "Registry index") and the API.

use jiff::Timestamp;
use runward_model::Ecosystem;
use serde::{Deserialize, de::Error as _};

use crate::{
    lenient::{Flag, List, Number, Text},
    limits::Limits,
    metadata::{Artefact, Dependency, DependencyKind, Downloads, Metadata, Person, Release},
    signals as ids,
};

#[derive(Deserialize)]
struct Line {
    name: String,
    vers: String,
    #[serde(default)]
    deps: List<Dep>,
    #[serde(default)]
    cksum: Text,
    #[serde(default)]
    yanked: Flag,
    #[serde(default)]
    pubtime: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Dep {
    name: Text,
    req: Text,
    optional: Flag,
    target: Text,
    kind: Text,
    package: Text,
}

/// Reads a crate's file of the sparse index: one line of JSON for each version.
pub fn index(bytes: &[u8], as_of: Timestamp) -> Result<Metadata, serde_json::Error> {
    let mut data = Metadata::new(Ecosystem::CratesIo, "", as_of);
    let limit = Limits::DEFAULT.max_releases;
    let mut cut = false;
    for line in bytes.split(|byte| *byte == b'\n') {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if data.releases.len() >= limit {
            cut = true;
            break;
        }
        let line: Line = serde_json::from_slice(line)?;
        cut |= line.deps.cut;
        data.name = line.name;
        data.releases.push(Release {
            uploaded: line.pubtime.0.and_then(|text| text.parse().ok()),
            yanked: line.yanked.reason(),
            artefacts: vec![Artefact {
                file: format!("{}-{}.crate", data.name, line.vers),
                hashes: line
                    .cksum
                    .filled()
                    .map(|sum| ("sha256".to_owned(), sum))
                    .into_iter()
                    .collect(),
                ..Artefact::default()
            }],
            dependencies: Some(line.deps.items.into_iter().map(dependency).collect()),
            version: line.vers,
            ..Release::default()
        });
    }
    if data.releases.is_empty() {
        // An empty file is what no crate has.
        return Err(serde_json::Error::custom("no version in it"));
    }
    data.latest = newest(&data.releases);
    data.gap(
        ids::INSTALL_SCRIPTS,
        "crates.io does not tell; the files do",
    );
    data.gap(
        ids::DISPOSABLE_DOMAIN,
        "crates.io tells no e-mail addresses",
    );
    if cut {
        data.gap(
            ids::WITHDRAWN,
            "the index file is longer than the limit and was cut",
        );
    }
    Ok(data)
}

/// What Cargo takes without a requirement: the highest version that is neither yanked nor a
/// pre-release, else the highest.
fn newest(releases: &[Release]) -> Option<String> {
    releases
        .iter()
        .filter_map(|release| {
            let version = semver::Version::parse(&release.version).ok()?;
            let usable = release.yanked.is_none();
            Some((usable, version.pre.is_empty(), version, &release.version))
        })
        .max_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)))
        .map(|(_, _, _, version)| version.clone())
}

fn dependency(dep: Dep) -> Dependency {
    let kind = match (dep.kind.0.as_deref(), dep.optional) {
        (Some("dev"), _) => DependencyKind::Development,
        (Some("build"), _) => DependencyKind::Build,
        (_, Flag::Yes(_)) => DependencyKind::Optional,
        _ => DependencyKind::Normal,
    };
    let name = dep.name.filled();
    Dependency {
        // `name` is the alias where `package` is there.
        name: dep.package.filled().or(name).unwrap_or_default(),
        requirement: dep.req.filled().unwrap_or_default(),
        kind,
        target: dep.target.filled(),
    }
}

/// What the API tells beyond the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub created: Option<Timestamp>,
    pub downloads: Option<Downloads>,
    pub repository: Option<String>,
    pub links: Vec<(String, String)>,
    pub summary: Option<String>,
    pub versions: Vec<ToldVersion>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldVersion {
    pub number: String,
    pub uploaded: Option<Timestamp>,
    pub publisher: Option<Person>,
    pub trusted: bool,
    pub yank_message: Option<String>,
    pub size: Option<u64>,
    pub commands: Vec<String>,
}

/// Reads `/api/v1/crates/NAME`.
pub fn api(bytes: &[u8]) -> Result<Told, serde_json::Error> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(rename = "crate")]
        package: Package,
        #[serde(default)]
        versions: List<Version>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Package {
        created_at: Text,
        recent_downloads: Number,
        repository: Text,
        homepage: Text,
        documentation: Text,
        description: Text,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Version {
        num: Text,
        created_at: Text,
        published_by: Option<List<User>>,
        trustpub_data: Option<List<User>>,
        yank_message: Text,
        crate_size: Number,
        bin_names: List<Text>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct User {
        login: Text,
    }
    let answer: Answer = serde_json::from_slice(bytes)?;
    let package = answer.package;
    let links = [
        ("homepage", package.homepage),
        ("documentation", package.documentation),
    ];
    Ok(Told {
        created: package.created_at.0.and_then(|text| text.parse().ok()),
        // The last 90 days.
        downloads: package
            .recent_downloads
            .0
            .map(|count| Downloads { count, days: 90 }),
        repository: package.repository.filled(),
        links: links
            .into_iter()
            .filter_map(|(label, url)| Some((label.to_owned(), url.filled()?)))
            .collect(),
        summary: package.description.filled(),
        versions: answer
            .versions
            .items
            .into_iter()
            .filter_map(|version| {
                Some(ToldVersion {
                    number: version.num.filled()?,
                    uploaded: version.created_at.0.and_then(|text| text.parse().ok()),
                    publisher: version
                        .published_by
                        .and_then(|list| list.items.into_iter().next())
                        .and_then(|user| user.login.filled())
                        .map(|name| Person {
                            name: Some(name),
                            email: None,
                        }),
                    trusted: version
                        .trustpub_data
                        .is_some_and(|list| !list.items.is_empty()),
                    yank_message: version.yank_message.filled(),
                    size: version.crate_size.0,
                    commands: version
                        .bin_names
                        .items
                        .into_iter()
                        .filter_map(Text::filled)
                        .collect(),
                })
            })
            .collect(),
    })
}

impl Told {
    /// Adds what the API tells to what the index told.
    pub fn merge_into(self, data: &mut Metadata) {
        data.created = self.created;
        data.downloads = self.downloads;
        data.repository = self.repository;
        data.links = self.links;
        data.has_description = self.summary.is_some();
        data.summary = self.summary;
        let mut told: std::collections::HashMap<String, ToldVersion> = self
            .versions
            .into_iter()
            .map(|version| (version.number.clone(), version))
            .collect();
        for release in &mut data.releases {
            let Some(version) = told.remove(&release.version) else {
                continue;
            };
            release.uploaded = release.uploaded.or(version.uploaded);
            if let (Some(reason), Some(message)) = (&mut release.yanked, version.yank_message) {
                *reason = message;
            }
            if let Some(artefact) = release.artefacts.first_mut() {
                artefact.size = version.size;
            }
            release.commands = version
                .commands
                .into_iter()
                .map(|name| (name, String::new()))
                .collect();
            if let Some(person) = &version.publisher
                && !data.owners.contains(person)
            {
                data.owners.push(person.clone());
            }
            release.publisher = version.publisher;
            release.trusted_publisher = version.trusted;
        }
        data.sort_releases();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = concat!(
        r#"{"name":"Demo","vers":"0.1.0","deps":[],"cksum":"aa","features":{},"yanked":true,"pubtime":"2020-01-01T00:00:00Z"}"#,
        "\n",
        r#"{"name":"Demo","vers":"0.2.0","deps":[{"name":"alias","req":"^1.0","features":[],"optional":true,"default_features":true,"target":null,"kind":"normal","package":"real"},{"name":"cc","req":"^1","optional":false,"target":"cfg(unix)","kind":"build"},{"name":"t","req":"*","optional":false,"kind":"dev"}],"cksum":"bb","features":{},"yanked":false}"#,
        "\n",
        r#"{"name":"Demo","vers":"0.3.0-rc.1","deps":[],"cksum":"cc","features":{},"yanked":false}"#,
        "\n"
    );

    fn demo() -> Metadata {
        index(INDEX.as_bytes(), Timestamp::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn an_index_file_is_read() {
        let data = demo();
        assert_eq!(data.name, "Demo");
        assert_eq!(data.latest.as_deref(), Some("0.2.0"));
        let release = data.release("0.2.0").unwrap();
        let dependencies = release.dependencies.as_ref().unwrap();
        assert_eq!(dependencies[0].name, "real");
        assert_eq!(dependencies[0].kind, DependencyKind::Optional);
        assert_eq!(dependencies[1].target.as_deref(), Some("cfg(unix)"));
        assert_eq!(dependencies[1].kind, DependencyKind::Build);
        assert_eq!(dependencies[2].kind, DependencyKind::Development);
        assert!(data.release("0.1.0").unwrap().yanked.is_some());
        assert_eq!(release.artefacts[0].hashes["sha256"], "bb");
    }

    #[test]
    fn the_api_adds_dates_people_and_figures() {
        let mut data = demo();
        let told = api(
            br#"{"crate":{"id":"Demo","name":"Demo","created_at":"2019-12-31T00:00:00.000000+00:00",
              "downloads":900,"recent_downloads":90,"repository":"https://github.com/a/demo",
              "homepage":null,"description":"A demo"},
              "versions":[{"num":"0.2.0","created_at":"2021-01-01T00:00:00.000000+00:00","crate_size":5,
                "published_by":{"id":1,"login":"ann","name":"Ann"},"bin_names":["demo"],"trustpub_data":null},
               {"num":"0.1.0","yank_message":"broken","published_by":null,
                "trustpub_data":{"provider":"github"}}]}"#,
        )
        .unwrap();
        told.merge_into(&mut data);
        assert_eq!(data.downloads.unwrap().per_week(), 7);
        assert_eq!(data.first_release(), "2019-12-31T00:00:00Z".parse().ok());
        assert_eq!(data.owners[0].name.as_deref(), Some("ann"));
        let release = data.release("0.2.0").unwrap();
        assert_eq!(release.artefacts[0].size, Some(5));
        assert!(release.commands.contains_key("demo"));
        let old = data.release("0.1.0").unwrap();
        assert_eq!(old.yanked.as_deref(), Some("broken"));
        assert!(old.trusted_publisher);
    }

    #[test]
    fn what_is_no_index_file_is_an_error() {
        for bad in ["", "\n", "[]", "{}", "{\"name\":\"x\"}", "<html>"] {
            assert!(
                index(bad.as_bytes(), Timestamp::UNIX_EPOCH).is_err(),
                "{bad}"
            );
        }
        assert!(api(b"{\"errors\":[{\"detail\":\"Not Found\"}]}").is_err());
    }

    #[test]
    fn yanked_releases_are_the_last_choice() {
        let release = |version: &str, yanked: bool| Release {
            version: version.to_owned(),
            yanked: yanked.then(String::new),
            ..Release::default()
        };
        assert_eq!(
            newest(&[release("1.0.0", false), release("2.0.0", true)]).as_deref(),
            Some("1.0.0")
        );
        assert_eq!(
            newest(&[release("2.0.0", true), release("1.0.0", true)]).as_deref(),
            Some("2.0.0")
        );
        assert_eq!(newest(&[]), None);
    }
}
