//! Addresses of advisories and URIs of files.

use std::fmt::Write as _;

/// The page of an advisory: OSV has one for every database that it collects, which includes every
/// one that a finding can come from.
pub(crate) fn advisory_url(id: &str) -> String {
    let mut url = String::from("https://osv.dev/vulnerability/");
    encode(&mut url, id, |byte| {
        byte == b'-' || byte == b'.' || byte == b'_'
    });
    url
}

/// A relative URI reference (RFC 3986) of a path under the root. `:` is encoded too: in a first
/// segment it would read as a scheme.
pub(crate) fn file_uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    let path = path.trim_start_matches("./").trim_start_matches('/');
    encode(&mut uri, path, |byte| {
        matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~')
    });
    uri
}

fn encode(out: &mut String, text: &str, also_plain: impl Fn(u8) -> bool) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || also_plain(byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_relative_and_encoded() {
        assert_eq!(file_uri("a b/c:d.txt"), "a%20b/c%3Ad.txt");
        assert_eq!(file_uri("/etc/passwd"), "etc/passwd");
        assert_eq!(file_uri("ü"), "%C3%BC");
        assert_eq!(
            advisory_url("X/../y"),
            "https://osv.dev/vulnerability/X%2F..%2Fy"
        );
    }
}
