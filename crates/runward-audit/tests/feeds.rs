//! Each entry once in each feed, whatever is torn or rotated; and the runbook's own commands.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a panic fails the test"
)]

mod common;

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use common::{World, assert_sound, emit, event, time};
use runward_model::{Actor, Event, EventType, Outcome, Subject};
use serde_json::{Value, json};

fn indexes(text: &str) -> Vec<u64> {
    text.lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["index"]
                .as_u64()
                .unwrap()
        })
        .collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn a_torn_line_is_cut_and_written_again() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..5);
        trail.publish(&db, u64::MAX).unwrap();
        for name in ["audit.log", "audit.json"] {
            let path = world.root.join("feeds").join(name);
            let whole = read(&path);
            assert_eq!(indexes(&whole), [0, 1, 2, 3, 4]);
            for cut in [
                1,
                2,
                whole.lines().next().unwrap().len() + 5,
                whole.len() / 2,
            ] {
                fs::write(&path, &whole[..whole.len() - cut]).unwrap();
                trail.publish(&db, u64::MAX).unwrap();
                assert_eq!(read(&path), whole, "{name} without {cut} bytes");
            }
        }
    });
}

#[test]
fn rotated_files_are_continued() {
    World::each(|world| {
        let feeds = world.root.join("feeds");
        let trail = world.trail();
        let db = world.db(&trail);
        emit(&db, 0..3);
        trail.publish(&db, u64::MAX).unwrap();
        // `create`: renamed, and a new file made or not.
        fs::rename(feeds.join("audit.log"), feeds.join("audit.log.1")).unwrap();
        fs::rename(feeds.join("audit.json"), feeds.join("audit.json.1")).unwrap();
        fs::write(feeds.join("audit.json"), "").unwrap();
        emit(&db, 3..5);
        trail.publish(&db, u64::MAX).unwrap();
        assert_eq!(indexes(&read(&feeds.join("audit.log"))), [3, 4]);
        assert_eq!(indexes(&read(&feeds.join("audit.json"))), [3, 4]);
        // `copytruncate`.
        fs::write(feeds.join("audit.log"), "").unwrap();
        emit(&db, 5..6);
        trail.publish(&db, u64::MAX).unwrap();
        assert_eq!(indexes(&read(&feeds.join("audit.log"))), [5]);
        assert_sound(&trail, &db);
        // Killed between lines and state, then rotated: the rotated file tells.
        let state = read(&feeds.join(".audit-feeds.json"));
        emit(&db, 6..8);
        trail.publish(&db, u64::MAX).unwrap();
        fs::write(feeds.join(".audit-feeds.json"), state).unwrap();
        fs::rename(feeds.join("audit.log"), feeds.join("audit.log.2")).unwrap();
        emit(&db, 8..9);
        trail.publish(&db, u64::MAX).unwrap();
        assert_eq!(indexes(&read(&feeds.join("audit.log"))), [8]);
        assert_eq!(indexes(&read(&feeds.join("audit.log.2"))), [5, 6, 7]);
    });
}

#[test]
fn a_foreign_file_is_told_and_keeps_nothing_back() {
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        fs::create_dir_all(world.root.join("feeds")).unwrap();
        fs::write(world.root.join("feeds/audit.log"), "hello\n").unwrap();
        emit(&db, 0..2);
        let published = trail.publish(&db, u64::MAX).unwrap();
        assert_eq!(published.events, 2);
        assert!(published.feeds.unwrap().contains("move the file away"));
        assert_eq!(read(&world.root.join("feeds/audit.log")), "hello\n");
    });
}

fn shell(directory: &Path, script: &str) -> String {
    let mut child = Command::new("bash")
        .args(["-euo", "pipefail"])
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(script.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{script}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_runbooks_commands_work_unchanged() {
    let there = |name| {
        Command::new(name)
            .arg("--version")
            .stdout(Stdio::null())
            .status()
            .is_ok()
    };
    if !["bash", "grep", "jq"].into_iter().all(there) {
        eprintln!("skipped: bash, grep or jq is absent");
        return;
    }
    World::each(|world| {
        let trail = world.trail();
        let db = world.db(&trail);
        let by = |second, kind, user: &str| {
            Event::new(
                time(second),
                kind,
                Actor::principal(user),
                Subject::new("task", 7),
            )
        };
        let mut denied = by(2, EventType::TaskAccessDenied, "user-123");
        denied.outcome = Outcome::Denied;
        let mut forged = by(4, EventType::TaskUpdated, "mallory")
            .with_detail("event_type", "task_access_denied")
            .with_detail(
                "note",
                "\"event_type\": \"task_deleted\"\n{\"event_type\": \"x\"}",
            );
        forged.reason = Some("a\nb \u{202e}".to_owned());
        trail
            .record(
                &db,
                &[
                    event(1),
                    denied,
                    by(3, EventType::TaskListed, "user-123").with_detail("result_count", 1_500),
                    forged,
                    by(5, EventType::TaskValidationFailure, "user-9").with_detail(
                        "validation_errors",
                        json!(["title: too long", "dangerous pattern"]),
                    ),
                ],
            )
            .unwrap();
        let feeds = world.root.join("feeds");
        for (script, expected) in [
            (
                r#"grep "task_access_denied" audit.log | grep -c '"event_type": "task_access_denied"'"#,
                "1\n",
            ),
            (
                r#"grep "task_validation_failure" audit.log | jq -r '.details.validation_errors[]' | sort | uniq -c | sort -rn | awk '{$1=$1};1'"#,
                "1 title: too long\n1 dangerous pattern\n",
            ),
            (
                r#"grep "user_id.*user-123" audit.json | jq -r .event_type"#,
                "task_access_denied\ntask_listed\n",
            ),
            (
                r#"grep "task_access_denied" audit.json | jq -r "select(.timestamp | startswith(\"2026-02-18\")) | .user_id" | head -1"#,
                "user-123\n",
            ),
            (
                r#"grep "task.*list" audit.json | jq "select(.details.result_count > 1000) | .index""#,
                "2\n",
            ),
            (
                r#"grep -o '"event_type": "[^"]*"' audit.json | sort | uniq -c | sort -rn | wc -l"#,
                "5\n",
            ),
            (
                r#"grep -o '"event_type": "[^"]*"' audit.log | grep -c task_deleted || true"#,
                "0\n",
            ),
            (
                r#"grep "user-123" audit.json | jq -r "select(.event_type == \"task_access_denied\") | .result""#,
                "denied\n",
            ),
            ("wc -l < audit.log", "5\n"),
        ] {
            assert_eq!(shell(&feeds, script).trim_start(), expected, "{script}");
        }
    });
}
