//! Checks beyond an expression: checksums, structure, randomness.

use crate::{Confidence, rule::Check, structure};

/// `None`: not a credential. Otherwise how sure one can be, given what the format promises.
pub(crate) fn judge(check: Check, text: &str, promised: Confidence) -> Option<Confidence> {
    let doubt = |holds: bool| Some(if holds { promised } else { Confidence::Low });
    let holds = match check {
        Check::None => true,
        // Somebody's mistyped token is still most of a token: doubtful, but not nothing.
        Check::Checksum => return doubt(structure::checksum(text)),
        Check::Grafana => return doubt(structure::grafana(text)),
        Check::Macaroon => return doubt(structure::macaroon(text)),
        Check::Aws => return doubt(structure::aws(text)),
        Check::Base64 => return doubt(structure::key_bytes(text)),
        // Half a key is still half a key.
        Check::Pem => return doubt(structure::pem(text)),
        Check::Jwt if structure::jwt(text) => return doubt(structure::jwt_claims(text)),
        Check::Jwt => false,
        Check::Basic => structure::basic(text),
        Check::Mixed => mixed(text),
        Check::Pem64 => structure::pem_in_base64(text),
        Check::Json64 => structure::json_in_base64(text),
        Check::Reftkn => structure::reference_token(text),
    };
    holds.then_some(promised)
}

pub(crate) fn mixed(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
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
    fn entropy_is_of_the_distribution() {
        assert!(entropy("aaaa").abs() < 1e-9);
        assert!((entropy("abcd") - 2.0).abs() < 1e-9);
        assert!(entropy("").abs() < 1e-9);
    }
}
