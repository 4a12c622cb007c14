//! What may stand behind a package name: a version, a range, or a place.

use semver::Version;

/// A requirement as `npm-package-arg` tells them apart, with the protocols of Yarn, pnpm and Bun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spec<'a> {
    /// One version, without a leading `=` or `v`.
    Exact(&'a str),
    /// A range or a tag.
    Open,
    /// `npm:other@^1`: another package under this name.
    Alias {
        name: &'a str,
        requirement: &'a str,
    },
    /// `file:`, `link:`, `portal:`: a directory or an archive.
    Local(&'a str),
    /// `workspace:`: a member of the same project.
    Workspace(&'a str),
    /// `catalog:`: the version stands in a file of the workspace.
    Catalog,
    Git {
        url: String,
        rev: Option<&'a str>,
    },
    Url(&'a str),
}

pub(crate) fn parse(spec: &str) -> Spec<'_> {
    let spec = spec.trim();
    if let Some(version) = exact(spec) {
        return Spec::Exact(version);
    }
    if let Some(rest) = spec.strip_prefix("npm:") {
        return match split_descriptor(rest) {
            Some((name, requirement)) => Spec::Alias { name, requirement },
            // Berry writes its default protocol out: `npm:^1.0.0`.
            None => match exact(rest) {
                Some(version) => Spec::Exact(version),
                None if is_name(rest) => Spec::Alias {
                    name: rest,
                    requirement: "",
                },
                None => Spec::Open,
            },
        };
    }
    for protocol in ["file:", "link:", "portal:"] {
        if let Some(path) = spec.strip_prefix(protocol) {
            return Spec::Local(path.split("::").next().unwrap_or(path));
        }
    }
    if let Some(range) = spec.strip_prefix("workspace:") {
        return Spec::Workspace(range);
    }
    if spec.starts_with("catalog:") {
        return Spec::Catalog;
    }
    git(spec).unwrap_or_else(|| other(spec))
}

fn other(spec: &str) -> Spec<'_> {
    if spec.starts_with("http://") || spec.starts_with("https://") {
        return Spec::Url(spec);
    }
    if spec.starts_with(['.', '/']) || spec.starts_with("~/") {
        return Spec::Local(spec);
    }
    Spec::Open
}

fn git(spec: &str) -> Option<Spec<'_>> {
    let (address, rev) = match spec.split_once('#') {
        Some((address, rev)) => (address, Some(rev.strip_prefix("commit=").unwrap_or(rev))),
        None => (spec, None),
    };
    let hosts = [
        ("github:", "https://github.com/"),
        ("gitlab:", "https://gitlab.com/"),
        ("bitbucket:", "https://bitbucket.org/"),
        ("gist:", "https://gist.github.com/"),
    ];
    for (short, long) in hosts {
        if let Some(repository) = address.strip_prefix(short) {
            return Some(Spec::Git {
                url: format!("{long}{repository}"),
                rev,
            });
        }
    }
    if let Some(url) = address.strip_prefix("git+") {
        return Some(Spec::Git {
            url: url.to_owned(),
            rev,
        });
    }
    let by_address = address.starts_with("git://")
        || address.starts_with("git@")
        || address.starts_with("ssh://")
        || (address.starts_with("http") && super::is_git(address));
    if by_address {
        return Some(Spec::Git {
            url: address.to_owned(),
            rev,
        });
    }
    // `user/repository` is GitHub's.
    let (user, repository) = address.split_once('/')?;
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '@', '~'])
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    (plain(user) && plain(repository)).then(|| Spec::Git {
        url: format!("https://github.com/{address}"),
        rev,
    })
}

/// A single version; `=1.2.3` and `v1.2.3` mean `1.2.3`.
fn exact(spec: &str) -> Option<&str> {
    let version = spec.strip_prefix('=').unwrap_or(spec).trim_start();
    let version = version.strip_prefix('v').unwrap_or(version);
    Version::parse(version).is_ok().then_some(version)
}

fn is_name(text: &str) -> bool {
    let first = text.strip_prefix('@').unwrap_or(text).bytes().next();
    first.is_some_and(|byte| byte.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"@/-_.~".contains(&byte))
        && text != "latest"
        && text != "next"
}

/// `name@requirement`, where the name may be scoped.
pub(crate) fn split_descriptor(text: &str) -> Option<(&str, &str)> {
    let from = usize::from(text.starts_with('@'));
    let at = text.get(from..)?.find('@')? + from;
    let name = text.get(..at).filter(|name| !name.is_empty())?;
    Some((name, text.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn requirements_are_told_apart() {
        let git = |url: &str, rev: Option<&'static str>| Spec::Git {
            url: url.to_owned(),
            rev,
        };
        for (text, spec) in [
            ("1.2.3", Spec::Exact("1.2.3")),
            ("= 1.2.3", Spec::Exact("1.2.3")),
            ("v1.2.3-rc.1+b", Spec::Exact("1.2.3-rc.1+b")),
            ("^1.2.3", Spec::Open),
            ("1.2", Spec::Open),
            ("1.x || >=2", Spec::Open),
            ("latest", Spec::Open),
            ("*", Spec::Open),
            ("", Spec::Open),
            (
                "npm:lodash@4.17.20",
                Spec::Alias {
                    name: "lodash",
                    requirement: "4.17.20",
                },
            ),
            (
                "npm:@s/a@^1",
                Spec::Alias {
                    name: "@s/a",
                    requirement: "^1",
                },
            ),
            ("npm:^1.0.0", Spec::Open),
            ("npm:1.0.0", Spec::Exact("1.0.0")),
            ("npm:latest", Spec::Open),
            (
                "npm:lodash",
                Spec::Alias {
                    name: "lodash",
                    requirement: "",
                },
            ),
            ("file:../a", Spec::Local("../a")),
            ("link:./a::locator=x", Spec::Local("./a")),
            ("../a", Spec::Local("../a")),
            ("workspace:^", Spec::Workspace("^")),
            ("catalog:", Spec::Catalog),
            ("u/r#main", git("https://github.com/u/r", Some("main"))),
            ("github:u/r", git("https://github.com/u/r", None)),
            (
                "git+https://e.org/r.git#v1",
                git("https://e.org/r.git", Some("v1")),
            ),
            (
                "git@github.com:u/r.git",
                git("git@github.com:u/r.git", None),
            ),
            ("https://e.org/r.git", git("https://e.org/r.git", None)),
            ("https://e.org/a.tgz", Spec::Url("https://e.org/a.tgz")),
        ] {
            assert_eq!(parse(text), spec, "{text}");
        }
    }

    #[test]
    fn descriptors_split_behind_the_scope() {
        assert_eq!(split_descriptor("@s/a@^1"), Some(("@s/a", "^1")));
        assert_eq!(split_descriptor("a@npm:b@1"), Some(("a", "npm:b@1")));
        assert_eq!(split_descriptor("@s/a"), None);
        assert_eq!(split_descriptor("@"), None);
    }

    proptest! {
        #[test]
        fn any_text_never_panics(text in "\\PC{0,40}") {
            let _ = parse(&text);
            let _ = split_descriptor(&text);
        }
    }
}
