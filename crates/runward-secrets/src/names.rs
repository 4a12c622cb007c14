//! Whether a field is secret by its name.
//!
//! The rule, in full (the README has the table that a test holds it to):
//!
//! 1. A name is its words: `dbPassword1`, `DB_PASSWORD` and `db.password` are the same.
//! 2. It is secret where one of its words (or two or three in a row, `api key`) is a secret one.
//! 3. Not so where a word of measure or description follows the last secret one: `token_count`,
//!    `password_policy_enabled`, `secret_name`. It is about a secret then, and holds none.
//! 4. `has_password`, `max_tokens`: a flag or a number. Secret only if the value is neither.
//! 5. Fields such as `description` are redacted for what they are, whoever's they are:
//!    `task_description` too, `description_length` not.

use std::collections::{HashMap, HashSet};

use crate::words::Words;

/// What a name says of the value that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameClass {
    /// One of the fields that are never shown.
    Field,
    /// A secret, and hardly ever anything else.
    Secret,
    /// A secret in a record (`session`, `signature`); in running text often an ordinary word.
    Doubtful,
    /// A secret unless the value is a number, a boolean or nothing.
    SecretText,
    Plain,
}

/// Why a word cannot be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamesError {
    /// It has no letter or digit.
    Empty(String),
    /// It has more than eight words.
    TooLong(String),
}

impl std::fmt::Display for NamesError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty(word) => write!(
                f,
                "`{}` has no letter or digit; name a field such as `customer` or a word such as \
                 `pin`",
                word.escape_debug()
            ),
            Self::TooLong(word) => write!(
                f,
                "`{}` has more than eight words; name one field or one word",
                word.escape_debug()
            ),
        }
    }
}

impl std::error::Error for NamesError {}

const FIELDS: &[&str] = &["description", "metadata", "deadline", "tags"];

const SECRET: &str = "password passwords passwd passphrase passphrases passcode pwd secret secrets token \
     tokens credential credentials creds dsn apikey apikeys accesskey secretkey privatekey \
     clientsecret connectionstring bearer jwt otp totp passwordhash passwort kennwort \
     contrasena motdepasse senha";

/// Two or three words in a row, with commas between.
const SECRET_PHRASES: &str = "api key, api keys, private key, private keys, access key, access keys, secret key, \
     secret keys, encryption key, signing key, master key, ssh key, account key, shared \
     key, storage key, service key, deploy key, license key, webhook key, hmac key, aes \
     key, symmetric key, auth key, connection string, conn string, conn str, recovery code, \
     recovery codes, backup code, backup codes, security answer, db pass, user pass, mysql \
     pass, smtp pass, ftp pass, root pass, admin pass, database pass, private pem, mot de \
     passe";

const DOUBTFUL: &[&str] = &[
    "auth",
    "authorization",
    "session",
    "sessions",
    "sessionid",
    "cookie",
    "cookies",
    "signature",
    "signatures",
    "sig",
    "csrf",
    "xsrf",
    "nonce",
];

/// Ends of words that were run together: `dbpassword`, `csrftoken`.
const ENDINGS: &[&str] = &[
    "password",
    "passwords",
    "passwd",
    "passphrase",
    "pwd",
    "apikey",
    "apikeys",
    "token",
    "secret",
    "secrets",
    "credential",
    "credentials",
    "cookie",
];

/// Words after which a name is about a secret and holds none.
const ABOUT: [&str; 3] = [
    // measures
    "count counts counter length len size limit limits max min total number used usage \
     budget rate bucket per cost age ttl attempts attempt failures strength score entropy \
     remaining quota",
    // times
    "expires expired expiry expiration lifetime timeout duration until at created updated \
     rotated rotation revoked changed started ended start end time date days hours minutes \
     seconds interval",
    // descriptions
    "policy policies id ids name names type types kind kinds status state enabled disabled \
     required valid invalid verified verification mismatch missing present set algorithm \
     alg method methods mode format version scope scopes owner issuer audience user \
     username provider realm level backend manager store vault scan scanner scanning \
     detector detectors detection found field fields rule rules denied granted decision \
     result error errors reason consent domain secure httponly samesite url uri endpoint \
     path file dir env bits ring index",
];

/// First words of a name that is a flag or a number.
const FLAGS: &[&str] = &[
    "has", "is", "needs", "requires", "uses", "allow", "allows", "max", "min", "num", "number",
    "total", "n", "count",
];

/// With `tokens`, the units of language models.
const UNITS: &[&str] = &[
    "input",
    "output",
    "prompt",
    "completion",
    "cached",
    "reasoning",
    "context",
    "used",
];

/// Names of secrets: the built-in ones and a team's own.
#[derive(Debug, Clone)]
pub struct Names {
    terms: HashMap<String, bool>,
    fields: HashSet<String>,
    about: HashSet<&'static str>,
    /// The longest term, in words.
    span: usize,
    field_span: usize,
    /// What a team added, for the search in texts.
    extra: Vec<String>,
}

impl Default for Names {
    fn default() -> Self {
        Self::standard()
    }
}

impl Names {
    pub fn standard() -> Self {
        let term = |doubtful: bool| move |term: &str| (term.to_owned(), doubtful);
        Self {
            terms: SECRET
                .split(' ')
                .chain(SECRET_PHRASES.split(", "))
                .map(term(false))
                .chain(DOUBTFUL.iter().copied().map(term(true)))
                .collect(),
            fields: FIELDS.iter().map(|field| (*field).to_owned()).collect(),
            about: ABOUT.iter().flat_map(|words| words.split(' ')).collect(),
            span: 3,
            field_span: 1,
            extra: Vec::new(),
        }
    }

    /// A further field that is never shown.
    pub fn add_field(&mut self, field: &str) -> Result<(), NamesError> {
        let (field, span) = phrase(field)?;
        self.field_span = self.field_span.max(span);
        self.fields.insert(field);
        Ok(())
    }

    /// A further word that makes a name secret.
    pub fn add_word(&mut self, word: &str) -> Result<(), NamesError> {
        let (word, span) = phrase(word)?;
        self.span = self.span.max(span);
        self.extra.push(word.clone());
        self.terms.insert(word, false);
        Ok(())
    }

    /// Words that a team added, as the words of a name with spaces between.
    pub(crate) fn extra(&self) -> &[String] {
        &self.extra
    }

    /// What a name says of its value, and the word or field that says so.
    pub fn judge(&self, name: &str) -> (NameClass, Option<String>) {
        let words = Words::of(name);
        if words.len() == 0 {
            return (NameClass::Plain, None);
        }
        let mut buffer = String::new();
        for span in 1..=self.field_span.min(words.len()) {
            join(&words, words.len() - span, span, &mut buffer);
            if self.fields.contains(&buffer) {
                return (NameClass::Field, Some(buffer));
            }
        }
        let Some((end, doubtful, term)) = self.last_term(&words, &mut buffer) else {
            return (NameClass::Plain, None);
        };
        let follows = (end..words.len())
            .filter_map(|index| words.get(index))
            .find(|word| !word.bytes().all(|byte| byte.is_ascii_digit()));
        if let Some(follows) = follows {
            // A session's id is the session.
            let identity = matches!(follows, "id" | "ids" | "name")
                && matches!(term.as_str(), "session" | "sessions" | "cookie" | "cookies");
            if self.about.contains(follows) && !(identity && follows != "name") {
                return (NameClass::Plain, None);
            }
        }
        let first = words.get(0).unwrap_or_default();
        let class = if FLAGS.contains(&first) && words.len() > 1
            || term == "tokens" && words.iter().any(|word| UNITS.contains(&word))
        {
            NameClass::SecretText
        } else if doubtful {
            NameClass::Doubtful
        } else {
            NameClass::Secret
        };
        (class, Some(term))
    }

    /// The last secret term of a name: where it ends, whether it is doubtful, and what it is.
    fn last_term(&self, words: &Words, buffer: &mut String) -> Option<(usize, bool, String)> {
        for end in (1..=words.len()).rev() {
            // The longest first: `secret key` rather than `key`.
            for span in (1..=self.span.min(end)).rev() {
                join(words, end - span, span, buffer);
                if let Some(doubtful) = self.terms.get(buffer.as_str()) {
                    return Some((end, *doubtful, buffer.clone()));
                }
            }
            let word = words.get(end - 1).unwrap_or_default();
            if let Some(ending) = ENDINGS.iter().find(|ending| word.ends_with(*ending)) {
                return Some((end, false, (*ending).to_owned()));
            }
        }
        None
    }
}

fn phrase(text: &str) -> Result<(String, usize), NamesError> {
    let words = Words::of(text);
    match words.len() {
        0 => Err(NamesError::Empty(text.to_owned())),
        1..=8 => Ok((words.iter().collect::<Vec<_>>().join(" "), words.len())),
        _ => Err(NamesError::TooLong(text.to_owned())),
    }
}

fn join(words: &Words, start: usize, span: usize, buffer: &mut String) {
    buffer.clear();
    for index in start..start + span {
        if index > start {
            buffer.push(' ');
        }
        buffer.push_str(words.get(index).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readmes_table_is_true() {
        let readme = include_str!("../README.md");
        let names = Names::standard();
        let mut seen = 0;
        for line in readme.lines().filter(|line| line.starts_with("| `")) {
            let mut cells = line.trim_matches('|').split('|').map(str::trim);
            let keys = cells.next().unwrap();
            let verdict = cells.next().unwrap();
            for key in keys.split(',').map(|key| key.trim().trim_matches('`')) {
                let class = match names.judge(key).0 {
                    NameClass::Field => "field",
                    NameClass::Secret => "secret",
                    NameClass::Doubtful => "doubtful",
                    NameClass::SecretText => "secret unless a number or flag",
                    NameClass::Plain => "plain",
                };
                assert_eq!(class, verdict, "{key}");
                seen += 1;
            }
        }
        assert!(seen > 80, "{seen}");
    }

    #[test]
    fn a_teams_own_words_and_fields_count() {
        let mut names = Names::standard();
        names.add_word("IBAN").unwrap();
        names.add_word("tax number").unwrap();
        names.add_field("customer").unwrap();
        assert_eq!(names.judge("payerIban").0, NameClass::Secret);
        assert_eq!(names.judge("TAX_NUMBER").0, NameClass::Secret);
        assert_eq!(names.judge("iban_count").0, NameClass::Plain);
        assert_eq!(names.judge("old.customer").0, NameClass::Field);
        assert_eq!(names.judge("password").0, NameClass::Secret);
        assert!(names.add_word(" - ").is_err());
        assert!(names.add_word("a b c d e f g h i").is_err());
    }
}
