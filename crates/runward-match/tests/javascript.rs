//! What patterns of JavaScript and TypeScript mean beyond those of Python.
#![allow(clippy::unwrap_used)]

mod support;

use runward_syntax::Language;
use support::lines_of;

/// Each line of the source that has `//!` at its end has to be found, and no other.
fn check(pattern: &str, source: &str) {
    let wanted: Vec<u32> = source
        .lines()
        .zip(1..)
        .filter(|(line, _)| line.ends_with("//!"))
        .map(|(_, at)| at)
        .collect();
    let found = lines_of(pattern, Language::JavaScript, source).unwrap();
    assert_eq!(found, wanted, "{pattern} in\n{source}");
}

#[test]
fn declarations_are_assignments_too() {
    check(
        "$X = foo(...)",
        "const q = foo(1); //!\nlet r = foo(2); //!\nx = foo(); //!\n",
    );
    check(
        "const $X = foo(...)",
        "const q = foo(1); //!\nlet r = foo(2);\nx = foo();\n",
    );
    check(
        "var $X = foo(...)",
        "const q = foo(1); //!\nvar r = foo(2); //!\nx = foo();\n",
    );
}

#[test]
fn optional_chains_are_not_plain_ones() {
    check("x.y", "a = x?.y;\nb = x.y; //!\n");
    check("x?.y", "a = x?.y; //!\nb = x.y;\n");
}

#[test]
fn functions_of_every_sort() {
    check(
        "function $F(...) {...}",
        "const f = (p) => p;\nfunction g() {} //!\nclass A {\n  m() {} //!\n  n = () => 3; //!\n}\no = {\n  k: function() {}, //!\n  j() {}, //!\n};\n",
    );
    check(
        "(...) => {...}",
        "const f = (p) => p; //!\nvar g = function() { return 1 }; //!\nfunction h() {}\n",
    );
    check(
        "return $X",
        "const f = (p) => p; //!\nfunction g() {\n  return 1; //!\n}\n",
    );
}

#[test]
fn templates_are_strings_where_they_have_no_holes() {
    check(
        "foo(\"...\")",
        "foo(`a`); //!\nfoo(`a${b}`);\nfoo('c'); //!\n",
    );
    check("foo(`...${$X}...`)", "foo(`a`);\nfoo(`a${b}`); //!\n");
}

#[test]
fn objects_may_have_more_in_any_order() {
    check(
        "foo({a: 1})",
        "foo({a: 1}); //!\nfoo({b: 2, 'a': 1}); //!\nfoo({a: 2});\n",
    );
    check("foo({..., $K: 1, ...})", "foo({a: 1}); //!\nfoo({a: 2});\n");
}

#[test]
fn require_is_an_import() {
    check(
        "import {x} from 'm'",
        "const {x} = require('m'); //!\nimport {x, y} from 'm'; //!\nimport {z} from 'm';\n",
    );
    check(
        "import 'm'",
        "import a from 'm'; //!\nconst b = require('m'); //!\nimport c from 'n';\n",
    );
    check(
        "m.f(...)",
        "const x = require('m');\nx.f(); //!\nconst {f} = require('m');\nf(); //!\n",
    );
}

#[test]
fn markup() {
    check(
        "<a href={$X} />",
        "b = <a target='t' href={c} />; //!\nd = <a />;\n",
    );
    check("<$T>...</$T>", "b = <a>x</a>; //!\n");
}

#[test]
fn new_is_no_call() {
    check("$X(...)", "new Foo(1);\nfoo(); //!\n");
    check("new Foo(...)", "new Foo(1); //!\nFoo(2);\n");
}
