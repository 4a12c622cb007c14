//! Maven: `ComparableVersion`, as the specification in Maven's POM reference and Maven 4 have it.
//!
//! Maven reads a version as lists within lists and compares an element that is missing on one side
//! with "nothing". Up to Maven 3.9 that was no order: `1.sp.1` > `1` > `1-rc` > `1.sp.1`. A sort by
//! it can go wrong, so that the nested lists are flattened here into tokens of one total order:
//!
//! `rc` < nothing, `ga`, `final`, `release` < `sp` < other words < `-1` < `.1`
//!
//! with `.` and `-` alike before a word. It agrees with Maven 4 save for versions that nest words
//! in more than one way (`1.rc.3` and `1-rc.2`), where Maven still contradicts itself.

use std::cmp::Ordering;

use crate::number::{Number, is_digits};

/// The rank of a word; what is below [`RELEASE`] is a pre-release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    Known(u8),
    Other(Box<str>),
}

const RELEASE: Word = Word::Known(5);

fn word(text: &str, before_digit: bool) -> Word {
    Word::Known(match text {
        "alpha" => 0,
        "a" if before_digit => 0,
        "beta" => 1,
        "b" if before_digit => 1,
        "milestone" => 2,
        "m" if before_digit => 2,
        "rc" | "cr" => 3,
        "snapshot" => 4,
        "ga" | "final" | "release" => 5,
        "sp" => 6,
        other => return Word::Other(other.into()),
    })
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// `rc`, or `rc1` and `rc-1` with their number.
    Word { word: Word, number: Option<Number> },
    /// `opens` where it starts a list of its own, as after `-`.
    Number { number: Number, opens: bool },
}

/// What a version goes on with after its end.
const END: Token = Token::Word {
    word: RELEASE,
    number: None,
};

impl Token {
    fn zone(&self) -> u8 {
        match self {
            Self::Word { .. } => 0,
            Self::Number { opens: true, .. } => 1,
            Self::Number { opens: false, .. } => 2,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.zone()
            .cmp(&other.zone())
            .then_with(|| match (self, other) {
                (Self::Word { word: a, number: m }, Self::Word { word: b, number: n }) => {
                    a.cmp(b).then_with(|| m.cmp(n))
                }
                (Self::Number { number: a, .. }, Self::Number { number: b, .. }) => a.cmp(b),
                // Words and numbers are in different zones.
                _ => Ordering::Equal,
            })
    }

    fn is_zero(&self) -> bool {
        matches!(self, Self::Number { number, .. } if number.is_zero())
    }
}

#[derive(Debug, Clone)]
pub(crate) struct MavenVersion {
    tokens: Vec<Token>,
}

impl MavenVersion {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // Maven itself orders any text; what no repository can hold is a mistake in the data.
        let odd = |c: char| c.is_whitespace() || c.is_control() || "[](),${}\"'<>".contains(c);
        if text.is_empty() || text.contains(odd) {
            return None;
        }
        let mut tokens = Reader::default().read(&text.to_lowercase());
        drop_weightless_zeros(&mut tokens);
        Some(Self { tokens })
    }

    pub(crate) fn is_prerelease(&self) -> bool {
        self.tokens
            .iter()
            .any(|token| matches!(token, Token::Word { word, .. } if *word < RELEASE))
    }

    /// The leading numbers, zeros at the end left out.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &Number> {
        self.tokens
            .iter()
            .enumerate()
            .map_while(|(place, token)| match token {
                Token::Number { number, opens } if place == 0 || !opens => Some(number),
                _ => None,
            })
    }
}

/// Zeros at the end and before a word have no weight: `1.0-rc` is `1-rc`.
fn drop_weightless_zeros(tokens: &mut Vec<Token>) {
    let mut kept = Vec::with_capacity(tokens.len());
    while let Some(token) = tokens.pop() {
        let before_word = matches!(kept.last(), None | Some(Token::Word { .. }));
        if !(token.is_zero() && before_word) {
            kept.push(token);
        }
    }
    kept.reverse();
    *tokens = kept;
}

#[derive(Default)]
struct Reader {
    tokens: Vec<Token>,
    /// The next token is the first of its list.
    list_is_empty: bool,
    /// The next token opens a list.
    opens: bool,
}

impl Reader {
    fn open(&mut self) {
        if !self.list_is_empty {
            self.list_is_empty = true;
            self.opens = true;
        }
    }

    fn add(&mut self, token: impl FnOnce(bool) -> Token) {
        self.tokens.push(token(self.opens));
        self.list_is_empty = false;
        self.opens = false;
    }

    fn add_number(&mut self, digits: &str) {
        let number = Number::parse(digits).unwrap_or(Number::ZERO);
        self.add(|opens| Token::Number { number, opens });
    }

    fn add_word(&mut self, text: &str, digits: Option<&str>) {
        let word = word(text, digits.is_some());
        let number = digits
            .and_then(Number::parse)
            // `ga0` is `ga`.
            .filter(|number| word != RELEASE || !number.is_zero());
        self.add(|_| Token::Word { word, number });
    }

    /// Runs of digits and of other characters, between `.` and `-`.
    fn read(mut self, text: &str) -> Vec<Token> {
        self.list_is_empty = true;
        let mut rest = text;
        loop {
            let run = take_run(&mut rest);
            if run.is_empty() {
                // Nothing before a separator counts as zero; nothing at the end as nothing.
                if rest.is_empty() {
                    break;
                }
                self.add_number("0");
            } else if is_digits(run) {
                self.add_number(run);
            } else {
                // `X1` and `X-1` are one token.
                let mut ahead = rest.strip_prefix('-').unwrap_or(rest);
                let digits = take_run(&mut ahead);
                if !digits.is_empty() && is_digits(digits) {
                    self.open();
                    rest = ahead;
                    self.add_word(run, Some(digits));
                } else {
                    if rest.is_empty() {
                        self.open();
                    }
                    self.add_word(run, None);
                }
            }
            if let Some(after) = rest.strip_prefix('.') {
                rest = after;
            } else if let Some(after) = rest.strip_prefix('-') {
                rest = after;
                self.open();
            } else if !rest.is_empty() {
                // From digits to letters.
                self.open();
            } else {
                break;
            }
        }
        self.tokens
    }
}

/// Takes a run of digits, or of anything but digits, `.` and `-`.
fn take_run<'a>(rest: &mut &'a str) -> &'a str {
    let digits = rest.starts_with(|c: char| c.is_ascii_digit());
    let end = rest
        .find(|c: char| matches!(c, '.' | '-') || c.is_ascii_digit() != digits)
        .unwrap_or(rest.len());
    let (run, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    *rest = after;
    run
}

impl Ord for MavenVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        (0..self.tokens.len().max(other.tokens.len()))
            .map(|place| {
                let a = self.tokens.get(place).unwrap_or(&END);
                let b = other.tokens.get(place).unwrap_or(&END);
                a.compare(b)
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

super::ordered_by_cmp!(MavenVersion);
