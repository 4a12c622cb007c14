//! URLs and paths in place of a version: version control, archives, directories.

use runward_model::Origin;

use crate::archive;

/// A link with its fragment taken apart and its credentials masked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) origin: Origin,
    /// `#egg=name`, extras removed.
    pub(crate) egg: Option<String>,
    /// `#sha256=…` as `sha256:…`.
    pub(crate) hash: Option<String>,
}

const VERSION_CONTROL: [&str; 4] = ["git+", "hg+", "svn+", "bzr+"];

/// Whether a text is a URL rather than a path.
pub(crate) fn is_url(text: &str) -> bool {
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
    let has_scheme = !scheme.is_empty()
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    has_scheme || text.starts_with("file:") || is_version_control(text)
}

pub(crate) fn is_version_control(text: &str) -> bool {
    VERSION_CONTROL
        .iter()
        .any(|prefix| text.starts_with(prefix))
        || text.starts_with("git://")
}

/// The path of a `file:` URL, where it is a relative one (`file:libs/x`, `file:./x`) or an
/// absolute one (`/srv/x`).
pub(crate) fn file_path(url: &str) -> Option<String> {
    let path = url.strip_prefix("file:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = path.strip_prefix("localhost").unwrap_or(path);
    Some(archive::decode_percent(
        path.split('#').next().unwrap_or(path),
    ))
}

/// Reads a URL.
pub(crate) fn read(url: &str) -> Link {
    let (address, fragment) = url.split_once('#').unwrap_or((url, ""));
    let mut egg = None;
    let mut hash = None;
    for part in fragment.split('&') {
        match part.split_once('=') {
            Some(("egg", name)) => {
                let name = name.split('[').next().unwrap_or(name);
                egg = crate::requirement::is_name(name).then(|| name.to_owned());
            }
            Some((algorithm @ ("sha256" | "sha384" | "sha512" | "md5" | "sha1"), digest)) => {
                hash = Some(format!("{algorithm}:{digest}"));
            }
            _ => {}
        }
    }
    let origin = if is_version_control(address) {
        let address = address.strip_prefix("git+").unwrap_or(address);
        let (repository, rev) = split_revision(address);
        if VERSION_CONTROL
            .iter()
            .any(|prefix| repository.starts_with(prefix))
        {
            Origin::Url {
                url: redact(address),
            }
        } else {
            Origin::Git {
                url: redact(repository),
                rev: rev.map(str::to_owned),
            }
        }
    } else if let Some(path) = file_path(address) {
        Origin::Path { path }
    } else {
        Origin::Url {
            url: redact(address),
        }
    };
    Link { origin, egg, hash }
}

/// `https://host/repo.git@v1` → repository and revision; an `@` before the path is a user.
fn split_revision(address: &str) -> (&str, Option<&str>) {
    let path_from = address
        .find("://")
        .and_then(|at| Some(at + 3 + address.get(at + 3..)?.find('/')?))
        .or_else(|| address.find(':'))
        .unwrap_or(0);
    match address.rfind('@') {
        Some(at) if at > path_from => {
            let (repository, rev) = address.split_at(at);
            let rev = rev.strip_prefix('@').filter(|rev| !rev.is_empty());
            (repository, rev)
        }
        _ => (address, None),
    }
}

/// Masks credentials: what a report shows must not hold a token. The user of an SSH address is
/// part of the address, and stays.
pub(crate) fn redact(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at);
        let after = after.strip_prefix("://").unwrap_or(after);
        masked.push_str(before);
        masked.push_str("://");
        let end = after
            .find(|c: char| matches!(c, '/' | '?' | '#') || c.is_whitespace())
            .unwrap_or(after.len());
        let (authority, path) = after.split_at(end);
        match authority.rsplit_once('@') {
            Some((user, host)) => {
                let ssh = before.ends_with("ssh") && !user.contains(':');
                masked.push_str(if ssh { user } else { "***" });
                masked.push('@');
                masked.push_str(host);
            }
            None => masked.push_str(authority),
        }
        rest = path;
    }
    masked.push_str(rest);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git(url: &str, rev: Option<&str>) -> Origin {
        Origin::Git {
            url: url.to_owned(),
            rev: rev.map(str::to_owned),
        }
    }

    #[test]
    fn links_are_taken_apart() {
        for (text, origin, egg) in [
            (
                "git+https://github.com/o/r.git@v1.2#egg=My_pkg[x]&subdirectory=s",
                git("https://github.com/o/r.git", Some("v1.2")),
                Some("My_pkg"),
            ),
            (
                "git+ssh://git@github.com/o/r@feature/x",
                git("ssh://git@github.com/o/r", Some("feature/x")),
                None,
            ),
            (
                "git+https://user:secret@host/r.git",
                git("https://***@host/r.git", None),
                None,
            ),
            (
                "git+git@github.com:o/r.git@v1",
                git("git@github.com:o/r.git", Some("v1")),
                None,
            ),
            ("git://host/r", git("git://host/r", None), None),
            (
                "hg+https://host/r@5",
                Origin::Url {
                    url: "hg+https://host/r@5".to_owned(),
                },
                None,
            ),
            (
                "file:///srv/a%20b#egg=x",
                Origin::Path {
                    path: "/srv/a b".to_owned(),
                },
                Some("x"),
            ),
        ] {
            let link = read(text);
            assert_eq!(link.origin, origin, "{text}");
            assert_eq!(link.egg.as_deref(), egg, "{text}");
        }
        let link = read("https://x/a.zip#sha256=ab");
        assert_eq!(link.hash.as_deref(), Some("sha256:ab"));
    }

    #[test]
    fn credentials_are_masked_wherever_they_stand() {
        assert_eq!(
            redact("-e git+https://tok@h/x --find-links https://u:p@q/y?z ssh://git@h/r"),
            "-e git+https://***@h/x --find-links https://***@q/y?z ssh://git@h/r"
        );
        assert_eq!(redact("no url"), "no url");
    }
}
