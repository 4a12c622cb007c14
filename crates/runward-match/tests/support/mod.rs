//! Finding a pattern in a text, for tests.
#![allow(dead_code, clippy::unwrap_used, clippy::print_stdout)]

use std::sync::Arc;

use runward_lower_config::{Bash, Dockerfile, Hcl, Json, Yaml};
use runward_lower_ecma::{JavaScript, TypeScript};
use runward_lower_python::Python;
use runward_match::{Budget, Compiler, Index, Match, Target, find};
use runward_rules::{Formula, Options, Source, Text};
use runward_syntax::{Frontend, Language, Limits, Lines, Span};

pub(crate) const FRONTENDS: &[&dyn Frontend] = &[
    &Python,
    &JavaScript,
    &TypeScript,
    &Json,
    &Yaml,
    &Dockerfile,
    &Bash,
    &Hcl,
];

pub(crate) fn text(text: &str) -> Text {
    Text {
        text: text.to_owned(),
        source: Arc::new(Source {
            path: String::new(),
            text: String::new(),
        }),
        span: Span::default(),
    }
}

/// The matches of a formula, and what went wrong otherwise.
pub(crate) fn matches(
    formula: &Formula,
    language: Language,
    options: &Options,
    source: &str,
) -> Result<Vec<Match>, String> {
    matches_within(formula, language, options, source, Budget::default())
}

/// The same within so many steps.
pub(crate) fn matches_within(
    formula: &Formula,
    language: Language,
    options: &Options,
    source: &str,
    mut budget: Budget,
) -> Result<Vec<Match>, String> {
    let mut compiler = Compiler::new(FRONTENDS);
    let ready = compiler
        .formula(formula, language, options)
        .map_err(|error| format!("pattern: {error}"))?;
    let vocabulary = compiler.finish();
    let lines = Lines::new(source);
    let Some(frontend) = FRONTENDS.iter().find(|one| one.language() == language) else {
        let target = Target::text(language, source, &lines).with_frontends(FRONTENDS);
        return find(&ready, &target, &mut budget).map_err(|error| error.to_string());
    };
    let mut tree = frontend
        .parse(source, &vocabulary, &Limits::default())
        .map_err(|refused| format!("source: {refused}"))?;
    let facts = runward_resolve::resolve(&mut tree, language);
    let index = Index::new(&tree, Some(&facts));
    if std::env::var_os("RUNWARD_TREE").is_some() {
        println!("{}", tree.dump(false));
    }
    let target =
        Target::parsed(language, source, &lines, &tree, &facts, &index).with_frontends(FRONTENDS);
    let found = find(&ready, &target, &mut budget).map_err(|error| error.to_string())?;
    let mut literals = Vec::new();
    ready
        .required()
        .literals(&mut |literal| literals.push(Arc::clone(literal)));
    let possible = ready
        .required()
        .holds(&mut |literal| source.contains(&**literal));
    assert!(
        found.is_empty() || possible,
        "{:?} is required of {source:?}",
        ready.required()
    );
    Ok(found)
}

/// Shows the tree of a pattern where `RUNWARD_TREE` is set.
fn show(pattern: &str, language: Language) {
    if std::env::var_os("RUNWARD_TREE").is_none() {
        return;
    }
    let Some(frontend) = FRONTENDS.iter().find(|one| one.language() == language) else {
        return;
    };
    let mut vocabulary = runward_syntax::Vocabulary::new();
    if let Ok(mut tree) = frontend.parse_pattern(pattern, &mut vocabulary) {
        tree.freeze(&Arc::new(vocabulary));
        println!("pattern at {:?}\n{}", tree.root, tree.tree.dump(false));
    }
}

/// The lines (from 1) on which matches of a pattern begin, each once.
pub(crate) fn lines_of(
    pattern: &str,
    language: Language,
    source: &str,
) -> Result<Vec<u32>, String> {
    show(pattern, language);
    let formula = Formula::Pattern(text(pattern));
    let found = matches(&formula, language, &Options::default(), source)?;
    let lines = Lines::new(source);
    let mut starts: Vec<u32> = found.iter().map(|one| lines.line(one.span.start)).collect();
    starts.sort_unstable();
    starts.dedup();
    Ok(starts)
}
