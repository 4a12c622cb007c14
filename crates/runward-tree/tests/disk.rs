//! The confinement of a tree on disk.

use std::fs;

use runward_tree::{DiskTree, EntryKind, Tree, TreeError, TreeLimits};

#[cfg(unix)]
#[test]
fn links_do_not_lead_outside_and_loops_end() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.txt"), "x").unwrap();
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("a")).unwrap();
    fs::write(root.path().join("a/real.txt"), "real").unwrap();
    symlink(root.path(), root.path().join("a/loop")).unwrap();
    symlink(
        root.path().join("a/real.txt"),
        root.path().join("inside.txt"),
    )
    .unwrap();
    symlink(
        outside.path().join("secret.txt"),
        root.path().join("leak.txt"),
    )
    .unwrap();

    let tree = DiskTree::open(root.path(), TreeLimits::default()).unwrap();
    let walk = tree.walk("", &|_| false);
    assert_eq!(walk.files, ["a/real.txt", "inside.txt"]);
    assert_eq!(walk.lost_links, ["leak.txt"]);
    assert!(matches!(
        tree.read("leak.txt"),
        Err(TreeError::Escapes { .. })
    ));
    assert!(matches!(tree.read("../x"), Err(TreeError::Escapes { .. })));
    assert_eq!(tree.read("inside.txt").unwrap(), b"real");
    assert_eq!(tree.kind("a"), Some(EntryKind::Directory));
    assert_eq!(tree.kind("leak.txt"), None);
}

#[test]
fn limits_are_errors_that_name_the_file() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("big.txt"), vec![0; 100]).unwrap();
    let limits = TreeLimits {
        max_file_bytes: 10,
        ..TreeLimits::default()
    };
    let tree = DiskTree::open(root.path(), limits).unwrap();
    let error = tree.read("big.txt").unwrap_err().to_string();
    assert_eq!(error, "`big.txt` is 100 bytes, over the limit of 10");
}

#[test]
fn skipped_directories_are_not_entered() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("node_modules/x")).unwrap();
    fs::write(root.path().join("node_modules/x/package.json"), "{}").unwrap();
    fs::write(root.path().join("package.json"), "{}").unwrap();
    let tree = DiskTree::open(root.path(), TreeLimits::default()).unwrap();
    let walk = tree.walk("", &|path| path.ends_with("node_modules"));
    assert_eq!(walk.files, ["package.json"]);
}
