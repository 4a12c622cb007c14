use std::{collections::HashSet, sync::OnceLock};

use proptest::prelude::*;

use super::*;
use crate::{MarkKind, rule::EXAMPLES};

fn scanner() -> &'static Scanner {
    static SCANNER: OnceLock<Scanner> = OnceLock::new();
    SCANNER.get_or_init(|| Scanner::new(FingerprintKey::new(b"a key for tests")))
}

fn found(path: &str, text: &str) -> Vec<(&'static str, String)> {
    let text = text.replace("~~", "");
    let scan = scanner().scan(path, text.as_bytes());
    let shown = |secret: Secret| (secret.detector, text.get(secret.range).unwrap().to_owned());
    scan.secrets.into_iter().map(shown).collect()
}

/// The places that credentials are left at: what stands before and after, and what is done to the
/// text so that it may stand there.
type Context = (&'static str, &'static str, &'static str, fn(&str) -> String);

fn as_is(text: &str) -> String {
    text.to_owned()
}

fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    let inner = quoted.strip_prefix('"').unwrap();
    inner.strip_suffix('"').unwrap().to_owned()
}

fn lines(text: &str, before: &str) -> String {
    text.split('\n')
        .map(|line| format!("{before}{line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

const CONTEXTS: &[Context] = &[
    (
        "src/settings.py",
        "import os\n\nTEXT = \"\"\"\n",
        "\n\"\"\"\n",
        as_is,
    ),
    (
        "web/app.js",
        "const text = `\n",
        "\n`;\nexport default text;\n",
        as_is,
    ),
    (
        "deploy/values.yaml",
        "app:\n  text: |\n",
        "\nother: 1\n",
        |text| lines(text, "    "),
    ),
    ("config/app.json", "{\"a\": 1, \"text\": \"", "\"}\n", json),
    (".env", "A=1\n", "\nB=2\n", as_is),
    ("Dockerfile", "FROM scratch\nRUN <<EOF\n", "\nEOF\n", as_is),
    ("run.sh", "set -e\ncat <<EOF\n", "\nEOF\n", as_is),
    ("README.md", "# How to\n\n```\n", "\n```\n", as_is),
    ("change.diff", "@@ -1,2 +1,3 @@\n a\n", "\n b\n", |text| {
        lines(text, "+")
    }),
    (
        "notes.conf",
        "url = https://acme.io/a?q=1\n",
        "\nurl = https://acme.io/b\n",
        as_is,
    ),
];

/// The same, for credentials that are known without anything around them.
const TOKEN_CONTEXTS: &[Context] = &[
    ("src/settings.py", "VALUE = \"", "\"\n", as_is),
    ("web/app.js", "const value = '", "';\n", as_is),
    ("deploy/values.yaml", "value: ", "\n", as_is),
    ("config/app.json", "{\"value\": \"", "\"}\n", as_is),
    (".env", "VALUE=", "\n", as_is),
    ("Dockerfile", "ENV VALUE=", "\n", as_is),
    ("run.sh", "export VALUE=", "\n", as_is),
    ("README.md", "Use `", "` for it.\n", as_is),
    ("change.diff", "+value = \"", "\"\n", as_is),
    ("notes.conf", "https://acme.io/a?value=", "&b=1\n", as_is),
];

/// The credential is what the detector sees of the example, without what is around it.
fn alone(rule: &Rule, example: &str) -> Option<String> {
    let hits = Detectors::standard().find(example);
    let hit = hits.iter().find(|hit| hit.detector == rule.id)?;
    let secret = example.get(hit.range.clone())?;
    let whole = found("a.conf", secret);
    let line = !secret.contains(['\n', ' ', '"']);
    let known = whole
        .first()
        .is_some_and(|(id, text)| *id == rule.id && text == secret);
    (line && known).then(|| secret.to_owned())
}

#[test]
fn every_detector_finds_its_credential_once_in_each_context() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (rule, examples) in RULES.iter().zip(EXAMPLES) {
        if !rule.scan {
            continue;
        }
        for example in examples.positives {
            let example = example.replace("~~", "");
            let single = alone(rule, &example);
            let contexts = if single.is_some() {
                TOKEN_CONTEXTS
            } else {
                CONTEXTS
            };
            for (path, before, after, put) in contexts {
                let inner = put(single.as_deref().unwrap_or(&example));
                let text = format!("{before}{inner}{after}");
                let seen = found(path, &text);
                count += 1;
                if seen.len() != 1 || seen[0].0 != rule.id {
                    let seen: Vec<_> = seen.iter().map(|(id, _)| *id).collect();
                    wrong.push((rule.id, *path, seen, text));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}: {wrong:#?}", wrong.len());
    assert!(count > 5000, "{count}");
}

#[test]
fn no_negative_is_found_in_any_context() {
    let mut wrong = Vec::new();
    for (rule, examples) in RULES.iter().zip(EXAMPLES) {
        for example in examples.negatives {
            let example = example.replace("~~", "");
            for (path, before, after, put) in CONTEXTS.iter().chain(TOKEN_CONTEXTS) {
                let text = format!("{before}{}{after}", put(&example));
                if let Some(seen) = found(path, &text)
                    .into_iter()
                    .find(|(id, _)| *id == rule.id)
                {
                    wrong.push((rule.id, *path, seen));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn passwords_and_keys_in_settings_and_code_are_found() {
    for (path, text, secret) in [
        ("a.py", "DB_PASSWORD = 'xK9!mQ2v'\n", "xK9!mQ2v"),
        (
            "a.js",
            "const apiKey = \"k7Jx92mQpLzT4vWc8RbN\";",
            "k7Jx92mQpLzT4vWc8RbN",
        ),
        (
            ".env",
            "API_KEY=k7Jx92mQpLzT4vWc8RbN\n",
            "k7Jx92mQpLzT4vWc8RbN",
        ),
        (
            "a.yml",
            "client_secret: k7Jx92mQpLzT4vWc8RbN\n",
            "k7Jx92mQpLzT4vWc8RbN",
        ),
        ("a.xml", "<password>xK9!mQ2v</password>", "xK9!mQ2v"),
        ("a.properties", "db.password=xK9!mQ2v\n", "xK9!mQ2v"),
        (
            "a.tf",
            "access_token = \"3f9c2b7e81d64a05b9e0c4d7f1a28365\"",
            "3f9c2b7e81d64a05b9e0c4d7f1a28365",
        ),
    ] {
        assert_eq!(
            found(path, text),
            [(ASSIGNMENT, secret.to_owned())],
            "{path}: {text}"
        );
    }
}

#[test]
fn what_only_looks_like_one_is_left() {
    for (path, text) in [
        ("a.py", "password = os.environ['DB_PASSWORD']\n"),
        ("a.py", "password = getpass.getpass('Password: ')\n"),
        ("a.py", "token = request.headers['X-Token9']\n"),
        ("a.py", "SECRET_KEY = 'your-secret-key-goes-here-1234'\n"),
        ("a.py", "help = 'the password is xK9!mQ2v8 or not'\n"),
        (
            "a.py",
            "csrf_token = self.get_token(k7Jx92mQpLzT4vWc8RbN)\n",
        ),
        ("a.py", "password_hash = 'pbkdf2_sha256$260000$...'\n"),
        (
            "a.py",
            "cache_key = 'views.decorators.cache.cache_header.42'\n",
        ),
        ("a.yml", "password: ${DB_PASSWORD}\n"),
        ("a.yml", "password: '{{ vault_db_password }}'\n"),
        ("a.yml", "api_key: <your-api-key>\n"),
        ("a.yml", "token: ${{ secrets.GITHUB_TOKEN }}\n"),
        (
            "a.yml",
            "uses: actions/checkout@3f786850e387550fdab836ed7e6dc881de23001b\n",
        ),
        (".env", "AWS_ACCESS_KEY_ID=AKIA~~IOSFODNN7EXAMPLE\n"),
        (
            ".env",
            "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
        ),
        (".env", "REQUEST_ID=123e4567-e89b-12d3-a456-426614174000\n"),
        (
            ".env",
            "SESSION_TOKEN_ID=123e4567-e89b-12d3-a456-426614174000\n",
        ),
        (
            "package-lock.json",
            "\"integrity\": \"sha512-k7Jx92mQpLzT4vWc8RbNk7Jx92mQpLzT4vWc8RbN==\"",
        ),
        ("package-lock.json", "\"apikey\": \"k7Jx92mQpLzT4vWc8RbN\""),
        ("a.md", "postgres://user:password@localhost/db"),
        ("a.md", "postgres://app:s3k7rtQ9@localhost:5432/db"),
        ("a.py", "redis://:s3k7rtQ9@redis.example.com/0"),
        ("a.py", "'https://user:pass@acme.io/'"),
        (
            "a.py",
            "\"-----BEGIN RSA PRIVATE KEY-----\\n...\\n-----END RSA PRIVATE KEY-----\"",
        ),
        (
            "a.pem",
            "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----",
        ),
        (
            "id.pub",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl3dIeudNqd0DPMRD6OIh65tjkxFNOtGMIWrb bob@acme",
        ),
        ("a.py", "Authorization: Bearer <token>"),
    ] {
        assert_eq!(found(path, text), [], "{path}: {text}");
    }
}

const LINEAR: &str = "lin~~_api_KMgwKOOUcSAaYatTSJa6tz1gLaQbmlFXJKr3P5IG";

#[test]
fn a_place_is_told_in_lines_and_characters() {
    let token = LINEAR.replace("~~", "");
    let text = format!("één\r\n\u{1f511}é = '{token}'\n");
    let scan = scanner().scan("a.py", text.as_bytes());
    let secret = &scan.secrets[0];
    assert_eq!((secret.start.line, secret.start.column), (2, 7));
    assert_eq!((secret.end.line, secret.end.column), (2, 7 + 48));
    assert_eq!(&text.as_bytes()[secret.range.clone()], token.as_bytes());
    assert_eq!(secret.line, "\u{1f511}é = '********'");
    assert_eq!(secret.masked, "lin_…IG");
}

#[test]
fn all_encodings_have_the_same_secret() {
    let text = format!("k\u{e9}y = '{}'\n", LINEAR.replace("~~", ""));
    let utf16: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let latin: Vec<u8> = text
        .chars()
        .map(|char| u8::try_from(char).unwrap())
        .collect();
    let binary: Vec<u8> = [b"\0\x01\x02\x03", text.as_bytes(), b"\0\xff"].concat();
    let mut fingerprints = HashSet::new();
    for (bytes, content) in [
        (text.clone().into_bytes(), Content::Text),
        (utf16, Content::Utf16),
        (latin, Content::Text),
        (binary, Content::Binary),
    ] {
        let scan = scanner().scan("a.py", &bytes);
        assert_eq!((scan.content, scan.secrets.len()), (content, 1));
        let secret = &scan.secrets[0];
        let width = if content == Content::Utf16 { 2 } else { 1 };
        assert_eq!(secret.range.len(), 48 * width);
        assert_eq!(bytes[secret.range.start], b'l');
        fingerprints.insert(secret.fingerprint.clone());
    }
    assert_eq!(fingerprints.len(), 1);
}

#[test]
fn a_key_in_pem_is_the_same_in_json() {
    let body = "/ZQISA/pQyOMqlfZZgZMnafy8hWskBf6wmxe1mbVrNHMx1eOc3g/fp1Z5ibXt80n";
    let plain = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    let one = scanner().scan("key.txt", plain.as_bytes());
    let two = scanner().scan(
        "a.json",
        format!("{{\"k\": \"{}\"}}", json(&plain)).as_bytes(),
    );
    assert_eq!(one.secrets[0].fingerprint, two.secrets[0].fingerprint);
    assert_eq!(one.secrets[0].masked, "-----BEGIN PRIVATE KEY-----…");
}

#[test]
fn comments_silence_and_are_told_when_they_do_not() {
    let text = format!(
        "a = '{LINEAR}'  # runward: ignore[secret] rotated on 2026-01-01\n\
         # runward: ignore[linear-key] of a closed workspace\nb = '{LINEAR}'\n\
         c = '{LINEAR}'  # gitleaks:allow\n\
         d = '{LINEAR}'  # runward: ignore[npm-token] another one\n\
         e = 1  # pragma: allowlist secret\n"
    )
    .replace("~~", "");
    let scan = scanner().scan("a.py", text.as_bytes());
    assert_eq!(scan.secrets.len(), 1);
    assert_eq!(scan.secrets[0].start.line, 5);
    let by: Vec<_> = scan
        .silenced
        .iter()
        .map(|it| (it.by.kind, it.by.reason.as_str()))
        .collect();
    assert_eq!(
        by,
        [
            (MarkKind::Runward, "rotated on 2026-01-01"),
            (MarkKind::Runward, "of a closed workspace"),
            (MarkKind::Gitleaks, ""),
        ]
    );
    let unused: Vec<_> = scan.unused.iter().map(|mark| mark.line).collect();
    assert_eq!(unused, [5, 6]);
}

#[test]
fn a_notebook_is_read_by_cells() {
    let text = serde_json::json!({
        "cells": [
            {"cell_type": "markdown", "source": ["# Title"]},
            {"cell_type": "code", "source": ["x = 1\n", format!("k = '{LINEAR}'").replace("~~", "")],
             "outputs": [{"output_type": "stream", "text": [LINEAR.replace("~~", "")]}]}
        ],
        "metadata": {}, "nbformat": 4
    });
    let scan = scanner().scan("a.ipynb", text.to_string().as_bytes());
    let places: Vec<_> = scan
        .secrets
        .iter()
        .map(|it| (it.cell, it.start.line, it.start.column))
        .collect();
    assert_eq!(places, [(Some(2), 2, 6), (Some(2), 1, 1)]);
    let broken = format!("{{ '{LINEAR}'").replace("~~", "");
    let scan = scanner().scan("a.ipynb", broken.as_bytes());
    assert_eq!(scan.secrets.len(), 1);
    assert!(matches!(scan.gaps[0], Gap::Notebook { .. }));
}

#[test]
fn limits_are_told() {
    let limits = ScanLimits {
        file_bytes: 100,
        candidates: 2,
    };
    let scanner = Scanner::new(FingerprintKey::new(b"k")).with_limits(limits);
    let long = format!("{}{LINEAR}", "é\n".repeat(60)).replace("~~", "");
    let scan = scanner.scan("a.txt", long.as_bytes());
    assert_eq!(
        (scan.secrets.len(), scan.gaps),
        (0, vec![Gap::Bytes { from: 99 }])
    );
    let many = "lin~~_api_KMgwKOOUcSAaYatTSJa6tz1gLaQbmlFXJKr3P5IG\n"
        .replace("~~", "")
        .repeat(3);
    let limits = ScanLimits {
        file_bytes: 1000,
        candidates: 2,
    };
    let scan = scanner.with_limits(limits).scan("a.txt", many.as_bytes());
    assert_eq!(
        (scan.secrets.len(), scan.gaps),
        (2, vec![Gap::Secrets { most: 2, line: 2 }])
    );
}

#[test]
fn what_is_less_sure_is_counted() {
    let doubtful = "t = 'gh~~p_tHF4vUCsMehGAkWvj7FAc9QeWJKY40uvSwMF'".replace("~~", "");
    let scan = scanner().scan("a.py", doubtful.as_bytes());
    assert_eq!((scan.secrets.len(), scan.doubtful), (0, 1));
    let all = Scanner::new(FingerprintKey::new(b"k")).with_least(Confidence::Low);
    let scan = all.scan("a.py", doubtful.as_bytes());
    assert_eq!(
        (scan.secrets[0].detector, scan.secrets[0].confidence),
        ("github-token", Confidence::Low)
    );
    let scan = scanner().scan("tests/a.py", b"password = 'xK9!mQ2v'");
    assert_eq!((scan.secrets.len(), scan.doubtful), (0, 1));
}

#[test]
fn details_and_verification() {
    let id = concat!("AK", "IATGIHAFEESMCEHI6A");
    let scan = scanner().scan("a.env", id.as_bytes());
    assert!(
        scan.secrets[0]
            .detail
            .as_deref()
            .is_some_and(|it| it.starts_with("account "))
    );
    assert_eq!(scan.secrets[0].verification, None);
    let token = "gh~~p_u8jzPde0IgxLd6GncfBAepfJBd0Kh8024xXH".replace("~~", "");
    let asking = Scanner::new(FingerprintKey::new(b"k")).with_verification(true);
    let scan = asking.scan("a.env", token.as_bytes());
    let request = scan.secrets[0].verification.as_ref().unwrap();
    assert_eq!(request.host(), "api.github.com");
    assert_eq!(request.headers()[0].1, format!("Bearer {token}"));
    assert!(!format!("{scan:?}").contains(&token));
    assert!(!serde_json::to_string(&scan).unwrap().contains(&token));
}

#[test]
fn detect_secrets_baseline_is_told() {
    use sha1::{Digest as _, Sha1};
    let digest = crate::fingerprint::hex(&Sha1::digest(LINEAR.replace("~~", "")));
    let text = format!(r#"{{"results": {{"a.py": [{{"hashed_secret": "{digest}"}}]}}}}"#);
    let known = DetectSecrets::read(text.as_bytes()).unwrap();
    let scanner = Scanner::new(FingerprintKey::new(b"k")).with_detect_secrets(known);
    let text = format!("k = '{LINEAR}'").replace("~~", "");
    assert!(scanner.scan("a.py", text.as_bytes()).secrets[0].in_detect_secrets);
    assert!(!scanner.scan("b.py", text.as_bytes()).secrets[0].in_detect_secrets);
}

#[test]
fn hostile_repetition_is_linear() {
    for piece in [
        "-----BEGIN PRIVATE KEY-----",
        "AKIA",
        "eyJ",
        "://a:b@",
        "password='",
        "# runward: ignore[secret]\n",
        "\"kty\":\"RSA\"",
        "machine a login b password c ",
        "PuTTY-User-Key-File-3: ",
        "datadog_api_key=",
        "AccountKey=",
        "curl -u a:b ",
        "é",
        "jdbc:a://",
    ] {
        let text = piece.repeat(200_000 / piece.len());
        let scan = scanner().scan("a.conf", text.as_bytes());
        assert!(scan.secrets.len() <= scanner().limits.candidates);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_scanned(bytes in prop::collection::vec(any::<u8>(), 0..300), path in "[a-z./]{0,12}(\\.py|\\.ipynb|\\.md)?") {
        let scan = scanner().scan(&path, &bytes);
        for secret in scan.secrets {
            prop_assert!(secret.range.end <= bytes.len());
        }
    }

    #[test]
    fn no_output_contains_a_secret(
        index in 0..EXAMPLES.len(),
        which in 0_usize..2,
        before in "[a-z =\"'\n#:]{0,30}",
        between in "[ \n;]{1,5}",
        path in prop::sample::select(vec!["a.py", "a.yml", ".env", "a.md", "tests/a.json", "a.ipynb"]),
    ) {
        let secret = EXAMPLES[index].positives[which].replace("~~", "");
        let text = format!("{before}{between}{secret}{between}{secret}\n# gitleaks:allow\n{secret}");
        let all = Scanner::new(FingerprintKey::new(b"k"))
            .with_detectors_of(scanner())
            .with_least(Confidence::Low)
            .with_verification(true);
        let scan = all.scan(path, text.as_bytes());
        let shown = format!("{scan:?}{}", serde_json::to_string(&scan).unwrap());
        let silenced = scan.silenced.iter().map(|silenced| &silenced.secret);
        for found in scan.secrets.iter().chain(silenced) {
            let value = text.get(found.range.clone()).unwrap();
            prop_assert!(!shown.contains(value), "{}: {value}", found.detector);
            // Nor the most of it.
            if let Some(part) = value.get(4..value.len().min(40)).filter(|part| part.len() >= 12) {
                prop_assert!(mask::label(value).is_some() || !shown.contains(part), "{}: {part}", found.detector);
            }
        }
    }
}

impl Scanner {
    /// The compiled expressions of another, so that a test need not compile them again.
    fn with_detectors_of(mut self, other: &Scanner) -> Self {
        self.detectors = other.detectors.clone();
        self
    }
}
