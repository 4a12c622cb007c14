use std::sync::Arc;

use proptest::prelude::*;
use runward_syntax::{Frontend as _, Kind, Limits, NodeId, Tree, Vocabulary};

use super::Json;

fn tree(source: &str) -> Tree {
    Json.parse(source, &Arc::new(Vocabulary::new()), &Limits::default())
        .unwrap()
}

fn dump(source: &str) -> String {
    tree(source).dump(true)
}

fn pattern(text: &str) -> (Kind, String) {
    let mut vocabulary = Vocabulary::new();
    let mut pattern = Json.parse_pattern(text, &mut vocabulary).unwrap();
    pattern.freeze(&Arc::new(vocabulary));
    (pattern.tree.kind(pattern.root), pattern.tree.dump(false))
}

#[test]
fn values_have_their_places() {
    assert_eq!(
        dump(r#"{"a": [1, -2.5, "x\"y"], 'b': null, c: word}"#),
        "Program 0..44\n  ExprStmt 0..44\n    Dict 0..44\n      Pair 1..23\n        Str \"a\" 1..4\n        \
         List 6..23\n          Int \"1\" 7..8\n          Unary Minus 10..14\n            Float \"2.5\" 11..14\n          \
         Str \"x\\\\\\\"y\" 16..22\n      Pair 25..34\n        Str \"b\" 25..28\n        Null \"null\" 30..34\n      \
         Pair 36..43\n        Str \"c\" 36..37\n        Name \"word\" 39..43\n"
    );
}

#[test]
fn comments_and_trailing_commas_are_read() {
    let tree = tree("// a\n{\"a\": true, /* b */ }\n");
    assert!(tree.errors.is_empty());
    assert_eq!(tree.nodes().len(), 6);
}

#[test]
fn what_follows_an_error_is_read() {
    let tree = tree(r#"{"a": , "b": 1, oops, "c": [1 2 }"#);
    assert!(!tree.errors.is_empty());
    let keys: Vec<_> = (0..tree.len())
        .map(NodeId::at)
        .map(|id| tree.name(id))
        .collect();
    assert!(keys.contains(&"b") && keys.contains(&"c"));
}

#[test]
fn patterns_have_ellipses_and_metavariables() {
    assert_eq!(
        pattern("{..., \"a\": $X, $K: ..., \"$K\": [...], }").1,
        "Program\n".replace("Program\n", "")
            + "Dict\n  Dots \"...\"\n  Pair\n    Str \"a\"\n    Metavar \"$X\"\n  Pair\n    Metavar \"$K\"\n    \
               Dots \"...\"\n  Pair\n    Metavar \"$K\"\n    List\n      Dots \"...\"\n"
    );
    assert_eq!(pattern("\"foo\": <... 42 ...>").0, Kind::Pair);
    assert_eq!(pattern("\"a\": {\n ...,\n},\n").0, Kind::Pair);
    assert_eq!(pattern("\"$X\"").0, Kind::Str);
    assert_eq!(pattern("$...XS").0, Kind::MetavarRest);
    assert!(
        Json.parse_pattern("{\"a\": }", &mut Vocabulary::new())
            .is_err()
    );
    assert!(Json.parse_pattern("", &mut Vocabulary::new()).is_err());
}

#[test]
fn deep_and_large_texts_are_refused_or_read() {
    std::thread::Builder::new()
        .stack_size(32 << 20)
        .spawn(|| {
            let parse =
                |text: &str| Json.parse(text, &Arc::new(Vocabulary::new()), &Limits::default());
            assert!(parse(&"[".repeat(5_000)).is_err());
            assert!(parse(&"{\"a\":".repeat(5_000)).is_err());
            assert!(parse(&format!("[{}]", "1,".repeat(500_000))).is_ok());
            assert!(parse(&"\"".repeat(200_000)).is_ok());
            assert!(parse(&"a:".repeat(200_000)).is_ok());
        })
        .unwrap()
        .join()
        .unwrap();
}

proptest! {
    #[test]
    fn any_text_is_read(text in r#"([\[\]{}:,"'a1.\n/*-]|\PC|\$X|\.\.\.|<\.\.\.){0,40}"#) {
        let limits = Limits { depth: 100, ..Limits::default() };
        if let Ok(tree) = Json.parse(&text, &Arc::new(Vocabulary::new()), &limits) {
            for (index, node) in tree.nodes().iter().enumerate() {
                let parent = tree.node(node.parent);
                prop_assert!(parent.span.contains(node.span), "{index} {:?} in {:?}\n{}", node, parent, tree.dump(true));
                prop_assert!(text.get(node.span.range()).is_some());
            }
        }
        let _ = Json.parse_pattern(&text, &mut Vocabulary::new());
    }
}
