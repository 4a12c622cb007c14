//! Which modules a text imports, without reading it as a program.

use runward_syntax::Language;

/// Modules of one file that are looked at.
const MOST: usize = 4_000;
/// Names of one `from … import (…)` that may be modules themselves.
const MOST_NAMES: usize = 200;
/// Bytes of one such statement.
const LONGEST: usize = 1 << 14;

/// The modules that a text may import: a quick look that may see too many, in comments and strings
/// say, so that files that cannot matter need not be read.
#[must_use]
pub fn imported_modules(source: &str, language: Language) -> Vec<String> {
    let mut all = Vec::new();
    match language {
        Language::Python => of_python(source, &mut all),
        Language::JavaScript | Language::TypeScript => of_ecma(source, &mut all),
        _ => {}
    }
    all.truncate(MOST);
    all.sort_unstable();
    all.dedup();
    all
}

fn is_module(char: char) -> bool {
    char == '.' || char == '_' || char.is_alphanumeric()
}

fn of_python(source: &str, all: &mut Vec<String>) {
    let mut rest = source;
    while let Some(line) = rest.split_inclusive('\n').next() {
        let start = rest;
        rest = rest.get(line.len()..).unwrap_or_default();
        if all.len() >= MOST {
            return;
        }
        // Also behind `try:` and `;`.
        let mut line = line.trim_start();
        if let Some(at) = line.find("import ")
            && !line.starts_with("from ")
            && !line.starts_with("import ")
        {
            let before = line.get(..at).unwrap_or_default();
            let begins = before.rfind([':', ';']).map_or(at, |mark| mark + 1);
            line = line.get(begins..).unwrap_or_default().trim_start();
        }
        if let Some(names) = line.strip_prefix("import ") {
            for name in names.split(',') {
                let name: String = name.trim().chars().take_while(|c| is_module(*c)).collect();
                if !name.is_empty() {
                    all.push(name);
                }
            }
        } else if let Some(from) = line.strip_prefix("from ") {
            let from = from.trim_start();
            let module: String = from
                .chars()
                .take_while(|c| is_module(*c) || *c == ' ')
                .filter(|c| *c != ' ')
                .collect();
            // `from a import b`: the blanks are gone, the words are still there.
            let module = match from.find("import") {
                Some(at) => from
                    .get(..at)
                    .unwrap_or_default()
                    .chars()
                    .filter(|c| is_module(*c))
                    .collect(),
                None => module,
            };
            if module.is_empty() {
                continue;
            }
            let offset = source.len() - start.len();
            names_of(source.get(offset..).unwrap_or_default(), &module, all);
            all.push(module);
        }
    }
}

/// `from m import (a, b as c)`: `m.a` and `m.b` may be modules.
fn names_of(statement: &str, module: &str, all: &mut Vec<String>) {
    let statement = statement
        .get(..statement.floor_char_boundary(LONGEST))
        .unwrap_or_default();
    let Some(at) = statement.find("import") else {
        return;
    };
    let names = statement.get(at + "import".len()..).unwrap_or_default();
    let names = names.trim_start_matches([' ', '\t']);
    let names = match names.strip_prefix('(') {
        Some(inner) => inner.split(')').next().unwrap_or_default(),
        None => names.lines().next().unwrap_or_default(),
    };
    let dot = if module.ends_with('.') { "" } else { "." };
    for name in names.split(',').take(MOST_NAMES) {
        // Behind comments, which may stand between the names.
        let name = name
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim())
            .find(|line| !line.is_empty())
            .unwrap_or_default();
        let name: String = name.chars().take_while(|c| is_module(*c)).collect();
        if !name.is_empty() {
            all.push(format!("{module}{dot}{name}"));
        }
    }
}

/// Every string that begins with a dot and stands behind `from`, `import` or `(`.
fn of_ecma(source: &str, all: &mut Vec<String>) {
    for (at, _) in source.match_indices(['"', '\'', '`']) {
        if all.len() >= MOST {
            return;
        }
        let after = source.get(at + 1..).unwrap_or_default();
        if !after.starts_with('.') {
            continue;
        }
        let before = source.get(..at).unwrap_or_default().trim_end();
        let is_import =
            before.ends_with("from") || before.ends_with("import") || before.ends_with('(');
        if !is_import {
            continue;
        }
        let module: String = after
            .chars()
            .take(512)
            .take_while(|c| !matches!(c, '"' | '\'' | '`' | '\n'))
            .collect();
        all.push(module);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_of_python_are_seen_wherever_they_stand() {
        let text = "import a.b as c, d\nfrom ..e import f\ntry: import g\nexcept ImportError:\n    from . import (\n        \
                    h,  # why\n        i as j,\n    )\nx = 'import'\n";
        let found = imported_modules(text, Language::Python);
        assert_eq!(found, [".", "..e", "..e.f", ".h", ".i", "a.b", "d", "g"]);
    }

    #[test]
    fn imports_of_javascript_are_those_of_files() {
        let text = "import a from './a';\nexport * from \"../b.js\";\nconst c = require('./c'), d = require('fs');\n\
                    import './e'; const f = await import(`./f`); const g = './g';";
        let found = imported_modules(text, Language::JavaScript);
        assert_eq!(found, ["../b.js", "./a", "./c", "./e", "./f"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_looked_at(text in "[a-z.,;:()'\"# \né]{0,200}|(from|import|\\.| |\\(|a|,|\n){0,60}") {
            for language in [Language::Python, Language::JavaScript] {
                for module in imported_modules(&text, language) {
                    proptest::prop_assert!(!module.is_empty());
                }
            }
        }
    }
}
