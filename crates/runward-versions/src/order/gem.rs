//! RubyGems: `Gem::Version`.
//!
//! Any letter makes a pre-release; `-` is read as `.pre.`; zeros at the end of the numeric part and
//! at the end of the whole have no weight (`1.0.a` is `1.a`).

use std::cmp::Ordering;

use crate::{number::Number, scan::Scan};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Segment {
    // Texts are below numbers, and below the zero that stands for a missing segment.
    Text(Box<str>),
    Number(Number),
}

const ZERO: Segment = Segment::Number(Number::ZERO);

#[derive(Debug, Clone)]
pub(crate) struct GemVersion {
    /// As written, with `-` read as `.pre.`.
    pub(crate) segments: Vec<Segment>,
    /// Without the zeros that have no weight.
    canonical: Vec<Segment>,
}

fn valid(text: &str) -> bool {
    let (dotted, dashed) = match text.split_once('-') {
        Some((dotted, dashed)) => (dotted, Some(dashed)),
        None => (text, None),
    };
    let parts = |text: &str, dash: bool| {
        text.split('.').all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || (dash && byte == b'-'))
        })
    };
    let first_is_number = dotted
        .split('.')
        .next()
        .is_some_and(|first| !first.is_empty() && crate::number::is_digits(first));
    first_is_number && parts(dotted, false) && dashed.is_none_or(|dashed| parts(dashed, true))
}

fn drop_trailing_zeros(segments: &mut Vec<Segment>) {
    while segments.last() == Some(&ZERO) {
        segments.pop();
    }
}

fn is_text(segment: &Segment) -> bool {
    matches!(segment, Segment::Text(_))
}

impl GemVersion {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // RubyGems reads nothing at all as `0`; in advisories and lockfiles it is a mistake.
        if !valid(text) {
            return None;
        }
        let mut segments = Vec::new();
        let mut scan = Scan::new(text);
        while !scan.is_done() {
            let digits = scan.digits();
            if let Some(number) = Number::parse(digits) {
                segments.push(Segment::Number(number));
                continue;
            }
            let letters = scan.take_while(|byte| byte.is_ascii_alphabetic());
            if !letters.is_empty() {
                segments.push(Segment::Text(letters.into()));
            } else if scan.one(|byte| byte == b'-').is_some() {
                segments.push(Segment::Text("pre".into()));
            } else {
                scan.one(|_| true)?;
            }
        }
        Some(Self::new(segments))
    }

    pub(crate) fn new(segments: Vec<Segment>) -> Self {
        let texts = segments.iter().position(is_text).unwrap_or(segments.len());
        let mut canonical: Vec<Segment> = segments.iter().take(texts).cloned().collect();
        drop_trailing_zeros(&mut canonical);
        let mut tail: Vec<Segment> = segments.iter().skip(texts).cloned().collect();
        drop_trailing_zeros(&mut tail);
        canonical.append(&mut tail);
        Self {
            segments,
            canonical,
        }
    }

    pub(crate) fn is_prerelease(&self) -> bool {
        self.segments.iter().any(is_text)
    }

    /// The leading numbers as written: what is left of a version without its pre-release.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &Number> {
        self.segments.iter().map_while(|segment| match segment {
            Segment::Number(number) => Some(number),
            Segment::Text(_) => None,
        })
    }
}

impl Ord for GemVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        (0..self.canonical.len().max(other.canonical.len()))
            .map(|place| {
                let a = self.canonical.get(place).unwrap_or(&ZERO);
                let b = other.canonical.get(place).unwrap_or(&ZERO);
                a.cmp(b)
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

super::ordered_by_cmp!(GemVersion);
