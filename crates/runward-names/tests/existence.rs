//! The existence index and the lists that it is built from.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "tests"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use proptest::prelude::*;
use runward_model::Ecosystem;
use runward_names::{
    ExistenceBuilder, ExistenceIndex, Limits, Names, NamesError, Popular, sources,
};

fn build(names: &[String]) -> Vec<u8> {
    let mut builder = ExistenceBuilder::new(Ecosystem::PyPI, &Limits::default());
    for name in names {
        builder.push(name).unwrap();
    }
    let mut bytes = Vec::new();
    let built = builder
        .finish("a test", Timestamp::UNIX_EPOCH, &mut bytes)
        .unwrap();
    assert_eq!(built.bytes, u64::try_from(bytes.len()).unwrap());
    bytes
}

fn numbered(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("package-{number}"))
        .collect()
}

#[test]
fn every_name_is_found_and_no_other() {
    let names = numbered(10_000);
    let bytes = build(&names);
    let index = ExistenceIndex::open(bytes.as_slice()).unwrap();
    assert_eq!((index.count(), index.source()), (10_000, "a test"));
    assert_eq!(
        (index.ecosystem(), index.as_of()),
        (&Ecosystem::PyPI, Timestamp::UNIX_EPOCH)
    );
    assert!(bytes.len() < 10_000 * 4 + 2_000, "{}", bytes.len());
    for name in &names {
        assert!(index.contains(name).unwrap(), "{name}");
        assert!(
            index
                .contains(&name.to_uppercase().replace('-', "_"))
                .unwrap(),
            "{name}"
        );
        assert!(!index.contains(&format!("{name}-not")).unwrap(), "{name}");
    }
}

#[test]
fn the_order_of_names_and_repetitions_make_no_difference() {
    let mut names = numbered(1_000);
    let bytes = build(&names);
    names.reverse();
    names.extend(numbered(10));
    assert_eq!(build(&names), bytes);
}

#[test]
fn damage_is_an_error_and_never_an_answer() {
    let bytes = build(&numbered(500));
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        assert!(ExistenceIndex::open(damaged).is_err(), "{at}");
        assert!(ExistenceIndex::open(&bytes[..at]).is_err(), "{at}");
    }
    assert!(matches!(
        ExistenceIndex::open(b"{}".as_slice()),
        Err(NamesError::NotAnIndex)
    ));
}

#[test]
fn an_index_of_nothing_is_refused() {
    let builder = ExistenceBuilder::new(Ecosystem::PyPI, &Limits::default());
    let built = builder.finish("", Timestamp::UNIX_EPOCH, &mut Vec::new());
    assert!(matches!(built, Err(NamesError::Empty)));
    let limits = Limits {
        max_names: 1,
        ..Limits::default()
    };
    let mut builder = ExistenceBuilder::new(Ecosystem::PyPI, &limits);
    builder.push("a").unwrap();
    assert!(matches!(builder.push("b"), Err(NamesError::TooMuch { .. })));
}

#[test]
fn a_popular_list_comes_back_and_replaces_the_built_in_one() {
    let limits = Limits::default();
    let names = ["Boto_3", "requests", "boto-3", "", "no name"];
    let popular = Popular::from_names(
        Ecosystem::PyPI,
        "a test",
        Timestamp::UNIX_EPOCH,
        names,
        &limits,
    )
    .unwrap();
    let mut bytes = Vec::new();
    popular.write(&mut bytes).unwrap();
    let read = Popular::open(&bytes, &limits).unwrap();
    assert_eq!(read.names().collect::<Vec<_>>(), ["boto-3", "requests"]);
    assert_eq!(
        (read.source(), read.as_of()),
        ("a test", Timestamp::UNIX_EPOCH)
    );
    assert!(matches!(
        ExistenceIndex::open(bytes),
        Err(NamesError::OtherContent { .. })
    ));
    assert!(matches!(
        Popular::open(&build(&numbered(3)), &limits),
        Err(NamesError::OtherContent { .. })
    ));
    let all = Names::builtin().with(read);
    assert_eq!(all.judge(&Ecosystem::PyPI, "flask").rank, None);
    assert_eq!(all.judge(&Ecosystem::PyPI, "requests").rank, Some(2));
    assert!(all.judge(&Ecosystem::Npm, "lodash").rank.is_some());
}

type Reader = fn(&[u8], &Limits, sources::Each<'_>) -> Result<sources::Listed, NamesError>;

const READERS: [(&str, Reader); 4] = [
    ("simple index", |from, limits, each| {
        sources::simple_index(from, limits, each)
    }),
    ("top-pypi-packages", |from, limits, each| {
        sources::top_pypi(from, limits, each)
    }),
    ("array", |from, limits, each| {
        sources::json_array(from, limits, each)
    }),
    ("plain", |from, limits, each| {
        sources::plain(from, limits, each)
    }),
];

fn read(reader: usize, text: &str) -> Result<(Vec<String>, sources::Listed), NamesError> {
    let mut names = Vec::new();
    let listed = READERS[reader].1(text.as_bytes(), &Limits::default(), &mut |name| {
        names.push(name.to_owned());
        Ok(())
    })?;
    Ok((names, listed))
}

#[test]
fn lists_are_read_in_order() {
    for (reader, text) in [
        (
            0,
            r#"{"meta":{"_last-serial":1,"api-version":"1.3"},"projects":[{"_last-serial":2,"name":"a"},{"name":"B"},{"name":""}]}"#,
        ),
        (
            1,
            r#"{"last_update":"x","rows":[{"download_count":3,"project":"a"},{"project":"B","x":[1]},{"project":"a b"}]}"#,
        ),
        (2, r#"["a","B"," "]"#),
        (3, "# a list\na\r\n\n B \nnot one\n"),
    ] {
        let (names, listed) = read(reader, text).unwrap();
        assert_eq!(names, ["a", "B"], "{}", READERS[reader].0);
        assert_eq!(
            (listed.names, listed.left_out),
            (2, 1),
            "{}",
            READERS[reader].0
        );
    }
}

#[test]
fn a_list_that_is_cut_or_of_another_form_is_an_error() {
    let whole = r#"{"meta":{"api-version":"1.0"},"projects":[{"name":"a"},{"name":"b"}]}"#;
    assert!(read(0, whole).is_ok());
    for end in 0..whole.len() {
        assert!(read(0, &whole[..end]).is_err(), "{end}");
    }
    for text in [
        r#"{"meta":{"api-version":"2.0"},"projects":[]}"#,
        r#"{"meta":{}}"#,
        r#"{"projects":[{"title":"a"}]}"#,
        r#"{"projects":[],"projects":[]}"#,
        r#"{"projects":[]} {}"#,
        "[]",
    ] {
        assert!(matches!(read(0, text), Err(NamesError::List(_))), "{text}");
    }
}

#[test]
fn limits_and_errors_of_the_receiver_end_the_reading() {
    let mut text = String::new();
    for number in 0..1_000 {
        writeln!(text, "package-{number}").unwrap();
    }
    let limits = Limits {
        max_list_bytes: 5_000,
        ..Limits::default()
    };
    let error = sources::plain(text.as_bytes(), &limits, &mut |_| Ok(())).unwrap_err();
    assert!(
        matches!(
            error,
            NamesError::TooMuch {
                what: "bytes",
                limit: 5_000
            }
        ),
        "{error}"
    );
    let list = format!("[{}\"a\"]", "\"a\",".repeat(5_000));
    let error = sources::json_array(list.as_bytes(), &limits, &mut |_| Ok(())).unwrap_err();
    assert!(matches!(error, NamesError::TooMuch { .. }), "{error}");
    let mut stop = |_: &str| Err(NamesError::Empty);
    let error = sources::json_array(br#"["a"]"#.as_slice(), &limits, &mut stop).unwrap_err();
    assert!(matches!(error, NamesError::Empty), "{error}");
}

fn shared_data() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let found = std::env::var_os("RUNWARD_SHARED_DATA").map_or(beside, PathBuf::from);
    found.is_dir().then_some(found)
}

/// The popular names exist, and the built-in lists are the ones that are shared.
#[test]
fn built_in_lists_are_the_shared_ones() {
    let Some(data) = shared_data() else {
        println!("skipped: no shared data; set RUNWARD_SHARED_DATA");
        return;
    };
    for (file, ecosystem, count) in [
        ("pypi-popular.txt", Ecosystem::PyPI, 15_000),
        ("npm-popular.txt", Ecosystem::Npm, 10_000),
    ] {
        let text = std::fs::read_to_string(data.join("names").join(file)).unwrap();
        let names = text.lines().take(count);
        let limits = Limits::default();
        let shared =
            Popular::from_names(ecosystem.clone(), "", Timestamp::UNIX_EPOCH, names, &limits)
                .unwrap();
        let all = Names::builtin();
        let built_in = all.popular(&ecosystem).unwrap();
        assert!(shared.names().eq(built_in.names()), "{file}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_no_index(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Popular::open(&bytes, &Limits::default());
        prop_assert!(ExistenceIndex::open(bytes).is_err());
    }

    /// A hostile file can have a right checksum.
    #[test]
    fn any_content_with_a_right_checksum_is_answered_or_refused(
        count in any::<u64>(), small in 0u64..2_000, use_small in any::<bool>(),
        payload in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let mut bytes = b"RWNAMES\x01\x02\x04PyPI\x00".to_vec();
        bytes.extend_from_slice(&0i64.to_le_bytes());
        bytes.extend_from_slice(&if use_small { small } else { count }.to_le_bytes());
        bytes.extend_from_slice(&payload);
        let checksum = blake3::hash(&bytes);
        bytes.extend_from_slice(checksum.as_bytes());
        if let Ok(index) = ExistenceIndex::open(bytes) {
            for name in ["a", "b", "requests"] {
                let _ = index.contains(name);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for (_, reader) in READERS {
            let _ = reader(&bytes, &Limits::default(), &mut |_| Ok(()));
        }
    }

    #[test]
    fn any_names_are_found_again(names in prop::collection::vec("[a-z0-9._-]{1,20}", 1..300)) {
        let index = ExistenceIndex::open(build(&names)).unwrap();
        for name in &names {
            prop_assert!(index.contains(name).unwrap());
        }
    }
}
