//! What holds for all sources.

use proptest::prelude::*;
use runward_imports::{Imports, Limits, javascript_imports, python_imports};
use runward_tree::MemoryTree;

fn python(source: impl Into<Vec<u8>>) -> Imports {
    let tree = MemoryTree::new([("a.py", source.into())]);
    python_imports(&tree, &["a.py".to_owned()], &Limits::default())
}

fn javascript(path: &str, source: impl Into<Vec<u8>>) -> Imports {
    let tree = MemoryTree::new([(path, source.into())]);
    javascript_imports(&tree, &[path.to_owned()], &Limits::default())
}

/// Texts of what the scanners stop at.
fn source_like() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "import ",
        "from ",
        "export ",
        "require(",
        "import_module(",
        "a",
        "b.c",
        "'",
        "\"",
        "'''",
        "`",
        "${",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ",",
        ";",
        ":",
        "\\",
        "\n",
        "\r\n",
        "#",
        "//",
        "/*",
        "*/",
        "/",
        "*",
        "f'",
        "rb\"",
        "é",
        " as ",
        ".",
        "<script>",
        "</script>",
        "---\n",
        "type ",
        "function ",
        "=",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn name() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9_]{0,8}"
}

/// A whole piece of Python that imports nothing and leaves nothing open.
fn python_noise() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "x = 'import a'\n",
        "'''\nimport b\n'''\n",
        "# import c\n",
        "y = (1,\n  [2], {3: '('})\n",
        "z = f'{x[\"k\"]:>{w}} {{'\n",
        "def f(a: int = 1) -> str:\n    return \"\\\"\"\n",
        "w = r'\\'' + b'#'\n",
        "if x: pass\n",
        "\n",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes_are_scanned(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        python(bytes.clone());
        javascript("a.ts", bytes.clone());
        javascript("a.vue", bytes);
    }

    #[test]
    fn any_mixture_is_scanned(source in source_like()) {
        let imports = python(source.clone());
        let lines = u32::try_from(source.lines().count()).unwrap().max(1);
        prop_assert!(imports.modules.values().all(|place| place.line <= lines));
        for path in ["a.js", "a.astro"] {
            let imports = javascript(path, source.clone());
            prop_assert!(imports.modules.values().all(|place| place.line <= lines));
        }
    }

    #[test]
    fn imports_between_noise_are_found(
        parts in prop::collection::vec((python_noise(), name(), 0_u8..5), 1..12),
    ) {
        let mut source = String::new();
        let mut expected: Vec<String> = Vec::new();
        for (noise, name, form) in &parts {
            let name = format!("m_{name}");
            source.push_str(noise);
            let statement = match form {
                0 => format!("import {name}\n"),
                1 => format!("from {name}.x import (y,\n z)\n"),
                2 => format!("if True: import {name} as q\n"),
                3 => format!("    import {name}.a.b, {name}\n"),
                _ => format!("importlib.import_module(\"{name}.z\")\n"),
            };
            source.push_str(&statement);
            expected.push(name);
        }
        expected.sort();
        expected.dedup();
        let imports = python(source.clone());
        prop_assert!(imports.modules.keys().eq(expected.iter()), "{}", source);
        prop_assert!(imports.not_covered.is_empty());
    }
}

/// Shapes that cost a careless scanner quadratic time; a mebibyte of each ends within the test's patience.
#[test]
fn repeated_shapes_stay_linear() {
    for piece in [
        "import a,",
        "import a.",
        "from a import (",
        "from . ",
        "from a import b\\\n",
        "\\\n",
        "import_module(",
        "f'{",
        "'''",
        "(",
        "\"",
        "import {a,",
        "import {a\n",
        "export {",
        "/",
        "/[",
        "/*",
        "//\n",
        "import //\n",
        "`",
        "`${",
        "${",
        "require(",
        "<script>",
        "<script",
        "import type ",
        "import * as ",
        "a!",
        "import 'a!b!c!",
    ] {
        let source = piece.repeat(1024 * 1024 / piece.len());
        python(source.clone());
        javascript("a.js", source.clone());
        javascript("a.vue", source);
    }
}
