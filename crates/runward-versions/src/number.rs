//! Integers of any length: registries hold versions whose parts are time stamps or longer, and a
//! part that overflowed would silently compare wrong.

use std::cmp::Ordering;

/// A non-negative integer of any length.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Number {
    Small(u64),
    /// Always above every `Small`.
    Big(Digits),
}

/// Decimal digits without leading zeros, so that the longer one is the greater.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Digits(Box<str>);

impl PartialOrd for Digits {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Digits {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0
            .len()
            .cmp(&other.0.len())
            .then_with(|| self.0.cmp(&other.0))
    }
}

impl Number {
    pub(crate) const ZERO: Self = Self::Small(0);

    /// Reads ASCII digits; `None` for anything else.
    pub(crate) fn parse(digits: &str) -> Option<Self> {
        if digits.is_empty() || !is_digits(digits) {
            return None;
        }
        Some(digits.parse().map_or_else(
            |_| Self::Big(Digits(digits.trim_start_matches('0').into())),
            Self::Small,
        ))
    }

    pub(crate) fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    /// One more.
    pub(crate) fn successor(&self) -> Self {
        if let Self::Small(small) = self
            && let Some(next) = small.checked_add(1)
        {
            return Self::Small(next);
        }
        let digits = match self {
            Self::Small(small) => small.to_string(),
            Self::Big(Digits(digits)) => digits.to_string(),
        };
        // Trailing nines turn to zeros, the digit before them counts up.
        let head = digits.trim_end_matches('9');
        let nines = digits.len() - head.len();
        let mut next = String::with_capacity(digits.len() + 1);
        match head.char_indices().next_back() {
            Some((at, last)) => {
                next.push_str(head.get(..at).unwrap_or_default());
                next.extend(last.to_digit(10).and_then(|d| char::from_digit(d + 1, 10)));
            }
            None => next.push('1'),
        }
        next.extend(std::iter::repeat_n('0', nines));
        Self::Big(Digits(next.into()))
    }
}

pub(crate) fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Compares two runs of ASCII digits of any length by value, without reading them.
pub(crate) fn compare_digits(a: &str, b: &str) -> Ordering {
    let a = a.trim_start_matches('0');
    let b = b.trim_start_matches('0');
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

const INLINE: usize = 4;

/// A dotted list of numbers. Nearly every version has at most four parts below 2^64; those need
/// no allocation, and compare as one array because the unused places are zero.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers {
    inline: [u64; INLINE],
    /// How many places of `inline` are in use; ignored once `spill` holds the parts.
    inline_len: usize,
    spill: Vec<Number>,
}

impl Numbers {
    pub(crate) fn of(parts: &[u64]) -> Self {
        let mut numbers = Self::default();
        for part in parts {
            numbers.push(Number::Small(*part));
        }
        numbers
    }

    /// Reads `1.2.3`; `None` unless every part is digits.
    pub(crate) fn parse_dotted(text: &str) -> Option<Self> {
        let mut numbers = Self::default();
        for part in text.split('.') {
            numbers.push(Number::parse(part)?);
        }
        Some(numbers)
    }

    pub(crate) fn push(&mut self, number: Number) {
        if self.spill.is_empty() {
            if let (Number::Small(small), Some(place)) =
                (&number, self.inline.get_mut(self.inline_len))
            {
                *place = *small;
                self.inline_len += 1;
                return;
            }
            self.spill = self
                .inline
                .iter()
                .take(self.inline_len)
                .map(|small| Number::Small(*small))
                .collect();
        }
        self.spill.push(number);
    }

    pub(crate) fn len(&self) -> usize {
        if self.spill.is_empty() {
            self.inline_len
        } else {
            self.spill.len()
        }
    }

    /// The part at a place; zero past the end.
    pub(crate) fn at(&self, place: usize) -> Number {
        if self.spill.is_empty() {
            self.inline
                .get(place)
                .map_or(Number::ZERO, |small| Number::Small(*small))
        } else {
            self.spill.get(place).cloned().unwrap_or(Number::ZERO)
        }
    }

    /// The part at a place where it fits 64 bits; zero past the end.
    pub(crate) fn small(&self, place: usize) -> Option<u64> {
        match self.at(place) {
            Number::Small(small) => Some(small),
            Number::Big(_) => None,
        }
    }

    /// Compares as if the shorter list went on with zeros: `1.2` is `1.2.0`.
    pub(crate) fn cmp_padded(&self, other: &Self) -> Ordering {
        if self.spill.is_empty() && other.spill.is_empty() {
            return self.inline.cmp(&other.inline);
        }
        (0..self.len().max(other.len()))
            .map(|place| self.at(place).cmp(&other.at(place)))
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// The first place at which two lists differ, missing parts being zero.
    pub(crate) fn first_difference(&self, other: &Self) -> Option<usize> {
        (0..self.len().max(other.len())).find(|place| self.at(*place) != other.at(*place))
    }

    /// Whether `self` begins with the parts of `prefix`, going on with zeros where it is shorter.
    pub(crate) fn starts_with(&self, prefix: &Self) -> bool {
        (0..prefix.len()).all(|place| self.at(place) == prefix.at(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_keep_their_value() {
        let big = |text: &str| Number::parse(text).unwrap();
        assert!(big("18446744073709551616") > big("18446744073709551615"));
        assert!(big("99999999999999999999") < big("100000000000000000000"));
        assert_eq!(big("000000000000000000000000007"), Number::Small(7));
        assert_eq!(
            big("0099999999999999999999999"),
            big("99999999999999999999999")
        );
        assert_eq!(Number::parse(""), None);
        assert_eq!(Number::parse("1a"), None);
        assert_eq!(Number::parse("+1"), None);
    }

    #[test]
    fn counting_up_carries() {
        for (number, next) in [
            ("0", "1"),
            ("18446744073709551615", "18446744073709551616"),
            ("99999999999999999999", "100000000000000000000"),
            ("18446744073709551699", "18446744073709551700"),
        ] {
            let number = Number::parse(number).unwrap();
            assert_eq!(number.successor(), Number::parse(next).unwrap());
        }
    }

    #[test]
    fn lists_are_padded_with_zeros_inline_and_spilled() {
        let list = |text: &str| Numbers::parse_dotted(text).unwrap();
        for (a, b, expected) in [
            ("1.2", "1.2.0", Ordering::Equal),
            ("1.2", "1.2.0.0.0.0", Ordering::Equal),
            ("1.2.0.0.0.1", "1.2", Ordering::Greater),
            ("1.2.3.4.5", "1.2.3.4.6", Ordering::Less),
            ("1.99999999999999999999", "1.5", Ordering::Greater),
        ] {
            assert_eq!(list(a).cmp_padded(&list(b)), expected, "{a} {b}");
        }
        assert_eq!(list("1.2.3").first_difference(&list("1.2")), Some(2));
        assert!(list("1.2.3.4.5").starts_with(&list("1.2")));
        assert!(list("1").starts_with(&list("1.0")));
    }

    #[test]
    fn digits_compare_by_value() {
        assert_eq!(compare_digits("007", "7"), Ordering::Equal);
        assert_eq!(compare_digits("10", "9"), Ordering::Greater);
    }
}
