//! Deltas: an object as copies from another one and new bytes.

/// The sizes that a delta names, and where its instructions begin.
pub(super) fn header(delta: &[u8]) -> Option<(u64, u64, &[u8])> {
    let (base, rest) = size(delta)?;
    let (result, rest) = size(rest)?;
    Some((base, result, rest))
}

/// Seven bits to a byte, the lowest first.
fn size(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    let mut rest = bytes;
    for shift in (0..63).step_by(7) {
        let (byte, after) = rest.split_first()?;
        value |= u64::from(byte & 0x7f) << shift;
        rest = after;
        if byte & 0x80 == 0 {
            return Some((value, rest));
        }
    }
    None
}

/// The object that a delta makes of its base. `None` where the delta is broken or makes more than `limit`
/// bytes. Format: `gitformat-pack(5)`, "Deltified representation".
pub fn apply_delta(base: &[u8], delta: &[u8], limit: u64) -> Option<Vec<u8>> {
    let (base_size, result_size, mut rest) = header(delta)?;
    if base_size != base.len() as u64 || result_size > limit {
        return None;
    }
    let result_size = usize::try_from(result_size).ok()?;
    let mut out = Vec::new();
    out.try_reserve_exact(result_size).ok()?;
    while let Some((command, after)) = rest.split_first() {
        rest = after;
        let (bytes, after) = if command & 0x80 != 0 {
            let (start, after) = number(rest, *command, 4)?;
            let (length, after) = number(after, command >> 4, 3)?;
            let length = if length == 0 { 0x10000 } else { length };
            (base.get(start..start.checked_add(length)?)?, after)
        } else if *command != 0 {
            rest.split_at_checked(usize::from(*command))?
        } else {
            return None;
        };
        if out.len() + bytes.len() > result_size {
            return None;
        }
        out.extend_from_slice(bytes);
        rest = after;
    }
    (out.len() == result_size).then_some(out)
}

/// A number whose bytes are there only where a bit says so.
fn number(bytes: &[u8], present: u8, width: u32) -> Option<(usize, &[u8])> {
    let mut value = 0;
    let mut rest = bytes;
    for place in 0..width {
        if present & (1 << place) != 0 {
            let (byte, after) = rest.split_first()?;
            value |= usize::from(*byte) << (8 * place);
            rest = after;
        }
    }
    Some((value, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn copies_and_new_bytes() {
        // 11 bytes to 8: copy 5 from 6, then "abc".
        let delta = [11, 8, 0x80 | 0x01 | 0x10, 6, 5, 3, b'a', b'b', b'c'];
        assert_eq!(
            apply_delta(b"hello world", &delta, 100).unwrap(),
            b"worldabc"
        );
        assert_eq!(
            apply_delta(b"hello worlds", &delta, 100),
            None,
            "another base"
        );
        assert_eq!(apply_delta(b"hello world", &delta, 7), None, "too large");
    }

    #[test]
    fn a_copy_without_length_is_64_kib() {
        let base = vec![7; 0x10000];
        let delta = [0x80, 0x80, 0x04, 0x80, 0x80, 0x04, 0x80];
        assert_eq!(apply_delta(&base, &delta, 1 << 20).unwrap(), base);
    }

    #[test]
    fn broken_deltas() {
        for delta in [
            &[][..],
            &[3],
            &[3, 4, 0],
            &[3, 4, 5, b'a'],
            &[3, 4, 1, b'a'],
            &[3, 4, 0x91, 1, 9],
            &[3, 1, 2, b'a', b'b'],
            &[0xff; 12],
        ] {
            assert_eq!(apply_delta(b"abc", delta, 100), None, "{delta:?}");
        }
    }

    proptest! {
        #[test]
        fn anything_ends(base in proptest::collection::vec(any::<u8>(), 0..20), rest in proptest::collection::vec(any::<u8>(), 0..40), size in 0_u8..127) {
            let mut delta = vec![u8::try_from(base.len()).unwrap(), size];
            delta.extend(rest);
            if let Some(out) = apply_delta(&base, &delta, 100) {
                prop_assert_eq!(out.len(), usize::from(size));
                prop_assert!(out.len() <= 100);
            }
        }
    }
}
