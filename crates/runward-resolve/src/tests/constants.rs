use super::{javascript, python};

#[test]
fn a_global_that_is_assigned_once_is_known_in_functions() {
    let file = python("K = 'a'\ndef f():\n    use(K)\nuse(K + 'b')\n");
    assert_eq!(file.knows(), ["\"a\"", "\"ab\""]);
}

#[test]
fn a_global_that_is_assigned_twice_is_not() {
    let file = python("K = 'a'\nK = 'b'\ndef f():\n    use(K)\nuse(K)\n");
    assert_eq!(file.knows(), ["-", "\"b\""]);
}

#[test]
fn a_local_is_followed_in_order() {
    let file = python(
        "def f():\n    x = 'a'\n    use(x)\n    x = 'b'\n    use(x)\n    x = g()\n    use(x)\n",
    );
    assert_eq!(file.knows(), ["\"a\"", "\"b\"", "= g()"]);
}

#[test]
fn branches_that_agree_keep_a_value_and_others_its_sort() {
    let file = python(
        "def f(c):\n    x = 'a'\n    y = 'a'\n    z = 1\n    if c:\n        x = 'b'\n        z = 2\n        w = 1\n    \
         use(x)\n    use(y)\n    use(z)\n    use(w)\n",
    );
    assert_eq!(file.knows(), ["some string", "\"a\"", "some number", "-"]);
}

#[test]
fn a_branch_that_leaves_does_not_count() {
    let file =
        python("def f(c):\n    x = 'a'\n    if c:\n        x = 'b'\n        return\n    use(x)\n");
    assert_eq!(file.knows(), ["\"a\""]);
}

#[test]
fn what_a_loop_does_not_assign_is_unknown_around_it() {
    let file = python(
        "def f(c):\n    x = 'a'\n    while c:\n        use(x)\n        y = 'b'\n        use(y)\n    use(y)\n",
    );
    assert_eq!(file.knows(), ["-", "\"b\"", "-"]);
}

#[test]
fn what_a_loop_always_assigns_is_met_with_what_was_before() {
    let file = python(
        "def f(c):\n    x = 'a'\n    while c:\n        use(x)\n        x = 'b'\n    use(x)\n",
    );
    assert_eq!(file.knows(), ["some string", "some string"]);
}

#[test]
fn a_handler_knows_what_every_call_before_knew() {
    let file = python(
        "def f():\n    x = 'a'\n    y = 'c'\n    try:\n        g()\n        x = 'b'\n        g()\n    except E:\n        \
         use(x)\n        use(y)\n    use(x)\n",
    );
    assert_eq!(file.knows(), ["some string", "\"c\"", "some string"]);
}

#[test]
fn operators_are_computed() {
    let file = python(
        "def f(p):\n    a = 1 + 2\n    use(a)\n    b = 2 * 3 - 1\n    use(b)\n    c = -a\n    use(c)\n    d = not True\n    \
         use(d)\n    e = 'x' * 3\n    use(e)\n    g = 'x' 'y'\n    use(g)\n    h = f'{g}z'\n    use(h)\n    i = 'a' + p\n    \
         use(i)\n    use(1 + 2)\n    use(1 - 2)\n",
    );
    assert_eq!(
        file.knows(),
        [
            "3",
            "5",
            "-3",
            "false",
            "some string",
            "\"xy\"",
            "\"xyz\"",
            "= 'a' + p",
            "3",
            "-"
        ]
    );
}

#[test]
fn a_method_called_for_its_effect_makes_its_object_unknown() {
    let file = python(
        "def f():\n    x = g()\n    x.a()\n    use(x)\n    y = g()\n    y.b = 1\n    use(y)\n",
    );
    assert_eq!(file.knows(), ["-", "-"]);
}

#[test]
fn what_with_binds_is_its_manager() {
    let file = python("def f():\n    with open('p') as h:\n        use(h)\n");
    assert_eq!(file.knows(), ["= open('p')"]);
}

#[test]
fn null_is_a_literal_of_its_own() {
    let file = python("def f():\n    x = None\n    use(x)\n");
    assert_eq!(file.knows(), ["None"]);
}

#[test]
fn javascript_declarations_that_are_assigned_once_are_known_everywhere() {
    let file = javascript(
        "var a = 's';\nlet b = 't';\nb = 'u';\nfunction f() { use(a); use(b); }\nconst c = a + 'x';\nuse(c);\n\
         const t = `${a}-${c}`;\nuse(t);\nconst n = 'v' + 1;\nuse(n);\n",
    );
    assert_eq!(file.knows(), ["\"s\"", "-", "\"sx\"", "\"s-sx\"", "\"v1\""]);
}

#[test]
fn a_lambda_given_to_a_call_sees_what_is_known_there() {
    let file = javascript("function f() { let x = 'a'; x = 'b'; g(() => { use(x); }); use(x); }\n");
    assert_eq!(file.knows(), ["\"b\"", "\"b\""]);
}

#[test]
fn loops_are_left_by_break_and_gone_on_by_continue() {
    let file = javascript(
        "function f(c) { let x = 'a'; let k = 0; for (;;) { x = 'b'; if (c) break; x = 'c'; k = 1; } use(x); }\n",
    );
    assert_eq!(file.knows(), ["some string"]);
}

#[test]
fn a_comprehension_is_a_loop() {
    let file = python(
        "def f(c):\n    x = 'a'\n    y = [use(x) for v in c]\n    use(x)\n    y = 1 < 2\n    use(y)\n",
    );
    assert_eq!(file.knows(), ["-", "-", "true"]);
}

#[test]
fn a_lambda_sees_what_is_known_where_it_is_made() {
    let file = python(
        "def f():\n    w = 'a'\n    g = lambda: use(w)\n    w = 'b'\n    w += 'c'\n    use(w)\n",
    );
    assert_eq!(file.knows(), ["\"a\"", "\"bc\""]);
}

#[test]
fn cases_of_python_do_not_fall_through() {
    let file = python(
        "def f(c):\n    x = 'a'\n    match c:\n        case 1:\n            x = 'b'\n        case _:\n            use(x)\n    use(x)\n",
    );
    assert_eq!(file.knows(), ["\"a\"", "some string"]);
}
