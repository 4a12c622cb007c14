//! Rules on text alone, and files that do not look like text.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use runward_code::{Cache, Engine, Options, RuleSet, Scanned};
use runward_tree::MemoryTree;

const WORDS: &str = "
rules:
- {id: words, languages: [generic], severity: ERROR, message: m, pattern: secret $X}
";
const EXPRESSION: &str = "
rules:
- {id: expression, languages: [regex], severity: ERROR, message: m, pattern-regex: secret}
";
const WORDS_IN_TOML: &str = "
rules:
- {id: words, languages: [generic], severity: ERROR, message: m, pattern: secret $X,
   paths: {include: ['*.toml']}}
";

fn scan(rules: &str, path: &str, content: &[u8]) -> Scanned {
    let (rules, problems) = RuleSet::new(runward_rules::read("r.yaml", rules).rules);
    assert!(problems.is_empty(), "{problems:?}");
    let engine = Engine {
        rules: &rules,
        options: Options {
            jobs: Some(1),
            ..Options::default()
        },
    };
    let tree = MemoryTree::new([(path, content)]);
    engine.scan(&tree, &[path.to_owned()], &mut Cache::default())
}

fn minified(inside: &str) -> Vec<u8> {
    format!("{inside}{}", "x(1);".repeat(200)).into_bytes()
}

#[test]
fn a_minified_file_that_words_could_be_in_is_told() {
    let scanned = scan(WORDS, "a.js", &minified("secret x;"));
    assert!(scanned.findings.is_empty());
    assert_eq!(scanned.not_covered.len(), 1);
    let reason = &scanned.not_covered[0].reason;
    assert!(reason.starts_with("`generic` rules such as `words` pass over it"));
    assert!(
        scan(WORDS, "a.js", &minified("open x;"))
            .not_covered
            .is_empty()
    );
    assert_eq!(scan(WORDS, "a.js", b"secret x;").findings.len(), 1);
}

#[test]
fn nothing_is_told_of_files_that_no_rule_asks_for_or_that_are_no_text() {
    let picture = b"\x89PNG\r\n\0\0secret x";
    for rules in [WORDS, EXPRESSION] {
        let scanned = scan(rules, "logo.png", picture);
        assert!(scanned.not_covered.is_empty() && scanned.files.is_empty());
    }
    let scanned = scan(WORDS_IN_TOML, "a.js", &minified("secret x;"));
    assert!(scanned.not_covered.is_empty());
}

#[test]
fn a_text_with_zero_bytes_is_searched_or_told() {
    let text = b"a\0\0\0\nsecret x\n";
    assert_eq!(scan(EXPRESSION, "a.txt", text).findings.len(), 1);
    let scanned = scan(WORDS, "a.txt", text);
    assert_eq!((scanned.findings.len(), scanned.not_covered.len()), (0, 1));
    let utf16: Vec<u8> = "\u{feff}secret x\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let scanned = scan(WORDS, "a.txt", &utf16);
    assert_eq!((scanned.findings.len(), scanned.not_covered.len()), (1, 0));
}

#[test]
fn an_expression_is_looked_for_in_a_minified_file() {
    let scanned = scan(EXPRESSION, "a.js", &minified("secret x;"));
    assert_eq!((scanned.findings.len(), scanned.not_covered.len()), (1, 0));
}

#[test]
fn a_rule_that_finds_everything_is_cut_and_that_is_told() {
    let content = "secret ".repeat(6_000);
    let scanned = scan(EXPRESSION, "a.txt", content.as_bytes());
    assert_eq!(scanned.findings.len(), 5_000);
    assert_eq!(scanned.not_covered.len(), 1);
    let reason = &scanned.not_covered[0].reason;
    assert!(reason.contains("more than 5000 findings"), "{reason}");
}
