//! Rules on Terraform, from a file to its findings.

#![allow(clippy::unwrap_used, reason = "tests")]

use runward_code::{Cache, Engine, Options, RuleSet, Scanned};
use runward_tree::MemoryTree;

const FILE: &str = r#"
locals {
  open = "public-read"
}
resource "aws_s3_bucket" "literal" {
  tags = { Name = "x" }
  acl  = "public-read"
}
resource "aws_s3_bucket" "by_name" {
  acl = local.open
}
resource "aws_s3_bucket" "closed" {
  acl = var.x ? "private" : "log-${local.open}"
  versioning {
    enabled = true
    mfa     = true
  }
}
resource "aws_iam_policy" "p" {
  statement {
    condition {}
  }
  policy = <<EOF
{"Statement": [{"Action": "*", "Resource": "*"}]}
EOF
}
"#;

fn scan(pattern: &str, path: &str, text: &str) -> Scanned {
    let pattern = serde_json::to_string(pattern).unwrap();
    let rule = format!(
        "rules:\n- {{id: r, languages: [hcl], severity: ERROR, message: m, pattern: {pattern}}}\n"
    );
    scan_by(&rule, path, text)
}

fn scan_by(rule: &str, path: &str, text: &str) -> Scanned {
    let (rules, problems) = RuleSet::new(runward_rules::read("r.yaml", rule).rules);
    assert!(problems.is_empty(), "{problems:?}");
    let engine = Engine {
        rules: &rules,
        options: Options {
            jobs: Some(1),
            ..Options::default()
        },
    };
    let tree = MemoryTree::new([(path, text.as_bytes())]);
    engine.scan(&tree, &[path.to_owned()], &mut Cache::default())
}

fn lines(scanned: &Scanned) -> Vec<u32> {
    let mut lines: Vec<u32> = scanned
        .findings
        .iter()
        .map(|one| one.location.start.line)
        .collect();
    lines.sort_unstable();
    lines
}

#[test]
fn blocks_and_attributes_match_as_in_semgrep() {
    for (pattern, found) in [
        ("acl = \"public-read\"", vec![7, 10]),
        (
            "resource \"aws_s3_bucket\" $N { ... acl = \"...\" ... }",
            vec![5, 9, 12],
        ),
        (
            "resource \"aws_s3_bucket\" $N { acl = $X tags = $Y }",
            vec![5],
        ),
        ("resource $T \"closed\" {...}", vec![12]),
        (
            "resource \"aws_s3_bucket\" $N { ... versioning { enabled = true } ... }",
            vec![12],
        ),
        ("versioning { ... }", vec![14]),
        (
            "resource \"aws_iam_policy\" $N { ... condition {...} ... }",
            vec![19],
        ),
        ("$B { ... }", vec![2, 14, 20, 21]),
        ("enabled = true\nmfa = $X", vec![15]),
        ("{ ..., Name = $V, ... }", vec![6]),
        ("local.$X", vec![10, 13]),
        ("acl = $A ? $B : \"log-public-read\"", vec![13]),
    ] {
        assert_eq!(lines(&scan(pattern, "main.tf", FILE)), found, "{pattern}");
    }
}

#[test]
fn a_text_is_the_number_that_it_says() {
    let text =
        "variable \"v\" {\n  default = 5\n}\na = \"5\"\nb = \"${var.v}\"\nc = true\nd = \"true\"\n";
    for (pattern, found) in [
        ("$K = 5", vec![2, 4, 5]),
        ("$K = \"5\"", vec![2, 4, 5]),
        ("$K = true", vec![6, 7]),
        ("$K = \"...\"", vec![4, 5, 7]),
        ("$K = 7", vec![]),
    ] {
        assert_eq!(lines(&scan(pattern, "a.tf", text)), found, "{pattern}");
    }
}

#[test]
fn json_in_a_here_document_is_searched() {
    let rule = r#"
rules:
- id: r
  languages: [terraform]
  severity: ERROR
  message: m
  patterns:
  - pattern: policy = "$JSON"
  - metavariable-pattern:
      metavariable: $JSON
      language: json
      pattern: '"Action": "*"'
"#;
    assert_eq!(lines(&scan_by(rule, "main.tf", FILE)), [23]);
}

#[test]
fn the_ending_tells_the_language_and_errors_are_told() {
    let pattern = "$K = 1";
    for path in ["a.tf", "b/prod.auto.tfvars", "c.hcl"] {
        assert_eq!(lines(&scan(pattern, path, "a = 1\n")), [1], "{path}");
    }
    assert!(scan(pattern, "a.tf.json", "{}").findings.is_empty());
    let scanned = scan(pattern, "a.tf", "a = [1\nb = 1\n)\nc = 1\n");
    assert_eq!(lines(&scanned), [2, 4]);
    assert_eq!(scanned.not_covered.len(), 1);
}
