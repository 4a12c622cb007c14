//! `package-lock.json` and `package.json`.

use super::{check, manifest, reason, show};

const V3: &str = r#"{
  "name": "app",
  "version": "1.0.0",
  "lockfileVersion": 3,
  "requires": true,
  "packages": {
    "": {
      "name": "app",
      "version": "1.0.0",
      "workspaces": ["packages/*"],
      "dependencies": {
        "debug": "^4.3.0",
        "old-lodash": "npm:lodash@4.17.20"
      },
      "devDependencies": {
        "mocha": "^10.0.0"
      },
      "optionalDependencies": {
        "fsevents": "^2.3.0"
      }
    },
    "node_modules/debug": {
      "version": "4.3.4",
      "resolved": "https://registry.npmjs.org/debug/-/debug-4.3.4.tgz",
      "integrity": "sha512-AAAA== sha1-BBBB=",
      "dependencies": {
        "ms": "2.1.2"
      },
      "peerDependenciesMeta": {
        "supports-color": {
          "optional": true
        }
      }
    },
    "node_modules/fsevents": {
      "version": "2.3.3",
      "resolved": "https://registry.npmjs.org/fsevents/-/fsevents-2.3.3.tgz",
      "optional": true
    },
    "node_modules/local": {
      "resolved": "packages/local",
      "link": true
    },
    "node_modules/mocha": {
      "version": "10.2.0",
      "resolved": "https://npm.example.org/mocha/-/mocha-10.2.0.tgz",
      "dev": true,
      "dependencies": {
        "ms": "2.1.3",
        "debug": "4.3.4"
      }
    },
    "node_modules/mocha/node_modules/ms": {
      "version": "2.1.3",
      "dev": true
    },
    "node_modules/ms": {
      "version": "2.1.2"
    },
    "node_modules/old-lodash": {
      "name": "lodash",
      "version": "4.17.20",
      "resolved": "https://registry.npmjs.org/lodash/-/lodash-4.17.20.tgz"
    },
    "node_modules/patched": {
      "version": "1.0.0",
      "resolved": "git+ssh://git@github.com/u/patched.git#0123abc"
    },
    "packages/local": {
      "version": "0.1.0",
      "dependencies": {
        "ms": "^2.0.0",
        "patched": "github:u/patched"
      }
    },
    "packages/local/node_modules/ms": {
      "version": "2.0.0"
    }
  }
}
"#;

#[test]
fn version_3_with_a_workspace() {
    let found = check(
        &[("package-lock.json", V3)],
        "
        debug@4.3.4 runtime direct :22 (^4.3.0) < mocha 4.3.4
        fsevents@2.3.3 optional direct :35 (^2.3.0)
        mocha@10.2.0 development direct :44 (^10.0.0) index https://npm.example.org
        ms@2.1.3 development transitive :53 < mocha 2.1.3
        ms@2.1.2 runtime transitive :57 < debug 2.1.2
        lodash@4.17.20 runtime direct :60 (npm:lodash@4.17.20)
        patched@1.0.0 runtime direct :65 (github:u/patched) git ssh://git@github.com/u/patched.git 0123abc
        ms@2.0.0 runtime direct :76 (^2.0.0)
        ",
    );
    assert_eq!(
        found.dependencies[0].hashes,
        ["sha1-BBBB=", "sha512-AAAA=="]
            .map(str::to_owned)
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
    );
}

#[test]
fn version_2_is_read_by_its_packages() {
    let text = r#"{"lockfileVersion": 2, "packages": {
      "": {"dependencies": {"a": "1"}},
      "node_modules/a": {"version": "1.0.0"}},
     "dependencies": {"a": {"version": "1.0.0"}, "only-npm-6": {"version": "9.9.9"}}}"#;
    check(
        &[("npm-shrinkwrap.json", text)],
        "a@1.0.0 runtime direct :3 (1)",
    );
}

const V1: &str = r#"{
  "name": "app",
  "lockfileVersion": 1,
  "requires": true,
  "dependencies": {
    "a": {
      "version": "1.0.0",
      "resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz",
      "requires": {
        "b": "^2.0.0"
      },
      "dependencies": {
        "b": {
          "version": "2.0.0"
        }
      }
    },
    "b": {
      "version": "1.0.0",
      "dev": true
    },
    "git-one": {
      "version": "git+https://github.com/u/g.git#abc123",
      "from": "git+https://github.com/u/g.git",
      "requires": {
        "b": "^1.0.0"
      }
    },
    "alias": {
      "version": "npm:real@3.0.0",
      "optional": true
    },
    "tarball": {
      "version": "https://example.org/t-1.0.0.tgz"
    }
  }
}
"#;

#[test]
fn version_1_with_its_package_json() {
    let package = r#"{"dependencies": {"a": "^1.0.0", "git-one": "u/g", "tarball": "https://example.org/t-1.0.0.tgz"},
      "devDependencies": {"b": "^1.0.0"}, "optionalDependencies": {"alias": "npm:real@^3"}}"#;
    let found = check(
        &[("package-lock.json", V1), ("package.json", package)],
        "
        a@1.0.0 runtime direct :6 (^1.0.0)
        b@1.0.0 development direct :18 (^1.0.0) < git-one ^1.0.0
        git-one@? runtime direct :22 (u/g) git https://github.com/u/g.git abc123
        real@3.0.0 optional direct :29 (npm:real@^3)
        tarball@? runtime direct :33 (https://example.org/t-1.0.0.tgz) url https://example.org/t-1.0.0.tgz
        b@2.0.0 runtime transitive :13 < a ^2.0.0
        ",
    );
    assert_eq!(found.also_read, ["package.json"]);
    assert!(reason(&found, "git-one").contains("`abc123`"));
}

#[test]
fn version_1_alone_takes_what_nobody_asks_for_as_direct() {
    let found = manifest(&[("package-lock.json", V1)]);
    let direct: Vec<&str> = found
        .dependencies
        .iter()
        .filter(|dependency| dependency.direct)
        .map(|dependency| dependency.package.name.as_str())
        .collect();
    assert_eq!(direct, ["a", "git-one", "real", "tarball"]);
}

#[test]
fn a_directory_outside_is_a_dependency_and_one_inside_is_not() {
    let lock = r#"{"lockfileVersion": 3, "packages": {
      "": {"dependencies": {"near": "file:near", "far": "file:../../far", "broken": "file:x"}},
      "near": {"version": "1.0.0"},
      "../../far": {"version": "2.0.0", "dependencies": {"c": "*"}},
      "node_modules/near": {"resolved": "near", "link": true},
      "node_modules/far": {"resolved": "../../far", "link": true},
      "node_modules/broken": {"resolved": "gone", "link": true},
      "node_modules/c": {"version": "3.0.0"}}}"#;
    check(
        &[("web/package-lock.json", lock), ("web/near/package.json", "{}")],
        "
        far@2.0.0 runtime direct :4 (file:../../far) path ../../far
        c@3.0.0 runtime transitive :8 < far *
        ! web/package-lock.json:7 `node_modules/broken` is asked for but not locked; run `npm install --package-lock-only`
        ",
    );
}

#[test]
fn what_is_missing_or_broken_is_told() {
    for (text, expected) in [
        (
            r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"a": "1", "p": "1"}, "peerDependencies": {"q": "1"}}, "node_modules/p": {}}}"#,
            "p@? runtime direct :1 (1)
             ! package-lock.json:1 `a` is asked for but not locked; run `npm install --package-lock-only`",
        ),
        (
            "{\"lockfileVersion\": 9, \"packages\": []}",
            "! package-lock.json:1 an unknown `lockfileVersion`; it is read as version 3",
        ),
        (
            "{\"lockfileVersion\": 3,\n \"packages\": 7}",
            "! package-lock.json:2 `packages` is not a table, so it is not read",
        ),
        (
            "{\"lockfileVersion\": 3,\n \"packages\": {",
            "! package-lock.json:2 not readable: the file ends where a key in double quotes is due; write the file anew with its package manager",
        ),
        (
            "{\"lockfileVersion\": 3, \"packages\": {\n\"node_modules/a\": {\"version\": \"1.0.0\"},\n\"node_modules/a\": {\"version\": \"2.0.0\"}}}",
            "a@2.0.0 runtime transitive :3
             ! package-lock.json:3 the key `node_modules/a` is repeated; only the last one is read",
        ),
        ("{}", "! package-lock.json:1 neither `packages` nor `dependencies`; run `npm install --package-lock-only`"),
        ("[]", "! package-lock.json:1 not a JSON object; run `npm install --package-lock-only`"),
    ] {
        check(&[("package-lock.json", text)], expected);
    }
}

#[test]
fn cycles_end() {
    let lock = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"a": "1"}},
      "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"}},
      "node_modules/b": {"version": "1.0.0", "dependencies": {"a": "1", "b": "1"}}}}"#;
    check(
        &[("package-lock.json", lock)],
        "a@1.0.0 runtime direct :2 (1) < b 1
         b@1.0.0 runtime transitive :3 < a 1",
    );
}

#[test]
fn a_package_json_alone_is_judged_where_it_is_exact() {
    let text = r#"{
  "name": "app",
  "dependencies": {
    "exact": "1.2.3",
    "range": "^4.17.0",
    "alias": "npm:lodash@=4.17.20",
    "member": "workspace:*",
    "near": "file:./near",
    "git": "u/r#v1",
    "both": "1.0.0",
    "cat": "catalog:"
  },
  "devDependencies": {"dev": "v2.0.0", "both": "2.0.0"},
  "optionalDependencies": {"both": "3.0.0"},
  "peerDependencies": {"peer": ">=1", "maybe": "1.0.0"},
  "peerDependenciesMeta": {"maybe": {"optional": true}}
}"#;
    let found = check(
        &[("package.json", text), ("near/package.json", "{}")],
        "
        lodash@4.17.20 runtime direct :6 (npm:lodash@=4.17.20)
        both@3.0.0 optional direct :14 (3.0.0)
        cat@? runtime direct :11 (catalog:)
        dev@2.0.0 development direct :13 (v2.0.0)
        exact@1.2.3 runtime direct :4 (1.2.3)
        git@? runtime direct :9 (u/r#v1) git https://github.com/u/r v1
        maybe@1.0.0 optional direct :15 (1.0.0)
        peer@? runtime direct :15 (>=1)
        range@? runtime direct :5 (^4.17.0)
        ! package.json names direct dependencies only, what they depend on is not known; run `npm install --package-lock-only`
        ",
    );
    assert_eq!(
        reason(&found, "range"),
        "`^4.17.0` allows several versions; run `npm install --package-lock-only`"
    );
}

#[test]
fn a_lockfile_above_covers_a_member() {
    let files = [
        (
            "packages/a/package.json",
            r#"{"dependencies": {"exact": "1.2.3"}}"#,
        ),
        ("yarn.lock", ""),
    ];
    assert_eq!(
        show(&manifest(&files)),
        "exact@1.2.3 runtime direct :1 (1.2.3)"
    );
}
