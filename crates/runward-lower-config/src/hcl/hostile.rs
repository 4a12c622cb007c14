//! Texts that nobody wrote to be read.

use std::sync::Arc;

use proptest::prelude::*;
use runward_syntax::{Frontend as _, Limits, Vocabulary};

use super::Hcl;

#[test]
fn deep_and_large_texts_are_refused_or_read() {
    std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(|| {
            let parse =
                |text: &str| Hcl.parse(text, &Arc::new(Vocabulary::new()), &Limits::default());
            for piece in [
                "a {",
                "a = [",
                "a = {b = ",
                "a = (",
                "a = f(",
                "a = \"${",
                "a = x[",
                "a = b ? ",
            ] {
                let inner = piece.strip_prefix("a = ").unwrap_or(piece);
                let text = format!("{piece}{}", inner.repeat(5_000));
                assert!(parse(&text).is_err(), "{piece}");
            }
            for piece in [
                "a {}\n",
                "a = 1\n",
                "a ",
                "}",
                "\"",
                "a = <<E\n",
                "$",
                "a \"b\" ",
                "/*",
                "${",
                ":",
                "[1] ",
            ] {
                assert!(parse(&piece.repeat(200_000)).is_ok(), "{piece}");
            }
            let list = |piece: &str| parse(&format!("a = [{}]", piece.repeat(200_000)));
            assert!(list("1,").is_ok() && list("1 ").is_ok() && list("\"a\"").is_ok());
        })
        .unwrap()
        .join()
        .unwrap();
}

/// Nodes are within their parents, and nothing panics.
fn check(text: &str) {
    let limits = Limits {
        depth: 100,
        ..Limits::default()
    };
    if let Ok(tree) = Hcl.parse(text, &Arc::new(Vocabulary::new()), &limits) {
        for node in tree.nodes() {
            let parent = tree.node(node.parent);
            let is_within = parent.span.contains(node.span);
            assert!(is_within, "{node:?} in {parent:?}\n{}", tree.dump(true));
            assert!(text.get(node.span.range()).is_some());
        }
    }
    let _ = Hcl.parse_pattern(text, &mut Vocabulary::new());
}

#[test]
fn what_is_missing_behind_white_space_has_its_place() {
    check("a = {for $X");
}

proptest! {
    #[test]
    fn any_text_is_read(
        text in r#"([\[\]{}():,"'a1.\n/*#<>=?!-]|\PC|\$X|\$\{|%\{|\.\.\.|<\.\.\.|<<E\n|for |in |a = |b "c" \{){0,40}"#,
    ) {
        check(&text);
    }
}
