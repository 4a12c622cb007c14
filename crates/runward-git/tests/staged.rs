//! The index and the working tree, compared with what git says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests"
)]

mod support;

use std::collections::BTreeSet;

use runward_git::{
    ChangedKind, FileMode, GitError, LineRange, OpenOptions, RepoPath, Repository, StagedKind,
};
use support::{Git, busy};

/// Paths that git lists.
fn listed(git: &Git, arguments: &[&str]) -> BTreeSet<String> {
    let text = git.run(arguments);
    text.split('\0')
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
        .collect()
}

fn staged_as_git(git: &Git) -> runward_git::Staged {
    let staged = git.open().staged().unwrap();
    let paths: BTreeSet<_> = staged
        .files
        .iter()
        .flat_map(|file| {
            let from = match &file.kind {
                StagedKind::Renamed { from } => Some(from.to_string()),
                _ => None,
            };
            [Some(file.path.to_string()), from]
        })
        .flatten()
        .collect();
    assert_eq!(
        paths,
        listed(
            git,
            &["diff", "--cached", "--name-only", "-z", "--no-renames"]
        )
    );
    staged
}

#[test]
fn nothing_staged() {
    let git = busy();
    assert_eq!(staged_as_git(&git).files, []);
    git.write("b.txt", "not staged");
    assert_eq!(staged_as_git(&git).files, []);
}

#[test]
fn before_the_first_commit() {
    let git = Git::new();
    assert_eq!(git.open().staged().unwrap().files, [], "no index at all");
    git.write("a/b", "x\ny\n");
    git.write("c", "z");
    git.add_all();
    let staged = git.open().staged().unwrap();
    let paths: Vec<_> = staged
        .files
        .iter()
        .map(|file| file.path.to_string())
        .collect();
    assert_eq!(paths, ["a/b", "c"]);
    assert!(
        staged
            .files
            .iter()
            .all(|file| file.kind == StagedKind::Added)
    );
    let repository = git.open();
    assert_eq!(
        **repository.blob(staged.files[0].id.unwrap()).unwrap(),
        *b"x\ny\n"
    );
    let lines = repository.added_lines(&staged.files[0]).unwrap();
    assert_eq!(lines, [LineRange { first: 1, last: 2 }]);
}

#[test]
fn each_kind_of_change() {
    let git = busy();
    git.write("src/1.txt", "changed\n");
    git.write("new/deep/file", "new\n");
    git.remove("src/2.txt");
    git.run(&["mv", "b.txt", "moved.txt"]);
    git.add_all();
    git.write("src/1.txt", "changed again, not staged\n");
    let staged = staged_as_git(&git);
    let kinds: Vec<_> = staged
        .files
        .iter()
        .map(|file| (file.path.to_string(), file.kind.clone()))
        .collect();
    let from = RepoPath::new("b.txt");
    assert_eq!(
        kinds,
        [
            ("moved.txt".to_owned(), StagedKind::Renamed { from }),
            ("new/deep/file".to_owned(), StagedKind::Added),
            ("src/1.txt".to_owned(), StagedKind::Modified),
            ("src/2.txt".to_owned(), StagedKind::Deleted),
        ]
    );
    let repository = git.open();
    assert_eq!(repository.added_lines(&staged.files[0]).unwrap(), []);
    assert_eq!(
        **repository.blob(staged.files[2].id.unwrap()).unwrap(),
        *b"changed\n"
    );
    let path = RepoPath::new("src/1.txt");
    assert_eq!(
        *repository.staged_blob(&path).unwrap().unwrap(),
        b"changed\n"
    );
    assert_eq!(
        repository.staged_blob(&RepoPath::new("src/2.txt")).unwrap(),
        None
    );
}

#[test]
fn a_file_that_becomes_a_directory_and_back() {
    let git = Git::new();
    git.write("x", "file");
    git.write("y/z", "below");
    git.write("y.txt", "sorts between");
    git.add_all();
    git.commit_at(1_700_000_000, "x");
    git.remove("x");
    git.write("x/y", "now below");
    git.remove("y/z");
    std::fs::remove_dir(git.dir.join("y")).unwrap();
    git.write("y", "now a file");
    git.add_all();
    assert_eq!(staged_as_git(&git).files.len(), 4);
}

#[test]
fn a_whole_directory_and_modes() {
    let git = busy();
    git.run(&["rm", "-rq", "src"]);
    git.run(&["update-index", "--chmod=+x", "b.txt"]);
    let staged = staged_as_git(&git);
    let file = staged
        .files
        .iter()
        .find(|file| file.path.as_str() == Some("b.txt"))
        .unwrap();
    assert_eq!(file.mode, FileMode::Executable);
    assert_eq!(file.id, file.previous);
    assert_eq!(git.open().added_lines(file).unwrap(), []);
}

#[test]
fn lines_as_git_numbers_them() {
    let git = busy();
    let text = std::fs::read_to_string(git.dir.join("src/deep/er/big.txt")).unwrap();
    let text = text
        .replace("line 7 of", "line seven of")
        .replace("line 200 of the file\n", "");
    git.write("src/deep/er/big.txt", format!("top\n{text}end\n"));
    git.add_all();
    let staged = staged_as_git(&git);
    let lines = git.open().added_lines(&staged.files[0]).unwrap();
    let diff = git.run(&["diff", "--cached", "-U0", "--histogram"]);
    let expected: Vec<LineRange> = diff
        .lines()
        .filter_map(|line| {
            line.strip_prefix("@@ ")?
                .split(' ')
                .nth(1)?
                .strip_prefix('+')
        })
        .filter_map(|hunk| {
            let (first, count) = hunk.split_once(',').unwrap_or((hunk, "1"));
            let (first, count): (u32, u32) = (first.parse().ok()?, count.parse().ok()?);
            (count > 0).then(|| LineRange {
                first,
                last: first + count - 1,
            })
        })
        .collect();
    assert_eq!(lines, expected);
    assert_eq!(lines.len(), 3);
}

#[test]
fn conflicts_are_told() {
    let git = Git::new();
    git.write("a", "base\n");
    git.add_all();
    git.commit_at(1, "base");
    git.run(&["checkout", "-q", "-b", "other"]);
    git.write("a", "theirs\n");
    git.add_all();
    git.commit_at(2, "theirs");
    git.run(&["checkout", "-q", "main"]);
    git.write("a", "ours\n");
    git.add_all();
    git.commit_at(3, "ours");
    let merge = git
        .command(&git.dir)
        .args(["merge", "-q", "other"])
        .output()
        .unwrap();
    assert!(!merge.status.success());
    let staged = git.open().staged().unwrap();
    assert_eq!(staged.files, []);
    assert_eq!(staged.not_covered.len(), 1);
    assert!(staged.not_covered[0].reason.contains("conflict"));
}

#[test]
fn an_index_of_a_hook() {
    let git = busy();
    git.write("b.txt", "in the other index\n");
    let other = git.dir.join(".git/other-index");
    std::fs::copy(git.dir.join(".git/index"), &other).unwrap();
    let add = git
        .command(&git.dir)
        .env("GIT_INDEX_FILE", &other)
        .args(["add", "-A"])
        .output();
    assert!(add.unwrap().status.success());
    let options = OpenOptions {
        index_file: Some(other),
        ..OpenOptions::default()
    };
    let staged = Repository::discover(&git.dir, &options)
        .unwrap()
        .staged()
        .unwrap();
    assert_eq!(staged.files.len(), 1);
    assert_eq!(git.open().staged().unwrap().files, []);
}

#[test]
fn index_formats() {
    let git = busy();
    git.write("b.txt", "staged\n");
    git.write("sub/new", "announced");
    git.run(&["add", "b.txt"]);
    git.run(&["add", "--intent-to-add", "sub/new"]);
    for version in ["2", "3", "4"] {
        git.run(&["update-index", "--index-version", version]);
        let staged = git.open().staged().unwrap();
        assert_eq!(staged.files.len(), 1, "version {version}: {staged:?}");
    }
    git.run(&["update-index", "--split-index"]);
    git.write("b.txt", "staged again\n");
    git.run(&["add", "b.txt"]);
    let error = git.open().staged().unwrap_err();
    assert!(error.to_string().contains("--no-split-index"), "{error}");
}

#[test]
fn an_index_that_is_broken() {
    let git = busy();
    let path = git.dir.join(".git/index");
    let good = std::fs::read(&path).unwrap();
    for at in (0..good.len()).step_by(good.len() / 60 + 1) {
        let mut bad = good.clone();
        bad[at] ^= 0xff;
        std::fs::write(&path, &bad).unwrap();
        assert!(
            matches!(git.open().staged(), Err(GitError::Index { .. })),
            "byte {at}"
        );
        std::fs::write(&path, &good[..at]).unwrap();
        assert!(git.open().staged().is_err(), "cut at {at}");
    }
}

/// Changed and untracked files as git lists them; deleted ones apart.
fn changed_as_git(git: &Git, revision: &str) -> runward_git::Changed {
    let changed = git.open().changed_since(revision).unwrap();
    let base = git.run(&["merge-base", revision, "HEAD"]);
    assert_eq!(changed.base.to_string(), base);
    let of = |deleted: bool| -> BTreeSet<String> {
        let files = changed.files.iter();
        let wanted = files.filter(|file| (file.kind == ChangedKind::Deleted) == deleted);
        wanted.map(|file| file.path.to_string()).collect()
    };
    let mut expected = listed(
        git,
        &[
            "diff",
            "--name-only",
            "-z",
            "--no-renames",
            "--diff-filter=d",
            &base,
        ],
    );
    expected.extend(listed(
        git,
        &["ls-files", "-z", "--others", "--exclude-standard"],
    ));
    assert_eq!(of(false), expected);
    let mut gone = listed(
        git,
        &[
            "diff",
            "--name-only",
            "-z",
            "--no-renames",
            "--diff-filter=D",
            &base,
        ],
    );
    // Git calls what is out of the index and still there both deleted and untracked.
    gone.retain(|path| !expected.contains(path));
    assert_eq!(of(true), gone);
    changed
}

#[test]
fn changed_since_a_revision() {
    let git = busy();
    for revision in ["HEAD", "HEAD~3", "side", "unmerged", "HEAD~20"] {
        assert_eq!(changed_as_git(&git, revision).not_covered, []);
    }
    git.write("src/1.txt", "on disk\n");
    git.write("src/2.txt", "staged\n");
    git.run(&["add", "src/2.txt"]);
    git.remove("src/4.txt");
    git.run(&["rm", "-q", "--cached", "src/5.txt"]);
    git.write("new.txt", "untracked\n");
    git.write("dir/new.txt", "untracked\n");
    for revision in ["HEAD", "HEAD~3", "unmerged"] {
        changed_as_git(&git, revision);
    }
    let changed = git.open().changed_since("HEAD").unwrap();
    let kinds: Vec<_> = changed
        .files
        .iter()
        .map(|file| (file.path.as_str().unwrap(), file.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("dir/new.txt", ChangedKind::Untracked),
            ("new.txt", ChangedKind::Untracked),
            ("src/1.txt", ChangedKind::Modified),
            ("src/2.txt", ChangedKind::Modified),
            ("src/4.txt", ChangedKind::Deleted),
            ("src/5.txt", ChangedKind::Untracked),
        ]
    );
}

#[test]
fn staged_and_put_back_is_no_change() {
    let git = busy();
    let old = std::fs::read(git.dir.join("b.txt")).unwrap();
    git.write("b.txt", "staged\n");
    git.add_all();
    git.write("b.txt", old);
    assert_eq!(changed_as_git(&git, "HEAD").files, []);
}

#[test]
fn the_same_size_and_a_touched_file() {
    let git = busy();
    git.write("b.txt", "eno\n");
    assert_eq!(changed_as_git(&git, "HEAD").files.len(), 1);
    git.write("b.txt", "one\n");
    assert_eq!(
        changed_as_git(&git, "HEAD").files,
        [],
        "the same content at another time"
    );
    git.run(&["update-index", "--assume-unchanged", "b.txt"]);
    git.write("b.txt", "hidden from git\n");
    let changed = git.open().changed_since("HEAD").unwrap();
    assert_eq!(changed.files.len(), 1, "but not from us");
}

#[test]
fn ends_of_lines() {
    let git = Git::new();
    git.write("a", "x\ny\n");
    git.add_all();
    git.commit_at(1, "x");
    git.remove("a");
    git.run(&["-c", "core.autocrlf=true", "checkout", "-q", "--", "a"]);
    assert_eq!(std::fs::read(git.dir.join("a")).unwrap(), b"x\r\ny\r\n");
    assert_eq!(git.open().changed_since("HEAD").unwrap().files, []);
}

#[test]
fn ignored_files_and_nested_repositories() {
    let git = busy();
    git.write(".gitignore", "*.log\n/build/\n!keep.log\n");
    git.write("sub/.gitignore", "*.tmp\n!/b.log\n");
    git.write(".git/info/exclude", "private\n");
    for path in [
        "a.log",
        "keep.log",
        "build/x",
        "sub/build/x",
        "sub/a.tmp",
        "sub/b.log",
        "sub/c.log",
        "private",
        "sub/private/x",
    ] {
        git.write(path, "x");
    }
    changed_as_git(&git, "HEAD");
    git.write("nested/file", "x");
    git.run_in(&git.dir.join("nested"), &["init", "-q"]);
    let changed = git.open().changed_since("HEAD").unwrap();
    assert!(
        changed
            .files
            .iter()
            .all(|file| !file.path.to_string().starts_with("nested"))
    );
    assert_eq!(changed.not_covered.len(), 1);
    assert_eq!(changed.not_covered[0].path, "nested");
}

#[test]
fn sparse_checkout() {
    let git = busy();
    git.run(&["sparse-checkout", "set", "--cone", "src/deep"]);
    assert!(
        !git.dir
            .join("src/deep")
            .join("../../side.txt")
            .join("x")
            .exists()
    );
    changed_as_git(&git, "HEAD");
    git.run(&[
        "sparse-checkout",
        "set",
        "--cone",
        "--sparse-index",
        "other",
    ]);
    changed_as_git(&git, "HEAD");
    assert_eq!(git.open().staged().unwrap().files, []);
}

#[cfg(unix)]
#[test]
fn links_in_the_working_tree() {
    let git = busy();
    git.remove("link");
    std::os::unix::fs::symlink("elsewhere", git.dir.join("link")).unwrap();
    changed_as_git(&git, "HEAD");
    // A directory that became a link to one with the same files: they are not read through it.
    std::fs::rename(git.dir.join("src"), git.beside("moved")).unwrap();
    std::os::unix::fs::symlink(git.beside("moved"), git.dir.join("src")).unwrap();
    let changed = changed_as_git(&git, "HEAD");
    assert!(
        changed
            .files
            .iter()
            .any(|file| file.kind == ChangedKind::Deleted)
    );
}

#[test]
fn revisions_as_git_reads_them() {
    let git = busy();
    git.run(&["tag", "-m", "x", "v1", "side"]);
    git.run(&["update-ref", "refs/remotes/origin/main", "main~2"]);
    git.run(&[
        "symbolic-ref",
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/main",
    ]);
    git.run(&["remote", "add", "origin", "https://example.org/x.git"]);
    git.run(&["config", "branch.main.remote", "origin"]);
    git.run(&["config", "branch.main.merge", "refs/heads/main"]);
    let short = git.run(&["rev-parse", "--short", "HEAD~1"]);
    let long = git.run(&["rev-parse", "HEAD~1"]);
    let repository = git.open();
    for revision in [
        "HEAD",
        "@",
        "main",
        "heads/main",
        "refs/heads/main",
        "v1",
        "tags/v1",
        "side~1",
        "main~1^2",
        "main~1^2~1",
        "HEAD^0",
        "v1^{commit}",
        "v1^{}",
        "origin",
        "origin/main",
        "main@{upstream}",
        "@{u}",
        &short,
        &long,
    ] {
        let expected = git.run(&["rev-parse", &format!("{revision}^{{commit}}")]);
        assert_eq!(
            repository.resolve(revision).unwrap().to_string(),
            expected,
            "{revision}"
        );
    }
    for revision in [
        "",
        "-x",
        "nope",
        "main^9",
        "main~1000",
        "abc",
        "@{1}",
        ":/x",
        "../HEAD",
        "v1^{tree}",
    ] {
        let error = repository.resolve(revision).unwrap_err();
        assert!(
            matches!(error, GitError::UnknownRevision { .. }),
            "{revision}: {error}"
        );
    }
    for (one, other) in [
        ("main", "side"),
        ("main", "unmerged"),
        ("side", "unmerged"),
        ("main~9", "main"),
    ] {
        let found = repository.merge_base(
            repository.resolve(one).unwrap(),
            repository.resolve(other).unwrap(),
        );
        let expected = git.run(&["merge-base", one, other]);
        assert_eq!(
            found.unwrap().unwrap().to_string(),
            expected,
            "{one} {other}"
        );
    }
}
