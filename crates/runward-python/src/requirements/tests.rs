use proptest::prelude::*;
use runward_model::{Manifest, Origin};
use runward_tree::MemoryTree;

use crate::{
    Context, Format, Limits, read, read_found, recognize,
    testing::{excluded, lines, linux, problems, scan, with},
};

fn one(text: &str) -> Manifest {
    scan(&[("requirements.txt", text)])
}

fn reason(manifest: &Manifest) -> &str {
    manifest.dependencies[0].undetermined.as_deref().unwrap()
}

#[test]
fn only_exact_pins_have_versions() {
    let manifest = one(
        "\u{feff}Flask==2.0.1\nrequests >= 2, <3 # why\ndjango\npillow===9.0.0\nnumpy==1.*\nzope.interface[test] == 5.0 ; python_version > '3'\n",
    );
    assert_eq!(
        lines(&manifest),
        [
            "flask 2.0.1 runtime * :1",
            "requests ? runtime * :2",
            "django ? runtime * :3",
            "pillow 9.0.0 runtime * :4",
            "numpy ? runtime * :5",
            "zope-interface 5.0 runtime * :6",
        ]
    );
    let reasons: Vec<_> = manifest
        .dependencies
        .iter()
        .filter_map(|d| d.undetermined.as_deref())
        .collect();
    assert_eq!(
        reasons,
        [
            "`requests>= 2, <3` allows many versions; lock it, or run with --resolve",
            "`django` allows any version; lock it, or run with --resolve",
            "`numpy==1.*` allows many versions; lock it, or run with --resolve",
        ]
    );
    assert_eq!(
        manifest.dependencies[1].requirement.as_deref(),
        Some(">= 2, <3")
    );
    assert_eq!(
        manifest.dependencies[5].marker.as_deref(),
        Some("python_version > '3'")
    );
    assert!(manifest.not_covered.is_empty());
}

#[test]
fn markers_that_are_false_exclude() {
    let manifest = one(
        "a==1; sys_platform == 'win32'\na==2; sys_platform != 'win32'\nb; extra == 'x'\nc; nonsense\n",
    );
    assert_eq!(lines(&manifest), ["a 2 runtime * :2", "c ? runtime * :4"]);
    assert_eq!(
        excluded(&manifest),
        ["a sys_platform == 'win32'", "b extra == 'x'"]
    );
    assert!(
        manifest.excluded[0]
            .reason
            .contains("Python 3.12 on linux x86_64")
    );
    assert!(problems(&manifest)[0].starts_with("requirements.txt:4 `nonsense` is not a marker"));
}

#[test]
fn hashes_and_options_belong_to_their_line() {
    let manifest = one(
        "--index-url https://u:p@my.index/simple\n--pre\na==1 \\\n    --hash=sha256:aa \\\n    --hash sha256:bb\nb==2 --global-option=\"-x y\"\n",
    );
    assert_eq!(lines(&manifest), ["a 1 runtime * :3", "b 2 runtime * :6"]);
    assert_eq!(manifest.dependencies[0].hashes, ["sha256:aa", "sha256:bb"]);
    assert_eq!(
        manifest.dependencies[1].origin,
        Origin::Registry {
            index: Some("https://***@my.index/simple".to_owned())
        }
    );
}

#[test]
fn includes_keep_their_places() {
    let manifest = scan(&[
        (
            "req/requirements.txt",
            "-r base.txt\n-c c.txt\nd==1\n--requirement=base.txt\n-r ../missing.txt\n-r ../../out.txt\n-r https://x/y.txt\n",
        ),
        ("req/base.txt", "flask\njinja2>=3\nd\n-r requirements.txt\n"),
        (
            "req/c.txt",
            "Flask==2.3\njinja2==2.0\nother==1\nd==1; sys_platform=='win32'\n",
        ),
    ]);
    assert_eq!(
        lines(&manifest),
        [
            "flask 2.3 runtime * req/base.txt:1",
            "jinja2 ? runtime * req/base.txt:2",
            "d 1 runtime * req/base.txt:3",
            "d 1 runtime * :3",
        ]
    );
    assert_eq!(manifest.also_read, ["req/base.txt", "req/c.txt"]);
    assert_eq!(
        manifest.dependencies[1].undetermined.as_deref(),
        Some("`jinja2>=3` and the constraint `==2.0` exclude each other; correct one of them")
    );
    assert_eq!(
        problems(&manifest),
        [
            "req/base.txt:4 `req/requirements.txt` includes itself; remove this line to break the cycle",
            "req/requirements.txt:5 `missing.txt` does not exist",
            "req/requirements.txt:6 `../../out.txt` leads outside the scanned directory; scan that file on its own",
            "req/requirements.txt:7 `-r https://x/y.txt` is on the network and is not read; scan a copy of it",
        ]
    );
}

#[test]
fn constraints_alone_ask_for_nothing() {
    let manifest = scan(&[
        ("constraints.txt", "a==1\n-r base.txt\n"),
        ("base.txt", "a\n"),
    ]);
    assert_eq!(lines(&manifest), ["a 1 runtime * base.txt:1"]);
    assert!(
        scan(&[("constraints.txt", "a==1\n")])
            .dependencies
            .is_empty()
    );
}

#[test]
fn options_behind_a_requirement_are_not_lost() {
    let manifest = one("a==1 -r other.txt\n");
    assert_eq!(lines(&manifest), ["a 1 runtime * :1"]);
    assert!(problems(&manifest)[0].contains("put each on a line of its own"));
}

#[test]
fn prose_is_reported_once() {
    let prose = "Requirements are written like this.\n".repeat(20);
    let manifest = one(&prose);
    assert_eq!(
        problems(&manifest),
        ["requirements.txt:0 none of its 20 lines is a requirement; give it another name"]
    );
    let manifest = scan(&[("docs/constraints.txt", &prose)]);
    assert!(manifest.not_covered.is_empty());
    let manifest = scan(&[("requirements.txt", "-c c.txt\n"), ("c.txt", &prose)]);
    assert_eq!(manifest.not_covered.len(), 20);
}

fn found(path: &str, text: &str) -> Option<Manifest> {
    with(&[(path, text)], |cx| {
        let format = recognize(path).unwrap_or(Format::Requirements);
        read_found(format, path, cx)
    })
}

#[test]
fn prose_under_a_likely_name_is_no_manifest() {
    let prose = "==========\nConstraints\n==========\n\n.. module:: x\n   :synopsis: y\n\nThe classes add constraints.\n- one of them\n";
    for path in [
        "docs/constraints.txt",
        "docs/requirements/intro.txt",
        "docs/system-requirements.txt",
        "reqs/a.txt",
        "deps/a.txt",
        "requirements/a.lock",
    ] {
        assert_eq!(found(path, prose), None, "{path}");
        assert!(scan(&[(path, prose)]).not_covered.is_empty(), "{path}");
    }
    // The clear name is believed, and so is a name that somebody gives.
    for path in ["requirements-docs.txt", "any.txt"] {
        assert!(
            !found(path, prose).unwrap().not_covered.is_empty(),
            "{path}"
        );
    }
}

#[test]
fn bad_lines_among_good_ones_are_reported() {
    let manifest = found("requirements/base.txt", "a==1\nb c\nd==2\ne f\n").unwrap();
    assert_eq!(manifest.dependencies.len(), 2);
    assert_eq!(manifest.not_covered.len(), 2);
    assert_eq!(found("requirements/base.txt", "a==1\nb c\ne f\n"), None);
    assert!(found("requirements/base.txt", "# nothing yet\n").is_some());
}

#[test]
fn below_deps_only_compiled_files_count() {
    assert_eq!(found("deps/list.txt", "curl\nopenssl\n"), None);
    let manifest = found("deps/prod.txt", "a==1\n    # via b\nb==2\n").unwrap();
    assert_eq!(
        lines(&manifest),
        ["a 1 runtime :1 <- b", "b 2 runtime * :3"]
    );
}

#[test]
fn locks_of_rye_are_read() {
    let manifest = found(
        "requirements-dev.lock",
        "# generated by rye\n# use `rye lock` to update\n\n-e file:.\na==1\n    # via b\nb==2\nc>=3\n",
    )
    .unwrap();
    assert_eq!(
        lines(&manifest),
        [
            "a 1 development :5 <- b",
            "b 2 development * :7",
            "c ? development * :8",
        ]
    );
    assert_eq!(
        manifest.dependencies[2].undetermined.as_deref(),
        Some("`c>=3` allows many versions; lock it")
    );
}

#[test]
fn templates_are_one_problem() {
    let template = "{% if x %}\na=={{ v }}\n{% endif %}\nb==1\n";
    for (path, text) in [
        ("requirements.txt", template),
        ("requirements/base.txt", template),
        ("{{cookiecutter.name}}/requirements.txt", "a==1\nb c\n"),
    ] {
        let manifest = found(path, text).unwrap();
        assert!(manifest.dependencies.is_empty(), "{path}");
        assert_eq!(
            problems(&manifest),
            [format!(
                "{path}:0 a template, not a requirements file; scan what is made from it"
            )]
        );
    }
    let manifest = found("pyproject.toml", "[project]\nname = {{ name }}\n").unwrap();
    assert_eq!(
        problems(&manifest),
        ["pyproject.toml:0 a template, not a pyproject.toml; scan what is made from it"]
    );
}

#[test]
fn an_explicit_conda_list_is_named() {
    let manifest = found(
        "requirements/linux.txt",
        "@EXPLICIT\nhttps://conda.anaconda.org/x/linux-64/a-1.0-0.conda\n",
    )
    .unwrap();
    assert!(
        problems(&manifest)[0].contains("conda-lock.yml"),
        "{manifest:?}"
    );
}

#[test]
fn only_what_can_be_resolved_is_advised_to_be() {
    let advice = |path: &str, text: &str| {
        let manifest = scan(&[(path, text)]);
        let reason = reason(&manifest).to_owned();
        reason.split_once("; ").map(|(_, advice)| advice.to_owned())
    };
    for (path, text, expected) in [
        ("requirements.txt", "a\n", "lock it, or run with --resolve"),
        (
            "setup.cfg",
            "[options]\ninstall_requires = a\n",
            "lock it, or run with --resolve",
        ),
        (
            "pyproject.toml",
            "[build-system]\nrequires = [\"a\"]\n",
            "pin it to have it judged",
        ),
        ("Pipfile", "[packages]\na = \"*\"\n", "lock it"),
        ("environment.yml", "dependencies:\n- pip: [a]\n", "lock it"),
    ] {
        assert_eq!(advice(path, text).as_deref(), Some(expected), "{path}");
    }
}

#[test]
fn a_local_path_says_what_is_wrong_with_it() {
    let manifest = scan(&[
        (
            "requirements.txt",
            "./gone\n-e ./gone\n./text\n../outside\na @ file:./gone\nb @ file:///srv/b\n",
        ),
        ("text", ""),
    ]);
    assert_eq!(
        problems(&manifest),
        [
            "requirements.txt:1 `./gone` does not exist; correct the path, or remove the requirement",
            "requirements.txt:2 `./gone` does not exist; correct the path, or remove the requirement",
            "requirements.txt:3 `./text` is neither a directory nor a package archive; correct the path, or remove the requirement",
            "requirements.txt:4 `../outside` is not in the scanned directory; scan that directory on its own",
        ]
    );
    let reasons: Vec<_> = manifest
        .dependencies
        .iter()
        .filter_map(|d| d.undetermined.as_deref())
        .collect();
    assert_eq!(
        reasons,
        [
            "`a` comes from `./gone`, which does not exist; correct the path, or remove the requirement",
            "`b` comes from `/srv/b`, which is not in the scanned directory; scan that directory on its own",
        ]
    );
}

#[test]
fn links_state_versions_or_say_why_not() {
    let manifest = one(
        "a @ https://h/a-1.2-py3-none-any.whl#sha256=ff ; os_name == 'posix'\nhttps://h/b-2.0.tar.gz\ngit+https://${TOKEN}@h/o/r.git@v3#egg=c\n-e git+ssh://git@h/o/d@main#egg=d&subdirectory=x\ngit+https://h/o/e\ne @ https://h/archive/main.zip\n./wheels/f-1.0-py3-none-any.whl\n-e .\n./lib[x]\n",
    );
    assert_eq!(
        lines(&manifest),
        [
            "a 1.2 runtime * :1",
            "b 2.0 runtime * :2",
            "c ? runtime * :3",
            "d ? runtime * :4",
            "e ? runtime * :6",
            "f 1.0 runtime * :7",
        ]
    );
    assert_eq!(manifest.dependencies[0].hashes, ["sha256:ff"]);
    let text = format!("{manifest:?}");
    assert!(!text.contains("s3cret"), "{text}");
    assert!(
        manifest.dependencies[2]
            .undetermined
            .as_deref()
            .unwrap()
            .contains("`v3`")
    );
    assert_eq!(
        problems(&manifest),
        [
            "requirements.txt:5 `git+https://h/o/e` does not say which package it is; write `name @ git+https://h/o/e`",
            "requirements.txt:9 `./lib[x]` does not exist; correct the path, or remove the requirement",
        ]
    );
}

#[test]
fn directories_of_the_project_are_its_own() {
    let manifest = scan(&[
        (
            "requirements.txt",
            "./lib\n-e ./lib[x]\nname @ file:./lib\n-e file:lib#egg=q\n",
        ),
        ("lib/pyproject.toml", ""),
    ]);
    assert!(
        manifest.dependencies.is_empty() && manifest.not_covered.is_empty(),
        "{manifest:?}"
    );
}

#[test]
fn variables_are_replaced() {
    let manifest = one("a==${VERSION}\nb==${MISSING}\nc==${lower}\n");
    assert_eq!(lines(&manifest), ["a 1.5 runtime * :1"]);
    assert_eq!(
        problems(&manifest)[0],
        "requirements.txt:2 `b==${MISSING}` is not a requirement after its variables are replaced; set the environment variable `MISSING`"
    );
    assert_eq!(manifest.not_covered[1].line, Some(3));
}

#[test]
fn what_only_begins_like_a_variable_stays() {
    let manifest = one("a==${VERSION}\nb @ https://x.test/${lower${VERSION}${/b-1.zip\n");
    assert_eq!(lines(&manifest)[0], "a 1.5 runtime * :1");
    assert!(
        format!("{manifest:?}").contains("/${lower1.5${/"),
        "{manifest:?}"
    );
}

#[test]
fn a_long_line_of_open_variables_is_read_in_one_pass() {
    // Read to its end for each `${`, it would be a hundred billion characters.
    let line = "${A".repeat(300_000);
    let manifest = one(&format!("{line}\na==1\n"));
    assert_eq!(lines(&manifest), ["a 1 runtime * :2"]);
    assert_eq!(manifest.not_covered.len(), 1);
}

#[test]
fn secrets_from_variables_are_not_quoted() {
    let manifest = one("a b ${TOKEN}\n-r ${TOKEN}.txt\n");
    assert!(!problems(&manifest)[0].contains("s3cret"));
}

#[test]
fn lines_that_are_no_requirements_are_reported() {
    for line in [
        "a b", "==1", "a==", "a=1", "--nope", "-r", "<html>", "a[b", "a>=1;;", "%$",
    ] {
        let manifest = one(&format!("ok==1\n{line}\nfine==2\n"));
        assert_eq!(
            lines(&manifest).len(),
            2 + usize::from(line == "a>=1;;"),
            "{line}"
        );
        assert_eq!(manifest.not_covered.len(), 1, "{line}: {manifest:?}");
        assert_eq!(manifest.not_covered[0].line, Some(2), "{line}");
    }
    assert!(problems(&one("a b\n"))[0].contains("`a b` is not a requirement: "));
}

#[test]
fn via_comments_give_parents() {
    let manifest = one(
        "#\n# This file is autogenerated by pip-compile\n#\nclick==8.0 \\\n    --hash=sha256:aa\n    # via flask\nflask==2.0\n    # via\n    #   -r requirements.in\n    #   other[x]\nother==1  # via my-app (pyproject.toml)\nlone==1\n    # via workspace-member\nplain==1\n",
    );
    assert_eq!(
        lines(&manifest),
        [
            "click 8.0 runtime :4 <- flask",
            "flask 2.0 runtime * :7 <- other",
            "other 1 runtime * :11",
            "lone 1 runtime * :12",
            "plain 1 runtime * :14",
        ]
    );
}

#[test]
fn names_of_files_give_scopes() {
    let manifest = scan(&[
        ("requirements-dev.txt", "-r requirements.txt\npytest==8\n"),
        ("requirements.txt", "a==1\n"),
    ]);
    assert_eq!(
        lines(&manifest),
        [
            "a 1 runtime * requirements.txt:1",
            "pytest 8 development * :2"
        ]
    );
    let manifest = scan(&[
        ("requirements.txt", "-r requirements-test.txt\n"),
        ("requirements-test.txt", "pytest==8\n"),
    ]);
    assert_eq!(
        lines(&manifest),
        ["pytest 8 runtime * requirements-test.txt:1"]
    );
}

#[test]
fn encodings_are_understood() {
    let read_bytes = |bytes: &[u8]| {
        let tree = MemoryTree::new([("requirements.txt", bytes)]);
        let (target, limits) = (linux(), Limits::default());
        let cx = Context {
            tree: &tree,
            target: &target,
            limits: &limits,
            env: &|_| None,
        };
        read(Format::Requirements, "requirements.txt", &cx)
    };
    let utf16: Vec<u8> = "\u{feff}a==1\r\nb==2\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        lines(&read_bytes(&utf16)),
        ["a 1 runtime * :1", "b 2 runtime * :2"]
    );
    let latin = read_bytes(b"# -*- coding: latin-1 -*-\na==1 # \xe9\n");
    assert_eq!(lines(&latin), ["a 1 runtime * :2"]);
    let broken = read_bytes(b"a==1\nb\xff==2\nc==3 \x00\n");
    assert_eq!(lines(&broken), ["a 1 runtime * :1"]);
    assert_eq!(broken.not_covered.len(), 2);
}

#[test]
fn limits_are_said() {
    let tree = MemoryTree::new([
        ("requirements.txt", format!("a==1\n{}\n", "b".repeat(600))),
        ("deep.txt", "-r deep1.txt\n".to_owned()),
        ("deep1.txt", "-r deep2.txt\n".to_owned()),
        ("deep2.txt", "-r deep3.txt\n".to_owned()),
        ("deep3.txt", "x==1\n".to_owned()),
        ("many.txt", "a==1\n".repeat(50)),
    ]);
    let target = linux();
    let limits = Limits {
        max_line_bytes: 500,
        max_include_depth: 3,
        max_packages: 20,
        ..Limits::default()
    };
    let cx = Context {
        tree: &tree,
        target: &target,
        limits: &limits,
        env: &|_| None,
    };
    let long = read(Format::Requirements, "requirements.txt", &cx);
    assert_eq!(long.dependencies.len(), 1);
    assert_eq!(
        problems(&long),
        ["requirements.txt:2 the line is longer than 500 bytes; split it"]
    );
    let deep = read(Format::Requirements, "deep.txt", &cx);
    assert!(deep.dependencies.is_empty());
    assert!(
        problems(&deep)[0].contains("nested deeper than 3"),
        "{deep:?}"
    );
    let many = read(Format::Requirements, "many.txt", &cx);
    assert_eq!((many.dependencies.len(), many.not_covered.len()), (20, 1));
}

#[test]
fn one_pin_decides_for_the_set() {
    let manifest = scan(&[
        ("requirements.txt", "requests\n-r locked.txt\n"),
        ("locked.txt", "requests==2.31.0\n"),
    ]);
    assert_eq!(
        manifest.dependencies[0].package.version.as_deref(),
        Some("2.31.0")
    );
    // Two pins decide nothing.
    let manifest = one("a\na==1\na==2\n");
    assert!(reason(&manifest).contains("any version"));
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let tree = MemoryTree::new([("requirements.txt", bytes)]);
        let (target, limits) = (linux(), Limits::default());
        let cx = Context { tree: &tree, target: &target, limits: &limits, env: &|_| None };
        let _ = read(Format::Requirements, "requirements.txt", &cx);
    }

    /// Nothing is lost: each line is a dependency, excluded, or reported.
    #[test]
    fn every_line_is_accounted_for(
        texts in proptest::collection::vec(
            prop_oneof![
                "[a-z]{1,6}==[0-9]\\.[0-9]",
                "[a-z]{1,6}(>=[0-9])?(; ?os_name == '(nt|posix)')?",
                "[a-z]{1,3} [a-z]{1,3}",
                "-r [a-z]\\.txt",
                "git\\+https://h/[a-z](#egg=[a-z])?",
            ],
            // Fewer than what is taken for prose.
            0..9,
        )
    ) {
        // A second include of a file adds nothing.
        let mut texts = texts;
        let mut seen = std::collections::HashSet::new();
        texts.retain(|text| !text.starts_with("-r") || seen.insert(text.clone()));
        let manifest = one(&texts.join("\n"));
        prop_assert_eq!(
            manifest.dependencies.len() + manifest.excluded.len() + manifest.not_covered.len(),
            texts.len(),
            "{:?}", manifest
        );
    }
}
