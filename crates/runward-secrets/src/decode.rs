//! The text of a file's bytes, and the way back from the text's places to the bytes'.

use std::borrow::Cow;

use crate::secret::Content;

/// How much is looked at to tell what it is.
const HEAD: usize = 8192;
/// Stands for a byte that belongs to no text; of one byte, so that places stay what they are.
const STAND_IN: u8 = 0x1a;

pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) content: Content,
    /// Bytes before the text: a byte order mark.
    before: usize,
}

pub(crate) fn decode(bytes: &[u8]) -> Decoded<'_> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return utf16(rest, 2, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => return utf16(rest, 2, u16::from_be_bytes),
        _ => {}
    }
    let before = if bytes.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    let rest = bytes.get(before..).unwrap_or_default();
    let head = rest.get(..rest.len().min(HEAD)).unwrap_or_default();
    let nul = head.contains(&0);
    if nul {
        // Windows writes UTF-16 without a mark, too: every second byte of Latin text is zero.
        let zeros = |first: usize| {
            head.iter()
                .skip(first)
                .step_by(2)
                .filter(|it| **it == 0)
                .count()
        };
        let (even, odd) = (zeros(0), zeros(1));
        let enough = head.len() / 2 * 4 / 5;
        if head.len() >= 8 && odd >= enough && even * 10 < head.len() {
            return utf16(rest, before, u16::from_le_bytes);
        }
        if head.len() >= 8 && even >= enough && odd * 10 < head.len() {
            return utf16(rest, before, u16::from_be_bytes);
        }
    }
    let content = if nul || control(head) {
        Content::Binary
    } else {
        Content::Text
    };
    let text = match std::str::from_utf8(rest) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(
            rest.iter()
                .map(|byte| char::from(if byte.is_ascii() { *byte } else { STAND_IN }))
                .collect(),
        ),
    };
    Decoded {
        text,
        content,
        before,
    }
}

/// Whether a tenth of it are control characters that no text has.
fn control(head: &[u8]) -> bool {
    let odd = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    head.iter().filter(odd).count() * 10 > head.len()
}

fn utf16(bytes: &[u8], before: usize, unit: fn([u8; 2]) -> u16) -> Decoded<'static> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let text: String = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|decoded| decoded.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    Decoded {
        text: Cow::Owned(text),
        content: Content::Utf16,
        before,
    }
}

impl Decoded<'_> {
    /// The byte of the file at which the text's byte `at` stands, `units` units of UTF-16 before it.
    pub(crate) fn original(&self, at: usize, units: usize) -> usize {
        let within = if self.content == Content::Utf16 {
            units * 2
        } else {
            at
        };
        within + self.before
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn encodings_are_told_and_places_lead_back() {
        let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(unit).collect()
        };
        let little = utf16("\u{feff}né key", u16::to_le_bytes);
        let big = utf16("\u{feff}né key", u16::to_be_bytes);
        for bytes in [&little, &big] {
            let decoded = decode(bytes);
            assert_eq!(
                (decoded.text.as_ref(), decoded.content),
                ("né key", Content::Utf16)
            );
            assert_eq!(decoded.original(4, 3), 8);
        }
        let bare = utf16("password = x", u16::to_le_bytes);
        assert_eq!(decode(&bare).text, "password = x");
        let marked = decode(b"\xEF\xBB\xBFkey");
        assert_eq!((marked.text.as_ref(), marked.original(0, 0)), ("key", 3));
        let latin = decode(b"caf\xE9 key");
        assert_eq!((latin.content, latin.original(5, 5)), (Content::Text, 5));
        assert_eq!(decode(b"\x7fELF\0\0\0\x01key").content, Content::Binary);
    }

    proptest! {
        #[test]
        fn any_bytes_are_decoded(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let decoded = decode(&bytes);
            let units = decoded.text.encode_utf16().count();
            prop_assert!(decoded.original(decoded.text.len(), units) <= bytes.len());
        }
    }
}
