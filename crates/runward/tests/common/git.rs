//! A repository in a sandbox, without the user's configuration.
#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "test support: a failure here is a failed test, and no test needs all of it"
)]

use std::process::{Command, Output};

use super::{Sandbox, text};

/// A token that nobody ever had, in two parts, so that no scanner takes this file for a leak.
pub(crate) fn token() -> String {
    ["gh", "p_u8jzPde0IgxLd6GncfBAepfJBd0Kh8024xXH"].concat()
}

pub(crate) fn git(sandbox: &Sandbox, arguments: &[&str]) -> Output {
    let home = sandbox.project().parent().unwrap().to_path_buf();
    Command::new("git")
        .args([
            "-c",
            "user.name=Ana",
            "-c",
            "user.email=ana@example.org",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .current_dir(sandbox.project())
        .env_clear()
        .env("HOME", &home)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("RUNWARD_DATA_DIR", sandbox.database())
        .output()
        .unwrap()
}

/// As [`git`], and it must go well.
pub(crate) fn done(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let output = git(sandbox, arguments);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "git {arguments:?}: {said}");
    said
}

/// A repository with one commit.
pub(crate) fn repository() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("project/README.md", "# Example\n");
    done(&sandbox, &["init", "-q"]);
    done(&sandbox, &["add", "-A"]);
    done(&sandbox, &["commit", "-qm", "first"]);
    sandbox
}
