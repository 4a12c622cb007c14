//! What JavaScript and TypeScript sources import.

use runward_imports::{Imports, Limits, is_javascript_source, javascript_imports};
use runward_tree::MemoryTree;

fn scan_as(path: &str, source: &str) -> Imports {
    let tree = MemoryTree::new([(path, source)]);
    javascript_imports(&tree, &[path.to_owned()], &Limits::default())
}

fn scan(source: &str) -> Imports {
    scan_as("a.js", source)
}

fn modules(imports: &Imports) -> Vec<(&str, u32)> {
    let mut found: Vec<(&str, u32)> = imports
        .modules
        .iter()
        .map(|(name, place)| (name.as_str(), place.line))
        .collect();
    found.sort_by_key(|(name, line)| (*line, *name));
    found
}

#[test]
fn statements_in_all_their_forms() {
    let imports = scan(
        "import 'a';import b from \"b\"\n\
         import c, { d as e, default as f, \"g h\" as i } from 'c'\n\
         import * as j from '@s/j/lib/x.js'\n\
         import {\n  k, // why\n  l, /* and */\n} from 'k'\n\
         export * from 'm'\n\
         export * as n from 'n'; export { o as p } from `o`\n\
         import type { Q } from 'q'\n\
         export type { R } from 'r'\n\
         import from from 's'; import { from } from 't'\n\
         import u = require('u')\n\
         const v = require('v'), w = require.resolve(\"w/package.json\")\n\
         const x = await import( /* webpackChunkName: \"z\" */ 'x' )\n\
         import y from 'y' with { type: 'json' }\n\
         import{z}from'z'\n\
         const css = require('raw-loader!loader2?x!../a')\n\
         if (a) require('aa'); else require('bb')\n",
    );
    assert_eq!(
        modules(&imports),
        [
            ("a", 1),
            ("b", 1),
            ("c", 2),
            ("@s/j", 3),
            ("k", 4),
            ("m", 8),
            ("n", 9),
            ("o", 9),
            ("q", 10),
            ("r", 11),
            ("s", 12),
            ("t", 12),
            ("u", 13),
            ("v", 14),
            ("w", 14),
            ("x", 15),
            ("y", 16),
            ("z", 17),
            ("loader2", 18),
            ("raw-loader", 18),
            ("aa", 19),
            ("bb", 19),
        ]
    );
    assert!(imports.dotted.contains_key("@s/j/lib/x.js"));
    assert!(imports.has("@s/j/lib"));
    assert_eq!(imports.computed, None);
    assert!(imports.not_covered.is_empty(), "{:?}", imports.not_covered);
}

#[test]
fn what_only_looks_like_an_import_is_none() {
    let imports = scan(
        "// import 'a'\n/* require('b') */\n\
         'require(\"c\")'; `import 'd' ${'require(\"e\")'} import 'f'`\n\
         x.import('g'); x.require('h')\n\
         const r = /require('i')['\"`/]/g, s = a / require / b\n\
         import.meta.url\n\
         import './k'; require('../l'); import '/m'; import 'node:fs'; require('fs')\n\
         var importx = 1, require_ = 2\n\
         ({ import: 1, export: 2, require: 3 })\n\
         export const n = 1; export default o; export { p }\n\
         function require(q) { return q }\n\
         'it\\'s import \"t\"'\n\
         require.cache\n",
    );
    assert_eq!(modules(&imports), []);
    assert_eq!(imports.computed, None);
}

#[test]
fn templates_and_regular_expressions_end_where_they_should() {
    let imports = scan(
        "const a = `${b({ c: `${d}}` })} \\` ${'}'}`; require('x1')\n\
         return /[/\"]/.test(e) ; require('x2')\n\
         f = g / 2; h = '/'; require('x3')\n\
         i = j[0] / k('\"') / 2; require('x4')\n\
         const l = <p>Don't <b>it's</b> a/b</p>\n\
         require('x5')\n",
    );
    assert_eq!(
        modules(&imports),
        [("x1", 1), ("x2", 2), ("x3", 3), ("x4", 4), ("x5", 6)]
    );
}

#[test]
fn computed_names_are_told() {
    for computed in [
        "import(name)",
        "require(`a/${b}`)",
        "require('a' + b)",
        "import('./' + x)",
    ] {
        let imports = scan(&format!("\n{computed}; require('after')"));
        assert_eq!(
            imports.computed.as_ref().map(|place| place.line),
            Some(2),
            "{computed}"
        );
        assert_eq!(modules(&imports), [("after", 2)], "{computed}");
    }
}

#[test]
fn broken_files_are_reported() {
    for (source, line) in [
        ("import 'a'\n`open\nimport 'b'", 2),
        ("import 'a'\n\n/* open\nimport 'b'", 3),
        ("import 'a'\n`${x", 2),
    ] {
        let imports = scan(source);
        assert_eq!(modules(&imports), [("a", 1)]);
        assert_eq!(imports.not_covered.len(), 1, "{source}");
        assert_eq!(imports.not_covered[0].line, Some(line), "{source}");
    }
    assert!(
        scan(&"`${".repeat(5_000)).not_covered[0]
            .reason
            .contains("nested too deep")
    );
    assert!(scan(&"{".repeat(5_000)).not_covered.is_empty());
}

#[test]
fn scripts_in_markup_are_read() {
    let source = "<template>\n import 'no' it's\n</template>\n<script setup lang=\"ts\">\nimport a from 'a'\n</script>\n";
    assert_eq!(modules(&scan_as("x.vue", source)), [("a", 5)]);
    let source =
        "---\nimport a from 'a'\n---\n<p>Don't import 'b'</p>\n<script>\nimport 'c'</script>";
    assert_eq!(modules(&scan_as("x.astro", source)), [("a", 2), ("c", 6)]);
}

#[test]
fn sources_are_known_by_name() {
    for (path, expected) in [
        ("a.js", true),
        ("a.MJS", true),
        ("a.tsx", true),
        ("a.vue", true),
        ("a.d.ts", false),
        ("a.d.mts", false),
        ("d.ts", true),
        ("a.json", false),
        ("js", false),
    ] {
        assert_eq!(is_javascript_source(path), expected, "{path}");
    }
}
