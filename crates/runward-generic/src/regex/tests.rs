use proptest::prelude::*;

use super::*;

fn found(regex: &str, source: &str) -> Vec<String> {
    let regex = Regex::compile(regex).unwrap();
    regex.build().unwrap();
    let all = regex.find_all(source).unwrap();
    all.iter()
        .map(|one| one.span().text(source).to_owned())
        .collect()
}

fn at_start(regex: &str, source: &str) -> bool {
    let regex = Regex::compile_condition(regex).unwrap();
    regex.build().unwrap();
    regex.is_match_at_start(source).unwrap()
}

#[test]
fn lines_are_where_circumflex_and_dollar_stand() {
    assert_eq!(found("^a$", "a\nb\na"), ["a", "a"]);
    assert_eq!(found("(?-m)^a", "a\na"), ["a"]);
    // Not after the line feed that ends the text, as PCRE has it.
    assert_eq!(found("^", "a\nb\n").len(), 2);
}

#[test]
fn a_condition_is_anchored_at_the_start_of_the_text_only() {
    assert!(at_start("a+", "aab"));
    assert!(!at_start("b", "aab"));
    assert!(at_start("^a$", "a"));
    assert!(
        at_start("^a$", "a\n"),
        "`$` stands before a line feed that ends the text"
    );
    assert!(!at_start("^a$", "a\nb"));
    assert!(at_start("(?!b)a", "ab"));
    assert!(at_start("a|ab(?=c)", "abc"));
}

#[test]
fn shorthands_know_ascii_only() {
    assert_eq!(found(r"\w+", "aé b"), ["a", "b"]);
    assert_eq!(found(r"\bx\b", "éx x"), ["x", "x"]);
    assert_eq!(found(r"(?<=.)\bx\b", "éx x"), ["x", "x"]);
    assert_eq!(found(r"\d", "1٣"), ["1"]);
    assert_eq!(found(r"[^\W\d]+", "ab1"), ["ab"]);
    assert_eq!(found(r"\S", "\u{a0}"), ["\u{a0}"]);
}

#[test]
fn what_pcre_takes_literally_is_literal() {
    assert_eq!(found(r"a{", "a{"), ["a{"]);
    assert_eq!(found(r"a{,2}", "a{,2}"), ["a{,2}"]);
    assert_eq!(found(r"{{x}}", "{{x}}"), ["{{x}}"]);
    assert_eq!(found(r"]", "]"), ["]"]);
    assert_eq!(found(r"[[]", "["), ["["]);
    assert_eq!(found(r"[]a]+", "]a"), ["]a"]);
    assert_eq!(found(r"[^]a]", "]b"), ["b"]);
    assert_eq!(found(r"[\w-.]+", "a-."), ["a-."]);
    assert_eq!(found(r"[a&&b]+", "&a"), ["&a"]);
    assert_eq!(found(r"\/\-\#\<\>\'", "/-#<>'"), ["/-#<>'"]);
    assert_eq!(found(r"\Qa.b\E+", "a.bb"), ["a.bb"]);
    assert_eq!(found("(?x) a b # c\n c", "abc"), ["abc"]);
    assert_eq!(found(r"a(?#x)b", "ab"), ["ab"]);
}

#[test]
fn escapes_of_pcre() {
    assert_eq!(found(r"\h\x41\x{42}\103\cA", "\tABC\u{1}"), ["\tABC\u{1}"]);
    assert_eq!(found(r"a\Rb", "a\r\nb"), ["a\r\nb"]);
    assert_eq!(found(r"a\Z", "a\n"), ["a"]);
    assert_eq!(found(r"\p{Lu}\pL", "Aé"), ["Aé"]);
    assert_eq!(found(r"[[:alpha:][:^space:]]", "a"), ["a"]);
    assert_eq!(found(r"[\b]", "\u{8}"), ["\u{8}"]);
}

#[test]
fn what_needs_backtracking() {
    assert_eq!(found(r"(a)\1", "aa"), ["aa"]);
    assert_eq!(found(r"(?<x>a)\k<x>(?P=x)\g{x}\g1", "aaaaa"), ["aaaaa"]);
    assert_eq!(found(r"(?P<q>['x]).*?\k{q}", "'a'"), ["'a'"]);
    assert_eq!(found(r"a++b", "aab"), ["aab"]);
    assert_eq!(found(r"a*+a", "aaa"), [""; 0]);
    assert_eq!(found(r"(?>a+)b", "aab"), ["aab"]);
    assert_eq!(found(r"(?<!x)a", "xa a"), ["a"]);
    assert_eq!(found(r"(?<=ab|c)d", "abd cd"), ["d", "d"]);
    assert_eq!(found(r"a\Kb", "ab"), ["b"]);
    assert_eq!(found(r"(\((?:[^()]|(?1))*\))", "x(a(b))"), ["(a(b))"]);
    assert_eq!(found(r"(?i)(a)\1", "aA"), ["aA"]);
    assert_eq!(found(r"(a)?(?(1)b|c)", "ab c"), ["ab", "c"]);
}

#[test]
fn flags_hold_to_the_end_of_their_group() {
    assert_eq!(found(r"(?i)abc", "ABC"), ["ABC"]);
    assert_eq!(found(r"a(?i)b", "aB AB"), ["aB"]);
    assert_eq!(found(r"(a(?i)b)c", "aBc aBC"), ["aBc"]);
    assert_eq!(found(r"(?s:a.b)", "a\nb"), ["a\nb"]);
    assert_eq!(found(r"a.b", "a\nb"), [""; 0]);
    assert_eq!(found(r"(?i:[a-c]+)d", "ABd ABD"), ["ABd"]);
}

#[test]
fn groups_have_numbers_and_names() {
    let regex = Regex::compile(r"(?P<user>\w+)@(\w+)?").unwrap();
    assert_eq!(regex.group_names(), [None, Some("user".to_owned()), None]);
    let all = regex.find_all("a@b c@").unwrap();
    assert_eq!(all[0].get(1), Some(Span::new(0, 1)));
    assert_eq!(all[0].get(2), Some(Span::new(2, 3)));
    assert_eq!(all[1].get(2), None);
    assert_eq!(all[1].len(), 3);
}

#[test]
fn errors_have_a_place() {
    let error = Regex::compile("a(b").unwrap_err();
    assert_eq!((error.span.start, error.span.end), (1, 2));
    for wrong in [
        "a)", "*a", "[a", r"a\", "(?<1>a)", r"\j", "[b-a]", "a{2,1}", "(?|a)",
    ] {
        assert!(Regex::compile(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn literals_are_what_a_match_contains() {
    let clauses = |text: &str| {
        let regex = Regex::compile(text).unwrap();
        let all = regex.required().all.clone();
        all.into_iter()
            .map(|clause| {
                let texts: Vec<_> = clause
                    .texts
                    .iter()
                    .map(|t| String::from_utf8_lossy(t).into_owned())
                    .collect();
                format!(
                    "{}{}",
                    if clause.caseless { "i:" } else { "" },
                    texts.join("|")
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(clauses(r"AKIA[0-9A-Z]{16}"), ["AKIA"]);
    assert_eq!(clauses(r"(?i)bearer\s+x"), ["i:bearer", "i:x"]);
    assert_eq!(clauses(r"(foo|bar)baz?"), ["bar|foo", "ba"]);
    assert_eq!(clauses(r"(?<!x)eval\((?=a)"), ["eval(", "a"]);
    assert_eq!(clauses(r"a*"), [""; 0]);
    assert_eq!(clauses(r"(abc)?d"), ["d"]);
}

#[test]
fn replacements_use_groups() {
    let regex = Regex::compile_condition(r"(a)(?P<x>b)").unwrap();
    let replace = |to, count| regex.replace("ab-ab", to, count).unwrap();
    assert_eq!(replace(r"\2\1", None), "ba-ba");
    assert_eq!(replace(r"\g<x>\g<1>\n", Some(1)), "ba\n-ab");
}

#[test]
fn catastrophes_end() {
    let source = "a".repeat(60);
    let plain = Regex::compile(r"(a|aa)+$x").unwrap();
    assert!(plain.find_all(&source).unwrap().is_empty());
    let fancy = Regex::compile(r"(?:(?=a)a|aa)+\1?(x)b|^(?:(?:a|aa)(?=.))+c").unwrap();
    let _ = fancy.find_all(&format!("{source}xc"));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in r"[\PC\n]{0,40}", source in r"\PC{0,60}") {
        if let Ok(regex) = Regex::compile(&text) {
            let _ = regex.find_all(&source);
            let _ = regex.is_match_at_start(&source);
        }
    }

    #[test]
    fn expressions_of_small_parts(
        text in r"([ab.^$|?*+(){}\[\]\\,=!<>:1-]|\\[bBwdQEK]|\(\?[:=!>]|\(\?<[=!]){0,12}",
        source in "[ab1 \\n]{0,20}",
    ) {
        if let Ok(regex) = Regex::compile(&text)
            && let Ok(all) = regex.find_all(&source)
        {
            // What is required is there wherever there is a match.
            prop_assert!(all.is_empty() || regex.required().may_match(&source));
        }
    }
}
