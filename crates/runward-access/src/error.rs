//! What can go wrong, for the person who must act.

use std::fmt::Write as _;

use runward_db::DbError;
use thiserror::Error;

use crate::{Denial, PolicyProblem};

#[derive(Debug, Error)]
pub enum AccessError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("{0}")]
    Denied(Box<Denial>),
    #[error(transparent)]
    Name(#[from] NameError),
    #[error("there is no principal `{0}`; `runward access list` shows those that there are")]
    UnknownPrincipal(String),
    #[error("there is already a principal `{0}`; take another id")]
    PrincipalExists(String),
    #[error("`{0}` is disabled; enable it first")]
    PrincipalDisabled(String),
    #[error("there are principals already; ask an admin to add you")]
    AlreadySetUp,
    #[error(
        "`{0}` is the last admin who is not disabled; make somebody else admin first, or nobody \
         could manage access any more"
    )]
    LastAdmin(String),
    #[error(
        "`{0}` is held in a repository, not in the whole installation; name one, such as \
         `runward access join ID REPOSITORY --role {0}`"
    )]
    RoleNeedsRepository(&'static str),
    #[error(
        "`{0}` is held in the whole installation, not in a repository; use \
         `runward access grant ID {0}`"
    )]
    RoleIsGlobal(&'static str),
    #[error("`{principal}` does not have the role `{role}`")]
    RoleNotHeld {
        principal: String,
        role: &'static str,
    },
    #[error("`{principal}` is no member of `{repository}`")]
    NotMember {
        principal: String,
        repository: String,
    },
    #[error("there is no token `{0}`; name it by its id, the part between `rw_` and the next `_`")]
    UnknownToken(String),
    #[error("the token `{0}` is revoked or has expired; make a new one")]
    DeadToken(String),
    #[error("a token lives 1 to {most} days, not {days}")]
    TokenLife { days: u32, most: u32 },
    #[error(
        "a token cannot make one that may do more, in more repositories or for longer than itself: \
         {0}"
    )]
    TokenWider(String),
    #[error("`{0}` is neither an action nor one of `read`, `write`, `scan`, `admin`")]
    Scope(String),
    #[error("a token needs at least one scope: an action, or `read`, `write`, `scan`, `admin`")]
    NoScope,
    #[error("a token that is narrowed to no repository could do nothing; name one or leave it out")]
    NoRepository,
    #[error("a token is narrowed to at most {most} repositories")]
    TooManyRepositories { most: usize },
    #[error("the access policies are not valid:{}", list(.0))]
    Policies(Vec<PolicyProblem>),
    #[error("access control changes too fast to be read; try again")]
    Unsettled,
    #[error("a decision could not be prepared: {0}; it counts as denied")]
    Internal(String),
}

fn list(problems: &[PolicyProblem]) -> String {
    problems.iter().fold(String::new(), |mut text, problem| {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {problem}");
        text
    })
}

/// A name that cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{shown}` cannot be {what}: {problem}")]
pub struct NameError {
    pub shown: String,
    pub what: &'static str,
    pub problem: String,
}
