//! Hosts that code names, and what is known of them.

/// Where anybody may publish releases: what comes from there is of a known kind, not of known origin.
const RELEASES: [&str; 15] = [
    "registry.npmjs.org",
    "registry.npmjs.com",
    "registry.yarnpkg.com",
    "registry.npmmirror.com",
    "npmmirror.com",
    "github.com",
    "api.github.com",
    "objects.githubusercontent.com",
    "pypi.org",
    "files.pythonhosted.org",
    "pypi.python.org",
    "static.crates.io",
    "crates.io",
    "storage.googleapis.com",
    "gitlab.com",
];

/// Where only a well-known project or its foundation publishes; with what is below them.
const PROJECTS: [&str; 10] = [
    "gnu.org",
    "gnome.org",
    "kernel.org",
    "apache.org",
    "python.org",
    "nodejs.org",
    "rust-lang.org",
    "rustup.rs",
    "zlib.net",
    "w3.org",
];

/// A host that the text does not tell.
const UNKNOWN: &str = "?";

/// The hosts of the web addresses in a text, with a point in their name.
pub(crate) fn named(text: &str) -> impl Iterator<Item = &str> {
    ["http://", "https://"].into_iter().flat_map(move |scheme| {
        text.match_indices(scheme).filter_map(move |(at, _)| {
            let rest = text.get(at + scheme.len()..)?;
            let end =
                rest.find(|c: char| !c.is_ascii_graphic() || "/?#\\'\"`<>()[]{},;".contains(c));
            let authority = rest.get(..end.unwrap_or(rest.len()))?;
            // Put together when it runs: it may be any.
            if authority.is_empty() && rest.starts_with(['{', '$', '<', '"', '\'']) {
                return Some(UNKNOWN);
            }
            // `https://github.com@evil.example` leads to the second.
            let host = authority.rsplit('@').next()?.split(':').next()?;
            Some(host).filter(|host| host.contains('.'))
        })
    })
}

/// Whether only a well-known project publishes there.
pub(crate) fn is_project(host: &str) -> bool {
    PROJECTS.iter().any(|known| {
        host.strip_suffix(known)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

/// Whether it serves releases of projects.
pub(crate) fn serves_releases(host: &str) -> bool {
    RELEASES.contains(&host) || is_project(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_those_of_addresses() {
        let text = "get('https://ftp.gnu.org/x') # http://localhost/ http://a-b.example:80";
        let mut found: Vec<&str> = named(text).collect();
        found.sort_unstable();
        assert_eq!(found, ["a-b.example", "ftp.gnu.org"]);
        let found: Vec<&str> = named("'https://github.com:x@evil.example:8/y'").collect();
        assert_eq!(found, ["evil.example"]);
        assert!(named("f'https://{host}/x'").all(|host| !serves_releases(host)));
        assert_eq!(named("'https://' + host").count(), 1);
    }

    #[test]
    fn a_name_that_only_ends_alike_is_another() {
        assert!(is_project("gnu.org") && is_project("git.savannah.gnu.org"));
        assert!(!is_project("evilgnu.org") && !is_project("gnu.org.example"));
        assert!(serves_releases("github.com") && !is_project("github.com"));
    }
}
