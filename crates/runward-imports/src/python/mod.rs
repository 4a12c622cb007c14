//! Python: `import a.b as c, d`, `from a.b import (c, d)`, `importlib.import_module("a.b")` and
//! `__import__("a.b")`. Relative imports name the project itself and are left out.
//!
//! Names that are imported under another name and then called (`im = import_module; im("x")`) are
//! not followed.

mod scanner;
mod statement;
mod strings;

use runward_tree::Tree;

use crate::{Imports, Limits, imports::collect};

/// What Python files import.
pub fn python_imports(tree: &dyn Tree, files: &[String], limits: &Limits) -> Imports {
    collect(tree, files, limits, |_, text, limits, found| {
        scanner::scan(text, limits, found);
    })
}

/// Whether a file is Python source by its name; stubs (`.pyi`) run nowhere and are left out.
pub fn is_python_source(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["py", "pyw", "pyx"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}
