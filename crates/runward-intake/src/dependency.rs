//! Findings about a package, with the identity that Runward's own detection gives them.

use std::collections::BTreeSet;

use runward_model::{
    AdvisoryMatch, Confidence, Dependency, Finding, FindingKind, Fingerprint, Location, Package,
    Scope, Severity, SourceRef,
};

use crate::{desk::Desk, identity, path::Placed, text};

/// What a tool says about a package.
#[derive(Debug, Clone)]
pub(crate) struct DependencyDraft {
    pub(crate) package: Package,
    pub(crate) advisory: AdvisoryMatch,
    /// The file that states the package, where the tool names one.
    pub(crate) placed: Option<Placed>,
    pub(crate) line: Option<u32>,
    pub(crate) scope: Scope,
    pub(crate) direct: bool,
    pub(crate) requirement: Option<String>,
    /// One of Runward's fingerprints, taken as it is.
    pub(crate) own: Option<String>,
}

impl DependencyDraft {
    pub(crate) fn new(package: Package, advisory: AdvisoryMatch) -> Self {
        Self {
            package,
            advisory,
            placed: None,
            line: None,
            scope: Scope::Runtime,
            direct: true,
            requirement: None,
            own: None,
        }
    }
}

/// An advisory of which only the identifiers are known.
pub(crate) fn advisory(
    id: &str,
    aliases: impl IntoIterator<Item = String>,
) -> Option<AdvisoryMatch> {
    let id = canonical(id)?;
    let aliases: BTreeSet<String> = aliases
        .into_iter()
        .filter_map(|alias| canonical(&alias))
        .filter(|alias| *alias != id)
        .collect();
    let malicious = std::iter::once(&id)
        .chain(&aliases)
        .any(|id| id.starts_with("MAL-"));
    Some(AdvisoryMatch {
        records: vec![id.clone()],
        id,
        aliases: aliases.into_iter().collect(),
        summary: String::new(),
        details: String::new(),
        vectors: Vec::new(),
        label: None,
        fixed: Vec::new(),
        malicious,
        informational: None,
        cwes: Vec::new(),
        references: Vec::new(),
        published: None,
        modified: None,
        kev: None,
        epss: None,
    })
}

/// An identifier in its usual spelling.
fn canonical(id: &str) -> Option<String> {
    let id = text::name(id)?;
    let starts = |prefix: &str| {
        id.get(..prefix.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    };
    if starts("GHSA-") {
        let rest = id.get(5..).unwrap_or_default().to_ascii_lowercase();
        return Some(format!("GHSA-{rest}"));
    }
    if ["CVE-", "PYSEC-", "RUSTSEC-", "MAL-"]
        .iter()
        .any(|p| starts(p))
    {
        return Some(id.to_ascii_uppercase());
    }
    Some(id)
}

impl Desk<'_> {
    pub(crate) fn dependency(&mut self, mut draft: DependencyDraft) {
        self.add_known_aliases(&mut draft.advisory);
        let stated = match (&draft.placed, &self.options.manifest) {
            (Some(Placed::File(path)), _) => Some(path.clone()),
            (None | Some(Placed::Whole), Some(manifest)) => Some(manifest.clone()),
            _ => None,
        };
        let mut places = self.known.dependencies(&draft.package);
        places.retain(|known| {
            stated
                .as_ref()
                .is_none_or(|path| known.source.path == *path)
                && (draft.package.version.is_none()
                    || known.package.version == draft.package.version)
        });
        if places.len() > self.options.limits.max_places {
            let most = self.options.limits.max_places;
            self.unusable(&format!(
                "`{}` stands in more than {most} places of the project",
                text::shown(&draft.package.name)
            ));
            return;
        }
        if places.is_empty() {
            if stated.is_none() {
                self.note(
                    "the tool does not say which file names a package; name it with `--manifest \
                     FILE`, so that its findings are the same as those of `runward scan`",
                );
            }
            let path = stated.unwrap_or_else(|| ".".to_owned());
            let mut dependency = Dependency::new(
                draft.package.clone(),
                SourceRef::new(path, draft.line.unwrap_or(1)),
            );
            if dependency.undetermined.is_some() {
                dependency.undetermined = Some("the tool does not state the version".to_owned());
            }
            dependency.scope = draft.scope;
            dependency.direct = draft.direct;
            dependency.requirement.clone_from(&draft.requirement);
            places.push(dependency);
        }
        for dependency in places {
            self.dependency_at(&draft, dependency);
        }
    }

    fn add_known_aliases(&self, advisory: &mut AdvisoryMatch) {
        let mut all: BTreeSet<String> = advisory.aliases.iter().cloned().collect();
        let ids: Vec<String> = advisory.ids().map(str::to_owned).collect();
        for id in ids {
            all.extend(self.known.aliases(&id));
        }
        all.remove(&advisory.id);
        advisory.aliases = all.into_iter().collect();
    }

    fn dependency_at(&mut self, draft: &DependencyDraft, dependency: Dependency) {
        let advisory = &draft.advisory;
        let version = dependency.package.version.clone().unwrap_or_default();
        let stable = advisory.stable_id().to_owned();
        let parts = [
            "dependency",
            dependency.package.ecosystem.osv_name(),
            &dependency.package.name,
            &dependency.source.path,
            &stable,
        ];
        let fingerprint = if let Some(own) = draft.own.as_ref().filter(|own| identity::is_own(own))
        {
            let own = Fingerprint::from_stored(own);
            self.identity.stated(&own).then_some(own)
        } else {
            self.identity.package(&parts, &version)
        };
        let Some(fingerprint) = fingerprint else {
            self.tally.duplicates += 1;
            return;
        };
        let kind = if advisory.malicious {
            FindingKind::MaliciousDependency
        } else if advisory.informational.is_some() {
            FindingKind::DependencyNotice
        } else {
            FindingKind::VulnerableDependency
        };
        let label = match &dependency.package.version {
            Some(version) => format!("{} {version}", dependency.package.name),
            None => dependency.package.name.clone(),
        };
        let headline = [&advisory.summary, &advisory.details]
            .into_iter()
            .map(|words| text::title(words.trim_start_matches(['#', ' ', '\n'])))
            .find(|line| !line.is_empty())
            .unwrap_or_else(|| advisory.id.clone());
        self.tally.findings += 1;
        self.out.push_back(Finding {
            fingerprint,
            kind,
            rule: advisory.id.clone(),
            title: text::title(&format!("{label}: {headline}")),
            severity: advisory.label.unwrap_or(Severity::Unknown),
            confidence: Confidence::High,
            location: Location::whole_line(&dependency.source),
            path_from_root: vec![label],
            dependency: Some(dependency),
            advisory: Some(advisory.clone()),
            code: None,
            package: None,
            assessment: None,
            history: None,
            suppressed: None,
        });
    }
}
