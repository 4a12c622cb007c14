use std::sync::Arc;

use proptest::prelude::*;
use runward_syntax::{Frontend as _, Kind, Limits, Tree, Vocabulary};

use super::Yaml;

fn tree(source: &str) -> Tree {
    Yaml.parse(source, &Arc::new(Vocabulary::new()), &Limits::default())
        .unwrap()
}

fn pattern(text: &str) -> (Kind, String) {
    let mut vocabulary = Vocabulary::new();
    let mut pattern = Yaml.parse_pattern(text, &mut vocabulary).unwrap();
    pattern.freeze(&Arc::new(vocabulary));
    let dump = pattern.tree.dump(false);
    let inside = dump
        .lines()
        .skip(pattern.root.index())
        .map(str::trim)
        .collect::<Vec<_>>();
    (pattern.tree.kind(pattern.root), inside.join(", "))
}

fn pairs(source: &str) -> Vec<String> {
    let tree = tree(source);
    let pairs = tree.nodes().iter().filter(|node| node.kind == Kind::Pair);
    pairs
        .map(|node| node.span.text(source).to_owned())
        .collect()
}

#[test]
fn patterns_may_have_escapes_that_yaml_does_not_know() {
    assert_eq!(
        pattern(r#"a: "=~/^b\s+\"\\.c/""#).1,
        r#"Pair, Str "a", Str "=~/^b\\s+\"\\.c/""#
    );
    assert_eq!(pattern(r"a: 'b\s'").1, r#"Pair, Str "a", Str "b\\s""#);
    let refused = tree(r#"a: "b\s""#);
    assert!(!refused.errors.is_empty());
}

#[test]
fn scalars_have_the_kinds_of_yaml_1_1() {
    let dump =
        tree("[yes, Off, ~, 1, -0x1F, 1.5, .inf, 1_000, \"true\", 'n', a b, 1.2.3]").dump(false);
    let kinds: Vec<_> = dump.lines().skip(3).map(str::trim).collect();
    assert_eq!(
        kinds,
        [
            "Bool \"true\"",
            "Bool \"false\"",
            "Null \"~\"",
            "Int \"1\"",
            "Int \"-0x1F\"",
            "Float \"1.5\"",
            "Float \".inf\"",
            "Int \"1_000\"",
            "Str \"true\"",
            "Str \"n\"",
            "Str \"a b\"",
            "Str \"1.2.3\""
        ]
    );
}

#[test]
fn a_pair_begins_at_its_key_and_ends_with_its_value() {
    assert_eq!(
        pairs("a: 1 # c\nb:\n  c: x\n\n# d\ne: [1, 2] \nf:\n"),
        ["a: 1", "b:\n  c: x", "c: x", "e: [1, 2]", "f:"]
    );
    assert_eq!(pairs("é: ü\nb: 1\n"), ["é: ü", "b: 1"]);
}

#[test]
fn a_block_scalar_ends_with_its_lines() {
    assert_eq!(
        pairs("a: |  # c\n  x\n\n  y\n\nb: >-\n z\n"),
        ["a: |  # c\n  x\n\n  y\n", "b: >-\n z"]
    );
    assert_eq!(
        pairs("- a: |\n    x\n  b: |-\n    y\n- c"),
        ["a: |\n    x", "b: |-\n    y"]
    );
    let source = "a: |\n  x\n";
    let tree = tree(source);
    let text = tree
        .nodes()
        .iter()
        .find(|node| node.kind == Kind::Str && node.span.start > 1)
        .unwrap();
    assert_eq!(
        (text.span.text(source), tree.symbols.text(text.name)),
        ("\n  x", "x\n")
    );
}

#[test]
fn aliases_are_what_they_stand_for() {
    let dump = tree("a: &x\n  k: v\nb: *x\n").dump(true);
    assert!(dump.ends_with(
        "      Pair 13..18\n        Str \"b\" 13..14\n        Dict 16..18\n          Pair 8..12\n            Str \"k\" 8..9\n            Str \"v\" 11..12\n"
    ), "{dump}");
    // A billion laughs is cut off.
    let first = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    let text = (1..12).fold(first, |text, level| {
        let last = format!("*a{}, ", level - 1).repeat(10);
        format!("{text}a{level}: &a{level} [{last}]\n")
    });
    assert!(tree(&text).len() < 2_000_000);
}

#[test]
fn tags_are_types() {
    let dump = tree("a: !Ref foo\nb: !Sub [x]\n").dump(true);
    assert!(
        dump.contains("Cast 3..11\n          Str \"foo\" 8..11\n          Name \"Ref\" 3..7\n"),
        "{dump}"
    );
    assert!(
        dump.contains("Cast 15..23\n          List 20..23"),
        "{dump}"
    );
}

#[test]
fn several_documents_are_a_sequence() {
    assert!(
        tree("a: 1\n---\nb: 2\n")
            .dump(false)
            .starts_with("Program\n  ExprStmt\n    List\n      Dict")
    );
    assert!(
        tree("---\na: 1\n")
            .dump(false)
            .starts_with("Program\n  ExprStmt\n    Dict")
    );
    assert_eq!(tree("").dump(false), "Program\n");
}

#[test]
fn what_stands_before_an_error_is_read() {
    let tree = tree("a: 1\nb: {{ x }}: y\n  c: [\n");
    assert!(!tree.errors.is_empty());
    assert!(tree.dump(false).contains("Str \"a\""));
}

#[test]
fn a_pattern_of_one_entry_is_that_entry() {
    assert_eq!(pattern("$K: $V").1, "Pair, Metavar \"$K\", Metavar \"$V\"");
    assert_eq!(pattern("- foo").1, "Str \"foo\"");
    assert_eq!(pattern("a: 1\nb: 2").0, Kind::Dict);
    assert_eq!(
        pattern("!$TAG $X").1,
        "Cast, Metavar \"$X\", Metavar \"$TAG\""
    );
    assert_eq!(
        pattern("[$...XS, 1]").1,
        "List, MetavarRest \"$...XS\", Int \"1\""
    );
    assert_eq!(pattern("\"$X\"").0, Kind::Str);
}

#[test]
fn ellipses_stand_for_entries() {
    assert_eq!(pattern("a: ...").1, "Pair, Str \"a\", Dots \"...\"");
    assert_eq!(
        pattern("...\na: 1").1,
        "Dict, Dots \"...\", Pair, Str \"a\", Int \"1\""
    );
    assert_eq!(
        pattern("a:\n  ...\n  - x\n  ...").1,
        "Pair, Str \"a\", List, Dots \"...\", Str \"x\", Dots \"...\""
    );
    assert_eq!(
        pattern("- id: $X\n  ...\n...").1,
        "List, Dict, Pair, Str \"id\", Metavar \"$X\", Dots \"...\", Dots \"...\""
    );
    assert_eq!(
        pattern("r:\n- ...\n  l: y\n  ...").1,
        "Pair, Str \"r\", List, Dict, Dots \"...\", Pair, Str \"l\", Bool \"true\", Dots \"...\""
    );
    assert_eq!(
        pattern("r:\n- ...\n  - l: x\n  ...").1,
        "Pair, Str \"r\", List, List, Dots \"...\", Dict, Pair, Str \"l\", Str \"x\", Dots \"...\""
    );
    assert_eq!(
        pattern("a: {..., b: c}").1,
        "Pair, Str \"a\", Dict, Dots \"...\", Pair, Str \"b\", Str \"c\""
    );
    assert_eq!(pattern("a:\n  ...").1, "Pair, Str \"a\", Dots \"...\"");
    assert_eq!(
        pattern("k: [..., $X, ...]").1,
        "Pair, Str \"k\", List, Dots \"...\", Metavar \"$X\", Dots \"...\""
    );
}

#[test]
fn deep_and_large_texts_are_refused_or_read() {
    let parse = |text: &str| Yaml.parse(text, &Arc::new(Vocabulary::new()), &Limits::default());
    for text in ["[".repeat(5_000), "- ".repeat(5_000), "{a: ".repeat(5_000)] {
        assert!(parse(&text).map_or(true, |tree| !tree.errors.is_empty()));
    }
    assert!(parse(&format!("[{}]", "1,".repeat(100_000))).is_ok());
}

proptest! {
    #[test]
    fn any_text_is_read(text in r#"([\[\]{}:,"'ab1&*!|>#\n -]|\PC|\$X|\.\.\.|---\n| \n){0,40}"#) {
        if let Ok(tree) = Yaml.parse(&text, &Arc::new(Vocabulary::new()), &Limits::default()) {
            for node in tree.nodes() {
                prop_assert!(node.span.start <= node.span.end);
                prop_assert!(text.get(node.span.range()).is_some(), "{}", tree.dump(true));
            }
        }
        let _ = Yaml.parse_pattern(&text, &mut Vocabulary::new());
    }
}
