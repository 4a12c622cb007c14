//! Tarballs, honest and hostile.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::items_after_statements,
    reason = "tests"
)]

mod support;

use runward_archives::{EntryType, Format, Limits, OddityKind, open};
use support::{entry, gz, header, kinds, read, tar, text, typed};

#[test]
fn an_honest_tarball_is_read_without_a_word() {
    let long = format!("{}/b.py", "d".repeat(150));
    let mut builder = tar::Builder::new(Vec::new());
    for name in ["p-1/a.py", &long] {
        let mut header = tar::Header::new_gnu();
        header.set_size(2);
        builder.append_data(&mut header, name, &b"x\n"[..]).unwrap();
    }
    let archive = read("p-1.tar.gz", &gz(&builder.into_inner().unwrap()));
    assert_eq!(archive.format, Format::TarGz);
    assert_eq!(text(&archive, "p-1/a.py"), "x\n");
    assert_eq!(text(&archive, &long), "x\n");
    assert!(archive.oddities.is_empty() && archive.not_covered.is_empty());
}

#[test]
fn every_compression_is_read() {
    let plain = tar(&[entry(b"a", b"1")]);
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    std::io::Write::write_all(&mut bz2, &plain).unwrap();
    let archive = read("a.tar.bz2", &bz2.finish().unwrap());
    assert_eq!((archive.format, text(&archive, "a")), (Format::TarBz2, "1"));
    // `a` with content `1`, by `tar cJ`.
    let archive = read("a.tar.xz", include_bytes!("data/one.tar.xz"));
    assert_eq!(
        (archive.format, text(&archive, "a")),
        (Format::TarXz, "1\n")
    );
    assert_eq!(read("a.tar", &plain).format, Format::Tar);
    let single = read("notes.txt.gz", &gz(b"hello"));
    assert_eq!(
        (single.format, text(&single, "notes.txt")),
        (Format::Gz, "hello")
    );
}

#[test]
fn what_leads_outside_is_told_and_kept_aside() {
    use tar::EntryType::{Block, Fifo, Link, Symlink};
    let archive = read(
        "p.tar",
        &tar(&[
            entry(b"../up.py", b"1"),
            entry(b"/abs.py", b"2"),
            entry(b"C:\\win.py", b"3"),
            typed(b"l1", b"", Symlink, b"/etc/passwd"),
            typed(b"l2", b"", Symlink, b"../../x"),
            typed(b"l3", b"", Link, b"/etc/shadow"),
            typed(b"dev", b"", Block, b""),
            typed(b"pipe", b"", Fifo, b""),
        ]),
    );
    use OddityKind::{AbsolutePath, Backslash, Device, LinkOutside, ParentPath};
    assert_eq!(
        kinds(&archive),
        [
            ParentPath,
            AbsolutePath,
            Backslash,
            AbsolutePath,
            LinkOutside,
            LinkOutside,
            LinkOutside,
            Device,
            Device
        ]
    );
    assert_eq!(text(&archive, "!outside/up.py"), "1");
    assert_eq!(archive.entries[3].link.as_deref(), Some("/etc/passwd"));
    assert_eq!(archive.entries[3].entry_type, EntryType::Symlink);
}

#[test]
fn links_inside_have_the_bytes_of_their_target() {
    use tar::EntryType::{Link, Symlink};
    let archive = read(
        "p.tar",
        &tar(&[
            entry(b"d/a.py", b"x"),
            typed(b"d/soft", b"", Symlink, b"a.py"),
            typed(b"chain", b"", Symlink, b"d/soft"),
            typed(b"hard", b"", Link, b"d/a.py"),
            typed(b"loop", b"", Symlink, b"loop"),
            typed(b"gone", b"", Symlink, b"nothing"),
        ]),
    );
    for path in ["d/soft", "chain", "hard"] {
        assert_eq!(text(&archive, path), "x");
    }
    assert!(archive.tree.get("loop").is_none());
    assert!(archive.oddities.is_empty(), "{:?}", archive.oddities);
}

#[test]
fn writing_through_a_link_and_doubles_are_told() {
    let archive = read(
        "p.tar",
        &tar(&[
            typed(b"d", b"", tar::EntryType::Symlink, b"other"),
            entry(b"d/x", b"1"),
            entry(b"setup.py", b"good"),
            entry(b"setup.py", b"bad"),
            entry(b"SETUP.py", b"third"),
        ]),
    );
    use OddityKind::{CaseCollision, Duplicate, ThroughLink};
    assert_eq!(kinds(&archive), [Duplicate, CaseCollision, ThroughLink]);
    assert_eq!(text(&archive, "setup.py"), "bad");
    assert_eq!(text(&archive, "!replaced/1/setup.py"), "good");
}

#[test]
fn what_stands_behind_the_end_is_told() {
    let mut bytes = tar(&[entry(b"a", b"1")]);
    bytes.extend(entry(b"hidden", b"2"));
    assert_eq!(kinds(&read("p.tar", &bytes)), [OddityKind::HiddenData]);
    let mut bytes = gz(&tar(&[entry(b"a", b"1")]));
    bytes.extend(b"garbage");
    assert_eq!(kinds(&read("p.tar.gz", &bytes)), [OddityKind::HiddenData]);
    let mut padded = gz(&tar(&[entry(b"a", b"1")]));
    padded.extend([0; 512]);
    assert!(kinds(&read("p.tar.gz", &padded)).is_empty());
}

#[test]
fn members_of_a_gzip_are_one_stream() {
    let plain = tar(&[entry(b"a", b"1"), entry(b"b", b"2")]);
    let (first, second) = plain.split_at(700);
    let archive = read("p.tar.gz", &[gz(first), gz(second)].concat());
    assert_eq!(text(&archive, "b"), "2");
    assert!(archive.oddities.is_empty());
}

#[test]
fn sparse_files_and_unknown_types_are_not_passed_over() {
    let pax = typed(
        b"pax",
        b"22 GNU.sparse.major=1\n",
        tar::EntryType::XHeader,
        b"",
    );
    let archive = read(
        "p.tar",
        &tar(&[
            pax,
            entry(b"holes", b"1"),
            typed(b"odd", b"", tar::EntryType::new(b'Z'), b""),
        ]),
    );
    assert_eq!(
        kinds(&archive),
        [OddityKind::Sparse, OddityKind::UnknownType]
    );
    assert_eq!(archive.not_covered.len(), 1);
    assert!(archive.tree.get("holes").is_none());
}

#[test]
fn a_cut_tarball_is_read_as_far_as_it_goes() {
    let plain = tar(&[entry(b"a", b"1"), entry(b"b", &[b'x'; 3000])]);
    let archive = read("p.tar", &plain[..1600]);
    assert_eq!(text(&archive, "a"), "1");
    assert_eq!(archive.not_covered.len(), 1, "{:?}", archive.not_covered);
    let packed = gz(&plain);
    let archive = read("p.tar.gz", &packed[..packed.len() - 9]);
    assert!(!archive.not_covered.is_empty());
}

#[test]
fn limits_hold_and_are_told() {
    let zeros = vec![0; 20 << 20];
    let bomb = gz(&tar(&[entry(b"zeros", &zeros)]));
    let archive = read("p.tar.gz", &bomb);
    assert!(kinds(&archive).contains(&OddityKind::Bomb));
    assert!(!archive.not_covered.is_empty());

    let many = tar(&[entry(b"a", b"1"), entry(b"b", b"2"), entry(b"c", b"3")]);
    let limits = Limits {
        max_entries: 2,
        ..Limits::default()
    };
    let archive = open("p.tar", &many, &limits).unwrap();
    assert_eq!((archive.tree.len(), archive.not_covered.len()), (2, 1));

    let limits = Limits {
        max_file_bytes: 3,
        ..Limits::default()
    };
    let archive = open("p.tar", &tar(&[entry(b"big", b"1234")]), &limits).unwrap();
    assert!(archive.tree.is_empty());
    assert!(archive.not_covered[0].reason.contains("limit of 3"));

    let limits = Limits {
        max_unpacked_bytes: 1000,
        ..Limits::default()
    };
    let archive = open("p.tar", &many, &limits).unwrap();
    assert!(archive.tree.is_empty() && archive.not_covered.len() == 1);

    let limits = Limits {
        max_compressed_bytes: 10,
        ..Limits::default()
    };
    assert!(open("p.tar", &many, &limits).is_err());
}

#[test]
fn links_are_paid_for() {
    let big = vec![b'x'; 10_000];
    let mut entries = vec![entry(b"big", &big)];
    for number in 0..50 {
        let name = format!("l{number}");
        entries.push(typed(name.as_bytes(), b"", tar::EntryType::Symlink, b"big"));
    }
    let limits = Limits {
        max_unpacked_bytes: 100_000,
        ..Limits::default()
    };
    let archive = open("p.tar", &tar(&entries), &limits).unwrap();
    assert!(archive.tree.len() < 10);
    assert_eq!(archive.tree.len() + archive.not_covered.len(), 51);
}

#[test]
fn a_lie_about_the_size_is_no_panic() {
    let mut lie = header(b"a", u64::MAX >> 2, tar::EntryType::Regular, b"")
        .as_bytes()
        .to_vec();
    lie.extend(b"short");
    let archive = read("p.tar", &lie);
    assert!(archive.tree.is_empty() && !archive.not_covered.is_empty());
}

#[test]
fn a_name_of_another_format_is_told() {
    let bytes = support::zip(&[("a", b"1")]);
    assert_eq!(kinds(&read("p.tar.gz", &bytes)), [OddityKind::WrongName]);
    assert!(open("p.txt", b"hello", &Limits::default()).is_err());
}
