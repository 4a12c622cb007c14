//! Attacks through every input: kept as text or refused with an event; nothing executed, nothing
//! lost, nothing forged.

use runward_db::{Db, Sql};
use runward_model::{EventType, Outcome, TaskId, Visible};
use serde_json::{Map, Value, json};
use unicode_normalization::UnicodeNormalization as _;

use super::{ann, corpus, each, events, now, patterns, yes};
use crate::{
    By, TaskError, Tasks,
    patterns::Sureness,
    text::{Layout, clean},
};

fn count(db: &Db, sql: &'static str) -> i64 {
    db.read(|tx| Ok::<_, TaskError>(tx.one(Sql::new(sql))?.int(0)?))
        .unwrap()
}

fn looks_bad(input: &Value) -> bool {
    let Value::Object(input) = input else {
        return false;
    };
    patterns()
        .inspect(input)
        .iter()
        .any(|it| it.confidence == Sureness::High)
}

/// What is expected of the number of events.
struct Tally {
    changes: usize,
    refusals: usize,
    suspicions: usize,
}

fn fits(text: &str, layout: Layout, max: usize) -> bool {
    clean(text, layout).is_ok_and(|it| it.chars().count() <= max && !crate::text::is_blank(&it))
}

/// One attack through each input of one task.
fn attack(
    tasks: &Tasks<'_>,
    text: &str,
    repository: Option<&str>,
    tally: &mut Tally,
) -> Option<TaskId> {
    let ann = ann();
    let by = By::new(&ann, now());
    let stored: String = text.replace("\r\n", "\n").nfc().collect();
    let line = fits(text, Layout::Line, 200);
    let lines = fits(text, Layout::Lines, 5_000);
    let tag = fits(text, Layout::Line, 50) && !text.contains(',') && text.trim() == text;
    let key = fits(text, Layout::Line, 100);

    // Everything that may be said, in one task.
    let mut metadata = Map::new();
    if lines {
        metadata.insert("value".to_owned(), json!([text]));
    }
    if key {
        metadata.insert(text.to_owned(), json!(1));
    }
    let mut input =
        json!({"title": "x", "repository": repository.unwrap_or("r"), "metadata": metadata});
    if line {
        input["title"] = text.into();
        input["project"] = text.into();
    }
    if lines {
        input["description"] = text.into();
    }
    if tag {
        input["tags"] = json!([text]);
    }
    tally.suspicions += usize::from(looks_bad(&input));
    tally.changes += 1;
    let id = tasks.create(&by, &input, yes).unwrap().id;
    let task = tasks.get(id, yes).unwrap();
    if line {
        assert_eq!(task.title, stored);
        assert_eq!(task.project.as_deref(), Some(stored.as_str()));
    }
    if lines {
        assert_eq!(task.description, stored);
        assert_eq!(task.metadata["value"][0], stored.as_str());
    }
    if tag {
        assert!(task.tags.contains(&stored));
    }
    if key {
        assert_eq!(task.metadata[stored.as_str()], 1);
    }

    // Everything that may not, field by field: names never, text where it cannot be kept.
    let mut wrong = vec![json!({"title": "x", "repository": format!("r/{text} "), "owner": "ann"})];
    wrong.push(json!({"title": "x", "repository": "r", "owner": format!("{text} ")}));
    wrong.push(json!({"title": "x", "repository": "r", (format!("f {text}")): 1}));
    if !line {
        wrong.push(json!({"title": text, "repository": "r"}));
    }
    if !lines {
        wrong.push(
            json!({"title": "x", "repository": "r", "description": text, "metadata": {"a": text}}),
        );
    }
    // One of them per attack keeps the test short; which one goes round.
    let chosen = &wrong[text.len() % wrong.len()];
    assert!(
        matches!(tasks.create(&by, chosen, yes), Err(TaskError::Invalid(_))),
        "{chosen}"
    );
    tally.refusals += 1;

    // A patch, a comment, a reason, a search.
    let patch = json!({"title": text, "description": text});
    match tasks.update(&by, id, None, &patch, yes) {
        Ok(task) => {
            assert!(line);
            tally.changes += usize::from(task.version > 1);
            tally.suspicions += usize::from(looks_bad(&patch));
        }
        Err(TaskError::Invalid(_)) => {
            assert!(!line);
            tally.refusals += 1;
        }
        Err(error) => panic!("{text:?}: {error}"),
    }
    match tasks.comment(&by, id, text, yes) {
        Ok(comment) => {
            assert!(lines);
            assert_eq!(comment.body, stored);
            assert_eq!(tasks.comments(id, yes).unwrap()[0].body, stored);
            tally.changes += 1;
            tally.suspicions += usize::from(looks_bad(&json!({"body": text})));
        }
        Err(TaskError::Invalid(_)) => {
            assert!(!lines);
            tally.refusals += 1;
        }
        Err(error) => panic!("{text:?}: {error}"),
    }
    let query = json!({"text": text, "limit": 1, "project": if line { text } else { "p" }});
    match tasks.list(&by, &query, &Visible::All) {
        Ok(_) => tally.suspicions += usize::from(looks_bad(&query)),
        Err(TaskError::Invalid(_)) => {
            assert!(clean(text, Layout::Line).is_err());
            tally.refusals += 1;
        }
        Err(error) => panic!("{text:?}: {error}"),
    }
    line.then_some(id)
}

fn check(db: &Db, tally: &Tally, made: usize, secret: &[String]) {
    assert_eq!(
        count(db, "SELECT COUNT(*) FROM tasks"),
        i64::try_from(made).unwrap()
    );
    assert_eq!(
        count(db, "SELECT COUNT(*) FROM task_search"),
        i64::try_from(made).unwrap()
    );
    assert_eq!(
        count(db, "SELECT COUNT(*) FROM tasks WHERE title = 'pwned'"),
        0
    );
    let all = events(db);
    let validation: Vec<_> = all
        .iter()
        .filter(|it| it.event_type == EventType::TaskValidationFailure)
        .collect();
    let refusals = validation
        .iter()
        .filter(|it| it.outcome == Outcome::Failure)
        .count();
    assert_eq!(refusals, tally.refusals);
    assert_eq!(validation.len() - refusals, tally.suspicions);
    assert_eq!(all.len() - validation.len(), tally.changes);
    assert_eq!(
        count(db, "SELECT MAX(seq) FROM outbox"),
        i64::try_from(all.len()).unwrap()
    );
    // The record of a refusal never has what was refused; each event is one line.
    for event in validation {
        let text = serde_json::to_string(&event.details).unwrap();
        assert!(
            secret
                .iter()
                .filter(|it| it.len() > 12)
                .all(|it| !text.contains(it.as_str())),
            "{text}"
        );
        assert!(!serde_json::to_string(event).unwrap().contains('\n'));
    }
}

#[test]
fn attacks_are_text() {
    let corpus = corpus::attacks();
    let total: usize = corpus.iter().map(|(_, texts)| texts.len()).sum();
    assert!(total >= 2_000, "{total}");
    let before: Vec<_> = std::fs::read_dir(".")
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    each(|db, tasks| {
        let mut tally = Tally {
            changes: 0,
            refusals: 0,
            suspicions: 0,
        };
        let mut made = 0;
        for (_, texts) in &corpus {
            for text in texts {
                attack(tasks, text, None, &mut tally);
                made += 1;
            }
        }
        let secrets: Vec<String> = corpus.iter().flat_map(|it| it.1.iter().cloned()).collect();
        check(db, &tally, made, &secrets);
        assert!(tally.suspicions > 1_000 && tally.refusals > 1_000);
    });
    let after: Vec<_> = std::fs::read_dir(".")
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    assert_eq!(before, after, "no file was made");
}

#[test]
fn most_attacks_of_each_category_are_recognised() {
    for (category, texts) in corpus::attacks() {
        let found = texts
            .iter()
            .filter(|it| {
                clean(it, Layout::Line).is_err()
                    || patterns()
                        .inspect_text("title", it)
                        .iter()
                        .any(|it| it.confidence == Sureness::High)
            })
            .count();
        println!("{category}: {found} of {}", texts.len());
        assert!(
            found * 10 >= texts.len() * 5,
            "{category}: {found} of {}",
            texts.len()
        );
    }
}

#[test]
fn honest_text_is_kept_byte_for_byte() {
    let corpus = corpus::honest();
    assert!(corpus.len() >= 300, "{}", corpus.len());
    each(|_, tasks| {
        let ann = ann();
        let by = By::new(&ann, now());
        for text in &corpus {
            let input = json!({"title": text, "description": text, "repository": "r", "metadata": {text: text}});
            let id = tasks
                .create(&by, &input, yes)
                .unwrap_or_else(|error| panic!("{text}: {error}"))
                .id;
            let task = tasks.get(id, yes).unwrap();
            let normal: String = text.nfc().collect();
            assert_eq!(task.title, normal);
            assert_eq!(task.description, normal);
            assert_eq!(task.metadata[normal.as_str()], normal.as_str());
        }
    });
    // The corpus itself is in normal form, so that the same is byte for byte.
    let changed: Vec<_> = corpus
        .iter()
        .filter(|it| it.nfc().collect::<String>() != **it)
        .collect();
    assert!(changed.len() <= 16, "{changed:?}");
}
