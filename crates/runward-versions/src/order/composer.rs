//! Packagist: the normal form of `composer/semver`, compared as PHP's `version_compare` does.
//!
//! Branches (`dev-main`) have no order against numbers in Composer; here they stand below every
//! number, among themselves by name. `1.x-dev` is above every release of `1`.

use std::cmp::Ordering;

use crate::{
    number::{Number, Numbers},
    scan::Scan,
};

/// What `x` stands for in a branch alias.
const BRANCH_PART: u64 = 9_999_999;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stability {
    Dev,
    Alpha,
    Beta,
    Candidate,
    Stable,
    Patch,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Suffix {
    Word(Stability),
    Number(Number),
}

#[derive(Debug, Clone)]
pub(crate) enum ComposerVersion {
    Branch(Box<str>),
    Numbered(Numbered),
}

#[derive(Debug, Clone)]
pub(crate) struct Numbered {
    pub(crate) core: Numbers,
    suffix: Vec<Suffix>,
}

/// The numbers and the modifier of one text, before they become a version; requirements need to
/// know how many numbers were written.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) numbers: Numbers,
    /// Four numbers at most, as opposed to a date.
    pub(crate) classical: bool,
    pub(crate) modifier: Modifier,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Modifier {
    stability: Option<Stability>,
    numbers: Vec<Number>,
    dev: bool,
}

impl Modifier {
    pub(crate) fn is_empty(&self) -> bool {
        self.stability.is_none() && !self.dev
    }

    /// `[._-]?(stable|beta|b|rc|alpha|a|patch|pl|p)([.-]?\d+)*([.-]?dev)?`, to the end.
    fn parse(text: &str) -> Option<Self> {
        let mut scan = Scan::new(text);
        let mut modifier = Self::default();
        let mut ahead = scan;
        ahead.one(|byte| matches!(byte, b'.' | b'_' | b'-'));
        for (word, stability) in [
            ("stable", Stability::Stable),
            ("beta", Stability::Beta),
            ("b", Stability::Beta),
            ("rc", Stability::Candidate),
            ("alpha", Stability::Alpha),
            ("a", Stability::Alpha),
            ("patch", Stability::Patch),
            ("pl", Stability::Patch),
            ("p", Stability::Patch),
        ] {
            if !ahead.word(word) {
                continue;
            }
            modifier.stability = Some(stability);
            loop {
                let mut number = ahead;
                number.one(|byte| matches!(byte, b'.' | b'-'));
                let Some(value) = Number::parse(number.digits()) else {
                    break;
                };
                modifier.numbers.push(value);
                ahead = number;
            }
            scan = ahead;
            break;
        }
        let mut ahead = scan;
        ahead.one(|byte| matches!(byte, b'.' | b'-' | b'_'));
        if ahead.word("dev") {
            modifier.dev = true;
            scan = ahead;
        }
        scan.is_done().then_some(modifier)
    }
}

/// `1`, `1.2.3.4`, or a date such as `2010.01.02` or `20100102-203040.p1`.
pub(crate) fn written(text: &str) -> Option<Written> {
    let without_build = match text.split_once('+') {
        Some((version, build))
            if !build.is_empty()
                && build
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte)) =>
        {
            version
        }
        Some(_) => return None,
        None => text,
    };
    let mut scan = Scan::new(without_build);
    scan.word("v");
    classical(scan).or_else(|| date(scan))
}

fn classical(mut scan: Scan<'_>) -> Option<Written> {
    let first = scan.digits();
    if first.len() > 5 {
        return None;
    }
    let mut numbers = Numbers::default();
    numbers.push(Number::parse(first)?);
    while numbers.len() < 4 {
        let mut ahead = scan;
        let part = ahead
            .one(|byte| byte == b'.')
            .and_then(|_| Number::parse(ahead.digits()));
        let Some(part) = part else { break };
        numbers.push(part);
        scan = ahead;
    }
    Some(Written {
        numbers,
        classical: true,
        modifier: Modifier::parse(scan.rest)?,
    })
}

/// Four digits of a year, then one to six pairs, then up to two numbers of one to three digits,
/// with `.`, `:` or `-` between them.
fn date(mut scan: Scan<'_>) -> Option<Written> {
    let text = scan.take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b':' | b'-'));
    // What belongs to the modifier (`-p1`) is not taken, save its separator.
    let (text, separator) = match text.strip_suffix(['.', '-']) {
        Some(shorter) => (shorter, 1),
        None => (text, 0),
    };
    let mut digits = 0_usize;
    let mut numbers = Numbers::default();
    for part in text.split(['.', ':', '-']) {
        let valid = match digits {
            0 => part.len() >= 4 && part.len() % 2 == 0,
            4 => part.len() % 2 == 0 && !part.is_empty(),
            5..16 => !part.is_empty() && (part.len() % 2 == 0 || part.len() <= 3),
            _ => (1..=3).contains(&part.len()),
        };
        if !valid {
            return None;
        }
        digits += part.len();
        numbers.push(Number::parse(part)?);
    }
    if !(6..=22).contains(&digits) {
        return None;
    }
    if separator == 1 && scan.is_done() {
        return None;
    }
    Some(Written {
        numbers,
        classical: false,
        modifier: Modifier::parse(scan.rest)?,
    })
}

/// `1.x-dev`, `1.2-dev` without further modifier: a branch named by its numbers.
fn numeric_branch(text: &str) -> Option<ComposerVersion> {
    let mut scan = Scan::new(text);
    scan.word("v");
    let mut core = Numbers::default();
    core.push(Number::parse(scan.digits())?);
    while scan.one(|byte| byte == b'.').is_some() {
        if scan
            .one(|byte| matches!(byte, b'x' | b'X' | b'*'))
            .is_some()
        {
            core.push(Number::Small(BRANCH_PART));
        } else {
            core.push(Number::parse(scan.digits())?);
        }
    }
    if !scan.is_done() || core.len() > 4 {
        return None;
    }
    while core.len() < 4 {
        core.push(Number::Small(BRANCH_PART));
    }
    Some(ComposerVersion::dev(core))
}

impl ComposerVersion {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut text = text.trim();
        if let Some((version, alias)) = text.split_once(" as ") {
            text = version.trim_end();
            if text.contains([',', ' ']) || alias.trim().contains([',', ' ']) {
                return None;
            }
        }
        if let Some((version, flag)) = text.rsplit_once('@')
            && stability_flag(flag).is_some()
        {
            text = version;
        }
        if matches!(text, "master" | "trunk" | "default") {
            return Some(Self::Branch(text.into()));
        }
        let mut scan = Scan::new(text);
        if scan.word("dev-") {
            // A commit after `#` does not change which branch it is.
            let name = scan.rest.split('#').next().unwrap_or(scan.rest);
            return (!name.is_empty() && !name.contains(char::is_whitespace))
                .then(|| Self::Branch(name.into()));
        }
        if let Some(written) = written(text) {
            return Some(written.into_version());
        }
        let branch = strip_dev(text)?;
        numeric_branch(branch)
    }

    /// The lowest version with these numbers, which is where Composer lets ranges begin and end.
    pub(crate) fn dev(core: Numbers) -> Self {
        Self::Numbered(Numbered {
            core,
            suffix: vec![Suffix::Word(Stability::Dev)],
        })
    }

    pub(crate) fn stability(&self) -> Stability {
        match self {
            Self::Branch(_) => Stability::Dev,
            Self::Numbered(Numbered { suffix, .. }) => {
                if suffix.last() == Some(&Suffix::Word(Stability::Dev)) {
                    return Stability::Dev;
                }
                match suffix.first() {
                    Some(Suffix::Word(stability)) => *stability,
                    _ => Stability::Stable,
                }
            }
        }
    }

    pub(crate) fn is_prerelease(&self) -> bool {
        self.stability() < Stability::Stable
    }
}

fn strip_dev(text: &str) -> Option<&str> {
    let (head, tail) = text.split_at_checked(text.len().checked_sub(3)?)?;
    tail.eq_ignore_ascii_case("dev")
        .then(|| head.strip_suffix(['.', '-']).unwrap_or(head))
}

pub(crate) fn stability_flag(flag: &str) -> Option<Stability> {
    [
        ("stable", Stability::Stable),
        ("rc", Stability::Candidate),
        ("beta", Stability::Beta),
        ("alpha", Stability::Alpha),
        ("dev", Stability::Dev),
    ]
    .into_iter()
    .find(|(word, _)| flag.eq_ignore_ascii_case(word))
    .map(|(_, stability)| stability)
}

impl Written {
    pub(crate) fn into_version(self) -> ComposerVersion {
        let mut suffix = Vec::new();
        match self.modifier.stability {
            // Composer forgets everything after `stable`.
            Some(Stability::Stable) => {}
            stability => {
                if let Some(stability) = stability {
                    suffix.push(Suffix::Word(stability));
                    suffix.extend(self.modifier.numbers.into_iter().map(Suffix::Number));
                }
                if self.modifier.dev {
                    suffix.push(Suffix::Word(Stability::Dev));
                }
            }
        }
        let mut core = self.numbers;
        while self.classical && core.len() < 4 {
            core.push(Number::ZERO);
        }
        ComposerVersion::Numbered(Numbered { core, suffix })
    }
}

/// One part of PHP's comparison; the end of the shorter list stands between `RC` and numbers.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Pre(Stability),
    End,
    Number(&'a Number),
    Patch,
}

impl Numbered {
    fn suffix_part(&self, place: usize) -> Part<'_> {
        match self.suffix.get(place) {
            None => Part::End,
            Some(Suffix::Number(number)) => Part::Number(number),
            Some(Suffix::Word(Stability::Patch)) => Part::Patch,
            Some(Suffix::Word(stability)) => Part::Pre(*stability),
        }
    }

    /// PHP compares number by number; a list that ends meets the other's next part, which is a
    /// number (above the end), or the suffix.
    fn compare(&self, other: &Self) -> Ordering {
        let shared = self.core.len().min(other.core.len());
        for place in 0..shared {
            let ordering = self.core.at(place).cmp(&other.core.at(place));
            if ordering.is_ne() {
                return ordering;
            }
        }
        match self.core.len().cmp(&other.core.len()) {
            Ordering::Less => return self.against_number(),
            Ordering::Greater => return other.against_number().reverse(),
            Ordering::Equal => {}
        }
        (0..self.suffix.len().max(other.suffix.len()))
            .map(|place| self.suffix_part(place).cmp(&other.suffix_part(place)))
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// The suffix where the other side has one more number: only a patch is above it.
    fn against_number(&self) -> Ordering {
        match self.suffix.first() {
            Some(Suffix::Word(Stability::Patch)) => Ordering::Greater,
            _ => Ordering::Less,
        }
    }
}

impl Ord for ComposerVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Branch(a), Self::Branch(b)) => a.cmp(b),
            (Self::Branch(_), Self::Numbered(_)) => Ordering::Less,
            (Self::Numbered(_), Self::Branch(_)) => Ordering::Greater,
            (Self::Numbered(a), Self::Numbered(b)) => a.compare(b),
        }
    }
}

super::ordered_by_cmp!(ComposerVersion);
