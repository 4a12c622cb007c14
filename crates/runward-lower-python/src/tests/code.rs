use super::*;

#[test]
fn names_calls_and_operators() {
    assert_eq!(
        code("a.b(c, *d, k=1, **e)"),
        "ExprStmt[Call[Attr[a, b], Args[c, Spread[d], Keyword[k, 1], SpreadDict[e]]]]"
    );
    assert_eq!(
        code("a or b or c"),
        "ExprStmt[Binary Or[Binary Or[a, b], c]]"
    );
    assert_eq!(code("a < b"), "ExprStmt[Binary Less[a, b]]");
    assert_eq!(
        code("a < b <= c"),
        "ExprStmt[Compare[a, OpName Less, b, OpName LessEq, c]]"
    );
    assert_eq!(
        code("a not in b, c is not d"),
        "ExprStmt[Tuple[Binary NotIn[a, b], Binary IsNot[c, d]]]"
    );
    assert_eq!(
        code("not -a ** b"),
        "ExprStmt[Unary Not[Unary Minus[Binary Pow[a, b]]]]"
    );
    assert_eq!(code("a if b else c"), "ExprStmt[Conditional[b, a, c]]");
    assert_eq!(
        code("lambda a, /, b=1, *c, d, **e: a"),
        "ExprStmt[Lambda[Params[Param[a, -, -], ParamSep /, Param[b, -, 1], Param[c, -, -], Param[d, -, -], Param[e, -, -]], -, a]]"
    );
    assert_eq!(
        code("a[1], a[1:2], a[:, 3]"),
        "ExprStmt[Tuple[Index[a, 1], Index[a, Slice[1, 2, -]], Index[a, Tuple[Slice[-, -, -], 3]]]]"
    );
    assert_eq!(code("..."), "ExprStmt[EllipsisLit]");
    assert_eq!(code("(a := 1)"), "ExprStmt[Assign[a, 1]]");
}

#[test]
fn literals() {
    assert_eq!(code("0x1F"), "ExprStmt[0x1F]");
    assert_eq!(
        code("1.5, 2j, None, True"),
        "ExprStmt[Tuple[Float, Imaginary, Null, Bool]]"
    );
    assert_eq!(
        code("{}, {a}, {a: b, **c}, [a, *b]"),
        "ExprStmt[Tuple[Dict, Set[a], Dict[Pair[a, b], SpreadDict[c]], List[a, Spread[b]]]]"
    );
    assert_eq!(code(r#"'a\n"b'"#), r#"ExprStmt["a\\n\"b"]"#);
    assert_eq!(
        code("'a' r\"b\" f'c{d}'"),
        "ExprStmt[StrConcat[\"a\", \"b\", Interp[\"c\", Hole[d, -]]]]"
    );
    assert_eq!(
        code("f'{a!r:>{w}}{b=}'"),
        "ExprStmt[Interp[Hole[a, Interp[\"!r:\", \">\", Hole[w, -]]], Hole[b, Interp[\"=\"]]]]"
    );
    assert_eq!(
        code("f'{f\"{a}\"}'"),
        "ExprStmt[Interp[Hole[Interp[Hole[a, -]], -]]]"
    );
    let tree = tree("rb'a', u'b', B'c'");
    let flags: Vec<_> = tree
        .nodes()
        .iter()
        .filter(|node| node.kind == Kind::Str)
        .map(|node| {
            (
                node.flags.has(runward_syntax::Flags::RAW),
                node.flags.has(runward_syntax::Flags::BYTES),
            )
        })
        .collect();
    assert_eq!(flags, [(true, true), (false, false), (false, true)]);
}

#[test]
fn comprehensions() {
    assert_eq!(
        code("[a for a in b if c if d]"),
        "ExprStmt[Comprehension List[a, CompFor[a, b], CompIf[c], CompIf[d]]]"
    );
    assert_eq!(
        code("{a: b for a in c}"),
        "ExprStmt[Comprehension Dict[Pair[a, b], CompFor[a, c]]]"
    );
    assert_eq!(
        code("{a for a in c}"),
        "ExprStmt[Comprehension Set[a, CompFor[a, c]]]"
    );
    assert_eq!(
        code("(a for a in c)"),
        "ExprStmt[Comprehension Generator[a, CompFor[a, c]]]"
    );
    assert_eq!(code("any(a for a in c)"), code("any([a for a in c])"));
}

#[test]
fn assignments() {
    assert_eq!(code("a = 1"), "ExprStmt[Assign[a, 1]]");
    assert_eq!(code("a = b = 1"), "ExprStmt[Assign[Tuple[a, b], 1]]");
    assert_eq!(
        code("a, *b = c"),
        "ExprStmt[Assign[Tuple[a, Spread[b]], c]]"
    );
    assert_eq!(code("a += 1"), "ExprStmt[AugAssign Add[a, 1]]");
    assert_eq!(
        code("a: int = 1; b: str"),
        "VarDef[a, int, 1]; VarDef[b, str, -]"
    );
}

#[test]
fn imports() {
    assert_eq!(
        code("import a.b as c, d"),
        "Import[Path a.b[a, b], c]; Import[Path d[d], -]"
    );
    assert_eq!(
        code("from .a import b as c, d"),
        "ImportFrom[Path .a[a], ImportNames[ImportName[b, c], ImportName[d, -]]]"
    );
    assert_eq!(
        code("from .. import a"),
        "ImportFrom[Path .., ImportNames[ImportName[a, -]]]"
    );
    assert_eq!(code("from .\\\n a import b"), code("from .a import b"));
    assert_eq!(
        code("from ... import a"),
        "ImportFrom[Path ..., ImportNames[ImportName[a, -]]]"
    );
    assert_eq!(
        code("from a.b import *"),
        "ImportFrom[Path a.b[a, b], ImportNames[ImportName[*, -]]]"
    );
}

#[test]
fn definitions() {
    assert_eq!(
        code("@a\n@b.c()\n@d(1)\ndef f[T: int](x: int = 1, *, y) -> z: pass"),
        "FuncDef[Decorators[Decorator[Call[a, Args]], Decorator[Call[Attr[b, c], Args]], Decorator[Call[d, Args[1]]]], \
         f, TypeParams[Other type-var[T, int, -]], Params[Param[x, int, 1], ParamSep *, Param[y, -, -]], z, Block[Pass]]"
    );
    assert_eq!(
        code("class A(B, metaclass=C):\n  x = 1"),
        "ClassDef[Decorators, A, -, Bases[B, Keyword[metaclass, C]], Block[ExprStmt[Assign[x, 1]]]]"
    );
    assert_eq!(
        code("@staticmethod\ndef f(): pass"),
        code("@staticmethod()\ndef f(): pass")
    );
    assert_eq!(
        code("type X[T] = list[T]"),
        "Other type-alias[X, TypeParams[T], Index[list, T]]"
    );
}

#[test]
fn compound_statements() {
    assert_eq!(
        code("if a: b\nelif c: d\nelse: e"),
        "If[a, Block[ExprStmt[b]], If[c, Block[ExprStmt[d]], Block[ExprStmt[e]]]]"
    );
    assert_eq!(
        code("for a in b: c\nelse: d"),
        "For[a, b, Block[ExprStmt[c]], Block[ExprStmt[d]]]"
    );
    assert_eq!(code("while a: break"), "While[a, Block[Break[-]], -]");
    assert_eq!(
        code("with a as b, c: d"),
        "With[WithItems[WithItem[a, b]], Block[With[WithItems[WithItem[c, -]], Block[ExprStmt[d]]]]]"
    );
    assert_eq!(
        code("try: a\nexcept (B, C) as e: d\nexcept: f\nelse: g\nfinally: h"),
        "Try[Block[ExprStmt[a]], Handlers[Catch[Tuple[B, C], e, Block[ExprStmt[d]]], Catch[-, -, Block[ExprStmt[f]]]], \
         Block[ExprStmt[g]], Block[ExprStmt[h]]]"
    );
    assert_eq!(
        code("match a:\n  case [1, *b] | {'k': None, **r} if c: d\n  case E(x=_) as y: f"),
        "Switch[a, Cases[Case[Tuple[Binary BitOr[List[1, Spread[b]], Dict[Pair[\"k\", Null], SpreadDict[r]]]], c, Block[ExprStmt[d]]], \
         Case[Tuple[Other match-as[Call[E, Args[Keyword[x, _]]], y]], -, Block[ExprStmt[f]]]]]"
    );
}

#[test]
fn small_statements() {
    assert_eq!(
        code("def f():\n  global a, b\n  return"),
        "FuncDef[Decorators, f, -, Params, -, Block[Global[a], Global[b], Return[-]]]"
    );
    assert_eq!(
        code("del a, b[0]; assert a, 'b'; raise A from b"),
        "Del[a, Index[b, 0]]; Assert[a, \"b\"]; Throw[A, b]"
    );
    assert_eq!(
        code("async def f():\n  await a\n  yield\n  yield from b\n  async for c in d: pass"),
        "FuncDef[Decorators, f, -, Params, -, Block[ExprStmt[Await[a]], ExprStmt[Yield[-]], ExprStmt[YieldFrom[b]], \
         For[c, d, Block[Pass], -]]]"
    );
}

#[test]
fn the_rest_of_a_broken_file_is_there_and_the_break_is_noted() {
    let tree = tree("a = 1 +\ndef f(:\n    return g(x)\n");
    assert!(!tree.errors.is_empty());
    assert!(tree.nodes().iter().any(|node| node.kind == Kind::Return));
    assert!(
        tree.errors
            .iter()
            .all(|error| !error.message.starts_with(char::is_uppercase))
    );
}

#[test]
fn line_ends_tabs_and_a_byte_order_mark_change_nothing() {
    let plain = "if a:\n\tb = '''x'''\n";
    assert_eq!(code(&plain.replace('\n', "\r\n")), code(plain));
    assert_eq!(code(&format!("\u{feff}{plain}")), code(plain));
}
