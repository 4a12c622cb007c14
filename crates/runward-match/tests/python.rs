//! What patterns of Python mean, one rule of the language at a time.
#![allow(clippy::unwrap_used)]

mod support;

use runward_rules::{And, Condition, Formula, Options, Term};
use runward_syntax::{Language, Lines};
use support::{lines_of, matches, text};

/// Each line of the source that has `#!` at its end has to be found, and no other.
fn check(pattern: &str, source: &str) {
    let wanted: Vec<u32> = source
        .lines()
        .zip(1..)
        .filter(|(line, _)| line.ends_with("#!"))
        .map(|(_, at)| at)
        .collect();
    assert_eq!(
        lines_of(pattern, Language::Python, source).unwrap(),
        wanted,
        "{pattern} in\n{source}"
    );
}

#[test]
fn a_lambda_returns_its_body_unless_it_is_a_choice() {
    check(
        "return ...",
        "f = lambda v: v + 1 #!\ng = lambda v: 1 if v else 2\n",
    );
}

#[test]
fn what_a_with_is_given_is_an_expression_of_it() {
    let source = "def f():\n    def g():\n        pass\n    with patch(a=g):\n        pass\n";
    let pattern = "def $F(...):\n    ...\n    <... g ...>\n";
    let found = lines_of(pattern, Language::Python, source).unwrap();
    assert_eq!(found, [1]);
}

#[test]
fn dots_in_arguments_are_any_number_of_them() {
    check("foo(...)", "foo() #!\nfoo(1, k=2) #!\nbar.foo()\n");
    check("foo(..., 3, ...)", "foo(3) #!\nfoo(1, 3, 4) #!\nfoo(1)\n");
    check("foo($X)", "foo(1) #!\nfoo(1, 2)\nfoo(k=1)\nfoo(*a) #!\n");
    check("foo($X, $X)", "foo(a, a) #!\nfoo(a, b)\n");
    check(
        "foo($...ARGS, 3)",
        "foo(3) #!\nfoo(1, 2, 3) #!\nfoo(3, 4)\n",
    );
}

#[test]
fn keyword_arguments_come_in_any_order() {
    check(
        "foo(a=$X, b=$Y)",
        "foo(b=1, a=2) #!\nfoo(a=1)\nfoo(a=1, b=2, c=3)\n",
    );
    check(
        "foo(..., shell=True, ...)",
        "foo(1, shell=True) #!\nfoo(shell=True, x=1) #!\nfoo(shell=False)\n",
    );
    check("foo(..., $K=1, ...)", "foo(2, a=1) #!\nfoo(1)\n");
}

#[test]
fn a_prefix_is_only_looked_at_where_the_pattern_has_one() {
    check(
        "foo(\"a\")",
        "foo('a') #!\nfoo(b'a') #!\nfoo(rb'a') #!\nfoo(r'a') #!\nfoo('b')\n",
    );
    check("foo(b\"...\")", "foo('a')\nfoo(b'a') #!\nfoo(rb'a')\n");
    check("foo(r\"...\")", "foo('a')\nfoo(r'a') #!\nfoo(rb'a')\n");
}

#[test]
fn keywords_behind_dots_are_found_whatever_stands_before() {
    check(
        "foo(..., $K=1)",
        "foo(2, 3, a=1) #!\nfoo(a=1, b=2)\nfoo(1)\n",
    );
    check(
        "foo(..., a=1, b=2, ...)",
        "foo(3, b=2, a=1) #!\nfoo(3, b=2)\n",
    );
}

#[test]
fn imported_names_stand_for_their_full_names() {
    check(
        "a.b.c(...)",
        "import a.b as x\nfrom a.b import c as d\nfrom a import b\nx.c() #!\nd() #!\nb.c() #!\na.b.c() #!\nc()\n",
    );
    check("$X.c(...)", "from a import c\nc() #!\n");
    check("m.f(...)", "from m import *\nf() #!\n");
    check("c(...)", "from a import c\nc() #!\nx.c()\n");
}

#[test]
fn imports_are_the_same_however_they_are_written() {
    check(
        "import a.b",
        "import a.b #!\nfrom a import b #!\nimport a\nimport a.b.c #!\nfrom .a import b\n",
    );
    check(
        "from a import $X",
        "from a import b #!\nfrom a import b, c #!\nfrom b import c\n",
    );
    check("import $X", "import a #!\nimport a.b as c #!\n");
}

#[test]
fn strings() {
    check("foo(\"...\")", "foo('a') #!\nfoo(b)\nfoo(b'x') #!\n");
    check("foo(\"=~/^a+$/\")", "foo('aa') #!\nfoo('b')\n");
    check("foo(\"$X\", \"$X\")", "foo('a', 'a') #!\nfoo('a', 'b')\n");
    check("f\"...{$X}...\"", "a = f'x{y}z' #!\nb = f'x'\nc = 'x{y}'\n");
    check("foo(16)", "foo(0x10) #!\nfoo(1_6) #!\nfoo(17)\n");
}

#[test]
fn constants_are_followed() {
    check(
        "foo(\"bar\")",
        "x = 'bar'\nfoo(x) #!\ny = 'ba' + 'r'\nfoo(y) #!\nfoo(z)\n",
    );
    check("foo(\"...\")", "def f():\n  x = 'bar'\n  foo(x) #!\n");
}

#[test]
fn runs_of_statements() {
    check(
        "a()\n...\nb()",
        "a() #!\nc()\nb()\n\ndef f():\n  a() #!\n  if x:\n    b()\n",
    );
    check("a()\nb()", "a()\nc()\nb()\na() #!\nb()\n");
    check("$X = f()\n...\ng($X)", "x = f() #!\ny = f()\ng(x)\n");
    check(
        "def f(...):\n  ...\n  return $X",
        "def f(a): #!\n  b()\n  return 1\ndef f():\n  pass\n",
    );
}

#[test]
fn a_statement_finds_its_expression_in_larger_ones() {
    check(
        "a()\nfoo()",
        "a() #!\nx = foo()\na() #!\nreturn_(foo())\na() #!\nfoo().bar\n",
    );
    check(
        "if $C:\n  foo()",
        "if a: #!\n  foo()\nelse:\n  bar()\nif b:\n  foo()\n  bar()\n",
    );
}

#[test]
fn definitions() {
    check(
        "def $F(..., $X, ...): ...",
        "def a(x): #!\n  pass\ndef b(): pass\nasync def c(x, y): pass #!\n",
    );
    check(
        "def f(..., k=$V, ...): ...",
        "def f(a, k=1): pass #!\ndef f(k): pass\n",
    );
    check(
        "@d\ndef $F(...): ...",
        "@c #!\n@d\ndef f(): pass\n@c\ndef g(): pass\n",
    );
    check(
        "class $C($B):\n  ...",
        "class A(B, C): #!\n  x = 1\nclass D:\n  pass\n",
    );
    check(
        "class $C:\n  ...\n  def f(...): ...",
        "class A: #!\n  x = 1\n  def f(self): pass\nclass B:\n  def g(self): pass\n",
    );
}

#[test]
fn deep_expressions() {
    check(
        "if <... foo() ...>: ...",
        "if a and b(foo()): #!\n  pass\nif bar():\n  foo()\n",
    );
    check("foo(<... $X + 1 ...>)", "foo([a + 1]) #!\nfoo(a)\n");
}

#[test]
fn chains() {
    check("a. ... .b()", "a.b() #!\na.c().d.b() #!\nc.b()\n");
    check("$X. ... .b().$Y()", "a.x().b().c() #!\n");
}

#[test]
fn operators() {
    check("$X == $X", "a == a #!\na == b\nf(1) == f(1) #!\n");
    check("a | b", "a | b #!\nb | c | a #!\na | c\n");
    check("a and b", "a and b #!\nb and a\n");
    check("$X + ...", "a + b + c #!\na - b\n");
}

#[test]
fn collections() {
    check("[..., 1, ...]", "[1] #!\n[0, 1, 2] #!\n[2]\n(1,)\n");
    check(
        "{..., \"a\": $X, ...}",
        "{'a': 1} #!\n{'b': 2, 'a': 1} #!\n{'b': 1}\n",
    );
    check("{\"a\": $X}", "{'a': 1} #!\n{'b': 2, 'a': 1}\n");
    check("[...]", "[1] #!\n[a for a in b] #!\n(1,)\n");
}

#[test]
fn statements_of_their_own() {
    check(
        "try: ...\nexcept $E as $X: ...",
        "try: #!\n  a()\nexcept E as e:\n  pass\ntry:\n  a()\nexcept E:\n  pass\n",
    );
    check(
        "with open(...) as $F: ...",
        "with open(a) as f: #!\n  pass\nwith b() as f:\n  pass\n",
    );
    check("for $X in $Y: ...", "for a in b: #!\n  pass\n");
    check("assert $X", "assert a #!\nassert a, b\n");
    check(
        "return ...",
        "def f():\n  return #!\ndef g():\n  return 1 #!\n",
    );
    check("a = 1", "a, b = 1, 2 #!\na = 1 #!\na: int = 1 #!\n");
}

#[test]
fn decorators_are_calls() {
    check(
        "foo(...)",
        "@foo #!\ndef f(): pass\n@foo(1) #!\ndef g(): pass\n",
    );
}

fn formula(terms: Vec<Term>, conditions: Vec<Condition>, focus: &[&str]) -> Formula {
    Formula::And(And {
        terms,
        conditions,
        focus: focus.iter().map(|name| vec![(*name).to_owned()]).collect(),
        ..And::default()
    })
}

fn pattern(pattern: &str) -> Formula {
    Formula::Pattern(text(pattern))
}

fn found(formula: &Formula, source: &str) -> Vec<(u32, String)> {
    let lines = Lines::new(source);
    matches(formula, Language::Python, &Options::default(), source)
        .unwrap()
        .into_iter()
        .map(|one| (lines.line(one.span.start), one.span.text(source).to_owned()))
        .collect()
}

#[test]
fn metavariables_agree_between_the_parts_of_a_formula() {
    let source = "def f(a, b):\n  g(a)\n  g(c)\n";
    let both = formula(
        vec![
            Term::Positive(pattern("g($X)")),
            Term::Inside(pattern("def f(..., $X, ...): ...")),
        ],
        Vec::new(),
        &["$X"],
    );
    assert_eq!(found(&both, source), [(2, "a".to_owned())]);
    let not = formula(
        vec![
            Term::Positive(pattern("g($X)")),
            Term::NotInside(pattern("def f(..., $X, ...): ...")),
        ],
        Vec::new(),
        &[],
    );
    assert_eq!(found(&not, source), [(3, "g(c)".to_owned())]);
    let not = formula(
        vec![Term::Positive(pattern("g($X)")), Term::Not(pattern("g(a)"))],
        Vec::new(),
        &[],
    );
    assert_eq!(found(&not, source), [(3, "g(c)".to_owned())]);
}

#[test]
fn conditions_look_at_what_is_bound() {
    let source = "g(1)\ng(20)\ng('x1')\ng('y')\n";
    let regex = |regex: &str| Condition::Regex {
        metavar: "$X".to_owned(),
        regex: text(regex),
        constants: false,
    };
    let with = |condition| formula(vec![Term::Positive(pattern("g($X)"))], vec![condition], &[]);
    assert_eq!(
        found(&with(regex("['\"]x")), source),
        [(3, "g('x1')".to_owned())]
    );
    assert_eq!(found(&with(regex("x")), source), []);
    let nested = Condition::Pattern(runward_rules::MetavarPattern {
        metavar: "$X".to_owned(),
        language: None,
        formula: Box::new(pattern("\"...\"")),
    });
    assert_eq!(found(&with(nested), source).len(), 2);
    let generic = Condition::Pattern(runward_rules::MetavarPattern {
        metavar: "$X".to_owned(),
        language: Some(Language::Generic),
        formula: Box::new(pattern("y")),
    });
    assert_eq!(found(&with(generic), source), [(4, "g('y')".to_owned())]);
}

#[test]
fn an_expression_on_the_text_binds_its_groups() {
    let formula = Formula::Regex(text("k = (?<NAME>[a-z]+)"));
    let source = "k = abc\n";
    let found = matches(&formula, Language::Regex, &Options::default(), source).unwrap();
    let one = found.first().unwrap();
    assert_eq!(one.bindings.get("$NAME").unwrap().text(source), "abc");
    assert_eq!(one.bindings.get("$1").unwrap().text(source), "abc");
}

#[test]
fn a_search_without_steps_says_so() {
    let source = "a | b | c | d | e | f | g\n".repeat(200);
    let mut compiler = runward_match::Compiler::new(support::FRONTENDS);
    let formula = pattern("$A | $B | $C | $D");
    let ready = compiler
        .formula(&formula, Language::Python, &Options::default())
        .unwrap();
    let vocabulary = compiler.finish();
    let frontend = support::FRONTENDS.first().unwrap();
    let mut tree = frontend
        .parse(&source, &vocabulary, &runward_syntax::Limits::default())
        .unwrap();
    let facts = runward_resolve::resolve(&mut tree, Language::Python);
    let index = runward_match::Index::new(&tree, Some(&facts));
    let lines = Lines::new(&source);
    let target =
        runward_match::Target::parsed(Language::Python, &source, &lines, &tree, &facts, &index);
    let mut budget = runward_match::Budget::new(100);
    assert!(runward_match::find(&ready, &target, &mut budget).is_err());
}
