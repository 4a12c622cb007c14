//! Texts made to break a parser: each is read or refused, in bounded stack and time.

use std::sync::Arc;

use proptest::prelude::*;
use runward_lower_ecma::{JavaScript, TypeScript};
use runward_syntax::{Frontend, Kind, Limits, NodeId, Refused, Tree, Vocabulary};

/// As much stack as the engine gives its workers.
const STACK: usize = 64 << 20;

#[expect(clippy::unwrap_used, reason = "a test without its thread has failed")]
fn on_a_worker<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let worker = std::thread::Builder::new().stack_size(STACK).spawn(work);
    worker.unwrap().join().unwrap()
}

fn parse(source: &str) -> Result<Tree, Refused> {
    JavaScript.parse(source, &Arc::new(Vocabulary::new()), &Limits::default())
}

#[test]
fn deep_nesting_is_refused() {
    on_a_worker(|| {
        for (open, core, close) in [
            ("(", "a", ")"),
            ("[", "a", "]"),
            ("f(", "a", ")"),
            ("{", ";", "}"),
            ("({a:", "1", "})"),
            ("`${", "a", "}`"),
            ("<a>", "b", "</a>"),
            ("x=>{", "a", "}"),
            ("if(a){", "b", "}"),
            ("class A{a=", "1", "}"),
        ] {
            let source = format!("{}{core}{}", open.repeat(5_000), close.repeat(5_000));
            // Parentheses leave no trace in the tree, and may be read.
            assert!(parse(&source).is_err() || open == "(", "{open}");
            assert!(parse(&open.repeat(5_000)).is_err(), "{open}");
            assert!(parse(&open.repeat(1_000_000)).is_err(), "{open}");
        }
    });
}

#[test]
fn nesting_without_brackets_is_refused_or_read() {
    on_a_worker(|| {
        for (part, core) in [
            ("!", "a"),
            ("a+", "a"),
            ("a=", "a"),
            ("a=>", "a"),
            ("a?b:", "a"),
            ("a**", "a"),
            ("a&&", "a"),
            ("a.", "a"),
            ("new ", "a"),
            ("await ", "a"),
            ("typeof ", "a"),
            ("if(a)", ";"),
            ("if(a);else ", ";"),
            ("a:", ";"),
            ("\"s\"+", "a"),
        ] {
            for count in [1_500, 5_000, 200_000] {
                let source = format!("{}{core}", part.repeat(count));
                let read = parse(&source);
                assert!(count == 1_500 || read.is_err(), "{part}");
            }
        }
    });
}

#[test]
fn a_misread_quote_hides_no_nesting() {
    on_a_worker(|| {
        // To the scan the apostrophe begins a string, to the parser it is text.
        let source = format!("<a>'</a>;{}a{} '", "(".repeat(3_000), ")".repeat(3_000));
        let _ = parse(&source);
        let source = format!("<a>/*</a>;{}a{}", "[".repeat(3_000), "]".repeat(3_000));
        let _ = parse(&source);
    });
}

#[test]
fn a_line_of_ten_megabytes_is_read() {
    on_a_worker(|| {
        let source = "f(a,'b',{c:1});".repeat(10_000_000 / 15);
        let limits = Limits {
            nodes: 20_000_000,
            ..Limits::default()
        };
        let tree = JavaScript
            .parse(&source, &Arc::new(Vocabulary::new()), &limits)
            .unwrap();
        assert!(tree.errors.is_empty());
        for part in ["a+", "a.", "'", "\"", "/", "`", "<", "{", "a ", "/*", "=/["] {
            let _ = parse(&part.repeat(10_000_000 / part.len()));
        }
    });
}

#[test]
fn patterns_are_bounded_too() {
    on_a_worker(|| {
        for part in [
            "(", "[", "{", "<a>", "<... ", "`${", "!", "f(...", "($X:", "...", "\n...",
        ] {
            for count in [10, 90, 5_000] {
                let _ = JavaScript.parse_pattern(&part.repeat(count), &mut Vocabulary::new());
            }
        }
        let _ = JavaScript.parse_pattern(&"a ".repeat(500_000), &mut Vocabulary::new());
    });
}

/// Children lie within their parents, and follow each other where the source has them in order.
fn check(tree: &Tree, length: usize) {
    for index in 0..tree.len() {
        let id = NodeId::at(index);
        let node = *tree.node(id);
        assert!(node.span.start <= node.span.end, "{:?}", node.kind);
        assert!(node.span.end as usize <= length, "{:?}", node.kind);
        for child in tree.children(id) {
            let inner = tree.node(child);
            if inner.kind != Kind::Absent {
                assert!(
                    node.span.contains(inner.span),
                    "{:?} {:?} in {:?} {:?}",
                    inner.kind,
                    inner.span,
                    node.kind,
                    node.span
                );
            }
        }
    }
}

/// Pieces that together make programs now and then.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b",
        "$X",
        "$...A",
        "...",
        "<... ",
        " ...>",
        "1",
        "'s'",
        "`t${",
        "}`",
        "/r/",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "<",
        ">",
        "</",
        "/>",
        "=>",
        "=",
        "+",
        ".",
        "?.",
        "?",
        ":",
        ";",
        ",",
        "\n",
        " ",
        "function ",
        "class ",
        "extends ",
        "async ",
        "await ",
        "import ",
        "from ",
        "export ",
        "default ",
        "const ",
        "for ",
        "of ",
        "if ",
        "else ",
        "switch ",
        "case ",
        "try ",
        "catch ",
        "finally ",
        "return ",
        "@",
        "as ",
        "type ",
        "enum ",
        "new ",
        "get ",
        "static ",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}") {
        let vocabulary = Arc::new(Vocabulary::new());
        if let Ok(tree) = TypeScript.parse(&text, &vocabulary, &Limits::default()) {
            check(&tree, text.len());
        }
        let _ = TypeScript.parse_pattern(&text, &mut Vocabulary::new());
    }

    #[test]
    fn any_tokens_are_read_or_refused(text in pieces()) {
        let vocabulary = Arc::new(Vocabulary::new());
        for frontend in [&JavaScript as &dyn Frontend, &TypeScript] {
            if let Ok(tree) = frontend.parse(&text, &vocabulary, &Limits::default()) {
                check(&tree, text.len());
            }
            if let Ok(pattern) = frontend.parse_pattern(&text, &mut Vocabulary::new()) {
                for index in 0..pattern.tree.len() {
                    prop_assert!(pattern.tree.node(NodeId::at(index)).span.end as usize <= text.len());
                }
            }
        }
    }
}
