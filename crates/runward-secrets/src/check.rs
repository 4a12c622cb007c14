//! Checks beyond an expression: checksums, structure, randomness.

use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::Value;

use crate::{Confidence, rule::Check};

/// `None`: not a credential. Otherwise how sure one can be, given what the format promises.
pub(crate) fn judge(check: Check, text: &str, promised: Confidence) -> Option<Confidence> {
    let holds = match check {
        // Somebody's mistyped token is still most of a token: doubtful, but not nothing.
        Check::Checksum if !checksum(text) => return Some(Confidence::Low),
        Check::None | Check::Checksum => true,
        Check::Jwt => jwt(text),
        Check::Basic => basic(text),
        Check::Mixed => mixed(text),
    };
    holds.then_some(promised)
}

pub(crate) fn mixed(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn checksum(text: &str) -> bool {
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

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

fn jwt(text: &str) -> bool {
    let Some(header) = text.split('.').next() else {
        return false;
    };
    let engine = GeneralPurpose::new(&URL_SAFE, LENIENT);
    engine
        .decode(header)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
        .is_some_and(|header| header.get("alg").is_some() || header.get("enc").is_some())
}

fn basic(text: &str) -> bool {
    GeneralPurpose::new(&STANDARD, LENIENT)
        .decode(text)
        .is_ok_and(|bytes| bytes.contains(&b':') && std::str::from_utf8(&bytes).is_ok())
}

/// Whether so many different bytes occur: without 12 of them there are no 3.5 bits per byte, and
/// this costs a fraction of what they cost to tell.
pub(crate) fn distinct(text: &str, least: u32) -> bool {
    let mut seen = [0_u8; 256];
    for byte in text.bytes() {
        if let Some(seen) = seen.get_mut(usize::from(byte)) {
            *seen = 1;
        }
    }
    seen.iter().map(|seen| u32::from(*seen)).sum::<u32>() >= least
}

/// Shannon's bits per byte.
pub(crate) fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let length = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX).max(1));
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / length;
            -share * share.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
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
    fn entropy_is_of_the_distribution() {
        assert!(entropy("aaaa").abs() < 1e-9);
        assert!((entropy("abcd") - 2.0).abs() < 1e-9);
        assert!(entropy("").abs() < 1e-9);
    }
}
