//! Reading number literals.

/// The value of an integer literal of any of the languages; `None` where it is too large.
pub(crate) fn integer(text: &str) -> Option<i128> {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    let digits = digits.trim_end_matches(['n', 'l', 'L']);
    let radix = |prefix: [&str; 2], radix: u32| {
        prefix
            .into_iter()
            .find_map(|prefix| digits.strip_prefix(prefix))
            .map(|rest| i128::from_str_radix(rest, radix).ok())
    };
    radix(["0x", "0X"], 16)
        .or_else(|| radix(["0o", "0O"], 8))
        .or_else(|| radix(["0b", "0B"], 2))
        .unwrap_or_else(|| digits.parse().ok())
}

pub(crate) fn float(text: &str) -> Option<f64> {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    digits.parse().ok()
}

/// A number as JavaScript writes it into a string.
pub(crate) fn in_string(number: f64) -> String {
    format!("{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_in_every_notation() {
        assert_eq!(integer("0x10"), Some(16));
        assert_eq!(integer("0o17"), Some(15));
        assert_eq!(integer("0B101"), Some(5));
        assert_eq!(integer("1_000"), Some(1000));
        assert_eq!(integer("12n"), Some(12));
        assert_eq!(integer(&"9".repeat(60)), None);
        assert_eq!(float("1_0.5"), Some(10.5));
        assert_eq!(in_string(3.0), "3");
        assert_eq!(in_string(0.5), "0.5");
    }
}
