//! A document with everything that the writers know, hostile strings included.

// Each test crate uses its own part of this.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use jiff::{Timestamp, civil::date};
use runward_model::{
    AdvisoryMatch, Assessment, Confidence, CvssVector, Dependency, Ecosystem, EpssScore, Finding,
    FindingKind, Fingerprint, FixComplexity, Imported, KevEntry, Location, Origin, Package,
    PackageClass, ParentEdge, Priority, RiskTerm, Scope, Severity, SourceRef, Status,
    finding::{History, Suppressed},
};
use runward_sbom::Document;

pub(crate) fn created() -> Timestamp {
    "2026-03-01T10:20:30.5Z".parse().unwrap()
}

pub(crate) fn document<'a>(
    dependencies: &'a [Dependency],
    findings: &'a [Finding],
) -> Document<'a> {
    Document {
        name: "shop \"<&>\" \u{1b}[31m",
        version: Some("2.0.1"),
        created: created(),
        serial_seed: "shop at revision 1",
        tool_version: "0.1.0",
        dependencies,
        findings,
        ..Document::default()
    }
}

fn dependency(ecosystem: Ecosystem, name: &str, version: Option<&str>, line: u32) -> Dependency {
    Dependency::new(
        Package::new(ecosystem, name, version),
        SourceRef::new("app/poetry.lock", line),
    )
}

pub(crate) fn dependencies() -> Vec<Dependency> {
    let parent = |parent| ParentEdge {
        parent,
        requirement: Some(">=1".to_owned()),
    };
    let flask = Dependency {
        hashes: vec![
            format!("sha256:{}", "a".repeat(64)),
            format!("sha256:{}", "b".repeat(64)),
        ],
        imported: Imported::Yes,
        ..dependency(Ecosystem::PyPI, "Flask", Some("1.0"), 3)
    };
    let jinja = Dependency {
        direct: false,
        parents: vec![parent(0), parent(0), parent(1), parent(99)],
        hashes: vec![
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_owned(),
            "h1:x=".to_owned(),
        ],
        ..dependency(Ecosystem::PyPI, "jinja2", Some("2.10+local.1"), 9)
    };
    let open = Dependency {
        undetermined: Some("`requests>=2,<3` allows many versions; lock it".to_owned()),
        requirement: Some(">=2,<3".to_owned()),
        groups: vec!["http".to_owned(), "dev tools".to_owned()],
        marker: Some("python_version < \"3.9\"\nand x".to_owned()),
        scope: Scope::Optional,
        ..dependency(Ecosystem::PyPI, "requests", None, 12)
    };
    let git = Dependency {
        origin: Origin::Git {
            url: "https://user:TOKEN@example.org/a/b.git".to_owned(),
            rev: Some("v1.2".to_owned()),
        },
        ..dependency(Ecosystem::PyPI, "from-git", Some("1.2"), 14)
    };
    let again = Dependency {
        source: SourceRef::new("other/requirements.txt", 1),
        ..dependency(Ecosystem::PyPI, "flask", Some("1.0"), 1)
    };
    let npm = Dependency {
        scope: Scope::Development,
        origin: Origin::Url {
            url: "https://example.org/core.tgz?x=1".to_owned(),
        },
        ..dependency(Ecosystem::Npm, "@babel/core", Some("7.0.0"), 20)
    };
    let maven = Dependency {
        scope: Scope::Build,
        direct: false,
        ..dependency(
            Ecosystem::Maven,
            "org.apache.logging.log4j:log4j-core",
            Some("2.14.1"),
            22,
        )
    };
    let go = dependency(
        Ecosystem::Go,
        "github.com/BurntSushi/toml",
        Some("v0.3.1"),
        24,
    );
    let hostile = dependency(
        Ecosystem::Npm,
        "a<script>\u{7}\"'`%0a é#?@",
        Some("1\u{0}\"--é"),
        30,
    );
    let no_purl = dependency(
        Ecosystem::Other("Debian:12".to_owned()),
        "curl",
        Some("7.50.3-1"),
        31,
    );
    let path = Dependency {
        origin: Origin::Path {
            path: "../lib".to_owned(),
        },
        undetermined: Some("a path".to_owned()),
        ..dependency(Ecosystem::CratesIo, "local", None, 32)
    };
    vec![
        flask, jinja, open, git, again, npm, maven, go, hostile, no_purl, path,
    ]
}

fn advisory(id: &str, aliases: &[&str]) -> AdvisoryMatch {
    AdvisoryMatch {
        id: id.to_owned(),
        aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
        records: vec![id.to_owned()],
        summary: "A sandbox escape <b>".to_owned(),
        details: "Long\ntext with \u{0} in it".to_owned(),
        vectors: vec![
            CvssVector {
                vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".to_owned(),
                record: "GHSA-aaaa-bbbb-cccc".to_owned(),
            },
            CvssVector {
                vector: "AV:N/AC:L/Au:N/C:P/I:P/A:P".to_owned(),
                record: id.to_owned(),
            },
        ],
        label: Some(Severity::Critical),
        fixed: vec!["2.11.3".to_owned(), "3.0.1".to_owned()],
        malicious: false,
        informational: None,
        cwes: vec!["CWE-79".to_owned(), "CWE-79".to_owned(), "odd".to_owned()],
        references: vec![
            "https://example.org/a b".to_owned(),
            "https://example.org/advisory".to_owned(),
        ],
        published: Some("2019-04-08T00:00:00Z".parse().unwrap()),
        modified: Some("2024-04-08T00:00:00.123Z".parse().unwrap()),
        kev: Some(KevEntry {
            cve: "CVE-2019-10906".to_owned(),
            date_added: date(2024, 1, 2),
            due_date: None,
            ransomware: false,
        }),
        epss: Some(EpssScore {
            cve: "CVE-2019-10906".to_owned(),
            probability: 0.5,
            percentile: 0.9,
        }),
    }
}

fn finding(number: u32, dependency: &Dependency, advisory: AdvisoryMatch) -> Finding {
    Finding {
        fingerprint: Fingerprint::of(&[&number.to_string()]),
        kind: FindingKind::VulnerableDependency,
        rule: advisory.id.clone(),
        title: "jinja2 2.10: a sandbox escape".to_owned(),
        severity: Severity::High,
        confidence: Confidence::High,
        location: Location::whole_line(&dependency.source),
        dependency: Some(dependency.clone()),
        path_from_root: vec!["flask 1.0".to_owned(), "jinja2 2.10".to_owned()],
        advisory: Some(advisory),
        code: None,
        package: None,
        assessment: Some(Assessment {
            severity: Severity::High,
            effective_severity: Severity::High,
            cvss_score: Some(9.8),
            cvss_vector: Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".to_owned()),
            severity_source: "cvss".to_owned(),
            class: PackageClass::Core,
            fix_complexity: FixComplexity::Minor,
            fix_version: Some("2.11.3".to_owned()),
            constrained_by: 0,
            risk: 9.1,
            terms: vec![RiskTerm {
                name: "base".to_owned(),
                points: 9.1,
                because: "x".to_owned(),
            }],
            priority: Priority::P1,
            within_hours: 72,
            due: created(),
            approver: "team-lead".to_owned(),
            tightened_by: Vec::new(),
            overdue: false,
        }),
        history: None,
        suppressed: None,
    }
}

pub(crate) fn with_status(finding: Finding, status: Status, reason: Option<&str>) -> Finding {
    Finding {
        history: Some(History {
            status,
            first_seen: created(),
            last_seen: created(),
            new: false,
            accepted_until: (status == Status::Accepted).then(|| date(2026, 12, 31)),
            reason: reason.map(str::to_owned),
        }),
        ..finding
    }
}

pub(crate) fn suppressed(finding: Finding, reason: &str) -> Finding {
    Finding {
        suppressed: Some(Suppressed {
            by: "suppression".to_owned(),
            reason: reason.to_owned(),
            author: "Ada".to_owned(),
            expires: date(2026, 12, 31),
        }),
        ..finding
    }
}

pub(crate) fn findings(dependencies: &[Dependency]) -> Vec<Finding> {
    let on = |number: u32, place: usize, id: &str, aliases: &[&str]| {
        finding(number, &dependencies[place], advisory(id, aliases))
    };
    let jinja = on(
        1,
        1,
        "PYSEC-2019-217",
        &["CVE-2019-10906", "GHSA-462w-v97r-4m45"],
    );
    let malicious = Finding {
        kind: FindingKind::MaliciousDependency,
        code: None,
        package: None,
        assessment: None,
        ..on(2, 8, "MAL-2024-1", &[])
    };
    let unrated = Finding {
        code: None,
        package: None,
        assessment: None,
        advisory: Some(AdvisoryMatch {
            vectors: Vec::new(),
            label: None,
            fixed: Vec::new(),
            ..advisory("odd id", &["CVE-2024-5"])
        }),
        ..on(3, 9, "odd id", &["CVE-2024-5"])
    };
    let confirmed = with_status(on(4, 5, "GHSA-aaaa-bbbb-cccc", &[]), Status::Triaged, None);
    let resolved = with_status(on(5, 6, "CVE-2021-44228", &[]), Status::Resolved, None);
    let false_positive = with_status(
        on(6, 7, "GO-2024-1", &["CVE-2024-6"]),
        Status::FalsePositive,
        Some("the test files only"),
    );
    let uncertain = Finding {
        confidence: Confidence::Low,
        ..on(7, 4, "CVE-2024-7", &[])
    };
    let accepted = suppressed(on(8, 0, "CVE-2024-8", &[]), "internal network only");
    let unreachable = suppressed(
        on(9, 0, "CVE-2024-9", &[]),
        "vulnerable_code_not_in_execute_path: the parser is never called",
    );
    let elsewhere = Finding {
        dependency: None,
        advisory: None,
        ..on(10, 0, "custom-rule", &[])
    };
    vec![
        jinja,
        malicious,
        unrated,
        confirmed,
        resolved,
        false_positive,
        uncertain,
        accepted,
        unreachable,
        elsewhere,
    ]
}
