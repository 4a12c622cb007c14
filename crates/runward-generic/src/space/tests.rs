use proptest::prelude::*;
use runward_rules::Generic;

use crate::{Document, SearchError, compile};

fn found(pattern: &str, source: &str) -> Vec<String> {
    let pattern = compile(pattern, &Generic::default()).unwrap();
    let all = pattern.find(source, None).unwrap();
    all.iter()
        .map(|one| one.span.text(source).to_owned())
        .collect()
}

fn bound(pattern: &str, source: &str) -> Vec<String> {
    let pattern = compile(pattern, &Generic::default()).unwrap();
    let all = pattern.find(source, None).unwrap();
    let bindings = all.iter().flat_map(|one| &one.bindings);
    bindings
        .map(|(name, span)| format!("{name}={}", span.text(source)))
        .collect()
}

#[test]
fn white_space_separates_and_means_nothing_else() {
    assert_eq!(
        found(
            "exec(...)",
            "exec( \"ls\" )\nsome_exec(foo)\nexec (\n  bar\n)\n"
        ),
        ["exec( \"ls\" )", "exec (\n  bar\n)"]
    );
    assert_eq!(found("f(x) { a; }", "f(x)\n{\n  a; }"), ["f(x)\n{\n  a; }"]);
    assert_eq!(found("a.b", "a . b"), ["a . b"]);
}

#[test]
fn a_word_is_a_whole_word() {
    assert_eq!(found("foo", "foobar foo _foo"), ["foo"]);
    assert_eq!(bound("x = $X;", "x = 12; x = a.b;"), ["$X=12"]);
    assert_eq!(found("$X == $X", "a == b; b == b"), ["b == b"]);
}

#[test]
fn an_ellipsis_reaches_ten_lines() {
    let source = |lines: usize| format!("a\n{}b\n", "x\n".repeat(lines));
    assert_eq!(found("a ... b", &source(9)).len(), 1);
    assert_eq!(found("a ... b", &source(10)).len(), 0);
    assert_eq!(found("a ... ... b", &source(15)).len(), 1);
    let options = Generic {
        ellipsis_max_span: 0,
        ..Generic::default()
    };
    let pattern = compile("a ... b", &options).unwrap();
    assert!(pattern.find("a\nb", None).unwrap().is_empty());
    assert_eq!(pattern.find("a c b", None).unwrap().len(), 1);
}

#[test]
fn an_ellipsis_at_the_end_takes_the_rest_of_its_block() {
    assert_eq!(found("a ...", "a b\nc"), ["a b\nc"]);
    assert_eq!(found("a ...", "x\n  a b\n  c\nd"), ["a b\n  c"]);
    assert_eq!(found("a ...", "(a b) c"), ["a b"]);
}

#[test]
fn a_named_ellipsis_is_bound() {
    assert_eq!(bound("f($...ARGS)", "f(a, b)"), ["$...ARGS=a, b"]);
    assert_eq!(bound("$...X;", "a b;").len(), 1);
    assert_eq!(found("$...X - $...X;", "a - b;").len(), 0);
}

#[test]
fn an_indented_block_matches_indented_blocks_only() {
    let pattern = "a\n  b\nc";
    assert_eq!(found(pattern, "a\n    b\nc"), ["a\n    b\nc"]);
    assert!(found(pattern, "a\nb\nc").is_empty());
    assert!(found(pattern, "a\n  b\n  d\nc").is_empty());
}

#[test]
fn of_matches_with_one_end_the_shortest_is_kept() {
    assert_eq!(found("a ... b", "a a b"), ["a b"]);
    assert_eq!(found("a ...", "a a b"), ["a a b"]);
}

#[test]
fn a_match_stays_in_the_block_where_it_begins() {
    assert!(found("a ) b", "(a) b").is_empty());
    assert_eq!(found("(a) b", "(a) b"), ["(a) b"]);
}

#[test]
fn four_dots_are_dots() {
    assert_eq!(found("a .... b", "a .... b"), ["a .... b"]);
}

#[test]
fn comments_are_left_out_where_asked() {
    let options = Generic {
        comment_style: Some("cpp".to_owned()),
        ..Generic::default()
    };
    let pattern = compile("a b", &options).unwrap();
    assert_eq!(pattern.find("a // x\nb", None).unwrap().len(), 1);
    assert!(pattern.find("// a b", None).unwrap().is_empty());
}

#[test]
fn ambiguous_ellipses_are_refused() {
    assert!(compile("... $...X", &Generic::default()).is_err());
    assert!(compile(" \n", &Generic::default()).is_err());
}

#[test]
fn hostile_texts_end() {
    let options = Generic {
        ellipsis_max_span: 1_000_000,
        ..Generic::default()
    };
    let pattern = compile("a ... a ... a ... a ... b", &options).unwrap();
    let source = "a\n".repeat(3_000);
    assert!(pattern.find(&source, None).unwrap().is_empty());
    let pattern = compile("$X ... $Y ... $X ... $Y ... b", &options).unwrap();
    let source = (0..3_000).fold(String::new(), |text, n| text + &format!("w{n}\n"));
    let outcome = pattern.find(&source, None);
    assert!(matches!(outcome, Ok(_) | Err(SearchError::Steps)));
    let deep = (0..5_000).fold(String::new(), |text, n| text + &" ".repeat(n) + "(\n");
    assert!(!Document::read_part(&deep, &options).unwrap().is_skipped());
}

proptest! {
    #[test]
    fn any_pattern_and_any_text(pattern in r"[ab$X.() \n]{1,20}", source in r"[ab() \n]{0,60}") {
        if let Ok(pattern) = compile(&pattern, &Generic::default()) {
            for one in pattern.find(&source, None).unwrap() {
                prop_assert!(pattern.required().may_match(&source));
                prop_assert!(source.get(one.span.range()).is_some());
            }
        }
    }

    #[test]
    fn any_bytes(pattern in r"\PC{1,20}", source in r"[\PC\n]{0,80}") {
        for aliengrep in [false, true] {
            let options = Generic { aliengrep, ..Generic::default() };
            if let Ok(pattern) = compile(&pattern, &options) {
                let _ = pattern.find(&source, None);
            }
        }
    }
}
