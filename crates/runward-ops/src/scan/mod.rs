//! The main job: from a project directory to judged findings.

mod kinds;
mod looked;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
    str::FromStr as _,
};

use jiff::tz::TimeZone;
use runward_advisories::Database;
use runward_assess::{apply_suppressions, gate, suppression_text, worst_first};
use runward_model::{
    Action, DatabaseInfo, DatabaseKind, DependencyGraph, Event, EventType, Finding, FindingKind,
    Fingerprint, NotCovered, Policy, Resource, ScanReport, Scope, Severity, Suppression, Target,
    finding::{History, Suppressed},
    policy::OnIncomplete,
    scan::{FixedFinding, SuppressionNotice, Verdict},
};
use runward_store::{Coverage, Judged, RuleCoverage, ScanRecord};

use crate::{
    Context, Ledger, Missing, OpsError, Project, Settings, Which, baseline,
    code::{self, CodeRequest},
    deps::{self, DepsRequest, ProjectDependencies},
    detect::{self, Detected},
    files,
    judge::judge,
    packages::{self, PackagesRequest},
    secrets::{self, SecretsRequest},
    subject::{Subject, is_named},
};

pub use kinds::KINDS;
use kinds::Kinds;
pub(crate) use looked::Looked;
use looked::Sights;

/// What to scan and what to show of it.
#[derive(Debug, Clone, Default)]
pub struct ScanRequest {
    pub deps: DepsRequest,
    pub code: CodeRequest,
    pub secrets: SecretsRequest,
    pub packages: PackagesRequest,
    /// Which of the project's files code rules and detectors of secrets look at.
    pub which: Which,
    /// Kinds of scan to run; empty: what the configuration says.
    pub only: Vec<String>,
    /// Overrides `policy.fail_on`.
    pub fail_on: Option<Severity>,
    /// Show and judge only what the last scan (or the baseline) did not have.
    pub new_only: bool,
    /// JSON of an earlier scan.
    pub baseline: Option<PathBuf>,
    /// Findings that are not to be told.
    pub known: BTreeSet<Fingerprint>,
    /// Gaps that are not to be told.
    pub known_gaps: BTreeSet<NotCovered>,
    /// Show only findings of this package.
    pub package: Option<String>,
    /// Show only this advisory (any of its ids).
    pub advisory: Option<String>,
    /// Neither read nor write the project's recorded findings.
    pub no_store: bool,
}

/// Scans a project.
pub fn scan(
    context: &Context,
    settings: &Settings,
    project: &Project,
    request: &ScanRequest,
) -> Result<ScanReport, OpsError> {
    let kinds = Kinds::of(settings, project, request)?;
    let mut policy = settings.config().policy.clone();
    if request.fail_on == Some(Severity::Unknown) {
        return Err(OpsError::usage(
            "`unknown` is no gate: what counts for an unrated finding is `policy.unknown_severity_as`",
            "use critical, high, medium, low or none",
        ));
    }
    if let Some(fail_on) = request.fail_on {
        policy.fail_on = fail_on;
    }
    let baseline = request
        .baseline
        .as_deref()
        .map(baseline::read)
        .transpose()?;
    let database = Database::open_or_starter(&settings.database_directory)?;
    let info = database.info(context.now, settings.config().database.max_age_hours);
    start_threads(request.code.jobs.or(settings.config().scan.jobs));
    let dependencies = if kinds.reads_dependencies() {
        deps::read(context, settings, project, &request.deps)?
    } else {
        ProjectDependencies::default()
    };
    let graph = &dependencies.graph;
    let mut sights = look(context, settings, project, request, kinds, graph)?;
    let nothing = dependencies.graph.read.is_empty()
        && dependencies.graph.not_covered.is_empty()
        && sights.covered.values().all(RuleCoverage::is_empty);
    let (ledger, unrecorded) = if request.no_store || nothing {
        (None, None)
    } else {
        ledger(context, settings, project)?
    };
    let subject = Subject::of(request, &database, &dependencies.graph, project)?;
    let mut detected = if kinds.deps {
        detect::detect(
            &dependencies.graph,
            &database,
            &settings.config().deps.scopes,
            &policy,
        )
    } else {
        Detected {
            not_covered: dependencies.graph.not_covered.clone(),
            ..Detected::default()
        }
    };
    subject.narrow(&mut detected.not_covered);
    detected
        .not_covered
        .retain(|gap| !request.known_gaps.contains(gap));
    let mut warnings = settings.loaded.warnings.clone();
    detected.findings.append(&mut sights.findings);
    sights
        .not_covered
        .retain(|gap| !request.known_gaps.contains(gap));
    detected.not_covered.append(&mut sights.not_covered);
    warnings.append(&mut sights.warnings);
    let mut scan = Scan {
        kinds,
        ruled: sights.covered,
        context,
        settings,
        project,
        request,
        policy,
        baseline,
        warnings,
        info,
        graph: dependencies.graph,
        target: dependencies.target,
        ledger,
    };
    scan.warnings.extend(unrecorded);
    if kinds.deps {
        scan.warn_about_database();
        scan.warnings.extend(database.source_warnings(context.now));
    }
    Ok(scan.finish(detected))
}

/// Looks at the project's own files.
fn look(
    context: &Context,
    settings: &Settings,
    project: &Project,
    request: &ScanRequest,
    kinds: Kinds,
    graph: &DependencyGraph,
) -> Result<Sights, OpsError> {
    let packages = kinds.packages && !graph.dependencies.is_empty();
    if !kinds.reads_files() && !packages {
        return Ok(Sights::default());
    }
    let files = files::select(context, settings, project, &request.which)?;
    let mut sights = Sights::new(&files.not_covered);
    if packages {
        let name = settings.project_name(project);
        let looked = packages::scan(
            context,
            settings,
            project,
            &request.packages,
            graph,
            &files,
            &name,
        )?;
        sights.add(FindingKind::SuspiciousDependency, looked.packages);
        sights.add(FindingKind::UndeclaredImport, looked.imports);
    }
    if kinds.code {
        let looked = code::scan(context, settings, project, &request.code, &files)?;
        sights.add(FindingKind::CodeIssue, looked);
    }
    if kinds.secrets {
        let looked = secrets::scan(context, settings, project, &request.secrets, &files)?;
        sights.add(FindingKind::Secret, looked);
        sights.join_credentials();
    }
    Ok(sights)
}

/// The record, or why there is none: that is said aloud and costs the history, not the verdict. A
/// right that is missing is no accident, and ends the scan.
fn ledger(
    context: &Context,
    settings: &Settings,
    project: &Project,
) -> Result<(Option<Ledger>, Option<String>), OpsError> {
    let opened = Ledger::open(context, settings, project, Missing::Make).and_then(|ledger| {
        let repository = Resource::Repository {
            name: ledger.repository().to_owned(),
        };
        ledger.allow(Action::RunScan, &repository)?;
        Ok(ledger)
    });
    match opened {
        Ok(ledger) => Ok((Some(ledger), None)),
        Err(error @ OpsError::Denied { .. }) => Err(error),
        Err(error) => Ok((None, Some(unrecorded(&error)))),
    }
}

fn unrecorded(error: &OpsError) -> String {
    format!("this scan is not recorded, so deadlines count from now: {error}")
}

/// Sets the number of threads. A second call in one process changes nothing.
fn start_threads(jobs: Option<u32>) {
    let Some(jobs) = jobs.and_then(|jobs| usize::try_from(jobs).ok()) else {
        return;
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs);
    // Only an earlier call can make this fail, and its number stands.
    let _ = pool.build_global();
}

/// The state of one scan between detection and report.
struct Scan<'a> {
    kinds: Kinds,
    /// What rules and detectors looked at.
    ruled: BTreeMap<FindingKind, RuleCoverage>,
    context: &'a Context,
    settings: &'a Settings,
    project: &'a Project,
    request: &'a ScanRequest,
    policy: Policy,
    baseline: Option<BTreeSet<Fingerprint>>,
    warnings: Vec<String>,
    info: DatabaseInfo,
    graph: DependencyGraph,
    target: Target,
    ledger: Option<Ledger>,
}

/// What judgement made of the findings.
struct Verdicts {
    active: Vec<Finding>,
    suppressed: Vec<Finding>,
    notices: Vec<SuppressionNotice>,
    /// Active findings that are not shown because they are not new.
    known: usize,
    at_or_above_gate: usize,
    verdict: Verdict,
}

impl Scan<'_> {
    fn finish(mut self, mut detected: Detected) -> ScanReport {
        let (verdicts, fixed) = self.record(&mut detected);
        let code = self.of(FindingKind::CodeIssue);
        let (code_files, rules_run) = (
            code.map(|code| code.read.len()),
            code.map_or(0, |code| code.rules.len()),
        );
        let secret_files = self.of(FindingKind::Secret).map(|found| found.read.len());
        ScanReport {
            project: self.settings.project_name(self.project),
            root: self.project.shown.clone(),
            environment: self.settings.config().environment.clone(),
            started: self.context.now,
            database: self.info,
            target: self.target,
            findings: verdicts.active,
            suppressed: verdicts.suppressed,
            known: verdicts.known,
            fixed,
            not_covered: detected.not_covered,
            excluded: detected.excluded,
            suppression_notices: verdicts.notices,
            warnings: self.warnings,
            dependencies: self.graph.dependencies,
            read: self.graph.read,
            packages_judged: detected.judged,
            code_files,
            rules_run,
            secret_files,
            fail_on: self.policy.fail_on,
            at_or_above_gate: verdicts.at_or_above_gate,
            verdict: verdicts.verdict,
        }
    }

    fn of(&self, kind: FindingKind) -> Option<&RuleCoverage> {
        self.ruled.get(&kind)
    }

    fn warn_about_database(&mut self) {
        if self.info.kind == DatabaseKind::Starter {
            self.warnings.push(format!(
                "judged from the built-in starter set of {} advisories: a first look only; run \
                 `runward db update`",
                self.info.advisories
            ));
        } else if self.info.stale {
            self.warnings.push(format!(
                "the advisory database is {:.0} hours old (limit: {}); run `runward db update`",
                self.info.age_hours.unwrap_or_default(),
                self.info.max_age_hours
            ));
        }
    }

    /// Judges with the record's help, and records.
    fn record(&mut self, detected: &mut Detected) -> (Verdicts, Vec<FixedFinding>) {
        if let Some(ledger) = &self.ledger {
            match self.recorded(ledger, detected) {
                Ok(done) => return done,
                Err(error) => self.warnings.push(unrecorded(&error)),
            }
        }
        let mut findings = std::mem::take(&mut detected.findings);
        self.judge_all(&mut findings, &HashMap::new(), &HashMap::new());
        (self.part(findings, &detected.not_covered), Vec::new())
    }

    fn recorded(
        &self,
        ledger: &Ledger,
        detected: &Detected,
    ) -> Result<(Verdicts, Vec<FixedFinding>), OpsError> {
        let covered = self.coverage(detected);
        let actor = ledger.actor();
        let project = ledger.project_id()?;
        ledger.note(&Event {
            project: Some(ledger.project().to_owned()),
            repository: Some(ledger.repository().to_owned()),
            ..Event::new(
                self.context.now,
                EventType::ScanStarted,
                actor.clone(),
                runward_model::Subject::new("project", ledger.project()),
            )
        })?;
        let record = ScanRecord {
            project,
            started: self.context.now,
            finished: self.context.now,
            root: &self.project.shown,
            database: &self.info,
            covered: &covered,
            findings: &detected.findings,
            actor: &actor,
        };
        let mut verdicts = None;
        let recorded = ledger.store.record_scan(&record, |recorded| {
            let mut findings = detected.findings.clone();
            self.judge_all(&mut findings, &recorded.history, &recorded.hidden);
            let parted = self.part(findings.clone(), &detected.not_covered);
            let verdict = parted.verdict;
            verdicts = Some(parted);
            Judged { findings, verdict }
        });
        let recorded = ledger.settle(recorded.map_err(OpsError::from))?;
        let verdicts = verdicts.ok_or_else(|| OpsError::Io {
            message: "the scan was recorded without being judged".to_owned(),
            help: None,
        })?;
        Ok((verdicts, recorded.fixed))
    }

    fn coverage(&self, detected: &Detected) -> Coverage {
        let config = self.settings.config();
        let all_scopes = Scope::ALL
            .iter()
            .all(|scope| config.deps.scopes.contains(scope));
        let of_dependencies = [
            FindingKind::VulnerableDependency,
            FindingKind::MaliciousDependency,
            FindingKind::DependencyNotice,
        ];
        Coverage {
            kinds: of_dependencies
                .into_iter()
                .filter(|_| self.kinds.deps)
                .chain(self.ruled.keys().copied())
                .collect(),
            read: self
                .graph
                .read
                .iter()
                .map(|(path, _)| path.clone())
                .collect(),
            whole: self.project.only.is_none() && config.scan.exclude.is_empty() && all_scopes,
            not_covered: detected.not_covered.clone(),
            ruled: self.ruled.clone(),
        }
    }

    fn judge_all(
        &self,
        findings: &mut [Finding],
        history: &HashMap<Fingerprint, History>,
        hidden: &HashMap<Fingerprint, Suppressed>,
    ) {
        // A record that came with a foreign project could carry acceptances of its own.
        let trusted = self.settings.config().trust_project_policy;
        for finding in findings {
            finding.history = history.get(&finding.fingerprint).cloned();
            if trusted && let Some(hidden) = hidden.get(&finding.fingerprint) {
                finding.suppressed = Some(hidden.clone());
            }
            judge(finding, &self.policy, self.context.now, &self.graph);
        }
    }

    /// Parts judged findings by suppressions and picks what is shown.
    fn part(&self, findings: Vec<Finding>, not_covered: &[NotCovered]) -> Verdicts {
        let today = self.context.now.to_zoned(TimeZone::UTC).date();
        let suppressions = self.suppressions();
        let parted = apply_suppressions(findings, &suppressions, today, &self.policy);
        let (mut active, mut suppressed) = (parted.active, parted.suppressed);
        filter(&mut active, self.request);
        filter(&mut suppressed, self.request);
        let known = self.keep_new(&mut active);
        active.sort_by(worst_first);
        suppressed.sort_by(worst_first);
        let mut at_or_above_gate = gate(&active, &self.policy);
        if self.request.advisory.is_some() {
            // Asked whether a fix holds: a decision not to look is no fix.
            at_or_above_gate += suppressed.len();
        }
        Verdicts {
            verdict: self.verdict(at_or_above_gate, not_covered),
            active,
            suppressed,
            notices: self.notices(parted.notices, &suppressions),
            known,
            at_or_above_gate,
        }
    }

    /// A suppression that a partial scan does not meet may well match elsewhere.
    fn notices(
        &self,
        mut notices: Vec<SuppressionNotice>,
        suppressions: &[(Suppression, String)],
    ) -> Vec<SuppressionNotice> {
        let elsewhere: BTreeSet<String> = suppressions
            .iter()
            .filter(|(suppression, _)| !self.would_meet(suppression))
            .map(|(suppression, origin)| suppression_text(suppression, origin))
            .collect();
        notices.retain(|notice| {
            !notice.problem.starts_with("matches nothing")
                || !elsewhere.contains(&notice.suppression)
        });
        notices
    }

    /// Whether all was looked at that a suppression can be about. One of a package is about
    /// dependencies; any other may name an advisory or a rule.
    fn would_meet(&self, suppression: &Suppression) -> bool {
        let usual = &self.settings.config().scan.only;
        let usual = |kind: &str| usual.is_empty() || usual.iter().any(|usual| usual == kind);
        let whole = |kind| self.of(kind).is_some_and(|looked| looked.whole);
        let code = whole(FindingKind::CodeIssue) && self.request.code.rules.is_empty();
        let secrets = whole(FindingKind::Secret);
        self.project.only.is_none()
            && (self.kinds.deps || !usual("deps"))
            && (suppression.package.is_some()
                || ((code || !usual("code")) && (secrets || !usual("secrets"))))
    }

    fn verdict(&self, at_or_above_gate: usize, not_covered: &[NotCovered]) -> Verdict {
        let fails = |rule: OnIncomplete| rule == OnIncomplete::Fail;
        let starter = self.info.kind == DatabaseKind::Starter;
        // Any file may hold a secret: looking for one in whatever lies about is no scan of a
        // project, unless that was the question.
        let none = |kind| self.of(kind).is_none_or(RuleCoverage::is_empty);
        let no_code = none(FindingKind::CodeIssue)
            && (none(FindingKind::Secret) || !self.kinds.secrets_alone);
        let incomplete = (!not_covered.is_empty() && fails(self.policy.on_not_covered))
            || (self.kinds.deps
                && ((self.info.stale && fails(self.policy.on_stale_database))
                    || (starter && fails(self.policy.on_starter_database))));
        if at_or_above_gate > 0 {
            Verdict::Findings
        } else if self.graph.read.is_empty() && no_code && not_covered.is_empty() {
            Verdict::NothingToScan
        } else if incomplete {
            Verdict::Incomplete
        } else {
            Verdict::Clean
        }
    }

    fn suppressions(&self) -> Vec<(Suppression, String)> {
        let loaded = &self.settings.loaded;
        loaded
            .config
            .suppressions
            .iter()
            .enumerate()
            .map(|(index, suppression)| {
                let origin = loaded.suppression_origin(index);
                let origin = origin.map(ToString::to_string).unwrap_or_default();
                (suppression.clone(), origin)
            })
            .collect()
    }

    /// With `--new-only` or a baseline: drops what was there before and says how much that is.
    fn keep_new(&self, findings: &mut Vec<Finding>) -> usize {
        let before = findings.len();
        findings.retain(|finding| !self.request.known.contains(&finding.fingerprint));
        if let Some(baseline) = &self.baseline {
            findings.retain(|finding| !baseline.contains(&finding.fingerprint));
        } else if self.request.new_only {
            findings.retain(|finding| finding.history.as_ref().is_none_or(|h| h.new));
        }
        before - findings.len()
    }
}

/// Leaves what the user asked to see. The record and the suppressions saw everything.
fn filter(findings: &mut Vec<Finding>, request: &ScanRequest) {
    if let Some(package) = &request.package {
        findings.retain(|finding| {
            let dependency = finding.dependency.as_ref();
            dependency.is_some_and(|dependency| is_named(dependency, package))
        });
    }
    if let Some(id) = &request.advisory {
        findings.retain(|finding| {
            let advisory = finding.advisory.as_ref();
            advisory.is_some_and(|known| known.ids().any(|known| known.eq_ignore_ascii_case(id)))
        });
    }
}

/// Reads a severity of the command line.
pub fn parse_severity(text: &str) -> Result<Severity, OpsError> {
    Severity::from_str(text)
        .map_err(|error| OpsError::usage(error.to_string(), "see `runward scan --help`"))
}
