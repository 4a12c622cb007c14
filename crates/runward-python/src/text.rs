//! Reading files as text, within limits.

use runward_model::NotCovered;
use runward_tree::{Decoded, decode};

use crate::Context;

/// A file's bytes, or why they cannot be had.
pub(crate) fn bytes(path: &str, cx: &Context<'_>) -> Result<Vec<u8>, NotCovered> {
    let bytes = cx
        .tree
        .read(path)
        .map_err(|error| NotCovered::file(path, error.to_string()))?;
    if bytes.len() > cx.limits.max_document_bytes {
        return Err(NotCovered::file(
            path,
            format!(
                "larger than {} bytes; split it",
                cx.limits.max_document_bytes
            ),
        ));
    }
    Ok(bytes)
}

/// A file whose format is defined as UTF-8.
pub(crate) fn utf8(path: &str, cx: &Context<'_>) -> Result<String, NotCovered> {
    let bytes = bytes(path, cx)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| NotCovered::file(path, "not valid UTF-8; save it as UTF-8"))?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// A file that may be in any encoding that pip accepts: by byte order mark, by a
/// `# -*- coding: … -*-` line, else UTF-8 with replacement characters.
pub(crate) fn any(bytes: &[u8]) -> String {
    let Decoded { text, lossy } = decode(bytes);
    let marked = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    if !lossy || marked {
        return text;
    }
    match declared_encoding(&text).as_deref() {
        Some("latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" | "iso-latin-1") => {
            bytes.iter().map(|byte| char::from(*byte)).collect()
        }
        Some("cp1252" | "windows-1252" | "iso-8859-15" | "iso8859-15" | "latin-9") => {
            // The parts that matter, names and versions, are ASCII in these encodings; what
            // differs from Latin-1 occurs in comments only.
            bytes.iter().map(|byte| char::from(*byte)).collect()
        }
        _ => text,
    }
}

/// PEP 263: a comment in the first or second line.
fn declared_encoding(text: &str) -> Option<String> {
    text.lines().take(2).find_map(|line| {
        let comment = line.trim_start().strip_prefix('#')?;
        let (_, after) = comment.split_once("coding")?;
        let value = after.strip_prefix([':', '='])?.trim_start();
        let end = value
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
            .unwrap_or(value.len());
        let (name, _) = value.split_at(end);
        Some(name.to_ascii_lowercase().replace('_', "-"))
    })
}

/// The start of a text, for quoting in a message.
pub(crate) fn shorten(text: &str) -> String {
    const LONGEST: usize = 120;
    let text = crate::link::redact(text.trim());
    let mut characters = text.chars();
    let mut short: String = characters
        .by_ref()
        .take(LONGEST)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_encoding_is_used() {
        assert_eq!(
            any(b"# -*- coding: latin-1 -*-\n# \xe9"),
            "# -*- coding: latin-1 -*-\n# é"
        );
        assert_eq!(
            any(b"\n# vim: set fileencoding=ISO_8859-1 :\n\xe9")
                .chars()
                .last(),
            Some('é')
        );
        assert_eq!(
            any(b"\n\n# coding: latin-1\n\xe9").chars().last(),
            Some('\u{fffd}')
        );
        assert_eq!(any(b"\xff\xfea\0"), "a");
    }

    #[test]
    fn quotes_are_short_and_clean() {
        assert_eq!(shorten(&"x".repeat(500)).chars().count(), 121);
        assert_eq!(shorten("a\u{1b}[31m https://u:p@h"), "a [31m https://***@h");
    }
}
