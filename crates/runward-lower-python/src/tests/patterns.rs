use super::*;

#[test]
fn an_expression_a_statement_or_several_are_the_root() {
    assert_eq!(pattern("$X"), "$X");
    assert_eq!(pattern("..."), "...");
    assert_eq!(pattern("foo(...)"), "Call[foo, Args[...]]");
    assert_eq!(pattern("$X = 1"), "Assign[$X, 1]");
    assert_eq!(pattern("return ..."), "Return[...]");
    assert_eq!(
        pattern("$X = f()\n...\ng($X)"),
        "Block[ExprStmt[Assign[$X, Call[f, Args]]], ..., ExprStmt[Call[g, Args[$X]]]]"
    );
    assert_eq!(
        pattern("import a, b"),
        "Block[Import[Path a[a], -], Import[Path b[b], -]]"
    );
}

#[test]
fn dots_stand_alone_wherever_a_list_is() {
    assert_eq!(
        pattern("f(..., $X, k=..., $K=$V, *$A, **$B, $...C)"),
        "Call[f, Args[..., $X, Keyword[k, ...], Keyword[$K, $V], Spread[$A], SpreadDict[$B], $...C]]"
    );
    assert_eq!(pattern("[..., $X, ...]"), "List[..., $X, ...]");
    assert_eq!(pattern("{...}"), "Dict[...]");
    assert_eq!(
        pattern("{..., $K: $V, ...}"),
        "Dict[..., Pair[$K, $V], ...]"
    );
    assert_eq!(pattern("{..., $X, ...}"), "Set[..., $X, ...]");
    assert_eq!(pattern("{..., **$X}"), "Dict[..., SpreadDict[$X]]");
    assert_eq!(pattern("{...: ...}"), "Dict[Pair[..., ...]]");
    assert_eq!(
        pattern("from $M import $N"),
        "ImportFrom[Path $M[$M], ImportNames[ImportName[$N, -]]]"
    );
    assert_eq!(
        pattern("from a import ..."),
        "ImportFrom[Path a[a], ImportNames[...]]"
    );
    assert_eq!(
        pattern("from . import $X"),
        "ImportFrom[Path ., ImportNames[ImportName[$X, -]]]"
    );
    assert_eq!(
        pattern("import $X.$Y as $Z"),
        "Import[Path $X.$Y[$X, $Y], $Z]"
    );
    assert_eq!(pattern("del $X, ..."), "Del[$X, ...]");
    assert_eq!(pattern("f(k=1, ...)"), "Call[f, Args[Keyword[k, 1], ...]]");
}

#[test]
fn chains_have_dots_for_a_step() {
    let chain = "Call[Attr[Attr[$X, ...], foo], Args]";
    assert_eq!(pattern("$X. ... .foo()"), chain);
    assert_eq!(pattern("$X.....foo()"), chain);
    assert_eq!(
        pattern("$F(...)(...)"),
        "Call[Call[$F, Args[...]], Args[...]]"
    );
    assert_eq!(pattern("$X[...]"), "Index[$X, ...]");
    assert_eq!(pattern("$X[...:$Y]"), "Index[$X, Slice[..., $Y, -]]");
}

#[test]
fn functions_and_classes() {
    assert_eq!(
        pattern("def $F(..., $X=..., *$A, **$K): ..."),
        "FuncDef[Decorators, $F, -, Params[..., Param[$X, -, ...], Param[$A, -, -], Param[$K, -, -]], -, Block[...]]"
    );
    assert_eq!(
        pattern("def f($X: $T = 1, $...REST) -> $R:\n  ...\n  return $X"),
        "FuncDef[Decorators, f, -, Params[Param[$X, $T, 1], $...REST], $R, Block[..., Return[$X]]]"
    );
    assert_eq!(
        pattern("def f($X=1, ..., **$K, ...): ..."),
        "FuncDef[Decorators, f, -, Params[Param[$X, -, 1], ..., Param[$K, -, -], ...], -, Block[...]]"
    );
    assert_eq!(
        pattern("def f(...): $S"),
        "FuncDef[Decorators, f, -, Params[...], -, Block[ExprStmt[$S]]]"
    );
    assert_eq!(
        pattern("class $C(..., $B, ...): ..."),
        "ClassDef[Decorators, $C, -, Bases[..., $B, ...], Block[...]]"
    );
    assert_eq!(
        pattern("@$D(...)\ndef $F(...): ..."),
        "FuncDef[Decorators[Decorator[Call[$D, Args[...]]]], $F, -, Params[...], -, Block[...]]"
    );
    assert_eq!(pattern("lambda ...: $X"), "Lambda[Params[...], -, $X]");
}

#[test]
fn a_decorator_stands_alone() {
    assert_eq!(pattern("@$NAME($X)"), "Decorator[Call[$NAME, Args[$X]]]");
    assert_eq!(
        pattern("@app.route\n"),
        "Decorator[Call[Attr[app, route], Args]]"
    );
    assert_eq!(
        pattern("@a\n@b"),
        "Decorators[Decorator[Call[a, Args]], Decorator[Call[b, Args]]]"
    );
}

#[test]
fn deep_and_typed() {
    assert_eq!(
        pattern("if <... $X == 1 ...>: ..."),
        "If[Deep[Binary Eq[$X, 1]], Block[...], -]"
    );
    assert_eq!(
        pattern("<... a ...>\n...\nb"),
        "Block[ExprStmt[Deep[a]], ..., ExprStmt[b]]"
    );
    assert_eq!(pattern("f($X: int)"), "Call[f, Args[TypedMetavar $X[int]]]");
    assert_eq!(
        pattern("($X : a.B).c()"),
        "Call[Attr[TypedMetavar $X[Attr[a, B]], c], Args]"
    );
    assert_eq!(pattern("$X: int"), "VarDef[$X, int, -]");
    assert_eq!(pattern("$X: $T = ..."), "VarDef[$X, $T, ...]");
}

#[test]
fn strings_keep_what_is_in_them() {
    assert_eq!(pattern("\"...\""), "\"...\"");
    assert_eq!(pattern("\"$X\""), "\"$X\"");
    assert_eq!(pattern("\"=~/a.*/\""), "\"=~/a.*/\"");
    assert_eq!(
        pattern("f\"...{$X}...\""),
        "Interp[\"...\", Hole[$X, -], \"...\"]"
    );
    assert_eq!(
        pattern("f\"...{...}...\""),
        "Interp[\"...\", Hole[..., -], \"...\"]"
    );
    assert_eq!(pattern("f\"...\""), "Interp[\"...\"]");
}

#[test]
fn statements() {
    assert_eq!(
        pattern("try:\n  ...\nexcept $E as $X:\n  ..."),
        "Try[Block[...], Handlers[Catch[$E, $X, Block[...]]], -, -]"
    );
    assert_eq!(
        pattern("try:\n  ...\nexcept ...:\n  ..."),
        "Try[Block[...], Handlers[Catch[..., -, Block[...]]], -, -]"
    );
    assert_eq!(
        pattern("with $X as $Y: ..."),
        "With[WithItems[WithItem[$X, $Y]], Block[...]]"
    );
    assert_eq!(pattern("for $X in ...: ..."), "For[$X, ..., Block[...], -]");
    assert_eq!(
        pattern("if ...: ...\nelse: ..."),
        "If[..., Block[...], Block[...]]"
    );
    assert_eq!(pattern("$X if ... else ..."), "Conditional[..., $X, ...]");
    assert_eq!(
        pattern("match $X:\n  case $Y: ..."),
        "Switch[$X, Cases[Case[Tuple[$Y], -, Block[...]]]]"
    );
    assert_eq!(
        pattern("async def f(): ..."),
        "FuncDef[Decorators, f, -, Params, -, Block[...]]"
    );
    assert_eq!(pattern("global $X"), "Global[$X]");
    assert_eq!(pattern("raise $X"), "Throw[$X, -]");
    assert_eq!(pattern("yield $X"), "Yield[$X]");
    assert_eq!(pattern("print $X"), "Call[print, Args[$X]]");
    assert_eq!(
        pattern("[... for ... in $E.map(...)]"),
        "Comprehension List[..., CompFor[..., Call[Attr[$E, map], Args[...]]]]"
    );
}

#[test]
fn what_was_cut_out_is_completed() {
    assert_eq!(
        pattern("  foo()\n  bar()\n"),
        "Block[ExprStmt[Call[foo, Args]], ExprStmt[Call[bar, Args]]]"
    );
    assert_eq!(pattern("  foo()"), "Call[foo, Args]");
    assert_eq!(pattern("if $X:"), "If[$X, Block[...], -]");
}

#[test]
fn a_mistake_is_an_error_at_its_place() {
    let error = try_pattern("foo(\n  $X,\n  ]").unwrap_err();
    assert!(
        error.message.starts_with("not a pattern of Python: "),
        "{error}"
    );
    assert!(error.span.start >= 5, "{error:?}");
    assert!(try_pattern("").is_err());
    assert!(try_pattern("# nothing").is_err());
    assert!(try_pattern("def f(").is_err());
    let deep = "[".repeat(5_000);
    assert!(
        try_pattern(&deep)
            .unwrap_err()
            .message
            .contains("nested deeper")
    );
}
