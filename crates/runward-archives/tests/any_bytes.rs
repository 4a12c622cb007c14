//! No bytes stop the program, and nothing gets past the limits.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::items_after_statements,
    reason = "tests"
)]

mod support;

use proptest::prelude::*;
use runward_archives::{Archive, Limits, open};
use support::{entry, gz, tar, typed, zip};

const LIMITS: Limits = Limits {
    max_compressed_bytes: 1 << 20,
    max_unpacked_bytes: 1 << 16,
    max_file_bytes: 1 << 14,
    max_entries: 50,
    max_ratio: 50,
    ratio_floor_bytes: 1 << 12,
    max_path_bytes: 100,
    max_depth: 8,
    max_nesting: 2,
    max_oddities: 20,
    max_dictionary_kib: 1 << 12,
};

fn holds(archive: &Archive) {
    let bytes: u64 = archive
        .tree
        .files()
        .map(|(_, bytes)| bytes.len() as u64)
        .sum();
    assert!(bytes <= LIMITS.max_unpacked_bytes);
    assert!(archive.entries.len() <= LIMITS.max_entries);
    assert!(archive.oddities.len() <= LIMITS.max_oddities);
    for (path, _) in archive.tree.files() {
        assert!(runward_tree::path::join("", path).is_ok(), "{path}");
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let plain = tar(&[
        entry(b"a.py", b"x"),
        typed(b"l", b"", tar::EntryType::Symlink, b"a.py"),
        entry(b"in.zip", &zip(&[("b", b"y")])),
    ]);
    let zipped = zip(&[
        ("a", b"1"),
        ("b.gz", &gz(b"content")),
        ("c/d", &[b'z'; 500]),
    ]);
    vec![
        gz(&plain),
        plain,
        zipped,
        include_bytes!("data/one.tar.xz").to_vec(),
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>, name in "[a-z./\\\\]{0,20}") {
        if let Ok(archive) = open(&name, &bytes, &LIMITS) {
            holds(&archive);
        }
    }

    #[test]
    fn near_archives_are_survived(
        which in 0_usize..4,
        changes in prop::collection::vec((0_usize..4000, any::<u8>()), 0..6),
        cut in prop::option::of(0_usize..4000),
    ) {
        let mut bytes = seeds().swap_remove(which);
        for (at, with) in changes {
            let length = bytes.len();
            bytes[at % length] = with;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut);
        }
        for name in ["p.whl", "p.tar.gz"] {
            if let Ok(archive) = open(name, &bytes, &LIMITS) {
                holds(&archive);
            }
        }
    }
}
