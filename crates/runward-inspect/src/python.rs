//! Which lines of a Python module run when it is imported.
//!
//! By indentation, which is all that is needed: a line runs at import unless it is inside a function that
//! nothing calls at import, or below `if __name__ == "__main__"`. Who calls whom across files is in
//! [`crate::calls`].

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::LazyLock,
};

use regex::Regex;

use crate::context::Context;

/// Methods that run when an object is made or started.
const STARTED: [&str; 5] = ["__init__", "__new__", "__del__", "run", "start"];

/// Where a class would stand, of functions that are methods of none.
const FREE: &str = "";

/// What calls the function that it is given.
const CALLERS: [&str; 9] = [
    "register(",
    "submit(",
    "start_new_thread(",
    "run(",
    "map(",
    "target=",
    "function=",
    "func=",
    "fn=",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Import,
    /// A docstring or a comment.
    Text,
    /// In the function of this number.
    Function(usize),
    /// Below `if __name__ == "__main__"`.
    Main,
}

#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// The class that it is a method of.
    pub(crate) class: Option<String>,
    /// What it calls, as it is written: `f`, `self.f`, `module.f`.
    pub(crate) calls: BTreeSet<String>,
}

/// What a name of this file stands for elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Imported {
    /// With its leading dots.
    pub(crate) module: String,
    /// `None`: the module itself.
    pub(crate) name: Option<String>,
}

/// One module.
#[derive(Debug, Default)]
pub(crate) struct Module {
    lines: Vec<Line>,
    pub(crate) functions: Vec<Function>,
    /// Their numbers, by class and name.
    index: HashMap<String, HashMap<String, Vec<usize>>>,
    /// What is called when the module is imported.
    pub(crate) calls: BTreeSet<String>,
    pub(crate) imports: BTreeMap<String, Imported>,
    /// Modules of `from m import *`.
    pub(crate) stars: Vec<String>,
    /// Functions that run at import.
    pub(crate) active: BTreeSet<usize>,
}

impl Module {
    /// When a line (from 0) runs.
    pub(crate) fn context(&self, at: usize) -> Context {
        match self.lines.get(at) {
            Some(Line::Import) => Context::Import,
            Some(Line::Text) => Context::Aside,
            Some(Line::Function(number)) if self.active.contains(number) => Context::Import,
            Some(Line::Function(_) | Line::Main) | None => Context::Library,
        }
    }

    /// The number of the function that a line (from 0) is in.
    pub(crate) fn function_at(&self, at: usize) -> Option<usize> {
        match self.lines.get(at) {
            Some(Line::Function(number)) => Some(*number),
            _ => None,
        }
    }

    /// The functions that calling a name of this file runs: the function, or what making an object runs.
    pub(crate) fn named<'m>(&'m self, name: &'m str) -> impl Iterator<Item = usize> + 'm {
        let made = STARTED.iter().flat_map(|method| self.method(name, method));
        self.method(FREE, name).chain(made)
    }

    /// The method of a class; of [`FREE`], a function of none.
    pub(crate) fn method<'m>(
        &'m self,
        class: &str,
        name: &str,
    ) -> impl Iterator<Item = usize> + use<'m> {
        let found = self.index.get(class).and_then(|names| names.get(name));
        found.into_iter().flatten().copied()
    }

    /// The names of the methods of a class.
    pub(crate) fn methods(&self, class: &str) -> impl Iterator<Item = &str> {
        let names = self.index.get(class).into_iter().flat_map(HashMap::keys);
        names.map(String::as_str)
    }

    fn index(mut self) -> Self {
        for (number, function) in self.functions.iter().enumerate() {
            let class = function.class.as_deref().unwrap_or(FREE);
            let names = self.index.entry(class.to_owned()).or_default();
            names.entry(function.name.clone()).or_default().push(number);
        }
        self
    }

    /// The same for `__main__.py`, which nobody imports: `python -m` runs it.
    pub(crate) fn run_by_hand(mut self) -> Self {
        for line in &mut self.lines {
            if *line == Line::Import {
                *line = Line::Main;
            }
        }
        self.calls.clear();
        self
    }

    pub(crate) fn is_text(&self, at: usize) -> bool {
        self.lines.get(at) == Some(&Line::Text)
    }
}

/// A pattern of this file; its tests compile each.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"[A-Za-z_]\w*"));
static PATHS: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"));
static DEFINITION: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"^(?:async\s+)?(def|class)\s+([A-Za-z_]\w*)"));

/// Most characters of one import statement.
const MOST_IMPORT: usize = 100_000;

/// Strings, over lines.
#[derive(Default)]
struct Strings {
    /// The quote of the open string, and whether it stands three times.
    open: Option<(char, bool)>,
}

impl Strings {
    fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// A line with `''` for each string and without its comment.
    fn left_out<'l>(&mut self, line: &'l str) -> Cow<'l, str> {
        if self.open.is_none() && !line.contains(['"', '\'', '#']) {
            return Cow::Borrowed(line);
        }
        Cow::Owned(self.without(line))
    }

    fn without(&mut self, line: &str) -> String {
        let mut bare = String::new();
        let mut chars = line.chars().peekable();
        let three = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>, quote| {
            let mut ahead = chars.clone();
            let both = ahead.next() == Some(quote) && ahead.next() == Some(quote);
            if both {
                *chars = ahead;
            }
            both
        };
        while let Some(c) = chars.next() {
            match self.open {
                Some(_) if c == '\\' => {
                    // A string of one line goes on where its end is escaped.
                    if chars.next().is_none() {
                        return bare;
                    }
                }
                Some((quote, triple)) if c == quote => {
                    if !triple || three(&mut chars, quote) {
                        self.open = None;
                    }
                }
                Some(_) => {}
                None if c == '#' => break,
                None if matches!(c, '"' | '\'') => {
                    bare.push_str("''");
                    self.open = Some((c, three(&mut chars, c)));
                }
                None => bare.push(c),
            }
        }
        if matches!(self.open, Some((_, false))) {
            self.open = None;
        }
        bare
    }
}

/// An open block.
struct Block {
    indent: usize,
    kind: BlockKind,
}

enum BlockKind {
    Function(usize),
    Class(String),
    Main,
}

/// Reads a module by its lines.
pub(crate) fn scan(text: &str) -> Module {
    let mut module = Module::default();
    let mut blocks: Vec<Block> = Vec::new();
    // An import that goes on over lines in parentheses.
    let mut import = String::new();
    let mut strings = Strings::default();
    // What the lines inside a string that goes over lines are.
    let mut within = Line::Import;
    let mut depth = 0_i32;
    let mut current = Line::Import;
    for line in text.split('\n') {
        let code = line.trim();
        let inside = strings.is_open();
        if !inside && (code.is_empty() || code.starts_with('#')) {
            module.lines.push(Line::Text);
            continue;
        }
        let bare = strings.left_out(line);
        let bare = bare.trim();
        let mut kind = within;
        if !inside {
            // A definition at the margin begins anew, whatever was left open before it.
            if depth <= 0 || line.starts_with("def ") || line.starts_with("class ") {
                depth = 0;
                let indent = line.len() - line.trim_start().len();
                while blocks.last().is_some_and(|block| block.indent >= indent) {
                    blocks.pop();
                }
                current = place(&blocks);
                open(bare, indent, &mut blocks, &mut module);
            }
            let starts_text = code.trim_start_matches(['r', 'R', 'u', 'U', 'b', 'B', 'f', 'F']);
            let is_text =
                depth == 0 && ["\"\"\"", "'''"].iter().any(|q| starts_text.starts_with(q));
            kind = if is_text { Line::Text } else { current };
            within = kind;
        }
        module.lines.push(kind);
        for c in bare.chars() {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                _ => {}
            }
        }
        if kind == Line::Text {
            continue;
        }
        if !import.is_empty() || bare.starts_with("from ") || bare.starts_with("import ") {
            import.push_str(bare);
            import.push(' ');
            if depth > 0 && import.len() < MOST_IMPORT {
                continue;
            }
            module.import(&std::mem::take(&mut import));
            // `import os; os.system(…)` goes on.
            if !bare.contains(';') {
                continue;
            }
        }
        // A definition is no call of what it defines.
        if definition(bare).is_some() {
            continue;
        }
        match kind {
            Line::Import => module.calls.extend(calls(bare)),
            Line::Function(number) => {
                if let Some(function) = module.functions.get_mut(number) {
                    function.calls.extend(calls(bare));
                }
            }
            Line::Text | Line::Main => {}
        }
    }
    module.index()
}

impl Module {
    /// The names that an import statement binds.
    fn import(&mut self, statement: &str) {
        let statement = statement.split(';').next().unwrap_or_default().trim();
        let pair = |part: &str| {
            let mut words = part
                .split_whitespace()
                .map(|word| word.trim_matches(['(', ')', '\\']))
                .filter(|word| !word.is_empty());
            let name = words.next()?.to_owned();
            let alias = (words.next() == Some("as"))
                .then(|| words.next().map(str::to_owned))
                .flatten();
            Some((name, alias))
        };
        if let Some(rest) = statement.strip_prefix("import ") {
            for (name, alias) in rest.split(',').filter_map(pair) {
                // `import a.b` binds `a`.
                let first = name.split('.').next().unwrap_or_default().to_owned();
                let (local, module) = alias.map_or((first.clone(), first), |alias| (alias, name));
                self.imports.insert(local, Imported { module, name: None });
            }
        } else if let Some((module, names)) = statement
            .strip_prefix("from ")
            .and_then(|rest| rest.split_once(" import"))
        {
            let module = module.trim();
            for (name, alias) in names.split(',').filter_map(pair) {
                if name == "*" {
                    self.stars.push(module.to_owned());
                    continue;
                }
                self.imports.insert(
                    alias.unwrap_or_else(|| name.clone()),
                    Imported {
                        module: module.to_owned(),
                        name: Some(name),
                    },
                );
            }
        }
    }
}

fn place(blocks: &[Block]) -> Line {
    // The outermost function decides: what it defines inside runs with it, or not.
    blocks
        .iter()
        .find_map(|block| match block.kind {
            BlockKind::Function(number) => Some(Line::Function(number)),
            BlockKind::Main => Some(Line::Main),
            BlockKind::Class(_) => None,
        })
        .unwrap_or(Line::Import)
}

fn definition(code: &str) -> Option<regex::Captures<'_>> {
    let begins = ["def", "class", "async"]
        .iter()
        .any(|word| code.starts_with(word));
    DEFINITION.as_ref().filter(|_| begins)?.captures(code)
}

/// Opens the block that a statement begins.
fn open(code: &str, indent: usize, blocks: &mut Vec<Block>, module: &mut Module) {
    if code.starts_with("if __name__") {
        blocks.push(Block {
            indent,
            kind: BlockKind::Main,
        });
        return;
    }
    let Some(found) = definition(code) else {
        return;
    };
    let text = |number| {
        found
            .get(number)
            .map_or("", |part| part.as_str())
            .to_owned()
    };
    let kind = if text(1) == "class" {
        BlockKind::Class(text(2))
    } else {
        let class = blocks.iter().rev().find_map(|block| match &block.kind {
            BlockKind::Class(name) => Some(name.clone()),
            _ => None,
        });
        module.functions.push(Function {
            name: text(2),
            class,
            calls: BTreeSet::new(),
        });
        BlockKind::Function(module.functions.len() - 1)
    };
    blocks.push(Block { indent, kind });
}

/// Names that are called, and names that are handed over: `Thread(target=name)`.
fn calls(bare: &str) -> Vec<String> {
    // Nothing is called or handed over without one of these.
    let pattern = PATHS.as_ref().filter(|_| bare.contains(['(', ',', ')']));
    let Some(pattern) = pattern else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for word in pattern.find_iter(bare) {
        let before = bare.get(..word.start()).unwrap_or_default().trim_end();
        let after = bare.get(word.end()..).unwrap_or_default().trim_start();
        // `x().name(…)`: a method of nobody knows what.
        if before.ends_with('.') {
            continue;
        }
        // Decorators and options (`callback=f`) take functions too, and call nothing at once: only what is
        // known to call counts.
        let handed = after.starts_with([',', ')'])
            && (CALLERS.iter().any(|caller| before.ends_with(caller)) || is_event(before));
        if after.starts_with('(') || handed {
            found.push(word.as_str().to_owned());
        }
    }
    found
}

/// `on_press=`: what a listener calls.
fn is_event(before: &str) -> bool {
    before.strip_suffix('=').is_some_and(|before| {
        let name = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_'));
        name.map(str::trim)
            .next()
            .is_some_and(|name| name.starts_with("on_"))
    })
}

fn words(text: &str) -> Vec<String> {
    let Some(pattern) = WORDS.as_ref() else {
        return Vec::new();
    };
    pattern
        .find_iter(text)
        .map(|word| word.as_str().to_owned())
        .collect()
}

/// The words of all import statements.
pub(crate) fn imported_words(text: &str) -> BTreeSet<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| line.starts_with("from ") || line.starts_with("import "))
        .flat_map(words)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(text: &str) -> Vec<usize> {
        let mut modules = HashMap::from([("m.py".to_owned(), scan(text))]);
        crate::calls::spread(&mut modules, |_| false);
        (0..text.lines().count())
            .filter(|at| modules["m.py"].context(*at) == Context::Import)
            .collect()
    }

    #[test]
    fn functions_run_when_they_are_called() {
        assert_eq!(imports("a()\ndef f():\n    b()\nc()\n"), [0, 1, 3]);
        assert_eq!(
            imports("def f():\n    g()\ndef g():\n    x()\nf()\n"),
            [0, 1, 2, 3, 4]
        );
        assert_eq!(imports("def f():\n    x()\n__all__ = ['f']\n"), [0, 2]);
        assert_eq!(
            imports("def f():\n    x()\nif __name__ == '__main__':\n    f()\n"),
            [0, 2]
        );
        assert_eq!(
            imports("try:\n    f()\nexcept E:\n    pass\n"),
            [0, 1, 2, 3]
        );
    }

    #[test]
    fn threads_callbacks_and_classes() {
        let thread = "def f():\n    x()\nThread(target=f).start()\n";
        assert_eq!(imports(thread), [0, 1, 2]);
        let class = "class A(T):\n    def run(self):\n        x()\n    def other(self):\n        y()\nA().start()\n";
        assert_eq!(imports(class), [0, 1, 2, 3, 5]);
    }

    #[test]
    fn an_option_that_keeps_a_function_does_not_call_it() {
        let text = "def f():\n    x()\napp = typer.Option(callback=f)\n";
        assert_eq!(imports(text), [0, 2]);
    }

    #[test]
    fn text_is_no_code() {
        let module = scan("\"\"\"Doc\ncurl | sh\n\"\"\"\n# comment\nx = '''\ntext\n'''\ny()\n");
        let text: Vec<bool> = (0..8).map(|at| module.is_text(at)).collect();
        assert_eq!(text, [true, true, true, true, false, false, false, false]);
    }

    #[test]
    fn imports_bind_names() {
        let module = scan("from ..a import (b,\n  c as d)\nimport e.f, g as h\nfrom i import *\n");
        let names: Vec<&str> = module.imports.keys().map(String::as_str).collect();
        assert_eq!(names, ["b", "d", "e", "h"]);
        assert_eq!(module.imports["d"].module, "..a");
        assert_eq!(module.imports["d"].name.as_deref(), Some("c"));
        assert_eq!(module.imports["e"].module, "e");
        assert_eq!(module.stars, ["i"]);
    }

    #[test]
    fn a_method_of_something_else_is_not_called() {
        let text =
            "class A:\n    def get(self):\n        x()\ndef get():\n    y()\nd.get(1)\nf().get()\n";
        assert_eq!(imports(text), [0, 1, 3, 5, 6]);
    }

    #[test]
    fn strings_hide_their_brackets() {
        for string in [
            "re.compile(r\"\"\"a['\"]?([^'\"> ]+)\"\"\", re.I)",
            "re.compile(r'''(?P<a>(\n  b)''', re.X)",
            "'('; \"(\"; '''('''; '\\\\'",
            "x = 'a\\\n('",
        ] {
            let text = format!("a = {string}\ndef f(\n    self):\n    x()\n");
            let last = text.lines().count() - 1;
            assert!(!imports(&text).contains(&last), "{text}");
        }
    }

    #[test]
    fn what_is_run_by_hand_is_not_imported() {
        let module = scan("from .a import f\nf()\n").run_by_hand();
        assert!(module.calls.is_empty());
        assert_eq!(module.context(1), Context::Library);
    }

    #[test]
    fn methods_call_methods() {
        let text = "class A:\n    def __init__(self):\n        self.send()\n    def send(self):\n        x()\nA()\n";
        assert_eq!(imports(text), [0, 1, 2, 3, 4, 5]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text in "(?s).{0,400}") {
            let module = scan(&text);
            proptest::prop_assert_eq!(module.lines.len(), text.split('\n').count());
        }
    }
}
