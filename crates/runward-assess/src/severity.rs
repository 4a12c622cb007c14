//! The severity of an advisory, and where it comes from.

use runward_model::{AdvisoryMatch, Severity};

use crate::{LIMITS, base_score};

/// An advisory's severity with its grounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Rated {
    pub severity: Severity,
    /// The base score of the worst vector.
    pub score: Option<f64>,
    /// The vector behind `score`, as the record writes it.
    pub vector: Option<String>,
    /// `malicious package`, `cvss`, `database label`, `informational notice` or `none`.
    pub source: &'static str,
    /// Vectors that could not be read; lower case, no full stop.
    pub problems: Vec<String>,
}

/// Rates an advisory.
///
/// A malicious package is critical. Otherwise the worst base score of all readable vectors
/// decides, whatever their CVSS version: records of one group often carry several, and the lower
/// one is not the safer guess. Without a readable vector the database's own label stands; an
/// informational entry (`unmaintained`) without either rates as none; anything else is unknown.
pub fn severity(advisory: &AdvisoryMatch) -> Rated {
    let mut worst: Option<(f64, &str)> = None;
    let mut problems = Vec::new();
    for stated in advisory.vectors.iter().take(LIMITS.vectors) {
        match base_score(&stated.vector) {
            Ok(score) if worst.is_none_or(|(other, _)| score > other) => {
                worst = Some((score, &stated.vector));
            }
            Ok(_) => {}
            Err(problem) => problems.push(format!("{}: {problem}", stated.record)),
        }
    }
    if let Some(left) = advisory.vectors.len().checked_sub(LIMITS.vectors)
        && left > 0
    {
        problems.push(format!(
            "{}: {left} vectors past the first {} were not read",
            advisory.id, LIMITS.vectors
        ));
    }
    let (severity, source) = if advisory.malicious {
        (Severity::Critical, "malicious package")
    } else if let Some((score, _)) = worst {
        (Severity::from_score(score), "cvss")
    } else if let Some(label) = advisory.label.filter(|label| *label != Severity::Unknown) {
        (label, "database label")
    } else if advisory.informational.is_some() {
        (Severity::None, "informational notice")
    } else {
        (Severity::Unknown, "none")
    };
    Rated {
        severity,
        score: worst.map(|(score, _)| score),
        vector: worst.map(|(_, vector)| vector.to_owned()),
        source,
        problems,
    }
}

#[cfg(test)]
mod tests {
    use runward_model::CvssVector;

    use super::*;
    use crate::judge::tests::advisory;

    fn with(vectors: &[&str]) -> AdvisoryMatch {
        let mut advisory = advisory();
        advisory.vectors = vectors
            .iter()
            .enumerate()
            .map(|(number, vector)| CvssVector {
                vector: (*vector).to_owned(),
                record: format!("GHSA-{number}"),
            })
            .collect();
        advisory
    }

    const HIGH: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N";
    const MEDIUM: &str = "AV:N/AC:M/Au:N/C:N/I:P/A:N";
    const WORST: &str = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";

    #[test]
    fn the_worst_vector_wins_whatever_its_order() {
        for vectors in [[HIGH, MEDIUM, WORST], [WORST, HIGH, MEDIUM]] {
            let rated = severity(&with(&vectors));
            assert_eq!(rated.severity, Severity::Critical);
            assert_eq!(rated.vector.as_deref(), Some(WORST));
            assert_eq!(rated.source, "cvss");
            assert!(rated.problems.is_empty());
        }
    }

    #[test]
    fn a_bad_vector_is_named_and_the_next_one_counts() {
        let rated = severity(&with(&["CVSS:3.1/AV:Q", MEDIUM]));
        assert_eq!(rated.severity, Severity::Medium);
        assert_eq!(rated.problems.len(), 1);
        assert!(
            rated.problems[0].starts_with("GHSA-0: `CVSS:3.1/AV:Q`"),
            "{:?}",
            rated.problems
        );
    }

    #[test]
    fn without_a_vector_the_label_stands_then_nothing() {
        let mut labelled = with(&["nonsense"]);
        labelled.label = Some(Severity::Low);
        let rated = severity(&labelled);
        assert_eq!(
            (rated.severity, rated.source),
            (Severity::Low, "database label")
        );
        assert_eq!(rated.score, None);

        labelled.label = Some(Severity::Unknown);
        assert_eq!(severity(&labelled).severity, Severity::Unknown);
        labelled.label = None;
        let rated = severity(&labelled);
        assert_eq!((rated.severity, rated.source), (Severity::Unknown, "none"));
    }

    #[test]
    fn notices_rate_as_none_unless_somebody_rated_them() {
        let mut notice = with(&[]);
        notice.informational = Some("unmaintained".to_owned());
        assert_eq!(severity(&notice).severity, Severity::None);
        notice.label = Some(Severity::Medium);
        assert_eq!(severity(&notice).severity, Severity::Medium);
        let mut notice = with(&[HIGH]);
        notice.informational = Some("unsound".to_owned());
        assert_eq!(severity(&notice).severity, Severity::High);
    }

    #[test]
    fn a_malicious_package_is_critical_and_keeps_its_score() {
        let mut malicious = with(&[MEDIUM]);
        malicious.malicious = true;
        let rated = severity(&malicious);
        assert_eq!(rated.severity, Severity::Critical);
        assert_eq!(rated.source, "malicious package");
        assert_eq!(rated.score, Some(4.3));
    }

    #[test]
    fn too_many_vectors_are_reported() {
        let many = vec![HIGH; LIMITS.vectors + 3];
        let rated = severity(&with(&many));
        assert_eq!(rated.severity, Severity::High);
        assert!(
            rated.problems[0].contains("3 vectors past"),
            "{:?}",
            rated.problems
        );
    }
}
