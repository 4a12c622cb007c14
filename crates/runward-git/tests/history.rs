//! The blobs of histories, compared with what git says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests"
)]

mod support;

use std::{fmt::Write as _, ops::ControlFlow};

use runward_git::{GitError, HistoryOptions, Stopped, Tips};
use support::{Git, busy, ids, same_as_git, visit};

#[test]
fn loose_objects() {
    let git = busy();
    let (_, report) = same_as_git(&git);
    assert!(report.blobs > 60, "{report:?}");
}

#[test]
fn packed_with_deltas() {
    let git = busy();
    let (loose, loose_report) = same_as_git(&git);
    git.run(&["gc", "-q", "--aggressive", "--prune=now"]);
    let verified = git.run(&["count-objects", "-v"]);
    assert!(
        verified.contains("count: 0") && verified.contains("packs: 1"),
        "{verified}"
    );
    let index = git.run(&["rev-parse", "--git-path", "objects/pack"]);
    let pack = std::fs::read_dir(git.dir.join(index))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|end| end == "idx"))
        .unwrap();
    let chains = git.run(&["verify-pack", "-v", pack.to_str().unwrap()]);
    assert!(chains.contains("chain length = 3"), "no deltas: {chains}");
    let (packed, report) = same_as_git(&git);
    assert_eq!((packed, report), (loose, loose_report));
}

#[test]
fn several_packs_and_deltas_by_name() {
    let git = busy();
    git.run(&[
        "-c",
        "repack.useDeltaBaseOffset=false",
        "repack",
        "-q",
        "-a",
        "-d",
        "-f",
    ]);
    git.write("later.txt", "later\n");
    git.add_all();
    git.commit_at(1_800_000_000, "later");
    git.run(&["repack", "-q", "-d"]);
    git.write("last.txt", "last\n");
    git.add_all();
    git.commit_at(1_800_000_100, "last, loose");
    same_as_git(&git);
    git.run(&["multi-pack-index", "write"]);
    git.run(&["commit-graph", "write", "--reachable"]);
    git.run(&["pack-refs", "--all"]);
    same_as_git(&git);
}

#[test]
fn the_oldest_commit_and_its_path() {
    let git = busy();
    let (seen, _) = same_as_git(&git);
    for (id, (path, commit, _)) in &seen {
        let commit = commit.as_deref().unwrap();
        assert_eq!(
            &git.run(&["rev-parse", &format!("{commit}:{path}")]),
            id,
            "{path}"
        );
        // No commit before it has the blob.
        for parent in git
            .run(&["rev-list", "--parents", "-n1", commit])
            .split(' ')
            .skip(1)
        {
            let tree = git.run(&["ls-tree", "-r", parent]);
            assert!(!tree.contains(id.as_str()), "{id} is older than {commit}");
        }
    }
    let by_path = |path: &str| seen.values().find(|value| value.0 == path).unwrap();
    let repository = git.open();
    let commit = by_path("secret.env").1.clone().unwrap();
    let commit = repository
        .commit(repository.resolve(&commit).unwrap())
        .unwrap();
    assert_eq!(commit.summary, "side", "not the later one on main");
    assert_eq!(commit.author.name, "Ada");
    assert_eq!(commit.committer.email, "carl@example.org");
    assert_eq!(
        commit.author.time.unwrap().as_second() % 60,
        1_700_000_000 % 60
    );
    assert_eq!(by_path("a.txt").2, b"one\n", "a rename is no new blob");
    assert!(seen.values().any(|value| value.0 == "unmerged.txt"));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let git = Git::new();
    let mut stream = String::new();
    for number in 0..1500 {
        let file = number % 37;
        write!(
            stream,
            "commit refs/heads/main\ncommitter C <c@d> {} +0000\ndata 1\nx\nM 644 inline dir{}/f{file}\ndata <<E\n{}\nE\n\n",
            1_700_000_000 + number,
            file % 5,
            number / 2,
        )
        .unwrap();
    }
    git.input(&["fast-import", "--quiet"], stream.as_bytes());
    let with = |threads| {
        let options = HistoryOptions {
            threads,
            ..HistoryOptions::default()
        };
        visit(&git.open(), &options)
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(7));
    assert_eq!(ids(&one.0), git.blobs(&git.dir, &["--all"]));
}

#[test]
fn what_a_push_brings() {
    let git = busy();
    let side = git.run(&["rev-parse", "side"]);
    for (old, new) in [
        ("side", "main"),
        ("main", "side"),
        ("main~4", "main"),
        ("main", "unmerged"),
    ] {
        let (seen, report) = visit(&git.open(), &HistoryOptions::range(old, new));
        let range = format!("{old}..{new}");
        assert_eq!(ids(&seen), git.blobs(&git.dir, &[&range]), "{range}");
        assert_eq!(
            report.commits.to_string(),
            git.run(&["rev-list", "--count", &range])
        );
    }
    let (seen, _) = visit(&git.open(), &HistoryOptions::range("main", &side));
    assert!(seen.is_empty(), "{seen:?}");
    git.run(&["update-ref", "refs/remotes/origin/main", "main"]);
    let (seen, _) = visit(
        &git.open(),
        &HistoryOptions::new_to_remote("unmerged", "origin"),
    );
    assert_eq!(
        seen.values()
            .map(|value| value.0.as_str())
            .collect::<Vec<_>>(),
        ["unmerged.txt"]
    );
    let unknown = HistoryOptions::range(&"1".repeat(40), "main");
    let result = git
        .open()
        .history(&unknown, &|_| ControlFlow::Continue(()), &|_| {
            ControlFlow::Continue(())
        });
    assert!(
        matches!(result, Err(GitError::Missing { .. })),
        "{result:?}"
    );
}

#[test]
fn clocks_that_are_wrong() {
    let git = Git::new();
    for number in 0..40_u64 {
        git.write("a", format!("{number}"));
        git.add_all();
        // Backwards, and jumping.
        git.commit_at(
            1_700_000_000 - number * 1000 + (number % 3) * 5_000_000,
            "x",
        );
    }
    for (old, new) in [("main~7", "main"), ("main~39", "main~3")] {
        let (seen, _) = visit(&git.open(), &HistoryOptions::range(old, new));
        assert_eq!(ids(&seen), git.blobs(&git.dir, &[&format!("{old}..{new}")]));
    }
    same_as_git(&git);
}

#[test]
fn head_alone_and_named_tips() {
    let git = busy();
    let head = HistoryOptions {
        tips: Tips::Head,
        ..HistoryOptions::default()
    };
    assert_eq!(
        ids(&visit(&git.open(), &head).0),
        git.blobs(&git.dir, &["HEAD"])
    );
    git.run(&["checkout", "-q", "--detach", "side"]);
    let (seen, _) = visit(&git.open(), &head);
    assert_eq!(ids(&seen), git.blobs(&git.dir, &["side"]));
    assert_eq!(git.open().head().unwrap().branch, None);
    // A commit that only a detached `HEAD` has.
    git.write("detached", "only here");
    git.add_all();
    git.commit_at(1_900_000_000, "detached");
    same_as_git(&git);
}

#[test]
fn tags_on_everything_and_a_stash() {
    let git = busy();
    git.run(&["tag", "-m", "t", "annotated", "side"]);
    git.run(&["tag", "-m", "t", "nested", "annotated"]);
    let blob = git.input(&["hash-object", "-w", "--stdin"], b"only a tag has me");
    git.run(&["tag", "blob", &blob]);
    let inner = git.input(
        &["hash-object", "-w", "--stdin"],
        b"only a tree that only a tag has",
    );
    let tree = git.input(
        &["mktree"],
        format!("100644 blob {inner}\tdeep\n").as_bytes(),
    );
    git.run(&["tag", "-m", "t", "tree", &tree]);
    git.write("b.txt", "stashed");
    git.run(&["stash", "-q"]);
    let (seen, _) = same_as_git(&git);
    assert_eq!(seen[&blob].0, "refs/tags/blob");
    assert_eq!(seen[&blob].1, None);
    assert_eq!(seen[&inner].0, "refs/tags/tree/deep");
}

#[test]
fn names_that_are_no_text() {
    let git = Git::new();
    let blob = git.input(&["hash-object", "-w", "--stdin"], b"x");
    let mut entry = format!("100644 blob {blob}\t").into_bytes();
    entry.extend(b"caf\xe9\x01\0");
    let tree = git.input(&["mktree", "-z"], &entry);
    let commit = git.run(&["commit-tree", "-m", "x", &tree]);
    git.run(&["update-ref", "refs/heads/main", &commit]);
    let (seen, _) = same_as_git(&git);
    assert_eq!(seen[&blob].0, "caf\\xe9\\x01");
}

#[test]
fn links_and_pointers_are_marked() {
    let git = Git::new();
    let oid = "a".repeat(64);
    git.write(
        "big.bin",
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 5\n"),
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", git.dir.join("link")).unwrap();
    git.add_all();
    git.commit_at(1_700_000_000, "x");
    let links = std::sync::Mutex::new(Vec::new());
    let report = git
        .open()
        .history(
            &HistoryOptions::default(),
            &|blob| {
                if blob.link {
                    links.lock().unwrap().push(blob.data.to_vec());
                }
                assert_eq!(blob.lfs.is_some(), blob.path.as_str() == Some("big.bin"));
                ControlFlow::Continue(())
            },
            &|_| ControlFlow::Continue(()),
        )
        .unwrap();
    assert_eq!(report.lfs_pointers, 1);
    assert!(
        report
            .not_covered
            .iter()
            .any(|one| one.reason.contains("Git LFS"))
    );
    if cfg!(unix) {
        assert_eq!(links.into_inner().unwrap(), [b"/etc/passwd"]);
    }
}

#[test]
fn large_blobs_are_named() {
    let git = Git::new();
    let big = "0123456789abcdef\n".repeat(1000);
    git.write("big", &big);
    git.write("small", "x");
    git.add_all();
    git.commit_at(1_700_000_000, "x");
    git.write("big", format!("{big}more"));
    git.add_all();
    git.commit_at(1_700_000_001, "y");
    let options = HistoryOptions {
        max_blob_bytes: 1000,
        ..HistoryOptions::default()
    };
    for packed in [false, true] {
        if packed {
            git.run(&["gc", "-q", "--aggressive"]);
        }
        let (seen, report) = visit(&git.open(), &options);
        assert_eq!(seen.len(), 1);
        assert_eq!((report.too_large, report.visited, report.blobs), (2, 1, 3));
        assert!(
            report.not_covered[0]
                .reason
                .contains("over the limit of 1000")
        );
    }
}

#[test]
fn stopping_early_is_told() {
    let git = busy();
    let visitor = |_: &runward_git::HistoryBlob<'_>| ControlFlow::Break(());
    let report = git
        .open()
        .history(&HistoryOptions::default(), &visitor, &|_| {
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(report.stopped, Some(Stopped::Visitor));
    assert!(report.visited < report.blobs);
    let told = report
        .not_covered
        .iter()
        .any(|one| one.reason == "stopped before the end");
    assert!(told);
    let progress = |_| ControlFlow::Break(());
    let report = git
        .open()
        .history(
            &HistoryOptions::default(),
            &|_| ControlFlow::Continue(()),
            &progress,
        )
        .unwrap();
    assert_eq!(report.stopped, Some(Stopped::Progress));
}

#[test]
fn replaced_objects_are_seen_as_they_are() {
    let git = busy();
    let secret = git.input(&["hash-object", "-w", "--stdin"], b"one\n");
    let clean = git.input(&["hash-object", "-w", "--stdin"], b"nothing to see\n");
    git.run(&["replace", &secret, &clean]);
    let (seen, _) = visit(&git.open(), &HistoryOptions::default());
    assert_eq!(seen[&secret].2, b"one\n");
    assert!(
        seen.contains_key(&clean),
        "the reference to the replacement counts"
    );
}
