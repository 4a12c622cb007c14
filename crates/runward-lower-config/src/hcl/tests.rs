use std::sync::Arc;

use proptest::prelude::*;
use runward_syntax::{Frontend as _, Kind, Limits, NodeId, Tree, Vocabulary};

use super::Hcl;

fn tree(source: &str) -> Tree {
    Hcl.parse(source, &Arc::new(Vocabulary::new()), &Limits::default())
        .unwrap()
}

fn dump(source: &str) -> String {
    let tree = tree(source);
    assert!(tree.errors.is_empty(), "{:?}", tree.errors);
    tree.dump(true)
}

fn pattern(text: &str) -> (Kind, String) {
    let mut vocabulary = Vocabulary::new();
    let mut pattern = Hcl.parse_pattern(text, &mut vocabulary).unwrap();
    pattern.freeze(&Arc::new(vocabulary));
    (pattern.tree.kind(pattern.root), pattern.tree.dump(false))
}

#[test]
fn show() {
    println!("{}", dump("resource \"a\" b {\n  c = -1 # x\n  d { }\n}\n"));
    println!(
        "{}",
        dump("x = a.b[*].c[0] == \"k-${f(y...)}\" ? [1, null] : { k = true, \"j\" : 2 }")
    );
    println!(
        "{}",
        dump("x = [for k, v in m : upper(v) if v != \"\"]\ny = {for k in m : k => 1}")
    );
    println!(
        "{}",
        dump("x = <<-EOT\n  {\"a\": 1}\n  EOT\ny = <<E\n%{ if a }b%{ endif }\nE\n")
    );
    println!(
        "{:?}",
        pattern("resource \"a\" $N {\n ...\n c = [..., $X, ...]\n}")
    );
    println!("{:?}", pattern("a = 1\n...\nb = \"$X\""));
    println!("{:?}", pattern("$F(..., <... $X ...>)"));
    let tree = tree("a = [1, 2\nresource \"x\" \"y\" {\n b = \n c = 2\n}\n}\nd = 3");
    println!("{:?}\n{}", tree.errors, tree.dump(true));
}

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

proptest! {
    #[test]
    fn any_text_is_read(
        text in r#"([\[\]{}():,"'a1.\n/*#<>=?!-]|\PC|\$X|\$\{|%\{|\.\.\.|<\.\.\.|<<E\n|for |in |a = |b "c" \{){0,40}"#,
    ) {
        let limits = Limits { depth: 100, ..Limits::default() };
        if let Ok(tree) = Hcl.parse(&text, &Arc::new(Vocabulary::new()), &limits) {
            for (index, node) in tree.nodes().iter().enumerate() {
                let parent = tree.node(node.parent);
                prop_assert!(parent.span.contains(node.span), "{index} {:?} in {:?}\n{}", node, parent, tree.dump(true));
                prop_assert!(text.get(node.span.range()).is_some());
            }
        }
        let _ = Hcl.parse_pattern(&text, &mut Vocabulary::new());
    }
}
