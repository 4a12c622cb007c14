//! Where a value comes from.

use std::fmt;

use serde::Serialize;

/// The layers, lowest first: a later one overrides an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerKind {
    /// The defaults that Runward comes with.
    Builtin,
    /// The user's own file.
    User,
    /// `runward.toml`, or `[tool.runward]` in `pyproject.toml`.
    Project,
    /// The selected `[environments.<name>]` section of the user's or the project's file.
    Environment,
    /// A `RUNWARD_*` variable.
    Variable,
    /// The command line.
    Flag,
}

impl LayerKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Builtin => "built-in",
            Self::User => "user",
            Self::Project => "project",
            Self::Environment => "environment",
            Self::Variable => "variable",
            Self::Flag => "flag",
        }
    }
}

impl fmt::Display for LayerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where a value comes from. Shown as `runward.toml:12`, `RUNWARD_POLICY__FAIL_ON`,
/// `command line` or `built-in`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    pub layer: LayerKind,
    /// The file as it was handed in, or the variable's name; none for the built-in layer and the
    /// command line.
    pub file: Option<String>,
    /// 1-based, for files.
    pub line: Option<u32>,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{file}:{line}"),
            (Some(file), None) => f.write_str(file),
            (None, _) if self.layer == LayerKind::Flag => f.write_str("command line"),
            (None, _) => f.write_str(self.layer.as_str()),
        }
    }
}
