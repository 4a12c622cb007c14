//! Which functions of a Python package run when its modules are imported: those that a module calls while it
//! is loaded, what they call, and so on, through the names that each file imports.

use std::collections::{BTreeSet, HashMap};

use runward_tree::path;

use crate::python::{Imported, Module};

/// Calls that are followed in one package.
const MOST_CALLS: usize = 200_000;
/// Files that a name is handed through: `from .a import f` in `__init__.py`.
const MOST_HANDS: usize = 4;

/// A call as it is written in a place.
type Call = (String, Option<String>, String);

/// Marks the functions that run at import in each module. Of the files for which `runs` holds, everything
/// runs, and what they import by name is taken for used: the command classes of a `setup.py`.
pub(crate) fn spread(modules: &mut HashMap<String, Module>, runs: impl Fn(&str) -> bool) {
    let mut pending: Vec<Call> = modules
        .iter()
        .flat_map(|(path, module)| {
            module
                .calls
                .iter()
                .map(|call| (path.clone(), None, call.clone()))
        })
        .collect();
    let mut classes: BTreeSet<(String, String)> = BTreeSet::new();
    for (path, module) in modules.iter().filter(|(path, _)| runs(path)) {
        for function in &module.functions {
            let class = function.class.clone();
            let calls = function.calls.iter();
            pending.extend(calls.map(|call| (path.clone(), class.clone(), call.clone())));
        }
        for name in module.imports.keys() {
            pending.push((path.clone(), None, name.clone()));
            for (file, number) in targets(modules, path, None, name) {
                let of = modules.get(&file).and_then(|it| it.functions.get(number));
                classes.extend(
                    of.and_then(|of| of.class.clone())
                        .map(|class| (file, class)),
                );
            }
        }
    }
    for (file, class) in classes {
        let methods = modules
            .get(&file)
            .into_iter()
            .flat_map(|it| it.methods(&class));
        let calls =
            methods.map(|method| (file.clone(), Some(class.clone()), format!("self.{method}")));
        pending.extend(calls);
    }
    let mut known: BTreeSet<Call> = BTreeSet::new();
    while let Some(call) = pending.pop() {
        if known.len() >= MOST_CALLS || !known.insert(call.clone()) {
            continue;
        }
        let (from, class, name) = call;
        for (path, number) in targets(modules, &from, class.as_deref(), &name) {
            let Some(module) = modules.get_mut(&path) else {
                continue;
            };
            if !module.active.insert(number) {
                continue;
            }
            if let Some(function) = module.functions.get(number) {
                pending.extend(
                    function
                        .calls
                        .iter()
                        .map(|call| (path.clone(), function.class.clone(), call.clone())),
                );
            }
        }
    }
}

/// The functions that a call in a file reaches.
fn targets(
    modules: &HashMap<String, Module>,
    from: &str,
    class: Option<&str>,
    call: &str,
) -> Vec<(String, usize)> {
    let Some(module) = modules.get(from) else {
        return Vec::new();
    };
    let (first, rest) = call.split_once('.').unwrap_or((call, ""));
    if let ("self" | "cls", Some(class)) = (first, class) {
        return module
            .method(class, rest)
            .map(|number| (from.to_owned(), number))
            .collect();
    }
    let found = within(modules, from, first, rest, MOST_HANDS);
    if !found.is_empty() || !rest.is_empty() {
        return found;
    }
    module
        .stars
        .iter()
        .filter_map(|star| locate(modules, from, star))
        .flat_map(|path| within(modules, &path, first, "", MOST_HANDS))
        .collect()
}

/// What `first` or `first.rest` is in a file: its own function or class, or what it imports by that name.
fn within(
    modules: &HashMap<String, Module>,
    path: &str,
    first: &str,
    rest: &str,
    hands: usize,
) -> Vec<(String, usize)> {
    let Some(module) = modules.get(path) else {
        return Vec::new();
    };
    let own: Vec<usize> = if rest.is_empty() {
        module.named(first).collect()
    } else {
        module.method(first, rest).collect()
    };
    if !own.is_empty() {
        return own
            .into_iter()
            .map(|number| (path.to_owned(), number))
            .collect();
    }
    let (Some(imported), Some(hands)) = (module.imports.get(first), hands.checked_sub(1)) else {
        return Vec::new();
    };
    let Imported { module: from, name } = imported;
    if let Some(name) = name {
        if let Some(file) = locate(modules, path, from) {
            let found = within(modules, &file, name, rest, hands);
            if !found.is_empty() {
                return found;
            }
        }
        // `from package import module`.
        let dot = if from.ends_with('.') { "" } else { "." };
        return through(modules, path, &format!("{from}{dot}{name}"), rest, hands);
    }
    through(modules, path, from, rest, hands)
}

/// `rest` in a module or in one below it: `a.b.f` of `import a`.
fn through(
    modules: &HashMap<String, Module>,
    path: &str,
    module: &str,
    rest: &str,
    hands: usize,
) -> Vec<(String, usize)> {
    let mut cuts: Vec<usize> = rest.match_indices('.').map(|(at, _)| at).collect();
    cuts.reverse();
    for cut in cuts {
        let (below, name) = rest.split_at(cut);
        let name = name.trim_start_matches('.');
        if let Some(file) = locate(modules, path, &format!("{module}.{below}")) {
            return within(modules, &file, name, "", hands);
        }
    }
    let (name, method) = rest.split_once('.').unwrap_or((rest, ""));
    locate(modules, path, module)
        .map(|file| within(modules, &file, name, method, hands))
        .unwrap_or_default()
}

/// The file of a module as it is named in another file.
fn locate(modules: &HashMap<String, Module>, from: &str, module: &str) -> Option<String> {
    let name = module.trim_start_matches('.');
    let dots = module.len() - name.len();
    let inner = name.replace('.', "/");
    let at = |directory: &str| {
        let join = |file: String| {
            if directory.is_empty() {
                file
            } else {
                format!("{directory}/{file}")
            }
        };
        let files = if inner.is_empty() {
            vec![join("__init__.py".to_owned())]
        } else {
            vec![
                join(format!("{inner}.py")),
                join(format!("{inner}/__init__.py")),
            ]
        };
        files.into_iter().find(|file| modules.contains_key(file))
    };
    let mut directory = path::parent(from);
    if dots > 0 {
        for _ in 1..dots {
            directory = path::parent(directory);
        }
        return at(directory);
    }
    loop {
        if let Some(file) = at(directory) {
            return Some(file);
        }
        if directory.is_empty() {
            return None;
        }
        directory = path::parent(directory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{context::Context, python::scan};

    fn active(files: &[(&str, &str)], path: &str, line: usize) -> bool {
        let mut modules = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), scan(text)))
            .collect();
        spread(&mut modules, |path| path == "setup.py");
        modules[path].context(line) == Context::Import
    }

    #[test]
    fn calls_are_followed_into_the_file_that_is_meant() {
        let files = [
            (
                "p/__init__.py",
                "from .a import f\nfrom p import b\nf()\nb.g()\n",
            ),
            ("p/a.py", "from .c.d import run\ndef f():\n    run()\n"),
            ("p/b.py", "def g():\n    x()\ndef f():\n    x()\n"),
            ("p/c/__init__.py", ""),
            ("p/c/d.py", "def run():\n    x()\ndef g():\n    x()\n"),
            (
                "q/other.py",
                "def f():\n    x()\nclass g:\n    def __init__(self):\n        x()\n",
            ),
        ];
        assert!(active(&files, "p/a.py", 2));
        assert!(active(&files, "p/b.py", 1) && !active(&files, "p/b.py", 3));
        assert!(active(&files, "p/c/d.py", 1) && !active(&files, "p/c/d.py", 3));
        assert!(!active(&files, "q/other.py", 1) && !active(&files, "q/other.py", 4));
    }

    #[test]
    fn what_a_setup_script_imports_by_name_runs_and_the_rest_of_the_file_does_not() {
        let files = [
            (
                "setup.py",
                "from helper import Install\nfrom p.build import ext\nsetup(cmdclass={'install': Install}, e=ext)\n",
            ),
            (
                "helper.py",
                "class Install(install):\n    def run(self):\n        self.more()\n    def more(self):\n        x()\n    def unused(self):\n        x()\nclass Other:\n    def run(self):\n        x()\n",
            ),
            ("p/build.py", "def ext():\n    y()\ndef other():\n    y()\n"),
        ];
        for line in [2, 4, 6] {
            assert!(active(&files, "helper.py", line), "{line}");
        }
        assert!(!active(&files, "helper.py", 9));
        assert!(active(&files, "p/build.py", 1) && !active(&files, "p/build.py", 3));
    }

    #[test]
    fn names_are_handed_through() {
        let files = [
            ("p/__init__.py", "from .a import *\n"),
            ("p/a.py", "def f():\n    x()\n"),
            ("m.py", "import p.a as q\nq.f()\n"),
        ];
        assert!(active(&files, "p/a.py", 1));
        let circle = [
            ("a.py", "from b import f\nf()\n"),
            ("b.py", "from a import f\n"),
        ];
        assert!(!active(&circle, "b.py", 5));
    }
}
