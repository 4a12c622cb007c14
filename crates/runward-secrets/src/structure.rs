//! Formats that say by their structure whether something is one of them.

use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::Value;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

fn standard(text: &str) -> Option<Vec<u8>> {
    GeneralPurpose::new(&STANDARD, LENIENT).decode(text).ok()
}

fn url_safe(text: &str) -> Option<Vec<u8>> {
    GeneralPurpose::new(&URL_SAFE, LENIENT).decode(text).ok()
}

/// The last six characters are the CRC-32 of the rest behind the prefix, in base 62.
pub(crate) fn checksum(text: &str) -> bool {
    let Some((_, body)) = text.rsplit_once('_') else {
        return false;
    };
    let Some((random, sum)) = body
        .len()
        .checked_sub(6)
        .and_then(|at| body.split_at_checked(at))
    else {
        return false;
    };
    let mut value: u64 = 0;
    for byte in sum.bytes() {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            b'a'..=b'z' => byte - b'a' + 36,
            _ => return false,
        };
        value = value * 62 + u64::from(digit);
    }
    value == u64::from(crc32fast::hash(random.as_bytes()))
}

/// Grafana's: the CRC-32 of prefix and body, as eight hexadecimal digits.
pub(crate) fn grafana(text: &str) -> bool {
    text.rsplit_once('_').is_some_and(|(body, sum)| {
        u32::from_str_radix(sum, 16) == Ok(crc32fast::hash(body.as_bytes()))
    })
}

/// The header of a JSON web token names an algorithm.
pub(crate) fn jwt(text: &str) -> bool {
    let header = text.split('.').next().and_then(url_safe);
    header
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
        .is_some_and(|header| header.get("alg").is_some() || header.get("enc").is_some())
}

/// Of a signed token, the claims are a JSON object too, with one of the registered ones: `{"some":
/// "payload"}` is what documents sign. (Those of an encrypted one are not to be seen: it has five
/// parts.)
pub(crate) fn jwt_claims(text: &str) -> bool {
    const REGISTERED: &[&str] = &["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];
    let mut parts = text.split('.');
    let claims = parts.nth(1).and_then(url_safe);
    parts.count() > 1
        || claims
            .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
            .and_then(|claims| claims.as_object().cloned())
            .is_some_and(|claims| REGISTERED.iter().any(|name| claims.contains_key(*name)))
}

/// Base64 of `user:password`.
pub(crate) fn basic(text: &str) -> bool {
    standard(text).is_some_and(|bytes| {
        let colon = bytes.iter().position(|byte| *byte == b':');
        let printable =
            std::str::from_utf8(&bytes).is_ok_and(|text| !text.chars().any(char::is_control));
        colon.is_some() && printable
    })
}

/// What a basic authorization says after the colon.
pub(crate) fn basic_password(text: &str) -> Option<String> {
    let text = String::from_utf8(standard(text)?).ok()?;
    text.split_once(':')
        .map(|(_, password)| password.to_owned())
}

/// A macaroon of version 2, read to its end: a location, an identifier, caveats, a signature of 32
/// bytes. <https://github.com/rescrv/libmacaroons/blob/master/doc/format.txt>
pub(crate) fn macaroon(text: &str) -> bool {
    const END: u8 = 0;
    const SIGNATURE: u8 = 6;
    let Some(bytes) = text.split_once('-').and_then(|(_, body)| url_safe(body)) else {
        return false;
    };
    // The version stands first, and has no length.
    let Some((2, mut rest)) = bytes.split_first() else {
        return false;
    };
    let mut take = || -> Option<(u8, Vec<u8>)> {
        let (kind, after) = rest.split_first()?;
        rest = after;
        if *kind == END {
            return Some((END, Vec::new()));
        }
        let mut length = 0_usize;
        for shift in [0, 7, 14] {
            let (byte, after) = rest.split_first()?;
            rest = after;
            length |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let (field, after) = rest.split_at_checked(length)?;
        rest = after;
        Some((*kind, field.to_vec()))
    };
    let mut walk = || -> Option<bool> {
        let mut identified = false;
        // Header and each caveat are a section that ends; an empty one ends them all.
        for _ in 0..64 {
            let mut fields = 0;
            loop {
                let (kind, _) = take()?;
                if kind == END {
                    break;
                }
                identified |= kind == 2;
                fields += 1;
            }
            if fields == 0 {
                let (kind, signature) = take()?;
                return Some(identified && kind == SIGNATURE && signature.len() == 32);
            }
        }
        None
    };
    walk().unwrap_or(false)
}

/// The account that an AWS access key id belongs to. Ids of before 2019 (`AKIAI…`, `AKIAJ…`) have
/// none in them.
pub(crate) fn aws_account(id: &str) -> Option<u64> {
    let body = id.as_bytes().get(4..)?;
    if matches!(body.first(), Some(b'I' | b'J')) {
        return None;
    }
    let mut bits: u64 = 0;
    // Ten characters of five bits hold the first six bytes, and two bits more.
    for byte in body.get(..10)? {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u64::from(value);
    }
    Some((bits >> 2 & 0x7fff_ffff_ff80) >> 7)
}

/// Whether the account number that is in an AWS access key id has at most its twelve digits.
pub(crate) fn aws(id: &str) -> bool {
    aws_account(id).is_none_or(|account| account <= 999_999_999_999)
}

/// What is between the marks of a PEM block, without blanks, escapes and headers.
pub(crate) fn pem_body(text: &str) -> String {
    let text = text
        .split_once("KEY-----")
        .or_else(|| text.split_once("BLOCK-----"))
        .or_else(|| text.split_once("KEY ----"))
        .map_or(text, |(_, body)| body);
    let text = text.split("-----").next().unwrap_or_default();
    let mut body = String::with_capacity(text.len());
    let plain = text.replace("\\r", "").replace("\\n", "\n");
    for line in plain.split('\n') {
        // `Proc-Type: 4,ENCRYPTED`, `Version: GnuPG v2`.
        if line.contains(": ") {
            continue;
        }
        body.extend(
            line.chars()
                .filter(|char| char.is_ascii_alphanumeric() || matches!(char, '+' | '/' | '=')),
        );
    }
    body
}

/// Enough base64 for a key: an Ed25519 key has 64 characters.
pub(crate) fn pem(text: &str) -> bool {
    let body = pem_body(text);
    body.len() >= 60 && crate::check::distinct(&body, 20)
}

/// Base64 of a private key in PEM.
pub(crate) fn pem_in_base64(text: &str) -> bool {
    standard(text)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .is_some_and(|inner| inner.contains("PRIVATE KEY-----") && pem(&inner))
}

/// Base64 of a key: 32 bytes or more that are not text.
pub(crate) fn key_bytes(text: &str) -> bool {
    standard(text).is_some_and(|bytes| bytes.len() >= 31 && std::str::from_utf8(&bytes).is_err())
}

/// Base64 of a JSON object, from its `eyJ` on to its end or the next point.
pub(crate) fn json_in_base64(text: &str) -> bool {
    let body = text.find("eyJ").and_then(|at| text.get(at..));
    let Some(body) = body.and_then(|body| body.split('.').next()) else {
        return false;
    };
    let bytes = standard(body).or_else(|| url_safe(body));
    bytes
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
        .is_some_and(|value| value.is_object())
}

/// Base64 of `reftkn:`, version, expiry and the token itself.
pub(crate) fn reference_token(text: &str) -> bool {
    standard(text).is_some_and(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        let parts: Vec<_> = text.split(':').collect();
        matches!(parts.as_slice(), ["reftkn", version, expiry, _]
            if version.len() == 2 && expiry.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_checksum_holds_for_what_it_was_made_for_only() {
        let sum = |mut value: u32| {
            let mut digits = Vec::new();
            for _ in 0..6 {
                let digit = u8::try_from(value % 62).unwrap();
                digits.push(match digit {
                    0..=9 => b'0' + digit,
                    10..=35 => b'A' + digit - 10,
                    _ => b'a' + digit - 36,
                });
                value /= 62;
            }
            digits.reverse();
            String::from_utf8(digits).unwrap()
        };
        let body = "abcdefghijklmnopqrstuvwxyz0123";
        let token = format!("ghp_{body}{}", sum(crc32fast::hash(body.as_bytes())));
        assert!(checksum(&token));
        assert!(!checksum(&token.replace("abc", "abd")));
    }

    #[test]
    fn the_account_is_read_from_an_access_key_id() {
        // The example of the article that published the layout.
        let id = concat!("ASIAQ", "NZGKIQY56JQ7WML");
        assert_eq!(aws_account(id), Some(29_608_264_753));
        assert_eq!(aws_account("AKIAIOSFODNN7EXAMPLE"), None);
        assert!(!aws("AKIA7777777777777777"));
    }

    #[test]
    fn the_body_of_a_key_is_the_same_however_it_is_written() {
        let plain = "-----BEGIN PRIVATE KEY-----\nQUJD\r\nREVG\n-----END PRIVATE KEY-----";
        let escaped = r"-----BEGIN PRIVATE KEY-----\nQUJD\r\nREVG\n-----END PRIVATE KEY-----\n";
        assert_eq!(pem_body(plain), "QUJDREVG");
        assert_eq!(pem_body(escaped), "QUJDREVG");
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in "\\PC*|pypi-[A-Za-z0-9_-]{0,80}|glsa_[a-z0-9_]*|eyJ[A-Za-z0-9.]*") {
            let _ = (checksum(&text), grafana(&text), jwt(&text), jwt_claims(&text), basic(&text));
            let _ = (macaroon(&text), aws(&text), pem(&text), pem_in_base64(&text));
            let _ = (key_bytes(&text), json_in_base64(&text), reference_token(&text));
        }
    }
}
