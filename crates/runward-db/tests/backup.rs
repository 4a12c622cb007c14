//! Backups go from either database into either.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::format_collect,
    clippy::redundant_closure_for_method_calls,
    reason = "a test; a transaction's bare methods are for one lifetime only"
)]

use std::{fs, io::Write as _, path::Path};

use jiff::Timestamp;
use runward_db::{
    Backend, Db, DbError, Lock, Place, Tx, Value,
    backup::{BackupError, Limits, Restore, backup, inspect, restore},
    check::check,
    export::{ExportFormat, export, tables},
    testing,
};
use runward_model::{Actor, Event, EventType, Subject};
use sha2::Digest as _;

fn event() -> Event {
    Event::new(
        Timestamp::UNIX_EPOCH,
        EventType::Custom,
        Actor::system("test"),
        Subject::new("store", 1),
    )
}

/// Rows with every type of value, and such as differ between languages and character sets.
fn fill(db: &Db) {
    db.write::<_, DbError>(Lock::Whole, |tx| {
        for (name, value) in [
            ("Äther", "ß→ü\n\"quoted\" \\ back"),
            ("apple", "=1+1"),
            ("Zebra", ""),
            ("zebra", "\u{10ffff}\u{feff}"),
        ] {
            tx.set_meta(name, value)?;
        }
        let columns = &[
            "id",
            "at",
            "type",
            "actor_kind",
            "actor",
            "subject_kind",
            "subject",
            "outcome",
            "result_count",
            "leaf",
            "text",
            "event",
            "idx",
        ];
        let rows = (0..1_200_i64)
            .map(|index| {
                let mut row: Vec<Value> = vec![format!("x.{index}").into(), index.into()];
                row.extend((0..6).map(|_| Value::from("y")));
                row.push(Value::Int((index % 2 == 0).then_some(i64::MIN + index)));
                row.extend((0..3).map(|_| Value::from("z")));
                row.push(index.into());
                row
            })
            .collect();
        tx.insert("audit_events", columns, rows, "")?;
        tx.insert(
            "projects",
            &["id", "name", "root", "created", "last_scan"],
            vec![vec![
                5_i64.into(),
                "web".into(),
                "/srv".into(),
                1_i64.into(),
                0_i64.into(),
            ]],
            "",
        )?;
        tx.ids("projects", 5)?;
        task(tx, 11)?;
        task(tx, 12)?;
        // To a later row, which a database that checks at once refuses.
        tx.execute("INSERT INTO task_dependencies (task, needs) VALUES (11, 12)")?;
        tx.ids("tasks", 20)?;
        tx.ids("gates", 3)?;
        tx.emit(&event())?;
        tx.emit(&event())
    })
    .unwrap();
}

fn task(tx: &mut Tx<'_>, id: i64) -> Result<(), DbError> {
    let columns = &[
        "id",
        "version",
        "title",
        "description",
        "repository",
        "priority",
        "severity",
        "due",
        "metadata",
        "owner",
        "requester",
        "status",
        "approval",
        "created",
        "updated",
    ];
    let mut row: Vec<Value> = vec![id.into(), 1_i64.into()];
    row.extend(["t", "", "r"].map(Value::from));
    row.extend([1_i64.into(), "high".into(), 9_i64.into()]);
    row.extend(["{}", "o", "o", "open", "none"].map(Value::from));
    row.extend([1_i64.into(), 1_i64.into()]);
    tx.insert("tasks", columns, vec![row], "")
}

/// What a database holds, but for what a restore changes on purpose.
fn contents(db: &Db) -> Vec<String> {
    let mut out = Vec::new();
    export(db, &ExportFormat::JsonLines, &mut out).unwrap();
    String::from_utf8(out)
        .unwrap()
        .lines()
        .filter(|line| {
            !line.contains("\"table\":\"outbox\"")
                && ![
                    "\"outbox\"",
                    "\"store\"",
                    "\"restored_from\"",
                    "\"known_stores\"",
                ]
                .iter()
                .any(|name| line.contains(&format!("\"name\":{name}")))
        })
        .map(str::to_owned)
        .collect()
}

fn restored(file: &Path, place: &Place, replace: bool) -> Result<Db, BackupError> {
    let how = Restore {
        replace,
        ..Restore::default()
    };
    restore(file, place, testing::options(), how)?;
    Ok(testing::open(place))
}

#[test]
fn what_is_restored_is_what_was_there() {
    testing::each_backend(|source| {
        fill(&source);
        assert_eq!(check(&source).unwrap(), []);
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("one.backup");
        let made = backup(&source, &file, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(made.bytes, fs::metadata(&file).unwrap().len());
        assert_eq!(made.rows["audit_events"], 1_200);
        assert_eq!(made.rows["outbox"], 2);
        let seen = inspect(fs::File::open(&file).unwrap(), Limits::default()).unwrap();
        assert_eq!((seen.schema, &seen.rows), (made.schema, &made.rows));
        let mut number = 0;
        testing::each_place(|place| {
            let how = Restore::default();
            let info = restore(&file, &place, testing::options(), how).unwrap();
            let target = testing::open(&place);
            assert_eq!(contents(&target), contents(&source));
            assert_eq!(check(&target).unwrap(), []);
            // It has a name and numbers of its own.
            let former = source.read(|tx| tx.store_name()).unwrap();
            assert_eq!(info.from, Some(former.clone()));
            assert_eq!(info.waiting, 2);
            let name = target.read(|tx| tx.store_name()).unwrap();
            assert_eq!(name, info.store);
            assert_ne!(name, former);
            assert_eq!(
                target.read(|tx| tx.meta("restored_from")).unwrap(),
                Some(former)
            );
            assert_eq!(target.read(|tx| tx.last_seq()).unwrap(), 0);
            let next = target
                .write::<_, DbError>(Lock::Whole, |tx| tx.ids("tasks", 1))
                .unwrap();
            assert!(next[0] > 20, "{next:?}");
            // The guard against missing rows is back.
            let orphan = target.write::<_, DbError>(Lock::Whole, |tx| {
                tx.execute("INSERT INTO task_dependencies (task, needs) VALUES (11, 99)")
            });
            assert!(orphan.is_err());
            // And back again, by way of the other.
            number += 1;
            let again = directory.path().join(format!("{number}.backup"));
            backup(&target, &again, Timestamp::UNIX_EPOCH).unwrap();
            testing::each_place(|place| {
                let last = restored(&again, &place, false).unwrap();
                assert_eq!(contents(&last), contents(&source));
            });
        });
    });
}

#[test]
fn what_is_there_is_replaced_only_when_asked() {
    testing::each_place(|place| {
        let source = testing::open(&Place::Memory);
        fill(&source);
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("a.backup");
        backup(&source, &file, Timestamp::UNIX_EPOCH).unwrap();
        let target = testing::open(&place);
        target
            .write::<_, DbError>(Lock::Whole, |tx| {
                task(tx, 1)?;
                tx.execute(match tx.backend() {
                    Backend::Sqlite => "INSERT INTO task_search (rowid, title) VALUES (1, 'x')",
                    Backend::Postgres => "INSERT INTO task_search (task, words) VALUES (1, 'x')",
                })
            })
            .unwrap();
        let before = contents(&target);
        let refused = restored(&file, &place, false);
        assert!(matches!(
            refused,
            Err(BackupError::Db(DbError::NotEmpty { .. }))
        ));
        assert_eq!(contents(&target), before);
        let counted = std::cell::Cell::new(0);
        let derive = |tx: &mut Tx<'_>| -> Result<(), DbError> {
            counted.set(tx.one("SELECT COUNT(*) FROM tasks")?.int(0)?);
            assert_eq!(tx.one("SELECT COUNT(*) FROM task_search")?.int(0)?, 0);
            Ok(())
        };
        let how = Restore {
            replace: true,
            derive: &[&derive],
        };
        restore(&file, &place, testing::options(), how).unwrap();
        assert_eq!(counted.get(), 2);
        assert_eq!(contents(&target), contents(&source));
        assert_eq!(check(&target).unwrap(), []);
        // Where a step at the end fails, all is as it was.
        let failing = |_: &mut Tx<'_>| -> Result<(), DbError> { Err(DbError::InsideRuntime) };
        target
            .write(Lock::Whole, |tx| tx.set_meta("t", "kept"))
            .unwrap();
        let how = Restore {
            replace: true,
            derive: &[&failing],
        };
        assert!(restore(&file, &place, testing::options(), how).is_err());
        assert_eq!(
            target.read(|tx| tx.meta("t")).unwrap().as_deref(),
            Some("kept")
        );
    });
}

#[test]
fn a_backup_that_was_touched_changes_nothing() {
    let source = testing::open(&Place::Memory);
    fill(&source);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a.backup");
    backup(&source, &file, Timestamp::UNIX_EPOCH).unwrap();
    assert!(matches!(
        backup(&source, &file, Timestamp::UNIX_EPOCH),
        Err(BackupError::Exists { .. })
    ));
    let names: Vec<_> = fs::read_dir(directory.path())
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    assert_eq!(names, ["a.backup"]);
    let whole = fs::read(&file).unwrap();
    let place = Place::Sqlite(directory.path().join("target.db"));
    let refuse = |bytes: &[u8]| {
        let touched = directory.path().join("touched.backup");
        fs::write(&touched, bytes).unwrap();
        assert!(restored(&touched, &place, true).is_err());
    };
    let bad = |bytes: &[u8]| inspect(bytes, Limits::default()).is_err();
    // Bytes 4 to 9 are the packer's own notes.
    for at in (10..whole.len()).step_by(499) {
        let mut touched = whole.clone();
        touched[at] ^= 4;
        assert!(bad(&touched), "{at}");
        assert!(bad(&whole[..at]), "{at}");
    }
    refuse(&whole[..whole.len() / 2]);
    let mut longer = whole.clone();
    longer.extend(b"more");
    refuse(&longer);
    // Unpacked and changed.
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&whole[..]), &mut text)
        .unwrap();
    refuse(text.replace("apple", "apples").as_bytes());
    refuse(
        text.lines()
            .skip(1)
            .collect::<Vec<_>>()
            .join("\n")
            .as_bytes(),
    );
    let without_last: Vec<&str> = text.lines().collect();
    refuse(without_last[..without_last.len() - 1].join("\n").as_bytes());
    // The text itself is as good as the packed file.
    let unpacked = directory.path().join("unpacked");
    fs::File::create(&unpacked)
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let target = restored(&unpacked, &place, true).unwrap();
    assert_eq!(contents(&target), contents(&source));
}

#[test]
fn a_backup_is_one_moment_while_others_write() {
    testing::each_place(|place| {
        let db = testing::open(&place);
        let directory = tempfile::tempdir().unwrap();
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let writer = testing::open(&place);
                for round in 0.. {
                    if done.load(std::sync::atomic::Ordering::Relaxed) {
                        break;
                    }
                    writer
                        .write::<_, DbError>(Lock::Whole, |tx| {
                            tx.set_meta("first", &round.to_string())?;
                            tx.set_meta("second", &round.to_string())?;
                            tx.emit(&event())
                        })
                        .unwrap();
                }
            });
            for round in 0..5 {
                let file = directory.path().join(format!("{round}.backup"));
                backup(&db, &file, Timestamp::UNIX_EPOCH).unwrap();
                let target = restored(
                    &file,
                    &Place::Sqlite(directory.path().join(format!("{round}.db"))),
                    false,
                )
                .unwrap();
                target
                    .read::<_, DbError>(|tx| {
                        assert_eq!(tx.meta("first")?, tx.meta("second")?);
                        Ok(())
                    })
                    .unwrap();
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
    });
}

#[test]
fn exports_hold_every_row() {
    testing::each_backend(|db| {
        fill(&db);
        let mut out = Vec::new();
        let count = export(&db, &ExportFormat::JsonLines, &mut out).unwrap();
        assert_eq!(
            count,
            String::from_utf8(out).unwrap().lines().count() as u64
        );
        let mut csv = Vec::new();
        let table = "meta".to_owned();
        assert!(tables(&db).unwrap().contains(&table));
        export(&db, &ExportFormat::Csv { table }, &mut csv).unwrap();
        let csv = String::from_utf8(csv).unwrap();
        assert!(csv.starts_with("name,value\r\n"), "{csv}");
        assert!(csv.contains("apple,'=1+1\r\n"), "{csv}");
        let unknown = ExportFormat::Csv {
            table: "sqlite_master".to_owned(),
        };
        let error = export(&db, &unknown, &mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("`findings`"), "{error}");
    });
}

#[test]
fn what_is_wrong_is_found() {
    for (break_it, subject) in [
        ("DELETE FROM outbox WHERE seq = 1", None),
        ("DELETE FROM outbox WHERE seq = 2", Some("outbox")),
        (
            "INSERT INTO outbox (seq, event) VALUES (9, '')",
            Some("outbox"),
        ),
        ("DELETE FROM meta WHERE name = 'store'", Some("meta")),
        (
            "INSERT INTO finding_ids (id, finding) VALUES ('x', 77)",
            Some("finding_ids"),
        ),
        (
            "INSERT INTO projects SELECT 9999, 'n', root, repository, 1, 0 FROM projects",
            Some("projects"),
        ),
        ("DROP INDEX audit_events_by_at", Some("audit_events_by_at")),
        (
            "ALTER TABLE counters ADD COLUMN more TEXT",
            Some("counters"),
        ),
        ("DROP TABLE audit_state", Some("audit_state")),
    ] {
        testing::each_backend(|db| {
            fill(&db);
            db.write::<_, DbError>(Lock::Whole, |tx| tx.execute(break_it))
                .unwrap();
            let problems = check(&db).unwrap();
            match subject {
                None => assert_eq!(problems, []),
                Some(subject) => assert!(
                    problems.iter().any(|it| it.subject == subject),
                    "{break_it}: {problems:?}"
                ),
            }
        });
    }
}

#[test]
fn what_is_foreign_is_found() {
    testing::each_backend(|db| {
        db.write::<_, DbError>(Lock::Whole, |tx| match tx.backend() {
            Backend::Sqlite => tx.execute("CREATE TABLE theirs (x)"),
            Backend::Postgres => {
                tx.execute("CREATE RULE theirs AS ON DELETE TO findings DO INSTEAD NOTHING")
            }
        })
        .unwrap();
        let problems = check(&db).unwrap();
        assert_eq!(problems.len(), 1, "{problems:?}");
    });
}

/// The text of a backup after a change, with the checksum that belongs to it.
fn forged(file: &Path, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut text = String::new();
    let mut packed = flate2::read::GzDecoder::new(fs::File::open(file).unwrap());
    std::io::Read::read_to_string(&mut packed, &mut text).unwrap();
    let text = change(text);
    let (lines, end) = text.split_at(text.find("{\"end\"").unwrap());
    let hash: String = sha2::Sha256::digest(lines.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let (counts, _) = end.split_once("\"sha256\"").unwrap();
    format!("{lines}{counts}\"sha256\":\"{hash}\"}}}}\n").into_bytes()
}

#[test]
fn a_forged_backup_cannot_break_what_the_schema_promises() {
    let source = testing::open(&Place::Memory);
    fill(&source);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a.backup");
    backup(&source, &file, Timestamp::UNIX_EPOCH).unwrap();
    testing::each_place(|place| {
        let target = testing::open(&place);
        target
            .write(Lock::Whole, |tx| tx.set_meta("t", "kept"))
            .unwrap();
        for (from, to, accepted) in [
            ("[11,12]\n", "[11,12]\n", true),
            // A row that refers to none, one that is there twice, text where a number belongs, a
            // character that one of the databases cannot keep.
            ("[11,12]\n", "[11,99]\n", false),
            ("[\"apple\",", "[\"Zebra\",", false),
            ("[11,12]\n", "[\"11\",12]\n", false),
            ("[\"apple\",", "[\"app\\u0000le\",", false),
        ] {
            let forged = forged(&file, |text| {
                assert!(text.contains(from), "{from}");
                text.replace(from, to)
            });
            let path = directory.path().join("forged.backup");
            fs::write(&path, forged).unwrap();
            let done = restored(&path, &place, true);
            assert_eq!(done.is_ok(), accepted, "{to}: {:?}", done.err());
            if accepted {
                target
                    .write(Lock::Whole, |tx| tx.set_meta("t", "kept"))
                    .unwrap();
            }
            assert_eq!(
                target.read(|tx| tx.meta("t")).unwrap().as_deref(),
                Some("kept")
            );
        }
    });
}
