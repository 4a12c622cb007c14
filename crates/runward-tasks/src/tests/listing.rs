//! Lists, searches and what they may show.

use std::collections::BTreeSet;

use proptest::prelude::*;
use runward_db::Db;
use runward_model::{Task, TaskId, Visible};
use serde_json::{Value, json};

use super::{ann, each, kinds, make_with, now, yes};
use crate::{
    By, Tasks,
    search::{SearchQuery, Term, words_of},
    sees,
};

fn all_pages(tasks: &Tasks<'_>, query: &Value, visible: &Visible) -> Vec<Task> {
    let ann = ann();
    let mut query = query.clone();
    let mut found = Vec::new();
    loop {
        let page = tasks.list(&By::new(&ann, now()), &query, visible).unwrap();
        found.extend(page.tasks.into_iter().map(|it| it.task));
        match page.next {
            Some(next) => query["after"] = next.into(),
            None => return found,
        }
    }
}

fn ids(tasks: &[Task]) -> BTreeSet<TaskId> {
    tasks.iter().map(|it| it.id).collect()
}

const REPOSITORIES: [&str; 3] = ["acme/web", "acme/api", "tools"];
const PEOPLE: [&str; 3] = ["ann", "bob", "carl"];

/// Tasks that differ in everything that lists look at.
fn fill(tasks: &Tasks<'_>) {
    for number in 0..40_usize {
        let mut input = json!({
            "title": format!("Task {number}"),
            "repository": REPOSITORIES[number % 3],
            "owner": PEOPLE[number / 3 % 3],
            "priority": format!("P{}", number % 5),
            "tags": [format!("tag{}", number % 4)],
        });
        if number % 2 == 0 {
            input["assignee"] = PEOPLE[number / 2 % 3].into();
        }
        if number % 3 > 0 {
            input["deadline"] = format!("2026-02-{:02}T00:00:00Z", number % 7 + 1).into();
        }
        let id = make_with(tasks, input);
        let ann = ann();
        let by = By::new(&ann, now());
        match number % 6 {
            1 => drop(tasks.start(&by, id, None, yes).unwrap()),
            2 => drop(tasks.complete(&by, id, None, yes).unwrap()),
            5 => drop(tasks.delete(&by, id, "x", yes).unwrap()),
            _ => {}
        }
    }
}

#[test]
fn lists_show_exactly_what_each_task_allows() {
    each(|_, tasks| {
        fill(tasks);
        let everything = all_pages(
            tasks,
            &json!({"status": ["open", "in_progress", "completed", "deleted"]}),
            &Visible::All,
        );
        assert_eq!(everything.len(), 40);
        let mut all_visible = vec![Visible::All];
        for mask in 0..8_usize {
            for person in [None, Some("ann"), Some("bob"), Some("nobody")] {
                all_visible.push(Visible::Of {
                    repositories: (0..3)
                        .filter(|it| mask >> it & 1 == 1)
                        .map(|it| REPOSITORIES[it].to_owned())
                        .collect(),
                    person: person.map(str::to_owned),
                });
            }
        }
        for visible in &all_visible {
            for sort in ["priority", "deadline", "updated", "newest"] {
                let found = all_pages(tasks, &json!({"sort": sort, "limit": 7}), visible);
                let expected: BTreeSet<TaskId> = everything
                    .iter()
                    .filter(|it| it.status != runward_model::TaskStatus::Deleted)
                    .filter(|it| sees(visible, it))
                    .map(|it| it.id)
                    .collect();
                assert_eq!(found.len(), expected.len(), "{visible:?} {sort}");
                assert_eq!(ids(&found), expected, "{visible:?} {sort}");
                if sort == "priority" {
                    assert!(found.is_sorted_by_key(|it| (
                        it.priority,
                        it.deadline.is_none(),
                        it.deadline,
                        it.id
                    )));
                }
                if sort == "deadline" {
                    assert!(found.is_sorted_by_key(|it| (
                        it.deadline.is_none(),
                        it.deadline,
                        it.priority,
                        it.id
                    )));
                }
            }
        }
    });
}

type Keep = fn(&Task) -> bool;

#[test]
fn filters_filter() {
    each(|db, tasks| {
        fill(tasks);
        let later: jiff::Timestamp = "2026-02-04T00:00:00Z".parse().unwrap();
        let everything = all_pages(tasks, &json!({}), &Visible::All);
        let cases: [(Value, Keep); 9] = [
            (json!({"repository": ["tools"]}), |it| {
                it.repository == "tools"
            }),
            (json!({"owner": "bob"}), |it| it.owner == "bob"),
            (json!({"assignee": "ann"}), |it| {
                it.assignee.as_deref() == Some("ann")
            }),
            (json!({"unassigned": true}), |it| it.assignee.is_none()),
            (json!({"tag": "tag2"}), |it| it.tags.contains("tag2")),
            (json!({"priority": ["P0", "P3"]}), |it| {
                matches!(
                    it.priority,
                    runward_model::Priority::P0 | runward_model::Priority::P3
                )
            }),
            (json!({"status": ["in-progress"]}), |it| {
                it.status == runward_model::TaskStatus::InProgress
            }),
            (json!({"due_before": "2026-02-04T00:00:00Z"}), |it| {
                it.deadline
                    .is_some_and(|it| it < "2026-02-04T00:00:00Z".parse().unwrap())
            }),
            (json!({"text": "task 7"}), |it| it.title == "Task 7"),
        ];
        for (query, keep) in cases {
            let expected: BTreeSet<TaskId> = everything
                .iter()
                .filter(|it| keep(it))
                .map(|it| it.id)
                .collect();
            assert!(!expected.is_empty(), "{query}");
            assert_eq!(
                ids(&all_pages(tasks, &query, &Visible::All)),
                expected,
                "{query}"
            );
        }
        let ann = ann();
        let by = By::new(&ann, later);
        let overdue = tasks
            .list(&by, &json!({"overdue": true}), &Visible::All)
            .unwrap();
        let not = tasks
            .list(&by, &json!({"overdue": false}), &Visible::All)
            .unwrap();
        assert!(overdue.tasks.iter().all(|it| it.task.is_overdue(later)));
        assert!(not.tasks.iter().all(|it| !it.task.is_overdue(later)));
        assert_eq!(overdue.tasks.len() + not.tasks.len(), everything.len());
        // A cursor of another order, or a made-up one.
        for after in ["newest:1", "priority:1", "priority:x:1:2", "rank:0:0:0:0"] {
            assert!(
                tasks
                    .list(&by, &json!({"after": after}), &Visible::All)
                    .is_err()
            );
        }
        let before = kinds(db).len();
        tasks
            .recording_reads(true)
            .list(&by, &json!({"text": "task"}), &Visible::All)
            .unwrap();
        assert_eq!(
            kinds(db)[before..],
            [runward_model::EventType::TaskSearched]
        );
    });
}

const TEXTS: [(&str, &str); 12] = [
    (
        "Upgrade requests 2.19.0 → 2.32.0",
        "closes CVE-2024-1234 and CVE-2023-32681",
    ),
    (
        "Fix SQL injection in login form",
        "the login form of acme/web; see \"union select\"",
    ),
    ("Größe der Tabelle prüfen", "naïve Prüfung, Straße, ÜBER"),
    ("修复登录漏洞", "用户可以绕过登录检查"),
    ("Исправить уязвимость", "ёлка и Ель в репозитории"),
    ("إصلاح الثغرة", "ثغرة في تسجيل الدخول"),
    ("हिन्दी में त्रुटि", "सुरक्षा जाँच"),
    ("foo_bar and foo-bar", "foo bar; bar foo; foobar"),
    (
        "C:\\temp and ../docs",
        "path /usr/local/lib/x86_64 1e5 0x1f 3.14 -1 a@b.example",
    ),
    ("a b a b a", "the the the a"),
    ("login", "nothing else"),
    ("emoji 👩‍💻 ok", "don't l'été it’s"),
];

/// Search as it is meant: the naive oracle.
fn naive(text: &(&str, &str), query: &SearchQuery) -> bool {
    let fields = [words_of(text.0), words_of(text.1), words_of("acme/web")];
    let has = |term: &Term| {
        fields.iter().any(|words| {
            (0..words.len()).any(|start| {
                term.words.iter().enumerate().all(|(index, wanted)| {
                    words.get(start + index).is_some_and(|it| {
                        it == wanted
                            || (term.prefix
                                && index + 1 == term.words.len()
                                && it.starts_with(wanted.as_str()))
                    })
                })
            })
        })
    };
    !query.is_empty() && query.wanted.iter().all(has) && !query.unwanted.iter().any(has)
}

fn with_texts(test: impl Fn(&Db, &Tasks<'_>, &[TaskId])) {
    each(|db, tasks| {
        let ids: Vec<TaskId> = TEXTS
            .iter()
            .map(|(title, description)| {
                make_with(
                    tasks,
                    json!({"title": title, "description": description, "repository": "acme/web"}),
                )
            })
            .collect();
        test(db, tasks, &ids);
    });
}

fn check_search(tasks: &Tasks<'_>, made: &[TaskId], text: &str) {
    let query = SearchQuery::parse(text);
    let expected: BTreeSet<TaskId> = TEXTS
        .iter()
        .zip(made)
        .filter(|(text, _)| naive(text, &query))
        .map(|(_, id)| *id)
        .collect();
    let found = all_pages(tasks, &json!({"text": text, "limit": 5}), &Visible::All);
    assert_eq!(ids(&found), expected, "{text:?} {query:?}");
    assert_eq!(found.len(), expected.len());
}

#[test]
fn search_finds_the_same_as_reading() {
    with_texts(|db, tasks, made| {
        for text in [
            "requests",
            "REQUESTS 2.32",
            "\"2.32.0\"",
            "CVE-2024-1234",
            "cve-2024*",
            "cve-9",
            "login",
            "-login",
            "login -sql",
            "\"login form\"",
            "\"form login\"",
            "grosse",
            "größe",
            "strasse",
            "straße",
            "uber",
            "登录",
            "漏洞",
            "录登",
            "ель",
            "елка",
            "الثغرة",
            "हिन्दी",
            "foo_bar",
            "\"foo bar\"",
            "foobar",
            "foo*",
            "\"a b a b a\"",
            "\"b b\"",
            "the",
            "\"the the the\"",
            "1e5",
            "0x1f",
            "3.14",
            "x86*",
            "don't",
            "l'ete",
            "its",
            "acme",
            "acme/web",
            "\"acme web\"",
            "union select",
            "-\"union select\" login",
            "a* -b*",
            "🙂",
            "",
        ] {
            check_search(tasks, made, text);
        }
        // With every word in its title comes first.
        let found = all_pages(tasks, &json!({"text": "login"}), &Visible::All);
        let titled = |it: &Task| words_of(&it.title).contains(&"login".to_owned());
        assert!(found.is_sorted_by_key(|it| !titled(it)));
        db.write(runward_db::Lock::Whole, crate::reindex).unwrap();
        check_search(tasks, made, "login form");
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn any_search_is_answered(
        texts in prop::collection::vec(prop_oneof![
            "[ -~]{0,40}",
            "\\PC{0,30}",
            prop::collection::vec(prop::sample::select(vec![
                "login", "foo", "bar", "\"", "*", "-", " ", "(", ")", "'", ":", "&", "|", "!", "AND", "OR", "NOT", "NEAR(",
                "<->", "\\", "title:", "^", "登", "录", "é", "the", "a", "b", "_", "{", "}", "+", ";", "--", "/*", "%", "$1",
            ]), 0..12).prop_map(|it| it.concat()),
        ], 40)
    ) {
        with_texts(|_, tasks, made| {
            for text in &texts {
                if crate::text::clean(text, crate::text::Layout::Line).is_ok() {
                    check_search(tasks, made, text);
                }
            }
        });
    }
}

#[test]
fn a_word_repeated_beyond_what_databases_keep_is_found() {
    each(|_, tasks| {
        let many = "word ".repeat(900);
        let id = make_with(
            tasks,
            json!({"title": "word ".repeat(39), "description": many + "end", "repository": "r"}),
        );
        let tall = make_with(
            tasks,
            json!({"title": "x", "description": "\u{fdfa}".repeat(5_000), "repository": "r"}),
        );
        for (text, expected) in [("word end", id), ("\"word word\"", id), ("\u{fdfa}*", tall)] {
            let found = all_pages(tasks, &json!({"text": text}), &Visible::All);
            assert_eq!(ids(&found), BTreeSet::from([expected]), "{text}");
        }
    });
}
