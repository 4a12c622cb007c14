//! What is wrong with this installation and this project, and the command that mends it.

use std::path::Path;

use runward_advisories::Database;
use runward_deps::resolve::Runner as _;

use crate::{
    Context, Ledger, Missing, OpsError, Project, STATE_DIRECTORY, Settings,
    deps::{self, DepsRequest},
    runner::SystemRunner,
};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Good,
    /// Worth knowing, nothing to mend.
    Note,
    Bad,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub name: &'static str,
    pub state: State,
    pub message: String,
    /// The command or step that mends it.
    pub remedy: Option<String>,
}

impl Check {
    fn good(name: &'static str, message: impl Into<String>) -> Self {
        Self {
            name,
            state: State::Good,
            message: message.into(),
            remedy: None,
        }
    }

    fn note(name: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            state: State::Note,
            remedy: Some(remedy.into()),
            ..Self::good(name, message)
        }
    }

    fn bad(name: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            state: State::Bad,
            remedy: Some(remedy.into()),
            ..Self::good(name, message)
        }
    }
}

/// Runs every check; a failed one does not keep the others from running.
pub fn examine(
    context: &Context,
    path: &Path,
    load: &dyn Fn(&Project) -> Result<Settings, OpsError>,
) -> Vec<Check> {
    let project = match Project::locate(context, path) {
        Ok(project) => project,
        Err(error) => {
            let remedy = error.help().unwrap_or("give an existing path").to_owned();
            return vec![Check::bad("project", error.to_string(), remedy)];
        }
    };
    let mut checks = Vec::new();
    match load(&project) {
        Ok(settings) => {
            checks.push(configuration(&settings));
            checks.extend(database(context, &settings));
            checks.push(manifests(context, &settings, &project));
            checks.push(record(context, &settings, &project));
        }
        Err(OpsError::Config(errors)) => {
            for error in errors {
                let remedy = error.help.clone();
                checks.push(Check::bad(
                    "configuration",
                    error.to_string(),
                    remedy.unwrap_or_else(|| "correct the value".to_owned()),
                ));
            }
        }
        Err(error) => checks.push(Check::bad(
            "configuration",
            error.to_string(),
            error.help().unwrap_or("correct the value").to_owned(),
        )),
    }
    checks.extend(tools());
    checks
}

fn configuration(settings: &Settings) -> Check {
    match settings.loaded.warnings.first() {
        Some(warning) => Check::note("configuration", warning, "run `runward config validate`"),
        None => Check::good("configuration", "valid"),
    }
}

fn database(context: &Context, settings: &Settings) -> Vec<Check> {
    let directory = &settings.database_directory;
    let update = "run `runward db update`";
    let shown = directory.display();
    let mut checks = Vec::new();
    match Database::open(directory) {
        Ok(None) => checks.push(Check::bad(
            "database",
            format!("there is none at {shown}; scans use the small built-in starter set"),
            update,
        )),
        Err(error) => checks.push(Check::bad("database", error.to_string(), update)),
        Ok(Some(database)) => {
            let info = database.info(context.now, settings.config().database.max_age_hours);
            let age = info.age_hours.unwrap_or_default();
            let message = format!(
                "{} advisories for {} packages at {shown}, {age:.0} hours old (limit: {})",
                info.advisories, info.packages, info.max_age_hours
            );
            checks.push(if info.stale {
                Check::bad("database", message, update)
            } else {
                Check::good("database", message)
            });
            if info.kev_entries == 0 {
                checks.push(Check::note(
                    "database",
                    "it has no catalogue of known exploited vulnerabilities (KEV)",
                    update,
                ));
            }
            if info.epss_entries == 0 {
                checks.push(Check::note(
                    "database",
                    "it has no exploit predictions (EPSS)",
                    update,
                ));
            }
            if let Err(error) = database.verify() {
                checks.push(Check::bad("database", error.to_string(), update));
            }
        }
    }
    if let Err(problem) = writable(directory) {
        checks.push(Check::bad(
            "database",
            format!("its directory cannot be written to: {problem}"),
            "set RUNWARD_DATA_DIR to a directory of yours",
        ));
    }
    checks
}

/// Whether a file could be made in a directory, or in the nearest one above it that exists.
fn writable(directory: &Path) -> Result<(), std::io::Error> {
    let existing = directory
        .ancestors()
        .find(|ancestor| ancestor.is_dir())
        .unwrap_or(Path::new("."));
    tempfile::tempfile_in(existing).map(drop)
}

fn manifests(context: &Context, settings: &Settings, project: &Project) -> Check {
    let name = "project";
    match deps::read(context, settings, project, &DepsRequest::default()) {
        Err(error) => Check::bad(name, error.to_string(), "correct what is named"),
        Ok(read) if read.graph.read.is_empty() => Check::bad(
            name,
            format!("no manifest, lockfile or SBOM in {}", project.shown),
            "run in the project's root, or name an environment with `runward scan --env DIR`",
        ),
        Ok(read) => {
            let open = read
                .graph
                .dependencies
                .iter()
                .filter(|dependency| dependency.undetermined.is_some())
                .count();
            let message = format!(
                "{} files that state dependencies, {} dependencies",
                read.graph.read.len(),
                read.graph.dependencies.len()
            );
            if open > 0 {
                Check::note(
                    name,
                    format!("{message}, {open} of them without a version"),
                    "lock them, or scan with `runward scan --resolve`",
                )
            } else {
                Check::good(name, message)
            }
        }
    }
}

fn record(context: &Context, settings: &Settings, project: &Project) -> Check {
    let name = "record";
    if settings.config().store.url.is_none() {
        let directory = project.root.join(STATE_DIRECTORY);
        if let Err(problem) = writable(&directory) {
            return Check::bad(
                name,
                format!("{} cannot be written to: {problem}", directory.display()),
                "make it writable; until then, deadlines count from each scan anew",
            );
        }
        if !project.store_file().exists() {
            return Check::note(
                name,
                "no scan is recorded yet",
                format!("run `runward scan {}`", project.shown),
            );
        }
    }
    let last = Ledger::open(context, settings, project, Missing::Refuse)
        .and_then(|ledger| Ok(ledger.store.last_scan(&ledger.scope()?)?));
    match last {
        Ok(Some(scan)) => Check::good(name, format!("last scan {}", scan.started)),
        Ok(None) => Check::good(name, "no scan is recorded yet"),
        Err(error) => {
            let remedy = error
                .help()
                .unwrap_or("run `runward store check` and `runward audit verify`");
            Check::bad(name, error.to_string(), remedy)
        }
    }
}

/// Programs that `--resolve` asks; nothing else needs them.
fn tools() -> Vec<Check> {
    let python = ["uv", "pip-compile"];
    let found = python.iter().find(|program| SystemRunner.has(program));
    let python = match found {
        Some(program) => Check::good("tools", format!("`--resolve` for Python uses {program}")),
        None => Check::note(
            "tools",
            "`--resolve` for Python needs uv or pip-compile, and neither is installed",
            "pip install uv",
        ),
    };
    let npm = if SystemRunner.has("npm") {
        Check::good("tools", "`--resolve` for npm uses npm")
    } else {
        Check::note(
            "tools",
            "`--resolve` for npm needs npm, which is not installed",
            "install Node.js",
        )
    };
    vec![python, npm]
}
