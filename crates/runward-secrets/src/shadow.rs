//! A text as it is meant: compatibility forms folded, what cannot be seen taken out.
//!
//! `pass\u{200b}word=…` and its fullwidth twin read as `password=…` to a person, so detectors see
//! this shadow. Every byte of it remembers which bytes of the text it stands for.

use std::{borrow::Cow, ops::Range};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Characters that show nothing, or change how others are shown: zero-width, bidirectional
/// controls, tags, variation selectors.
pub fn is_invisible(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Letters of other scripts that look like Latin ones.
fn latin(char: char) -> char {
    match char {
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' => 'e',
        'һ' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'о' | 'ο' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'у' | 'γ' => 'y',
        'ѵ' | 'ν' => 'v',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'А' | 'Α' => 'A',
        'С' => 'C',
        'Е' | 'Ε' => 'E',
        'І' | 'Ι' => 'I',
        'К' | 'Κ' => 'K',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'У' | 'Υ' => 'Y',
        '‐'..='―' => '-',
        other => other,
    }
}

pub(crate) struct Shadow<'a> {
    pub(crate) text: Cow<'a, str>,
    /// For each byte of `text`: where its character starts in the original, and one past the end.
    /// Empty where the text is its own shadow.
    origin: Vec<usize>,
}

impl<'a> Shadow<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        if text.is_ascii() {
            return Self {
                text: Cow::Borrowed(text),
                origin: Vec::new(),
            };
        }
        let mut shadow = String::with_capacity(text.len());
        let mut origin = Vec::with_capacity(text.len() + 1);
        for (at, char) in text.char_indices() {
            fold(char, |folded| {
                shadow.push(folded);
                origin.extend(std::iter::repeat_n(at, folded.len_utf8()));
            });
        }
        origin.push(text.len());
        Self {
            text: Cow::Owned(shadow),
            origin,
        }
    }

    /// The bytes of the original that a range of the shadow stands for, with the invisible
    /// characters that follow it.
    pub(crate) fn original(&self, range: Range<usize>) -> Range<usize> {
        if self.origin.is_empty() {
            return range;
        }
        let end = self.origin.last().copied().unwrap_or_default();
        let start = self.origin.get(range.start).copied().unwrap_or(end);
        // A character may fold to several; the end is the start of the next original one.
        let last = range.end.checked_sub(1).and_then(|at| self.origin.get(at));
        let mut rest = self.origin.get(range.end..).unwrap_or_default().iter();
        let stop = rest.find(|at| last.is_none_or(|last| *at > last));
        start..stop.copied().unwrap_or(end).max(start)
    }
}

/// What a character stands for, if anything.
pub(crate) fn fold(char: char, mut push: impl FnMut(char)) {
    if char.is_ascii() {
        push(char);
    } else if !is_invisible(char) {
        std::iter::once(char)
            .nfkd()
            .filter(|part| !is_combining_mark(*part) && !is_invisible(*part))
            .for_each(|part| push(latin(part)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_reads_the_same() {
        for text in [
            "password",
            "pass\u{200b}word",
            "ｐａｓｓｗｏｒｄ",
            "раssword",
            "pâsswörd",
        ] {
            assert_eq!(Shadow::new(text).text, "password", "{text:?}");
        }
    }

    #[test]
    fn ranges_lead_back_to_whole_characters() {
        let text = "é ﬁ pass\u{200b}word x";
        let shadow = Shadow::new(text);
        let at = shadow.text.find("password").unwrap();
        let range = shadow.original(at..at + 8);
        assert_eq!(text.get(range).unwrap(), "pass\u{200b}word");
        let at = shadow.text.find("fi").unwrap();
        assert_eq!(text.get(shadow.original(at..at + 1)).unwrap(), "ﬁ");
        let all = shadow.original(0..shadow.text.len());
        assert_eq!(text.get(all).unwrap(), text);
    }
}
