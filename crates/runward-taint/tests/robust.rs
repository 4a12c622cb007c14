//! Any program comes to an end, and what is found in one half is found in all of it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fmt::Write as _;

use proptest::prelude::*;
use runward_syntax::Language;
use runward_taint::Settings;
use support::{findings, lines, ready};

const RULE: &str = "
rules:
- id: flow
  mode: taint
  languages: [python]
  severity: ERROR
  message: m
  pattern-sources: [{pattern: source()}]
  pattern-sinks: [{pattern: sink(...)}]
";

const STATEMENTS: &[&str] = &[
    "x = source()",
    "x = 1",
    "y = x",
    "y.a = x",
    "y[0] = [x, y]",
    "y = {'k': x, **y}",
    "sink(y)",
    "sink(x, y.a)",
    "x += y",
    "x, *y = y, x",
    "y = f(x, k=y)",
    "self.z = y",
    "sink(self.z)",
    "y = [v for v in x if v]",
    "y = lambda q: sink(q, x)",
    "return x",
    "raise E(y)",
    "break",
    "continue",
    "del x",
    "yield x",
    "x = y if x else f'{y}'",
    "g = g2 = x",
    "x.m(y)",
];
const BLOCKS: &[&str] = &[
    "if x:",
    "while x:",
    "for x in y:",
    "try:",
    "with x as y:",
    "def f(x, y=source()):",
    "class C:",
    "async def g(*a):",
    "match x:\n{}    case [y, *_]:",
];

fn program(steps: &[(usize, usize, u8)]) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    for (block, statement, close) in steps {
        let indent = "    ".repeat(depth);
        out += &indent;
        out += STATEMENTS[*statement];
        out += "\n";
        if depth < 8 && *block < BLOCKS.len() {
            let head = BLOCKS[*block];
            out += &indent;
            out += &head.replace("{}", &indent);
            out += "\n";
            depth += if head.starts_with("match") { 2 } else { 1 };
            out += &"    ".repeat(depth);
            out += "pass\n";
            if head == "try:" {
                let body = "    ".repeat(depth);
                write!(out, "{body}sink(x)\n{indent}except E as x:\n{body}y = x\n").unwrap();
            }
        }
        depth = depth.saturating_sub(usize::from(*close));
    }
    out
}

/// What is put into itself in a loop grew and collapsed in turn, for ever.
#[test]
fn an_object_that_holds_itself_comes_to_an_end() {
    let steps = [
        (4, 0, 0),
        (0, 0, 0),
        (0, 2, 0),
        (5, 5, 1),
        (1, 0, 0),
        (0, 4, 0),
        (0, 0, 0),
        (0, 6, 0),
        (0, 0, 0),
        (0, 10, 0),
    ];
    let ready = ready("rule.yaml", RULE, Language::Python).unwrap();
    let settings = Settings {
        interprocedural: false,
        ..Settings::default()
    };
    let found = findings(&ready[0], &program(&steps), Language::Python, &settings);
    assert!(found.not_covered.is_empty(), "{:?}", found.not_covered);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_program_is_followed(
        steps in prop::collection::vec((0..BLOCKS.len() * 2, 0..STATEMENTS.len(), 0..3_u8), 1..60),
        interprocedural in any::<bool>(),
    ) {
        let ready = ready("rule.yaml", RULE, Language::Python).unwrap();
        let settings = Settings { interprocedural, ..Settings::default() };
        let source = program(&steps);
        let found = findings(&ready[0], &source, Language::Python, &settings);
        prop_assert!(found.not_covered.is_empty(), "{source}");
        for one in &found.matches {
            prop_assert!(one.span.text(&source).starts_with("sink("));
            prop_assert!(one.trace.len() >= 2);
        }
    }

    #[test]
    fn a_flow_is_found_whatever_follows_in_other_functions(
        steps in prop::collection::vec((0..BLOCKS.len() * 2, 0..STATEMENTS.len(), 0..3_u8), 1..20),
    ) {
        let ready = ready("rule.yaml", RULE, Language::Python).unwrap();
        let source = format!("def first():\n    v = source()\n    sink(v)\n\n{}", program(&steps));
        let found = lines(&ready[0], &source, Language::Python, &Settings::default());
        prop_assert!(found.contains(&3), "{source}");
    }
}
