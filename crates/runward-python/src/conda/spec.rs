//! Conda's package match specifications, as far as they name a package and pin its version.

/// `channel::name=version=build`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spec<'a> {
    pub(super) name: &'a str,
    /// What is said about the version, as written.
    pub(super) requirement: Option<&'a str>,
    /// The one version that is meant. `=1.2` is not one: it stands for `1.2.*`.
    pub(super) version: Option<&'a str>,
}

impl Spec<'_> {
    /// Written as specifications are, so that it is hardly another kind of text.
    pub(super) fn is_usual(&self) -> bool {
        self.requirement.is_none_or(|requirement| {
            requirement.starts_with(|c: char| {
                c.is_ascii_digit() || matches!(c, '=' | '<' | '>' | '!' | '~' | '*')
            })
        })
    }
}

/// Reads a specification; `None` where it names no package.
pub(super) fn parse(text: &str) -> Option<Spec<'_>> {
    let text = text.rsplit_once("::").map_or(text, |(_, rest)| rest);
    let text = text.split('[').next().unwrap_or(text).trim();
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    let requirement = rest.trim();
    Some(Spec {
        name,
        requirement: (!requirement.is_empty()).then_some(requirement),
        version: exact(requirement),
    })
}

fn exact(requirement: &str) -> Option<&str> {
    let version = if let Some(rest) = requirement.strip_prefix("==") {
        rest.split(['=', ' ']).find(|part| !part.is_empty())?
    } else if let Some(rest) = requirement.strip_prefix('=') {
        // Exact only together with a build.
        let (version, build) = rest.split_once('=')?;
        if build.trim().is_empty() {
            return None;
        }
        version
    } else {
        // `name version build`, with spaces.
        requirement.split(' ').next()?
    };
    let version = version.trim();
    let is_version = version.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !version.contains(['*', ',', '|', '<', '>', '=', '!', '~', '^', '$']);
    is_version.then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_exact_versions_pin() {
        for (text, name, version) in [
            ("numpy=1.21.2=py39_0", "numpy", Some("1.21.2")),
            ("conda-forge::numpy==1.21", "numpy", Some("1.21")),
            (
                "conda-forge/linux-64::numpy 1.21 py39_0",
                "numpy",
                Some("1.21"),
            ),
            ("numpy=1.21", "numpy", None),
            ("numpy=1.21.*=py39*", "numpy", None),
            ("numpy>=1.2,<2", "numpy", None),
            ("numpy 1.2.*", "numpy", None),
            ("numpy", "numpy", None),
            ("_libgcc_mutex=0.1=main", "_libgcc_mutex", Some("0.1")),
            ("numpy[version='>=1']", "numpy", None),
        ] {
            let spec = parse(text).unwrap();
            assert_eq!((spec.name, spec.version), (name, version), "{text}");
        }
        assert_eq!(parse(">=1"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = parse(&text);
        }
    }
}
