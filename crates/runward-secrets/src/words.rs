//! The words of a name: `X-Api-Key`, `accessToken`, `APIKey`, `db_password1`.

use crate::shadow;

/// Longer names are no names; only this much of one is looked at, from its end, where the noun is.
const LONGEST: usize = 256;

/// The words of a name, in lower case; digits are words of their own.
pub(crate) struct Words {
    text: String,
    ends: Vec<usize>,
}

impl Words {
    pub(crate) fn of(name: &str) -> Self {
        if name.is_ascii() {
            return Self::split(name);
        }
        let mut folded = String::with_capacity(name.len());
        for char in name.chars() {
            shadow::fold(char, |part| folded.push(part));
        }
        Self::split(&folded)
    }

    fn split(name: &str) -> Self {
        let mut from = name.len().saturating_sub(LONGEST);
        while !name.is_char_boundary(from) {
            from += 1;
        }
        let name = name.get(from..).unwrap_or_default();
        let mut words = Self {
            text: String::with_capacity(name.len()),
            ends: Vec::with_capacity(8),
        };
        let mut before = Kind::Other;
        let mut chars = name.chars().peekable();
        while let Some(char) = chars.next() {
            let kind = Kind::of(char);
            let starts = match (before, kind) {
                (_, Kind::Other) => true,
                (Kind::Upper, Kind::Upper) => {
                    // `APIKey`: the last capital of a run belongs to the word that follows.
                    chars
                        .peek()
                        .is_some_and(|next| Kind::of(*next) == Kind::Lower)
                }
                (Kind::Upper, Kind::Lower) => false,
                (before, kind) => before != kind,
            };
            if starts {
                words.end();
            }
            if kind != Kind::Other {
                if char.is_ascii() {
                    words.text.push(char.to_ascii_lowercase());
                } else {
                    words.text.extend(char.to_lowercase());
                }
            }
            before = kind;
        }
        words.end();
        words
    }

    fn end(&mut self) {
        if self.ends.last().copied().unwrap_or_default() < self.text.len() {
            self.ends.push(self.text.len());
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start..end)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Other,
}

impl Kind {
    fn of(char: char) -> Self {
        if char.is_ascii() {
            return match char {
                'a'..='z' => Self::Lower,
                'A'..='Z' => Self::Upper,
                '0'..='9' => Self::Digit,
                _ => Self::Other,
            };
        }
        if char.is_numeric() {
            Self::Digit
        } else if char.is_uppercase() {
            Self::Upper
        } else if char.is_alphabetic() {
            Self::Lower
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        for (name, words) in [
            ("accessToken", "access token"),
            ("APIKey", "api key"),
            ("X-Api-Key", "x api key"),
            ("dbPassword1", "db password 1"),
            ("DB_PASSWORD", "db password"),
            ("oauth2token", "oauth 2 token"),
            ("a.b c", "a b c"),
            ("pass\u{200b}word", "password"),
            ("ＡＰＩ＿ＫＥＹ", "api key"),
            ("", ""),
            ("__", ""),
        ] {
            assert_eq!(
                Words::of(name).iter().collect::<Vec<_>>().join(" "),
                words,
                "{name}"
            );
        }
    }
}
