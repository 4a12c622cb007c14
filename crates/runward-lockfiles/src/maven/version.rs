//! Version requirements of a POM.

/// What a version element says once its properties are replaced.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stated {
    Version(String),
    /// Why it is not one version.
    Undetermined(String),
}

/// A bare version is what a direct dependency gets; `[1.0]` is the same, said firmly.
pub(super) fn read(text: &str) -> Stated {
    let text = text.trim();
    let exact = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .filter(|inner| !inner.contains([',', '[', ']', '(', ')']));
    let version = exact.unwrap_or(text).trim();
    if version.is_empty() {
        return Stated::Undetermined("the version is empty".to_owned());
    }
    if matches!(version, "LATEST" | "RELEASE") {
        return Stated::Undetermined(format!("`{version}` is whatever is newest"));
    }
    if version.contains([',', '[', ']', '(', ')']) {
        return Stated::Undetermined(format!("`{text}` allows several versions"));
    }
    if version.contains(['$', '{', '}', '&', '@', ' ', '\n', '\t']) {
        return Stated::Undetermined(format!("`{text}` is not a version"));
    }
    Stated::Version(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_single_versions_are_versions() {
        for version in ["1.0", "1.0-SNAPSHOT", " 2.17.1 ", "[1.0]", "32.1.2-jre"] {
            let Stated::Version(read) = read(version) else {
                panic!("{version}");
            };
            assert_eq!(read, version.trim_matches(['[', ']', ' ']));
        }
        for open in [
            "[1.0,2.0)",
            "(,1.0]",
            "[1],[2]",
            "LATEST",
            "",
            "[]",
            "&x;",
            "${a",
            "1 2",
        ] {
            assert!(matches!(read(open), Stated::Undetermined(_)), "{open}");
        }
    }
}
