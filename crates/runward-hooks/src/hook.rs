//! What to do with what stands in a hook's place.

use thiserror::Error;

use crate::script::{MARK, script};

/// What a hook that was there before is called while ours stands in its place.
pub const KEPT_SUFFIX: &str = ".before-runward";

/// A moment at which git runs a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hook {
    PreCommit,
    PrePush,
}

impl Hook {
    pub const ALL: [Self; 2] = [Self::PreCommit, Self::PrePush];

    /// The name that git knows it by.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrePush => "pre-push",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hook| hook.as_str() == name)
    }
}

/// The files that matter for one hook, as they are on disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// What git would run.
    pub current: Option<&'a [u8]>,
    /// What stands under the hook's name with [`KEPT_SUFFIX`].
    pub kept: Option<&'a [u8]>,
}

/// What stands in a hook's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Nothing,
    /// Ours, and another that it runs first.
    Ours {
        current: bool,
        runs_another: bool,
    },
    /// Somebody else's only.
    Another,
    /// Ours, with changes that we did not make.
    Changed,
}

/// What to do, in this order: move, write, remove.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Rename the hook's file to its kept name (`true`), or the kept one back (`false`).
    pub keep: Option<bool>,
    /// Write this as the hook, executable.
    pub write: Option<String>,
    /// Remove the hook's file (before a kept one comes back).
    pub remove: bool,
}

/// Why a hook is left as it is.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum HookError {
    #[error(
        "`{hook}` was written by runward and changed by hand since; \
         move what was added to `{hook}{KEPT_SUFFIX}`, or use `--force` to replace it"
    )]
    Changed { hook: &'static str },
    #[error(
        "there is a `{hook}` of somebody else's and a `{hook}{KEPT_SUFFIX}` from an earlier \
         installation; remove the one that is no longer wanted"
    )]
    Two { hook: &'static str },
    #[error("`{hook}` is not one of runward's; nothing to take out")]
    NotOurs { hook: &'static str },
}

/// What stands there.
pub fn status(hook: Hook, place: Place<'_>, program: &str) -> Standing {
    let Some(current) = place.current else {
        return Standing::Nothing;
    };
    if !is_ours(current) {
        return Standing::Another;
    }
    if is_unchanged(current) {
        return Standing::Ours {
            current: current == script(hook, program).as_bytes(),
            runs_another: place.kept.is_some(),
        };
    }
    Standing::Changed
}

/// What puts our hook in place.
pub fn install(
    hook: Hook,
    place: Place<'_>,
    program: &str,
    force: bool,
) -> Result<Change, HookError> {
    let write = Some(script(hook, program));
    match status(hook, place, program) {
        Standing::Ours { current: true, .. } => Ok(Change::default()),
        Standing::Changed if !force => Err(HookError::Changed {
            hook: hook.as_str(),
        }),
        Standing::Nothing | Standing::Ours { .. } | Standing::Changed => Ok(Change {
            write,
            ..Change::default()
        }),
        Standing::Another if place.kept.is_some() => Err(HookError::Two {
            hook: hook.as_str(),
        }),
        Standing::Another => Ok(Change {
            keep: Some(true),
            write,
            remove: false,
        }),
    }
}

/// What takes it out again and puts back what was there before.
pub fn uninstall(
    hook: Hook,
    place: Place<'_>,
    program: &str,
    force: bool,
) -> Result<Change, HookError> {
    match status(hook, place, program) {
        Standing::Nothing => Ok(Change {
            keep: place.kept.map(|_| false),
            ..Change::default()
        }),
        Standing::Another => Err(HookError::NotOurs {
            hook: hook.as_str(),
        }),
        Standing::Changed if !force => Err(HookError::Changed {
            hook: hook.as_str(),
        }),
        Standing::Ours { .. } | Standing::Changed => Ok(Change {
            keep: place.kept.map(|_| false),
            write: None,
            remove: true,
        }),
    }
}

fn is_ours(script: &[u8]) -> bool {
    script
        .windows(MARK.len())
        .any(|window| window == MARK.as_bytes())
}

/// Whether the script is as some version of ours wrote it: its last line is the digest of the rest.
fn is_unchanged(script: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(script) else {
        return false;
    };
    let Some((body, last)) = text.trim_end_matches('\n').rsplit_once('\n') else {
        return false;
    };
    crate::script::digest_line(body) == last
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: &str = "/opt/run ward/runward";

    fn ours(hook: Hook) -> String {
        script(hook, PROGRAM)
    }

    #[test]
    fn an_empty_place_is_filled_and_emptied() {
        let change = install(Hook::PreCommit, Place::default(), PROGRAM, false).unwrap();
        assert_eq!(change.write, Some(ours(Hook::PreCommit)));
        assert_eq!(change.keep, None);
        let written = ours(Hook::PreCommit);
        let place = Place {
            current: Some(written.as_bytes()),
            kept: None,
        };
        assert_eq!(
            status(Hook::PreCommit, place, PROGRAM),
            Standing::Ours {
                current: true,
                runs_another: false
            }
        );
        assert_eq!(
            install(Hook::PreCommit, place, PROGRAM, false).unwrap(),
            Change::default()
        );
        let change = uninstall(Hook::PreCommit, place, PROGRAM, false).unwrap();
        assert!(change.remove && change.keep.is_none());
    }

    #[test]
    fn anothers_hook_is_kept_and_comes_back() {
        let place = Place {
            current: Some(b"#!/bin/sh\nexit 0\n"),
            kept: None,
        };
        let change = install(Hook::PrePush, place, PROGRAM, false).unwrap();
        assert_eq!(change.keep, Some(true));
        let written = ours(Hook::PrePush);
        let both = Place {
            current: Some(written.as_bytes()),
            kept: place.current,
        };
        let change = uninstall(Hook::PrePush, both, PROGRAM, false).unwrap();
        assert!(change.remove);
        assert_eq!(change.keep, Some(false));
        assert_eq!(
            uninstall(Hook::PrePush, place, PROGRAM, true),
            Err(HookError::NotOurs { hook: "pre-push" })
        );
    }

    #[test]
    fn an_older_one_is_replaced_and_a_changed_one_is_not() {
        let older = script(Hook::PreCommit, "/elsewhere/runward");
        let place = Place {
            current: Some(older.as_bytes()),
            kept: None,
        };
        assert!(
            install(Hook::PreCommit, place, PROGRAM, false)
                .unwrap()
                .write
                .is_some()
        );
        let changed = older.replace("exec", "echo hello; exec");
        let place = Place {
            current: Some(changed.as_bytes()),
            kept: None,
        };
        let error = HookError::Changed { hook: "pre-commit" };
        assert_eq!(install(Hook::PreCommit, place, PROGRAM, false), Err(error));
        assert!(install(Hook::PreCommit, place, PROGRAM, true).is_ok());
    }

    #[test]
    fn two_foreign_hooks_are_not_thrown_together() {
        let place = Place {
            current: Some(b"#!/bin/sh\n"),
            kept: Some(b"#!/bin/sh\n"),
        };
        assert_eq!(
            install(Hook::PreCommit, place, PROGRAM, true),
            Err(HookError::Two { hook: "pre-commit" })
        );
    }
}
