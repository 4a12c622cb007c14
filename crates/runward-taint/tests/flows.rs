//! What flows and what does not, in small programs.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use runward_syntax::Language;
use runward_taint::{Limits, Settings, StepKind};
use support::{findings, lines, ready};

const RULE: &str = "
rules:
- id: flow
  mode: taint
  languages: [python, javascript, typescript]
  severity: ERROR
  message: m
  pattern-sources: [{pattern: source()}]
  pattern-sanitizers: [{pattern: clean(...)}]
  pattern-sinks: [{pattern: sink(...)}]
";

fn precise() -> Settings {
    Settings {
        interprocedural: true,
        ..Settings::default()
    }
}

/// Lines that end in `# !` are those that are found.
fn check_with(rule: &str, source: &str, language: Language, settings: &Settings) {
    let ready = ready("rule.yaml", rule, language).unwrap();
    let wanted: Vec<u32> = (1..)
        .zip(source.lines())
        .filter(|(_, line)| line.trim_end().ends_with('!'))
        .map(|(line, _)| line)
        .collect();
    let found = lines(&ready[0], source, language, settings);
    assert_eq!(found, wanted, "{source}");
}

fn python(source: &str) {
    check_with(RULE, source, Language::Python, &Settings::default());
}

fn javascript(source: &str) {
    check_with(RULE, source, Language::JavaScript, &Settings::default());
}

#[test]
fn a_value_flows_through_assignments_and_operators() {
    python(
        "def f():\n    x = source()\n    y = 'a' + x\n    sink(f'{y}') #!\n    y = 1\n    sink(y)\n",
    );
}

#[test]
fn branches_join_and_a_way_that_ends_does_not_count() {
    python(
        "def f(c):\n    if c:\n        x = source()\n    else:\n        x = 1\n    sink(x) #!\n    if c:\n        x = 1\n    \
         else:\n        return\n    sink(x)\n",
    );
}

#[test]
fn loops_carry_values_round() {
    python(
        "def f(c):\n    x = 1\n    while c:\n        sink(x) #!\n        x = source()\n    for v in x:\n        sink(v) #!\n",
    );
}

#[test]
fn handlers_see_what_was_assigned_before_something_was_thrown() {
    python(
        "def f():\n    try:\n        x = source()\n        return 1\n    except E:\n        sink(x) #!\n    finally:\n        \
         sink(x) #!\n",
    );
}

#[test]
fn sanitizers_make_values_harmless() {
    python("def f():\n    x = source()\n    sink(clean(x))\n    x = clean(x)\n    sink(x)\n");
}

#[test]
fn fields_are_told_apart() {
    javascript(
        "function f() {\n  const x = {};\n  x.a = source();\n  sink(x.a); //!\n  sink(x.b);\n  sink(x); //!\n}\n",
    );
    javascript("const t = {a: source(), b: 1};\nsink(t.b);\nsink(t.a); //!\n");
}

#[test]
fn lambdas_see_variables_of_the_function_around() {
    javascript(
        "function f() {\n  const x = source();\n  g(() => {\n    sink(x); //!\n  });\n  function h() {\n    sink(x); //!\n  }\n}\n",
    );
}

#[test]
fn globals_that_are_assigned_once_are_known_in_functions() {
    python("G = source()\ndef f(p=G):\n    sink(G) #!\n    sink(p) #!\n");
    python("G = source()\nG = 1\ndef f():\n    sink(G)\n");
}

#[test]
fn destructuring_takes_values_apart() {
    javascript(
        "const {a, b: {c}} = source();\nsink(a); //!\nsink(c); //!\nconst [d] = source();\nsink(d); //!\n",
    );
}

#[test]
fn parameters_can_be_sources() {
    let rule = RULE
        .replace(
            "[{pattern: source()}]",
            "[{patterns: [{pattern: 'def $F(..., $X, ...): ...'}, {focus-metavariable: $X}]}]",
        )
        .replace(", javascript, typescript", "");
    check_with(
        &rule,
        "def f(a, b=1):\n    sink(a) #!\n    sink(b) #!\n    sink(c)\n",
        Language::Python,
        &Settings::default(),
    );
}

#[test]
fn labels_are_required_of_sinks() {
    let rule = "
rules:
- id: labels
  mode: taint
  languages: [python]
  severity: ERROR
  message: m
  pattern-sources:
  - {pattern: a(), label: A}
  - {pattern: 'b(...)', label: B, requires: A}
  pattern-sinks: [{pattern: sink(...), requires: B and not C}]
";
    check_with(
        rule,
        "def f():\n    x = a()\n    sink(x)\n    y = b(x)\n    sink(y) #!\n    z = b(1)\n    sink(z)\n",
        Language::Python,
        &Settings::default(),
    );
}

#[test]
fn propagators_carry_values_where_nothing_is_assigned() {
    let rule =
        RULE.to_owned() + "  pattern-propagators: [{pattern: $T.push($F), from: $F, to: $T}]\n";
    check_with(
        &rule,
        "function f() {\n  const l = [];\n  l.push(source());\n  sink(l); //!\n}\n",
        Language::JavaScript,
        &Settings::default(),
    );
}

#[test]
fn calls_are_followed_where_that_is_wanted() {
    let source = "def give():\n    return source()\n\ndef take(p):\n    sink(p) #!\n\ndef same(q, r):\n    return q\n\n\
                  def fixed(q):\n    return 1\n\ndef main():\n    take(give())\n    x = same(source(), 1)\n    sink(x) #!\n    \
                  sink(same(1, source()))\n    sink(fixed(source()))\n";
    check_with(RULE, source, Language::Python, &precise());
    let off = source.replace("sink(p) #!", "sink(p)").replace(
        "sink(same(1, source()))\n    sink(fixed(source()))",
        "sink(same(1, source())) #!\n    sink(fixed(source())) #!",
    );
    python(&off);
}

#[test]
fn methods_write_into_fields_and_arguments() {
    check_with(
        RULE,
        "class K:\n    def load(self):\n        self.data = source()\n    def show(self):\n        self.load()\n        \
         sink(self.data) #!\n\ndef fill(o):\n    o.x = source()\n\ndef main(o):\n    fill(o)\n    sink(o.x) #!\n    sink(o.y)\n",
        Language::Python,
        &precise(),
    );
}

#[test]
fn functions_that_call_each_other_come_to_an_end() {
    check_with(
        RULE,
        "def a(x):\n    return b(x)\ndef b(x):\n    return a(x)\ndef main():\n    sink(a(source())) #!\n",
        Language::Python,
        &precise(),
    );
}

#[test]
fn javascript_functions_are_followed_too() {
    check_with(
        RULE,
        "const give = () => { return source(); };\nfunction take(p) {\n  sink(p.a); //!\n}\ntake({a: give()});\ntake({b: give()});\n",
        Language::JavaScript,
        &precise(),
    );
}

#[test]
fn the_trace_leads_from_the_source_to_the_sink() {
    let ready = ready("rule.yaml", RULE, Language::Python).unwrap();
    let source =
        "def take(p):\n    q = p\n    sink(q)\n\ndef main():\n    x = source()\n    take(x)\n";
    let found = findings(&ready[0], source, Language::Python, &precise());
    let steps: Vec<_> = found.matches[0]
        .trace
        .iter()
        .map(|step| (step.kind, step.text.as_str()))
        .collect();
    assert_eq!(
        steps,
        [
            (StepKind::Source, "source()"),
            (StepKind::Assign, "x"),
            (StepKind::Call, "take(x)"),
            (StepKind::Assign, "p"),
            (StepKind::Assign, "q"),
            (StepKind::Sink, "sink(q)"),
        ]
    );
}

#[test]
fn a_function_beyond_the_limits_is_reported() {
    let ready = ready("rule.yaml", RULE, Language::Python).unwrap();
    let body = "    x = source() + x\n    sink(x)\n".repeat(200);
    let source = format!("def f(x):\n{body}");
    let mut settings = Settings {
        limits: Limits {
            steps: 100,
            ..Limits::default()
        },
        ..Settings::default()
    };
    let found = findings(&ready[0], &source, Language::Python, &settings);
    assert!(found.matches.is_empty());
    assert_eq!(found.not_covered.len(), 1);
    settings.limits = Limits {
        follow: 50,
        ..Limits::default()
    };
    let found = findings(&ready[0], &source, Language::Python, &settings);
    assert_eq!(found.not_covered.len(), 1);
}

#[test]
fn shapes_that_grow_in_loops_come_to_an_end() {
    javascript(
        "function f(c) {\n  let x = source();\n  while (c) {\n    x = [x, {a: x}];\n    x.b = x;\n    x.c.d = x.b;\n  }\n  sink(x); //!\n}\n",
    );
    let nested = format!(
        "function f(c) {{ let x = source(); {} x = x.a; {} sink(x);\n}}",
        "while (c) {".repeat(40),
        "}".repeat(40)
    );
    let ready = ready("rule.yaml", RULE, Language::JavaScript).unwrap();
    assert_eq!(
        lines(
            &ready[0],
            &nested,
            Language::JavaScript,
            &Settings::default()
        ),
        [1]
    );
}

/// The threads of the engine have this much.
const STACK: usize = 64 << 20;

#[test]
fn deep_nesting_is_followed_to_its_end() {
    let run = || {
        let depth = 450;
        let calls = format!(
            "x = {}source(){}\nsink(x) #!\n",
            "f(".repeat(depth),
            ")".repeat(depth)
        );
        python(&calls);
        let lists = format!(
            "x = {}source(){}\nsink(x) #!\n",
            "[".repeat(depth),
            "]".repeat(depth)
        );
        python(&lists);
        let sum = format!("x = source(){}\nsink(x) #!\n", " + 1".repeat(depth));
        python(&sum);
        let chain = format!("x = source(){}\nsink(x) #!\n", ".a()".repeat(depth));
        python(&chain);
        let lambdas = format!("x = source()\ny = {}sink(x) #!\n", "lambda: ".repeat(100));
        python(&lambdas);
    };
    std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(run)
        .unwrap()
        .join()
        .unwrap();
}
