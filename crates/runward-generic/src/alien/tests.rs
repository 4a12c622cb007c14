use runward_rules::Generic;

use crate::compile;

fn options(multiline: bool) -> Generic {
    Generic {
        aliengrep: true,
        multiline,
        ..Generic::default()
    }
}

fn found(pattern: &str, source: &str, multiline: bool) -> Vec<String> {
    let pattern = compile(pattern, &options(multiline)).unwrap();
    let all = pattern.find(source, None).unwrap();
    all.iter()
        .map(|one| one.span.text(source).to_owned())
        .collect()
}

#[test]
fn brackets_match_where_they_can() {
    assert_eq!(found("(...)", "a ((x), y) b", true), ["((x), y)"]);
    assert_eq!(
        found("hello(...)", "hello (\n get()\n)", true),
        ["hello (\n get()\n)"]
    );
    assert_eq!(found("(...x)", "()x)", true), ["()x)"; 0]);
}

#[test]
fn metavariables_are_words() {
    assert_eq!(
        found("$X is $X", "a is a, a is ab, ab is ab", true),
        ["a is a", "ab is ab"]
    );
    let pattern = compile("f($...ARGS)", &options(true)).unwrap();
    let source = "f( a, b )";
    let all = pattern.find(source, None).unwrap();
    assert_eq!(all[0].bindings[0].0, "$...ARGS");
    assert_eq!(all[0].bindings[0].1.text(source), "a, b");
}

#[test]
fn lines_matter_in_the_mode_of_single_lines() {
    assert_eq!(found("a ... b", "a x b\na\nb", false), ["a x b"]);
    assert_eq!(found("a\nb", "a b\na\nb", false), ["a\nb"]);
    assert_eq!(found("a .... b", "a\nx\nb", false), ["a\nx\nb"]);
    assert_eq!(found("key: ...", "key: v w\nother", false), ["key: v w"]);
    assert_eq!(found("\"...\"", "a \"b c\" d", false), ["\"b c\""]);
}

#[test]
fn an_ellipsis_at_an_end_is_at_the_end_of_the_text() {
    assert_eq!(found("... b", "a b c b", true), ["a b"]);
    assert_eq!(found("b ...", "a b c", true), ["b c"]);
}

#[test]
fn case_and_word_characters_are_options() {
    let caseless = Generic {
        caseless: true,
        ..options(true)
    };
    let pattern = compile("Foo", &caseless).unwrap();
    assert_eq!(pattern.find("fOO foobar", None).unwrap().len(), 1);
    let dashes = Generic {
        extra_word_characters: vec!['-'],
        ..options(true)
    };
    let pattern = compile("a $X", &dashes).unwrap();
    let all = pattern.find("a b-c", None).unwrap();
    assert_eq!(all[0].span.end, 5);
}

#[test]
fn hostile_texts_end() {
    let pattern = compile("x ( ... ) ... y", &options(true)).unwrap();
    let _ = pattern.find(&"x(".repeat(20_000), None);
    let pattern = compile("$A ... $B ... $A z", &options(true)).unwrap();
    let _ = pattern.find(&"a b ".repeat(2_000), None);
}
