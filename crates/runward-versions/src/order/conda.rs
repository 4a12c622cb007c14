//! Conda: `VersionOrder`.
//!
//! `epoch!version+local`; parts between `.` and `_` are runs of digits and letters that start with
//! a number; `dev` is below every word, words are below numbers, `post` is above everything.

use std::cmp::Ordering;

use crate::{
    number::{Number, is_digits},
    scan::Scan,
};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Run {
    Star,
    Dev,
    Word(Box<str>),
    Number(Number),
    Post,
}

const ZERO: Run = Run::Number(Number::ZERO);

#[derive(Debug, Clone)]
pub(crate) struct CondaVersion {
    /// The epoch first.
    version: Vec<Vec<Run>>,
    local: Vec<Vec<Run>>,
}

fn part(text: &str) -> Option<Vec<Run>> {
    let mut runs = Vec::new();
    let mut scan = Scan::new(text);
    while !scan.is_done() {
        let digits = scan.digits();
        if let Some(number) = Number::parse(digits) {
            runs.push(Run::Number(number));
            continue;
        }
        if runs.is_empty() {
            // Keeps numbers and words in step: `1.a` is `1.0a`.
            runs.push(ZERO);
        }
        if !scan.take_while(|byte| byte == b'*').is_empty() {
            runs.push(Run::Star);
            continue;
        }
        let word = scan.take_while(|byte| !byte.is_ascii_digit() && byte != b'*');
        runs.push(match word {
            "" => return None,
            "post" => Run::Post,
            "dev" => Run::Dev,
            word => Run::Word(word.into()),
        });
    }
    (!runs.is_empty()).then_some(runs)
}

impl CondaVersion {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut text = text.trim().to_ascii_lowercase();
        if text.contains('-') && !text.contains('_') {
            text = text.replace('-', "_");
        }
        let known = |byte: u8| {
            byte.is_ascii_lowercase()
                || byte.is_ascii_digit()
                || matches!(byte, b'*' | b'.' | b'+' | b'!' | b'_')
        };
        if !text.bytes().all(known) {
            return None;
        }
        let (epoch, rest) = text.split_once('!').unwrap_or(("0", &text));
        if epoch.is_empty() || !is_digits(epoch) || rest.contains('!') {
            return None;
        }
        let (version, local) = match rest.split_once('+') {
            Some((_, local)) if local.contains('+') => return None,
            Some((version, local)) => (version, Some(local)),
            None => (rest, None),
        };
        let mut parts = vec![part(epoch)?];
        // A `_` at the end belongs to its part, as in OpenSSL's `1.0.1_`.
        let (body, last) = match version.strip_suffix('_') {
            Some(body) => (body, "_"),
            None => (version, ""),
        };
        let mut texts = body.split(['.', '_']).peekable();
        while let Some(text) = texts.next() {
            if texts.peek().is_some() || last.is_empty() {
                parts.push(part(text)?);
            } else {
                parts.push(part(&format!("{text}{last}"))?);
            }
        }
        let local = match local {
            Some(local) => local
                .split(['.', '_'])
                .map(part)
                .collect::<Option<Vec<_>>>()?,
            None => Vec::new(),
        };
        Some(Self {
            version: parts,
            local,
        })
    }

    pub(crate) fn is_prerelease(&self) -> bool {
        self.version.iter().flatten().any(|run| match run {
            Run::Dev => true,
            Run::Word(word) => matches!(
                word.as_ref(),
                "a" | "alpha" | "b" | "beta" | "c" | "rc" | "pre" | "preview"
            ),
            Run::Star | Run::Number(_) | Run::Post => false,
        })
    }

    /// The epoch, then the first number of each part.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &Number> {
        self.version.iter().map_while(|runs| match runs.first() {
            Some(Run::Number(number)) => Some(number),
            _ => None,
        })
    }

    /// Whether the parts begin with those of `prefix`, its last part by its runs (`1.2` begins
    /// `1.2rc1`, as in `=1.2`).
    pub(crate) fn starts_with(&self, prefix: &Self) -> bool {
        let last = prefix.version.len().saturating_sub(1);
        prefix.version.iter().enumerate().all(|(place, runs)| {
            let mine = self.version.get(place).map_or(&[][..], Vec::as_slice);
            if place == last {
                runs.iter()
                    .enumerate()
                    .all(|(at, run)| mine.get(at).unwrap_or(&ZERO) == run)
            } else {
                compare_runs(mine, runs).is_eq()
            }
        })
    }
}

fn compare_runs(a: &[Run], b: &[Run]) -> Ordering {
    (0..a.len().max(b.len()))
        .map(|at| a.get(at).unwrap_or(&ZERO).cmp(b.get(at).unwrap_or(&ZERO)))
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn compare_parts(a: &[Vec<Run>], b: &[Vec<Run>]) -> Ordering {
    (0..a.len().max(b.len()))
        .map(|place| {
            compare_runs(
                a.get(place).map_or(&[][..], Vec::as_slice),
                b.get(place).map_or(&[][..], Vec::as_slice),
            )
        })
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

impl Ord for CondaVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        compare_parts(&self.version, &other.version)
            .then_with(|| compare_parts(&self.local, &other.local))
    }
}

super::ordered_by_cmp!(CondaVersion);
