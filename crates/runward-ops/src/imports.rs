//! Findings of other programs, into the same record.

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use runward_advisories::Database;
use runward_intake::{Format, Intake, Known, Options};
use runward_model::{Action, Dependency, DependencyGraph, Fingerprint, Package, Resource};
use runward_secrets::Detectors;
use runward_store::{Coverage, ImportRecord, Imported};
use sha2::{Digest as _, Sha256};

use crate::{
    Context, Ledger, OpsError, Project, Settings,
    deps::{self, DepsRequest},
    judge::judge,
};

/// What to import.
#[derive(Debug, Clone, Default)]
pub struct ImportRequest {
    /// Absent: standard input.
    pub file: Option<PathBuf>,
    /// Absent: told from the content.
    pub format: Option<String>,
    /// The reporter's name. Absent: the tool's own, as the file says.
    pub reporter: Option<String>,
    /// The manifest that the results are about, where the file does not say.
    pub manifest: Option<String>,
    /// The directory that the tool ran in, where its paths are absolute.
    pub source_root: Option<String>,
    /// Whether results that the source suppresses stay suppressed.
    pub trust_suppressions: bool,
    /// What the file does not name is gone, wherever its tool could have looked.
    pub whole: bool,
}

/// What an import came to.
#[derive(Debug)]
pub struct ImportSummary {
    pub format: Format,
    pub reporter: String,
    pub imported: Imported,
    pub duplicates: u64,
    pub suppressed_at_source: u64,
    /// For people: what could not be used, and why.
    pub notes: Vec<String>,
    pub not_covered: Vec<runward_model::NotCovered>,
}

/// Imports a file of results.
pub fn import(
    context: &Context,
    settings: &Settings,
    project: &Project,
    ledger: &Ledger,
    request: &ImportRequest,
) -> Result<ImportSummary, OpsError> {
    let repository = Resource::Repository {
        name: ledger.repository().to_owned(),
    };
    ledger.allow(Action::ImportFindings, &repository)?;
    let done = run(context, settings, project, ledger, request);
    ledger.settle(done)
}

fn run(
    context: &Context,
    settings: &Settings,
    project: &Project,
    ledger: &Ledger,
    request: &ImportRequest,
) -> Result<ImportSummary, OpsError> {
    let (mut input, name) = open(context, request.file.as_deref())?;
    let format = format(&mut input, &name, request.format.as_deref())?;
    let digest = identity(&digest(&mut input)?, format, request);
    let known = OurKnowledge::gather(context, settings, project)?;
    let options = Options {
        name: name.clone(),
        source_root: request
            .source_root
            .clone()
            .or_else(|| project.root.to_str().map(str::to_owned)),
        manifest: request.manifest.clone(),
        trust_suppressions: request.trust_suppressions,
        ..Options::default()
    };
    let mut intake = Intake::open(format, input, options, &known)?;
    let about = intake.about();
    let reporter = request
        .reporter
        .clone()
        .or_else(|| about.tools.first().map(|tool| tool.name.clone()))
        .unwrap_or_else(|| format.as_str().to_owned());
    let covered = Coverage {
        kinds: format.kinds().to_vec(),
        read: about.scanned.clone(),
        // Only the user can say that a run was over the whole project: a tool that names no file
        // has not looked everywhere.
        whole: request.whole,
        not_covered: about.not_covered.clone(),
        ruled: std::collections::BTreeMap::default(),
    };
    let started = about
        .generated
        .map_or(context.now, |generated| generated.min(context.now));
    let detectors = Detectors::standard();
    let policy = &settings.config().policy;
    let actor = ledger.actor();
    let record = ImportRecord {
        project: ledger.project_id()?,
        reporter: &reporter,
        started,
        now: context.now,
        source: &name,
        covered: &covered,
        digest: &digest,
        actor: &actor,
    };
    let imported = ledger
        .store
        .import(&record, &mut intake, |findings, recorded| {
            findings
                .iter()
                .map(|finding| {
                    let mut finding = finding.clone();
                    finding.title = masked(&finding.title, &detectors);
                    finding.history = recorded.history.get(&finding.fingerprint).cloned();
                    judge(&mut finding, policy, context.now, &known.graph);
                    finding
                })
                .collect()
        })?;
    let (about, tally) = intake.finish();
    Ok(ImportSummary {
        format,
        reporter,
        imported,
        duplicates: tally.duplicates,
        suppressed_at_source: tally.suppressed_at_source,
        notes: about.notes,
        not_covered: about.not_covered,
    })
}

/// A text without the secrets in it: tools quote the line that they complain of.
fn masked(text: &str, detectors: &Detectors) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for hit in detectors.find(text) {
        masked.push_str(text.get(from..hit.range.start).unwrap_or_default());
        masked.push_str("[redacted:");
        masked.push_str(hit.detector);
        masked.push(']');
        from = hit.range.end;
    }
    masked.push_str(text.get(from..).unwrap_or_default());
    masked
}

fn open(context: &Context, file: Option<&Path>) -> Result<(File, String), OpsError> {
    let Some(path) = file else {
        return Ok((spooled()?, "standard input".to_owned()));
    };
    let name = path.display().to_string();
    let file = File::open(context.working_directory.join(path)).map_err(|error| {
        OpsError::usage(
            format!("cannot read `{name}`: {error}"),
            "name a file that exists, or `-` for standard input",
        )
    })?;
    Ok((file, name))
}

/// Standard input as a file: it is read twice, which a pipe cannot be.
fn spooled() -> Result<File, OpsError> {
    let problem = |error: std::io::Error| OpsError::Io {
        message: format!("standard input cannot be kept for reading: {error}"),
        help: None,
    };
    let mut file = tempfile::tempfile().map_err(problem)?;
    std::io::copy(&mut std::io::stdin().lock(), &mut file).map_err(problem)?;
    file.flush().map_err(problem)?;
    file.seek(SeekFrom::Start(0)).map_err(problem)?;
    Ok(file)
}

fn format(input: &mut File, name: &str, given: Option<&str>) -> Result<Format, OpsError> {
    let names = || {
        let names: Vec<_> = Format::ALL.iter().map(|format| format.as_str()).collect();
        format!("use `--format` with one of {}", names.join(", "))
    };
    if let Some(given) = given {
        return Format::from_name(given)
            .ok_or_else(|| OpsError::usage(format!("`{given}` is no format"), names()));
    }
    let mut prefix = Vec::new();
    let read = std::io::Read::by_ref(input)
        .take(runward_intake::DETECT_BYTES as u64)
        .read_to_end(&mut prefix)
        .and_then(|_| input.seek(SeekFrom::Start(0)));
    read.map_err(|error| OpsError::usage(format!("cannot read `{name}`: {error}"), names()))?;
    runward_intake::detect_format(&prefix)
        .ok_or_else(|| OpsError::usage(format!("`{name}` is in no format that is known"), names()))
}

fn digest(input: &mut File) -> Result<String, OpsError> {
    let problem = |error: std::io::Error| OpsError::Io {
        message: format!("the file cannot be read: {error}"),
        help: None,
    };
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = input.read(&mut buffer).map_err(problem)?;
        if count == 0 {
            break;
        }
        hasher.update(buffer.get(..count).unwrap_or_default());
    }
    input.seek(SeekFrom::Start(0)).map_err(problem)?;
    Ok(runward_model::hex(&hasher.finalize()))
}

/// What is recognised as imported before: the same file, read in the same way.
fn identity(digest: &str, format: Format, request: &ImportRequest) -> String {
    let text = |option: &Option<String>| match option {
        Some(text) => format!("={text}"),
        None => String::new(),
    };
    let parts = [
        digest.to_owned(),
        format.as_str().to_owned(),
        text(&request.reporter),
        text(&request.manifest),
        text(&request.source_root),
        format!("{} {}", request.trust_suppressions, request.whole),
    ];
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Fingerprint::of(&parts).to_string()
}

/// What the project and the advisory database say about what a tool names.
struct OurKnowledge {
    graph: DependencyGraph,
    database: Database,
    project: Option<runward_tree::DiskTree>,
}

impl OurKnowledge {
    fn gather(context: &Context, settings: &Settings, project: &Project) -> Result<Self, OpsError> {
        let request = DepsRequest::default();
        Ok(Self {
            graph: deps::read(context, settings, project, &request)?.graph,
            database: Database::open_or_starter(&settings.database_directory)?,
            project: project.tree(settings.config().scan.max_file_bytes).ok(),
        })
    }
}

impl Known for OurKnowledge {
    fn dependencies(&self, package: &Package) -> Vec<Dependency> {
        self.graph
            .dependencies
            .iter()
            .filter(|dependency| {
                let ours = &dependency.package;
                ours.ecosystem == package.ecosystem
                    && ours.name == package.name
                    && (package.version.is_none() || ours.version == package.version)
            })
            .cloned()
            .collect()
    }

    fn aliases(&self, id: &str) -> Vec<String> {
        self.database
            .advisory(id)
            .ok()
            .flatten()
            .map(|detail| detail.aliases)
            .unwrap_or_default()
    }

    fn text(&self, path: &str, first: u32, last: u32) -> Option<String> {
        use runward_tree::Tree as _;
        let text = self.project.as_ref()?.read(path).ok()?;
        let text = String::from_utf8_lossy(&text);
        let skip = first.saturating_sub(1) as usize;
        let take = last.saturating_sub(first).saturating_add(1) as usize;
        Some(
            text.lines()
                .skip(skip)
                .take(take)
                .collect::<Vec<_>>()
                .join("\n"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_read_in_another_way_is_another_import() {
        let plain = ImportRequest::default();
        let some = |text: &str| Some(text.to_owned());
        let mut seen = std::collections::BTreeSet::new();
        for (format, request) in [
            (Format::Sarif, plain.clone()),
            (Format::Semgrep, plain.clone()),
            (
                Format::Sarif,
                ImportRequest {
                    reporter: some("a"),
                    ..plain.clone()
                },
            ),
            (
                Format::Sarif,
                ImportRequest {
                    manifest: some("a"),
                    ..plain.clone()
                },
            ),
            (
                Format::Sarif,
                ImportRequest {
                    manifest: some(""),
                    ..plain.clone()
                },
            ),
            (
                Format::Sarif,
                ImportRequest {
                    source_root: some("a"),
                    ..plain.clone()
                },
            ),
            (
                Format::Sarif,
                ImportRequest {
                    trust_suppressions: true,
                    ..plain.clone()
                },
            ),
            (
                Format::Sarif,
                ImportRequest {
                    whole: true,
                    ..plain.clone()
                },
            ),
        ] {
            assert!(seen.insert(identity("d", format, &request)), "{request:?}");
        }
        assert!(!seen.insert(identity("d", Format::Sarif, &plain)));
        assert!(seen.insert(identity("e", Format::Sarif, &plain)));
    }

    #[test]
    fn a_quoted_secret_is_masked_and_the_rest_stays() {
        let detectors = Detectors::standard();
        let quoted = "Possible hardcoded password: 'password=hunter2-4711' in settings";
        let shown = masked(quoted, &detectors);
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.starts_with("Possible hardcoded password"), "{shown}");
        let honest = "Use of insecure MD5 hash for security";
        assert_eq!(masked(honest, &detectors), honest);
    }
}
