use super::{javascript, python, typescript};
use crate::Binding;

#[test]
fn imports_of_python_give_paths() {
    let file = python(
        "import a.b\nimport a.c as d\nfrom m.n import f as g, h\nfrom .r import i\n\
         use(d, g, h, i, a)\n",
    );
    assert_eq!(file.path("d", 1).as_deref(), Some("a.c"));
    assert_eq!(file.path("g", 1).as_deref(), Some("m.n.f"));
    assert_eq!(file.path("h", 1).as_deref(), Some("m.n.h"));
    assert_eq!(
        file.path("i", 1).as_deref(),
        Some("..r.i"),
        "the dots of a relative import are a part, as in Semgrep"
    );
    let a = file.name("a", 2);
    assert_eq!(file.facts.variable(a), None);
}

#[test]
fn imports_of_javascript_give_paths() {
    let file = javascript(
        "import d from 'm1';\nimport {aa, bb as cc} from 'dir/m2.js';\nimport * as ns from 'dir/m3';\n\
         const req = require('child_process');\nconst {p, q: r} = require('dir/z');\n\
         use(d, aa, cc, ns, req, p, r);\n",
    );
    assert_eq!(file.path("d", 1), None);
    assert_eq!(file.path("aa", 1).as_deref(), Some("m2.aa"));
    assert_eq!(file.path("cc", 1).as_deref(), Some("m2.bb"));
    assert_eq!(file.path("ns", 1).as_deref(), Some("m3"));
    assert_eq!(file.path("req", 1).as_deref(), Some("child_process"));
    // Keys and the names that they bind come before the uses.
    let last = |text: &str| (0..4).rev().find_map(|n| file.path_if(text, n));
    assert_eq!(last("p").as_deref(), Some("dir/z.p"));
    assert_eq!(last("r").as_deref(), Some("dir/z.q"));
}

#[test]
fn an_import_within_a_function_is_known_to_the_rest_of_the_file() {
    let file = python("def f():\n    import numpy as np\n\nnp.zeros()\n");
    assert_eq!(file.path("np", 1).as_deref(), Some("numpy"));
}

#[test]
fn a_local_definition_hides_an_import() {
    let file = python("from m import f\n\ndef g(f):\n    f()\n\nf()\n");
    assert_eq!(file.path("f", 2), None);
    assert_eq!(file.path("f", 3).as_deref(), Some("m.f"));
}

#[test]
fn a_parameter_hides_a_global_and_a_global_is_read_in_functions() {
    let file = python("x = 1\ndef f(x):\n    return x\ndef g():\n    return x\n");
    assert!(file.same("x", 1, 2));
    assert!(!file.same("x", 0, 1));
    assert!(file.same("x", 0, 3));
    assert_eq!(
        file.facts.binding(file.name("x", 2)),
        Some(Binding::Parameter)
    );
}

#[test]
fn an_assignment_in_a_function_is_local_unless_global_is_said() {
    let file = python("x = 1\ndef f():\n    x = 2\ndef g():\n    global x\n    x = 3\n");
    assert!(!file.same("x", 0, 1));
    assert!(file.same("x", 0, 3));
    assert!(!file.facts.is_assigned_once(file.name("x", 0)));
}

#[test]
fn nonlocal_names_are_those_of_the_function_around() {
    let file = python("def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n");
    assert!(file.same("x", 0, 2));
}

#[test]
fn loops_withs_catches_and_comprehensions_bind() {
    let file = python(
        "def f(a):\n    for i, j in a:\n        i\n    with a as h:\n        h\n    try:\n        pass\n    \
         except E as e:\n        e\n    [v for v in a]\n    (w := a)\n    w\n",
    );
    for name in ["i", "h", "e", "w"] {
        assert!(file.same(name, 0, 1), "{name}");
        assert!(file.facts.variable(file.name(name, 0)).is_some(), "{name}");
    }
    assert!(file.same("v", 0, 1));
}

#[test]
fn two_loops_have_two_variables() {
    let file = python("for i in a:\n    i\nfor i in b:\n    i\n");
    assert!(file.same("i", 0, 1));
    assert!(!file.same("i", 1, 2));
}

#[test]
fn class_bodies_of_python_bind_nothing_and_functions_are_not_variables() {
    let file = python("class C:\n    x = 1\n    def m(self):\n        return x\n\nC()\n");
    assert_eq!(file.facts.variable(file.name("x", 0)), None);
    assert_eq!(file.facts.variable(file.name("m", 0)), None);
    assert_eq!(file.facts.variable(file.name("C", 0)), None);
    assert_eq!(
        file.facts.slot(file.name("C", 0)),
        file.facts.slot(file.name("C", 1))
    );
}

#[test]
fn functions_and_members_of_javascript_are_variables() {
    let file = javascript("function f() {}\nclass K { m() { return this.m; } }\nf();\n");
    assert!(file.same("f", 0, 1));
    assert!(file.facts.variable(file.name("f", 0)).is_some());
    assert_eq!(file.facts.binding(file.name("m", 1)), Some(Binding::Member));
    assert!(file.same("m", 0, 1));
}

#[test]
fn an_unknown_name_that_javascript_assigns_is_of_the_file() {
    let file = javascript("function f() { imp = 3; }\nuse(imp);\n");
    assert!(file.same("imp", 0, 1));
    assert_eq!(
        file.facts.binding(file.name("imp", 1)),
        Some(Binding::Global)
    );
}

#[test]
fn keys_and_fields_are_no_references() {
    let file = javascript("const a = 1;\nuse({a: 2}, b.a, {a});\n");
    assert_eq!(file.facts.slot(file.name("a", 1)), None);
    assert_eq!(file.facts.slot(file.name("a", 2)), None);
    let file = typescript("function f(p: string) { return p; }\n");
    assert!(file.same("p", 0, 1));
}
