//! What a text must contain for a pattern to match at all.

/// Clauses that all hold for a text with a match. No clause says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Required {
    pub all: Vec<AnyOf>,
}

/// The text contains at least one of these; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyOf {
    /// Bytes and not texts: an expression may need a part of a character.
    pub texts: Vec<Vec<u8>>,
    /// In any (ASCII) case; the texts are in lower case then.
    pub caseless: bool,
}

impl AnyOf {
    /// The length of the shortest of the texts: how selective the clause is.
    #[must_use]
    pub fn shortest(&self) -> usize {
        self.texts.iter().map(Vec::len).min().unwrap_or_default()
    }

    fn holds(&self, source: &[u8], lower: &[u8]) -> bool {
        let source = if self.caseless { lower } else { source };
        self.texts.iter().any(|text| contains(source, text))
    }
}

impl Required {
    /// Whether a text can have a match, one clause at a time; a scan over many patterns searches
    /// all their texts at once instead.
    #[must_use]
    pub fn may_match(&self, source: &str) -> bool {
        let lower = if self.all.iter().any(|clause| clause.caseless) {
            source.to_ascii_lowercase()
        } else {
            String::new()
        };
        self.all
            .iter()
            .all(|clause| clause.holds(source.as_bytes(), lower.as_bytes()))
    }
}

fn contains(source: &[u8], text: &[u8]) -> bool {
    match std::str::from_utf8(text) {
        // `str::contains` is linear; a window search is not.
        Ok(text) => std::str::from_utf8(source).is_ok_and(|source| source.contains(text)),
        Err(_) => source
            .windows(text.len().max(1))
            .any(|window| window == text),
    }
}
