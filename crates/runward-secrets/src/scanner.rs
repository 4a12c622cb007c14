//! Files: decoded, searched, judged, placed, silenced.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    Confidence, DetectSecrets, Detectors, FingerprintKey, Mark, Severity,
    assignment::{Assigned, Holds},
    decode::{Decoded, decode},
    detectors::{ASSIGNMENT, Seen},
    kind::{Kind, Language, kind},
    mark, mask, notebook, placeholder,
    plausible::{self, Expected},
    published,
    rule::{RULES, Rule},
    secret::{Content, FileScan, Gap, Place, Secret, Silenced},
    structure,
};

/// How much of a file is looked at; what is beyond is told as a [`Gap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanLimits {
    pub file_bytes: usize,
    /// The most places of a file that are judged.
    pub candidates: usize,
}

impl Default for ScanLimits {
    fn default() -> Self {
        Self {
            file_bytes: 16 << 20,
            candidates: 10_000,
        }
    }
}

/// Looks at files.
#[derive(Debug, Clone)]
pub struct Scanner {
    detectors: Detectors,
    key: FingerprintKey,
    limits: ScanLimits,
    least: Confidence,
    foreign: DetectSecrets,
    verification: bool,
}

/// From this rank on, a detector knows its format: what it has looked at and refused is no matter
/// for those that only know places.
const KNOWS: u8 = 8;

/// A place where something may be.
struct Candidate {
    range: Range<usize>,
    confidence: Confidence,
    from: From,
}

enum From {
    Rule(&'static Rule),
    Assignment(Assigned),
}

impl Candidate {
    fn rank(&self) -> u8 {
        match &self.from {
            From::Rule(rule) => rule.rank,
            From::Assignment(_) => 0,
        }
    }
}

impl Scanner {
    /// All detectors; fingerprints under this key.
    pub fn new(key: FingerprintKey) -> Self {
        Self::with_detectors(Detectors::standard(), key)
    }

    /// With a team's own names of secrets.
    pub fn with_detectors(detectors: Detectors, key: FingerprintKey) -> Self {
        Self {
            detectors,
            key,
            limits: ScanLimits::default(),
            least: Confidence::Medium,
            foreign: DetectSecrets::default(),
            verification: false,
        }
    }

    #[must_use]
    pub fn with_limits(mut self, limits: ScanLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The least confidence that is told; what has less is counted. Medium, unless told otherwise.
    #[must_use]
    pub fn with_least(mut self, least: Confidence) -> Self {
        self.least = least;
        self
    }

    /// Says of each secret whether detect-secrets knew of it.
    #[must_use]
    pub fn with_detect_secrets(mut self, baseline: DetectSecrets) -> Self {
        self.foreign = baseline;
        self
    }

    /// Whether secrets carry the request that tells whether they are alive. It contains the secret.
    #[must_use]
    pub fn with_verification(mut self, verification: bool) -> Self {
        self.verification = verification;
        self
    }

    /// The credentials in a file. The path says how values are written in it; nothing is read from
    /// there.
    pub fn scan(&self, path: &str, bytes: &[u8]) -> FileScan {
        let mut end = bytes.len().min(self.limits.file_bytes);
        let inside = |end: usize| bytes.get(end).is_some_and(|byte| byte & 0xc0 == 0x80);
        while end > 0 && inside(end) {
            end -= 1;
        }
        let decoded = decode(bytes.get(..end).unwrap_or_default());
        let mut scan = FileScan {
            secrets: Vec::new(),
            silenced: Vec::new(),
            unused: Vec::new(),
            doubtful: 0,
            gaps: Vec::new(),
            content: decoded.content,
        };
        if end < bytes.len() {
            scan.gaps.push(Gap::Bytes { from: end });
        }
        let kind = kind(path);
        let ends = path.len().checked_sub(6).and_then(|at| path.get(at..));
        if ends.is_some_and(|end| end.eq_ignore_ascii_case(".ipynb")) {
            match notebook::parts(&decoded.text) {
                Ok(parts) => {
                    for part in parts {
                        let text = decode(part.text.as_bytes());
                        self.text(path, &text, kind, part.cell, &mut scan);
                    }
                    return scan;
                }
                Err(reason) => scan.gaps.push(Gap::Notebook { reason }),
            }
        }
        self.text(path, &decoded, kind, None, &mut scan);
        scan
    }

    fn text(
        &self,
        path: &str,
        decoded: &Decoded<'_>,
        kind: Kind,
        cell: Option<usize>,
        scan: &mut FileScan,
    ) {
        let text = decoded.text.as_ref();
        let (candidates, words) = self.candidates(text, scan);
        let mut marks = read_marks(text, words, cell);
        let all = merged(&candidates);
        let chosen = choose(text, candidates, kind, decoded.content);
        let mut cursor = Cursor::new(text);
        let mut used = vec![false; marks.len()];
        for (candidate, confidence) in chosen {
            if confidence < self.least {
                scan.doubtful += 1;
                continue;
            }
            let (start, first) = cursor.at(candidate.range.start);
            let (end, last) = cursor.at(candidate.range.end);
            let mut secret = self.secret(path, text, &candidate, &all, (start, end));
            secret.range = decoded.original(candidate.range.start, first)
                ..decoded.original(candidate.range.end, last);
            secret.confidence = confidence;
            secret.cell = cell;
            secret.in_tests = kind.tests;
            if kind.tests {
                secret.severity = lower(secret.severity);
            }
            let by = marks
                .iter()
                .position(|mark| mark.covers(secret.detector, start.line, end.line));
            match by.and_then(|at| marks.get(at).cloned().zip(used.get_mut(at))) {
                Some((by, used)) => {
                    *used = true;
                    scan.silenced.push(Silenced { secret, by });
                }
                None => scan.secrets.push(secret),
            }
        }
        let mut used = used.into_iter();
        marks.retain(|_| !used.next().unwrap_or(true));
        scan.unused.append(&mut marks);
    }

    /// What may be something, and the words of marks.
    fn candidates(&self, text: &str, scan: &mut FileScan) -> (Vec<Candidate>, Vec<(usize, usize)>) {
        let mut candidates = Vec::new();
        let mut marks = Vec::new();
        let mut last = 0;
        let most = self.limits.candidates;
        let all = self.detectors.each(text, |seen| {
            let candidate = match seen {
                Seen::Mark(word, at) => {
                    if marks.len() < most {
                        marks.push((word, at));
                    }
                    return true;
                }
                Seen::Rule {
                    index,
                    range,
                    confidence,
                } => RULES.get(index).map(|rule| Candidate {
                    range,
                    confidence,
                    from: From::Rule(rule),
                }),
                Seen::Assignment(found) => Some(Candidate {
                    range: found.range.clone(),
                    confidence: found.confidence,
                    from: From::Assignment(found),
                }),
            };
            if candidates.len() >= most {
                return false;
            }
            candidates.extend(candidate.inspect(|candidate| last = candidate.range.end));
            true
        });
        if !all && candidates.len() >= most {
            let (place, _) = Cursor::new(text).at(last);
            scan.gaps.push(Gap::Secrets {
                most,
                line: place.line,
            });
        } else if !all {
            scan.gaps.push(Gap::Detectors);
        }
        (candidates, marks)
    }

    fn secret(
        &self,
        path: &str,
        text: &str,
        candidate: &Candidate,
        all: &[Range<usize>],
        (start, end): (Place, Place),
    ) -> Secret {
        let secret = text.get(candidate.range.clone()).unwrap_or_default();
        let listed = match &candidate.from {
            From::Rule(rule) => Some(rule.listed()),
            From::Assignment(_) => Detectors::all().find(|it| it.id == ASSIGNMENT),
        };
        let generic = candidate.rank() < KNOWS;
        let (detail, severity) = detail(
            listed.map_or(ASSIGNMENT, |it| it.id),
            secret,
            listed.map_or(Severity::High, |it| it.severity),
        );
        let named = if mask::label(secret).is_some() {
            structure::pem_body(secret)
        } else {
            secret.to_owned()
        };
        let verify = listed
            .and_then(|it| it.verify)
            .filter(|_| self.verification);
        Secret {
            detector: listed.map_or(ASSIGNMENT, |it| it.id),
            name: listed.map_or("", |it| it.name),
            range: candidate.range.clone(),
            start,
            end,
            cell: None,
            masked: mask::masked(secret, generic),
            line: mask::line(text, &candidate.range, all),
            confidence: candidate.confidence,
            severity,
            fingerprint: self.key.of(&named),
            detail,
            rotate: listed.map_or("", |it| it.rotate),
            in_tests: false,
            in_detect_secrets: self.foreign.has(path, secret),
            verification: verify.map(|verify| verify.request(secret)),
        }
    }
}

/// The candidates that are told, in order, none overlapping another: who knows the format best has
/// the word.
fn choose(
    text: &str,
    candidates: Vec<Candidate>,
    kind: Kind,
    content: Content,
) -> Vec<(Candidate, Confidence)> {
    let mut candidates: Vec<_> = candidates
        .into_iter()
        .filter(|candidate| !matches!(candidate.from, From::Rule(rule) if !rule.scan))
        .collect();
    candidates.sort_by(|a, b| {
        let rank = b
            .rank()
            .cmp(&a.rank())
            .then(b.confidence.cmp(&a.confidence));
        rank.then(a.range.start.cmp(&b.range.start))
            .then(b.range.end.cmp(&a.range.end))
    });
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    let mut chosen = Vec::new();
    for candidate in candidates {
        let Range { start, end } = candidate.range;
        if taken
            .range(..end)
            .next_back()
            .is_some_and(|(_, last)| *last > start)
        {
            continue;
        }
        let confidence = judge(text, &candidate, kind, content);
        if confidence.is_some() || candidate.rank() >= KNOWS {
            taken.insert(start, end);
        }
        if let Some(confidence) = confidence {
            chosen.push((candidate, confidence));
        }
    }
    chosen.sort_by_key(|(candidate, _)| candidate.range.start);
    chosen
}

/// How sure it is that this is a credential, in such a file.
fn judge(text: &str, candidate: &Candidate, kind: Kind, content: Content) -> Option<Confidence> {
    let value = text.get(candidate.range.clone())?;
    let rank = candidate.rank();
    if rank < 10 && (content == Content::Binary || kind.language == Language::Generated) {
        return None;
    }
    if content == Content::Binary && candidate.confidence < Confidence::High {
        return None;
    }
    if published::is_published(value) {
        return None;
    }
    let holds = match &candidate.from {
        From::Assignment(assigned) => assignment(value, assigned, kind),
        From::Rule(rule) if rule.generic => generic(text, rule, candidate, value),
        From::Rule(_) if mask::label(value).is_some() => !value.contains("..."),
        From::Rule(rule) => {
            !placeholder::says_so(value) && !plausible::made_up(value, rule.keywords)
        }
    };
    if !holds {
        return None;
    }
    // In tests and documents, what only stands where a credential would is one made up for them.
    Some(if kind.tests && rank < 10 {
        Confidence::Low
    } else {
        candidate.confidence
    })
}

fn assignment(value: &str, assigned: &Assigned, kind: Kind) -> bool {
    let bare = !assigned.quoted && kind.language == Language::Code;
    if assigned.told || assigned.confidence < Confidence::Medium || bare {
        return false;
    }
    let expected = match assigned.holds {
        Holds::Password if kind.language != Language::Prose => Expected::Password,
        Holds::Password | Holds::Key => Expected::Token,
        // Values of these are everywhere, and mostly of no use to anybody.
        Holds::Something => return false,
    };
    plausible::plausible(value, expected)
}

fn generic(text: &str, rule: &Rule, candidate: &Candidate, value: &str) -> bool {
    let after = text.get(candidate.range.end..).unwrap_or_default();
    match rule.id {
        "url-password" | "database-url" => {
            let host = after.strip_prefix('@').unwrap_or(after);
            // The user's name again is what examples are written with.
            let before = text.get(..candidate.range.start).unwrap_or_default();
            let same = before
                .strip_suffix(':')
                .and_then(|before| before.strip_suffix(value))
                .is_some_and(|before| before.ends_with('/'));
            let near: String = host.chars().take(256).collect();
            !same
                && !plausible::is_stock_host(&near)
                && plausible::plausible(value, Expected::Given)
        }
        // What stands there in a DSN of Sentry is public.
        "url-token" => {
            let near: String = after.chars().take(80).collect();
            !near.contains("sentry.io") && plausible::plausible(value, Expected::Token)
        }
        "basic-header" => structure::basic_password(value)
            .is_some_and(|password| plausible::plausible(&password, Expected::Given)),
        "bearer-header" | "authorization-header" => plausible::plausible(value, Expected::Token),
        _ => plausible::plausible(value, Expected::Given),
    }
}

/// What a format tells beside the secret.
fn detail(id: &str, secret: &str, severity: Severity) -> (Option<String>, Severity) {
    if id == "aws-access-key-id" {
        let account = structure::aws_account(secret);
        return (account.map(|it| format!("account {it:012}")), severity);
    }
    if secret.contains("_test_") || secret.contains("_TEST-") || secret.contains("-sandbox-") {
        return (Some("test mode".to_owned()), Severity::Low);
    }
    if mask::label(secret).is_some() && secret.contains("ENCRYPTED") {
        return (Some("encrypted".to_owned()), Severity::Medium);
    }
    (None, severity)
}

fn lower(severity: Severity) -> Severity {
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium | Severity::Low => Severity::Low,
    }
}

/// What must be masked wherever it is shown: everything that any detector saw.
fn merged(candidates: &[Candidate]) -> Vec<Range<usize>> {
    let mut ranges: Vec<_> = candidates.iter().map(|it| it.range.clone()).collect();
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The marks at these places.
fn read_marks(text: &str, mut words: Vec<(usize, usize)>, cell: Option<usize>) -> Vec<Mark> {
    /// What is read of a line on each side.
    const BESIDE: usize = 512;
    words.sort_by_key(|(_, at)| *at);
    let mut cursor = Cursor::new(text);
    let known = |name: &str| name == ASSIGNMENT || RULES.iter().any(|rule| rule.id == name);
    let mut marks: Vec<Mark> = Vec::new();
    for (word, at) in words {
        let mut from = at.saturating_sub(BESIDE);
        let mut to = at.saturating_add(BESIDE).min(text.len());
        while !text.is_char_boundary(from) {
            from += 1;
        }
        while !text.is_char_boundary(to) {
            to -= 1;
        }
        let before = text.get(from..at).unwrap_or_default();
        let from = before.rfind('\n').map_or(from, |end| from + end + 1);
        let rest = text.get(at..to).unwrap_or_default();
        let to = rest.find('\n').map_or(to, |end| at + end);
        let line = text.get(from..to).unwrap_or_default();
        let (place, _) = cursor.at(at);
        if let Some(mut mark) = mark::read(word, line, at - from, place.line, known) {
            mark.cell = cell;
            marks.push(mark);
        }
    }
    marks
}

/// Counts lines, characters and UTF-16 units on the way through a text; places are asked for in
/// order, so that all of them cost one pass.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    column: u32,
    units: usize,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            column: 1,
            units: 0,
        }
    }

    /// The place, and how many UTF-16 units are before it.
    fn at(&mut self, to: usize) -> (Place, usize) {
        let between = self.text.get(self.at..to.max(self.at)).unwrap_or_default();
        let lines = between.bytes().filter(|byte| *byte == b'\n').count();
        let last = between.rfind('\n').map_or(0, |at| at + 1);
        let tail = between.get(last..).unwrap_or_default().chars().count();
        let tail = u32::try_from(tail).unwrap_or(u32::MAX);
        if lines > 0 {
            self.line = self
                .line
                .saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            self.column = 1;
        }
        self.column = self.column.saturating_add(tail);
        self.units += between.chars().map(char::len_utf16).sum::<usize>();
        self.at += between.len();
        let place = Place {
            line: self.line,
            column: self.column,
        };
        (place, self.units)
    }
}

#[cfg(test)]
#[path = "scanner_tests.rs"]
mod tests;
