//! Code: rules over a project's own files.

mod cached;
mod files;
mod finding;
mod fix;
mod rules;
pub mod test;

use std::collections::HashSet;

use runward_code::{Cache, Engine, Options, RuleSet, Scanned};
use runward_model::{Finding, NotCovered};
use runward_store::CodeCoverage;

pub use files::Which;
pub use fix::{CodeFixes, FileFix, fix};
pub use rules::{DEFAULT_RULES, Loaded, load};
pub(crate) use rules::{parts, read_one};
pub use runward_code::CodeFinding;

use crate::{Context, OpsError, Project, Settings};

/// What to look at with which rules.
#[derive(Debug, Clone, Default)]
pub struct CodeRequest {
    /// Packs by name, rule files and directories; empty: what the configuration says.
    pub rules: Vec<String>,
    pub which: Which,
    /// Neither read nor write the cache.
    pub no_cache: bool,
    /// Threads; absent: what the configuration says, else one for each processor.
    pub jobs: Option<u32>,
}

/// What the rules saw.
#[derive(Debug, Default)]
pub struct CodeScan {
    /// Unjudged; those that a comment silences are marked.
    pub findings: Vec<Finding>,
    pub covered: CodeCoverage,
    pub bytes: u64,
    pub warnings: Vec<String>,
}

/// Looks at the code of a project.
pub fn scan(
    context: &Context,
    settings: &Settings,
    project: &Project,
    request: &CodeRequest,
) -> Result<CodeScan, OpsError> {
    let loaded = load(context, settings, project, &request.rules)?;
    let run = run(settings, project, &loaded.set, request)?;
    let mut warnings: Vec<String> = loaded.warnings();
    warnings.extend(run.warning);
    warnings.extend(run.scanned.unused.iter().map(|unused| {
        format!(
            "{}:{}: `{}` silences nothing; remove it",
            unused.path, unused.line, unused.marker
        )
    }));
    let config = settings.config();
    let require_reason = config.policy.require_ignore_reason;
    let trusted = config.trust_project_policy;
    let findings = run
        .scanned
        .findings
        .into_iter()
        .map(|found| finding::finding(found, trusted, require_reason))
        .collect();
    Ok(CodeScan {
        findings,
        covered: CodeCoverage {
            rules: loaded
                .set
                .rules()
                .iter()
                .map(|ready| ready.rule.id.to_string())
                .collect(),
            whole: run.whole,
            not_covered: run.not_covered,
            read: run.scanned.files,
            passed_over: run.passed_over,
        },
        bytes: run.scanned.bytes,
        warnings,
    })
}

/// What given rules find, without a cache.
pub fn search(
    settings: &Settings,
    project: &Project,
    rules: &RuleSet,
    which: &Which,
) -> Result<(Scanned, Vec<NotCovered>), OpsError> {
    let request = CodeRequest {
        which: which.clone(),
        no_cache: true,
        ..CodeRequest::default()
    };
    let run = run(settings, project, rules, &request)?;
    Ok((run.scanned, run.not_covered))
}

/// What the rules of a request find.
fn prepare(
    context: &Context,
    settings: &Settings,
    project: &Project,
    request: &CodeRequest,
) -> Result<(Scanned, Vec<NotCovered>), OpsError> {
    let loaded = load(context, settings, project, &request.rules)?;
    let run = run(settings, project, &loaded.set, request)?;
    Ok((run.scanned, run.not_covered))
}

/// One run of the engine.
struct Run {
    scanned: Scanned,
    whole: bool,
    not_covered: Vec<NotCovered>,
    passed_over: Vec<String>,
    /// Why the cache was not written.
    warning: Option<String>,
}

fn run(
    settings: &Settings,
    project: &Project,
    rules: &RuleSet,
    request: &CodeRequest,
) -> Result<Run, OpsError> {
    let config = settings.config();
    let files = files::select(settings, project, &request.which)?;
    let engine = Engine {
        rules,
        options: Options {
            jobs: request
                .jobs
                .or(config.scan.jobs)
                .and_then(|jobs| usize::try_from(jobs).ok()),
            ..Options::following_calls(config.code.follow_calls)
        },
    };
    // Results that came with a foreign project would be its own word about itself.
    let use_cache =
        config.code.cache && config.trust_project_policy && !request.no_cache && files.on_disk;
    let place = cached::place(project);
    let digest = engine.digest();
    let mut cache = if use_cache {
        cached::read(&place, digest)
    } else {
        Cache::new(digest)
    };
    let mut scanned = engine.scan(&*files.tree, &files.paths, &mut cache);
    let mut warning = None;
    if use_cache && scanned.cached < scanned.files.len() {
        if files.whole {
            let kept: HashSet<&str> = scanned.files.iter().map(String::as_str).collect();
            cache.retain(|path| kept.contains(path));
        }
        warning = cached::write(project, &place, &cache).err().map(|error| {
            format!("the results are not kept for the next scan: {error}; see `--no-cache`")
        });
    }
    let mut not_covered = files.not_covered;
    not_covered.append(&mut scanned.not_covered);
    Ok(Run {
        scanned,
        whole: files.whole,
        not_covered,
        passed_over: files.passed_over,
        warning,
    })
}
