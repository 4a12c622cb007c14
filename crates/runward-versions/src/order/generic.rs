//! Ecosystems without an order of their own here: numbers by value, words by their letters.
//!
//! A version is its runs of digits and of letters; every other character only separates, except
//! `~`, which as in Debian stands before everything. Known pre-release words (`alpha`, `rc`, …)
//! and `~` are below the end of a version, other words above it and below any further number:
//! `1.0~1` < `1.0rc1` < `1.0` = `1.0.0` < `1.0a` < `1.0.1`. This is a guess at what people mean; it
//! is not the order of any package manager.

use std::cmp::Ordering;

use crate::{number::Number, scan::Scan};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Run {
    Tilde,
    Pre(u8),
    Zero,
    Word(Box<str>),
    Number(Number),
}

#[derive(Debug, Clone)]
pub(crate) struct GenericVersion {
    runs: Vec<Run>,
}

fn word(text: &str) -> Run {
    let lower = text.to_lowercase();
    Run::Pre(match lower.as_str() {
        "dev" | "snapshot" | "nightly" => 0,
        "alpha" => 1,
        "beta" => 2,
        "milestone" => 3,
        "pre" | "preview" => 4,
        "rc" | "cr" => 5,
        _ => return Run::Word(lower.into()),
    })
}

impl GenericVersion {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut scan = Scan::new(text);
        if scan.word("v") && !scan.rest.starts_with(|c: char| c.is_ascii_digit()) {
            scan = Scan::new(text);
        }
        if scan.rest.contains(char::is_control) {
            return None;
        }
        let mut runs = Vec::new();
        let mut meaningful = false;
        while let Some(first) = scan.rest.chars().next() {
            if let Some(number) = Number::parse(scan.digits()) {
                meaningful = true;
                runs.push(if number.is_zero() {
                    Run::Zero
                } else {
                    Run::Number(number)
                });
                continue;
            }
            if first.is_alphabetic() {
                let end = scan
                    .rest
                    .find(|c: char| !c.is_alphabetic())
                    .unwrap_or(scan.rest.len());
                let (text, rest) = scan.rest.split_at_checked(end)?;
                scan.rest = rest;
                meaningful = true;
                runs.push(word(text));
                continue;
            }
            if first == '~' {
                runs.push(Run::Tilde);
            }
            scan.rest = scan.rest.get(first.len_utf8()..)?;
        }
        meaningful.then_some(Self { runs })
    }

    pub(crate) fn is_prerelease(&self) -> bool {
        self.runs
            .iter()
            .any(|run| matches!(run, Run::Pre(_) | Run::Tilde))
    }

    /// The leading numbers.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &Number> {
        self.runs.iter().map_while(|run| match run {
            Run::Zero => Some(&Number::ZERO),
            Run::Number(number) => Some(number),
            _ => None,
        })
    }
}

impl Ord for GenericVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        (0..self.runs.len().max(other.runs.len()))
            .map(|place| {
                let a = self.runs.get(place).unwrap_or(&Run::Zero);
                let b = other.runs.get(place).unwrap_or(&Run::Zero);
                a.cmp(b)
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

super::ordered_by_cmp!(GenericVersion);
