//! Runs the real binary in a directory of its own.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    reason = "test support: a failure here is a failed test, and no test needs all of it"
)]

pub(crate) mod git;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use assert_cmd::Command;
use tempfile::TempDir;

/// A home, a database directory and a project that no other test sees.
pub(crate) struct Sandbox {
    directory: TempDir,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let sandbox = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(sandbox.project()).unwrap();
        sandbox
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.directory.path().join("project")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.directory.path().join("database")
    }

    /// Writes a file below the sandbox, `project/…` being the project.
    pub(crate) fn write(&self, path: &str, content: &str) -> &Self {
        let file = self.directory.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
        self
    }

    /// Imports advisories, each `(id, package, fixed)` of PyPI.
    pub(crate) fn advisories(&self, advisories: &[(&str, &str, &str)]) -> &Self {
        for (id, package, fixed) in advisories {
            let record = serde_json::json!({
                "id": id,
                "modified": "2026-01-01T00:00:00Z",
                "summary": format!("a problem of {package}"),
                "severity": [{
                    "type": "CVSS_V3",
                    "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                }],
                "affected": [{
                    "package": {"ecosystem": "PyPI", "name": package},
                    "ranges": [{
                        "type": "ECOSYSTEM",
                        "events": [{"introduced": "0"}, {"fixed": fixed}],
                    }],
                }],
            });
            self.write(&format!("osv/{id}.json"), &record.to_string());
        }
        let from = self.directory.path().join("osv");
        let output = self.run(&["db", "import", from.to_str().unwrap()]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        self
    }

    /// Runs `runward` in the project, with no configuration but what the sandbox holds.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.run_in(&self.project(), arguments)
    }

    pub(crate) fn run_in(&self, directory: &Path, arguments: &[&str]) -> Output {
        self.command(directory, arguments).output().unwrap()
    }

    /// Runs it with variables of the environment, and nothing on standard input.
    pub(crate) fn run_where(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
        self.command(&self.project(), arguments)
            .envs(variables.iter().copied())
            .output()
            .unwrap()
    }

    /// Runs it as the owner of an API token.
    pub(crate) fn run_as(&self, token: &str, arguments: &[&str]) -> Output {
        self.command(&self.project(), arguments)
            .env("RUNWARD_TOKEN", token)
            .output()
            .unwrap()
    }

    /// Runs it with text on standard input.
    pub(crate) fn run_with(&self, input: &str, arguments: &[&str]) -> Output {
        self.command(&self.project(), arguments)
            .write_stdin(input)
            .output()
            .unwrap()
    }

    fn command(&self, directory: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("runward").unwrap();
        command
            .current_dir(directory)
            .env_clear()
            .env("HOME", self.directory.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            // A name that anybody can set is not who acts.
            .env("USER", "somebody-else")
            .env("RUNWARD_DATA_DIR", self.database())
            .args(arguments);
        command
    }

    /// Runs a command that writes JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> (i32, serde_json::Value) {
        let output = self.run(arguments);
        let value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!("{error}: {} {}", text(&output.stdout), text(&output.stderr))
        });
        (output.status.code().unwrap(), value)
    }
}

/// The account that the tests run under, as the system knows it.
pub(crate) fn account() -> String {
    let output = std::process::Command::new("id")
        .arg("-un")
        .output()
        .unwrap();
    text(&output.stdout).trim().to_owned()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Output without what differs from run to run: times, fingerprints, temporary directories.
pub(crate) fn scrubbed(sandbox: &Sandbox, output: &Output) -> String {
    let mut settings = text(&output.stdout);
    let errors = text(&output.stderr);
    if !errors.is_empty() {
        settings.push_str("--- standard error\n");
        settings.push_str(&errors);
    }
    let root = sandbox.directory.path();
    for path in [root.canonicalize().unwrap(), root.to_path_buf()] {
        settings = settings.replace(path.to_str().unwrap(), "[SANDBOX]");
    }
    format!("exit code: {}\n{settings}", output.status.code().unwrap())
}

/// Filters for snapshots.
pub(crate) fn filters() -> Vec<(&'static str, &'static str)> {
    vec![
        (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z", "[TIME]"),
        (r"\d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC", "[TIME]"),
        (r"\b[0-9a-f]{32}\b", "[FINGERPRINT]"),
        (r"\b\d+ d old", "[AGE] old"),
    ]
}

/// A day so many days from today, as the binary's own clock has it.
pub(crate) fn in_days(days: i64) -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "the binary under test reads the real clock"
    )]
    let now = jiff::Timestamp::now();
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let day = today.checked_add(jiff::ToSpan::days(days)).unwrap();
    day.to_string()
}
