//! The orders, against the lists that specifications and tools give themselves.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests may fail"
)]

use std::cmp::Ordering;

use runward_model::Ecosystem;
use runward_versions::{Step, Version, compare, is_beginning, is_prerelease, same, step};

/// Versions from lowest to highest; those in one string, split at ` = `, are equal.
fn ascending(ecosystem: &Ecosystem, groups: &[&str]) {
    let groups: Vec<Vec<&str>> = groups
        .iter()
        .map(|group| group.split(" = ").collect())
        .collect();
    for (i, lower) in groups.iter().enumerate() {
        for (j, higher) in groups.iter().enumerate() {
            for a in lower {
                for b in higher {
                    assert_eq!(
                        compare(ecosystem, a, b).unwrap(),
                        i.cmp(&j),
                        "{ecosystem}: `{a}` and `{b}`"
                    );
                    assert_eq!(
                        same(ecosystem, a, b),
                        i == j,
                        "{ecosystem}: `{a}` and `{b}`"
                    );
                }
            }
        }
    }
}

fn unreadable(ecosystem: &Ecosystem, texts: &[&str]) {
    for text in texts {
        let error = Version::parse(ecosystem, text).expect_err(text);
        assert_eq!(error.text(), *text);
        assert!(error.to_string().starts_with(&format!("`{text}` is")));
    }
}

#[test]
fn pypi_follows_pep_440() {
    ascending(
        &Ecosystem::PyPI,
        &[
            "1.dev0 = 1.0.dev0 = 1.dev = 1-dev = 1.DEV",
            "1.0.dev456",
            "1.0a1 = 1.0.a.1 = 1.0alpha1 = 1.0-ALPHA_1 = 1a1 = v1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1 = 1.0c1 = 1.0pre1 = 1.0-preview-1",
            "1.0 = 1 = 1.0.0.0 = v1 =  1.0  = 01.00",
            "1.0+abc.5 = 1.0+ABC-5 = 1.0+abc_05",
            "1.0+abc.7",
            "1.0+5",
            "1.0+5.a",
            "1.0+5.0",
            "1.0+10",
            "1.0.post456.dev34",
            "1.0.post456 = 1.0-456 = 1.0rev456 = 1.0.r456",
            "1.0.15",
            "1.1.dev1",
            "2023.10.1",
            "99999999999999999999999.1",
            "100000000000000000000000.0",
            "1!0.1",
            "1!1.0",
            "2!0a1",
        ],
    );
    unreadable(
        &Ecosystem::PyPI,
        &[
            "", "foo", "1.0.", "1..0", "1.0+", "1.0+a..b", "1.0 1", "1!", "!1", "1.0x", "1.0-a-b",
            "٣",
        ],
    );
}

#[test]
fn an_introduced_zero_is_no_version() {
    assert!(is_beginning("0"));
    assert!(!is_beginning("0.0.0-0"));
    assert_eq!(
        compare(&Ecosystem::PyPI, "0", "0.0.0a1").unwrap(),
        Ordering::Greater
    );
}

#[test]
fn semver_follows_its_specification() {
    for ecosystem in [Ecosystem::Npm, Ecosystem::CratesIo, Ecosystem::Hex] {
        ascending(
            &ecosystem,
            &[
                "0.0.0-0",
                "0.0.0-alpha",
                "0 = 0.0.0",
                "0.1.0-a",
                "1.0.0-1",
                "1.0.0-2",
                "1.0.0-10",
                "1.0.0-alpha = v1.0.0-alpha+x",
                "1.0.0-alpha.1",
                "1.0.0-alpha.beta",
                "1.0.0-beta = 1.0.0beta = 1.0-beta",
                "1.0.0-beta.2",
                "1.0.0-beta.11",
                "1.0.0-beta-1",
                "1.0.0-rc.1",
                "1.0.0 = 1.0 = 1 = v1.0.0 = =1.0.0 = 1.0.0+build.5",
                "1.0.0.1",
                "1.0.1",
                "1.2.0",
                "1.10.0",
                "18446744073709551616.0.0",
            ],
        );
        unreadable(
            &ecosystem,
            &[
                "",
                "abc",
                "1.0.0-",
                "1.0.0-a..b",
                "1.0.0+",
                "1.0.0-ü",
                "1.0 .0",
                ".1",
                "-1",
            ],
        );
    }
}

#[test]
fn pub_ranks_builds() {
    ascending(
        &Ecosystem::Pub,
        &[
            "1.0.0-dev.1",
            "1.0.0",
            "1.0.0+1",
            "1.0.0+2",
            "1.0.0+2.1",
            "1.0.0+a",
            "1.0.1",
        ],
    );
}

#[test]
fn go_reads_modules_and_toolchains() {
    ascending(
        &Ecosystem::Go,
        &[
            "v0.0.0-20190101000000-aaaaaaaaaaaa",
            "0.0.0-20200101000000-000000000000",
            "v0.0.0",
            "v1.0.1-0.20200101000000-abcdefabcdef",
            "v1.0.1 = 1.0.1",
            "go1.19.5",
            "go1.20beta1",
            "go1.20rc1 = 1.20.0-rc.1 = 1.20rc1",
            "1.20.0-rc.2",
            "1.20.0-rc.10",
            "go1.20 = 1.20.0 = go1.20.0 = go1.20-bigcorp",
            "go1.20.1 = go1.20.1 X:boringcrypto",
            "v2.0.0-alpha+incompatible",
            "v2.0.0+incompatible = v2.0.0",
        ],
    );
    unreadable(
        &Ecosystem::Go,
        &["", "devel", "go", "master", "v1.x", "go1.20rc1x"],
    );
}

#[test]
fn rubygems_follows_gem_version() {
    ascending(
        &Ecosystem::RubyGems,
        &[
            "0.beta = 0.0.beta",
            "0.0.beta.1 = 0.beta.1",
            "0 = 0.0",
            "0.9",
            "1.0.a.2 = 1.a.2 = 1.0.0.a2",
            "1.0.a9",
            "1.0.a10",
            "1.0.b1",
            "1.0.pre.1 = 1.0-1",
            "1.0.rc1",
            "1.0 = 1 = 1.0.0",
            "1.8.2.a",
            "1.8.2.b",
            "1.8.2",
            "5.a",
            "5.0.0.rc2",
            "5.x",
            "5",
        ],
    );
    unreadable(
        &Ecosystem::RubyGems,
        &[
            "",
            "junk",
            "1.0\n2.0",
            "1..2",
            "1.2 3.4",
            "1.0-x86_64",
            "1.",
            "a1",
        ],
    );
    // Upper case letters stand before lower case ones.
    ascending(&Ecosystem::RubyGems, &["1.A", "1.a", "1"]);
}

#[test]
fn composer_follows_its_normal_form() {
    ascending(
        &Ecosystem::Packagist,
        &[
            "dev-bar = dev-bar#abcdef",
            "dev-foo",
            "1.0-dev = 1.0.0.0-dev",
            "1.0.0-alpha = 1.0a",
            "1.0.0-alpha1 = 1.0.0.ALPHA.1 = v1.0.0-a1",
            "1.0.0-beta.5 = 1.0.0-beta5+foo",
            "1.0.0RC1dev = 1.0.0-rC1-dev",
            "1.0.0-RC1 = 1.0.0.RC.1",
            "1.0.0-rc15",
            "1.0.0 = 1 = v1.0 = 1.0.0.0 = 1.0.0-stable = 1.0.0+foo = 1.0@beta",
            "1.0.0-p1 = 1.0.0pl1 = 1.0.0-patch1",
            "1.0.0.1",
            "1.2.3.4",
            "1.x-dev = 1.x.x.x-dev",
            "2.0",
            "2010.01.02",
            "20100102-203040-p1",
            "20100102-203041 = 20100102.203041",
        ],
    );
    unreadable(
        &Ecosystem::Packagist,
        &[
            "",
            "a",
            "1.0.0-meh",
            "1.0.0.0.0",
            "feature-foo",
            "1.0.0+foo bar",
            "1.0.1-SNAPSHOT",
            "~1.0",
            "dev-",
        ],
    );
}

#[test]
fn maven_follows_comparable_version() {
    ascending(
        &Ecosystem::Maven,
        &[
            "1-alpha = 1.alpha = 1.0-ALPHA",
            "1-alpha-1 = 1alpha1 = 1-a1 = 1.0.0-a-1 = 1.a1",
            "1-alpha-2",
            "1-alpha-10",
            "1-beta2",
            "1-m3 = 1-milestone-3",
            "1-rc = 1-cr",
            "1-rc1 = 1-CR1",
            "1-SNAPSHOT",
            "1 = 1.0 = 1.0.0 = 1-ga = 1.final = 1.0.0.Final = 1-release = 1-0",
            "1-sp = 1.0.sp",
            "1-sp1 = 1-sp-1",
            "1-abc",
            "1-android",
            "1-foo2",
            "1-foo10",
            "1-jre",
            "1-1",
            "1.0.1-SNAPSHOT",
            "1.0.1",
            "1.1",
            "1.10",
            "2.0.0.rc1",
            "2.0.0.RELEASE",
            "2.0.1.RELEASE",
            "20240101120000",
            "99999999999999999999999999999999.1",
        ],
    );
    unreadable(
        &Ecosystem::Maven,
        &["", "${project.version}", "[1.0]", "1 2", "1,2"],
    );
}

/// Up to Maven 3.9 these three formed a circle.
#[test]
fn maven_has_no_circle() {
    ascending(&Ecosystem::Maven, &["1-rc", "1", "1.sp.1"]);
    ascending(
        &Ecosystem::Maven,
        &[
            "5.0.0.Final-SNAPSHOT",
            "5.0.0.Final = 5.0.0",
            "5.0.0.Final-redhat-1",
            "5.0.0.Final-redhat-2",
        ],
    );
}

#[test]
fn nuget_has_four_parts_and_ignores_case() {
    ascending(
        &Ecosystem::NuGet,
        &[
            "1.0.0-alpha",
            "1.0.0-ALPHA.1 = 1.0.0-alpha.1+meta",
            "1.0.0-beta = 1.0.0-BETA",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1 = 1.0 = 1.0.0 = 1.0.0.0 = 1.0.0+x = 01.0",
            "1.0.0.1-rc",
            "1.0.0.1",
            "1.0.1",
        ],
    );
    unreadable(&Ecosystem::NuGet, &["", "1.2.3.4.5", "a", "1.0.0-"]);
}

#[test]
fn conda_follows_version_order() {
    ascending(
        &Ecosystem::Conda,
        &[
            "0.4 = 0.4.0",
            "0.4.1.rc = 0.4.1.RC",
            "0.4.1",
            "0.5a1",
            "0.5b3",
            "0.5C1",
            "0.5",
            "0.9.6",
            "0.960923",
            "1.0",
            "1.1dev1",
            "1.1_",
            "1.1a1",
            "1.1.0dev1 = 1.1.dev1",
            "1.1.a1",
            "1.1.0rc1",
            "1.1.0 = 1.1",
            "1.1.0post1 = 1.1.post1",
            "1.1post1",
            "1996.07.12",
            "1!0.4.1",
            "1!3.1.1.6",
            "2!0.4.1",
        ],
    );
    unreadable(
        &Ecosystem::Conda,
        &["", "1..2", "1!2!3", "a!1", "1+", "1+2+3", "+1", "3.5&1"],
    );
}

#[test]
fn other_ecosystems_have_a_natural_order() {
    let deb = Ecosystem::Other("deb".to_owned());
    ascending(
        &deb,
        &[
            "1.0~1",
            "1.0-alpha",
            "1.0-rc1",
            "1.0-rc2",
            "1.0 = 1 = v1.0.0",
            "1.0a",
            "1.0b",
            "1.0.1",
            "1.9",
            "1.10",
        ],
    );
    unreadable(&deb, &["", "...", "-"]);
}

#[test]
fn steps_name_the_part_that_changes() {
    use Step::{Major, Minor, Patch, Unclear};
    for (ecosystem, from, to, expected) in [
        (Ecosystem::PyPI, "1.2.3", "1.2.4", Patch),
        (Ecosystem::PyPI, "1.2", "1.2.4.1", Patch),
        (Ecosystem::PyPI, "1.2.3", "1.3", Minor),
        (Ecosystem::PyPI, "0.2.3", "0.3", Minor),
        (Ecosystem::PyPI, "1.2.3", "2.0", Major),
        (Ecosystem::PyPI, "1.2.3", "1!1.2.3", Major),
        (Ecosystem::PyPI, "1.2.3rc1", "1.2.3", Patch),
        (Ecosystem::PyPI, "2.0", "1.2.3", Major),
        (Ecosystem::PyPI, "1.2", "v1.2.0", Patch),
        (Ecosystem::PyPI, "1.2", "abc", Unclear),
        (Ecosystem::Npm, "1.2.3", "1.3.0", Minor),
        (Ecosystem::Npm, "0.2.3", "0.3.0", Major),
        (Ecosystem::CratesIo, "0.2.3", "0.2.4", Patch),
        (Ecosystem::CratesIo, "0.0.3", "0.0.4", Major),
        (Ecosystem::Pub, "0.0.3", "0.0.4", Patch),
        (Ecosystem::Pub, "0.3.0", "0.4.0", Major),
        (Ecosystem::Go, "v0.3.0", "v0.4.0", Minor),
        (Ecosystem::Maven, "1.0.0.Final", "1.0.1.Final", Patch),
        (Ecosystem::Maven, "1.0.0", "1.1.0", Minor),
        (Ecosystem::Maven, "0", "1", Major),
        (Ecosystem::RubyGems, "1.2.3", "1.2.3.1", Patch),
        (Ecosystem::Packagist, "dev-main", "1.0", Unclear),
        (Ecosystem::Packagist, "0.3", "0.4", Major),
        (Ecosystem::NuGet, "1.2.3.4", "1.2.3.5", Patch),
        (Ecosystem::Conda, "1.2", "1.3", Minor),
        (Ecosystem::Conda, "1.2", "1!1.2", Major),
    ] {
        assert_eq!(
            step(&ecosystem, from, to),
            expected,
            "{ecosystem} {from} {to}"
        );
    }
}

#[test]
fn prereleases_are_known() {
    for (ecosystem, pre, release) in [
        (Ecosystem::PyPI, "1.0.dev1", "1.0.post1"),
        (Ecosystem::PyPI, "1.0rc1", "1.0+local"),
        (Ecosystem::Npm, "1.0.0-rc.1", "1.0.0+rc"),
        (Ecosystem::Go, "go1.20rc1", "v2.0.0+incompatible"),
        (Ecosystem::RubyGems, "1.0.0.rc1", "1.0.0"),
        (Ecosystem::Packagist, "1.0-RC1", "1.0-p1"),
        (Ecosystem::Packagist, "dev-main", "1.0-stable"),
        (Ecosystem::Maven, "1.0-SNAPSHOT", "1.0.Final"),
        (Ecosystem::Maven, "1.0-m1", "32.0-jre"),
        (Ecosystem::NuGet, "1.0-preview", "1.0.0.1"),
        (Ecosystem::Conda, "1.0rc1", "1.0.post1"),
        (Ecosystem::Other("x".to_owned()), "1.0~rc1", "1.0a"),
    ] {
        assert!(is_prerelease(&ecosystem, pre), "{ecosystem} {pre}");
        assert!(!is_prerelease(&ecosystem, release), "{ecosystem} {release}");
    }
    assert!(!is_prerelease(&Ecosystem::PyPI, "no version"));
}

#[test]
fn unreadable_texts_are_the_same_only_as_texts() {
    assert!(same(&Ecosystem::PyPI, "2004d-x", "2004d-x"));
    assert!(!same(&Ecosystem::PyPI, "2004d-x", "2004d-y"));
    assert!(!same(&Ecosystem::PyPI, "2004d-x", "1"));
    assert!(!same(&Ecosystem::PyPI, "1.0", "1.0+local"));
}

#[test]
fn endless_texts_are_refused() {
    let long = "1.".repeat(20_000);
    for ecosystem in Ecosystem::MATCHED {
        let error = Version::parse(&ecosystem, &long).unwrap_err().to_string();
        assert!(error.len() < 500, "{error}");
        assert!(error.contains("over the limit"), "{error}");
    }
}
