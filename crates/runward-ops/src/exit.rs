//! Exit codes: an interface that pipelines rely on, a scan's share is in the model.

use runward_model::scan::Verdict;

/// How the program ends: a scan's verdict, or what kept it from one. Clap's own code for wrong usage is 2 as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Verdict(Verdict),
    /// Wrong usage or configuration.
    Usage,
    /// An internal error.
    Internal,
    /// The caller may not do it.
    Denied,
    /// As the program that was run on the user's behalf.
    Other(u8),
}

impl Exit {
    /// What was looked at is not as it should be: findings, a record that does not verify.
    pub const PROBLEMS: Self = Self::Verdict(Verdict::Findings);
    pub const CLEAN: Self = Self::Verdict(Verdict::Clean);
    pub const NOTHING_TO_SCAN: Self = Self::Verdict(Verdict::NothingToScan);
    pub const INCOMPLETE: Self = Self::Verdict(Verdict::Incomplete);

    pub fn code(self) -> u8 {
        match self {
            Self::Verdict(verdict) => verdict.exit_code(),
            Self::Usage => 2,
            Self::Internal => 5,
            Self::Denied => 6,
            Self::Other(code) => code,
        }
    }
}
