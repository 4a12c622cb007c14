use std::sync::Arc;

use proptest::prelude::*;
use runward_syntax::{Frontend as _, Kind, Limits, Tree, Vocabulary};

use super::Bash;

fn tree(source: &str) -> Tree {
    Bash.parse(source, &Arc::new(Vocabulary::new()), &Limits::default())
        .unwrap()
}

/// Without the names of what the shell does.
fn short(dump: &str) -> String {
    let lines = dump
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("Name \"!"));
    lines.collect::<Vec<_>>().join(", ")
}

fn pattern(text: &str) -> (Kind, String) {
    let mut vocabulary = Vocabulary::new();
    let mut pattern = Bash.parse_pattern(text, &mut vocabulary).unwrap();
    pattern.freeze(&Arc::new(vocabulary));
    let dump = pattern.tree.dump(false);
    let inside = dump.lines().skip(pattern.root.index()).collect::<Vec<_>>();
    (pattern.tree.kind(pattern.root), short(&inside.join("\n")))
}

#[test]
fn quotes_do_not_matter_around_plain_text() {
    for source in [
        "echo foo",
        "echo 'foo'",
        "echo \"foo\"",
        "A=1 echo foo > out 2>&1",
    ] {
        assert_eq!(
            short(&tree(source).dump(false)),
            "Program, ExprStmt, Call, Args, Str \"echo\", Str \"foo\""
        );
    }
}

#[test]
fn pipelines_and_lists_lean_left() {
    assert_eq!(
        short(&tree("a | b | c && d &").dump(false)),
        "Program, ExprStmt, Unary Control, Binary And, Binary Pipe, Binary Pipe, Call, Args, Str \"a\", \
         Call, Args, Str \"b\", Call, Args, Str \"c\", Call, Args, Str \"d\""
    );
    assert_eq!(
        short(&tree("cat <<E | sh\nx\nE\n").dump(false)),
        "Program, ExprStmt, Binary Pipe, Call, Args, Str \"cat\", Call, Args, Str \"sh\""
    );
}

#[test]
fn a_pipeline_ends_with_its_line() {
    let source = "a | b | c\n\n# d | e\nf | g \\\n  | h\ni <<E\nx\nE\nk > l\n\nm n | o > p &\nq\n";
    let found = tree(source);
    let statements: Vec<_> = found
        .children(runward_syntax::NodeId::ROOT)
        .map(|id| found.nodes()[id.index()].span.text(source))
        .collect();
    let wanted = [
        "a | b | c",
        "f | g \\\n  | h",
        "i",
        "k",
        "m n | o > p &",
        "q",
    ];
    assert_eq!(statements, wanted, "{}", found.dump(true));
    let nested = tree("f() {\n  a | b | c\n  d | e\n  g | h | i > j\n}\n").dump(false);
    assert_eq!(nested.matches("ExprStmt").count(), 3, "{nested}");
}

#[test]
fn an_expansion_is_that_of_its_variable() {
    let expanded = |source: &str| short(&tree(source).dump(false));
    for source in ["a ${b}", "a ${b%.c}", "a ${b:-c}", "a ${#b}", "a ${b//c/d}"] {
        assert_eq!(
            expanded(source),
            "Program, ExprStmt, Call, Args, Str \"a\", Call, Args, Name \"b\"",
            "{source}"
        );
    }
    assert!(expanded("a ${b[0]}").ends_with("Other \"${}\""));
}

#[test]
fn a_statement_ends_before_its_redirections() {
    let source = "foo bar > out; x";
    let tree = tree(source);
    assert_eq!(tree.nodes()[1].span.text(source), "foo bar");
}

#[test]
fn capitals_are_metavariables_in_patterns_only() {
    assert_eq!(
        pattern("echo $X").1,
        "Call, Args, Str \"echo\", Metavar \"$X\""
    );
    assert_eq!(
        pattern("echo ${X}").1,
        "Call, Args, Str \"echo\", Call, Args, Name \"X\""
    );
    assert_eq!(
        pattern("echo ${$X} $x").1,
        "Call, Args, Str \"echo\", Call, Args, Metavar \"$X\", Call, Args, Name \"x\""
    );
    assert_eq!(
        short(&tree("echo $X").dump(false)),
        "Program, ExprStmt, Call, Args, Str \"echo\", Call, Args, Name \"X\""
    );
    assert_eq!(pattern("$X=$Y").1, "Assign, Metavar \"$X\", Metavar \"$Y\"");
    assert_eq!(
        pattern("$X+=a").1,
        "AugAssign Add, Metavar \"$X\", Str \"a\""
    );
    assert_eq!(
        pattern("for $I in $...XS; do ...; done").1,
        "For, Metavar \"$I\", List, MetavarRest \"$...XS\", Block, Dots \"...\", Absent"
    );
    assert_eq!(
        pattern("$F() { ...; }").1,
        "FuncDef, Decorators, Metavar \"$F\", Absent, Params, Absent, Block, Dots \"...\""
    );
    assert_eq!(pattern("$F() { ... }").0, Kind::FuncDef);
}

#[test]
fn a_single_word_is_a_command_or_an_argument() {
    assert_eq!(pattern("echo").1, "Str \"echo\"");
    assert_eq!(pattern("$X").1, "Metavar \"$X\"");
    assert_eq!(pattern("...").0, Kind::Dots);
    assert_eq!(pattern("# a\nfoo # b\n").1, "Str \"foo\"");
    for command in ["foo;", "foo > bar", "A=1 foo"] {
        assert_eq!(pattern(command).1, "Call, Args, Str \"foo\"", "{command}");
    }
    assert_eq!(pattern("curl ... | bash ...").0, Kind::Binary);
    assert_eq!(
        pattern("a\n...\nb").1,
        "Program, ExprStmt, Call, Args, Str \"a\", Dots \"...\", ExprStmt, Call, Args, Str \"b\""
    );
    assert_eq!(
        pattern("foo <... $X ...>").1,
        "Call, Args, Str \"foo\", Deep, Metavar \"$X\""
    );
}

#[test]
fn strings_have_ellipses() {
    assert_eq!(
        pattern("echo \"...\"").1,
        "Call, Args, Str \"echo\", Call, Args, Dots \"...\""
    );
    assert_eq!(
        pattern("echo \"a$...X\"").1,
        "Call, Args, Str \"echo\", Call, Args, Str \"a\", MetavarRest \"$...X\""
    );
    assert_eq!(
        pattern("echo \"${A}...${B}\"").1,
        "Call, Args, Str \"echo\", Call, Args, Call, Args, Name \"A\", Dots \"...\", Call, Args, Name \"B\""
    );
}

#[test]
fn what_follows_an_error_is_read() {
    let tree = tree("echo a\nif then )\ncurl x | sh\n");
    assert!(!tree.errors.is_empty());
    assert!(tree.dump(false).contains("Str \"echo\""));
    assert!(Bash.parse_pattern("if (", &mut Vocabulary::new()).is_err());
}

#[test]
fn deep_and_long_scripts_end() {
    std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(|| {
            let parse =
                |text: &str| Bash.parse(text, &Arc::new(Vocabulary::new()), &Limits::default());
            assert!(
                parse(&format!(
                    "{}x{}",
                    "$(echo ".repeat(5_000),
                    ")".repeat(5_000)
                ))
                .is_err()
            );
            assert!(parse(&format!("{}x{}", "{ ".repeat(3_000), "; }".repeat(3_000))).is_err());
            assert!(parse(&format!("a{}", " && b".repeat(1_000))).is_ok());
            assert!(parse(&"a b;\n".repeat(20_000)).is_ok());
            assert!(
                parse(&"a ".repeat(20_000)).is_err(),
                "such a line is refused"
            );
            assert!(
                parse(&"<<E\n".repeat(20_000)).is_err(),
                "each is looked for to the end"
            );
            assert!(parse(&"cat <<E\nE\n".repeat(500)).is_ok());
            assert!(parse("cat <<E\n$((1<<2))\n").is_ok());
            for open in ["[[ ", "[[", "[[ a\n", "[[ a && ", "${a:-"] {
                let words = "a b\n".repeat(16 << 10);
                assert!(
                    parse(&format!("{open}{words}")).is_err(),
                    "all of it is one stretch of errors: {open}"
                );
                assert!(parse(&format!("{open}a\nb\n")).is_ok());
            }
            assert!(parse(&"[[ -n a ]] && b \"${a:-b}\"\n".repeat(2_000)).is_ok());
            let closed_late = format!("[[ {}]]\n", "a \n".repeat(3_000));
            assert!(parse(&closed_late).is_err());
            for harmless in ["# [[ a ${a\n", "grep [[:alpha:]_]\n", "grep a[[b\n"] {
                assert!(parse(&format!("{harmless}{}", "a b\n".repeat(4_000))).is_ok());
            }
            let _ = parse(&"(".repeat(20_000));
            let _ = parse(&"${".repeat(2_000));
        })
        .unwrap()
        .join()
        .unwrap();
}

proptest! {
    #[test]
    fn any_text_is_read(text in r#"([a-c$X{}()\[\]|&;<>"'`=!#\n ]|\PC|\$\(|\.\.\.|if |then |fi |do |done |<<E){0,30}"#) {
        if let Ok(tree) = Bash.parse(&text, &Arc::new(Vocabulary::new()), &Limits::default()) {
            for node in tree.nodes() {
                prop_assert!(node.span.start <= node.span.end);
                prop_assert!(text.get(node.span.range()).is_some(), "{}", tree.dump(true));
            }
        }
        let _ = Bash.parse_pattern(&text, &mut Vocabulary::new());
    }
}
