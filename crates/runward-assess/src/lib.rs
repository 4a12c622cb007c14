//! Judgement: policy in, verdict out.
//!
//! Everything here is a pure function of its arguments: no clock, no files, no network. Version
//! arithmetic is handed in through [`Versions`], time as a timestamp, policy as plain data.
//!
//! - [`severity()`] rates an advisory from its CVSS vectors or its database's label;
//! - [`assess`] turns one hit into an [`Assessment`](runward_model::Assessment): class, fix
//!   version, risk with its terms, priority, deadline and approver;
//! - [`apply_suppressions`] parts the findings that somebody has decided to leave for now;
//! - [`gate`] counts what fails a scan;
//! - [`validate`] says what is wrong with a policy before it judges anything.

mod class;
mod cvss_score;
mod deadline;
mod fix;
mod gate;
mod judge;
mod risk;
mod rule;
mod severity;
mod suppress;
mod validate;

pub use class::package_class;
pub use cvss_score::{CvssProblem, base_score};
pub use fix::{FixChoice, Versions, choose_fix};
pub use gate::{effective_severity, gate, worst_first};
pub use judge::{Input, assess};
pub use rule::assess_rule;
pub use severity::{Rated, severity};
pub use suppress::{
    Suppressions, apply_suppressions, expiry_problem, suppression_problems, suppression_text,
};
pub use validate::{APPROVER_ROLES, PolicyProblem, validate};

/// Bounds on what advisory records and configuration may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest CVSS vector that is read, in bytes. A v4.0 vector with every metric has about 240.
    pub vector_bytes: usize,
    /// Vectors that are read for one advisory.
    pub vectors: usize,
    /// Suppressions that are applied.
    pub suppressions: usize,
    /// Longest path pattern of a suppression, in bytes.
    pub pattern_bytes: usize,
    /// Longest deadline, in hours (ten years).
    pub within_hours: u32,
}

/// The limits in force.
pub const LIMITS: Limits = Limits {
    vector_bytes: 512,
    vectors: 64,
    suppressions: 10_000,
    pattern_bytes: 1_024,
    within_hours: 87_600,
};

/// Cuts a text from outside for a message.
fn shorten(text: &str) -> String {
    const LONGEST: usize = 120;
    if text.chars().nth(LONGEST).is_none() {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}
