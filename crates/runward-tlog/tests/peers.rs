//! Other people's verifiers: Go's `sumdb` packages and the stand-alone Python script.
//!
//! Each test says `skipped` where its interpreter or package is absent.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::default_trait_access,
    unreachable_pub
)]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use runward_tlog::proof::Proof;
use runward_tlog::{Cosigner, Keys, Log, Options};
use support::*;

fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools")
}

#[test]
fn go_accepts_the_directory() {
    let gopath = std::env::var("RUNWARD_GOPATH").unwrap_or_else(|_| "/usr/share/gocode".to_owned());
    if !Path::new(&gopath)
        .join("src/golang.org/x/mod/sumdb/tlog")
        .exists()
    {
        println!("skipped: Go's x/mod/sumdb packages are not installed (golang-golang-x-mod-dev)");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("foreign-verify");
    let build = Command::new("go")
        .args(["build", "-o"])
        .arg(&program)
        .arg(tools().join("foreign-verify/main.go"))
        .env("GO111MODULE", "off")
        .env("GOPATH", gopath)
        .env("GOCACHE", dir.path().join("cache"))
        .output();
    let Ok(build) = build else {
        println!("skipped: Go is not installed");
        return;
    };
    assert!(build.status.success(), "{}", text(&build));
    for size in [1, 255, 256, 257, 70_000] {
        let path = dir.path().join(size.to_string());
        let log = open(&path);
        log.append(&records(0..size)).unwrap();
        log.publish().unwrap();
        let run = || {
            Command::new(&program)
                .arg(&path)
                .arg(keys().verifier_key())
                .output()
                .unwrap()
        };
        let output = run();
        assert!(output.status.success(), "{}", text(&output));
        assert!(
            text(&output).contains(&format!("{size} records")),
            "{}",
            text(&output)
        );
        // It must be able to fail.
        let tile = path.join(if size < 256 {
            format!("tile/entries/000.p/{size}")
        } else {
            "tile/entries/000".to_owned()
        });
        let mut bytes = std::fs::read(&tile).unwrap();
        bytes[2] ^= 1;
        std::fs::write(&tile, bytes).unwrap();
        assert!(!run().status.success());
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

#[test]
fn the_python_script_accepts_what_verifies_and_refuses_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let python = |proof: &str, keys: &[String]| {
        let file = dir.path().join("proof");
        std::fs::write(&file, proof).unwrap();
        let script = tools().join("verify-proof.py");
        Command::new("python3")
            .arg(script)
            .arg(&file)
            .args(keys)
            .output()
    };
    if python("", &[]).is_err() {
        println!("skipped: Python is not installed");
        return;
    }
    let witness = Cosigner::generate("witness.example/one", [1; 32]).unwrap();
    let stranger = Cosigner::generate("witness.example/two", [2; 32]).unwrap();
    let options = Options {
        witnesses: vec![witness.verifier().clone()],
        ..options()
    };
    let log = Log::open(&dir.path().join("log"), keys(), options).unwrap();
    log.append(&records(0..40)).unwrap();
    let head = log.publish().unwrap();
    log.add_cosignature(&witness.cosign(&head, 1_800_000_000))
        .unwrap();
    let key = keys().verifier_key();
    let (one, two) = (
        witness.verifier().to_string(),
        stranger.verifier().to_string(),
    );
    let mut accepted = 0;
    for index in [0, 1, 31, 32, 39] {
        let proof = log.prove(index).unwrap().encode();
        let output = python(&proof, &[key.clone(), one.clone()]).unwrap();
        assert!(output.status.success(), "{}", text(&output));
        assert!(text(&output).contains(&format!("OK record {index} of 40")));
        assert!(text(&output).contains(&String::from_utf8(record(index)).unwrap()));
        accepted += 1;
    }
    for size in [41, 64, 65] {
        log.append(&records(log.size()..size)).unwrap();
        let head = log.checkpoint();
        for index in [0, 39, size - 1] {
            let proof = log.prove_under(index, head.clone()).unwrap().encode();
            assert!(
                python(&proof, std::slice::from_ref(&key))
                    .unwrap()
                    .status
                    .success()
            );
            accepted += 1;
        }
    }
    assert_eq!(accepted, 14);
    let good = log.prove(7).unwrap();
    let swapped = Proof {
        index: 8,
        ..good.clone()
    };
    let shortened = Proof {
        path: good.path[1..].to_vec(),
        ..good.clone()
    };
    let other_key = Keys::generate(ORIGIN, [9; 32]).unwrap().verifier_key();
    let cases = [
        (swapped.encode(), vec![key.clone()]),
        (shortened.encode(), vec![key.clone()]),
        (good.encode(), vec![other_key]),
        (good.encode(), vec![key.clone(), two]),
        (String::new(), vec![key.clone()]),
    ];
    for (proof, keys) in cases {
        let output = python(&proof, &keys).unwrap();
        assert!(!output.status.success(), "{}", text(&output));
        assert!(text(&output).contains("NOT OK"), "{}", text(&output));
    }
    let encoded = good.encode();
    for at in (0..encoded.len()).step_by(23) {
        let mut bytes = encoded.clone().into_bytes();
        bytes[at] ^= 1;
        // The em dash of a signature line is not ASCII: a change may break the text itself.
        let Ok(changed) = String::from_utf8(bytes) else {
            continue;
        };
        let output = python(&changed, &[key.clone(), one.clone()]).unwrap();
        assert!(!output.status.success(), "byte {at}");
    }
}
