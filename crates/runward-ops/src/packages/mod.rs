//! Packages that may not be what they claim to be.

mod artefacts;
mod decision;
mod findings;
mod guard;
mod inspect;
mod lists;
mod needs;
mod seen;
mod settings;
mod undeclared;

use std::collections::BTreeSet;

use runward_advisories::Database;
use runward_http::{Http, HttpLimits, UreqClient};
use runward_model::{DependencyGraph, Ecosystem, Origin, Package, PackageCheck};
use runward_names::Patterns;
use runward_packages::{
    AllowList, Cache, CacheLimits, Checker, Domains, Fetcher, Freshness, Limits, Malicious,
    NameLists, NoDomains, PackagePolicy, PrivateNames, RateLimits, Rdap, Registry, Sources,
    Unknown, WallPace,
};

pub use decision::{Decision, record_guard};
pub use findings::PackagesRequest;
pub(crate) use findings::scan;
pub use guard::{Guarded, guard};
pub use inspect::{Inspected, inspect};
pub use lists::{NameSources, NameUpdate, update_names};
pub use runward_config::InspectFiles;
pub use runward_packages::{Checked, Query, Summary, Term, terms};

use crate::{Context, OpsError, Settings};
use artefacts::Looker;
use lists::Lists;

/// All that the checks of packages need, ready.
struct Desk {
    lists: Lists,
    patterns: Patterns,
    private: PrivateNames,
    policy: PackagePolicy,
    allow: AllowList,
    sources: Sources,
    database: Database,
    cache: Option<Cache>,
    freshness: Freshness,
    inspect: InspectFiles,
    rdap: Option<String>,
    http: UreqClient,
    problems: Vec<String>,
}

impl Desk {
    fn open(settings: &Settings) -> Result<Self, OpsError> {
        let config = &settings.config().packages;
        let limits = runward_names::Limits::default();
        let patterns = config
            .suspicious_names
            .iter()
            .map(|pattern| (pattern.as_str(), "a pattern of the team's own"));
        let patterns = Patterns::compile(patterns, &limits)
            .map_err(|error| settings::wrong("packages.suspicious_names", &error.to_string()))?;
        let mut problems = Vec::new();
        let directory = settings.database_directory.join("registries");
        let cache = match Cache::open(&directory, CacheLimits::default()) {
            Ok(cache) => Some(cache),
            Err(error) => {
                problems.push(format!(
                    "what registries say is not kept in `{}`: {error}",
                    directory.display()
                ));
                None
            }
        };
        let lists = Lists::open(&settings.database_directory, &mut problems);
        Ok(Self {
            lists,
            patterns,
            private: settings::private(config)?,
            policy: settings::policy(config)?,
            allow: settings::allow(config)?,
            sources: settings::sources(config),
            database: Database::open_or_starter(&settings.database_directory)?,
            cache,
            freshness: settings::freshness(config),
            inspect: config.inspect,
            rdap: settings::rdap(config),
            http: UreqClient::new(
                HttpLimits::default(),
                concat!("runward/", env!("CARGO_PKG_VERSION")),
            ),
            problems,
        })
    }

    fn check(
        &self,
        context: &Context,
        queries: &[Query],
        online: bool,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> (Vec<Checked>, Vec<String>) {
        let pace = WallPace::default();
        let http = online.then_some(&self.http as &dyn Http);
        let fetcher = Fetcher::new(
            http,
            self.cache.as_ref(),
            &pace,
            RateLimits::default(),
            self.freshness,
            context.now,
        );
        let registry = Registry::new(&fetcher, self.sources.clone(), Limits::default());
        let mut names = NameLists::new(&self.lists.names).with_patterns(&self.patterns);
        for index in &self.lists.indexes {
            names = names.with_index(index);
        }
        let malware = |ecosystem: &Ecosystem, name: &str, version: Option<&str>| {
            malicious(&self.database, ecosystem, name, version)
        };
        let rdap = self.rdap.as_ref().map(|list| Rdap::new(&fetcher, list));
        let checker = Checker {
            registry: &registry,
            names: &names,
            malware: &malware,
            domains: rdap
                .as_ref()
                .map_or(&NoDomains as &dyn Domains, |rdap| rdap),
            private: &self.private,
            policy: &self.policy,
            allow: &self.allow,
        };
        let mut examined = checker.examine(queries, progress);
        let looker = Looker {
            when: self.inspect,
            names: &self.lists.names,
            policy: &self.policy,
            registry: &registry,
            now: context.now,
        };
        if online {
            looker.look(&mut examined);
        }
        let verdicts = checker.judge(examined);
        let mut problems = self.problems.clone();
        problems.extend(fetcher.problems());
        (verdicts, problems)
    }
}

/// The advisories that call a package malicious.
fn malicious(
    database: &Database,
    ecosystem: &Ecosystem,
    name: &str,
    version: Option<&str>,
) -> Result<Vec<Malicious>, Unknown> {
    if !database.covers(ecosystem) {
        return Err(format!(
            "the advisory database has nothing of {ecosystem}; run `runward db update`"
        ));
    }
    let package = Package {
        ecosystem: ecosystem.clone(),
        name: name.to_owned(),
        version: version.map(str::to_owned),
    };
    let matches = match version {
        Some(_) => database.matches(&package),
        None => database.of_package(&package),
    }
    .map_err(|error| error.to_string())?;
    let found: Vec<_> = matches
        .advisories
        .into_iter()
        .filter(|advisory| advisory.malicious)
        .collect();
    let of_any = match version {
        None if !found.is_empty() => any_version(database, &package)?,
        _ => BTreeSet::new(),
    };
    Ok(found
        .into_iter()
        .map(|advisory| Malicious {
            some_versions: version.is_none() && !of_any.contains(&advisory.id),
            id: advisory.id,
            summary: Some(advisory.summary).filter(|summary| !summary.is_empty()),
        })
        .collect())
}

/// The advisories that hold for the lowest or the highest version that one can think of: those that mean the
/// package as such.
fn any_version(database: &Database, package: &Package) -> Result<BTreeSet<String>, Unknown> {
    let mut all = BTreeSet::new();
    for extreme in ["0.0.0", "999999.0.0"] {
        let package = Package {
            version: Some(extreme.to_owned()),
            ..package.clone()
        };
        let matches = database
            .matches(&package)
            .map_err(|error| error.to_string())?;
        all.extend(matches.advisories.into_iter().map(|one| one.id));
    }
    Ok(all)
}

/// Packages to check.
#[derive(Debug, Clone, Default)]
pub struct CheckRequest {
    pub queries: Vec<Query>,
    /// Ask nobody.
    pub offline: bool,
    /// Of which packages the files are looked at; absent: what the configuration says.
    pub inspect: Option<InspectFiles>,
}

/// What the check says.
#[derive(Debug)]
pub struct CheckReport {
    pub checks: Vec<Checked>,
    pub problems: Vec<String>,
    pub offline: bool,
}

/// Checks packages by their names.
pub fn check(
    context: &Context,
    settings: &Settings,
    request: &CheckRequest,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<CheckReport, OpsError> {
    let offline = request.offline || settings.config().database.offline;
    let mut desk = Desk::open(settings)?;
    desk.inspect = request.inspect.unwrap_or(desk.inspect);
    let (checks, problems) = desk.check(context, &request.queries, !offline, progress);
    Ok(CheckReport {
        checks,
        problems,
        offline,
    })
}

/// A package as people write it: `requests`, `requests==2.0`, `@scope/name@1.0`, `serde@1`.
pub fn query(ecosystem: &Ecosystem, text: &str) -> Result<Query, OpsError> {
    let text = text.trim();
    let split = if *ecosystem == Ecosystem::PyPI {
        text.split_once("==")
    } else {
        // A scope begins with the same sign.
        let scoped = usize::from(text.starts_with('@'));
        let at = text.get(scoped..).and_then(|rest| rest.rfind('@'));
        at.and_then(|at| Some((text.get(..at + scoped)?, text.get(at + scoped + 1..)?)))
    };
    let (name, version) = match split {
        Some((name, version)) => (name, Some(version)),
        None => (text, None),
    };
    let name = name
        .split(['[', '<', '>', '=', '~', '!', ';', ' '])
        .next()
        .unwrap_or(name)
        .trim();
    if name.is_empty() {
        return Err(OpsError::usage(
            format!("`{text}` is no package"),
            "write `requests` or `requests==2.32.3`, `left-pad@1.3.0`, `serde@1.0.1`",
        ));
    }
    let mut query = Query::new(ecosystem.clone(), name);
    query.version = version
        .map(|version| version.trim().to_owned())
        .filter(|it| !it.is_empty());
    Ok(query)
}

/// Why the files of a package that were to be looked at were not, or not all.
pub fn files_not_looked_at(check: &PackageCheck) -> Option<&str> {
    let mut gaps = check.unevaluated.iter();
    let gap = gaps.find(|one| one.signal == runward_packages::signals::FILES)?;
    Some(&gap.reason)
}

/// What a manifest or lockfile names, and what of it cannot be checked.
#[derive(Debug, Default)]
pub struct Named {
    pub queries: Vec<Query>,
    /// One line each.
    pub gaps: Vec<String>,
}

/// The packages of a dependency graph, whatever versions are left open: the names are there.
pub fn from_graph(graph: &DependencyGraph) -> Named {
    let mut named = Named::default();
    let mut open: BTreeSet<(&str, &str)> = BTreeSet::new();
    for one in &graph.dependencies {
        let name = one.package.name.as_str();
        if one.undetermined.is_some() {
            open.insert((&one.source.path, name));
        }
        let ecosystem = &one.package.ecosystem;
        if matches!(one.origin, Origin::Registry { .. }) && has_registry(ecosystem) {
            let mut query = Query::new(ecosystem.clone(), name);
            query.version.clone_from(&one.package.version);
            named.queries.push(query);
        } else {
            named.gaps.push(format!(
                "`{name}` is not looked at: it is from no registry that can be asked"
            ));
        }
    }
    let gaps = graph.not_covered.iter().filter(|gap| {
        let package = gap.package.as_deref();
        package.is_none_or(|package| !open.contains(&(gap.path.as_str(), package)))
    });
    named
        .gaps
        .extend(gaps.map(|gap| format!("{}: {}", gap.path, gap.reason)));
    named
}

/// The ecosystem of a name on the command line.
pub fn ecosystem(name: &str) -> Result<Ecosystem, OpsError> {
    match name.to_ascii_lowercase().as_str() {
        "pypi" | "python" => Ok(Ecosystem::PyPI),
        "npm" | "node" => Ok(Ecosystem::Npm),
        "crates" | "crates.io" | "cargo" | "rust" => Ok(Ecosystem::CratesIo),
        _ => Err(OpsError::usage(
            format!("`{name}` is not an ecosystem whose packages can be checked"),
            "use pypi, npm or crates",
        )),
    }
}

/// Whether packages of an ecosystem can be checked.
fn has_registry(ecosystem: &Ecosystem) -> bool {
    Registry::ECOSYSTEMS.contains(ecosystem)
}

/// What a signal says, and what it weighs.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalInfo {
    pub id: String,
    pub title: String,
    /// When it stands alone; where the evidence decides, the highest.
    pub weight: f64,
    /// Of what is seen in files: the weight where it runs at installation, on import, when called.
    pub when: Option<[f64; 3]>,
    pub why: String,
    pub what_to_do: Option<String>,
}

/// The signals that there are, documented: of names and registries, then of files.
pub fn signals() -> Result<Vec<SignalInfo>, OpsError> {
    let of_registries = runward_packages::signals::all()
        .iter()
        .map(|doc| SignalInfo {
            id: doc.id.to_owned(),
            title: doc.title.to_owned(),
            weight: doc.weight,
            when: None,
            why: doc.why.to_owned(),
            what_to_do: Some(doc.what_to_do.to_owned()),
        });
    let of_files = runward_inspect::signals().map_err(|error| OpsError::Io {
        message: error.to_string(),
        help: None,
    })?;
    let of_files = of_files.into_iter().map(|doc| SignalInfo {
        weight: doc.install.max(doc.import).max(doc.library),
        id: doc.id,
        title: doc.title,
        when: Some([doc.install, doc.import, doc.library]),
        why: doc.why,
        what_to_do: None,
    });
    Ok(of_registries.chain(of_files).collect())
}

/// Names, each once, in their order.
pub fn distinct(queries: Vec<Query>) -> Vec<Query> {
    let mut seen = BTreeSet::new();
    queries
        .into_iter()
        .filter(|query| {
            let name = query.ecosystem.normalize_name(&query.name);
            seen.insert((query.ecosystem.clone(), name, query.version.clone()))
        })
        .collect()
}
