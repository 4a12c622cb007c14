//! What a finding's state means in the vocabularies of VEX.

use runward_model::{Confidence, Finding, FindingKind, Status};

/// The state of a finding, as VEX documents state it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// Nobody has looked at it yet; the version is in the affected range.
    Open,
    /// A person has confirmed it, and work is to follow.
    Confirmed,
    /// The risk is taken on for a while. This is no claim that the product is not affected.
    Accepted {
        why: String,
    },
    /// A person says that it does not apply.
    NotAffected {
        justification: Option<Justification>,
        why: String,
    },
    /// The match itself is uncertain.
    Uncertain,
    Fixed,
}

/// The five reasons of OpenVEX for "not affected".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Justification {
    ComponentNotPresent,
    VulnerableCodeNotPresent,
    VulnerableCodeNotInExecutePath,
    VulnerableCodeCannotBeControlledByAdversary,
    InlineMitigationsAlreadyExist,
}

impl Justification {
    const ALL: [Self; 5] = [
        Self::ComponentNotPresent,
        Self::VulnerableCodeNotPresent,
        Self::VulnerableCodeNotInExecutePath,
        Self::VulnerableCodeCannotBeControlledByAdversary,
        Self::InlineMitigationsAlreadyExist,
    ];

    pub(crate) fn openvex(self) -> &'static str {
        match self {
            Self::ComponentNotPresent => "component_not_present",
            Self::VulnerableCodeNotPresent => "vulnerable_code_not_present",
            Self::VulnerableCodeNotInExecutePath => "vulnerable_code_not_in_execute_path",
            Self::VulnerableCodeCannotBeControlledByAdversary => {
                "vulnerable_code_cannot_be_controlled_by_adversary"
            }
            Self::InlineMitigationsAlreadyExist => "inline_mitigations_already_exist",
        }
    }

    /// The nearest of CycloneDX's impact analysis justifications, where there is one.
    pub(crate) fn cyclonedx(self) -> Option<&'static str> {
        match self {
            Self::ComponentNotPresent | Self::VulnerableCodeNotPresent => Some("code_not_present"),
            Self::VulnerableCodeNotInExecutePath => Some("code_not_reachable"),
            Self::InlineMitigationsAlreadyExist => Some("protected_by_mitigating_control"),
            Self::VulnerableCodeCannotBeControlledByAdversary => None,
        }
    }
}

impl Judgement {
    pub(crate) fn of(finding: &Finding) -> Self {
        let status = finding.status();
        if let Some(suppressed) = &finding.suppressed {
            let author = or(&suppressed.author, "the project");
            if is_false_positive(finding) {
                let who = format!("{author} (false positive)");
                return Self::decided(&suppressed.reason, &who, Status::FalsePositive);
            }
            let who = format!(
                "{author} until {} ({})",
                suppressed.expires,
                or(&suppressed.by, "suppression")
            );
            return Self::decided(&suppressed.reason, &who, status);
        }
        let reason = finding
            .history
            .as_ref()
            .and_then(|history| history.reason.as_deref())
            .unwrap_or_default();
        match status {
            Status::Resolved => Self::Fixed,
            Status::FalsePositive => Self::decided(reason, "the project", status),
            Status::Accepted => {
                let until = finding
                    .history
                    .as_ref()
                    .and_then(|history| history.accepted_until)
                    .map_or_else(String::new, |date| format!(" until {date}"));
                Self::decided(reason, &format!("the project{until}"), status)
            }
            _ if finding.confidence == Confidence::Low => Self::Uncertain,
            Status::Triaged | Status::InProgress => Self::Confirmed,
            Status::Open | Status::Reopened => Self::Open,
        }
    }

    /// A decision's reason says what it is: `not_affected: …` or one of OpenVEX's justifications
    /// as its first word claims that the product is not affected. Any other reason is an accepted
    /// risk: a bill must not claim more than the person who decided.
    fn decided(reason: &str, who: &str, status: Status) -> Self {
        let reason = reason.trim();
        let (label, rest) = match reason.split_once(':') {
            Some((label, rest)) => (label.trim(), rest.trim()),
            None => (reason, ""),
        };
        let justification = Justification::ALL
            .into_iter()
            .find(|known| known.openvex().eq_ignore_ascii_case(label));
        let says_not_affected = label.eq_ignore_ascii_case("not_affected");
        if justification.is_some() || says_not_affected || status == Status::FalsePositive {
            let text = if justification.is_some() || says_not_affected {
                rest
            } else {
                reason
            };
            let why = if text.is_empty() {
                format!("stated by {who}")
            } else {
                format!("{text} (stated by {who})")
            };
            return Self::NotAffected { justification, why };
        }
        Self::Accepted {
            why: format!(
                "risk accepted by {who}: {}",
                or(reason, "no reason is given")
            ),
        }
    }
}

/// Whether a person says that the match is none. Such a decision has no last day.
pub(crate) fn is_false_positive(finding: &Finding) -> bool {
    finding.status() == Status::FalsePositive
        || finding
            .suppressed
            .as_ref()
            .is_some_and(|suppressed| suppressed.by.replace('_', " ") == "false positive")
}

fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.trim().is_empty() {
        otherwise
    } else {
        text
    }
}

/// What to do about a finding, in one sentence.
pub(crate) fn action(finding: &Finding) -> String {
    let package = finding.dependency.as_ref().map_or_else(
        || "the package".to_owned(),
        |dependency| match &dependency.package.version {
            Some(version) => format!("{} {version}", dependency.package.name),
            None => dependency.package.name.clone(),
        },
    );
    if finding.kind == FindingKind::MaliciousDependency {
        return format!(
            "remove {package} and replace every secret that its code could read where it was installed"
        );
    }
    let fix = finding
        .assessment
        .as_ref()
        .and_then(|assessment| assessment.fix_version.as_deref())
        .or_else(|| {
            let advisory = finding.advisory.as_ref()?;
            advisory.fixed.first().map(String::as_str)
        });
    match fix {
        Some(version) => format!("upgrade {package} to {version}"),
        None if finding.kind == FindingKind::DependencyNotice => {
            format!("plan a replacement for {package}")
        }
        None => format!(
            "no fixed version of {package} is known: replace it or keep what is vulnerable in it \
             from being reached"
        ),
    }
}
