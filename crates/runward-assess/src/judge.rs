//! One hit to one verdict.

use jiff::Timestamp;
use runward_model::{AdvisoryMatch, Assessment, Dependency, Policy};

use crate::{
    Versions, choose_fix,
    class::package_class,
    deadline,
    gate::after_policy,
    risk::{Facts, risk},
    severity::severity,
};

/// What one verdict is based on.
pub struct Input<'a> {
    pub dependency: &'a Dependency,
    pub advisory: &'a AdvisoryMatch,
    /// Who asks for the package: the dependant's name and its requirement as written, the
    /// project's own requirement included where it states one.
    pub dependants: &'a [(String, Option<String>)],
    /// When it was first detected here; deadlines count from it.
    pub first_seen: Timestamp,
    pub now: Timestamp,
    pub versions: &'a dyn Versions,
}

/// Judges one hit. The policy should have passed [`validate`](crate::validate()); where it has
/// not, the strictest reading applies.
pub fn assess(input: &Input<'_>, policy: &Policy) -> Assessment {
    let rated = severity(input.advisory);
    let effective = after_policy(rated.severity, policy);
    let (class, class_because) = package_class(input.dependency, policy);
    let fix = choose_fix(
        input.dependency,
        input.advisory,
        input.dependants,
        input.versions,
    );
    let (risk, terms) = risk(
        &Facts {
            dependency: input.dependency,
            advisory: input.advisory,
            score: rated.score,
            rated: rated.severity,
            effective,
            class,
            class_because: &class_because,
            fix: &fix,
        },
        &policy.risk,
    );
    let verdict = deadline::terms(input.advisory, effective, class, policy);
    let due = deadline::due(input.first_seen, verdict.within_hours);
    Assessment {
        severity: rated.severity,
        effective_severity: effective,
        cvss_score: rated.score,
        cvss_vector: rated.vector,
        severity_source: rated.source.to_owned(),
        class,
        fix_complexity: fix.complexity,
        constrained_by: fix.held_by.len(),
        fix_version: fix.version,
        risk,
        terms,
        priority: verdict.priority,
        within_hours: verdict.within_hours,
        due,
        approver: verdict.approver,
        tightened_by: verdict.tightened_by,
        overdue: input.now > due,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;
    use runward_model::{
        CvssVector, Ecosystem, EpssScore, FixComplexity, Imported, KevEntry, Package, PackageClass,
        Priority, Scope, Severity, SourceRef,
    };

    use super::*;
    use crate::risk::{band_middle, total};

    pub(crate) fn policy() -> Policy {
        toml::from_str(include_str!("../../../policies/default.toml")).unwrap()
    }

    pub(crate) fn dependency() -> Dependency {
        Dependency::new(
            Package::new(Ecosystem::PyPI, "widget", Some("1.2.3")),
            SourceRef::new("requirements.txt", 3),
        )
    }

    pub(crate) fn advisory() -> AdvisoryMatch {
        AdvisoryMatch {
            id: "PYSEC-2026-1".to_owned(),
            aliases: vec!["CVE-2026-1".to_owned(), "GHSA-aaaa-bbbb-cccc".to_owned()],
            records: vec!["PYSEC-2026-1".to_owned()],
            summary: "a flaw".to_owned(),
            details: String::new(),
            vectors: Vec::new(),
            label: None,
            fixed: vec!["1.2.4".to_owned()],
            malicious: false,
            informational: None,
            cwes: Vec::new(),
            references: Vec::new(),
            published: None,
            modified: None,
            kev: None,
            epss: None,
        }
    }

    /// Three dotted numbers; `<x` and `>=x`.
    pub(crate) struct Dotted;

    impl Versions for Dotted {
        fn step(&self, _: &Ecosystem, from: &str, to: &str) -> FixComplexity {
            let (Some(from), Some(to)) = (parts(from), parts(to)) else {
                return FixComplexity::Unclear;
            };
            if from[0] != to[0] {
                FixComplexity::Major
            } else if from[1] != to[1] {
                FixComplexity::Minor
            } else {
                FixComplexity::Patch
            }
        }

        fn allows(&self, _: &Ecosystem, requirement: &str, version: &str) -> Option<bool> {
            let version = parts(version)?;
            if let Some(bound) = requirement.strip_prefix("<") {
                return Some(version < parts(bound)?);
            }
            Some(version >= parts(requirement.strip_prefix(">=")?)?)
        }
    }

    fn parts(version: &str) -> Option<Vec<u32>> {
        let parts: Vec<u32> = version
            .split('.')
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        (parts.len() == 3).then_some(parts)
    }

    fn cvss(vector: &str) -> Vec<CvssVector> {
        vec![CvssVector {
            vector: vector.to_owned(),
            record: "GHSA-aaaa-bbbb-cccc".to_owned(),
        }]
    }

    pub(crate) fn kev() -> KevEntry {
        KevEntry {
            cve: "CVE-2026-1".to_owned(),
            date_added: date(2026, 1, 2),
            due_date: None,
            ransomware: true,
        }
    }

    fn epss(probability: f64) -> EpssScore {
        EpssScore {
            cve: "CVE-2026-1".to_owned(),
            probability,
            percentile: 0.9,
        }
    }

    fn judge(dependency: &Dependency, advisory: &AdvisoryMatch, policy: &Policy) -> Assessment {
        let first_seen: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        assess(
            &Input {
                dependency,
                advisory,
                dependants: &[],
                first_seen,
                now: first_seen.checked_add(48.hours()).unwrap(),
                versions: &Dotted,
            },
            policy,
        )
    }

    const CRITICAL: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";

    /// The priority matrix of the team's process document, row by row.
    #[test]
    fn the_default_policy_is_the_source_matrix() {
        use PackageClass::{Core, Development};
        use Severity::{Critical, High, Low, Medium, None};
        for (severity, class, hours, approver, priority) in [
            (Critical, Core, 24, "security-lead", Priority::P1),
            (Critical, Development, 72, "team-lead", Priority::P2),
            (High, Core, 72, "team-lead", Priority::P2),
            (High, Development, 168, "developer", Priority::P3),
            (Medium, Core, 168, "developer", Priority::P3),
            (Medium, Development, 168, "developer", Priority::P3),
            (Low, Core, 720, "developer", Priority::P4),
            (Low, Development, 720, "developer", Priority::P4),
            (None, Core, 720, "developer", Priority::P4),
            (None, Development, 720, "developer", Priority::P4),
        ] {
            let mut dependency = dependency();
            if class == Development {
                dependency.scope = Scope::Development;
            }
            let mut advisory = advisory();
            advisory.label = Some(severity);
            let verdict = judge(&dependency, &advisory, &policy());
            assert_eq!(verdict.effective_severity, severity);
            assert_eq!(
                (
                    verdict.within_hours,
                    verdict.approver.as_str(),
                    verdict.priority
                ),
                (hours, approver, priority),
                "{severity} {class}"
            );
            assert!(verdict.tightened_by.is_empty());
            assert_eq!(verdict.overdue, hours < 48, "{severity} {class}");
            assert_eq!(
                verdict.due,
                "2026-03-01T00:00:00Z"
                    .parse::<Timestamp>()
                    .unwrap()
                    .checked_add(i64::from(hours).hours())
                    .unwrap()
            );
        }
    }

    #[test]
    fn an_unrated_hit_counts_as_policy_says_and_stays_visible() {
        let verdict = judge(&dependency(), &advisory(), &policy());
        assert_eq!(verdict.severity, Severity::Unknown);
        assert_eq!(verdict.effective_severity, Severity::High);
        assert_eq!(verdict.within_hours, 72);
        assert_eq!(verdict.severity_source, "none");
        assert!(
            verdict.terms[0]
                .because
                .starts_with("nobody has rated it; judged as high")
        );
        // An invalid setting must not let it fall through the matrix.
        let mut broken = policy();
        broken.unknown_severity_as = Severity::Unknown;
        let verdict = judge(&dependency(), &advisory(), &broken);
        assert_eq!(verdict.effective_severity, Severity::High);
    }

    #[test]
    fn known_exploitation_shortens_the_time_and_never_lengthens_it() {
        let mut low = advisory();
        low.label = Some(Severity::Low);
        low.kev = Some(kev());
        let verdict = judge(&dependency(), &low, &policy());
        assert_eq!(
            (
                verdict.within_hours,
                verdict.approver.as_str(),
                verdict.priority
            ),
            (24, "security-lead", Priority::P0)
        );
        assert_eq!(verdict.tightened_by.len(), 1);
        assert!(
            verdict.tightened_by[0].contains("CVE-2026-1"),
            "{:?}",
            verdict.tightened_by
        );

        // Critical and core already has 24 h: P0, but nothing was shortened.
        let mut critical = advisory();
        critical.label = Some(Severity::Critical);
        critical.kev = Some(kev());
        let verdict = judge(&dependency(), &critical, &policy());
        assert_eq!((verdict.within_hours, verdict.priority), (24, Priority::P0));
        assert!(verdict.tightened_by.is_empty());

        // EPSS would give 72 h and the team lead: neither replaces what is stricter.
        critical.kev = None;
        critical.epss = Some(epss(0.93));
        let verdict = judge(&dependency(), &critical, &policy());
        assert_eq!(
            (verdict.within_hours, verdict.approver.as_str()),
            (24, "security-lead")
        );
        assert_eq!(verdict.priority, Priority::P1);
    }

    #[test]
    fn epss_counts_from_its_threshold_on() {
        let mut medium = advisory();
        medium.label = Some(Severity::Medium);
        for (probability, hours) in [
            (0.5, 72),
            (0.499, 168),
            (1.0, 72),
            (f64::NAN, 168),
            (7.0, 168),
        ] {
            medium.epss = Some(epss(probability));
            assert_eq!(
                judge(&dependency(), &medium, &policy()).within_hours,
                hours,
                "{probability}"
            );
        }
    }

    #[test]
    fn a_malicious_package_is_due_at_once() {
        let mut malicious = advisory();
        malicious.malicious = true;
        malicious.fixed.clear();
        malicious.kev = Some(kev());
        let mut development = dependency();
        development.scope = Scope::Development;
        development.imported = Imported::No;
        let verdict = judge(&development, &malicious, &policy());
        assert_eq!((verdict.within_hours, verdict.priority), (4, Priority::P0));
        assert_eq!(verdict.severity_source, "malicious package");
        assert!((verdict.risk - 10.0).abs() < 1e-9, "{}", verdict.risk);
        assert_eq!(verdict.tightened_by.len(), 2, "{:?}", verdict.tightened_by);
        assert_eq!(verdict.terms.last().unwrap().name, "malicious");
    }

    #[test]
    fn a_policy_without_the_row_falls_back_to_the_strictest_terms() {
        let mut broken = policy();
        broken.matrix.retain(|row| row.severity != Severity::High);
        let mut high = advisory();
        high.label = Some(Severity::High);
        let verdict = judge(&dependency(), &high, &broken);
        assert_eq!((verdict.within_hours, verdict.priority), (4, Priority::P0));
        assert!(
            verdict.tightened_by[0].contains("no row"),
            "{:?}",
            verdict.tightened_by
        );
    }

    /// The worked examples of the README.
    #[test]
    fn worked_examples_have_their_risk() {
        let policy = policy();
        let mut hit = advisory();
        hit.vectors = cvss(CRITICAL);
        let mut used = dependency();
        used.imported = Imported::Yes;
        // 9.8 × 0.7 = 6.86; core 0.5; direct 0.5; imported 0.5.
        let verdict = judge(&used, &hit, &policy);
        assert!((verdict.risk - 8.4).abs() < 1e-9, "{:?}", verdict.terms);
        // The same, exploited: 10.36, held to 10.
        hit.kev = Some(kev());
        assert!((judge(&used, &hit, &policy).risk - 10.0).abs() < 1e-9);
        // Transitive development tool, not imported, EPSS 10 %: 6.86 + 0.2 − 1.
        hit.kev = None;
        hit.epss = Some(epss(0.1));
        let mut tool = dependency();
        tool.scope = Scope::Development;
        tool.direct = false;
        tool.imported = Imported::No;
        let verdict = judge(&tool, &hit, &policy);
        assert!((verdict.risk - 6.1).abs() < 1e-9, "{:?}", verdict.terms);
        // Unrated, no fix, transitive, core: 7.95 × 0.7 = 5.57 (5.565); 0.5; 0.5.
        let mut unrated = advisory();
        unrated.fixed.clear();
        let mut transitive = dependency();
        transitive.direct = false;
        let verdict = judge(&transitive, &unrated, &policy);
        assert!((verdict.risk - 6.6).abs() < 1e-9, "{:?}", verdict.terms);
    }

    #[test]
    fn dependants_that_hold_a_fix_back_are_counted() {
        let mut hit = advisory();
        hit.fixed = vec!["2.0.0".to_owned()];
        let dependants = vec![
            ("app".to_owned(), Some("<2.0.0".to_owned())),
            ("lib".to_owned(), Some(">=1.0.0".to_owned())),
        ];
        let dependency = dependency();
        let verdict = assess(
            &Input {
                dependency: &dependency,
                advisory: &hit,
                dependants: &dependants,
                first_seen: Timestamp::MAX,
                now: Timestamp::MAX,
                versions: &Dotted,
            },
            &policy(),
        );
        assert_eq!(verdict.constrained_by, 1);
        assert_eq!(verdict.fix_complexity, FixComplexity::Major);
        let fix = verdict
            .terms
            .iter()
            .find(|term| term.name == "fix")
            .unwrap();
        assert!(
            fix.because.contains("2.0.0") && fix.because.contains("1 dependant"),
            "{fix:?}"
        );
        // The end of time is no overflow.
        assert_eq!(verdict.due, Timestamp::MAX);
        assert!(!verdict.overdue);
    }

    proptest! {
        #[test]
        fn the_terms_add_up_and_more_harm_is_never_less_risk(
            label in prop::sample::select(vec![
                Severity::Unknown, Severity::None, Severity::Low, Severity::Medium,
                Severity::High, Severity::Critical,
            ]),
            probability in prop::option::of(0.0..=1.0_f64),
            exploited: bool,
            malicious: bool,
            direct: bool,
            fixed: bool,
            scope in prop::sample::select(vec![
                Scope::Runtime, Scope::Optional, Scope::Build, Scope::Development,
            ]),
            imported in prop::sample::select(vec![Imported::Yes, Imported::No, Imported::Unknown]),
        ) {
            let policy = policy();
            let mut dependency = dependency();
            dependency.direct = direct;
            dependency.scope = scope;
            dependency.imported = imported;
            let mut hit = advisory();
            hit.label = Some(label);
            hit.malicious = malicious;
            hit.epss = probability.map(epss);
            if !fixed {
                hit.fixed.clear();
            }
            let plain = judge(&dependency, &hit, &policy);
            hit.kev = exploited.then(kev);
            let verdict = judge(&dependency, &hit, &policy);
            prop_assert!((0.0..=10.0).contains(&verdict.risk));
            prop_assert!((total(&verdict.terms) - verdict.risk).abs() < 1e-9);
            prop_assert!(verdict.terms.iter().all(|term| !term.because.is_empty()));
            prop_assert!(verdict.risk >= plain.risk);
            prop_assert!(verdict.within_hours <= plain.within_hours);
            prop_assert!(verdict.priority <= plain.priority);
            prop_assert!(verdict.due <= plain.due);
        }

        #[test]
        fn a_worse_score_is_never_less_risk(low in 0.0..=10.0_f64, more in 0.0..=10.0_f64) {
            let (low, high) = (low.min(more), low.max(more));
            prop_assert!(band_middle(Severity::from_score(low)) <= band_middle(Severity::from_score(high)));
        }
    }
}
