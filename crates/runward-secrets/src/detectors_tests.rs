use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;
use crate::rule::EXAMPLES;

fn detectors() -> &'static Detectors {
    static DETECTORS: OnceLock<Detectors> = OnceLock::new();
    DETECTORS.get_or_init(Detectors::standard)
}

fn ids(text: &str) -> Vec<(&'static str, String)> {
    detectors()
        .find(text)
        .into_iter()
        .map(|hit| (hit.detector, text.get(hit.range).unwrap().to_owned()))
        .collect()
}

#[test]
fn every_expression_compiles_and_every_example_is_judged() {
    let detectors = Detectors::standard();
    assert!(detectors.keywords.is_some());
    assert!(RULES.len() >= 250, "{}", RULES.len());
    let mut wrong = Vec::new();
    for (rule, examples) in RULES.iter().zip(EXAMPLES) {
        assert_eq!(rule.id, examples.id);
        assert!(rule.regex().is_some(), "{}: the expression", rule.id);
        assert!(examples.positives.len() >= 2, "{}: positives", rule.id);
        assert!(examples.negatives.len() >= 2, "{}: negatives", rule.id);
        for (texts, expected) in [
            (examples.positives, Some(rule.confidence)),
            (examples.doubtful, Some(Confidence::Low)),
            (examples.negatives, None),
        ] {
            for text in texts {
                let text = text.replace("~~", "");
                let own = detectors.search(&text).0;
                let own: Vec<_> = own.iter().filter(|hit| hit.detector == rule.id).collect();
                let confidence = own.first().map(|hit| hit.confidence);
                if confidence != expected || own.len() > 1 {
                    wrong.push((rule.id, text, confidence, own.len()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn ids_are_distinct() {
    let mut ids: Vec<_> = Detectors::all().map(|detector| detector.id).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn values_of_secret_names_are_found() {
    for (text, secret) in [
        ("password=hunter2", "hunter2"),
        ("PASSWORD=hunter2 next", "hunter2"),
        ("db_password = \"correct horse\"", "correct horse"),
        ("dbPassword1: 'x y'", "x y"),
        ("{\"password\": \"hunter2\"}", "hunter2"),
        (r#"{\"password\": \"hunter2\"}"#, "hunter2"),
        ("{\"password\": 123456}", "123456"),
        ("password: letmein", "letmein"),
        ("pwd:hunter2", "hunter2"),
        ("mysql --password hunter2 db", "hunter2"),
        ("mysql --password=hunter2 db", "hunter2"),
        ("tool --api-key abc123", "abc123"),
        ("https://x.org/?a=1&access_token=abcd1234&b=2", "abcd1234"),
        ("the password is hunter2", "hunter2"),
        ("password was changed to hunter2.", "hunter2"),
        ("Pwd=Tr0ub4dor&3;Database=x", "Tr0ub4dor&3"),
        ("Server=x;Password=a,b!c;Trusted=no", "a,b!c"),
        ("<password>hunter2</password>", "hunter2"),
        ("export SECRET_KEY='abc def'", "abc def"),
        ("os.environ['API_KEY'] = 'k-123'", "k-123"),
        ("api key: zx81-abc", "zx81-abc"),
        ("secret => \"s3\"", "s3"),
        ("client_secret := `abc`", "abc"),
        ("password=b'hunter2'", "hunter2"),
        ("pass\u{200b}word=hunter2", "hunter2"),
        ("ｐａｓｓｗｏｒｄ＝hunter2", "hunter2"),
        ("раssword=hunter2", "hunter2"),
        ("password=pässwörd1 x", "pässwörd1"),
        ("password=hunt\u{200b}er2", "hunt\u{200b}er2"),
        (
            "session=4f9a1c77be2d40aa9e01b2c3",
            "4f9a1c77be2d40aa9e01b2c3",
        ),
        (
            "passphrase: correct horse battery\nnext",
            "correct horse battery",
        ),
        ("password%3Dhunter2", "hunter2"),
        (r"password\u003dhunter2", "hunter2"),
        ("SENTRY_DSN=abc://def", "abc://def"),
        ("postgres://app:s3cretpw@db.internal:5432/app", "s3cretpw"),
        ("redis://:hunter2@cache:6379", "hunter2"),
        ("mongodb+srv://user:p@ss1@host/db", "p@ss1"),
        ("https://jo:hunter2@acme.io/", "hunter2"),
        (
            "https://ckSxKM2awH7C9HehwTp0136uXT3yKW5d@o1.ingest.sentry.io/2",
            "ckSxKM2awH7C9HehwTp0136uXT3yKW5d",
        ),
    ] {
        let found = ids(text);
        assert!(
            found.iter().any(|(_, it)| it == secret),
            "{text:?}: {found:?}"
        );
    }
}

/// Kept byte for byte in the audit log; each line is a way in which honest text mentions secrets.
pub(crate) const HONEST: &[&str] = &[
    "fix --force flag",
    "the --password flag is ignored",
    "use --token or --token-file instead",
    "author=alice",
    "author: Alice Liddell",
    "authority: admin",
    "token_count = 512",
    "tokens: 512",
    "max_tokens=4096",
    "password_policy_enabled: true",
    "password: required",
    "password must be at least 12 characters",
    "password: must have a digit",
    "token: expired",
    "token: bucket algorithm for rate limits",
    "Secret: sharing among teams is hard",
    "secret rotation: every 90 days",
    "password: ${PASSWORD}",
    "password=$PASSWORD",
    "password=<password>",
    "api_key=<your-api-key>",
    "api_key: your_api_key",
    "password=xxxxxxxx",
    "password=********",
    "token={{ vault_token }}",
    "password = os.environ[\"DB_PASSWORD\"]",
    "password = get_password()",
    "password=get_password(user)",
    "def login(user: str, password: str) -> bool:",
    "let token: String = read();",
    "if password == other { return }",
    "if token != expected",
    "key=value",
    "primary key: id",
    "keyboard: de",
    "monkey=banana",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    "uuid 123e4567-e89b-12d3-a456-426614174000",
    "session: 123e4567-e89b-12d3-a456-426614174000",
    "signature: sha256-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "signature: mismatch",
    "auth: oauth2-device-flow",
    "session: planning for the next sprint",
    "authorization: denied for alice on repository core",
    "a bearer of bad news",
    "basic authentication is switched off",
    "cookie: policy updated",
    "the cookie jar",
    "https://example.org/path?page=2#top",
    "https://user@example.org/x",
    "git@github.com:acme/app.git",
    "see https://example.org:8443/a/b@c",
    "/usr/share/secrets/README",
    "src/auth/token.rs:120:7: unused variable",
    "secrets: inherit",
    "SELECT * FROM users WHERE password IS NULL",
    "'; DROP TABLE users; --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "%2e%2e%2fetc%2fpasswd",
    "=cmd|'/c calc'!A1",
    "CVE-2024-12345 in requests 2.31.0",
    "upgrade requests 2.31.0 to 2.32.4",
    "risk accepted until 2026-06-30 because the endpoint is internal",
    "Überprüfung der Abhängigkeiten",
    "パスワードポリシーの更新",
    "rotate the signing key before Friday",
    "the API key was leaked and has been revoked",
    "password reset requested by alice",
    "reset the password for bob",
    "token revoked, new token issued",
    "remove hard-coded password from settings.py",
    "docs: explain how to set the token",
    "refactor(auth): session handling",
    "eyJ is how a JWT begins",
    "sk-learn, scikit-learn",
    "npm_config_registry=https://registry.example.org",
    "ghp_ is the prefix of a token",
    "AKIAIOSFODNN7EXAMPLE",
    "PWD=/home/alice/project",
    "added password: field to login form",
    "passphrase: required by policy",
];

#[test]
fn honest_text_is_left_alone() {
    let wrong: Vec<_> = HONEST
        .iter()
        .map(|text| (text, ids(text)))
        .filter(|(_, found)| !found.is_empty())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn overlapping_hits_are_one() {
    let token = EXAMPLES
        .iter()
        .find(|it| it.id == "github-token")
        .unwrap()
        .positives[0]
        .replace("~~", "");
    let found = ids(&format!("password={token} x"));
    assert_eq!(found, [("github-token", token)]);
}

#[test]
fn limits_are_told() {
    let limits = Limits {
        text_bytes: 64,
        hits: 2,
    };
    let detectors = Detectors::standard().with_limits(limits);
    assert!(detectors.scan("password=hunter2").complete);
    assert!(!detectors.scan(&"é".repeat(40)).complete);
    let scan = detectors.scan("pwd=a1 pwd=a2 pwd=a3");
    assert_eq!((scan.hits.len(), scan.complete), (2, false));
}

#[test]
fn teams_words_are_searched_in_texts() {
    let mut names = Names::standard();
    names.add_word("iban").unwrap();
    names.add_word("tax number").unwrap();
    let detectors = Detectors::with_names(names);
    assert_eq!(detectors.find("IBAN=DE02x").len(), 1);
    assert_eq!(detectors.find("tax_number=X12").len(), 1);
}

proptest! {
    #[test]
    fn any_text_is_searched(text in "\\PC*|(passw(ord)?|token|=|:|\"|'|\\\\| |--|://|@|eyJ|\\.|-----BEGIN|bearer|é|\u{200b}|\n){0,40}") {
        let scan = detectors().scan(&text);
        let mut end = 0;
        for hit in scan.hits {
            prop_assert!(hit.range.start >= end && hit.range.start <= hit.range.end);
            prop_assert!(text.get(hit.range.clone()).is_some());
            end = hit.range.end;
        }
    }

    #[test]
    fn a_planted_secret_is_found_whole(
        before in "[a-zA-Z ,.\n]{0,60}",
        secret in "[A-Za-z0-9!#%+_]{6,30}[0-9]",
        name in prop::sample::select(vec!["password", "API_KEY", "clientSecret", "db.pwd"]),
        join in prop::sample::select(vec!["=", ": ", " = ", "\": \"", ":\t"]),
        after in "( [a-zA-Z ,.]{0,60})?",
    ) {
        // A number is no API key.
        prop_assume!(secret.bytes().any(|byte| byte.is_ascii_lowercase()));
        let text = format!("{before} {name}{join}{secret}{after}");
        let hits = detectors().find(&text);
        let at = before.len() + 1 + name.len() + join.len();
        prop_assert!(
            hits.iter().any(|hit| hit.range.start <= at && hit.range.end >= at + secret.len()),
            "{text:?} {hits:?}"
        );
    }
}

fn assignments(text: &str, forgetful: bool) -> Vec<Hit> {
    let detectors = detectors();
    let mut assignments = Assignments::new(&detectors.names, text);
    let mut hits = Vec::new();
    for found in detectors
        .keywords
        .as_ref()
        .unwrap()
        .find_overlapping_iter(text)
    {
        if detectors.owners[found.pattern().as_usize()] != Owner::Assignment {
            continue;
        }
        if forgetful {
            assignments.forget();
        }
        hits.extend(assignments.look(found.range()).map(|found| Hit {
            detector: ASSIGNMENT,
            range: found.range,
            confidence: found.confidence,
        }));
    }
    settle(hits)
}

#[test]
fn names_without_blanks_between_are_one_value() {
    for (name, from) in [("password=", 9), ("token=", 6)] {
        let text = name.repeat(50_000);
        let scan = detectors().scan(&text);
        assert!(scan.complete, "{name}");
        assert_eq!(scan.hits.len(), 1, "{name}");
        assert!(scan.hits[0].range.start <= from && scan.hits[0].range.end >= text.len() - 1);
    }
    // Ordinary words that have no such value.
    for name in ["session=", "sig=", "cookie=1", "auth:", "signature=\\"] {
        let scan = detectors().scan(&name.repeat(50_000));
        assert!(scan.complete && scan.hits.is_empty(), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_remembered_changes_nothing(parts in prop::collection::vec(prop::sample::select(&[
        "password", "session", "token", "passphrase", "pwd", "key", "api", "=", ":", "=", ": ", " ",
        "is ", "--", "\\", "\"", "'", "b\"", "{{", "}}", "${", "}", "(", ")", "<", ">", "&x=", ",",
        "a", "1B2c", "x9Q7r2T5y8U1i4O6", "=4f9a1c77be2d40aa9e01b2c3", "\n", "%3D", "none", "...",
        "é", "xxxxxxxx",
    ][..]), 0..40)) {
        let text = parts.concat();
        prop_assert_eq!(assignments(&text, false), assignments(&text, true));
    }
}
