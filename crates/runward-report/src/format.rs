//! The formats of a scan's result, by the names that the command line uses.

use std::{fmt, str::FromStr};

use crate::error::FormatError;

/// A format that [`crate::scan`] writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScanFormat {
    Text,
    Json,
    Sarif,
    Markdown,
    Html,
    Csv,
    Junit,
    Gitlab,
    Github,
    Cyclonedx,
    Openvex,
    Spdx,
}

impl ScanFormat {
    pub const ALL: [Self; 12] = [
        Self::Text,
        Self::Json,
        Self::Sarif,
        Self::Markdown,
        Self::Html,
        Self::Csv,
        Self::Junit,
        Self::Gitlab,
        Self::Github,
        Self::Cyclonedx,
        Self::Openvex,
        Self::Spdx,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Junit => "junit",
            Self::Gitlab => "gitlab",
            Self::Github => "github",
            Self::Cyclonedx => "cyclonedx",
            Self::Openvex => "openvex",
            Self::Spdx => "spdx",
        }
    }

    /// Every name, in the order of the documentation.
    pub fn names() -> [&'static str; 12] {
        Self::ALL.map(Self::as_str)
    }

    /// The format that a file's name asks for, where it asks for one.
    pub fn from_path(path: &str) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next()?.to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        Some(match () {
            () if ends(&[".cdx.json"]) => Self::Cyclonedx,
            () if ends(&[".spdx.json"]) => Self::Spdx,
            () if ends(&[".vex.json", ".openvex.json"]) => Self::Openvex,
            () if ends(&[".sarif", ".sarif.json"]) => Self::Sarif,
            () if name.starts_with("gl-") && ends(&[".json"]) => Self::Gitlab,
            () if ends(&[".json"]) => Self::Json,
            () if ends(&[".md", ".markdown"]) => Self::Markdown,
            () if ends(&[".html", ".htm"]) => Self::Html,
            () if ends(&[".csv"]) => Self::Csv,
            () if ends(&[".xml"]) => Self::Junit,
            () if ends(&[".txt", ".text"]) => Self::Text,
            () => return None,
        })
    }
}

impl fmt::Display for ScanFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ScanFormat {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wanted = text.trim();
        Self::ALL
            .into_iter()
            .find(|format| format.as_str().eq_ignore_ascii_case(wanted))
            .ok_or_else(|| FormatError {
                given: text.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_errors_list_them() {
        for format in ScanFormat::ALL {
            assert_eq!(format.as_str().parse::<ScanFormat>().unwrap(), format);
        }
        let error = "pdf".parse::<ScanFormat>().unwrap_err().to_string();
        assert!(error.starts_with("`pdf` is not a report format"), "{error}");
        assert!(error.contains("cyclonedx, openvex, spdx"), "{error}");
    }

    #[test]
    fn file_names_choose_a_format() {
        for (path, format) in [
            ("out/report.sarif", Some(ScanFormat::Sarif)),
            ("bom.cdx.json", Some(ScanFormat::Cyclonedx)),
            (
                "gl-dependency-scanning-report.json",
                Some(ScanFormat::Gitlab),
            ),
            ("scan.JSON", Some(ScanFormat::Json)),
            ("notes", None),
        ] {
            assert_eq!(ScanFormat::from_path(path), format, "{path}");
        }
    }
}
