//! Repository addresses in one form.

/// `host/owner/name`, lower case, of any way to write a repository's address: URLs, `git+` and
/// `ssh` ones, `git@host:owner/name`, npm's `owner/name` and `github:owner/name`.
pub(crate) fn normal(address: &str) -> Option<String> {
    let address = address.trim();
    let (host, path) = split(address)?;
    let host = host.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let (owner, name) = (parts.next()?, parts.next()?);
    let name = name.strip_suffix(".git").unwrap_or(name);
    let plain = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '~'))
    };
    if !plain(owner) || !plain(name) || !host.contains('.') {
        return None;
    }
    Some(format!("{host}/{owner}/{name}").to_ascii_lowercase())
}

fn split(address: &str) -> Option<(&str, &str)> {
    for (prefix, host) in [
        ("github:", "github.com"),
        ("gitlab:", "gitlab.com"),
        ("bitbucket:", "bitbucket.org"),
    ] {
        if let Some(path) = address.strip_prefix(prefix) {
            return Some((host, path));
        }
    }
    let after_user = |authority| str::rsplit(authority, '@').next().unwrap_or_default();
    if let Some((_, rest)) = address.split_once("://") {
        let (authority, path) = rest.split_once('/')?;
        let authority = after_user(authority);
        let host = authority.split(':').next().unwrap_or_default();
        // `ssh://git@host:owner/name` is wrong, and common.
        return Some((host, path));
    }
    if let Some((authority, path)) = address.split_once(':') {
        return Some((after_user(authority), path));
    }
    // npm's short form; anything else with a slash begins with a host.
    let (first, _) = address.split_once('/')?;
    if address.matches('/').count() == 1 {
        return Some(("github.com", address));
    }
    address
        .get(first.len() + 1..)
        .filter(|_| first.contains('.'))
        .map(|path| (first, path))
}

/// The last part of [`normal`]'s form.
pub(crate) fn name(normal: &str) -> &str {
    normal.rsplit('/').next().unwrap_or(normal)
}

const HOSTS: [&str; 7] = [
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
    "git.sr.ht",
    "gitee.com",
    "opendev.org",
];

/// The repository among a package's links: one with a telling label, else one at a known host.
pub(crate) fn of_links(links: &[(String, String)]) -> Option<String> {
    let telling = |label: &str| {
        let label = label.to_ascii_lowercase();
        ["source", "repo", "code", "github", "gitlab"]
            .iter()
            .any(|word| label.contains(word))
    };
    let hosted = |url: &str| {
        normal(url).is_some_and(|normal| {
            normal
                .split('/')
                .next()
                .is_some_and(|host| HOSTS.contains(&host))
        })
    };
    links
        .iter()
        .find(|(label, url)| telling(label) && normal(url).is_some())
        .or_else(|| links.iter().find(|(_, url)| hosted(url)))
        .map(|(_, url)| url.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_repository_has_one_form() {
        for address in [
            "https://github.com/Psf/Requests",
            "https://www.github.com/psf/requests/",
            "git+https://github.com/psf/requests.git",
            "git+ssh://git@github.com/psf/requests.git",
            "git@github.com:psf/requests.git",
            "git://github.com/psf/requests.git#main",
            "https://me:pw@github.com:443/psf/requests/tree/main?x",
            "github:psf/requests",
            "psf/requests",
            "github.com/psf/requests",
        ] {
            assert_eq!(
                normal(address).as_deref(),
                Some("github.com/psf/requests"),
                "{address}"
            );
        }
        for none in [
            "",
            "requests",
            "https://requests.example",
            "https://github.com/psf",
            "a b/c",
            "//",
        ] {
            assert_eq!(normal(none), None, "{none}");
        }
        assert_eq!(name("github.com/psf/requests"), "requests");
    }

    #[test]
    fn the_repository_is_found_among_links() {
        let links = |pairs: &[(&str, &str)]| {
            let links: Vec<_> = pairs
                .iter()
                .map(|(label, url)| ((*label).to_owned(), (*url).to_owned()))
                .collect();
            of_links(&links)
        };
        assert_eq!(
            links(&[
                ("Funding", "https://github.com/sponsors/ann"),
                ("Source Code", "https://git.example.org/a/b")
            ])
            .as_deref(),
            Some("https://git.example.org/a/b")
        );
        assert_eq!(
            links(&[("Homepage", "https://github.com/a/b")]).as_deref(),
            Some("https://github.com/a/b")
        );
        assert_eq!(links(&[("Docs", "https://docs.example.org/a/b")]), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text in ".*") {
            let _ = normal(&text);
        }
    }
}
