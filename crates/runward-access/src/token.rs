//! The text of an API token.
//!
//! `rw_<id>_<secret><checksum>`: a prefix that secret scanners know, the id by which people and the
//! log name it, 32 random bytes, and the CRC-32 of all before, so that a scanner tells a token from
//! its likeness without asking anybody. Bytes are written in base 32 (RFC 4648 §6, lower case,
//! no padding), which has no sign that a shell, a URL or a double click stops at.
//!
//! Stored is the SHA-256 of the secret. A slow, salted hash such as Argon2 protects what people
//! choose, because that can be guessed; 256 random bits cannot, and a slow hash would only hand out
//! a way to keep the server busy.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use thiserror::Error;

const PREFIX: &str = "rw_";
const ID_BYTES: usize = 8;
const SECRET_BYTES: usize = 32;
/// Characters of each part.
const ID_CHARS: usize = 13;
const SECRET_CHARS: usize = 52;
const CHECK_CHARS: usize = 7;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Random bytes for one token, from the operating system.
pub type TokenEntropy = [u8; ID_BYTES + SECRET_BYTES];

/// A text that is no token. Says nothing of what it had instead: that may be another's secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this is not a Runward API token; a whole one starts with `rw_` and has 76 characters")]
pub struct NotAToken;

/// A token as its owner holds it. Shows its id only.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenText {
    id: String,
    secret: [u8; SECRET_BYTES],
}

impl TokenText {
    pub fn new(entropy: &TokenEntropy) -> Self {
        let mut secret = [0; SECRET_BYTES];
        for (to, from) in secret.iter_mut().zip(entropy.iter().skip(ID_BYTES)) {
            *to = *from;
        }
        Self {
            id: encode(entropy.iter().copied().take(ID_BYTES)),
            secret,
        }
    }

    /// Reads a token; space around it is left out, as copying brings it along.
    pub fn parse(text: &str) -> Result<Self, NotAToken> {
        let text = text.trim();
        let whole = PREFIX.len() + ID_CHARS + 1 + SECRET_CHARS + CHECK_CHARS;
        if text.len() != whole {
            return Err(NotAToken);
        }
        let (signed, check) = text
            .split_at_checked(whole - CHECK_CHARS)
            .ok_or(NotAToken)?;
        if check != checksum(signed) {
            return Err(NotAToken);
        }
        let (id, secret) = signed
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('_'))
            .ok_or(NotAToken)?;
        let bytes = decode(secret).filter(|_| decode(id).is_some_and(|it| it.len() == ID_BYTES));
        Ok(Self {
            id: id.to_owned(),
            secret: bytes
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or(NotAToken)?,
        })
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    /// What its owner is shown, once.
    pub fn reveal(&self) -> String {
        let mut text = format!(
            "{PREFIX}{}_{}",
            self.id,
            encode(self.secret.iter().copied())
        );
        text.push_str(&checksum(&text));
        text
    }

    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.secret).into()
    }

    /// Compares without telling by its time how much was right.
    pub(crate) fn matches(&self, hash: &[u8]) -> bool {
        bool::from(self.hash().as_slice().ct_eq(hash))
    }
}

impl std::fmt::Debug for TokenText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TokenText({})", self.id)
    }
}

fn checksum(text: &str) -> String {
    encode(crc32fast::hash(text.as_bytes()).to_be_bytes())
}

fn encode(bytes: impl IntoIterator<Item = u8>) -> String {
    let mut text = String::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut push = |five: u32| {
        if let Some(&letter) = ALPHABET.get((five & 31) as usize) {
            text.push(char::from(letter));
        }
    };
    for byte in bytes {
        bits = (bits << 8) | u32::from(byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            push(bits >> held);
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        push(bits << (5 - held));
    }
    text
}

/// The bytes of a text that [`encode`] wrote; nothing else stands for them.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let five = match letter {
            b'a'..=b'z' => letter - b'a',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5) | u32::from(five);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
        bits &= (1 << held) - 1;
    }
    (held < 5 && bits == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn base_32_is_that_of_the_standard() {
        // RFC 4648 §10, in lower case and without padding.
        for (bytes, text) in [
            ("", ""),
            ("f", "my"),
            ("fo", "mzxq"),
            ("foo", "mzxw6"),
            ("foob", "mzxw6yq"),
            ("fooba", "mzxw6ytb"),
            ("foobar", "mzxw6ytboi"),
        ] {
            assert_eq!(encode(bytes.bytes()), text);
            assert_eq!(decode(text).unwrap(), bytes.as_bytes());
        }
        // Bits that are left over must be nought: one text for each value.
        assert_eq!(decode("mz"), None);
    }

    #[test]
    fn others_can_check_a_token() {
        // Made by Python's `base64` alphabet and `binascii.crc32` after the description above.
        let id: Vec<u8> = (0..8).collect();
        let secret: Vec<u8> = (0..32).collect();
        let entropy: TokenEntropy = [id, secret].concat().try_into().unwrap();
        assert_eq!(
            TokenText::new(&entropy).reveal(),
            "rw_aaaqeayeaudao_aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypqcgmjbyq"
        );
    }

    #[test]
    fn what_is_shown_for_debugging_has_no_secret() {
        let token = TokenText::new(&[7; 40]);
        let secret = token.reveal();
        let shown = format!("{token:?}");
        assert!(!shown.contains(secret.get(17..40).unwrap()), "{shown}");
    }

    proptest! {
        #[test]
        fn a_token_is_read_back(entropy in proptest::array::uniform32(any::<u8>()), id in any::<[u8; 8]>()) {
            let mut bytes = [0; 40];
            bytes[..8].copy_from_slice(&id);
            bytes[8..].copy_from_slice(&entropy);
            let token = TokenText::new(&bytes);
            let text = token.reveal();
            prop_assert_eq!(text.len(), 76);
            let again = TokenText::parse(&format!(" {text}\n")).unwrap();
            prop_assert_eq!(&again, &token);
            prop_assert!(again.matches(&token.hash()));
        }

        #[test]
        fn one_wrong_sign_is_noticed(at in 0_usize..76, sign in "[ -~]") {
            let text = TokenText::new(&[9; 40]).reveal();
            let mut wrong = text.clone();
            wrong.replace_range(at..=at, &sign);
            prop_assume!(wrong != text);
            prop_assert_eq!(TokenText::parse(&wrong), Err(NotAToken));
        }

        #[test]
        fn any_text_is_judged(text in "\\PC*|rw_[a-z2-7]{13}_[a-z2-7]{59}") {
            let _ = TokenText::parse(&text);
        }
    }
}
