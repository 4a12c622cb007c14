use runward_model::Ecosystem;

/// The spelling under which a registry compares names.
///
/// `PyPI`: PEP 503. crates.io: `_` is `-`, letters lower case. npm: letters lower case; a few old
/// packages have upper-case letters, and a copy in lower case must not count as another name.
pub fn canonical(ecosystem: &Ecosystem, name: &str) -> String {
    match ecosystem {
        Ecosystem::CratesIo => name.trim().to_ascii_lowercase().replace('_', "-"),
        Ecosystem::Npm => name.trim().to_ascii_lowercase(),
        _ => ecosystem.normalize_name(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_the_registries_do() {
        for (ecosystem, name, expected) in [
            (Ecosystem::PyPI, "Zope._Interface", "zope-interface"),
            (Ecosystem::PyPI, " requests ", "requests"),
            (Ecosystem::CratesIo, "Serde_JSON", "serde-json"),
            (Ecosystem::CratesIo, "a__b", "a--b"),
            (Ecosystem::Npm, "@Types/Node", "@types/node"),
            (Ecosystem::Npm, "lodash.merge", "lodash.merge"),
        ] {
            assert_eq!(canonical(&ecosystem, name), expected);
        }
    }
}
