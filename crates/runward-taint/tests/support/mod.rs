//! Runs a taint rule on a text, from the text of both.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::expect_used,
    reason = "each test file uses a part"
)]

use std::sync::Arc;

use runward_lower_ecma::{JavaScript, TypeScript};
use runward_lower_python::Python;
use runward_match::{Budget, Compiler, Index, Target};
use runward_resolve::resolve;
use runward_rules::{Mode, Rule, read};
use runward_syntax::{Frontend, Language, Limits, Lines, Vocabulary};
use runward_taint::{CompiledTaint, Findings, Program, Settings, compile, run};

pub const FRONTENDS: &[&dyn Frontend] = &[&Python, &JavaScript, &TypeScript];

fn frontend(language: Language) -> &'static dyn Frontend {
    *FRONTENDS
        .iter()
        .find(|frontend| frontend.language() == language)
        .expect("a frontend")
}

pub struct Ready {
    pub id: String,
    pub rule: CompiledTaint,
    pub vocabulary: Arc<Vocabulary>,
}

/// The taint rules of a file that are for a language.
pub fn ready(path: &str, text: &str, language: Language) -> Result<Vec<Ready>, String> {
    let file = read(path, text);
    if file.has_errors() {
        return Err(format!("{:?}", file.problems));
    }
    let mut all = Vec::new();
    for rule in &file.rules {
        let Rule {
            mode: Mode::Taint(spec),
            ..
        } = rule
        else {
            continue;
        };
        if !rule.languages.contains(&language) {
            continue;
        }
        let mut compiler = Compiler::new(FRONTENDS);
        let ready = compile(&mut compiler, spec, language, &rule.options)
            .map_err(|error| format!("{}: {}", rule.id, error.message))?;
        all.push(Ready {
            id: rule.id.to_string(),
            rule: ready,
            vocabulary: compiler.finish(),
        });
    }
    Ok(all)
}

pub fn findings(ready: &Ready, source: &str, language: Language, settings: &Settings) -> Findings {
    let mut tree = frontend(language)
        .parse(source, &ready.vocabulary, &Limits::default())
        .expect("the source parses");
    let facts = resolve(&mut tree, language);
    let lines = Lines::new(source);
    let index = Index::new(&tree, Some(&facts));
    let target =
        Target::parsed(language, source, &lines, &tree, &facts, &index).with_frontends(FRONTENDS);
    let program = Program::new(&tree, &facts, language, &settings.limits);
    run(
        &ready.rule,
        &target,
        &program,
        settings,
        &mut Budget::default(),
    )
    .expect("within the budget")
}

/// The lines that are found, from 1.
pub fn lines(ready: &Ready, source: &str, language: Language, settings: &Settings) -> Vec<u32> {
    let findings = findings(ready, source, language, settings);
    let lines = Lines::new(source);
    let mut all: Vec<u32> = findings
        .matches
        .iter()
        .map(|found| lines.line(found.span.start))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}
