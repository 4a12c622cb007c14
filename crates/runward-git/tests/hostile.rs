//! Repositories that want something of us.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests"
)]

mod support;

use std::{fmt::Write as _, fs, os::unix::fs::symlink, path::Path};

use runward_git::{GitError, HistoryOptions, Limits, OpenOptions, Repository, Stopped, Trust};
use support::{Git, busy, visit};

fn open(directory: &Path, trust: Trust) -> Result<Repository, GitError> {
    let options = OpenOptions {
        trust,
        ..OpenOptions::default()
    };
    Repository::discover(directory, &options)
}

fn refused(directory: &Path) -> GitError {
    open(directory, Trust::Confined)
        .err()
        .expect("it was opened")
}

#[test]
fn a_git_file_that_points_to_somebody_elses_repository() {
    let private = busy();
    let git = Git::nowhere();
    git.write(".git", format!("gitdir: {}/.git\n", private.dir.display()));
    assert!(matches!(refused(&git.dir), GitError::Unacknowledged { .. }));
    assert!(open(&git.dir, Trust::Links).is_ok());
    // The same as a link.
    git.remove(".git");
    symlink(private.dir.join(".git"), git.dir.join(".git")).unwrap();
    assert!(matches!(refused(&git.dir), GitError::Unacknowledged { .. }));
    // And with a linked worktree's own git directory.
    let linked = private.beside("linked");
    private.run(&[
        "worktree",
        "add",
        "-q",
        "--detach",
        linked.to_str().unwrap(),
    ]);
    git.remove(".git");
    fs::copy(linked.join(".git"), git.dir.join(".git")).unwrap();
    assert!(matches!(refused(&git.dir), GitError::Unacknowledged { .. }));
    assert!(open(&linked, Trust::Confined).is_ok());
}

#[test]
fn a_common_directory_elsewhere() {
    let private = busy();
    let git = busy();
    fs::write(
        git.dir.join(".git/commondir"),
        format!("{}/.git\n", private.dir.display()),
    )
    .unwrap();
    assert!(matches!(refused(&git.dir), GitError::Outside { .. }));
}

#[test]
fn objects_borrowed_from_elsewhere() {
    let private = busy();
    let git = private.beside("borrower");
    private.run(&["clone", "-q", "--shared", ".", git.to_str().unwrap()]);
    assert!(matches!(refused(&git), GitError::Outside { .. }));
    let (seen, report) = visit(
        &open(&git, Trust::Links).unwrap(),
        &HistoryOptions::default(),
    );
    assert!(seen.len() > 60);
    assert_eq!(report.missing, 0);
    // Through an alternate that is inside.
    let objects = git.join(".git/objects");
    fs::create_dir_all(objects.join("inside/info")).unwrap();
    fs::rename(
        objects.join("info/alternates"),
        objects.join("inside/info/alternates"),
    )
    .unwrap();
    fs::write(objects.join("info/alternates"), "inside\n").unwrap();
    assert!(matches!(refused(&git), GitError::Outside { .. }));
    // In a circle.
    fs::write(objects.join("inside/info/alternates"), "../../objects\n").unwrap();
    assert!(open(&git, Trust::Confined).is_ok());
}

#[test]
fn links_to_elsewhere() {
    let private = busy();
    private.run(&["gc", "-q"]);
    let git = Git::new();
    for part in [".git/objects/pack", ".git/objects"] {
        let path = git.dir.join(part);
        fs::remove_dir_all(&path).unwrap();
        symlink(private.dir.join(part), &path).unwrap();
        assert!(
            matches!(refused(&git.dir), GitError::Outside { .. }),
            "{part}"
        );
        fs::remove_file(&path).unwrap();
        fs::create_dir_all(&path).unwrap();
    }
    let objects = git.dir.join(".git/objects");
    let loose = busy();
    let id = loose.run(&["rev-parse", "HEAD:b.txt"]);
    symlink(
        loose.dir.join(".git/objects").join(&id[..2]),
        objects.join(&id[..2]),
    )
    .unwrap();
    git.write(".git/refs/tags/x", format!("{id}\n"));
    let (seen, report) = visit(&git.open(), &HistoryOptions::default());
    assert!(seen.is_empty());
    assert_eq!(report.unreadable, 1, "{report:?}");
    git.write("secret", "somebody's");
    let head = git.dir.join(".git/HEAD");
    fs::remove_file(&head).unwrap();
    symlink(git.dir.join("secret"), &head).unwrap();
    assert!(git.open().head().is_err());
}

#[test]
fn pipes_do_not_hold_us_up() {
    let git = busy();
    let pipe = |path: &str| {
        let path = git.dir.join(path);
        let _ = fs::remove_file(&path);
        let made = std::process::Command::new("mkfifo")
            .arg(&path)
            .status()
            .unwrap();
        assert!(made.success());
    };
    pipe(".git/refs/heads/pipe");
    pipe(".git/objects/pack/pack-1.idx");
    pipe(".git/index");
    pipe("untracked");
    let repository = git.open();
    assert!(repository.staged().is_err());
    let (seen, report) = visit(&repository, &HistoryOptions::default());
    assert!(seen.len() > 60);
    assert_eq!(report.not_covered.len(), 2, "{:?}", report.not_covered);
    pipe(".git/config");
    assert!(Repository::discover(&git.dir, &OpenOptions::default()).is_err());
}

#[test]
fn nothing_that_the_configuration_names_is_started() {
    let git = busy();
    let mark = git.beside("started");
    let script = git.beside("script");
    fs::write(&script, format!("#!/bin/sh\ntouch {}\n", mark.display())).unwrap();
    std::process::Command::new("chmod")
        .arg("+x")
        .arg(&script)
        .status()
        .unwrap();
    let program = script.display();
    git.write(
        ".git/config",
        format!(
            "[core]\nrepositoryformatversion=0\nfsmonitor={program}\nsshCommand={program}\npager={program}\nworktree=/\n\
             hooksPath={0}\n[filter \"x\"]\nclean={program}\nsmudge={program}\nprocess={program}\nrequired\n\
             [diff \"x\"]\ntextconv={program}\ncommand={program}\n[diff]\nexternal={program}\n\
             [include]\npath={program}\n[extensions]\npartialClone=origin\n[remote \"origin\"]\npromisor\nurl=ext::{program}\n",
            git.dir.display()
        ),
    );
    git.write(".gitattributes", "* filter=x diff=x\n");
    git.write("b.txt", "changed\n");
    let id = "1".repeat(40);
    let repository = git.open();
    assert_eq!(
        repository.work_dir().unwrap(),
        git.dir,
        "core.worktree is not followed"
    );
    repository.staged().unwrap();
    repository.changed_since("HEAD~2").unwrap();
    assert!(repository.resolve(&id).is_err(), "missing, and not fetched");
    visit(&repository, &HistoryOptions::default());
    assert!(!mark.exists());
}

#[test]
fn a_tree_that_holds_itself_many_times() {
    let git = Git::new();
    let blob = git.input(&["hash-object", "-w", "--stdin"], b"x");
    let mut entry = format!("100644 blob {blob}\tf\n");
    for _ in 0..40 {
        let tree = git.input(&["mktree"], entry.as_bytes());
        entry.clear();
        for at in 0..10 {
            writeln!(entry, "040000 tree {tree}\td{at}").unwrap();
        }
    }
    let tree = git.input(&["mktree"], entry.as_bytes());
    let commit = git.run(&["commit-tree", "-m", "x", &tree]);
    git.run(&["update-ref", "refs/heads/main", &commit]);
    // 10^40 files, 41 trees.
    let (seen, report) = visit(&git.open(), &HistoryOptions::default());
    assert_eq!((seen.len(), report.trees), (1, 41));
    // Against an index without any of them there is no end: it is refused.
    let limits = Limits {
        max_trees: 1000,
        ..Limits::default()
    };
    let options = OpenOptions {
        limits,
        ..OpenOptions::default()
    };
    let staged = Repository::discover(&git.dir, &options).unwrap().staged();
    assert!(
        matches!(staged, Err(GitError::OverLimit { .. })),
        "{staged:?}"
    );
}

#[test]
fn limits_are_told() {
    let git = busy();
    let with = |change: &dyn Fn(&mut Limits)| {
        let mut options = OpenOptions::default();
        change(&mut options.limits);
        Repository::discover(&git.dir, &options)
    };
    let stopped = |change: &dyn Fn(&mut Limits)| {
        let report = visit(&with(change).unwrap(), &HistoryOptions::default()).1;
        assert!(!report.not_covered.is_empty());
        report.stopped
    };
    assert_eq!(
        stopped(&|limits| limits.max_trees = 5),
        Some(Stopped::Limit("trees"))
    );
    assert_eq!(
        stopped(&|limits| limits.max_blobs = 5),
        Some(Stopped::Limit("blobs"))
    );
    assert_eq!(
        stopped(&|limits| limits.max_unpacked_bytes = 5000),
        Some(Stopped::Limit("unpacked bytes"))
    );
    assert_eq!(stopped(&|limits| limits.max_tree_depth = 1), None);
    assert_eq!(stopped(&|limits| limits.max_path_bytes = 5), None);
    assert_eq!(stopped(&|limits| limits.max_object_bytes = 500), None);
    let commits = with(&|limits| limits.max_commits = 5).unwrap().history(
        &HistoryOptions::default(),
        &|_| std::ops::ControlFlow::Continue(()),
        &|_| std::ops::ControlFlow::Continue(()),
    );
    assert!(matches!(commits, Err(GitError::OverLimit { .. })));
    git.run(&["gc", "-q", "--aggressive"]);
    assert_eq!(stopped(&|limits| limits.max_delta_depth = 1), None);
    assert!(with(&|limits| limits.max_packs = 0).is_err());
    assert!(with(&|limits| limits.max_file_bytes = 10).is_err());
}

/// A pack with a delta whose base is itself, and with sizes that no memory has.
#[test]
fn packs_made_by_hand() {
    let header = |kind: u8, size: u64| {
        let mut bytes = vec![kind << 4 | u8::try_from(size & 15).unwrap()];
        let mut rest = size >> 4;
        while rest > 0 {
            *bytes.last_mut().unwrap() |= 0x80;
            bytes.push(u8::try_from(rest & 0x7f).unwrap());
            rest >>= 7;
        }
        bytes
    };
    // zlib, stored: a delta of four bytes.
    let zlib = [
        0x78, 1, 1, 4, 0, 0xfb, 0xff, 1, 1, 1, b'x', 0x01, 0x7e, 0x00, 0x7c,
    ];
    let id = "11".repeat(20);
    let own: Vec<u8> = vec![0x11; 20];
    let mut cases = Vec::new();
    cases.push([header(7, 4), own, zlib.to_vec()].concat());
    cases.push([header(3, 1 << 40), zlib.to_vec()].concat());
    cases.push([header(6, 4), vec![0x7f], zlib.to_vec()].concat());
    cases.push(vec![0xff; 64]);
    for case in cases {
        let git = Git::new();
        let mut pack = b"PACK\0\0\0\x02\0\0\0\x01".to_vec();
        pack.extend(&case);
        pack.extend([0; 20]);
        let mut index = b"\xfftOc\0\0\0\x02".to_vec();
        for first in 0..256_u32 {
            index.extend(u32::from(first >= 0x11).to_be_bytes());
        }
        index.extend([0x11; 20]);
        index.extend([0; 4]);
        index.extend(12_u32.to_be_bytes());
        index.extend([0; 40]);
        git.write(".git/objects/pack/pack-1.pack", pack);
        git.write(".git/objects/pack/pack-1.idx", index);
        git.write(".git/refs/tags/x", format!("{id}\n"));
        let (seen, report) = visit(&git.open(), &HistoryOptions::default());
        assert!(seen.is_empty());
        assert_eq!(report.unreadable + report.too_large, 1, "{report:?}");
    }
}

#[test]
fn loose_objects_that_lie() {
    let git = Git::new();
    let id = "11".repeat(20);
    let zlib = |content: &[u8]| {
        let length = u16::try_from(content.len()).unwrap();
        let mut bytes = vec![0x78, 1, 1];
        bytes.extend(length.to_le_bytes());
        bytes.extend((!length).to_le_bytes());
        bytes.extend(content);
        let (mut a, mut b) = (1_u32, 0_u32);
        for byte in content {
            a = (a + u32::from(*byte)) % 65521;
            b = (b + a) % 65521;
        }
        bytes.extend((b << 16 | a).to_be_bytes());
        bytes
    };
    git.write(".git/refs/tags/x", format!("{id}\n"));
    let path = format!(".git/objects/{}/{}", &id[..2], &id[2..]);
    for content in [
        &b"blob 99999999999999999\0x"[..],
        b"blob -1\0x",
        b"blob 5\0x",
        b"blob 0\0x",
        b"blob",
        b"blub 1\0x",
        b"",
    ] {
        git.write(&path, zlib(content));
        let report = visit(&git.open(), &HistoryOptions::default()).1;
        assert_eq!(
            report.unreadable + report.too_large,
            1,
            "{content:?}: {report:?}"
        );
    }
    git.write(&path, zlib(b"blob 1\0x"));
    assert_eq!(
        visit(&git.open(), &HistoryOptions::default()).1.visited,
        1,
        "names are believed"
    );
    // A tree that is its own child.
    let mut tree = b"40000 a\0".to_vec();
    tree.extend([0x11; 20]);
    git.write(
        &path,
        zlib(&[format!("tree {}\0", tree.len()).as_bytes(), &tree].concat()),
    );
    let report = visit(&git.open(), &HistoryOptions::default()).1;
    assert_eq!((report.trees, report.visited), (1, 0));
    // A commit that is its own parent.
    let commit = format!("tree {id}\nparent {id}\n\nx");
    git.write(
        &path,
        zlib(format!("commit {}\0{commit}", commit.len()).as_bytes()),
    );
    let report = visit(&git.open(), &HistoryOptions::default()).1;
    assert_eq!(report.commits, 1);
    assert_eq!(report.unreadable, 1, "its tree is no tree");
}

#[test]
fn formats_of_the_future_are_refused() {
    for config in [
        "[core]\nrepositoryformatversion=2\n",
        "[core]\nrepositoryformatversion=1\n[extensions]\nsomethingNew=true\n",
        "[core]\nrepositoryformatversion=1\n[extensions]\nobjectFormat=md5\n",
    ] {
        let git = Git::new();
        git.write(".git/config", config);
        assert!(
            matches!(refused(&git.dir), GitError::Unsupported { .. }),
            "{config}"
        );
    }
    let nowhere = Git::nowhere();
    assert!(matches!(
        refused(&nowhere.dir),
        GitError::NotARepository { .. }
    ));
}
