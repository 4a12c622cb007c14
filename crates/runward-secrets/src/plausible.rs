//! Whether a value that stands where a credential would is one. Files are full of placeholders,
//! names, paths and digests; what is said of them is read by people.

use crate::{
    assignment::{identifier, random},
    check::{distinct, entropy},
    placeholder,
};

/// Where more than this stands, nobody wrote it by hand.
const LONGEST: usize = 512;

/// What kind of value stands at the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Made by a program: long and random.
    Token,
    /// Made up by a person; only the place says that it is one.
    Password,
    /// As a password, at a place where hardly anything else stands (`://user:…@host`).
    Given,
}

/// Words by which a value says that it is none, whatever the format. Four letters and more: in
/// random text of the usual length they do not occur by chance.
const SAYS: &[&str] = &[
    "example",
    "placeholder",
    "redacted",
    "changeme",
    "change_me",
    "change-me",
    "dummy",
    "sample",
    "your",
    "insert",
    "replace",
    "foobar",
    "fake",
    "mock",
    "xxxx",
    "0000000",
    "invalid",
    "secret",
    "token",
    "test",
    "password",
    "passwd",
    "todo",
    "fixme",
    "apikey",
    "api_key",
    "api-key",
    "qwerty",
    "letmein",
    "hunter2",
    "abcdef",
    "abc123",
    "12345",
    "deadbeef",
    "lorem",
    "dontuse",
    "notreal",
    "not-real",
    "not_real",
    "snip",
    "insecure",
    "goes-here",
    "goes_here",
];

/// The same, of values that only their place says to be credentials.
const WORDS: &[&str] = &[
    "hello",
    "world",
    "default",
    "none",
    "null",
    "admin",
    "passw0rd",
    "undefined",
    "wrong",
    "correct",
    "tiger",
    "x-oauth",
    "unused",
    "deprecated",
    "django",
    "python",
];

/// Values that stand for a password in every second document.
const STOCK: &[&str] = &[
    "pass",
    "pw",
    "pwd",
    "user",
    "username",
    "root",
    "guest",
    "tiger",
    "foo",
    "bar",
    "baz",
    "spam",
    "eggs",
    "postgres",
    "mysql",
    "redis",
    "mongo",
    "rabbitmq",
    "minio",
    "minioadmin",
    "s3cret",
    "s3cr3t",
    "p4ssw0rd",
    "p@ssw0rd",
    "p@ssword",
    "pa$$word",
    "pa55word",
    "demo",
    "temp",
    "string",
    "value",
    "key",
    "pass123",
    "admin123",
    "sa",
    "scott",
    "me",
    "xyz",
    "abc",
    "airflow",
    "django",
    "celery",
    "app",
    "db",
    "dbpass",
    "dbpassword",
    "mypass",
    "passphrase",
    "correct",
];

/// Whether a token of a known format says of itself that it is an example. Its prefix is not
/// looked at: there are such words in them (`sk_test_`, `AGE-SECRET-KEY-`).
pub(crate) fn made_up(secret: &str, prefixes: &[&str]) -> bool {
    if secret.len() > LONGEST {
        return false;
    }
    let behind = |prefix: &&str| {
        let head = secret.get(..prefix.len())?;
        let starts = head.eq_ignore_ascii_case(prefix);
        starts.then(|| secret.get(prefix.len()..)).flatten()
    };
    let body = prefixes.iter().find_map(behind).unwrap_or(secret);
    let lower = body.to_ascii_lowercase();
    let lower = ["_test-", "token="]
        .iter()
        .fold(lower, |text, word| text.replacen(word, "", 1));
    SAYS.iter().any(|word| lower.contains(word)) || monotone(body)
}

/// Runs (`abcdefgh`, `12345678`) and repetitions (`abcabcabc`) that no generator makes.
pub(crate) fn monotone(value: &str) -> bool {
    let bytes = value.as_bytes();
    let mut run = 1;
    let mut longest = 1;
    for (one, next) in bytes.iter().zip(bytes.iter().skip(1)) {
        run = if one.checked_add(1) == Some(*next) {
            run + 1
        } else {
            1
        };
        longest = longest.max(run);
    }
    let periodic = |period: usize| {
        let same = bytes
            .iter()
            .zip(bytes.iter().skip(period))
            .filter(|(one, other)| one == other);
        bytes.len() >= period * 3 && same.count() * 10 >= (bytes.len() - period) * 9
    };
    longest >= 7 || (1..=10).any(periodic)
}

/// Whether a value may be what is expected there.
pub(crate) fn plausible(value: &str, expected: Expected) -> bool {
    let value = value.trim();
    if value.len() > LONGEST || stands_for(value) || monotone(value) {
        return false;
    }
    match expected {
        Expected::Token => token(value),
        Expected::Password => password(value) || random(value) && token(value),
        Expected::Given => given(value),
    }
}

/// Something else is put there later, or it is said to be none.
fn stands_for(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let templated = [
        "${", "{{", "}}", "%(", "$(", "<%", "...", "#{", "{0}", "%s", "__", "**", "::", "()", "->",
    ]
    .iter()
    .any(|part| value.contains(part));
    templated
        || value.starts_with(['$', '<', '{', '%', '@', '&', '*', '[', '(', '!'])
            && value.len() < 64
            && value
                .get(1..)
                .is_some_and(|rest| rest.starts_with(|char: char| char.is_ascii_alphabetic()))
        || value.ends_with(['>', '}', '%', ']'])
        || placeholder::shape(value)
        || placeholder::remark(value)
        || placeholder::expression(value)
        || SAYS.iter().chain(WORDS).any(|word| lower.contains(word))
        || STOCK.contains(&lower.as_str())
}

fn token(value: &str) -> bool {
    let usual = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_-.~!@#$%^&*:,|?".contains(&byte);
    value.len() >= 16
        && value.bytes().all(usual)
        && distinct(value, 8)
        && !identifier(value)
        && !address(value)
        && if hexadecimal(value) {
            // Sizes of keys; a digest has them too, but its name says so, and this one says key.
            matches!(value.len(), 32 | 40 | 48 | 64 | 96 | 128) && entropy(value) >= 3.0
        } else {
            random(value) && !worded(value)
        }
}

fn password(value: &str) -> bool {
    let odd = |byte: u8| {
        byte.is_ascii_whitespace() || b"{}<>()[]\\\"'`".contains(&byte) || !byte.is_ascii()
    };
    (8..=64).contains(&value.len())
        && !value.bytes().any(odd)
        && classes(value) >= 3
        && distinct(value, 6)
        && !identifier(value)
        && !address(value)
        && !worded(value)
}

fn given(value: &str) -> bool {
    let odd = |byte: u8| byte.is_ascii_whitespace() || b"{}<>()[]\\\"'`,;".contains(&byte);
    value.len() >= 6
        && !value.bytes().any(odd)
        && distinct(value, 5)
        && (classes(value) >= 2 || value.len() >= 16)
        && !value.starts_with('*')
}

/// How many of small letters, capitals, digits and signs occur.
fn classes(value: &str) -> usize {
    let any = |is: fn(&u8) -> bool| usize::from(value.bytes().any(|byte| is(&byte)));
    any(u8::is_ascii_lowercase)
        + any(u8::is_ascii_uppercase)
        + any(u8::is_ascii_digit)
        + any(u8::is_ascii_punctuation)
}

fn hexadecimal(value: &str) -> bool {
    value
        .bytes()
        .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        || value
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
}

/// Paths, addresses of the web, mail and networks.
fn address(value: &str) -> bool {
    value.contains("://")
        || value.starts_with(['/', '.', '~'])
        || value.get(1..3) == Some(":\\")
        || value.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty() && host.contains('.') && !host.contains('@')
        })
        || value.bytes().filter(|byte| *byte == b'/').count() >= 2 && worded(value)
}

/// Whether half of it are words as people write them: letters of one case (a capital may begin
/// it), four or more, with a vowel. In random text few are.
fn worded(value: &str) -> bool {
    let mut words = 0;
    let mut run: &[u8] = &[];
    let bytes = value.as_bytes();
    let mut start = 0;
    let mut close = |run: &[u8]| {
        let vowel = |byte: &u8| b"aeiouyAEIOUY".contains(byte);
        let vowels = run.iter().filter(|byte| vowel(byte)).count();
        if run.len() >= 4 && vowels > 0 && vowels < run.len() {
            words += run.len();
        }
    };
    for (at, byte) in bytes.iter().enumerate() {
        let begins = byte.is_ascii_uppercase()
            && at > start
            && bytes.get(at - 1).is_some_and(u8::is_ascii_lowercase);
        let falls = byte.is_ascii_lowercase()
            && at > start + 1
            && bytes.get(at - 1).is_some_and(u8::is_ascii_uppercase);
        if !byte.is_ascii_alphabetic() {
            close(run);
            start = at + 1;
        } else if begins {
            close(run);
            start = at;
        } else if falls {
            close(bytes.get(start..at - 1).unwrap_or_default());
            start = at - 1;
        }
        run = bytes.get(start..=at).unwrap_or_default();
    }
    close(run);
    let letters = bytes
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .count();
    words * 2 > letters
}

/// Whether a host is one's own machine, or one of those that documents are written with.
pub(crate) fn is_stock_host(rest: &str) -> bool {
    let authority = rest
        .split(['/', '?', '#', '"', '\'', ' ', '`', '\\', ',', ')'])
        .next();
    let host = authority.unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let host = host.to_ascii_lowercase();
    let last = host.rsplit('.').next().unwrap_or_default();
    matches!(
        host.as_str(),
        "" | "localhost"
            | "127.0.0.1"
            | "[::1]"
            | "0.0.0.0"
            | "host"
            | "hostname"
            | "server"
            | "proxy"
            | "db"
            | "database"
            | "some.host"
            | "google.com"
            | "www.google.com"
            | "foo.com"
            | "bar.com"
            | "domain.com"
            | "proxy.com"
            | "python.org"
            | "host.com"
    ) || host.starts_with("127.")
        || host.starts_with("example.")
        || host.contains(".example.")
        || host.contains(['$', '{'])
        || host.starts_with("your")
        || matches!(
            last,
            "example" | "invalid" | "test" | "local" | "localhost" | "tld"
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn random_values_are_credentials_and_names_are_none() {
        for value in [
            "k7Jx92mQpLzT4vWc8RbN",
            "3f9c2b7e81d64a05b9e0c4d7f1a28365",
            "qd3Xv+9/Lk2mZ0pRt7YwB1sNc8Hg5Jf4",
        ] {
            assert!(plausible(value, Expected::Token), "{value}");
        }
        for value in [
            "django.contrib.auth.hashers.PBKDF2",
            "AuthenticationTokenMiddleware2",
            "/etc/ssl/private/key2.pem",
            "https://acme.io/a1b2c3d4e5f6g7",
            "123e4567-e89b-12d3-a456-426614174000",
            "${SECRET_KEY_1}",
            "your-api-key-goes-here-1",
            "abcdefghijklmnopqrstuvwxyz0123",
            "a1b2a1b2a1b2a1b2a1b2a1b2",
            "{{ secrets.API_KEY_2 }}",
            "os.environ['API_KEY']",
            "xxxxxxxxxxxxxxxxxxxx",
            "bob42@mail.acme.io",
            "sha256-47DEQpj8HBSa",
        ] {
            assert!(!plausible(value, Expected::Token), "{value}");
        }
    }

    #[test]
    fn passwords_are_of_several_kinds_of_characters() {
        for value in ["Tr0ub4dor&3", "xK9!mQ2v", "Zq7-Lp0w-Rt5x"] {
            assert!(plausible(value, Expected::Password), "{value}");
        }
        for value in [
            "password",
            "Password1!",
            "hunter2",
            "secret",
            "correcthorse",
            "Username1",
            "%(password)s",
            "[Pp]ass[0-9]",
        ] {
            assert!(!plausible(value, Expected::Password), "{value}");
        }
        assert!(plausible("s3k7rt", Expected::Given));
        assert!(!plausible("tiger", Expected::Given) && !plausible("pass", Expected::Given));
    }

    #[test]
    fn tokens_that_say_so_are_made_up() {
        assert!(made_up("xoxb-your-token-goes-here", &["xoxb-"]));
        assert!(made_up("glpat-abcdefghijklmnopqrst", &[]));
        assert!(!made_up(
            concat!("sk_test_", "5TR9SPofbciOx9gy1CJdObOI"),
            &["sk_live_", "sk_test_"]
        ));
    }

    #[test]
    fn stock_hosts() {
        for rest in [
            "localhost:5432/a",
            "db.example.com/x",
            "127.0.0.1",
            "x.test/",
            "${HOST}/a",
        ] {
            assert!(is_stock_host(rest), "{rest}");
        }
        assert!(!is_stock_host("db.acme.io:5432/app"));
    }

    proptest! {
        #[test]
        fn any_value_is_judged(value in "\\PC{0,80}") {
            for expected in [Expected::Token, Expected::Password, Expected::Given] {
                plausible(&value, expected);
            }
            made_up(&value, &["a", "é"]);
            is_stock_host(&value);
        }
    }
}
