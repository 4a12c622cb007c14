use super::*;

#[test]
fn statements_of_python_2_are_calls() {
    assert_eq!(
        code("print 'a' % b"),
        "ExprStmt[Call[print, Args[Binary Mod[\"a\", b]]]]"
    );
    assert_eq!(code("print a, b"), "ExprStmt[Call[print, Args[a, b]]]");
    assert_eq!(
        code("print >>f, a; print b"),
        "ExprStmt[Call[print, Args[a]]]; ExprStmt[Call[print, Args[b]]]"
    );
    assert_eq!(code("exec a in b"), "ExprStmt[Call[exec, Args[a]]]");
    assert_eq!(code("exec a in b, c"), "ExprStmt[Call[exec, Args[a]]]");
    assert_eq!(
        code("exec 'a' + b"),
        "ExprStmt[Call[exec, Args[Binary Add[\"a\", b]]]]"
    );
}

#[test]
fn old_handlers_and_raises() {
    assert_eq!(
        code("try: a\nexcept B, e: print e"),
        "Try[Block[ExprStmt[a]], Handlers[Catch[B, e, Block[ExprStmt[Call[print, Args[e]]]]]], -, -]"
    );
    assert_eq!(code("raise A, 'b'"), "Throw[A, -]");
    assert_eq!(
        code("a = 0777 <> 10L"),
        "ExprStmt[Assign[a, Binary NotEq[0777, 10]]]"
    );
    assert_eq!(code("a = `b`"), "ExprStmt[Assign[a, b]]");
}

#[test]
fn names_of_python_3_are_names() {
    assert_eq!(
        code("print = 1\nprint\nexec(a)"),
        "ExprStmt[Assign[print, 1]]; ExprStmt[print]; ExprStmt[Call[exec, Args[a]]]"
    );
}
