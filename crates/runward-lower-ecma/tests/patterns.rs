//! What patterns become.

use std::sync::Arc;

use runward_lower_ecma::{JavaScript, TypeScript};
use runward_syntax::{Frontend, NodeId, PatternTree, Vocabulary};

#[expect(clippy::panic, reason = "says which pattern it is")]
fn parse(pattern: &str) -> PatternTree {
    let mut vocabulary = Vocabulary::new();
    let mut tree = JavaScript
        .parse_pattern(pattern, &mut vocabulary)
        .unwrap_or_else(|error| panic!("{pattern}: {error}"));
    tree.freeze(&Arc::new(vocabulary));
    tree
}

fn shape(tree: &PatternTree, id: NodeId) -> String {
    let mut out = format!("{:?}", tree.tree.kind(id));
    let name = tree.tree.name(id);
    if !name.is_empty() {
        out = format!("{out}:{name}");
    }
    let children: Vec<_> = tree
        .tree
        .children(id)
        .map(|child| shape(tree, child))
        .collect();
    if children.is_empty() {
        out
    } else {
        format!("{out}({})", children.join(" "))
    }
}

fn is(pattern: &str, expected: &str) {
    let tree = parse(pattern);
    assert_eq!(shape(&tree, tree.root), expected, "{pattern}");
}

#[test]
fn an_object_may_be_the_first_of_several_statements() {
    is(
        "{type: $X.y}\n...",
        "Block(ExprStmt(Dict(Pair(Name:type Attr(Metavar:$X Name:y)))) Dots)",
    );
    is(
        " { 'a}': {b: `}`} }\nf();",
        "Block(ExprStmt(Dict(Pair(Name:a} Dict(Pair(Name:b Interp(Str:})))))) ExprStmt(Call(Name:f Args)))",
    );
    is("{a: 1}\n", "Dict(Pair(Name:a Int:1))");
    is("{a: 1}\n.b", "Attr(Dict(Pair(Name:a Int:1)) Name:b)");
    is(
        "{ f(); }\n...",
        "Block(Block(ExprStmt(Call(Name:f Args))) Dots)",
    );
}

#[test]
fn a_semicolon_alone_is_a_statement() {
    is(
        "for (...) {...};",
        "Block(CFor(Dots Absent Absent Block(Dots)) Block)",
    );
    is(
        "f(); ...; g();",
        "Block(ExprStmt(Call(Name:f Args)) Dots ExprStmt(Call(Name:g Args)))",
    );
    is("f();", "ExprStmt(Call(Name:f Args))");
}

#[test]
fn dots_stand_directly_in_their_lists() {
    is("f(..., $X, ...)", "Call(Name:f Args(Dots Metavar:$X Dots))");
    is("f(...x)", "Call(Name:f Args(Spread(Name:x)))");
    is("[..., 1]", "List(Dots Int:1)");
    is(
        "{..., $K: $V, ...}",
        "Dict(Dots Pair(Metavar:$K Metavar:$V) Dots)",
    );
    is(
        "var {..., $S, ...} = f",
        "VarDef(Dict(Dots Pair(Metavar:$S Metavar:$S) Dots) Absent Name:f)",
    );
    is(
        "import {..., $X, ...} from 'm'",
        "ImportFrom(Path:m(Str:m) ImportNames(Dots ImportName(Metavar:$X Absent) Dots))",
    );
    is("f($...A)", "Call(Name:f Args(MetavarRest:$...A))");
    is(
        "<$T ... a={$V} ...>...</$T>",
        "Jsx(Metavar:$T JsxAttrs(Dots JsxAttr(Name:a Metavar:$V) Dots) JsxBody(Dots))",
    );
    is(
        "<a b=... c=$V />",
        "Jsx(Name:a JsxAttrs(JsxAttr(Name:b Dots) JsxAttr(Name:c Metavar:$V)) JsxBody)",
    );
    is(
        "switch ($X) { ... case 1: ... }",
        "Switch(Metavar:$X Cases(Dots Case(Tuple(Int:1) Absent Block(Dots))))",
    );
    is(
        "class $C { ... $M(...) { ... } ... }",
        "ClassDef(Decorators Metavar:$C Absent Bases Block(Dots FuncDef(Decorators Metavar:$M Absent Params(Dots) Absent Block(Dots)) Dots))",
    );
}

#[test]
fn dots_are_statements_and_expressions() {
    is("a\n...\nb", "Block(ExprStmt(Name:a) Dots ExprStmt(Name:b))");
    is(
        "$A = f()\n...",
        "Block(ExprStmt(Assign(Metavar:$A Call(Name:f Args))) Dots)",
    );
    is(
        "if ($X) ... else ...",
        "If(Metavar:$X Block(Dots) Block(Dots))",
    );
    is(
        "function f() { ... return ...; }",
        "FuncDef(Decorators Name:f Absent Params Absent Block(Dots Return(Dots)))",
    );
    is("$X = ...", "Assign(Metavar:$X Dots)");
    is(
        "$X. ... .foo(...)",
        "Call(Attr(Attr(Metavar:$X Dots) Name:foo) Args(Dots))",
    );
    is("for (...) { ... }", "CFor(Dots Absent Absent Block(Dots))");
    is(
        "for ($A = $B; ...; ...) { ... }",
        "CFor(Assign(Metavar:$A Metavar:$B) Dots Dots Block(Dots))",
    );
    is("() => ...", "Lambda(Params Absent Block(Dots))");
    is(
        "`...${$X}...`",
        "Interp(Str:... Hole(Metavar:$X Absent) Str:...)",
    );
    is("\"...\"", "Str:...");
    is("/.../", "Regex:...(Absent)");
}

#[test]
fn deep_and_typed() {
    is("<... $X.y ...>", "Deep(Attr(Metavar:$X Name:y))");
    is(
        "if (<... $X = true ...>) ...",
        "If(Deep(Assign(Metavar:$X Bool:true)) Block(Dots) Absent)",
    );
    is("f(($X: T))", "Call(Name:f Args(TypedMetavar:$X(Name:T)))");
    is(
        "($X: A.B<C>).f()",
        "Call(Attr(TypedMetavar:$X(TypeApply(Attr(Name:A Name:B) Args(Name:C))) Name:f) Args)",
    );
    is(
        "($X: T) => 1",
        "Lambda(Params(Param(Metavar:$X Name:T Absent)) Absent Block(Return(Int:1)))",
    );
}

#[test]
fn a_statement_has_a_semicolon_or_is_more_than_an_expression() {
    is("f()", "Call(Name:f Args)");
    is("f();", "ExprStmt(Call(Name:f Args))");
    is("$X", "Metavar:$X");
    is("{ a: 1 }", "Dict(Pair(Name:a Int:1))");
    is("// a comment\n{ a: 1 }", "Dict(Pair(Name:a Int:1))");
    is(
        "function (...) { ... }",
        "Lambda(Params(Dots) Absent Block(Dots))",
    );
    is(
        "function ...(...) { ... }",
        "FuncDef(Decorators Dots Absent Params(Dots) Absent Block(Dots))",
    );
    is(
        "import $X from $M",
        "ImportFrom(Path:$M(Metavar:$M) ImportNames(ImportName(Name:default Metavar:$X)))",
    );
    is(
        "import $X from '$M'",
        "ImportFrom(Path:$M(Str:$M) ImportNames(ImportName(Name:default Metavar:$X)))",
    );
}

#[test]
fn parts_of_something_are_patterns() {
    is("catch ($E) { ... }", "Catch(Absent Metavar:$E Block(Dots))");
    is("finally { ... }", "Try(Absent Handlers Absent Block(Dots))");
    is("try { ... }", "Try(Block(Dots) Handlers Absent Absent)");
    is("case 5: ...", "Case(Tuple(Int:5) Absent Block(Dots))");
    is(
        "$M(...) { ... }",
        "FuncDef(Decorators Metavar:$M Absent Params(Dots) Absent Block(Dots))",
    );
    is(
        "@$D $M(): string",
        "FuncDef(Decorators(Decorator(Metavar:$D)) Metavar:$M Absent Params Name:string Absent)",
    );
    is("@$D(...)", "Decorator(Call(Metavar:$D Args(Dots)))");
    is("$K: $V", "Pair(Metavar:$K Metavar:$V)");
    is(
        "function f(...)",
        "FuncDef(Decorators Name:f Absent Params(Dots) Absent Absent)",
    );
    is(
        "class A",
        "ClassDef(Decorators Name:A Absent Bases Block(Dots))",
    );
    is("if ($X)", "If(Metavar:$X Block(Dots) Absent)");
    is("yield $X", "Yield(Metavar:$X)");
    is("{\"=~/a/\": $V}", "Dict(Pair(Str:=~/a/ Metavar:$V))");
}

#[test]
fn an_error_is_where_it_is_in_the_pattern() {
    for (pattern, at) in [("f(..., ]", 7), ("foo(", 4), ("$T $X", 2)] {
        let error = TypeScript
            .parse_pattern(pattern, &mut Vocabulary::new())
            .unwrap_err();
        assert_eq!(error.span.start, at, "{pattern}: {error}");
    }
    for pattern in ["", " \n", "else { }", "export $X"] {
        assert!(
            TypeScript
                .parse_pattern(pattern, &mut Vocabulary::new())
                .is_err(),
            "{pattern}"
        );
    }
}
