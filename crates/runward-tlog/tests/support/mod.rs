//! Shared by the tests: a naive RFC 6962 tree and small helpers.
#![allow(dead_code)]

use std::path::Path;

use runward_tlog::{Hash, Keys, Log, Options};

pub const ORIGIN: &str = "example.com/runward-test";

pub fn keys() -> Keys {
    Keys::generate(ORIGIN, [7; 32]).unwrap()
}

/// No thread of its own: tests decide when the journal becomes tiles.
pub fn options() -> Options {
    Options {
        background: false,
        ..Options::default()
    }
}

pub fn open(directory: &Path) -> Log {
    Log::open(directory, keys(), options()).unwrap()
}

pub fn record(index: u64) -> Vec<u8> {
    format!("record {index} {}", "x".repeat((index % 7) as usize)).into_bytes()
}

pub fn records(range: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    range.map(record).collect()
}

/// RFC 6962, section 2.1, word for word.
pub fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves.len() {
        0 => Hash::empty(),
        1 => leaves[0],
        n => {
            let k = n.next_power_of_two() / 2;
            Hash::node(naive_root(&leaves[..k]), naive_root(&leaves[k..]))
        }
    }
}

/// RFC 6962, section 2.1.1.
pub fn naive_path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    let n = leaves.len();
    if n == 1 {
        return Vec::new();
    }
    let k = n.next_power_of_two() / 2;
    let (mut path, other) = if m < k {
        (naive_path(m, &leaves[..k]), naive_root(&leaves[k..]))
    } else {
        (naive_path(m - k, &leaves[k..]), naive_root(&leaves[..k]))
    };
    path.push(other);
    path
}

/// RFC 6962, section 2.1.2.
pub fn naive_consistency(m: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    let n = leaves.len();
    if m == n {
        return if whole {
            Vec::new()
        } else {
            vec![naive_root(leaves)]
        };
    }
    let k = n.next_power_of_two() / 2;
    let (mut path, other) = if m <= k {
        (
            naive_consistency(m, &leaves[..k], whole),
            naive_root(&leaves[k..]),
        )
    } else {
        (
            naive_consistency(m - k, &leaves[k..], false),
            naive_root(&leaves[..k]),
        )
    };
    path.push(other);
    path
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy(&item.path(), &target);
        } else {
            std::fs::copy(item.path(), target).unwrap();
        }
    }
}
