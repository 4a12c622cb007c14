//! URLs that leave the project: without credentials, and only where they are URLs.

/// Takes user names and passwords out of every `scheme://user:password@host` in a text. A bill of
/// materials is handed to others, and an index URL often carries a token.
pub(crate) fn redact(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        redacted.push_str(before);
        let authority_end = after
            .find(|c: char| matches!(c, '/' | '?' | '#') || c.is_whitespace())
            .unwrap_or(after.len());
        let (authority, tail) = after.split_at(authority_end);
        match authority.rsplit_once('@') {
            // The user name of an SSH remote is no secret, and is needed to reach it.
            Some(("git", _)) | None => redacted.push_str(authority),
            Some((_, host)) => redacted.push_str(host),
        }
        rest = tail;
    }
    redacted.push_str(rest);
    redacted
}

/// Whether a text is an absolute URI (RFC 3986), so that it may stand where a schema asks for one.
pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let scheme_fits = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    scheme_fits && !rest.is_empty() && rest.matches('#').count() <= 1 && characters_fit(rest)
}

fn characters_fit(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'%' => {
                bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit())
                    && bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit())
            }
            // Brackets are allowed around an IPv6 address only; such hosts do not name packages.
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'[' | b']' => false,
            _ => byte.is_ascii_graphic(),
        };
        if !fits {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_do_not_leave() {
        for (raw, clean) in [
            (
                "https://user:token@pypi.example.org/simple",
                "https://pypi.example.org/simple",
            ),
            (
                "x @ https://TOKEN@h/a and http://u:p@h2",
                "x @ https://h/a and http://h2",
            ),
            ("ssh://git@github.com/a/b", "ssh://git@github.com/a/b"),
            ("ssh://git:pw@github.com/a/b", "ssh://github.com/a/b"),
            ("https://h/a@b", "https://h/a@b"),
            ("https://a@b@h/", "https://h/"),
            ("no url, u:p@h", "no url, u:p@h"),
            ("://", "://"),
        ] {
            assert_eq!(redact(raw), clean);
        }
    }

    #[test]
    fn only_uris_are_uris() {
        for good in [
            "https://example.org/a?b=c#d",
            "urn:uuid:1",
            "git+ssh://git@h/a%20b",
        ] {
            assert!(is_uri(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "https:",
            "1a:b",
            "https://a b",
            "https://ü",
            "x:%2",
            "x:\u{0}",
            "x:<",
        ] {
            assert!(!is_uri(bad), "{bad}");
        }
    }
}
