//! The reference tool's own tests of patterns without a grammar: the lines that it expects.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::collections::BTreeSet;
use std::path::Path;

use runward_generic::compile;
use runward_rules::Generic;
use runward_syntax::Lines;

/// What the reference tool finds too, though its tests have no annotation that they read there.
fn also_found(pattern: &Path) -> Option<u32> {
    match pattern.file_name()?.to_str()? {
        "dots_args.sgrep" => Some(49),
        "misc_if_blocks_brace.sgrep" | "misc_if_blocks_no_brace.sgrep" => Some(3),
        "misc_else_blocks_brace.sgrep" | "misc_else_blocks_no_brace.sgrep" => Some(4),
        _ => None,
    }
}

#[test]
fn patterns_find_the_expected_lines() {
    let Some(root) = std::env::var_os("RUNWARD_SEMGREP") else {
        eprintln!("skipped: RUNWARD_SEMGREP names no checkout of semgrep");
        return;
    };
    let directory = Path::new(&root).join("tests/patterns/generic");
    let (mut seen, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        let target = path.with_extension("generic");
        if path.extension().is_none_or(|end| end != "sgrep") || !target.exists() {
            continue;
        }
        let source = std::fs::read_to_string(target).unwrap();
        let pattern = std::fs::read_to_string(&path).unwrap();
        let expected: BTreeSet<u32> = (1..)
            .zip(source.lines())
            .filter(|(_, line)| line.contains("ERROR:") || line.contains("MATCH:"))
            .map(|(line, _)| line + 1)
            .chain(also_found(&path))
            .collect();
        let lines = Lines::new(&source);
        let found: BTreeSet<u32> = compile(&pattern, &Generic::default())
            .unwrap()
            .find(&source, None)
            .unwrap()
            .iter()
            .map(|one| lines.line(one.span.start))
            .collect();
        seen += 1;
        if found != expected {
            wrong.push(format!(
                "{}: expected {expected:?}, found {found:?}",
                path.display()
            ));
        }
    }
    assert!(seen > 0 && wrong.is_empty(), "{}", wrong.join("\n"));
}
