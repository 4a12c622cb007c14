//! PyPI: version specifiers of PEP 440, and what Poetry and Pipenv add to them.
//!
//! A pre-release is allowed only where some clause names one, as an installer decides while final
//! releases exist. Poetry's `^1.2`, `~1.2`, `1.*`, `1.2` (exactly) and `||` are read where the text
//! is no specifier set of PEP 440; Pipenv's `*` allows everything.

use super::comparator::{Op, split_clauses};
use crate::order::pep440::Pep440;

#[derive(Debug, Clone)]
enum Clause {
    Any,
    /// `===`: the text itself, in any case.
    Arbitrary(String),
    Compare(Op, Pep440),
    /// `==1.2.*`, `!=1.2.*`.
    Prefix {
        version: Pep440,
        negated: bool,
    },
    /// `~=1.2.3`: at least this, with all but the last number the same.
    Compatible(Pep440),
    /// Poetry's `^` and `~`: at least this, with as many numbers the same.
    Same {
        version: Pep440,
        numbers: usize,
    },
}

pub(super) fn allows(requirement: &str, version: &str) -> Option<bool> {
    let alternatives = parse(requirement)?;
    let candidate = Pep440::parse(version);
    let mut allowed = false;
    for clauses in &alternatives {
        allowed |= allows_all(clauses, version, candidate.as_ref())?;
    }
    Some(allowed)
}

pub(super) fn pinned(requirement: &str) -> Option<String> {
    let alternatives = parse(requirement)?;
    let [clauses] = alternatives.as_slice() else {
        return None;
    };
    let text = without_parentheses(requirement);
    let pin = text.split(',').map(str::trim).find_map(|clause| {
        let version = match clause.trim_start_matches('=') {
            version if clause.starts_with("==") => version.trim(),
            _ if clauses.len() == 1
                && matches!(clauses.first(), Some(Clause::Compare(Op::Equal, _))) =>
            {
                clause.trim_start_matches('=').trim()
            }
            _ => return None,
        };
        (!version.ends_with('*')).then(|| version.to_owned())
    })?;
    // `==1.2,>2` pins nothing.
    (allows(requirement, &pin) == Some(true)).then_some(pin)
}

fn without_parentheses(requirement: &str) -> &str {
    let text = requirement.trim();
    text.strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(text)
        .trim()
}

/// Alternatives of clauses that hold together.
fn parse(requirement: &str) -> Option<Vec<Vec<Clause>>> {
    let text = without_parentheses(requirement);
    let specifiers: Option<Vec<Clause>> = text
        .split(',')
        .map(str::trim)
        .filter(|clause| !clause.is_empty())
        .map(specifier)
        .collect();
    match specifiers {
        Some(clauses) => Some(vec![clauses]),
        None => text.replace("||", "|").split('|').map(poetry).collect(),
    }
}

fn specifier(clause: &str) -> Option<Clause> {
    if let Some(text) = clause.strip_prefix("===") {
        let text = text.trim();
        let valid =
            !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || ";)".contains(c));
        return valid.then(|| Clause::Arbitrary(text.to_owned()));
    }
    if let Some(text) = clause.strip_prefix("~=") {
        let version = Pep440::parse(text)?;
        return (version.release.len() > 1 && version.local.is_none())
            .then_some(Clause::Compatible(version));
    }
    let (op, text) = Op::take(clause)?;
    // `=1.2` is Poetry's.
    if op == Op::Equal && !clause.starts_with("==") {
        return None;
    }
    if let (Op::Equal | Op::NotEqual, Some(prefix)) = (op, text.strip_suffix(".*")) {
        return Some(Clause::Prefix {
            version: plain(prefix)?,
            negated: op == Op::NotEqual,
        });
    }
    let version = Pep440::parse(text)?;
    let local_allowed = matches!(op, Op::Equal | Op::NotEqual);
    (local_allowed || version.local.is_none()).then_some(Clause::Compare(op, version))
}

/// A version of numbers only.
fn plain(text: &str) -> Option<Pep440> {
    let version = Pep440::parse(text)?;
    let plain = version.pre.is_none()
        && version.post.is_none()
        && version.dev.is_none()
        && version.local.is_none();
    plain.then_some(version)
}

fn poetry(text: &str) -> Option<Vec<Clause>> {
    let clauses = split_clauses(text);
    if clauses.is_empty() {
        return None;
    }
    clauses.iter().map(|clause| poetry_clause(clause)).collect()
}

fn poetry_clause(clause: &str) -> Option<Clause> {
    if clause == "*" {
        return Some(Clause::Any);
    }
    if let Some(text) = clause.strip_prefix('^') {
        let version = Pep440::parse(text)?;
        // Everything up to the first number that is not zero stays, or all that is written.
        let written = version.release.len();
        let numbers = (0..written)
            .find(|place| !version.release.at(*place).is_zero())
            .unwrap_or(written.saturating_sub(1))
            + 1;
        return Some(Clause::Same { version, numbers });
    }
    if let Some(text) = clause.strip_prefix('~')
        && !text.starts_with('=')
    {
        let version = Pep440::parse(text)?;
        let numbers = version.release.len().min(2);
        return Some(Clause::Same { version, numbers });
    }
    if let Some(found) = specifier(clause) {
        return Some(found);
    }
    let text = clause.strip_prefix('=').unwrap_or(clause);
    if let Some(prefix) = text.strip_suffix(".*") {
        return Some(Clause::Prefix {
            version: plain(prefix)?,
            negated: false,
        });
    }
    Some(Clause::Compare(Op::Equal, Pep440::parse(text)?))
}

fn allows_all(clauses: &[Clause], text: &str, candidate: Option<&Pep440>) -> Option<bool> {
    let Some(candidate) = candidate else {
        // What is no version is matched by `===` alone.
        let mut allowed = !clauses.is_empty();
        for clause in clauses {
            match clause {
                Clause::Arbitrary(wanted) => allowed &= wanted.eq_ignore_ascii_case(text.trim()),
                _ => return None,
            }
        }
        return (!clauses.is_empty()).then_some(allowed);
    };
    let names_prerelease = clauses.iter().any(|clause| match clause {
        Clause::Any | Clause::Prefix { .. } | Clause::Compare(Op::NotEqual, _) => false,
        Clause::Arbitrary(text) => Pep440::parse(text).is_some_and(|v| v.is_prerelease()),
        Clause::Compare(_, version)
        | Clause::Compatible(version)
        | Clause::Same { version, .. } => version.is_prerelease(),
    });
    if candidate.is_prerelease() && !names_prerelease {
        return Some(false);
    }
    Some(clauses.iter().all(|clause| holds(clause, text, candidate)))
}

fn holds(clause: &Clause, text: &str, candidate: &Pep440) -> bool {
    match clause {
        Clause::Any => true,
        Clause::Arbitrary(wanted) => wanted.eq_ignore_ascii_case(text.trim()),
        Clause::Prefix { version, negated } => {
            shares(candidate, version, version.release.len()) != *negated
        }
        Clause::Compatible(version) => {
            candidate.cmp_public(version).is_ge()
                && shares(candidate, version, version.release.len().saturating_sub(1))
        }
        Clause::Same { version, numbers } => {
            candidate.cmp_public(version).is_ge() && shares(candidate, version, *numbers)
        }
        Clause::Compare(op, version) => compares(*op, candidate, version),
    }
}

/// Whether epoch and the first `numbers` numbers are the same.
fn shares(candidate: &Pep440, version: &Pep440, numbers: usize) -> bool {
    candidate.epoch == version.epoch
        && (0..numbers).all(|place| candidate.release.at(place) == version.release.at(place))
}

fn compares(op: Op, candidate: &Pep440, version: &Pep440) -> bool {
    let same_base = candidate.cmp_base(version).is_eq();
    match op {
        // A local version of the candidate counts only where the clause names one.
        Op::Equal | Op::NotEqual if version.local.is_some() => op.holds(candidate.cmp(version)),
        Op::Equal | Op::NotEqual | Op::LessEqual | Op::GreaterEqual => {
            op.holds(candidate.cmp_public(version))
        }
        // `<3.1` does not allow 3.1's own pre-releases, `<3.1.post1` not those of 3.1.post1.
        Op::Less => {
            let own_pre = same_base
                && candidate.is_prerelease()
                && !version.is_prerelease()
                && (version.post.is_none()
                    || (candidate.post == version.post && candidate.pre.is_none()));
            candidate.cmp(version).is_lt() && !own_pre
        }
        // `>1.7` allows neither 1.7's post-releases nor its local versions.
        Op::Greater => {
            let own_post = same_base
                && candidate.post.is_some()
                && candidate.pre == version.pre
                && version.post.is_none()
                && version.dev.is_none();
            candidate.cmp_public(version).is_gt() && !own_post
        }
    }
}
