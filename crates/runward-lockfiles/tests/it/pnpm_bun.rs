//! `pnpm-lock.yaml` and `bun.lock`.

use super::{check, reason};

const V5: &str = "lockfileVersion: 5.4

specifiers:
  '@s/a': ^1.0.0
  jest: ^29.0.0
  near: link:near
  old-lodash: npm:lodash@4.17.20

dependencies:
  '@s/a': 1.0.0_react@17.0.2
  near: link:near
  old-lodash: /lodash/4.17.20
  tar: github.com/u/tar/0123abc

devDependencies:
  jest: 29.0.0

packages:

  /@s/a/1.0.0_react@17.0.2:
    resolution: {integrity: sha512-AAAA==}
    peerDependencies:
      react: '*'
    dependencies:
      react: 17.0.2
    optionalDependencies:
      fsevents: 2.3.3
    dev: false

  /fsevents/2.3.3:
    resolution: {integrity: sha512-BBBB==}
    optional: true

  /jest/29.0.0:
    resolution: {integrity: sha512-CCCC==, tarball: https://npm.example.org/jest/-/jest-29.0.0.tgz}
    dev: true
    dependencies:
      react: 17.0.2

  /lodash/4.17.20:
    resolution: {integrity: sha512-DDDD==}
    dev: false

  /react/17.0.2:
    resolution: {integrity: sha512-EEEE==}

  github.com/u/tar/0123abc:
    resolution: {tarball: https://codeload.github.com/u/tar/tar.gz/0123abc}
    name: tar
    version: 6.0.0
    dev: false
";

#[test]
fn pnpm_5() {
    let found = check(
        &[("pnpm-lock.yaml", V5), ("near/package.json", "{}")],
        "
        @s/a@1.0.0 runtime direct :20 (^1.0.0)
        fsevents@2.3.3 optional transitive :30 < @s/a -
        jest@29.0.0 development direct :34 (^29.0.0) index https://npm.example.org
        lodash@4.17.20 runtime direct :40 (npm:lodash@4.17.20)
        react@17.0.2 runtime transitive :44 < @s/a - < jest -
        tar@6.0.0 runtime direct :47 git https://github.com/u/tar 0123abc
        ",
    );
    assert_eq!(found.dependencies[0].hashes, ["sha512-AAAA=="]);
}

const V6: &str = "lockfileVersion: '6.0'

settings:
  autoInstallPeers: true

importers:

  .:
    dependencies:
      '@s/a':
        specifier: ^1.0.0
        version: 1.0.0(react@17.0.2)
  packages/b:
    devDependencies:
      '@s/a':
        specifier: ^1.0.0
        version: 1.0.0(react@18.0.0)
      far:
        specifier: link:../../../far
        version: link:../../../far
      near:
        specifier: workspace:*
        version: link:../../packages/near

packages:

  /@s/a@1.0.0(react@17.0.2):
    resolution: {integrity: sha512-AAAA==}
    dependencies:
      react: 17.0.2

  /@s/a@1.0.0(react@18.0.0):
    resolution: {integrity: sha512-AAAA==}
    dependencies:
      react: 18.0.0

  /react@17.0.2:
    resolution: {integrity: sha512-EEEE==}

  /react@18.0.0:
    resolution: {integrity: sha512-FFFF==}
";

#[test]
fn pnpm_6_peers_are_one_package() {
    let found = check(
        &[("pnpm-lock.yaml", V6), ("packages/near/package.json", "{}")],
        "
        @s/a@1.0.0 runtime direct :27 (^1.0.0)
        react@17.0.2 runtime transitive :37 < @s/a -
        react@18.0.0 runtime transitive :40 < @s/a -
        far@? development direct :18 path ../../../far
        ",
    );
    assert!(reason(&found, "far").contains("scan it on its own"));
}

const V9: &str = "---
lockfileVersion: '9.0'

importers:

  .:
    packageManagerDependencies:
      pnpm:
        specifier: 11.0.0
        version: 11.0.0

packages:

  pnpm@11.0.0:
    resolution: {integrity: sha512-XXXX==}

snapshots:

  pnpm@11.0.0: {}

---
lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

importers:

  .:
    dependencies:
      '@s/a':
        specifier: ^1.0.0
        version: 1.0.0(react@18.0.0)
      old-lodash:
        specifier: npm:lodash@4.17.20
        version: lodash@4.17.20
      neg:
        specifier: u/neg
        version: https://codeload.github.com/u/neg/tar.gz/0123abc
      gone:
        specifier: ^1.0.0
        version: 1.0.0
    optionalDependencies:
      fsevents:
        specifier: ^2.0.0
        version: 2.3.3

packages:

  '@s/a@1.0.0':
    resolution: {integrity: sha512-AAAA==}
    peerDependencies:
      react: '*'

  fsevents@2.3.3:
    resolution: {integrity: sha512-BBBB==}
    os: [darwin]

  lodash@4.17.20:
    resolution: {integrity: sha512-DDDD==}
    deprecated: >-
      use something else,
      please

  neg@https://codeload.github.com/u/neg/tar.gz/0123abc:
    resolution: {tarball: https://codeload.github.com/u/neg/tar.gz/0123abc}
    version: 2.1.0

  react@18.0.0:
    resolution: {integrity: sha512-EEEE==}

snapshots:

  '@s/a@1.0.0(react@18.0.0)':
    dependencies:
      react: 18.0.0
    optionalDependencies:
      fsevents: 2.3.3

  fsevents@2.3.3:
    optional: true

  lodash@4.17.20: {}

  neg@https://codeload.github.com/u/neg/tar.gz/0123abc: {}

  react@18.0.0: {}
";

#[test]
fn pnpm_9_with_two_documents() {
    check(
        &[("pnpm-lock.yaml", V9)],
        "
        pnpm@11.0.0 development direct :14 (11.0.0)
        @s/a@1.0.0 runtime direct :50 (^1.0.0)
        fsevents@2.3.3 optional direct :55 (^2.0.0) < @s/a -
        lodash@4.17.20 runtime direct :59 (npm:lodash@4.17.20)
        neg@2.1.0 runtime direct :65 (u/neg) git https://github.com/u/neg 0123abc
        react@18.0.0 runtime transitive :69 < @s/a -
        ! pnpm-lock.yaml:40 `gone` is asked for but not locked; run `pnpm install --lockfile-only`
        ",
    );
}

#[test]
fn pnpm_places_without_a_version_are_not_judged() {
    let text = "lockfileVersion: '9.0'\npackages:\n  a@git+https://h/a.git#0123:\n    resolution: {commit: '0123', repo: https://h/a.git, type: git}\n  b@file:b.tgz:\n    resolution: {tarball: file:b.tgz}\n  c@file:c:\n    resolution: {directory: c, type: directory}\n  nameless:\n    resolution: {}\n";
    let found = check(
        &[("pnpm-lock.yaml", text), ("c/package.json", "{}")],
        "
        a@? runtime transitive :3 git https://h/a.git 0123
        b@? runtime transitive :5 path b.tgz
        ! pnpm-lock.yaml:9 `nameless` names no package; run `pnpm install --lockfile-only`
        ",
    );
    assert!(reason(&found, "a").contains("`0123`"));
}

const BUN: &str = r#"{
  "lockfileVersion": 1,
  "workspaces": {
    "": {
      "name": "app",
      "dependencies": {
        "debug": "^4.1.0",
        "old-lodash": "npm:lodash@4.17.20",
      },
      "devDependencies": {
        "neg": "u/neg",
      },
    },
    "packages/member": {
      "name": "member",
      "dependencies": {
        "ms": "2.0.0",
      },
      "optionalDependencies": {
        "fsevents": "^2.0.0",
      },
    },
  },
  "packages": {
    // a comment
    "debug": ["debug@4.3.4", "", { "dependencies": { "ms": "2.1.2" }, "peerDependencies": { "supports-color": "*" }, "optionalPeers": ["supports-color"] }, "sha512-AAAA=="],

    "fsevents": ["fsevents@2.3.3", "https://npm.example.org/fsevents/-/fsevents-2.3.3.tgz", { "os": "darwin" }, "sha512-BBBB=="],

    "member": ["member@workspace:packages/member"],

    "ms": ["ms@2.1.2", "", {}, "sha512-CCCC=="],

    "neg": ["neg@github:u/neg#0123abc", {}, "u-neg-0123abc"],

    "old-lodash": ["lodash@4.17.20", "", {}, "sha512-DDDD=="],

    "member/ms": ["ms@2.0.0", "", {}, "sha512-EEEE=="],
  }
}
"#;

#[test]
fn bun_reads_workspaces_and_nested_places() {
    let found = check(
        &[("bun.lock", BUN)],
        "
        debug@4.3.4 runtime direct :26 (^4.1.0)
        fsevents@2.3.3 optional direct :28 (^2.0.0) index https://npm.example.org/fsevents/-/fsevents-2.3.3.tgz
        ms@2.1.2 runtime transitive :32 < debug 2.1.2
        neg@? development direct :34 (u/neg) git https://github.com/u/neg 0123abc
        lodash@4.17.20 runtime direct :36 (npm:lodash@4.17.20)
        ms@2.0.0 runtime direct :38 (2.0.0)
        ",
    );
    assert_eq!(found.dependencies[0].hashes, ["sha512-AAAA=="]);
    assert!(found.dependencies[3].hashes.is_empty());
}

#[test]
fn bun_damage_is_told() {
    check(
        &[("bun.lock", "{\"packages\": {\n\"a\": [],\n\"b\": [\"b\"]}}")],
        "
        ! bun.lock:1 no `lockfileVersion`; run `bun install --lockfile-only`
        ! bun.lock:2 `a` has no resolution; run `bun install`
        ! bun.lock:3 `b` has no resolution; run `bun install`
        ",
    );
}
