//! Notes, checkpoints, cosignatures and proofs against the specifications' own examples.
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

use proptest::prelude::*;
use runward_tlog::note::Note;
use runward_tlog::proof::{Proof, WitnessPolicy};
use runward_tlog::verify::VerifyOptions;
use runward_tlog::{
    Cosigner, Hash, Keys, Log, LogError, NoteError, Options, SignedCheckpoint, VerifierKey,
    verify_consistency,
};
use support::*;

/// c2sp.org/signed-note, section "Example".
#[test]
fn the_example_of_the_signed_note_specification_verifies() {
    let key: VerifierKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
        .parse()
        .unwrap();
    let text = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    let note = Note::parse(text.as_bytes()).unwrap();
    assert_eq!(note.verify(&[&key]).unwrap().len(), 1);
    assert_eq!(note.encode(), text);
    let changed = text.replace("example message", "example massage");
    let note = Note::parse(changed.as_bytes()).unwrap();
    assert!(matches!(
        note.verify(&[&key]),
        Err(NoteError::BadSignature(_))
    ));
}

/// `golang.org/x/mod/sumdb/note`, package documentation and tests: keys and notes of `PeterNeumann`.
#[test]
fn the_example_of_gos_note_package_signs_and_verifies_to_the_byte() {
    let secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let keys = Keys::parse(secret).unwrap();
    assert_eq!(keys.verifier_key(), public);
    assert_eq!(keys.encode(), secret);
    let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    let signed = format!(
        "{text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    );
    assert_eq!(keys.sign(text).encode(), signed);
    Note::parse(signed.as_bytes())
        .unwrap()
        .verify(&[keys.verifier()])
        .unwrap();
}

/// RFC 6962 roots of the inputs used by the tests of Certificate Transparency's own merkle tree
/// (`google/certificate-transparency`).
#[test]
fn roots_of_the_certificate_transparency_test_inputs() {
    let inputs = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    assert_eq!(
        log.root_at(0).unwrap().to_hex(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    for (input, root) in inputs.iter().zip(roots) {
        let entry = (0..input.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(&input[i..i + 2], 16).unwrap());
        log.append(&[entry.collect()]).unwrap();
        assert_eq!(log.checkpoint().root.to_hex(), root);
    }
}

#[test]
fn keys_and_names_that_could_forge_lines_are_refused() {
    for name in ["", "a b", "a+b", "a\nb", "a\u{2003}b", "a\u{0}"] {
        assert!(Keys::generate(name, [1; 32]).is_err(), "{name:?}");
    }
    let key = keys().verifier_key();
    assert_eq!(key.parse::<VerifierKey>().unwrap().to_string(), key);
    for bad in [
        key.replacen("example", "exbmple", 1),
        key.replace('+', " "),
        key[..key.len() - 4].to_owned(),
        String::new(),
    ] {
        assert!(bad.parse::<VerifierKey>().is_err(), "{bad}");
    }
}

fn witness_log(dir: &std::path::Path, witnesses: &[&Cosigner]) -> Log {
    let options = Options {
        witnesses: witnesses.iter().map(|w| w.verifier().clone()).collect(),
        ..options()
    };
    Log::open(dir, keys(), options).unwrap()
}

/// What a witness does with a request, by c2sp.org/tlog-witness.
fn answer(
    witness: &Cosigner,
    request: &str,
    seen: &mut Option<SignedCheckpoint>,
    time: u64,
) -> String {
    let (head, checkpoint) = request.split_once("\n\n").unwrap();
    let mut lines = head.split('\n');
    let old: u64 = lines
        .next()
        .unwrap()
        .strip_prefix("old ")
        .unwrap()
        .parse()
        .unwrap();
    let proof: Vec<_> = lines.map(|line| Hash::from_base64(line).unwrap()).collect();
    let checkpoint = SignedCheckpoint::parse(checkpoint, keys().verifier()).unwrap();
    let (size, root) = seen
        .as_ref()
        .map_or((0, Hash::empty()), |c| (c.size, c.root));
    assert_eq!(old, size);
    assert!(verify_consistency(
        old,
        root,
        checkpoint.size,
        checkpoint.root,
        &proof
    ));
    let line = witness.cosign(&checkpoint, time);
    *seen = Some(checkpoint);
    line
}

#[test]
fn witnesses_cosign_and_their_word_travels_with_proofs() {
    let dir = tempfile::tempdir().unwrap();
    let one = Cosigner::generate("witness.example/one", [1; 32]).unwrap();
    let two = Cosigner::generate("witness.example/two", [2; 32]).unwrap();
    let stranger = Cosigner::generate("witness.example/three", [3; 32]).unwrap();
    let log = witness_log(dir.path(), &[&one, &two]);
    let (mut seen_one, mut seen_two) = (None, None);
    log.append(&records(0..10)).unwrap();
    let request = log.witness_request().unwrap();
    let lines =
        answer(&one, &request, &mut seen_one, 1000) + &stranger.cosign(&log.checkpoint(), 7);
    let verified = log.add_cosignature(&lines).unwrap();
    assert_eq!((verified.len(), verified[0].time), (1, Some(1000)));
    log.add_cosignature(&answer(
        &two,
        &log.witness_request_from(0).unwrap(),
        &mut seen_two,
        1001,
    ))
    .unwrap();
    // The published checkpoint carries both, and the log's own signature.
    let published = std::fs::read_to_string(dir.path().join("checkpoint")).unwrap();
    assert_eq!(published.matches('—').count(), 3);

    let policy = |quorum| WitnessPolicy {
        witnesses: vec![one.verifier().clone(), two.verifier().clone()],
        quorum,
    };
    log.append(&records(10..12)).unwrap();
    let proof = log.prove(3).unwrap();
    let proven = proof.verify(keys().verifier(), &policy(2)).unwrap();
    assert_eq!((proven.checkpoint.size, proven.cosignatures.len()), (10, 2));
    // A record after the cosigned head is proven by the newest head, without witnesses.
    let newest = log.prove(11).unwrap();
    newest.verify(keys().verifier(), &policy(0)).unwrap();
    assert!(matches!(
        newest.verify(keys().verifier(), &policy(1)),
        Err(NoteError::Quorum {
            needed: 1,
            found: 0
        })
    ));
    // The next request starts from what was cosigned.
    log.append(&records(12..300)).unwrap();
    let request = log.witness_request().unwrap();
    assert!(request.starts_with("old 10\n"));
    // The log moves on before the answer comes.
    let line = answer(&one, &request, &mut seen_one, 2000);
    log.append(&records(300..301)).unwrap();
    log.publish().unwrap();
    log.add_cosignature(&line).unwrap();
    assert_eq!(log.cosigned().unwrap().unwrap().size, 300);
    assert!(log.verify(VerifyOptions::default()).unwrap().ok);

    // A witness's memory shows a rollback, although nothing else was kept.
    let cosigned = std::fs::read(dir.path().join("cosigned")).unwrap();
    let fresh = tempfile::tempdir().unwrap();
    let replaced = witness_log(fresh.path(), &[&one]);
    replaced.append(&records(0..50)).unwrap();
    std::fs::write(fresh.path().join("cosigned"), cosigned).unwrap();
    let report = replaced.verify(VerifyOptions::default()).unwrap();
    assert_eq!(report.first_bad.unwrap().index, 50);
}

#[test]
fn wrong_cosignatures_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let one = Cosigner::generate("witness.example/one", [1; 32]).unwrap();
    let log = witness_log(dir.path(), &[&one]);
    log.append(&records(0..10)).unwrap();
    let early = log.publish().unwrap();
    let line = one.cosign(&early, 5);
    log.append(&records(10..11)).unwrap();
    log.publish().unwrap();
    let note = |e: LogError| match e {
        LogError::Note(e) => e,
        other => panic!("{other}"),
    };
    // Over another head than the published or requested one: the signature does not fit.
    assert!(matches!(
        note(log.add_cosignature(&line).unwrap_err()),
        NoteError::BadSignature(_)
    ));
    // As a whole note it is accepted, because the log can check that head.
    log.add_cosignature(&format!("{}{line}", early.text))
        .unwrap();
    let forged = Keys::generate(ORIGIN, [99; 32])
        .unwrap()
        .sign(&format!("{ORIGIN}\n1\n{}\n", Hash::leaf(b"x")));
    assert!(log.add_cosignature(&forged.encode()).is_err());
    assert!(log.add_cosignature("— junk").is_err());
    assert!(log.add_cosignature("").is_err());
}

#[test]
fn a_proof_travels_and_every_change_of_it_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let log = open(dir.path());
    log.append(&records(0..300)).unwrap();
    let proof = log.prove(123).unwrap();
    let text = proof.encode();
    assert_eq!(Proof::parse(text.as_bytes()).unwrap(), proof);
    let policy = WitnessPolicy::default();
    assert_eq!(
        proof.verify(keys().verifier(), &policy).unwrap().leaf,
        Hash::leaf(&record(123))
    );
    let other = Keys::generate("example.com/other", [7; 32]).unwrap();
    assert!(matches!(
        proof.verify(other.verifier(), &policy),
        Err(NoteError::Origin { .. })
    ));
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let accepted = Proof::parse(&bytes).and_then(|p| p.verify(keys().verifier(), &policy));
        assert!(accepted.is_err(), "byte {at}");
    }
    let empty = Proof {
        entry: Vec::new(),
        ..proof
    };
    assert_eq!(Proof::parse(empty.encode().as_bytes()).unwrap(), empty);
}

/// At 10 million records a path has 24 hashes.
#[test]
fn a_proof_of_512_bytes_at_ten_million_records_fits_in_3_kb_with_three_witnesses() {
    let size = 10_000_000_u64;
    let path = vec![Hash::leaf(b"x"); (64 - (size - 1).leading_zeros()) as usize];
    let body = format!("{ORIGIN}\n{size}\n{}\n", Hash::leaf(b"root"));
    let checkpoint =
        SignedCheckpoint::parse(&keys().sign(&body).encode(), keys().verifier()).unwrap();
    let witnesses: String = (1..=3)
        .map(|n| {
            Cosigner::generate(&format!("witness.example.com/{n}"), [n; 32])
                .unwrap()
                .cosign(&checkpoint, 1_800_000_000)
        })
        .collect();
    let proof = Proof {
        entry: vec![b'e'; 512],
        index: size - 1,
        path,
        checkpoint: checkpoint.text + &witnesses,
    };
    let length = proof.encode().len();
    assert!(length <= 3 * 1024, "{length}");
    println!("{length} bytes");
}

proptest! {
    #[test]
    fn any_bytes_are_an_error_or_parse(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Note::parse(&bytes);
        let _ = Proof::parse(&bytes);
        let _ = runward_tlog::parse_bundle(&bytes);
        let _ = runward_tlog::scan_journal(&bytes);
        let text = String::from_utf8_lossy(&bytes);
        let _ = SignedCheckpoint::parse(&text, keys().verifier());
        let _ = text.parse::<VerifierKey>();
        let _ = Keys::parse(&text);
    }

    #[test]
    fn note_like_text_is_an_error_or_round_trips(text in "[a-z\n— +/=0-9]{0,80}\n\n(— [a-z]{1,4} [A-Za-z0-9+/]{8,16}\n){0,3}") {
        if let Ok(note) = Note::parse(text.as_bytes()) {
            prop_assert_eq!(note.encode(), text);
        }
    }

    #[test]
    fn notes_round_trip_and_verify(text in "([ -~äß]{0,20}\n){1,6}") {
        let note = keys().sign(&text);
        let parsed = Note::parse(note.encode().as_bytes()).unwrap();
        prop_assert_eq!(&parsed, &note);
        parsed.verify(&[keys().verifier()]).unwrap();
    }

    #[test]
    fn bundles_round_trip(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..30)) {
        let mut bytes = Vec::new();
        for entry in &entries {
            bytes.extend(u16::try_from(entry.len()).unwrap().to_be_bytes());
            bytes.extend(entry);
        }
        let parsed = runward_tlog::parse_bundle(&bytes).unwrap();
        prop_assert_eq!(parsed, entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }
}
