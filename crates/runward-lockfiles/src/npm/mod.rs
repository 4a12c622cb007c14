//! npm, Yarn, pnpm and Bun.

pub(crate) mod berry;
pub(crate) mod bun;
pub(crate) mod package_json;
pub(crate) mod package_lock;
mod places;
pub(crate) mod pnpm;
mod spec;
pub(crate) mod yarn;

use runward_model::Origin;

use spec::Spec;

/// Where a package comes from, by the address that a lockfile records for it.
fn origin_of(name: &str, resolved: Option<&str>) -> Origin {
    let Some(resolved) = resolved.map(str::trim).filter(|url| !url.is_empty()) else {
        return Origin::default();
    };
    if let Some(path) = resolved.strip_prefix("file:") {
        return Origin::Path {
            path: path.to_owned(),
        };
    }
    let Some(rest) = resolved
        .strip_prefix("https://")
        .or_else(|| resolved.strip_prefix("http://"))
    else {
        return origin_of_spec(&spec::parse(resolved));
    };
    let address = resolved.split('#').next().unwrap_or(resolved);
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    if let Some(archive) = rest.strip_prefix("codeload.github.com/")
        && let Some((repository, rev)) = archive.split_once("/tar.gz/")
    {
        return Origin::Git {
            url: format!("https://github.com/{repository}"),
            rev: Some(rev.split('#').next().unwrap_or(rev).to_owned()),
        };
    }
    if is_git(address) {
        return origin_of_spec(&spec::parse(resolved));
    }
    let index = [
        format!("/{name}/-/"),
        format!("/{}/-/", name.replace('/', "%2f")),
        format!("/{}/-/", name.replace('/', "%2F")),
        // GitHub Packages.
        format!("/download/{name}/"),
    ]
    .iter()
    .find_map(|part| address.find(part.as_str()))
    .and_then(|end| address.get(..end));
    match index {
        Some(_) if matches!(host, "registry.npmjs.org" | "registry.yarnpkg.com") => {
            Origin::default()
        }
        Some(index) => Origin::Registry {
            index: Some(index.to_owned()),
        },
        None => Origin::Url {
            url: address.to_owned(),
        },
    }
}

/// Whether a local path names a packed package rather than a directory.
fn is_archive(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".tgz", ".tar.gz", ".tar"]
        .iter()
        .any(|end| path.ends_with(end))
}

fn is_git(address: &str) -> bool {
    std::path::Path::new(address)
        .extension()
        .is_some_and(|extension| extension == "git")
}

fn origin_of_spec(spec: &Spec<'_>) -> Origin {
    match spec {
        Spec::Git { url, rev } => Origin::Git {
            url: url.clone(),
            rev: rev.map(str::to_owned),
        },
        Spec::Url(url) => Origin::Url {
            url: (*url).to_owned(),
        },
        Spec::Local(path) | Spec::Workspace(path) => Origin::Path {
            path: (*path).to_owned(),
        },
        _ => Origin::default(),
    }
}

/// Subresource integrity: several hashes are separated by spaces.
fn hashes_of(integrity: Option<&str>) -> Vec<String> {
    integrity
        .unwrap_or_default()
        .split_ascii_whitespace()
        .map(str::to_owned)
        .collect()
}

/// Why a package that is not from a registry has no version.
fn unversioned(origin: &Origin) -> String {
    match origin {
        Origin::Git {
            url,
            rev: Some(rev),
        } => format!(
            "comes from `{url}` at `{rev}`, and the lockfile does not say which version that is; \
             compare the commit with the releases by hand"
        ),
        Origin::Git { url, rev: None } => {
            format!("comes from `{url}`, at no recorded commit; pin a commit or a release")
        }
        Origin::Url { url } => format!(
            "comes from `{url}`, and the lockfile does not say which version that is; use a \
             release of the registry"
        ),
        Origin::Path { path } => {
            format!("`{path}` is not a directory inside the scanned one; scan it on its own")
        }
        Origin::Registry { .. } => {
            "the lockfile states no version; run the package manager's install command".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_the_origin() {
        let registry = |index: Option<&str>| Origin::Registry {
            index: index.map(str::to_owned),
        };
        let git = |url: &str, rev: &str| Origin::Git {
            url: url.to_owned(),
            rev: Some(rev.to_owned()),
        };
        for (name, resolved, origin) in [
            (
                "a",
                "https://registry.npmjs.org/a/-/a-1.0.0.tgz",
                registry(None),
            ),
            (
                "@s/a",
                "https://registry.yarnpkg.com/@s/a/-/a-1.0.0.tgz#abc",
                registry(None),
            ),
            (
                "@s/a",
                "https://npm.example.org/repo/@s%2fa/-/a-1.0.0.tgz",
                registry(Some("https://npm.example.org/repo")),
            ),
            (
                "@o/p",
                "https://npm.pkg.github.com/download/@o/p/1.0.0/abc",
                registry(Some("https://npm.pkg.github.com")),
            ),
            (
                "a",
                "git+ssh://git@github.com/u/a.git#12ab",
                git("ssh://git@github.com/u/a.git", "12ab"),
            ),
            (
                "a",
                "https://codeload.github.com/u/a/tar.gz/12ab",
                git("https://github.com/u/a", "12ab"),
            ),
            (
                "a",
                "https://github.com/u/a.git#12ab",
                git("https://github.com/u/a.git", "12ab"),
            ),
            (
                "a",
                "https://e.org/x.tgz",
                Origin::Url {
                    url: "https://e.org/x.tgz".to_owned(),
                },
            ),
            (
                "a",
                "file:x.tgz",
                Origin::Path {
                    path: "x.tgz".to_owned(),
                },
            ),
        ] {
            assert_eq!(origin_of(name, Some(resolved)), origin, "{resolved}");
        }
    }
}
