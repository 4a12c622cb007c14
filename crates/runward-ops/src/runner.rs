//! Other programs, run with a time limit and without a shell.

use std::{
    io::Read as _,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use runward_deps::resolve::Runner;

/// Most bytes that are kept of a program's output.
const MAX_OUTPUT_BYTES: u64 = 64 * 1024 * 1024;
/// Most bytes of an error message that are shown.
const MAX_MESSAGE_BYTES: usize = 2_000;

/// Runs programs that are found on `PATH`.
pub(crate) struct SystemRunner;

impl Runner for SystemRunner {
    fn has(&self, program: &str) -> bool {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&paths).any(|directory| directory.join(program).is_file())
    }

    fn run(
        &self,
        program: &str,
        arguments: &[&str],
        directory: &Path,
        timeout: Duration,
    ) -> Result<String, String> {
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_passed_on)))
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("it could not be started: {error}"))?;
        // Both pipes are drained while the child runs, so that a full one cannot block it.
        let stdout = child.stdout.take().map(drain);
        let stderr = child.stderr.take().map(drain);
        let started = Instant::now();
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if started.elapsed() > timeout => {
                    // It may have ended in between: either way it is gone.
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(format!("it took longer than {} s", timeout.as_secs()));
                }
                Ok(None) => thread::sleep(Duration::from_millis(20)),
                Err(error) => return Err(error.to_string()),
            }
        };
        let text = |handle: Option<thread::JoinHandle<String>>| {
            handle
                .and_then(|handle| handle.join().ok())
                .unwrap_or_default()
        };
        let (stdout, stderr) = (text(stdout), text(stderr));
        if status.success() {
            return Ok(stdout);
        }
        let message: String = stderr.trim().chars().take(MAX_MESSAGE_BYTES).collect();
        Err(format!("{status}: {message}"))
    }
}

/// Which environment variables another program gets: what it needs to find its files, its
/// indexes and the way to them. Other tokens of this process are not its business.
fn is_passed_on(name: &str) -> bool {
    const NAMES: [&str; 20] = [
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "LANG",
        "LC_ALL",
        "TZ",
        "TMPDIR",
        "TEMP",
        "TMP",
        "SYSTEMROOT",
        "APPDATA",
        "LOCALAPPDATA",
        "USERPROFILE",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
        "NETRC",
        "VIRTUAL_ENV",
    ];
    const PREFIXES: [&str; 5] = ["UV_", "PIP_", "NPM_CONFIG_", "XDG_", "CONDA_"];
    const PROXIES: [&str; 4] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];
    let upper = name.to_ascii_uppercase();
    NAMES.contains(&upper.as_str())
        || PROXIES.contains(&upper.as_str())
        || PREFIXES.iter().any(|prefix| upper.starts_with(prefix))
}

fn drain(pipe: impl std::io::Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is what there is to show.
        let _ = pipe.take(MAX_OUTPUT_BYTES).read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_this_process_are_kept() {
        for passed in ["PATH", "https_proxy", "UV_INDEX_URL", "npm_config_registry"] {
            assert!(is_passed_on(passed), "{passed}");
        }
        for kept in [
            "AWS_SECRET_ACCESS_KEY",
            "GITHUB_TOKEN",
            "DATABASE_URL",
            "RUNWARD_X",
        ] {
            assert!(!is_passed_on(kept), "{kept}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn programs_run_fail_and_time_out() {
        let here = Path::new(".");
        let second = Duration::from_secs(20);
        assert!(SystemRunner.has("sh"));
        assert!(!SystemRunner.has("no-such-program-anywhere"));
        assert_eq!(
            SystemRunner.run("sh", &["-c", "echo out"], here, second),
            Ok("out\n".to_owned())
        );
        let error = SystemRunner
            .run("sh", &["-c", "echo why >&2; exit 3"], here, second)
            .unwrap_err();
        assert!(error.contains("why"), "{error}");
        let error = SystemRunner
            .run("sleep", &["60"], here, Duration::from_millis(50))
            .unwrap_err();
        assert!(error.contains("longer"), "{error}");
    }
}
