#![no_main]
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use runward_lower_ecma::JavaScript;
use runward_lower_python::Python;
use runward_match::{Budget, Compiler, Index, Target, find};
use runward_rules::{Formula, Options, Source, Text};
use runward_syntax::{Frontend, Language, Limits, Lines, Span};

// A pattern, a zero byte, a program.
fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let Some((pattern, source)) = text.split_once('\0') else {
        return;
    };
    let formula = Formula::Pattern(Text {
        text: pattern.to_owned(),
        source: Arc::new(Source { path: String::new(), text: String::new() }),
        span: Span::default(),
    });
    let frontends: &[&dyn Frontend] = &[&Python, &JavaScript];
    for (frontend, language) in frontends.iter().zip([Language::Python, Language::JavaScript]) {
        let mut compiler = Compiler::new(frontends);
        let Ok(ready) = compiler.formula(&formula, language, &Options::default()) else {
            continue;
        };
        let vocabulary = compiler.finish();
        let Ok(mut tree) = frontend.parse(source, &vocabulary, &Limits::default()) else {
            continue;
        };
        let facts = runward_resolve::resolve(&mut tree, language);
        let index = Index::new(&tree, Some(&facts));
        let lines = Lines::new(source);
        let target = Target::parsed(language, source, &lines, &tree, &facts, &index);
        if let Ok(found) = find(&ready, &target, &mut Budget::new(1_000_000)) {
            // What is required of a file is there where something was found.
            let here = ready.required().holds(&mut |literal| source.contains(&**literal));
            assert!(found.is_empty() || here);
        }
    }
});
