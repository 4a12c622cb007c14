//! Digests in the spellings of lockfiles, CycloneDX and SPDX.

use std::collections::HashSet;

/// One algorithm under its names.
struct Algorithm {
    /// As Runward writes it, before a colon; also the name in Subresource Integrity.
    name: &'static str,
    cyclonedx: &'static str,
    spdx: &'static str,
    hex_digits: usize,
}

const ALGORITHMS: [Algorithm; 12] = [
    Algorithm {
        name: "md5",
        cyclonedx: "MD5",
        spdx: "MD5",
        hex_digits: 32,
    },
    Algorithm {
        name: "sha1",
        cyclonedx: "SHA-1",
        spdx: "SHA1",
        hex_digits: 40,
    },
    Algorithm {
        name: "sha256",
        cyclonedx: "SHA-256",
        spdx: "SHA256",
        hex_digits: 64,
    },
    Algorithm {
        name: "sha384",
        cyclonedx: "SHA-384",
        spdx: "SHA384",
        hex_digits: 96,
    },
    Algorithm {
        name: "sha512",
        cyclonedx: "SHA-512",
        spdx: "SHA512",
        hex_digits: 128,
    },
    Algorithm {
        name: "sha3-256",
        cyclonedx: "SHA3-256",
        spdx: "SHA3-256",
        hex_digits: 64,
    },
    Algorithm {
        name: "sha3-384",
        cyclonedx: "SHA3-384",
        spdx: "SHA3-384",
        hex_digits: 96,
    },
    Algorithm {
        name: "sha3-512",
        cyclonedx: "SHA3-512",
        spdx: "SHA3-512",
        hex_digits: 128,
    },
    Algorithm {
        name: "blake2b-256",
        cyclonedx: "BLAKE2b-256",
        spdx: "BLAKE2b-256",
        hex_digits: 64,
    },
    Algorithm {
        name: "blake2b-384",
        cyclonedx: "BLAKE2b-384",
        spdx: "BLAKE2b-384",
        hex_digits: 96,
    },
    Algorithm {
        name: "blake2b-512",
        cyclonedx: "BLAKE2b-512",
        spdx: "BLAKE2b-512",
        hex_digits: 128,
    },
    Algorithm {
        name: "blake3",
        cyclonedx: "BLAKE3",
        spdx: "BLAKE3",
        hex_digits: 64,
    },
];

/// A digest whose algorithm both bill formats know.
#[derive(Clone)]
pub(crate) struct Digest {
    algorithm: &'static Algorithm,
    pub(crate) hex: String,
}

impl Digest {
    pub(crate) fn cyclonedx_algorithm(&self) -> &'static str {
        self.algorithm.cyclonedx
    }

    pub(crate) fn spdx_algorithm(&self) -> &'static str {
        self.algorithm.spdx
    }

    /// Reads `sha256:…`, `sha512-<base64>` (Subresource Integrity) and bare hexadecimal digits,
    /// whose number tells the algorithm. Go's `h1:` is a digest over file names and digests, no
    /// digest of a file, and is none here.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((name, hex)) = text.split_once(':') {
            return Self::new(name, hex);
        }
        if let Some(digest) = text
            .split_once('=')
            .and_then(|(name, hex)| Self::new(name, hex))
        {
            return Some(digest);
        }
        if let Some((name, encoded)) = text.split_once('-') {
            // Options may follow a Subresource Integrity digest.
            let encoded = encoded.split('?').next().unwrap_or_default();
            return Self::new(name, &hex_of_base64(encoded)?);
        }
        let name = ALGORITHMS
            .iter()
            .take(5)
            .find(|algorithm| algorithm.hex_digits == text.len())?
            .name;
        Self::new(name, text)
    }

    /// A digest from an algorithm's name in any of the spellings, and hexadecimal digits.
    pub(crate) fn new(name: &str, hex: &str) -> Option<Self> {
        let name = name.trim();
        let hex = hex.trim();
        let algorithm = ALGORITHMS.iter().find(|algorithm| {
            [algorithm.name, algorithm.cyclonedx, algorithm.spdx]
                .iter()
                .any(|spelling| spelling.eq_ignore_ascii_case(name))
        })?;
        let fits = hex.len() == algorithm.hex_digits && hex.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| Self {
            algorithm,
            hex: hex.to_ascii_lowercase(),
        })
    }

    /// `sha256:…`, as lockfiles write it.
    pub(crate) fn canonical(&self) -> String {
        format!("{}:{}", self.algorithm.name, self.hex)
    }
}

/// The digests of a component, and the texts that say something else: several digests by one
/// algorithm belong to several files (the wheels of a release) and not to the component.
pub(crate) fn divide(hashes: &[String]) -> (Vec<Digest>, Vec<&str>) {
    let mut digests: Vec<Digest> = Vec::new();
    let mut other: Vec<&str> = Vec::new();
    let mut seen = HashSet::new();
    let mut algorithms = HashSet::new();
    for text in hashes {
        match Digest::parse(text) {
            Some(digest) => {
                if seen.insert(digest.canonical()) {
                    algorithms.insert(digest.algorithm.name);
                    digests.push(digest);
                }
            }
            None => other.push(text),
        }
    }
    if algorithms.len() == digests.len() {
        (digests, other)
    } else {
        (Vec::new(), hashes.iter().map(String::as_str).collect())
    }
}

fn hex_of_base64(text: &str) -> Option<String> {
    use std::fmt::Write as _;
    let mut hex = String::with_capacity(text.len() * 3 / 2);
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        buffer = (buffer << 6 | u32::from(value)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            // Writing to a string cannot fail.
            let _ = write!(hex, "{:02x}", (buffer >> bits) & 0xFF);
        }
    }
    Some(hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_meet_in_one() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let base64 = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let canonical = format!("sha256:{hex}");
        for text in [canonical.as_str(), hex, base64, &format!("SHA-256={hex}")] {
            assert_eq!(
                Digest::parse(text).unwrap().canonical(),
                canonical,
                "{text}"
            );
        }
        for bad in [
            "",
            "sha256:",
            "sha256:xy",
            "h1:abc=",
            "sha256-###",
            "md5:00",
            "-",
            ":",
        ] {
            assert!(Digest::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn digests_of_several_files_are_not_the_components() {
        let one = vec![
            format!("sha256:{}", "a".repeat(64)),
            format!("md5:{}", "b".repeat(32)),
        ];
        assert_eq!(divide(&one).0.len(), 2);
        let wheels = vec![
            format!("sha256:{}", "a".repeat(64)),
            format!("sha256:{}", "b".repeat(64)),
        ];
        let (digests, other) = divide(&wheels);
        assert!(digests.is_empty());
        assert_eq!(other.len(), 2);
        let go = vec!["h1:abc=".to_owned()];
        assert_eq!(divide(&go).1, ["h1:abc="]);
    }
}
