//! What is wrong with a configuration, and what to do.

use std::fmt;

/// One thing that is wrong. Its `Display` is one line, `runward.toml:12: unknown key …`; the next
/// step stands in `help`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// The file as it was handed in, the variable, or `command line`.
    pub file: Option<String>,
    /// 1-based.
    pub line: Option<u32>,
    /// 1-based, in characters.
    pub column: Option<u32>,
    /// The key it is about, dotted, as written; list entries as `suppressions[0]`.
    pub key: Option<String>,
    pub message: String,
    pub help: Option<String>,
}

impl ConfigError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            file: None,
            line: None,
            column: None,
            key: None,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn in_file(mut self, file: &str) -> Self {
        self.file = Some(file.to_owned());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
            if let Some(line) = self.line {
                write!(f, "{line}:")?;
            }
            f.write_str(" ")?;
        }
        f.write_str(&self.message)
    }
}

/// A message and its next step, before it is known where it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: Some(help.into()),
        }
    }
}

/// The user's input in backticks: cut to a readable length, with everything escaped that could
/// drive a terminal or reorder the line.
pub(crate) fn quote(text: &str) -> String {
    const SHOWN: usize = 80;
    let mut quoted = String::from("`");
    for (index, c) in text.chars().enumerate() {
        if index == SHOWN {
            quoted.push('…');
            break;
        }
        if c.is_control() || is_bidi_control(c) {
            quoted.extend(c.escape_unicode());
        } else {
            quoted.push(c);
        }
    }
    quoted.push('`');
    quoted
}

/// Unicode's explicit directional formatting characters (UAX #9) and the invisible marks.
pub(crate) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_is_one_line_with_file_and_line() {
        let error = ConfigError {
            line: Some(12),
            ..ConfigError::new("unknown key `a`").in_file("runward.toml")
        };
        assert_eq!(error.to_string(), "runward.toml:12: unknown key `a`");
        assert_eq!(
            ConfigError::new("x").in_file("RUNWARD_A").to_string(),
            "RUNWARD_A: x"
        );
    }

    #[test]
    fn hostile_text_is_made_harmless() {
        assert_eq!(quote("a\u{1b}[31m\u{202e}b"), "`a\\u{1b}[31m\\u{202e}b`");
        assert!(quote(&"x".repeat(500)).chars().count() < 90);
    }
}
