//! What Python sources import.

use runward_imports::{Imports, Limits, is_python_source, python_imports};
use runward_tree::MemoryTree;

fn scan(source: &str) -> Imports {
    let tree = MemoryTree::new([("a.py", source)]);
    python_imports(&tree, &["a.py".to_owned()], &Limits::default())
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

fn dotted(imports: &Imports) -> Vec<&str> {
    imports.dotted.keys().map(String::as_str).collect()
}

#[test]
fn statements_in_all_their_forms() {
    let imports = scan(
        "import os\n\
         import a.b as c, d , e.f\n\
         from g.h import (i,  # why\n    j as k,\n)\n\
         from l import *\n\
         if True: import m\n\
         x = 1; import n; from o import p\n\
         try:\n\timport q\nexcept ImportError:\n    q = None\n\
         if TYPE_CHECKING:\n    from r . s import t\n\
         from \\\n  u \\\n import v\r\n\
         import w#comment\n\
         import\tx\n\
         from __future__ import annotations\n\
         import größe\n",
    );
    assert_eq!(
        modules(&imports),
        [
            ("os", 1),
            ("a", 2),
            ("d", 2),
            ("e", 2),
            ("g", 3),
            ("l", 6),
            ("m", 7),
            ("n", 8),
            ("o", 8),
            ("q", 10),
            ("r", 14),
            ("u", 15),
            ("w", 18),
            ("x", 19),
            ("__future__", 20),
            ("größe", 21),
        ]
    );
    for name in [
        "a.b", "e.f", "g.h", "g.h.i", "g.h.j", "o.p", "r.s", "r.s.t", "u.v",
    ] {
        assert!(imports.dotted.contains_key(name), "{name}");
    }
    assert!(imports.not_covered.is_empty(), "{:?}", imports.not_covered);
    assert_eq!(imports.files, 1);
}

#[test]
fn what_only_looks_like_an_import_is_none() {
    let imports = scan(
        "# import a\n\
         'import b'; \"\"\"\nimport c\nfrom d import e\n\"\"\"\n\
         r'\\'; import f'\n\
         importlib = 1\nimport_x = 2\nfrom_x = 3\n\
         def g():\n    yield from h\n\
         raise x \\\n  from i\n\
         f'{x[\"import j\"]!r:>{w}} import k'\n\
         f\"{\"\n\
         from . import l\nfrom .m import n\nfrom ... import o\nfrom .. p import q\n\
         x.import_y()\n\
         y = {'a': import_z}\n",
    );
    assert_eq!(modules(&imports), []);
}

#[test]
fn calls_import_by_name() {
    let imports = scan(
        "importlib.import_module('a.b')\n\
         x = __import__(\n    \"c\"\n)\n\
         import_module ( 'd' , package=None)\n\
         importlib.import_module(name='e')\n\
         import_module('.f', __name__)\n\
         def import_module(name):\n    pass\n\
         my_import_module('g')\n",
    );
    assert_eq!(modules(&imports), [("a", 1), ("c", 2), ("d", 5), ("e", 6)]);
    assert_eq!(dotted(&imports), ["a.b", "c", "d", "e"]);
    assert_eq!(imports.computed, None);

    for computed in [
        "import_module(name)",
        "__import__('a' + b)",
        "import_module(f'a.{b}')",
        "import_module('a' 'b')",
    ] {
        let imports = scan(&format!("\n{computed}\n"));
        assert_eq!(
            imports.computed.map(|place| place.line),
            Some(2),
            "{computed}"
        );
        assert!(imports.modules.is_empty(), "{computed}");
    }
}

#[test]
fn broken_files_cost_what_is_broken() {
    let imports =
        scan("x = (1,\nimport a\nfrom b import (c,\nfrom d import e\ny = 'open\nimport f\n");
    assert_eq!(modules(&imports), [("a", 2), ("b", 3), ("d", 4), ("f", 6)]);

    let imports = scan("import a\nx = '''open\nimport b\n");
    assert_eq!(modules(&imports), [("a", 1)]);
    assert_eq!(imports.not_covered.len(), 1);
    assert_eq!(imports.not_covered[0].line, Some(2));

    let imports = scan("import a\n\nx = (\n");
    assert_eq!(imports.not_covered[0].line, Some(3));

    let imports = scan(&"f'{".repeat(5_000));
    assert!(imports.not_covered[0].reason.contains("nested too deep"));
    let imports = scan(&"(".repeat(5_000));
    assert!(imports.not_covered[0].reason.contains("bracket"));
}

#[test]
fn names_are_found_by_their_prefix() {
    let imports = scan(
        "import google.protobuf.message\nfrom google.cloud import storage_x\nimport zope_x\nimport a.b_c, a.b-c\n",
    );
    assert!(imports.has("google"));
    assert!(imports.has("google.protobuf"));
    assert!(imports.has("google.cloud.storage_x"));
    assert!(!imports.has("google.cloud.storage"));
    assert!(!imports.has("google.proto"));
    assert!(!imports.has("zope"));
}

#[test]
fn files_over_a_limit_are_reported() {
    let tree = MemoryTree::new([
        ("a.py", "import a\n"),
        ("b.py", "import bb\n"),
        ("c.py", "import c\n"),
        ("d.py", "\0import d\n"),
    ]);
    let files: Vec<String> = ["a.py", "b.py", "c.py", "d.py", "e.py"]
        .map(str::to_owned)
        .into();
    let limits = Limits {
        max_file_bytes: 9,
        ..Limits::default()
    };
    let imports = python_imports(&tree, &files, &limits);
    assert_eq!(modules(&imports), [("a", 1), ("c", 1)]);
    let reported: Vec<&str> = imports
        .not_covered
        .iter()
        .map(|entry| entry.path.as_str())
        .collect();
    assert_eq!(reported, ["b.py", "d.py", "e.py"]);

    let limits = Limits {
        max_total_bytes: 12,
        ..Limits::default()
    };
    let imports = python_imports(&tree, &files[..3], &limits);
    assert_eq!((imports.files, imports.not_covered.len()), (1, 2));

    let limits = Limits {
        max_names: 2,
        ..Limits::default()
    };
    let imports = python_imports(&tree, &files[..3], &limits);
    assert_eq!((imports.modules.len(), imports.not_covered.len()), (1, 1));

    let long = format!("import {}\nimport x\n", "y".repeat(1_000));
    let imports = scan(&long);
    assert_eq!(modules(&imports), [("x", 2)]);
    assert_eq!(imports.not_covered.len(), 1);
}

#[test]
fn other_encodings_are_read() {
    let utf16: Vec<u8> = std::iter::once(0xFEFF)
        .chain("import a\n".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let latin1 = b"# caf\xe9\nimport b\n".to_vec();
    let tree = MemoryTree::new([("a.py", utf16), ("b.py", latin1)]);
    let imports = python_imports(
        &tree,
        &["a.py".to_owned(), "b.py".to_owned()],
        &Limits::default(),
    );
    assert_eq!(modules(&imports), [("a", 1), ("b", 2)]);
}

#[test]
fn python_files_are_known_by_name() {
    for (path, expected) in [
        ("a/b.py", true),
        ("A.PYW", true),
        ("x.pyx", true),
        ("x.pyi", false),
        ("py", false),
        ("a.pyc", false),
    ] {
        assert_eq!(is_python_source(path), expected, "{path}");
    }
}
