//! Repositories made by the `git` program, the same each time.

#![allow(dead_code, reason = "each test file uses a part")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
};

use runward_git::{HistoryBlob, HistoryOptions, HistoryReport, OpenOptions, Repository};
use tempfile::TempDir;

/// A directory with a repository in it.
pub(crate) struct Git {
    root: TempDir,
    pub(crate) dir: PathBuf,
}

impl Git {
    /// A directory without a repository.
    pub(crate) fn nowhere() -> Self {
        let root = tempfile::tempdir().unwrap();
        let dir = fs::canonicalize(root.path()).unwrap().join("work");
        fs::create_dir(&dir).unwrap();
        Self { root, dir }
    }

    pub(crate) fn init(arguments: &[&str]) -> Self {
        let git = Self::nowhere();
        let mut all = vec!["init", "-q", "-b", "main"];
        all.extend(arguments);
        git.run(&all);
        git
    }

    pub(crate) fn new() -> Self {
        Self::init(&[])
    }

    /// Beside the repository.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.dir.parent().unwrap().join(name)
    }

    pub(crate) fn command(&self, directory: &Path) -> Command {
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(directory)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada")
            .env("GIT_AUTHOR_EMAIL", "ada@example.org")
            .env("GIT_COMMITTER_NAME", "Carl")
            .env("GIT_COMMITTER_EMAIL", "carl@example.org")
            .env("GIT_AUTHOR_DATE", "1700000000 +0100")
            .env("GIT_COMMITTER_DATE", "1700000000 +0100")
            .env("HOME", self.root.path())
            .args([
                "-c",
                "core.autocrlf=false",
                "-c",
                "protocol.file.allow=always",
            ]);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        self.run_in(&self.dir, arguments)
    }

    pub(crate) fn run_in(&self, directory: &Path, arguments: &[&str]) -> String {
        let output = self.command(directory).args(arguments).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {error}");
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    }

    /// With a date, so that commits have an order.
    pub(crate) fn commit_at(&self, seconds: u64, message: &str) -> String {
        let date = format!("@{seconds} +0000");
        let output = self
            .command(&self.dir)
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .args(["commit", "-q", "--allow-empty", "-m", message])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        self.run(&["rev-parse", "HEAD"])
    }

    pub(crate) fn input(&self, arguments: &[&str], input: &[u8]) -> String {
        let mut child = self
            .command(&self.dir)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "git {arguments:?}");
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let full = self.dir.join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, content).unwrap();
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.dir.join(path)).unwrap();
    }

    pub(crate) fn add_all(&self) {
        self.run(&["add", "-A"]);
    }

    pub(crate) fn open(&self) -> Repository {
        Repository::discover(&self.dir, &OpenOptions::default()).unwrap()
    }

    /// Blobs as git lists them.
    pub(crate) fn blobs(&self, directory: &Path, revisions: &[&str]) -> BTreeSet<String> {
        let mut arguments = vec!["rev-list", "--objects", "--no-object-names"];
        arguments.extend(revisions);
        let objects = self.run_in(directory, &arguments);
        let mut child = self
            .command(directory)
            .args(["cat-file", "--batch-check=%(objecttype) %(objectname)"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let feed = std::thread::spawn(move || stdin.write_all(format!("{objects}\n").as_bytes()));
        let output = child.wait_with_output().unwrap();
        feed.join().unwrap().unwrap();
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .filter_map(|line| line.strip_prefix("blob "))
            .map(str::to_owned)
            .collect()
    }
}

/// What a visit saw: by blob, its path, commit and content.
pub(crate) type Seen = BTreeMap<String, (String, Option<String>, Vec<u8>)>;

pub(crate) fn visit(repository: &Repository, options: &HistoryOptions) -> (Seen, HistoryReport) {
    let seen = Mutex::new(BTreeMap::new());
    let visitor = |blob: &HistoryBlob<'_>| {
        let value = (
            blob.path.to_string(),
            blob.commit.map(|id| id.to_string()),
            blob.data.to_vec(),
        );
        let twice = seen.lock().unwrap().insert(blob.id.to_string(), value);
        assert_eq!(twice, None, "visited twice");
        ControlFlow::Continue(())
    };
    let report = repository
        .history(options, &visitor, &|_| ControlFlow::Continue(()))
        .unwrap();
    (seen.into_inner().unwrap(), report)
}

pub(crate) fn ids(seen: &Seen) -> BTreeSet<String> {
    seen.keys().cloned().collect()
}

/// All blobs of a repository, when git lists the same ones.
pub(crate) fn same_as_git(git: &Git) -> (Seen, HistoryReport) {
    let (seen, report) = visit(&git.open(), &HistoryOptions::default());
    assert_eq!(ids(&seen), git.blobs(&git.dir, &["--all"]));
    assert_eq!(report.visited, seen.len());
    assert_eq!(report.blobs, seen.len());
    assert_eq!(report.not_covered, []);
    let commits = git.run(&["rev-list", "--count", "--all"]);
    assert_eq!(report.commits.to_string(), commits);
    for (id, (_, _, data)) in &seen {
        assert_eq!(&git.input(&["hash-object", "--stdin"], data), id);
    }
    (seen, report)
}

/// A history with merges, renames, deletions, reverts, links and nested directories.
pub(crate) fn busy() -> Git {
    let git = Git::new();
    let mut time = 1_700_000_000;
    let mut commit = |message: &str| {
        time += 60;
        git.add_all();
        git.commit_at(time, message)
    };
    let text: Vec<String> = (0..400)
        .map(|line| format!("line {line} of the file\n"))
        .collect();
    let text = text.concat();
    git.write("src/deep/er/big.txt", &text);
    git.write("a.txt", "one\n");
    git.write("empty", "");
    commit("first");
    for number in 0..30 {
        git.write("src/deep/er/big.txt", format!("{text}{number}\n"));
        git.write(
            &format!("src/{}.txt", number % 7),
            format!("content {number}\n"),
        );
        commit(&format!("change {number}"));
    }
    git.run(&["mv", "a.txt", "b.txt"]);
    commit("rename");
    git.remove("src/3.txt");
    commit("delete");
    git.run(&["checkout", "-q", "-b", "side", "HEAD~5"]);
    git.write("side.txt", "only on the side\n");
    git.write("secret.env", "TOKEN=1\n");
    commit("side");
    git.remove("secret.env");
    commit("hide it");
    git.run(&["checkout", "-q", "main"]);
    git.write("secret.env", "TOKEN=1\n");
    commit("the same again, later");
    git.run(&["merge", "-q", "--no-ff", "-X", "ours", "-m", "join", "side"]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("b.txt", git.dir.join("link")).unwrap();
    commit("link");
    git.run(&["checkout", "-q", "-b", "unmerged", "HEAD~3"]);
    git.write("unmerged.txt", "never merged\n");
    commit("unmerged");
    git.run(&["checkout", "-q", "main"]);
    git
}
