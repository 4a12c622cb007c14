//! Zip archives, honest and hostile; archives in archives.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::items_after_statements,
    reason = "tests"
)]

mod support;

use runward_archives::{Format, Limits, OddityKind, open};
use runward_tree::Tree as _;
use support::{entry, gz, kinds, read, tar, text, zip};

/// Where a pattern stands for the nth time.
fn find(bytes: &[u8], pattern: &[u8], nth: usize) -> usize {
    bytes
        .windows(pattern.len())
        .enumerate()
        .filter(|(_, window)| *window == pattern)
        .nth(nth)
        .unwrap()
        .0
}

#[test]
fn an_honest_wheel_is_read_without_a_word() {
    let archive = read(
        "p-1-py3-none-any.whl",
        &zip(&[("p/a.py", b"x"), ("p/b.py", b"y")]),
    );
    assert_eq!(archive.format, Format::Zip);
    assert_eq!(
        archive.tree.walk("", &|_| false).files,
        ["p/a.py", "p/b.py"]
    );
    assert!(archive.oddities.is_empty() && archive.not_covered.is_empty());
}

#[test]
fn a_local_header_that_says_otherwise_is_told() {
    let mut bytes = zip(&[("good.py", b"x")]);
    let at = find(&bytes, b"good.py", 0);
    bytes[at..at + 4].copy_from_slice(b"evil");
    let archive = read("p.whl", &bytes);
    assert_eq!(kinds(&archive), [OddityKind::HeaderMismatch]);
    assert_eq!(text(&archive, "good.py"), "x");
}

#[test]
fn bytes_before_between_and_behind_are_told() {
    let honest = zip(&[("a.py", b"x")]);
    let mut behind = honest.clone();
    behind.extend(b"MZ hidden");
    assert_eq!(kinds(&read("p.whl", &behind)), [OddityKind::HiddenData]);
    let before = [&b"#!/bin/sh\nexit\n"[..], &honest].concat();
    assert_eq!(kinds(&read("p.whl", &before)), [OddityKind::HiddenData]);
}

#[test]
fn an_entry_that_the_directory_does_not_name_is_told() {
    let bytes = zip(&[("a.py", b"x"), ("hidden.py", &[b'y'; 50])]);
    let second = find(&bytes, b"PK\x01\x02", 1);
    let end = find(&bytes, b"PK\x05\x06", 0);
    let mut cut = bytes[..second].to_vec();
    let directory = find(&bytes, b"PK\x01\x02", 0);
    let mut tail = bytes[end..].to_vec();
    tail[8..10].copy_from_slice(&1_u16.to_le_bytes());
    tail[10..12].copy_from_slice(&1_u16.to_le_bytes());
    tail[12..16].copy_from_slice(&u32::try_from(second - directory).unwrap().to_le_bytes());
    cut.extend(tail);
    let archive = read("p.whl", &cut);
    assert_eq!(archive.tree.len(), 1);
    assert_eq!(kinds(&archive), [OddityKind::HiddenData]);
}

#[test]
fn entries_over_the_same_bytes_are_told() {
    let bytes = zip(&[("a.py", b"same content"), ("b.py", b"same content")]);
    let second = find(&bytes, b"PK\x01\x02", 1);
    let mut overlapping = bytes;
    overlapping[second + 42..second + 46].copy_from_slice(&0_u32.to_le_bytes());
    let found = kinds(&read("p.whl", &overlapping));
    assert!(found.contains(&OddityKind::Overlap), "{found:?}");
    assert!(found.contains(&OddityKind::HeaderMismatch), "{found:?}");
}

#[test]
fn encrypted_and_damaged_entries_are_not_covered() {
    let mut bytes = zip(&[("a.py", b"x"), ("b.py", b"fine")]);
    let at = find(&bytes, b"PK\x01\x02", 0);
    bytes[at + 8] |= 1;
    let archive = read("p.whl", &bytes);
    assert!(kinds(&archive).contains(&OddityKind::Encrypted));
    assert_eq!(archive.not_covered.len(), 1);
    assert_eq!(text(&archive, "b.py"), "fine");

    let mut bytes = zip(&[("a.py", &[7; 2])]);
    let at = find(&bytes, b"PK\x01\x02", 0);
    bytes[at + 16] ^= 1;
    let archive = read("p.whl", &bytes);
    assert!(archive.tree.is_empty() && archive.not_covered.len() == 1);
}

#[test]
fn bombs_and_limits() {
    let zeros = vec![0; 16 << 20];
    let archive = read("p.whl", &zip(&[("zeros", &zeros), ("a.py", b"x")]));
    assert_eq!(kinds(&archive), [OddityKind::Bomb]);
    assert_eq!(archive.not_covered.len(), 1);
    assert_eq!(text(&archive, "a.py"), "x");
    let limits = Limits {
        max_unpacked_bytes: 3,
        ..Limits::default()
    };
    let archive = open("p.whl", &zip(&[("a", b"123"), ("b", b"4")]), &limits).unwrap();
    assert_eq!((archive.tree.len(), archive.not_covered.len()), (1, 1));
}

#[test]
fn hostile_names() {
    let archive = read(
        "p.whl",
        &zip(&[
            ("../../x.py", b"1"),
            ("a\\b.py", b"2"),
            ("A.py", b"3"),
            ("a.py", b"4"),
        ]),
    );
    use OddityKind::{Backslash, CaseCollision, ParentPath};
    assert_eq!(kinds(&archive), [ParentPath, Backslash, CaseCollision]);
    assert!(archive.tree.get("!outside/x.py").is_some());
}

#[test]
fn archives_in_archives_are_opened_twice() {
    let third = zip(&[("deep.py", b"3")]);
    let second = gz(&tar(&[entry(b"third.zip", &third)]));
    let first = zip(&[("second.tgz", &second), ("../up", b"1")]);
    let outer = zip(&[("a/first.zip", &first)]);
    let archive = read("p.whl", &outer);
    assert!(
        archive
            .tree
            .get("a/first.zip!/second.tgz!/third.zip")
            .is_some()
    );
    assert!(archive.tree.get("a/first.zip!/!outside/up").is_some());
    assert_eq!(archive.oddities[0].nesting, 1);
    assert_eq!(archive.not_covered.len(), 1);
    assert!(archive.not_covered[0].reason.contains("nested deeper"));
}

#[test]
fn archives_inside_share_one_budget() {
    let inner = zip(&[("x", &[1; 400])]);
    let files: Vec<(String, Vec<u8>)> = (0..10)
        .map(|number| (format!("{number}.zip"), inner.clone()))
        .collect();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_slice()))
        .collect();
    let limits = Limits {
        max_unpacked_bytes: inner.len() as u64 * 10 + 1200,
        ..Limits::default()
    };
    let archive = open("p.zip", &zip(&files), &limits).unwrap();
    assert_eq!(archive.tree.len(), 13);
    assert_eq!(archive.not_covered.len(), 7);
}

#[test]
fn a_damaged_archive_inside_is_not_covered() {
    let archive = read("p.whl", &zip(&[("x.zip", b"PK\x03\x04 broken")]));
    assert_eq!(archive.not_covered.len(), 1);
    assert_eq!(archive.not_covered[0].path, "x.zip");
    assert!(open("p.whl", b"PK\x03\x04", &Limits::default()).is_err());
}
