//! Findings that are answered together: those of one package in one file by one upgrade, those of
//! one rule in one file by one look at it.

use std::collections::HashMap;

use runward_model::{
    Dependency, Finding, FindingKind, Package, ScanReport, Severity,
    dependency::{Imported, Origin},
};

use super::item::{Item, item};
use crate::{
    clean::{clip, shown},
    fix::{self, Need, Upgrade},
    next_step::{self, Files, Step, Subject},
};

/// What the findings of a block are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Package,
    /// Lines of code, told by a rule.
    Code,
    /// What another tool found.
    Other,
}

/// The findings of one package version, or of one rule, in one file.
pub(crate) struct Block {
    pub(crate) about: About,
    /// `django 3.2.1`, the rule, or the title of a finding that has neither.
    pub(crate) name: String,
    pub(crate) ecosystem: Option<String>,
    /// The worst severity of its findings.
    pub(crate) severity: Severity,
    /// `requirements.txt:3`.
    pub(crate) place: String,
    /// `runtime`, `direct`, `imported`, …
    pub(crate) facts: Vec<String>,
    /// `app-framework 2.0 → jinja2 2.11.2`, for a transitive dependency.
    pub(crate) path: Option<String>,
    pub(crate) upgrade: Option<Upgrade>,
    /// `patch`, `minor`, `major` upgrade, where it is known.
    pub(crate) step: Option<&'static str>,
    pub(crate) malicious: bool,
    /// Nothing is known to be wrong with it, but it may not be what it claims to be.
    pub(crate) doubted: bool,
    pub(crate) next: Vec<Step>,
    pub(crate) items: Vec<Item>,
}

impl Block {
    /// What is alarming about its findings, each once.
    pub(crate) fn alarms(&self) -> Vec<&str> {
        let mut alarms: Vec<&str> = Vec::new();
        for reason in self.items.iter().flat_map(|item| &item.reasons) {
            if reason.is_alarm() && !alarms.contains(&reason.text.as_str()) {
                alarms.push(&reason.text);
            }
        }
        alarms
    }

    /// `django 3.2.1`, `py-eval in app.py`.
    pub(crate) fn subject(&self) -> String {
        let file = self.items.first().and_then(|item| item.code.as_ref());
        match file.and_then(|code| code.place.rsplitn(3, ':').last()) {
            Some(file) => format!("{} in {file}", self.name),
            None => self.name.clone(),
        }
    }

    /// `4.2.17 fixes all 3 (minor upgrade)`; empty where there is nothing to say.
    pub(crate) fn fix_words(&self) -> String {
        match self.about {
            About::Package => {}
            About::Code => return self.code_fix_words(),
            About::Other => return String::new(),
        }
        if self.malicious {
            return "remove the package".to_owned();
        }
        if self.doubted {
            return "look at the package, and remove or allow it".to_owned();
        }
        let Some(upgrade) = &self.upgrade else {
            return "no fixed version is known".to_owned();
        };
        let version = shown(&upgrade.version);
        let what = match (upgrade.fixes, upgrade.of) {
            (1, 1) => "fixes it".to_owned(),
            (2, 2) => "fixes both".to_owned(),
            (fixes, of) if fixes == of => format!("fixes all {of}"),
            (fixes, of) => format!("fixes {fixes} of {of}; no one version is known to fix all"),
        };
        match self.step {
            Some(step) => format!("{version} {what} ({step} upgrade)"),
            None => format!("{version} {what}"),
        }
    }
}

impl Block {
    fn code_fix_words(&self) -> String {
        let fixable = self.fixable();
        match (fixable, self.items.len()) {
            (0, _) => "no automatic fix".to_owned(),
            (1, 1) => "the rule has a fix".to_owned(),
            (some, all) if some == all => format!("the rule has a fix for all {all}"),
            (some, all) => format!("the rule has a fix for {some} of {all}"),
        }
    }

    pub(crate) fn is_code(&self) -> bool {
        self.about == About::Code
    }

    /// Whether nothing but work by hand answers it.
    pub(crate) fn is_unfixable(&self) -> bool {
        match self.about {
            About::Code => self.fixable() == 0,
            About::Package | About::Other => self.upgrade.is_none() || self.malicious,
        }
    }

    /// Findings whose rule proposes a fix.
    fn fixable(&self) -> usize {
        let code = self.items.iter().filter_map(|item| item.code.as_ref());
        code.filter(|code| code.fix.is_some()).count()
    }
}

/// `django 3.2.1`.
pub(crate) fn name_and_version(package: &Package) -> String {
    let name = shown(&package.name);
    match &package.version {
        Some(version) => format!("{name} {}", shown(version)),
        None => name,
    }
}

/// Blocks in the order of their first finding: the report lists findings worst first.
pub(super) fn blocks(report: &ScanReport, cells: usize) -> Vec<Block> {
    let files = Files::of(report);
    let around = Around {
        now: report.started,
        files: &files,
        root: &report.root,
        cells,
    };
    groups(&report.findings)
        .iter()
        .filter_map(|group| block(group, &around))
        .collect()
}

/// What a block is made in view of.
struct Around<'a> {
    now: jiff::Timestamp,
    files: &'a Files<'a>,
    /// As the user gave it.
    root: &'a str,
    cells: usize,
}

/// How many places there are to look at, without the cost of building a block: a package in a file
/// is one, however many findings it has; each finding in code is one.
pub(super) fn places(report: &ScanReport) -> usize {
    groups(&report.findings)
        .iter()
        .map(|group| match group.first() {
            Some(first) if first.code.is_some() => group.len(),
            _ => 1,
        })
        .sum()
}

/// What findings of one file have in common.
#[derive(PartialEq, Eq, Hash)]
enum Common<'a> {
    Package(&'a Package),
    Rule(&'a str),
}

/// What is one block.
fn groups(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let mut order: HashMap<(&str, Common<'_>), usize> = HashMap::new();
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let next = groups.len();
        let common = match (&finding.dependency, &finding.code) {
            (Some(dependency), _) => Some(Common::Package(&dependency.package)),
            (None, Some(_)) => Some(Common::Rule(&finding.rule)),
            // Nothing says what would answer it together with another.
            (None, None) => None,
        };
        let slot = common.map_or(next, |common| {
            *order
                .entry((finding.location.path.as_str(), common))
                .or_insert(next)
        });
        match groups.get_mut(slot) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

/// The block of a single finding, for `findings show`.
pub(crate) fn block_of(finding: &Finding, now: jiff::Timestamp, cells: usize) -> Option<Block> {
    let around = Around {
        now,
        files: &Files::default(),
        root: ".",
        cells,
    };
    block(&[finding], &around)
}

fn block(group: &[&Finding], around: &Around<'_>) -> Option<Block> {
    let first = group.first()?;
    let items: Vec<Item> = group
        .iter()
        .map(|finding| item(finding, around.now, around.cells))
        .collect();
    let severity = group.iter().map(|finding| weight(finding)).max()?.1;
    let Some(dependency) = &first.dependency else {
        let fixable = items
            .iter()
            .any(|item| item.code.as_ref().is_some_and(|code| code.fix.is_some()));
        let (about, name, next) = match &first.code {
            Some(_) => (
                About::Code,
                shown(&first.rule),
                next_step::code(&first.rule, around.root, fixable, first.kind),
            ),
            None if first.kind == FindingKind::UndeclaredImport => (
                About::Other,
                shown(&first.title),
                vec![next_step::undeclared()],
            ),
            None => (About::Other, shown(&first.title), Vec::new()),
        };
        return Some(Block {
            about,
            name,
            ecosystem: None,
            severity,
            place: format!(
                "{}:{}",
                shown(&first.location.path),
                first.location.start.line
            ),
            facts: Vec::new(),
            path: None,
            upgrade: None,
            step: None,
            malicious: false,
            doubted: false,
            next,
            items,
        });
    };
    let malicious = group
        .iter()
        .any(|finding| finding.advisory.as_ref().is_some_and(|a| a.malicious));
    let upgrade = upgrade(group, dependency);
    let step = upgrade
        .as_ref()
        .and_then(|upgrade| step(dependency, &upgrade.version));
    let path = dependency.source.path.as_str();
    let brought_by = first
        .path_from_root
        .first()
        .and_then(|entry| entry.split(' ').next());
    let doubted = group
        .iter()
        .all(|finding| finding.kind == FindingKind::SuspiciousDependency);
    let next = next_step::steps(&Subject {
        doubted,
        dependency,
        stands: around.files.stands(dependency),
        version: upgrade.as_ref().map(|upgrade| upgrade.version.as_str()),
        malicious,
        brought_by,
        constrained_by: constrained_by(group, upgrade.as_ref()),
    });
    Some(Block {
        about: About::Package,
        name: name_and_version(&dependency.package),
        ecosystem: Some(shown(dependency.package.ecosystem.osv_name())),
        severity,
        place: format!("{}:{}", shown(path), dependency.source.line),
        facts: facts(dependency),
        path: chain(first),
        upgrade,
        step,
        malicious,
        doubted,
        next,
        items,
    })
}

/// An unrated finding stands where policy puts it, and is still shown as unknown.
fn weight(finding: &Finding) -> (Severity, Severity) {
    let effective = finding
        .assessment
        .as_ref()
        .map_or(finding.severity, |a| a.effective_severity);
    (effective, finding.severity)
}

fn upgrade(group: &[&Finding], dependency: &Dependency) -> Option<Upgrade> {
    let ecosystem = &dependency.package.ecosystem;
    let needs: Vec<Need<'_>> = group
        .iter()
        .map(|finding| Need {
            fixed: finding
                .advisory
                .as_ref()
                .map_or(&[], |a| a.fixed.as_slice()),
            chosen: finding
                .assessment
                .as_ref()
                .and_then(|a| a.fix_version.as_deref()),
        })
        .collect();
    fix::choose(&needs, &|a, b| {
        runward_versions::compare(ecosystem, a, b).ok()
    })
}

fn step(dependency: &Dependency, to: &str) -> Option<&'static str> {
    let package = &dependency.package;
    let from = package.version.as_deref()?;
    match runward_versions::step(&package.ecosystem, from, to) {
        runward_versions::Step::Patch => Some("patch"),
        runward_versions::Step::Minor => Some("minor"),
        runward_versions::Step::Major => Some("major"),
        runward_versions::Step::Unclear => None,
    }
}

/// How many dependants forbid the upgrade: known only where an assessment chose that version.
fn constrained_by(group: &[&Finding], upgrade: Option<&Upgrade>) -> usize {
    let Some(upgrade) = upgrade else { return 0 };
    group
        .iter()
        .filter_map(|finding| finding.assessment.as_ref())
        .filter(|a| a.fix_version.as_deref() == Some(upgrade.version.as_str()))
        .map(|a| a.constrained_by)
        .max()
        .unwrap_or(0)
}

fn facts(dependency: &Dependency) -> Vec<String> {
    let mut facts = vec![dependency.scope.as_str().to_owned()];
    if !dependency.groups.is_empty() {
        facts.push(format!("group {}", shown(&dependency.groups.join(", "))));
    }
    facts.push(
        if dependency.direct {
            "direct"
        } else {
            "transitive"
        }
        .to_owned(),
    );
    match dependency.imported {
        Imported::Yes => facts.push("imported by the project".to_owned()),
        Imported::No => facts.push("not imported by the project".to_owned()),
        Imported::Unknown => {}
    }
    match &dependency.origin {
        Origin::Registry { index: None } => {}
        Origin::Registry { index: Some(index) } => facts.push(format!("from {}", shown(index))),
        Origin::Git { url, .. } | Origin::Url { url } => facts.push(format!("from {}", shown(url))),
        Origin::Path { path } => facts.push(format!("from {}", shown(path))),
    }
    facts
}

/// The chain of a transitive dependency, its middle left out where it is very long.
fn chain(finding: &Finding) -> Option<String> {
    const ENDS: usize = 4;
    let path = &finding.path_from_root;
    if path.len() < 2 {
        return None;
    }
    let mut shown_path: Vec<String> = Vec::new();
    for (index, entry) in path.iter().enumerate() {
        if index == ENDS && path.len() > 2 * ENDS {
            shown_path.push(format!("… {} more …", path.len() - 2 * ENDS));
        }
        if index < ENDS || index + ENDS >= path.len() || path.len() <= 2 * ENDS {
            shown_path.push(clip(&shown(entry), 100));
        }
    }
    Some(shown_path.join(" → "))
}
