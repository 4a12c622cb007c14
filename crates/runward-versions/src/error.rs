//! Why a version cannot be ordered.

use runward_model::Ecosystem;
use thiserror::Error;

/// How much of a hostile text an error repeats, in characters.
const SHOWN_CHARACTERS: usize = 120;

/// A text that is no version of its ecosystem.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VersionError {
    #[error("`{text}` is not a {ecosystem} version; write it as the registry lists it")]
    Unreadable { ecosystem: String, text: String },
    #[error(
        "`{text}` is {bytes} bytes long, over the limit of {limit} for a {ecosystem} version; \
         write it as the registry lists it"
    )]
    TooLong {
        ecosystem: String,
        text: String,
        bytes: usize,
        limit: usize,
    },
}

impl VersionError {
    pub(crate) fn unreadable(ecosystem: &Ecosystem, text: &str) -> Self {
        Self::Unreadable {
            ecosystem: ecosystem.osv_name().to_owned(),
            text: shown(text),
        }
    }

    pub(crate) fn too_long(ecosystem: &Ecosystem, text: &str, limit: usize) -> Self {
        Self::TooLong {
            ecosystem: ecosystem.osv_name().to_owned(),
            text: shown(text),
            bytes: text.len(),
            limit,
        }
    }

    /// The text that could not be read, shortened where it is very long.
    pub fn text(&self) -> &str {
        match self {
            Self::Unreadable { text, .. } | Self::TooLong { text, .. } => text,
        }
    }
}

fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN_CHARACTERS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
