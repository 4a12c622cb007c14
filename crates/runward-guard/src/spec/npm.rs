//! Package specifications of npm and those that followed it (`npm-package-arg`).

use super::{is_path, is_url, is_vcs};
use crate::{Requested, Source};

const HOSTS: [&str; 4] = ["github:", "gitlab:", "bitbucket:", "gist:"];
const ARCHIVES: [&str; 3] = [".tgz", ".tar.gz", ".tar"];
/// Places that are on this machine or in the project.
const LOCAL: [&str; 5] = ["file:", "link:", "portal:", "workspace:", "catalog:"];

/// Reads what an argument asks for; the error says what is wrong with it.
pub(crate) fn npm(written: &str) -> Result<Requested, String> {
    let text = written.trim();
    if text.is_empty() {
        return Err("an empty package specification".to_owned());
    }
    if is_scp(text) {
        return Ok(Requested::new(None, Source::Vcs(text.to_owned()), written));
    }
    // The sign that parts name and specification is not the one of a scope.
    let sign = text
        .char_indices()
        .skip(1)
        .find(|(_, character)| *character == '@')
        .map(|it| it.0);
    let named = sign.and_then(|at| text.split_at_checked(at));
    let (name, specification) = match named {
        Some((name, rest)) if is_name(name) => (name, rest.strip_prefix('@').unwrap_or_default()),
        _ if is_name(text) && !archive(text) => (text, ""),
        _ => return unnamed(text, written),
    };
    requested(name, specification, written)
}

fn requested(name: &str, specification: &str, written: &str) -> Result<Requested, String> {
    let specification = specification.trim();
    if let Some(source) = elsewhere(specification) {
        return Ok(Requested::new(Some(name), source, written));
    }
    if let Some(real) = specification.strip_prefix("npm:") {
        // Yarn writes a plain range so, everybody an alias.
        if !real.starts_with(|first: char| first.is_ascii_alphabetic() || first == '@') {
            return requested(name, real, written);
        }
        if real.contains(':') {
            return Err(format!("`{written}` is not a package specification"));
        }
        let mut requested = npm(real)?;
        requested.alias = Some(name.to_owned());
        written.clone_into(&mut requested.written);
        return Ok(requested);
    }
    if specification.contains(':') {
        return Err(format!("`{written}` comes from a place that is not known"));
    }
    let mut requested = Requested::new(Some(name), Source::Registry, written);
    requested.requirement = Some(specification.to_owned()).filter(|it| !it.is_empty());
    Ok(requested)
}

fn unnamed(text: &str, written: &str) -> Result<Requested, String> {
    let source = elsewhere(text)
        .or_else(|| archive(text).then(|| Source::Path(text.to_owned())))
        .ok_or_else(|| format!("`{written}` is not a package specification"))?;
    Ok(Requested::new(None, source, written))
}

/// A source that is not the registry.
fn elsewhere(text: &str) -> Option<Source> {
    let owned = || text.to_owned();
    if is_vcs(text) || HOSTS.iter().any(|host| text.starts_with(host)) {
        return Some(Source::Vcs(owned()));
    }
    if LOCAL.iter().any(|scheme| text.starts_with(scheme)) || is_path(text) {
        return Some(Source::Path(owned()));
    }
    if is_url(text) {
        let repository = text
            .split('#')
            .next()
            .is_some_and(|url| url.to_ascii_lowercase().ends_with(".git"));
        return Some(if repository {
            Source::Vcs(owned())
        } else {
            Source::Url(owned())
        });
    }
    let (user, repository) = text.split_once('/')?;
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let repository = repository.split('#').next().unwrap_or_default();
    (plain(user) && plain(repository)).then(|| Source::Vcs(format!("github:{text}")))
}

/// `git@host.example:path`, in contrast to a package `git` with a version or an alias.
fn is_scp(text: &str) -> bool {
    text.strip_prefix("git@")
        .and_then(|rest| rest.split_once(':'))
        .is_some_and(|(host, _)| host.contains('.'))
}

fn archive(text: &str) -> bool {
    ARCHIVES
        .iter()
        .any(|end| text.to_ascii_lowercase().ends_with(end))
}

/// `name` or `@scope/name`. Letters outside ASCII are taken, so that look-alikes are told.
fn is_name(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .chars()
                .all(|it| it.is_alphanumeric() || "-_.~!'()*".contains(it))
    };
    match text.strip_prefix('@') {
        Some(scoped) => scoped
            .split_once('/')
            .is_some_and(|(scope, name)| part(scope) && part(name)),
        None => part(text) && !text.starts_with('~'),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_versions_tags_and_aliases() {
        for (text, name, requirement, alias) in [
            ("lodash", "lodash", None, None),
            ("git@2", "git", Some("2"), None),
            ("git@npm:simple-git", "simple-git", None, Some("git")),
            ("lodash@4", "lodash", Some("4"), None),
            ("lodash@^4 || 3", "lodash", Some("^4 || 3"), None),
            ("lodash@latest", "lodash", Some("latest"), None),
            ("lodash@", "lodash", None, None),
            ("@types/node", "@types/node", None, None),
            ("@types/node@20", "@types/node", Some("20"), None),
            ("lodash.merge", "lodash.merge", None, None),
            ("my@npm:lodash@4", "lodash", Some("4"), Some("my")),
            ("my@npm:@types/node", "@types/node", None, Some("my")),
            ("lodash@npm:^4", "lodash", Some("^4"), None),
            ("l\u{43e}dash", "l\u{43e}dash", None, None),
        ] {
            let requested = npm(text).unwrap();
            assert_eq!(requested.name.as_deref(), Some(name), "{text}");
            assert_eq!(requested.requirement.as_deref(), requirement, "{text}");
            assert_eq!(requested.alias.as_deref(), alias, "{text}");
            assert_eq!(
                (requested.source, requested.written.as_str()),
                (Source::Registry, text)
            );
        }
    }

    #[test]
    fn what_is_not_from_the_registry() {
        let source = |text| npm(text).unwrap().source;
        for text in [
            "git+ssh://git@example.org/x.git",
            "git@example.org:u/x.git",
            "github:u/r",
            "gitlab:u/r",
            "https://example.org/u/r.git#main",
            "git://example.org/x",
        ] {
            assert_eq!(source(text), Source::Vcs(text.to_owned()));
        }
        assert_eq!(
            source("u/r#semver:^1"),
            Source::Vcs("github:u/r#semver:^1".to_owned())
        );
        assert_eq!(source("x@u/r"), Source::Vcs("github:u/r".to_owned()));
        for text in [
            "./x",
            "../x",
            "/x",
            "~/x",
            "file:../x",
            "x.tgz",
            "x-1.0.tar.gz",
            "c:\\x",
        ] {
            assert_eq!(source(text), Source::Path(text.to_owned()));
        }
        let url = "https://example.org/x.tgz";
        assert_eq!(source(url), Source::Url(url.to_owned()));
        assert_eq!(source(&format!("x@{url}")), Source::Url(url.to_owned()));
        assert_eq!(
            npm(&format!("@a/x@{url}")).unwrap().name.as_deref(),
            Some("@a/x")
        );
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for text in [
            "",
            "@",
            "@a",
            "@/x",
            "x@jsr:@a/b",
            "x@npm:y@npm:z",
            "a b",
            "x@unknown:y",
        ] {
            assert!(npm(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>()) {
            let _ = npm(&text);
        }

        #[test]
        fn any_specification_is_read(text in "[@a-z/:.#~^0-9-]{0,20}") {
            let _ = npm(&text);
        }
    }
}
