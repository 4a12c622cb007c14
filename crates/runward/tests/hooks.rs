//! Git hooks and pipelines as a user meets them: real repositories, the real binary.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a failure here is a failed test"
)]

mod common;

use std::{fs, os::unix::fs::PermissionsExt as _};

use common::{
    Sandbox,
    git::{done, git, repository, token},
    text,
};

fn installed() -> Sandbox {
    let sandbox = repository();
    let output = sandbox.run(&["hook", "install"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    sandbox
}

fn commit(sandbox: &Sandbox) -> (bool, String) {
    done(sandbox, &["add", "-A"]);
    let output = git(sandbox, &["commit", "-qm", "change"]);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    (output.status.success(), said)
}

#[test]
fn a_commit_with_a_secret_is_stopped_and_never_shows_it() {
    let sandbox = installed();
    sandbox.write("project/app.py", &format!("TOKEN = \"{}\"\n", token()));
    let (made, said) = commit(&sandbox);
    assert!(!made, "{said}");
    assert!(
        said.contains("github-token") && said.contains("app.py:1"),
        "{said}"
    );
    assert!(!said.contains(&token()), "{said}");
    sandbox.write(
        "project/app.py",
        "import os\n\nTOKEN = os.environ[\"TOKEN\"]\n",
    );
    let (made, said) = commit(&sandbox);
    assert!(made, "{said}");
}

#[test]
fn what_was_there_before_is_not_this_commits() {
    let sandbox = repository();
    sandbox
        .write("project/old.py", "import os\n\nos.system(input())\n")
        .write("project/requirements.txt", "jinja2==2.10\n");
    assert!(commit(&sandbox).0);
    assert!(sandbox.run(&["hook", "install"]).status.success());
    // The same finding on another line, and another finding-free change.
    sandbox
        .write(
            "project/old.py",
            "import os\n\n\n# Runs it.\nos.system(input())\n",
        )
        .write("project/requirements.txt", "# pinned\njinja2==2.10\n");
    let (made, said) = commit(&sandbox);
    assert!(made, "{said}");
    // Moved as a whole.
    done(&sandbox, &["mv", "old.py", "new.py"]);
    let (made, said) = commit(&sandbox);
    assert!(made, "{said}");
    sandbox.write(
        "project/new.py",
        "import os\n\nos.system(input())\neval(input())\n",
    );
    let (made, said) = commit(&sandbox);
    assert!(!made && said.contains("eval"), "{said}");
    assert!(!said.contains("os.system"), "{said}");
}

#[test]
fn only_what_is_staged_counts() {
    let sandbox = installed();
    sandbox.write("project/a.py", "x = 1\n");
    done(&sandbox, &["add", "-A"]);
    sandbox.write("project/a.py", "x = eval(input())\n");
    done(&sandbox, &["commit", "-qm", "staged"]);
    // `git commit -a` prepares an index of its own.
    let output = git(&sandbox, &["commit", "-qam", "all"]);
    assert!(!output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn a_new_vulnerable_dependency_stops_a_commit() {
    let sandbox = installed();
    sandbox.advisories(&[("PYSEC-2026-1", "leaky", "2.0")]);
    sandbox.write("project/requirements.txt", "leaky==1.0\n");
    let (made, said) = commit(&sandbox);
    assert!(!made && said.contains("PYSEC-2026-1"), "{said}");
}

#[test]
fn another_hook_is_kept_run_first_and_comes_back() {
    let sandbox = repository();
    let hook = sandbox.project().join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\necho before > before.txt\n").unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(sandbox.run(&["hook", "install"]).status.success());
    let (code, status) = sandbox.json(&["hook", "status", "-f", "json"]);
    assert_eq!(code, 0);
    assert_eq!(status["hooks"][0]["state"], "installed");
    assert_eq!(status["hooks"][0]["runs_another"], true);
    sandbox.write("project/a.txt", "a\n");
    assert!(commit(&sandbox).0);
    assert!(sandbox.project().join("before.txt").exists());
    // One that says no is obeyed.
    let kept = sandbox
        .project()
        .join(".git/hooks/pre-commit.before-runward");
    fs::write(&kept, "#!/bin/sh\nexit 3\n").unwrap();
    sandbox.write("project/b.txt", "b\n");
    assert!(!commit(&sandbox).0);
    assert!(sandbox.run(&["hook", "uninstall"]).status.success());
    assert_eq!(fs::read_to_string(&hook).unwrap(), "#!/bin/sh\nexit 3\n");
    assert!(!kept.exists());
}

#[test]
fn a_hook_changed_by_hand_is_not_overwritten() {
    let sandbox = installed();
    let hook = sandbox.project().join(".git/hooks/pre-push");
    let script = fs::read_to_string(&hook).unwrap();
    fs::write(&hook, script.replace("exit 1", "exit 0")).unwrap();
    let output = sandbox.run(&["hook", "install"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("changed by hand"));
    assert!(
        sandbox
            .run(&["hook", "install", "--force"])
            .status
            .success()
    );
}

#[test]
fn a_push_is_stopped_by_a_secret_that_a_later_commit_took_out() {
    let sandbox = repository();
    let remote = sandbox.project().parent().unwrap().join("remote.git");
    let remote = remote.to_str().unwrap();
    done(&sandbox, &["init", "-q", "--bare", remote]);
    done(&sandbox, &["remote", "add", "origin", remote]);
    done(&sandbox, &["push", "-q", "-u", "origin", "HEAD:main"]);
    assert!(
        sandbox
            .run(&["hook", "install", "--only", "pre-push"])
            .status
            .success()
    );
    sandbox.write("project/a.py", &format!("TOKEN = '{}'\n", token()));
    assert!(commit(&sandbox).0);
    sandbox.write("project/a.py", "TOKEN = None\n");
    assert!(commit(&sandbox).0);
    let output = git(&sandbox, &["push", "-q", "origin", "HEAD:main"]);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(!output.status.success(), "{said}");
    assert!(
        said.contains("github-token") && !said.contains(&token()),
        "{said}"
    );
    // A new branch without it is let through.
    done(&sandbox, &["checkout", "-q", "-b", "clean", "origin/main"]);
    sandbox.write("project/b.txt", "b\n");
    assert!(commit(&sandbox).0);
    done(&sandbox, &["push", "-q", "origin", "clean"]);
}

#[test]
fn the_pre_commit_frameworks_word_is_taken_where_git_says_nothing() {
    let sandbox = repository();
    sandbox.write("project/a.py", &format!("TOKEN = '{}'\n", token()));
    assert!(commit(&sandbox).0);
    let push = ["hook", "run", "pre-push", "--", "origin"];
    let code = |variables: &[(&str, &str)]| {
        let output = sandbox.run_where(variables, &push);
        let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert!(!said.contains(&token()), "{said}");
        (output.status.code(), said.contains("github-token"))
    };
    // The whole branch is new: the framework names no commits.
    let branch = ("PRE_COMMIT_LOCAL_BRANCH", "HEAD");
    assert_eq!(code(&[("PRE_COMMIT", "1"), branch]), (Some(1), true));
    let refs = [
        ("PRE_COMMIT_FROM_REF", "HEAD~1"),
        ("PRE_COMMIT_TO_REF", "HEAD"),
    ];
    assert_eq!(code(&refs), (Some(1), true));
    assert_eq!(
        code(&[refs[1], ("PRE_COMMIT_FROM_REF", "HEAD")]),
        (Some(0), false)
    );
    // Without it, git says that nothing is pushed.
    assert_eq!(code(&[]), (Some(0), false));
}

#[test]
fn pipelines_are_written_pinned_and_have_no_findings_of_ours() {
    let sandbox = repository();
    for system in ["github", "gitlab"] {
        let output = sandbox.run(&["ci", "init", system]);
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let (code, report) = sandbox.json(&[
        "scan",
        ".github",
        "--only",
        "code",
        "--rules",
        "ci",
        "--no-store",
        "-f",
        "json",
    ]);
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(report["summary"]["code_files"], 1);
    let output = sandbox.run(&["ci", "init", "github"]);
    assert_eq!(
        output.status.code(),
        Some(2),
        "an existing file is not replaced"
    );
}

#[test]
fn outside_of_a_repository_it_says_so() {
    let sandbox = Sandbox::new();
    for arguments in [&["hook", "install"][..], &["hook", "run", "pre-commit"]] {
        let output = sandbox.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
        assert!(
            text(&output.stderr).contains("repository"),
            "{}",
            text(&output.stderr)
        );
    }
}
