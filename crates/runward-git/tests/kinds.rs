//! All kinds of repositories: whole, partial, broken, linked.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "helpers of tests"
)]

mod support;

use std::{collections::BTreeSet, ops::ControlFlow};

use runward_git::{HistoryOptions, OpenOptions, Repository};
use support::{Git, busy, ids, same_as_git, visit};

#[test]
fn an_empty_repository() {
    let git = Git::new();
    let (seen, report) = same_as_git_unborn(&git);
    assert!(seen.is_empty());
    assert_eq!(report.commits, 0);
    let bare = Git::init(&["--bare"]);
    same_as_git_unborn(&bare);
}

fn same_as_git_unborn(git: &Git) -> (support::Seen, runward_git::HistoryReport) {
    let repository = git.open();
    assert_eq!(repository.head().unwrap().commit, None);
    visit(&repository, &HistoryOptions::default())
}

#[test]
fn sha256_repository() {
    let git = Git::init(&["--object-format=sha256"]);
    for number in 0..20 {
        git.write("a", format!("{}{number}", "same\n".repeat(100)));
        git.add_all();
        git.commit_at(1_700_000_000 + number, "x");
    }
    let (seen, _) = same_as_git(&git);
    assert_eq!(seen.keys().next().unwrap().len(), 64);
    git.run(&["gc", "-q"]);
    same_as_git(&git);
}

#[test]
fn reftable_is_refused_aloud() {
    let git = Git::nowhere();
    let made = git
        .command(&git.dir)
        .args(["init", "-q", "--ref-format=reftable"])
        .output()
        .unwrap();
    if !made.status.success() {
        eprintln!("skipped: this git has no reftable");
        return;
    }
    let error = Repository::discover(&git.dir, &OpenOptions::default())
        .err()
        .unwrap();
    assert!(error.to_string().contains("reftable"), "{error}");
}

#[test]
fn a_shallow_clone_says_so() {
    let git = busy();
    let clone = git.beside("shallow");
    let url = format!("file://{}", git.dir.display());
    git.run(&[
        "clone",
        "-q",
        "--depth",
        "3",
        "--no-single-branch",
        &url,
        clone.to_str().unwrap(),
    ]);
    let repository = Repository::discover(&clone, &OpenOptions::default()).unwrap();
    let (seen, report) = visit(&repository, &HistoryOptions::default());
    assert_eq!(ids(&seen), git.blobs(&clone, &["--all"]));
    assert!(report.shallow);
    assert_eq!(report.missing, 0);
    assert_eq!(report.not_covered.len(), 1, "{:?}", report.not_covered);
    assert!(report.not_covered[0].reason.contains("--unshallow"));
}

#[test]
fn a_partial_clone_names_what_is_missing() {
    let git = busy();
    git.run(&["config", "uploadpack.allowFilter", "true"]);
    let clone = git.beside("partial");
    let url = format!("file://{}", git.dir.display());
    git.run(&[
        "clone",
        "-q",
        "--bare",
        "--filter=blob:none",
        &url,
        clone.to_str().unwrap(),
    ]);
    let repository = Repository::discover(&clone, &OpenOptions::default()).unwrap();
    assert!(repository.is_partial());
    let (seen, report) = visit(&repository, &HistoryOptions::default());
    assert!(seen.is_empty());
    assert_eq!(report.missing, report.blobs);
    assert_eq!(report.blobs, git.blobs(&git.dir, &["--all"]).len());
    let told: Vec<_> = report
        .not_covered
        .iter()
        .map(|one| one.reason.as_str())
        .collect();
    assert!(
        told.iter().any(|reason| reason.contains("partial clone")),
        "{told:?}"
    );
}

#[test]
fn a_corrupt_object_is_told_and_the_rest_visited() {
    let git = busy();
    let id = git.run(&["rev-parse", "HEAD:b.txt"]);
    let path = git.dir.join(".git/objects").join(&id[..2]).join(&id[2..]);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, bytes).unwrap();
    let tree = git.run(&["rev-parse", "HEAD:src/deep"]);
    std::fs::remove_file(
        git.dir
            .join(".git/objects")
            .join(&tree[..2])
            .join(&tree[2..]),
    )
    .unwrap();
    let (seen, report) = visit(&git.open(), &HistoryOptions::default());
    assert!(!seen.contains_key(&id));
    assert!(seen.len() > 60);
    assert_eq!(
        (report.unreadable, report.missing),
        (1, 1),
        "{:?}",
        report.not_covered
    );
    let told: BTreeSet<_> = report
        .not_covered
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    assert_eq!(told, BTreeSet::from(["a.txt", "src/deep/"]));
}

#[test]
fn a_corrupt_pack_is_told_and_does_not_stop_us() {
    let git = busy();
    git.run(&["gc", "-q", "--prune=now"]);
    let directory = git.dir.join(".git/objects/pack");
    let files: Vec<_> = std::fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let whole = ids(&visit(&git.open(), &HistoryOptions::default()).0);
    for end in ["pack", "idx"] {
        let path = files
            .iter()
            .find(|path| path.extension().unwrap() == end)
            .unwrap();
        let good = std::fs::read(path).unwrap();
        // A file of its own each time: git makes packs read-only, and open maps must stay as they are.
        let damage = |bytes: &[u8]| {
            std::fs::remove_file(path).unwrap();
            std::fs::write(path, bytes).unwrap();
            let Ok(repository) = Repository::discover(&git.dir, &OpenOptions::default()) else {
                return;
            };
            let seen = std::sync::Mutex::new(BTreeSet::new());
            let report = repository.history(
                &HistoryOptions::default(),
                &|blob| {
                    seen.lock().unwrap().insert(blob.id.to_string());
                    ControlFlow::Continue(())
                },
                &|_| ControlFlow::Continue(()),
            );
            let Ok(report) = report else { return };
            if seen.into_inner().unwrap() != whole {
                assert!(
                    !report.not_covered.is_empty(),
                    "lost in silence: {report:?}"
                );
            }
        };
        for part in 0..40 {
            let mut bad = good.clone();
            let at = good.len() * part / 40;
            for byte in bad.iter_mut().skip(at).take(3) {
                *byte ^= 0xff;
            }
            damage(&bad);
            damage(&good[..at]);
        }
        damage(&good);
    }
}

#[test]
fn linked_worktrees_and_their_heads() {
    let git = busy();
    let linked = git.beside("linked");
    git.run(&[
        "worktree",
        "add",
        "-q",
        "--detach",
        linked.to_str().unwrap(),
        "side",
    ]);
    std::fs::write(linked.join("only-here"), "in the linked tree").unwrap();
    git.run_in(&linked, &["add", "-A"]);
    git.run_in(&linked, &["commit", "-q", "-m", "linked"]);
    let expected = git.blobs(&git.dir, &["--all"]);
    for directory in [&git.dir, &linked] {
        let repository = Repository::discover(directory, &OpenOptions::default()).unwrap();
        let (seen, report) = visit(&repository, &HistoryOptions::default());
        assert_eq!(ids(&seen), expected);
        assert_eq!(report.not_covered, []);
        assert_eq!(repository.work_dir().unwrap(), directory);
    }
}

#[test]
fn bare_and_from_below() {
    let git = busy();
    let bare = git.beside("bare.git");
    git.run(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let repository = Repository::open(&bare, &OpenOptions::default()).unwrap();
    assert_eq!(repository.work_dir(), None);
    let (seen, _) = visit(&repository, &HistoryOptions::default());
    assert_eq!(ids(&seen), git.blobs(&git.dir, &["--all"]));
    let below = Repository::discover(&git.dir.join("src/deep"), &OpenOptions::default()).unwrap();
    assert_eq!(below.prefix().as_str(), Some("src/deep"));
    assert_eq!(below.work_dir().unwrap(), git.dir);
}

#[test]
fn submodules_are_told_and_not_entered() {
    let other = busy();
    let git = Git::new();
    git.run(&[
        "submodule",
        "--quiet",
        "add",
        other.dir.to_str().unwrap(),
        "vendor/other",
    ]);
    git.commit_at(1_700_000_000, "with a submodule");
    let (seen, report) = visit(&git.open(), &HistoryOptions::default());
    assert_eq!(ids(&seen), git.blobs(&git.dir, &["--all"]));
    assert_eq!(report.submodules, 1);
    assert!(report.not_covered[0].reason.contains("`vendor/other`"));
    // From inside, the submodule is the repository.
    let inside = Repository::discover(&git.dir.join("vendor/other/src"), &OpenOptions::default());
    let inside = inside.unwrap();
    assert_eq!(inside.work_dir().unwrap(), git.dir.join("vendor/other"));
    assert!(visit(&inside, &HistoryOptions::default()).0.len() > 60);
}
