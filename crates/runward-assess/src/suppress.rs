//! Suppressions: findings that somebody has decided to leave, for a reason and until a date.
//!
//! A suppression that is not in force never hides anything: expired, living longer than policy
//! allows, without reason, author or target, or with a pattern that cannot be read. Each of these
//! is said in a notice, and so is one that matches nothing.

use std::collections::{BTreeSet, HashMap};

use globset::{GlobBuilder, GlobMatcher};
use jiff::{ToSpan, civil::Date};
use runward_model::{Finding, Policy, Suppression, finding::Suppressed, scan::SuppressionNotice};

use crate::{LIMITS, shorten};

/// Findings parted by suppressions; the order of findings is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Suppressions {
    pub active: Vec<Finding>,
    /// `Finding::suppressed` says which decision hides each.
    pub suppressed: Vec<Finding>,
    pub notices: Vec<SuppressionNotice>,
}

/// Parts findings by suppressions, each given with where it stands (`runward.toml:12`).
///
/// A finding that arrives with `suppressed` set (an acceptance from the store) stays hidden by
/// that decision; a suppression that matches it too still counts as used. Where several match, the
/// first in force hides the finding.
pub fn apply_suppressions(
    findings: Vec<Finding>,
    suppressions: &[(Suppression, String)],
    today: Date,
    policy: &Policy,
) -> Suppressions {
    let index = Index::new(suppressions, today, policy);
    let mut matched = vec![Matched::default(); index.entries.len()];
    let mut active = Vec::new();
    let mut suppressed = Vec::new();
    for mut finding in findings {
        let hits = index.matching(&finding);
        let mut by = None;
        for &hit in &hits {
            if let Some(entry) = index.entries.get(hit)
                && entry.problems.is_empty()
                && by.is_none()
            {
                by = Some(entry.stated);
            }
        }
        for &hit in &hits {
            if let Some(matched) = matched.get_mut(hit) {
                matched.all += 1;
                matched.returned += usize::from(by.is_none() && finding.suppressed.is_none());
            }
        }
        if finding.suppressed.is_none() {
            finding.suppressed = by.map(|stated| Suppressed {
                by: "suppression".to_owned(),
                reason: stated.reason.clone(),
                author: stated.author.clone(),
                expires: stated.expires,
            });
        }
        if finding.suppressed.is_some() {
            suppressed.push(finding);
        } else {
            active.push(finding);
        }
    }
    let mut notices = Vec::new();
    for (entry, matched) in index.entries.iter().zip(&matched) {
        let text = suppression_text(entry.stated, entry.origin);
        for problem in &entry.problems {
            let mut problem = problem.clone();
            if matched.returned > 0 {
                let are = if matched.returned == 1 {
                    "finding is"
                } else {
                    "findings are"
                };
                problem = format!("{problem}; {} {are} back", matched.returned);
            }
            notices.push(SuppressionNotice {
                suppression: text.clone(),
                problem,
            });
        }
        if matched.all == 0 {
            notices.push(SuppressionNotice {
                suppression: text,
                problem: "matches nothing; remove it".to_owned(),
            });
        }
    }
    if let Some(left) = suppressions.len().checked_sub(LIMITS.suppressions)
        && left > 0
    {
        notices.push(SuppressionNotice {
            suppression: format!("{left} further suppressions"),
            problem: format!(
                "only the first {} are applied; use patterns instead of single entries",
                LIMITS.suppressions
            ),
        });
    }
    Suppressions {
        active,
        suppressed,
        notices,
    }
}

/// What is wrong with a suppression as it is stated, today; empty where it is in force. For
/// configuration checks and for the notices of [`apply_suppressions`].
pub fn suppression_problems(
    suppression: &Suppression,
    today: Date,
    policy: &Policy,
) -> Vec<String> {
    let mut problems = stated_problems(suppression);
    if let Err(problem) = matcher(suppression) {
        problems.push(problem);
    }
    problems.extend(expiry_problem(suppression.expires, today, policy));
    problems
}

/// Why a decision that holds until `expires` (its last day, UTC) is not in force today.
pub fn expiry_problem(expires: Date, today: Date, policy: &Policy) -> Option<String> {
    if expires < today {
        return Some(format!("expired on {expires}"));
    }
    let last = today
        .checked_add(i64::from(policy.max_suppression_days).days())
        .unwrap_or(Date::MAX);
    (expires > last).then(|| {
        format!(
            "ends on {expires}, more than the {} days that policy allows; set it to {last} or earlier",
            policy.max_suppression_days
        )
    })
}

/// A suppression in words: `CVE-2024-1 in requests under tests/** (runward.toml)`.
pub fn suppression_text(suppression: &Suppression, origin: &str) -> String {
    let mut text = String::new();
    let mut add = |word: &str, part: Option<&str>| {
        if let Some(part) = part.map(str::trim).filter(|part| !part.is_empty()) {
            if !text.is_empty() {
                text.push_str(word);
            }
            text.push_str(&shorten(part));
        }
    };
    add("", suppression.advisory.as_deref());
    add(" in ", suppression.package.as_deref());
    add(" under ", suppression.path.as_deref());
    if text.is_empty() {
        text.push_str("a suppression of everything");
    }
    if origin.is_empty() {
        text
    } else {
        format!("{text} ({origin})")
    }
}

fn stated_problems(suppression: &Suppression) -> Vec<String> {
    let given =
        |field: &Option<String>| field.as_deref().is_some_and(|text| !text.trim().is_empty());
    let empty =
        |field: &Option<String>| field.as_deref().is_some_and(|text| text.trim().is_empty());
    let mut problems = Vec::new();
    let fields = [
        &suppression.advisory,
        &suppression.package,
        &suppression.path,
    ];
    if !fields.into_iter().any(given) {
        problems
            .push("names neither an advisory, a package nor a path; set at least one".to_owned());
    } else if fields.into_iter().any(empty) {
        problems.push(
            "has an empty `advisory`, `package` or `path`; fill it or leave it out".to_owned(),
        );
    }
    if suppression.reason.trim().is_empty() {
        problems.push("has no reason; say why in `reason`".to_owned());
    }
    if suppression.author.trim().is_empty() {
        problems.push("has no author; say who decided in `author`".to_owned());
    }
    problems
}

fn matcher(suppression: &Suppression) -> Result<Option<GlobMatcher>, String> {
    let Some(pattern) = &suppression.path else {
        return Ok(None);
    };
    if pattern.len() > LIMITS.pattern_bytes {
        return Err(format!(
            "its path pattern is longer than {} bytes",
            LIMITS.pattern_bytes
        ));
    }
    let pattern = pattern.trim();
    GlobBuilder::new(pattern.strip_prefix("./").unwrap_or(pattern))
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map(|glob| Some(glob.compile_matcher()))
        .map_err(|error| {
            format!(
                "`{}` is not a path pattern: {}",
                shorten(pattern),
                error.kind()
            )
        })
}

#[derive(Debug, Clone, Copy, Default)]
struct Matched {
    all: usize,
    /// Findings that it would hide if it were in force, and that nothing else hides.
    returned: usize,
}

struct Entry<'a> {
    stated: &'a Suppression,
    origin: &'a str,
    path: Option<GlobMatcher>,
    /// Why it is not in force.
    problems: Vec<String>,
    /// Whether it names a target at all; one that does not would match everything.
    matchable: bool,
}

/// Suppressions by the advisory they name, so that thousands of them cost little per finding.
struct Index<'a> {
    entries: Vec<Entry<'a>>,
    by_advisory: HashMap<String, Vec<usize>>,
    without_advisory: Vec<usize>,
}

impl<'a> Index<'a> {
    fn new(suppressions: &'a [(Suppression, String)], today: Date, policy: &Policy) -> Self {
        let mut index = Self {
            entries: Vec::new(),
            by_advisory: HashMap::new(),
            without_advisory: Vec::new(),
        };
        for (number, (stated, origin)) in suppressions.iter().take(LIMITS.suppressions).enumerate()
        {
            let mut problems = stated_problems(stated);
            let path = matcher(stated);
            let matchable = path.is_ok()
                && (stated.advisory.is_some() || stated.package.is_some() || stated.path.is_some());
            let path = path.unwrap_or_else(|problem| {
                problems.push(problem);
                None
            });
            problems.extend(expiry_problem(stated.expires, today, policy));
            match &stated.advisory {
                Some(advisory) => index
                    .by_advisory
                    .entry(advisory.trim().to_ascii_lowercase())
                    .or_default()
                    .push(number),
                None => index.without_advisory.push(number),
            }
            index.entries.push(Entry {
                stated,
                origin,
                path,
                problems,
                matchable,
            });
        }
        index
    }

    /// The suppressions whose every stated field matches, in order.
    fn matching(&self, finding: &Finding) -> BTreeSet<usize> {
        let mut ids = BTreeSet::from([finding.rule.to_ascii_lowercase()]);
        if let Some(advisory) = &finding.advisory {
            ids.extend(advisory.ids().map(str::to_ascii_lowercase));
            ids.extend(advisory.records.iter().map(|id| id.to_ascii_lowercase()));
        }
        ids.iter()
            .filter_map(|id| self.by_advisory.get(id))
            .flatten()
            .chain(&self.without_advisory)
            .copied()
            .filter(|&number| {
                self.entries
                    .get(number)
                    .is_some_and(|entry| entry.matchable && entry.fits(finding))
            })
            .collect()
    }
}

impl Entry<'_> {
    /// Whether package and path match; the advisory is matched by the index.
    fn fits(&self, finding: &Finding) -> bool {
        let package = self.stated.package.as_deref().is_none_or(|wanted| {
            finding.dependency.as_ref().is_some_and(|dependency| {
                let package = &dependency.package;
                package.ecosystem.normalize_name(wanted) == package.name
            })
        });
        let path = self
            .path
            .as_ref()
            .is_none_or(|glob| glob.is_match(&finding.location.path));
        package && path
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use runward_model::{
        Confidence, Dependency, Ecosystem, FindingKind, Fingerprint, Location, Package, Severity,
        SourceRef,
    };

    use super::*;
    use crate::judge::tests::policy;

    const TODAY: Date = date(2026, 6, 15);

    pub(crate) fn finding(rule: &str, package: &str, path: &str) -> Finding {
        let source = SourceRef::new(path, 1);
        let mut advisory = crate::judge::tests::advisory();
        advisory.id = rule.to_owned();
        advisory.aliases = vec![format!("GHSA-{rule}")];
        advisory.records = vec![rule.to_owned()];
        Finding {
            fingerprint: Fingerprint::of(&[rule, package, path]),
            kind: FindingKind::VulnerableDependency,
            rule: rule.to_owned(),
            title: "a flaw".to_owned(),
            severity: Severity::High,
            confidence: Confidence::High,
            location: Location::whole_line(&source),
            dependency: Some(Dependency::new(
                Package::new(Ecosystem::PyPI, package, Some("1.0")),
                source,
            )),
            path_from_root: Vec::new(),
            advisory: Some(advisory),
            code: None,
            package: None,
            assessment: None,
            history: None,
            suppressed: None,
        }
    }

    fn suppression(
        advisory: Option<&str>,
        package: Option<&str>,
        path: Option<&str>,
    ) -> (Suppression, String) {
        let suppression = Suppression {
            advisory: advisory.map(str::to_owned),
            package: package.map(str::to_owned),
            path: path.map(str::to_owned),
            reason: "not reachable".to_owned(),
            author: "ana".to_owned(),
            expires: date(2026, 7, 1),
        };
        (suppression, "runward.toml:7".to_owned())
    }

    fn hidden(finding: Finding, suppression: (Suppression, String)) -> bool {
        let parted = apply_suppressions(vec![finding], &[suppression], TODAY, &policy());
        assert_eq!(parted.active.len() + parted.suppressed.len(), 1);
        !parted.suppressed.is_empty()
    }

    #[test]
    fn every_stated_field_must_match() {
        let hit = || finding("CVE-2026-1", "zope-interface", "service/requirements.txt");
        for (advisory, package, path, matches) in [
            (Some("cve-2026-1"), None, None, true),
            (Some("ghsa-CVE-2026-1"), None, None, true),
            (Some("CVE-2026-11"), None, None, false),
            (None, Some("Zope.Interface"), None, true),
            (None, Some("zope"), None, false),
            (None, None, Some("service/**"), true),
            (None, None, Some("./service/*.txt"), true),
            (None, None, Some("*.txt"), false),
            (None, None, Some("**/*.txt"), true),
            (
                Some("CVE-2026-1"),
                Some("zope_interface"),
                Some("service/*"),
                true,
            ),
            (
                Some("CVE-2026-1"),
                Some("zope_interface"),
                Some("tests/*"),
                false,
            ),
            (Some("CVE-2026-1"), Some("other"), Some("service/*"), false),
            (
                Some("CVE-2026-2"),
                Some("zope_interface"),
                Some("service/*"),
                false,
            ),
        ] {
            assert_eq!(
                hidden(hit(), suppression(advisory, package, path)),
                matches,
                "{advisory:?} {package:?} {path:?}"
            );
        }
    }

    #[test]
    fn a_hidden_finding_says_who_decided() {
        let parted = apply_suppressions(
            vec![finding("CVE-1", "a", "x")],
            &[suppression(Some("CVE-1"), None, None)],
            TODAY,
            &policy(),
        );
        let by = parted.suppressed[0].suppressed.as_ref().unwrap();
        assert_eq!((by.by.as_str(), by.author.as_str()), ("suppression", "ana"));
        assert!(parted.notices.is_empty());
    }

    #[test]
    fn it_holds_through_its_last_day_and_then_the_finding_returns() {
        let mut last_day = suppression(Some("CVE-1"), None, None);
        last_day.0.expires = TODAY;
        assert!(hidden(finding("CVE-1", "a", "x"), last_day.clone()));
        last_day.0.expires = TODAY.yesterday().unwrap();
        let parted = apply_suppressions(
            vec![finding("CVE-1", "a", "x")],
            &[last_day],
            TODAY,
            &policy(),
        );
        assert_eq!(parted.active.len(), 1);
        assert_eq!(
            parted.notices,
            [SuppressionNotice {
                suppression: "CVE-1 (runward.toml:7)".to_owned(),
                problem: "expired on 2026-06-14; 1 finding is back".to_owned(),
            }]
        );
    }

    #[test]
    fn an_expired_one_beside_one_in_force_returns_nothing() {
        let mut expired = suppression(Some("CVE-1"), None, None);
        expired.0.expires = date(2026, 1, 1);
        let parted = apply_suppressions(
            vec![finding("CVE-1", "a", "x")],
            &[expired, suppression(None, Some("A"), None)],
            TODAY,
            &policy(),
        );
        assert_eq!(parted.suppressed.len(), 1);
        assert_eq!(parted.notices.len(), 1);
        assert_eq!(parted.notices[0].problem, "expired on 2026-01-01");
    }

    #[test]
    fn what_is_not_in_force_hides_nothing_and_says_so() {
        let mut too_long = suppression(Some("CVE-1"), None, None);
        too_long.0.expires = date(9999, 12, 31);
        let mut no_reason = suppression(Some("CVE-1"), None, None);
        no_reason.0.reason = " ".to_owned();
        let mut no_author = suppression(Some("CVE-1"), None, None);
        no_author.0.author = String::new();
        for (entry, expected) in [
            (
                too_long,
                "365 days that policy allows; set it to 2027-06-15",
            ),
            (no_reason, "has no reason"),
            (no_author, "has no author"),
            (suppression(None, None, None), "names neither"),
            (suppression(Some(" "), None, None), "names neither"),
            (suppression(Some("CVE-1"), Some(""), None), "has an empty"),
            (suppression(None, None, Some("a[")), "not a path pattern"),
            (
                suppression(None, None, Some(&"a/".repeat(2000))),
                "longer than",
            ),
        ] {
            let parted = apply_suppressions(
                vec![finding("CVE-1", "a", "x")],
                std::slice::from_ref(&entry),
                TODAY,
                &policy(),
            );
            assert_eq!(parted.active.len(), 1, "{expected}");
            assert!(
                parted
                    .notices
                    .iter()
                    .any(|notice| notice.problem.contains(expected)),
                "{expected}: {:?}",
                parted.notices
            );
            let problems = suppression_problems(&entry.0, TODAY, &policy());
            assert!(
                problems.iter().any(|problem| problem.contains(expected)),
                "{problems:?}"
            );
        }
    }

    #[test]
    fn one_that_matches_nothing_is_reported() {
        let parted = apply_suppressions(
            vec![finding("CVE-1", "a", "x")],
            &[suppression(Some("CVE-2"), Some("b"), Some("y"))],
            TODAY,
            &policy(),
        );
        assert_eq!(
            parted.notices[0].suppression,
            "CVE-2 in b under y (runward.toml:7)"
        );
        assert_eq!(parted.notices[0].problem, "matches nothing; remove it");
    }

    #[test]
    fn an_accepted_finding_stays_accepted() {
        let mut accepted = finding("CVE-1", "a", "x");
        let by = Suppressed {
            by: "accepted".to_owned(),
            reason: "r".to_owned(),
            author: "b".to_owned(),
            expires: TODAY,
        };
        accepted.suppressed = Some(by.clone());
        let parted = apply_suppressions(
            vec![accepted],
            &[suppression(Some("CVE-1"), None, None)],
            TODAY,
            &policy(),
        );
        assert_eq!(parted.suppressed[0].suppressed, Some(by));
        assert!(parted.notices.is_empty());
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_text_panics(
            texts in prop::collection::vec(
                (prop::option::of("\\PC{0,12}"), prop::option::of("\\PC{0,12}"), prop::option::of("[a*?{}\\[\\]/,!-]{0,24}")),
                0..8,
            ),
            names in prop::collection::vec("[a-c]{1,2}", 0..6),
        ) {
            let suppressions: Vec<_> = texts
                .iter()
                .map(|(advisory, package, path)| {
                    suppression(advisory.as_deref(), package.as_deref(), path.as_deref())
                })
                .collect();
            let findings: Vec<_> = names.iter().map(|name| finding(name, name, name)).collect();
            let parted = apply_suppressions(findings.clone(), &suppressions, TODAY, &policy());
            prop_assert_eq!(parted.active.len() + parted.suppressed.len(), findings.len());
            prop_assert!(parted.suppressed.iter().all(|finding| finding.suppressed.is_some()));
        }
    }
}
