//! Files that are broken, huge, deep or wrong.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::{Limits, detect_format};

fn error(format: Format, text: &str) -> String {
    error_with(format, text.as_bytes().to_vec(), Limits::default())
}

fn error_with(format: Format, bytes: Vec<u8>, limits: Limits) -> String {
    let options = Options {
        name: "r.json".to_owned(),
        limits,
        ..Options::default()
    };
    match Intake::open(format, Cursor::new(bytes), options, &Nothing) {
        Ok(_) => panic!("it was read"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_broken_file_is_refused_before_its_first_finding() {
    let whole =
        r#"{"errors": [], "results": [{"test_id": "B1", "filename": "a.py"}], "metrics": {}}"#;
    for cut in 1..whole.len() {
        let cut = whole.get(..cut).unwrap();
        let message = error(Format::Bandit, cut);
        assert!(
            message.contains("ends at byte") && message.contains("`r.json`"),
            "{message}"
        );
    }
    for (text, what) in [
        ("", "is empty"),
        (" \n", "is empty"),
        ("WARNING: old\n{}", "line 1, byte 0"),
        (
            "{\"results\": [],}",
            "a comma stands before a closing bracket",
        ),
        ("{\"results\": []\n,\n'a': 1}", "line 3"),
        (
            "{\"results\": [] \"x\": 1}",
            "a comma or a closing bracket is missing",
        ),
        ("{\"results\": [\"a\tb\"]}", "raw control character"),
        ("{\"results\": [nul]}", "is not `true`"),
        ("{\"results\": []} {}", "something follows"),
        ("[]", "has no `results`"),
        ("{}", "has no `results`"),
        ("3", "has no `results`"),
    ] {
        let message = error(Format::Bandit, text);
        assert!(message.contains(what), "{text}: {message}");
    }
}

#[test]
fn utf_16_is_told_and_a_byte_order_mark_passed_over() {
    let text = r#"{"results": []}"#;
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xFF, 0xFE], utf16.as_slice()].concat();
    for bytes in [utf16, marked] {
        assert!(error_with(Format::Bandit, bytes, Limits::default()).contains("UTF-16"));
    }
    read(Format::Bandit, &format!("\u{feff}{text}"));
}

#[test]
fn depth_is_limited_without_recursion() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{{\"x\": {}1{}}}", open.repeat(5_000), close.repeat(5_000));
        let message = error(Format::Bandit, &deep);
        assert!(message.contains("nests deeper than 256"), "{message}");
        // Within the limit of the file but not of an entry's reader.
        let deep = format!(
            r#"{{"results": [{}1{}]}}"#,
            open.repeat(200),
            close.repeat(200)
        );
        let read = read(Format::Bandit, &deep);
        assert_eq!(read.tally.unusable, 1);
    }
}

#[test]
fn sizes_and_counts_are_limited() {
    let many = format!(r#"{{"results": [{}1]}}"#, "1,".repeat(50));
    let limits = Limits {
        max_entries: 50,
        ..Limits::default()
    };
    assert!(error_with(Format::Bandit, many.clone().into_bytes(), limits).contains("more than 50"));
    let limits = Limits {
        max_bytes: 50,
        ..Limits::default()
    };
    assert!(
        error_with(Format::Bandit, many.clone().into_bytes(), limits).contains("larger than 50")
    );
    let options = Options {
        limits: Limits {
            max_problems: 10,
            ..Limits::default()
        },
        ..Options::default()
    };
    let read = read_with(Format::Bandit, &many, options, &Nothing).unwrap();
    assert_eq!(
        (read.tally.unusable, read.about.not_covered.len()),
        (51, 10)
    );
    assert!(read.about.not_covered[9].reason.starts_with("42 more"));
    let large = format!(
        r#"{{"results": [{{"test_id": "{}"}}, 1]}}"#,
        "x".repeat(1000)
    );
    let options = Options {
        limits: Limits {
            max_entry_bytes: 500,
            ..Limits::default()
        },
        ..Options::default()
    };
    let read = read_with(Format::Bandit, &large, options, &Nothing).unwrap();
    assert_eq!(read.tally.unusable, 2);
    assert!(
        read.about.not_covered[0]
            .reason
            .contains("larger than the limit")
    );
}

#[test]
fn an_entry_that_is_no_text_is_reported() {
    let mut bytes = br#"{"results": [{"test_id": ""#.to_vec();
    bytes.extend([0xC3, 0x28]);
    bytes.extend(br#""}, {"test_id": "B1", "filename": "a.py", "issue_text": "\u0000x"}]}"#);
    let options = Options::default();
    let mut intake = Intake::open(Format::Bandit, Cursor::new(bytes), options, &Nothing).unwrap();
    let findings: Vec<_> = intake.by_ref().map(Result::unwrap).collect();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].title, " x");
    assert_eq!(intake.tally().unusable, 1);
}

#[test]
fn more_than_one_buffer_is_read_with_its_places() {
    let filler = "x".repeat(70_000);
    let text = format!(
        "{{\"results\": [\n{{\"test_id\": \"B1\", \"filename\": \"a.py\", \"issue_text\": \"{filler}\"}},\n7]}}"
    );
    let read = read(Format::Bandit, &text);
    assert_eq!(read.findings.len(), 1);
    assert_eq!(read.about.not_covered[0].line, Some(3));
    let offset = text.rfind('7').unwrap();
    assert!(
        read.about.not_covered[0]
            .reason
            .contains(&format!("byte {offset} "))
    );
}

/// Documents that look like results, with anything in them.
fn documents() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("-1".to_owned()),
        Just("\"CVE-2020-1\"".to_owned()),
        Just("\"../a\"".to_owned()),
        Just("\"pkg:npm/a@1\"".to_owned()),
        Just("true".to_owned()),
    ];
    let names = prop::sample::select(vec![
        "results",
        "runs",
        "version",
        "tool",
        "driver",
        "rules",
        "id",
        "ruleId",
        "locations",
        "path",
        "extra",
        "packages",
        "package",
        "name",
        "vulnerabilities",
        "groups",
        "ids",
        "dependencies",
        "vulns",
        "findings",
        "fingerprint",
        "kind",
        "rule",
        "location",
        "purl",
        "via",
        "Results",
        "Vulnerabilities",
        "Target",
        "check_id",
        "test_id",
        "filename",
        "title",
        "severity",
        "physicalLocation",
        "artifactLocation",
        "uri",
        "index",
        "message",
        "text",
        "schema",
    ]);
    leaf.prop_recursive(8, 64, 6, move |inner| {
        let members = prop::collection::vec((names.clone(), inner.clone()), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|list| format!("[{}]", list.join(","))),
            members.prop_map(|members| {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| format!("\"{name}\":{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// Reads as every format; each result becomes something that is counted.
fn read_as_all(bytes: &[u8]) {
    let _ = detect_format(bytes);
    for format in Format::ALL {
        let options = Options::default();
        let Ok(mut intake) = Intake::open(*format, Cursor::new(bytes), options, &Project) else {
            continue;
        };
        for finding in intake.by_ref() {
            let finding = finding.unwrap();
            let path = &finding.location.path;
            assert!(
                !path.starts_with('/') && !path.split('/').any(|part| part == ".."),
                "{path}"
            );
            assert!(!finding.title.contains('\0'));
        }
        let tally = intake.tally();
        assert!(tally.unusable <= tally.entries);
        assert!((intake.about().not_covered.len() as u64) >= tally.unusable.min(1));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        read_as_all(&bytes);
    }

    #[test]
    fn any_document_is_read_or_refused(text in documents()) {
        read_as_all(text.as_bytes());
        read_as_all(format!(r#"{{"version": "2.1.0", "runs": [{text}], "results": [{text}]}}"#).as_bytes());
    }

    /// The scanner takes what `serde_json` takes, and no more.
    #[test]
    fn the_scanner_agrees_with_serde_json(text in "[\\[\\]{}\",:0-9a-c\\\\tru enfals.+-]{0,24}|\\[(\"[a\\\\\"nu]{0,6}\",){0,3}1\\]") {
        let wrapped = format!("[{text}]");
        let ours = Intake::open(Format::PipAudit, Cursor::new(wrapped.as_bytes()), Options::default(), &Nothing);
        let theirs = serde_json::from_str::<serde_json::Value>(&wrapped);
        match (ours, theirs) {
            (Err(_), Ok(_)) => prop_assert!(false, "refused: {}", wrapped),
            // Numbers and escapes inside an entry are left to serde_json, which reports the entry.
            (Ok(intake), Err(_)) => {
                let mut intake = intake;
                let _ = intake.by_ref().count();
                prop_assert!(intake.tally().unusable > 0, "accepted: {}", wrapped);
            }
            _ => {}
        }
    }
}
