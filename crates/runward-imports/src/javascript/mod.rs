//! JavaScript and TypeScript: `import … from "x"`, `import "x"`, `export … from "x"`,
//! `import("x")`, `require("x")` and `require.resolve("x")`; in Vue, Svelte and Astro files, inside
//! `<script>` and the front matter.
//!
//! Relative paths, path aliases (`@/…`, `~/…`, `#…`), addresses and Node's own modules are left
//! out. Files that tools load by name in their configuration are not followed.

mod blocks;
mod scanner;
mod specifier;

use runward_tree::Tree;

use crate::{Imports, Limits, imports::collect};

pub(crate) use specifier::is_builtin;

const EXTENSIONS: [&str; 11] = [
    "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "vue", "svelte", "astro",
];

/// What JavaScript and TypeScript files import.
pub fn javascript_imports(tree: &dyn Tree, files: &[String], limits: &Limits) -> Imports {
    collect(tree, files, limits, |path, text, limits, found| {
        if is_markup(path) {
            for (block, line) in blocks::scripts(text) {
                scanner::scan(block, line, limits, found);
            }
        } else {
            scanner::scan(text, 1, limits, found);
        }
    })
}

/// Whether a file is JavaScript or TypeScript by its name; declarations (`.d.ts`) run nowhere and
/// are left out.
pub fn is_javascript_source(path: &str) -> bool {
    let (stem, extension) = split_extension(path);
    let declaration = extension.ends_with("ts") && split_extension(stem).1 == "d";
    EXTENSIONS.contains(&extension.as_str()) && !declaration
}

fn is_markup(path: &str) -> bool {
    matches!(split_extension(path).1.as_str(), "vue" | "svelte" | "astro")
}

/// The extension in lower case, without its dot.
fn split_extension(path: &str) -> (&str, String) {
    let (stem, extension) = path.rsplit_once('.').unwrap_or((path, ""));
    (stem, extension.to_ascii_lowercase())
}
