//! Code: rules over a project's own files.

mod cached;
mod finding;
mod fix;
mod rules;
pub mod test;

use std::collections::HashSet;

use runward_code::{Cache, Engine, Follow, Options, RuleSet, Scanned};
use runward_config::FollowCalls;
use runward_model::NotCovered;
use runward_store::RuleCoverage;

pub use fix::{CodeFixes, FileFix, fix};
pub use rules::{DEFAULT_RULES, Loaded, load};
pub(crate) use rules::{parts, read_one};
pub use runward_code::CodeFinding;

use crate::{
    Context, OpsError, Project, Settings, Which,
    files::{self, Files},
    scan::Looked,
};

/// What to look at with which rules.
#[derive(Debug, Clone, Default)]
pub struct CodeRequest {
    /// Packs by name, rule files and directories; empty: what the configuration says.
    pub rules: Vec<String>,
    /// Neither read nor write the cache.
    pub no_cache: bool,
    /// Threads; absent: what the configuration says, else one for each processor.
    pub jobs: Option<u32>,
}

/// Looks at the code of a project.
pub(crate) fn scan(
    context: &Context,
    settings: &Settings,
    project: &Project,
    request: &CodeRequest,
    files: &Files,
) -> Result<Looked, OpsError> {
    let loaded = load(context, settings, project, &request.rules)?;
    let run = run(settings, project, &loaded.set, request, files);
    let mut warnings: Vec<String> = loaded.warnings();
    warnings.extend(run.warning);
    // Comments about secrets are read where secrets are looked for.
    let ours = run
        .scanned
        .unused
        .iter()
        .filter(|unused| !is_about_secrets(&unused.marker));
    warnings.extend(ours.map(|unused| {
        format!(
            "{}:{}: `{}` silences nothing; remove it",
            unused.path, unused.line, unused.marker
        )
    }));
    let mut masks = finding::Masks::default();
    let config = settings.config();
    let require_reason = config.policy.require_ignore_reason;
    let trusted = config.trust_project_policy;
    let findings = run
        .scanned
        .findings
        .into_iter()
        .map(|found| finding::finding(masks.over(found), trusted, require_reason))
        .collect();
    Ok(Looked {
        findings,
        covered: RuleCoverage {
            rules: loaded
                .set
                .rules()
                .iter()
                .map(|ready| ready.rule.id.to_string())
                .collect(),
            history: false,
            whole: files.whole,
            not_covered: run.not_covered,
            read: run.scanned.files,
            passed_over: files.passed_over.clone(),
        },
        warnings,
    })
}

/// What given rules find, without a cache.
pub fn search(
    context: &Context,
    settings: &Settings,
    project: &Project,
    rules: &RuleSet,
    which: &Which,
) -> Result<(Scanned, Vec<NotCovered>), OpsError> {
    let request = CodeRequest {
        no_cache: true,
        ..CodeRequest::default()
    };
    let files = files::select(context, settings, project, which)?;
    let run = run(settings, project, rules, &request, &files);
    let told = run.told(files);
    Ok((run.scanned, told))
}

/// What the rules of a request find.
fn prepare(
    context: &Context,
    settings: &Settings,
    project: &Project,
    request: &CodeRequest,
    which: &Which,
) -> Result<(Scanned, Vec<NotCovered>), OpsError> {
    let loaded = load(context, settings, project, &request.rules)?;
    let files = files::select(context, settings, project, which)?;
    let run = run(settings, project, &loaded.set, request, &files);
    let told = run.told(files);
    Ok((run.scanned, told))
}

/// One run of the engine.
struct Run {
    scanned: Scanned,
    /// What the engine could not look at; what is no file to begin with, [`Files`] tells.
    not_covered: Vec<NotCovered>,
    /// Why the cache was not written.
    warning: Option<String>,
}

impl Run {
    fn told(&self, files: Files) -> Vec<NotCovered> {
        let mut all = files.not_covered;
        all.extend(self.not_covered.iter().cloned());
        all
    }
}

fn run(
    settings: &Settings,
    project: &Project,
    rules: &RuleSet,
    request: &CodeRequest,
    files: &Files,
) -> Run {
    let config = settings.config();
    let engine = Engine {
        rules,
        options: Options {
            jobs: request
                .jobs
                .or(config.scan.jobs)
                .and_then(|jobs| usize::try_from(jobs).ok()),
            ..Options::following(match config.code.follow_calls {
                FollowCalls::Off => Follow::Off,
                FollowCalls::File => Follow::File,
                FollowCalls::Project => Follow::Project,
            })
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
    Run {
        not_covered: std::mem::take(&mut scanned.not_covered),
        scanned,
        warning,
    }
}

/// `runward: ignore[secret]`, and what names a detector.
fn is_about_secrets(marker: &str) -> bool {
    let named = marker
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'));
    named.is_some_and(|(names, _)| {
        names.split(',').map(str::trim).all(|name| {
            matches!(name, "secret" | "secrets")
                || runward_secrets::Detectors::all().any(|detector| detector.id == name)
        })
    })
}
