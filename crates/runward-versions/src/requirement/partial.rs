//! Versions with parts left out, as requirements of the SemVer family write them.

use crate::{number::Number, scan::Scan};

/// `1`, `1.2`, `1.x`, `1.2.3-rc.1+build`; a wildcard ends the numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Partial {
    pub(super) numbers: Vec<u64>,
    /// A wildcard was written, as opposed to nothing.
    pub(super) wildcard: bool,
    /// `1.x.3`, which npm takes for `1.x` behind some operators and for nonsense behind others.
    pub(super) number_after_wildcard: bool,
    pub(super) pre: String,
}

impl Partial {
    /// Reads three parts at most; numbers past 64 bits are no requirement that a registry takes.
    pub(super) fn parse(text: &str, wildcards: &[u8]) -> Option<Self> {
        let mut scan = Scan::new(text);
        let mut partial = Self {
            numbers: Vec::with_capacity(3),
            wildcard: false,
            number_after_wildcard: false,
            pre: String::new(),
        };
        for place in 0..3 {
            if place > 0 && scan.one(|byte| byte == b'.').is_none() {
                break;
            }
            if scan.one(|byte| wildcards.contains(&byte)).is_some() {
                partial.wildcard = true;
                continue;
            }
            let Number::Small(number) = Number::parse(scan.digits())? else {
                return None;
            };
            if partial.wildcard {
                partial.number_after_wildcard = true;
            } else {
                partial.numbers.push(number);
            }
        }
        let (before_build, build) = match scan.rest.split_once('+') {
            Some((before, build)) => (before, Some(build)),
            None => (scan.rest, None),
        };
        if build.is_some_and(|build| !identifiers(build)) {
            return None;
        }
        if !before_build.is_empty() {
            let pre = before_build.strip_prefix('-').unwrap_or(before_build);
            if !identifiers(pre) || partial.numbers.len() + usize::from(partial.wildcard) == 0 {
                return None;
            }
            if partial.numbers.len() == 3 {
                pre.clone_into(&mut partial.pre);
            } else if !partial.wildcard {
                return None;
            }
        }
        Some(partial)
    }

    pub(super) fn is_full(&self) -> bool {
        self.numbers.len() == 3
    }

    /// The numbers, zero where none is written.
    pub(super) fn filled(&self) -> [u64; 3] {
        let at = |place: usize| self.numbers.get(place).copied().unwrap_or(0);
        [at(0), at(1), at(2)]
    }

    /// The lowest numbers above everything that shares the first `kept` numbers.
    pub(super) fn next(&self, kept: usize) -> Option<[u64; 3]> {
        let mut next = [0; 3];
        let filled = self.filled();
        for (place, (slot, number)) in next.iter_mut().zip(filled).take(kept).enumerate() {
            *slot = if place + 1 == kept {
                number.checked_add(1)?
            } else {
                number
            };
        }
        Some(next)
    }
}

fn identifiers(text: &str) -> bool {
    text.split('.').all(|identifier| {
        !identifier.is_empty()
            && identifier
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}
