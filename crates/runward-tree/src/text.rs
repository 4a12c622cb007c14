//! Text of unknown encoding.

/// A file as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    pub text: String,
    /// Whether some bytes were replaced because they fit no encoding.
    pub lossy: bool,
}

/// Decodes UTF-8 and UTF-16 (by byte order mark, which is removed), else UTF-8 with what does not
/// fit replaced by U+FFFD.
pub fn decode(bytes: &[u8]) -> Decoded {
    if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE]) {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        return utf16(rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    match String::from_utf8_lossy(bytes) {
        std::borrow::Cow::Borrowed(text) => Decoded {
            text: text.to_owned(),
            lossy: false,
        },
        std::borrow::Cow::Owned(text) => Decoded { text, lossy: true },
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut lossy = !rest.is_empty();
    let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|decoded| {
            decoded.unwrap_or_else(|_| {
                lossy = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    Decoded { text, lossy }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_by_their_marks() {
        assert_eq!(decode(b"\xEF\xBB\xBFa").text, "a");
        assert_eq!(decode(b"\xFF\xFEa\0b\0").text, "ab");
        assert_eq!(decode(b"\xFE\xFF\0a\0b").text, "ab");
        assert!(decode(b"a\xFFb").lossy);
        assert!(decode(b"\xFF\xFEa").lossy);
    }
}
