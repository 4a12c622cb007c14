//! Forms of a name under which look-alikes are equal.

use unicode_security::confusable_detection::skeleton;

pub(crate) fn is_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.' | b'@' | b'/')
}

/// The name without its separators.
pub(crate) fn joined(name: &str) -> Vec<u8> {
    name.bytes().filter(|&byte| !is_separator(byte)).collect()
}

/// What the eye sees: separators are nothing, `1`, `i` and `l` are one, so are `0` and `o`, `rn` and
/// `m`, `vv` and `w`, and whatever Unicode counts as confusable with these.
pub(crate) fn look(name: &str) -> Vec<u8> {
    let mut seen = Vec::with_capacity(name.len());
    for character in name.chars() {
        if character.is_ascii() {
            push_ascii(&mut seen, character);
            continue;
        }
        let mut buffer = [0; 4];
        for alike in skeleton(character.encode_utf8(&mut buffer)) {
            if alike.is_ascii() {
                push_ascii(&mut seen, alike);
            } else if alike.is_alphanumeric() {
                seen.extend_from_slice(alike.encode_utf8(&mut [0; 4]).as_bytes());
            }
            // What is left are marks and characters without width: not seen.
        }
    }
    seen
}

fn push_ascii(seen: &mut Vec<u8>, character: char) {
    let Ok(byte) = u8::try_from(character.to_ascii_lowercase()) else {
        return;
    };
    if !byte.is_ascii_alphanumeric() {
        return;
    }
    let byte = match byte {
        b'1' | b'i' => b'l',
        b'0' => b'o',
        other => other,
    };
    let joined = match (seen.last(), byte) {
        (Some(b'r'), b'n') => Some(b'm'),
        (Some(b'v'), b'v') => Some(b'w'),
        _ => None,
    };
    match (joined, seen.last_mut()) {
        (Some(joined), Some(last)) => *last = joined,
        _ => seen.push(byte),
    }
}

/// The words of a name in alphabetical order; `None` for a single word.
pub(crate) fn words(name: &str) -> Option<Vec<u8>> {
    let mut words: Vec<&[u8]> = name
        .as_bytes()
        .split(|&byte| is_separator(byte))
        .filter(|word| !word.is_empty())
        .collect();
    if words.len() < 2 {
        return None;
    }
    words.sort_unstable();
    Some(words.join(&b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_is_equal() {
        for (one, other) in [
            ("matplotlib", "rnatplotlib"),
            ("pillow", "p1llow"),
            ("pillow", "piiiow"),
            ("tensorflow", "tensorfl0w"),
            ("tensorflow", "tensorflovv"),
            ("scikit-learn", "scikitlearn"),
            ("requests", "r\u{435}quests"),
            ("requests", "\u{ff52}equests"),
            ("requests", "req\u{200b}uests"),
            ("requests", "r\u{e9}quests"),
            ("@types/node", "types-node"),
        ] {
            assert_eq!(look(one), look(other), "{one} {other}");
        }
        assert_ne!(look("requests"), look("reqvests"));
    }

    #[test]
    fn words_have_no_order() {
        assert_eq!(words("python-dateutil"), words("dateutil-python"));
        assert_eq!(words("a--b"), words("b.a"));
        assert_eq!(words("requests"), None);
        assert_eq!(words("-requests-"), None);
    }
}
