//! PyPI: [PEP 440](https://peps.python.org/pep-0440/), now part of the packaging specifications.
//!
//! The reader follows the specification's own regular expression (appendix B), which allows more
//! than the prose says: `1.0a-` is `1.0a0`, `1.0-1` is `1.0.post1`.

use std::cmp::Ordering;

use crate::{
    number::{Number, Numbers, compare_digits, is_digits},
    scan::Scan,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PreKind {
    Alpha,
    Beta,
    Candidate,
}

#[derive(Debug, Clone)]
pub(crate) struct Pep440 {
    pub(crate) epoch: Number,
    pub(crate) release: Numbers,
    pub(crate) pre: Option<(PreKind, Number)>,
    pub(crate) post: Option<Number>,
    pub(crate) dev: Option<Number>,
    /// Lower case, `.` between segments.
    pub(crate) local: Option<Box<str>>,
}

fn separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.')
}

/// `[-_.]?word[-_.]?N?` where the word is one of `words`; leaves the scan alone otherwise.
fn suffix<T: Copy>(scan: &mut Scan<'_>, words: &[(&str, T)]) -> Option<(T, Number)> {
    let mut ahead = *scan;
    ahead.one(separator);
    let (_, kind) = words.iter().find(|(word, _)| ahead.word(word))?;
    ahead.one(separator);
    let number = Number::parse(ahead.digits()).unwrap_or(Number::ZERO);
    *scan = ahead;
    Some((*kind, number))
}

// Longer words stand before their own prefixes.
const PRE_WORDS: [(&str, PreKind); 8] = [
    ("alpha", PreKind::Alpha),
    ("a", PreKind::Alpha),
    ("beta", PreKind::Beta),
    ("b", PreKind::Beta),
    ("preview", PreKind::Candidate),
    ("pre", PreKind::Candidate),
    ("rc", PreKind::Candidate),
    ("c", PreKind::Candidate),
];
const POST_WORDS: [(&str, ()); 3] = [("post", ()), ("rev", ()), ("r", ())];
const DEV_WORDS: [(&str, ()); 1] = [("dev", ())];

/// `-N`, the implicit post release.
fn implicit_post(scan: &mut Scan<'_>) -> Option<Number> {
    let mut ahead = *scan;
    ahead.one(|byte| byte == b'-')?;
    let number = Number::parse(ahead.digits())?;
    *scan = ahead;
    Some(number)
}

fn local(scan: &mut Scan<'_>) -> Option<Box<str>> {
    let text = scan.take_while(|byte| byte.is_ascii_alphanumeric() || separator(byte));
    let normal = text.to_ascii_lowercase().replace(['-', '_'], ".");
    if normal.split('.').any(str::is_empty) {
        return None;
    }
    Some(normal.into())
}

impl Pep440 {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut scan = Scan::new(text.trim());
        scan.word("v");
        let mut first = Number::parse(scan.digits())?;
        let mut epoch = Number::ZERO;
        if scan.one(|byte| byte == b'!').is_some() {
            epoch = first;
            first = Number::parse(scan.digits())?;
        }
        let mut release = Numbers::default();
        release.push(first);
        loop {
            let mut ahead = scan;
            let part = ahead
                .one(|byte| byte == b'.')
                .and_then(|_| Number::parse(ahead.digits()));
            let Some(part) = part else { break };
            release.push(part);
            scan = ahead;
        }
        let pre = suffix(&mut scan, &PRE_WORDS);
        let post = implicit_post(&mut scan)
            .or_else(|| suffix(&mut scan, &POST_WORDS).map(|((), number)| number));
        let dev = suffix(&mut scan, &DEV_WORDS).map(|((), number)| number);
        let local = if scan.one(|byte| byte == b'+').is_some() {
            Some(local(&mut scan)?)
        } else {
            None
        };
        scan.is_done().then_some(Self {
            epoch,
            release,
            pre,
            post,
            dev,
            local,
        })
    }

    pub(crate) fn is_prerelease(&self) -> bool {
        self.pre.is_some() || self.dev.is_some()
    }

    pub(crate) fn cmp_base(&self, other: &Self) -> Ordering {
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| self.release.cmp_padded(&other.release))
    }

    /// The order without the local version.
    pub(crate) fn cmp_public(&self, other: &Self) -> Ordering {
        self.cmp_base(other)
            .then_with(|| self.pre_rank().cmp(&other.pre_rank()))
            // `None`, no post release, is below every post release.
            .then_with(|| self.post.cmp(&other.post))
            .then_with(|| match (&self.dev, &other.dev) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(a), Some(b)) => a.cmp(b),
            })
    }

    /// A development release of the final release (`1.0.dev1`) stands before its alphas, while
    /// `1.0a1.dev1` stands among them.
    fn pre_rank(&self) -> (u8, Option<(PreKind, &Number)>) {
        match &self.pre {
            Some((kind, number)) => (1, Some((*kind, number))),
            None if self.post.is_none() && self.dev.is_some() => (0, None),
            None => (2, None),
        }
    }

    fn cmp_local(&self, other: &Self) -> Ordering {
        let (a, b) = match (&self.local, &other.local) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => (a, b),
        };
        let mut a = a.split('.');
        let mut b = b.split('.');
        loop {
            let ordering = match (a.next(), b.next()) {
                (None, None) => return Ordering::Equal,
                (None, Some(_)) => Ordering::Less,
                (Some(_), None) => Ordering::Greater,
                // Numbers are above texts.
                (Some(a), Some(b)) => match (is_digits(a), is_digits(b)) {
                    (true, true) => compare_digits(a, b),
                    (true, false) => Ordering::Greater,
                    (false, true) => Ordering::Less,
                    (false, false) => a.cmp(b),
                },
            };
            if ordering.is_ne() {
                return ordering;
            }
        }
    }
}

impl Ord for Pep440 {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cmp_public(other).then_with(|| self.cmp_local(other))
    }
}

super::ordered_by_cmp!(Pep440);
