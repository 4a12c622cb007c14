//! Answers that no registry should give.

use jiff::Timestamp;
use proptest::prelude::*;
use runward_model::Ecosystem;
use runward_packages::parse;
use serde_json::{Value, json};

use crate::fake::{Reply, World, good};

fn read_all(bytes: &[u8]) {
    let now = Timestamp::UNIX_EPOCH;
    let _ = parse::pypi(bytes, now);
    let _ = parse::simple(bytes);
    let _ = parse::npm(bytes, now);
    let _ = parse::crates_index(bytes, now);
    let _ = parse::crates_api(bytes);
    let _ = parse::pypi_downloads(bytes);
    let _ = parse::npm_downloads(bytes);
}

/// Any JSON value, not too deep.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Every place in a document.
fn places(value: &Value, at: String, into: &mut Vec<String>) {
    into.push(at.clone());
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(inner, format!("{at}/{key}"), into);
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                places(inner, format!("{at}/{index}"), into);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
    }

    #[test]
    fn any_json_is_survived(value in value()) {
        read_all(value.to_string().as_bytes());
    }

    /// A real answer in which one place holds something else is read or refused, and judged.
    #[test]
    fn a_changed_answer_is_survived(pick in any::<prop::sample::Index>(), value in value(), which in 0..3_usize) {
        let ecosystem = [Ecosystem::PyPI, Ecosystem::Npm, Ecosystem::CratesIo][which].clone();
        let mut document = good(&ecosystem, "demo-pkg");
        let mut all = Vec::new();
        places(&document, String::new(), &mut all);
        let place = pick.get(&all);
        *document.pointer_mut(place).unwrap() = value;
        read_all(document.to_string().as_bytes());
        let mut world = World::new(ecosystem.clone());
        if ecosystem != Ecosystem::CratesIo || document["index"].is_array() {
            world.put("demo-pkg", document);
        }
        let check = world.check();
        prop_assert!((0.0..=10.0).contains(&check.score));
    }
}

#[test]
fn depth_and_length_have_an_end() {
    for open in [
        "[",
        "{\"a\":",
        "{\"info\":",
        "{\"name\":\"x\",\"versions\":{\"1\":{\"dist\":[",
    ] {
        read_all(open.repeat(200_000).as_bytes());
    }
    let many: Vec<Value> = vec![json!({"name": "a", "email": "a@b.example"}); 10_000];
    let document = json!({"name": "x", "maintainers": many, "versions": {}});
    let data = parse::npm(document.to_string().as_bytes(), Timestamp::UNIX_EPOCH).unwrap();
    assert!(data.owners.len() <= 4_096);
    let text = "x".repeat(100_000);
    let document = json!({"name": "x", "description": text, "versions": {}});
    let data = parse::npm(document.to_string().as_bytes(), Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(data.summary.unwrap().len(), 4_096);
}

#[test]
fn an_answer_beyond_the_limit_is_a_failure() {
    let mut world = World::new(Ecosystem::Npm);
    world.downloads("demo-pkg", 1);
    let url = "https://down.test/downloads/point/last-week/demo-pkg";
    world.set(url, Reply::Body(" ".repeat(100_000)));
    let check = world.check();
    assert!(
        check
            .unevaluated
            .iter()
            .any(|gap| gap.reason.contains("larger than the limit"))
    );
}
