//! The spans with which the rule language reports.

use super::*;

#[test]
fn a_parenthesised_expression_has_its_parentheses() {
    assert_eq!(spans("x = (\n a + b\n)", Kind::Binary), ["(\n a + b\n)"]);
    assert_eq!(spans("((a + b))", Kind::Binary), ["((a + b))"]);
    assert_eq!(spans("f(a + b)", Kind::Binary), ["a + b"]);
    assert_eq!(spans("f((a + b))", Kind::Binary), ["(a + b)"]);
    assert_eq!(spans("return_((a).b)", Kind::Attr), ["(a).b"]);
    assert_eq!(spans("x = (a,\n b)", Kind::Tuple), ["(a,\n b)"]);
    assert_eq!(spans("f'{(a + b)}'", Kind::Binary), ["(a + b)"]);
    assert_eq!(spans("class A(B.c): pass", Kind::Attr), ["B.c"]);
    assert_eq!(spans("if not (a): pass", Kind::Unary), ["not (a)"]);
    assert_eq!(spans("a = (yield b)", Kind::Yield), ["yield b"]);
}

#[test]
fn a_generator_that_is_an_argument_has_none() {
    assert_eq!(
        spans("f(a for a in b)", Kind::Comprehension),
        ["a for a in b"]
    );
    assert_eq!(
        spans("(a for a in b)", Kind::Comprehension),
        ["(a for a in b)"]
    );
}

#[test]
fn a_definition_begins_at_its_first_decorator() {
    assert_eq!(
        spans("@a\n@b(1)\nasync def f():\n  pass # c\n", Kind::FuncDef),
        ["@a\n@b(1)\nasync def f():\n  pass"]
    );
    assert_eq!(
        spans("async def f(): pass", Kind::FuncDef),
        ["async def f(): pass"]
    );
    assert_eq!(spans("@a.b\nclass A: pass", Kind::Decorator), ["@a.b"]);
    assert_eq!(spans("@a.b\nclass A: pass", Kind::Call), ["a.b"]);
}

#[test]
fn a_with_begins_at_its_expression() {
    assert_eq!(
        spans("with (a) as b,\\\n c:\n d", Kind::With),
        ["(a) as b,\\\n c:\n d", "c:\n d"]
    );
    assert_eq!(
        spans("with (\n a as b,\n c,\n):\n d", Kind::With),
        ["a as b,\n c,\n):\n d", "c,\n):\n d"]
    );
}

#[test]
fn a_loop_ends_before_its_else() {
    assert_eq!(
        spans("for a in b:\n c\nelse:\n d", Kind::For),
        ["for a in b:\n c"]
    );
    assert_eq!(
        spans("while a:\n c\nelse:\n d", Kind::While),
        ["while a:\n c"]
    );
    assert_eq!(
        spans("if a:\n c\nelse:\n d", Kind::If),
        ["if a:\n c\nelse:\n d"]
    );
    assert_eq!(
        spans("async def f():\n async  for a in b: c", Kind::For),
        ["for a in b: c"]
    );
}

#[test]
fn each_name_of_a_statement_is_reported_from_its_keyword_on() {
    assert_eq!(
        spans("import a, \\\n b", Kind::Import),
        ["import a", "import a, \\\n b"]
    );
    assert_eq!(
        spans("global a, b", Kind::Global),
        ["global a", "global a, b"]
    );
    assert_eq!(
        spans("from a import (\n b,\n c,\n)", Kind::ImportFrom),
        ["from a import (\n b,\n c"]
    );
    assert_eq!(spans("del (\n a\n), b", Kind::Del), ["(\n a\n), b"]);
}

#[test]
fn strings_have_their_prefix_and_quotes() {
    assert_eq!(spans("x = rb'a'", Kind::Str), ["rb'a'"]);
    assert_eq!(spans("x = ('a'\n 'b')", Kind::StrConcat), ["('a'\n 'b')"]);
    assert_eq!(spans("f'a{b}c'", Kind::Str), ["a", "c"]);
}
