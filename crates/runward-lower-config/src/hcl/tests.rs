use std::sync::Arc;

use runward_syntax::{Frontend as _, Kind, Limits, Tree, Vocabulary};

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

/// A tree without the span that each line ends with.
fn shape(source: &str) -> String {
    let tree = tree(source);
    assert!(tree.errors.is_empty(), "{:?}", tree.errors);
    tree.dump(false)
}

fn messages(source: &str) -> Vec<String> {
    let errors = tree(source).errors;
    errors.into_iter().map(|error| error.message).collect()
}

#[test]
fn blocks_are_calls_and_attributes_definitions() {
    assert_eq!(
        dump("resource \"a\" b {\n  c = -1 # x\n  d { }\n}\n"),
        "Program 0..40
  ExprStmt 0..39
    Call 0..39
      Name \"resource\" 0..8
      Args 9..39
        Str \"a\" 10..11
        Name \"b\" 13..14
        Dict 15..39
          VarDef 19..25
            Name \"c\" 19..20
            Absent 22..22
            Unary Minus 23..25
              Int \"1\" 24..25
          ExprStmt 32..37
            Call 32..37
              Name \"d\" 32..33
              Args 34..37
                Dict 34..37
"
    );
}

#[test]
fn operators_lean_left_and_bind_as_they_should() {
    assert_eq!(
        shape("x = !a - 1 - 2 * 3 >= b || (c && d)"),
        "Program
  VarDef
    Name \"x\"
    Absent
    Binary Or
      Binary GreaterEq
        Binary Sub
          Binary Sub
            Unary Not
              Name \"a\"
            Int \"1\"
          Binary Mul
            Int \"2\"
            Int \"3\"
        Name \"b\"
      Binary And
        Name \"c\"
        Name \"d\"
"
    );
}

#[test]
fn references_templates_and_objects_have_their_places() {
    assert_eq!(
        dump("x = a.b[*].c[0] == \"k-${f(y...)}\" ? [1, null] : { k = true, \"j\" : 2 }"),
        "Program 0..69
  VarDef 0..69
    Name \"x\" 0..1
    Absent 3..3
    Conditional 4..69
      Binary Eq 4..33
        Index 4..15
          Attr 4..12
            Index 4..10
              Attr 4..7
                Name \"a\" 4..5
                Name \"b\" 6..7
              Other \"*\" 8..9
            Name \"c\" 11..12
          Int \"0\" 13..14
        Interp 19..33
          Str \"k-\" 20..22
          Hole 22..32
            Call 24..31
              Name \"f\" 24..25
              Args 25..31
                Spread 26..30
                  Name \"y\" 26..27
            Absent 32..32
      List 36..45
        Int \"1\" 37..38
        Null \"null\" 40..44
      Dict 48..69
        VarDef 50..58
          Name \"k\" 50..51
          Absent 53..53
          Bool \"true\" 54..58
        Pair 60..67
          Str \"j\" 60..63
          Int \"2\" 66..67
"
    );
}

#[test]
fn for_is_a_comprehension() {
    let list = shape("x = [for k, v in m : upper(v) if v]");
    assert!(list.contains("Comprehension List\n      Call"), "{list}");
    let end = "      CompFor
        Tuple
          Name \"k\"
          Name \"v\"
        Name \"m\"
      CompIf
        Name \"v\"
";
    assert!(list.ends_with(end), "{list}");
    let object = shape("x = {for k in {a = 1} : k => 1...}");
    assert!(
        object.contains("Comprehension Dict\n      Pair"),
        "{object}"
    );
    assert!(shape("x = {\n  for = 1\n}").contains("Name \"for\""));
}

#[test]
fn a_here_document_is_its_text() {
    assert_eq!(
        dump("x = <<-EOT\n  {\"a\": 1}\n  EOT\ny = <<E\n%{ if a }b%{ endif }\nE\n"),
        "Program 0..59
  VarDef 0..27
    Name \"x\" 0..1
    Absent 3..3
    Str \"{\\\"a\\\": 1}\" 4..27
  VarDef 28..58
    Name \"y\" 28..29
    Absent 31..31
    Interp 32..58
      Hole 36..45
        Name \"a\" 42..43
        Absent 45..45
      Str \"b\" 45..46
      Hole 46..56
        Other \"endif\" 49..54
        Absent 56..56
"
    );
    assert!(shape("x = \"$${a} %%{b} \\\"c\\\"\"").contains("Str"));
}

#[test]
fn lines_go_on_where_they_must() {
    assert!(shape("a = f (1,\n 2)").contains("Call"));
    let found =
        shape("a = [\n  1, # one\n  2\n]\nb = (c\n  + d)\ne = f\n  && g\nh = i ?\n  1 :\n  2\n");
    assert_eq!(found.matches("VarDef").count(), 4, "{found}");
    // A minus in the next line would be no attribute; a bracket no index.
    assert_eq!(
        messages("a = b\n[1]\nc = 2"),
        ["an attribute or a block belongs here"]
    );
}

#[test]
fn after_an_error_the_rest_is_read() {
    let text = "a = [1, 2\nresource \"x\" \"y\" {\n b = \n c = 2\n}\n}\nd = \"e\nf = 3";
    assert_eq!(
        messages(text),
        [
            "a `,` or a `]` is missing",
            "a value is missing",
            "an attribute or a block belongs here",
            "this string is not closed",
        ]
    );
    let found = tree(text).dump(false);
    for name in ["\"a\"", "\"resource\"", "\"b\"", "\"c\"", "\"d\"", "\"f\""] {
        assert!(found.contains(name), "{name} in {found}");
    }
    assert_eq!(messages("a {"), ["a `}` is missing"]);
    assert_eq!(messages("a = <<E\nb"), ["this here-document is not closed"]);
}

#[test]
fn patterns_have_dots_and_metavariables() {
    assert_eq!(
        pattern("$R \"a\" $N {\n ...\n c = [..., $X, ...]\n}"),
        (
            Kind::Call,
            "Program
  ExprStmt
    Call
      Metavar \"$R\"
      Args
        Str \"a\"
        Metavar \"$N\"
        Dict
          ExprStmt
            Dots \"...\"
          VarDef
            Name \"c\"
            Absent
            List
              Dots \"...\"
              Metavar \"$X\"
              Dots \"...\"
"
            .to_owned()
        )
    );
    assert_eq!(pattern("a = 1\n...\nb = \"$X\"").0, Kind::Program);
    assert_eq!(pattern("acl = $X").0, Kind::VarDef);
    assert_eq!(pattern("\"key\" : $X,").0, Kind::Pair);
    assert_eq!(pattern("f(1),").0, Kind::Call);
    assert_eq!(pattern("a.$B.c").0, Kind::Attr);
    assert!(
        pattern("f(<... $X ...>, $...Y)")
            .1
            .contains("Deep\n          Metavar")
    );
    assert!(pattern("f(<... $X ...>, $...Y)").1.contains("MetavarRest"));
    for text in [
        "",
        "a = ",
        "resource {",
        "= 1",
        "a = $x",
        "a ...",
        "a {\n$...X\n}",
        "a b",
    ] {
        assert!(
            Hcl.parse_pattern(text, &mut Vocabulary::new()).is_err(),
            "{text}"
        );
    }
}
