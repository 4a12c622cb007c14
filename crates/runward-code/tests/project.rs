//! Values that flow from file to file.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fmt::Write as _;

use runward_code::{Cache, Engine, Follow, Options, ProjectLimits, RuleSet, Scanned};
use runward_tree::MemoryTree;

const RULE: &str = "
rules:
- id: flow
  mode: taint
  languages: [python, javascript, typescript]
  severity: ERROR
  message: from $WHERE to $X
  pattern-sources: [{pattern: source($WHERE)}]
  pattern-sinks: [{pattern: sink($X)}]
  pattern-sanitizers: [{pattern: clean(...)}]
";

fn rules() -> RuleSet {
    let (rules, problems) = RuleSet::new(runward_rules::read("r.yaml", RULE).rules);
    assert!(problems.is_empty(), "{problems:?}");
    rules
}

fn scan_with(files: &[(&str, &str)], options: Options, cache: &mut Cache) -> Scanned {
    let rules = rules();
    let engine = Engine {
        rules: &rules,
        options: Options {
            jobs: Some(2),
            ..options
        },
    };
    let paths: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, *text)));
    engine.scan(&tree, &paths, cache)
}

fn scan(files: &[(&str, &str)]) -> Scanned {
    let options = Options::following(Follow::Project);
    scan_with(files, options, &mut Cache::default())
}

/// Checks that what is found is in the lines that end in `#!` or `//!`, and nothing without the
/// project.
fn check(files: &[(&str, &str)]) -> Scanned {
    let scanned = scan(files);
    let mut found: Vec<(String, u32)> = scanned
        .findings
        .iter()
        .map(|one| (one.location.path.clone(), one.location.start.line))
        .collect();
    found.sort();
    let mut wanted = Vec::new();
    for (path, text) in files {
        for (number, line) in (1..).zip(text.lines()) {
            if line.ends_with("#!") || line.ends_with("//!") {
                wanted.push(((*path).to_owned(), number));
            }
        }
    }
    wanted.sort();
    assert_eq!(found, wanted, "{files:#?}");
    assert!(scanned.not_covered.is_empty(), "{:?}", scanned.not_covered);
    scanned
}

#[test]
fn a_source_is_given_by_another_file() {
    let files = [
        ("app/__init__.py", ""),
        (
            "app/inputs.py",
            "def give():\n    got = source('web')\n    return got\n",
        ),
        (
            "app/main.py",
            "from .inputs import give as take\n\nx = take()\nsink(x) #!\n",
        ),
    ];
    let scanned = check(&files);
    let one = &scanned.findings[0];
    let steps: Vec<(&str, u32, &str)> = one
        .matched
        .trace
        .iter()
        .map(|step| {
            (
                step.location.path.as_str(),
                step.location.start.line,
                step.code.as_str(),
            )
        })
        .collect();
    assert_eq!(
        steps,
        [
            ("app/inputs.py", 2, "source('web')"),
            ("app/inputs.py", 2, "got"),
            ("app/main.py", 3, "take()"),
            ("app/main.py", 3, "x"),
            ("app/main.py", 4, "sink(x)"),
        ]
    );
    assert_eq!(one.matched.message, "from 'web' to x");
    let alone = scan_with(
        &files,
        Options::following(Follow::File),
        &mut Cache::default(),
    );
    assert!(alone.findings.is_empty());
}

#[test]
fn a_sink_is_reached_in_another_file() {
    let files = [
        (
            "db.py",
            "def run(a, query):\n    text = query\n    sink(text) #!\n",
        ),
        (
            "main.py",
            "import db\n\ndef main():\n    db.run(1, source('x'))\n    db.run(source('x'), 1)\n",
        ),
    ];
    let scanned = check(&files);
    let one = &scanned.findings[0];
    assert_eq!(one.matched.symbol.as_deref(), Some("run"));
    let paths: Vec<&str> = one
        .matched
        .trace
        .iter()
        .map(|step| step.location.path.as_str())
        .collect();
    assert_eq!(paths.first(), Some(&"main.py"));
    assert_eq!(paths.last(), Some(&"db.py"));
    assert_eq!(one.matched.message, "from 'x' to text");
}

#[test]
fn a_file_between_a_source_and_a_sink_needs_neither() {
    check(&[
        ("s.py", "def give():\n    return source(1)\n"),
        ("k.py", "def take(x):\n    sink(x) #!\n"),
        (
            "m.py",
            "import k\nfrom s import give\n\ndef main():\n    k.take(give())\n",
        ),
    ]);
    check(&[
        ("s.py", "from m import pass_on\n\npass_on(source(1))\n"),
        ("m.py", "import k\n\ndef pass_on(x):\n    k.take(x)\n"),
        ("k.py", "def take(x):\n    sink(x) #!\n"),
    ]);
}

#[test]
fn packages_give_what_they_import_themselves() {
    check(&[
        (
            "pkg/__init__.py",
            "from .core import *\nfrom . import deep\nfrom .core import give as other\n",
        ),
        ("pkg/core.py", "def give():\n    return source(1)\n"),
        ("pkg/deep/__init__.py", ""),
        ("pkg/deep/down.py", "def take(x):\n    sink(x) #!\n"),
        (
            "main.py",
            "import pkg.deep.down\nimport pkg as p\nfrom pkg import give, other\n\npkg.deep.down.take(give())\n\
             sink(other()) #!\nsink(p.give()) #!\n",
        ),
    ]);
}

#[test]
fn a_sanitizer_in_another_file_counts() {
    check(&[
        (
            "safe.py",
            "def wash(x):\n    return clean(x)\n\ndef fix(x):\n    return 1\n\ndef same(x):\n    return x\n",
        ),
        (
            "main.py",
            "from safe import wash, fix, same\n\nx = source(1)\nsink(wash(x))\nsink(fix(x))\nsink(same(x)) #!\n",
        ),
    ]);
}

#[test]
fn classes_of_other_files_are_known() {
    check(&[
        (
            "base.py",
            "class Base:\n    def __init__(self, x):\n        self.x = x\n    def show(self):\n        sink(self.x) #!\n    \
             def put(self, y):\n        self.y = y\n",
        ),
        (
            "main.py",
            "from base import Base\n\nclass Child(Base):\n    def run(self):\n        self.put(source(1))\n        \
             sink(self.y) #!\n        sink(self.z)\n\ndef main():\n    child = Child(source(2))\n    child.show()\n    \
             sink(child.x) #!\n    sink(child.z)\n",
        ),
        ("shared.py", "from base import Base\nthing = Base(1)\n"),
        (
            "user.py",
            "from shared import thing\n\nthing.put(source(3))\nsink(thing.y) #!\n",
        ),
    ]);
}

#[test]
fn files_that_import_each_other_come_to_an_end() {
    check(&[
        (
            "a.py",
            "import b\n\ndef down(x, n):\n    if n:\n        return b.down(x, n - 1)\n    return x\n\ndef main():\n    \
             sink(down(source(1), 3)) #!\n    sink(b.none(source(1)))\n",
        ),
        (
            "b.py",
            "import a\n\ndef down(x, n):\n    return a.down(x, n)\n\ndef none(x):\n    return 1\n",
        ),
    ]);
    check(&[
        ("a.py", "from b import g\ndef f(x):\n    return g(x)\n"),
        (
            "b.py",
            "from a import f\ndef g(x):\n    return f(x)\nsink(g(source(1)))\n",
        ),
    ]);
}

#[test]
fn what_is_not_in_the_project_passes_on_what_it_gets() {
    check(&[
        (
            "main.py",
            "from missing import f\nfrom .gone import g\nimport helper\n\nsink(f(source(1))) #!\nsink(g(source(1))) #!\n\
             sink(helper.unknown(source(1))) #!\n",
        ),
        ("helper.py", "def known():\n    pass\n"),
    ]);
}

#[test]
fn modules_of_javascript_are_followed() {
    check(&[
        (
            "lib/in.js",
            "export function give() { return source(1); }\nexport default () => source(2);\nconst inner = () => source(3);\n\
             export { inner as outer };\n",
        ),
        (
            "lib/index.ts",
            "export * from './in';\nexport { default as first, outer as last } from './in.js';\n",
        ),
        (
            "lib/out.ts",
            "export class Db {\n  run(q: string) {\n    sink(q); //!\n  }\n}\n",
        ),
        (
            "main.js",
            "import give, { give as named, outer } from './lib/in.js';\nimport * as all from './lib';\n\
             import { Db } from './lib/out';\nsink(give()); //!\nsink(named()); //!\nsink(outer()); //!\n\
             sink(all.first()); //!\nsink(all.last()); //!\nsink(all.give()); //!\nnew Db().run(named());\n",
        ),
    ]);
}

#[test]
fn modules_of_node_are_followed() {
    check(&[
        (
            "util.js",
            "function take(x) {\n  sink(x); //!\n}\nmodule.exports = { take, give: function () { return source(1); }, \
             none() { return 1; } };\nmodule.exports.more = (x) => x;\n",
        ),
        ("one.js", "module.exports = function (x) { return x; };\n"),
        ("two.js", "exports.fixed = (x) => 1;\n"),
        (
            "main.js",
            "const util = require('./util');\nconst { take, give: got } = require('./util.js');\nconst one = require('./one');\n\
             const fixed = require('./two').fixed;\nutil.take(source(1));\ntake(1);\nsink(got()); //!\nsink(util.none(source(1)));\n\
             sink(one(source(1))); //!\nsink(util.more(1));\nsink(require('./two').fixed(source(1)));\n",
        ),
    ]);
}

#[test]
fn limits_are_told() {
    let files = [
        ("s.py", "def give():\n    return source(1)\n"),
        ("m.py", "from s import give\nsink(give())\n"),
    ];
    let mut options = Options::following(Follow::Project);
    options.project = ProjectLimits {
        files: 1,
        ..ProjectLimits::default()
    };
    let scanned = scan_with(&files, options, &mut Cache::default());
    assert_eq!(scanned.not_covered.len(), 1);
    assert!(scanned.not_covered[0].reason.contains("more than 1 files"));

    let cycle = [
        ("a.py", "import b\ndef f(x):\n    return b.g(x)\n"),
        (
            "b.py",
            "import a\ndef g(x):\n    return a.f(x) or source(1)\nsink(g(1))\n",
        ),
    ];
    let mut options = Options::following(Follow::Project);
    options.project = ProjectLimits {
        rounds: 1,
        ..ProjectLimits::default()
    };
    let scanned = scan_with(&cycle, options, &mut Cache::default());
    assert!(!scanned.not_covered.is_empty());
    assert!(scanned.not_covered[0].reason.contains("1 rounds"));
}

#[test]
fn a_result_is_kept_until_a_file_changes_that_it_depends_on() {
    let before = [
        ("s.py", "def give():\n    return source(1)\n"),
        ("m.py", "from s import give\nsink(give())\n"),
        ("alone.py", "x = source(1)\nsink(x)\n"),
    ];
    let after = [
        ("s.py", "def give():\n    return 1\n"),
        before[1],
        before[2],
    ];
    let options = || Options::following(Follow::Project);
    let mut cache = Cache::default();
    let first = scan_with(&before, options(), &mut cache);
    assert_eq!((first.findings.len(), first.cached), (2, 0));
    let again = scan_with(&before, options(), &mut cache);
    assert_eq!(again.findings, first.findings);
    assert_eq!(again.cached, 3);
    let changed = scan_with(&after, options(), &mut cache);
    assert_eq!(changed.findings.len(), 1);
    assert_eq!(changed.findings[0].location.path, "alone.py");
    assert_eq!(changed.cached, 1, "only the file that imports nothing");
}

#[test]
fn a_long_chain_of_files_is_followed_in_one_pass() {
    let mut files = vec![("f0.py".to_owned(), "def f(x):\n    sink(x)\n".to_owned())];
    for at in 1..60 {
        let mut text = String::new();
        write!(
            text,
            "from f{} import f as g\ndef f(x):\n    g(x)\n",
            at - 1
        )
        .unwrap();
        if at == 59 {
            text += "f(source(1))\n";
        }
        files.push((format!("f{at}.py"), text));
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let scanned = scan(&files);
    assert!(scanned.not_covered.is_empty());
    assert_eq!(scanned.findings.len(), 1);
    assert_eq!(scanned.findings[0].location.path, "f0.py");
    assert!(scanned.findings[0].matched.trace.len() >= 20);
}
