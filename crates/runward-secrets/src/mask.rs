//! Text for people to see, without the secrets in it.

use std::ops::Range;

/// From so many characters on, a few may be shown.
const LONG: usize = 20;
const FIRST: usize = 4;
const LAST: usize = 2;
/// What stands for a secret of which nothing is shown, whatever its length.
const NOTHING: &str = "********";
/// How much of a line is shown on each side of the secret.
const BESIDE: usize = 100;

/// The first four and the last two characters of a long secret; of a key in PEM its label.
pub(crate) fn masked(secret: &str, made_up: bool) -> String {
    if let Some(label) = label(secret) {
        return format!("-----BEGIN {label}-----…");
    }
    let count = secret.chars().take(LONG).count();
    let plain = |char: char| char.is_ascii_graphic();
    let first: String = secret.chars().take(FIRST).collect();
    let last: String = secret.chars().rev().take(LAST).collect();
    if made_up || count < LONG || !first.chars().all(plain) || !last.chars().all(plain) {
        return NOTHING.to_owned();
    }
    let last: String = last.chars().rev().collect();
    format!("{first}…{last}")
}

/// `RSA PRIVATE KEY`. Only known ones: anything might be written there.
pub(crate) fn label(secret: &str) -> Option<&'static str> {
    const LABELS: &[&str] = &[
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "DSA PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
        "SSH2 ENCRYPTED PRIVATE KEY",
    ];
    let rest = secret
        .trim_start_matches(['-', ' '])
        .strip_prefix("BEGIN ")?;
    LABELS
        .iter()
        .find(|label| {
            rest.strip_prefix(**label)
                .is_some_and(|rest| rest.starts_with(['-', ' ']))
        })
        .copied()
}

/// The line that a secret starts on, or what is near of it. Everything that may be a secret is
/// masked (`all`, in order, none overlapping), and so is each further place where this one stands.
pub(crate) fn line(text: &str, secret: &Range<usize>, all: &[Range<usize>]) -> String {
    let bytes = text.as_bytes();
    let before = bytes.get(..secret.start).unwrap_or_default();
    let left = before
        .iter()
        .rev()
        .take(BESIDE)
        .take_while(|byte| !matches!(**byte, b'\n' | b'\r'))
        .count();
    let mut from = secret.start - left;
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let rest = bytes.get(secret.end..).unwrap_or_default();
    let right = rest
        .iter()
        .take(BESIDE)
        .take_while(|byte| !matches!(**byte, b'\n' | b'\r'))
        .count();
    let mut to = secret.end + right;
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let mut shown = String::with_capacity(left + right + 16);
    if left == BESIDE {
        shown.push('…');
    }
    let mut at = from;
    let first = all.partition_point(|range| range.end <= from);
    for range in all.iter().skip(first).take_while(|range| range.start < to) {
        push(
            &mut shown,
            text.get(at..range.start.max(at)).unwrap_or_default(),
        );
        shown.push_str(NOTHING);
        at = range.end.max(at);
    }
    push(&mut shown, text.get(at..to).unwrap_or_default());
    if right == BESIDE {
        shown.push('…');
    }
    let own = text.get(secret.clone()).unwrap_or_default().trim();
    if own.len() > 1 && shown.contains(own) {
        shown = shown.replace(own, NOTHING);
    }
    shown
}

/// Without what a terminal would obey.
fn push(shown: &mut String, text: &str) {
    shown.extend(text.chars().map(|char| match char {
        '\t' => ' ',
        char if char.is_control() || crate::is_invisible(char) => '�',
        char => char,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_secret_shows_nothing() {
        assert_eq!(masked("hunter2", false), "********");
        assert_eq!(masked("correct horse battery staple", true), "********");
        assert_eq!(masked("abcdefghijklmnopqrstuvwxyz", false), "abcd…yz");
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE";
        assert_eq!(masked(key, false), "-----BEGIN RSA PRIVATE KEY-----…");
    }

    #[test]
    fn a_line_shows_no_secret_twice() {
        let text = "one\n\tuser=bob password=hunter2 again hunter2 and s3cond\nnext";
        let at = text.find("hunter2").unwrap();
        let second = text.find("s3cond").unwrap();
        let all = [at..at + 7, second..second + 6];
        assert_eq!(
            line(text, &all[0], &all),
            " user=bob password=******** again ******** and ********"
        );
        let long = format!("{}=secret;{}", "é".repeat(300), "x".repeat(300));
        let at = long.find("secret").unwrap();
        let secret = at..at + 6;
        let shown = line(&long, &secret, std::slice::from_ref(&secret));
        assert!(shown.len() < 300 && shown.starts_with('…') && shown.ends_with('…'));
    }
}
