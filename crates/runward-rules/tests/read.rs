//! What rule files become, and what is said about wrong ones.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    clippy::format_collect,
    clippy::format_push_string,
    reason = "tests"
)]

use proptest::prelude::*;
use runward_rules::{
    Analyzer, Condition, EntropyMode, Fix, Formula, Labels, Mode, Problem, ProblemKind, Rule,
    Severity, SideEffect, Term, read,
};
use runward_syntax::Language;

/// A rule with these lines in place of its search.
fn rule_with(search: &str) -> String {
    let search: String = search.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "rules:\n  - id: r\n    message: m\n    languages: [python]\n    severity: ERROR\n{search}"
    )
}

fn sound(text: &str) -> Rule {
    let mut file = read("r.yaml", text);
    let shown: Vec<String> = file.problems.iter().map(Problem::render).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
    assert_eq!(file.rules.len(), 1);
    file.rules.remove(0)
}

fn formula(search: &str) -> Formula {
    match sound(&rule_with(search)).mode {
        Mode::Search(formula) => formula,
        Mode::Taint(_) => panic!("a taint rule"),
    }
}

/// `line:column code message` of each problem.
fn problems(text: &str) -> Vec<String> {
    read("r.yaml", text)
        .problems
        .iter()
        .map(|problem| {
            let at = problem.position();
            format!(
                "{}:{} {} {}: {}",
                at.line, at.column, problem.kind, problem.code, problem.message
            )
        })
        .collect()
}

fn only_problem(search: &str) -> String {
    let text = rule_with(search);
    let file = read("r.yaml", &text);
    assert_eq!(file.problems.len(), 1, "{:?}", problems(&text));
    file.problems[0].render()
}

#[test]
fn a_rule_with_everything() {
    let rule = sound(
        "rules:\n- id: a.b_c-1\n  message: |\n    found $X\n  severity: WARNING\n  languages: [python, js, JS]\n  pattern: foo($X)\n  fix: \"  bar($X) \"\n  min-version: 1.50.0\n  paths:\n    include: ['*.py']\n    exclude: [tests]\n  options:\n    symbolic_propagation: true\n    generic_ellipsis_max_span: 3\n  metadata:\n    cwe: ['CWE-78: x']\n    confidence: HIGH\n    likelihood: 1.5\n",
    );
    assert_eq!(rule.id.as_ref(), "a.b_c-1");
    assert_eq!(rule.message, "found $X\n");
    assert_eq!(rule.severity, Severity::Medium);
    assert_eq!(rule.languages, [Language::Python, Language::JavaScript]);
    assert!(matches!(&rule.fix, Some(Fix::Template(text)) if text.text == "bar($X)"));
    assert_eq!(rule.paths.include[0].text, "*.py");
    assert_eq!(rule.paths.exclude[0].text, "tests");
    assert!(rule.options.symbolic_propagation);
    assert_eq!(rule.options.generic.ellipsis_max_span, 3);
    assert_eq!(rule.min_version.as_deref(), Some("1.50.0"));
    assert_eq!(rule.metadata["cwe"][0], "CWE-78: x");
    assert_eq!(rule.metadata["likelihood"], 1.5);
    assert_eq!(rule.at.text, "a.b_c-1");
}

#[test]
fn the_usual_syntax() {
    let Formula::And(and) = formula(
        "patterns:\n  - pattern: foo($X)\n  - pattern-inside: |\n      def $F(...):\n        ...\n  - pattern-not: foo(1)\n  - pattern-not-inside:\n      pattern-either:\n        - pattern: 'class A: ...'\n  - pattern-not-regex: ab\n  - metavariable-regex:\n      metavariable: $X\n      regex: a+\n  - metavariable-comparison:\n      metavariable: $X\n      comparison: $X > 3\n      strip: true\n      base: 8\n  - metavariable-pattern:\n      metavariable: $X\n      language: generic\n      patterns:\n        - pattern-not: secret\n  - metavariable-analysis:\n      metavariable: $X\n      analyzer: {kind: entropy_v2, mode: strict}\n  - metavariable-type:\n      metavariable: $X\n      types: [int, str]\n  - focus-metavariable: [$X, $F]\n  - focus-metavariable: $X",
    ) else {
        panic!("no conjunction");
    };
    assert!(
        matches!(&and.terms[0], Term::Positive(Formula::Pattern(text)) if text.text == "foo($X)")
    );
    assert!(
        matches!(&and.terms[1], Term::Inside(Formula::Pattern(text)) if text.text.starts_with("def $F"))
    );
    assert!(matches!(&and.terms[2], Term::Not(Formula::Pattern(_))));
    assert!(matches!(&and.terms[3], Term::NotInside(Formula::Or(any)) if any.len() == 1));
    assert!(matches!(&and.terms[4], Term::Not(Formula::Regex(_))));
    assert!(matches!(
        &and.conditions[0],
        Condition::Regex {
            constants: false,
            ..
        }
    ));
    assert!(
        matches!(&and.conditions[1], Condition::Comparison(one) if one.strip && one.base == Some(8))
    );
    assert!(
        matches!(&and.conditions[2], Condition::Pattern(one) if one.language == Some(Language::Generic))
    );
    assert!(matches!(
        &and.conditions[3],
        Condition::Analysis {
            analyzer: Analyzer::EntropyV2(EntropyMode::Strict),
            ..
        }
    ));
    assert!(matches!(&and.conditions[4], Condition::Type { types, .. } if types.len() == 2));
    assert_eq!(
        and.focus,
        [
            vec!["$X".to_owned(), "$F".to_owned()],
            vec!["$X".to_owned()]
        ]
    );
}

#[test]
fn the_newer_syntax() {
    let Formula::And(and) = formula(
        "match:\n  all:\n    - foo($X)\n    - any: [foo(1), {regex: 'a(?P<Y>b)'}]\n    - not: foo(2)\n    - not:\n        inside: 'class A: ...'\n    - inside: |\n        def $F(...): ...\n    - anywhere: import foo\n  where:\n    - metavariable: $X\n      regex: a\n    - metavariable: $X\n      pattern: f($Z)\n      language: js\n    - comparison: $X > 1\n    - focus: $X\n    - metavariable: $X\n      type: int\n    - metavariable: $X\n      analyzer: entropy\n  as: $ALL\n  fix: $Z",
    ) else {
        panic!("no conjunction");
    };
    let kinds: Vec<&str> = and
        .terms
        .iter()
        .map(|term| match term {
            Term::Positive(_) => "positive",
            Term::Inside(_) => "inside",
            Term::Not(_) => "not",
            Term::NotInside(_) => "not inside",
            Term::Anywhere(_) => "anywhere",
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "positive",
            "positive",
            "not",
            "not inside",
            "inside",
            "anywhere"
        ]
    );
    assert!(matches!(
        &and.conditions[0],
        Condition::Regex {
            constants: true,
            ..
        }
    ));
    assert!(
        matches!(&and.conditions[1], Condition::Pattern(one) if one.language == Some(Language::JavaScript))
    );
    assert_eq!(and.conditions.len(), 5);
    assert_eq!(and.focus.len(), 1);
    assert_eq!(and.bind.as_deref(), Some("$ALL"));
    assert_eq!(and.fix.map(|fix| fix.text), Some("$Z".to_owned()));
    assert!(matches!(formula("match: foo()"), Formula::Pattern(_)));
    let constrained = formula("match:\n  any: [foo($X), bar($X)]\n  where: [{focus: $X}]");
    assert!(
        matches!(constrained, Formula::And(and) if matches!(and.terms[..], [Term::Positive(Formula::Or(_))]))
    );
}

#[test]
fn taint_rules() {
    let old = "mode: taint\npattern-sources:\n  - pattern: input()\n    label: A\n    by-side-effect: only\n    exact: true\n    control: true\npattern-sinks:\n  - patterns:\n      - pattern: sink($X)\n      - focus-metavariable: $X\n    requires: A and not (B or C)\n    at-exit: true\n  - pattern: s($Y)\n    requires:\n      - $Y: A\n      - metavariable: $Y\n        requires: B\npattern-sanitizers:\n  - pattern: clean(...)\n    not_conflicting: true\npattern-propagators:\n  - pattern: $A.add($B)\n    from: $B\n    to: $A\n    label: B\n    replace-labels: [A]\n    requires: A";
    let text = rule_with(old);
    let file = read("r.yaml", &text);
    // The label `C`, which nothing gives.
    assert_eq!(problems(&text).len(), 1, "{:?}", problems(&text));
    assert!(file.problems[0].message.contains("the label `C`"));
    let Mode::Taint(spec) = &file.rules[0].mode else {
        panic!("no taint rule");
    };
    let source = &spec.sources[0];
    assert_eq!(
        (source.label.as_str(), source.control, source.part.exact),
        ("A", true, true)
    );
    assert_eq!(source.part.by_side_effect, SideEffect::Only);
    let sink = &spec.sinks[0];
    assert!(sink.part.exact && sink.at_exit);
    assert!(
        matches!(&sink.part.requires, Some(Labels::And(_, right)) if matches!(**right, Labels::Not(_)))
    );
    assert_eq!(spec.sinks[1].per_metavar.len(), 2);
    assert!(spec.sanitizers[0].not_conflicting && !spec.sanitizers[0].part.exact);
    let propagator = &spec.propagators[0];
    assert_eq!(
        (propagator.from.as_str(), propagator.to.as_str()),
        ("$B", "$A")
    );
    assert_eq!(propagator.part.by_side_effect, SideEffect::Yes);
    assert_eq!(
        propagator.replace_labels.as_deref(),
        Some(&["A".to_owned()][..])
    );
    let new = sound(&rule_with(
        "taint:\n  sources:\n    - input()\n    - any: [a(), b()]\n      label: X\n  sinks:\n    - pattern: sink(...)\n      requires: X",
    ));
    assert!(
        matches!(&new.mode, Mode::Taint(spec) if spec.sources[0].label == "__SOURCE__" && spec.sources.len() == 2)
    );
}

#[test]
fn a_pattern_of_the_language_regex_is_one() {
    let text = rule_with("pattern: a+").replace("[python]", "[regex]");
    assert!(matches!(sound(&text).mode, Mode::Search(Formula::Regex(_))));
    let text = rule_with(
        "patterns:\n  - pattern: f($X)\n  - metavariable-pattern:\n      metavariable: $X\n      language: regex\n      pattern: a+",
    );
    let Mode::Search(Formula::And(and)) = sound(&text).mode else {
        panic!("no conjunction");
    };
    assert!(
        matches!(&and.conditions[0], Condition::Pattern(one) if matches!(*one.formula, Formula::Regex(_)))
    );
}

#[test]
fn json_rules() {
    let rule = sound(
        r#"{"rules": [{"id": "a", "pattern": "f(\"x\")", "message": "é", "languages": ["python"], "severity": "INFO"}]}"#,
    );
    assert!(matches!(rule.mode, Mode::Search(Formula::Pattern(text)) if text.text == "f(\"x\")"));
    assert_eq!(rule.severity, Severity::Low);
}

#[test]
fn a_negative_pattern_beside_patterns_is_explained() {
    assert_eq!(
        only_problem(
            "patterns:\n  - pattern: subprocess.call(...)\npattern-not: subprocess.call(\"...\")"
        ),
        "r.yaml:8:5: error: `pattern-not` stands beside `patterns`, where it has no effect (rule `r`)\n  |\n8 |     pattern-not: subprocess.call(\"...\")\n  |     ^^^^^^^^^^^\nhelp: put them into one list, of which everything must hold:\n        patterns:\n          - … (what stands below `patterns` now)\n          - pattern-not: …"
    );
}

#[test]
fn two_searches_side_by_side_are_explained() {
    let shown = only_problem("pattern: eval(...)\npattern-either:\n  - pattern: exec(...)");
    assert!(shown.starts_with("r.yaml:7:5: error: `pattern` and `pattern-either` stand side by side, and a rule has one of them"), "{shown}");
    assert!(shown.contains("    - pattern: …\n"), "{shown}");
    let shown = only_problem("pattern-not-inside:\n  - pattern: |\n      x");
    assert!(
        shown.contains("`pattern-not-inside` stands alone"),
        "{shown}"
    );
    assert!(shown.contains("and add what to search"), "{shown}");
}

#[test]
fn a_list_in_place_of_a_pattern_is_explained() {
    let shown = only_problem(
        "patterns:\n  - pattern: f(...)\n  - pattern-not-inside:\n      - pattern: |\n          # Add exclusion patterns here",
    );
    assert!(
        shown.starts_with("r.yaml:8:9: error: `pattern-not-inside` must be a text, not a list"),
        "{shown}"
    );
    assert!(shown.contains("help: write the pattern itself"), "{shown}");
}

#[test]
fn slips_are_seen() {
    let cases = [
        (
            "patern: f()",
            "6:5",
            "did you mean `pattern` instead of `patern`?",
        ),
        (
            "patterns:\n  - pattern: f()\n    pattern-not: g()",
            "8:9",
            "forget a hyphen before `pattern-not`",
        ),
        (
            "patterns:\n  - pattern: f($X)\n  - metavariable-regex:\n    metavariable: $X\n    regex: a",
            "9:9",
            "indent `metavariable` further",
        ),
        ("patterns:\n  - f()", "7:9", "write `- pattern: f()`"),
        (
            "patterns:\n  - pattern-not: f()",
            "6:5",
            "nothing says what to search",
        ),
        ("patterns: []", "6:5", "add an item"),
        (
            "pattern-either:\n  - pattern-not: f()",
            "7:9",
            "is no alternative",
        ),
        ("pattern: true", "6:14", "put it in quotes"),
        ("pattern: ''", "6:14", "an empty pattern"),
        ("match:\n  pattern-either: []", "7:7", "here it is `any`"),
        (
            "pattern-either:\n  - any: []",
            "7:9",
            "here it is called `pattern-either`",
        ),
        (
            "patterns:\n  - pattern: f($X)\n  - metavariable-regexp:\n      metavariable: $X",
            "8:9",
            "did you mean `metavariable-regex`?",
        ),
        (
            "patterns:\n  - pattern: f($X)\n  - metavariable-regex:\n      metavariable: x\n      regex: a",
            "9:25",
            "write `$X`",
        ),
        (
            "patterns:\n  - pattern: f($X)\n  - metavariable-comparison:\n      comparison: $X = 1",
            "9:26",
            "equality is `==`",
        ),
        (
            "patterns:\n  - pattern: f($X)\n  - metavariable-analysis:\n      metavariable: $X\n      analyzer: entropi",
            "10:21",
            "did you mean `entropy`?",
        ),
        (
            "patterns:\n  - pattern: f()\n  - pattern-where-python: x",
            "8:9",
            "metavariable-comparison",
        ),
        (
            "pattern: f()\nmode: taints",
            "7:11",
            "did you mean `taint`?",
        ),
        (
            "pattern-sources:\n  - pattern: a\npattern-sinks:\n  - pattern: b",
            "6:5",
            "add `mode: taint`",
        ),
        (
            "mode: taint\npattern-sources:\n  - pattern: a",
            "2:5",
            "has no `pattern-sinks`",
        ),
        (
            "mode: taint\npattern-sources:\n  - pattern: a\n    bogus: 1\npattern-sinks:\n  - pattern: b",
            "9:9",
            "`bogus` is no key",
        ),
        (
            "mode: taint\npattern-sources:\n  - pattern: a\npattern-sinks:\n  - pattern: b\n    requires: A &",
            "11:",
            "labels",
        ),
        ("pattern: f()\npattern: g()", "7:5", "stands here twice"),
        (
            "pattern: f()\npattern-foo: x",
            "7:5",
            "`pattern-foo` is no key of a rule",
        ),
        ("match:\n  not: f()", "6:5", "nothing says what to search"),
        (
            "pattern: f()\npaths:\n  includes: [a]",
            "8:7",
            "did you mean `include`?",
        ),
        (
            "pattern: f()\nfix-regex:\n  regex: a",
            "8:7",
            "has no `replacement`",
        ),
    ];
    for (search, place, expected) in cases {
        let text = rule_with(search);
        let file = read("r.yaml", &text);
        let shown: Vec<String> = file.problems.iter().map(Problem::render).collect();
        assert!(file.rules.is_empty() && file.has_errors(), "{search}");
        let first = shown.first().cloned().unwrap_or_default();
        assert!(
            first.starts_with(&format!("r.yaml:{place}")),
            "{search}: {first}"
        );
        assert!(first.contains(expected), "{search}: {first}");
    }
}

#[test]
fn wrong_fields_are_told_all_at_once() {
    let text = "rules:\n- id: a\n  pattern: f()\n  mesage: m\n  language: [python]\n  severity: error\n- id: b c\n- pattern: x\n- 5\n";
    let shown = problems(text);
    assert_eq!(shown.len(), 8, "{shown:#?}");
    let file = read("r.yaml", text);
    let help: Vec<String> = file
        .problems
        .iter()
        .filter_map(|problem| problem.help.clone())
        .collect();
    assert!(
        help.contains(&"`mesage` stands here; did you mean `message`?".to_owned()),
        "{help:?}"
    );
    assert!(
        help.contains(&"`language` stands here; did you mean `languages`?".to_owned()),
        "{help:?}"
    );
    assert!(
        help.contains(&"did you mean `ERROR`?".to_owned()),
        "{help:?}"
    );
}

#[test]
fn warnings_leave_the_rule() {
    let cases = [
        ("pattern: f()\nwibble: 1", "unknown-key"),
        (
            "pattern: f()\noptions: {symetric_eq: true}",
            "unknown-option",
        ),
        (
            "patterns:\n  - pattern: f($X)\n  - focus-metavariable: $Y",
            "unbound-metavariable",
        ),
        (
            "patterns:\n  - pattern: f($X)\n  - pattern-not: g($Y)\n  - metavariable-regex:\n      metavariable: $Y\n      regex: a",
            "unbound-metavariable",
        ),
        ("pattern: f($X)\nfix: g($Z)", "unbound-metavariable"),
        ("pattern: f()\nvalidators: []", "ignored-key"),
        (
            "patterns:\n  - pattern: f($X)\n  - metavariable-name:\n      metavariable: $X\n      module: a",
            "commercial",
        ),
        (
            "mode: taint\npattern-sources:\n  - pattern: a\npattern-sinks:\n  - pattern: b\n    label: c",
            "ignored-key",
        ),
    ];
    for (search, code) in cases {
        let file = read("r.yaml", &rule_with(search));
        let codes: Vec<_> = file
            .problems
            .iter()
            .map(|problem| (problem.kind, problem.code))
            .collect();
        assert_eq!(codes, [(ProblemKind::Warning, code)], "{search}");
        assert_eq!(file.rules.len(), 1, "{search}");
    }
}

#[test]
fn what_is_bound_is_not_told() {
    sound(&rule_with("patterns:\n  - pattern-either:\n      - pattern: f($X, $...ARGS)\n      - pattern-regex: (?P<NAME>a)(b)\n  - pattern-inside: 'def $F(...): ...'\n  - metavariable-pattern:\n      metavariable: $X\n      pattern: g($IN)\n  - metavariable-regex: {metavariable: $1, regex: a}\n  - focus-metavariable: $IN").replace("message: m", "message: $X $...ARGS $NAME $1 $IN $F costs $5 $lower"));
}

#[test]
fn refusals_are_no_errors() {
    let cases = [
        ("mode: join\njoin: {}", "mode", 0),
        ("mode: extract\npattern: x\nextract: $X", "mode", 0),
        ("steps: []", "mode", 0),
        (
            "pattern: f()\nr2c-internal-project-depends-on:\n  namespace: npm",
            "supply-chain",
            0,
        ),
        ("pattern: f()\nmin-version: 99.0.0", "version", 0),
        ("pattern: f()\nmax-version: 0.9.0", "version", 0),
    ];
    for (search, code, rules) in cases {
        let file = read("r.yaml", &rule_with(search));
        let codes: Vec<_> = file
            .problems
            .iter()
            .map(|problem| (problem.kind, problem.code))
            .collect();
        assert_eq!(codes, [(ProblemKind::Refused, code)], "{search}");
        assert_eq!(
            (file.rules.len(), file.has_errors()),
            (rules, false),
            "{search}"
        );
    }
    let file = read(
        "r.yaml",
        &rule_with("pattern: f()").replace("python", "kotlin"),
    );
    assert_eq!((file.rules.len(), file.problems[0].code), (1, "language"));
}

#[test]
fn files_that_are_none() {
    assert_eq!(problems(""), Vec::<String>::new());
    assert_eq!(problems("rules:\n"), Vec::<String>::new());
    assert_eq!(problems("rules: []\n"), Vec::<String>::new());
    assert!(problems("rule: []\n")[0].contains("no `rules`"));
    assert!(problems("just text")[0].contains("must be a list"));
    assert!(problems("rules:\n- id: a\n\tpattern: b\n")[0].contains("invalid-yaml"));
    let file = read("r.yaml", "rules:\n- id: a\n\tpattern: b\n");
    assert!(
        file.problems[0]
            .help
            .as_deref()
            .is_some_and(|help| help.contains("tabs")),
        "{:?}",
        file.problems
    );
    let text = rule_with("pattern: f()");
    let twice = format!("{text}{}", text.replace("rules:\n", ""));
    assert_eq!(
        problems(&twice),
        ["7:9 warning duplicate-id: another rule of this file has the id `r` too"]
    );
    assert!(
        problems(&rule_with("pattern: f()").replace("python", "pyton"))[0]
            .contains("`pyton` is no language")
    );
    assert!(
        problems(&rule_with("pattern: f()").replace("python", "python, generic"))[0]
            .contains("stands alone")
    );
}

#[test]
fn hostile_files_end() {
    for text in [
        "[".repeat(100_000),
        "{a: ".repeat(50_000),
        "- ".repeat(50_000),
        "rules: [".to_owned() + &"{},".repeat(50_000),
        "a: &a ".repeat(3_000),
        "é".repeat(200_000),
        format!(
            "rules: [{{{}}}]",
            (0..20_000).map(|n| format!("k{n}: 1,")).collect::<String>()
        ),
    ] {
        let file = read("r.yaml", &text);
        assert!(file.rules.is_empty());
        assert!(file.problems.len() < 1_002);
    }
    let names: String = (0..50_000).map(|number| format!("$N{number} ")).collect();
    assert!(
        read(
            "r.yaml",
            &rule_with("pattern: f()").replace("message: m", &format!("message: {names}"))
        )
        .problems
        .len()
            < 25
    );
    let keys: String = (0..100_000)
        .map(|number| format!("    pattern-foo-{number}: 1\n"))
        .collect();
    assert!(read("r.yaml", &(rule_with("pattern: f()") + &keys)).has_errors());
    let same = rule_with("pattern: f()")
        .replace("rules:\n", "")
        .repeat(20_000);
    let file = read("r.yaml", &format!("rules:\n{same}"));
    assert_eq!(
        file.problems.last().map(|problem| problem.code),
        Some("too-many")
    );
    let twice = format!("rules:\n{}", "- a: 1\n  a: 2\n  id: x\n".repeat(20_000));
    assert!(read("r.yaml", &twice).has_errors());
    let file = read("r.yaml", &"x".repeat(9 << 20));
    assert_eq!(file.problems[0].code, "too-large");
}

const WORDS: [&str; 34] = [
    "rules",
    "id",
    "pattern",
    "patterns",
    "pattern-either",
    "pattern-not",
    "pattern-inside",
    "match",
    "all",
    "any",
    "not",
    "where",
    "focus",
    "metavariable",
    "regex",
    "comparison",
    "metavariable-regex",
    "metavariable-pattern",
    "focus-metavariable",
    "languages",
    "python",
    "message",
    "severity",
    "ERROR",
    "mode",
    "taint",
    "pattern-sources",
    "pattern-sinks",
    "$X",
    "f($X)",
    "[a]",
    "{b: c}",
    "requires",
    "options",
];

proptest! {
    #[test]
    fn any_text_is_read_and_shown(text in "[-a-z:{}\\[\\]\n |>&*$'\"é]{0,80}") {
        for problem in read("r.yaml", &text).problems {
            let _ = problem.render();
        }
    }

    #[test]
    fn any_words_are_read_and_shown(lines in prop::collection::vec((0..6_usize, prop::bool::ANY, 0..WORDS.len(), 0..WORDS.len() + 20), 0..20)) {
        let mut text = "rules:\n  - id: r\n".to_owned();
        for (indent, hyphen, key, value) in lines {
            let value = WORDS.get(value).unwrap_or(&"");
            text.push_str(&format!("{}{}{}: {value}\n", "  ".repeat(indent + 1), if hyphen { "- " } else { "" }, WORDS[key]));
        }
        for problem in read("r.yaml", &text).problems {
            prop_assert!(!problem.render().is_empty());
            prop_assert!(problem.span.start as usize <= text.len());
        }
    }
}
