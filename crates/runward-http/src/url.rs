//! The little that is needed of URLs: the scheme, credentials, and where a redirect leads.

/// Whether a URL is fetched at all.
pub(crate) fn scheme(url: &str) -> Option<&'static str> {
    let starts = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    if starts("https://") {
        Some("https")
    } else if starts("http://") {
        Some("http")
    } else {
        None
    }
}

/// A URL without `user:password@` and without control characters, for messages.
pub fn without_credentials(url: &str) -> String {
    let shown = match url.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
            let host = authority.rsplit('@').next().unwrap_or(authority);
            format!("{scheme}://{host}{path}")
        }
        None => url.to_owned(),
    };
    shown
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// The URL that a reference leads to from a base (RFC 3986 §5): a `Location` header, a link of an index.
pub fn resolve(base: &str, location: &str) -> Option<String> {
    let location = location.split('#').next().unwrap_or_default().trim();
    if location.is_empty() {
        return None;
    }
    if location.contains("://") && !location.starts_with('/') {
        return Some(location.to_owned());
    }
    let (scheme, rest) = base.split_once("://")?;
    if location.starts_with("//") {
        return Some(format!("{scheme}:{location}"));
    }
    let authority = rest.split(['/', '?', '#']).next()?;
    if location.starts_with('/') {
        let path = without_dots(location);
        return Some(format!("{scheme}://{authority}{path}"));
    }
    let path = rest
        .get(authority.len()..)?
        .split(['?', '#'])
        .next()
        .unwrap_or_default();
    if location.starts_with('?') {
        return Some(format!("{scheme}://{authority}{path}{location}"));
    }
    // A scheme that is not followed by `//`, such as `data:`, is no path.
    let first = location.split('/').next().unwrap_or_default();
    if first.contains(':') {
        return Some(location.to_owned());
    }
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let path = without_dots(&format!("{directory}/{location}"));
    Some(format!("{scheme}://{authority}{path}"))
}

/// An absolute path without `.` and `..`; its query stays as it is.
fn without_dots(reference: &str) -> String {
    let end = reference.find('?').unwrap_or(reference.len());
    let (path, query) = reference.split_at_checked(end).unwrap_or((reference, ""));
    let mut kept: Vec<&str> = Vec::new();
    let mut open = false;
    for segment in path.split('/').skip(1) {
        open = matches!(segment, "." | "..");
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    let slash = if open && !kept.is_empty() { "/" } else { "" };
    format!("/{}{slash}{query}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_resolve_against_their_base() {
        let base = "https://a.example/x/y?z=1";
        for (location, expected) in [
            ("https://b.example/q", "https://b.example/q"),
            ("//b.example/q", "https://b.example/q"),
            ("/q?r", "https://a.example/q?r"),
            ("q", "https://a.example/x/q"),
            ("../../p/./q/../r?a=../b", "https://a.example/p/r?a=../b"),
            ("./", "https://a.example/x/"),
            ("..", "https://a.example/"),
            ("?r", "https://a.example/x/y?r"),
            ("data:text/plain,x", "data:text/plain,x"),
            (
                "/q?next=https://c.example",
                "https://a.example/q?next=https://c.example",
            ),
        ] {
            assert_eq!(
                resolve(base, location).as_deref(),
                Some(expected),
                "{location}"
            );
        }
        assert_eq!(
            resolve("https://a.example", "q").as_deref(),
            Some("https://a.example/q")
        );
        assert_eq!(resolve(base, " "), None);
    }

    #[test]
    fn credentials_are_never_shown() {
        assert_eq!(
            without_credentials("https://me:secret@a.example/x@y"),
            "https://a.example/x@y"
        );
        assert_eq!(without_credentials("not a url\n"), "not a url\u{fffd}");
    }

    #[test]
    fn only_web_schemes_are_fetched() {
        assert_eq!(scheme("HTTPS://a.example"), Some("https"));
        assert_eq!(scheme("ftp://a.example"), None);
        assert_eq!(scheme("file:///etc/passwd"), None);
        assert_eq!(scheme("é"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(base in ".*", location in ".*") {
            let _ = resolve(&base, &location);
            let _ = scheme(&base);
            let _ = without_credentials(&base);
        }
    }
}
