//! Which characters text may have.
//!
//! Text is kept as it was written, in Unicode normalization form C; what nobody can see, or what
//! makes a line look other than it is, is refused rather than removed: removing would change what
//! somebody wrote and hide that it was there. Joiners, variation selectors and tags are refused
//! only where no script and no emoji needs them.

use unicode_normalization::{UnicodeNormalization as _, char::canonical_combining_class};
use unicode_properties::{GeneralCategory, UnicodeEmoji as _, UnicodeGeneralCategory as _};

use crate::LIMITS;

/// How text may be laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Neither line break nor tab.
    Line,
    /// `\n` and `\t`; `\r\n` becomes `\n`.
    Lines,
}

/// What is wrong with a character, and which one it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    pub character: char,
    /// Counted in characters, from 1.
    pub position: usize,
    pub why: &'static str,
}

/// The text in normalization form C, or the first character that it may not have.
pub fn clean(text: &str, layout: Layout) -> Result<String, Refused> {
    let composed: String = match layout {
        Layout::Lines if text.contains("\r\n") => text.replace("\r\n", "\n").nfc().collect(),
        _ => text.nfc().collect(),
    };
    let characters: Vec<char> = composed.chars().collect();
    let mut marks = 0_usize;
    for (index, &character) in characters.iter().enumerate() {
        marks = if is_mark(character) { marks + 1 } else { 0 };
        let why = if marks > LIMITS.marks {
            Some("one of too many marks on one character")
        } else {
            refusal(&characters, index, character, layout)
        };
        if let Some(why) = why {
            return Err(Refused {
                character,
                position: index + 1,
                why,
            });
        }
    }
    Ok(composed)
}

/// Makes one displayable line of text that comes from a scanned project or an advisory: what
/// [`clean`] would refuse becomes `U+FFFD`, line breaks become spaces.
pub fn tame(text: &str, layout: Layout) -> String {
    let mut text: String = text
        .chars()
        .map(|character| match character {
            '\n' | '\t' if layout == Layout::Lines => character,
            '\r' | '\n' | '\t' => ' ',
            other => other,
        })
        .collect();
    // Each round replaces a different character, and a replacement can only make its neighbours
    // wrong (a joiner without its base), so that this ends; one pass is the common case.
    for _ in 0..8 {
        match clean(&text, layout) {
            Ok(cleaned) => return cleaned,
            Err(refused) => {
                text = text
                    .nfc()
                    .map(|it| {
                        if it == refused.character {
                            char::REPLACEMENT_CHARACTER
                        } else {
                            it
                        }
                    })
                    .collect();
            }
        }
    }
    // Too many kinds of odd characters to be worth keeping.
    text.chars()
        .map(|it| {
            if it.is_ascii_graphic() || it == ' ' || (it == '\n' && layout == Layout::Lines) {
                it
            } else {
                char::REPLACEMENT_CHARACTER
            }
        })
        .collect()
}

/// Whether there is anything to see.
pub fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|it| it.is_whitespace() || is_mark(it) || is_joiner(it))
}

fn is_mark(character: char) -> bool {
    matches!(
        character.general_category(),
        GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark
    )
}

fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

fn refusal(text: &[char], index: usize, character: char, layout: Layout) -> Option<&'static str> {
    let before = index.checked_sub(1).and_then(|it| text.get(it)).copied();
    let after = text.get(index + 1).copied();
    match character {
        ' '..='~' => None,
        '\0' => Some("a NUL character"),
        '\n' | '\t' if layout == Layout::Lines => None,
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some("a line break"),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some("a bidirectional control")
        }
        '\u{200c}' | '\u{200d}' => {
            (!joiner_is_needed(text, index, character)).then_some("an invisible joiner")
        }
        '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{180e}' => {
            Some("a zero-width character")
        }
        // Soft hyphen, combining grapheme joiner, Hangul fillers, Khmer inherent vowels.
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{17b4}'
        | '\u{17b5}' => Some("an invisible character"),
        '\u{2800}' => {
            let braille =
                |it: Option<char>| it.is_some_and(|it| ('\u{2801}'..='\u{28ff}').contains(&it));
            (!braille(before) && !braille(after)).then_some("an invisible character")
        }
        '\u{fe00}'..='\u{fe0f}'
        | '\u{e0100}'..='\u{e01ef}'
        | '\u{180b}'..='\u{180d}'
        | '\u{180f}' => (!selector_is_needed(before, character))
            .then_some("a variation selector without a character that has variants"),
        '\u{e0000}'..='\u{e007f}' => {
            (!tag_is_needed(text, index)).then_some("an invisible tag character")
        }
        _ => by_category(character),
    }
}

fn by_category(character: char) -> Option<&'static str> {
    match character.general_category() {
        GeneralCategory::Control => Some("a control character"),
        GeneralCategory::Unassigned => Some("a code point that is no assigned character"),
        GeneralCategory::Surrogate => Some("half of a character"),
        GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator => {
            Some("a line break")
        }
        // The number and verse signs of Arabic, Syriac and Kaithi are format characters that can
        // be seen.
        GeneralCategory::Format => (!matches!(
            character,
            '\u{600}'
                ..='\u{605}'
                    | '\u{6dd}'
                    | '\u{70f}'
                    | '\u{890}'
                    | '\u{891}'
                    | '\u{8e2}'
                    | '\u{110bd}'
                    | '\u{110cd}'
        ))
        .then_some("an invisible format character"),
        _ => None,
    }
}

/// Persian, Arabic, Syriac, Mongolian, `N’Ko` and the Indic scripts spell words with joiners
/// (RFC 5892, appendix A.1 and A.2); emoji sequences are glued with one.
fn joiner_is_needed(text: &[char], index: usize, joiner: char) -> bool {
    let before = index.checked_sub(1).and_then(|it| text.get(it)).copied();
    let after = text.get(index + 1).copied();
    if before.is_some_and(is_joiner) || after.is_some_and(is_joiner) {
        return false;
    }
    let virama = |it: Option<char>| it.is_some_and(|it| canonical_combining_class(it) == 9);
    if virama(before) || (virama(after) && before.is_some_and(char::is_alphabetic)) {
        return true;
    }
    if joiner == '\u{200d}' && glues_emoji(text, index) {
        return true;
    }
    let cursive = |it: Option<char>| it.is_some_and(is_cursive);
    match joiner {
        // Between two letters, or at the end of a word that is written on in another script.
        '\u{200c}' => cursive(before) && after.is_some_and(char::is_alphabetic),
        _ => cursive(before) || cursive(after),
    }
}

fn is_cursive(character: char) -> bool {
    let block = matches!(
        character,
        '\u{600}'..='\u{7ff}' | '\u{840}'..='\u{8ff}' | '\u{1800}'..='\u{18af}'
        | '\u{a840}'..='\u{a87f}' | '\u{10ac0}'..='\u{10aff}' | '\u{10d00}'..='\u{10d3f}'
        | '\u{1e900}'..='\u{1e95f}'
    );
    block && (character.is_alphabetic() || is_mark(character))
}

fn glues_emoji(text: &[char], index: usize) -> bool {
    let pictured = |it: char| it.is_emoji_char() && !it.is_ascii();
    let base = text
        .iter()
        .take(index)
        .rev()
        .find(|it| !matches!(it, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}'));
    base.is_some_and(|it| pictured(*it)) && text.get(index + 1).is_some_and(|it| pictured(*it))
}

/// One selector after a character that has variants. Runs of them can carry hidden data.
fn selector_is_needed(before: Option<char>, selector: char) -> bool {
    let Some(before) = before else {
        return false;
    };
    match selector {
        '\u{fe0e}' | '\u{fe0f}' => before.is_emoji_char(),
        '\u{180b}'..='\u{180f}' => ('\u{1820}'..='\u{18aa}').contains(&before),
        '\u{e0100}'..='\u{e01ef}' => is_han(before),
        // Mathematical symbols, Myanmar, Phags-pa, Manichaean, CJK and its punctuation.
        _ => {
            is_han(before)
                || before.general_category() == GeneralCategory::MathSymbol
                || matches!(
                    before,
                    '0' | '\u{1000}'..='\u{109f}' | '\u{a840}'..='\u{a877}'
                    | '\u{aa60}'..='\u{aa7f}' | '\u{10ac0}'..='\u{10aff}'
                    | '\u{3001}' | '\u{3002}' | '\u{ff01}' | '\u{ff0c}' | '\u{ff0e}'
                    | '\u{ff1a}' | '\u{ff1b}' | '\u{ff1f}'
                )
        }
    }
}

pub(crate) fn is_han(character: char) -> bool {
    matches!(
        character,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' | '\u{3005}' | '\u{3007}'
    )
}

/// Tags spell the region of a flag: black flag, letters and digits, end (UTS #51, ED-14a).
fn tag_is_needed(text: &[char], index: usize) -> bool {
    const LONGEST: usize = 6;
    const END: char = '\u{e007f}';
    let is_letter = |it: &char| matches!(it, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    let at_end = text.get(index) == Some(&END);
    let start = text
        .iter()
        .take(index)
        .rev()
        .take(LONGEST + 1)
        .position(|it| !is_letter(it));
    let Some(before) = start else {
        return false;
    };
    if text.iter().take(index).rev().nth(before) != Some(&'\u{1f3f4}') {
        return false;
    }
    let rest = text
        .iter()
        .skip(index)
        .take(LONGEST + 1)
        .take_while(|it| is_letter(it))
        .count();
    let letters = before + rest;
    (1..=LONGEST).contains(&letters)
        && if at_end {
            before > 0
        } else {
            text.get(index + rest) == Some(&END)
        }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(text: &str) -> Result<String, &'static str> {
        clean(text, Layout::Line).map_err(|refused| refused.why)
    }

    #[test]
    fn what_scripts_and_emoji_need_is_kept() {
        for text in [
            "fix --force flag",
            "می‌خواهم",
            "کتاب‌ها",
            "क्‍ष क्‌ष",
            "র‍্য",
            "ശ്രീ അവന\u{d4d}\u{200d}",
            "👩‍💻 👨‍👩‍👧‍👦 🏳️‍🌈 👩🏽‍🚒 ❤️‍🔥",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            "1️⃣ ©️ ☎︎",
            "葛\u{e0100}城市",
            "narrow\u{202f}space, nbsp\u{a0}space, 全角\u{3000}空白",
            "⠓⠑⠇⠇⠕⠀⠺⠕⠗⠇⠙",
            "Größe naïve ﬁx Ω",
        ] {
            let kept: String = text.nfc().collect();
            assert_eq!(line(text), Ok(kept), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_refused() {
        for text in [
            "a\0b",
            "a\u{1b}[31mb",
            "a\u{7f}",
            "a\u{9b}b",
            "user\u{202e}txt.exe",
            "a\u{2066}b\u{2069}",
            "a\u{200e}b",
            "pass\u{200b}word",
            "a\u{200d}b",
            "a\u{200c}b",
            "می\u{200c}\u{200c}خواهم",
            "\u{feff}bom",
            "a\u{ad}b",
            "a\u{3164}b",
            "a\u{2800}b",
            "a\u{fe0f}b",
            "😀\u{fe0f}\u{fe0f}",
            "a\u{e0100}",
            "a\u{e0041}",
            "🏴\u{e0067}\u{e0062}",
            "🏴\u{e007f}",
            "a\u{fdd0}",
            "a\u{10ffff}",
            "a\u{378}",
            "a\u{2028}b",
            "a\u{85}b",
            "a\nb",
            "a\tb",
            "a\u{fff9}b",
        ] {
            assert!(line(text).is_err(), "{text:?}");
        }
        assert!(line(&format!("z{}", "\u{316}".repeat(31))).is_err());
        assert!(line(&format!("z{}", "\u{316}".repeat(30))).is_ok());
    }

    #[test]
    fn line_breaks_of_both_kinds_are_one_kind() {
        assert_eq!(clean("a\r\n\tb\n", Layout::Lines).unwrap(), "a\n\tb\n");
        assert!(clean("a\rb", Layout::Lines).is_err());
        assert!(clean("a\r\r\nb", Layout::Lines).is_err());
    }

    #[test]
    fn tamed_text_is_clean() {
        assert_eq!(
            tame("a\r\nb\u{202e}c\0", Layout::Line),
            "a  b\u{fffd}c\u{fffd}"
        );
        assert!(is_blank(" \u{a0}\u{3000}") && !is_blank(" x"));
    }

    proptest! {
        #[test]
        fn cleaning_never_panics_and_is_stable(text in any::<String>()) {
            for layout in [Layout::Line, Layout::Lines] {
                if let Ok(cleaned) = clean(&text, layout) {
                    prop_assert_eq!(clean(&cleaned, layout), Ok(cleaned));
                }
                let tamed = tame(&text, layout);
                prop_assert_eq!(clean(&tamed, layout), Ok(tamed));
            }
        }

        #[test]
        fn odd_characters_never_panic(
            text in prop::collection::vec(
                prop::sample::select("a🏴😀क\u{94d}م\u{200c}\u{200d}\u{fe0f}\u{e0067}\u{e007f}\u{180b}\r\n"
                    .chars().collect::<Vec<_>>()), 0..12)
        ) {
            let text: String = text.into_iter().collect();
            let tamed = tame(&text, Layout::Lines);
            prop_assert_eq!(clean(&tamed, Layout::Lines), Ok(tamed));
        }
    }
}
