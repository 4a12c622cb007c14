//! Small pieces of English.

/// `1 finding`, `3 findings`, `2 advisories`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        return format!("1 {noun}");
    }
    let number = thousands(number as u64);
    match noun.strip_suffix('y') {
        Some(stem) => format!("{number} {stem}ies"),
        None => format!("{number} {noun}s"),
    }
}

/// `142,031`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Cuts a text at its backticks: `(false, words)` and `(true, code)` in turn. A text with an odd
/// backtick is words from end to end.
pub(crate) fn spans(text: &str) -> Vec<(bool, &str)> {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return vec![(false, text)];
    }
    parts
        .into_iter()
        .enumerate()
        .map(|(index, part)| (index % 2 == 1, part))
        .filter(|(_, part)| !part.is_empty())
        .collect()
}

/// `critical` with a capital: `Critical`.
pub(crate) fn capital(word: &str) -> String {
    let mut characters = word.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_agree() {
        assert_eq!(count(1, "finding"), "1 finding");
        assert_eq!(count(0, "finding"), "0 findings");
        assert_eq!(count(2, "advisory"), "2 advisories");
        assert_eq!(count(1_234_567, "record"), "1,234,567 records");
        assert_eq!(thousands(999), "999");
        assert_eq!(capital("high"), "High");
    }

    #[test]
    fn code_in_backticks_is_told_from_words() {
        assert_eq!(
            spans("run `x y` now"),
            [(false, "run "), (true, "x y"), (false, " now")]
        );
        assert_eq!(spans("`x`"), [(true, "x")]);
        assert_eq!(spans("odd ` one"), [(false, "odd ` one")]);
    }
}
