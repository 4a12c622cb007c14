use proptest::prelude::*;
use runward_model::Ecosystem;

use crate::{
    Format,
    testing::{excluded, lines, problems, scan, with},
};

#[test]
fn environments_have_conda_and_pip_parts() {
    let manifest = scan(&[
        (
            "environment.yml",
            "name: x\nchannels: [conda-forge]\ndependencies:\n  - python=3.11\n  - numpy=1.26.4=py311_0\n  - conda-forge::scipy==1.11\n  - pip\n  - pip:\n    - requests==2.31.0\n    - -r requirements.txt\n    - bad one\n",
        ),
        ("requirements.txt", "flask==2.0\n"),
    ]);
    assert_eq!(
        lines(&manifest),
        [
            "python ? runtime * :4",
            "numpy 1.26.4 runtime * :5",
            "scipy 1.11 runtime * :6",
            "pip ? runtime * :7",
            "requests 2.31.0 runtime * :9",
            "flask 2.0 runtime * requirements.txt:1",
        ]
    );
    let ecosystems: Vec<_> = manifest
        .dependencies
        .iter()
        .map(|d| &d.package.ecosystem)
        .collect();
    assert_eq!(ecosystems[..4], [&Ecosystem::Conda; 4]);
    assert_eq!(ecosystems[4..], [&Ecosystem::PyPI; 2]);
    assert!(problems(&manifest)[0].starts_with("environment.yml:11 `bad one`"));
    assert_eq!(
        manifest.dependencies[0].undetermined.as_deref(),
        Some(
            "the conda package `python=3.11` allows many versions, and no advisory source covers conda packages"
        )
    );
}

const LOCK: &str = "version: 1
metadata:
  platforms: [linux-64, osx-64]
package:
- name: python
  version: 3.11.8
  manager: conda
  platform: linux-64
  dependencies: {}
  url: https://conda.anaconda.org/conda-forge/linux-64/python-3.11.8.conda
  hash: {md5: aa, sha256: bb}
  category: main
  optional: false
- name: Flask
  version: '2.0'
  manager: pip
  platform: linux-64
  dependencies:
    click: '>=8.0'
  url: https://files.pythonhosted.org/packages/Flask-2.0-py3-none-any.whl
  hash: {sha256: cc}
  category: dev
  optional: true
- name: click
  version: 8.10
  manager: pip
  platform: linux-64
  dependencies: {}
  category: dev
- name: click
  version: '8.0'
  manager: pip
  platform: osx-64
  dependencies: {}
  category: dev
";

#[test]
fn locks_are_read_for_the_platform() {
    let manifest = scan(&[("conda-lock.yml", LOCK)]);
    assert_eq!(
        lines(&manifest),
        [
            "python 3.11.8 runtime * :5",
            "flask 2.0 development[dev] * :14",
            "click 8.10 development[dev] :24 <- flask",
        ]
    );
    assert_eq!(excluded(&manifest), ["click platform == \"osx-64\""]);
    assert!(manifest.not_covered.is_empty());
    let other = scan(&[("conda-lock.yml", &LOCK.replace("linux-64", "win-64"))]);
    assert!(problems(&other)[0].contains("locks nothing for `linux-64`"));
}

#[test]
fn what_is_not_read_is_reported() {
    for text in ["dependencies: [a", "dependencies:\n  - a\n  - other: [a]\n"] {
        let manifest = scan(&[("environment.yml", text)]);
        assert_eq!(manifest.not_covered.len(), 1, "{text}");
    }
    let deep = format!("dependencies: {}", "[".repeat(5000));
    assert_eq!(scan(&[("environment.yml", &deep)]).not_covered.len(), 1);
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f]\n";
    let manifest = scan(&[("environment.yml", bomb)]);
    assert!(problems(&manifest)[0].contains("not read as YAML"));
}

#[test]
fn a_small_file_of_aliases_costs_little() {
    use std::fmt::Write as _;

    // Each level doubles the one before: 12 levels of it stand for thousands of values.
    let mut lists = "a0: &a0 [x, x]\n".to_owned();
    let mut merges = "a0: &a0 {x: 1}\n".to_owned();
    for level in 1..=12 {
        let before = level - 1;
        let _ = writeln!(lists, "a{level}: &a{level} [*a{before}, *a{before}]");
        let _ = writeln!(
            merges,
            "a{level}: &a{level}\n  <<: [*a{before}, *a{before}]\n  y{level}: 1"
        );
    }
    for text in [lists, merges] {
        let manifest = scan(&[("environment.yml", &text)]);
        assert!(problems(&manifest)[0].contains("aliases repeat"), "{text}");
    }

    let shared = "names: &names\n  - numpy=1.26.4=py311_0\ndependencies: *names\n";
    let manifest = scan(&[("environment.yml", shared)]);
    assert_eq!(manifest.dependencies.len(), 1, "{manifest:?}");
    assert!(manifest.not_covered.is_empty(), "{manifest:?}");
}

#[test]
fn other_files_are_no_environments() {
    for text in [
        "",
        "- a\n",
        "production: yes\n",
        "dependencies: 5\n",
        "dependencies: {a: 1}\n",
        "dependencies:\n",
        "dependencies: []\n",
        // An Ansible role, and a playbook.
        "dependencies:\n  - role: common\n  - role: nginx\n",
        "- hosts: all\n  tasks:\n    - name: x\n",
        "dependencies:\n  - a sentence about it\n  - another: one\n",
    ] {
        let found = with(&[("environment.yml", text)], |cx| {
            crate::read_found(Format::CondaEnvironment, "environment.yml", cx)
        });
        assert_eq!(found, None, "{text}");
    }
    let broken = |path: &str| {
        with(&[(path, "production: [yes\n")], |cx| {
            crate::read_found(Format::CondaEnvironment, path, cx)
        })
    };
    assert_eq!(broken("environment-production.yml"), None);
    assert_eq!(broken("environment.yml").unwrap().not_covered.len(), 1);
    for text in [
        "channels: [x]\ndependencies: []\n",
        "dependencies:\n  - numpy\n",
        "dependencies:\n  - pip:\n",
    ] {
        let found = with(&[("environment.yml", text)], |cx| {
            crate::read_found(Format::CondaEnvironment, "environment.yml", cx)
        });
        assert!(found.is_some_and(|m| m.not_covered.is_empty()), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read(text in "(\\PC|\n){0,80}") {
        let _ = scan(&[("environment.yml", &text)]);
        let _ = scan(&[("environment.yml", &format!("dependencies:\n- {text}"))]);
        let _ = scan(&[("conda-lock.yml", &text)]);
    }
}
