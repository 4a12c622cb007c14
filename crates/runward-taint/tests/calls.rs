//! Calls that are followed within a file, shape by shape.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use runward_syntax::Language;
use runward_taint::Settings;
use support::{lines, ready};

const RULE: &str = "
rules:
- id: flow
  mode: taint
  languages: [python, javascript, typescript]
  severity: ERROR
  message: m
  pattern-sources: [{pattern: source()}]
  pattern-sinks: [{pattern: sink(...)}]
  pattern-sanitizers: [{pattern: clean(...)}]
";

/// Checks that what is found is in the lines that end in `#!` or `//!`.
fn check(source: &str, language: Language) {
    let ready = ready("rule.yaml", RULE, language).unwrap();
    let settings = Settings {
        interprocedural: true,
        ..Settings::default()
    };
    let found = lines(&ready[0], source, language, &settings);
    let wanted: Vec<u32> = (1..)
        .zip(source.lines())
        .filter(|(_, line)| line.ends_with("#!") || line.ends_with("//!"))
        .map(|(number, _)| number)
        .collect();
    assert_eq!(found, wanted, "{source}");
}

fn python(source: &str) {
    check(source, Language::Python);
}

fn javascript(source: &str) {
    check(source, Language::JavaScript);
}

#[test]
fn a_constructor_fills_the_fields_of_what_it_makes() {
    python(
        "class Box:\n    def __init__(self, held, other):\n        self.held = held\n        self.other = 1\n    \
         def show(self):\n        sink(self.held) #!\n    def give(self):\n        return self.held\n    \
         def number(self):\n        return self.other\n\n\
         def main():\n    box = Box(source(), 2)\n    sink(box.held) #!\n    sink(box.other)\n    box.show()\n    \
         sink(box.give()) #!\n    sink(box.number())\n    sink(Box(1, source()).give())\n    sink(Box(source(), 1).give()) #!\n",
    );
}

#[test]
fn what_a_constructor_gets_itself_is_there_in_every_method() {
    python(
        "class View:\n    def __init__(self):\n        self.name = source()\n    def show(self):\n        sink(self.name) #!\n    \
         def reset(self):\n        self.name = 1\n        sink(self.name)\n",
    );
    javascript(
        "class View {\n  constructor() {\n    this.name = source();\n  }\n  show() {\n    sink(this.name); //!\n  }\n}\n",
    );
}

#[test]
fn methods_of_bases_are_found() {
    python(
        "class Base:\n    def take(self, x):\n        sink(x) #!\n    def keep(self, x):\n        self.kept = x\n\n\
         class Child(Base):\n    def take(self, x):\n        super().take(x)\n    def run(self):\n        \
         self.keep(source())\n        sink(self.kept) #!\n\n\
         def main():\n    Child().take(source())\n",
    );
    javascript(
        "class Base {\n  constructor(x) {\n    this.x = x;\n  }\n  give() {\n    return this.x;\n  }\n}\n\
         class Child extends Base {\n  constructor(y) {\n    super(y);\n  }\n  more() {\n    return super.give();\n  }\n}\n\
         const c = new Child(source());\nsink(c.give()); //!\nsink(c.more()); //!\nsink(new Child(1).give());\n",
    );
}

#[test]
fn fields_that_are_objects_are_known_by_their_class() {
    python(
        "class Store:\n    def find(self, q):\n        sink(q) #!\n    def safe(self, q):\n        return 1\n\n\
         class App:\n    def __init__(self):\n        self.store = Store()\n    def run(self):\n        \
         self.store.find(source())\n        sink(self.store.safe(source()))\n\n\
         def take(store: Store):\n    sink(store.safe(source()))\n",
    );
}

#[test]
fn static_and_class_methods_have_no_object() {
    python(
        "class K:\n    @staticmethod\n    def one(x):\n        sink(x) #!\n    @classmethod\n    def two(cls, x, y):\n        \
         sink(x) #!\n    def three(self, x):\n        sink(x) #!\n\n\
         K.one(source())\nK.two(source(), 1)\nK.two(1, source())\nK.three(K(), source())\nK.three(source(), 1)\n",
    );
}

#[test]
fn decorators_and_defaults_do_not_hide_a_function() {
    python(
        "@cached(3)\n@other\ndef give(x, y=1):\n    return y\n\nsink(give(source()))\nsink(give(1, y=source())) #!\n",
    );
}

#[test]
fn functions_are_called_by_those_that_they_are_handed_to() {
    python(
        "def show(x):\n    sink(x) #!\n\ndef other(x):\n    sink(x)\n\n\
         list(map(show, source()))\nlist(map(other, [1]))\n\
         list(map(lambda v: sink(v), source())) #!\n\
         sorted(source(), key=lambda v: sink(v)) #!\n\
         sorted([1], key=lambda v: sink(v))\n",
    );
    javascript(
        "function show(x) {\n  sink(x); //!\n}\nsource().forEach(show);\n\
         source().map((v) => sink(v)); //!\n[1].map((v) => sink(v));\n\
         source().then(function (v) { sink(v); }); //!\n",
    );
}

#[test]
fn generators_go_on_after_they_gave_a_value() {
    python(
        "def give():\n    yield 1\n    x = source()\n    sink(x) #!\n    yield x\n\n\
         def none():\n    yield 1\n\n\
         def main():\n    for v in give():\n        sink(v) #!\n    for v in none():\n        sink(v)\n    \
         sink([v for v in give()]) #!\n\n\
         def both():\n    got = yield from give()\n\nsink(list(both())) #!\n",
    );
}

#[test]
fn parts_of_what_is_returned_are_told_apart() {
    python(
        "def pair():\n    return source(), 1\n\ndef table():\n    return {'a': source(), 'b': 1}\n\n\
         a, b = pair()\nsink(a) #!\nsink(b)\nt = table()\nsink(t['a']) #!\nsink(t['b'])\nsink(pair()) #!\n",
    );
    javascript(
        "const make = () => { return {a: source(), b: 1}; };\nconst {a, b} = make();\nsink(a); //!\nsink(b);\n",
    );
}

#[test]
fn a_with_statement_binds_what_it_opens() {
    python(
        "class Session:\n    def __init__(self, q):\n        self.q = q\n    def run(self):\n        return self.q\n\n\
         with Session(source()) as s:\n    sink(s.run()) #!\nwith open(source()) as f:\n    sink(f) #!\n",
    );
}

#[test]
fn the_else_of_a_loop_is_left_out_by_break() {
    python(
        "def f(c):\n    for d in source():\n        if d:\n            break\n    else:\n        raise E()\n    sink(d) #!\n\n\
         def g(c):\n    x = source()\n    while c:\n        pass\n    else:\n        x = 1\n    sink(x)\n",
    );
}

#[test]
fn aliases_of_functions_are_functions() {
    python("def take(x):\n    sink(x) #!\n\nshow = take\nshow(source())\n");
    javascript("function take(x) {\n  sink(x); //!\n}\nconst show = take;\nshow(source());\n");
}

#[test]
fn classes_that_are_made_from_each_other_come_to_an_end() {
    let mut source = String::from("class A0(A1, A2): pass\n");
    for class in 1..40 {
        let (one, two) = (class + 1, class + 2);
        let line = format!("class A{class}(A{one}, A{two}): pass\n");
        source.push_str(&line);
    }
    source += "class A40(A0): pass\nclass A41(A0): pass\nA0().missing(source())\nsink(A0().missing(source())) #!\n";
    python(&source);
}

#[test]
fn each_metavariable_of_a_sink_can_need_a_label_of_its_own() {
    let rule = "
rules:
- id: labels
  mode: taint
  languages: [python]
  severity: ERROR
  message: m
  pattern-sources:
  - {pattern: a(), label: A}
  - {pattern: b(), label: B}
  pattern-sinks:
  - pattern: sink($X, $Y)
    requires:
    - {$X: A}
    - {$Y: B}
";
    let Ok(ready) = ready("rule.yaml", rule, Language::Python) else {
        panic!("the rule is read");
    };
    let source = "x = a()\ny = b()\nsink(x, y)\nsink(y, x)\nsink(x, 1)\nsink(1, y)\n";
    let found = lines(&ready[0], source, Language::Python, &Settings::default());
    assert_eq!(found, [3]);
}

#[test]
fn a_rule_can_want_the_place_of_the_source() {
    let rule = RULE.to_owned() + "  options: {taint_match_on: source}\n";
    let ready = ready("rule.yaml", &rule, Language::Python).unwrap();
    let source = "x = source()\ny = 1\nsink(x)\n";
    let found = lines(&ready[0], source, Language::Python, &Settings::default());
    assert_eq!(found, [1]);
}
