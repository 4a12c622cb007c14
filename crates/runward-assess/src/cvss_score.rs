//! One CVSS vector to its base score.

use std::{fmt, str::FromStr};

use cvss::Cvss;

use crate::{LIMITS, shorten};

/// Why a vector has no score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CvssProblem {
    /// As written, cut where it is long.
    pub vector: String,
    /// Lower case, no full stop.
    pub reason: String,
}

impl fmt::Display for CvssProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a CVSS vector: {}", self.vector, self.reason)
    }
}

/// The base metrics of CVSS v2 (guide §2.1).
const V2_BASE: [&str; 6] = ["AV", "AC", "Au", "C", "I", "A"];

/// The base metrics of CVSS v3.0 and v3.1 (specification §2).
const V3_BASE: [&str; 8] = ["AV", "AC", "PR", "UI", "S", "C", "I", "A"];

/// The base metrics of CVSS v4.0 (specification §2).
const V4_BASE: [&str; 11] = [
    "AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA",
];

/// The base score, 0.0 to 10.0, of a CVSS v2, v3.0, v3.1 or v4.0 vector.
///
/// Threat, temporal and environmental metrics are checked but do not count: what is known of
/// exploitation enters the risk through KEV and EPSS, and an advisory cannot know this project's
/// environment. A v4.0 score is therefore the one that the specification calls CVSS-B.
pub fn base_score(vector: &str) -> Result<f64, CvssProblem> {
    let problem = |reason: String| CvssProblem {
        vector: shorten(vector),
        reason,
    };
    if vector.len() > LIMITS.vector_bytes {
        return Err(problem(format!(
            "it is longer than {} bytes",
            LIMITS.vector_bytes
        )));
    }
    let text = bare(vector);
    let parsed = Cvss::from_str(text).map_err(|error| problem(lower_first(&error.to_string())))?;
    // The library scores a v3 vector without all its base metrics as harmless; a cut vector must
    // not pass for a rating.
    let required: &[&str] = match &parsed {
        Cvss::CvssV20(_) => &V2_BASE,
        Cvss::CvssV40(_) => &V4_BASE,
        _ => &V3_BASE,
    };
    if let Some(missing) = required
        .iter()
        .find(|name| !parsed.metrics().any(|(metric, _)| metric.name() == **name))
    {
        return Err(problem(format!("it has no {missing}")));
    }
    let score = match parsed {
        Cvss::CvssV40(_) => Cvss::from_str(&base_metrics(text))
            .map_err(|error| problem(lower_first(&error.to_string())))?
            .score(),
        other => other.score(),
    };
    // Not reachable with a vector that parsed; a score outside the scale must never become one.
    if !(0.0..=10.0).contains(&score) {
        return Err(problem("its score is outside 0 to 10".to_owned()));
    }
    Ok(score)
}

/// Takes off what some databases put around v2 vectors: `(AV:N/…)`, `CVSS2#AV:N/…`.
fn bare(vector: &str) -> &str {
    let text = vector.trim();
    let text = text
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(text);
    text.strip_prefix("CVSS2#")
        .or_else(|| text.strip_prefix("CVSS:2.0/"))
        .unwrap_or(text)
}

fn base_metrics(vector: &str) -> String {
    let mut parts = vector.split('/');
    let mut base = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let name = part.split(':').next().unwrap_or_default();
        if V4_BASE.contains(&name) {
            base.push('/');
            base.push_str(part);
        }
    }
    base
}

fn lower_first(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut characters = text.chars();
    match characters.next() {
        // `CVSS …` and `v2 …` stay; `Invalid …` becomes `invalid …`.
        Some(first) if !characters.clone().next().is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tenths(vector: &str) -> i64 {
        #[allow(clippy::cast_possible_truncation)]
        let tenths = (base_score(vector).unwrap_or_else(|problem| panic!("{problem}")) * 10.0)
            .round() as i64;
        tenths
    }

    /// Scores that FIRST publishes in its guides and examples, and NVD for well-known CVEs.
    #[test]
    fn published_examples_have_their_scores() {
        for (vector, score) in [
            // CVSS v2 guide §3.3: CVE-2002-0392, CVE-2003-0818, CVE-2003-0062.
            ("AV:N/AC:L/Au:N/C:N/I:N/A:C", 78),
            ("AV:N/AC:L/Au:N/C:C/I:C/A:C", 100),
            ("AV:L/AC:H/Au:N/C:C/I:C/A:C", 62),
            // Temporal metrics do not change the base score.
            ("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", 78),
            ("(AV:N/AC:M/Au:N/C:N/I:P/A:N)", 43),
            // CVSS v3.1 examples: CVE-2013-1937, CVE-2013-0375, CVE-2014-3566, CVE-2012-1516,
            // CVE-2014-6271, CVE-2014-0160, CVE-2012-5376, CVE-2016-0128.
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 61),
            ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 64),
            ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 31),
            ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 99),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 98),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 75),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", 96),
            ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:N", 68),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 100),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0),
            // The case for which v3.1 redefined rounding: 8.6 in both.
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:H", 86),
            // CVSS v4.0 examples: CVE-2022-41741, CVE-2020-3549, CVE-2023-3089, CVE-2021-44714,
            // CVE-2022-21830, CVE-2021-44228.
            (
                "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
                73,
            ),
            (
                "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
                77,
            ),
            (
                "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N",
                83,
            ),
            (
                "CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
                46,
            ),
            (
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N",
                51,
            ),
            (
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H",
                100,
            ),
        ] {
            assert_eq!(tenths(vector), score, "{vector}");
        }
    }

    #[test]
    fn a_v4_threat_or_environment_does_not_change_the_base_score() {
        let base = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";
        assert_eq!(tenths(base), 93);
        assert_eq!(tenths(&format!("{base}/E:U")), 93);
        assert_eq!(tenths(&format!("{base}/E:P/CR:L/IR:L/AR:L/MAV:P")), 93);
    }

    #[test]
    fn a_bad_vector_says_what_is_wrong() {
        for vector in [
            "",
            "high",
            "CVSS:3.1",
            "CVSS:9.9/AV:N",
            "CVSS:3.1/AV:N/AC:L",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H",
            "CVSS:3.0/C:H/I:H/A:H",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N",
            "CVSS:3.1/AV:N/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:?",
            "AV:N/AC:L/Au:N/C:N/I:N",
        ] {
            let problem = base_score(vector).expect_err(vector);
            assert_eq!(problem.vector, vector);
            assert!(
                !problem.reason.is_empty() && !problem.reason.ends_with('.'),
                "{problem}"
            );
        }
        let problem = base_score(&"CVSS:3.1/".repeat(100)).unwrap_err();
        assert!(problem.reason.contains("longer than"), "{problem}");
        assert!(problem.vector.chars().count() < 130, "{problem}");
    }

    /// Every base vector there is, in a fixed order; the digests are of Red Hat's Python
    /// implementation (`cvss`), which computes in exact decimals.
    #[test]
    fn every_base_vector_agrees_with_an_exact_implementation() {
        let v2: &[(&str, &str)] = &[
            ("AV", "LAN"),
            ("AC", "HML"),
            ("Au", "MSN"),
            ("C", "NPC"),
            ("I", "NPC"),
            ("A", "NPC"),
        ];
        let v3: &[(&str, &str)] = &[
            ("AV", "NALP"),
            ("AC", "LH"),
            ("PR", "NLH"),
            ("UI", "NR"),
            ("S", "UC"),
            ("C", "HLN"),
            ("I", "HLN"),
            ("A", "HLN"),
        ];
        let v4: &[(&str, &str)] = &[
            ("AV", "NALP"),
            ("AC", "LH"),
            ("AT", "NP"),
            ("PR", "NLH"),
            ("UI", "NPA"),
            ("VC", "HLN"),
            ("VI", "HLN"),
            ("VA", "HLN"),
            ("SC", "HLN"),
            ("SI", "HLN"),
            ("SA", "HLN"),
        ];
        assert_eq!(digest("", v2), (729, V2_DIGEST), "v2");
        assert_eq!(digest("CVSS:3.0", v3), (2_592, V30_DIGEST), "v3.0");
        assert_eq!(digest("CVSS:3.1", v3), (2_592, V31_DIGEST), "v3.1");
        assert_eq!(digest("CVSS:4.0", v4), (104_976, V4_DIGEST), "v4.0");
    }

    const V2_DIGEST: u64 = 0xae1a_7022_85ae_23a8;
    const V30_DIGEST: u64 = 0xe696_c5de_bffb_6f09;
    const V31_DIGEST: u64 = 0xe696_c5de_bffb_6f09;
    const V4_DIGEST: u64 = 0x5dde_febf_6dbb_e1da;

    /// FNV-1a over the scores in tenths, the last metric turning fastest.
    fn digest(prefix: &str, metrics: &[(&str, &str)]) -> (usize, u64) {
        let total: usize = metrics.iter().map(|(_, values)| values.len()).product();
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for number in 0..total {
            let mut rest = number;
            let mut parts = Vec::new();
            for (name, values) in metrics.iter().rev() {
                let value = values.as_bytes()[rest % values.len()];
                rest /= values.len();
                parts.push(format!("{name}:{}", char::from(value)));
            }
            if !prefix.is_empty() {
                parts.push(prefix.to_owned());
            }
            parts.reverse();
            hash ^= u64::try_from(tenths(&parts.join("/"))).unwrap();
            hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
        }
        (total, hash)
    }

    proptest! {
        #[test]
        fn any_text_never_panics(text in "\\PC{0,200}") {
            let _ = base_score(&text);
        }

        #[test]
        fn near_vectors_never_panic(
            prefix in prop::sample::select(vec!["", "CVSS:3.0/", "CVSS:3.1/", "CVSS:4.0/"]),
            parts in prop::collection::vec("(AV|AC|AT|PR|UI|VC|VI|VA|SC|SI|SA|S|C|I|A|Au|E|MSI|CR|U):(N|L|H|P|A|C|S|X|U|R|Red)", 0..20),
        ) {
            if let Ok(score) = base_score(&format!("{prefix}{}", parts.join("/"))) {
                prop_assert!((0.0..=10.0).contains(&score));
            }
        }
    }
}
