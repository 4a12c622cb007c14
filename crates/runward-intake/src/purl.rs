//! Package URLs, as far as results carry them: type, namespace, name, version.

use percent_encoding::percent_decode_str;
use runward_model::{Ecosystem, Package};

/// The package of a package URL; none where it is none.
pub(crate) fn package(purl: &str) -> Option<Package> {
    let rest = purl.trim().strip_prefix("pkg:")?.trim_start_matches('/');
    let rest = rest.split(['?', '#']).next()?;
    let (kind, rest) = rest.split_once('/')?;
    let known = kind
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if kind.is_empty() || !known {
        return None;
    }
    // An `@` at the beginning of a segment is a scope that was not escaped.
    let (path, version) = match rest.rfind('@') {
        Some(at) if at > 0 && !rest.get(..at)?.ends_with('/') => {
            (rest.get(..at)?, rest.get(at + 1..))
        }
        _ => (rest, None),
    };
    let mut segments = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(decode)
        .collect::<Option<Vec<_>>>()?;
    let name = segments.pop()?;
    let ecosystem = Ecosystem::from_purl_type(kind);
    let name = match (&ecosystem, segments.is_empty()) {
        (_, true) => name,
        (Ecosystem::Maven, false) => format!("{}:{name}", segments.join(".")),
        _ => format!("{}/{name}", segments.join("/")),
    };
    let name = crate::text::name(&name)?;
    let version = match version {
        Some(version) => crate::text::name(&decode(version)?),
        None => None,
    };
    Some(Package::new(ecosystem, &name, version.as_deref()))
}

fn decode(text: &str) -> Option<String> {
    Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_the_model_writes_is_read() {
        for (ecosystem, name) in [
            (Ecosystem::PyPI, "zope-interface"),
            (Ecosystem::Npm, "@babel/core"),
            (Ecosystem::Maven, "org.apache:commons"),
            (Ecosystem::Go, "github.com/gin-gonic/gin"),
            (Ecosystem::Packagist, "symfony/http-kernel"),
        ] {
            let written = Package::new(ecosystem, name, Some("1.0+b"));
            assert_eq!(package(&written.purl()), Some(written));
        }
        assert_eq!(
            package("pkg:npm/@babel/core@7.0.0").unwrap().name,
            "@babel/core"
        );
        assert_eq!(package("npm/x"), None);
        assert_eq!(package("pkg:npm/"), None);
        assert_eq!(package("pkg:npm/%ff"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_not(text in "(pkg:)?[a-z@/%?#.]{0,20}|.*") {
            let _ = package(&text);
        }
    }
}
