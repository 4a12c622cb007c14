//! Why an input was refused.

use std::fmt;

use crate::patterns::Hit;

/// One thing that is wrong with one field. Never carries what was in the field: problems are
/// recorded, and a value may be a secret that was put into the wrong place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// As the schema names it; the name of an unknown field as it was given.
    pub field: String,
    /// A short word for programs: `too_long`, `unknown_field`, ….
    pub code: &'static str,
    pub problem: String,
    /// What to do about it.
    pub next: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            field,
            problem,
            next,
            ..
        } = self;
        write!(f, "`{}` {problem}; {next}", shown(field))
    }
}

/// The name of a field as it may be shown and recorded: an unknown one comes from outside.
pub(crate) fn shown(field: &str) -> &str {
    let plain = !field.is_empty()
        && field.len() <= 64
        && field
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if plain { field } else { "(unprintable name)" }
}

/// An input that was refused, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The schema: `task`, `task update`, ….
    pub input: &'static str,
    pub problems: Vec<Problem>,
    /// Attack patterns in it, for the record.
    pub hits: Vec<Hit>,
    /// Names of fields and the length of what was in them.
    pub submitted: Vec<(String, usize)>,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} is not valid", self.input)?;
        for (index, problem) in self.problems.iter().enumerate() {
            f.write_str(if index == 0 { ": " } else { "\n  " })?;
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Rejected {}
