//! Versions as bills state them.

/// Words that stand where a version should.
const WORDS: [&str; 9] = [
    "noassertion",
    "none",
    "unknown",
    "latest",
    "unspecified",
    "(devel)",
    "null",
    "n/a",
    "undefined",
];

/// What stands where a version should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stated<'a> {
    Exact(&'a str),
    /// A requirement, as GitHub's export and CycloneDX 1.7's `versionRange` have it.
    Range(&'a str),
    /// A word that is no version: `latest`, `NOASSERTION`.
    Word(&'a str),
    Nothing,
}

impl<'a> Stated<'a> {
    pub(crate) fn of(text: Option<&'a str>) -> Self {
        let text = text.unwrap_or_default().trim();
        if text.is_empty() {
            return Self::Nothing;
        }
        if WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)) {
            return Self::Word(text);
        }
        // `= 1.2` and `==1.2` name one version.
        let bare = text.trim_start_matches('=').trim_start();
        let is_range = bare.is_empty()
            || bare.starts_with(['~', '^', '!', '[', '('])
            || bare.contains(['<', '>', '=', '*', ',', '|', '^'])
            || bare.contains(char::is_whitespace)
            || bare.starts_with("vers:");
        if is_range {
            Self::Range(text)
        } else {
            Self::Exact(bare)
        }
    }
}

/// Whether two statements of a version agree. Go and many others write `v1.2` and `1.2` for the
/// same thing.
pub(crate) fn agree(one: &str, other: &str) -> bool {
    let bare = |text: &str| {
        text.trim()
            .trim_start_matches(['v', 'V'])
            .to_ascii_lowercase()
    };
    bare(one) == bare(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_no_versions() {
        for exact in [
            "1.0",
            "v1.2.3+incompatible",
            "1!2.0",
            "2:1.0~rc1-1",
            "1.0.0-beta.1",
            "20230101",
            "x",
        ] {
            assert_eq!(Stated::of(Some(exact)), Stated::Exact(exact));
        }
        assert_eq!(Stated::of(Some(" == 1.2 ")), Stated::Exact("1.2"));
        assert_eq!(Stated::of(Some("= 1.2.3")), Stated::Exact("1.2.3"));
        for range in [
            ">= 1.0",
            "^1.2",
            "~> 2",
            "1.*",
            "[1.0,2.0)",
            "1 || 2",
            "<2",
            "vers:npm/>=1",
            "==",
            "!=1",
            "1.0 - 2.0",
        ] {
            assert_eq!(Stated::of(Some(range)), Stated::Range(range));
        }
        for word in ["NOASSERTION", "latest", "(devel)"] {
            assert_eq!(Stated::of(Some(word)), Stated::Word(word));
        }
        assert_eq!(Stated::of(Some("  ")), Stated::Nothing);
        assert_eq!(Stated::of(None), Stated::Nothing);
    }
}
