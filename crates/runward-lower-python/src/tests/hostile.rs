//! Texts that mean harm.

use proptest::prelude::*;

use super::*;

fn refused(source: &str) -> String {
    Python
        .parse(source, &Arc::new(Vocabulary::new()), &Limits::default())
        .unwrap_err()
        .reason
}

/// As the engine's workers have.
fn with_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(run)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn deep_nesting_is_refused_before_it_is_parsed() {
    with_stack(|| {
        for unit in [
            "[",
            "(",
            "{",
            "not ",
            "-",
            "lambda: ",
            "a.",
            "a(",
            "f(a)(",
            "a + ",
            "a if b else ",
            "x ** ",
        ] {
            let source = format!("x = {}", unit.repeat(100_000));
            assert!(refused(&source).contains("nested deeper"), "{unit}");
        }
        let strings = "f'{".repeat(5_000);
        assert!(refused(&strings).contains("nested deeper"));
        let mut blocks = String::new();
        for depth in 0..3_000 {
            blocks.push_str(&" ".repeat(depth));
            blocks.push_str("if x:\n");
        }
        assert!(refused(&blocks).contains("nested deeper"));
    });
}

#[test]
fn what_is_just_within_the_limits_is_read() {
    with_stack(|| {
        for (open, close) in [
            ("[", "]"),
            ("(", ")"),
            ("f(", ")"),
            ("not ", ""),
            ("a.", ""),
            ("1 + ", ""),
        ] {
            let source = format!("x = {}y{}", open.repeat(900), close.repeat(900));
            let tree = tree(&source);
            assert_eq!(tree.errors, [], "{open}");
        }
    });
}

#[test]
fn an_endless_line_is_read_in_one_pass() {
    with_stack(|| {
        let list = format!("x = [{}]", "'a', ".repeat(300_000));
        assert!(tree(&list).len() > 300_000);
        let string = format!("x = '{}'", "a".repeat(10_000_000));
        assert!(tree(&string).len() < 10);
        let open = "(".repeat(10_000_000);
        assert!(refused(&open).contains("nested deeper"));
        let quotes = "\"a' ".repeat(1_000_000);
        drop(Python.parse(&quotes, &Arc::new(Vocabulary::new()), &Limits::default()));
    });
}

#[test]
fn a_long_chain_of_branches_is_refused_and_no_overflow() {
    with_stack(|| {
        let chain: String = "elif x:\n a\n".repeat(20_000);
        assert!(refused(&format!("if x:\n a\n{chain}")).contains("limits"));
    });
}

#[test]
fn too_large_is_refused() {
    let limits = Limits {
        bytes: 3,
        ..Limits::default()
    };
    let error = Python
        .parse("abcd", &Arc::new(Vocabulary::new()), &limits)
        .unwrap_err();
    assert_eq!(error.reason, "larger than the limit of 3 bytes");
    let limits = Limits {
        nodes: 3,
        ..Limits::default()
    };
    assert!(
        Python
            .parse("a + b", &Arc::new(Vocabulary::new()), &limits)
            .is_err()
    );
}

#[test]
fn a_text_of_which_nothing_can_be_read_is_refused() {
    assert!(!refused("\u{0}").is_empty() || tree("\u{0}").errors.is_empty());
}

/// Children lie in their parents, in order, save where a kind says otherwise.
fn check(tree: &Tree, length: usize) {
    for (index, node) in tree.nodes().iter().enumerate() {
        let id = NodeId::at(index);
        assert!(node.span.start <= node.span.end, "{node:?}");
        assert!(node.span.end as usize <= length, "{node:?}");
        if !tree.errors.is_empty() || matches!(node.kind, Kind::Program | Kind::Block) {
            continue;
        }
        let mut last = node.span.start;
        for child in tree.children(id) {
            let span = tree.node(child).span;
            let beyond = matches!(node.kind, Kind::For | Kind::While)
                || matches!(node.kind, Kind::Conditional | Kind::Binary);
            assert!(
                beyond || node.span.contains(span),
                "{node:?} {span:?}\n{}",
                tree.dump(true)
            );
            let sorted = !matches!(
                node.kind,
                Kind::Conditional | Kind::Try | Kind::For | Kind::While
            );
            assert!(
                !sorted || last <= span.start,
                "{node:?} {span:?}\n{}",
                tree.dump(true)
            );
            last = span.start;
        }
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let words = [
        "a", "b", "self", "print ", "exec ", "if ", "else", "elif ", "def ", "class ", "for ",
        "in ", "with ", "as ", "lambda ", "import ", "from ", "async ", "await ", "yield ", "not ",
        "and ", "or ", "is ", "try", "except ", "finally", "match ", "case ", "return ", "raise ",
        "del ", "global ", "type ", "1", "0777", "1.5e", "'", "\"", "'''", "f'", "f\"", "r'", "b'",
        "{", "}", "(", ")", "[", "]", ":", ":=", "=", "==", ",", ";", ".", "...", "*", "**", "@",
        "+", "-", "->", "<", "<>", "`", "\\", "\n", "\n  ", "\n\t", "# c", "$X", "$...A", "<... ",
        " ...>", "!", "!r", "é", "\u{feff}", "\r\n", "\u{0}", "L", "'a' ", "_",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..40).prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_text_is_read_or_refused(source in "\\PC{0,200}") {
        if let Ok(tree) = Python.parse(&source, &Arc::new(Vocabulary::new()), &Limits::default()) {
            check(&tree, source.len());
        }
        drop(Python.parse_pattern(&source, &mut Vocabulary::new()));
    }

    #[test]
    fn any_words_are_read_or_refused(source in pieces()) {
        if let Ok(tree) = Python.parse(&source, &Arc::new(Vocabulary::new()), &Limits::default()) {
            check(&tree, source.len());
        }
        drop(Python.parse_pattern(&source, &mut Vocabulary::new()));
    }
}
