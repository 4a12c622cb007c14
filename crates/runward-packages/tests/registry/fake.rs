//! Registries that answer from memory, and everything around a check.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Mutex,
    time::Duration,
};

use jiff::Timestamp;
use runward_http::{Http, HttpError, Request, Response, Sink};
use runward_model::{Ecosystem, PackageCheck};
use runward_packages::{
    AllowList, Cache, Checked, Checker, DomainState, Domains, Existence, Fetcher, Freshness,
    KnownNames, Limits, Malicious, NameFacts, NearName, Pace, PackagePolicy, PrivateName,
    PrivateNames, Progress, Query, RateLimits, Registry, Sources, Unknown,
};
use serde_json::{Value, json};

pub(crate) fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

/// What a URL answers.
#[derive(Clone)]
pub(crate) enum Reply {
    Body(String),
    NotFound,
    Status(u16),
    Down,
}

#[derive(Default)]
pub(crate) struct FakeHttp {
    pub(crate) replies: BTreeMap<String, Reply>,
    pub(crate) asked: Mutex<Vec<String>>,
}

impl Http for FakeHttp {
    fn get(
        &self,
        request: &Request,
        sink: &mut dyn Sink,
        _: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Response, HttpError> {
        self.asked.lock().unwrap().push(request.url.clone());
        let url = request.url.clone();
        match self.replies.get(&url) {
            Some(Reply::Body(body)) => {
                if body.len() as u64 > request.max_bytes {
                    return Err(HttpError::TooLarge {
                        url,
                        limit: request.max_bytes,
                    });
                }
                sink.write_all(body.as_bytes()).unwrap();
                Ok(Response::default())
            }
            Some(Reply::NotFound) | None => Err(HttpError::NotFound { url }),
            Some(Reply::Status(status)) => Err(HttpError::Status {
                url,
                status: *status,
            }),
            Some(Reply::Down) => Err(HttpError::Unreachable {
                url,
                attempts: 4,
                reason: "status 503".to_owned(),
            }),
        }
    }
}

pub(crate) struct NoPace;

impl Pace for NoPace {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
    fn sleep(&self, _: Duration) {}
}

#[derive(Default)]
pub(crate) struct FakeNames {
    pub(crate) ranks: HashMap<String, u32>,
    pub(crate) near: HashMap<String, Vec<NearName>>,
    pub(crate) patterns: Vec<String>,
    pub(crate) index: Option<(Vec<String>, Timestamp)>,
    pub(crate) no_list: bool,
}

impl KnownNames for FakeNames {
    fn judge(&self, _: &Ecosystem, name: &str) -> NameFacts {
        NameFacts {
            rank: self.ranks.get(name).copied(),
            near: self.near.get(name).cloned().unwrap_or_default(),
            patterns: self.patterns.clone(),
            compared_with: if self.no_list { 0 } else { 1_000 },
        }
    }

    fn existence(&self, _: &Ecosystem, name: &str) -> Option<Existence> {
        let (names, as_of) = self.index.as_ref()?;
        Some(Existence {
            exists: names.iter().any(|known| known == name),
            as_of: *as_of,
        })
    }
}

pub(crate) struct FakeDomains(pub HashMap<String, DomainState>);

impl Domains for FakeDomains {
    fn state(&self, domain: &str) -> Result<DomainState, Unknown> {
        Ok(self
            .0
            .get(domain)
            .copied()
            .unwrap_or(DomainState::Held { since: None }))
    }
}

/// A world in which nothing speaks against anything.
pub(crate) struct World {
    pub(crate) ecosystem: Ecosystem,
    pub(crate) http: FakeHttp,
    pub(crate) offline: bool,
    pub(crate) names: FakeNames,
    pub(crate) domains: FakeDomains,
    pub(crate) malware: Result<Vec<Malicious>, Unknown>,
    pub(crate) private: Vec<PrivateName>,
    pub(crate) policy: PackagePolicy,
    pub(crate) query: Query,
    pub(crate) sources: Sources,
}

impl World {
    pub(crate) fn new(ecosystem: Ecosystem) -> Self {
        let mut world = Self {
            query: Query::new(ecosystem.clone(), "demo-pkg"),
            ecosystem,
            http: FakeHttp::default(),
            offline: false,
            names: FakeNames::default(),
            domains: FakeDomains(HashMap::new()),
            malware: Ok(Vec::new()),
            private: Vec::new(),
            policy: PackagePolicy::default(),
            sources: Sources {
                pypi: "https://pypi.test".to_owned(),
                pypi_stats: Some("https://stats.test".to_owned()),
                npm: "https://npm.test".to_owned(),
                npm_downloads: Some("https://down.test".to_owned()),
                crates_index: "https://index.test".to_owned(),
                crates_api: Some("https://crates.test".to_owned()),
            },
        };
        world.put("demo-pkg", good(&world.ecosystem, "demo-pkg"));
        world.downloads("demo-pkg", 5_000);
        world
    }

    /// Where the main answer on a package is.
    pub(crate) fn url(&self, name: &str) -> String {
        match self.ecosystem {
            Ecosystem::PyPI => format!("https://pypi.test/pypi/{name}/json"),
            Ecosystem::Npm => format!("https://npm.test/{name}"),
            _ => format!("https://index.test/{}/{}/{name}", &name[..2], &name[2..4]),
        }
    }

    pub(crate) fn set(&mut self, url: &str, reply: Reply) {
        self.http.replies.insert(url.to_owned(), reply);
    }

    pub(crate) fn json(&mut self, url: &str, value: &Value) {
        self.set(url, Reply::Body(value.to_string()));
    }

    /// Puts a package in: one document, for crates `{"index": [...], "api": {...}}`.
    pub(crate) fn put(&mut self, name: &str, document: Value) {
        let url = self.url(name);
        match self.ecosystem {
            Ecosystem::PyPI => {
                self.json(&url, &document);
                let page = json!({"meta": {}, "name": name, "files": []});
                self.json(&format!("https://pypi.test/simple/{name}/"), &page);
            }
            Ecosystem::Npm => self.json(&url, &document),
            _ => {
                let lines: Vec<String> = document["index"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(Value::to_string)
                    .collect();
                self.set(&url, Reply::Body(lines.join("\n")));
                let api = format!("https://crates.test/api/v1/crates/{name}");
                self.json(&api, &document["api"]);
            }
        }
    }

    pub(crate) fn downloads(&mut self, name: &str, weekly: u64) {
        match self.ecosystem {
            Ecosystem::PyPI => {
                let url = format!("https://stats.test/api/packages/{name}/recent");
                self.json(&url, &json!({"data": {"last_week": weekly}}));
            }
            Ecosystem::Npm => {
                let url = format!("https://down.test/downloads/point/last-week/{name}");
                self.json(&url, &json!({"downloads": weekly}));
            }
            _ => {}
        }
    }

    /// Changes the document of `demo-pkg`.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Value)) {
        let mut document = good(&self.ecosystem, "demo-pkg");
        change(&mut document);
        self.put("demo-pkg", document);
    }

    pub(crate) fn run(&self, queries: &[Query], cache: Option<&Cache>) -> Vec<Checked> {
        self.run_with(queries, cache, &|_, _| {})
    }

    pub(crate) fn run_with(
        &self,
        queries: &[Query],
        cache: Option<&Cache>,
        progress: Progress<'_>,
    ) -> Vec<Checked> {
        let rates = RateLimits {
            default: Duration::ZERO,
            hosts: BTreeMap::new(),
        };
        let http: Option<&dyn Http> = if self.offline { None } else { Some(&self.http) };
        let fetcher = Fetcher::new(http, cache, &NoPace, rates, Freshness::default(), now());
        let registry = Registry::new(&fetcher, self.sources.clone(), Limits::default());
        let private = PrivateNames::new(self.private.clone()).unwrap();
        let malware = |_: &Ecosystem, _: &str, _: Option<&str>| self.malware.clone();
        let checker = Checker {
            registry: &registry,
            names: &self.names,
            malware: &malware,
            domains: &self.domains,
            private: &private,
            policy: &self.policy,
            allow: &AllowList::default(),
        };
        checker.check(queries, progress)
    }

    pub(crate) fn check(&self) -> PackageCheck {
        self.run(std::slice::from_ref(&self.query), None)
            .remove(0)
            .check
    }

    /// The ids of the signals, sorted.
    pub(crate) fn signals(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.check().signals.into_iter().map(|s| s.id).collect();
        ids.sort();
        ids
    }
}

pub(crate) fn skipped(check: &PackageCheck) -> Vec<&str> {
    check
        .unevaluated
        .iter()
        .map(|gap| gap.signal.as_str())
        .collect()
}

const VERSIONS: [(&str, &str); 6] = [
    ("1.0.0", "2019-03-01T00:00:00Z"),
    ("1.1.0", "2020-03-01T00:00:00Z"),
    ("1.2.0", "2021-03-01T00:00:00Z"),
    ("1.3.0", "2022-03-01T00:00:00Z"),
    ("2.0.0", "2023-03-01T00:00:00Z"),
    ("2.1.0", "2024-03-01T00:00:00Z"),
];

/// A package against which nothing speaks, as its registry tells it.
pub(crate) fn good(ecosystem: &Ecosystem, name: &str) -> Value {
    match ecosystem {
        Ecosystem::PyPI => {
            let releases: serde_json::Map<String, Value> = VERSIONS
                .iter()
                .map(|(version, time)| {
                    (
                        (*version).to_owned(),
                        json!([pypi_file(name, version, time)]),
                    )
                })
                .collect();
            json!({
                "info": {
                    "name": name, "version": "2.1.0", "summary": "A demo", "description": "Long",
                    "author": "Ann", "author_email": "Ann <ann@acme.example>",
                    "project_urls": {"Source": format!("https://github.com/acme/{name}")},
                    "requires_dist": ["requests>=2"], "yanked": false, "yanked_reason": null,
                },
                "releases": releases, "urls": [],
                "ownership": {"organization": null, "roles": [{"role": "Owner", "user": "ann"}]},
            })
        }
        Ecosystem::Npm => {
            let versions: serde_json::Map<String, Value> = VERSIONS
                .iter()
                .map(|(version, _)| ((*version).to_owned(), npm_version(name, version)))
                .collect();
            let mut time: serde_json::Map<String, Value> = VERSIONS
                .iter()
                .map(|(version, time)| ((*version).to_owned(), json!(time)))
                .collect();
            time.insert("created".to_owned(), json!(VERSIONS[0].1));
            json!({
                "_id": name, "name": name, "dist-tags": {"latest": "2.1.0"},
                "versions": versions, "time": time,
                "maintainers": [{"name": "ann", "email": "ann@acme.example"}],
                "repository": {"type": "git", "url": format!("git+https://github.com/acme/{name}.git")},
                "description": "A demo", "readme": "Long",
            })
        }
        _ => {
            let index: Vec<Value> = VERSIONS
                .iter()
                .map(|(version, time)| crate_line(name, version, time))
                .collect();
            let versions: Vec<Value> = VERSIONS
                .iter()
                .rev()
                .map(|(version, time)| {
                    json!({"num": version, "created_at": time, "published_by": {"login": "ann"}})
                })
                .collect();
            json!({
                "index": index,
                "api": {
                    "crate": {
                        "name": name, "created_at": VERSIONS[0].1, "recent_downloads": 90_000,
                        "repository": format!("https://github.com/acme/{name}"), "description": "A demo",
                    },
                    "versions": versions,
                },
            })
        }
    }
}

pub(crate) fn pypi_file(name: &str, version: &str, time: &str) -> Value {
    json!({
        "filename": format!("{name}-{version}.tar.gz"), "url": "https://files.test/x", "size": 10,
        "digests": {"sha256": "00"}, "upload_time_iso_8601": time, "yanked": false,
        "yanked_reason": null, "packagetype": "sdist",
    })
}

pub(crate) fn npm_version(name: &str, version: &str) -> Value {
    json!({
        "name": name, "version": version, "scripts": {"test": "node test.js"},
        "dependencies": {"left-pad": "^1"},
        "dist": {"tarball": format!("https://npm.test/{name}/-/{name}-{version}.tgz"), "shasum": "00"},
        "_npmUser": {"name": "ann", "email": "ann@acme.example"},
    })
}

pub(crate) fn crate_line(name: &str, version: &str, time: &str) -> Value {
    json!({
        "name": name, "vers": version, "cksum": "00", "features": {}, "yanked": false,
        "pubtime": time,
        "deps": [{"name": "serde", "req": "^1", "optional": false, "kind": "normal", "target": null}],
    })
}

/// Leaves one release, of a day and version.
pub(crate) fn only_release(ecosystem: &Ecosystem, document: &mut Value, version: &str, time: &str) {
    match ecosystem {
        Ecosystem::PyPI => {
            document["info"]["version"] = json!(version);
            document["releases"] = json!({ version: [pypi_file("demo-pkg", version, time)] });
        }
        Ecosystem::Npm => {
            document["dist-tags"]["latest"] = json!(version);
            document["versions"] = json!({ version: npm_version("demo-pkg", version) });
            document["time"] = json!({ "created": time, version: time });
        }
        _ => {
            document["index"] = json!([crate_line("demo-pkg", version, time)]);
            document["api"]["crate"]["created_at"] = json!(time);
            document["api"]["versions"] =
                json!([{"num": version, "created_at": time, "published_by": {"login": "ann"}}]);
        }
    }
}

/// Adds a release, which becomes the newest.
pub(crate) fn add_release(ecosystem: &Ecosystem, document: &mut Value, version: &str, time: &str) {
    match ecosystem {
        Ecosystem::PyPI => {
            document["info"]["version"] = json!(version);
            document["releases"][version] = json!([pypi_file("demo-pkg", version, time)]);
        }
        Ecosystem::Npm => {
            document["dist-tags"]["latest"] = json!(version);
            document["versions"][version] = npm_version("demo-pkg", version);
            document["time"][version] = json!(time);
        }
        _ => {
            let line = crate_line("demo-pkg", version, time);
            document["index"].as_array_mut().unwrap().push(line);
            let told =
                json!({"num": version, "created_at": time, "published_by": {"login": "ann"}});
            document["api"]["versions"]
                .as_array_mut()
                .unwrap()
                .push(told);
        }
    }
}
