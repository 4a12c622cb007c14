//! Odd patterns and odd files: an answer or an error, never a panic, never without end.
#![allow(clippy::unwrap_used)]

mod support;

use proptest::prelude::*;
use runward_rules::{Formula, Options};
use runward_syntax::Language;
use support::{lines_of, matches, text};

const PARTS: &[&str] = &[
    "...", "$X", "$...X", "foo", "(", ")", "[", "]", "{", "}", ",", "=", "\n", ":", "if ", "def f",
    "\"...\"", "<... ", " ...>", ".", "|", " and ", "return ", "  ", "1", "'a'", "@", "import ",
    "a.b",
];

fn program() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(PARTS), 0..14)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_pattern_on_any_text_is_an_answer(pattern in program(), source in program()) {
        for language in [Language::Python, Language::JavaScript] {
            let _ = lines_of(&pattern, language, &source);
        }
    }

    #[test]
    fn any_text_as_a_pattern_of_anything(pattern in ".{0,40}", source in ".{0,80}") {
        for language in [Language::Python, Language::TypeScript, Language::Yaml, Language::Generic] {
            let _ = matches(&Formula::Pattern(text(&pattern)), language, &Options::default(), &source);
        }
    }

    #[test]
    fn a_program_finds_itself(name in "[a-z]{1,6}", number in 0_u32..999) {
        let call = format!("{name}_({number}, [{number}], k='{name}')");
        prop_assert_eq!(lines_of(&call, Language::Python, &call).unwrap(), vec![1]);
    }
}

#[test]
fn many_dots_on_a_long_file_end_by_the_budget() {
    let source = format!("bar(x)\n{}", "foo(a)\n".repeat(3_000));
    let pattern = "foo($A)\n...\nfoo($B)\n...\nfoo($C)\n...\nbar($D)";
    let formula = Formula::Pattern(text(pattern));
    let budget = runward_match::Budget::new(2_000_000);
    let found = support::matches_within(
        &formula,
        Language::Python,
        &Options::default(),
        &source,
        budget,
    );
    assert!(found.is_err());
}

#[test]
fn deep_code_does_not_exhaust_the_stack() {
    let depth = 900;
    let source = format!("{}x{}\n", "f(".repeat(depth), ")".repeat(depth));
    std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(move || {
            let _ = lines_of("f(<... x ...>)", Language::Python, &source);
        })
        .unwrap()
        .join()
        .unwrap();
}
