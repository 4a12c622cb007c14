//! The configuration itself. The doc comments are what users read: the schema, the template of
//! `runward init` and the reference pages are generated from them, so each key says what it does,
//! its unit, and what its absence means.

use runward_model::{Policy, Scope, Suppression};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::{
    ColorChoice, ConfidenceName, FollowCalls, FormatName, InspectFiles, PlatformName, ScanKindName,
    ScopeName,
};

/// Everything that can be configured, after all layers are merged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The environment that the scan is for: `development`, `staging`, `production`, or a name
    /// that has an `[environments.<name>]` section. Selects that section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"production")]
    pub environment: Option<String>,
    /// Whether a project's own file may hide its findings: suppress, exclude, relax the policy,
    /// choose the database. Set `false` where foreign projects are scanned. Not read from a
    /// project's file: set it in the user's file, as `RUNWARD_TRUST_PROJECT_POLICY` or on the
    /// command line.
    pub trust_project_policy: bool,
    /// About the project.
    pub project: ProjectConfig,
    /// What is looked at.
    pub scan: ScanConfig,
    /// How dependencies are read.
    pub deps: DepsConfig,
    /// Which packages may come in.
    pub packages: PackagesConfig,
    /// How code is looked at.
    pub code: CodeConfig,
    /// How secrets are looked for.
    pub secrets: SecretsConfig,
    /// The advisory database.
    pub database: DatabaseConfig,
    /// Where findings, tasks and events are kept.
    pub store: StoreConfig,
    /// The audit log.
    pub audit: AuditConfig,
    /// Who may do what.
    pub access: AccessConfig,
    /// Tasks and what is said in them.
    pub tasks: TasksConfig,
    /// How results are shown.
    pub output: OutputConfig,
    /// What the team has decided: what fails a scan, what must be fixed by when and who approves.
    pub policy: Policy,
    /// Findings that somebody has decided to accept until a date. All layers' entries hold.
    pub suppressions: Vec<Suppression>,
}

/// About the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectConfig {
    /// The project's name in reports. Absent: the name of the scanned directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"order-tracker")]
    pub name: Option<String>,
    /// The repository that the project belongs to, by which access is granted. Absent: the
    /// project's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"example/order-tracker")]
    pub repository: Option<String>,
}

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScanConfig {
    /// The kinds of scan to run. Empty: all there are.
    #[schemars(with = "Vec<ScanKindName>")]
    pub only: Vec<String>,
    /// Globs of paths that are not looked at, relative to the scanned directory; `**` crosses
    /// directories. All layers' entries hold.
    #[schemars(example = serde_json::json!(["docs/**", "**/fixtures/**"]))]
    pub exclude: Vec<String>,
    /// Whether version control, caches and installed packages (`.git`, `node_modules`, `.venv`, …)
    /// are passed over.
    pub default_excludes: bool,
    /// Largest file that is read, in bytes. A larger one is reported as not covered.
    #[schemars(range(min = 1024, max = 4_294_967_296u64))]
    pub max_file_bytes: u64,
    /// How many threads work at once. Absent: one for each processor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1024), example = 4)]
    pub jobs: Option<u32>,
}

/// How dependencies are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DepsConfig {
    /// The Python version that environment markers are evaluated for. Absent: what the project
    /// asks for, else a current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"3.12")]
    pub python_version: Option<String>,
    /// The operating system that markers are evaluated for. Absent: `linux`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<PlatformName>", example = &"linux")]
    pub platform: Option<String>,
    /// The processor architecture that markers are evaluated for, as Python's
    /// `platform.machine()` names it. Absent: `x86_64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"aarch64")]
    pub machine: Option<String>,
    /// Directories of installed Python packages to read as well (virtual environments), relative
    /// to the scanned directory.
    #[schemars(example = serde_json::json!([".venv"]))]
    pub env: Vec<String>,
    /// SBOM files to read as well (CycloneDX, SPDX), relative to the scanned directory.
    #[schemars(example = serde_json::json!(["build/sbom.cdx.json"]))]
    pub sbom: Vec<String>,
    /// Whether open versions are resolved through the project's own package manager. That can run
    /// code of the project and of its dependencies, so a project's own file cannot switch it on.
    pub resolve: bool,
    /// The dependency scopes that are judged.
    #[schemars(with = "Vec<ScopeName>")]
    pub scopes: Vec<Scope>,
    /// Whether the project's sources are searched for imports of each package, which counts in
    /// the risk score.
    pub imports: bool,
}

/// The advisory database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// The directory of the database; a relative one starts at the working directory. Absent: the
    /// user's data directory. Also `RUNWARD_DATA_DIR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"/var/lib/runward")]
    pub dir: Option<String>,
    /// Age at which the database counts as stale, in hours.
    #[schemars(range(min = 1, max = 876_000))]
    pub max_age_hours: u32,
    /// Where advisories come from: the URL or directory of a copy of the OSV layout
    /// (`<ecosystem>/all.zip`). Absent: OSV's public storage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"https://mirror.example.org/osv")]
    pub source: Option<String>,
    /// The ecosystems to update, by their OSV names. Empty: all that Runward matches.
    #[schemars(example = serde_json::json!(["PyPI", "npm"]))]
    pub ecosystems: Vec<String>,
    /// The URL or file of the EPSS scores (CSV, may be gzipped). Absent: FIRST's public file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"https://mirror.example.org/epss_scores-current.csv.gz")]
    pub epss_source: Option<String>,
    /// The URL or file of the catalogue of known exploited vulnerabilities (JSON). Absent: CISA's
    /// public file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"https://mirror.example.org/known_exploited_vulnerabilities.json")]
    pub kev_source: Option<String>,
    /// Whether the network stays untouched, whatever a command would like to fetch.
    pub offline: bool,
}

/// Where findings, tasks and events are kept. None of it is read from a project's own file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// `sqlite:PATH` or `postgres://USER@HOST/DATABASE`. Absent: the file `.runward/findings.db`
    /// of each project. A password is better given by `PGPASSWORD` or a password file. Also
    /// `--store` and `RUNWARD_STORE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"postgres://runward@db.example.org/runward")]
    pub url: Option<String>,
    /// How long a writer waits for another, in seconds.
    #[schemars(range(min = 1, max = 3600))]
    pub wait_seconds: u32,
}

/// How code is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeConfig {
    /// The rules to run: packs by name, rule files and directories, relative to the scanned
    /// directory. Empty: the packs that come with Runward, and the project's `.semgrep.yml` or
    /// `.semgrep/`.
    #[schemars(example = serde_json::json!(["python-security", "rules/own.yaml"]))]
    pub rules: Vec<String>,
    /// How far tainted values are followed through calls: not at all, within a file, or from file to
    /// file of the project too (Python, JavaScript, TypeScript; it takes much longer).
    pub follow_calls: FollowCalls,
    /// Whether results are kept in `.runward/cache/` for files that do not change.
    pub cache: bool,
}

/// Which packages may come in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackagesConfig {
    /// Whether a scan asks the registries about dependencies that are new. `package check` and
    /// `guard` ask unless told otherwise.
    pub online: bool,
    /// Where the registries are asked: of which packages the files are fetched and looked at, without
    /// running them.
    pub inspect: InspectFiles,
    /// The score, from 0 to 10, from which on somebody has to look at a package.
    pub review_score: f64,
    /// The score from which on a package is kept out.
    pub block_score: f64,
    /// Signals that keep a package out whatever its score.
    pub always_block: Vec<String>,
    /// Weights in place of the documented ones, as `SIGNAL=NUMBER`; 0 switches a signal off.
    #[schemars(example = serde_json::json!(["no-description=0"]))]
    pub weights: Vec<String>,
    /// Below this age a package is young, in days.
    pub young_days: u32,
    /// Below this number a package has few downloads, for a week.
    pub low_downloads: u32,
    /// Regular expressions of names that are suspicious; a whole name must match.
    #[schemars(example = serde_json::json!([".*-?db$"]))]
    pub suspicious_names: Vec<String>,
    /// Names of your own packages, which no public registry should have; `*` stands for anything.
    #[schemars(example = serde_json::json!(["acme-*", "@acme/*"]))]
    pub internal: Vec<String>,
    /// Packages that are let in whatever speaks against them, until a date: entries of `name`,
    /// `reason`, `author` and `expires`, and where it matters `ecosystem`, `version` and
    /// `known_malicious`.
    pub allow: Vec<AllowedPackage>,
    /// A mirror of PyPI. Absent: pypi.org.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"https://pypi.example.org")]
    pub pypi_url: Option<String>,
    /// A mirror of the npm registry. Absent: registry.npmjs.org.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"https://npm.example.org")]
    pub npm_url: Option<String>,
    /// A mirror of crates.io's sparse index. Absent: index.crates.io.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"https://crates.example.org/index")]
    pub crates_url: Option<String>,
    /// Whether the registries of domains are asked who holds those of maintainers' mail addresses. They
    /// are told the domain alone.
    pub domains: bool,
    /// The list of the registries of domains (RFC 9224). Absent: that of IANA, unless a mirror is set above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"https://rdap.example.org/dns.json")]
    pub rdap_url: Option<String>,
    /// How long a registry's answer is good, in hours.
    #[schemars(range(max = 8760))]
    pub cache_hours: u32,
}

/// A package that is let in whatever speaks against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowedPackage {
    /// The name; `*` stands for anything.
    pub name: String,
    /// `pypi`, `npm` or `crates`. Absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ecosystem: Option<String>,
    /// The versions, in the ecosystem's notation. Absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    pub reason: String,
    pub author: String,
    /// The last day on which it holds (UTC), as `2026-12-31`.
    #[schemars(with = "String")]
    pub expires: jiff::civil::Date,
    /// Also where an advisory calls the package malicious.
    #[serde(default)]
    pub known_malicious: bool,
}

/// How secrets are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretsConfig {
    /// Whether archives (zip, wheel, jar, tar) are opened.
    pub archives: bool,
    /// The least confidence of what is told.
    #[schemars(with = "ConfidenceName")]
    pub min_confidence: String,
    /// A file of secrets that are known already, relative to the scanned directory;
    /// `runward secrets baseline` writes it. That of detect-secrets (`.secrets.baseline`) is found
    /// by itself. Absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &".runward-secrets.json")]
    pub baseline: Option<String>,
    /// The hosts that `--verify` may send what it found to. Not read from a project's own file.
    #[schemars(example = serde_json::json!(["api.github.com"]))]
    pub verify_hosts: Vec<String>,
}

/// The audit log. None of it is read from a project's own file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditConfig {
    /// The directory of the log. Absent: `audit` beside the store's file, or in the user's data
    /// directory where the store is a server's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"/var/lib/runward/audit")]
    pub dir: Option<String>,
    /// The directory of the keys that sign the log and commit to redacted values. Absent: `keys`
    /// beside the log. Who can read it can forge the log and test guesses at what was redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"/etc/runward/keys")]
    pub keys_dir: Option<String>,
    /// The log's name in its checkpoints. Absent: one made from the store's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"security.example.org/runward")]
    pub origin: Option<String>,
    /// Also follow the log into two files of JSON lines in this directory: `audit.log` with the
    /// fields `timestamp`, `event_type`, `user_id`, `details`, … for `grep` and `jq`, and
    /// `audit.json` with every entry in full. Absent: no such files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"/var/log/runward")]
    pub files_dir: Option<String>,
    /// Further fields whose values are redacted before they are recorded.
    #[schemars(example = serde_json::json!(["customer", "salary"]))]
    pub redact_fields: Vec<String>,
    /// Further words that make a field sensitive wherever they occur in its name.
    #[schemars(example = serde_json::json!(["pin", "iban"]))]
    pub redact_words: Vec<String>,
}

/// Who may do what. None of it is read from a project's own file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessConfig {
    /// Files of further Cedar policies, relative to the working directory.
    #[schemars(example = serde_json::json!(["/etc/runward/access.cedar"]))]
    pub policies: Vec<String>,
    /// Longest life of an API token, in days.
    #[schemars(range(min = 1, max = 3650))]
    pub max_token_days: u32,
}

/// Tasks and what is said in them. None of it is read from a project's own file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TasksConfig {
    /// A file of further attack patterns to report in input (TOML, in the form of the built-in
    /// ones). Absent: the built-in patterns alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"/etc/runward/attack-patterns.toml")]
    pub attack_patterns: Option<String>,
}

/// How results are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutputConfig {
    /// The format of `scan` where the command line names none.
    #[schemars(with = "FormatName")]
    pub format: String,
    /// Whether text is coloured; `auto`: on a terminal and without `NO_COLOR`.
    pub color: ColorChoice,
}
