use runward_model::{Manifest, Origin};

use crate::{
    read_environment,
    testing::{Files, lines, problems, with},
};

fn environment(directory: &str, files: Files<'_>) -> Manifest {
    with(files, |cx| read_environment(directory, cx))
}

const FLASK: &str = "Metadata-Version: 2.1\nName: Flask\nVersion: 2.0\nRequires-Dist: click>=8\nRequires-Dist: colorama; sys_platform == 'win32'\nRequires-Dist: asgiref; extra == 'async'\n\nbody\n";

#[test]
fn a_virtual_environment_is_read() {
    let manifest = environment(
        ".venv",
        &[
            (".venv/pyvenv.cfg", ""),
            (
                ".venv/lib/python3.12/site-packages/flask-2.0.dist-info/METADATA",
                FLASK,
            ),
            (
                ".venv/lib/python3.12/site-packages/flask-2.0.dist-info/INSTALLER",
                "pip",
            ),
            (
                ".venv/lib/python3.12/site-packages/click-8.1.dist-info/METADATA",
                "Name: click\nVersion: 8.1\n",
            ),
            (
                ".venv/lib/python3.12/site-packages/asgiref-3.dist-info/METADATA",
                "Name: asgiref\nVersion: 3\n",
            ),
            (".venv/lib/python3.12/site-packages/click/__init__.py", ""),
            (
                ".venv/lib64/python3.12/site-packages/flask-2.0.dist-info/METADATA",
                FLASK,
            ),
        ],
    );
    let site = ".venv/lib/python3.12/site-packages";
    let found = lines(&manifest);
    // `lib64` differs from `lib` here, so it is read, too.
    assert_eq!(found.len(), 4);
    assert_eq!(
        found[..3],
        [
            format!("asgiref 3 runtime {site}/asgiref-3.dist-info/METADATA:1 <- flask"),
            format!("click 8.1 runtime {site}/click-8.1.dist-info/METADATA:1 <- flask,flask"),
            format!("flask 2.0 runtime * {site}/flask-2.0.dist-info/METADATA:1"),
        ]
    );
    assert!(manifest.excluded.is_empty() && manifest.not_covered.is_empty());
}

/// `a` needs `b`; each package with its installer and whether it is marked.
fn marked(a: (&str, bool), b: (&str, bool), c: (&str, bool)) -> Vec<bool> {
    let mut files = vec![
        (
            "a-1.dist-info/METADATA".to_owned(),
            "Name: a\nVersion: 1\nRequires-Dist: b\n".to_owned(),
        ),
        (
            "b-1.dist-info/METADATA".to_owned(),
            "Name: b\nVersion: 1\n".to_owned(),
        ),
        (
            "c-1.dist-info/METADATA".to_owned(),
            "Name: c\nVersion: 1\n".to_owned(),
        ),
    ];
    for (name, (installer, requested)) in [("a", a), ("b", b), ("c", c)] {
        files.push((
            format!("{name}-1.dist-info/INSTALLER"),
            format!("{installer}\n"),
        ));
        if requested {
            files.push((format!("{name}-1.dist-info/REQUESTED"), String::new()));
        }
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let manifest = environment("", &files);
    assert_eq!(manifest.dependencies[1].parents.len(), 1);
    manifest.dependencies.iter().map(|d| d.direct).collect()
}

#[test]
fn the_installers_mark_tells_what_was_asked_for() {
    let (yes, no) = (("pip", true), ("pip", false));
    // Without marks, the edges tell.
    assert_eq!(marked(no, no, no), [true, false, true]);
    assert_eq!(marked(yes, no, no), [true, false, true]);
    // Asked for by name, although another needs it, too.
    assert_eq!(marked(yes, yes, no), [true, true, true]);
    // A mark that everything has, or that uv sets, tells nothing.
    assert_eq!(marked(yes, yes, yes), [true, false, true]);
    let uv = ("uv", true);
    assert_eq!(marked(uv, uv, uv), [true, false, true]);
    assert_eq!(marked(uv, uv, no), [true, false, true]);
    assert_eq!(marked(uv, yes, no), [true, true, true]);
}

#[test]
fn edges_are_judged_for_the_environments_python() {
    let site = "lib/python3.9/site-packages";
    let manifest = environment(
        "",
        &[
            (
                &format!("{site}/a-1.dist-info/METADATA"),
                "Name: a\nVersion: 1\nRequires-Dist: b; python_version < '3.10'\n",
            ),
            (
                &format!("{site}/b-1.dist-info/METADATA"),
                "Name: b\nVersion: 1\n",
            ),
        ],
    );
    assert!(
        lines(&manifest)[1].ends_with("<- a"),
        "{:?}",
        lines(&manifest)
    );
}

#[test]
fn origins_come_from_direct_url() {
    let metadata = "Name: x\nVersion: 1\n";
    for (json, origin) in [
        (
            r#"{"url":"https://u:p@h/r","vcs_info":{"vcs":"git","commit_id":"abc","requested_revision":"v1"}}"#,
            Origin::Git {
                url: "https://***@h/r".to_owned(),
                rev: Some("abc".to_owned()),
            },
        ),
        (
            r#"{"url":"file:///src/x","dir_info":{"editable":true}}"#,
            Origin::Path {
                path: "/src/x".to_owned(),
            },
        ),
        (
            r#"{"url":"https://h/x.whl","archive_info":{}}"#,
            Origin::Url {
                url: "https://h/x.whl".to_owned(),
            },
        ),
    ] {
        let manifest = environment(
            "",
            &[
                ("x-1.dist-info/METADATA", metadata),
                ("x-1.dist-info/direct_url.json", json),
            ],
        );
        assert_eq!(manifest.dependencies[0].origin, origin);
    }
    let broken = environment(
        "",
        &[
            ("x-1.dist-info/METADATA", metadata),
            ("x-1.dist-info/direct_url.json", "{"),
        ],
    );
    assert_eq!(
        (broken.dependencies.len(), broken.not_covered.len()),
        (1, 1)
    );
}

#[test]
fn eggs_are_read() {
    let manifest = environment(
        "sp",
        &[
            ("sp/a.egg-info/PKG-INFO", "Name: a\nVersion: 1.0\n"),
            ("sp/a.egg-info/requires.txt", "b>=1\n[x]\nc\n"),
            ("sp/b-2.0-py3.12.egg-info", "Name: b\nVersion: 2.0\n"),
            (
                "sp/c-3.0-py3.12.egg/EGG-INFO/PKG-INFO",
                "Metadata-Version: 1.0\n",
            ),
            ("sp/d-tool.egg-link", "/src/d\n.\n"),
            ("sp/e.egg-link", "src/e\n.\n"),
            ("src/e/e.egg-info/PKG-INFO", "Name: e\nVersion: 5\n"),
            ("sp/~ip-23.dist-info/METADATA", ""),
            ("sp/f-1.dist-info/RECORD", ""),
            ("sp/g.egg", "zip"),
        ],
    );
    assert_eq!(
        lines(&manifest),
        [
            "a 1.0 runtime * sp/a.egg-info/PKG-INFO:1",
            "b 2.0 runtime sp/b-2.0-py3.12.egg-info:1 <- a",
            "c 3.0 runtime sp/c-3.0-py3.12.egg/EGG-INFO/PKG-INFO:1 <- a",
            "d-tool ? runtime * sp/d-tool.egg-link:1",
            "e 5 runtime * sp/e.egg-link:1",
        ]
    );
    let paths: Vec<_> = manifest
        .not_covered
        .iter()
        .map(|n| n.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "sp/f-1.dist-info/METADATA",
            "sp/g.egg",
            "sp/~ip-23.dist-info"
        ]
    );
}

#[test]
fn an_empty_directory_is_said_to_be_empty() {
    let manifest = environment("venv", &[("venv/readme", "")]);
    assert!(problems(&manifest)[0].contains("holds no installed Python packages"));
}
