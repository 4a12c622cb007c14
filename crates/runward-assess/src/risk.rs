//! The 0–10 risk score and its terms.
//!
//! `risk = clamp(base × base_factor + exploitation + class + exposure + fix, 0, 10)`; a malicious
//! package has at least `malicious_floor`. Every term is listed, those of no points too, so that a
//! reader sees what was looked at.

use runward_model::{
    AdvisoryMatch, Dependency, FixComplexity, Imported, PackageClass, RiskTerm, Severity,
    policy::RiskWeights,
};

use crate::FixChoice;

/// What the risk of one finding is computed from.
pub(crate) struct Facts<'a> {
    pub(crate) dependency: &'a Dependency,
    pub(crate) advisory: &'a AdvisoryMatch,
    pub(crate) score: Option<f64>,
    pub(crate) rated: Severity,
    pub(crate) effective: Severity,
    pub(crate) class: PackageClass,
    pub(crate) class_because: &'a str,
    pub(crate) fix: &'a FixChoice,
}

/// The middle of a severity's CVSS band, in the scale's own steps of 0.1.
pub(crate) fn band_middle(severity: Severity) -> f64 {
    match severity {
        Severity::Critical => 9.5,
        Severity::High => 7.95,
        Severity::Medium => 5.45,
        Severity::Low => 2.0,
        Severity::None | Severity::Unknown => 0.0,
    }
}

/// The risk, one decimal, and its terms; the sum of the terms' points, held to 0–10 and rounded,
/// is the risk.
pub(crate) fn risk(facts: &Facts<'_>, weights: &RiskWeights) -> (f64, Vec<RiskTerm>) {
    let mut terms = vec![
        base(facts, weights),
        exploitation(facts.advisory, weights),
        class(facts, weights),
        direct(facts.dependency, weights),
        imported(facts.dependency, weights),
        fix(facts.fix, weights),
    ];
    let sum: f64 = terms.iter().map(|term| term.points).sum();
    if facts.advisory.malicious {
        terms.push(term(
            "malicious",
            (weights.malicious_floor - sum).max(0.0),
            format!("malicious package: at least {}", weights.malicious_floor),
        ));
    }
    (total(&terms), terms)
}

/// The risk that a list of terms adds up to.
pub(crate) fn total(terms: &[RiskTerm]) -> f64 {
    let sum: f64 = terms.iter().map(|term| term.points).sum();
    // The inner rounding takes off the noise of adding hundredths, which would otherwise decide
    // ties such as 7.25.
    (hundredths(sum).clamp(0.0, 10.0) * 10.0).round() / 10.0
}

fn term(name: &str, points: f64, because: impl Into<String>) -> RiskTerm {
    RiskTerm {
        name: name.to_owned(),
        points: hundredths(points),
        because: because.into(),
    }
}

/// Rounds to hundredths; what is not a number (a weight that validation refuses) counts nothing.
pub(crate) fn hundredths(points: f64) -> f64 {
    if points.is_finite() {
        // Adding zero turns -0.0 into 0.0.
        (points * 100.0).round() / 100.0 + 0.0
    } else {
        0.0
    }
}

fn base(facts: &Facts<'_>, weights: &RiskWeights) -> RiskTerm {
    let factor = weights.base_factor;
    let (base, what) = match facts.score {
        // The label of a malicious package outweighs a lower vector in its record.
        Some(score) if !facts.advisory.malicious || score >= band_middle(Severity::Critical) => {
            (score, format!("CVSS base score {score:.1}"))
        }
        _ => {
            let middle = band_middle(facts.effective);
            let word = if facts.rated == Severity::Unknown {
                format!("nobody has rated it; judged as {}, ", facts.effective)
            } else {
                String::new()
            };
            let what = format!("{word}middle of the {} band, {middle}", facts.effective);
            (middle, what)
        }
    };
    term("severity", base * factor, format!("{what} × {factor}"))
}

fn exploitation(advisory: &AdvisoryMatch, weights: &RiskWeights) -> RiskTerm {
    let name = "exploitation";
    if let Some(kev) = &advisory.kev {
        let ransomware = if kev.ransomware {
            ", used in ransomware campaigns"
        } else {
            ""
        };
        return term(
            name,
            weights.kev,
            format!(
                "{} is exploited: in CISA's catalogue since {}{ransomware}",
                kev.cve, kev.date_added
            ),
        );
    }
    let Some(epss) = &advisory.epss else {
        return term(name, 0.0, "not in CISA's catalogue, no EPSS estimate");
    };
    if !(0.0..=1.0).contains(&epss.probability) {
        return term(
            name,
            0.0,
            format!("the EPSS estimate of {} is not a probability", epss.cve),
        );
    }
    term(
        name,
        epss.probability * weights.epss,
        format!(
            "EPSS gives {} a probability of {:.1} % of being exploited within 30 days",
            epss.cve,
            epss.probability * 100.0
        ),
    )
}

fn class(facts: &Facts<'_>, weights: &RiskWeights) -> RiskTerm {
    let points = match facts.class {
        PackageClass::Core => weights.core,
        PackageClass::Development => 0.0,
    };
    term(
        "class",
        points,
        format!("{} package: {}", facts.class, facts.class_because),
    )
}

fn direct(dependency: &Dependency, weights: &RiskWeights) -> RiskTerm {
    if dependency.direct {
        term("direct", weights.direct, "the project itself asks for it")
    } else {
        term("direct", 0.0, "brought in by another dependency")
    }
}

fn imported(dependency: &Dependency, weights: &RiskWeights) -> RiskTerm {
    let name = "imported";
    match dependency.imported {
        Imported::Yes => term(name, weights.imported, "the project's sources import it"),
        Imported::No => term(
            name,
            weights.not_imported,
            "the project's sources do not import it",
        ),
        Imported::Unknown => term(name, 0.0, "not known whether the sources import it"),
    }
}

fn fix(fix: &FixChoice, weights: &RiskWeights) -> RiskTerm {
    let name = "fix";
    let Some(version) = &fix.version else {
        return term(name, weights.no_fix, "no fixed version: work around it");
    };
    let step = match fix.complexity {
        FixComplexity::Patch => "a patch step to",
        FixComplexity::Minor => "a minor step to",
        FixComplexity::Major => "a major step to",
        FixComplexity::Unclear | FixComplexity::NoFix => "a step of unclear size to",
    };
    let held = match fix.held_by.len() {
        0 => String::new(),
        1 => ", held back by 1 dependant".to_owned(),
        more => format!(", held back by {more} dependants"),
    };
    term(name, 0.0, format!("{step} {version} fixes it{held}"))
}
