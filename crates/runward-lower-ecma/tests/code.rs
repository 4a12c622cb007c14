//! What programs become.

#![allow(clippy::unwrap_used, reason = "tests may stop")]

use std::sync::Arc;

use runward_lower_ecma::{JavaScript, TypeScript};
use runward_syntax::{Flags, Frontend, Kind, Limits, NodeId, Tree, Vocabulary};

fn parse(frontend: &dyn Frontend, source: &str) -> Tree {
    let tree = frontend
        .parse(source, &Arc::new(Vocabulary::new()), &Limits::default())
        .unwrap();
    assert_eq!(tree.errors, [], "{source}");
    tree
}

fn js(source: &str) -> Tree {
    parse(&JavaScript, source)
}

fn ts(source: &str) -> Tree {
    parse(&TypeScript, source)
}

/// The source text of each node of a kind.
fn texts<'s>(tree: &Tree, kind: Kind, source: &'s str) -> Vec<&'s str> {
    tree.nodes()
        .iter()
        .filter(|node| node.kind == kind)
        .map(|node| node.span.text(source))
        .collect()
}

/// The kinds and names of a subtree, on one line.
fn shape(tree: &Tree, id: NodeId) -> String {
    let mut out = format!("{:?}", tree.kind(id));
    let name = tree.name(id);
    if !name.is_empty() {
        out = format!("{out}:{name}");
    }
    let children: Vec<_> = tree.children(id).map(|child| shape(tree, child)).collect();
    if children.is_empty() {
        out
    } else {
        format!("{out}({})", children.join(" "))
    }
}

fn statement(tree: &Tree) -> String {
    shape(tree, NodeId::at(1))
}

#[test]
fn calls_pass_types_in_javascript_too() {
    for source in ["f<a>(b)", "f<A | null>(b)", "x.f<A[], b.C>(b)"] {
        let tree = js(source);
        assert_eq!(texts(&tree, Kind::Call, source), [source]);
    }
    for source in ["f < a > (b)", "a<b", "'<a>(b)'", "a>(b)", "1<a>(b)"] {
        assert_eq!(texts(&js(source), Kind::Call, source), [""; 0], "{source}");
    }
}

#[test]
fn what_the_parser_passes_over_is_told() {
    for (source, calls) in [("\0f();", 1), ("f();\0g();", 2), ("f();\n/* g();", 1)] {
        let tree = JavaScript
            .parse(source, &Arc::new(Vocabulary::new()), &Limits::default())
            .unwrap();
        assert_eq!(texts(&tree, Kind::Call, source).len(), calls, "{source:?}");
        assert_eq!(tree.errors.len(), 1, "{source:?}");
    }
}

#[test]
fn a_variable_begins_at_its_keyword_and_ends_before_the_semicolon() {
    let source = "var a = 1, b = 2;";
    assert_eq!(
        texts(&js(source), Kind::VarDef, source),
        ["var a = 1", "var a = 1, b = 2"]
    );
    let source = "export const c = (3);";
    assert_eq!(
        texts(&js(source), Kind::Export, source),
        ["export const c = (3)"]
    );
    assert_eq!(texts(&js(source), Kind::Int, source), ["(3)"]);
}

#[test]
fn a_class_begins_at_its_decorators_even_before_an_export() {
    for source in ["@D() export class A { }", "@D() export default class A { }"] {
        let tree = ts(source);
        assert_eq!(texts(&tree, Kind::ClassDef, source), [source]);
        assert_eq!(texts(&tree, Kind::Export, source), [source]);
    }
}

#[test]
fn an_expression_takes_in_its_parentheses() {
    let source = "((u + v) * (w)).z;";
    let tree = js(source);
    assert_eq!(
        texts(&tree, Kind::Binary, source),
        ["((u + v) * (w))", "(u + v)"]
    );
    assert_eq!(texts(&tree, Kind::Attr, source), ["((u + v) * (w)).z"]);
}

#[test]
fn an_arrow_returns_its_expression_from_the_arrow_on() {
    let source = "f = async (q) /* => */ => q + 1";
    let tree = js("f = (q) => q + 1");
    assert_eq!(texts(&tree, Kind::Return, "f = (q) => q + 1"), ["=> q + 1"]);
    let lambda = js(source).nodes()[4];
    assert_eq!(lambda.kind, Kind::Lambda);
    assert!(lambda.flags.has(Flags::ASYNC | Flags::ARROW));
}

#[test]
fn functions_as_values_of_keys_and_fields_are_methods() {
    let source = "x = {k: function () { }, a: () => 1, m() { }, v: 1}";
    let tree = js(source);
    assert_eq!(
        texts(&tree, Kind::FuncDef, source),
        ["k: function () { }", "a: () => 1", "m() { }"]
    );
    assert_eq!(texts(&tree, Kind::Pair, source), ["v: 1"]);
    let source = "class A { @D() private m() { } static f = () => 1; g = 2; #h; }";
    let tree = ts(source);
    assert_eq!(
        texts(&tree, Kind::FuncDef, source),
        ["@D() private m() { }", "static f = () => 1"]
    );
    assert_eq!(texts(&tree, Kind::Field, source), ["g = 2", "#h"]);
    assert_eq!(texts(&tree, Kind::Lambda, source), [""; 0]);
}

#[test]
fn keys_are_names_quoted_or_not() {
    let tree = js("x = {a: 1, 'b': 2, [c]: 3, d, ...e}");
    assert_eq!(
        statement(&tree),
        "ExprStmt(Assign(Name:x Dict(Pair(Name:a Int:1) Pair(Name:b Int:2) \
         Pair(Computed(Name:c) Int:3) Pair(Name:d Name:d) Spread(Name:e))))"
    );
}

#[test]
fn destructuring_looks_like_the_literal() {
    assert_eq!(
        statement(&js("var {a: b, c = 1, ...d} = x")),
        "VarDef(Dict(Pair(Name:a Name:b) Pair(Name:c Assign(Name:c Int:1)) Spread(Name:d)) Absent \
         Name:x)"
    );
    assert_eq!(
        statement(&js("[a, [b]] = x")),
        "ExprStmt(Assign(List(Name:a List(Name:b)) Name:x))"
    );
    assert_eq!(
        statement(&js("({a, b = 2, c: d.e} = x)")),
        "ExprStmt(Assign(Dict(Pair(Name:a Name:a) Pair(Name:b Assign(Name:b Int:2)) \
         Pair(Name:c Attr(Name:d Name:e))) Name:x))"
    );
}

#[test]
fn imports_and_exports() {
    let from = "ImportFrom(Path:m(Str:m) ImportNames";
    assert_eq!(
        statement(&js("import d, {x as y, z} from 'm'")),
        format!(
            "{from}(ImportName(Name:default Name:d) ImportName(Name:x Name:y) \
             ImportName(Name:z Absent)))"
        )
    );
    assert_eq!(
        statement(&js("import * as n from 'm'")),
        "Import(Path:m(Str:m) Name:n)"
    );
    assert_eq!(statement(&js("import 'm'")), "Import(Path:m(Str:m) Absent)");
    assert_eq!(
        statement(&ts("import n = require('m')")),
        "Import(Path:m(Str:m) Name:n)"
    );
    assert_eq!(
        statement(&js("export {a as b} from 'm'")),
        format!("Export({from}(ImportName(Name:a Name:b))))")
    );
    assert_eq!(statement(&js("export default a")), "Export(Name:a)");
}

#[test]
fn statements_have_their_children_in_place() {
    for (source, expected) in [
        (
            "if (a) b; else if (c) d",
            "If(Name:a Block(ExprStmt(Name:b)) If(Name:c Block(ExprStmt(Name:d)) Absent))",
        ),
        (
            "for (const a of b) c",
            "For(Name:a Name:b Block(ExprStmt(Name:c)) Absent)",
        ),
        ("for (a in b) { }", "For(Name:a Name:b Block Absent)"),
        ("for (;;) ;", "CFor(Absent Absent Absent Block)"),
        (
            "while (a) b",
            "While(Name:a Block(ExprStmt(Name:b)) Absent)",
        ),
        ("do a; while (b)", "DoWhile(Block(ExprStmt(Name:a)) Name:b)"),
        (
            "try { a } catch ({b}) { } finally { c }",
            "Try(Block(ExprStmt(Name:a)) Handlers(Catch(Absent Dict(Pair(Name:b Name:b)) Block)) Absent Block(ExprStmt(Name:c)))",
        ),
        (
            "switch (a) { case 1: case 2: b; default: }",
            "Switch(Name:a Cases(Case(Tuple(Int:1) Absent Block) Case(Tuple(Int:2) Absent Block(ExprStmt(Name:b))) Case(Tuple Absent Block)))",
        ),
        ("l: break l", "Label(Name:l Break(Name:l))"),
        ("throw a", "Throw(Name:a Absent)"),
        (
            "with (a) b",
            "With(WithItems(WithItem(Name:a Absent)) Block(ExprStmt(Name:b)))",
        ),
        ("'use strict'", "ExprStmt(Str:use strict)"),
    ] {
        assert_eq!(statement(&js(source)), expected, "{source}");
    }
}

#[test]
fn expressions_have_their_children_in_place() {
    for (source, expected) in [
        (
            "a?.b.c(d)",
            "Call(Attr(Attr(Name:a Name:b) Name:c) Args(Name:d))",
        ),
        ("a[0]", "Index(Name:a Int:0)"),
        ("new A", "New(Name:A Args)"),
        (
            "new a.B(...c)",
            "New(Attr(Name:a Name:B) Args(Spread(Name:c)))",
        ),
        ("`x${y}`", "Interp(Str:x Hole(Name:y Absent))"),
        ("t`x`", "Tagged(Name:t Interp(Str:x))"),
        ("/a[/]b/gi", "Regex:a[/]b(Str:gi)"),
        ("a ? b : c", "Conditional(Name:a Name:b Name:c)"),
        ("a = b += c", "Assign(Name:a AugAssign(Name:b Name:c))"),
        ("delete a.b", "Unary(Attr(Name:a Name:b))"),
        ("[a,, ...b]", "List(Name:a Spread(Name:b))"),
        ("1.5 + 0x1e", "Binary(Float:1.5 Int:0x1e)"),
        ("this.#a", "Attr(This:this Name:#a)"),
        ("import('m')", "Call(Name:import Args(Str:m))"),
        ("null, true", "Sequence(Null:null Bool:true)"),
        ("'a\\n'", "Str:a\\n"),
        (
            "<A.B c='d' e {...f}>{g} h<i/></A.B>",
            "Jsx(Attr(Name:A Name:B) JsxAttrs(JsxAttr(Name:c Str:d) JsxAttr(Name:e Absent) Spread(Name:f)) JsxBody(Name:g JsxText: h Jsx(Name:i JsxAttrs JsxBody)))",
        ),
        (
            "<>\n <a/>\n</>",
            "Jsx(Absent JsxAttrs JsxBody(Jsx(Name:a JsxAttrs JsxBody)))",
        ),
    ] {
        assert_eq!(
            statement(&js(source)),
            format!("ExprStmt({expected})"),
            "{source}"
        );
    }
}

#[test]
fn types_are_trees_too() {
    for (source, expected) in [
        (
            "let a: b.C<d> = e",
            "VarDef(Name:a TypeApply(Attr(Name:b Name:C) Args(Name:d)) Name:e)",
        ),
        (
            "type T = 'a' | 'b' | c[]",
            "Other:type(Name:T Absent Binary(Binary(Str:a Str:b) Other:array-type(Name:c)))",
        ),
        ("a as b", "ExprStmt(Cast(Name:a Name:b))"),
        ("<b>a", "ExprStmt(Cast(Name:a Name:b))"),
        (
            "a!.b<c>(d)",
            "ExprStmt(Call(Attr(NonNull(Name:a) Name:b) Args(Name:d)))",
        ),
        (
            "declare function f(a?: string): void",
            "FuncDef(Decorators Name:f Absent Params(Param(Name:a Name:string Absent)) Name:void Absent)",
        ),
        (
            "enum E { A = 1 }",
            "Other:enum(Name:E Block(Field(Decorators Name:A Absent Int:1)))",
        ),
        (
            "interface I { a: b }",
            "Other:interface(Name:I Absent Bases Dict(Pair(Name:a Name:b)))",
        ),
        (
            "namespace N { a }",
            "Other:module(Name:N Block(ExprStmt(Name:a)))",
        ),
        (
            "abstract class A extends B implements C { }",
            "ClassDef(Decorators(Other:abstract) Name:A Absent Bases(Name:B Keyword(Name:implements Name:C)) Block)",
        ),
        (
            "class A { constructor(@D() private a: B) { } }",
            "ClassDef(Decorators Name:A Absent Bases Block(FuncDef(Decorators Name:constructor Absent Params(Param(Name:a Name:B Absent Decorators(Decorator(Call(Name:D Args))))) Absent Block)))",
        ),
    ] {
        assert_eq!(statement(&ts(source)), expected, "{source}");
    }
}

#[test]
fn a_file_is_read_by_the_grammar_that_fits() {
    assert_eq!(
        statement(&js("// @flow\nlet a: number = 1")),
        "VarDef(Name:a Name:number Int:1)"
    );
    ts("const a = <b c={d}>e</b>;");
    js("a = <b>{c}</b>; var await; with (a) {}");
    js("return 1");
    js("await a; import 'b'");
    js("#!/usr/bin/env node\na");
    assert_eq!(
        statement(&js("// a manifest\n{\"a\": {\"b\": 1}}")),
        "ExprStmt(Dict(Pair(Name:a Dict(Pair(Name:b Int:1)))))"
    );
}

#[test]
fn a_statement_with_an_error_is_left_out_and_noted() {
    let source = "function a() { }\nfunction b() {\n  return 1 %%% 2;\n}\nfoo(3);\n";
    let tree = JavaScript
        .parse(source, &Arc::new(Vocabulary::new()), &Limits::default())
        .unwrap();
    assert_eq!(tree.errors.len(), 1);
    assert_eq!(texts(&tree, Kind::FuncDef, source), ["function a() { }"]);
    assert_eq!(texts(&tree, Kind::Call, source), ["foo(3)"]);
    let refused = JavaScript.parse("%%%", &Arc::new(Vocabulary::new()), &Limits::default());
    assert!(refused.is_err());
}

#[test]
fn a_dollar_name_of_a_program_is_no_metavariable() {
    assert_eq!(
        statement(&js("$X.$(ǂdots)")),
        "ExprStmt(Call(Attr(Name:$X Name:$) Args(Name:ǂdots)))"
    );
}
