//! From packages to imports.

use runward_imports::{
    ImportNames, Imports, Limits, import_names, is_imported, javascript_imports, python_imports,
};
use runward_model::{Ecosystem, Imported};
use runward_tree::MemoryTree;

fn python(source: &str) -> Imports {
    let tree = MemoryTree::new([("a.py", source)]);
    python_imports(&tree, &["a.py".to_owned()], &Limits::default())
}

#[test]
fn import_names_say_how_sure_they_are() {
    let known = |package: &str, names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(
            import_names(&Ecosystem::PyPI, package),
            Some(ImportNames::Known(names))
        );
    };
    known("PyYAML", &["yaml", "_yaml"]);
    known("Pillow", &["PIL"]);
    known("beautifulsoup4", &["bs4"]);
    known("python_dateutil", &["dateutil"]);
    known("scikit-learn", &["sklearn"]);
    known("opencv-python", &["cv2"]);
    known("protobuf", &["google.protobuf"]);
    known("Django", &["django"]);
    known("requests", &["requests"]);
    known("types-requests", &[]);
    known("pandas-stubs", &[]);
    assert_eq!(
        import_names(&Ecosystem::PyPI, "some-odd.package"),
        Some(ImportNames::Guess(vec![
            "some_odd_package".to_owned(),
            "some.odd.package".to_owned()
        ]))
    );
    assert_eq!(
        import_names(&Ecosystem::Npm, "@babel/core"),
        Some(ImportNames::Known(vec!["@babel/core".to_owned()]))
    );
    assert_eq!(import_names(&Ecosystem::Go, "x"), None);
}

#[test]
fn a_miss_is_a_no_only_where_nothing_speaks_against_it() {
    let pypi = |imports: &Imports, package: &str| is_imported(imports, &Ecosystem::PyPI, package);
    let imports = python(
        "import yaml\nfrom google.protobuf import message\nimport some_odd_package\nimport x.plugin\n",
    );
    assert_eq!(pypi(&imports, "pyyaml"), Imported::Yes);
    assert_eq!(pypi(&imports, "protobuf"), Imported::Yes);
    assert_eq!(pypi(&imports, "some-odd-package"), Imported::Yes);
    assert_eq!(pypi(&imports, "x-plugin"), Imported::Yes);
    assert_eq!(pypi(&imports, "requests"), Imported::No);
    assert_eq!(pypi(&imports, "google-cloud-storage"), Imported::No);
    assert_eq!(pypi(&imports, "types-requests"), Imported::No);
    // Guessed names may be wrong.
    assert_eq!(pypi(&imports, "other-odd-package"), Imported::Unknown);
    assert_eq!(
        is_imported(&imports, &Ecosystem::Go, "yaml"),
        Imported::Unknown
    );
    // Nothing scanned, computed names, files that were not read.
    assert_eq!(pypi(&Imports::default(), "requests"), Imported::Unknown);
    assert_eq!(
        pypi(&python("import_module(x)"), "requests"),
        Imported::Unknown
    );
    assert_eq!(pypi(&python("'''"), "requests"), Imported::Unknown);
}

#[test]
fn npm_packages_have_their_own_name() {
    let tree = MemoryTree::new([("a.ts", "import '@s/a/b'; import 'c/d'; import 'buffer'")]);
    let imports = javascript_imports(&tree, &["a.ts".to_owned()], &Limits::default());
    let npm = |package: &str| is_imported(&imports, &Ecosystem::Npm, package);
    assert_eq!(npm("@s/a"), Imported::Yes);
    assert_eq!(npm("c"), Imported::Yes);
    assert_eq!(npm("@s/b"), Imported::No);
    // Node's own module, or the package that stands in for it in a browser.
    assert_eq!(npm("buffer"), Imported::Unknown);
}
